// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event queue: records bit by bit, overflow, merging, events that wait.
 * Arm IHI 0070, chapter 7.2 to 7.4.
 * Invariant: the record of a stalled transaction is written or waits; only other records are lost,
 * never without the overflow flag unless the queue is off or in error.
 */
#include "control.h"

#include <stdlib.h>
#include <string.h>

#define WAITING_MAX	64	/* events without stall that may be late at once */

enum outcome { WRITTEN, LOST, KEPT };

bool eventq_init(struct model *m)
{
	m->eventq = calloc(1, sizeof(*m->eventq));
	if (!m->eventq)
		return false;
	eventq_reset(m);
	return true;
}

void eventq_fini(struct model *m)
{
	free(m->eventq->waiting);
	free(m->eventq);
	m->eventq = NULL;
}

void eventq_reset(struct model *m)
{
	struct eventq *q = m->eventq;

	*q = (struct eventq){ .q = { .max_lg2 = (u8)m->f.eventqs, .entry_lg2 = 5 },
			      .waiting = q->waiting,
			      .cap_waiting = q->cap_waiting };
}

/* ---------------------------------------------------------------- records (7.3) */

enum has {
	SSV = 1, SSID = 2, ACCESS = 4, RNW = 8, ADDR = 16, FETCH = 32, IPA = 64, REASON = 128,
	STAGE = 256, STALL = 512,
	PAGE = 1024,
};

static unsigned int record_has(enum event_type type)
{
	switch (type) {
	case EVT_F_UUT: return SSV | SSID | ACCESS | RNW | ADDR | REASON;
	case EVT_C_BAD_STREAMID:
	case EVT_C_BAD_STE:
	case EVT_C_BAD_CD: return SSV | SSID;
	case EVT_F_STE_FETCH:
	case EVT_F_CD_FETCH:
	case EVT_F_VMS_FETCH: return SSV | SSID | FETCH | REASON;
	case EVT_F_BAD_ATS_TREQ:
	case EVT_E_PAGE_REQUEST: return SSV | SSID | PAGE;
	case EVT_F_STREAM_DISABLED: return 0;
	case EVT_F_TRANSL_FORBIDDEN: return SSV | SSID | RNW | ADDR;
	case EVT_C_BAD_SUBSTREAMID: return SSID;
	case EVT_F_WALK_EABT: return SSV | SSID | ACCESS | RNW | ADDR | FETCH | REASON | STAGE;
	case EVT_F_TRANSLATION:
	case EVT_F_ADDR_SIZE:
	case EVT_F_ACCESS:
	case EVT_F_PERMISSION: return SSV | SSID | ACCESS | RNW | ADDR | IPA | STAGE | STALL;
	case EVT_F_TLB_CONFLICT: return SSV | SSID | ACCESS | RNW | ADDR | IPA | REASON | STAGE;
	case EVT_F_CFG_CONFLICT: return SSV | SSID | REASON;
	}
	return 0;
}

void event_encode(const struct event *e, u64 r[4])
{
	unsigned int has = record_has(e->type);

	memset(r, 0, 4 * sizeof(*r));
	r[0] = e->type | (u64)e->sid << 32;
	if ((has & SSV) && e->ssv)
		r[0] |= BIT(11);
	if ((has & SSID) && (e->ssv || !(has & SSV)))
		r[0] |= (u64)(e->ssid & 0xfffff) << 12;
	if (has & REASON)
		r[1] |= e->reason;
	if ((has & STALL) && e->stall)
		r[1] |= BIT(31) | e->stag;
	if (has & ACCESS)
		r[1] |= (u64)e->pnu << 33 | (u64)e->ind << 34;
	if (has & RNW)
		r[1] |= (u64)e->rnw << 35;
	if (has & STAGE) {
		r[1] |= (u64)e->s2 << 39;
		if (e->type != EVT_F_TLB_CONFLICT)
			r[1] |= (u64)(e->class & 3) << 40;
	}
	/* 7.3.16: what was done to the stage 1 descriptor that stage 2 does not permit. */
	if (e->type == EVT_F_PERMISSION && e->class == EVT_CLASS_TTD)
		r[1] |= (u64)e->ttrnw << 44;
	if (has & ADDR)
		r[2] = e->input_addr;
	if (has & PAGE)
		r[2] = e->input_addr & GENMASK(63, 12);
	if (has & FETCH)
		r[3] = e->fetch_addr & GENMASK(55, 3);
	if ((has & IPA) && e->s2)
		r[3] = e->ipa & GENMASK(55, 12);
}

/* ---------------------------------------------------------------- writing */

static bool writable(const struct model *m)
{
	return cr0_on(m, CR0_EVENTQEN) && !queue_full(&m->eventq->q) &&
	       !gerror_active(m, GERROR_EVENTQ_ABT);
}

/* 7.3.1: the same but for the page offset, and the record has not been consumed yet. */
static bool merges(const struct model *m, const struct event *e)
{
	const struct eventq *q = m->eventq;
	u64 a[4], b[4];

	if (!e->mev || e->stall || !q->last_valid || queue_empty(&q->q))
		return false;
	if (queue_next(&q->q, q->last_index) != (q->q.prod & queue_mask(&q->q)))
		return false;
	event_encode(e, a);
	event_encode(&q->last, b);
	return a[0] == b[0] && a[1] == b[1] && a[2] >> 12 == b[2] >> 12 && a[3] == b[3];
}

static enum outcome write_event(struct model *m, const struct event *e)
{
	struct eventq *q = m->eventq;
	bool was_empty = queue_empty(&q->q);
	u64 record[4];

	if (!writable(m)) {
		if (e->stall)
			return KEPT;
		m->count.events_lost++;
		if (cr0_on(m, CR0_EVENTQEN) && queue_full(&q->q) && q->q.ovflg == q->q.ovackflg)
			q->q.ovflg = !q->q.ovflg;
		return LOST;
	}
	event_encode(e, record);
	if (mem_write(m, queue_entry_pa(&q->q, q->q.prod), record, sizeof(record))) {
		/* 7.2.2, synchronous: the index stays, the event is gone, even that of a stall. */
		m->count.events_lost++;
		gerror_raise(m, GERROR_EVENTQ_ABT);
		return LOST;
	}
	q->last = *e;
	q->last_index = q->q.prod & queue_mask(&q->q);
	q->last_valid = true;
	q->q.prod = queue_next(&q->q, q->q.prod);
	m->count.events++;
	if (e->stall)
		stall_shown(m, e->stag);
	if (was_empty)
		irq_raise(m, MODEL_IRQ_EVENTQ);
	return WRITTEN;
}

static void wait(struct model *m, const struct event *e)
{
	struct eventq *q = m->eventq;

	if (model_grow(&q->waiting, &q->cap_waiting, q->nr_waiting, sizeof(*q->waiting)))
		q->waiting[q->nr_waiting++] = *e;
}

/* All that can leave leaves, in order; with @late as late as the adversary likes. */
static void write_waiting(struct model *m, bool late)
{
	struct eventq *q = m->eventq;
	size_t left = 0, i;

	for (i = 0; i < q->nr_waiting; i++) {
		if (late && model_dawdles(m))
			break;
		if (write_event(m, &q->waiting[i]) == KEPT)
			q->waiting[left++] = q->waiting[i];
	}
	memmove(&q->waiting[left], &q->waiting[i], (q->nr_waiting - i) * sizeof(*q->waiting));
	q->nr_waiting -= i - left;
}

void event_record(struct model *m, const struct event *e)
{
	struct eventq *q = m->eventq;

	m->count.faults++;
	stream_counters(m, e->sid)->events++;
	if (merges(m, e))
		return;
	if (q->nr_waiting >= WAITING_MAX) {
		write_waiting(m, false);
	} else if (q->nr_waiting || model_dawdles(m)) {
		wait(m, e);
		return;
	}
	if (write_event(m, e) == KEPT)
		wait(m, e);
}

void event_record_ats(struct model *m, const struct event *e)
{
	if (m->regs.cr2 & CR2_REC_CFG_ATS)
		event_record(m, e);
}

bool eventq_step(struct model *m)
{
	struct eventq *q = m->eventq;

	if (!q->nr_waiting)
		return false;
	write_waiting(m, true);
	return q->nr_waiting && writable(m);
}

void eventq_flush(struct model *m)
{
	if (m->eventq->nr_waiting)
		write_waiting(m, false);
}

bool eventq_forget_stall(struct model *m, u16 stag)
{
	struct eventq *q = m->eventq;

	for (size_t i = 0; i < q->nr_waiting; i++) {
		if (!q->waiting[i].stall || q->waiting[i].stag != stag)
			continue;
		memmove(&q->waiting[i], &q->waiting[i + 1],
			(q->nr_waiting - i - 1) * sizeof(*q->waiting));
		q->nr_waiting--;
		return true;
	}
	return false;
}
