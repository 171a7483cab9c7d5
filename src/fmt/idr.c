// SPDX-License-Identifier: GPL-2.0-only
/*
 * Identification registers decoded into what the driver may use.
 *
 * ARM IHI 0070, 6.3.1 to 6.3.8 and 6.3.45. Layer 0.
 * Invariant: a feature is either in @have, or why_off says why not.
 */
#include <linux/array_size.h>
#include <linux/bitfield.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include "idr.h"
#include "regs.h"

/* The architecture's own limits. */
#define SIDSIZE_MAX	32
#define SSIDSIZE_MAX	20
#define QUEUE_LG2_MAX	19

static const char not_implemented[] = "not implemented";
static const char needs_coherent[] = "needs coherent walks";

/* ---------------------------------------------------------------- errata */

#define IMPLEMENTER_ARM	0x43b
#define PRODUCT_MMU_600	0x483
#define PRODUCT_MMU_700	0x487
#define PRODUCT_MMU_L1	0x48a
#define PRODUCT_MMU_S3	0x498

/*
 * A part rNpM has IIDR variant N, revision M. A row holds for variants up to @last_variant with
 * revisions up to @last_revision, or, with @either, where one of the two is not above its limit.
 */
struct erratum {
	u16 product;
	u8 last_variant, last_revision;
	bool either;
	u32 quirks;
	const char *why;	/* for why_off */
	const char *text;	/* for the log */
};

#define ANY	0xf

static const struct erratum errata[] = {
	{ PRODUCT_MMU_600, 0, 2, false, BIT(SMMU3_QUIRK_NO_SEV),
	  "erratum 1076982", "MMU-600 erratum 1076982: CMD_SYNC does not send events" },
	{ PRODUCT_MMU_600, 1, ANY, false, BIT(SMMU3_QUIRK_NO_NESTING),
	  "erratum 1209401", "MMU-600 erratum 1209401: no nested translation" },
	{ PRODUCT_MMU_700, ANY, ANY, false, BIT(SMMU3_QUIRK_NO_BTM),
	  "errata of MMU-700", "MMU-700 errata: no broadcast TLB maintenance" },
	{ PRODUCT_MMU_700, 0, 0, true, BIT(SMMU3_QUIRK_FORCE_SYNC),
	  "erratum 2812531", "MMU-700 erratum 2812531: a CMD_SYNC ends every batch of commands" },
	{ PRODUCT_MMU_700, 0, 0, true, BIT(SMMU3_QUIRK_NO_NESTING),
	  "errata 2268618, 2812531", "MMU-700 errata 2268618, 2812531: no nested translation" },
	{ PRODUCT_MMU_L1, ANY, ANY, false, BIT(SMMU3_QUIRK_NO_BTM),
	  "erratum 3878312", "MMU-L1 erratum 3878312: no broadcast TLB maintenance" },
	{ PRODUCT_MMU_S3, ANY, ANY, false, BIT(SMMU3_QUIRK_NO_BTM),
	  "erratum 3995052", "MMU-S3 erratum 3995052: no broadcast TLB maintenance" },
};

static bool erratum_applies(const struct erratum *e, u32 iidr)
{
	bool variant = FIELD_GET(IIDR_VARIANT, iidr) <= e->last_variant;
	bool revision = FIELD_GET(IIDR_REVISION, iidr) <= e->last_revision;

	return FIELD_GET(IIDR_IMPLEMENTER, iidr) == IMPLEMENTER_ARM &&
	       FIELD_GET(IIDR_PRODUCTID, iidr) == e->product &&
	       (e->either ? variant || revision : variant && revision);
}

u32 smmu3_idr_errata(u32 iidr, void (*describe)(void *arg, const char *text), void *arg)
{
	unsigned int i;
	u32 quirks = 0;

	for (i = 0; i < ARRAY_SIZE(errata); i++) {
		if (!erratum_applies(&errata[i], iidr))
			continue;
		quirks |= errata[i].quirks;
		if (describe)
			describe(arg, errata[i].text);
	}
	return quirks;
}

/* Why a quirk is set: by its erratum, else by firmware. */
static const char *quirk_why(u32 iidr, enum smmu3_quirk quirk)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(errata); i++) {
		if ((errata[i].quirks & BIT(quirk)) && erratum_applies(&errata[i], iidr))
			return errata[i].why;
	}
	return "firmware tables forbid it";
}

/* ---------------------------------------------------------------- features */

static const char * const feat_names[SMMU3_FEAT_NR] = {
	[SMMU3_FEAT_S1]			= "stage 1 translation (S1P)",
	[SMMU3_FEAT_S2]			= "stage 2 translation (S2P)",
	[SMMU3_FEAT_NESTING]		= "stage 1 on stage 2 (nesting)",
	[SMMU3_FEAT_ST_2LVL]		= "two-level stream table (ST_LEVEL)",
	[SMMU3_FEAT_CD_2LVL]		= "two-level CD tables (CD2L)",
	[SMMU3_FEAT_COHERENT]		= "coherent walks (COHACC)",
	[SMMU3_FEAT_BTM]		= "broadcast TLB maintenance (BTM)",
	[SMMU3_FEAT_HA]			= "hardware access flag (HTTU)",
	[SMMU3_FEAT_HD]			= "hardware dirty state (HTTU)",
	[SMMU3_FEAT_HAFT]		= "access flag in table descriptors (HAFT)",
	[SMMU3_FEAT_HYP]		= "EL2 regime (HYP)",
	[SMMU3_FEAT_E2H]		= "EL2&0 regime (E2H)",
	[SMMU3_FEAT_ATS]		= "PCIe address translation service (ATS)",
	[SMMU3_FEAT_PRI]		= "PCIe page requests (PRI)",
	[SMMU3_FEAT_MSI]		= "message signalled interrupts (MSI)",
	[SMMU3_FEAT_SEV]		= "CMD_SYNC sends an event (SEV)",
	[SMMU3_FEAT_SYNC_MSI]		= "CMD_SYNC writes to memory",
	[SMMU3_FEAT_STALL]		= "stalling faults (STALL_MODEL)",
	[SMMU3_FEAT_STALL_FORCE]	= "faults always stall (STALL_MODEL)",
	[SMMU3_FEAT_ASID16]		= "16-bit ASIDs (ASID16)",
	[SMMU3_FEAT_VMID16]		= "16-bit VMIDs (VMID16)",
	[SMMU3_FEAT_RIL]		= "range invalidation (RIL)",
	[SMMU3_FEAT_FWB]		= "stage 2 forced write-back (FWB)",
	[SMMU3_FEAT_BBML1]		= "block size change with nT (BBML 1)",
	[SMMU3_FEAT_BBML2]		= "block size change without break (BBML 2)",
	[SMMU3_FEAT_VAX52]		= "52-bit virtual addresses, 64K granule (VAX)",
	[SMMU3_FEAT_DS]			= "52-bit addresses, 4K and 16K granules (DS)",
	[SMMU3_FEAT_ATTR_TYPES_OVR]	= "memory type override (ATTR_TYPES_OVR)",
	[SMMU3_FEAT_ATTR_PERMS_OVR]	= "permission override (ATTR_PERMS_OVR)",
	[SMMU3_FEAT_ECMDQ]		= "enhanced command queues (ECMDQ)",
	[SMMU3_FEAT_PREFETCH_CONFIG]	= "CMD_PREFETCH_CONFIG",
	[SMMU3_FEAT_TERM_MODEL]		= "terminated means aborted (TERM_MODEL)",
	[SMMU3_FEAT_VMW]		= "VMID wildcards (VMW)",
};

const char *smmu3_feat_name(enum smmu3_feat f)
{
	return (unsigned int)f < SMMU3_FEAT_NR ? feat_names[f] : "no feature";
}

/* @why_off NULL: the feature is there. */
static void feat_set(struct smmu3_features *feat, enum smmu3_feat f, const char *why_off)
{
	feat->why_off[f] = why_off;
	if (why_off)
		feat->have &= ~BIT_ULL(f);
	else
		feat->have |= BIT_ULL(f);
}

static void feat_bit(struct smmu3_features *feat, enum smmu3_feat f, bool implemented)
{
	feat_set(feat, f, implemented ? NULL : not_implemented);
}

static void decode_stages(struct smmu3_features *feat, const struct smmu3_idr_regs *regs,
			  const struct smmu3_idr_env *env)
{
	u32 idr0 = regs->idr[0], idr3 = regs->idr[3];
	bool s1 = idr0 & IDR0_S1P, s2 = idr0 & IDR0_S2P;

	feat_bit(feat, SMMU3_FEAT_S1, s1);
	feat_bit(feat, SMMU3_FEAT_S2, s2);
	if (!s1 || !s2)
		feat_set(feat, SMMU3_FEAT_NESTING, "needs both stages");
	else if (env->quirks & BIT(SMMU3_QUIRK_NO_NESTING))
		feat_set(feat, SMMU3_FEAT_NESTING, quirk_why(regs->iidr, SMMU3_QUIRK_NO_NESTING));
	else
		feat_set(feat, SMMU3_FEAT_NESTING, NULL);

	feat_bit(feat, SMMU3_FEAT_ST_2LVL, FIELD_GET(IDR0_ST_LEVEL, idr0) == ST_LEVEL_2LVL);
	feat_bit(feat, SMMU3_FEAT_CD_2LVL, idr0 & IDR0_CD2L);
	feat_set(feat, SMMU3_FEAT_ASID16,
		 !s1		      ? "needs stage 1"
		 : idr0 & IDR0_ASID16 ? NULL
				      : not_implemented);
	feat_set(feat, SMMU3_FEAT_VMID16,
		 !s2		      ? "needs stage 2"
		 : idr0 & IDR0_VMID16 ? NULL
				      : not_implemented);
	feat_set(feat, SMMU3_FEAT_VMW,
		 !s2		   ? "needs stage 2"
		 : idr0 & IDR0_VMW ? NULL
				   : not_implemented);
	feat_set(feat, SMMU3_FEAT_FWB,
		 !s2		   ? "needs stage 2"
		 : idr3 & IDR3_FWB ? NULL
				   : not_implemented);
	feat->asid_bits = smmu3_has(feat, SMMU3_FEAT_ASID16) ? 16 : 8;
	feat->vmid_bits = smmu3_has(feat, SMMU3_FEAT_VMID16) ? 16 : 8;
}

static void decode_coherence(struct smmu3_features *feat, const struct smmu3_idr_regs *regs,
			     const struct smmu3_idr_env *env)
{
	u32 idr0 = regs->idr[0];

	if (env->has_fw_coherent)
		feat_set(feat, SMMU3_FEAT_COHERENT,
			 env->fw_coherent ? NULL : "firmware says that walks are not coherent");
	else
		feat_bit(feat, SMMU3_FEAT_COHERENT, idr0 & IDR0_COHACC);

	feat_bit(feat, SMMU3_FEAT_HYP, idr0 & IDR0_HYP);
	feat_set(feat, SMMU3_FEAT_E2H, !(idr0 & IDR0_HYP) ? not_implemented :
		 env->cpu_e2h ? NULL : "the kernel does not run with VHE");
}

/*
 * HTTU-MIN: firmware may take updates away but not add them: the SMMU itself
 * rejects CD.HA and CD.HD beyond IDR0.HTTU.
 */
static void decode_httu(struct smmu3_features *feat, u32 idr0, const struct smmu3_idr_env *env)
{
	static const struct {
		enum smmu3_feat f;
		u8 level;
	} levels[] = {
		{ SMMU3_FEAT_HA, HTTU_ACCESS },
		{ SMMU3_FEAT_HD, HTTU_ACCESS_DIRTY },
		{ SMMU3_FEAT_HAFT, HTTU_ACCESS_DIRTY_HAFT },
	};
	u8 hw = FIELD_GET(IDR0_HTTU, idr0), fw = env->has_fw_httu ? env->fw_httu : hw;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(levels); i++) {
		const char *why = NULL;

		if (hw < levels[i].level)
			why = not_implemented;
		else if (fw < levels[i].level)
			why = "firmware forbids it";
		else if (!smmu3_has(feat, SMMU3_FEAT_COHERENT))
			why = needs_coherent;
		feat_set(feat, levels[i].f, why);
	}
}

static void decode_interfaces(struct smmu3_features *feat, const struct smmu3_idr_regs *regs,
			      const struct smmu3_idr_env *env)
{
	u32 idr0 = regs->idr[0], stall = FIELD_GET(IDR0_STALL_MODEL, idr0);

	/* 6.3.1, STALL_MODEL: not for PCI systems; stage 2 that stalls excludes ATS (5.2, S2S). */
	feat_set(feat, SMMU3_FEAT_ATS, !(idr0 & IDR0_ATS) ? not_implemented :
		 stall == STALL_MODEL_STALL ? "faults always stall" : NULL);
	feat_set(feat, SMMU3_FEAT_PRI, !(idr0 & IDR0_PRI) ? not_implemented :
		 smmu3_has(feat, SMMU3_FEAT_ATS) ? NULL : "needs ATS");
	feat_bit(feat, SMMU3_FEAT_MSI, idr0 & IDR0_MSI);
	feat_set(feat, SMMU3_FEAT_SEV,
		 !(idr0 & IDR0_SEV)			 ? not_implemented
		 : env->quirks & BIT(SMMU3_QUIRK_NO_SEV) ? quirk_why(regs->iidr, SMMU3_QUIRK_NO_SEV)
							 : NULL);

	if (!(idr0 & IDR0_MSI))
		feat_set(feat, SMMU3_FEAT_SYNC_MSI, "needs MSIs");
	else if (!smmu3_has(feat, SMMU3_FEAT_COHERENT))
		feat_set(feat, SMMU3_FEAT_SYNC_MSI, "needs coherent access to memory");
	else
		feat_set(feat, SMMU3_FEAT_SYNC_MSI,
			 env->no_msi_poll ? "a module parameter forbids it" : NULL);

	feat_set(feat, SMMU3_FEAT_STALL,
		 stall == STALL_MODEL_TERMINATE ? "this SMMU terminates every fault" : NULL);
	feat_set(feat, SMMU3_FEAT_STALL_FORCE,
		 stall == STALL_MODEL_STALL ? NULL : "faults may terminate");
	feat_bit(feat, SMMU3_FEAT_TERM_MODEL, idr0 & IDR0_TERM_MODEL);
	feat_set(feat, SMMU3_FEAT_PREFETCH_CONFIG, env->quirks & BIT(SMMU3_QUIRK_NO_PREFETCH) ?
		 "broken in this implementation" : NULL);
}

static void decode_idr1_idr3(struct smmu3_features *feat, const struct smmu3_idr_regs *regs)
{
	u32 idr1 = regs->idr[1], idr3 = regs->idr[3], bbml = FIELD_GET(IDR3_BBML, idr3);

	feat->sid_bits = FIELD_GET(IDR1_SIDSIZE, idr1);
	feat->ssid_bits = idr1 & IDR1_SSIDSIZE ? FIELD_GET(IDR1_SSIDSIZE, idr1) : 0;
	feat->cmdq_lg2_max = FIELD_GET(IDR1_CMDQS, idr1);
	feat->evtq_lg2_max = FIELD_GET(IDR1_EVENTQS, idr1);
	feat->priq_lg2_max = FIELD_GET(IDR1_PRIQS, idr1);
	feat->tables_preset = idr1 & IDR1_TABLES_PRESET;
	feat->queues_preset = idr1 & IDR1_QUEUES_PRESET;
	feat->preset_rel = idr1 & IDR1_REL;
	feat_bit(feat, SMMU3_FEAT_ATTR_TYPES_OVR, idr1 & IDR1_ATTR_TYPES_OVR);
	feat_bit(feat, SMMU3_FEAT_ATTR_PERMS_OVR, idr1 & IDR1_ATTR_PERMS_OVR);
	feat_bit(feat, SMMU3_FEAT_ECMDQ, idr1 & IDR1_ECMDQ);
	if (idr1 & IDR1_ECMDQ) {
		feat->ecmdq_lg2_per_page = FIELD_GET(IDR6_CMDQ_CONTROL_PAGE_LOG2NUMQ, regs->idr[6]);
		feat->ecmdq_lg2_pages = FIELD_GET(IDR6_CMDQ_CONTROL_PAGE_LOG2NUMP, regs->idr[6]);
	}

	feat_bit(feat, SMMU3_FEAT_RIL, idr3 & IDR3_RIL);
	if (bbml == 3) {
		feat_set(feat, SMMU3_FEAT_BBML1, "reserved value of IDR3.BBML");
		feat_set(feat, SMMU3_FEAT_BBML2, "reserved value of IDR3.BBML");
		return;
	}
	feat_bit(feat, SMMU3_FEAT_BBML1, bbml >= 1);
	feat_bit(feat, SMMU3_FEAT_BBML2, bbml >= 2);
}

/* IDR5: address sizes and granules. The value of OAS was checked. */
static void decode_sizes(struct smmu3_features *feat, const struct smmu3_idr_regs *regs)
{
	static const u8 oas_bits[] = { 32, 36, 40, 42, 44, 48, 52, 52 };
	u32 idr5 = regs->idr[5], vax = FIELD_GET(IDR5_VAX, idr5);
	bool aarch32 = FIELD_GET(IDR0_TTF, regs->idr[0]) & TTF_AARCH32;

	feat->oas = oas_bits[FIELD_GET(IDR5_OAS, idr5)];
	feat->ias = aarch32 ? max_t(u8, 40, feat->oas) : feat->oas;
	feat->stall_max = FIELD_GET(IDR5_STALL_MAX, idr5);

	if (idr5 & IDR5_GRAN4K)
		feat->pgsize_bitmap |= SZ_4K | SZ_2M | SZ_1G;
	if (idr5 & IDR5_GRAN16K)
		feat->pgsize_bitmap |= SZ_16K | SZ_32M;
	if (idr5 & IDR5_GRAN64K) {
		feat->pgsize_bitmap |= SZ_64K | SZ_512M;
		/* Level 1 blocks come with 52-bit output. */
		if (feat->oas == 52)
			feat->pgsize_bitmap |= BIT_ULL(42);
	}

	/* 56-bit addresses (VAX 2) contain the 52-bit ones. */
	feat->va_bits = vax == VAX_48 || vax == 3 ? 48 : 52;
	feat_set(feat, SMMU3_FEAT_VAX52, vax == 3 ? "reserved value of IDR5.VAX" :
		 feat->va_bits == 52 ? NULL : not_implemented);
	feat_bit(feat, SMMU3_FEAT_DS, idr5 & IDR5_DS);
}

/*
 * What a process shares with the SMMU is an ASID, so both must know the same ASIDs of the same
 * regime; and tables are read as the CPUs write them. Where no process can share, listening would
 * only slow the CPUs down.
 */
static const char *btm_why_off(const struct smmu3_features *feat, const struct smmu3_idr_regs *regs,
			       const struct smmu3_idr_env *env)
{
	if (!(regs->idr[0] & IDR0_BTM))
		return not_implemented;
	if (env->btm == SMMU3_BTM_OFF)
		return "a module parameter forbids it";
	if (env->quirks & BIT(SMMU3_QUIRK_NO_BTM) && env->btm != SMMU3_BTM_ON)
		return quirk_why(regs->iidr, SMMU3_QUIRK_NO_BTM);
	if (!smmu3_has(feat, SMMU3_FEAT_COHERENT))
		return needs_coherent;
	if (!smmu3_has(feat, SMMU3_FEAT_S1))
		return "needs stage 1";
	if (!feat->ssid_bits)
		return "needs SubstreamIDs";
	if (env->cpu_e2h && !smmu3_has(feat, SMMU3_FEAT_E2H))
		return "the kernel runs with VHE, this SMMU has no EL2&0 regime";
	if (env->cpu_asid_bits > feat->asid_bits)
		return "the CPUs have more ASIDs than this SMMU";
	return NULL;
}

static const char *check_idr0(u32 idr0, const struct smmu3_idr_env *env)
{
	if (!(idr0 & (IDR0_S1P | IDR0_S2P)))
		return "IDR0 has neither stage 1 nor stage 2";
	if (!FIELD_GET(IDR0_TTF, idr0))
		return "IDR0.TTF has a reserved value";
	if (!(FIELD_GET(IDR0_TTF, idr0) & TTF_AARCH64))
		return "IDR0.TTF has no AArch64 translation tables";
	if (FIELD_GET(IDR0_ST_LEVEL, idr0) > ST_LEVEL_2LVL)
		return "IDR0.ST_LEVEL has a reserved value";
	if (FIELD_GET(IDR0_STALL_MODEL, idr0) > STALL_MODEL_STALL)
		return "IDR0.STALL_MODEL has a reserved value";
	if (FIELD_GET(IDR0_TTENDIAN, idr0) == 1)
		return "IDR0.TTENDIAN has a reserved value";
	if (FIELD_GET(IDR0_TTENDIAN, idr0) == TTENDIAN_BE)
		return "IDR0.TTENDIAN has big-endian tables only";
	/* Descriptors are made little-endian, page tables in the order of the CPU. */
	if (env->big_endian)
		return "the kernel is big-endian";
	return NULL;
}

static const char *check_idr1(u32 idr1)
{
	if (FIELD_GET(IDR1_SIDSIZE, idr1) > SIDSIZE_MAX)
		return "IDR1.SIDSIZE is above 32";
	if (FIELD_GET(IDR1_SSIDSIZE, idr1) > SSIDSIZE_MAX)
		return "IDR1.SSIDSIZE is above 20";
	if (FIELD_GET(IDR1_CMDQS, idr1) > QUEUE_LG2_MAX)
		return "IDR1.CMDQS is above 19";
	if (FIELD_GET(IDR1_EVENTQS, idr1) > QUEUE_LG2_MAX)
		return "IDR1.EVENTQS is above 19";
	if (FIELD_GET(IDR1_PRIQS, idr1) > QUEUE_LG2_MAX)
		return "IDR1.PRIQS is above 19";
	if (!FIELD_GET(IDR1_CMDQS, idr1))
		return "IDR1.CMDQS is 0: a queue of one command has no room for its CMD_SYNC";
	return NULL;
}

static const char *check_idr5(u32 idr5, u32 aidr)
{
	if (!(idr5 & (IDR5_GRAN4K | IDR5_GRAN16K | IDR5_GRAN64K)))
		return "IDR5 has no translation granule";
	/* OAS-56: 56 bits, of which 52 are used; the value came with SMMUv3.4. */
	if (FIELD_GET(IDR5_OAS, idr5) == 7 && FIELD_GET(AIDR_ARCHMINORREV, aidr) < 4)
		return "IDR5.OAS has a reserved value";
	return NULL;
}

static const char *check_regs(const struct smmu3_idr_regs *regs, const struct smmu3_idr_env *env)
{
	const char *bad;

	if (regs->idr[0] == U32_MAX && regs->idr[1] == U32_MAX)
		return "ID registers read as all ones: nothing answers at this address";
	if (!regs->idr[0] && !regs->idr[1])
		return "ID registers read as zero: nothing answers at this address";
	if (FIELD_GET(AIDR_ARCHMAJORREV, regs->aidr))
		return "AIDR names an architecture later than SMMUv3";
	bad = check_idr0(regs->idr[0], env);
	if (!bad)
		bad = check_idr1(regs->idr[1]);
	if (!bad)
		bad = check_idr5(regs->idr[5], regs->aidr);
	return bad;
}

const char *smmu3_idr_decode(struct smmu3_features *feat, const struct smmu3_idr_regs *regs,
			     const struct smmu3_idr_env *env)
{
	const char *bad = check_regs(regs, env);
	unsigned int i;

	memset(feat, 0, sizeof(*feat));
	for (i = 0; i < SMMU3_FEAT_NR; i++)
		feat->why_off[i] = "this SMMU is not usable";
	if (bad)
		return bad;

	feat->arch_minor = FIELD_GET(AIDR_ARCHMINORREV, regs->aidr);
	decode_stages(feat, regs, env);
	decode_coherence(feat, regs, env);
	decode_httu(feat, regs->idr[0], env);
	decode_interfaces(feat, regs, env);
	decode_idr1_idr3(feat, regs);
	decode_sizes(feat, regs);
	feat_set(feat, SMMU3_FEAT_BTM, btm_why_off(feat, regs, env));
	return NULL;
}
