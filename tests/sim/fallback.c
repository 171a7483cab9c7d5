// SPDX-License-Identifier: GPL-2.0-only
/*
 * The in-tree queue with W. Deacon's proposal of July 2020 as J. Garry tried it in September (never
 * merged): whose compare-and-exchange fails takes a spinlock before it tries again. It is here
 * because it is the one published use of the kernel's spinlock in this place: a test of spin.c. The
 * lock is in the line of the count of who waits.
 */
#include "algo.h"
#include "intree.h"
#include "spin.h"

static struct spinlock lock;
static struct line *const lines[] = { &intree.llq, &intree.rest, NULL };

static void fallback_init(void)
{
	intree_init();
	spin_init(&lock, &intree.rest);
}

static void fallback_unmap(void)
{
	bool locked = false, owner;
	uint64_t pos, version;

	for (;;) {
		line_read(&intree.llq);
		pos = intree.prod;
		version = intree.version;
		while (!intree_has_room(pos))
			intree_await_room();
		line_atomic(&intree.llq);
		algo_counts.tries++;
		if (version == intree.version)
			break;
		if (!locked)
			spin_lock(&lock);
		locked = true;
	}
	owner = intree_take();
	if (locked)
		spin_unlock(&lock);
	intree_post(pos, owner);
}

const struct algo algo_fallback = { "cas+lock", fallback_init, fallback_unmap, lines };
