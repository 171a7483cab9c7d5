// SPDX-License-Identifier: GPL-2.0-only
/* Are SVA and page faults features that a driver enables? Old: yes. */
#include <linux/iommu.h>

enum { PROBE_FEATURE = IOMMU_DEV_FEAT_SVA };

static int probe_enable(struct device *dev, enum iommu_dev_features feature)
{
	return 0;
}

const struct iommu_ops probe_ops = { .dev_enable_feat = probe_enable };
