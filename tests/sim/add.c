// SPDX-License-Identifier: GPL-2.0-only
/*
 * The in-tree queue with J. Garry's change (version 2, August 2020, never merged): entries are taken
 * by one atomic add, and room is looked for afterwards; the consumer index is no longer in the same
 * word nor line; the owner counts those it has gathered as who waits, all at once.
 */
#include "algo.h"
#include "intree.h"

static struct line *const lines[] = { &intree.llq, &intree.rest, NULL };

static void add_init(void)
{
	intree_init();
	intree.cons_line = &intree.cold;
}

static void add_unmap(void)
{
	unsigned int gathered;
	uint64_t pos, end;
	bool owner;

	line_atomic(&intree.llq);
	algo_counts.tries++;
	pos = intree.prod;
	owner = intree_take();
	line_read(intree.cons_line);
	while (!intree_has_room(pos))
		intree_await_room();
	intree_fill(pos);
	intree_mark(pos);
	if (owner) {
		end = intree_own(pos, &gathered);
		intree_enter(gathered);
		intree_ring(end);
	}
	intree_wait(pos);
}

const struct algo algo_add = { "atomic-add", add_init, add_unmap, lines };
