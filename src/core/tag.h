/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ASIDs and VMIDs.
 *
 * ARM IHI 0070, 3.17 "TLB tagging, VMIDs, ASIDs". Layer 2.
 * Numbers are allocated for each SMMU. 0 is never given out: VMID 0 is that of stage 1 streams.
 * An ASID is private to the space, and then no broadcast of the CPUs by ASID touches it (CD.ASET);
 * or, for a process's own tables, it is the one that the CPUs use, pinned.
 */
#ifndef SMMU3_CORE_TAG_H
#define SMMU3_CORE_TAG_H

struct smmu3_device;
struct smmu3_space;
struct smmu3_tag;

/**
 * smmu3_tag_alloc() - a tag for a space on an SMMU
 * @space: the space
 * @smmu: the SMMU
 *
 * The tag is not yet in space->tags. Where the SMMU listens to the CPUs (BTM) a process's ASID is
 * shared; whoever has that number moves, and stays there also if the attach fails. Where it cannot
 * be pinned, or the number cannot be had, the space gets a private one, and is invalidated by
 * commands.
 * Context: may sleep, attach lock held.
 * Return: the tag, or ERR_PTR: -ENOSPC, -ENOMEM.
 */
struct smmu3_tag *smmu3_tag_alloc(struct smmu3_space *space, struct smmu3_device *smmu);

/**
 * smmu3_tag_move() - give a space another ASID, under the accesses of its devices
 * @tag: of stage 1; attach lock held
 *
 * The old number is free afterwards, or lost if it could not be flushed. A job that uses the
 * space sees no fault, and every unmap that has returned holds (3.21.3).
 * Context: may sleep.
 * Return: 0; -EINVAL: a VMID, or an ASID of the CPUs; -ENOSPC; -ENOMEM. After an error everything
 * is as it was.
 */
int smmu3_tag_move(struct smmu3_tag *tag);

/* The same for each private ASID of an SMMU, up to the first error. Takes the attach lock. */
int smmu3_tag_move_all(struct smmu3_device *smmu);

/* Give the number back; its translations have been flushed, or were never used. */
void smmu3_tag_free(struct smmu3_tag *tag);

/* The flush failed: the number is not given out again while the SMMU exists. Cannot fail. */
void smmu3_tag_lose(struct smmu3_tag *tag);

#endif
