// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation of devices' translation caches: tags, completion, time-out.
 * Arm IHI 0070, chapter 3.9.1 "ATS interface", 4.5.1 "CMD_ATC_INV".
 * Invariant: a tag is in use by one invalidation of a device at a time, and a window counts its own
 * until each is answered or has timed out.
 */
#include "control.h"

#include <stdlib.h>

#define NR_ITAGS	32	/* PCIe: 5 bits per function */

struct atc_request {
	u32 sid, itag;
	struct window *win;
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

/* A tag that no invalidation of this device has; NR_ITAGS: none. */
static u32 free_itag(const struct ats *a, u32 sid)
{
	u32 used = 0, itag = 0;

	for (size_t i = 0; i < a->nr; i++) {
		if (a->requests[i].sid == sid)
			used |= BIT(a->requests[i].itag);
	}
	while (itag < NR_ITAGS && (used & BIT(itag)))
		itag++;
	return itag;
}

static void forget(struct ats *a, size_t i)
{
	a->requests[i].win->atc_pending--;
	a->requests[i] = a->requests[--a->nr];
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

bool atc_inv_issue(struct model *m, struct window *w, const struct command *c)
{
	struct ats *a = m->ats;
	struct model_atc_inv inv = {
		.sid = c->sid, .ssid = c->ssid, .ssv = c->ssv, .global = c->global, .addr = c->addr,
		.size = c->span_lg2 < 64 ? BIT(c->span_lg2) : 0,
	};

	/* 4.5.1: IGNORED while the SMMU is off. */
	if (!cr0_on(m, CR0_SMMUEN) || !m->env.atc_inv)
		return true;
	inv.itag = free_itag(a, c->sid);
	if (inv.itag == NR_ITAGS || !model_grow(&a->requests, &a->cap, a->nr, sizeof(*a->requests)))
		return false;
	check_stream_does_ats(m, c->sid);
	a->requests[a->nr++] = (struct atc_request){ .sid = c->sid, .itag = inv.itag, .win = w };
	w->atc_pending++;
	m->count.atc_inv++;
	referee_atc_inv(m, &inv);
	/* Unsupported Request: complete, and nothing is promised (3.9.1.5). */
	if (!m->env.atc_inv(m->env.ctx, &inv))
		model_atc_inv_done(m, c->sid, inv.itag);
	return true;
}

void model_atc_inv_done(struct model *m, u32 sid, u32 itag)
{
	struct ats *a = m->ats;

	for (size_t i = 0; i < a->nr; i++) {
		if (a->requests[i].sid == sid && a->requests[i].itag == itag) {
			forget(a, i);
			return;
		}
	}
	model_log(m, "sid 0x%x: invalidation completion for tag %u, which is not in use", sid,
		  itag);
}

void model_device_gone(struct model *m, u32 sid)
{
	struct ats *a = m->ats;

	for (size_t i = a->nr; i-- > 0;) {
		if (a->requests[i].sid == sid) {
			a->requests[i].win->atc_timeout = true;
			forget(a, i);
		}
	}
	pri_gone(m, sid);
}
