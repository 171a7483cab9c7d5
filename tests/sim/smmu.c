// SPDX-License-Identifier: GPL-2.0-only
/* What stands at the head of smmu.h. */
#include "smmu.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cpu.h"
#include "event.h"

uint64_t smmu_cmds, smmu_syncs, smmu_doorbells;

static struct queue queues[MAX_CPUS];
static int nr_queues;
static uint64_t port_free;
static bool pipe_busy;
static int pipe_turn;

uint64_t queue_size(void)
{
	return 1ull << machine.queue_lg2;
}

static void *zeroed(size_t nr, size_t size)
{
	void *p = calloc(nr, size);

	if (!p) {
		fputs("sim: out of memory\n", stderr);
		exit(2);
	}
	return p;
}

static void queue_init(struct queue *q)
{
	uint64_t i;

	free(q->lines);
	free(q->entries);
	free(q->synced);
	memset(q, 0, sizeof(*q));
	q->lines = zeroed(queue_size() / ENTRIES_PER_LINE, sizeof(*q->lines));
	q->entries = zeroed(queue_size(), sizeof(*q->entries));
	q->synced = zeroed(queue_size(), sizeof(*q->synced));
	for (i = 0; i < queue_size() / ENTRIES_PER_LINE; i++)
		line_init(&q->lines[i], "entries");
}

void smmu_init(int nr)
{
	int i;

	nr_queues = nr;
	for (i = 0; i < nr; i++)
		queue_init(&queues[i]);
	port_free = 0;
	pipe_busy = false;
	pipe_turn = 0;
}

struct queue *smmu_queue(int nr)
{
	return &queues[nr];
}

void queue_put(struct queue *q, uint64_t pos, bool sync, struct line *word)
{
	struct entry *e = &q->entries[pos % queue_size()];

	if (pos - q->cons >= queue_size()) {
		fputs("sim: a command was put over one that is not done\n", stderr);
		exit(2);
	}
	e->sync = sync;
	e->word = word;
}

struct line *queue_line(struct queue *q, uint64_t pos)
{
	return &q->lines[pos % queue_size() / ENTRIES_PER_LINE];
}

struct line *queue_put_pair(struct queue *q, uint64_t pos)
{
	struct line *first = queue_line(q, pos), *last = queue_line(q, pos + 1);

	queue_put(q, pos, false, NULL);
	queue_put(q, pos + 1, true, machine.msi ? last : NULL);
	line_post(first);
	if (last != first)
		line_post(last);
	return last;
}

bool queue_synced(const struct queue *q, uint64_t pos)
{
	return q->synced[pos % queue_size()] > pos;
}

/* ---------------------------------------------------------------- execution */

static void queue_fetch(struct queue *q);
static void pipe_run(void *arg);

/**
 * struct written - the word of a CMD_SYNC on its way to memory
 * @q: queue
 * @pos: position of the CMD_SYNC
 */
struct written {
	struct queue *q;
	uint64_t pos;
};

static void queue_word_done(void *arg)
{
	struct written *w = arg;

	w->q->synced[w->pos % queue_size()] = w->pos + 1;
	w->q->word = w->pos + 1;
	free(w);
}

static void queue_word_out(void *arg)
{
	struct written *w = arg;

	line_device(w->q->entries[w->pos % queue_size()].word, true, queue_word_done, w);
}

/* The entry at @cons has been executed. */
static void queue_executed(void *arg)
{
	struct queue *q = arg;
	struct entry *e = &q->entries[q->cons % queue_size()];

	if (e->sync && e->word) {
		struct written *w = zeroed(1, sizeof(*w));

		w->q = q;
		w->pos = q->cons;
		after(machine.sync_write, queue_word_out, w);
	}
	smmu_cmds++;
	smmu_syncs += e->sync;
	q->cons++;
	q->running = false;
	queue_fetch(q);
	pipe_run(NULL);
}

static void pipe_free(void *arg)
{
	pipe_busy = false;
	queue_executed(arg);
}

/* The next queue that has something takes its turn. */
static void pipe_run(void *unused)
{
	int i;

	(void)unused;
	for (i = 0; !pipe_busy && i < nr_queues; i++) {
		struct queue *q = &queues[(pipe_turn + i) % nr_queues];

		if (q->running || q->cons == q->fetched)
			continue;
		q->running = true;
		if (q->entries[q->cons % queue_size()].sync) {
			after(machine.sync, queue_executed, q);
			continue;
		}
		pipe_busy = true;
		pipe_turn = (pipe_turn + i + 1) % nr_queues;
		after(machine.cmd, pipe_free, q);
	}
}

/* ---------------------------------------------------------------- fetch */

static void queue_fetched(void *arg)
{
	struct queue *q = arg;

	q->fetched += q->fetching;
	q->fetching = 0;
	queue_fetch(q);
	pipe_run(NULL);
}

static void queue_got_line(void *arg)
{
	struct queue *q = arg;

	if (!--q->waits)
		after(machine.fetch, queue_fetched, q);
}

/* Read on, if there is something, and not too much has been read already. */
static void queue_fetch(struct queue *q)
{
	uint64_t end = q->prod, pos;

	if (q->fetching || q->fetched == q->prod ||
	    q->fetched - q->cons > (uint64_t)machine.fetch_nr)
		return;
	if (end > q->fetched + machine.fetch_nr)
		end = q->fetched + machine.fetch_nr;
	q->fetching = end - q->fetched;
	q->waits = 1;
	for (pos = q->fetched; pos < end; pos = (pos / ENTRIES_PER_LINE + 1) * ENTRIES_PER_LINE) {
		q->waits++;
		line_device(queue_line(q, pos), false, queue_got_line, q);
	}
	queue_got_line(q);
}

/* ---------------------------------------------------------------- registers */

/* From the CPU that runs now to the registers, one direction. */
static uint64_t port_way(void)
{
	return machine.mmio + home_distance(this_cpu->nr) - machine.line_die;
}

/* When the port will have taken an access that begins now. */
static uint64_t port_take(void)
{
	uint64_t at = now() + port_way();

	if (at < port_free)
		at = port_free;
	port_free = at + machine.mmio_busy;
	return port_free - now();
}

/**
 * struct doorbell - a store to CMDQ_PROD on its way
 * @q: of this queue
 * @prod: what is stored
 */
struct doorbell {
	struct queue *q;
	uint64_t prod;
};

static void smmu_rung(void *arg)
{
	struct doorbell *d = arg;

	d->q->prod = d->prod;
	queue_fetch(d->q);
	free(d);
}

void smmu_ring(struct queue *q, uint64_t prod)
{
	struct doorbell *d = zeroed(1, sizeof(*d));

	d->q = q;
	d->prod = prod;
	smmu_doorbells++;
	this_cpu->posted++;
	after(machine.mmio_ack, cpu_posted, this_cpu);
	after(port_take(), smmu_rung, d);
	cpu_sleep(machine.hit);
}

uint64_t smmu_read_cons(struct queue *q)
{
	uint64_t cons;

	cpu_sleep(port_take());
	cons = q->cons;
	cpu_sleep(port_way());
	return cons;
}
