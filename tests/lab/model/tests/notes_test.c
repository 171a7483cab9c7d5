// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of notes.c: intervals of unmapped addresses against a plain array of pages, promises,
 * devices' caches. Arm IHI 0070, "TLB invalidation", "ATC invalidation".
 */
#include "world.h"

#include "../judge.h"

#define PAGES 64

static unsigned int reported(struct world *w, u32 sid, u32 ssid, bool ssv, u64 addr, u32 len)
{
	struct model_access a = {
		.sid = sid, .ssid = ssid, .ssv = ssv, .addr = addr, .len = len, .kind = MODEL_READ};
	u64 before = referee_count(w->m, RULE_UNMAP_DMA);

	referee_access(w->m, &a, false);
	return referee_count(w->m, RULE_UNMAP_DMA) - before;
}

/* Random notes, held after each against an array. */
static void test_intervals_against_an_array(void **state)
{
	struct world *w = world_new("minimal", NULL);
	bool unmapped[PAGES] = { false };
	u64 r = 12345;
	int i, page;

	for (i = 0; i < 2000; i++) {
		unsigned int first, nr;

		r = r * 6364136223846793005ull + 1442695040888963407ull;
		first = r >> 33 & (PAGES - 1);
		nr = (r >> 40) % (PAGES - first) + 1;
		if (r >> 60 & 1)
			model_note_unmapped(w->m, 8, 0, false, first << 12, (u64)nr << 12);
		else
			model_note_mapped(w->m, 8, 0, false, first << 12, (u64)nr << 12);
		while (nr--)
			unmapped[first + nr] = r >> 60 & 1;
		for (page = 0; page < PAGES; page++)
			assert_int_equal(reported(w, 8, 0, false, (page << 12) + 0xff8, 8),
					 unmapped[page]);
	}
	world_free(w);
}

static void test_ends_of_the_address_space(void **state)
{
	struct world *w = world_new("minimal", NULL);

	model_note_unmapped(w->m, 8, 0, false, 0, 0);
	assert_int_equal(reported(w, 8, 0, false, 0, 8), 0);
	model_note_unmapped(w->m, 8, 0, false, 0, 0x1000);
	model_note_unmapped(w->m, 8, 0, false, ~0xfffull, 0x1000);
	assert_int_equal(reported(w, 8, 0, false, 0, 8), 1);
	assert_int_equal(reported(w, 8, 0, false, 0xff8, 16), 1);
	assert_int_equal(reported(w, 8, 0, false, 0x1000, 8), 0);
	assert_int_equal(reported(w, 8, 0, false, ~7ull, 8), 1);
	assert_int_equal(reported(w, 8, 0, false, ~7ull, 0), 0);
	/* Beyond the end: up to the end. */
	model_note_unmapped(w->m, 8, 0, false, 0x5000, ~0ull);
	assert_int_equal(reported(w, 8, 0, false, 1ull << 63, 8), 1);
	model_note_mapped(w->m, 8, 0, false, 0, ~0ull);
	assert_int_equal(reported(w, 8, 0, false, 1ull << 63, 8), 0);
	assert_int_equal(reported(w, 8, 0, false, 0, 8), 0);
	world_free(w);
}

/* A stream's own addresses and each PASID's are apart; so are streams. */
static void test_spaces_are_apart(void **state)
{
	struct world *w = world_new("minimal", NULL);

	model_note_mapped(w->m, 8, 7, true, 0x1000, 0x1000);
	model_note_unmapped(w->m, 8, 7, true, 0x1000, 0x1000);
	assert_int_equal(reported(w, 8, 0, false, 0x1000, 8), 0);
	assert_int_equal(reported(w, 8, 7, false, 0x1000, 8), 0);
	assert_int_equal(reported(w, 8, 6, true, 0x1000, 8), 0);
	assert_int_equal(reported(w, 9, 7, true, 0x1000, 8), 0);
	assert_int_equal(reported(w, 8, 7, true, 0x1000, 8), 1);
	/* A translated access carries another kind of address. */
	referee_access(w->m,
		       &(struct model_access){ .sid = 8,
					      .ssid = 7,
					      .ssv = true,
					      .addr = 0x1000,
					      .len = 8,
					      .translated = true},
		       false);
	assert_int_equal(referee_count(w->m, RULE_UNMAP_DMA), 1);
	model_reset(w->m);
	assert_int_equal(reported(w, 8, 7, true, 0x1000, 8), 0);
	world_free(w);
}

static void test_too_many_ranges_accuse_nobody(void **state)
{
	struct world *w = world_new("minimal", NULL);
	u64 i;

	for (i = 0; i < 65536; i++)
		model_note_unmapped(w->m, 8, 0, false, i << 13, 0x1000);
	assert_int_equal(w->log[0], 0);
	model_note_unmapped(w->m, 8, 0, false, i << 13, 0x1000);
	assert_non_null(strstr(w->log, "too many unmapped ranges"));
	assert_int_equal(reported(w, 8, 0, false, 0, 8), 1);
	/* One is to become two, for which there is no room. */
	model_note_mapped(w->m, 8, 0, false, 0x400, 8);
	assert_int_equal(reported(w, 8, 0, false, 0, 8), 0);
	world_free(w);
}

/* Promises nest; one that was never made does not end; a bypass outside of them is none of ours. */
static void test_promises(void **state)
{
	struct model_access a = { .sid = 8, .addr = 0x1000, .len = 8, .kind = MODEL_WRITE };
	struct world *w = world_new("minimal", NULL);

	model_note_no_bypass(w->m, 8, false);
	model_note_hitless(w->m, 8, 0, false, false);
	referee_access(w->m, &a, true);
	world_expect_silence(w);
	model_note_no_bypass(w->m, 8, true);
	model_note_no_bypass(w->m, 8, true);
	model_note_no_bypass(w->m, 8, false);
	assert_true(notes_no_bypass(w->m, 8));
	assert_false(notes_no_bypass(w->m, 9));
	referee_access(w->m, &a, true);
	world_expect(w, RULE_BYPASS_SEEN, 1);
	model_note_no_bypass(w->m, 8, false);
	assert_false(notes_no_bypass(w->m, 8));
	referee_access(w->m, &a, true);
	world_expect(w, RULE_BYPASS_SEEN, 1);
	world_free(w);
}

/* A fault within the promise of a hitless change, told when it ends, or at the end of all. */
static void test_fault_while_hitless(void **state)
{
	struct world *w = world_new("maximal", NULL);

	world_up(w, false);
	world_stream(w, 8, 3, 0);
	assert_int_equal(world_dma(w, 8, 0x400000, MODEL_READ), MODEL_ABORTED);
	model_note_hitless(w->m, 8, 0, false, true);
	model_note_hitless(w->m, 8, 0, false, true);
	model_note_hitless(w->m, 8, 0, false, false);
	world_expect_silence(w);
	assert_int_equal(world_dma(w, 8, 0x400000, MODEL_READ), MODEL_ABORTED);
	model_note_hitless(w->m, 8, 0, false, false);
	world_expect(w, RULE_ENTRY_HIT, 1);
	assert_non_null(strstr(w->last, "1 aborts"));

	model_note_hitless(w->m, 8, 0, false, true);
	world_dma(w, 8, 0x400000, MODEL_READ);
	notes_final(w->m);
	world_expect(w, RULE_ENTRY_HIT, 2);
	world_free(w);
}

/* A stream that is in bypass, or may still be cached so, when the promise begins. */
static void test_promise_begins_in_bypass(void **state)
{
	struct world *w = world_new("maximal", NULL);
	u64 ste[8];

	world_up(w, false);
	world_make_ste_bypass(ste);
	world_ste(w, 8, ste);
	model_note_no_bypass(w->m, 8, true);
	world_expect(w, RULE_BYPASS_SEEN, 1);
	world_free(w);
}

/* What ATS granted, until CMD_ATC_INV takes it: by range, all, of all PASIDs. */
static void test_grants(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct model_access a = { .sid = 8, .ssid = 5, .ssv = true };
	struct model_atc_inv inv = {
		.sid = 8, .ssid = 5, .ssv = true, .addr = 0x2000, .size = 0x2000};
	struct world_stream s;

	world_up(w, false);
	s = world_stream(w, 8, 3, 0);
	s.ste[1] |= 1 << 28;
	world_ste(w, 8, s.ste);

	referee_ats_granted(w->m, &a, 0x1000, 0);
	referee_ats_granted(w->m, &a, 0x0, 0x10000);
	referee_atc_inv(w->m, &inv);
	model_note_unmapped(w->m, 8, 5, true, 0x2000, 0x2000);
	model_note_unmapped(w->m, 8, 4, true, 0x1000, 0x1000);
	model_note_unmapped(w->m, 8, 0, false, 0x1000, 0x1000);
	world_expect_silence(w);
	model_note_unmapped(w->m, 8, 5, true, 0x3000, 0x2000);
	world_expect(w, RULE_UNMAP_ATC, 1);
	assert_non_null(strstr(w->last, "granted 0x4000 to 0xffff"));

	/* Without Global another PASID's and no PASID's stay; with it all PASIDs' go. */
	inv = (struct model_atc_inv){ .sid = 8, .ssid = 4, .ssv = true };
	referee_atc_inv(w->m, &inv);
	inv = (struct model_atc_inv){ .sid = 9, .ssv = true, .global = true };
	referee_atc_inv(w->m, &inv);
	inv = (struct model_atc_inv){ .sid = 8 };
	referee_atc_inv(w->m, &inv);
	model_note_unmapped(w->m, 8, 5, true, 0x4000, 0x1000);
	world_expect(w, RULE_UNMAP_ATC, 2);
	inv.ssv = true;
	inv.global = true;
	referee_atc_inv(w->m, &inv);
	model_note_unmapped(w->m, 8, 5, true, 0x5000, 0x1000);
	world_expect(w, RULE_UNMAP_ATC, 2);

	/* 3.9.1.3: EATS is 0: the device can use nothing of what it holds, until that changes. */
	referee_ats_granted(w->m, &a, 0x0, 0x10000);
	s.ste[1] &= ~(3ull << 28);
	world_ste(w, 8, s.ste);
	model_note_unmapped(w->m, 8, 5, true, 0x6000, 0x1000);
	world_expect(w, RULE_UNMAP_ATC, 2);
	s.ste[1] |= 1 << 28;
	world_ste(w, 8, s.ste);
	model_note_unmapped(w->m, 8, 5, true, 0x6000, 0x1000);
	world_expect(w, RULE_UNMAP_ATC, 3);
	/* The device has switched ATS off: its cache is empty. */
	model_atc_emptied(w->m, 9);
	model_note_unmapped(w->m, 8, 5, true, 0x6000, 0x1000);
	world_expect(w, RULE_UNMAP_ATC, 4);
	model_atc_emptied(w->m, 8);
	model_note_unmapped(w->m, 8, 5, true, 0x6000, 0x1000);
	world_expect(w, RULE_UNMAP_ATC, 4);
	world_free(w);
}

static u64 translated(struct world *w, u32 sid)
{
	struct model_access a = { .sid = sid, .addr = 0x20000000, .len = 8, .translated = true,
				  .no_stall = true };
	bool passes = model_translated_passes(w->m, sid);
	u64 buf;

	assert_int_equal(model_dma(w->m, &a, &buf) == MODEL_DONE, passes);
	return passes;
}

/*
 * 3.9.1.3: what an ATC holds is of use while the SMMU lets Translated transactions pass; and by its
 * cached STE, not by the one in memory.
 */
static void test_translated_passes(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct world_stream s;

	assert_false(translated(w, 8));
	world_up(w, false);
	s = world_stream(w, 8, 3, 0);
	assert_false(translated(w, 8));
	assert_false(translated(w, 9));
	assert_false(translated(w, ~0u));
	s.ste[1] |= 1 << 28;
	world_ste(w, 8, s.ste);
	assert_true(translated(w, 8));
	w->watches = false;
	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1] & ~(3ull << 28));
	assert_true(translated(w, 8));
	world_cfgi_ste(w, 8, true);
	assert_false(translated(w, 8));
	/* ATSCHK = 0: everything passes. */
	world_write32(w, 0x20, world_read32(w, 0x20) & ~(1u << 4));
	world_run(w);
	assert_true(translated(w, 8));
	world_expect(w, RULE_ATS_OFF, 3);
	world_free(w);
}

const struct CMUnitTest notes_tests[] = {
	cmocka_unit_test(test_intervals_against_an_array),
	cmocka_unit_test(test_ends_of_the_address_space),
	cmocka_unit_test(test_spaces_are_apart),
	cmocka_unit_test(test_too_many_ranges_accuse_nobody),
	cmocka_unit_test(test_promises),
	cmocka_unit_test(test_fault_while_hitless),
	cmocka_unit_test(test_promise_begins_in_bypass),
	cmocka_unit_test(test_grants),
	cmocka_unit_test(test_translated_passes),
};

const size_t nr_notes_tests = ARRAY_SIZE(notes_tests);
