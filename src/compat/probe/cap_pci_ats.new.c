// SPDX-License-Identifier: GPL-2.0-only
/* Does the core ask whether ATS works? New: yes, by a capability. */
#include <linux/iommu.h>

enum { PROBE_CAP = IOMMU_CAP_PCI_ATS_SUPPORTED };
