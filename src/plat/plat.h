/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finding and starting SMMUs: what the files of this folder share.
 *
 * Layer 4.
 */
#ifndef SMMU3_PLAT_PLAT_H
#define SMMU3_PLAT_PLAT_H

#include <linux/platform_device.h>
#include <linux/types.h>
#include "../fmt/idr.h"

struct smmu3_device;

/* Module parameter late: devices that drivers use already when their SMMU is found. */
enum smmu3_late_policy {
	SMMU3_LATE_BYPASS,	/* their streams pass untranslated, and one line says so */
	SMMU3_LATE_REFUSE,	/* the SMMU is not enabled */
};

/* Module parameter remove: what traffic meets when smmu3 lets an SMMU go. */
enum smmu3_remove_policy {
	SMMU3_REMOVE_ABORT,
	SMMU3_REMOVE_BYPASS,
};

/**
 * struct smmu3_plat_params - module parameters of this layer
 * @btm: whether the CPUs' TLB maintenance is listened to
 * @no_msi_poll: never wait for CMD_SYNC by a write to memory
 * @one_cmdq: no enhanced command queues
 * @cmdq_lg2: log2 of the commands that the Command queue holds
 * @late: policy for devices in use already
 * @remove: policy for traffic after unload and shutdown
 */
extern struct smmu3_plat_params {
	enum smmu3_btm_policy		btm;
	bool				no_msi_poll;
	bool				one_cmdq;
	u8				cmdq_lg2;
	enum smmu3_late_policy		late;
	enum smmu3_remove_policy	remove;
} smmu3_plat_params;

/* Module parameter walk_iova: defined in src/debug/walk.c, which is its only reader. */
extern unsigned long smmu3_walk_iova;

extern struct platform_driver smmu3_platform_driver;
extern const struct dev_pm_ops smmu3_pm_ops;

/**
 * struct smmu3_census - the SMMUs of this machine
 * @present: SMMUv3 devices, whoever drives them
 * @ours: those that smmu3 drives
 * @foreign: those that another driver drives
 * @failed: those that smmu3 looked at and could not drive
 * @owner: name of a driver that drives some of @foreign
 */
struct smmu3_census {
	unsigned int	present, ours, foreign, failed;
	char		owner[32];
};

/**
 * smmu3_probe_census() - count the SMMUs of this machine
 * @census: filled
 *
 * Context: may sleep; takes the lock of each SMMU's device.
 */
void smmu3_probe_census(struct smmu3_census *census);

/* Every ASID of every SMMU is replaced by another, under the devices' accesses. 0, or an error. */
int smmu3_probe_move_asids(void);

/**
 * smmu3_probe_must_pass() - does a stream depend on passing untranslated
 * @smmu: the SMMU
 *
 * True while a stream is held in bypass, for firmware (RMR) or for a device that was in use
 * before its SMMU was found: such traffic shall pass also while the SMMU is off. Never true in a
 * crash kernel, whose predecessor's DMA may still be on its way with addresses that mean
 * something else now.
 */
bool smmu3_probe_must_pass(struct smmu3_device *smmu);

#endif
