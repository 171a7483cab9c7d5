// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spaces: an input address space with its tables, its tags and its uses.
 *
 * ARM IHI 0070, 3.3.2, 3.4 "Address sizes". Layer 2.
 * Invariant: an SMMU reads the tables of a space only if smmu3_space_fits() said so.
 */
#include <linux/bits.h>
#include <linux/slab.h>
#include "../hw/device.h"
#include "inv.h"
#include "master.h"
#include "space.h"

void smmu3_space_init(struct smmu3_space *space)
{
	INIT_LIST_HEAD(&space->uses);
	INIT_LIST_HEAD(&space->tags);
	smmu3_inv_init(space);
}

void smmu3_space_fini(struct smmu3_space *space)
{
	WARN_ON(!list_empty(&space->uses) || !list_empty(&space->tags));
	smmu3_inv_fini(space);
}

static const char *space_fits_stage1(const struct smmu3_space *space,
				     const struct smmu3_features *feat)
{
	if (!smmu3_has(feat, SMMU3_FEAT_S1))
		return "the SMMU has no stage 1";
	if (space->va_bits > feat->va_bits)
		return "the SMMU has fewer input address bits";
	if (space->cd.ds && !smmu3_has(feat, SMMU3_FEAT_DS))
		return "the SMMU has no 52-bit addresses with this granule (IDR5.DS)";
	if (space->cd.hd && !smmu3_has(feat, SMMU3_FEAT_HD))
		return "the SMMU cannot track dirty pages";
	if (space->cd.ha && !smmu3_has(feat, SMMU3_FEAT_HA))
		return "the SMMU does not update access flags";
	return NULL;
}

static const char *space_fits_stage2(const struct smmu3_space *space,
				     const struct smmu3_features *feat)
{
	if (!smmu3_has(feat, SMMU3_FEAT_S2))
		return "the SMMU has no stage 2";
	if (space->va_bits > feat->ias)
		return "the SMMU has fewer intermediate address bits";
	if (space->s2.s2fwb && !smmu3_has(feat, SMMU3_FEAT_FWB))
		return "the SMMU has no forced write-back";
	return NULL;
}

const char *smmu3_space_fits(const struct smmu3_space *space, const struct smmu3_device *smmu)
{
	const struct smmu3_features *feat = &smmu->feat;

	if (space->coherent && !smmu3_has(feat, SMMU3_FEAT_COHERENT))
		return "the SMMU does not read tables coherently";
	if (space->oas > feat->oas)
		return "the SMMU has fewer output address bits";
	if (!(feat->pgsize_bitmap & BIT(space->granule_lg2)))
		return "the SMMU does not have the granule";
	return space->stage == SMMU3_STAGE1 ? space_fits_stage1(space, feat) :
					      space_fits_stage2(space, feat);
}

struct smmu3_tag *smmu3_space_tag(const struct smmu3_space *space, const struct smmu3_device *smmu)
{
	struct smmu3_tag *tag;

	lockdep_assert_held(&smmu3_attach_lock);
	list_for_each_entry(tag, &space->tags, link) {
		if (tag->smmu == smmu)
			return tag;
	}
	return NULL;
}
