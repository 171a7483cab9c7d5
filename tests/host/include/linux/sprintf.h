/* SPDX-License-Identifier: GPL-2.0-only */
/* Formatted text that says how much it wrote. For the host build only. */
#ifndef SMMU3_HOST_LINUX_SPRINTF_H
#define SMMU3_HOST_LINUX_SPRINTF_H

#include <linux/types.h>

int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
int vscnprintf(char *buf, size_t size, const char *fmt, __builtin_va_list args) __printf(3, 0);

#endif
