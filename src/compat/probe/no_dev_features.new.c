// SPDX-License-Identifier: GPL-2.0-only
/* Are SVA and page faults features that a driver enables? New: no, so the name is free. */
#include <linux/iommu.h>

enum { IOMMU_DEV_FEAT_SVA };
