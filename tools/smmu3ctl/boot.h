/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the commands that choose the driver of a boot write down, and where.
 */
#ifndef SMMU3CTL_BOOT_H
#define SMMU3CTL_BOOT_H

#include "ctl.h"

#define BOOT_GRUB_CFG		"/boot/grub/grub.cfg"
#define BOOT_GRUBENV		"/boot/grub/grubenv"
#define BOOT_CONFIRMED		"/var/lib/smmu3/confirmed"

/* Variables of GRUB's environment block. */
#define BOOT_KERNELS		"smmu3_kernels"
#define BOOT_PENDING		"smmu3_pending"
#define BOOT_NEXT		"next_entry"

/*
 * Set variables in GRUB's environment block, by grub-editenv. @change are words NAME=VALUE, or NAME
 * to unset it, up to a NULL. With --dry-run the commands are shown instead. CTL_OK, or CTL_FAILED
 * after a message.
 */
int boot_set_env(const char *const *change);

/* Has a boot with this overlay of that kernel been confirmed? */
bool boot_confirmed(const char *kver, const char *sha256);
/* From now on it has, and no other overlay of that kernel. CTL_OK or CTL_FAILED. */
int boot_record(const char *kver, const char *sha256);

/**
 * boot_obstacle() - why GRUB cannot take smmu3 with a kernel
 * @kver: the kernel
 *
 * Return: one sentence, to be freed; NULL: it can.
 */
char *boot_obstacle(const char *kver);

#endif
