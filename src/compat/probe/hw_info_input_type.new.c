// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does hw_info() read its type too? New: yes, an enum that says what is asked for. The
 * compiler takes u32 and that enum for the same, so the user's flag is asked for instead.
 */
#include <linux/types.h>
#include <uapi/linux/iommufd.h>

enum { PROBE_FLAG = IOMMU_HW_INFO_FLAG_INPUT_TYPE };
