// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PRI queue: records, overflow, interrupts.
 * Arm IHI 0070, chapter 8 "Page request queue"; SMMU_PRIQ_IRQ_CFG2.
 * Invariant: an overflow that is not acknowledged keeps every new request out; what is kept out and
 * wants an answer gets one.
 */
#include "control.h"

#include <stdlib.h>

#define IRQ_CFG2_LO	BIT(31)

bool priq_init(struct model *m)
{
	m->priq = calloc(1, sizeof(*m->priq));
	if (!m->priq)
		return false;
	priq_reset(m);
	return true;
}

void priq_fini(struct model *m)
{
	free(m->priq->groups);
	free(m->priq);
	m->priq = NULL;
}

void priq_reset(struct model *m)
{
	struct priq *q = m->priq;

	*q = (struct priq){ .q = { .max_lg2 = (u8)m->f.priqs, .entry_lg2 = 4 }, .groups = q->groups,
			    .cap_groups = q->cap_groups };
}

bool priq_enabled(const struct model *m)
{
	return cr0_on(m, CR0_PRIQEN) && cr0_on(m, CR0_SMMUEN);
}

bool pri_is_stop_marker(const struct model_page_request *r)
{
	return r->ssv && r->last && !r->w && !r->r;
}

static void encode(const struct model_page_request *r, u64 record[2])
{
	record[0] = r->sid | (u64)r->last << 62 | (u64)r->w << 61 | (u64)r->r << 60;
	if (r->ssv)
		record[0] |= (u64)(r->ssid & 0xfffff) << 32 | (u64)r->priv << 58 | (u64)r->x << 59 |
			     BIT(63);
	record[1] = (r->addr & GENMASK(63, 12)) | (r->prgi & 0x1ff);
}

static void overflow(struct model *m, const struct model_page_request *r)
{
	struct priq *q = m->priq;

	m->count.page_requests_lost++;
	if (q->q.ovflg == q->q.ovackflg)
		q->q.ovflg = !q->q.ovflg;
	if (!r->last)
		return;
	if (m->regs.priq_irq_cfg2 & IRQ_CFG2_LO)
		irq_raise(m, MODEL_IRQ_PRIQ);
	if (!pri_is_stop_marker(r))
		pri_overflow(m, r);
}

void model_page_request(struct model *m, const struct model_page_request *r)
{
	struct priq *q = m->priq;
	bool was_empty = queue_empty(&q->q);
	u64 record[2];

	m->count.page_requests++;
	if (!priq_enabled(m) || gerror_active(m, GERROR_PRIQ_ABT)) {
		m->count.page_requests_lost++;
		pri_failure(m, r);
		return;
	}
	if (q->q.ovflg != q->q.ovackflg || queue_full(&q->q)) {
		overflow(m, r);
		return;
	}
	encode(r, record);
	if (mem_write(m, queue_entry_pa(&q->q, q->q.prod), record, sizeof(record))) {
		m->count.page_requests_lost++;
		gerror_raise(m, GERROR_PRIQ_ABT);
		pri_failure(m, r);
		return;
	}
	q->q.prod = queue_next(&q->q, q->q.prod);
	if (!pri_is_stop_marker(r))
		pri_seen(m, r);
	if (m->regs.priq_irq_cfg2 & IRQ_CFG2_LO ? r->last : was_empty)
		irq_raise(m, MODEL_IRQ_PRIQ);
}
