// SPDX-License-Identifier: GPL-2.0-only
/* fn_itd.c against QEMU's docs/specs/iommu-testdev.rst. */
#include "groups.h"

static int start(void **state)
{
	(void)state;
	fake_start(&fn_itd_ops, NULL);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	fake_stop();
	return 0;
}

static u32 write_at(u64 iova, u64 pa, u32 len)
{
	fake_write(0x04, 4, iova & 0xffffffff);
	fake_write(0x08, 4, iova >> 32);
	fake_write(0x1c, 4, pa & 0xffffffff);
	fake_write(0x20, 4, pa >> 32);
	fake_write(0x0c, 4, len);
	fake_write(0x14, 4, 1);
	assert_int_equal(fake_read(0x10, 4), 0xfffffffe);
	assert_int_equal(fake_read(0x00, 4), 0);
	return fake_read(0x10, 4);
}

static void identity(void **state)
{
	static const u8 ids[] = {0x36, 0x1b, 0x05, 0x00};

	(void)state;
	assert_memory_equal(fake.fn.config, ids, 4);
	assert_int_equal(fake.fn.config[0x0b], 0xff);
	assert_int_equal(fake.fn.bar_sz[0], 0x1000);
}

static void registers(void **state)
{
	static const u8 writable[] = {0x04, 0x08, 0x0c, 0x10, 0x18, 0x1c, 0x20};

	(void)state;
	assert_int_equal(fake_read(0x10, 4), 0xffffffff);
	assert_int_equal(fake_read(0x18, 4), 2);
	for (u32 i = 0; i < ARRAY_SIZE(writable); i++)
		fake_write(writable[i], 4, 0x1000 + i);
	for (u32 i = 0; i < ARRAY_SIZE(writable); i++)
		assert_int_equal(fake_read(writable[i], 4), 0x1000 + i);
	fake_write(0x04, 8, ~0ull);
	assert_int_equal(fake_read(0x04, 4), 0x1000);
	assert_int_equal(fake_read(0x04, 2), 0);
	assert_int_equal(fake_read(0xffc, 4), 0);
	fake_write(0xffc, 4, 1);
	fn_itd_ops.reset(&fake.fn);
	assert_int_equal(fake_read(0x04, 4), 0);
	assert_int_equal(fake_read(0x10, 4), 0xffffffff);
}

static void pattern_arrives(void **state)
{
	static const u8 seen[] = {0, 0x78, 0x56, 0x34, 0x12, 0x78, 0x56, 0};

	(void)state;
	assert_int_equal(write_at(FAKE_BASE + 1, FAKE_BASE + 1, 6), 0);
	assert_memory_equal(fake_at(FAKE_BASE), seen, sizeof(seen));
	assert_int_equal(fake.last_sid, 0x28);
}

static void pieces_end_at_pages(void **state)
{
	(void)state;
	assert_int_equal(write_at(FAKE_BASE + 100, FAKE_BASE + 100, 2 << 20), 0);
	assert_int_equal(fake.longest, 4096);
	assert_int_equal(fake.nr_dma, 513);
}

static void another_place_is_a_mismatch(void **state)
{
	(void)state;
	assert_int_equal(write_at(FAKE_BASE, FAKE_BASE + 0x10000, 64), 0xdead0004);
	assert_int_equal(write_at(FAKE_BASE, 0x1000, 64), 0xdead0003);
}

static void silent_termination_is_a_mismatch(void **state)
{
	(void)state;
	fake.raz_first = FAKE_BASE;
	fake.raz_end = FAKE_BASE + 4096;
	assert_int_equal(write_at(FAKE_BASE, FAKE_BASE, 64), 0xdead0004);
}

/* Each refused word is a transaction of its own, and nothing behind the page is touched. */
static void refused_word_by_word(void **state)
{
	(void)state;
	fake.fault_first = FAKE_BASE + 4096;
	fake.fault_end = FAKE_BASE + 2 * 4096;
	assert_int_equal(write_at(FAKE_BASE, FAKE_BASE, 3 * 4096), 0xdead0002);
	assert_int_equal(fake.nr_dma, 1 + 1 + 1024);
	assert_int_equal(*(u8 *)fake_at(FAKE_BASE + 2 * 4096), 0);
}

/* Words of the page that are not refused arrive, as a bus would let them. */
static void part_of_a_page(void **state)
{
	(void)state;
	fake.fault_first = FAKE_BASE + 8;
	fake.fault_end = FAKE_BASE + 12;
	assert_int_equal(write_at(FAKE_BASE + 2, FAKE_BASE + 2, 18), 0xdead0002);
	assert_int_equal(fake.nr_dma, 1 + 5);
	assert_int_equal(*(u32 *)fake_at(FAKE_BASE + 8), 0);
	assert_int_equal(*(u32 *)fake_at(FAKE_BASE + 12), 0x56781234);
}

static void not_armed(void **state)
{
	(void)state;
	fake_write(0x0c, 4, 64);
	fake_read(0x00, 4);
	assert_int_equal(fake_read(0x10, 4), 0xdead0005);
	fake_write(0x14, 4, 1);
	fake_write(0x14, 4, 0);
	assert_int_equal(fake_read(0x10, 4), 0xffffffff);
	fake_read(0x00, 4);
	assert_int_equal(fake_read(0x10, 4), 0xdead0005);
	assert_int_equal(fake.nr_dma, 0);
}

/* A trigger consumes what was armed, also when it fails. */
static void lengths(void **state)
{
	(void)state;
	assert_int_equal(write_at(FAKE_BASE, FAKE_BASE, 0), 0xdead0001);
	fake_read(0x00, 4);
	assert_int_equal(fake_read(0x10, 4), 0xdead0005);
	assert_int_equal(write_at(FAKE_BASE, FAKE_BASE, ~0u), 0xdead0001);
	assert_int_equal(fake.nr_dma, 0);
}

static void attributes(void **state)
{
	(void)state;
	fake_write(0x18, 4, 0x8 | 1 << 1); /* non-secure, said twice */
	assert_int_equal(write_at(FAKE_BASE, FAKE_BASE, 4), 0);
	fake_write(0x18, 4, 0x8 | 1 << 1 | 1); /* secure in a non-secure space */
	assert_int_equal(write_at(FAKE_BASE, FAKE_BASE, 4), 0xdead0006);
	fake_write(0x18, 4, 0x8); /* non-secure in the secure space */
	assert_int_equal(write_at(FAKE_BASE, FAKE_BASE, 4), 0xdead0006);
	fake_write(0x18, 4, 1); /* secure: not this SMMU's interface */
	assert_int_equal(write_at(FAKE_BASE, FAKE_BASE, 4), 0xdead0006);
}

static void no_options(void **state)
{
	char *words[2] = {"size=1", NULL};
	struct function fn = {.ops = &fn_itd_ops};
	const char *why = NULL;

	(void)state;
	assert_false(fn_itd_ops.init(&fn, words, &why));
	assert_non_null(why);
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)

const struct CMUnitTest fn_itd_tests[] = {
	T(identity),
	T(registers),
	T(pattern_arrives),
	T(pieces_end_at_pages),
	T(another_place_is_a_mismatch),
	T(silent_termination_is_a_mismatch),
	T(refused_word_by_word),
	T(part_of_a_page),
	T(not_armed),
	T(lengths),
	T(attributes),
	T(no_options),
};

const size_t nr_fn_itd_tests = ARRAY_SIZE(fn_itd_tests);
