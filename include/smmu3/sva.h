/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SVA for the drivers of devices: a device uses the address space of a process.
 *
 * One API on every kernel. Where the kernel has the SVA core (CONFIG_IOMMU_SVA) it is the core's,
 * with whatever IOMMU driver; elsewhere it is the smmu3 module's. The module is looked up when it
 * is called, not when the caller is loaded: a driver that uses this loads beside any IOMMU driver,
 * and hears -ENODEV from one that has no SVA.
 *
 * The caller sees to it that its device sends nothing with a PASID any more before it unbinds: stop
 * its jobs, and wait until the device has sent what it had to. Nothing else ends a bond: not the
 * end of the process (the device's accesses fault then), and not the removal of the device, so
 * remove() unbinds.
 *
 * ARM IHI 0070, 3.3.2 "StreamIDs to Context Descriptors", 3.12 "Fault models".
 */
#ifndef SMMU3_SVA_H
#define SMMU3_SVA_H

#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/types.h>
#include <linux/version.h>

struct device;
struct mm_struct;
struct smmu3_sva;

/**
 * struct smmu3_sva_faults - faults of a process's address space, from all devices bound to it
 * @stalls: transactions that stalled
 * @requests: page requests (PRI)
 * @resolved: stalls, and groups of requests, after which the device was told to try again
 * @refused: those that were refused: no such mapping, or not with this access
 * @dropped: those whose bond or SMMU ended before they were served
 */
struct smmu3_sva_faults {
	u64	stalls, requests, resolved, refused, dropped;
};

/**
 * struct smmu3_sva_provider - the functions below, as the smmu3 module has them
 * @bind: smmu3_sva_bind(), where the kernel has no SVA core; NULL elsewhere
 * @unbind: smmu3_sva_unbind(), likewise
 * @faults: smmu3_sva_faults()
 */
struct smmu3_sva_provider {
	struct smmu3_sva *(*bind)(struct device *dev, struct mm_struct *mm);
	void (*unbind)(struct smmu3_sva *sva);
	int (*faults)(struct smmu3_sva *sva, struct smmu3_sva_faults *faults);
};

extern const struct smmu3_sva_provider smmu3_sva_provider;

#if !IS_ENABLED(CONFIG_IOMMU_SVA)
/**
 * struct smmu3_sva - a bond of a device and a process
 * @provider: who made it
 * @dev: the device
 * @pasid: the process's PASID
 */
struct smmu3_sva {
	const struct smmu3_sva_provider	*provider;
	struct device			*dev;
	u32				pasid;
};
#endif

/**
 * smmu3_sva_bind() - let a device use a process's address space
 * @dev: the device; its driver is bound
 * @mm: the address space; the caller holds it (mmget()), or it is current->mm
 *
 * Binding the same two again gives the same PASID, and wants to be undone as often. A process has
 * one PASID for all its devices.
 * Context: may sleep; takes the mmap lock for writing.
 * Return: the bond, or ERR_PTR: -ENODEV no IOMMU driver with SVA has the device; -EOPNOTSUPP it has
 * no PASIDs, or its SMMU cannot read the CPU's tables (a line in the log says why); -EOVERFLOW the
 * process's PASID is beyond what the device can send; -ENOSPC no PASID is left; -EBUSY a
 * driver has the PASID in other use, or the RID is attached to stage 2; -EINVAL, -ENOMEM.
 */
static inline struct smmu3_sva *smmu3_sva_bind(struct device *dev, struct mm_struct *mm);

/**
 * smmu3_sva_unbind() - it does not use it any more
 * @sva: the bond; the device sends nothing with its PASID any more
 *
 * Faults that have not been served by now are answered with an error.
 * Context: may sleep.
 */
static inline void smmu3_sva_unbind(struct smmu3_sva *sva);

/* The PASID of a bond. Context: any. */
static inline u32 smmu3_sva_pasid(struct smmu3_sva *sva);

/**
 * smmu3_sva_faults() - figures about faults
 * @sva: the bond
 * @faults: filled
 *
 * Context: may sleep.
 * Return: 0; -ENODEV: it is not smmu3 that serves them.
 */
static inline int smmu3_sva_faults(struct smmu3_sva *sva, struct smmu3_sva_faults *faults);

#if IS_ENABLED(CONFIG_IOMMU_SVA)

/*
 * Before 6.16 the core wants page faults and SVA enabled for a device, in this order. An IOMMU
 * driver that counts has them on for good after the first time; that a device cannot fault is no
 * error.
 */
static inline int smmu3_sva_enable(struct device *dev)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
	int ret;

	iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_IOPF);
	ret = iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_SVA);
	return ret == -EBUSY ? 0 : ret;
#else
	return 0;
#endif
}

static inline struct smmu3_sva *smmu3_sva_bind(struct device *dev, struct mm_struct *mm)
{
	int ret = smmu3_sva_enable(dev);

	if (ret)
		return ERR_PTR(ret);
	return (struct smmu3_sva *)iommu_sva_bind_device(dev, mm);
}

static inline void smmu3_sva_unbind(struct smmu3_sva *sva)
{
	iommu_sva_unbind_device((struct iommu_sva *)sva);
}

static inline u32 smmu3_sva_pasid(struct smmu3_sva *sva)
{
	return iommu_sva_get_pasid((struct iommu_sva *)sva);
}

static inline int smmu3_sva_faults(struct smmu3_sva *sva, struct smmu3_sva_faults *faults)
{
	const struct smmu3_sva_provider *provider = symbol_get(smmu3_sva_provider);
	int ret;

	if (!provider)
		return -ENODEV;
	ret = provider->faults(sva, faults);
	symbol_put(smmu3_sva_provider);
	return ret;
}

#else

static inline struct smmu3_sva *smmu3_sva_bind(struct device *dev, struct mm_struct *mm)
{
	const struct smmu3_sva_provider *provider = symbol_get(smmu3_sva_provider);
	struct smmu3_sva *sva;

	if (!provider)
		return ERR_PTR(-ENODEV);
	sva = provider->bind(dev, mm);
	/* The module stays while there is a bond. */
	if (IS_ERR(sva))
		symbol_put(smmu3_sva_provider);
	return sva;
}

static inline void smmu3_sva_unbind(struct smmu3_sva *sva)
{
	sva->provider->unbind(sva);
	symbol_put(smmu3_sva_provider);
}

static inline u32 smmu3_sva_pasid(struct smmu3_sva *sva)
{
	return sva->pasid;
}

static inline int smmu3_sva_faults(struct smmu3_sva *sva, struct smmu3_sva_faults *faults)
{
	return sva->provider->faults(sva, faults);
}

#endif

#endif
