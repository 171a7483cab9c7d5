/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The referee: rules that a driver must keep (rules.def), and how a file of the model reports a
 * breach.
 */
#ifndef MODEL_REFEREE_H
#define MODEL_REFEREE_H

#include "model.h"

enum model_rule {
#define RULE(name, verdict, section, what) RULE_##name,
#include "rules.def"
#undef RULE
	NR_MODEL_RULES
};

struct model_rule_text {
	const char *name;
	enum model_verdict verdict;
	const char *section;
	const char *what;
};

extern const struct model_rule_text model_rules[NR_MODEL_RULES];

/*
 * One breach of @rule; the text says what was seen and where. The same breach is reported each
 * time, but the log
 * prints at most a few per rule.
 */
__attribute__((format(printf, 3, 4)))
void referee_report(struct model *m, enum model_rule rule, const char *format, ...);

/* A line for a person, no breach. */
__attribute__((format(printf, 2, 3)))
void model_log(struct model *m, const char *format, ...);

u64 referee_count(const struct model *m, enum model_rule rule);

#endif
