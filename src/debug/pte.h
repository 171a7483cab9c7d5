/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Translation tables decoded: where a walk starts, and what an entry says.
 *
 * ARM IHI 0070, 3.4 "Address sizes", 5.2 and 5.4 (where the tables begin); Arm ARM DDI 0487,
 * chapter D8 "The AArch64 Virtual Memory System Architecture" (the entries). Beside the layers,
 * pure: includes fmt only, so a host test compiles it. An entry may be anything, even memory that
 * is no table any more: every value is legal to the decoder.
 */
#ifndef SMMU3_DEBUG_PTE_H
#define SMMU3_DEBUG_PTE_H

#include <linux/types.h>
#include "../fmt/cd.h"
#include "../fmt/ste.h"

#define SMMU3_PT_LAST_LEVEL	3

/**
 * struct smmu3_pt - a set of translation tables
 * @root: physical address of the first table
 * @stage: 1 or 2
 * @granule_lg2: 12, 14 or 16
 * @ia_bits: input address bits
 * @start: level of the first table; at stage 2 it may be several tables, one behind the other
 */
struct smmu3_pt {
	u64	root;
	u8	stage;
	u8	granule_lg2;
	u8	ia_bits;
	u8	start;
};

enum smmu3_pte_kind {
	SMMU3_PTE_INVALID,	/* bit 0 is 0: a translation fault */
	SMMU3_PTE_RESERVED,	/* an encoding that faults alike */
	SMMU3_PTE_TABLE,
	SMMU3_PTE_BLOCK,
	SMMU3_PTE_PAGE,
};

/**
 * struct smmu3_pte - one entry, decoded
 * @raw: the entry, CPU byte order
 * @addr: output address, or address of the next table
 * @attrs: of a block or page: the attribute bits that make a difference to a transaction
 * @kind: what it is
 * @level: 0 to 3
 */
struct smmu3_pte {
	u64			raw;
	u64			addr;
	u64			attrs;
	enum smmu3_pte_kind	kind;
	u8			level;
};

/**
 * smmu3_pt_from_cd() - the stage 1 tables that a CD leads to (TTB0)
 * @pt: filled
 * @cd: the descriptor
 *
 * Return: NULL, or a constant text that says why there is nothing to walk.
 */
const char *smmu3_pt_from_cd(struct smmu3_pt *pt, const struct smmu3_cd *cd);

/* The same for the stage 2 tables of an STE (S2TTB). */
const char *smmu3_pt_from_ste(struct smmu3_pt *pt, const struct smmu3_ste *ste);

/* log2 of the bytes that an entry at a level spans. */
static inline u8 smmu3_pt_span_lg2(const struct smmu3_pt *pt, u8 level)
{
	return pt->granule_lg2 + (SMMU3_PT_LAST_LEVEL - level) * (pt->granule_lg2 - 3);
}

/* Index of an input address in the table of a level. */
static inline u64 smmu3_pt_index(const struct smmu3_pt *pt, u8 level, u64 ia)
{
	u64 index = ia >> smmu3_pt_span_lg2(pt, level);

	return level == pt->start ? index : index & ((1U << (pt->granule_lg2 - 3)) - 1);
}

/**
 * smmu3_pte_decode() - what an entry says
 * @pte: filled
 * @pt: the tables that it belongs to
 * @level: its level
 * @raw: its value, CPU byte order
 */
void smmu3_pte_decode(struct smmu3_pte *pte, const struct smmu3_pt *pt, u8 level, u64 raw);

static inline bool smmu3_pte_is_leaf(const struct smmu3_pte *pte)
{
	return pte->kind == SMMU3_PTE_BLOCK || pte->kind == SMMU3_PTE_PAGE;
}

/**
 * smmu3_pte_to_text() - one line: kind, address and attributes
 * @buf: filled, always terminated; 160 bytes suffice
 * @sz: its size in bytes
 * @pt: the tables
 * @pte: the entry
 *
 * Return: characters written without the terminating NUL.
 */
int smmu3_pte_to_text(char *buf, size_t sz, const struct smmu3_pt *pt, const struct smmu3_pte *pte);

/* The attributes only: "rw AttrIndx=1 SH=ISH ...", the same for every entry with equal @attrs. */
int smmu3_pte_attrs_to_text(char *buf, size_t sz, const struct smmu3_pt *pt, u64 attrs);

#endif
