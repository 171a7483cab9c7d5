/* SPDX-License-Identifier: GPL-2.0-only */
/* Smaller and larger. For the host build only. */
#ifndef SMMU3_HOST_LINUX_MINMAX_H
#define SMMU3_HOST_LINUX_MINMAX_H

#define __cmp_once(type, a, b, op) ({ type __a = (a); type __b = (b); __a op __b ? __a : __b; })
#define min_t(type, a, b)	__cmp_once(type, a, b, <)
#define max_t(type, a, b)	__cmp_once(type, a, b, >)
#define min(a, b)		__cmp_once(typeof((a) + (b)), a, b, <)
#define max(a, b)		__cmp_once(typeof((a) + (b)), a, b, >)
#define min3(a, b, c)		min(min(a, b), c)
#define max3(a, b, c)		max(max(a, b), c)
#define clamp(v, lo, hi)	min(max(v, lo), hi)
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)
#define swap(a, b)		do { typeof(a) __s = (a); (a) = (b); (b) = __s; } while (0)

#endif
