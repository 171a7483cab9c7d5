// SPDX-License-Identifier: GPL-2.0-only
/* Is attach_dev() told the domain that it replaces? Old: it gets two arguments. */
#include <linux/iommu.h>

static int probe_attach_dev(struct iommu_domain *domain, struct device *dev)
{
	return 0;
}

const struct iommu_domain_ops probe_ops = {
	.attach_dev = probe_attach_dev,
};
