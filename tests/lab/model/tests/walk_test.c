// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walks: VMSAv8-64 descriptors, Arm IHI 0070, 3.4 "Address sizes", 5.4 T0SZ, 5.2 S2SL0.
 * Each shape is built by trees.c from the architecture's formats and must be found again by walk.c.
 */
#include "trees.h"

static const char * const wide[] = { "stt=1", NULL };

/* 3.4: each granule, pages and every block size, from the shortest to the longest table. */
static void stage1_shapes(void **state)
{
	static const struct { unsigned int granule, in_bits; int block;
	} shapes[] = {
		{ 12, 48, 1 }, { 12, 48, 2 }, { 12, 39, 2 }, { 12, 39, 1 }, { 12, 30, 2 },
		{ 12, 25, 3 }, { 12, 21, 3 }, { 12, 16, 3 }, { 14, 48, 2 }, { 14, 47, 2 },
		{ 14, 36, 2 }, { 14, 25, 3 }, { 16, 48, 2 }, { 16, 42, 2 }, { 16, 52, 1 },
		{ 16, 52, 2 }, { 16, 29, 3 }, { 16, 17, 3 },
	};
	struct world *w = world_new("maximal", wide);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct tree t = tree_new(w, shapes[i].granule, shapes[i].in_bits);
		u64 top = (1ull << shapes[i].in_bits) - (1ull << shapes[i].granule);
		struct context c = tree_context(&t, NULL);
		unsigned int lg2 = t.granule + (3 - shapes[i].block) * (t.granule - 3);
		u64 size = 1ull << lg2;

		set(c.cd, CD_ASID, i + 1);
		tree_map(&t, 0, shapes[i].block, 0x3 * size, LEAF_S1);
		must_reach(w, &c, size / 2 + 8, 'r', 0x3 * size + size / 2 + 8);
		if (top < size)
			continue;
		tree_map(&t, top, 3, 0x7ull << t.granule, LEAF_S1);
		must_reach(w, &c, top + 0x18, 'w', (0x7ull << t.granule) + 0x18);
		/* One bit more than T0SZ allows. */
		if (shapes[i].in_bits < 52)
			must_fault(w, &c, 1ull << shapes[i].in_bits, 'r', EVT_F_TRANSLATION, false);
	}
	world_free(w);
}

/* 5.4 DS: five levels of 4 KiB, blocks at level 0, addresses of 52 bits in bits 9:8. */
static void stage1_ds(void **state)
{
	struct world *w = world_new("maximal", wide);
	struct tree t = tree_new(w, 12, 52), g = tree_new(w, 14, 52);
	struct context c, d;

	t.ds = true;
	g.ds = true;
	assert_int_equal(t.start, -1);
	c = tree_context(&t, NULL);
	d = tree_context(&g, NULL);
	set(d.cd, CD_ASID, 9);
	tree_map(&t, 0x8000000001000, 3, 0xc000000005000, LEAF_S1_DS);
	must_reach(w, &c, 0x8000000001010, 'r', 0xc000000005010);
	tree_map(&t, 1ull << 39, 0, 5ull << 39, LEAF_S1_DS);
	must_reach(w, &c, (1ull << 39) + 0x123450, 'r', (5ull << 39) + 0x123450);
	tree_map(&g, 1ull << 36, 1, 0xcull << 48 | 1ull << 36, LEAF_S1_DS);
	must_reach(w, &d, (1ull << 36) + 8, 'r', (0xcull << 48 | 1ull << 36) + 8);
	world_free(w);
}

/* VMSAv8-64: what is no leaf and no table at its level. */
static void reserved_descriptors(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct tree t = tree_new(w, 12, 48), g = tree_new(w, 14, 48), k = tree_new(w, 16, 48);
	struct context c = tree_context(&t, NULL), d = tree_context(&g, NULL),
		       e = tree_context(&k, NULL);

	set(d.cd, CD_ASID, 6);
	set(e.cd, CD_ASID, 7);
	must_fault(w, &c, 0x1000, 'r', EVT_F_TRANSLATION, false);
	/* "block" at level 3 */
	world_store(w, tree_slot(&t, 0x2000, 3), 0x5000 | LEAF_S1 | 1);
	must_fault(w, &c, 0x2000, 'r', EVT_F_TRANSLATION, false);
	/* 512 GiB without DS */
	tree_map(&t, 1ull << 39, 0, 1ull << 39, LEAF_S1);
	must_fault(w, &c, 1ull << 39, 'r', EVT_F_TRANSLATION, false);
	/* 64 GiB without DS */
	tree_map(&g, 1ull << 36, 1, 1ull << 36, LEAF_S1);
	must_fault(w, &d, 1ull << 36, 'r', EVT_F_TRANSLATION, false);
	world_free(w);
	w = world_new("mmu-600", NULL);
	k = tree_new(w, 16, 48);
	e = tree_context(&k, NULL);
	/* 4 TiB without 52-bit addresses */
	tree_map(&k, 1ull << 42, 1, 1ull << 42, LEAF_S1);
	must_fault(w, &e, 1ull << 42, 'r', EVT_F_TRANSLATION, false);
	world_free(w);
}

/*
 * 3.4: outputs beyond IPS, of tables and of leaves, are address size faults; the access flag comes
 * after.
 */
static void address_size(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39), s = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(&t, NULL), d = tree_context(NULL, &s);

	set(c.cd, CD_IPS, 2);
	tree_map(&t, 0x1000, 3, 1ull << 40, LEAF_S1 & ~(1ull << 10));
	must_fault(w, &c, 0x1000, 'r', EVT_F_ADDR_SIZE, false);
	world_store(w, tree_slot(&t, 1ull << 30, 1), 1ull << 41 | 3);
	must_fault(w, &c, 1ull << 30, 'r', EVT_F_ADDR_SIZE, false);
	tree_map(&t, 0x2000, 3, 0x5000, LEAF_S1 & ~(1ull << 10));
	must_fault(w, &c, 0x2000, 'r', EVT_F_ACCESS, false);
	set(c.cd, CD_AFFD, 1);
	must_reach(w, &c, 0x2000, 'r', 0x5000);
	set(d.ste, STE_S2PS, 0);
	tree_map(&s, 0x3000, 3, 1ull << 32, LEAF_S2);
	must_fault(w, &d, 0x3000, 'r', EVT_F_ADDR_SIZE, true);
	/*
	 * Beyond S2T0SZ it is stage 2's translation fault, beyond the OAS stage 1's address size
	 * fault.
	 */
	must_fault(w, &d, 1ull << 39, 'r', EVT_F_TRANSLATION, true);
	must_fault(w, &d, 1ull << 48, 'r', EVT_F_ADDR_SIZE, false);
	world_free(w);
}

/* 5.2 S2SL0: every start level, with tables side by side. */
static void stage2_shapes(void **state)
{
	static const struct { unsigned int granule, in_bits; int start; bool ds;
	} shapes[] = {
		{ 12, 48, 0, 0 }, { 12, 44, 0, 0 },  { 12, 43, 1, 0 }, { 12, 39, 1, 0 },
		{ 12, 40, 1, 0 }, { 12, 34, 2, 0 },  { 12, 25, 3, 0 }, { 14, 40, 2, 0 },
		{ 14, 48, 1, 0 }, { 14, 29, 3, 0 },  { 16, 48, 1, 0 }, { 16, 46, 2, 0 },
		{ 16, 33, 3, 0 }, { 12, 52, -1, 1 }, { 14, 52, 0, 1 }, { 16, 52, 1, 0 },
	};
	struct world *w = world_new("maximal", wide);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct tree t =
			tree_new_at(w, shapes[i].granule, shapes[i].in_bits, shapes[i].start);
		u64 top = (1ull << shapes[i].in_bits) - (1ull << shapes[i].granule);
		struct context c;
		char why[96];

		t.ds = shapes[i].ds;
		c = tree_context(NULL, &t);
		set(c.ste, STE_S2VMID, i + 1);
		assert_int_equal(ste_check(w->m, c.ste, why, sizeof(why)), -1);
		tree_map(&t, top, 3, 0x9ull << t.granule, LEAF_S2 & ~(t.ds ? 3ull << 8 : 0));
		must_reach(w, &c, top + 8, 'w', (0x9ull << t.granule) + 8);
	}
	world_free(w);
}

/* 3.4, chapter 15: both stages; the tables of stage 1 lie in IPA space. */
static void nested(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t1 = tree_new(w, 12, 39), t2 = tree_new_at(w, 12, 40, 1);
	struct context c = tree_context(&t1, &t2);
	u64 ipa, l2;

	tree_map(&t1, 0x5000, 3, 0x40000000, LEAF_S1);
	must_fault(w, &c, 0x5000, 'r', EVT_F_TRANSLATION, true);
	/* Stage 2 maps the tables one to one, the data elsewhere. */
	for (ipa = WORLD_FREE; ipa < w->next_free; ipa += 0x200000)
		tree_map(&t2, ipa & ~0x1fffffull, 2, ipa & ~0x1fffffull, LEAF_S2);
	must_fault(w, &c, 0x5000, 'r', EVT_F_TRANSLATION, true);
	tree_map(&t2, 0x40000000, 3, 0x77000, LEAF_S2);
	must_reach(w, &c, 0x5018, 'r', 0x77018);
	must_reach(w, &c, 0x5020, 'w', 0x77020);
	/*
	 * A table that stage 2 does not map: the fault is stage 2's, on behalf of a stage 1 walk.
	 */
	l2 = tree_slot(&t1, 1ull << 30, 1);
	world_store(w, l2, 0x60000000 | 3);
	{
		struct fault f;
		struct xl o;

		assert_false(ask(w, &c, 1ull << 30, 'r', &o, &f));
		assert_int_equal(f.type, EVT_F_TRANSLATION);
		assert_true(f.s2);
		assert_int_equal(f.class, EVT_CLASS_TTD);
		assert_int_equal(f.ipa, 0x60000000);
	}
	world_expect_silence(w);
	world_free(w);
}

/* 7.3 F_WALK_EABT: the walk meets an external abort. */
static void external_abort(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39), s = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(&t, NULL), d = tree_context(NULL, &s);
	struct fault f;
	struct xl o;

	world_store(w, t.root, WORLD_RAM | 3);
	assert_false(ask(w, &c, 0, 'r', &o, &f));
	assert_int_equal(f.type, EVT_F_WALK_EABT);
	assert_int_equal(f.fetch_addr, WORLD_RAM);
	assert_int_equal(f.class, EVT_CLASS_TTD);
	world_store(w, s.root, WORLD_RAM | 3);
	assert_false(ask(w, &d, 0x1000, 'r', &o, &f));
	assert_int_equal(f.type, EVT_F_WALK_EABT);
	assert_true(f.s2);
	assert_int_equal(f.class, EVT_CLASS_IN);
	world_free(w);
}

/* 5.4 ENDI, 5.2 S2ENDI. */
static void big_endian(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39), s = tree_new_at(w, 12, 39, 1);
	struct context c, d;

	/* No preset offers it: the walks can all the same. */
	w->m->f.ttendian = 0;
	t.big_endian = true;
	s.big_endian = true;
	c = tree_context(&t, NULL);
	d = tree_context(NULL, &s);
	tree_map(&t, 0x1000, 3, 0x5000, LEAF_S1);
	tree_map(&s, 0x1000, 3, 0x6000, LEAF_S2);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	must_reach(w, &d, 0x1000, 'r', 0x6000);
	world_free(w);
}

/* VMSAv8-64, contiguous bit: an entry may stand for all sixteen, and only for them. */
static void contiguous(void **state)
{
	static const struct { unsigned int granule; int level; unsigned int nr;
	} hints[] = {
		{ 12, 3, 16 }, { 12, 2, 16 }, { 14, 3, 128 },
		{ 14, 2, 32 }, { 16, 3, 32 }, { 16, 2, 32 },
	};
	struct world *w = world_new("mmu-600", NULL);
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(hints); i++) {
		struct tree t = tree_new(w, hints[i].granule, 48);
		struct context c = tree_context(&t, NULL);
		u64 size = 1ull << (t.granule + (3 - hints[i].level) * (t.granule - 3));
		u64 whole = size * hints[i].nr;

		set(c.cd, CD_ASID, i + 1);
		for (j = 0; j < hints[i].nr; j++)
			tree_map(&t, whole + j * size, hints[i].level, 2 * whole + j * size,
				 LEAF_S1 | 1ull << 52);
		for (j = 0; j < hints[i].nr; j++)
			must_reach(w, &c, whole + j * size + 16, 'r', 2 * whole + j * size + 16);
		must_fault(w, &c, 2 * whole, 'r', EVT_F_TRANSLATION, false);
	}
	world_expect_silence(w);
	world_free(w);
}

/* 3.13: somebody rewrites the descriptor at every look; the walk ends all the same. */
static int restless(void *ctx, u64 pa, u64 want, u64 next, u64 *seen)
{
	*seen = want ^ 1ull << 55;
	return 0;
}

static void endless_race(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL);

	set(c.cd, CD_HA, 1);
	tree_map(&t, 0x1000, 3, 0x5000, LEAF_S1 & ~(1ull << 10));
	w->m->env.cas64 = restless;
	must_fault(w, &c, 0x1000, 'r', EVT_F_WALK_EABT, false);
	world_free(w);
}

const struct CMUnitTest walk_tests[] = {
	cmocka_unit_test(stage1_shapes),	cmocka_unit_test(stage1_ds),
	cmocka_unit_test(reserved_descriptors), cmocka_unit_test(address_size),
	cmocka_unit_test(stage2_shapes),	cmocka_unit_test(nested),
	cmocka_unit_test(external_abort),	cmocka_unit_test(big_endian),
	cmocka_unit_test(contiguous),		cmocka_unit_test(endless_race),
};

const size_t nr_walk_tests = ARRAY_SIZE(walk_tests);
