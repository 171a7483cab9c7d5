// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of stall.c: tags, CMD_RESUME, CMD_STALL_TERM, what ends stalls otherwise.
 * Arm IHI 0070, chapter 3.12.2 "Stall model", 4.7.1, 4.7.2, 6.3.9.6.
 */
#include "../control.h"
#include "count.h"

static struct world *up(const char *word)
{
	const char *const words[] = { word, NULL };
	struct world *w = world_new("maximal", words);

	world_up(w, true);
	return w;
}

static bool stall(struct world *w, u32 sid)
{
	struct model_access a = { .sid = sid, .len = 8, .cookie = sid };
	struct event e = { .type = EVT_F_TRANSLATION, .sid = sid };
	bool stalled = stall_begin(w->m, &a, &e);

	world_run(w);
	return stalled;
}

static u32 last_stag(struct world *w)
{
	u32 prod = world_read32(w, 0x100a8);

	return world_load(w, WORLD_EVENTQ + 32 * ((prod - 1) & 255) + 8) & 0xffff;
}

static void resume(struct world *w, u32 sid, u32 stag, unsigned int action)
{
	world_cmd(w, 0x44 | (u64)action << 12 | (u64)sid << 32, stag);
	world_sync(w);
}

/* 4.7.1: retry, abort, terminate. */
static void test_resume(void **state)
{
	static const struct { unsigned int action; enum model_stall_end end; } ends[] = {
		{ 1, MODEL_STALL_RETRY }, { 3, MODEL_STALL_RETRY }, { 2, MODEL_STALL_ABORT },
		{ 0, MODEL_STALL_RAZ_WI },
	};
	struct world *w = up(NULL);

	for (unsigned int i = 0; i < ARRAY_SIZE(ends); i++) {
		assert_true(stall(w, 5));
		resume(w, 5, last_stag(w), ends[i].action);
		assert_int_equal(w->nr_stall_end, i + 1);
		assert_int_equal(w->stall_end, ends[i].end);
	}
	assert_int_equal(model_counters(w->m)->stalls, 4);
	assert_int_equal(model_counters(w->m)->resume, 4);
	world_expect_silence(w);
	world_free(w);
	/* IDR0.TERM_MODEL: always an abort. */
	w = up("term_model=1");
	assert_true(stall(w, 5));
	resume(w, 5, last_stag(w), 0);
	assert_int_equal(w->stall_end, MODEL_STALL_ABORT);
	world_free(w);
}

/* 4.7.1: twice, of another stream, of nobody, out of range. */
static void test_bad_resume(void **state)
{
	struct world *w = up(NULL);
	u32 stag;

	assert_true(stall(w, 5));
	stag = last_stag(w);
	resume(w, 6, stag, 1);
	count_expect(w, RULE_STALL_TAG, 1);
	assert_int_equal(w->nr_stall_end, 0);
	resume(w, 5, stag + 1, 1);
	resume(w, 5, 0xffff, 1);
	count_expect(w, RULE_STALL_TAG, 3);
	resume(w, 5, stag, 1);
	assert_int_equal(w->nr_stall_end, 1);
	resume(w, 5, stag, 1);
	assert_int_equal(referee_count(w->m, RULE_STALL_TWICE), 1);
	assert_int_equal(w->nr_stall_end, 1);
	world_free(w);
}

/* 4.7.1: before its event is in the queue nobody can know the tag. */
static void test_resume_unseen(void **state)
{
	struct world *w = up(NULL);

	world_write32(w, 0x20, world_read32(w, 0x20) & ~4u);
	assert_true(stall(w, 5));
	resume(w, 5, 0, 1);
	count_expect(w, RULE_STALL_TAG, 1);
	assert_int_equal(w->nr_stall_end, 1);
	assert_int_equal(w->m->eventq->nr_waiting, 0);
	world_free(w);
}

/* Which of the events that wait is forgotten. */
static void test_end_before_written(void **state)
{
	struct world *w = up(NULL);

	world_write32(w, 0x20, world_read32(w, 0x20) & ~4u);
	assert_true(stall(w, 5));
	assert_true(stall(w, 6));
	assert_int_equal(w->m->eventq->nr_waiting, 2);
	assert_false(eventq_forget_stall(w->m, 9));
	world_cmd(w, 0x45 | 6ull << 32, 0);
	world_sync(w);
	assert_int_equal(w->m->eventq->nr_waiting, 1);
	world_write32(w, 0x20, world_read32(w, 0x20) | 4);
	world_run(w);
	assert_int_equal(world_load(w, WORLD_EVENTQ) >> 32, 5);
	world_expect_silence(w);
	world_free(w);
}

/* IDR5.STALL_MAX tags; then the transaction terminates. */
static void test_limit(void **state)
{
	struct world *w = up("stall_max=3");
	u32 seen = 0;

	for (unsigned int i = 0; i < 3; i++) {
		assert_true(stall(w, 5));
		seen |= 1u << last_stag(w);
	}
	assert_int_equal(seen, 7);
	assert_false(stall(w, 5));
	resume(w, 5, 1, 1);
	assert_true(stall(w, 5));
	assert_int_equal(last_stag(w), 1);
	world_expect_silence(w);
	world_free(w);
}

/* With an adversary tags come in any order, each once. */
static void test_random_tags(void **state)
{
	const char *const words[] = { "stall_max=16", "reorder=100", NULL };
	struct world *w = world_new("maximal", words);
	u32 seen = 0;

	world_up(w, true);
	for (unsigned int i = 0; i < 16; i++) {
		assert_true(stall(w, 5));
		assert_int_equal(seen & 1u << last_stag(w), 0);
		seen |= 1u << last_stag(w);
	}
	assert_int_equal(seen, 0xffff);
	world_free(w);
}

/* PCIe cannot stall; IDR0.STALL_MODEL 1; SMMU off. */
static void test_no_stall(void **state)
{
	struct world *w = up("reorder=0");
	struct model_access a = { .sid = 5, .len = 8, .no_stall = true };
	struct event e = { .type = EVT_F_TRANSLATION, .sid = 5 };

	assert_false(stall_begin(w->m, &a, &e));
	world_write32(w, 0x20, world_read32(w, 0x20) & ~1u);
	a.no_stall = false;
	assert_false(stall_begin(w->m, &a, &e));
	world_free(w);
	w = world_new("qemu", NULL);
	world_up(w, true);
	assert_false(stall(w, 5));
	stall_shown(w->m, 0);
	world_free(w);
}

/* 4.7.2: all of one stream, none of another; a late CMD_RESUME for one is no fault. */
static void test_term(void **state)
{
	struct world *w = up(NULL);
	u32 stag;

	assert_true(stall(w, 5));
	stag = last_stag(w);
	assert_true(stall(w, 5));
	assert_true(stall(w, 6));
	world_cmd(w, 0x45 | 5ull << 32, 0);
	world_sync(w);
	assert_int_equal(w->nr_stall_end, 2);
	assert_int_equal(w->stall_end, MODEL_STALL_ABORT);
	resume(w, 5, stag, 1);
	assert_int_equal(w->nr_stall_end, 2);
	world_expect_silence(w);
	world_free(w);
}

/* 6.3.9.6: SMMUEN to 0 terminates all; so does a reset. */
static void test_smmuen(void **state)
{
	struct world *w = up(NULL);

	assert_true(stall(w, 5));
	world_write32(w, 0x20, world_read32(w, 0x20) & ~1u);
	assert_int_equal(w->nr_stall_end, 1);
	world_write32(w, 0x20, world_read32(w, 0x20) | 1);
	assert_true(stall(w, 5));
	model_reset(w->m);
	assert_int_equal(w->nr_stall_end, 2);
	world_free(w);
}

static void test_overdue(void **state)
{
	struct world *w = up(NULL);

	assert_true(stall(w, 5));
	assert_true(stall(w, 6));
	resume(w, 6, last_stag(w), 1);
	stall_overdue(w->m, w->now + 10, 100);
	world_expect_silence(w);
	stall_overdue(w->m, w->now + 1000, 100);
	stall_overdue(w->m, w->now + 1000, 100);
	count_expect(w, RULE_STALL_UNANSWERED, 1);
	world_free(w);
}

const struct CMUnitTest stall_tests[] = {
	cmocka_unit_test(test_resume),
	cmocka_unit_test(test_bad_resume),
	cmocka_unit_test(test_resume_unseen),
	cmocka_unit_test(test_end_before_written),
	cmocka_unit_test(test_limit),
	cmocka_unit_test(test_random_tags),
	cmocka_unit_test(test_no_stall),
	cmocka_unit_test(test_term),
	cmocka_unit_test(test_smmuen),
	cmocka_unit_test(test_overdue),
};

const size_t nr_stall_tests = ARRAY_SIZE(stall_tests);
