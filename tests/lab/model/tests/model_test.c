// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of model.c: chance that repeats, memory, counters by stream.
 * Arm IHI 0070, chapter 3.11 "Reset, enable and initialization".
 */
#include "../control.h"
#include "count.h"

/* One seed, one run; another seed, another. */
static void test_seed(void **state)
{
	struct world *a = world_new("maximal", NULL), *b = world_new("maximal", NULL);
	unsigned int same = 0;

	for (unsigned int i = 0; i < 100; i++)
		assert_int_equal(model_random(a->m), model_random(b->m));
	b->m->random = 2;
	for (unsigned int i = 0; i < 100; i++)
		same += model_random(a->m) == model_random(b->m);
	assert_int_equal(same, 0);
	world_free(a);
	world_free(b);
}

static void test_chance(void **state)
{
	struct world *w = world_new("maximal", NULL);
	u64 before = w->m->random;
	unsigned int hits = 0, late = 0;

	for (unsigned int i = 0; i < 100; i++) {
		assert_false(model_chance(w->m, 0));
		assert_true(model_chance(w->m, 100));
	}
	/* What is certain takes nothing from the seed. */
	assert_int_equal(w->m->random, before);
	for (unsigned int i = 0; i < 10000; i++)
		hits += model_chance(w->m, 30);
	assert_in_range(hits, 2700, 3300);
	/* Late, but never for ever. */
	w->m->f.delay = 100;
	for (unsigned int i = 0; i < 10000; i++)
		late += model_dawdles(w->m);
	assert_in_range(late, 8700, 9300);
	world_free(w);
}

static void test_memory(void **state)
{
	struct world *w = world_new("maximal", NULL);
	u8 bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	u64 value;

	assert_int_equal(mem_write(w->m, WORLD_FREE, bytes, 8), 0);
	assert_int_equal(mem_read64(w->m, WORLD_FREE, &value), 0);
	assert_int_equal(value, 0x0807060504030201ull);
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(mem_read(w->m, WORLD_FREE + 4, bytes, 2), 0);
	assert_int_equal(bytes[1], 6);
	assert_int_equal(mem_read64(w->m, WORLD_RAM, &value), -1);
	assert_int_equal(mem_write(w->m, WORLD_RAM, bytes, 8), -1);
	world_free(w);
}

static void test_stream_counters(void **state)
{
	struct world *w = world_new("maximal", NULL);

	assert_int_equal(model_stream_counters(w->m, 5).translated, 0);
	for (u32 i = 0; i < 1000; i++)
		stream_counters(w->m, i * 0x10001)->translated += i;
	for (u32 i = 0; i < 1000; i++)
		assert_int_equal(model_stream_counters(w->m, i * 0x10001).translated, i);
	assert_int_equal(model_stream_counters(w->m, 12345).translated, 0);
	world_free(w);
}

static void test_grow(void **state)
{
	u64 *array = NULL;
	size_t cap = 0;

	for (size_t i = 0; i < 100; i++) {
		assert_true(model_grow(&array, &cap, i, sizeof(*array)));
		array[i] = i;
	}
	assert_int_equal(array[99], 99);
	assert_int_equal(cap, 128);
	free(array);
	model_free(NULL);
}

/* The same commands and seed: the same counters, with the whole adversary. */
static void test_repeats(void **state)
{
	const char *const words[] = { "adversary=50", NULL };
	struct model_counters seen[2];

	for (unsigned int i = 0; i < 2; i++) {
		struct world *w = world_new("maximal", words);
		struct world_stream s;

		world_up(w, true);
		s = world_stream(w, 0x20, 7, 0);
		world_map(w, s.ttb, 0x1000, 0x10000000);
		for (unsigned int j = 0; j < 20; j++) {
			world_dma(w, 0x20, 0x1000, MODEL_READ);
			world_cmd(w, 0x30, 0);
			world_sync(w);
		}
		seen[i] = *model_counters(w->m);
		world_free(w);
	}
	assert_memory_equal(&seen[0], &seen[1], sizeof(seen[0]));
}

const struct CMUnitTest model_tests[] = {
	cmocka_unit_test(test_seed),
	cmocka_unit_test(test_chance),
	cmocka_unit_test(test_memory),
	cmocka_unit_test(test_stream_counters),
	cmocka_unit_test(test_grow),
	cmocka_unit_test(test_repeats),
};

const size_t nr_model_tests = ARRAY_SIZE(model_tests);
