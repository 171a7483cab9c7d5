/* SPDX-License-Identifier: GPL-2.0-only */
/* What everybody uses. For the host build only. */
#ifndef SMMU3_HOST_LINUX_KERNEL_H
#define SMMU3_HOST_LINUX_KERNEL_H

#include <linux/array_size.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sprintf.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <linux/bits.h>

#define ALIGN(x, a)			(((x) + (typeof(x))(a) - 1) & ~((typeof(x))(a) - 1))
#define ALIGN_DOWN(x, a)		((x) & ~((typeof(x))(a) - 1))
#define IS_ALIGNED(x, a)		(((x) & ((typeof(x))(a) - 1)) == 0)
#define DIV_ROUND_UP(n, d)		(((n) + (d) - 1) / (d))
#define container_of(ptr, type, member)	((type *)((char *)(ptr) - offsetof(type, member)))
#define upper_32_bits(n)		((u32)((n) >> 32))
#define lower_32_bits(n)		((u32)(n))

#endif
