// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stalled transactions: tags, and how they end.
 * Arm IHI 0070, chapter 3.12.2 "Stall model", 4.7.1 "CMD_RESUME", 4.7.2 "CMD_STALL_TERM".
 * Invariant: a tag is one transaction's from its stall to its end, and env->stall_end is called
 * once for each.
 */
#include "control.h"

#include <stdlib.h>

#define RESUME_AC	BIT(0)
#define RESUME_AB	BIT(1)

struct stall {
	struct model_access access;
	u64 since;
	bool used, shown, told;
	/* Of the transaction before: */
	u32 last_sid;
	bool resumed, terminated;
};

struct stalls {
	struct stall *slots;
	unsigned int nr, next, in_use;
};

bool stalls_init(struct model *m)
{
	m->stalls = calloc(1, sizeof(*m->stalls));
	if (!m->stalls)
		return false;
	m->stalls->nr = m->f.stall_max;
	m->stalls->slots = calloc(m->f.stall_max ? m->f.stall_max : 1, sizeof(*m->stalls->slots));
	if (m->stalls->slots)
		return true;
	free(m->stalls);
	m->stalls = NULL;
	return false;
}

void stalls_fini(struct model *m)
{
	free(m->stalls->slots);
	free(m->stalls);
	m->stalls = NULL;
}

void stalls_reset(struct model *m)
{
	stall_term_all(m);
}

static struct stall *free_slot(struct model *m)
{
	struct stalls *s = m->stalls;

	if (s->in_use == s->nr)
		return NULL;
	if (model_chance(m, m->f.reorder))
		s->next = (unsigned int)(model_random(m) % s->nr);
	while (s->slots[s->next % s->nr].used)
		s->next++;
	s->next %= s->nr;
	return &s->slots[s->next++];
}

bool stall_begin(struct model *m, const struct model_access *a, const struct event *e)
{
	struct event with_tag = *e;
	struct stall *slot;

	if (m->f.stall_model == 1 || a->no_stall || !cr0_on(m, CR0_SMMUEN))
		return false;
	slot = free_slot(m);
	if (!slot)
		return false;
	slot->access = *a;
	slot->since = m->env.now ? m->env.now(m->env.ctx) : 0;
	slot->used = true;
	slot->shown = false;
	slot->told = false;
	m->stalls->in_use++;
	m->count.stalls++;
	with_tag.stall = true;
	with_tag.stag = (u16)(slot - m->stalls->slots);
	event_record(m, &with_tag);
	return true;
}

void stall_shown(struct model *m, u16 stag)
{
	if (stag < m->stalls->nr)
		m->stalls->slots[stag].shown = true;
}

static void end(struct model *m, struct stall *slot, enum model_stall_end how, bool resumed)
{
	if (!slot->shown)
		eventq_forget_stall(m, (u16)(slot - m->stalls->slots));
	slot->used = false;
	slot->last_sid = slot->access.sid;
	slot->resumed = resumed;
	slot->terminated = !resumed;
	m->stalls->in_use--;
	if (m->env.stall_end)
		m->env.stall_end(m->env.ctx, slot->access.cookie, how);
}

/* A tag that no stall of this stream has: an answer given twice, or one to nothing. */
static void check_tag(struct model *m, const struct command *c, const struct stall *slot)
{
	if (slot && slot->last_sid == c->sid && slot->terminated)
		return;
	if (slot && slot->last_sid == c->sid && slot->resumed)
		referee_report(m, RULE_STALL_TWICE,
			       "CMD_RESUME sid 0x%x stag %u: it had its answer", c->sid, c->stag);
	else
		referee_report(m, RULE_STALL_TAG, "CMD_RESUME sid 0x%x stag %u: no such stall",
			       c->sid, c->stag);
}

void stall_resume(struct model *m, const struct command *c)
{
	struct stall *slot = c->stag < m->stalls->nr ? &m->stalls->slots[c->stag] : NULL;
	enum model_stall_end how = MODEL_STALL_RETRY;

	m->count.resume++;
	if (!slot || !slot->used || slot->access.sid != c->sid) {
		check_tag(m, c, slot);
		return;
	}
	if (!slot->shown)
		referee_report(m, RULE_STALL_TAG,
			       "CMD_RESUME sid 0x%x stag %u: before its event was written", c->sid,
			       c->stag);
	if (!(c->resp & RESUME_AC))
		how = (c->resp & RESUME_AB) || m->f.term_model ? MODEL_STALL_ABORT
							       : MODEL_STALL_RAZ_WI;
	end(m, slot, how, true);
}

void stall_term(struct model *m, u32 sid)
{
	for (unsigned int i = 0; i < m->stalls->nr && m->stalls->in_use; i++) {
		if (m->stalls->slots[i].used && m->stalls->slots[i].access.sid == sid)
			end(m, &m->stalls->slots[i], MODEL_STALL_ABORT, false);
	}
}

/* 6.3.9.6: SMMUEN becoming 0 terminates them all. */
void stall_term_all(struct model *m)
{
	for (unsigned int i = 0; i < m->stalls->nr && m->stalls->in_use; i++) {
		if (m->stalls->slots[i].used)
			end(m, &m->stalls->slots[i], MODEL_STALL_ABORT, false);
	}
}

void stall_overdue(struct model *m, u64 now, u64 limit)
{
	for (unsigned int i = 0; i < m->stalls->nr && m->stalls->in_use; i++) {
		struct stall *slot = &m->stalls->slots[i];

		if (!slot->used || !slot->shown || slot->told || now - slot->since < limit)
			continue;
		slot->told = true;
		referee_report(m, RULE_STALL_UNANSWERED, "sid 0x%x stag %u has no answer",
			       slot->access.sid, i);
	}
}
