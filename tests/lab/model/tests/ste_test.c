// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stream Table Entries: Arm IHI 0070, 5.2 "STE, Stream Table Entry", 5.2.2 "Validity of STE". Bits
 * are written out here a second time.
 */
#include "trees.h"

#define V	1ull
#define S1	(5ull << 1)
#define S2	(6ull << 1)
#define BOTH	(7ull << 1)
#define BYPASS	(4ull << 1)
#define TABLE	0x12340000ull
/* S2T0SZ 24, SL0 1, 4 KiB, PS 40 bits, AA64, R. */
#define S2OK	(24ull << 32 | 1ull << 38 | 2ull << 48 | 1ull << 51 | 1ull << 58)

struct entry { u64 w[8]; int rule; const char *words; };

static void check_all(const char *preset, const struct entry *e, unsigned int nr)
{
	for (; nr; nr--, e++) {
		struct world *w = world_new(preset, NULL);
		char why[96] = "nothing";
		int rule;

		/* Past the check of combinations: one field at a time. */
		assert_true(!e->words || model_features_set(&w->m->f, e->words, why, sizeof(why)));
		rule = ste_check(w->m, e->w, why, sizeof(why));
		if (rule != e->rule)
			fail_msg("%llx %llx %llx %llx: wanted rule %d; seen: %d, %s",
				 (unsigned long long)e->w[0], (unsigned long long)e->w[1],
				 (unsigned long long)e->w[2], (unsigned long long)e->w[3], e->rule,
				 rule, why);
		if (rule >= 0)
			assert_string_not_equal(why, "nothing");
		world_free(w);
	}
}

/* 5.2.2 SteIllegal(), condition by condition. */
static void illegal(void **state)
{
	static const struct entry on_600[] = {
		{ { V | S1 | TABLE }, -1, NULL },
		{ { V | BYPASS, 1ull << 44 }, -1, NULL },
		{ { V }, -1, NULL },
		/* V = 0: nothing counts */
		{ { S1 | TABLE, ~0ull, ~0ull }, -1, NULL },
		/* Config 0b0xx: abort */
		{ { V | 1 << 1, 3ull << 28 }, -1, NULL },
		/* S1CDMax beyond SSIDSIZE */
		{ { V | S1 | TABLE | 21ull << 59 }, RULE_STE_ILLEGAL, NULL },
		/* table not aligned to its size */
		{ { V | S1 | TABLE | 20ull << 59 }, RULE_STE_RESERVED, NULL },
		{ { V | S1 | TABLE | 2ull << 59 | 1 << 4 }, RULE_STE_ILLEGAL, "cd2l=0" },
		{ { V | S1 | TABLE | 2ull << 59 | 3 << 4 }, -1, "cd2l=0" }, /* S1Fmt 3 is 0 */
		/* S1ContextPtr beyond 48 bits */
		{ { V | S1 | 1ull << 50 }, RULE_STE_ILLEGAL, NULL },
		{ { V | S1 | TABLE, 1ull << 27 }, -1, NULL }, /* S1STALLD */
		{ { V | S1 | TABLE, 1ull << 27 }, RULE_STE_ILLEGAL, "stall_model=1" },
		{ { V | S1 | TABLE, 1ull << 28 }, -1, NULL }, /* EATS full */
		/* split-stage without stage 2 */
		{ { V | S1 | TABLE, 2ull << 28 }, RULE_STE_ILLEGAL, NULL },
		{ { V | BOTH | TABLE, 2ull << 28, S2OK, TABLE }, -1, NULL },
		{ { V | BOTH | TABLE, 2ull << 28, S2OK, TABLE }, RULE_STE_ILLEGAL, "ns1ats=1" },
		{ { V | BOTH | TABLE, 2ull << 28, S2OK | 1ull << 57, TABLE },
		  RULE_STE_ILLEGAL,
		  NULL },
		/* full ATS and S2S */
		{ { V | S2, 1ull << 28, S2OK | 1ull << 57, TABLE }, RULE_STE_ILLEGAL, NULL },
		/* without stage 2 SMMUv3.0 alone may mind */
		{ { V | S1 | TABLE, 1ull << 28, 1ull << 57 }, -1, NULL },
		{ { V | S1 | TABLE, 1ull << 28, 1ull << 57 }, RULE_STE_ILLEGAL, "aidr=0" },
		{ { V | S1 | TABLE, 1ull << 30 }, RULE_STE_ILLEGAL, NULL }, /* STRW 0bx1 */
		{ { V | S1 | TABLE, 2ull << 30 }, -1, NULL },
		{ { V | S2, 1ull << 30, S2OK, TABLE }, -1, NULL }, /* STRW ignored */
		{ { V | S1 | TABLE, 0, 0x100 }, RULE_STE_ILLEGAL, "vmid16=0" },
		/* EL2 has no VMID */
		{ { V | S1 | TABLE, 2ull << 30, 0x100 }, -1, "vmid16=0" },
		{ { V | S2, 0, S2OK, TABLE }, -1, NULL },
		{ { V | S2, 0, S2OK | 1ull << 57, TABLE }, RULE_STE_ILLEGAL, "stall_model=1" },
		{ { V | S2, 0, S2OK & ~(1ull << 51), TABLE }, RULE_STE_ILLEGAL, NULL }, /* S2AA64 */
		{ { V | S2, 0, S2OK | 1ull << 56, TABLE }, RULE_STE_ILLEGAL, "httu=0" },
		{ { V | S2, 0, S2OK | 1ull << 55, TABLE }, RULE_STE_ILLEGAL, "httu=1" },
		{ { V | S2, 0, S2OK | 1ull << 52, TABLE }, RULE_STE_ILLEGAL, NULL }, /* S2ENDI */
		{ { V | S2, 0, S2OK | 3ull << 46, TABLE }, RULE_STE_ILLEGAL, NULL }, /* S2TG */
		{ { V | S2, 0, S2OK | 2ull << 46, TABLE }, RULE_STE_ILLEGAL, "gran16k=0" },
		/* S2TTB beyond S2PS */
		{ { V | S2, 0, S2OK, 1ull << 41 }, RULE_STE_ILLEGAL, NULL },
		/* S2T0SZ 40 without STT */
		{ { V | S2, 0, S2OK + (16ull << 32), TABLE }, RULE_STE_ILLEGAL, NULL },
		/* S2T0SZ 12 */
		{ { V | S2, 0, S2OK - (12ull << 32), TABLE }, RULE_STE_ILLEGAL, NULL },
		/* SL0 0 for 40 bits */
		{ { V | S2, 0, S2OK & ~(3ull << 38), TABLE }, RULE_STE_ILLEGAL, NULL },
		/* SL0 3 without STT */
		{ { V | S2, 0, S2OK | 3ull << 38, TABLE }, RULE_STE_ILLEGAL, NULL },
		{ { V | S2, 0, S2OK | 2ull << 46 | 2ull << 38, TABLE }, RULE_STE_ILLEGAL, NULL },
	};

	check_all("mmu-600", on_600, ARRAY_SIZE(on_600));
}

/* 5.2.2 on an SMMU with less, and with 52 bits. */
static void illegal_elsewhere(void **state)
{
	static const struct entry on_minimal[] = {
		{ { V | S2, 0, S2OK, TABLE }, RULE_STE_ILLEGAL, NULL },
		{ { V | S1 | TABLE }, -1, NULL },
		/* SHCFG without ATTR_TYPES_OVR */
		{ { V | BYPASS, 1ull << 44 }, RULE_STE_RESERVED, NULL },
		/* PRIVCFG without ATTR_PERMS_OVR */
		{ { V | BYPASS, 2ull << 48 }, RULE_STE_RESERVED, NULL },
		/* STRW without Hyp */
		{ { V | S1 | TABLE, 2ull << 30 }, RULE_STE_RESERVED, NULL },
		/* PPAR without PRI */
		{ { V | S1 | TABLE, 1ull << 18 }, RULE_STE_RESERVED, NULL },
		/* DRE in SMMUv3.0 */
		{ { V | S1 | TABLE, 1ull << 12 }, RULE_STE_RESERVED, NULL },
	};
	static const struct entry on_maximal[] = {
		/* 4 KiB, 52 bits from level -1 with DS. */
		{ { V | S2, 0, 12ull << 32 | 6ull << 48 | 1ull << 51,
		    1ull << 2 | 1ull << 3 | TABLE },
		  -1,
		  NULL },
		{ { V | S2, 0, 12ull << 32 | 6ull << 48 | 1ull << 51, 1ull << 2 | TABLE },
		  RULE_STE_ILLEGAL,
		  NULL },
		{ { V | S2, 0, 12ull << 32 | 1ull << 38 | 6ull << 48 | 1ull << 51,
		    5ull << 2 | 1ull << 3 | TABLE },
		  RULE_STE_ILLEGAL,
		  NULL },
		/* 64 KiB, 52 bits; DS is nothing for it. */
		{ { V | S2, 0, 12ull << 32 | 2ull << 38 | 1ull << 46 | 6ull << 48 | 1ull << 51,
		    TABLE },
		  -1,
		  NULL },
		{ { V | S2, 0, 12ull << 32 | 2ull << 38 | 1ull << 46 | 6ull << 48 | 1ull << 51,
		    TABLE | 8 },
		  RULE_STE_RESERVED,
		  NULL },
		{ { V | S2, 0, 12ull << 32 | 3ull << 38 | 1ull << 46 | 6ull << 48 | 1ull << 51,
		    TABLE },
		  RULE_STE_ILLEGAL,
		  NULL },
	};
	struct world *w = world_new("mmu-600", NULL);
	static const u64 none[8] = { V | S1 | TABLE };
	u64 s2[8] = { V | S2, 0, S2OK, TABLE };
	int level;
	char why[96];

	check_all("minimal", on_minimal, ARRAY_SIZE(on_minimal));
	check_all("maximal", on_maximal, ARRAY_SIZE(on_maximal));
	/* What no preset is. */
	w->m->f.s1p = 0;
	assert_int_equal(ste_check(w->m, none, why, sizeof(why)), RULE_STE_ILLEGAL);
	w->m->f.stall_model = 2;
	assert_int_equal(ste_check(w->m, s2, why, sizeof(why)), RULE_STE_ILLEGAL);
	w->m->f.stall_model = 0;
	/* VTCR_EL2.SL0 by granule and address size. */
	w->m->f.oas = 2;
	set(s2, STE_S2SL0, 2);
	assert_false(s2_start_level(w->m, s2, 12, &level));
	set(s2, STE_S2SL0, 2);
	assert_false(s2_start_level(w->m, s2, 16, &level));
	assert_false(s2_start_level(w->m, s2, 14, &level));
	set(s2, STE_S2SL0, 3);
	assert_false(s2_start_level(w->m, s2, 14, &level));
	assert_int_equal(tg0_granule(w->m, 3), 0);
	world_free(w);
}

/* Chapter 5: reserved bits. */
static void reserved(void **state)
{
	static const struct entry all[] = {
		{ { V | S1 | TABLE | 1ull << 56 }, RULE_STE_RESERVED, NULL },
		{ { V | S1 | TABLE, 1ull << 41 }, RULE_STE_RESERVED, NULL },
		/* S1MPAM without MPAM */
		{ { V | S1 | TABLE, 1ull << 26 }, RULE_STE_RESERVED, NULL },
		{ { V | S1 | TABLE, 0, 1ull << 59 }, RULE_STE_RESERVED, NULL },
		{ { V | S1 | TABLE, 0, 0, 1ull << 52 }, RULE_STE_RESERVED, NULL },
		{ { V | S1 | TABLE, 0, 0, 1 }, RULE_STE_RESERVED, NULL },	/* S2NSW */
		{ { V | S1 | TABLE, 0, 0, 0, 1ull << 16 }, RULE_STE_RESERVED, NULL },
		{ { V | S1 | TABLE, 0, 0, 0, 0, 1 }, RULE_STE_RESERVED, NULL },
		{ { V, 0, 0, 0, 0, 0, 0, 1 }, RULE_STE_RESERVED, NULL },
		/* SW_RESERVED is software's */
		{ { V | S1 | TABLE, 15ull << 20 }, -1, NULL },
		/* MemAttr without MTCFG */
		{ { V | BYPASS, 5ull << 32 }, RULE_STE_RESERVED, NULL },
		{ { V | BYPASS, 5ull << 32 | 1ull << 36 }, -1, NULL },
		{ { V | BYPASS, 8ull << 32 | 1ull << 36 }, RULE_STE_RESERVED, NULL },
		/* S2HWU: ignored without PBHA, reserved in SMMUv3.0 */
		{ { V | S2, 1ull << 8, S2OK, TABLE }, -1, NULL },
		{ { V | S2, 1ull << 11, S2OK, TABLE }, RULE_STE_RESERVED, "aidr=0" },
		{ { V | S2, 1ull << 25, S2OK, TABLE }, RULE_STE_RESERVED, NULL },	/* S2FWB */
		{ { V | S2, 0, S2OK, TABLE | 8 }, RULE_STE_RESERVED, NULL },	/* S2DS */
		{ { V | S2, 0, S2OK, TABLE | 4 }, RULE_STE_RESERVED, NULL },	/* S2SL0_2 */
		{ { V | S1 | 0x10000 | 6ull << 59 | 1 << 4 }, -1, NULL },
		{ { V | S1 | 0x10000 | 11ull << 59 | 1 << 4 | 1 << 6 }, RULE_STE_RESERVED, NULL },
		{ { V | S1 | 0x10000 | 14ull << 59 | 2 << 4 | 1 << 6 }, RULE_STE_RESERVED, NULL },
		{ { V | S1 | 0x10000 | 10ull << 59 | 2 << 4 | 1 << 6 }, -1, NULL },
	};

	check_all("mmu-600", all, ARRAY_SIZE(all));
}

static void same(struct world *w, const u64 *a, const u64 *b, bool wanted)
{
	u64 x[8], y[8];

	ste_effective(w->m, a, x);
	ste_effective(w->m, b, y);
	assert_int_equal(!memcmp(x, y, 64), wanted);
}

/* 5.2: IGNORED fields do not make a difference, the others do. */
static void effective(void **state)
{
	struct world *w = world_new("maximal", NULL);
	u64 a[8] = { 0, ~0ull }, b[8] = { 0 };

	same(w, a, b, true);					/* V = 0 */
	a[0] = V | 1 << 1;
	b[0] = V;
	a[1] = 0xffull << 28;
	same(w, a, b, true);					/* Config 0b0xx */
	b[0] = V | BYPASS;
	a[0] = b[0] | TABLE | 3ull << 59;
	a[1] = 3 | 3ull << 28 | 1ull << 27 | 15ull << 20;
	a[2] = S2OK | 9;
	/* bypass: neither S1*, S2*, EATS nor software's */
	same(w, a, b, true);
	a[1] = 1ull << 44;
	same(w, a, b, false);					/* SHCFG */
	a[1] = 5ull << 32;
	same(w, a, b, true);					/* MemAttr without MTCFG */
	memset(a, 0, 64);
	memset(b, 0, 64);
	b[0] = V | S1 | TABLE;
	a[0] = b[0] | 2 << 4;
	a[1] = 2;
	/* S1Fmt, S1DSS without substreams */
	same(w, a, b, true);
	a[0] |= 3ull << 59;
	b[0] |= 3ull << 59 | 2 << 4;
	same(w, a, b, false);
	b[1] = 2;
	same(w, a, b, true);
	a[2] = 7;
	/* S2VMID counts for stage 1 in EL1 */
	same(w, a, b, false);
	a[1] |= 2ull << 30;
	b[1] |= 2ull << 30;
	same(w, a, b, true);					/* not in EL2 */
	memset(a, 0, 64);
	memset(b, 0, 64);
	a[0] = V | S2;
	b[0] = V | S2;
	b[2] = S2OK;
	a[2] = S2OK | 1ull << 54;
	same(w, a, b, true);					/* S2PTW for nested streams only */
	a[2] |= 1ull << 56;
	b[2] |= 1ull << 56 | 1ull << 53 | 1ull << 54;
	same(w, a, b, true);					/* S2AFFD with S2HA */
	a[3] = 1 << 2;
	same(w, a, b, true);					/* S2SL0_2 without S2DS */
	/* With S2DS they count. */
	a[3] |= 8;
	b[3] |= 8;
	same(w, a, b, false);
	world_free(w);
}

/* 5.2 Config, S1DSS: what becomes of a transaction without SubstreamID. */
static void action(void **state)
{
	static const struct { u64 w0, w1; enum ste_action action;
	} all[] = {
		{ 0, 0, STE_INVALID },
		{ V, 0, STE_ABORT },
		{ V | 3 << 1, 0, STE_ABORT },
		{ V | BYPASS, 0, STE_BYPASS },
		{ V | S1, 0, STE_TRANSLATES },
		{ V | S2, 0, STE_TRANSLATES },
		{ V | BOTH, 0, STE_TRANSLATES },
		{ V | S1 | 1ull << 59, 0, STE_ABORT },
		{ V | S1 | 1ull << 59, 1, STE_BYPASS },
		{ V | S1 | 1ull << 59, 2, STE_TRANSLATES },
		{ V | BOTH | 1ull << 59, 1, STE_TRANSLATES },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		u64 ste[8] = { all[i].w0, all[i].w1 };

		assert_int_equal(ste_action(ste), all[i].action);
	}
}

const struct CMUnitTest ste_tests[] = {
	cmocka_unit_test(illegal),  cmocka_unit_test(illegal_elsewhere),
	cmocka_unit_test(reserved), cmocka_unit_test(effective),
	cmocka_unit_test(action),
};

const size_t nr_ste_tests = ARRAY_SIZE(ste_tests);
