/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Quirks of the kernel's page-table library that old kernels do not have.
 *
 * Layer: compat. Invariant: a quirk of value 0 asks for nothing, and a driver that needs
 * it tests it: if (!IO_PGTABLE_QUIRK_X) the kernel cannot do X.
 */
#ifndef SMMU3_COMPAT_IO_PGTABLE_H
#define SMMU3_COMPAT_IO_PGTABLE_H

#include <linux/io-pgtable.h>

#ifndef IO_PGTABLE_QUIRK_ARM_S2FWB
#define IO_PGTABLE_QUIRK_ARM_S2FWB 0
#endif

#ifndef IO_PGTABLE_QUIRK_NO_WARN
#define IO_PGTABLE_QUIRK_NO_WARN 0
#endif

#endif /* SMMU3_COMPAT_IO_PGTABLE_H */
