// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the referee sees only in time: entries that changed and are never invalidated, tables that
 * change or are freed with no store told, faults that nobody answers.
 *
 * Arm IHI 0070, sections "Configuration structure invalidation", "CMD_RESUME", "CMD_PRI_RESP". The
 * invariant: a step costs little, whatever is watched; each call looks at one entry.
 */
#include "judge.h"

#define AGE_LIMIT  (2 * SECOND) /* of a change without CFGI, */
#define SYNC_LIMIT 8		/* when so many SYNCs have completed since */
#define ANSWER_LIMIT                                                                               \
	(30 * SECOND) /* of a fault without answer; a guest's handler may be slow under emulation  \
		       */
#define CLOCK_STEPS 256 /* calls between two looks at faults */

u64 audit_now(const struct model *m)
{
	return m->env.now ? m->env.now(m->env.ctx) : 0;
}

static void tell_stale(struct model *m, struct entry *e, u64 age)
{
	char who[96];

	e->told |= TOLD_AGE;
	entry_text(e, who, sizeof(who));
	referee_report(m, RULE_ENTRY_NOT_INVALIDATED,
		       "%s changed %llu ms and %llu SYNCs ago, and no CFGI for it has completed since",
		       who, (unsigned long long)(age / (SECOND / 1000)),
		       (unsigned long long)(m->count.syncs - e->syncs));
}

static void audit_entry(struct model *m, struct entry *e)
{
	u64 age;

	/* A plugin tells of each store before it is overwritten; sampling would take that from it.
	 */
	if (!m->referee->watch.stores)
		watch_sample(m, e);
	if (history_clean(&e->h) || (e->told & (TOLD_AGE | TOLD_FREED)))
		return;
	age = audit_now(m) - e->changed;
	if (age >= AGE_LIMIT && m->count.syncs - e->syncs >= SYNC_LIMIT && judge_stale(m, e))
		tell_stale(m, e, age);
}

void referee_step(struct model *m)
{
	struct watch *w = &m->referee->watch;

	if (!(w->steps++ % CLOCK_STEPS) && m->env.now) {
		stall_overdue(m, audit_now(m), ANSWER_LIMIT);
		pri_overdue(m, audit_now(m), ANSWER_LIMIT);
	}
	if (!watch_active(m) || !w->nr)
		return;
	w->turn = (w->turn + 1) % w->nr;
	audit_entry(m, w->all[w->turn]);
}

/* The end: no grace for faults of more than a second, nor for entries; without a clock none at all.
 */
void referee_final(struct model *m)
{
	struct watch *w = &m->referee->watch;
	u64 now = m->env.now ? audit_now(m) : ~0ull, limit = m->env.now ? SECOND : 0;
	unsigned int i;

	stall_overdue(m, now, limit);
	pri_overdue(m, now, limit);
	notes_final(m);
	if (!watch_active(m))
		return;
	for (i = 0; i < w->nr; i++) {
		struct entry *e = w->all[i];

		if (!w->stores)
			watch_sample(m, e);
		if (!history_clean(&e->h) && !(e->told & (TOLD_AGE | TOLD_FREED)) &&
		    (!m->env.now || now - e->changed >= AGE_LIMIT) && judge_stale(m, e))
			tell_stale(m, e, m->env.now ? now - e->changed : 0);
	}
}
