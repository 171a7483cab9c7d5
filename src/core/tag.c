// SPDX-License-Identifier: GPL-2.0-only
/*
 * ASIDs and VMIDs.
 *
 * ARM IHI 0070, 3.17 "TLB tagging, VMIDs, ASIDs and participation in broadcast TLB maintenance".
 * Layer 2. Invariant: a number is given out only when no TLB entry with it exists: it is flushed
 * before it is freed, or never freed.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include "../hw/device.h"
#include "master.h"
#include "space.h"
#include "tag.h"

static struct xarray *tag_numbers(struct smmu3_device *smmu, enum smmu3_stage stage)
{
	return stage == SMMU3_STAGE1 ? &smmu->asids : &smmu->vmids;
}

static u32 tag_max(const struct smmu3_device *smmu, enum smmu3_stage stage)
{
	return (1U << (stage == SMMU3_STAGE1 ? smmu->feat.asid_bits : smmu->feat.vmid_bits)) - 1;
}

struct smmu3_tag *smmu3_tag_alloc(struct smmu3_space *space, struct smmu3_device *smmu)
{
	struct smmu3_tag *tag;
	u32 id;
	int ret;

	lockdep_assert_held(&smmu3_attach_lock);
	tag = kzalloc(sizeof(*tag), GFP_KERNEL);
	if (!tag)
		return ERR_PTR(-ENOMEM);
	ret = xa_alloc(tag_numbers(smmu, space->stage), &id, tag,
		       XA_LIMIT(1, tag_max(smmu, space->stage)), GFP_KERNEL);
	if (ret) {
		kfree(tag);
		return ERR_PTR(ret == -EBUSY ? -ENOSPC : ret);
	}
	tag->smmu = smmu;
	tag->space = space;
	tag->id = id;
	return tag;
}

void smmu3_tag_lose(struct smmu3_tag *tag)
{
	lockdep_assert_held(&smmu3_attach_lock);
	dev_warn_ratelimited(tag->smmu->dev, "%s %u could not be flushed and is not used again\n",
			     tag->space->stage == SMMU3_STAGE1 ? "ASID" : "VMID", tag->id);
	tag->smmu->tags_lost++;
	/* In an array that allocates, NULL leaves the place taken; no memory is needed for it. */
	xa_store(tag_numbers(tag->smmu, tag->space->stage), tag->id, NULL, GFP_KERNEL);
	kfree(tag);
}

void smmu3_tag_free(struct smmu3_tag *tag)
{
	lockdep_assert_held(&smmu3_attach_lock);
	xa_erase(tag_numbers(tag->smmu, tag->space->stage), tag->id);
	kfree(tag);
}
