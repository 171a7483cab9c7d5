// SPDX-License-Identifier: GPL-2.0-only
/*
 * Make the 1st, 2nd, ... allocation of a piece of code fail, in KUnit cases.
 * Layer: tests.
 *
 * task_struct.fail_nth counts down at each allocation that the kernel's failslab and
 * fail_page_alloc would consider, and that allocation fails which takes it to 0. So 0 after
 * the run means that the fault was reached; the invariant is that it is 0 outside a run.
 */
#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/radix-tree.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "fail_nth.h"

/* A sweep longer than this does not converge: each run allocates more than the one before. */
#define FAIL_NTH_LIMIT 5000

/*
 * The debugging of the kernel itself allocates now and then (stack depot, debug objects), which
 * moves the n-th place by one in that run. Twice the same n: no place is skipped by one such run.
 */
#define FAIL_NTH_REPEAT 2

/*
 * So do page tables and slabs that some runs need and others find: where a run ends with fewer
 * allocations than were made to fail before it, its last ones may have been passed over. The sweep
 * goes back to this many before its end, and does so a few times at most.
 */
#define FAIL_NTH_BACK	4
#define FAIL_NTH_BACKS	8

#ifdef CONFIG_FAULT_INJECTION

static void fail_nth_arm(unsigned int nth)
{
	WRITE_ONCE(current->fail_nth, nth);
}

/* Return: what is left of the countdown, 0 if the armed fault was reached. */
static unsigned int fail_nth_disarm(void)
{
	unsigned int left = READ_ONCE(current->fail_nth);

	WRITE_ONCE(current->fail_nth, 0);
	return left;
}

static bool slab_fails(void)
{
	void *p;

	fail_nth_arm(1);
	p = kmalloc(64, GFP_KERNEL);
	fail_nth_disarm();
	kfree(p);
	return !p;
}

static bool page_fails(gfp_t gfp)
{
	struct page *page;

	fail_nth_arm(1);
	page = alloc_pages(gfp, 0);
	fail_nth_disarm();
	if (page)
		__free_pages(page, 0);
	return !page;
}

/* The defaults spare sleeping allocations, single pages and vmalloc: nearly all of them. */
static bool faults_can_be_raised(struct kunit *test)
{
	bool slab = slab_fails();
	bool page = page_fails(GFP_KERNEL);
	bool highmem = page_fails(GFP_KERNEL | __GFP_HIGHMEM);

	KUNIT_EXPECT_TRUE_MSG(test, slab, "kmalloc() is spared: failslab/ignore-gfp-wait");
	KUNIT_EXPECT_TRUE_MSG(test, page, "a page is spared: fail_page_alloc/min-order, ...-wait");
	KUNIT_EXPECT_TRUE_MSG(test, highmem, "vmalloc() is spared: .../ignore-gfp-highmem");
	return slab && page && highmem;
}

/*
 * dma-debug enters each buffer in a radix tree, and switches itself off where a node of it cannot
 * be had. The node whose allocation is made to fail is taken from this CPU's store of nodes
 * instead, so that must not be empty, and the run must stay on this CPU.
 */
static void fill_node_store(void)
{
	if (!radix_tree_preload(GFP_KERNEL))
		radix_tree_preload_end();
}

/* Return: how many allocations the run lacked to its fault: 0 if it was reached, and checked. */
static unsigned int fail_once(struct kunit *test, unsigned int nth, int (*fn)(void *ctx), void *ctx,
			      void (*check)(struct kunit *test, void *ctx, int err))
{
	unsigned int left;
	int err;

	migrate_disable();
	fill_node_store();
	fail_nth_arm(nth);
	err = fn(ctx);
	left = fail_nth_disarm();
	migrate_enable();
	if (left) {
		KUNIT_EXPECT_EQ_MSG(test, err, 0, "run %u: an error without a fault", nth);
		return left;
	}
	check(test, ctx, err);
	if (test->status == KUNIT_FAILURE)
		kunit_err(test, "with allocation %u made to fail (returned %d)\n", nth, err);
	return 0;
}

unsigned int smmu3_kunit_fail_nth(struct kunit *test, int (*fn)(void *ctx), void *ctx,
				  void (*check)(struct kunit *test, void *ctx, int err))
{
	unsigned int nth = 1, repeat = 0, backs = 0, highest = 0;

	if (!faults_can_be_raised(test))
		return 0;
	while (nth <= FAIL_NTH_LIMIT) {
		unsigned int left = fail_once(test, nth, fn, ctx, check), made = nth - left;

		if (test->status == KUNIT_FAILURE)
			return 0;
		if (!left) {
			highest = max(highest, nth);
			repeat = (repeat + 1) % FAIL_NTH_REPEAT;
			nth += !repeat;
			continue;
		}
		if (left == 1 || backs == FAIL_NTH_BACKS)
			return highest;
		check(test, ctx, 0);
		nth = made > FAIL_NTH_BACK ? made - FAIL_NTH_BACK : 1;
		repeat = 0;
		backs++;
	}
	KUNIT_FAIL(test, "a %uth allocation still fails: the number of them grows", FAIL_NTH_LIMIT);
	return 0;
}

#else

unsigned int smmu3_kunit_fail_nth(struct kunit *test, int (*fn)(void *ctx), void *ctx,
				  void (*check)(struct kunit *test, void *ctx, int err))
{
	KUNIT_FAIL(test, "this kernel has no CONFIG_FAULT_INJECTION");
	return 0;
}

#endif
