/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attach: change what a stream or a SubstreamID leads to.
 *
 * ARM IHI 0070, 3.21 "Structure access rules and update procedures", 5.2, 5.4. Layer 2.
 *
 * Two halves. Prepare allocates and checks everything and may fail, and leaves no trace when it
 * does. Commit cannot fail. BLOCKED and IDENTITY have nothing to prepare.
 */
#ifndef SMMU3_CORE_ATTACH_H
#define SMMU3_CORE_ATTACH_H

#include <linux/types.h>
#include "master.h"

/**
 * smmu3_attach_rid() - what transactions without SubstreamID meet
 * @master: the master
 * @target: BLOCKED and IDENTITY never fail
 *
 * When it returns neither the SMMU nor the device's ATC holds anything of the old target.
 * Context: may sleep; takes the attach lock.
 * Return: 0; -EINVAL: the space does not fit this SMMU; -EBUSY: stage 2 while SubstreamIDs are in
 * use; -ENOSPC: no free ASID or VMID; -ENOMEM; -EIO: the SMMU has failed for good. After an error
 * everything is as it was.
 */
int smmu3_attach_rid(struct smmu3_master *master, const struct smmu3_target *target);

/**
 * smmu3_attach_pasid() - what a SubstreamID leads to
 * @master: the master
 * @ssid: SubstreamID, not 0
 * @space: a stage 1 space, or NULL to detach, which never fails
 *
 * Replaces what is attached there.
 * Context: may sleep; takes the attach lock.
 * Return: 0; -ERANGE: @ssid is 0 or beyond the CD table of this master; -EINVAL: not stage 1, or
 * the space does not fit; -EBUSY: the RID is attached to stage 2; -ENOSPC; -ENOMEM; -EIO. After an
 * error everything is as it was.
 */
int smmu3_attach_pasid(struct smmu3_master *master, u32 ssid, struct smmu3_space *space);

/**
 * smmu3_attach_quarantine_ats() - a device does not answer ATC invalidations: no ATS for it any
 * more
 * @master: the master; attach lock held
 */
void smmu3_attach_quarantine_ats(struct smmu3_master *master);

/* No ATS for a device from now on, which it has not deserved. Attach lock held. */
void smmu3_attach_end_ats(struct smmu3_master *master);

/* The STEs of a master let ATS in again, if it is on and nothing bars it. Attach lock held. */
void smmu3_attach_admit_ats(struct smmu3_master *master);

/**
 * smmu3_attach_release() - a master goes: detach everything
 * @master: the master, still linked to its streams; attach lock held
 *
 * Entries that another master shares are left to it.
 */
void smmu3_attach_release(struct smmu3_master *master);

/* Write the CD of a stage 1 use again: its tag has another number. Attach lock held. */
void smmu3_attach_renew_cd(const struct smmu3_use *use);

/* Another master on one of this master's streams, or NULL. Attach lock held. */
struct smmu3_master *smmu3_attach_sharer(const struct smmu3_master *master);

/**
 * smmu3_attach_park() - the entry of a stream that has no master any more
 * @master: its last one
 * @stream: the stream
 *
 * Context: the attach lock is held.
 */
void smmu3_attach_park(const struct smmu3_master *master, const struct smmu3_stream *stream);

/**
 * smmu3_attach_make_ste() - the STE that a master's state asks for
 * @master: the master; attach lock held
 * @ste: filled
 * @rid: RID target
 * @pasids: SubstreamIDs are in use
 * @ats: ATS is wanted
 */
void smmu3_attach_make_ste(const struct smmu3_master *master, struct smmu3_ste *ste,
			   const struct smmu3_target *rid, bool pasids, bool ats);

/* The CD of a use: a space under one of its tags, for a device. */
void smmu3_attach_make_cd(struct smmu3_cd *cd, const struct smmu3_use *use);

/**
 * smmu3_attach_release_space() - what a stage 1 space describes goes, and it stays attached
 * @space: the space
 *
 * When it returns no SMMU and no ATC uses its tables any more. Every access faults, and no fault is
 * served.
 * Context: may sleep; takes the attach lock.
 */
void smmu3_attach_release_space(struct smmu3_space *space);

#endif
