// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a callback ask for a device's domain? Old: by the function for everybody.
 * The declaration below is wrong on purpose, and an error where the name is taken.
 */
#include <linux/iommu.h>

int iommu_driver_get_domain_for_dev(void);

struct iommu_domain *probe_get_domain(struct device *dev);
struct iommu_domain *probe_get_domain(struct device *dev)
{
	return iommu_get_domain_for_dev(dev);
}
