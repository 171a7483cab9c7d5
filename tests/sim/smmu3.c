// SPDX-License-Identifier: GPL-2.0-only
/*
 * smmu3's queue: src/hw/cmdq.c and cmdq_wait.c, function by function. While a CMD_SYNC is on its way,
 * or somebody has the lock, who comes leaves its command in a list; the first of the list posts all of
 * them with the next CMD_SYNC, and tells each.
 *
 * Where things are: as in struct smmu3_cmdq, built for arm64 without lock debugging. What CPUs contend
 * for is in a line each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "algo.h"
#include "cpu.h"
#include "event.h"
#include "smmu.h"
#include "spin.h"

#define KEEP 64
/* Completion words in one line. */
#define WORDS_PER_LINE 8
/* The first buckets of the histogram of waits, by microseconds, are in one line. */
#define BUCKETS_NEAR 2

static struct {
	struct spinlock lock;
	struct line lock_line, prod_line, state, head_line, posted, done_line, cold, near, far, *words;
	uint64_t prod, synced, done, seen;
	uint64_t *word;
	/* The list of those who share: the last who came, plus 1; 0: nobody. */
	int head;
	struct line node[MAX_CPUS];
	int next[MAX_CPUS];
	uint64_t ticket[MAX_CPUS];
} q;

static struct line *const lines[] = {
	&q.lock_line, &q.prod_line, &q.state, &q.head_line, &q.posted, &q.done_line, &q.near, &q.far, NULL
};

static void smmu3_init(void)
{
	uint64_t i, nr = queue_size() / WORDS_PER_LINE;

	free(q.words);
	free(q.word);
	memset(&q, 0, sizeof(q));
	smmu_init(1);
	q.words = calloc(nr, sizeof(*q.words));
	q.word = calloc(queue_size(), sizeof(*q.word));
	if (!q.words || !q.word) {
		fputs("sim: out of memory\n", stderr);
		exit(2);
	}
	for (i = 0; i < nr; i++)
		line_init(&q.words[i], "completion words");
	line_init(&q.lock_line, "lock");
	line_init(&q.prod_line, "prod and counts");
	line_init(&q.state, "synced and seen");
	line_init(&q.head_line, "head of the list");
	line_init(&q.posted, "counts");
	line_init(&q.done_line, "done");
	line_init(&q.cold, "cold");
	line_init(&q.near, "short waits");
	line_init(&q.far, "long waits");
	for (i = 0; i < MAX_CPUS; i++)
		line_init(&q.node[i], "node");
	spin_init(&q.lock, &q.lock_line);
}

static struct line *word_line(uint64_t pos)
{
	return &q.words[pos % queue_size() / WORDS_PER_LINE];
}

/* ---------------------------------------------------------------- done */

static void cmdq_advance(uint64_t pos)
{
	if (q.done + queue_size() / 8 > pos)
		return;
	line_atomic(&q.done_line);
	if (q.done + queue_size() / 8 <= pos)
		q.done = pos;
}

static bool cmdq_ticket_done(uint64_t ticket)
{
	struct queue *hw = smmu_queue(0);

	line_read(&q.done_line);
	if (q.done >= ticket)
		return true;
	if (!machine.msi) {
		uint64_t pos = smmu_read_cons(hw);

		cmdq_advance(pos);
		return pos >= ticket;
	}
	line_read(word_line(ticket - 1));
	if (!queue_synced(hw, ticket - 1))
		return false;
	cmdq_advance(ticket);
	return true;
}

/* Who has posted a CMD_SYNC has seen it done: nobody leads unless somebody has come meanwhile. */
static void cmdq_has_seen(uint64_t ticket)
{
	line_read(&q.head_line);
	if (q.head)
		return;
	line_read(&q.state);
	if (q.seen >= ticket)
		return;
	line_write(&q.state);
	q.seen = ticket;
}

/* ---------------------------------------------------------------- post */

static bool cmdq_has_room(unsigned int nr)
{
	return q.prod + nr - q.done <= queue_size() - KEEP;
}

static void cmdq_reserve(unsigned int nr)
{
	while (!cmdq_has_room(nr)) {
		uint64_t pos = smmu_read_cons(smmu_queue(0));

		cmdq_advance(pos);
		if (q.prod + nr - pos <= queue_size() - KEEP)
			return;
		spin_unlock(&q.lock);
		cpu_sleep(machine.poll);
		spin_lock(&q.lock);
	}
}

static void cmdq_put(uint64_t pos, bool sync)
{
	struct queue *hw = smmu_queue(0);

	queue_put(hw, pos, sync, sync && machine.msi ? word_line(pos) : NULL);
	line_post(queue_line(hw, pos));
	line_post(&q.posted);
}

/* The CMD_SYNC behind what has been put. */
static uint64_t cmdq_close(uint64_t pos)
{
	if (machine.msi)
		line_post(word_line(pos));
	cmdq_put(pos++, true);
	line_post(&q.prod_line);
	cpu_fence();
	q.prod = pos;
	line_write(&q.state);
	q.synced = pos;
	smmu_ring(smmu_queue(0), q.prod);
	return pos;
}

static void cmdq_load(void)
{
	line_ahead(&q.cold);
	line_ahead(&q.done_line);
	line_ahead(&q.prod_line);
	cpu_fence();
}

/* Return: the ticket; 0: it waits in the list, 1: and is the first there. */
static uint64_t cmdq_post(void)
{
	int me = this_cpu->nr;
	uint64_t ticket, pos;

	line_read(&q.state);
	if (q.seen != q.synced || !spin_trylock(&q.lock)) {
		int before;

		q.ticket[me] = 0;
		line_write(&q.node[me]);
		line_atomic(&q.head_line);
		before = q.head;
		q.next[me] = before;
		q.head = me + 1;
		return before ? 0 : 1;
	}
	cmdq_load();
	cmdq_reserve(2);
	pos = q.prod;
	cmdq_put(pos++, false);
	ticket = cmdq_close(pos);
	spin_unlock(&q.lock);
	return ticket;
}

/* All who share so far. */
static uint64_t cmdq_lead(void)
{
	uint64_t pos, ticket;
	int list, i;

	spin_lock(&q.lock);
	cmdq_load();
	line_atomic(&q.head_line);
	list = q.head;
	q.head = 0;
	pos = q.prod;
	for (i = list; i; i = q.next[i - 1]) {
		line_read(&q.node[i - 1]);
		cmdq_reserve(2);
		cmdq_put(pos++, false);
		algo_counts.shared++;
	}
	algo_counts.shared--;
	ticket = cmdq_close(pos);
	spin_unlock(&q.lock);
	for (i = list; i;) {
		int next = q.next[i - 1];

		line_post(&q.node[i - 1]);
		q.ticket[i - 1] = ticket;
		i = next;
	}
	cpu_fence();
	return ticket;
}

/* ---------------------------------------------------------------- wait */

static void cmdq_relax(uint64_t ticket)
{
	struct line *l = word_line(ticket - 1);

	if (!machine.msi) {
		cpu_sleep(machine.poll);
		return;
	}
	line_read(l);
	if (queue_synced(smmu_queue(0), ticket - 1))
		return;
	line_watch(l);
	line_read(l);
}

static void cmdq_wait_on(uint64_t ticket)
{
	uint64_t start = now();

	do
		cmdq_relax(ticket);
	while (!cmdq_ticket_done(ticket));
	line_post(now() - start < BUCKETS_NEAR * 1000 ? &q.near : &q.far);
}

static void cmdq_wait(uint64_t ticket)
{
	if (!cmdq_ticket_done(ticket))
		cmdq_wait_on(ticket);
}

static void smmu3_unmap(void)
{
	int me = this_cpu->nr;
	uint64_t ticket = cmdq_post();

	if (ticket > 1) {
		cmdq_wait(ticket);
		cmdq_has_seen(ticket);
		return;
	}
	if (ticket) {
		line_read(&q.state);
		cmdq_wait(q.synced);
		ticket = cmdq_lead();
		cmdq_wait(ticket);
		cmdq_has_seen(ticket);
		return;
	}
	for (line_read(&q.node[me]); !q.ticket[me]; line_read(&q.node[me]))
		line_watch(&q.node[me]);
	cmdq_wait(q.ticket[me]);
}

const struct algo algo_smmu3 = { "smmu3", smmu3_init, smmu3_unmap, lines };
