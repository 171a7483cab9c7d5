// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration caches: Arm IHI 0070, 3.21.3, 4.3 "Configuration structure invalidation", 5.1.1,
 * 5.3.1; 5.2 CONT and 3.20.2 "Configuration cache conflicts".
 */
#include "trees.h"
#include "count.h"
#include "../config.h"

static enum ste_action now(struct world *w, u32 sid)
{
	struct context c;
	struct event e;
	bool silent;

	if (config_lookup(w->m, sid, 0, false, &c, &e, &silent))
		return c.bypass ? STE_BYPASS : STE_TRANSLATES;
	return silent ? STE_ABORT : STE_INVALID;
}

static bool cd_now(struct world *w, u32 sid, u32 ssid, u16 asid)
{
	struct context c;
	struct event e;
	bool silent;

	return config_lookup(w->m, sid, ssid, ssid != 0, &c, &e, &silent) &&
	       get(c.cd, CD_ASID) == asid;
}

/* 3.21.3: an STE in any state stays until its CFGI, whatever memory says. */
static void ste_stays(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	u64 ste[8], pa;

	world_up(w, true);
	pa = world_ste_pa(w, 3);
	assert_int_equal(now(w, 3), STE_INVALID);
	world_make_ste_bypass(ste);
	world_store(w, pa + 8, ste[1]);
	world_store(w, pa, ste[0]);
	assert_int_equal(now(w, 3), STE_INVALID);
	config_inv_ste(w->m, 4, true);
	assert_int_equal(now(w, 3), STE_INVALID);
	config_inv_ste(w->m, 3, true);
	assert_int_equal(now(w, 3), STE_BYPASS);
	world_store(w, pa, 1);
	assert_int_equal(now(w, 3), STE_BYPASS);
	config_inv_ste_range(w->m, 8, 2);
	assert_int_equal(now(w, 3), STE_BYPASS);
	config_inv_ste_range(w->m, 5, 2);				/* StreamIDs 0 to 7 */
	assert_int_equal(now(w, 3), STE_ABORT);
	world_store(w, pa, ste[0]);
	config_inv_ste_range(w->m, 0, 31);
	assert_int_equal(now(w, 3), STE_BYPASS);
	world_free(w);
}

/* 5.1.1: a level 1 descriptor goes with the non-leaf form only. */
static void l1std_stays(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	u64 ste[8], l2, i;

	world_up(w, true);
	assert_int_equal(now(w, 0x103), STE_INVALID);
	world_make_ste_bypass(ste);
	l2 = world_alloc(w, 256 * 64);
	for (i = 0; i < 8; i++)
		world_store(w, l2 + 3 * 64 + i * 8, ste[i]);
	world_store(w, WORLD_STRTAB + 8, l2 | 9);
	config_inv_ste(w->m, 0x103, true);
	assert_int_equal(now(w, 0x103), STE_INVALID);
	config_inv_ste(w->m, 0x1ff, false);
	assert_int_equal(now(w, 0x103), STE_BYPASS);
	world_free(w);
}

/* 4.3.3, 5.3.1: CDs and their level 1, by themselves, all of a stream, and with the STE. */
static void cds_stay(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct world_stream s;
	u64 l1, l2, cd[8], i;

	world_up(w, true);
	s = world_stream(w, 3, 7, 0);
	l1 = world_alloc(w, 4096);
	l2 = world_alloc(w, 65536);
	/* S1Fmt 2, S1CDMax 11: two tables of 1024. */
	s.ste[0] = 1 | 5 << 1 | 2 << 4 | l1 | 11ull << 59;
	s.ste[1] |= 2;
	world_store(w, l1, l2 | 1);
	world_ste(w, 3, s.ste);
	assert_false(cd_now(w, 3, 5, 9));
	assert_false(cd_now(w, 3, 1025, 9));
	memcpy(cd, s.cd, 64);
	set(cd, CD_ASID, 9);
	for (i = 0; i < 8; i++)
		world_store(w, l2 + 5 * 64 + i * 8, cd[i]);
	assert_false(cd_now(w, 3, 5, 9));
	config_inv_cd(w->m, 3, 6, true);
	config_inv_cd(w->m, 4, 5, true);
	assert_false(cd_now(w, 3, 5, 9));
	config_inv_cd(w->m, 3, 5, true);
	assert_true(cd_now(w, 3, 5, 9));
	/* The second table: its L1CD was read with V = 0. */
	world_store(w, l1 + 8, l2 | 1);
	config_inv_cd(w->m, 3, 1029, true);
	assert_false(cd_now(w, 3, 1029, 9));
	config_inv_cd(w->m, 3, 1024, false);
	assert_true(cd_now(w, 3, 1029, 9));
	world_store(w, l2 + 5 * 64, cd[0] ^ 1ull << 48);
	assert_true(cd_now(w, 3, 5, 9));
	config_inv_cd_all(w->m, 3);
	assert_true(cd_now(w, 3, 5, 8));
	world_store(w, l2 + 5 * 64, cd[0]);
	config_inv_ste(w->m, 3, true);
	assert_true(cd_now(w, 3, 5, 9));
	world_free(w);
}

/* 3.21.3: words read at different times make one entry, until an invalidation ends the fetch. */
static void split_fetch(void **state)
{
	static const char * const words[] = { "split=100", NULL };
	struct world *w = world_new("mmu-600", words);
	struct world_stream s;
	unsigned int i, mixed = 0;

	world_up(w, true);
	s = world_stream(w, 3, 7, 0);
	for (i = 0; i < 200 && !mixed; i++) {
		struct context c;
		struct event e;
		bool silent;

		config_inv_all(w->m);
		world_store(w, world_ste_pa(w, 3) + 16, 0);
		now(w, 3);
		config_inv_all(w->m);
		/* Begun while S2VMID is 0, completed when it is 5 and S1CIR is another. */
		config_whim(w->m);
		world_store(w, world_ste_pa(w, 3) + 16, 5);
		world_store(w, world_ste_pa(w, 3) + 8, s.ste[1] ^ 8);
		assert_true(config_lookup(w->m, 3, 0, false, &c, &e, &silent));
		mixed = (c.ste[2] == 5) != (c.ste[1] == (s.ste[1] ^ 8));
		/* After an invalidation nothing old is left. */
		config_inv_ste(w->m, 3, true);
		assert_true(config_lookup(w->m, 3, 0, false, &c, &e, &silent));
		assert_int_equal(c.ste[2], 5);
		world_store(w, world_ste_pa(w, 3) + 8, s.ste[1]);
	}
	assert_int_not_equal(mixed, 0);
	world_free(w);
}

/* 3.21.3: a CD of which a part has been read, while the table moves to another place. */
static void moved_while_fetched(void **state)
{
	static const char * const words[] = { "split=100", NULL };
	struct world *w = world_new("mmu-600", words);
	struct world_stream s;
	u64 other;
	unsigned int i, j;

	world_up(w, true);
	s = world_stream(w, 3, 7, 0);
	other = world_alloc(w, 4096);
	for (j = 0; j < 8; j++)
		world_store(w, other + j * 8, s.cd[j]);
	world_store(w, other, s.cd[0] ^ 1ull << 48);
	for (i = 0; i < 40; i++) {
		config_inv_cd_all(w->m, 3);
		config_whim(w->m);
		s.ste[0] = (s.ste[0] & ~GENMASK(51, 6)) | (i & 1 ? s.cdtab : other);
		world_store(w, world_ste_pa(w, 3), s.ste[0]);
		config_inv_ste(w->m, 3, true);
		config_whim(w->m);
		assert_true(cd_now(w, 3, 0, i & 1 ? 7 : 6));
	}
	/* A fetch under way that cannot go on leaves nothing behind. */
	config_inv_all(w->m);
	w->fail_reads = 3;
	for (i = 0; i < 4; i++)
		config_whim(w->m);
	w->fail_reads = 0;
	assert_true(cd_now(w, 3, 0, 7));
	world_free(w);
}

/*
 * 3.21.3: the stream table moves while an STE is half read (SMMUEN off and on): the half is worth
 * nothing.
 */
static void half_an_entry(void **state)
{
	static const char * const words[] = { "split=100", NULL };
	struct world *w = world_new("mmu-600", words);
	u64 other, ste[8];
	int i, j;

	world_up(w, false);
	other = world_alloc(w, 1 << 14);
	world_make_ste_bypass(ste);
	world_ste(w, 3, ste);
	assert_int_equal(now(w, 3), STE_BYPASS);
	for (j = 0; j < 8; j++)
		world_store(w, other + 3 * 64 + j * 8, j ? 0 : 1);
	for (i = 0; i < 20; i++) {
		config_inv_all(w->m);
		w->m->regs.strtab_base = WORLD_STRTAB;
		w->fail_reads = i & 1;
		config_whim(w->m);
		w->fail_reads = 0;
		w->m->regs.strtab_base = other;
		assert_int_equal(now(w, 3), STE_ABORT);
	}
	world_free(w);
}

/* The words of an STE, without telling anybody and past all caches. */
static void put_ste(struct world *w, u32 sid, const u64 ste[8], unsigned int cont)
{
	u64 pa = world_ste_pa(w, sid);
	int i;

	for (i = 7; i >= 0; i--)
		world_store(w, pa + i * 8, ste[i] | (i == 1 ? (u64)cont << 13 : 0));
}

static u64 conts(struct world *w)
{
	return referee_count(w->m, RULE_STE_CONT);
}

/* 5.2 CONT: a cached STE serves its span, until a CFGI for the StreamID that it was read for. */
static void span_serves(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct want probe = { .r = true, .probe = true };
	u64 bypass[8], abort[8];
	struct context c;
	struct event e;
	bool silent;
	u32 sid;

	w->watches = false;
	world_up(w, true);
	world_make_ste_bypass(bypass);
	world_make_ste_abort(abort);
	for (sid = 4; sid < 8; sid++)
		put_ste(w, sid, bypass, 2);
	put_ste(w, 8, abort, 0);
	put_ste(w, 3, abort, 0);
	assert_int_equal(now(w, 5), STE_BYPASS);
	/* Not read yet: the neighbour's serves, and the referee sees the difference. */
	put_ste(w, 6, abort, 0);
	assert_false(!config_resolve(w->m, 6, 0, false, &probe, &c, &e, &silent));
	assert_int_equal(conts(w), 0);
	assert_int_equal(now(w, 6), STE_BYPASS);
	assert_int_equal(conts(w), 1);
	assert_int_equal(now(w, 3), STE_ABORT);
	assert_int_equal(now(w, 8), STE_ABORT);
	assert_int_equal(conts(w), 1);
	/* CONT has no say in invalidation. */
	config_inv_ste(w->m, 6, true);
	config_inv_ste_range(w->m, 6, 0);
	assert_int_equal(now(w, 6), STE_BYPASS);
	config_inv_ste(w->m, 5, true);
	assert_int_equal(now(w, 6), STE_ABORT);
	assert_int_equal(w->m->config->nr_spans, 0);
	/* One in use finds who is not as it is: once, and no further look at it. */
	assert_int_equal(conts(w), 2);
	assert_int_equal(now(w, 7), STE_BYPASS);
	assert_int_equal(conts(w), 3);
	assert_int_equal(now(w, 7), STE_BYPASS);
	assert_int_equal(conts(w), 3);
	config_inv_ste_range(w->m, 4, 1);
	assert_int_equal(now(w, 4), STE_BYPASS);
	assert_int_equal(w->m->config->nr_spans, 1);
	config_inv_all(w->m);
	assert_int_equal(w->m->config->nr_spans, 0);
	world_free(w);
}

/* 3.20.2, 5.2: two cached for one StreamID are the same but for CONT, or F_CFG_CONFLICT. */
static void span_conflicts(void **state)
{
	struct want spec = { .r = true, .spec = true }, probe = { .r = true, .probe = true };
	struct world *w = world_new("mmu-600", NULL);
	u64 bypass[8], abort[8];
	struct context c;
	struct event e;
	bool silent;

	w->watches = false;
	world_up(w, true);
	world_make_ste_bypass(bypass);
	world_make_ste_abort(abort);
	put_ste(w, 4, abort, 0);
	put_ste(w, 5, bypass, 1);
	/* A span that is being set up may be read: no transaction has used it. */
	config_resolve(w->m, 5, 0, false, &spec, &c, &e, &silent);
	config_resolve(w->m, 5, 0, false, &probe, &c, &e, &silent);
	assert_int_equal(w->m->config->nr_spans, 1);
	assert_int_equal(conts(w), 0);
	put_ste(w, 4, bypass, 0);
	assert_int_equal(now(w, 4), STE_BYPASS);
	assert_int_equal(now(w, 5), STE_BYPASS);
	config_inv_ste(w->m, 4, true);
	config_inv_ste(w->m, 5, true);
	assert_int_equal(now(w, 4), STE_BYPASS);
	assert_int_equal(now(w, 5), STE_BYPASS);
	assert_int_equal(now(w, 4), STE_BYPASS);
	assert_int_equal(conts(w), 0);
	/* A prefetch reads the stream's own. */
	put_ste(w, 4, abort, 0);
	config_inv_ste(w->m, 4, true);
	config_resolve(w->m, 4, 0, false, &spec, &c, &e, &silent);
	assert_non_null(config_find_ste(w->m, 4));
	assert_int_equal(conts(w), 0);
	assert_int_equal(world_dma(w, 4, 0x20000000, MODEL_READ), MODEL_ABORTED);
	world_run(w);
	assert_int_equal(world_read32(w, 0x100a8), 1);
	assert_int_equal(world_load(w, WORLD_EVENTQ), 0x21 | 4ull << 32);
	assert_int_equal(world_load(w, WORLD_EVENTQ + 24), 0);
	assert_int_equal(conts(w), 1);
	config_inv_ste(w->m, 5, true);
	assert_int_equal(now(w, 4), STE_ABORT);
	world_free(w);
}

/* 5.2 CONT: capped by the stream table, bound to one level 2 table, ignored with V = 0. */
static void span_ends(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	u64 bypass[8], invalid[8] = { 0 };
	u32 sid;

	world_make_ste_bypass(bypass);
	world_up(w, false);
	w->watches = false;
	/* Linear, 8 StreamIDs. */
	w->m->regs.strtab_base_cfg = 3;
	for (sid = 0; sid < 8; sid++)
		put_ste(w, sid, bypass, 15);
	assert_int_equal(now(w, 2), STE_BYPASS);
	assert_int_equal(now(w, 7), STE_BYPASS);
	assert_int_equal(now(w, 8), STE_INVALID);
	count_expect(w, RULE_STE_CONT, 0);
	/* Without V there is no CONT. */
	config_inv_all(w->m);
	put_ste(w, 2, invalid, 15);
	assert_int_equal(now(w, 2), STE_INVALID);
	assert_int_equal(w->m->config->nr_spans, 0);
	world_free(w);
	/* Two levels: 256 in a table, or as many as its Span says. */
	w = world_new("mmu-600", NULL);
	world_up(w, true);
	w->watches = false;
	for (sid = 0; sid < 256; sid++)
		put_ste(w, sid, bypass, 8);
	assert_int_equal(now(w, 2), STE_BYPASS);
	count_expect(w, RULE_STE_CONT, 0);
	config_inv_all(w->m);
	/* The next table is another, although it lies behind this one. */
	for (sid = 256; sid < 512; sid++)
		put_ste(w, sid, bypass, 8);
	put_ste(w, 2, bypass, 9);
	assert_int_equal(now(w, 2), STE_BYPASS);
	count_expect(w, RULE_STE_CONT, 1);
	config_inv_all(w->m);
	put_ste(w, 2, bypass, 3);
	world_store(w, WORLD_STRTAB, (world_load(w, WORLD_STRTAB) & ~0x1full) | 3);
	assert_int_equal(now(w, 2), STE_BYPASS);
	assert_int_equal(now(w, 4), STE_INVALID);
	count_expect(w, RULE_STE_CONT, 2);
	world_free(w);
}

/* Prefetch and eviction: everything still works, and neighbours are read that nobody used. */
static void whims(void **state)
{
	static const char * const words[] = { "prefetch=100", "evict=50", "split=50", NULL };
	struct world *w = world_new("mmu-600", words);
	struct world_stream s;
	u32 sid, ssid;
	bool ssv;
	int i;

	config_whim(w->m);					/* not while disabled */
	assert_false(config_known(w->m, 0, &sid, &ssid, &ssv));
	world_up(w, true);
	config_whim(w->m);
	s = world_stream(w, 3, 7, 4);
	world_cd(w, 3, 1, s.cdtab + 64, s.cd);
	assert_true(cd_now(w, 3, 1, 7));
	for (i = 0; i < 500; i++) {
		config_whim(w->m);
		assert_true(cd_now(w, 3, 0, 7));
		assert_true(cd_now(w, 3, 1, 7));
	}
	assert_true(w->m->count.prefetches > 100);
	assert_true(w->m->count.evictions > 100);
	world_expect_silence(w);
	world_free(w);
}

const struct CMUnitTest config_tests[] = {
	cmocka_unit_test(ste_stays),
	cmocka_unit_test(l1std_stays),
	cmocka_unit_test(cds_stay),
	cmocka_unit_test(split_fetch),
	cmocka_unit_test(moved_while_fetched),
	cmocka_unit_test(half_an_entry), cmocka_unit_test(whims),
	cmocka_unit_test(span_serves), cmocka_unit_test(span_conflicts),
	cmocka_unit_test(span_ends),
};

const size_t nr_config_tests = ARRAY_SIZE(config_tests);
