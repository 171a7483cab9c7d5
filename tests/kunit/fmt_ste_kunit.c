// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makers, masks and text of stream table entries (src/fmt/ste). Layer: tests.
 *
 * Wanted words are written out as numbers, put together by hand from the figures of ARM IHI 0070,
 * 5.2.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "fmt/ste.h"

struct words {
	u64 w[4];
};

static void expect_words(struct kunit *test, const char *what, const struct smmu3_ste *ste,
			 struct words want)
{
	__le64 used[SMMU3_ENTRY_QWORDS];
	unsigned int i;

	smmu3_ste_used(ste->q, used);
	for (i = 0; i < SMMU3_ENTRY_QWORDS; i++) {
		u64 w = i < 4 ? want.w[i] : 0;

		KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(ste->q[i]), w, "%s: word %u of the STE", what,
				    i);
		KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(ste->q[i] & ~used[i]), 0,
				    "%s: word %u: no bit is set that the SMMU ignores", what, i);
	}
}

static void make_abort(struct kunit *test)
{
	struct smmu3_ste ste;

	memset(&ste, 0xff, sizeof(ste));
	smmu3_ste_make_abort(&ste);
	expect_words(test, "abort", &ste, (struct words) {{ 0x1 }});
}

static void make_bypass(struct kunit *test)
{
	struct smmu3_ste ste;

	memset(&ste, 0xff, sizeof(ste));
	smmu3_ste_make_bypass(&ste, false);
	expect_words(test, "bypass", &ste, (struct words) {{ 0x9 }});
	smmu3_ste_make_bypass(&ste, true);
	expect_words(test, "bypass, incoming shareability", &ste,
		     (struct words){ { 0x9, 0x100000000000 } });
}

static void make_s1(struct kunit *test)
{
	struct smmu3_ste_s1 cfg = { .cdtab_pa = 0x00123456789abcc0, .coherent = true };
	struct smmu3_ste ste;

	memset(&ste, 0xff, sizeof(ste));
	smmu3_ste_make_s1(&ste, &cfg);
	/* V, Config 5; S1CIR 1, S1COR 1, S1CSH 3 */
	expect_words(test, "S1", &ste, (struct words) {{ 0x00123456789abccb, 0xd4 }});

	cfg.coherent = false;
	smmu3_ste_make_s1(&ste, &cfg);
	expect_words(test, "S1, not coherent", &ste, (struct words) {{ 0x00123456789abccb, 0 }});

	/* Without SubstreamIDs format and default substream mean nothing. */
	cfg.s1fmt = S1FMT_64K_L2;
	cfg.s1dss = S1DSS_SSID0;
	smmu3_ste_make_s1(&ste, &cfg);
	expect_words(test, "S1, no SubstreamIDs", &ste, (struct words) {{ 0x00123456789abccb, 0 }});

	cfg.s1cdmax_lg2 = 20;
	cfg.eats = EATS_TRANS;
	cfg.stalld = true;
	smmu3_ste_make_s1(&ste, &cfg);
	/* S1Fmt 2, S1CDMax 20; S1DSS 2, S1STALLD, EATS 1 */
	expect_words(test, "S1, SubstreamIDs", &ste,
		     (struct words) {{ 0xa0123456789abcebULL, 0x18000002 }});

	cfg.strw = STRW_EL2;
	cfg.s1dss = S1DSS_BYPASS;
	cfg.s1fmt = S1FMT_4K_L2;
	cfg.shcfg_incoming = true;
	cfg.stalld = false;
	cfg.eats = EATS_ABORT;
	smmu3_ste_make_s1(&ste, &cfg);
	expect_words(test, "S1 of EL2, RID bypasses", &ste,
		     (struct words) {{ 0xa0123456789abcdbULL, 0x100080000001 }});
	cfg.s1dss = S1DSS_TERMINATE;
	smmu3_ste_make_s1(&ste, &cfg);
	expect_words(test, "S1 of EL2, RID terminates: shareability means nothing", &ste,
		     (struct words) {{ 0xa0123456789abcdbULL, 0x80000000 }});
}

static const struct smmu3_ste_s2 s2_cfg = {
	.ttb = 0x0000fedcba987650,
	.vmid = 0xbeef,
	.t0sz = 0x19,
	.sl0 = 2,
	.ir0 = 1,
	.or0 = 1,
	.sh0 = 3,
	.tg = 2,
	.ps = 5,
	.eats = EATS_TRANS,
	.s2fwb = true,
	.ptw = true,
	.shcfg_incoming = true,
};

static void make_s2(struct kunit *test)
{
	struct smmu3_ste_s2 cfg = s2_cfg;
	struct smmu3_ste ste;

	memset(&ste, 0xff, sizeof(ste));
	smmu3_ste_make_s2(&ste, &cfg);
	/*
	 * word 1: S2FWB 25, EATS 28, SHCFG 44. word 2: S2VMID 0, S2T0SZ 32, S2SL0 38, S2IR0 40,
	 * S2OR0 42, S2SH0 44, S2TG 46, S2PS 48, S2AA64 51, S2R 58; S2PTW means nothing without
	 * stage 1.
	 */
	expect_words(test, "S2", &ste,
		     (struct words){
			     { 0xd, 0x100012000000, 0x040db5990000beefULL, 0x0000fedcba987650 } });

	/* S2S 57, which excludes EATS */
	cfg.stall = true;
	cfg.eats = EATS_ABORT;
	smmu3_ste_make_s2(&ste, &cfg);
	expect_words(test, "S2 that stalls", &ste,
		     (struct words){
			     { 0xd, 0x100002000000, 0x060db5990000beefULL, 0x0000fedcba987650 } });
}

static void make_nested(struct kunit *test)
{
	struct smmu3_ste_s1 s1 = {
		.cdtab_pa = 0x40000000, .s1cdmax_lg2 = 4, .s1dss = S1DSS_SSID0, .coherent = true,
		.strw = STRW_EL2, .eats = EATS_ABORT, .shcfg_incoming = true,
	};
	struct smmu3_ste ste;

	memset(&ste, 0xff, sizeof(ste));
	smmu3_ste_make_nested(&ste, &s1, &s2_cfg);
	/* S2's EATS; no STRW under stage 2; S2PTW 54 */
	expect_words(test, "nested", &ste,
		     (struct words){ { 0x200000004000000fULL, 0x120000d6, 0x044db5990000beefULL,
				       0x0000fedcba987650 } });
	s1.s1dss = S1DSS_BYPASS;
	smmu3_ste_make_nested(&ste, &s1, &s2_cfg);
	expect_words(test, "nested, RID bypasses stage 1", &ste,
		     (struct words) {{ 0x200000004000000fULL, 0x1000120000d5,
				       0x044db5990000beefULL, 0x0000fedcba987650 }});
}

/* An address that reaches beyond its field touches no other field. */
static void addresses_stay_in_their_fields(struct kunit *test)
{
	struct smmu3_ste_s1 s1 = { .cdtab_pa = ~0ULL };
	struct smmu3_ste_s2 s2 = { .ttb = ~0ULL };
	struct smmu3_ste ste;

	smmu3_ste_make_s1(&ste, &s1);
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(ste.q[0]), 0x00ffffffffffffcbULL,
			    "S1ContextPtr is bits 55:6");
	smmu3_ste_make_s2(&ste, &s2);
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(ste.q[3]), 0x00fffffffffffff0ULL,
			    "S2TTB is bits 55:4");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_ste_l1_make(~0ULL, 6), 0x00ffffffffffffc7ULL,
			    "L2Ptr is bits 55:6, Span 7");
}

static void l1_descriptor(struct kunit *test)
{
	KUNIT_EXPECT_EQ_MSG(test, smmu3_ste_l1_make(0x123456780000, 8), 0x123456780009ULL,
			    "256 entries: Span is 9");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_ste_l1_make(0x40, 0), 0x41ULL, "one entry: Span is 1");
}

static void text(struct kunit *test)
{
	struct smmu3_ste_s1 s1 = { .cdtab_pa = 0x40000000, .s1cdmax_lg2 = 4, .s1dss = S1DSS_BYPASS,
				   .coherent = true, .shcfg_incoming = true };
	char buf[256], small[8];
	struct smmu3_ste ste;

	memset(&ste, 0, sizeof(ste));
	smmu3_ste_to_text(buf, sizeof(buf), &ste);
	KUNIT_EXPECT_STREQ_MSG(test, buf, "V=0", "an entry of zeroes");
	smmu3_ste_make_abort(&ste);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_ste_to_text(buf, sizeof(buf), &ste),
			    (int)strlen("V=1 Config=abort"), "length");
	KUNIT_EXPECT_STREQ_MSG(test, buf, "V=1 Config=abort", "abort");
	smmu3_ste_make_bypass(&ste, true);
	smmu3_ste_to_text(buf, sizeof(buf), &ste);
	KUNIT_EXPECT_STREQ_MSG(test, buf, "V=1 Config=bypass SHCFG=incoming", "bypass");
	smmu3_ste_make_s1(&ste, &s1);
	smmu3_ste_to_text(buf, sizeof(buf), &ste);
	KUNIT_EXPECT_STREQ_MSG(test, buf,
			       "V=1 Config=S1 S1ContextPtr=0x40000000 S1CDMax=4 S1Fmt=linear S1DSS=bypass S1CIR=1 S1COR=1 S1CSH=3 STRW=NS-EL1 EATS=none SHCFG=incoming",
			       "S1");
	smmu3_ste_make_s2(&ste, &s2_cfg);
	smmu3_ste_to_text(buf, sizeof(buf), &ste);
	KUNIT_EXPECT_STREQ_MSG(test, buf,
			       "V=1 Config=S2 S2TTB=0xfedcba987650 S2VMID=0xbeef S2T0SZ=25 S2SL0=2 S2TG=16K S2PS=5 S2IR0=1 S2OR0=1 S2SH0=3 S2AA64 S2R S2FWB EATS=full SHCFG=incoming",
			       "S2");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_ste_to_text(small, sizeof(small), &ste), 7,
			    "a small buffer is filled and terminated");
	KUNIT_EXPECT_STREQ_MSG(test, small, "V=1 Con", "a small buffer is filled and terminated");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_ste_to_text(small, 0, &ste), 0,
			    "a buffer of nothing is left alone");
}

/* Auto-responses with PASID: one bit more in use, which a change of the rest leaves alone. */
static void auto_responses_have_pasid(struct kunit *test)
{
	struct smmu3_ste_s1 cfg = { .cdtab_pa = 0x40000000, .s1cdmax_lg2 = 4, .coherent = true };
	struct smmu3_entry_plan plan;
	struct smmu3_ste bypass, s1;
	char buf[256];

	smmu3_ste_make_bypass(&bypass, false);
	smmu3_ste_add_ppar(&bypass);
	expect_words(test, "bypass", &bypass, (struct words) {{ 0x9, 0x40000 }});
	smmu3_ste_to_text(buf, sizeof(buf), &bypass);
	KUNIT_EXPECT_STREQ_MSG(test, buf, "V=1 Config=bypass SHCFG=NSH PPAR", "text");
	smmu3_ste_make_s1(&s1, &cfg);
	smmu3_ste_add_ppar(&s1);
	smmu3_ste_plan(&plan, &bypass, &s1);
	KUNIT_EXPECT_TRUE_MSG(test, plan.hitless, "bypass to S1");
	smmu3_ste_plan(&plan, &s1, &bypass);
	KUNIT_EXPECT_TRUE_MSG(test, plan.hitless, "S1 to bypass");
}

static void text_fits(struct kunit *test)
{
	struct smmu3_ste ste;
	char buf[512];
	unsigned int config;

	for (config = 0; config < 8; config++) {
		memset(&ste, 0xff, sizeof(ste));
		ste.q[0] = cpu_to_le64((~0ULL & ~0xeULL) | config << 1);
		/* S1DSS bypass, so that SHCFG is in use too. */
		ste.q[1] = cpu_to_le64(~2ULL);
		KUNIT_EXPECT_LT_MSG(test, smmu3_ste_to_text(buf, sizeof(buf), &ste),
				    SMMU3_STE_TEXT_SZ, "Config %u: all bits set: %s", config, buf);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(make_abort),
	KUNIT_CASE(make_bypass),
	KUNIT_CASE(make_s1),
	KUNIT_CASE(make_s2),
	KUNIT_CASE(make_nested),
	KUNIT_CASE(addresses_stay_in_their_fields),
	KUNIT_CASE(l1_descriptor),
	KUNIT_CASE(text),
	KUNIT_CASE(auto_responses_have_pasid),
	KUNIT_CASE(text_fits),
	{}
};

static struct kunit_suite fmt_ste_suite = {
	.name = "smmu3_fmt_ste",
	.test_cases = cases,
};

kunit_test_suite(fmt_ste_suite);
