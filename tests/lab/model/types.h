/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's names for integers, in a process. The model shares no header with the driver.
 */
#ifndef MODEL_TYPES_H
#define MODEL_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int32_t s32;
typedef int64_t s64;

#define BIT(n)			(1ull << (n))
#define GENMASK(high, low)	((~0ull >> (63 - (high))) & (~0ull << (low)))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

/* field(x, high, low): bits high:low of x, as the specification writes them. */
static inline u64 field(u64 x, unsigned int high, unsigned int low)
{
	return (x & GENMASK(high, low)) >> low;
}

/* sign_extend(x, bit): x with bit @bit copied upwards. */
static inline u64 sign_extend(u64 x, unsigned int bit)
{
	return (u64)((s64)(x << (63 - bit)) >> (63 - bit));
}

#endif
