// SPDX-License-Identifier: GPL-2.0-only
/*
 * The referee's table of rules, its counts and its voice.
 *
 * Arm IHI 0070; the section of each rule is in rules.def. The invariant: every breach is counted,
 * however many are printed, so that a run with a breach cannot pass.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "judge.h"

#define FAIL MODEL_FAIL
#define WARN MODEL_WARN

const struct model_rule_text model_rules[NR_MODEL_RULES] = {
#define RULE(name, verdict, section, what) { #name, verdict, section, what },
#include "rules.def"
#undef RULE
};

#undef FAIL
#undef WARN

/* The first breaches of a rule are told one by one, then the 16th, 32nd, 64th, ... */
#define NR_TOLD 8

static bool is_told(u64 nth)
{
	return nth <= NR_TOLD || !(nth & (nth - 1));
}

void referee_report(struct model *m, enum model_rule rule, const char *format, ...)
{
	const struct model_rule_text *r = &model_rules[rule];
	char text[512], line[640];
	va_list args;
	u64 nth;

	if (!m->referee)
		return;
	nth = ++m->referee->count[rule];
	if (!is_told(nth))
		return;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (nth > NR_TOLD)
		snprintf(line, sizeof(line), "%s (breach %llu of this rule)", text,
			 (unsigned long long)nth);
	else
		snprintf(line, sizeof(line), "%s", text);

	if (m->env.report)
		m->env.report(m->env.ctx, r->verdict, r->name, r->section, line);
	else
		model_log(m, "%s %s (%s): %s", r->verdict == MODEL_FAIL ? "violation" : "warning",
			  r->name, r->section, line);
	if (nth == NR_TOLD)
		model_log(m, "%s: further breaches are counted, few are told", r->name);
}

void model_log(struct model *m, const char *format, ...)
{
	char text[768];
	va_list args;

	if (!m->env.log)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	m->env.log(m->env.ctx, text);
}

u64 referee_count(const struct model *m, enum model_rule rule)
{
	return m->referee ? m->referee->count[rule] : 0;
}

u64 model_violations(const struct model *m, enum model_verdict verdict)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < NR_MODEL_RULES; i++)
		if (model_rules[i].verdict == verdict)
			sum += referee_count(m, i);
	return sum;
}

bool referee_init(struct model *m)
{
	m->referee = calloc(1, sizeof(*m->referee));
	if (m->referee && !notes_init(m)) {
		free(m->referee);
		m->referee = NULL;
	}
	return m->referee;
}

void referee_fini(struct model *m)
{
	if (!m->referee)
		return;
	notes_fini(m);
	watch_reset(m);
	free(m->referee);
	m->referee = NULL;
}

/* Findings stay; what was believed of memory and of mappings does not outlive a power cycle. */
void referee_reset(struct model *m)
{
	watch_reset(m);
	notes_reset(m);
}
