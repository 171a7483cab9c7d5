// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardware updates: Arm IHI 0070, 3.13 "Translation tables and Access flag/Dirty state".
 */
#include "trees.h"

#define AF	(1ull << 10)
#define RO	(1ull << 7)
#define DBM	(1ull << 51)

/* 3.13.2, 3.13.3: stage 1. */
static void stage1(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL);
	u64 slot = tree_map(&t, 0x1000, 3, 0x5000, (LEAF_S1 & ~AF) | RO | DBM);

	/* Without it: an access flag fault, then a permission fault. */
	must_fault(w, &c, 0x1000, 'w', EVT_F_ACCESS, false);
	set(c.cd, CD_HA, 1);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	assert_int_equal(world_load(w, slot) & (AF | RO | DBM), AF | RO | DBM);
	must_fault(w, &c, 0x1000, 'w', EVT_F_PERMISSION, false);
	set(c.cd, CD_HD, 1);
	tlb_inv_everything(w->m);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	assert_int_equal(world_load(w, slot) & RO, RO);
	/* The TLB has it clean: the write walks and makes it dirty. */
	must_reach(w, &c, 0x1000, 'w', 0x5000);
	assert_int_equal(world_load(w, slot) & (AF | RO | DBM), AF | DBM);
	must_reach(w, &c, 0x1000, 'w', 0x5000);
	/* No DBM: read-only it stays. */
	slot = tree_map(&t, 0x2000, 3, 0x6000, LEAF_S1 | RO);
	must_fault(w, &c, 0x2000, 'w', EVT_F_PERMISSION, false);
	assert_int_equal(world_load(w, slot) & RO, RO);
	/* HD without HA is reserved and does nothing. */
	set(c.cd, CD_HA, 0);
	tlb_inv_everything(w->m);
	tree_map(&t, 0x3000, 3, 0x7000, LEAF_S1 | RO | DBM);
	must_fault(w, &c, 0x3000, 'w', EVT_F_PERMISSION, false);
	world_free(w);
}

/* 3.13: stage 2; a speculative access and a look change nothing that counts. */
static void stage2(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(NULL, &t);
	u64 slot = tree_map(&t, 0x1000, 3, 0x5000, (LEAF_S2 & ~(AF | 2ull << 6)) | DBM);
	struct want spec = { .w = true, .spec = true }, probe = { .w = true, .probe = true };
	struct fault f;
	struct xl o;

	must_fault(w, &c, 0x1000, 'r', EVT_F_ACCESS, true);
	set(c.ste, STE_S2HA, 1);
	set(c.ste, STE_S2HD, 1);
	assert_true(translate(w->m, &c, 0x1000, &probe, &o, &f));
	assert_int_equal(world_load(w, slot) & AF, 0);
	assert_true(translate(w->m, &c, 0x1000, &spec, &o, &f));
	assert_int_equal(world_load(w, slot) & (AF | 2ull << 6), AF);
	must_reach(w, &c, 0x1000, 'w', 0x5000);
	assert_int_equal(world_load(w, slot) & (AF | 2ull << 6), AF | 2ull << 6);
	world_free(w);
}

/* 3.13.5: a stage 1 update is a write that stage 2 must allow. */
static void nested(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t1 = tree_new(w, 12, 39), t2 = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(&t1, &t2);
	u64 ipa, slot = tree_map(&t1, 0x1000, 3, 0x40000000, LEAF_S1 & ~AF);
	struct fault f;
	struct xl o;

	set(c.cd, CD_HA, 1);
	tree_map(&t2, 0x40000000, 3, 0x5000, LEAF_S2);
	for (ipa = WORLD_FREE; ipa < w->next_free; ipa += 0x200000)
		tree_map(&t2, ipa & ~0x1fffffull, 2, ipa & ~0x1fffffull, LEAF_S2 & ~(2ull << 6));
	assert_false(ask(w, &c, 0x1000, 'r', &o, &f));
	assert_int_equal(f.type, EVT_F_PERMISSION);
	assert_int_equal(f.class, EVT_CLASS_TTD);
	assert_false(f.ttrnw);
	for (ipa = WORLD_FREE; ipa < w->next_free; ipa += 0x200000)
		tree_map(&t2, ipa & ~0x1fffffull, 2, ipa & ~0x1fffffull, LEAF_S2);
	tlb_inv_everything(w->m);
	must_reach(w, &c, 0x1000, 'r', 0x5000);
	assert_int_equal(world_load(w, slot) & AF, AF);
	world_free(w);
}

static struct world *race;

/* A CPU takes write permission away between the walk and the update. */
static int cas_after_cpu(void *ctx, u64 pa, u64 want, u64 next, u64 *seen)
{
	struct world *w = ctx;

	if (race) {
		race = NULL;
		world_store(w, pa, 0);
	}
	*seen = world_load(w, pa);
	if (*seen == want)
		world_store(w, pa, next);
	return 0;
}

static int cas_fails(void *ctx, u64 pa, u64 want, u64 next, u64 *seen)
{
	return -1;
}

/* 3.13: the update is atomic: what a CPU did meanwhile stands, and the walk is done again. */
static void raced(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new(w, 12, 39), s = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(&t, NULL), d = tree_context(NULL, &s);
	u64 slot = tree_map(&t, 0x1000, 3, 0x5000, LEAF_S1 | RO | DBM);

	set(c.cd, CD_HA, 1);
	set(c.cd, CD_HD, 1);
	w->m->env.cas64 = cas_after_cpu;
	race = w;
	must_fault(w, &c, 0x1000, 'w', EVT_F_TRANSLATION, false);
	assert_int_equal(world_load(w, slot), 0);
	tree_map(&t, 0x1000, 3, 0x5000, LEAF_S1 & ~AF);
	race = w;
	must_fault(w, &c, 0x1000, 'r', EVT_F_TRANSLATION, false);
	set(d.ste, STE_S2HA, 1);
	set(d.ste, STE_S2HD, 1);
	tree_map(&s, 0x1000, 3, 0x5000, (LEAF_S2 & ~(2ull << 6)) | DBM);
	race = w;
	must_fault(w, &d, 0x1000, 'w', EVT_F_TRANSLATION, true);
	/* The write itself meets an external abort. */
	w->m->env.cas64 = cas_fails;
	tree_map(&s, 0x1000, 3, 0x5000, (LEAF_S2 & ~(2ull << 6)) | DBM);
	must_fault(w, &d, 0x1000, 'w', EVT_F_WALK_EABT, true);
	tree_map(&t, 0x2000, 3, 0x5000, LEAF_S1 | RO | DBM);
	must_fault(w, &c, 0x2000, 'w', EVT_F_WALK_EABT, false);
	tree_map(&t, 0x3000, 3, 0x5000, LEAF_S1 & ~AF);
	must_fault(w, &c, 0x3000, 'r', EVT_F_WALK_EABT, false);
	world_free(w);
}

/* Without a compare and swap of the environment's. */
static void plain_memory(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	u64 slot = world_alloc(w, 4096), desc = 0x5003;

	w->m->env.cas64 = NULL;
	world_store(w, slot, 0x5003);
	assert_int_equal(httu_update(w->m, slot, false, &desc, AF, 0), HTTU_DONE);
	assert_int_equal(world_load(w, slot), 0x5403);
	desc = 0x5003;
	assert_int_equal(httu_update(w->m, slot, false, &desc, AF, 0), HTTU_RACED);
	assert_int_equal(desc, 0x5403);
	assert_int_equal(httu_update(w->m, WORLD_RAM, false, &desc, AF, 0), HTTU_ABORT);
	world_free(w);
}

const struct CMUnitTest httu_tests[] = {
	cmocka_unit_test(stage1), cmocka_unit_test(stage2),	  cmocka_unit_test(nested),
	cmocka_unit_test(raced),  cmocka_unit_test(plain_memory),
};

const size_t nr_httu_tests = ARRAY_SIZE(httu_tests);
