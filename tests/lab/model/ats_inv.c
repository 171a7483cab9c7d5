// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation of devices' translation caches: tags, completion, time-out.
 * Arm IHI 0070, chapter 3.9.1 "ATS interface", 3.9.1.4 "ATS Invalidation timeout", 4.5.1
 * "CMD_ATC_INV".
 * Invariant: a tag is in use by one invalidation of a device at a time, and a window counts its own
 * until each is answered or has timed out. A tag whose invalidation has timed out stays in use
 * until no answer can come any more: a late one would be taken for that of another invalidation.
 */
#include "control.h"

#include <stdlib.h>

#define NR_ITAGS	32	/* PCIe: 5 bits per function */
#define SLOW_NS		1000000000ull

/**
 * struct atc_request - an invalidation whose tag is in use
 * @inv: as the device was asked
 * @win: of the command; NULL: it has timed out
 * @since: when the device was asked, by env->now
 * @unanswerable: the device was reset since
 */
struct atc_request {
	struct model_atc_inv inv;
	struct window *win;
	u64 since;
	bool unanswerable;
};

struct ats {
	struct atc_request *requests;
	size_t nr, cap;
};

bool ats_init(struct model *m)
{
	m->ats = calloc(1, sizeof(*m->ats));
	return m->ats;
}

void ats_fini(struct model *m)
{
	free(m->ats->requests);
	free(m->ats);
	m->ats = NULL;
}

void ats_reset(struct model *m)
{
	m->ats->nr = 0;
}

/*
 * A tag that no invalidation of this device has; NR_ITAGS: none. @silent: invalidations that have
 * timed out have them all.
 */
static u32 free_itag(const struct ats *a, u32 sid, bool *silent)
{
	u32 used = 0, itag = 0;

	*silent = true;
	for (size_t i = 0; i < a->nr; i++) {
		if (a->requests[i].inv.sid != sid)
			continue;
		used |= BIT(a->requests[i].inv.itag);
		*silent &= !a->requests[i].win;
	}
	while (itag < NR_ITAGS && (used & BIT(itag)))
		itag++;
	return itag;
}

static void forget(struct ats *a, size_t i)
{
	if (a->requests[i].win)
		a->requests[i].win->atc_pending--;
	a->requests[i] = a->requests[--a->nr];
}

static void time_out(struct model *m, size_t i)
{
	struct atc_request *r = &m->ats->requests[i];

	model_log(m, "sid 0x%x: the invalidation with tag %u has timed out", r->inv.sid,
		  r->inv.itag);
	m->count.atc_timeouts++;
	stream_get(m, r->inv.sid)->atc_failed = true;
	r->win->atc_timeout = true;
	r->win->atc_pending--;
	r->win = NULL;
	if (r->unanswerable)
		forget(m->ats, i);
}

void ats_step(struct model *m)
{
	u64 now, age, limit = m->f.atc_timeout ? m->f.atc_timeout * 1000000ull : ~0ull;
	struct ats *a = m->ats;

	if (!a->nr || !m->env.now)
		return;
	now = m->env.now(m->env.ctx);
	for (size_t i = a->nr; i-- > 0;) {
		age = now - a->requests[i].since;
		if (a->requests[i].win && age >= SLOW_NS)
			stream_get(m, a->requests[i].inv.sid)->atc_failed = true;
		if (a->requests[i].win && age >= limit)
			time_out(m, i);
	}
}

bool atc_failed(struct model *m, u32 sid)
{
	return stream_get(m, sid)->atc_failed;
}

void model_atc_emptied(struct model *m, u32 sid)
{
	stream_get(m, sid)->atc_failed = false;
	referee_atc_emptied(m, sid);
}

/* A stream that has never done ATS as far as its STE tells: the command is of no use. */
static void check_stream_does_ats(struct model *m, u32 sid)
{
	struct stream *s = stream_get(m, sid);
	u64 pa, w0, w1;

	if (s->ats_seen)
		return;
	if (ste_locate(m, sid, &pa) && !mem_read64(m, pa, &w0) && !mem_read64(m, pa + 8, &w1) &&
	    (w0 & 1) && field(w1, 29, 28)) {
		s->ats_seen = true;
		return;
	}
	referee_report(m, RULE_CMD_ATC_NO_ATS, "CMD_ATC_INV for sid 0x%x, whose STE has EATS = 0",
		       sid);
}

static void request_add(struct model *m, struct window *w, const struct model_atc_inv *inv)
{
	struct ats *a = m->ats;

	a->requests[a->nr++] = (struct atc_request){
		.inv = *inv, .win = w, .since = m->env.now ? m->env.now(m->env.ctx) : 0,
	};
	w->atc_pending++;
}

bool atc_inv_issue(struct model *m, struct window *w, const struct command *c)
{
	struct ats *a = m->ats;
	struct model_atc_inv inv = {
		.sid = c->sid, .ssid = c->ssid, .ssv = c->ssv, .global = c->global, .addr = c->addr,
		.size = c->span_lg2 < 64 ? BIT(c->span_lg2) : 0,
	};
	bool silent;

	/* 4.5.1: IGNORED while the SMMU is off. */
	if (!cr0_on(m, CR0_SMMUEN) || !m->env.atc_inv)
		return true;
	inv.itag = free_itag(a, c->sid, &silent);
	if (inv.itag == NR_ITAGS && silent) {
		/* The device owes all that it can be asked: this one fails as they did. */
		w->atc_timeout = true;
		return true;
	}
	if (inv.itag == NR_ITAGS || !model_grow(&a->requests, &a->cap, a->nr, sizeof(*a->requests)))
		return false;
	check_stream_does_ats(m, c->sid);
	request_add(m, w, &inv);
	m->count.atc_inv++;
	/* Unsupported Request: complete, and nothing is promised (3.9.1.5). */
	if (!m->env.atc_inv(m->env.ctx, &inv))
		model_atc_inv_done(m, c->sid, inv.itag);
	return true;
}

void model_atc_inv_done(struct model *m, u32 sid, u32 itag)
{
	struct ats *a = m->ats;

	for (size_t i = 0; i < a->nr; i++) {
		const struct atc_request *r = &a->requests[i];

		if (r->inv.sid != sid || r->inv.itag != itag)
			continue;
		if (!r->win)
			model_log(m, "sid 0x%x: completion for tag %u after its time-out", sid,
				  itag);
		referee_atc_inv(m, &r->inv);
		forget(a, i);
		return;
	}
	model_log(m, "sid 0x%x: invalidation completion for tag %u, which is not in use", sid,
		  itag);
}

void model_device_reset(struct model *m, u32 sid)
{
	struct ats *a = m->ats;

	for (size_t i = a->nr; i-- > 0;) {
		if (a->requests[i].inv.sid != sid)
			continue;
		a->requests[i].unanswerable = true;
		if (!a->requests[i].win)
			forget(a, i);
	}
	model_atc_emptied(m, sid);
	pri_device_reset(m, sid);
}

void model_device_gone(struct model *m, u32 sid)
{
	struct ats *a = m->ats;

	model_device_reset(m, sid);
	for (size_t i = a->nr; i-- > 0;) {
		if (a->requests[i].inv.sid == sid)
			time_out(m, i);
	}
	pri_gone(m, sid);
}
