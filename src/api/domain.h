/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domains: what the IOMMU core hands around.
 *
 * Layer 3. IDENTITY and BLOCKED are one static object each for all SMMUs; a paging domain is a
 * space of layer 2 with io-pgtable's tables.
 */
#ifndef SMMU3_API_DOMAIN_H
#define SMMU3_API_DOMAIN_H

#include <linux/io-pgtable.h>
#include <linux/iommu.h>
#include "../core/master.h"
#include "../core/space.h"

/**
 * struct smmu3_domain - a paging domain
 * @domain: the core's part
 * @space: layer 2's part
 * @pgtbl: the tables
 *
 * Everything is final when it is allocated: it can be mapped before it is attached.
 */
struct smmu3_domain {
	struct iommu_domain	domain;
	struct smmu3_space	space;
	struct io_pgtable_ops	*pgtbl;
};

static inline struct smmu3_domain *smmu3_domain_from(struct iommu_domain *domain)
{
	return container_of(domain, struct smmu3_domain, domain);
}

/* The master of a device in a callback of the core. */
static inline struct smmu3_master *smmu3_master_from(struct device *dev)
{
	return dev_iommu_priv_get(dev);
}

extern struct iommu_domain smmu3_identity_domain;
extern struct iommu_domain smmu3_blocked_domain;
extern const struct iommu_domain_ops smmu3_paging_ops;
extern const struct iommu_dirty_ops smmu3_dirty_ops;
extern const struct iommu_ops smmu3_ops;

/**
 * smmu3_domain_alloc_paging() - a paging domain for a device's SMMU
 * @dev: the device
 * @flags: IOMMU_HWPT_ALLOC_*
 * @user_data: not supported, NULL
 *
 * Stage 1 where the SMMU has it, else stage 2; stage 2 with IOMMU_HWPT_ALLOC_NEST_PARENT.
 * Context: may sleep.
 * Return: the domain, or ERR_PTR: -EOPNOTSUPP what the flags ask for is not there, -ENOMEM.
 */
struct iommu_domain *smmu3_domain_alloc_paging(struct device *dev, u32 flags,
					       const struct iommu_user_data *user_data);

/**
 * smmu3_domain_set_dev_pasid() - &iommu_domain_ops.set_dev_pasid of domains with tables
 * @domain: the domain
 * @dev: the device
 * @pasid: its PASID
 * @old: not needed: the driver keeps its own record of what a PASID has
 *
 * Context: may sleep.
 * Return: 0, or as smmu3_attach_pasid(), with -EINVAL for a PASID beyond the CD table.
 */
int smmu3_domain_set_dev_pasid(struct iommu_domain *domain, struct device *dev, ioasid_t pasid,
			       struct iommu_domain *old);

/**
 * smmu3_pgtable_alloc() - tables of a domain, and the space that describes them to an SMMU
 * @sd: the domain, its space's stage set
 * @smmu: the SMMU that it is for
 * @dirty: the SMMU shall track dirty pages
 *
 * Sets pgsize_bitmap and geometry of the domain.
 * Return: 0, -EOPNOTSUPP no granule or address size in common, -ENOMEM.
 */
int smmu3_pgtable_alloc(struct smmu3_domain *sd, const struct smmu3_device *smmu, bool dirty);

#endif
