/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Limits of types. For the host build only. The C library includes this file too: it gets its
 * own.
 */
#include_next <linux/limits.h>
#ifndef SMMU3_HOST_LINUX_LIMITS_H
#define SMMU3_HOST_LINUX_LIMITS_H

#define U8_MAX		((unsigned char)~0U)
#define U16_MAX		((unsigned short)~0U)
#define U32_MAX		(~0U)
#define S32_MAX		((int)(U32_MAX >> 1))
#define U64_MAX		(~0ULL)
#define S64_MAX		((long long)(U64_MAX >> 1))
#ifndef UINT_MAX
#define UINT_MAX	(~0U)
#endif
#ifndef INT_MAX
#define INT_MAX		((int)(~0U >> 1))
#endif
#ifndef ULONG_MAX
#define ULONG_MAX	(~0UL)
#endif

#endif
