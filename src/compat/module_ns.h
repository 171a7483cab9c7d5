/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SMMU3_IMPORT_NS(NAME): imports a namespace of exported symbols; NAME is a bare word.
 *
 * Layer: compat. Invariant: never give MODULE_IMPORT_NS() a string on an old kernel; it
 * compiles and imports a namespace whose name has quotation marks in it.
 */
#ifndef SMMU3_COMPAT_MODULE_NS_H
#define SMMU3_COMPAT_MODULE_NS_H

#include <linux/module.h>
#include <linux/stringify.h>

#include "verdicts.h"

#if HAVE_MODULE_NS_STRING
#define SMMU3_IMPORT_NS(name) MODULE_IMPORT_NS(__stringify(name))
#else
#define SMMU3_IMPORT_NS(name) MODULE_IMPORT_NS(name)
#endif

#endif /* SMMU3_COMPAT_MODULE_NS_H */
