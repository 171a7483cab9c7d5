// SPDX-License-Identifier: GPL-2.0-only
/*
 * ID registers and errata (src/fmt/idr). Layer: tests.
 *
 * Registers are written out as numbers: what a full SMMUv3.3 says, and then one thing changed at
 * a time.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "fmt/idr.h"
#include "fmt/regs.h"

/*
 * IDR0: S2P S1P, TTF 2, COHACC, BTM, HTTU 3, HYP, ATS, ASID16, MSI, SEV, PRI, VMW, VMID16, CD2L,
 * TTENDIAN 2, STALL_MODEL 0, TERM_MODEL, ST_LEVEL 1. IDR1: SIDSIZE 16, SSIDSIZE 20, PRIQS 19,
 * EVENTQS 19, CMDQS 19, both OVR, ECMDQ. IDR3: FWB, RIL, BBML 2. IDR5: OAS 6, three granules, DS,
 * VAX 1, STALL_MAX 256. IDR6: 2^3 queues on each of 2^4 pages.
 */
static const struct smmu3_idr_regs full = {
	.idr = { 0x0c4f76fb, 0x8e739d10 | 0x8000, 0, 0x1500, 0, 0x010004f6, 0x04030000 },
	.aidr = 0x03,
};

static const struct smmu3_idr_env vhe = { .cpu_e2h = true };

static const char *decode(struct smmu3_features *feat, const struct smmu3_idr_regs *regs,
			  const struct smmu3_idr_env *env)
{
	memset(feat, 0xa5, sizeof(*feat));
	return smmu3_idr_decode(feat, regs, env);
}

/* A feature is there or says why not; never both. */
static void expect_reasons(struct kunit *test, const struct smmu3_features *feat)
{
	unsigned int f;

	for (f = 0; f < SMMU3_FEAT_NR; f++) {
		if (smmu3_has(feat, f))
			KUNIT_EXPECT_NULL_MSG(test, feat->why_off[f], "%s is there",
					      smmu3_feat_name(f));
		else
			KUNIT_EXPECT_NOT_NULL_MSG(test, feat->why_off[f], "%s says why it is off",
						  smmu3_feat_name(f));
	}
}

static void everything(struct kunit *test)
{
	struct smmu3_features feat;

	KUNIT_ASSERT_NULL_MSG(test, decode(&feat, &full, &vhe), "a full SMMU is usable");
	expect_reasons(test, &feat);
	/* STALL_FORCE is the only thing that a configurable SMMU has not. */
	KUNIT_EXPECT_EQ_MSG(test, feat.have,
			    ((1ULL << SMMU3_FEAT_NR) - 1) & ~(1ULL << SMMU3_FEAT_STALL_FORCE),
			    "all features");
	KUNIT_EXPECT_EQ_MSG(test, feat.oas, 52, "OAS");
	KUNIT_EXPECT_EQ_MSG(test, feat.ias, 52, "IAS");
	KUNIT_EXPECT_EQ_MSG(test, feat.va_bits, 52, "VA bits");
	KUNIT_EXPECT_EQ_MSG(test, feat.sid_bits, 16, "SIDSIZE");
	KUNIT_EXPECT_EQ_MSG(test, feat.ssid_bits, 20, "SSIDSIZE");
	KUNIT_EXPECT_EQ_MSG(test, feat.asid_bits, 16, "ASID bits");
	KUNIT_EXPECT_EQ_MSG(test, feat.vmid_bits, 16, "VMID bits");
	KUNIT_EXPECT_EQ_MSG(test, feat.cmdq_lg2_max, 19, "CMDQS");
	KUNIT_EXPECT_EQ_MSG(test, feat.evtq_lg2_max, 19, "EVENTQS");
	KUNIT_EXPECT_EQ_MSG(test, feat.priq_lg2_max, 19, "PRIQS");
	KUNIT_EXPECT_EQ_MSG(test, feat.stall_max, 256, "STALL_MAX");
	KUNIT_EXPECT_EQ_MSG(test, feat.pgsize_bitmap,
			    0x40060211000ULL | 0x2000000ULL | 0x4000 | 0x10000,
			    "4K 2M 1G, 16K 32M, 64K 512M 4T");
	KUNIT_EXPECT_EQ_MSG(test, feat.ecmdq_lg2_per_page, 3, "ECMDQ queues of a page");
	KUNIT_EXPECT_EQ_MSG(test, feat.ecmdq_lg2_pages, 4, "ECMDQ pages");
	KUNIT_EXPECT_EQ_MSG(test, feat.arch_minor, 3, "SMMUv3.3");
	KUNIT_EXPECT_FALSE_MSG(test, feat.tables_preset || feat.queues_preset || feat.preset_rel,
			       "nothing preset");
}

/* The least that can be driven: stage 1 or stage 2 alone, 4K, 32 bits. */
static void hardly_anything(struct kunit *test)
{
	struct smmu3_idr_regs regs = { .idr = { 0x0540000a, 0x00200000, 0, 0, 0, 0x10 } };
	const struct smmu3_idr_env env = {};
	struct smmu3_features feat;

	KUNIT_ASSERT_NULL_MSG(test, decode(&feat, &regs, &env), "stage 1 alone is usable");
	expect_reasons(test, &feat);
	KUNIT_EXPECT_EQ_MSG(test, feat.have,
			    (1ULL << SMMU3_FEAT_S1) | (1ULL << SMMU3_FEAT_PREFETCH_CONFIG) |
				    (1ULL << SMMU3_FEAT_TERM_MODEL),
			    "features");
	KUNIT_EXPECT_STREQ_MSG(test, feat.why_off[SMMU3_FEAT_NESTING], "needs both stages",
			       "reason");
	KUNIT_EXPECT_STREQ_MSG(test, feat.why_off[SMMU3_FEAT_VMID16], "needs stage 2", "reason");
	KUNIT_EXPECT_STREQ_MSG(test, feat.why_off[SMMU3_FEAT_STALL],
			       "this SMMU terminates every fault", "reason");
	KUNIT_EXPECT_EQ_MSG(test, feat.oas, 32, "OAS");
	KUNIT_EXPECT_EQ_MSG(test, feat.va_bits, 48, "VA bits");
	KUNIT_EXPECT_EQ_MSG(test, feat.sid_bits, 0, "one StreamID");
	KUNIT_EXPECT_EQ_MSG(test, feat.ssid_bits, 0, "no SubstreamIDs");
	KUNIT_EXPECT_EQ_MSG(test, feat.cmdq_lg2_max, 1, "two commands");
	KUNIT_EXPECT_EQ_MSG(test, feat.pgsize_bitmap, 0x40201000ULL, "4K 2M 1G");

	regs.idr[0] = 0x0540000d;	/* S2P, TTF 3: AArch32 tables too */
	KUNIT_ASSERT_NULL_MSG(test, decode(&feat, &regs, &env), "stage 2 alone is usable");
	expect_reasons(test, &feat);
	KUNIT_EXPECT_TRUE_MSG(test,
			      smmu3_has(&feat, SMMU3_FEAT_S2) && !smmu3_has(&feat, SMMU3_FEAT_S1),
			      "stages");
	KUNIT_EXPECT_EQ_MSG(test, feat.ias, 40, "IAS is 40 at least with AArch32 tables");
}

static void impossible_values(struct kunit *test)
{
	static const struct {
		u8 reg;
		u32 clear, set;
		const char *why;
	} t[] = {
		{ 0, 0x3, 0, "IDR0 has neither stage 1 nor stage 2" },
		{ 0, 0xc, 0, "IDR0.TTF has a reserved value" },
		{ 0, 0xc, 0x4, "IDR0.TTF has no AArch64 translation tables" },
		{ 0, 0x18000000, 0x10000000, "IDR0.ST_LEVEL has a reserved value" },
		{ 0, 0, 0x18000000, "IDR0.ST_LEVEL has a reserved value" },
		{ 0, 0, 0x03000000, "IDR0.STALL_MODEL has a reserved value" },
		{ 0, 0x600000, 0x200000, "IDR0.TTENDIAN has a reserved value" },
		{ 0, 0, 0x600000, "IDR0.TTENDIAN has big-endian tables only" },
		{ 1, 0x3f, 33, "IDR1.SIDSIZE is above 32" },
		{ 1, 0x7c0, 21 << 6, "IDR1.SSIDSIZE is above 20" },
		{ 1, 0x1f << 11, 20 << 11, "IDR1.PRIQS is above 19" },
		{ 1, 0x1f << 16, 20 << 16, "IDR1.EVENTQS is above 19" },
		{ 1, 0x1f << 21, 20 << 21, "IDR1.CMDQS is above 19" },
		{ 1, 0x1f << 21, 0,
		  "IDR1.CMDQS is 0: a queue of one command has no room for its CMD_SYNC" },
		{ 5, 0x70, 0, "IDR5 has no translation granule" },
		{ 5, 0, 0x7, "IDR5.OAS has a reserved value" },
	};
	struct smmu3_features feat;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct smmu3_idr_regs regs = full;
		const char *why;

		regs.idr[t[i].reg] = (regs.idr[t[i].reg] & ~t[i].clear) | t[i].set;
		why = decode(&feat, &regs, &vhe);
		KUNIT_EXPECT_STREQ_MSG(test, why, t[i].why, "IDR%u = %#x", t[i].reg,
				       regs.idr[t[i].reg]);
		KUNIT_EXPECT_EQ_MSG(test, feat.have, 0,
				    "nothing is offered of an SMMU that is refused");
		expect_reasons(test, &feat);
	}
}

static void nothing_there(struct kunit *test)
{
	struct smmu3_idr_env big = { .big_endian = true };
	struct smmu3_idr_regs regs;
	struct smmu3_features feat;

	memset(&regs, 0xff, sizeof(regs));
	KUNIT_EXPECT_STREQ_MSG(test, decode(&feat, &regs, &vhe),
			       "ID registers read as all ones: nothing answers at this address",
			       "all ones");
	memset(&regs, 0, sizeof(regs));
	KUNIT_EXPECT_STREQ_MSG(test, decode(&feat, &regs, &vhe),
			       "ID registers read as zero: nothing answers at this address",
			       "zeroes");
	regs = full;
	regs.aidr = 0x10;
	KUNIT_EXPECT_STREQ_MSG(test, decode(&feat, &regs, &vhe),
			       "AIDR names an architecture later than SMMUv3", "AIDR");
	KUNIT_EXPECT_STREQ_MSG(test, decode(&feat, &full, &big), "the kernel is big-endian",
			       "big-endian kernel");
}

static void expect_off(struct kunit *test, const struct smmu3_idr_regs *regs,
		       const struct smmu3_idr_env *env, enum smmu3_feat f, const char *why)
{
	struct smmu3_features feat;

	KUNIT_ASSERT_NULL_MSG(test, decode(&feat, regs, env), "usable");
	expect_reasons(test, &feat);
	if (!why) {
		KUNIT_EXPECT_TRUE_MSG(test, smmu3_has(&feat, f), "%s is there, but: %s",
				      smmu3_feat_name(f), feat.why_off[f] ?: "-");
		return;
	}
	KUNIT_EXPECT_FALSE_MSG(test, smmu3_has(&feat, f), "%s is off", smmu3_feat_name(f));
	KUNIT_EXPECT_STREQ_MSG(test, feat.why_off[f], why, "why %s is off", smmu3_feat_name(f));
}

/* Each feature that a bit gives is off without the bit, and says so. */
static void bits_missing(struct kunit *test)
{
	static const struct {
		enum smmu3_feat f;
		u8 reg;
		u32 bit;
	} t[] = {
		{ SMMU3_FEAT_S1, 0, 1 << 1 },
		{ SMMU3_FEAT_S2, 0, 1 << 0 },
		{ SMMU3_FEAT_ST_2LVL, 0, 1 << 27 },
		{ SMMU3_FEAT_CD_2LVL, 0, 1 << 19 },
		{ SMMU3_FEAT_COHERENT, 0, 1 << 4 },
		{ SMMU3_FEAT_BTM, 0, 1 << 5 },
		{ SMMU3_FEAT_HA, 0, 3 << 6 },
		{ SMMU3_FEAT_HD, 0, 1 << 7 },
		{ SMMU3_FEAT_HAFT, 0, 1 << 6 },
		{ SMMU3_FEAT_HYP, 0, 1 << 9 },
		{ SMMU3_FEAT_E2H, 0, 1 << 9 },
		{ SMMU3_FEAT_ATS, 0, 1 << 10 },
		{ SMMU3_FEAT_PRI, 0, 1 << 16 },
		{ SMMU3_FEAT_MSI, 0, 1 << 13 },
		{ SMMU3_FEAT_SEV, 0, 1 << 14 },
		{ SMMU3_FEAT_ASID16, 0, 1 << 12 },
		{ SMMU3_FEAT_VMID16, 0, 1 << 18 },
		{ SMMU3_FEAT_VMW, 0, 1 << 17 },
		{ SMMU3_FEAT_TERM_MODEL, 0, 1 << 26 },
		{ SMMU3_FEAT_ATTR_PERMS_OVR, 1, 1 << 26 },
		{ SMMU3_FEAT_ATTR_TYPES_OVR, 1, 1 << 27 },
		{ SMMU3_FEAT_ECMDQ, 1, 1U << 31 },
		{ SMMU3_FEAT_FWB, 3, 1 << 8 },
		{ SMMU3_FEAT_RIL, 3, 1 << 10 },
		{ SMMU3_FEAT_BBML2, 3, 1 << 12 },
		{ SMMU3_FEAT_BBML1, 3, 3 << 11 },
		{ SMMU3_FEAT_VAX52, 5, 1 << 10 },
		{ SMMU3_FEAT_DS, 5, 1 << 7 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct smmu3_idr_regs regs = full;

		regs.idr[t[i].reg] &= ~t[i].bit;
		expect_off(test, &regs, &vhe, t[i].f, "not implemented");
	}
}

/* The CPUs' TLB maintenance: who shares ASIDs with them, and whether the parameter permits it. */
static void listening(struct kunit *test)
{
	const struct smmu3_idr_env off = { .cpu_e2h = true, .btm = SMMU3_BTM_OFF };
	const struct smmu3_idr_env bad = { .cpu_e2h = true,
					   .quirks = 1U << SMMU3_QUIRK_NO_BTM };
	const struct smmu3_idr_env bad_on = { .cpu_e2h = true, .btm = SMMU3_BTM_ON,
					      .quirks = 1U << SMMU3_QUIRK_NO_BTM };
	const struct smmu3_idr_env nc_on = { .cpu_e2h = true, .btm = SMMU3_BTM_ON,
					     .has_fw_coherent = true };
	const struct smmu3_idr_env cpu16 = { .cpu_asid_bits = 16 }, cpu8 = { .cpu_asid_bits = 8 };
	struct smmu3_idr_regs regs = full;

	expect_off(test, &full, &off, SMMU3_FEAT_BTM, "a module parameter forbids it");
	expect_off(test, &full, &bad, SMMU3_FEAT_BTM, "firmware tables forbid it");
	expect_off(test, &full, &bad_on, SMMU3_FEAT_BTM, NULL);
	expect_off(test, &full, &nc_on, SMMU3_FEAT_BTM, "needs coherent walks");
	expect_off(test, &full, &cpu16, SMMU3_FEAT_BTM, NULL);
	regs.idr[0] &= ~(1U << 12);
	expect_off(test, &regs, &cpu16, SMMU3_FEAT_BTM, "the CPUs have more ASIDs than this SMMU");
	expect_off(test, &regs, &cpu8, SMMU3_FEAT_BTM, NULL);
	regs = full;
	regs.idr[0] &= ~(1U << 1);
	expect_off(test, &regs, &vhe, SMMU3_FEAT_BTM, "needs stage 1");
	regs = full;
	regs.idr[1] &= ~(0x1fU << 6);
	expect_off(test, &regs, &vhe, SMMU3_FEAT_BTM, "needs SubstreamIDs");
}

static void reasons(struct kunit *test)
{
	const struct smmu3_idr_env nvhe = {}, no_poll = { .cpu_e2h = true, .no_msi_poll = true };
	const struct smmu3_idr_env fw_nc = { .cpu_e2h = true, .has_fw_coherent = true };
	const struct smmu3_idr_env fw_c = { .cpu_e2h = true,
					    .has_fw_coherent = true,
					    .fw_coherent = true };
	const struct smmu3_idr_env httu0 = { .has_fw_httu = true, .fw_httu = HTTU_NONE };
	const struct smmu3_idr_env httu2 = { .has_fw_httu = true, .fw_httu = HTTU_ACCESS_DIRTY };
	const struct smmu3_idr_env quirks = { .cpu_e2h = true,
					      .quirks = 1U << SMMU3_QUIRK_NO_PREFETCH |
							1U << SMMU3_QUIRK_NO_NESTING };
	struct smmu3_idr_regs regs;

	expect_off(test, &full, &nvhe, SMMU3_FEAT_E2H, "the kernel does not run with VHE");
	expect_off(test, &full, &nvhe, SMMU3_FEAT_BTM, NULL);
	expect_off(test, &full, &fw_nc, SMMU3_FEAT_COHERENT,
		   "firmware says that walks are not coherent");
	expect_off(test, &full, &fw_nc, SMMU3_FEAT_BTM, "needs coherent walks");
	expect_off(test, &full, &fw_nc, SMMU3_FEAT_HA, "needs coherent walks");
	expect_off(test, &full, &fw_nc, SMMU3_FEAT_SYNC_MSI, "needs coherent access to memory");
	expect_off(test, &full, &fw_nc, SMMU3_FEAT_MSI, NULL);
	expect_off(test, &full, &no_poll, SMMU3_FEAT_SYNC_MSI, "a module parameter forbids it");
	expect_off(test, &full, &httu0, SMMU3_FEAT_HA, "firmware forbids it");
	expect_off(test, &full, &httu2, SMMU3_FEAT_HD, NULL);
	expect_off(test, &full, &httu2, SMMU3_FEAT_HAFT, "firmware forbids it");
	expect_off(test, &full, &quirks, SMMU3_FEAT_PREFETCH_CONFIG,
		   "broken in this implementation");
	expect_off(test, &full, &quirks, SMMU3_FEAT_NESTING, "firmware tables forbid it");

	regs = full;
	regs.idr[0] &= ~(1U << 4);
	expect_off(test, &regs, &vhe, SMMU3_FEAT_COHERENT, "not implemented");
	expect_off(test, &regs, &fw_c, SMMU3_FEAT_COHERENT, NULL);
	regs = full;
	regs.idr[0] &= ~(1U << 9);
	expect_off(test, &regs, &vhe, SMMU3_FEAT_BTM,
		   "the kernel runs with VHE, this SMMU has no EL2&0 regime");
	expect_off(test, &regs, &nvhe, SMMU3_FEAT_BTM, NULL);
	regs = full;
	regs.idr[0] &= ~(1U << 13);
	expect_off(test, &regs, &vhe, SMMU3_FEAT_SYNC_MSI, "needs MSIs");
	regs = full;
	regs.idr[0] &= ~(1U << 10);
	expect_off(test, &regs, &vhe, SMMU3_FEAT_PRI, "needs ATS");
	/* firmware cannot add what the SMMU rejects in a CD */
	regs = full;
	regs.idr[0] &= ~(3U << 6);
	expect_off(test, &regs, &httu2, SMMU3_FEAT_HA, "not implemented");
	regs = full;
	regs.idr[3] |= 3U << 11;
	expect_off(test, &regs, &vhe, SMMU3_FEAT_BBML2, "reserved value of IDR3.BBML");
	regs = full;
	regs.idr[5] |= 3U << 10;
	expect_off(test, &regs, &vhe, SMMU3_FEAT_VAX52, "reserved value of IDR5.VAX");
}

static void stall_models(struct kunit *test)
{
	struct smmu3_idr_regs regs = full;

	regs.idr[0] |= 1U << 24;
	expect_off(test, &regs, &vhe, SMMU3_FEAT_STALL, "this SMMU terminates every fault");
	expect_off(test, &regs, &vhe, SMMU3_FEAT_STALL_FORCE, "faults may terminate");
	regs = full;
	regs.idr[0] |= 2U << 24;
	expect_off(test, &regs, &vhe, SMMU3_FEAT_STALL, NULL);
	expect_off(test, &regs, &vhe, SMMU3_FEAT_STALL_FORCE, NULL);
}

static void sizes(struct kunit *test)
{
	static const u8 oas[] = { 32, 36, 40, 42, 44, 48, 52 };
	struct smmu3_idr_regs regs = full;
	struct smmu3_features feat;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(oas); i++) {
		regs.idr[5] = (full.idr[5] & ~7U) | i;
		KUNIT_ASSERT_NULL_MSG(test, decode(&feat, &regs, &vhe), "OAS %u", i);
		KUNIT_EXPECT_EQ_MSG(test, feat.oas, oas[i], "OAS %u", i);
		KUNIT_EXPECT_EQ_MSG(test, !!(feat.pgsize_bitmap & (1ULL << 42)), i == 6,
				    "4T blocks come with 52 bits only");
	}
	/* 56 bits came with SMMUv3.4; 52 of them are used. */
	regs.idr[5] = full.idr[5] | 7;
	regs.aidr = 4;
	KUNIT_ASSERT_NULL_MSG(test, decode(&feat, &regs, &vhe), "OAS 7 in SMMUv3.4");
	KUNIT_EXPECT_EQ_MSG(test, feat.oas, 52, "OAS 7 in SMMUv3.4");
	regs = full;
	regs.idr[1] |= 7U << 28;
	KUNIT_ASSERT_NULL_MSG(test, decode(&feat, &regs, &vhe), "preset tables and queues");
	KUNIT_EXPECT_TRUE_MSG(test, feat.tables_preset && feat.queues_preset && feat.preset_rel,
			      "are reported");
}

static void count_texts(void *arg, const char *text)
{
	unsigned int *nr = arg;

	if (text && text[0])
		(*nr)++;
}

static void errata_by_iidr(struct kunit *test)
{
	static const struct {
		u32 iidr, quirks;
		unsigned int texts;
	} t[] = {
		/* product variant revision implementer */
		{ 0x4830043b, 1U << SMMU3_QUIRK_NO_SEV | 1U << SMMU3_QUIRK_NO_NESTING,
		  2 }, /* MMU-600 r0p0 */
		{ 0x4830243b, 1U << SMMU3_QUIRK_NO_SEV | 1U << SMMU3_QUIRK_NO_NESTING,
		  2 }, /* r0p2 */
		{ 0x4830343b, 1U << SMMU3_QUIRK_NO_NESTING, 1 }, /* r0p3 */
		{ 0x4831043b, 1U << SMMU3_QUIRK_NO_NESTING, 1 }, /* r1p0 */
		{ 0x4832043b, 0, 0 }, /* r2p0 */
		{ 0x4870043b,
		  1U << SMMU3_QUIRK_NO_BTM | 1U << SMMU3_QUIRK_FORCE_SYNC |
			  1U << SMMU3_QUIRK_NO_NESTING,
		  3 },
		{ 0x4870143b,
		  1U << SMMU3_QUIRK_NO_BTM | 1U << SMMU3_QUIRK_FORCE_SYNC |
			  1U << SMMU3_QUIRK_NO_NESTING,
		  3 },
		{ 0x4871043b,
		  1U << SMMU3_QUIRK_NO_BTM | 1U << SMMU3_QUIRK_FORCE_SYNC |
			  1U << SMMU3_QUIRK_NO_NESTING,
		  3 },
		{ 0x4871143b, 1U << SMMU3_QUIRK_NO_BTM, 1 }, /* MMU-700 r1p1 */
		{ 0x48a0043b, 1U << SMMU3_QUIRK_NO_BTM, 1 }, /* MMU-L1 */
		{ 0x498ff43b, 1U << SMMU3_QUIRK_NO_BTM, 1 }, /* MMU-S3 */
		{ 0x48300000, 0, 0 }, /* somebody else's */
		{ 0, 0, 0 },
		{ 0xffffffff, 0, 0 },
	};
	struct smmu3_idr_regs regs = full;
	struct smmu3_idr_env env = vhe;
	unsigned int i, texts;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		texts = 0;
		KUNIT_EXPECT_EQ_MSG(test, smmu3_idr_errata(t[i].iidr, count_texts, &texts),
				    t[i].quirks, "IIDR %#x", t[i].iidr);
		KUNIT_EXPECT_EQ_MSG(test, texts, t[i].texts, "IIDR %#x: each erratum is told",
				    t[i].iidr);
		KUNIT_EXPECT_EQ_MSG(test, smmu3_idr_errata(t[i].iidr, NULL, NULL), t[i].quirks,
				    "IIDR %#x, nobody listens", t[i].iidr);
	}
	regs.iidr = 0x4870043b;
	env.quirks = smmu3_idr_errata(regs.iidr, NULL, NULL);
	expect_off(test, &regs, &env, SMMU3_FEAT_BTM, "errata of MMU-700");
	expect_off(test, &regs, &env, SMMU3_FEAT_NESTING, "errata 2268618, 2812531");
	regs.iidr = 0x4830043b;
	env.quirks = smmu3_idr_errata(regs.iidr, NULL, NULL);
	expect_off(test, &regs, &env, SMMU3_FEAT_SEV, "erratum 1076982");
	expect_off(test, &regs, &env, SMMU3_FEAT_NESTING, "erratum 1209401");
}

static void names(struct kunit *test)
{
	unsigned int f;

	for (f = 0; f < SMMU3_FEAT_NR; f++)
		KUNIT_EXPECT_NOT_NULL_MSG(test, smmu3_feat_name(f), "feature %u has a name", f);
	KUNIT_EXPECT_NOT_NULL_MSG(test, smmu3_feat_name(SMMU3_FEAT_NR),
				  "what is no feature has a text too");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(everything),
	KUNIT_CASE(hardly_anything),
	KUNIT_CASE(impossible_values),
	KUNIT_CASE(nothing_there),
	KUNIT_CASE(bits_missing),
	KUNIT_CASE(listening),
	KUNIT_CASE(reasons),
	KUNIT_CASE(stall_models),
	KUNIT_CASE(sizes),
	KUNIT_CASE(errata_by_iidr),
	KUNIT_CASE(names),
	{}
};

static struct kunit_suite fmt_idr_suite = {
	.name = "smmu3_fmt_idr",
	.test_cases = cases,
};

kunit_test_suite(fmt_idr_suite);
