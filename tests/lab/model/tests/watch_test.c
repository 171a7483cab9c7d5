// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of watch.c and judge.c: what is a breach and, above all, what is none. Arm IHI 0070,
 * "Configuration structures", "Configuration structure update procedure", "Configuration structure
 * invalidation".
 */
#include "world.h"

#include "../judge.h"

#define SID 8

static struct world *up(bool two_levels)
{
	struct world *w = world_new("maximal", NULL);

	world_up(w, two_levels);
	return w;
}

static void done(struct world *w)
{
	world_run(w);
	world_expect_silence(w);
	world_free(w);
}

static struct entry *find(struct world *w, enum config_kind kind, u32 sid, u32 ssid)
{
	struct watch *watch = &w->m->referee->watch;
	unsigned int i;

	for (i = 0; i < watch->nr; i++)
		if (watch->all[i]->kind == kind && watch->all[i]->sid == sid &&
		    watch->all[i]->ssid == ssid)
			return watch->all[i];
	return NULL;
}

/* Update procedure, all ways a driver may go, several times over: nothing to say. */
static void test_procedure_is_silent(void **state)
{
	struct world *w = up(true);
	struct world_stream s = world_stream(w, SID, 3, 0);
	u64 ste[8];
	int i;

	for (i = 0; i < 5; i++) {
		world_make_ste_bypass(ste);
		world_ste(w, SID, ste);
		world_make_ste_abort(ste);
		world_ste(w, SID, ste);
		world_ste(w, SID, s.ste);
		world_make_cd(s.cd, world_tree(w), 3 + i);
		world_tlbi_all(w);
		world_cd(w, SID, 0, s.cdtab, s.cd);
	}
	assert_non_null(find(w, CONFIG_STE, SID, 0));
	assert_non_null(find(w, CONFIG_CD, SID, 0));
	assert_non_null(find(w, CONFIG_L1STD, 0, 0));
	done(w);
}

/* Hitless: unused words, CFGI, the one word that counts, CFGI, then what is unused now. */
static void test_hitless_is_silent(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);
	u64 pa = world_ste_pa(w, SID);

	world_store(w, pa, 9); /* S1 to bypass: word 1's other fields are not used then */
	world_cfgi_ste(w, SID, true);
	world_store(w, pa + 8, 1ull << 44);
	world_cfgi_ste(w, SID, true);
	world_store(w, pa + 8, s.ste[1] | 1ull << 44);
	world_cfgi_ste(w, SID, true);
	world_store(w, pa, s.ste[0]);
	world_cfgi_ste(w, SID, true);
	world_store(w, pa + 8, s.ste[1]);
	world_cfgi_ste(w, SID, true);
	done(w);
}

/* V = 0 and words changed with no CFGI between: what was valid may be read with what is new. */
static void test_no_cfgi_behind_v0(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);
	u64 pa = world_ste_pa(w, SID);

	world_store(w, pa, 0);
	world_store(w, pa + 8, s.ste[1] ^ 3 << 6);
	world_expect(w, RULE_ENTRY_THIRD_STATE, 1);
	/* Once a history. */
	world_store(w, pa + 8, s.ste[1] ^ 1 << 6);
	world_expect(w, RULE_ENTRY_THIRD_STATE, 1);
	world_free(w);
}

/*
 * Invalid to valid needs a CFGI before V = 1: the words behind V = 0 may have been read before they
 * were filled.
 */
static void test_no_cfgi_before_v1(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);
	u64 pa = world_ste_pa(w, SID);

	world_store(w, pa, 0);
	world_cfgi_ste(w, SID, true);
	world_store(w, pa + 8, s.ste[1] ^ 3 << 6);
	world_store(w, pa, s.ste[0]);
	world_expect(w, RULE_ENTRY_THIRD_STATE, 1);
	world_free(w);
}

/* Two states are an update; back to the first without CFGI is the same two. */
static void test_rollback_is_silent(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);
	u64 pa = world_ste_pa(w, SID) + 8;

	world_store(w, pa, s.ste[1] ^ 3 << 6);
	world_store(w, pa, s.ste[1]);
	world_store(w, pa, s.ste[1] ^ 3 << 6);
	world_expect_silence(w);
	world_store(w, pa, s.ste[1] ^ 1 << 6);
	world_expect(w, RULE_ENTRY_THIRD_STATE, 1);
	assert_non_null(strstr(w->last, "STE of StreamID 0x8"));
	world_free(w);
}

/* What an entry does not use may change as it likes. */
static void test_unused_words_are_free(void **state)
{
	struct world *w = up(false);
	u64 ste[8], pa = world_ste_pa(w, SID);
	int i;

	world_make_ste_abort(ste);
	world_ste(w, SID, ste);
	for (i = 1; i < 4; i++)
		world_store(w, pa + 8 * i, 0x10 * i);
	done(w);
}

/* One CFGI_CD a stream: what the other stream has cached lives on. */
static void test_shared_cd_table(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 2);
	u64 pa = s.cdtab, cd[8];
	int i;

	world_ste(w, SID + 1, s.ste);
	world_cfgi_cd(w, SID + 1, 0, true);
	assert_non_null(find(w, CONFIG_CD, SID, 0));
	assert_non_null(find(w, CONFIG_CD, SID + 1, 0));
	/* V=0, CFGI for both, new words, CFGI for both, V=1, CFGI for both. */
	world_make_cd(cd, world_tree(w), 4);
	world_store(w, pa, 0);
	world_cfgi_cd(w, SID, 0, true);
	world_cfgi_cd(w, SID + 1, 0, true);
	for (i = 1; i < 8; i++)
		world_store(w, pa + i * 8, cd[i]);
	world_cfgi_cd(w, SID, 0, true);
	world_cfgi_cd(w, SID + 1, 0, true);
	world_store(w, pa, cd[0]);
	world_cfgi_cd(w, SID, 0, true);
	world_cfgi_cd(w, SID + 1, 0, true);
	world_expect_silence(w);

	/* The second stream forgotten: its copy of V = 1 meets the words of the next update. */
	world_store(w, pa, 0);
	world_cfgi_cd(w, SID, 0, true);
	world_store(w, pa + 8, s.cd[1]);
	world_expect(w, RULE_ENTRY_THIRD_STATE, 1);
	assert_non_null(strstr(w->last, "CD of StreamID 0x9"));
	world_free(w);
}

static void scribble(struct world *w, u64 pa, unsigned int words)
{
	while (words--)
		world_store(w, pa + words * 8, 0x1234567 * words + 1);
}

/* A CD table is reused once no STE leads to it and a CFGI has shown it; not before. */
static void test_cd_table_is_freed(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);
	u64 ste[8], pa = world_ste_pa(w, SID);

	assert_int_equal(world_dma(w, SID, 0x400000, MODEL_READ), MODEL_ABORTED);
	world_make_ste_abort(ste);
	world_ste(w, SID, ste);
	assert_null(find(w, CONFIG_CD, SID, 0));
	scribble(w, s.cdtab, 512);
	world_expect_silence(w);

	world_make_cd(s.cd, s.ttb, 3);
	memset(&s.cdtab, 0, sizeof(s.cdtab));
	s = world_stream(w, SID, 3, 0);
	world_store(w, pa, 1);
	scribble(w, s.cdtab, 8);
	assert_int_not_equal(w->nr_reports[RULE_ENTRY_THIRD_STATE] +
				     w->nr_reports[RULE_CD_RESERVED] +
				     w->nr_reports[RULE_CD_ILLEGAL],
			     0);
	world_free(w);
}

/* The same CDs stay another stream's. */
static void test_cd_table_of_the_other_stays(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);
	u64 ste[8];

	world_ste(w, SID + 1, s.ste);
	world_make_ste_abort(ste);
	world_ste(w, SID, ste);
	assert_null(find(w, CONFIG_CD, SID, 0));
	assert_non_null(find(w, CONFIG_CD, SID + 1, 0));
	world_store(w, s.cdtab, 0xaaaaaaaaaaaaaaaaull);
	world_expect(w, RULE_TABLE_FREED, 1);
	/* What is freed is not judged again. */
	scribble(w, s.cdtab, 8);
	world_expect(w, RULE_TABLE_FREED, 1);
	world_free(w);
}

/* Two-level CD tables: a leaf that an L1CD no longer leads to. CFGI_CD with Leaf = 0 ends both. */
static void test_two_level_cds(void **state)
{
	struct world *w = up(false);
	u64 l1 = world_alloc(w, 4096), l2 = world_alloc(w, 4096), other = world_alloc(w, 4096),
	    ste[8], cd[8];

	world_make_ste_s1(ste, l1, 10);
	ste[0] |= 1 << 4;
	world_store(w, l1, l2 | 1);
	world_store(w, l1 + 8, other | 1);
	world_make_cd(cd, world_tree(w), 3);
	world_ste(w, SID, ste);
	world_cd(w, SID, 0, l2, cd);
	world_make_cd(cd, world_tree(w), 4);
	world_cd(w, SID, 70, other + 6 * 64, cd);
	assert_non_null(find(w, CONFIG_L1CD, SID, 0));
	assert_non_null(find(w, CONFIG_CD, SID, 70));
	world_expect_silence(w);

	/*
	 * Taken out of the table, with CFGI of the leaf only: still led to by the L1CD that may be
	 * cached.
	 */
	world_store(w, other + 6 * 64, 0);
	world_cfgi_cd(w, SID, 70, true);
	world_store(w, l1 + 8, 0);
	world_cfgi_cd(w, SID, 70, true);
	assert_non_null(find(w, CONFIG_CD, SID, 70));
	world_cfgi_cd(w, SID, 70, false);
	assert_null(find(w, CONFIG_CD, SID, 70));
	scribble(w, other, 512);
	assert_non_null(find(w, CONFIG_CD, SID, 0));
	/* CFGI_CD_ALL ends all histories of the stream. */
	world_store(w, l2, 0);
	assert_false(history_clean(&find(w, CONFIG_CD, SID, 0)->h));
	world_cmd(w, 0x06 | (u64)SID << 32, 0);
	world_sync(w);
	assert_true(history_clean(&find(w, CONFIG_CD, SID, 0)->h));
	done(w);
}

/* CFGI_STE_RANGE: 2^(range + 1) StreamIDs around its own, no others. */
static void test_range(void **state)
{
	struct world *w = up(false);
	struct world_stream a = world_stream(w, 8, 3, 0), b = world_stream(w, 12, 4, 0);

	world_store(w, world_ste_pa(w, 8) + 8, a.ste[1] ^ 3 << 6);
	world_store(w, world_ste_pa(w, 12) + 8, b.ste[1] ^ 3 << 6);
	world_cmd(w, 0x04 | 9ull << 32, 1);
	world_sync(w);
	assert_true(history_clean(&find(w, CONFIG_STE, 8, 0)->h));
	assert_false(history_clean(&find(w, CONFIG_STE, 12, 0)->h));
	world_cfgi_all(w);
	assert_true(history_clean(&find(w, CONFIG_STE, 12, 0)->h));
	done(w);
}

/* An L2 table whose L1 descriptor is withdrawn: CFGI_STE with Leaf = 0. */
static void test_l2_table_is_freed(void **state)
{
	struct world *w = up(true);
	struct world_stream s = world_stream(w, SID, 3, 0);
	u64 pa = world_ste_pa(w, SID);

	world_cfgi_ste(w, SID, false);
	assert_non_null(find(w, CONFIG_L1STD, 0, 0));
	world_store(w, pa, 0);
	world_cfgi_ste(w, SID, false);
	world_store(w, WORLD_STRTAB, 0);
	world_cfgi_ste(w, SID, true);
	assert_non_null(find(w, CONFIG_STE, SID, 0));
	world_cfgi_ste(w, SID, false);
	assert_null(find(w, CONFIG_STE, SID, 0));
	scribble(w, pa & ~4095ull, 512);
	scribble(w, s.cdtab, 512);
	done(w);
}

/*
 * SMMUEN 0: tables are the driver's own, which is told to forget; a driver unloaded and loaded
 * makes new ones.
 */
static void test_reload(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);
	u64 pa = world_ste_pa(w, SID);
	int i;

	assert_int_not_equal(w->page_watches, 0);
	for (i = 0; i < 3; i++) {
		world_write32(w, 0x20, 0);
		world_run(w);
		assert_int_equal(w->page_watches, 0);
		scribble(w, s.cdtab, 512);
		scribble(w, pa & ~4095ull, 512);
		memset(&s, 0, sizeof(s));
		for (u64 at = 0; at < 4096; at += 8)
			world_store(w, (pa & ~4095ull) + at, 0);
		world_up(w, false);
		assert_int_equal(w->m->referee->watch.nr, 0);
		s = world_stream(w, SID, 3, 0);
		world_map(w, s.ttb, 0x400000, 0x20000000);
		assert_int_equal(world_dma(w, SID, 0x400000, MODEL_READ), MODEL_DONE);
		world_tlbi_all(w);
	}
	done(w);
}

/* SMMUEN off and on with nothing invalidated: what was cached meets what is new. */
static void test_enabled_without_cfgi(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);
	u64 pa = world_ste_pa(w, SID);
	u32 cr0 = world_read32(w, 0x20);

	world_write32(w, 0x20, cr0 & ~1u);
	world_run(w);
	world_store(w, pa + 8, s.ste[1] ^ 3 << 6);
	world_store(w, pa, (s.ste[0] & ~s.cdtab) | world_alloc(w, 4096));
	world_write32(w, 0x20, cr0);
	world_run(w);
	world_run(w);
	world_expect(w, RULE_ENTRY_THIRD_STATE, 1);
	world_free(w);
}

/* Off and on again, in place and with another stream table: the old table is nobody's business. */
static void test_enabled_elsewhere(void **state)
{
	struct world *w = up(false);
	u32 cr0 = world_read32(w, 0x20);

	world_stream(w, SID, 3, 0);
	world_stream(w, SID + 1, 4, 0);
	world_write32(w, 0x20, cr0 & ~1u);
	world_run(w);
	assert_int_equal(w->page_watches, 0);
	world_write32(w, 0x20, cr0);
	world_run(w);
	/* Two STEs in one page, two CDs. */
	assert_int_equal(w->page_watches, 3);
	assert_non_null(find(w, CONFIG_STE, SID, 0));

	world_write32(w, 0x20, cr0 & ~1u);
	world_run(w);
	world_write64(w, 0x80, 1ull << 62 | world_alloc(w, 0x4000));
	world_write32(w, 0x20, cr0);
	world_run(w);
	assert_int_equal(w->m->referee->watch.nr, 0);
	assert_int_equal(w->page_watches, 0);
	done(w);
}

static void test_reset_forgets(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);

	model_reset(w->m);
	assert_int_equal(w->page_watches, 0);
	scribble(w, s.cdtab, 8);
	world_store(w, world_ste_pa(w, SID), 0);
	world_up(w, false);
	s = world_stream(w, SID, 3, 0);
	done(w);
}

/* Without a plugin memory is sampled: a change that lasts is found, and each CFGI is a sample. */
static void test_sampling(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct world_stream s;
	int i;

	w->watches = false;
	world_up(w, false);
	s = world_stream(w, SID, 3, 0);
	for (i = 0; i < 3; i++)
		world_ste(w, SID, s.ste);
	world_expect_silence(w);
	world_store(w, world_ste_pa(w, SID) + 8, s.ste[1] ^ 3 << 6);
	for (i = 0; i < 20; i++)
		world_run(w);
	world_store(w, world_ste_pa(w, SID), (s.ste[0] & ~s.cdtab) | world_alloc(w, 4096));
	for (i = 0; i < 20; i++)
		world_run(w);
	world_expect(w, RULE_ENTRY_THIRD_STATE, 1);
	world_free(w);
}

/* A table that is no memory any more. */
static void test_no_memory(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);
	u64 pa = world_ste_pa(w, SID);

	w->fail_reads = 1;
	model_store(w->m, pa, 8);
	world_expect(w, RULE_TABLE_FREED, 1);
	w->fail_reads = 1000;
	world_store(w, pa + 8, s.ste[1] ^ 3 << 6);
	w->fail_reads = 0;
	world_expect(w, RULE_TABLE_FREED, 1);
	world_free(w);
}

/* A store may touch several entries and cross pages; one that changes nothing is nothing. */
static void test_wide_stores(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);
	u64 pa = world_ste_pa(w, SID);

	model_store(w->m, pa - 64, 192);
	model_store(w->m, pa, 0);
	model_store(w->m, ~7ull, 8);
	model_store(w->m, ~0ull, 8);
	model_store(w->m, (pa & ~4095ull) - 8, 4200);
	world_expect_silence(w);
	/* Half a word, and a word that is not aligned. */
	s.ste[1] ^= 1 << 6;
	world_store_bytes(w, pa + 8, &s.ste[1], 4);
	world_expect(w, RULE_ENTRY_TORN, 1);
	world_cfgi_ste(w, SID, true);
	world_free(w);
}

/* CFGI_CD ends a CD's history; the STE that may be cached still leads there. */
static void test_stale_ste_leads_to_cds(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);

	world_store(w, world_ste_pa(w, SID), 1);
	world_cfgi_cd(w, SID, 0, true);
	assert_non_null(find(w, CONFIG_CD, SID, 0));
	world_cfgi_ste(w, SID, true);
	assert_null(find(w, CONFIG_CD, SID, 0));
	scribble(w, s.cdtab, 512);
	done(w);
}

/* A CFGI while memory does not answer: what was known last begins the new history. */
static void test_cfgi_without_memory(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 0);

	world_store(w, world_ste_pa(w, SID) + 8, s.ste[1] ^ 3 << 6);
	w->fail_reads = 100;
	referee_cfgi(w->m, CONFIG_STE, SID, 0);
	w->fail_reads = 0;
	world_expect_silence(w);
	world_cfgi_ste(w, SID, true);
	assert_true(history_clean(&find(w, CONFIG_STE, SID, 0)->h));
	/* What is freed is not judged when a promise begins. */
	world_store(w, world_ste_pa(w, SID), 0x6b6b6b6b6b6b6b6bull);
	model_note_no_bypass(w->m, SID, true);
	model_note_hitless(w->m, SID, 0, false, true);
	model_note_hitless(w->m, SID, 0, false, false);
	world_expect(w, RULE_TABLE_FREED, 1);
	world_free(w);
}

/* A promise covers the STE and the CD that its accesses need, and no other. */
static void test_hitless_is_of_a_substream(void **state)
{
	struct world *w = up(false);
	struct world_stream s = world_stream(w, SID, 3, 2);
	struct model_access a = { .sid = SID, .ssid = 1, .ssv = true, .addr = 0x1000, .len = 8 };
	u64 cd[8], buf;

	world_make_cd(cd, s.ttb, 4);
	for (unsigned int i = 8; i--;)
		world_store(w, s.cdtab + 64 + i * 8, cd[i]);
	world_cfgi_cd(w, SID, 1, true);
	world_dma(w, SID, 0x1000, MODEL_READ);
	model_dma(w->m, &a, &buf);
	/* The RID does not need CD 1. */
	model_note_hitless(w->m, SID, 0, false, true);
	world_store(w, s.cdtab + 64, cd[0] & ~(1ull << 31));
	world_expect_silence(w);
	world_store(w, s.cdtab + 64, cd[0]);
	world_cfgi_cd(w, SID, 1, true);
	/* It needs CD 0 until S1DSS leads it past stage 1. */
	world_store(w, world_ste_pa(w, SID) + 8, (s.ste[1] & ~3ull) | 1);
	world_store(w, s.cdtab, s.cd[0] & ~(1ull << 31));
	world_expect(w, RULE_ENTRY_HIT, 1);
	world_store(w, s.cdtab, s.cd[0]);
	world_cfgi_cd(w, SID, 0, true);
	world_cfgi_ste(w, SID, true);
	world_store(w, s.cdtab, s.cd[0] & ~(1ull << 31));
	world_expect(w, RULE_ENTRY_HIT, 1);
	model_note_hitless(w->m, SID, 0, false, false);
	/* SubstreamID 1 does. */
	model_note_hitless(w->m, SID, 1, true, true);
	world_store(w, s.cdtab + 64, cd[0] & ~(1ull << 31));
	world_expect(w, RULE_ENTRY_HIT, 2);
	model_note_hitless(w->m, SID, 1, true, false);
	world_free(w);
}

static void test_limit_is_told(void **state)
{
	struct world *w = up(false);
	unsigned int i;

	for (i = 0; i < WATCH_MAX + 10; i++)
		config_learnt(w->m, CONFIG_CD, WORLD_FREE + i % 512 * 64, i / 512, i);
	assert_int_equal(w->m->referee->watch.nr, WATCH_MAX);
	assert_non_null(strstr(w->log, "further ones are not"));
	model_reset(w->m);
	done(w);
}

const struct CMUnitTest watch_tests[] = {
	cmocka_unit_test(test_procedure_is_silent),
	cmocka_unit_test(test_hitless_is_silent),
	cmocka_unit_test(test_no_cfgi_behind_v0),
	cmocka_unit_test(test_no_cfgi_before_v1),
	cmocka_unit_test(test_rollback_is_silent),
	cmocka_unit_test(test_unused_words_are_free),
	cmocka_unit_test(test_shared_cd_table),
	cmocka_unit_test(test_cd_table_is_freed),
	cmocka_unit_test(test_cd_table_of_the_other_stays),
	cmocka_unit_test(test_two_level_cds),
	cmocka_unit_test(test_range),
	cmocka_unit_test(test_l2_table_is_freed),
	cmocka_unit_test(test_reload),
	cmocka_unit_test(test_enabled_without_cfgi),
	cmocka_unit_test(test_enabled_elsewhere),
	cmocka_unit_test(test_reset_forgets),
	cmocka_unit_test(test_sampling),
	cmocka_unit_test(test_no_memory),
	cmocka_unit_test(test_wide_stores),
	cmocka_unit_test(test_stale_ste_leads_to_cds),
	cmocka_unit_test(test_cfgi_without_memory),
	cmocka_unit_test(test_hitless_is_of_a_substream),
	cmocka_unit_test(test_limit_is_told),
};

const size_t nr_watch_tests = ARRAY_SIZE(watch_tests);
