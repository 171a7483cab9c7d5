/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SMMUv3 that firmware describes, whether or not the kernel has made devices of them.
 */
#ifndef SMMU3CTL_FIRMWARE_H
#define SMMU3CTL_FIRMWARE_H

#include "ctl.h"

/**
 * struct firmware - what firmware says
 * @dt: nodes of a device tree, @dt_off: those that are switched off
 * @acpi: nodes of the IORT; -1: there is an IORT that cannot be read
 * @broken: the IORT is no valid table
 */
struct firmware {
	int	dt, dt_off, acpi;
	bool	broken;
};

void firmware_read(struct firmware *f);

#endif
