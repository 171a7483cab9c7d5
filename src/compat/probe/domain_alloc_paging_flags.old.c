// SPDX-License-Identifier: GPL-2.0-only
/* How are domains with flags made? Old: all by domain_alloc_user(). */
#include <linux/iommu.h>

static struct iommu_domain *
probe_alloc_user(struct device *dev, u32 flags, struct iommu_domain *parent,
		 const struct iommu_user_data *user_data)
{
	return NULL;
}

static struct iommu_domain *probe_alloc_paging(struct device *dev)
{
	return NULL;
}

const struct iommu_ops probe_ops = {
	.domain_alloc_user = probe_alloc_user,
	.domain_alloc_paging = probe_alloc_paging,
};
