// SPDX-License-Identifier: GPL-2.0-only
/* Is attach_dev() told the domain that it replaces? New: yes, as third argument. */
#include <linux/iommu.h>

static int probe_attach_dev(struct iommu_domain *domain, struct device *dev,
			    struct iommu_domain *old)
{
	return 0;
}

const struct iommu_domain_ops probe_ops = {
	.attach_dev = probe_attach_dev,
};
