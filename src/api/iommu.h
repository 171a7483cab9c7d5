/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An SMMU as an IOMMU of Linux.
 *
 * Layer 3. plat allocates it, fills its hardware half, starts it and registers it here.
 */
#ifndef SMMU3_API_IOMMU_H
#define SMMU3_API_IOMMU_H

#include <linux/iommu.h>
#include <linux/xarray.h>
#include "../hw/device.h"

/**
 * struct smmu3_iommu - an SMMU and its IOMMU core object
 * @smmu: the hardware
 * @iommu: the core's object
 * @registered: iommu_device_register() succeeded
 * @explained: first StreamIDs of the devices that could not be taken, of which the log has a line
 */
struct smmu3_iommu {
	struct smmu3_device	smmu;
	struct iommu_device	iommu;
	bool			registered;
	struct xarray		explained;
};

/**
 * smmu3_iommu_register() - offer a started SMMU to the IOMMU core
 * @si: the SMMU
 *
 * Devices are probed and attached to their default domains before it returns.
 * Context: may sleep.
 * Return: 0 or a negative errno of the core.
 */
int smmu3_iommu_register(struct smmu3_iommu *si);
void smmu3_iommu_unregister(struct smmu3_iommu *si);

/**
 * smmu3_iommu_link() - let a device sleep before its SMMU and wake after it
 * @dev: the device
 * @smmu: its SMMU
 *
 * Devices that sleep asynchronously, as those of PCI do, know no other order. Context: may sleep;
 * the attach lock is not held.
 */
void smmu3_iommu_link(struct device *dev, struct smmu3_device *smmu);
void smmu3_iommu_unlink(struct device *dev, struct smmu3_device *smmu);

/*
 * The SMMU whose platform device has this firmware node, or NULL; implemented by plat through
 * this hook.
 */
extern struct smmu3_iommu *(*smmu3_iommu_find)(struct fwnode_handle *fwnode);

/**
 * struct smmu3_api_params - module parameters of this layer
 * @force_stage2: allocate stage 2 for every paging domain (testing)
 */
extern struct smmu3_api_params {
	bool force_stage2;
} smmu3_api_params;

#endif
