// SPDX-License-Identifier: GPL-2.0-only
/*
 * TLB and walk caches: Arm IHI 0070, 3.17 "TLB tagging, VMIDs, ASIDs", 3.17.1 "The Global flag",
 * 3.21.1; what the referee says of their use.
 */
#include "trees.h"
#include "../tlb.h"

static bool cached(struct world *w, const struct context *c, u64 va)
{
	struct tlb_tag tag;
	bool conflict;

	tlb_tag_of(w->m, c, !c->s1, &tag);
	return tlb_find(w->m, c->s1 ? TLB_S1 : TLB_S2, &tag, va, &conflict);
}

/*
 * 3.17, table of tags: ASID and VMID in EL1, ASID in EL2-E2H, nothing in EL2; never across
 * StreamWorlds.
 */
static void tags(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context el1 = tree_context(&t, NULL), other, el2;

	tree_map(&t, 0x1000, 3, 0x5000, LEAF_S1);
	must_reach(w, &el1, 0x1000, 'r', 0x5000);
	assert_true(cached(w, &el1, 0x1fff));
	assert_false(cached(w, &el1, 0x2000));
	other = el1;
	set(other.cd, CD_ASID, 6);
	assert_false(cached(w, &other, 0x1000));
	other = el1;
	set(other.ste, STE_S2VMID, 1);
	assert_false(cached(w, &other, 0x1000));
	other = el1;
	set(other.cd, CD_ASET, 0);
	/* ASET is no tag of what is not global */
	assert_true(cached(w, &other, 0x1000));
	el2 = el1;
	set(el2.ste, STE_STRW, 2);
	assert_false(cached(w, &el2, 0x1000));
	must_reach(w, &el2, 0x1000, 'r', 0x5000);
	other = el2;
	set(other.cd, CD_ASID, 9);
	set(other.ste, STE_S2VMID, 9);
	assert_true(cached(w, &other, 0x1000));
	w->m->regs.cr2 |= 1;						/* E2H */
	assert_false(cached(w, &el2, 0x1000));
	must_reach(w, &el2, 0x1000, 'r', 0x5000);
	assert_true(cached(w, &el2, 0x1000));
	assert_false(cached(w, &other, 0x1000));
	world_free(w);
}

/* 3.17.1: a global entry serves every ASID of its set, in its VMID. */
static void global(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL), other = c;

	tree_map(&t, 0x1000, 3, 0x5000, LEAF_S1 & ~(1ull << 11));
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	set(other.cd, CD_ASID, 6);
	assert_true(cached(w, &other, 0x1000));
	must_reach(w, &other, 0x1000, 'r', 0x5000);
	set(other.cd, CD_ASET, 0);
	assert_false(cached(w, &other, 0x1000));
	set(other.cd, CD_ASET, 1);
	set(other.ste, STE_S2VMID, 1);
	assert_false(cached(w, &other, 0x1000));
	world_expect_silence(w);
	world_free(w);
}

/* 3.21.1: what was cached serves although memory says otherwise; faults are never cached. */
static void stays(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL);
	u64 slot = tree_map(&t, 0x1000, 3, 0x5000, LEAF_S1);

	must_reach(w, &c, 0x1000, 'r', 0x5000);
	world_store(w, slot, 0);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	must_fault(w, &c, 0x2000, 'r', EVT_F_TRANSLATION, false);
	tree_map(&t, 0x2000, 3, 0x6000, LEAF_S1);
	must_reach(w, &c, 0x2000, 'r', 0x6000);
	/* The walk cache: the table is found although the tree no longer has it. */
	world_store(w, tree_slot(&t, 0, 2), 0);
	tree_map(&t, 1ull << 30, 3, 0x8000, LEAF_S1);
	must_reach(w, &c, 0x2000, 'r', 0x6000);
	world_expect_silence(w);
	tlb_inv_everything(w->m);
	must_fault(w, &c, 0x2000, 'r', EVT_F_TRANSLATION, false);
	world_free(w);
}

/*
 * Rule TAG_REUSED: old translations under a tag that has new tables; the hit is the architecture's
 * all the same.
 */
static void tag_reused(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39), u = tree_new(w, 12, 39), s = tree_new_at(w, 12, 39, 1),
		    v = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(&t, NULL), d = tree_context(&u, NULL),
		       e = tree_context(NULL, &s), f = tree_context(NULL, &v);

	tree_map(&t, 0x1000, 3, 0x5000, LEAF_S1);
	tree_map(&u, 0x1000, 3, 0x6000, LEAF_S1);
	tree_map(&s, 0x1000, 3, 0x7000, LEAF_S2);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	world_expect_silence(w);
	must_reach(w, &d, 0x1000, 'r', 0x5000);
	world_expect(w, RULE_TAG_REUSED, 1);
	must_reach(w, &e, 0x1000, 'r', 0x7000);
	must_reach(w, &f, 0x1000, 'r', 0x7000);
	world_expect(w, RULE_TAG_REUSED, 2);
	/* A walk cache alone. */
	must_fault(w, &d, 0x2000, 'r', EVT_F_TRANSLATION, false);
	world_expect(w, RULE_TAG_REUSED, 3);
	world_free(w);
}

/* Rule LEAF_BBM: another output without break-before-make, seen at the slot and as two sizes. */
static void leaf_bbm(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL);

	tree_map(&t, 0x1000, 3, 0x5000, LEAF_S1);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	tree_map(&t, 0x1000, 3, 0x5000, LEAF_S1 | 1ull << 7 | 1ull << 55);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	world_expect_silence(w);
	tree_map(&t, 0x1000, 3, 0x6000, LEAF_S1);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	world_expect(w, RULE_LEAF_BBM, 1);
	/* Pages become a block with other outputs, while the first page is cached. */
	tlb_inv_everything(w->m);
	tree_map(&t, 0x400000, 3, 0x5000, LEAF_S1);
	must_reach(w, &c, 0x400000, 'r', 0x5000);
	for (u32 i = w->m->tlb->nr; i-- > 0;)
		if (tlb_is_walk(&w->m->tlb->e[i]))
			tlb_drop(w->m->tlb, i);
	tree_map(&t, 0x400000, 2, 0x800000, LEAF_S1);
	must_reach(w, &c, 0x401000, 'r', 0x801000);
	world_expect(w, RULE_LEAF_BBM, 2);
	/* 3.21.1.2: nT, bit 16 of a block, is no part of its output. */
	tlb_inv_everything(w->m);
	must_reach(w, &c, 0x401000, 'r', 0x801000);
	tree_map(&t, 0x400000, 2, 0x800000, LEAF_S1 | 1ull << 16);
	must_reach(w, &c, 0x401000, 'r', 0x801000);
	world_expect(w, RULE_LEAF_BBM, 2);
	/* 3.21.1.3: the same outputs in another size. */
	tlb_inv_everything(w->m);
	tree_map(&t, 0x600000, 3, 0xa00000, LEAF_S1);
	must_reach(w, &c, 0x600000, 'r', 0xa00000);
	for (u32 i = w->m->tlb->nr; i-- > 0;)
		if (tlb_is_walk(&w->m->tlb->e[i]))
			tlb_drop(w->m->tlb, i);
	tree_map(&t, 0x600000, 2, 0xa00000, LEAF_S1);
	must_reach(w, &c, 0x605000, 'r', 0xa05000);
	world_expect(w, RULE_LEAF_BBM, 2);
	world_free(w);
}

/* Two entries for one address: either may answer, or a conflict is told where BBML is 0. */
static void conflict(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL);
	unsigned int page = 0, block = 0, told = 0;
	struct fault f;
	struct xl o;
	u32 i;

	tree_map(&t, 0x400000, 3, 0x5000, LEAF_S1);
	must_reach(w, &c, 0x400000, 'r', 0x5000);
	for (i = w->m->tlb->nr; i-- > 0;)
		if (tlb_is_walk(&w->m->tlb->e[i]))
			tlb_drop(w->m->tlb, i);
	tree_map(&t, 0x400000, 2, 0x800000, LEAF_S1);
	must_reach(w, &c, 0x401000, 'r', 0x801000);
	for (i = 0; i < 300; i++) {
		if (!ask(w, &c, 0x400000, 'r', &o, &f)) {
			assert_int_equal(f.type, EVT_F_TLB_CONFLICT);
			told++;
		} else if (o.pa == 0x5000) {
			page++;
		} else {
			assert_int_equal(o.pa, 0x800000);
			block++;
		}
	}
	assert_true(page && block && told);
	world_free(w);
}

static const struct tlb_inv first_leaf = {
	.by = TLB_VA, .use_vmid = true, .asid = 5, .addr = 0x1000, .size = 0x1000, .leaf = true,
};

/* The CPUs maintain it: when they have done so nobody sees; the driver may do some of it too. */
static void walk_shared(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL);
	struct tlb_inv leaf = first_leaf;
	u64 va;

	set(c.cd, CD_ASET, 0);
	for (va = 0x1000; va < 0x7000; va += 0x1000)
		tree_map(&t, va, 3, va + 0x10000, LEAF_S1);
	must_reach(w, &c, 0x1000, 'r', 0x11000);
	world_store(w, tree_slot(&t, 0, 2), 0);
	for (va = 0x2000; va < 0x6000; va += 0x1000) {
		tlb_inv(w->m, &leaf);
		w->m->count.syncs++;
		must_reach(w, &c, va, 'r', va + 0x10000);
	}
	world_expect_silence(w);
	leaf.leaf = false;
	leaf.broadcast = true;
	tlb_inv(w->m, &leaf);
	must_fault(w, &c, 0x6000, 'r', EVT_F_TRANSLATION, false);
	world_free(w);
}

/* Rule WALK_STALE: a table is unlinked, leaves alone are invalidated, and its pointer is used. */
static void walk_stale(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL);
	struct tlb_inv leaf = first_leaf;

	tree_map(&t, 0x1000, 3, 0x5000, LEAF_S1);
	tree_map(&t, 0x2000, 3, 0x6000, LEAF_S1);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	tlb_inv(w->m, &leaf);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	world_store(w, tree_slot(&t, 0, 2), 0);
	tlb_inv(w->m, &leaf);
	w->m->count.syncs++;
	must_reach(w, &c, 0x2000, 'r', 0x6000);
	world_expect_silence(w);
	tlb_inv(w->m, &leaf);
	w->m->count.syncs++;
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	world_expect(w, RULE_WALK_STALE, 1);
	/* The non-leaf form takes it away. */
	leaf.leaf = false;
	tlb_inv(w->m, &leaf);
	must_fault(w, &c, 0x1000, 'r', EVT_F_TRANSLATION, false);
	world_expect(w, RULE_WALK_STALE, 1);
	world_free(w);
}

/* A table's memory that no longer answers is as good as unlinked. */
static void slot_gone(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tlb_entry e = { .kind = TLB_WALK1,
			       .lg2 = 21,
			       .span = 21,
			       .granule = 12,
			       .level = 2,
			       .desc_pa = WORLD_RAM };

	tlb_note_survivor(w->m, &e);
	assert_true(e.stale);
	world_free(w);
}

/* More translations than entries: some are dropped, none is mistaken for another. */
static void full(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL);
	u64 i, r;

	for (i = 0; i < 6000; i++)
		tree_map(&t, i << 12, 3, (i * 7 % 6000 + 0x20000) << 12, LEAF_S1);
	tree_map(&t, 1ull << 30, 2, 1ull << 30, LEAF_S1);
	w->m->f.split = 100;
	for (i = 0; i < 30000; i++) {
		r = i * 2654435761u % 6000;
		must_reach(w, &c, r << 12, 'r', (r * 7 % 6000 + 0x20000) << 12);
		must_reach(w, &c, (1ull << 30) + (r << 8 & 0x1fffff), 'r',
			   (1ull << 30) + (r << 8 & 0x1fffff));
	}
	assert_int_equal(w->m->tlb->nr, TLB_ENTRIES);
	assert_true(w->m->count.evictions > 0);
	assert_true(w->m->tlb->fragments > 0);
	for (i = 0; i < 6000 && w->m->tlb->nr; i++)
		tlb_drop(w->m->tlb, i % w->m->tlb->nr);
	assert_int_equal(w->m->tlb->nr, 0);
	assert_int_equal(w->m->tlb->fragments, 0);
	assert_int_equal(w->m->tlb->sizes[TLB_S1], 0);
	world_expect_silence(w);
	world_free(w);
}

/* 3.21.1: prefetch of what nobody asked for, near what was used; eviction. */
static void whims(void **state)
{
	static const char * const words[] = { "prefetch=100", NULL };
	struct world *w = world_new("mmu-600", words);
	struct world_stream s;
	struct tlb_inv all = { .by = TLB_ALL };
	u64 hits = 0;
	char what[200];
	int i;

	tlb_whim(w->m);
	world_up(w, false);
	tlb_whim(w->m);
	s = world_stream(w, 3, 7, 0);
	for (i = 0; i < 8; i++)
		world_map(w, s.ttb, 0x10000 + i * 0x1000, 0x20000000 + i * 0x1000);
	assert_int_equal(world_dma(w, 3, 0x13000, MODEL_READ), MODEL_DONE);
	for (i = 0; i < 300; i++) {
		tlb_inv(w->m, &all);
		tlb_whim(w->m);
		hits += tlb_would_translate(w->m, 3, 0, false, 0x12000, 0x1000, what, sizeof(what));
	}
	assert_true(hits > 5 && hits < 300);
	w->m->f.evict = 100;
	w->m->f.prefetch = 0;
	for (i = 0; i < 10000 && w->m->tlb->nr; i++)
		tlb_whim(w->m);
	assert_int_equal(w->m->tlb->nr, 0);
	tlb_whim(w->m);
	world_expect_silence(w);
	world_free(w);
}

const struct CMUnitTest tlb_tests[] = {
	cmocka_unit_test(tags),	      cmocka_unit_test(global),	   cmocka_unit_test(stays),
	cmocka_unit_test(tag_reused), cmocka_unit_test(leaf_bbm),  cmocka_unit_test(conflict),
	cmocka_unit_test(walk_shared), cmocka_unit_test(walk_stale), cmocka_unit_test(slot_gone),
	cmocka_unit_test(full),	      cmocka_unit_test(whims),
};

const size_t nr_tlb_tests = ARRAY_SIZE(tlb_tests);
