// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notes to the referee through the device's registers. Invariant: when labdev_note() returns, the
 * note was taken.
 */
#include <linux/uaccess.h>

#include "labdev.h"

/* For the StreamIDs with indices @first to @last. */
static void note_sids(struct labdev *ld, enum labdev_note kind, u32 first, u32 last, u32 pasid,
		      u64 iova, u64 len)
{
	u32 sid;

	down_read(&ld->io);
	mutex_lock(&ld->note_lock);
	writeq(iova, ld->bar + LABDEV_NOTE_IOVA);
	writeq(len, ld->bar + LABDEV_NOTE_LEN);
	labdev_writel(ld, LABDEV_NOTE_PASID, labdev_pasid_reg(pasid));
	for (sid = first; sid <= last; sid++)
		labdev_writel(ld, LABDEV_NOTE_CMD, kind | sid << 8);
	/* A write may be posted; this read comes back after it. */
	labdev_readl(ld, LABDEV_NOTE_COUNT);
	mutex_unlock(&ld->note_lock);
	up_read(&ld->io);
}

/**
 * labdev_note() - tell the referee, for all StreamIDs of the device: they share its domains
 * @ld: a device that is not gone
 * @kind: what
 * @pasid: or LABDEV_RID
 * @iova: first address, of MAPPED and UNMAPPED
 * @len: bytes
 *
 * Context: sleeps; labdev_world is held.
 */
void labdev_note(struct labdev *ld, enum labdev_note kind, u32 pasid, u64 iova, u64 len)
{
	note_sids(ld, kind, 0, ld->nr_sids - 1, pasid, iova, len);
}

long labdev_note_ioctl(struct labdev_file *lf, void __user *arg)
{
	struct labdev_note_args a;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if (a.pad || a.kind < LABDEV_NOTE_MAPPED || a.kind > LABDEV_NOTE_HITLESS_END ||
	    a.sid > 0xff)
		return -EINVAL;
	if (a.pasid != LABDEV_RID && a.pasid > LABDEV_PASID_MASK)
		return -EINVAL;
	if (a.kind <= LABDEV_NOTE_UNMAPPED && (!a.len || a.iova + (a.len - 1) < a.iova))
		return -EINVAL;
	note_sids(lf->labdev, a.kind, a.sid, a.sid, a.pasid, a.iova, a.len);
	return 0;
}
