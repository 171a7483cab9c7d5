// SPDX-License-Identifier: GPL-2.0-only
/*
 * smmu3_kunit_fail_nth() over one call of each allocator that the driver uses.
 * Layer: tests of the tests.
 */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/idr.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

#include "../fail_nth.h"

#define DMA_SZ	SZ_64K
/*
 * Far enough up that xarray and IDA need a node, and at the start of a chunk so that the IDA needs
 * no bitmap: where it has one and the node's first allocation fails, ida_alloc_range() loses it.
 */
#define INDEX	(5 * IDA_BITMAP_BITS)

enum step { KMALLOC, PAGES, VMALLOC, DMA, XA, IDA, NR_STEPS };

struct bag {
	struct device *dev;
	void *small;
	struct page *pages;
	void *large;
	void *dma;
	dma_addr_t dma_addr;
	struct xarray xa;
	struct ida ida;
	bool stored;
	int id;
	bool told;
	unsigned int reached[NR_STEPS];
};

/* Which step the fault fell in: the countdown has just reached 0. */
static int step_done(struct bag *bag, enum step step, bool ok)
{
	if (!bag->told && !READ_ONCE(current->fail_nth)) {
		bag->told = true;
		bag->reached[step]++;
	}
	return ok ? 0 : -ENOMEM;
}

static void bag_empty(struct bag *bag)
{
	if (bag->id >= 0)
		ida_free(&bag->ida, bag->id);
	if (bag->stored)
		xa_erase(&bag->xa, INDEX);
	if (bag->dma)
		dma_free_coherent(bag->dev, DMA_SZ, bag->dma, bag->dma_addr);
	vfree(bag->large);
	if (bag->pages)
		__free_pages(bag->pages, 2);
	kfree(bag->small);
	bag->small = NULL;
	bag->pages = NULL;
	bag->large = NULL;
	bag->dma = NULL;
	bag->stored = false;
	bag->id = -1;
}

static int bag_fill_steps(struct bag *bag)
{
	int err;

	bag->small = kmalloc(100, GFP_KERNEL);
	err = step_done(bag, KMALLOC, bag->small);
	if (err)
		return err;
	bag->pages = alloc_pages(GFP_KERNEL, 2);
	err = step_done(bag, PAGES, bag->pages);
	if (err)
		return err;
	bag->large = vmalloc(SZ_256K);
	err = step_done(bag, VMALLOC, bag->large);
	if (err)
		return err;
	bag->dma = dma_alloc_coherent(bag->dev, DMA_SZ, &bag->dma_addr, GFP_KERNEL);
	err = step_done(bag, DMA, bag->dma);
	if (err)
		return err;
	bag->stored = !xa_err(xa_store(&bag->xa, INDEX, bag, GFP_KERNEL));
	err = step_done(bag, XA, bag->stored);
	if (err)
		return err;
	bag->id = ida_alloc_min(&bag->ida, INDEX, GFP_KERNEL);
	return step_done(bag, IDA, bag->id >= 0);
}

static int bag_fill(void *ctx)
{
	struct bag *bag = ctx;
	int err;

	bag->told = false;
	err = bag_fill_steps(bag);
	if (err)
		bag_empty(bag);
	return err;
}

static void bag_check(struct kunit *test, void *ctx, int err)
{
	struct bag *bag = ctx;

	if (!err) {
		bag_empty(bag);
		return;
	}
	KUNIT_EXPECT_EQ(test, err, -ENOMEM);
	KUNIT_EXPECT_TRUE(test, xa_empty(&bag->xa));
	KUNIT_EXPECT_TRUE(test, ida_is_empty(&bag->ida));
}

static void sweep_reaches_every_allocator(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "smmu3-kunit-selftest");
	struct bag *bag = kunit_kzalloc(test, sizeof(*bag), GFP_KERNEL);
	unsigned int nr, step;

	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	KUNIT_ASSERT_NOT_NULL(test, bag);
	bag->dev = dev;
	bag->id = -1;
	xa_init(&bag->xa);
	ida_init(&bag->ida);

	nr = smmu3_kunit_fail_nth(test, bag_fill, bag, bag_check);
	KUNIT_EXPECT_GE(test, nr, NR_STEPS);
	KUNIT_EXPECT_EQ(test, current->fail_nth, 0);
	for (step = 0; step < NR_STEPS; step++)
		KUNIT_EXPECT_GE_MSG(test, bag->reached[step], 1, "no fault fell in step %u", step);
	kunit_info(test, "%u allocations\n", nr);
	bag_empty(bag);
}

struct tally {
	unsigned int runs;
	unsigned int failures;
};

static int allocate_once(void *ctx)
{
	struct tally *tally = ctx;
	void *p;

	tally->runs++;
	p = kmalloc(64, GFP_KERNEL);
	kfree(p);
	return p ? 0 : -ENOMEM;
}

static void count_failures(struct kunit *test, void *ctx, int err)
{
	struct tally *tally = ctx;

	tally->failures += err == -ENOMEM;
}

static void sweep_ends_in_success(struct kunit *test)
{
	struct tally tally = {};
	unsigned int nr = smmu3_kunit_fail_nth(test, allocate_once, &tally, count_failures);

	KUNIT_EXPECT_GE(test, nr, 1);
	KUNIT_EXPECT_GE(test, tally.failures, 1);
	KUNIT_EXPECT_GT(test, tally.runs, tally.failures);
	kunit_info(test, "%u allocations in %u runs\n", nr, tally.runs);
}

static struct kunit_case sweep_cases[] = {
	KUNIT_CASE(sweep_reaches_every_allocator),
	KUNIT_CASE(sweep_ends_in_success),
	{}
};

static struct kunit_suite sweep_suite = {
	.name = "selftest_sweep",
	.test_cases = sweep_cases,
};

kunit_test_suite(sweep_suite);

MODULE_DESCRIPTION("What tests/kunit/run must see");
MODULE_LICENSE("GPL");
