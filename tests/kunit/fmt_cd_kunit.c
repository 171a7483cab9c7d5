// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makers, masks and text of context descriptors (src/fmt/cd). Layer: tests.
 *
 * Wanted words are written out as numbers, put together by hand from the figures of ARM IHI 0070,
 * 5.4.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "fmt/cd.h"

static void expect_words(struct kunit *test, const char *what, const struct smmu3_cd *cd, u64 w0,
			 u64 w1, u64 w3)
{
	const u64 want[SMMU3_ENTRY_QWORDS] = { w0, w1, 0, w3 };
	__le64 used[SMMU3_ENTRY_QWORDS];
	unsigned int i;

	smmu3_cd_used(cd->q, used);
	for (i = 0; i < SMMU3_ENTRY_QWORDS; i++) {
		KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(cd->q[i]), want[i], "%s: word %u of the CD",
				    what, i);
		KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(cd->q[i] & ~used[i]), 0,
				    "%s: word %u: no bit is set that the SMMU ignores", what, i);
	}
}

static void make_absent(struct kunit *test)
{
	struct smmu3_cd cd;

	memset(&cd, 0xff, sizeof(cd));
	smmu3_cd_make_absent(&cd);
	expect_words(test, "absent", &cd, 0, 0, 0);
}

static void make_s1(struct kunit *test)
{
	struct smmu3_cd_s1 cfg = {
		.ttb = 0x0000123456789000,
		.mair = 0x44ff00f4,
		.asid = 0xcafe,
		.t0sz = 0x10,
		.tg = CD_TG_64K,
		.ir0 = 1,
		.or0 = 1,
		.sh0 = 3,
		.ips = 5,
	};
	struct smmu3_cd cd;

	memset(&cd, 0xff, sizeof(cd));
	smmu3_cd_make_s1(&cd, &cfg);
	/*
	 * T0SZ 0, TG0 6, IR0 8, OR0 10, SH0 12, EPD1 30, V 31, IPS 32, AA64 41, R 45, A 46, ASET
	 * 47, ASID 48.
	 */
	expect_words(test, "paging", &cd, 0xcafee205c0003550ULL, 0x123456789000, 0x44ff00f4);

	cfg.shared_asid = true;
	cfg.stall = true;
	cfg.ha = true;
	smmu3_cd_make_s1(&cd, &cfg);
	/* no ASET; HA 43, S 44 */
	expect_words(test, "shared ASID, access flag, stall", &cd, 0xcafe7a05c0003550ULL,
		     0x123456789000, 0x44ff00f4);

	cfg.ha = false;
	cfg.hd = true;
	cfg.stall = false;
	smmu3_cd_make_s1(&cd, &cfg);
	/* HD 42 never without HA */
	expect_words(test, "dirty state implies access flag", &cd, 0xcafe6e05c0003550ULL,
		     0x123456789000, 0x44ff00f4);

	cfg.epd0 = true;
	smmu3_cd_make_s1(&cd, &cfg);
	/* EPD0 14; nothing that it makes the SMMU ignore */
	expect_words(test, "released", &cd, 0xcafe6e05c0004000ULL, 0, 0);
}

static void addresses_stay_in_their_fields(struct kunit *test)
{
	struct smmu3_cd_s1 cfg = { .ttb = ~0ULL };
	struct smmu3_cd cd;

	smmu3_cd_make_s1(&cd, &cfg);
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(cd.q[1]), 0x00fffffffffffff0ULL, "TTB0 is bits 55:4");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cd_l1_make(~0ULL), 0x00fffffffffff001ULL,
			    "L2Ptr is bits 55:12, V is bit 0");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cd_l1_make(0x123456789000), 0x123456789001ULL,
			    "level 1 descriptor");
}

static void text(struct kunit *test)
{
	struct smmu3_cd_s1 cfg = {
		.ttb = 0x1000, .mair = 0xff, .asid = 3, .t0sz = 16, .ips = 4, .stall = true
	};
	struct smmu3_cd cd;
	char buf[256];

	smmu3_cd_make_absent(&cd);
	smmu3_cd_to_text(buf, sizeof(buf), &cd);
	KUNIT_EXPECT_STREQ_MSG(test, buf, "V=0", "absent");
	smmu3_cd_make_s1(&cd, &cfg);
	smmu3_cd_to_text(buf, sizeof(buf), &cd);
	KUNIT_EXPECT_STREQ_MSG(test, buf,
			       "V=1 ASID=0x3 ASET=1 TTB0=0x1000 T0SZ=16 TG0=4K IR0=0 OR0=0 SH0=0 EPD1 IPS=4 AA64 A R S MAIR=0xff",
			       "paging");
	cfg.epd0 = true;
	smmu3_cd_make_s1(&cd, &cfg);
	smmu3_cd_to_text(buf, sizeof(buf), &cd);
	KUNIT_EXPECT_STREQ_MSG(test, buf, "V=1 ASID=0x3 ASET=1 EPD0 EPD1 IPS=4 AA64 A R S",
			       "released");

	memset(&cd, 0xff, sizeof(cd));
	cd.q[0] = cpu_to_le64(~CD_EPD0 & ~CD_EPD1);
	KUNIT_EXPECT_LT_MSG(test, smmu3_cd_to_text(buf, sizeof(buf), &cd), 255, "all bits set: %s",
			    buf);
}

/* A process's tables with 52-bit addresses, and the process's end. */
static void released(struct kunit *test)
{
	struct smmu3_cd_s1 cfg = { .ttb = 0x123456789000, .mair = 0xff, .asid = 5, .t0sz = 12,
				   .ir0 = 1, .or0 = 1, .sh0 = 3, .ips = 6, .ds = true };
	struct smmu3_cd live, gone;
	struct smmu3_entry_plan plan;
	char buf[256];

	smmu3_cd_make_s1(&live, &cfg);
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(live.q[2]), 1ULL << 58, "DS");
	smmu3_cd_to_text(buf, sizeof(buf), &live);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(buf, " DS "), "DS in the text: %s", buf);
	cfg.epd0 = true;
	smmu3_cd_make_s1(&gone, &cfg);
	smmu3_cd_plan(&plan, &live, &gone);
	KUNIT_EXPECT_TRUE_MSG(test, plan.hitless, "to the released one");
	KUNIT_EXPECT_EQ_MSG(test, plan.nr_stores, 3, "one store decides, two tidy up");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(make_absent),
	KUNIT_CASE(make_s1),
	KUNIT_CASE(addresses_stay_in_their_fields),
	KUNIT_CASE(released),
	KUNIT_CASE(text),
	{}
};

static struct kunit_suite fmt_cd_suite = {
	.name = "smmu3_fmt_cd",
	.test_cases = cases,
};

kunit_test_suite(fmt_cd_suite);
