// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine short of memory: whichever allocation fails, the model neither crashes nor leaks, and
 * model_new() says so.
 */
#include "world.h"

#include "alloc.h"

/* Each allocation of model_new() fails in turn. */
static void test_new_without_memory(void **state)
{
	unsigned int nth, failed = 0;

	for (nth = 1; nth < 100; nth++) {
		struct world *w = world_new_short("maximal", nth);
		bool whole = w->m;

		world_free(w);
		if (whole)
			break;
		failed++;
	}
	alloc_fail_at = 0;
	assert_in_range(failed, 5, 98);
}

/* A day's work of a driver and devices, none of whose outcomes is looked at. */
static void work(struct world *w)
{
	struct model_access a = { .sid = 8, .addr = 0x400000, .len = 8, .kind = MODEL_WRITE };
	struct model_page_request r = { .addr = 0x400000, .prgi = 1, .last = true, .r = true };
	struct model_ats_answer answer;
	struct world_stream s;
	u64 buf = 0;
	u32 i;

	world_up(w, true);
	for (i = 0; i < 4; i++) {
		s = world_stream(w, 8 + i, 3 + i, 0);
		s.ste[1] |= 1 << 28;
		world_ste(w, 8 + i, s.ste);
		world_map(w, s.ttb, 0x400000, 0x20000000);
		a.sid = 8 + i;
		model_dma(w->m, &a, &buf);
		model_ats_request(w->m, &a, &answer);
		r.sid = 8 + i;
		model_page_request(w->m, &r);
		model_note_hitless(w->m, 20 + i, 0, false, true);
		model_note_no_bypass(w->m, 8 + i, true);
		model_note_hitless(w->m, 8 + i, 0, false, true);
		model_note_hitless(w->m, 8 + i, 0, false, false);
		model_note_no_bypass(w->m, 8 + i, false);
		model_note_unmapped(w->m, 8 + i, 0, false, 0x800000, 0x1000);
		model_note_mapped(w->m, 8 + i, 0, false, 0x800000, 0x1000);
		world_cmd(w, 0x40 | (u64)(8 + i) << 32, 0x400000);
		world_sync(w);
	}
	for (i = 0; i < 200; i++) {
		a.sid = i << 4;
		model_dma(w->m, &a, &buf);
	}
	world_run(w);
}

static void test_work_without_memory(void **state)
{
	unsigned int nth, left = 0;

	for (nth = 1; nth < 2000 && !left; nth++) {
		struct world *w = world_new("maximal", NULL);

		alloc_fail_at = nth;
		work(w);
		left = alloc_fail_at;
		alloc_fail_at = 0;
		world_free(w);
	}
	/* The last round had all it asked for. */
	assert_true(left > 0);
	assert_in_range(nth, 20, 1999);
}

const struct CMUnitTest alloc_tests[] = {
	cmocka_unit_test(test_new_without_memory),
	cmocka_unit_test(test_work_without_memory),
};

const size_t nr_alloc_tests = ARRAY_SIZE(alloc_tests);
