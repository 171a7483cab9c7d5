/* SPDX-License-Identifier: GPL-2.0-only */
/* Offsets. For the host build only. */
#ifndef SMMU3_HOST_LINUX_STDDEF_H
#define SMMU3_HOST_LINUX_STDDEF_H

#include <stddef.h>
#include <linux/types.h>

#define sizeof_field(type, member)	sizeof(((type *)0)->member)
#define struct_size(p, member, n)	(sizeof(*(p)) + sizeof(*(p)->member) * (n))

#endif
