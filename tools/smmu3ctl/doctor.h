/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The checks of "doctor". Each is one line: what was found and, if that is not right, what to do.
 */
#ifndef SMMU3CTL_DOCTOR_H
#define SMMU3CTL_DOCTOR_H

#include "ctl.h"

enum doctor_result {
	DOCTOR_OK,
	DOCTOR_WARN,		/* works, and may not go on to */
	DOCTOR_FAIL,		/* does not work, or will not at the next boot with smmu3 */
	DOCTOR_UNKNOWN,		/* cannot be seen, mostly without root */
};

/* @todo: one sentence, or NULL where there is nothing to do; @fmt: what was found. */
void doctor_add(const char *check, enum doctor_result result, const char *todo, const char *fmt,
		...) CTL_PRINTF(4, 5);

/* doctor_kernel.c: firmware, the kernel, its configuration, the module, signatures. */
void doctor_firmware(const struct machine *m);
void doctor_kernel(void);
void doctor_config(void);
void doctor_module(void);
void doctor_signature(void);
void doctor_loaded(void);

/* doctor_boot.c: overlay, command line, boot loader, services. */
void doctor_overlay(void);
void doctor_cmdline(const struct machine *m);
void doctor_defaults(void);
void doctor_grubenv(void);
void doctor_grub(void);
void doctor_files(void);
void doctor_kdump(void);

/* doctor.c */
void doctor_drivers(const struct machine *m);
void doctor_deferred(void);

#endif
