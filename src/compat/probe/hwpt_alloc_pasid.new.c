// SPDX-License-Identifier: GPL-2.0-only
/* Is a domain that shall serve PASIDs marked when it is made? New: yes, by a flag. */
#include <linux/types.h>
#include <uapi/linux/iommufd.h>

enum { PROBE_FLAG = IOMMU_HWPT_ALLOC_PASID };
