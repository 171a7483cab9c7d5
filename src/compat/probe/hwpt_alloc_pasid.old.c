// SPDX-License-Identifier: GPL-2.0-only
/* Is a domain that shall serve PASIDs marked when it is made? Old: no, the name is free. */
#include <linux/types.h>
#include <uapi/linux/iommufd.h>

enum { IOMMU_HWPT_ALLOC_PASID };
