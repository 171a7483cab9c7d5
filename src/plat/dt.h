/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device tree's view of an SMMU and of the devices behind it.
 *
 * Bindings: iommu/arm,smmu-v3, pci/pci-iommu, iommu/iommu. Layer 4.
 */
#ifndef SMMU3_PLAT_DT_H
#define SMMU3_PLAT_DT_H

#include <linux/types.h>

struct device;
struct pci_dev;
struct smmu3_device;
struct smmu3_idr_env;

/* Called for one StreamID; anything but 0 ends the walk and is returned by it. */
typedef int (*smmu3_sid_fn)(void *arg, u32 sid);

/**
 * smmu3_dt_read() - properties of the SMMU's node
 * @smmu: with dev; quirks are added
 * @env: coherency and quirks are filled
 *
 * Return: 0; -EINVAL after one line in the log.
 */
int smmu3_dt_read(struct smmu3_device *smmu, struct smmu3_idr_env *env);

/**
 * smmu3_dt_pci_sid() - StreamID of a PCI requester by its host bridge's iommu-map
 * @smmu: the SMMU
 * @pdev: any function below the host bridge
 * @rid: requester ID
 * @sid: out
 *
 * Return: 1 found; 0 this SMMU does not translate it; -EINVAL the map is broken.
 */
int smmu3_dt_pci_sid(struct smmu3_device *smmu, struct pci_dev *pdev, u16 rid, u32 *sid);

/**
 * smmu3_dt_sids() - StreamIDs on an SMMU that a node's "iommus" gives
 * @smmu: the SMMU
 * @dev: any device
 * @fn: called for each
 * @arg: for @fn
 *
 * Return: 0 or what @fn returned.
 */
int smmu3_dt_sids(struct smmu3_device *smmu, struct device *dev, smmu3_sid_fn fn, void *arg);

#endif
