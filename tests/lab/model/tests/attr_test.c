// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory types: Arm IHI 0070, chapter 13, 5.4 MAIR0, 5.2 MTCFG, S2FWB, S2PTW.
 */
#include "trees.h"

/* 5.4 MAIR0, MAIR1. */
static void mair(void **state)
{
	static const struct { u8 attr; enum attr_type type;
	} all[] = {
		{ 0x00, ATTR_DEVICE }, { 0x0c, ATTR_DEVICE }, { 0x44, ATTR_NC }, { 0xff, ATTR_WB },
		{ 0xbb, ATTR_WT },     { 0x4f, ATTR_NC },     { 0xf4, ATTR_NC }, { 0x77, ATTR_WB },
		{ 0x33, ATTR_WT },     { 0xf0, ATTR_WT },
	};
	struct context c = { 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		c.cd[3] = (u64)all[i].attr << 40;
		assert_int_equal(attr_s1(&c, 5 << 2), all[i].type);
	}
}

/* 13.1: the stronger of both stages; with S2FWB stage 2 decides. */
static void combine(void **state)
{
	static const struct { unsigned int memattr; enum attr_type s1, plain, fwb;
	} all[] = {
		{ 15, ATTR_WB, ATTR_WB, ATTR_WB },
		{ 15, ATTR_DEVICE, ATTR_DEVICE, ATTR_DEVICE },
		{ 5, ATTR_WB, ATTR_NC, ATTR_NC },
		{ 5, ATTR_DEVICE, ATTR_DEVICE, ATTR_DEVICE },
		{ 0, ATTR_WB, ATTR_DEVICE, ATTR_DEVICE },
		{ 1, ATTR_WB, ATTR_DEVICE, ATTR_DEVICE },
		{ 6, ATTR_NC, ATTR_NC, ATTR_WB },
		{ 10, ATTR_WB, ATTR_WT, ATTR_DEVICE },
		{ 7, ATTR_WT, ATTR_NC, ATTR_WT },
		{ 4, ATTR_WB, ATTR_DEVICE, ATTR_NC },
		{ 11, ATTR_WB, ATTR_WT, ATTR_DEVICE },
	};
	struct context plain = { 0 }, fwb = { 0 };
	unsigned int i;

	set(fwb.ste, STE_S2FWB, 1);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		assert_int_equal(attr_s2(&plain, all[i].memattr << 2, all[i].s1), all[i].plain);
		assert_int_equal(attr_s2(&fwb, all[i].memattr << 2, all[i].s1), all[i].fwb);
	}
}

/* 5.2 MTCFG and MemAttr. */
static void input(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	u64 ste[8] = { 0 };

	assert_int_equal(attr_input(w->m, ste), ATTR_WB);
	set(ste, STE_MTCFG, 1);
	assert_int_equal(attr_input(w->m, ste), ATTR_DEVICE);
	set(ste, STE_MEMATTR, 5);
	assert_int_equal(attr_input(w->m, ste), ATTR_NC);
	w->m->f.attr_types_ovr = 0;
	assert_int_equal(attr_input(w->m, ste), ATTR_WB);
	world_free(w);
}

/* 5.2 S2PTW: a stage 1 table in memory that stage 2 calls Device. */
static void protected_walk(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t1 = tree_new(w, 12, 39), t2 = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(&t1, &t2);
	struct fault f;
	struct xl o;
	u64 ipa;

	tree_map(&t1, 0x1000, 3, 0x40000000, LEAF_S1);
	tree_map(&t2, 0x40000000, 3, 0x5000, LEAF_S2);
	for (ipa = WORLD_FREE; ipa < w->next_free; ipa += 0x200000)
		tree_map(&t2, ipa & ~0x1fffffull, 2, ipa & ~0x1fffffull, LEAF_S2 & ~(15ull << 2));
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	set(c.ste, STE_S2PTW, 1);
	tlb_inv_everything(w->m);
	for (int i = 0; i < 2; i++) {
		assert_false(ask(w, &c, 0x1000, 'r', &o, &f));
		assert_int_equal(f.type, EVT_F_PERMISSION);
		assert_int_equal(f.class, EVT_CLASS_TTD);
		assert_true(f.ttrnw);
		assert_true(f.s2);
	}
	world_free(w);
}

const struct CMUnitTest attr_tests[] = {
	cmocka_unit_test(mair),
	cmocka_unit_test(combine),
	cmocka_unit_test(input),
	cmocka_unit_test(protected_walk),
};

const size_t nr_attr_tests = ARRAY_SIZE(attr_tests);
