// SPDX-License-Identifier: GPL-2.0-only
/*
 * Enhanced command queues: control pages, enabling, errors.
 * Arm IHI 0070, chapter 3.5.6 "Enhanced Command queue interfaces"; SMMU_IDR6,
 * SMMU_CMDQ_CONTROL_PAGE_*, SMMU_ECMDQ_*.
 * Invariant: a queue consumes only with EN, ENACK and ERR == ERRACK; errors touch no other queue.
 */
#include "control.h"

#include <stdlib.h>

#define PROD_EN		BIT(31)
#define PROD_ERRACK	BIT(23)
#define CONS_ENACK	BIT(31)
#define CONS_ERR	BIT(23)

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
	case 0x0: return base | 1 << 1 | 1;	/* 64 KiB, implemented as registers */
	case 0x8: return 1;
	case 0xc: return 1;
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

u32 ecmdq_read(struct model *m, u64 offset)
{
	struct ecmdq *e = locate(m, offset, "read");

	if (!e)
		return 0;
	switch (offset % 16) {
	case 0x0: return (u32)e->port.q.base;
	case 0x4: return (u32)(e->port.q.base >> 32);
	case 0x8:
		return e->port.q.prod | (e->en ? (u32)PROD_EN : 0) |
		       (e->errack ? (u32)PROD_ERRACK : 0);
	}
	return (e->port.q.cons & queue_mask(&e->port.q)) | (e->enack ? (u32)CONS_ENACK : 0) |
	       (e->err ? (u32)CONS_ERR : 0) | (u32)e->reason << 24;
}

static void write_prod(struct model *m, struct ecmdq *e, u32 value)
{
	bool en = value & PROD_EN, errack = value & PROD_ERRACK;
	struct cmd_port *port = &e->port;

	if (value & ~(PROD_EN | PROD_ERRACK | QUEUE_INDEX_MASK))
		referee_report(m, RULE_REG_RESERVED, "ECMDQ_PROD: 0x%x", value);
	if (en != e->en && e->en != e->enack) {
		referee_report(m, RULE_REG_UPDATE_PENDING,
			       "ECMDQ_PROD%d.EN changed before ENACK has shown it", port->index);
		en = e->en;
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
	u64 *base;

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
	base = &e->port.q.base;
	switch (offset % 16) {
	case 0x0:
		*base = (*base & GENMASK(63, 32)) | value;
		break;
	case 0x4:
		*base = (*base & GENMASK(31, 0)) | (u64)value << 32;
		break;
	default:
		e->port.q.cons = value & QUEUE_INDEX_MASK;
		e->err = value & CONS_ERR;
		break;
	}
}
