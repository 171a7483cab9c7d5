/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Splitting an address range into TLBI commands.
 *
 * ARM IHI 0070, 4.4.1 "Common TLB invalidation fields": NUM, SCALE, TG, TTL, Leaf
 * (range invalidation, IDR3.RIL). Layer 0.
 */
#ifndef SMMU3_FMT_TLBI_H
#define SMMU3_FMT_TLBI_H

#include "cmd.h"

/* word 0 */
#define CMD_TLBI_NUM		GENMASK_ULL(16, 12)
#define CMD_TLBI_SCALE		GENMASK_ULL(24, 20)
#define CMD_TLBI_VMID		GENMASK_ULL(47, 32)
#define CMD_TLBI_ASID		GENMASK_ULL(63, 48)
/* word 1 */
#define CMD_TLBI_LEAF		BIT_ULL(0)
#define CMD_TLBI_TTL		GENMASK_ULL(9, 8)
#define CMD_TLBI_TG		GENMASK_ULL(11, 10)
#define  TLBI_TG_4K		1
#define  TLBI_TG_16K		2
#define  TLBI_TG_64K		3
#define CMD_TLBI_ADDR		GENMASK_ULL(63, 12)

/**
 * struct smmu3_tlbi_range - a range to invalidate and how far it is done
 * @iova: first byte, aligned to 1 << @tg_lg2
 * @last: last byte
 * @granule: step without RIL, in bytes: the size of the leaves in the range (a page or a block);
 *	what is no power of two or less than a page counts as a page
 * @tg_lg2: log2 of the translation granule: 12, 14 or 16
 * @leaf: only leaf entries are invalidated, no walk caches
 * @ril: the SMMU has IDR3.RIL
 */
struct smmu3_tlbi_range {
	u64	iova;
	u64	last;
	u64	granule;
	u8	tg_lg2;
	bool	leaf;
	bool	ril;
};

/* Both in one page of @page bytes? Then smmu3_tlbi_page() says it all, whatever the SMMU has. */
static inline bool smmu3_tlbi_is_page(u64 iova, u64 last, u64 page)
{
	return !((iova ^ last) & ~(page - 1));
}

/* The command for the page at @iova: no range and no hint (TG = 0, 4.4.1.1). */
static inline struct smmu3_cmd smmu3_tlbi_page(const struct smmu3_cmd *template, u64 iova,
					       bool leaf)
{
	struct smmu3_cmd cmd = *template;

	cmd.q[1] |= (iova & CMD_TLBI_ADDR) | (leaf ? CMD_TLBI_LEAF : 0);
	return cmd;
}

/**
 * smmu3_tlbi_next() - the next command of a range
 * @range: advanced; empty (iova > last, or iova wrapped to 0 past the top) when done
 * @template: from smmu3_cmd_tlbi_addr()
 * @cmd: filled
 *
 * Never invalidates less than the range. With RIL a range of 32 * n + 1 pages takes in one page
 * more, because a range of a single page cannot be encoded (4.4.1.1: TG with NUM, SCALE and TTL
 * all 0 is CERROR_ILL); where it is but one page, that is smmu3_tlbi_page().
 *
 * Return: false when the range is done and @cmd was not filled.
 */
bool smmu3_tlbi_next(struct smmu3_tlbi_range *range, const struct smmu3_cmd *template,
		     struct smmu3_cmd *cmd);

/* How many commands smmu3_tlbi_next() will give for a range; saturates at UINT_MAX. */
unsigned int smmu3_tlbi_count(const struct smmu3_tlbi_range *range);

#endif
