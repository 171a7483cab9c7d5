// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains attached: to PASIDs, and in place of the device's own. The latter in two ways: as any
 * driver may (iommu_attach_device()), and as iommufd does, which goes from any domain to any other
 * without the device's own in between. Invariant: the referee knows of what can succeed before it
 * can, and of what cannot only when it can no more.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#include "labdev.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
MODULE_IMPORT_NS(IOMMUFD_INTERNAL);
#else
MODULE_IMPORT_NS("IOMMUFD_INTERNAL");
#endif

static struct iommu_domain *attach_target(const struct labdev_attach *at)
{
	return at->domain ? at->domain->domain : at->fixed;
}

static int attach_domain(struct labdev_attach *at)
{
	struct device *dev = &at->labdev->pdev->dev;

	if (at->pasid == LABDEV_RID)
		return iommu_attach_device(at->domain->domain, dev);
	return iommu_attach_device_pasid(at->domain->domain, dev, at->pasid, NULL);
}

static void detach_domain(struct labdev_attach *at)
{
	struct device *dev = &at->labdev->pdev->dev;

	if (at->replaced)
		iommu_detach_group_handle(attach_target(at), dev->iommu_group);
	else if (at->pasid == LABDEV_RID)
		iommu_detach_device(at->domain->domain, dev);
	else
		iommu_detach_device_pasid(at->domain->domain, dev, at->pasid);
}

/* An unmap is noted for what is in its domain's list. */
static void attach_link(struct labdev_attach *at)
{
	struct labdev_domain *d = at->domain;

	if (!d)
		return;
	mutex_lock(&d->lock);
	list_add(&at->node, &d->attaches);
	mutex_unlock(&d->lock);
}

static void attach_unlink(struct labdev_attach *at)
{
	struct labdev_domain *d = at->domain;

	if (!d)
		return;
	mutex_lock(&d->lock);
	list_del(&at->node);
	mutex_unlock(&d->lock);
}

static void attach_free(struct labdev_attach *at)
{
	if (at->domain)
		labdev_domain_put(at->domain);
	kfree(at);
}

/*
 * Takes it out of the device's books; the domain's are done before the referee is told. Behind a
 * PASID is nothing now. Without one it is the device's own domain again, of which all may be valid.
 */
static void attach_end(struct labdev_attach *at)
{
	struct labdev *ld = at->labdev;
	bool rid = at->pasid == LABDEV_RID;

	lockdep_assert_held(&ld->attach_lock);
	if (rid)
		labdev_note(ld, LABDEV_NOTE_MAPPED, LABDEV_RID, 0, LABDEV_NOTE_ALL);
	detach_domain(at);
	attach_unlink(at);
	if (!rid && (at->flags & LABDEV_ATTACH_NOTE))
		labdev_note(ld, LABDEV_NOTE_UNMAPPED, at->pasid, 0, LABDEV_NOTE_ALL);
	if (at->replaced)
		labdev_mute(ld, false);
	if (rid)
		ld->rid_attach = NULL;
	else
		xa_erase(&ld->attaches, at->pasid);
	attach_free(at);
}

static int attach_begin(struct labdev_attach *at)
{
	struct labdev *ld = at->labdev;
	int ret;

	lockdep_assert_held(&ld->attach_lock);
	if (at->pasid == LABDEV_RID && ld->rid_attach)
		return -EBUSY;
	if (at->pasid != LABDEV_RID) {
		ret = xa_insert(&ld->attaches, at->pasid, at, GFP_KERNEL);
		if (ret)
			return ret;
	}
	/* Always, or what an earlier attachment of this PASID has noted would still hold. */
	labdev_note(ld, LABDEV_NOTE_MAPPED, at->pasid, 0, LABDEV_NOTE_ALL);
	/* Into the domain's list first: an unmap that happens meanwhile must be noted. */
	attach_link(at);
	if (at->pasid == LABDEV_RID) {
		ld->rid_attach = at;
		labdev_jobs_deafen(ld);
	}
	ret = attach_domain(at);
	if (!ret)
		return 0;
	attach_unlink(at);
	if (at->pasid == LABDEV_RID)
		ld->rid_attach = NULL;
	else
		xa_erase(&ld->attaches, at->pasid);
	return ret;
}

static int pasid_check(struct labdev *ld, u32 pasid)
{
	struct dev_iommu *iommu = ld->pdev->dev.iommu;

	if (pasid == LABDEV_RID)
		return 0;
	/* With none on offer the core says yes and does nothing. */
	if (!iommu || !iommu->max_pasids)
		return -EOPNOTSUPP;
	return pasid && pasid < iommu->max_pasids && pasid <= LABDEV_PASID_MASK ? 0 : -ERANGE;
}

static struct labdev_attach *attach_new(struct labdev_file *lf, const struct labdev_attach_args *a)
{
	struct labdev_domain *d = labdev_domain_of_fd(a->fd);
	struct labdev_attach *at;

	if (IS_ERR(d))
		return ERR_CAST(d);
	at = kzalloc(sizeof(*at), GFP_KERNEL);
	if (!at) {
		labdev_domain_put(d);
		return ERR_PTR(-ENOMEM);
	}
	*at = (struct labdev_attach){.labdev = lf->labdev,
				     .file = lf,
				     .domain = d,
				     .pasid = a->pasid,
				     .flags = a->flags};
	return at;
}

static long attach_by(struct labdev_file *lf, void __user *arg, int (*how)(struct labdev_attach *))
{
	struct labdev *ld = lf->labdev;
	struct labdev_attach_args a;
	struct labdev_attach *at;
	long ret;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if ((a.flags & ~LABDEV_ATTACH_NOTE) || a.pad)
		return -EINVAL;
	ret = pasid_check(ld, a.pasid);
	if (ret)
		return ret;
	at = attach_new(lf, &a);
	if (IS_ERR(at))
		return PTR_ERR(at);
	mutex_lock(&ld->attach_lock);
	ret = at->domain->domain ? how(at) : -ENODEV;
	mutex_unlock(&ld->attach_lock);
	if (ret)
		attach_free(at);
	return ret;
}

long labdev_attach(struct labdev_file *lf, void __user *arg)
{
	return attach_by(lf, arg, attach_begin);
}

/* ---------------------------------------------------------------- one in place of another */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
static int replace_pasid_domain(struct labdev_attach *at)
{
	return -EOPNOTSUPP;
}
#else
static int replace_pasid_domain(struct labdev_attach *at)
{
	return iommu_replace_device_pasid(at->domain->domain, &at->labdev->pdev->dev, at->pasid,
					  &at->handle);
}
#endif

static int replace_pasid(struct labdev_attach *at)
{
	struct labdev *ld = at->labdev;
	struct labdev_attach *old = xa_load(&ld->attaches, at->pasid);
	int ret;

	lockdep_assert_held(&ld->attach_lock);
	if (!old)
		return -ENOENT;
	if (old->file != at->file)
		return -EBUSY;
	labdev_note(ld, LABDEV_NOTE_MAPPED, at->pasid, 0, LABDEV_NOTE_ALL);
	attach_link(at);
	ret = replace_pasid_domain(at);
	if (ret) {
		attach_unlink(at);
		return ret;
	}
	/* In the old one's place: needs no memory. */
	xa_store(&ld->attaches, at->pasid, at, GFP_KERNEL);
	attach_unlink(old);
	attach_free(old);
	return 0;
}

long labdev_replace_pasid(struct labdev_file *lf, void __user *arg)
{
	return attach_by(lf, arg, replace_pasid);
}

/* What BLOCKED lets through is an error from now on. */
static void replace_note(const struct labdev_attach *at)
{
	if (at && at->fixed && at->fixed->type == IOMMU_DOMAIN_BLOCKED &&
	    (at->flags & LABDEV_ATTACH_NOTE))
		labdev_note(at->labdev, LABDEV_NOTE_UNMAPPED, LABDEV_RID, 0, LABDEV_NOTE_ALL);
}

static int replace(struct labdev_attach *at)
{
	struct labdev *ld = at->labdev;
	struct labdev_attach *old = ld->rid_attach;
	int ret;

	lockdep_assert_held(&ld->attach_lock);
	if (old && (!old->replaced || old->file != at->file))
		return -EBUSY;
	if (at->domain && !at->domain->domain)
		return -ENODEV;
	labdev_note(ld, LABDEV_NOTE_MAPPED, LABDEV_RID, 0, LABDEV_NOTE_ALL);
	attach_link(at);
	ld->rid_attach = at;
	/* An interrupt that the new domain does not map would be one fault more. */
	labdev_mute(ld, true);
	ret = iommu_replace_group_handle(ld->pdev->dev.iommu_group, attach_target(at), &at->handle);
	if (ret) {
		ld->rid_attach = old;
		attach_unlink(at);
		replace_note(old);
		labdev_mute(ld, old);
		return ret;
	}
	if (old) {
		attach_unlink(old);
		attach_free(old);
	}
	replace_note(at);
	return 0;
}

static int replace_by(struct labdev_attach *at, const struct labdev_rid_args *a)
{
	const struct iommu_ops *ops = at->labdev->pdev->dev.iommu->iommu_dev->ops;

	switch (a->kind) {
	case LABDEV_RID_IDENTITY:
		at->fixed = ops->identity_domain;
		break;
	case LABDEV_RID_BLOCKED:
		at->fixed = ops->blocked_domain;
		break;
	case LABDEV_RID_DOMAIN:
		at->domain = labdev_domain_of_fd(a->fd);
		return PTR_ERR_OR_ZERO(at->domain);
	default:
		return -EINVAL;
	}
	return at->fixed ? 0 : -EOPNOTSUPP;
}

long labdev_replace(struct labdev_file *lf, void __user *arg)
{
	struct labdev *ld = lf->labdev;
	struct labdev_rid_args a;
	struct labdev_attach *at;
	long ret;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if ((a.flags & ~LABDEV_ATTACH_NOTE) || a.pad)
		return -EINVAL;
	if (!ld->pdev->dev.iommu || !ld->pdev->dev.iommu_group)
		return -EOPNOTSUPP;
	at = kzalloc(sizeof(*at), GFP_KERNEL);
	if (!at)
		return -ENOMEM;
	*at = (struct labdev_attach){
		.labdev = ld, .file = lf, .pasid = LABDEV_RID, .flags = a.flags, .replaced = true};
	ret = replace_by(at, &a);
	if (ret) {
		kfree(at);
		return ret;
	}
	mutex_lock(&ld->attach_lock);
	ret = replace(at);
	mutex_unlock(&ld->attach_lock);
	if (ret)
		attach_free(at);
	return ret;
}

/* ---------------------------------------------------------------- questions */

static void unask_driver(struct iommu_domain *domain, struct device *dev, u32 pasid)
{
	const struct iommu_ops *ops = dev->iommu->iommu_dev->ops;

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
	ops->remove_dev_pasid(dev, pasid, domain);
#else
	ops->blocked_domain->ops->set_dev_pasid(ops->blocked_domain, dev, pasid, domain);
#endif
}

static int ask_driver(struct iommu_domain *domain, struct device *dev, u32 pasid)
{
	int ret = domain->ops->set_dev_pasid(domain, dev, pasid, NULL);

	if (!ret)
		unask_driver(domain, dev, pasid);
	return ret;
}

static int ask_core(struct iommu_domain *domain, struct device *dev, u32 pasid)
{
	int ret = iommu_attach_device_pasid(domain, dev, pasid, NULL);

	if (!ret)
		iommu_detach_device_pasid(domain, dev, pasid);
	return ret;
}

long labdev_ask(struct labdev_file *lf, void __user *arg)
{
	struct labdev *ld = lf->labdev;
	struct device *dev = &ld->pdev->dev;
	struct labdev_domain *d;
	struct labdev_ask a;
	long ret = -ENODEV;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if ((a.flags & ~LABDEV_ASK_DRIVER) || a.pad)
		return -EINVAL;
	d = labdev_domain_of_fd(a.fd);
	if (IS_ERR(d))
		return PTR_ERR(d);
	mutex_lock(&ld->attach_lock);
	/* Of a PASID in use nobody but the core may be asked: it says no. */
	if ((a.flags & LABDEV_ASK_DRIVER) && xa_load(&ld->attaches, a.pasid))
		ret = -EINVAL;
	else if (d->domain && dev->iommu && d->domain->ops->set_dev_pasid)
		ret = a.flags & LABDEV_ASK_DRIVER ? ask_driver(d->domain, dev, a.pasid)
						  : ask_core(d->domain, dev, a.pasid);
	mutex_unlock(&ld->attach_lock);
	labdev_domain_put(d);
	return ret;
}

/* ---------------------------------------------------------------- ends */

long labdev_detach(struct labdev_file *lf, void __user *arg)
{
	struct labdev *ld = lf->labdev;
	struct labdev_attach_args a;
	struct labdev_attach *at;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	mutex_lock(&ld->attach_lock);
	at = a.pasid == LABDEV_RID ? ld->rid_attach : xa_load(&ld->attaches, a.pasid);
	if (at && at->file == lf)
		attach_end(at);
	else
		at = NULL;
	mutex_unlock(&ld->attach_lock);
	return at ? 0 : -ENOENT;
}

/* Of a file, a domain, or all. */
void labdev_detach_all(struct labdev *ld, const struct labdev_file *lf,
		       const struct labdev_domain *d)
{
	struct labdev_attach *at;
	unsigned long i;

	mutex_lock(&ld->attach_lock);
	xa_for_each(&ld->attaches, i, at)
		if ((!lf || at->file == lf) && (!d || at->domain == d))
			attach_end(at);
	at = ld->rid_attach;
	if (at && (!lf || at->file == lf) && (!d || at->domain == d))
		attach_end(at);
	mutex_unlock(&ld->attach_lock);
}

void labdev_detach_file(struct labdev_file *lf)
{
	labdev_detach_all(lf->labdev, lf, NULL);
}
