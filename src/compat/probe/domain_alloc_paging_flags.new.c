// SPDX-License-Identifier: GPL-2.0-only
/* How are domains with flags made? New: paging and nested ones by two operations. */
#include <linux/iommu.h>

static struct iommu_domain *
probe_alloc_paging(struct device *dev, u32 flags, const struct iommu_user_data *user_data)
{
	return NULL;
}

static struct iommu_domain *
probe_alloc_nested(struct device *dev, struct iommu_domain *parent, u32 flags,
		   const struct iommu_user_data *user_data)
{
	return NULL;
}

const struct iommu_ops probe_ops = {
	.domain_alloc_paging_flags = probe_alloc_paging,
	.domain_alloc_nested = probe_alloc_nested,
};
