// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shared virtual addressing: the calling process's address space on a PASID, by smmu3/sva.h, which
 * works with any IOMMU driver that has SVA. Invariant: a bind ends with its file.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <smmu3/sva.h>

#include "labdev.h"

/*
 * The referee is told of the first bond and the last one: between them it cannot know what is
 * mapped, and after them nothing is.
 */
static struct smmu3_sva *sva_bind(struct labdev *ld)
{
	struct smmu3_sva *sva;
	unsigned long users;
	u32 pasid;
	int ret;

	mutex_lock(&ld->attach_lock);
	sva = smmu3_sva_bind(&ld->pdev->dev, current->mm);
	if (IS_ERR(sva))
		goto out;
	pasid = smmu3_sva_pasid(sva);
	users = xa_to_value(xa_load(&ld->shared, pasid) ?: xa_mk_value(0));
	ret = xa_err(xa_store(&ld->shared, pasid, xa_mk_value(users + 1), GFP_KERNEL));
	if (ret) {
		smmu3_sva_unbind(sva);
		sva = ERR_PTR(ret);
		goto out;
	}
	labdev_note(ld, LABDEV_NOTE_MAPPED, pasid, 0, LABDEV_NOTE_ALL);
out:
	mutex_unlock(&ld->attach_lock);
	return sva;
}

static void sva_unbind(struct labdev *ld, struct smmu3_sva *sva)
{
	u32 pasid = smmu3_sva_pasid(sva);
	unsigned long users;

	mutex_lock(&ld->attach_lock);
	smmu3_sva_unbind(sva);
	users = xa_to_value(xa_load(&ld->shared, pasid));
	if (users > 1) {
		xa_store(&ld->shared, pasid, xa_mk_value(users - 1), GFP_KERNEL);
	} else {
		xa_erase(&ld->shared, pasid);
		labdev_note(ld, LABDEV_NOTE_UNMAPPED, pasid, 0, LABDEV_NOTE_ALL);
	}
	mutex_unlock(&ld->attach_lock);
}

long labdev_sva_bind(struct labdev_file *lf, void __user *arg)
{
	struct smmu3_sva *sva;
	u32 pasid;
	int ret;

	mutex_lock(&lf->lock);
	sva = sva_bind(lf->labdev);
	if (IS_ERR(sva)) {
		ret = PTR_ERR(sva);
		goto out;
	}
	pasid = smmu3_sva_pasid(sva);
	/* One bond for a process and device; it counts, this file does not. */
	ret = xa_insert(&lf->binds, pasid, sva, GFP_KERNEL);
	if (ret)
		sva_unbind(lf->labdev, sva);
	else if (put_user(pasid, (u32 __user *)arg))
		ret = -EFAULT;
out:
	mutex_unlock(&lf->lock);
	return ret;
}

/* The device sends nothing with the PASID any more: its jobs have been stopped. */
long labdev_sva_unbind(struct labdev_file *lf, u32 pasid)
{
	struct smmu3_sva *sva;

	mutex_lock(&lf->lock);
	sva = xa_erase(&lf->binds, pasid);
	if (sva)
		sva_unbind(lf->labdev, sva);
	mutex_unlock(&lf->lock);
	return sva ? 0 : -ENOENT;
}

long labdev_sva_faults(struct labdev_file *lf, void __user *arg)
{
	struct smmu3_sva_faults faults;
	struct labdev_sva_faults a;
	struct smmu3_sva *sva;
	int ret = -ENOENT;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	mutex_lock(&lf->lock);
	sva = xa_load(&lf->binds, a.pasid);
	if (sva)
		ret = smmu3_sva_faults(sva, &faults);
	mutex_unlock(&lf->lock);
	if (ret)
		return ret;
	a.stalls = faults.stalls;
	a.requests = faults.requests;
	a.resolved = faults.resolved;
	a.refused = faults.refused;
	a.dropped = faults.dropped;
	return copy_to_user(arg, &a, sizeof(a)) ? -EFAULT : 0;
}

void labdev_sva_unbind_all(struct labdev_file *lf)
{
	struct smmu3_sva *sva;
	unsigned long i;

	mutex_lock(&lf->lock);
	xa_for_each(&lf->binds, i, sva) {
		xa_erase(&lf->binds, i);
		sva_unbind(lf->labdev, sva);
	}
	mutex_unlock(&lf->lock);
}
