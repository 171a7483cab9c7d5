// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page request groups: which are outstanding, how they are answered, by software or by the SMMU.
 * Arm IHI 0070, chapter 4.5.2 "CMD_PRI_RESP", 8.1 "PRI queue overflow", 8.2 "Miscellaneous", 8.3.
 * Invariant: a group is known from its first record in the queue until another takes its index.
 * What software has seen in the queue it answers, also when the device was reset since and has
 * given the index to another group: such answers are counted beside those of the group that has it.
 */
#include "control.h"

#define STE_PPAR	BIT(18)		/* of word 1 */

/**
 * struct pri_group - a group of page requests, by StreamID and index
 * @sid: StreamID
 * @ssid: SubstreamID, where @ssv
 * @since: its newest request, by env->now
 * @prgi: index
 * @ssv: has one
 * @last: its last request has come
 * @answered: nothing is outstanding
 * @told: that it has no answer was reported
 * @late: groups that had the index when the device was reset, and have no answer yet
 * @late_since: the newest of those
 * @late_ssid: its SubstreamID, where @late_ssv
 * @late_ssv: has one
 */
struct pri_group {
	u32 sid, ssid;
	u64 since;
	u16 prgi;
	bool ssv, last, answered, told;
	unsigned int late;
	u64 late_since;
	u32 late_ssid;
	bool late_ssv;
};

static u64 now(struct model *m)
{
	return m->env.now ? m->env.now(m->env.ctx) : 0;
}

static struct pri_group *find(struct model *m, u32 sid, u16 prgi)
{
	struct priq *q = m->priq;

	for (size_t i = 0; i < q->nr_groups; i++) {
		if (q->groups[i].sid == sid && q->groups[i].prgi == prgi)
			return &q->groups[i];
	}
	return NULL;
}

static void respond(struct model *m, u32 sid, u32 ssid, bool ssv, u16 prgi,
		    enum model_page_response code)
{
	if (m->env.page_response)
		m->env.page_response(m->env.ctx, sid, ssv ? ssid : 0, ssv, prgi, code);
}

void pri_seen(struct model *m, const struct model_page_request *r)
{
	struct priq *q = m->priq;
	struct pri_group *g = find(m, r->sid, r->prgi);

	if (!g) {
		if (!model_grow(&q->groups, &q->cap_groups, q->nr_groups, sizeof(*q->groups)))
			return;
		g = &q->groups[q->nr_groups++];
		*g = (struct pri_group){ .answered = true };
	}
	if (g->answered)
		*g = (struct pri_group){
			.sid = r->sid, .ssid = r->ssid, .ssv = r->ssv, .prgi = r->prgi,
			.late = g->late, .late_since = g->late_since,
			.late_ssid = g->late_ssid, .late_ssv = g->late_ssv,
		};
	g->last |= r->last;
	g->since = now(m);
}

/*
 * 8.1: what the answer to a request that overflow has thrown away carries depends on STE.PPAR; why
 * that cannot be read is recorded with CR2.REC_CFG_ATS.
 */
void pri_overflow(struct model *m, const struct model_page_request *r)
{
	struct pri_group *g = find(m, r->sid, r->prgi);
	struct context c;
	struct event e;
	bool silent;

	if (g)
		g->answered = true;
	if (!r->ssv || m->f.pps) {
		respond(m, r->sid, r->ssid, r->ssv, r->prgi, MODEL_PRI_SUCCESS);
		return;
	}
	if (config_ste(m, r->sid, &c, &e, &silent) || c.abort) {
		respond(m, r->sid, r->ssid, c.ste[1] & STE_PPAR, r->prgi, MODEL_PRI_SUCCESS);
		return;
	}
	e.ssid = r->ssid;
	e.ssv = r->ssv;
	if (!silent)
		event_record_ats(m, &e);
	respond(m, r->sid, 0, false, r->prgi, MODEL_PRI_DENIED);
}

/* 8.2: queue off or in error: Response Failure, without PASID. */
void pri_failure(struct model *m, const struct model_page_request *r)
{
	struct pri_group *g = find(m, r->sid, r->prgi);

	if (pri_is_stop_marker(r))
		return;
	if (g)
		g->answered = true;
	respond(m, r->sid, 0, false, r->prgi, MODEL_PRI_DENIED);
}

static void check_response(struct model *m, const struct pri_group *g, const struct command *c)
{
	if (!g || (c->ssv && (!g->ssv || g->ssid != c->ssid)))
		referee_report(m, RULE_PRI_TAG,
			       "CMD_PRI_RESP sid 0x%x ssid 0x%x ssv %d group %u: never asked for",
			       c->sid, c->ssid, c->ssv, c->prgi);
	else if (g->answered)
		referee_report(m, RULE_PRI_TWICE,
			       "CMD_PRI_RESP sid 0x%x group %u: it had its answer", c->sid,
			       c->prgi);
	else if (!g->last)
		referee_report(m, RULE_PRI_TAG,
			       "CMD_PRI_RESP sid 0x%x group %u: its last request has not come",
			       c->sid, c->prgi);
}

void pri_resp(struct model *m, const struct command *c)
{
	struct pri_group *g = find(m, c->sid, c->prgi);

	m->count.pri_resp++;
	if (!cr0_on(m, CR0_SMMUEN))
		return;
	/* Which of the two it is for nobody can tell, and neither can the device. */
	if (g && g->late && (!c->ssv || (g->late_ssv && g->late_ssid == c->ssid))) {
		g->late--;
	} else {
		check_response(m, g, c);
		if (g)
			g->answered = true;
	}
	respond(m, c->sid, c->ssid, c->ssv, c->prgi, (enum model_page_response)c->resp);
}

void pri_device_reset(struct model *m, u32 sid)
{
	struct priq *q = m->priq;

	for (size_t i = q->nr_groups; i-- > 0;) {
		struct pri_group *g = &q->groups[i];

		if (g->sid != sid || g->answered)
			continue;
		if (g->last) {
			g->late++;
			g->late_since = g->since;
			g->late_ssid = g->ssid;
			g->late_ssv = g->ssv;
		}
		g->answered = true;
	}
}

void pri_gone(struct model *m, u32 sid)
{
	struct priq *q = m->priq;

	for (size_t i = q->nr_groups; i-- > 0;) {
		if (q->groups[i].sid == sid)
			q->groups[i].late_since = UINT64_MAX;
	}
}

void pri_overdue(struct model *m, u64 at, u64 limit)
{
	struct priq *q = m->priq;

	for (size_t i = 0; i < q->nr_groups; i++) {
		struct pri_group *g = &q->groups[i];

		bool late = g->late && g->late_since < at && at - g->late_since >= limit;

		if (g->told ||
		    (!late && (g->answered || !g->last || at - g->since < limit)))
			continue;
		g->told = true;
		referee_report(m, RULE_PRI_UNANSWERED, "sid 0x%x ssid 0x%x group %u has no answer",
			       g->sid, g->ssid, g->prgi);
	}
}
