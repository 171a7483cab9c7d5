/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Identification registers decoded into what the driver may use.
 *
 * ARM IHI 0070, 6.3.1 to 6.3.8 and 6.3.45. Layer 0.
 * ID registers are input: an impossible value gives one clear error, never a guess.
 */
#ifndef SMMU3_FMT_IDR_H
#define SMMU3_FMT_IDR_H

#include <linux/types.h>

/**
 * struct smmu3_idr_regs - raw register values
 * @idr: SMMU_IDR0 to SMMU_IDR6
 * @iidr: SMMU_IIDR
 * @aidr: SMMU_AIDR
 */
struct smmu3_idr_regs {
	u32 idr[7];
	u32 iidr;
	u32 aidr;
};

/*
 * enum smmu3_feat - a capability that the driver uses or reports
 */
enum smmu3_feat {
	SMMU3_FEAT_S1, /* stage 1 */
	SMMU3_FEAT_S2, /* stage 2 */
	SMMU3_FEAT_NESTING, /* both, one on the other */
	SMMU3_FEAT_ST_2LVL, /* two-level stream table */
	SMMU3_FEAT_CD_2LVL, /* two-level CD table */
	SMMU3_FEAT_COHERENT, /* walks, queues and tables are coherent */
	SMMU3_FEAT_BTM, /* broadcast TLB maintenance */
	SMMU3_FEAT_HA, /* hardware access flag */
	SMMU3_FEAT_HD, /* hardware dirty state */
	SMMU3_FEAT_HAFT, /* access flag in table descriptors */
	SMMU3_FEAT_HYP, /* EL2 regime */
	SMMU3_FEAT_E2H, /* EL2&0 regime: VHE hosts */
	SMMU3_FEAT_ATS,
	SMMU3_FEAT_PRI,
	SMMU3_FEAT_MSI, /* the SMMU's own interrupts may be MSIs */
	SMMU3_FEAT_SEV, /* CMD_SYNC may send an event */
	SMMU3_FEAT_SYNC_MSI, /* CMD_SYNC completion by a write to memory (MSI and coherent) */
	SMMU3_FEAT_STALL, /* faults may stall */
	SMMU3_FEAT_STALL_FORCE, /* faults always stall */
	SMMU3_FEAT_ASID16,
	SMMU3_FEAT_VMID16,
	SMMU3_FEAT_RIL, /* range invalidation */
	SMMU3_FEAT_FWB, /* stage 2 forced write-back */
	SMMU3_FEAT_BBML1,
	SMMU3_FEAT_BBML2,
	SMMU3_FEAT_VAX52, /* 52-bit VA, 64K granule */
	SMMU3_FEAT_DS, /* 52-bit output and VA with 4K and 16K */
	SMMU3_FEAT_ATTR_TYPES_OVR,
	SMMU3_FEAT_ATTR_PERMS_OVR,
	SMMU3_FEAT_ECMDQ,
	SMMU3_FEAT_PREFETCH_CONFIG, /* CMD_PREFETCH_CONFIG works */
	SMMU3_FEAT_TERM_MODEL, /* terminated means aborted only */
	SMMU3_FEAT_VMW,
	SMMU3_FEAT_NR
};

/*
 * enum smmu3_quirk - a property of an implementation that firmware tables or errata give
 */
enum smmu3_quirk {
	SMMU3_QUIRK_NO_PREFETCH,	/* CMD_PREFETCH_CONFIG must not be sent */
	SMMU3_QUIRK_PAGE0_ONLY,		/* page 1 registers lie in page 0 */
	SMMU3_QUIRK_NO_SEV,
	SMMU3_QUIRK_NO_NESTING,
	SMMU3_QUIRK_NO_BTM,
	SMMU3_QUIRK_FORCE_SYNC,		/* a CMD_SYNC after every batch part (2812531) */
	SMMU3_QUIRK_SYNC_MSI_64,	/* the sync MSI writes 64 bits */
	SMMU3_QUIRK_NR
};

/* Module parameter btm: whether the CPUs' TLB maintenance is listened to. */
enum smmu3_btm_policy {
	SMMU3_BTM_AUTO,	/* where nothing is known against it */
	SMMU3_BTM_ON,	/* also on parts with errata */
	SMMU3_BTM_OFF,
};

/**
 * struct smmu3_idr_env - what decides beside the registers
 * @quirks: bit mask of BIT(enum smmu3_quirk)
 * @has_fw_coherent: firmware says whether walks are coherent; it wins over IDR0.COHACC
 * @fw_coherent: what it says
 * @has_fw_httu: firmware (ACPI) says what HTTU may be used; it wins over IDR0.HTTU
 * @fw_httu: HTTU_* of regs.h
 * @cpu_e2h: the kernel runs with VHE
 * @big_endian: the kernel is big-endian
 * @no_msi_poll: a module parameter forbids sync completion by memory write
 * @btm: module parameter
 * @cpu_asid_bits: of the CPUs' ASIDs: 8 or 16
 */
struct smmu3_idr_env {
	u32	quirks;
	bool	has_fw_coherent, fw_coherent;
	bool	has_fw_httu;
	u8	fw_httu;
	bool	cpu_e2h, big_endian, no_msi_poll;
	enum smmu3_btm_policy btm;
	u8	cpu_asid_bits;
};

/**
 * struct smmu3_features - decoded
 * @have: BIT_ULL(enum smmu3_feat)
 * @why_off: for each feature not in @have, a constant text that says why; NULL where it is in @have
 * @ias: input address bits of stage 2 (IPA), at most @oas or 40
 * @va_bits: input address bits of stage 1: 48 or 52
 * @oas: output address bits
 * @sid_bits: StreamID bits
 * @ssid_bits: SubstreamID bits, 0: none
 * @asid_bits: 8 or 16
 * @vmid_bits: 8 or 16
 * @cmdq_lg2_max: log2 entries
 * @evtq_lg2_max: log2 entries
 * @priq_lg2_max: log2 entries
 * @stall_max: IDR5.STALL_MAX
 * @pgsize_bitmap: page and block sizes that the granules give, for io-pgtable
 * @tables_preset: IDR1.TABLES_PRESET: the stream table lies where the SMMU says
 * @queues_preset: IDR1.QUEUES_PRESET: the queues likewise
 * @preset_rel: IDR1.REL: preset addresses are relative to the SMMU's registers
 * @ecmdq_lg2_per_page: IDR6: log2 queues of a control page
 * @ecmdq_lg2_pages: IDR6: log2 control pages
 * @arch_minor: AIDR
 */
struct smmu3_features {
	u64		have;
	const char	*why_off[SMMU3_FEAT_NR];
	u8		ias, va_bits, oas, sid_bits, ssid_bits, asid_bits, vmid_bits;
	u8		cmdq_lg2_max, evtq_lg2_max, priq_lg2_max;
	u16		stall_max;
	unsigned long	pgsize_bitmap;
	bool		tables_preset, queues_preset, preset_rel;
	u8		ecmdq_lg2_per_page, ecmdq_lg2_pages;
	u8		arch_minor;
};

static inline bool smmu3_has(const struct smmu3_features *feat, enum smmu3_feat f)
{
	return feat->have & (1ULL << f);
}

/**
 * smmu3_idr_decode() - registers into features
 * @feat: filled
 * @regs: raw values
 * @env: what else decides
 *
 * Return: NULL, or a constant text that says why this SMMU cannot be driven (no stage, no AArch64
 * tables, wrong endianness, reserved encodings of ST_LEVEL, TTENDIAN, STALL_MODEL, OAS, no
 * granule, a queue size of 0 commands, SIDSIZE above 32, SSIDSIZE above 20 ...).
 */
const char *smmu3_idr_decode(struct smmu3_features *feat, const struct smmu3_idr_regs *regs,
			     const struct smmu3_idr_env *env);

/* "range invalidation (RIL)"; never NULL. */
const char *smmu3_feat_name(enum smmu3_feat f);

/**
 * smmu3_idr_errata() - quirks of an implementation by its IIDR
 * @iidr: SMMU_IIDR
 * @describe: if not NULL called for each erratum that applies, with its number and effect
 * @arg: for @describe
 *
 * One table; see kernel documentation silicon-errata for the numbers.
 * Return: mask of BIT(enum smmu3_quirk).
 */
u32 smmu3_idr_errata(u32 iidr, void (*describe)(void *arg, const char *text), void *arg);

#endif
