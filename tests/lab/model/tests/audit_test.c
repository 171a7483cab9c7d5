// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of audit.c: what age makes a breach, and what is only slow. Arm IHI 0070, "Configuration
 * structure invalidation", "CMD_RESUME", "CMD_PRI_RESP".
 */
#include "world.h"

#include "../judge.h"

static struct world *up(struct world_stream *s)
{
	struct world *w = world_new("maximal", NULL);

	world_up(w, false);
	*s = world_stream(w, 8, 3, 0);
	return w;
}

static void look_at_all(struct world *w)
{
	int i;

	for (i = 0; i < 100; i++)
		world_run(w);
}

static void syncs(struct world *w, int n)
{
	while (n--)
		world_sync(w);
	look_at_all(w);
}

/* Time alone, or other CPUs' SYNCs alone, accuse nobody: a CPU may be slow, a queue busy. */
static void test_slow_is_not_never(void **state)
{
	struct world_stream s;
	struct world *w = up(&s);

	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1] ^ 3 << 6);
	syncs(w, 50);
	world_expect_silence(w);
	w->now += 1900000000ull;
	syncs(w, 1);
	world_expect_silence(w);
	world_cfgi_ste(w, 8, true);
	w->now += 60000000000ull;
	syncs(w, 50);
	world_expect_silence(w);

	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1]);
	w->now += 60000000000ull;
	syncs(w, 5);
	world_expect_silence(w);
	syncs(w, 5);
	world_expect(w, RULE_ENTRY_NOT_INVALIDATED, 1);
	/* Once. */
	syncs(w, 20);
	world_expect(w, RULE_ENTRY_NOT_INVALIDATED, 1);
	world_free(w);
}

/* A change that means nothing needs no CFGI: words that are not used, or back to what it was. */
static void test_no_change_of_meaning(void **state)
{
	struct world_stream s;
	struct world *w = up(&s);
	u64 ste[8];

	world_make_ste_abort(ste);
	world_ste(w, 8, ste);
	world_store(w, world_ste_pa(w, 8) + 24, 0x1230);
	w->now += 60000000000ull;
	syncs(w, 20);
	world_expect_silence(w);
	world_free(w);
}

/* An L1 descriptor that begins to lead somewhere: left open whether one that led nowhere is cached.
 */
static void test_l1_descriptors(void **state)
{
	struct world *w = world_new("maximal", NULL);
	u64 was;

	world_up(w, true);
	world_stream(w, 8, 3, 0);
	world_cfgi_ste(w, 0x108, false);
	config_learnt(w->m, CONFIG_L1STD, WORLD_STRTAB + 8, 0x108, 0);
	world_stream(w, 0x108, 4, 0);
	w->now += 60000000000ull;
	syncs(w, 20);
	world_expect_silence(w);
	/* Its CFGI had Leaf = 1, the descriptor's history goes on; taking it away is a change. */
	was = world_load(w, WORLD_STRTAB + 8);
	world_store(w, WORLD_STRTAB + 8, 0);
	w->now += 60000000000ull;
	syncs(w, 20);
	world_expect(w, RULE_ENTRY_NOT_INVALIDATED, 1);
	assert_non_null(strstr(w->last, "L1STD of StreamID 0x100"));
	world_store(w, WORLD_STRTAB + 8, was);
	world_free(w);
}

/* The end: what is stale then is told, unless it has just happened. */
static void test_final(void **state)
{
	struct world_stream s;
	struct world *w = up(&s);

	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1] ^ 3 << 6);
	referee_final(w->m);
	world_expect_silence(w);
	w->now += 2000000000ull;
	referee_final(w->m);
	world_expect(w, RULE_ENTRY_NOT_INVALIDATED, 1);
	world_free(w);
}

static void test_final_without_clock(void **state)
{
	struct world_stream s;
	struct world *w = up(&s);

	w->m->env.now = NULL;
	w->m->referee->watch.stores = false;
	w->watches = false;
	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1] ^ 3 << 6);
	look_at_all(w);
	assert_int_equal(audit_now(w->m), 0);
	referee_final(w->m);
	world_expect(w, RULE_ENTRY_NOT_INVALIDATED, 1);
	world_free(w);
}

/* Poison in a table that nothing stores to as far as is told: found by looking. */
static void test_poison_is_sampled(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct world_stream s;

	w->watches = false;
	world_up(w, false);
	s = world_stream(w, 8, 3, 0);
	world_store(w, s.cdtab + 8, 0xaaaaaaaaaaaaaaaaull);
	look_at_all(w);
	world_expect(w, RULE_TABLE_FREED, 1);
	world_free(w);
}

const struct CMUnitTest audit_tests[] = {
	cmocka_unit_test(test_slow_is_not_never),   cmocka_unit_test(test_no_change_of_meaning),
	cmocka_unit_test(test_l1_descriptors),	    cmocka_unit_test(test_final),
	cmocka_unit_test(test_final_without_clock), cmocka_unit_test(test_poison_is_sampled),
};

const size_t nr_audit_tests = ARRAY_SIZE(audit_tests);
