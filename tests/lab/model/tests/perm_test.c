// SPDX-License-Identifier: GPL-2.0-only
/*
 * Permissions: Arm IHI 0070, 13.4 "Translation table permissions", 5.4 WXN, PAN, HADx, 5.2 PRIVCFG,
 * INSTCFG; VMSAv8-64.
 */
#include "trees.h"

#define AF_NG	(1ull << 10 | 1ull << 11 | 3ull << 8)

/* What six accesses may do, in the order r w x R W X; '-' is a permission fault. */
static void expect(struct world *w, const struct context *c, u64 va, const char *may, bool s2)
{
	static const char how[] = "rwxRWX";
	int i;

	for (i = 0; i < 6; i++) {
		tlb_inv_everything(w->m);
		if (may[i] == '-')
			must_fault(w, c, va, how[i], EVT_F_PERMISSION, s2);
		else
			must_reach(w, c, va, how[i], 0x5000);
		/* A hit must say the same as the walk. */
		if (may[i] != '-')
			must_reach(w, c, va, how[i], 0x5000);
	}
}

/*
 * VMSAv8-64, stage 1 EL1&0: AP[2:1], UXN, PXN. What user software may write, EL1 does not execute.
 */
static void stage1_ap(void **state)
{
	static const struct { u64 bits; const char *may;
	} pages[] = {
		{ 0, "--xRWX" },
		{ 1ull << 6, "rwxRW-" },
		{ 2ull << 6, "--xR-X" },
		{ 3ull << 6, "r-xR-X" },
		{ 1ull << 54, "---RWX" },
		{ 1ull << 53, "--xRW-" },
		{ 3ull << 6 | 3ull << 53, "r--R--" },
	};
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		tree_map(&t, 0x1000, 3, 0x5000, AF_NG | pages[i].bits);
		expect(w, &c, 0x1000, pages[i].may, false);
	}
	/* 5.4 WXN: what can be written is not executed, at each privilege for itself. */
	tree_map(&t, 0x1000, 3, 0x5000, AF_NG | 1ull << 6);
	set(c.cd, CD_WXN, 1);
	expect(w, &c, 0x1000, "rw-RW-", false);
	tree_map(&t, 0x1000, 3, 0x5000, AF_NG);
	expect(w, &c, 0x1000, "--xRW-", false);
	/* 5.4 PAN: EL1 neither reads nor writes what users can reach. */
	set(c.cd, CD_WXN, 0);
	set(c.cd, CD_PAN, 1);
	expect(w, &c, 0x1000, "--xRWX", false);
	tree_map(&t, 0x1000, 3, 0x5000, AF_NG | 1ull << 6);
	expect(w, &c, 0x1000, "rwx---", false);
	world_free(w);
}

/* VMSAv8-64, EL2: one privilege level, AP[1] counts as 1. */
static void stage1_el2(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL);

	set(c.ste, STE_STRW, 2);
	tree_map(&t, 0x1000, 3, 0x5000, AF_NG);
	expect(w, &c, 0x1000, "rwxRWX", false);
	tree_map(&t, 0x1000, 3, 0x5000, AF_NG | 1ull << 7 | 1ull << 54);
	expect(w, &c, 0x1000, "r--R--", false);
	world_free(w);
}

/* VMSAv8-64: APTable, UXNTable, PXNTable; 5.4 HAD0 makes them nothing. */
static void tables_limit(void **state)
{
	static const struct { u64 table; const char *may;
	} limits[] = {
		{ 1ull << 61, "--xRWX" },
		{ 1ull << 62, "r-xR-X" },
		{ 1ull << 60, "rw-RW-" },
		{ 1ull << 59, "rwxRW-" },
	};
	struct world *w = world_new("mmu-600", NULL);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		struct tree t = tree_new(w, 12, 39);
		struct context c = tree_context(&t, NULL);

		t.table_attrs = limits[i].table;
		tree_map(&t, 0x1000, 3, 0x5000, AF_NG | 1ull << 6);
		expect(w, &c, 0x1000, limits[i].may, false);
		/* And through the walk cache. */
		must_reach(w, &c, 0x1000, 'R', 0x5000);
		tree_map(&t, 0x2000, 3, 0x6000, AF_NG | 1ull << 6);
		if (limits[i].may[1] == '-')
			must_fault(w, &c, 0x2000, 'w', EVT_F_PERMISSION, false);
		set(c.cd, CD_HAD0, 1);
		expect(w, &c, 0x1000, "rwxRW-", false);
	}
	world_free(w);
}

/* VMSAv8-64, stage 2: S2AP, XN[1:0] with and without FEAT_XNX. */
static void stage2(void **state)
{
	static const struct { u64 bits; const char *may, *without_xnx;
	} pages[] = {
		{ 3ull << 6, "rwxRWX", "rwxRWX" },
		{ 1ull << 6, "r-xR-X", "r-xR-X" },
		{ 2ull << 6, "-wx-WX", "-wx-WX" },
		{ 0, "--x--X", "--x--X" },
		{ 3ull << 6 | 1ull << 53, "rwxRW-", "rwxRWX" },
		{ 3ull << 6 | 2ull << 53, "rw-RW-", "rw-RW-" },
		{ 3ull << 6 | 3ull << 53, "rw-RWX", "rw-RW-" },
	};
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(NULL, &t);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		w->m->f.xnx = 1;
		tree_map(&t, 0x1000, 3, 0x5000, 1ull << 10 | 15ull << 2 | pages[i].bits);
		expect(w, &c, 0x1000, pages[i].may, true);
		w->m->f.xnx = 0;
		expect(w, &c, 0x1000, pages[i].without_xnx, true);
	}
	world_free(w);
}

/* Chapter 15: with two stages both must grant it, and the fault names the one that does not. */
static void both_stages(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t1 = tree_new(w, 12, 39), t2 = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(&t1, &t2);
	struct fault f;
	struct xl o;
	u64 ipa;

	tree_map(&t1, 0x1000, 3, 0x40000000, AF_NG | 1ull << 6);
	tree_map(&t1, 0x2000, 3, 0x40001000, AF_NG | 3ull << 6);
	tree_map(&t2, 0x40000000, 3, 0x5000, LEAF_S2 & ~(2ull << 6));
	tree_map(&t2, 0x40001000, 3, 0x6000, LEAF_S2);
	for (ipa = WORLD_FREE; ipa < w->next_free; ipa += 0x200000)
		tree_map(&t2, ipa & ~0x1fffffull, 2, ipa & ~0x1fffffull, LEAF_S2);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	must_fault(w, &c, 0x1000, 'w', EVT_F_PERMISSION, true);
	assert_false(ask(w, &c, 0x1008, 'w', &o, &f));
	assert_int_equal(f.ipa, 0x40000008);
	must_reach(w, &c, 0x2000, 'r', 0x6000);
	must_fault(w, &c, 0x2000, 'w', EVT_F_PERMISSION, false);
	world_free(w);
}

/* 5.2 PRIVCFG, INSTCFG: overrides, and only where the SMMU has them. */
static void overrides(void **state)
{
	static const struct { u64 priv, inst; bool is_priv, is_inst;
	} cases[] = {
		{ 0, 0, true, true },
		{ 1, 1, true, true },
		{ 2, 2, false, false },
		{ 3, 3, true, true },
	};
	struct world *w = world_new("mmu-600", NULL);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct want read = { .x = true, .priv = true }, write = { .w = true };
		u64 ste[8] = { 0 };

		set(ste, STE_PRIVCFG, cases[i].priv);
		set(ste, STE_INSTCFG, cases[i].inst);
		perm_override(w->m, ste, &read);
		perm_override(w->m, ste, &write);
		assert_int_equal(read.priv, cases[i].is_priv);
		assert_int_equal(read.x, cases[i].is_inst);
		assert_int_equal(read.r, !cases[i].is_inst);
		assert_false(write.x);
		w->m->f.attr_perms_ovr = 0;
		read.priv = false;
		perm_override(w->m, ste, &read);
		assert_false(read.priv);
		w->m->f.attr_perms_ovr = 1;
	}
	world_free(w);
}

const struct CMUnitTest perm_tests[] = {
	cmocka_unit_test(stage1_ap), cmocka_unit_test(stage1_el2),  cmocka_unit_test(tables_limit),
	cmocka_unit_test(stage2),    cmocka_unit_test(both_stages), cmocka_unit_test(overrides),
};

const size_t nr_perm_tests = ARRAY_SIZE(perm_tests);
