// SPDX-License-Identifier: GPL-2.0-only
/*
 * What might be, and is not in the driver. Entries are taken by one atomic add, without a lock; the
 * first who comes owns what gathers. While a CMD_SYNC is on its way it lets others gather; then it
 * takes one more entry for the next CMD_SYNC and rings for all of them. An entry is filled when it is
 * not zero: so owners clear what has been consumed. All CMD_SYNCs write the one word that everybody
 * watches; they are done in order.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "algo.h"
#include "cpu.h"
#include "smmu.h"

/**
 * struct g - the queue's shared state
 * @taken: line of @prod and @gathered
 * @turn: line of @rung and @cleared
 * @word: line of the word that CMD_SYNCs write
 * @prod: next position
 * @gathered: posts that no doorbell has been rung for
 * @rung: everything before has been rung for; then a new owner may
 * @cleared: everything before has been cleared
 * @filled: for each entry, the position behind what fills it
 */
static struct {
	struct line taken, turn, word;
	uint64_t prod, rung, cleared, *filled;
	unsigned int gathered;
} g;

static struct line *const lines[] = { &g.taken, &g.turn, &g.word, NULL };

static void gather_init(void)
{
	free(g.filled);
	memset(&g, 0, sizeof(g));
	smmu_init(1);
	g.filled = calloc(queue_size(), sizeof(*g.filled));
	if (!g.filled) {
		fputs("sim: out of memory\n", stderr);
		exit(2);
	}
	line_init(&g.taken, "taken");
	line_init(&g.turn, "rung and cleared");
	line_init(&g.word, "completion word");
}

/* Until all before @end is done; a CMD_SYNC stands there. */
static void gather_wait(uint64_t end)
{
	struct queue *q = smmu_queue(0);

	if (!machine.msi) {
		while (smmu_read_cons(q) < end)
			cpu_sleep(machine.poll);
		return;
	}
	for (line_read(&g.word); q->word < end; line_read(&g.word))
		line_watch(&g.word);
}

/* What is consumed up to @end. */
static void gather_clear(uint64_t end)
{
	struct queue *q = smmu_queue(0);

	for (; g.cleared < end; g.cleared++) {
		if (g.cleared % ENTRIES_PER_LINE == ENTRIES_PER_LINE - 1 || g.cleared == end - 1)
			line_post(queue_line(q, g.cleared));
	}
}

static void gather_filled(uint64_t from, uint64_t end)
{
	for (; from < end; from++) {
		struct line *l = queue_line(smmu_queue(0), from);

		line_read(l);
		while (g.filled[from % queue_size()] <= from) {
			line_watch(l);
			line_read(l);
		}
	}
}

/* We own what has gathered from @pos on. */
static void gather_own(uint64_t pos)
{
	struct queue *q = smmu_queue(0);
	uint64_t end;

	for (line_read(&g.turn); g.rung != pos; line_read(&g.turn))
		line_watch(&g.turn);
	gather_wait(pos);
	gather_clear(pos);
	line_atomic(&g.taken);
	end = g.prod++;
	g.gathered = 0;
	gather_filled(pos, end);
	queue_put(q, end, true, machine.msi ? &g.word : NULL);
	line_post(queue_line(q, end));
	cpu_fence();
	smmu_ring(q, end + 1);
	cpu_fence();
	line_write(&g.turn);
	g.rung = end + 1;
}

static void gather_unmap(void)
{
	struct queue *q = smmu_queue(0);
	uint64_t pos;
	bool owner;

	line_atomic(&g.taken);
	algo_counts.tries++;
	pos = g.prod++;
	owner = !g.gathered++;
	/* Room: a position that is known to be cleared, in the line of what hardly changes. */
	queue_put(q, pos, false, NULL);
	line_write(queue_line(q, pos));
	g.filled[pos % queue_size()] = pos + 1;
	if (owner)
		gather_own(pos);
	else
		algo_counts.shared++;
	gather_wait(pos + 1);
}

const struct algo algo_gather = { "gather", gather_init, gather_unmap, lines };
