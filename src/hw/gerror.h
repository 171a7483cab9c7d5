/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Global errors.
 *
 * ARM IHI 0070, 7.5 "Global error recording", 6.3.19 "SMMU_GERROR". Layer 1.
 */
#ifndef SMMU3_HW_GERROR_H
#define SMMU3_HW_GERROR_H

#include <linux/types.h>

struct smmu3_device;

/**
 * smmu3_gerror_serve() - handle and acknowledge every active global error
 * @smmu: the SMMU
 *
 * Context: any, also with interrupts off.
 * Return: the errors that were active (GERROR_*), 0: none.
 */
u32 smmu3_gerror_serve(struct smmu3_device *smmu);

/* Name of a bit of GERROR, NULL for what is none. */
const char *smmu3_gerror_name(unsigned int bit);

#endif
