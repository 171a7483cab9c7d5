// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notes to the referee through the device's registers. Invariant: when labdev_note() returns, the
 * note was taken.
 */
#include <linux/uaccess.h>

#include "labdev.h"

/**
 * labdev_note() - tell the referee
 * @ld: a device that is not gone
 * @kind: what
 * @sid: index of the StreamID
 * @pasid: or LABDEV_RID
 * @iova: first address, of MAPPED and UNMAPPED
 * @len: bytes
 *
 * Context: sleeps; labdev_world is held.
 */
void labdev_note(struct labdev *ld, enum labdev_note kind, u32 sid, u32 pasid, u64 iova, u64 len)
{
	down_read(&ld->io);
	mutex_lock(&ld->note_lock);
	writeq(iova, ld->bar + LABDEV_NOTE_IOVA);
	writeq(len, ld->bar + LABDEV_NOTE_LEN);
	labdev_writel(ld, LABDEV_NOTE_PASID, labdev_pasid_reg(pasid));
	labdev_writel(ld, LABDEV_NOTE_CMD, kind | sid << 8);
	/* A write may be posted; this read comes back after it. */
	labdev_readl(ld, LABDEV_NOTE_COUNT);
	mutex_unlock(&ld->note_lock);
	up_read(&ld->io);
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
	labdev_note(lf->labdev, a.kind, a.sid, a.pasid, a.iova, a.len);
	return 0;
}
