// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command queue, and what it shares with enhanced ones: fetch, consumption, errors, CMD_SYNC.
 * Arm IHI 0070, chapter 4.1 "Commands overview", 4.7.3 "CMD_SYNC", 7.1 "Command queue errors".
 * Invariant: CONS never passes an erroneous command or a SYNC that is not complete.
 */
#include "control.h"

#include <stdlib.h>

#define PER_STEP	32	/* commands consumed in one step when nothing is late */

bool cmdq_init(struct model *m)
{
	m->cmdq = calloc(1, sizeof(*m->cmdq));
	return m->cmdq && ecmdq_init(m);
}

void cmdq_fini(struct model *m)
{
	ecmdq_fini(m);
	window_fini(&m->cmdq->port.win);
	free(m->cmdq);
	m->cmdq = NULL;
}

void cmdq_reset(struct model *m)
{
	struct cmd_port *port = &m->cmdq->port;

	window_reset(&port->win);
	*port = (struct cmd_port){ .q = { .max_lg2 = (u8)m->f.cmdqs, .entry_lg2 = 4 },
				   .win = port->win,
				   .index = -1 };
	m->cmdq->err = 0;
	ecmdq_reset(m);
}

/* ---------------------------------------------------------------- a port */

void queue_check_enable(struct model *m, const struct queue *q, const char *name)
{
	if (field(q->base, 4, 0) > q->max_lg2)
		referee_report(m, RULE_QUEUE_GEOMETRY, "%s: LOG2SIZE %u, IDR1 allows %u", name,
			       (unsigned int)field(q->base, 4, 0), q->max_lg2);
	if (q->base & GENMASK(55, 5) & (queue_align(q) - 1))
		referee_report(m, RULE_QUEUE_GEOMETRY, "%s: base 0x%llx is not aligned to 0x%llx",
			       name, (unsigned long long)(q->base & GENMASK(55, 5)),
			       (unsigned long long)queue_align(q));
	if (!queue_consistent(q))
		referee_report(m, RULE_QUEUE_OVERRUN, "%s: enabled with PROD 0x%x CONS 0x%x", name,
			       q->prod, q->cons);
}

bool port_prod_ok(struct model *m, struct cmd_port *port, u32 prod, const char *name)
{
	const struct queue *q = &port->q;
	u32 used = queue_between(q, q->cons, prod);

	if (used > queue_sz(q)) {
		referee_report(m, RULE_QUEUE_OVERRUN, "%s: 0x%x is beyond CONS 0x%x, %u entries",
			       name, prod, q->cons, queue_sz(q));
		return false;
	}
	/* 7.1: only while an error is active software may take commands back. */
	if (used < queue_used(q) && !port->stopped) {
		referee_report(m, RULE_QUEUE_OVERRUN, "%s: 0x%x goes back from 0x%x", name, prod,
			       q->prod);
		return false;
	}
	return true;
}

void port_stop(struct model *m, struct cmd_port *port, enum cerror why)
{
	static const char *const names[] = { "NONE", "ILL", "ABT", "ATC_INV_SYNC" };

	port->stopped = true;
	port->syncing = false;
	model_log(m, "CERROR_%s at index 0x%x of queue %d", names[why], port->q.cons, port->index);
	if (port->index >= 0) {
		ecmdq_raise(m, port, why);
		return;
	}
	m->cmdq->err = why;
	gerror_raise(m, GERROR_CMDQ);
}

/* By features.sync_us; without a clock nothing takes time. */
static bool sync_takes_time(const struct model *m) { return m->f.sync_us && m->env.now; }

static bool sync_is_early(const struct model *m, const struct cmd_port *port)
{
	return port->syncing && sync_takes_time(m) &&
	       m->env.now(m->env.ctx) - port->sync_since < m->f.sync_us * 1000ull;
}

/* False: the SYNC has to wait for a device, or has failed. */
static bool sync_complete(struct model *m, struct cmd_port *port)
{
	struct window *w = &port->win;
	bool drained = window_drain(m, w);

	/* 4.7.3: whatever else is still on its way; the SYNC that is tried again waits for that. */
	if (w->atc_timeout) {
		w->atc_timeout = false;
		port_stop(m, port, CERROR_ATC_INV_SYNC);
		return false;
	}
	if (!drained || w->atc_pending)
		return false;
	/* 4.7.3: events of transactions terminated before are visible now, or lost for ever. */
	eventq_flush(m);
	window_close(m, w);
	m->count.syncs++;
	m->count.commands++;
	port->syncing = false;
	port->q.cons = queue_next(&port->q, port->q.cons);
	irq_sync(m, &port->sync);
	return true;
}

/* Fetch and take up one command. False: nothing more for now. */
static bool consume(struct model *m, struct cmd_port *port)
{
	struct command c;
	enum cerror error;
	u64 words[2], pa;

	if (queue_empty(&port->q) || !queue_consistent(&port->q))
		return false;
	pa = queue_entry_pa(&port->q, port->q.cons);
	if (mem_read64(m, pa, &words[0]) || mem_read64(m, pa + 8, &words[1])) {
		port_stop(m, port, CERROR_ABT);
		return false;
	}
	error = cmd_decode(m, words, &c);
	if (error) {
		port_stop(m, port, error);
		return false;
	}
	if (c.op == CMD_SYNC) {
		port->sync = c;
		port->syncing = true;
		if (sync_takes_time(m))
			port->sync_since = m->env.now(m->env.ctx);
		return true;
	}
	window_add(m, &port->win, &c);
	m->count.commands++;
	port->q.cons = queue_next(&port->q, port->q.cons);
	return true;
}

bool port_step(struct model *m, struct cmd_port *port)
{
	bool more = window_step(m, &port->win);

	for (unsigned int i = 0; i < PER_STEP; i++) {
		if (!port->enabled || port->stopped)
			return more;
		if (sync_is_early(m, port))
			return more;
		/* Nothing to dawdle over: of many queues one would always say that it has work. */
		if (!port->syncing && queue_empty(&port->q))
			return more;
		if (model_dawdles(m))
			return true;
		if (port->syncing ? !sync_complete(m, port) : !consume(m, port))
			return more ||
			       (port->syncing && !port->win.atc_pending && !port->win.nr_waiting);
	}
	return true;
}

/* ---------------------------------------------------------------- the command queue */

bool cmdq_step(struct model *m)
{
	return port_step(m, &m->cmdq->port);
}

void cmdq_error_acknowledged(struct model *m)
{
	m->cmdq->port.stopped = false;
}
