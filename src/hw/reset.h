/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Disable, program, enable.
 *
 * ARM IHI 0070, 6.3.9 "SMMU_CR0", 6.3.14 "SMMU_GBPA", 3.11 "Reset, Enable and initialization".
 * Layer 1. Invariant: between disable and enable all traffic aborts (GBPA.ABORT), or all passes
 * where open_when_off asks for it. Every acknowledgement is polled with a bound.
 */
#ifndef SMMU3_HW_RESET_H
#define SMMU3_HW_RESET_H

#include <linux/types.h>

struct smmu3_device;

/**
 * smmu3_reset_disable() - stop the SMMU; all traffic aborts, or passes with @open_when_off
 * @smmu: the SMMU
 *
 * Context: may sleep; reset_lock held.
 * Return: 0; -ETIMEDOUT: an acknowledgement never came (the register is named in the log).
 * Everything that could be turned off has been; smmu3_reset_translates() says whether the SMMU
 * still translates.
 */
int smmu3_reset_disable(struct smmu3_device *smmu);

/* Does the SMMU say that SMMUEN is on? After a failed smmu3_reset_disable() it may. */
bool smmu3_reset_translates(const struct smmu3_device *smmu);

/**
 * smmu3_reset_poll() - wait until the masked register has a value
 * @smmu: the SMMU
 * @addr: the register
 * @mask: bits that matter
 * @want: their value
 * @what: for the message that it never had it
 *
 * Context: may sleep. Return: 0 or -ETIMEDOUT.
 */
int smmu3_reset_poll(struct smmu3_device *smmu, const void __iomem *addr, u32 mask, u32 want,
		     const char *what);

/**
 * smmu3_reset_enable() - program everything from memory, invalidate all caches, enable
 * @smmu: the SMMU, disabled
 *
 * Context: may sleep; reset_lock held.
 * Return: 0; -ETIMEDOUT, after which the SMMU is left disabled and aborting.
 */
int smmu3_reset_enable(struct smmu3_device *smmu);

/* Disable and enable; what probe and resume do. Takes reset_lock. */
int smmu3_reset(struct smmu3_device *smmu);

/* Disable; what suspend, shutdown and remove do. Takes reset_lock. */
int smmu3_reset_stop(struct smmu3_device *smmu);

/**
 * smmu3_reset_release() - hand the hardware back on remove
 * @smmu: the SMMU
 * @bypass: let traffic pass untranslated (GBPA.ABORT = 0) instead of aborting it
 *
 * Return: 0 or -ETIMEDOUT.
 */
int smmu3_reset_release(struct smmu3_device *smmu, bool bypass);

#endif
