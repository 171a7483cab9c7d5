// SPDX-License-Identifier: GPL-2.0-only
/*
 * One fault of each kind that tests/kunit/run must see, each only on request:
 * bad=fail,rcu,... on the module's command line.
 * Layer: tests of the tests.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static char *bad = "";
module_param(bad, charp, 0444);

static void only_on_request(struct kunit *test, const char *word)
{
	if (!strstr(bad, word))
		kunit_skip(test, "not asked for");
}

static void bad_fail(struct kunit *test)
{
	only_on_request(test, "fail");
	KUNIT_EXPECT_EQ(test, 1, 2);
}

static int rcu_target;
static int __rcu *rcu_pointer = (int __rcu __force *)&rcu_target;

static void bad_rcu(struct kunit *test)
{
	only_on_request(test, "rcu");
	KUNIT_EXPECT_NOT_NULL(test, rcu_dereference(rcu_pointer));
}

static DEFINE_MUTEX(one);
static DEFINE_MUTEX(other);

static void bad_lockdep(struct kunit *test)
{
	only_on_request(test, "lockdep");
	mutex_lock(&one);
	mutex_lock(&other);
	mutex_unlock(&other);
	mutex_unlock(&one);
	mutex_lock(&other);
	mutex_lock(&one);
	mutex_unlock(&one);
	mutex_unlock(&other);
}

static DEFINE_RAW_SPINLOCK(atomic_lock);

static void bad_sleep(struct kunit *test)
{
	only_on_request(test, "sleep");
	raw_spin_lock(&atomic_lock);
	might_sleep();
	raw_spin_unlock(&atomic_lock);
}

static void bad_warn(struct kunit *test)
{
	only_on_request(test, "warn");
	WARN_ON(test);
}

static void bad_ubsan(struct kunit *test)
{
	unsigned int by = 64;
	u64 one = 1;

	only_on_request(test, "ubsan");
	OPTIMIZER_HIDE_VAR(by);
	one <<= by;
	OPTIMIZER_HIDE_VAR(one);
}

static void bad_dma(struct kunit *test)
{
	struct device *dev;

	only_on_request(test, "dma");
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	device_initialize(dev);
	dev_set_name(dev, "selftest");
	dev->dma_mask = &dev->coherent_dma_mask;
	dma_unmap_single(dev, 0x1000, 0x1000, DMA_TO_DEVICE);
}

static noinline void *lose_something(void)
{
	void *p = kmalloc(1000, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	return NULL;
}

/* Several, for a stale stack may still point at the last one. */
static void bad_leak(struct kunit *test)
{
	int i;

	only_on_request(test, "leak");
	for (i = 0; i < 20; i++)
		KUNIT_EXPECT_NULL(test, lose_something());
}

static void bad_kasan(struct kunit *test)
{
	char *p;

	only_on_request(test, "kasan");
	p = kmalloc(100, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	READ_ONCE(p[10]);
}

static void bad_oops(struct kunit *test)
{
	int *nowhere = (int *)8;

	only_on_request(test, "oops");
	OPTIMIZER_HIDE_VAR(nowhere);
	WRITE_ONCE(*nowhere, 0);
}

static struct kunit_case bad_cases[] = {
	KUNIT_CASE(bad_fail),
	KUNIT_CASE(bad_rcu),
	KUNIT_CASE(bad_lockdep),
	KUNIT_CASE(bad_sleep),
	KUNIT_CASE(bad_warn),
	KUNIT_CASE(bad_ubsan),
	KUNIT_CASE(bad_dma),
	KUNIT_CASE(bad_leak),
	KUNIT_CASE(bad_kasan),
	KUNIT_CASE(bad_oops),
	{}
};

static struct kunit_suite bad_suite = {
	.name = "selftest_bad",
	.test_cases = bad_cases,
};

kunit_test_suite(bad_suite);
