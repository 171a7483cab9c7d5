/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices that were in use before their SMMU was found.
 *
 * Layer 4.
 */
#ifndef SMMU3_PLAT_LATE_H
#define SMMU3_PLAT_LATE_H

struct smmu3_device;

/* Buses that a kernel may not have: NULL there. */
#ifdef CONFIG_ARM_AMBA
#define SMMU3_LATE_AMBA_BUS	(&amba_bustype)
#else
#define SMMU3_LATE_AMBA_BUS	NULL
#endif
#ifdef CONFIG_PCI
#define SMMU3_LATE_PCI_BUS	(&pci_bus_type)
#else
#define SMMU3_LATE_PCI_BUS	NULL
#endif
#ifdef CONFIG_FSL_MC_BUS
#define SMMU3_LATE_FSL_MC_BUS	(&fsl_mc_bus_type)
#else
#define SMMU3_LATE_FSL_MC_BUS	NULL
#endif

/**
 * smmu3_late_check() - may the SMMU be enabled
 * @smmu: the SMMU, which nothing has been written to yet
 *
 * Context: may sleep.
 * Return: 0; -EBUSY: there are such devices and policy is to refuse; -EINVAL: firmware does not
 * say which StreamIDs such a device has, so that its DMA cannot be kept alive. Both after one
 * line in the log.
 */
int smmu3_late_check(struct smmu3_device *smmu);

/**
 * smmu3_late_hold() - let streams of devices in use pass untranslated
 * @smmu: the SMMU
 *
 * Before it is enabled, and once more after it was registered, for whoever came in between.
 * Prints one line for each device that is not held yet. The hold ends when the device is bound
 * anew.
 *
 * Context: may sleep; takes the attach lock.
 * Return: 0 or a negative errno after one line in the log: a device in use could not be held.
 */
int smmu3_late_hold(struct smmu3_device *smmu);

/* Module init and exit: notice when a device gets or loses its driver. 0 or a negative errno. */
int smmu3_late_init(void);
void smmu3_late_exit(void);

#endif
