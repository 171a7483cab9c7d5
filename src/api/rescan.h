/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices that the IOMMU core knows to be behind an SMMU and has not given to it.
 *
 * Layer 3.
 */
#ifndef SMMU3_API_RESCAN_H
#define SMMU3_API_RESCAN_H

struct device;
struct smmu3_device;

/**
 * smmu3_rescan() - have the core give an unbound device to its SMMU
 * @dev: the device, without a driver; its lock is held. Its DMA has been configured
 *
 * Nothing happens where the core has done so already, or where @dev is behind no SMMU of ours.
 * Context: may sleep.
 */
void smmu3_rescan(struct device *dev);

/**
 * smmu3_passed_over() - has the core not asked about a device that is behind an SMMU
 * @dev: the device. Its DMA has been configured
 *
 * Context: may sleep.
 * Return: the SMMU; NULL: @dev is behind none of ours, has its group, was refused, or the SMMU is
 * being registered still.
 */
struct smmu3_device *smmu3_passed_over(struct device *dev);

#endif
