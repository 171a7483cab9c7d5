// SPDX-License-Identifier: GPL-2.0-only
/*
 * Splitting an address range into TLBI commands.
 *
 * ARM IHI 0070, 4.4.1 "Common TLB invalidation fields". Layer 0.
 *
 * A range command covers (NUM + 1) << SCALE granules. A range of n pages is taken from its low
 * end in pieces of up to 5 significant bits, so that k commands cover 5 * k bits of n exactly.
 * The one piece that cannot be said is a single granule: NUM = 0, SCALE = 0 without a level hint
 * is an illegal command. It becomes two granules (RIL-SINGLE), but where it is all of the range:
 * that is a command without a range. No level hint is given
 * (RIL-NO-TTL): it would make the SMMU spare leaves of other levels in the range, and who removes
 * a mapping knows one size only.
 */
#include <linux/bitfield.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include "tlbi.h"

/* SCALE has 5 bits where 52-bit addresses are not assumed; NUM + 1 goes up to 32. */
#define TLBI_SCALE_MAX		31u
#define TLBI_NUM_MASK		31
#define TLBI_NUM_MAX		32ULL

/* Step without range commands. A step that is no power of two or below a page is not believed. */
static u64 tlbi_step(const struct smmu3_tlbi_range *range)
{
	u64 page = 1ULL << range->tg_lg2;

	if (range->granule < page || (range->granule & (range->granule - 1)))
		return page;
	return range->granule;
}

/* Pages left; at most 2^52. A range of one page out of 32 is widened by one. */
static u64 tlbi_pages(struct smmu3_tlbi_range *range)
{
	u64 page = 1ULL << range->tg_lg2;
	u64 pages = ((range->last - range->iova) >> range->tg_lg2) + 1;

	if ((pages & TLBI_NUM_MASK) == 1) {
		pages++;
		if (range->last <= U64_MAX - page)
			range->last += page;
	}
	return pages;
}

static void tlbi_advance(struct smmu3_tlbi_range *range, u64 next)
{
	if (next > range->iova) {
		range->iova = next;
		return;
	}
	/* Past the top. */
	range->iova = 1;
	range->last = 0;
}

static u64 tlbi_piece(struct smmu3_tlbi_range *range, u64 *num, unsigned int *scale)
{
	u64 pages = tlbi_pages(range);

	*scale = min_t(unsigned int, __builtin_ctzll(pages), TLBI_SCALE_MAX);
	*num = *scale < TLBI_SCALE_MAX ? (pages >> *scale) & TLBI_NUM_MASK :
					 min(pages >> *scale, TLBI_NUM_MAX);
	return *num << *scale;
}

bool smmu3_tlbi_next(struct smmu3_tlbi_range *range, const struct smmu3_cmd *template,
		     struct smmu3_cmd *cmd)
{
	unsigned int scale;
	u64 step, num, pages, iova = range->iova;

	if (iova > range->last)
		return false;
	*cmd = smmu3_tlbi_page(template, iova, range->leaf);
	if (!range->ril) {
		/* On from the next boundary, so that the leaf that holds the last byte is met. */
		step = tlbi_step(range);
		tlbi_advance(range, (iova & ~(step - 1)) + step);
		return true;
	}

	if (smmu3_tlbi_is_page(range->iova, range->last, 1ULL << range->tg_lg2)) {
		tlbi_advance(range, 0);
		return true;
	}
	pages = tlbi_piece(range, &num, &scale);
	cmd->q[0] |= FIELD_PREP(CMD_TLBI_NUM, num - 1) | FIELD_PREP(CMD_TLBI_SCALE, scale);
	cmd->q[1] |= FIELD_PREP(CMD_TLBI_TG, (range->tg_lg2 - 10) / 2);
	/* A piece that ends past the top is the last one: it covers what is left. */
	if (pages > (U64_MAX - iova) >> range->tg_lg2)
		tlbi_advance(range, 0);
	else
		tlbi_advance(range, iova + (pages << range->tg_lg2));
	return true;
}

unsigned int smmu3_tlbi_count(const struct smmu3_tlbi_range *range)
{
	struct smmu3_tlbi_range left = *range;
	struct smmu3_cmd template = {}, cmd;
	unsigned int nr = 0;
	unsigned int lg2;
	u64 steps;

	if (left.iova > left.last)
		return 0;
	if (left.ril) {
		while (smmu3_tlbi_next(&left, &template, &cmd))
			nr++;
		return nr;
	}
	lg2 = __builtin_ctzll(tlbi_step(&left));
	steps = (left.last >> lg2) - (left.iova >> lg2);
	return steps < UINT_MAX ? steps + 1 : UINT_MAX;
}
