/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stream table entry (STE) and level 1 stream table descriptor.
 *
 * ARM IHI 0070, chapter 5 "Data structure formats", 5.1 and 5.2. Layer 0.
 * Makers compute a whole entry from nothing: every bit that the chosen configuration makes
 * the SMMU ignore is 0.
 */
#ifndef SMMU3_FMT_STE_H
#define SMMU3_FMT_STE_H

#include <linux/types.h>
#include <linux/bits.h>
#include "entry.h"

/* word 0 */
#define STE_V			BIT_ULL(0)
#define STE_CONFIG		GENMASK_ULL(3, 1)
#define  STE_CONFIG_ABORT	0
#define  STE_CONFIG_BYPASS	4
#define  STE_CONFIG_S1		5
#define  STE_CONFIG_S2		6
#define  STE_CONFIG_NESTED	7
#define STE_S1FMT		GENMASK_ULL(5, 4)
#define  S1FMT_LINEAR		0
#define  S1FMT_4K_L2		1
#define  S1FMT_64K_L2		2
#define STE_S1CONTEXTPTR	GENMASK_ULL(55, 6)
#define STE_S1CDMAX		GENMASK_ULL(63, 59)
/* word 1 */
#define STE_S1DSS		GENMASK_ULL(1, 0)
#define  S1DSS_TERMINATE	0
#define  S1DSS_BYPASS		1
#define  S1DSS_SSID0		2
#define STE_S1CIR		GENMASK_ULL(3, 2)
#define STE_S1COR		GENMASK_ULL(5, 4)
#define STE_S1CSH		GENMASK_ULL(7, 6)
#define STE_DRE			BIT_ULL(12)
#define STE_CONT		GENMASK_ULL(16, 13)
#define STE_DCP			BIT_ULL(17)
#define STE_PPAR		BIT_ULL(18)
#define STE_MEV			BIT_ULL(19)
#define STE_SW_RESERVED		GENMASK_ULL(23, 20)
#define STE_S2FWB		BIT_ULL(25)
#define STE_S1MPAM		BIT_ULL(26)
#define STE_S1STALLD		BIT_ULL(27)
#define STE_EATS		GENMASK_ULL(29, 28)
#define  EATS_ABORT		0
#define  EATS_TRANS		1
#define  EATS_S1CHK		2
#define STE_STRW		GENMASK_ULL(31, 30)
#define  STRW_NSEL1		0
#define  STRW_EL2		2
#define STE_MEMATTR		GENMASK_ULL(35, 32)
#define STE_MTCFG		BIT_ULL(36)
#define STE_ALLOCCFG		GENMASK_ULL(40, 37)
#define STE_SHCFG		GENMASK_ULL(45, 44)
#define  SHCFG_NON_SHAREABLE	0
#define  SHCFG_INCOMING		1
#define STE_NSCFG		GENMASK_ULL(47, 46)
#define STE_PRIVCFG		GENMASK_ULL(49, 48)
#define STE_INSTCFG		GENMASK_ULL(51, 50)
/* word 2 */
#define STE_S2VMID		GENMASK_ULL(15, 0)
#define STE_S2T0SZ		GENMASK_ULL(37, 32)
#define STE_S2SL0		GENMASK_ULL(39, 38)
#define STE_S2IR0		GENMASK_ULL(41, 40)
#define STE_S2OR0		GENMASK_ULL(43, 42)
#define STE_S2SH0		GENMASK_ULL(45, 44)
#define STE_S2TG		GENMASK_ULL(47, 46)
#define STE_S2PS		GENMASK_ULL(50, 48)
#define STE_S2AA64		BIT_ULL(51)
#define STE_S2ENDI		BIT_ULL(52)
#define STE_S2AFFD		BIT_ULL(53)
#define STE_S2PTW		BIT_ULL(54)
#define STE_S2HD		BIT_ULL(55)
#define STE_S2HA		BIT_ULL(56)
#define STE_S2S			BIT_ULL(57)
#define STE_S2R			BIT_ULL(58)
/* word 3 */
#define STE_S2TTB		GENMASK_ULL(55, 4)

#define STE_L1_SPAN		GENMASK_ULL(4, 0)
#define STE_L1_L2PTR		GENMASK_ULL(55, 6)

/* CD fetch attributes in S1CIR, S1COR */
#define S1C_NC			0
#define S1C_WBRA		1

/**
 * struct smmu3_ste - one entry as the SMMU reads it
 * @q: words, little-endian
 */
struct smmu3_ste {
	__le64 q[SMMU3_ENTRY_QWORDS];
} __aligned(64);

/**
 * struct smmu3_ste_s1 - what a stage 1 STE is made from
 * @cdtab_pa: physical address of the CD table (level 1 or linear), aligned as the format asks
 * @s1fmt: S1FMT_*
 * @s1cdmax_lg2: log2 of the number of CDs; 0: the stream has no SubstreamIDs
 * @s1dss: S1DSS_*, what a transaction without SubstreamID meets; ignored (0) with @s1cdmax_lg2 0
 * @eats: EATS_*
 * @strw: STRW_*
 * @stalld: faults of this stream never stall (S1STALLD)
 * @coherent: the SMMU reads CDs coherently
 * @shcfg_incoming: IDR1.ATTR_TYPES_OVR is there, so SHCFG has to say "use incoming"
 */
struct smmu3_ste_s1 {
	u64	cdtab_pa;
	u8	s1fmt;
	u8	s1cdmax_lg2;
	u8	s1dss;
	u8	eats;
	u8	strw;
	bool	stalld;
	bool	coherent;
	bool	shcfg_incoming;
};

/**
 * struct smmu3_ste_s2 - what a stage 2 STE is made from
 * @ttb: physical address of the stage 2 table (S2TTB)
 * @vmid: S2VMID
 * @t0sz: S2T0SZ
 * @sl0: S2SL0
 * @ir0: S2IR0
 * @or0: S2OR0
 * @sh0: S2SH0
 * @tg: S2TG
 * @ps: S2PS
 * @eats: EATS_*
 * @s2fwb: S2FWB (IDR3.FWB)
 * @ptw: a stage 1 walk that hits Device memory faults (S2PTW)
 * @stall: a fault stalls (S2S); illegal with @eats other than EATS_ABORT
 * @shcfg_incoming: as in &struct smmu3_ste_s1
 */
struct smmu3_ste_s2 {
	u64	ttb;
	u16	vmid;
	u8	t0sz, sl0, ir0, or0, sh0, tg, ps;
	u8	eats;
	bool	s2fwb;
	bool	ptw;
	bool	stall;
	bool	shcfg_incoming;
};

/* Makers: fill *ste whole. Pure; any context. */
void smmu3_ste_make_abort(struct smmu3_ste *ste);
void smmu3_ste_make_bypass(struct smmu3_ste *ste, bool shcfg_incoming);
void smmu3_ste_make_s1(struct smmu3_ste *ste, const struct smmu3_ste_s1 *cfg);
void smmu3_ste_make_s2(struct smmu3_ste *ste, const struct smmu3_ste_s2 *cfg);
/* Nested: stage 1 of @s1 on stage 2 of @s2; @s2's eats wins. */
void smmu3_ste_make_nested(struct smmu3_ste *ste, const struct smmu3_ste_s1 *s1,
			   const struct smmu3_ste_s2 *s2);

/*
 * Answers to page requests that the SMMU gives by itself carry the PASID (PPAR; not without
 * IDR0.PRI and SubstreamIDs). In every entry of a stream that is no abort, or none: it is one more
 * bit in use in all of them, and a change of it along with others would not be hitless.
 */
void smmu3_ste_add_ppar(struct smmu3_ste *ste);

/**
 * smmu3_ste_used() - &typedef smmu3_entry_used_fn for STEs
 * @q: the entry's words
 * @used: masks, filled
 */
void smmu3_ste_used(const __le64 *q, __le64 *used);

/**
 * smmu3_ste_plan() - smmu3_entry_plan() for STEs
 * @plan: filled
 * @cur: as it stands
 * @target: as it shall stand
 */
void smmu3_ste_plan(struct smmu3_entry_plan *plan, const struct smmu3_ste *cur,
		    const struct smmu3_ste *target);

/* Text of any entry and its terminating NUL. */
#define SMMU3_STE_TEXT_SZ	320

/**
 * smmu3_ste_to_text() - one line that names every field in use
 * @buf: filled, always terminated
 * @sz: its size in bytes; SMMU3_STE_TEXT_SZ suffices for any entry
 * @ste: the entry
 *
 * Return: characters written without the terminating NUL.
 */
int smmu3_ste_to_text(char *buf, size_t sz, const struct smmu3_ste *ste);

/*
 * Level 1 descriptor of a two-level stream table: @l2_lg2 is log2 of the entries of the level 2
 * table.
 */
u64 smmu3_ste_l1_make(u64 l2_pa, u8 l2_lg2);

#endif
