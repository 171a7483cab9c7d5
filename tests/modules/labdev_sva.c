// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shared virtual addressing: the calling process's address space on a PASID. Only where the kernel
 * has it; stock kernels of Debian have not. Invariant: a bind ends with its file.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#include "labdev.h"

#if IS_ENABLED(CONFIG_IOMMU_SVA)

/* Kernels before 6.16 want to be told in advance, and as often that it is over. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
static int sva_enable(struct device *dev)
{
	return iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_SVA);
}

static void sva_disable(struct device *dev)
{
	iommu_dev_disable_feature(dev, IOMMU_DEV_FEAT_SVA);
}
#else
static int sva_enable(struct device *dev) { return 0; }
static void sva_disable(struct device *dev) { }
#endif

static void sva_end(struct labdev_file *lf, struct iommu_sva *sva)
{
	iommu_sva_unbind_device(sva);
	if (xa_empty(&lf->binds))
		sva_disable(&lf->labdev->pdev->dev);
}

long labdev_sva_bind(struct labdev_file *lf, void __user *arg)
{
	struct device *dev = &lf->labdev->pdev->dev;
	struct iommu_sva *sva;
	u32 pasid;
	int ret = 0;

	mutex_lock(&lf->lock);
	if (xa_empty(&lf->binds))
		ret = sva_enable(dev);
	if (ret)
		goto out;
	sva = iommu_sva_bind_device(dev, current->mm);
	if (IS_ERR(sva)) {
		ret = PTR_ERR(sva);
		goto err_disable;
	}
	pasid = iommu_sva_get_pasid(sva);
	/* The core hands out one handle for a process and device; it counts, this file does not. */
	ret = xa_insert(&lf->binds, pasid, sva, GFP_KERNEL);
	if (ret)
		iommu_sva_unbind_device(sva);
	else if (put_user(pasid, (u32 __user *)arg))
		ret = -EFAULT;
err_disable:
	if (xa_empty(&lf->binds))
		sva_disable(dev);
out:
	mutex_unlock(&lf->lock);
	return ret;
}

long labdev_sva_unbind(struct labdev_file *lf, u32 pasid)
{
	struct iommu_sva *sva;

	mutex_lock(&lf->lock);
	sva = xa_erase(&lf->binds, pasid);
	if (sva)
		sva_end(lf, sva);
	mutex_unlock(&lf->lock);
	return sva ? 0 : -ENOENT;
}

void labdev_sva_unbind_all(struct labdev_file *lf)
{
	struct iommu_sva *sva;
	unsigned long i;

	mutex_lock(&lf->lock);
	xa_for_each(&lf->binds, i, sva) {
		xa_erase(&lf->binds, i);
		sva_end(lf, sva);
	}
	mutex_unlock(&lf->lock);
}

#else

long labdev_sva_bind(struct labdev_file *lf, void __user *arg)
{
	dev_info_once(&lf->labdev->pdev->dev,
		      "no SVA: this kernel is built without CONFIG_IOMMU_SVA\n");
	return -EOPNOTSUPP;
}

long labdev_sva_unbind(struct labdev_file *lf, u32 pasid)
{
	return -EOPNOTSUPP;
}

void labdev_sva_unbind_all(struct labdev_file *lf)
{
}

#endif
