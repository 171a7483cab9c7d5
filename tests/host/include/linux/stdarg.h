/* SPDX-License-Identifier: GPL-2.0-only */
/* Variable arguments. For the host build only. */
#ifndef SMMU3_HOST_LINUX_STDARG_H
#define SMMU3_HOST_LINUX_STDARG_H

#include <stdarg.h>

#endif
