/* SPDX-License-Identifier: GPL-2.0-only */
/* Strings and memory. For the host build only. */
#ifndef SMMU3_HOST_LINUX_STRING_H
#define SMMU3_HOST_LINUX_STRING_H

#include_next <string.h>
#include <linux/types.h>

#define str_yes_no(v)	((v) ? "yes" : "no")
#define str_on_off(v)	((v) ? "on" : "off")

#endif
