// SPDX-License-Identifier: GPL-2.0-only
/*
 * Context Descriptors: Arm IHI 0070, 5.4 "CD, Context Descriptor", 5.4.1.1 "EPDx behavior", 5.4.2
 * "Validity of CD".
 */
#include "trees.h"

#define TTB	0x12340000ull
/* T0SZ 25, EPD1, V, IPS 48 bits, AA64, R, A, ASID 5. */
#define OK                                                                                         \
	(25 | 1ull << 30 | 1ull << 31 | 5ull << 32 | 1ull << 41 | 1ull << 45 | 1ull << 46 |        \
	 5ull << 48)
#define EPD0	(1ull << 14)
#define EPD1	(1ull << 30)
/* T1SZ 25, TG1 4 KiB. */
#define T1	(25ull << 16 | 2ull << 22)

struct entry { u64 w[8]; int rule; const char *words; u64 ste1; };

static void check_all(const char *preset, const struct entry *e, unsigned int nr)
{
	for (; nr; nr--, e++) {
		struct world *w = world_new(preset, NULL);
		u64 ste[8] = { 1 | 5 << 1, e->ste1 };
		char why[96] = "nothing";
		int rule;

		assert_true(!e->words || model_features_set(&w->m->f, e->words, why, sizeof(why)));
		rule = cd_check(w->m, ste, e->w, why, sizeof(why));
		if (rule != e->rule)
			fail_msg("%llx %llx %llx: wanted rule %d; seen: %d, %s",
				 (unsigned long long)e->w[0], (unsigned long long)e->w[1],
				 (unsigned long long)e->w[2], e->rule, rule, why);
		world_free(w);
	}
}

#define EL2	(2ull << 30)

/* 5.4.2 CdIllegal(), condition by condition. */
static void illegal(void **state)
{
	static const struct entry all[] = {
		{ { OK, TTB }, -1, NULL, 0 },
		/* V = 0: nothing counts */
		{ { OK & ~(1ull << 31), ~0ull }, -1, NULL, 0 },
		{ { OK | 1ull << 44, TTB }, -1, NULL, 0 },			/* S */
		/* S with S1STALLD */
		{ { OK | 1ull << 44, TTB }, RULE_CD_ILLEGAL, NULL, 1ull << 27 },
		{ { OK | 1ull << 44, TTB }, RULE_CD_ILLEGAL, "stall_model=1", 0 },
		{ { OK, TTB }, RULE_CD_ILLEGAL, "stall_model=2", 0 },
		{ { OK & ~(1ull << 46), TTB }, RULE_CD_ILLEGAL, "term_model=1", 0 },
		{ { OK & ~(1ull << 46), TTB }, -1, "term_model=0", 0 },
		{ { OK & ~(1ull << 41), TTB }, RULE_CD_ILLEGAL, NULL, 0 },	/* AA64 */
		{ { OK | 1 << 15, TTB }, RULE_CD_ILLEGAL, NULL, 0 },		/* ENDI */
		/* ENDI with both EPDx */
		{ { OK | 1 << 15 | EPD0, TTB }, -1, NULL, 0 },
		{ { OK | 1ull << 43, TTB }, RULE_CD_ILLEGAL, "httu=0", 0 },
		{ { OK | 1ull << 42, TTB }, RULE_CD_ILLEGAL, "httu=1", 0 },
		{ { OK | 3ull << 42, TTB }, -1, NULL, 0 },
		{ { OK | 0x100ull << 48, TTB }, RULE_CD_ILLEGAL, "asid16=0", 0 },
		{ { OK | 0x100ull << 48, TTB }, -1, "asid16=0", EL2 },
		{ { OK | 3 << 6, TTB }, RULE_CD_ILLEGAL, NULL, 0 },		/* TG0 */
		{ { OK | 1 << 6, TTB }, RULE_CD_ILLEGAL, "gran64k=0", 0 },
		{ { OK | 63, TTB }, RULE_CD_ILLEGAL, NULL, 0 },			/* T0SZ 63 */
		{ { OK + 16, TTB }, RULE_CD_ILLEGAL, "stt=0", 0 },		/* T0SZ 41 */
		{ { OK + 16, TTB }, -1, "stt=1", 0 },
		{ { OK - 10, TTB }, RULE_CD_ILLEGAL, NULL, 0 },			/* T0SZ 15 */
		{ { OK | 63 | EPD0 | 3 << 6, ~0xfull & ~(0xffull << 52) }, -1, NULL, 0 },
		/* TTB0 beyond IPS */
		{ { OK, 1ull << 48 }, RULE_CD_ILLEGAL, NULL, 0 },
		{ { (OK & ~EPD1) | T1, TTB, TTB }, -1, NULL, 0 },
		/* TG1 0 is reserved */
		{ { OK & ~EPD1, TTB, TTB }, RULE_CD_ILLEGAL, NULL, 0 },
		{ { (OK & ~EPD1) | T1, TTB, 1ull << 50 }, RULE_CD_ILLEGAL, NULL, 0 },
		/* EL2 has no TTB1 */
		{ { (OK & ~EPD1), TTB }, -1, NULL, EL2 },
		/* and ignores EPD0 */
		{ { OK | EPD0 | 63, TTB }, RULE_CD_ILLEGAL, NULL, EL2 },
	};
	static const struct entry on_maximal[] = {
		/*
		 * T0SZ 12, IPS 52 bits with DS; without DS it is too small, and 52 bits of TTB0 too
		 * many.
		 */
		{ { (OK - 13) | 1ull << 32 | 2ull << 32, TTB, 1ull << 58 },
		  RULE_CD_ILLEGAL,
		  NULL,
		  0 },
		{ { ((OK - 13) & ~(7ull << 32)) | 6ull << 32, 1ull << 50, 1ull << 58 },
		  -1,
		  NULL,
		  0 },
		{ { ((OK - 13) & ~(7ull << 32)) | 6ull << 32, TTB }, RULE_CD_ILLEGAL, NULL, 0 },
		{ { (OK & ~(7ull << 32)) | 6ull << 32, 1ull << 50 }, RULE_CD_ILLEGAL, NULL, 0 },
		{ { ((OK - 13) & ~(7ull << 32)) | 6ull << 32 | 1 << 6, 1ull << 50 }, -1, NULL, 0 },
	};

	check_all("mmu-700", all, ARRAY_SIZE(all));
	check_all("maximal", &on_maximal[1], ARRAY_SIZE(on_maximal) - 1);
}

/* Chapter 5: reserved bits, and what is reserved in EL2. */
static void reserved(void **state)
{
	static const struct entry all[] = {
		{ { OK, TTB | 1ull << 52 }, RULE_CD_RESERVED, NULL, 0 },
		{ { OK, TTB, 1ull << 52 }, RULE_CD_RESERVED, NULL, 0 },
		{ { OK, TTB | 1 << 3 }, RULE_CD_RESERVED, NULL, 0 },		/* HAFT */
		{ { OK, TTB | 1 << 2 }, RULE_CD_RESERVED, NULL, 0 },		/* E0PD0 */
		{ { OK, TTB | 1 << 2 }, -1, "e0pd=1", 0 },
		{ { OK, TTB | 1 << 2 }, RULE_CD_RESERVED, "e0pd=1", EL2 },
		{ { OK, TTB, 1ull << 58 }, RULE_CD_RESERVED, NULL, 0 },		/* DS */
		/* DS for 64 KiB only: both granules, or the one of EL2 */
		{ { OK | 1 << 6, TTB, 1ull << 58 }, -1, "ds=1", 0 },
		{ { OK | 1 << 6 | 3 << 22, TTB, 1ull << 58 }, RULE_CD_RESERVED, "ds=1", 0 },
		{ { OK | 1 << 6, TTB, 1ull << 58 }, RULE_CD_RESERVED, "ds=1", EL2 },
		/* HWU in SMMUv3.0 */
		{ { OK, TTB | 1ull << 60 }, -1, NULL, 0 },
		{ { OK, TTB | 1ull << 60 }, RULE_CD_RESERVED, "aidr=0", 0 },
		{ { OK, TTB, 1ull << 63 }, RULE_CD_RESERVED, "aidr=0", 0 },
		{ { OK | T1, TTB }, RULE_CD_RESERVED, NULL, EL2 },
		{ { OK, TTB, TTB }, RULE_CD_RESERVED, NULL, EL2 },
		{ { OK | T1, TTB, TTB }, -1, NULL, 0 },				/* EPD1: ignored */
		{ { OK, TTB, 0, 0, 1 }, RULE_CD_RESERVED, NULL, 0 },		/* AMAIR */
		/* PARTID without MPAM */
		{ { OK, TTB, 0, 0, 0, 1ull << 32 }, RULE_CD_RESERVED, NULL, 0 },
		{ { OK, TTB, 0, 0, 0, 0, 0, 1 }, RULE_CD_RESERVED, NULL, 0 },
	};

	check_all("mmu-600", all, ARRAY_SIZE(all));
}

static void same(struct world *w, const u64 *ste, const u64 *a, const u64 *b, bool wanted)
{
	u64 x[8], y[8];

	cd_effective(w->m, ste, a, x);
	cd_effective(w->m, ste, b, y);
	assert_int_equal(!memcmp(x, y, 64), wanted);
}

/* 5.4.1.1 and the fields' own words: what is IGNORED makes no difference. */
static void effective(void **state)
{
	struct world *w = world_new("maximal", NULL);
	u64 ste[8] = { 1 | 5 << 1 }, el2[8] = { 1 | 5 << 1, EL2 }, a[8] = { ~(1ull << 31), ~0ull },
	    b[8] = { 0 };

	same(w, ste, a, b, true);				/* V = 0 */
	memset(a, 0, 64);
	a[0] = OK | T1 | 3ull << 28;
	a[1] = TTB;
	b[1] = TTB;
	a[2] = TTB | 1 << 1 | 1 << 2;
	b[0] = OK;
	same(w, ste, a, b, true);				/* EPD1 */
	a[0] &= ~EPD1;
	same(w, ste, a, b, false);
	a[0] = OK | EPD0 | 1 << 15;
	a[3] = 0xff;
	a[1] = 0;
	b[0] = OK | EPD0 | 63;
	same(w, ste, a, b, true);				/* both: ENDI and MAIR too */
	a[0] = OK | 1ull << 43 | 1ull << 35;
	b[0] = OK | 1ull << 43;
	a[1] = TTB;
	b[1] = TTB;
	a[3] = 0;
	memset(&a[2], 0, 8);
	same(w, ste, a, b, true);				/* AFFD with HA */
	a[0] = OK | 1ull << 44;
	b[0] = a[0] & ~(1ull << 45);
	same(w, ste, a, b, true);				/* R with S */
	b[0] = a[0] & ~(1ull << 46);
	same(w, ste, a, b, false);
	a[0] = OK;
	b[0] = OK ^ 1ull << 49;
	same(w, ste, a, b, false);				/* ASID */
	same(w, el2, a, b, true);				/* not in EL2 */
	a[1] = TTB | 15ull << 60;
	b[0] = OK;
	same(w, ste, a, b, true);				/* HWU0 without HAD0 */
	a[1] |= 2;
	b[1] |= 2;
	same(w, ste, a, b, !w->f.pbha);
	world_free(w);
}

/* 3.4.1: which half an address belongs to, TBI, EL2 with one half. */
static void which_table(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct context c = { .s1 = true, .has_cd = true, .ste = { 1 | 5 << 1 } };
	struct stage s;
	u64 va;

	c.cd[0] = (OK & ~EPD1) | T1 | 1ull << 38 | 1ull << 39;
	c.cd[1] = TTB;
	c.cd[2] = TTB << 1;
	assert_true(stage1_of(w->m, &c, 0x7fffffffffull, &s, &va));
	assert_int_equal(s.root, TTB);
	assert_true(stage1_of(w->m, &c, 0xffffff8000000000ull, &s, &va));
	assert_int_equal(s.root, TTB << 1);
	assert_false(stage1_of(w->m, &c, 0x8000000000ull, &s, &va));
	assert_false(stage1_of(w->m, &c, 0xffffff7fffffffffull, &s, &va));
	/* TBI: the tag is nothing, and is taken off. */
	assert_true(stage1_of(w->m, &c, 0x5a00000000001000ull, &s, &va));
	assert_int_equal(va, 0x1000);
	assert_true(stage1_of(w->m, &c, 0x5affffff80001000ull, &s, &va));
	assert_int_equal(va, 0xffffffff80001000ull);
	c.cd[0] &= ~(3ull << 38);
	assert_false(stage1_of(w->m, &c, 0x5a00000000001000ull, &s, &va));
	c.ste[1] = EL2;
	c.cd[0] |= 1ull << 38;
	assert_false(stage1_of(w->m, &c, 0xffffff8000000000ull, &s, &va));
	assert_true(stage1_of(w->m, &c, 0xff00000000001000ull, &s, &va));
	assert_int_equal(va, 0x1000);
	/* 5.4 TTB0: 52-bit addresses align a small table to 64 bytes. */
	c.ste[1] = 0;
	c.cd[0] = (OK & ~(0x3full | 7ull << 32)) | 42 | 6ull << 32;
	w->m->f.stt = 1;
	c.cd[1] = TTB | 0x30;
	assert_true(stage1_of(w->m, &c, 0, &s, &va));
	assert_int_equal(s.root, TTB);
	world_free(w);
}

/* 5.4 EPDx and E0PDx: a translation fault where no walk is allowed. */
static void no_walk(void **state)
{
	struct world *w = world_new("mmu-700", NULL);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL);

	tree_map(&t, 0x1000, 3, 0x5000, LEAF_S1);
	must_fault(w, &c, 0xffffff8000001000ull, 'r', EVT_F_TRANSLATION, false);
	must_fault(w, &c, 1ull << 50, 'r', EVT_F_TRANSLATION, false);
	set(c.cd, CD_E0PD0, 1);
	must_fault(w, &c, 0x1000, 'r', EVT_F_TRANSLATION, false);
	must_reach(w, &c, 0x1000, 'R', 0x5000);
	world_free(w);
}

const struct CMUnitTest cd_tests[] = {
	cmocka_unit_test(illegal),     cmocka_unit_test(reserved), cmocka_unit_test(effective),
	cmocka_unit_test(which_table), cmocka_unit_test(no_walk),
};

const size_t nr_cd_tests = ARRAY_SIZE(cd_tests);
