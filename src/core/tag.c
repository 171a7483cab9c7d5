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
#include <asm/mmu_context.h>
#include "../debug/trace.h"
#include "../hw/device.h"
#include "attach.h"
#include "inv.h"
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

/* A free number, which leads to @tag from now on. */
static int tag_number(struct smmu3_device *smmu, enum smmu3_stage stage, struct smmu3_tag *tag,
		      u32 *id)
{
	int ret = xa_alloc(tag_numbers(smmu, stage), id, tag, XA_LIMIT(1, tag_max(smmu, stage)),
			   GFP_KERNEL);

	return ret == -EBUSY ? -ENOSPC : ret;
}

/* Number @asid for @tag, once whoever has it has moved. */
static int tag_claim(struct smmu3_tag *tag, u16 asid)
{
	struct xarray *asids = &tag->smmu->asids;
	struct smmu3_tag *other = xa_load(asids, asid);
	int ret = other ? smmu3_tag_move(other) : 0;

	/* A number that was lost stays taken. */
	return ret ?: xa_insert(asids, asid, tag, GFP_KERNEL);
}

/* The ASID by which the CPUs know the process. False: there is a way without it. */
static bool tag_share(struct smmu3_tag *tag)
{
	struct mm_struct *mm = tag->space->mm;
	unsigned long asid;

	if (!mm || !smmu3_device_has(tag->smmu, SMMU3_FEAT_BTM))
		return false;
	/* The CPUs cannot pin all they have; 0: they have pinned too many. */
	asid = arm64_mm_context_get(mm);
	if (asid && !tag_claim(tag, asid)) {
		tag->id = asid;
		tag->shared = true;
		return true;
	}
	if (asid)
		arm64_mm_context_put(mm);
	tag->smmu->asids_unshared++;
	return false;
}

/* Its number is the CPUs' affair again. */
static void tag_unshare(struct smmu3_tag *tag)
{
	if (tag->shared)
		arm64_mm_context_put(tag->space->mm);
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
	tag->smmu = smmu;
	tag->space = space;
	if (tag_share(tag))
		return tag;
	ret = tag_number(smmu, space->stage, tag, &id);
	if (ret) {
		kfree(tag);
		return ERR_PTR(ret);
	}
	tag->id = id;
	return tag;
}

static void tag_lose_number(struct smmu3_device *smmu, enum smmu3_stage stage, u16 id)
{
	dev_warn_ratelimited(smmu->dev, "%s %u could not be flushed and is not used again\n",
			     stage == SMMU3_STAGE1 ? "ASID" : "VMID", id);
	smmu->tags_lost++;
	/* In an array that allocates, NULL leaves the place taken; no memory is needed for it. */
	xa_store(tag_numbers(smmu, stage), id, NULL, GFP_KERNEL);
}

void smmu3_tag_lose(struct smmu3_tag *tag)
{
	lockdep_assert_held(&smmu3_attach_lock);
	tag_lose_number(tag->smmu, tag->space->stage, tag->id);
	tag_unshare(tag);
	kfree(tag);
}

void smmu3_tag_free(struct smmu3_tag *tag)
{
	lockdep_assert_held(&smmu3_attach_lock);
	xa_erase(tag_numbers(tag->smmu, tag->space->stage), tag->id);
	tag_unshare(tag);
	kfree(tag);
}

/*
 * The number is one field of the CD (3.21.3), so a device that is at work notices nothing. An
 * unmap that runs meanwhile must reach what the SMMU holds under either number:
 *   1. publish a set with both. Who has read the one before has removed its mapping before that,
 *   so that step 2 cannot lead to it (inv.h: the same as at an attach);
 *   2. the CDs: from here on the SMMU fills its TLB under the new number;
 *   3. flush the old one, which nothing fills any more;
 *   4. take it out of the set. Who still sends commands for it costs its next owner a few TLB
 *   entries and no more.
 */
int smmu3_tag_move(struct smmu3_tag *tag)
{
	struct smmu3_device *smmu = tag->smmu;
	struct smmu3_space *space = tag->space;
	struct smmu3_inv_set *set;
	struct smmu3_use *use;
	u16 old = tag->id;
	u32 id;
	int ret;

	lockdep_assert_held(&smmu3_attach_lock);
	if (space->stage != SMMU3_STAGE1 || tag->shared)
		return -EINVAL;
	ret = tag_number(smmu, space->stage, tag, &id);
	if (ret)
		return ret;
	set = smmu3_inv_grow_tag(tag, id);
	if (!set) {
		xa_erase(&smmu->asids, id);
		return -ENOMEM;
	}
	smmu3_inv_publish(space, set);
	tag->id = id;
	list_for_each_entry(use, &space->uses, link) {
		if (use->tag == tag)
			smmu3_attach_renew_cd(use);
	}
	ret = smmu3_inv_tag(tag, old);
	smmu3_inv_drop_tag(tag, old);
	if (ret)
		tag_lose_number(smmu, space->stage, old);
	else
		xa_erase(&smmu->asids, old);
	smmu->asid_moves++;
	smmu3_trace_asid_move(tag, old, ret);
	return 0;
}

int smmu3_tag_move_all(struct smmu3_device *smmu)
{
	struct smmu3_tag *tag;
	unsigned long id;
	int ret = 0;

	mutex_lock(&smmu3_attach_lock);
	/*
	 * A number that is given out is the lowest that is free. So the first tag goes beyond the
	 * others, is met there again and comes down, and no other is met twice.
	 */
	xa_for_each(&smmu->asids, id, tag) {
		if (tag->shared)
			continue;
		ret = smmu3_tag_move(tag);
		if (ret)
			break;
	}
	mutex_unlock(&smmu3_attach_lock);
	return ret;
}
