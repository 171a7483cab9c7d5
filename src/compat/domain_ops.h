/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations tables of the IOMMU API, written once in the newest kernel's form.
 *
 * Layer: compat; only api/ includes this. Invariant: a function of the driver has the
 * newest kernel's type on every kernel. Where the kernel at hand wants another type,
 * SMMU3_DEFINE_X(fn) makes a small function of that type which calls fn, and
 * SMMU3_X(fn) is what belongs into the table:
 *
 *	static int paging_attach_dev(struct iommu_domain *domain, struct device *dev,
 *				     struct iommu_domain *old);
 *	SMMU3_DEFINE_ATTACH_DEV(paging_attach_dev);
 *
 *	static const struct iommu_domain_ops paging_ops = {
 *		.attach_dev = SMMU3_ATTACH_DEV(paging_attach_dev),
 *		.set_dev_pasid = paging_set_dev_pasid,
 *		.iotlb_sync = SMMU3_IOTLB_SYNC(paging_iotlb_sync),
 *	};
 *
 *	static const struct iommu_ops ops = {
 *		SMMU3_OPS_DOMAIN_ALLOC(alloc_paging_flags),
 *		SMMU3_OPS_BLOCKED_DOMAIN(&smmu3_blocked_domain),
 *		.hw_info = SMMU3_HW_INFO(hw_info),
 *	};
 */
#ifndef SMMU3_COMPAT_DOMAIN_OPS_H
#define SMMU3_COMPAT_DOMAIN_OPS_H

#include <linux/err.h>
#include <linux/iommu.h>
#include <uapi/linux/iommufd.h>

#include "verdicts.h"

/* Makes a macro that defines nothing end in a semicolon all the same. */
#define SMMU3_DEFINE_NOTHING struct iommu_domain

/*
 * attach_dev(domain, dev, old). An old kernel does not say what is replaced: @old is
 * NULL there, and the driver goes by its own record of what is attached.
 */
#if HAVE_ATTACH_DEV_OLD
#define SMMU3_DEFINE_ATTACH_DEV(fn) SMMU3_DEFINE_NOTHING
#define SMMU3_ATTACH_DEV(fn) fn
#else
#define SMMU3_DEFINE_ATTACH_DEV(fn)						\
	static int fn##_compat(struct iommu_domain *domain, struct device *dev)	\
	{									\
		return fn(domain, dev, NULL);					\
	}									\
	SMMU3_DEFINE_NOTHING
#define SMMU3_ATTACH_DEV(fn) fn##_compat
#endif

/*
 * set_dev_pasid(domain, dev, pasid, old) has one form, but a kernel whose removal of a
 * PASID is an operation of its own always passes old == NULL, and never calls the blocked
 * domain's. There the operation is routed to the blocked domain, with old = the domain
 * that is removed, as a new kernel does it. The domain needs a set_dev_pasid().
 */
#if HAVE_BLOCKED_SET_DEV_PASID
#define SMMU3_OPS_BLOCKED_DOMAIN(domain) .blocked_domain = (domain)
#else
static inline void smmu3_compat_remove_dev_pasid(struct device *dev, ioasid_t pasid,
						 struct iommu_domain *old)
{
	struct iommu_domain *blocked = dev->iommu->iommu_dev->ops->blocked_domain;

	WARN_ON(blocked->ops->set_dev_pasid(blocked, dev, pasid, old));
}

#define SMMU3_OPS_BLOCKED_DOMAIN(domain)					\
	.blocked_domain = (domain),						\
	.remove_dev_pasid = smmu3_compat_remove_dev_pasid
#endif

/* A kernel without the flag never asks for such a domain through iommufd. */
#if !HAVE_HWPT_ALLOC_PASID
#define IOMMU_HWPT_ALLOC_PASID BIT(3)
#endif

/*
 * domain_alloc_paging_flags(dev, flags, user_data), domain_alloc_nested(dev, parent,
 * flags, user_data). Old: domain_alloc_paging(dev) for the core and
 * domain_alloc_user(dev, flags, parent, user_data) for iommufd, both kinds.
 *
 * The core of an old kernel does not say what a domain is for. A new one asks for PASID
 * support in default domains of devices that have PASIDs, and so does the adapter. On
 * both, the core's default path sets type, owner and ops of what is returned, and iommufd
 * sets owner only: the driver sets type, ops and pgsize_bitmap itself.
 *
 * SMMU3_OPS_DOMAIN_ALLOC() takes SMMU3_NO_NESTED as nested_fn while there is none.
 */
#if HAVE_DOMAIN_ALLOC_PAGING_FLAGS
#define SMMU3_NO_NESTED NULL
#define SMMU3_DEFINE_DOMAIN_ALLOC(paging_fn, nested_fn) SMMU3_DEFINE_NOTHING
#define SMMU3_OPS_DOMAIN_ALLOC(paging_fn, nested_fn)				\
	.domain_alloc_paging_flags = paging_fn,					\
	.domain_alloc_nested = nested_fn
#else
static inline struct iommu_domain *
smmu3_compat_no_nested(struct device *dev, struct iommu_domain *parent, u32 flags,
		       const struct iommu_user_data *user_data)
{
	return ERR_PTR(-EOPNOTSUPP);
}

#define SMMU3_NO_NESTED smmu3_compat_no_nested
#define SMMU3_DEFINE_DOMAIN_ALLOC(paging_fn, nested_fn)				\
	static struct iommu_domain *paging_fn##_compat(struct device *dev)	\
	{									\
		if (!dev)							\
			return ERR_PTR(-ENODEV);				\
		return paging_fn(dev, dev->iommu->max_pasids ?			\
				 IOMMU_HWPT_ALLOC_PASID : 0, NULL);		\
	}									\
	static struct iommu_domain *						\
	paging_fn##_compat_user(struct device *dev, u32 flags,			\
				struct iommu_domain *parent,			\
				const struct iommu_user_data *user_data)	\
	{									\
		if (parent)							\
			return nested_fn(dev, parent, flags, user_data);	\
		return paging_fn(dev, flags, user_data);			\
	}									\
	SMMU3_DEFINE_NOTHING
#define SMMU3_OPS_DOMAIN_ALLOC(paging_fn, nested_fn)				\
	.domain_alloc_paging = paging_fn##_compat,				\
	.domain_alloc_user = paging_fn##_compat_user
#endif

/*
 * hw_info(dev, length, type): *type says what is asked for and is overwritten by what is
 * returned. An old kernel asks for nothing in particular: IOMMU_HW_INFO_TYPE_NONE, which
 * new ones call IOMMU_HW_INFO_TYPE_DEFAULT too.
 */
#if HAVE_HW_INFO_INPUT_TYPE
#define SMMU3_DEFINE_HW_INFO(fn) SMMU3_DEFINE_NOTHING
#define SMMU3_HW_INFO(fn) fn
#else
#define SMMU3_DEFINE_HW_INFO(fn)						\
	static void *fn##_compat(struct device *dev, u32 *length, u32 *type)	\
	{									\
		enum iommu_hw_info_type in_out = IOMMU_HW_INFO_TYPE_NONE;	\
		void *info = fn(dev, length, &in_out);				\
										\
		*type = in_out;							\
		return info;							\
	}									\
	SMMU3_DEFINE_NOTHING
#define SMMU3_HW_INFO(fn) fn##_compat
#endif

/*
 * domain_alloc_sva(dev, mm). With an old core drivers of devices enable SVA and page faults before
 * they bind; there is nothing to do for it.
 */
#if HAVE_NO_DEV_FEATURES
#define SMMU3_OPS_SVA(alloc_fn) .domain_alloc_sva = alloc_fn
#else
static inline int smmu3_compat_dev_feature(struct device *dev, enum iommu_dev_features feature)
{
	return feature == IOMMU_DEV_FEAT_SVA || feature == IOMMU_DEV_FEAT_IOPF ? 0 : -EOPNOTSUPP;
}

#define SMMU3_OPS_SVA(alloc_fn)							\
	.domain_alloc_sva = alloc_fn,						\
	.dev_enable_feat = smmu3_compat_dev_feature,				\
	.dev_disable_feat = smmu3_compat_dev_feature
#endif

/*
 * iotlb_sync(domain, gather): new kernels do not call it for an empty gather, old ones do.
 * No probe can see that, so the test stands on every kernel; it costs a compare.
 */
#define SMMU3_DEFINE_IOTLB_SYNC(fn)						\
	static void fn##_compat(struct iommu_domain *domain,			\
				struct iommu_iotlb_gather *gather)		\
	{									\
		if (likely(gather->start < gather->end))			\
			fn(domain, gather);					\
	}									\
	SMMU3_DEFINE_NOTHING
#define SMMU3_IOTLB_SYNC(fn) fn##_compat

/**
 * smmu3_compat_get_domain() - the domain that the core has attached to a device's RID
 * @dev: a device behind an SMMU
 *
 * Context: callbacks of the IOMMU API; the group's mutex is held by the core.
 * Return: the domain or NULL.
 */
static inline struct iommu_domain *smmu3_compat_get_domain(struct device *dev)
{
#if HAVE_DRIVER_GET_DOMAIN
	return iommu_driver_get_domain_for_dev(dev);
#else
	return iommu_get_domain_for_dev(dev);
#endif
}

/**
 * smmu3_compat_cap_is_ats() - does capable() ask whether ATS may be enabled?
 * @cap: the capability asked for
 *
 * Return: false on kernels that do not know the question.
 */
static inline bool smmu3_compat_cap_is_ats(enum iommu_cap cap)
{
#if HAVE_CAP_PCI_ATS
	return cap == IOMMU_CAP_PCI_ATS_SUPPORTED;
#else
	return false;
#endif
}

/* A root complex that can make a device's writes cacheable; old kernels never say so. */
#ifndef IOMMU_FWSPEC_PCI_RC_CANWBS
#define IOMMU_FWSPEC_PCI_RC_CANWBS 0
#endif

#endif /* SMMU3_COMPAT_DOMAIN_OPS_H */
