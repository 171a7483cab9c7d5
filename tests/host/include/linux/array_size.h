/* SPDX-License-Identifier: GPL-2.0-only */
/* The length of an array. For the host build only. */
#ifndef SMMU3_HOST_LINUX_ARRAY_SIZE_H
#define SMMU3_HOST_LINUX_ARRAY_SIZE_H

#define ARRAY_SIZE(a)			(sizeof(a) / sizeof((a)[0]))

#endif
