/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Breaches as the referee counts them: all, where the world hears only the first few of a rule.
 */
#ifndef COUNT_H
#define COUNT_H

#include "world.h"

static inline u64 count_all(struct world *w)
{
	return model_violations(w->m, MODEL_FAIL) + model_violations(w->m, MODEL_WARN);
}

/* Since the model was made: exactly @n breaches of @rule, and none of any other. */
static inline void count_expect(struct world *w, enum model_rule rule, u64 n)
{
	if (referee_count(w->m, rule) != n || count_all(w) != n)
		fail_msg("wanted: %u of %s; seen: %u, of all rules %u; the last report: %s",
			 (unsigned int)n, model_rules[rule].name,
			 (unsigned int)referee_count(w->m, rule), (unsigned int)count_all(w),
			 w->last);
}

/* A write that breaks @rule once, and no other. */
static inline void count_write(struct world *w, u64 offset, u32 value, enum model_rule rule)
{
	u64 before = referee_count(w->m, rule), all = count_all(w);

	world_write32(w, offset, value);
	if (referee_count(w->m, rule) != before + 1 || count_all(w) != all + 1)
		fail_msg("wanted: one %s for 0x%x at 0x%x; seen: %u breaches; the last report: %s",
			 model_rules[rule].name, value, (unsigned int)offset,
			 (unsigned int)(count_all(w) - all), w->last);
}

#endif
