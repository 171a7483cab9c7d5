// SPDX-License-Identifier: GPL-2.0-only
/* Does the core ask whether ATS works? Old: no, so the name is free. */
#include <linux/iommu.h>

enum { IOMMU_CAP_PCI_ATS_SUPPORTED };
