// SPDX-License-Identifier: GPL-2.0-only
/*
 * Enhanced command queues: control pages, enabling, errors.
 * Arm IHI 0070, chapter 3.5.6 "Enhanced Command queue interfaces"; 6.2.5 for how the queues lie in
 * a control page; 6.3 SMMU_IDR6, SMMU_CMDQ_CONTROL_PAGE_BASE, _CFG, _STATUS, SMMU_ECMDQ_BASE,
 * _PROD, _CONS, SMMU_GERROR.CMDQP_ERR: every bit below was compared with their text.
 * Invariant: a queue consumes only with EN, ENACK and ERR == ERRACK; errors touch no other queue.
 */
#include "control.h"

#include <stdlib.h>

/* SMMU_ECMDQ_PROD and _CONS; WR and RD are QUEUE_INDEX_MASK. */
#define PROD_EN		BIT(31)
#define PROD_ERRACK	BIT(23)
#define CONS_ENACK	BIT(31)
#define CONS_ERR_REASON	GENMASK(26, 24)
#define CONS_ERR	BIT(23)

/* SMMU_CMDQ_CONTROL_PAGE_BASE: CMDQGS 0b01 is 64 KiB; PRESET: the queues are registers. */
#define PAGE_CMDQGS_64K	(1u << 1)
#define PAGE_PRESET	1u
/* SMMU_CMDQ_CONTROL_PAGE_CFG.EN, SMMU_CMDQ_CONTROL_PAGE_STATUS.ENACK: both RES1. */
#define PAGE_ENABLED	1u

bool ecmdq_init(struct model *m)
{
	struct cmdq *q = m->cmdq;

	if (m->f.ecmdq) {
		q->nr_ecmdqs = 1u << (m->f.ecmdq_page + m->f.ecmdq_pages);
		q->ecmdqs = calloc(q->nr_ecmdqs, sizeof(*q->ecmdqs));
		if (!q->ecmdqs)
			return false;
	}
	cmdq_reset(m);
	return true;
}

void ecmdq_fini(struct model *m)
{
	struct cmdq *q = m->cmdq;

	for (unsigned int i = 0; q->ecmdqs && i < q->nr_ecmdqs; i++)
		window_fini(&q->ecmdqs[i].port.win);
	free(q->ecmdqs);
	q->ecmdqs = NULL;
}

void ecmdq_reset(struct model *m)
{
	struct cmdq *q = m->cmdq;

	for (unsigned int i = 0; i < q->nr_ecmdqs; i++) {
		struct ecmdq *e = &q->ecmdqs[i];

		window_reset(&e->port.win);
		*e = (struct ecmdq){ .port = { .q = { .max_lg2 = (u8)m->f.cmdqs, .entry_lg2 = 4 },
					       .win = e->port.win,
					       .index = (int)i } };
	}
	q->nr_active = 0;
}

bool ecmdq_any_enabled(const struct model *m)
{
	return m->cmdq->nr_active;
}

static void update(struct model *m, struct ecmdq *e)
{
	e->enack = e->en;
	e->port.enabled = e->en;
	e->port.stopped = e->err != e->errack;
	if (!e->en) {
		e->port.syncing = false;
		m->cmdq->nr_active--;
	}
}

bool ecmdq_step(struct model *m)
{
	struct cmdq *q = m->cmdq;
	bool more = false;

	if (!q->nr_active)
		return false;
	for (unsigned int i = 0; i < q->nr_ecmdqs; i++) {
		struct ecmdq *e = &q->ecmdqs[i];

		if (e->en != e->enack) {
			if (!model_dawdles(m))
				update(m, e);
			more = true;
		}
		if (e->enack)
			more |= port_step(m, &e->port);
	}
	return more;
}

void ecmdq_raise(struct model *m, struct cmd_port *port, enum cerror why)
{
	struct ecmdq *e = &m->cmdq->ecmdqs[port->index];

	e->reason = why;
	e->err = !e->err;
	gerror_raise(m, GERROR_CMDQP);
}

/* ---------------------------------------------------------------- registers */

u64 ecmdq_page_size(const struct model *m)
{
	return m->f.ecmdq ? (u64)ECMDQ_PAGE_SZ << m->f.ecmdq_pages : 0;
}

u32 ecmdq_control_read(struct model *m, u32 offset)
{
	u32 n = (offset - ECMDQ_CONTROL) / 32;
	u32 base = ECMDQ_PAGES + n * ECMDQ_PAGE_SZ;

	if (n >= 1u << m->f.ecmdq_pages)
		return 0;
	switch (offset % 32) {
	case 0x0: return base | PAGE_CMDQGS_64K | PAGE_PRESET;
	case 0x8: return PAGE_ENABLED;
	case 0xc: return PAGE_ENABLED;
	}
	return 0;
}

/* The queue whose register this is; NULL, after a report, between them. */
static struct ecmdq *locate(struct model *m, u64 offset, const char *what)
{
	u64 stride = ECMDQ_PAGE_SZ >> m->f.ecmdq_page, n = (offset - ECMDQ_PAGES) / stride;

	if (offset % stride < 16)
		return &m->cmdq->ecmdqs[n];
	referee_report(m, RULE_REG_ACCESS, "%s at 0x%llx: no register there", what,
		       (unsigned long long)offset);
	return NULL;
}

static u32 prod_value(const struct ecmdq *e)
{
	return e->port.q.prod | (e->en ? (u32)PROD_EN : 0) | (e->errack ? (u32)PROD_ERRACK : 0);
}

u32 ecmdq_read(struct model *m, u64 offset)
{
	struct ecmdq *e = locate(m, offset, "read");

	if (!e)
		return 0;
	switch (offset % 16) {
	case 0x0: return (u32)e->port.q.base;
	case 0x4: return (u32)(e->port.q.base >> 32);
	case 0x8: return prod_value(e);
	}
	return (e->port.q.cons & queue_mask(&e->port.q)) | (e->enack ? (u32)CONS_ENACK : 0) |
	       (e->err ? (u32)CONS_ERR : 0) | (u32)e->reason << 24;
}

static void write_prod(struct model *m, struct ecmdq *e, u32 value)
{
	bool en = value & PROD_EN, errack = value & PROD_ERRACK;
	struct cmd_port *port = &e->port;

	value = regs_known_bits(m, "ECMDQ_PROD", value,
				(u32)(PROD_EN | PROD_ERRACK | QUEUE_INDEX_MASK));
	/* 6.3 SMMU_ECMDQ_PROD: read-only, all of it, between EN and its ENACK. */
	if (e->en != e->enack) {
		if (value != prod_value(e))
			referee_report(m, RULE_REG_UPDATE_PENDING,
				       "ECMDQ_PROD%d: 0x%x written before ENACK has shown EN",
				       port->index, value);
		return;
	}
	if (errack != e->errack && e->enack && errack != e->err)
		referee_report(m, RULE_REG_GERRORN, "ECMDQ_PROD%d.ERRACK toggled without an error",
			       port->index);
	else
		e->errack = errack;
	if (!e->enack || port_prod_ok(m, port, value & QUEUE_INDEX_MASK, "ECMDQ_PROD"))
		port->q.prod = value & QUEUE_INDEX_MASK;
	if (e->enack)
		port->stopped = e->err != e->errack;
	if (en == e->en)
		return;
	e->en = en;
	if (en) {
		m->cmdq->nr_active++;
		if (!(port->q.base & GENMASK(55, 5)))
			referee_report(m, RULE_REG_ENABLE_ORDER,
				       "ECMDQ%d enabled, its BASE was never written", port->index);
		if (e->err != e->errack)
			referee_report(m, RULE_REG_ENABLE_ORDER,
				       "ECMDQ%d enabled with ERRACK != ERR", port->index);
		queue_check_enable(m, &port->q, "ECMDQ");
	}
	if (!m->f.delay)
		update(m, e);
}

void ecmdq_write(struct model *m, u64 offset, u32 value)
{
	struct ecmdq *e = locate(m, offset, "write");

	if (!e)
		return;
	if (offset % 16 == 8) {
		write_prod(m, e, value);
		return;
	}
	if (e->en || e->enack) {
		referee_report(m, RULE_REG_QUEUE_LIVE,
			       "ECMDQ%d: BASE or CONS written while the queue is enabled",
			       e->port.index);
		return;
	}
	if (offset % 16 < 8) {
		regs_write_queue_base(m, &e->port.q, "ECMDQ_BASE", 0, 0, offset % 16 == 4, value);
		return;
	}
	/* ENACK is the SMMU's to set. */
	value = regs_known_bits(m, "ECMDQ_CONS", value,
				(u32)(CONS_ENACK | CONS_ERR_REASON | CONS_ERR | QUEUE_INDEX_MASK));
	e->port.q.cons = value & QUEUE_INDEX_MASK;
	e->err = value & CONS_ERR;
	e->reason = (u8)field(value, 26, 24);
}
