// SPDX-License-Identifier: GPL-2.0-only
/*
 * Both stages together, under an adversary that does whatever it may: a driver that keeps the rules
 * is never wrong and never reported (Arm IHI 0070, 3.17, 3.21), one that leaves an invalidation out
 * is found.
 */
#include "trees.h"

#define PAGES	64

static const char *const hostile[] = { "btm=1",	   "prefetch=40", "evict=10", "split=40",
				       "delay=30", "reorder=30",  NULL };

static u64 va_of(unsigned int i)
{
	/* Some in one table, some in tables of their own. */
	return i < PAGES / 2 ? 0x100000 + i * 0x1000ull : 0x40000000 + i * 0x200000ull;
}

static void tlbi_va(struct world *w, u16 asid, u64 va, bool leaf)
{
	world_cmd(w, 0x12 | (u64)asid << 48, (va & ~0xfffull) | leaf);
}

static bool at(struct world *w, u32 sid, u64 va, u64 pa)
{
	u64 mark = pa ^ 0x5a5a5a5a;
	struct model_access a = {
		.sid = sid, .addr = va, .len = 8, .kind = MODEL_READ, .no_stall = true
	};
	u64 seen = 0;

	world_store(w, pa, mark);
	return model_dma(w->m, &a, &seen) == MODEL_DONE && seen == mark;
}

/* Map, use, unmap and map anew: each access sees the newest mapping, none an old one. */
static void map_unmap(void **state)
{
	static const char * const presets[] = { "mmu-600", "mmu-700", "maximal" };
	unsigned int p, i, round;

	for (p = 0; p < ARRAY_SIZE(presets); p++) {
		struct world *w = world_new(presets[p], hostile);
		u64 mapped[PAGES] = { 0 }, next = 0x20000000;
		struct world_stream s;

		world_up(w, false);
		s = world_stream(w, 3, 7, 0);
		for (round = 0; round < 3000; round++) {
			i = round * 2654435761u >> 16 & (PAGES - 1);
			model_step(w->m);
			if (mapped[i]) {
				assert_true(at(w, 3, va_of(i) + 0x10, mapped[i] + 0x10));
				world_store(w, world_pte(w, s.ttb, va_of(i)), 0);
				tlbi_va(w, 7, va_of(i), true);
				world_sync(w);
				assert_int_equal(world_dma(w, 3, va_of(i), MODEL_READ),
						 MODEL_ABORTED);
				mapped[i] = 0;
			} else {
				mapped[i] = next;
				next = next == 0x20000000 + 200 * 0x1000 ? 0x20000000
									 : next + 0x1000;
				world_map(w, s.ttb, va_of(i), mapped[i]);
				assert_true(at(w, 3, va_of(i) + 0x20, mapped[i] + 0x20));
			}
			/* Events must not fill the queue. */
			world_run(w);
			world_write32(w, 0x100ac, world_read32(w, 0x100a8));
		}
		world_expect_silence(w);
		world_free(w);
	}
}

/* A table is unlinked, invalidated, its memory used for something else, and a new one linked. */
static void table_life(void **state)
{
	struct world *w = world_new("mmu-700", hostile);
	struct world_stream s;
	unsigned int round, i;

	world_up(w, false);
	s = world_stream(w, 3, 7, 0);
	for (round = 0; round < 400; round++) {
		u64 va = 0x40000000, slot, table;

		for (i = 0; i < 4; i++) {
			world_map(w, s.ttb, va + i * 0x1000,
				  0x20000000 + (round % 50) * 0x4000 + i * 0x1000);
			assert_true(at(w, 3, va + i * 0x1000,
				       0x20000000 + (round % 50) * 0x4000 + i * 0x1000));
		}
		slot = (world_load(w, s.ttb + 8) & GENMASK(47, 12)) + 0;
		table = world_load(w, slot) & GENMASK(47, 12);
		world_store(w, slot, 0);
		/* Non-leaf, for any address below: the walk cache goes, the leaves one by one. */
		for (i = 0; i < 4; i++)
			tlbi_va(w, 7, va + i * 0x1000, false);
		world_sync(w);
		for (i = 0; i < 512; i++)
			world_store(w, table + i * 8, 0x20000000 | LEAF_S1 | 3);
		for (i = 0; i < 4; i++)
			assert_int_equal(world_dma(w, 3, va + i * 0x1000, MODEL_READ),
					 MODEL_ABORTED);
		for (i = 0; i < 512; i++)
			world_store(w, table + i * 8, 0);
		w->next_free = WORLD_FREE + 0x100000 + (round % 64) * 0x1000;
		world_run(w);
		world_write32(w, 0x100ac, world_read32(w, 0x100a8));
	}
	world_expect_silence(w);
	world_free(w);
}

/* A stream goes between bypass and translations of ever new tables under one ASID. */
static void attach_detach(void **state)
{
	struct world *w = world_new("mmu-600", hostile);
	struct world_stream s;
	u64 bypass[8], ttb[4];
	unsigned int round;

	world_up(w, false);
	s = world_stream(w, 3, 7, 0);
	for (round = 0; round < 4; round++)
		ttb[round] = world_tree(w);
	world_make_ste_bypass(bypass);
	for (round = 0; round < 200; round++) {
		u64 root = ttb[round & 3], pa = 0x20000000 + (round % 100) * 0x1000;

		world_store(w, world_pte(w, root, 0x5000), 0);
		world_map(w, root, 0x5000, pa);
		s.cd[1] = root;
		world_cd(w, 3, 0, s.cdtab, s.cd);
		world_ste(w, 3, s.ste);
		assert_true(at(w, 3, 0x5000, pa));
		world_ste(w, 3, bypass);
		assert_true(at(w, 3, pa + 8, pa + 8));
		world_cmd(w, 0x11 | 7ull << 48, 0);			/* TLBI_NH_ASID */
		world_sync(w);
	}
	world_expect_silence(w);
	/* The same without the TLBI: sooner or later an old translation is used for new tables. */
	for (round = 0; round < 200 && !w->nr_all; round++) {
		s.cd[1] = ttb[round & 3];
		world_cd(w, 3, 0, s.cdtab, s.cd);
		world_ste(w, 3, s.ste);
		world_dma(w, 3, 0x5000, MODEL_READ);
		world_ste(w, 3, bypass);
	}
	assert_int_not_equal(w->nr_reports[RULE_TAG_REUSED], 0);
	world_free(w);
}

/* 13.6: the sizes of both stages; the smaller one is what an answer holds for. */
static void sizes(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t1 = tree_new(w, 12, 39), t2 = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(&t1, &t2);
	struct fault f;
	struct xl o;
	u64 ipa;

	tree_map(&t1, 0x40000000, 2, 0x80000000, LEAF_S1);
	tree_map(&t1, 0x80000000, 3, 0xc0000000, LEAF_S1);
	tree_map(&t2, 0x80000000, 3, 0x20000000, LEAF_S2);
	tree_map(&t2, 0xc0000000, 2, 0x40000000, LEAF_S2);
	for (ipa = WORLD_FREE; ipa < w->next_free; ipa += 0x200000)
		tree_map(&t2, ipa & ~0x1fffffull, 2, ipa & ~0x1fffffull, LEAF_S2);
	assert_true(ask(w, &c, 0x40000010, 'r', &o, &f));
	assert_int_equal(o.lg2, 12);
	assert_int_equal(o.pa, 0x20000010);
	must_fault(w, &c, 0x40001000, 'r', EVT_F_TRANSLATION, true);
	assert_true(ask(w, &c, 0x80000010, 'r', &o, &f));
	assert_int_equal(o.lg2, 12);
	assert_int_equal(o.pa, 0x40000010);
	/* A hit that stage 2 forbids walks for the IPA of its fault. */
	tlb_inv_everything(w->m);
	tree_map(&t2, 0x80000000, 3, 0x20000000, LEAF_S2 & ~(2ull << 6));
	must_reach(w, &c, 0x40000010, 'r', 0x20000010);
	assert_false(ask(w, &c, 0x40000018, 'w', &o, &f));
	assert_int_equal(f.ipa, 0x80000018);
	world_free(w);
}

const struct CMUnitTest translate_tests[] = {
	cmocka_unit_test(map_unmap),
	cmocka_unit_test(table_life),
	cmocka_unit_test(attach_detach),
	cmocka_unit_test(sizes),
};

const size_t nr_translate_tests = ARRAY_SIZE(translate_tests);
