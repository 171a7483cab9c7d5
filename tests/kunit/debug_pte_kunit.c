// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a walk starts and what an entry says (src/debug/pte). Layer: tests.
 *
 * Raw entries and wanted figures are written out as numbers, put together by hand from Arm
 * ARM DDI 0487, chapter D8, and from entries seen in a running guest.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "debug/pte.h"

static struct smmu3_cd cd_of(u8 t0sz, u8 tg)
{
	struct smmu3_cd_s1 cfg = { .ttb = 0x45000000, .t0sz = t0sz, .tg = tg };
	struct smmu3_cd cd;

	smmu3_cd_make_s1(&cd, &cfg);
	return cd;
}

static struct smmu3_ste ste_of(u8 t0sz, u8 tg, u8 sl0)
{
	struct smmu3_ste_s2 cfg = { .ttb = 0x45000000, .t0sz = t0sz, .tg = tg, .sl0 = sl0 };
	struct smmu3_ste ste;

	smmu3_ste_make_s2(&ste, &cfg);
	return ste;
}

static void expect_cd(struct kunit *test, u8 t0sz, u8 tg, u8 granule_lg2, u8 start)
{
	struct smmu3_cd cd = cd_of(t0sz, tg);
	struct smmu3_pt pt = {};

	KUNIT_EXPECT_NULL_MSG(test, smmu3_pt_from_cd(&pt, &cd), "T0SZ %u TG0 %u can be walked",
			      t0sz, tg);
	KUNIT_EXPECT_EQ(test, pt.stage, 1);
	KUNIT_EXPECT_EQ(test, pt.root, 0x45000000);
	KUNIT_EXPECT_EQ(test, pt.granule_lg2, granule_lg2);
	KUNIT_EXPECT_EQ(test, pt.ia_bits, 64 - t0sz);
	KUNIT_EXPECT_EQ_MSG(test, pt.start, start, "T0SZ %u TG0 %u: first level", t0sz, tg);
}

static void start_of_stage1(struct kunit *test)
{
	expect_cd(test, 16, CD_TG_4K, 12, 0);
	expect_cd(test, 25, CD_TG_4K, 12, 1);
	expect_cd(test, 34, CD_TG_4K, 12, 2);
	expect_cd(test, 16, CD_TG_16K, 14, 0);
	expect_cd(test, 17, CD_TG_16K, 14, 1);
	expect_cd(test, 16, CD_TG_64K, 16, 1);
	expect_cd(test, 12, CD_TG_64K, 16, 1);
	expect_cd(test, 22, CD_TG_64K, 16, 2);
}

static void nothing_to_walk(struct kunit *test)
{
	struct smmu3_cd cd = cd_of(16, 3);
	struct smmu3_pt pt;

	KUNIT_EXPECT_NOT_NULL_MSG(test, smmu3_pt_from_cd(&pt, &cd), "reserved granule");
	cd = cd_of(12, CD_TG_4K);
	KUNIT_EXPECT_NOT_NULL_MSG(test, smmu3_pt_from_cd(&pt, &cd), "52 bits with 4K need DS");
	cd = cd_of(0, CD_TG_64K);
	KUNIT_EXPECT_NOT_NULL_MSG(test, smmu3_pt_from_cd(&pt, &cd), "64 bits");
	cd = cd_of(63, CD_TG_4K);
	KUNIT_EXPECT_NOT_NULL_MSG(test, smmu3_pt_from_cd(&pt, &cd), "1 bit");
	cd = cd_of(16, CD_TG_4K);
	cd.q[0] |= cpu_to_le64(CD_EPD0);
	KUNIT_EXPECT_NOT_NULL_MSG(test, smmu3_pt_from_cd(&pt, &cd), "EPD0");
	smmu3_cd_make_absent(&cd);
	KUNIT_EXPECT_NOT_NULL_MSG(test, smmu3_pt_from_cd(&pt, &cd), "V = 0");
}

static void expect_ste(struct kunit *test, u8 t0sz, u8 tg, u8 sl0, int start)
{
	struct smmu3_ste ste = ste_of(t0sz, tg, sl0);
	struct smmu3_pt pt = {};
	const char *why = smmu3_pt_from_ste(&pt, &ste);

	if (start < 0) {
		KUNIT_EXPECT_NOT_NULL_MSG(test, why, "S2T0SZ %u S2TG %u S2SL0 %u: nothing to walk",
					  t0sz, tg, sl0);
		return;
	}
	KUNIT_EXPECT_NULL_MSG(test, why, "S2T0SZ %u S2TG %u S2SL0 %u can be walked", t0sz, tg, sl0);
	KUNIT_EXPECT_EQ(test, pt.stage, 2);
	KUNIT_EXPECT_EQ(test, pt.root, 0x45000000);
	KUNIT_EXPECT_EQ_MSG(test, pt.start, start, "S2T0SZ %u S2TG %u S2SL0 %u: first level", t0sz,
			    tg, sl0);
}

static void start_of_stage2(struct kunit *test)
{
	expect_ste(test, 20, CD_TG_4K, 2, 0);
	/* 40 bits from level 1: two tables, one behind the other */
	expect_ste(test, 24, CD_TG_4K, 1, 1);
	expect_ste(test, 32, CD_TG_4K, 0, 2);
	expect_ste(test, 24, CD_TG_16K, 2, 1);
	expect_ste(test, 20, CD_TG_64K, 2, 1);
	expect_ste(test, 24, CD_TG_64K, 2, -1);
	expect_ste(test, 24, CD_TG_64K, 1, 2);
	expect_ste(test, 20, CD_TG_4K, 3, -1);
	expect_ste(test, 16, CD_TG_4K, 0, -1);
	expect_ste(test, 40, CD_TG_4K, 2, -1);
	expect_ste(test, 20, 3, 2, -1);
}

static void indices(struct kunit *test)
{
	struct smmu3_pt s1 = { .stage = 1, .granule_lg2 = 12, .ia_bits = 48, .start = 0 };
	struct smmu3_pt s2 = { .stage = 2, .granule_lg2 = 12, .ia_bits = 40, .start = 1 };
	struct smmu3_pt s64 = { .stage = 1, .granule_lg2 = 16, .ia_bits = 52, .start = 1 };

	KUNIT_EXPECT_EQ(test, smmu3_pt_index(&s1, 0, 0x0000fffc0123), 0);
	KUNIT_EXPECT_EQ(test, smmu3_pt_index(&s1, 1, 0x0000fffc0123), 3);
	KUNIT_EXPECT_EQ(test, smmu3_pt_index(&s1, 2, 0x0000fffc0123), 0x1ff);
	KUNIT_EXPECT_EQ(test, smmu3_pt_index(&s1, 3, 0x0000fffc0123), 0x1c0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_pt_index(&s2, 1, 0xffffffffff), 0x3ff,
			    "the second of two concatenated tables");
	KUNIT_EXPECT_EQ(test, smmu3_pt_index(&s2, 2, 0xffffffffff), 0x1ff);
	KUNIT_EXPECT_EQ(test, smmu3_pt_index(&s64, 1, 0xfffffffffffff), 0x3ff);
	KUNIT_EXPECT_EQ(test, smmu3_pt_span_lg2(&s64, 1), 42);
	KUNIT_EXPECT_EQ(test, smmu3_pt_span_lg2(&s1, 2), 21);
}

static void expect_pte(struct kunit *test, const struct smmu3_pt *pt, u8 level, u64 raw,
		       const char *want)
{
	struct smmu3_pte pte;
	char text[160];
	int len;

	smmu3_pte_decode(&pte, pt, level, raw);
	len = smmu3_pte_to_text(text, sizeof(text), pt, &pte);
	KUNIT_EXPECT_STREQ_MSG(test, text, want, "level %u entry %#llx", level, raw);
	KUNIT_EXPECT_EQ(test, len, strlen(want));
}

static void entries_of_stage1(struct kunit *test)
{
	struct smmu3_pt p4 = { .stage = 1, .granule_lg2 = 12, .ia_bits = 48, .start = 0 };
	struct smmu3_pt p16 = { .stage = 1, .granule_lg2 = 14, .ia_bits = 48, .start = 0 };
	struct smmu3_pt p64 = { .stage = 1, .granule_lg2 = 16, .ia_bits = 52, .start = 1 };

	expect_pte(test, &p4, 0, 0, "invalid");
	expect_pte(test, &p4, 3, 0xfffffffffffffffeULL, "invalid");
	expect_pte(test, &p4, 0, 0x44970003, "table at 0x44970000");
	expect_pte(test, &p4, 1, 0xf8000000449700ffULL,
		   "table at 0x44970000 APTable=3 NSTable PXNTable UXNTable");
	expect_pte(test, &p4, 3, 0x43d67f47, "page OA=0x43d67000 rw AttrIndx=1 SH=ISH nG AF");
	expect_pte(test, &p4, 3, 0x0060000008090e4bULL,
		   "page OA=0x8090000 rw AttrIndx=2 SH=OSH nG PXN UXN AF");
	expect_pte(test, &p4, 3, 0x43d67bc7, "page OA=0x43d67000 ro AttrIndx=1 SH=ISH nG AF=0");
	expect_pte(test, &p4, 3, 0x43d67f45, "reserved encoding, faults");
	expect_pte(test, &p4, 2, 0x40200f45, "block OA=0x40200000 rw AttrIndx=1 SH=ISH nG AF");
	expect_pte(test, &p4, 2, 0x0010000040210f45ULL,
		   "block OA=0x40200000 rw AttrIndx=1 SH=ISH nG AF Contig nT");
	expect_pte(test, &p4, 0, 0x40000f45, "reserved encoding, faults");
	expect_pte(test, &p16, 1, 0x40000f45, "reserved encoding, faults");
	expect_pte(test, &p16, 2, 0x42000f45, "block OA=0x42000000 rw AttrIndx=1 SH=ISH nG AF");
	/* bits 51 to 48 of the address stand in bits 15 to 12 */
	expect_pte(test, &p64, 3, 0x0000123456785f47ULL,
		   "page OA=0x5123456780000 rw AttrIndx=1 SH=ISH nG AF");
	expect_pte(test, &p64, 1, 0x45003, "table at 0x5000000040000");
}

static void dirty_state(struct kunit *test)
{
	struct smmu3_pt s1 = { .stage = 1, .granule_lg2 = 12, .ia_bits = 48, .start = 0 };
	struct smmu3_pt s2 = { .stage = 2, .granule_lg2 = 12, .ia_bits = 40, .start = 1 };

	expect_pte(test, &s1, 3, 0x0008000043d67fc7ULL,
		   "page OA=0x43d67000 ro AttrIndx=1 SH=ISH nG DBM=clean AF");
	expect_pte(test, &s1, 3, 0x0008000043d67f47ULL,
		   "page OA=0x43d67000 rw AttrIndx=1 SH=ISH nG DBM=dirty AF");
	expect_pte(test, &s2, 3, 0x000800004584e77fULL,
		   "page OA=0x4584e000 ro MemAttr=0xf SH=ISH XN=0 DBM=clean AF");
}

static void entries_of_stage2(struct kunit *test)
{
	struct smmu3_pt pt = { .stage = 2, .granule_lg2 = 12, .ia_bits = 44, .start = 0 };

	expect_pte(test, &pt, 0, 0x44641003, "table at 0x44641000");
	expect_pte(test, &pt, 3, 0x4584e7ff, "page OA=0x4584e000 rw MemAttr=0xf SH=ISH XN=0 AF");
	expect_pte(test, &pt, 3, 0x0060000008090687ULL,
		   "page OA=0x8090000 wo MemAttr=0x1 SH=OSH XN=3 AF");
	expect_pte(test, &pt, 1, 0xc000077d, "block OA=0xc0000000 ro MemAttr=0xf SH=ISH XN=0 AF");
}

/* An entry may be anything: the address is aligned to what it spans and has at most 52 bits. */
static void any_value(struct kunit *test)
{
	static const u8 granule_lg2[] = { 12, 14, 16 };
	u64 raw = 0x9e3779b97f4a7c15ULL;
	unsigned int i;

	for (i = 0; i < 200000; i++) {
		struct smmu3_pt pt = { .stage = 1 + (i & 1), .granule_lg2 = granule_lg2[i % 3],
				       .ia_bits = 48, .start = 0 };
		u8 level = (i / 6) & 3, low;
		struct smmu3_pte pte;
		char text[160];
		int len;

		raw = raw * 6364136223846793005ULL + 1442695040888963407ULL;
		smmu3_pte_decode(&pte, &pt, level, raw | (raw >> 63));
		low = smmu3_pte_is_leaf(&pte) ? smmu3_pt_span_lg2(&pt, level) : pt.granule_lg2;
		len = smmu3_pte_to_text(text, sizeof(text), &pt, &pte);
		if ((pte.addr & ((1ULL << low) - 1)) || pte.addr >> 52 || len <= 0 ||
		    len >= (int)sizeof(text) - 1 || strlen(text) != (size_t)len)
			KUNIT_FAIL(test, "level %u entry %#llx: address %#llx, text %s", level,
				   pte.raw, pte.addr, text);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(start_of_stage1),
	KUNIT_CASE(nothing_to_walk),
	KUNIT_CASE(start_of_stage2),
	KUNIT_CASE(indices),
	KUNIT_CASE(entries_of_stage1),
	KUNIT_CASE(dirty_state),
	KUNIT_CASE(entries_of_stage2),
	KUNIT_CASE(any_value),
	{}
};

static struct kunit_suite debug_pte_suite = {
	.name = "smmu3_debug_pte",
	.test_cases = cases,
};

kunit_test_suite(debug_pte_suite);
