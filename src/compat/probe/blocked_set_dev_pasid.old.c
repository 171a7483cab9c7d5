// SPDX-License-Identifier: GPL-2.0-only
/* How is a PASID taken away? Old: by an operation of its own. */
#include <linux/iommu.h>

static void probe_remove_dev_pasid(struct device *dev, ioasid_t pasid,
				   struct iommu_domain *domain)
{
}

const struct iommu_ops probe_ops = {
	.remove_dev_pasid = probe_remove_dev_pasid,
};
