/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which StreamIDs a device has, asked of the firmware's tables and not of the kernel.
 *
 * Layer 4.
 */
#ifndef SMMU3_PLAT_REQUESTER_H
#define SMMU3_PLAT_REQUESTER_H

#include "dt.h"

/**
 * smmu3_requester_sids() - StreamIDs of a device on an SMMU
 * @smmu: the SMMU
 * @dev: any device
 * @fn: called for each; a StreamID may come twice
 * @arg: for @fn
 *
 * PCI devices with all the requester IDs that their DMA may carry.
 *
 * Return: 0, what @fn returned, -EINVAL: the tables are broken where they speak of @dev, -ENOMEM.
 */
int smmu3_requester_sids(struct smmu3_device *smmu, struct device *dev, smmu3_sid_fn fn, void *arg);

#endif
