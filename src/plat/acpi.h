/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ACPI's view of an SMMU and of the devices behind it: the IORT.
 *
 * Arm DEN 0049 "I/O Remapping Table". Layer 4.
 */
#ifndef SMMU3_PLAT_ACPI_H
#define SMMU3_PLAT_ACPI_H

#include <linux/errno.h>
#include "dt.h"

#ifdef CONFIG_ACPI_IORT

/**
 * smmu3_acpi_read() - the SMMU's IORT node
 * @smmu: with dev; quirks are added
 * @env: coherency, HTTU and quirks are filled
 *
 * Return: 0; -ENODEV after one line in the log: the device does not come from an IORT node.
 */
int smmu3_acpi_read(struct smmu3_device *smmu, struct smmu3_idr_env *env);

/**
 * smmu3_acpi_rmr_sids() - StreamIDs with reserved memory ranges (RMR nodes)
 * @smmu: the SMMU
 * @fn: called for each
 * @arg: for @fn
 *
 * Return: 0 or what @fn returned.
 */
int smmu3_acpi_rmr_sids(struct smmu3_device *smmu, smmu3_sid_fn fn, void *arg);

/**
 * smmu3_acpi_pci_sid() - StreamID of a PCI requester by the IORT
 * @smmu: the SMMU
 * @segment: PCI segment
 * @rid: requester ID
 * @sid: out
 *
 * Return: 1 found; 0 this SMMU does not translate it; -EINVAL the table is broken.
 */
int smmu3_acpi_pci_sid(struct smmu3_device *smmu, u32 segment, u16 rid, u32 *sid);

/**
 * smmu3_acpi_sids() - StreamIDs on an SMMU of a named component
 * @smmu: the SMMU
 * @dev: any device
 * @fn: called for each
 * @arg: for @fn
 *
 * Return: 0, what @fn returned, -EINVAL the table is broken, -ENOMEM.
 */
int smmu3_acpi_sids(struct smmu3_device *smmu, struct device *dev, smmu3_sid_fn fn, void *arg);

#else

static inline int smmu3_acpi_read(struct smmu3_device *smmu, struct smmu3_idr_env *env)
{
	return -ENODEV;
}

static inline int smmu3_acpi_rmr_sids(struct smmu3_device *smmu, smmu3_sid_fn fn, void *arg)
{
	return 0;
}

static inline int smmu3_acpi_pci_sid(struct smmu3_device *smmu, u32 segment, u16 rid, u32 *sid)
{
	return 0;
}

static inline int smmu3_acpi_sids(struct smmu3_device *smmu, struct device *dev, smmu3_sid_fn fn,
				  void *arg)
{
	return 0;
}

#endif

#endif
