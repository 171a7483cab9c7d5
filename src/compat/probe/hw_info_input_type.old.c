// SPDX-License-Identifier: GPL-2.0-only
/* Does hw_info() read its type too? Old: no, a u32 of any value; the flag's name is free. */
#include <linux/types.h>
#include <uapi/linux/iommufd.h>

enum { IOMMU_HW_INFO_FLAG_INPUT_TYPE };
