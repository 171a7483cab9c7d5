// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is a PASID taken away? New: the blocked domain's set_dev_pasid() is called, and
 * the operation remove_dev_pasid() is gone. A header cannot be asked for what it lacks,
 * so the old name is turned into that of another member: where the header still has
 * both, the structure has one member twice.
 */
#define remove_dev_pasid release_device
#include <linux/iommu.h>

struct iommu_ops probe_ops;
