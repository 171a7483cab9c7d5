// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of history.c: Arm IHI 0070, "Configuration structure update procedure": reads of single
 * words at any time.
 */
#include "world.h"

#include "../history.h"

struct got {
	unsigned int nr, stop_at;
	u64 last[HISTORY_WORDS];
	bool seen[16];
};

static bool take(void *arg, const u64 *words)
{
	struct got *g = arg;

	g->nr++;
	memcpy(g->last, words, sizeof(g->last));
	g->seen[(words[0] & 3) | (words[1] & 3) << 2] = true;
	return g->nr != g->stop_at;
}

static void test_two_words_give_four(void **state)
{
	u64 words[8] = { 0, 0, 7 };
	struct history h;
	struct got g = { 0 };

	history_begin(&h, words, 8);
	assert_true(history_clean(&h));
	assert_false(history_store(&h, words));
	words[0] = 1;
	assert_true(history_store(&h, words));
	words[1] = 1;
	assert_true(history_store(&h, words));
	assert_false(history_clean(&h));
	assert_int_equal(h.nr_held, 3);
	history_product(&h, take, &g);
	assert_int_equal(g.nr, 4);
	assert_true(g.seen[0] && g.seen[1] && g.seen[4] && g.seen[5]);
	assert_int_equal(g.last[2], 7);

	history_forget(&h);
	assert_true(history_clean(&h));
	assert_memory_equal(history_now(&h), words, sizeof(words));
}

/*
 * A word's first and present value stay, whatever came between; a value that returns is the present
 * one.
 */
static void test_values_are_bounded(void **state)
{
	u64 word = 100;
	struct history h;
	struct got g = { 0 };
	int i;

	history_begin(&h, &word, 1);
	for (i = 0; i < 50; i++) {
		word = i;
		history_store(&h, &word);
	}
	assert_int_equal(h.nr_seen[0], HISTORY_VALUES);
	assert_int_equal(h.seen[0][0], 100);
	assert_int_equal(h.seen[0][HISTORY_VALUES - 1], 49);
	assert_int_equal(h.nr_held, HISTORY_HELD);
	assert_int_equal(h.held[0][0], 100);
	assert_int_equal(history_now(&h)[0], 49);
	word = 48;
	history_store(&h, &word);
	assert_int_equal(h.nr_seen[0], HISTORY_VALUES);
	assert_int_equal(h.seen[0][HISTORY_VALUES - 1], 48);
	/* Back to the first: it is among the values once more, at the end. */
	word = 100;
	history_store(&h, &word);
	assert_int_equal(history_now(&h)[0], 100);
	history_product(&h, take, &g);
	assert_in_range(g.nr, 2, HISTORY_VALUES);
}

static void test_product_is_bounded(void **state)
{
	u64 words[8] = { 0 };
	struct history h;
	struct got g = { 0 };
	int i, j;

	history_begin(&h, words, 8);
	for (j = 1; j < 4; j++) {
		for (i = 0; i < 8; i++) {
			words[i] = j;
			history_store(&h, words);
		}
	}
	/* 4^8 are too many: of each word the first and the last. */
	history_product(&h, take, &g);
	assert_int_equal(g.nr, 256);
	assert_false(g.seen[1] || g.seen[2]);
	assert_true(g.seen[0] && g.seen[3] && g.seen[15]);

	memset(&g, 0, sizeof(g));
	g.stop_at = 10;
	history_product(&h, take, &g);
	assert_int_equal(g.nr, 10);
}

const struct CMUnitTest history_tests[] = {
	cmocka_unit_test(test_two_words_give_four),
	cmocka_unit_test(test_values_are_bounded),
	cmocka_unit_test(test_product_is_bounded),
};

const size_t nr_history_tests = ARRAY_SIZE(history_tests);
