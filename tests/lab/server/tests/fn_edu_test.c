// SPDX-License-Identifier: GPL-2.0-only
/* fn_edu.c against QEMU's docs/specs/edu.rst. */
#include "groups.h"

#define BUFFER 0x40000u

static int start(void **state)
{
	char *options[2] = {"dma_mask=0xffffffffffffffff", NULL};

	(void)state;
	fake_start(&fn_edu_ops, options);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	fake_stop();
	return 0;
}

static void dma(u64 src, u64 dst, u64 count, u64 cmd)
{
	fake_write(0x80, 8, src);
	fake_write(0x88, 8, dst);
	fake_write(0x90, 8, count);
	fake_write(0x98, 8, cmd | 1);
	assert_int_equal(fake_read(0x98, 8) & 1, 1);
	assert_int_equal(fake_run(10), 0);
	assert_int_equal(fake_read(0x98, 8) & 1, 0);
}

static void identity(void **state)
{
	static const u8 ids[] = {0x34, 0x12, 0xe8, 0x11};

	(void)state;
	assert_memory_equal(fake.fn.config, ids, 4);
	assert_int_equal(fake.fn.bar_sz[0], 1 << 20);
	assert_int_equal(fake_read(0x00, 4) & 0xfff, 0x0ed);
}

static void liveness(void **state)
{
	(void)state;
	fake_write(0x04, 4, 0x12345678);
	assert_int_equal(fake_read(0x04, 4), 0xedcba987);
	assert_int_equal(fake_read(0x04, 8), ~0ull);
	fake_write(0x04, 8, 0);
	assert_int_equal(fake_read(0x04, 4), 0xedcba987);
	assert_int_equal(fake_read(0x5000, 4), 0xffffffff);
}

static u32 factorial_of(u32 n)
{
	fake_write(0x08, 4, n);
	assert_int_equal(fake_read(0x20, 4) & 1, 1);
	fake_write(0x08, 4, 99); /* ignored while it computes */
	assert_int_equal(fake_run(10), 0);
	assert_int_equal(fake_read(0x20, 4) & 1, 0);
	return fake_read(0x08, 4);
}

static void factorial(void **state)
{
	(void)state;
	assert_int_equal(factorial_of(0), 1);
	assert_int_equal(factorial_of(5), 120);
	assert_int_equal(factorial_of(12), 479001600);
	assert_int_equal(factorial_of(13), (u32)6227020800ull);
	assert_int_equal(factorial_of(0xffffffff), 0);
	assert_int_equal(fake.irqs[0], 0);
	fake_write(0x20, 4, 0x80);
	factorial_of(3);
	assert_int_equal(fake.irqs[0], 1);
	assert_int_equal(fake_read(0x24, 4), 1);
	fake_write(0x64, 4, 1);
	assert_int_equal(fake_read(0x24, 4), 0);
}

static void interrupts(void **state)
{
	(void)state;
	fake_write(0x60, 4, 0x30);
	assert_int_equal(fake.irqs[0], 1);
	assert_int_equal(fake_read(0x24, 4), 0x30);
	fake_write(0x64, 4, 0x10);
	assert_int_equal(fake_read(0x24, 4), 0x20);
	fn_edu_ops.reset(&fake.fn);
	assert_int_equal(fake_read(0x24, 4), 0);
}

static void copies(void **state)
{
	u8 *from = fake_at(FAKE_BASE), *to = fake_at(FAKE_BASE + 0x10000);

	(void)state;
	for (u32 i = 0; i < 4096; i++)
		from[i] = i * 7;
	dma(FAKE_BASE, BUFFER, 4096, 0);
	assert_int_equal(fake.irqs[0], 0);
	dma(BUFFER, FAKE_BASE + 0x10000, 4096, 2 | 4);
	assert_memory_equal(from, to, 4096);
	assert_int_equal(fake.irqs[0], 1);
	assert_int_equal(fake_read(0x24, 4), 0x100);
	dma(BUFFER + 16, FAKE_BASE + 0x20000, 16, 2);
	assert_memory_equal(fake_at(FAKE_BASE + 0x20000), from + 16, 16);
}

/* Nothing but the buffer can be moved, and an end within the last byte is still within. */
static void bounds(void **state)
{
	static const struct {
		u64 at, count;
	} wrong[] = {
		{BUFFER - 1, 16}, {BUFFER + 1, 4096}, {BUFFER + 4096, 1}, {BUFFER, 0},
		{BUFFER, ~0ull},  {BUFFER, 4097},     {~0ull, 2},
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(wrong); i++) {
		dma(wrong[i].at, FAKE_BASE, wrong[i].count, 2);
		dma(FAKE_BASE, wrong[i].at, wrong[i].count, 0);
	}
	assert_int_equal(fake.nr_dma, 0);
	dma(BUFFER + 4095, FAKE_BASE, 1, 2);
	assert_int_equal(fake.nr_dma, 1);
}

/* A refused transfer ends, and the guest can only see it in memory. */
static void refused(void **state)
{
	(void)state;
	dma(0x1000, BUFFER, 64, 0);
	dma(BUFFER, 0x1000, 64, 2);
	assert_int_equal(fake.nr_dma, 2);
}

static void words(void **state)
{
	(void)state;
	fake_write(0x84, 4, 0x1111);
	fake_write(0x80, 4, 0x2222);
	assert_int_equal(fake_read(0x80, 8), 0x111100002222);
	assert_int_equal(fake_read(0x84, 4), 0x1111);
}

static void locked_while_busy(void **state)
{
	(void)state;
	fake_write(0x80, 8, BUFFER);
	fake_write(0x88, 8, FAKE_BASE);
	fake_write(0x90, 8, 16);
	fake_write(0x98, 8, 3);
	fake_write(0x88, 8, FAKE_BASE + 0x1000);
	assert_int_equal(fake_read(0x88, 8), FAKE_BASE);
	fn_edu_ops.reset(&fake.fn);
	assert_int_equal(fake_run(10), 0);
	assert_int_equal(fake.nr_dma, 0);
}

static void mask(void **state)
{
	char *narrow[2] = {"dma_mask=0x4fffffff", NULL};

	(void)state;
	fake_stop();
	fake_start(&fn_edu_ops, narrow);
	memset(fake_at(FAKE_BASE), 0xaa, 16);
	dma(BUFFER, 0xff00000000000000ull | FAKE_BASE, 8, 2);
	assert_int_equal(*(u64 *)fake_at(FAKE_BASE), 0);
	assert_int_equal(*(u64 *)fake_at(FAKE_BASE + 8), 0xaaaaaaaaaaaaaaaaull);
}

static void wrong_options(void **state)
{
	char *wrong[6] = {"dma_mask=",	 "dma_mask=x", "dma_mask=1x",
			  "dma_mask=-1", "dma_mask=0", "mask=1"};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(wrong); i++) {
		char *options[2] = {wrong[i], NULL};
		struct function fn = {.ops = &fn_edu_ops};
		const char *why = NULL;

		assert_false(fn_edu_ops.init(&fn, options, &why));
		assert_non_null(why);
		assert_null(fn.priv);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)

const struct CMUnitTest fn_edu_tests[] = {
	T(identity), T(liveness), T(factorial),		T(interrupts), T(copies),	 T(bounds),
	T(refused),  T(words),	  T(locked_while_busy), T(mask),       T(wrong_options),
};

const size_t nr_fn_edu_tests = ARRAY_SIZE(fn_edu_tests);
