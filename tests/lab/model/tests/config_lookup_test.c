// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where STEs and CDs lie: Arm IHI 0070, 3.3, 5.1 L1STD, 5.3 L1CD, 6.3 SMMU_STRTAB_BASE_CFG; and
 * what the referee says when they are fetched (5.4.1 for tags).
 */
#include "trees.h"

static bool lookup(struct world *w, u32 sid, u32 ssid, bool ssv, struct context *c, struct event *e)
{
	bool silent;

	return config_lookup(w->m, sid, ssid, ssv, c, e, &silent);
}

/* 6.3 STRTAB_BASE_CFG: linear, each split, spans that do not reach. */
static void stream_tables(void **state)
{
	static const struct { unsigned int split, span; u32 sid; bool found;
	} all[] = {
		{ 6, 7, 63, true },  { 6, 6, 32, false },    { 6, 6, 31, true },
		{ 6, 8, 1, false },  { 6, 0, 1, false },     { 8, 9, 255, true },
		{ 8, 12, 1, false }, { 10, 11, 1023, true }, { 10, 1, 0, true },
		{ 10, 1, 1, false }, { 7, 7, 63, true }, /* reserved: behaves as 6 */
	};
	struct world *w = world_new("mmu-600", NULL);
	u64 l2 = world_alloc(w, 65536), pa;
	struct context c;
	struct event e;
	unsigned int i;

	world_up(w, true);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		config_inv_all(w->m);
		w->m->regs.strtab_base_cfg = 1 << 16 | all[i].split << 6 | 16;
		world_store(w, WORLD_STRTAB, l2 | all[i].span);
		assert_int_equal(ste_locate(w->m, all[i].sid, &pa), all[i].found);
		if (all[i].found)
			assert_int_equal(pa, l2 + all[i].sid * 64);
		lookup(w, all[i].sid, 0, false, &c, &e);
		assert_int_equal(e.type, all[i].found ? EVT_C_BAD_STE : EVT_C_BAD_STREAMID);
	}
	/* L2Ptr is aligned to the table that it leads to. */
	config_inv_all(w->m);
	w->m->regs.strtab_base_cfg = 1 << 16 | 8 << 6 | 16;
	world_store(w, WORLD_STRTAB, l2 | 0x40 | 9);
	assert_true(ste_locate(w->m, 2, &pa));
	assert_int_equal(pa, l2 + 128);
	assert_false(ste_locate(w->m, 1 << 16, &pa));
	/*
	 * A table shorter than its split has one descriptor; a base that is not aligned is aligned.
	 */
	w->m->regs.strtab_base_cfg = 1 << 16 | 8 << 6 | 4;
	assert_true(ste_locate(w->m, 2, &pa));
	w->m->regs.strtab_base_cfg = 8;
	w->m->regs.strtab_base |= 0x40;
	assert_true(ste_locate(w->m, 2, &pa));
	assert_int_equal(pa, WORLD_STRTAB + 128);
	w->m->regs.strtab_base_cfg = 1 << 16 | 8 << 6 | 16;
	w->m->regs.strtab_base = WORLD_RAM;
	assert_false(ste_locate(w->m, 2, &pa));
	lookup(w, 2, 0, false, &c, &e);
	assert_int_equal(e.type, EVT_F_STE_FETCH);
	assert_int_equal(e.fetch_addr, WORLD_RAM);
	world_free(w);
}

/* 7.3 F_STE_FETCH: an STE of a linear table; and looks that leave no trace. */
static void linear_fetch(void **state)
{
	struct want probe = { .r = true, .probe = true };
	struct world *w = world_new("mmu-600", NULL);
	struct context c;
	struct event e;
	bool silent;

	world_up(w, false);
	w->m->regs.strtab_base = WORLD_RAM;
	lookup(w, 2, 0, false, &c, &e);
	assert_int_equal(e.type, EVT_F_STE_FETCH);
	assert_int_equal(e.fetch_addr, WORLD_RAM + 128);
	assert_false(config_resolve(w->m, 2, 0, false, &probe, &c, &e, &silent));
	assert_int_equal(e.type, EVT_F_STE_FETCH);
	w->m->regs.strtab_base = WORLD_STRTAB;
	assert_false(config_resolve(w->m, 2, 0, false, &probe, &c, &e, &silent));
	assert_int_equal(e.type, EVT_C_BAD_STE);
	world_store(w, WORLD_STRTAB + 128, 1 | 4 << 1);
	lookup(w, 2, 0, false, &c, &e);
	assert_true(c.bypass);
	model_reset(w->m);
	assert_false(config_known(w->m, 0, &c.sid, &c.ssid, &silent));
	world_free(w);
}

/* 6.3 CR2.RECINVSID: whether C_BAD_STREAMID is told. */
static void recinvsid(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct context c;
	struct event e;
	bool silent;

	world_up(w, true);
	assert_false(config_lookup(w->m, 1 << 20, 0, false, &c, &e, &silent));
	assert_false(silent);
	assert_false(config_ste(w->m, 1 << 20, &c, &e, &silent));
	assert_false(silent);
	w->m->regs.cr2 &= ~2u;
	assert_false(config_lookup(w->m, 1 << 20, 0, false, &c, &e, &silent));
	assert_true(silent);
	assert_false(config_ste(w->m, 1 << 20, &c, &e, &silent));
	assert_true(silent);
	world_free(w);
}

/* 5.2 S1Fmt: linear, 4 KiB and 64 KiB leaves; cd_locate() says the same as the lookup. */
static void cd_tables(void **state)
{
	static const struct { unsigned int fmt, cdmax; u32 ssid; unsigned int l1, index;
	} all[] = {
		{ 0, 4, 15, 0, 15 }, { 3, 4, 3, 0, 3 },	      { 1, 8, 200, 3, 8 },
		{ 1, 5, 31, 0, 31 }, { 2, 12, 4000, 3, 928 }, { 1, 16, 65535, 1023, 63 },
	};
	struct world *w = world_new("mmu-600", NULL);
	struct world_stream s;
	struct context c;
	struct event e;
	unsigned int i, j;
	u64 pa;

	world_up(w, true);
	s = world_stream(w, 3, 7, 0);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		u64 base = world_alloc(w, 65536), leaf = world_alloc(w, 65536),
		    at = base + all[i].index * 64;

		if (all[i].fmt == 1 || all[i].fmt == 2) {
			world_store(w, base + all[i].l1 * 8, leaf | 1);
			at = leaf + all[i].index * 64;
		}
		for (j = 0; j < 8; j++)
			world_store(w, at + j * 8, s.cd[j]);
		s.ste[0] = 1 | 5 << 1 | all[i].fmt << 4 | base | (u64)all[i].cdmax << 59;
		s.ste[1] |= 2;
		world_ste(w, 3, s.ste);
		assert_true(cd_locate(w->m, s.ste, all[i].ssid, &pa));
		assert_int_equal(pa, at);
		assert_true(lookup(w, 3, all[i].ssid, true, &c, &e));
		assert_int_equal(c.cd_pa, at);
		assert_false(cd_locate(w->m, s.ste, 1 << all[i].cdmax, &pa));
		assert_false(lookup(w, 3, 1 << all[i].cdmax, true, &c, &e));
		assert_int_equal(e.type, EVT_C_BAD_SUBSTREAMID);
	}
	/* An L1CD that leads nowhere, and one that cannot be read. */
	world_store(w, (s.ste[0] & GENMASK(51, 6)) + 8, 1ull << 50 | 1);
	assert_false(lookup(w, 3, 64, true, &c, &e));
	assert_int_equal(e.type, EVT_C_BAD_SUBSTREAMID);
	assert_false(cd_locate(w->m, s.ste, 128, &pa));
	s.ste[0] = 1 | 5 << 1 | 1 << 4 | WORLD_RAM | 7ull << 59;
	world_ste(w, 3, s.ste);
	assert_false(lookup(w, 3, 64, true, &c, &e));
	assert_int_equal(e.type, EVT_F_CD_FETCH);
	assert_int_equal(e.fetch_addr, WORLD_RAM + 8);
	world_expect_silence(w);
	world_free(w);
}

/* Nested: S1ContextPtr and L2Ptr are IPAs, and either may not be mapped. */
static void nested_tables(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t1 = tree_new(w, 12, 39), t2 = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(&t1, &t2), found;
	u64 l1 = world_alloc(w, 4096), leaf = world_alloc(w, 4096), pa;
	struct event e;
	int i;

	world_up(w, true);
	c.ste[0] |= 0x40000000 | 1 << 4 | 7ull << 59;
	c.ste[1] = 2;
	world_store(w, l1, 0x50000000 | 1);
	for (i = 0; i < 8; i++)
		world_store(w, leaf + 64 + i * 8, c.cd[i]);
	world_ste(w, 3, c.ste);
	assert_false(lookup(w, 3, 1, true, &found, &e));
	assert_int_equal(e.type, EVT_F_TRANSLATION);
	assert_int_equal(e.ipa, 0x40000000);
	assert_false(cd_locate(w->m, c.ste, 1, &pa));
	tree_map(&t2, 0x40000000, 3, l1, LEAF_S2);
	assert_false(lookup(w, 3, 1, true, &found, &e));
	assert_int_equal(e.ipa, 0x50000040);
	assert_int_equal(e.class, EVT_CLASS_CD);
	tree_map(&t2, 0x50000000, 3, leaf, LEAF_S2);
	assert_true(lookup(w, 3, 1, true, &found, &e));
	assert_int_equal(found.cd_pa, leaf + 64);
	assert_true(cd_locate(w->m, c.ste, 1, &pa));
	assert_int_equal(pa, leaf + 64);
	world_free(w);
}

/* 5.1, 5.3: reserved bits and spans of level 1 descriptors. */
static void level1_judged(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct world_stream s;
	struct context c;
	struct event e;
	u64 l1 = world_alloc(w, 4096), l2 = world_alloc(w, 65536);

	world_up(w, true);
	world_store(w, WORLD_STRTAB + 16, l2 | 12);
	lookup(w, 0x200, 0, false, &c, &e);
	world_expect(w, RULE_L1_ILLEGAL, 1);
	world_store(w, WORLD_STRTAB + 24, l2 | 9 | 1 << 5);
	lookup(w, 0x300, 0, false, &c, &e);
	world_expect(w, RULE_L1_ILLEGAL, 2);
	s = world_stream(w, 3, 7, 0);
	s.ste[0] = 1 | 5 << 1 | 2 << 4 | l1 | 11ull << 59;
	world_store(w, l1, l2 | 1 << 12 | 1);
	world_ste(w, 3, s.ste);
	lookup(w, 3, 1, true, &c, &e);
	world_expect(w, RULE_L1_ILLEGAL, 3);
	world_free(w);
}

/*
 * 5.4.1 CD notes: two contexts of one tag with different tables; not across ASET, VMID or when one
 * is dead.
 */
static void tags_judged(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct world_stream a, b;
	struct context c;
	struct event e;

	world_up(w, true);
	a = world_stream(w, 3, 7, 0);
	b = world_stream(w, 4, 7, 0);
	assert_true(lookup(w, 3, 0, false, &c, &e));
	assert_true(lookup(w, 4, 0, false, &c, &e));
	world_expect(w, RULE_TAG_CONFLICT, 1);
	/* Another VMID. */
	b.ste[2] = 1;
	world_ste(w, 4, b.ste);
	assert_true(lookup(w, 4, 0, false, &c, &e));
	world_expect(w, RULE_TAG_CONFLICT, 1);
	b.ste[2] = 0;
	world_ste(w, 4, b.ste);
	/* Another ASID set. */
	b.cd[0] &= ~(1ull << 47);
	world_cd(w, 4, 0, b.cdtab, b.cd);
	assert_true(lookup(w, 4, 0, false, &c, &e));
	world_expect(w, RULE_TAG_CONFLICT, 1);
	/* The same tables. */
	b.cd[0] |= 1ull << 47;
	b.cd[1] = a.ttb;
	world_cd(w, 4, 0, b.cdtab, b.cd);
	assert_true(lookup(w, 4, 0, false, &c, &e));
	world_expect(w, RULE_TAG_CONFLICT, 1);
	/* The other one's CD or STE is no longer in memory what the cache has of it. */
	b.cd[1] = b.ttb;
	w->watches = false;
	world_store(w, a.cdtab + 8, b.ttb);
	world_cd(w, 4, 0, b.cdtab, b.cd);
	assert_true(lookup(w, 4, 0, false, &c, &e));
	world_store(w, a.cdtab + 8, a.ttb);
	world_store(w, world_ste_pa(w, 3), 0);
	world_cd(w, 4, 0, b.cdtab, b.cd);
	assert_true(lookup(w, 4, 0, false, &c, &e));
	assert_int_equal(w->nr_reports[RULE_TAG_CONFLICT], 1);
	world_store(w, world_ste_pa(w, 3), a.ste[0]);
	w->watches = true;
	/* The other one is switched off: its cached CD is no longer what memory says. */
	a.cd[0] &= ~(1ull << 31);
	world_cd(w, 3, 0, a.cdtab, a.cd);
	b.cd[1] = b.ttb;
	world_cd(w, 4, 0, b.cdtab, b.cd);
	assert_true(lookup(w, 4, 0, false, &c, &e));
	world_expect(w, RULE_TAG_CONFLICT, 1);
	world_free(w);
}

/* 5.2 S1STALLD and others: an STE is judged when it is fetched, once. */
static void entries_judged(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct context c;
	struct event e;
	u64 ste[8];

	world_up(w, true);
	w->watches = false;
	world_make_ste_bypass(ste);
	ste[0] |= 1ull << 57;
	world_ste(w, 3, ste);
	assert_true(lookup(w, 3, 0, false, &c, &e));
	assert_true(lookup(w, 3, 0, false, &c, &e));
	assert_true(w->nr_reports[RULE_STE_RESERVED] >= 1);
	ste[0] = 1 | 5 << 1 | 21ull << 59;
	world_ste(w, 3, ste);
	assert_false(lookup(w, 3, 0, false, &c, &e));
	assert_int_equal(e.type, EVT_C_BAD_STE);
	assert_true(w->nr_reports[RULE_STE_ILLEGAL] >= 1);
	world_free(w);
}

const struct CMUnitTest config_lookup_tests[] = {
	cmocka_unit_test(stream_tables), cmocka_unit_test(linear_fetch),
	cmocka_unit_test(recinvsid),	 cmocka_unit_test(cd_tables),
	cmocka_unit_test(nested_tables), cmocka_unit_test(level1_judged),
	cmocka_unit_test(tags_judged),	 cmocka_unit_test(entries_judged),
};

const size_t nr_config_lookup_tests = ARRAY_SIZE(config_lookup_tests);
