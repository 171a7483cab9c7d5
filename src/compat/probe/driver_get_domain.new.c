// SPDX-License-Identifier: GPL-2.0-only
/* How does a callback ask for a device's domain? New: by a function for drivers. */
#include <linux/iommu.h>

struct iommu_domain *probe_get_domain(struct device *dev);
struct iommu_domain *probe_get_domain(struct device *dev)
{
	return iommu_driver_get_domain_for_dev(dev);
}
