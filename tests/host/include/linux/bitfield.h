/* SPDX-License-Identifier: GPL-2.0-only */
/* Fields of words. For the host build only. */
#ifndef SMMU3_HOST_LINUX_BITFIELD_H
#define SMMU3_HOST_LINUX_BITFIELD_H

#include <linux/bits.h>
#include <linux/types.h>

#define __bf_shf(mask)		(__builtin_ffsll(mask) - 1)
#define FIELD_FIT(mask, val)	(!((((typeof(mask))(val)) << __bf_shf(mask)) & ~(mask)))

/* Unlike the kernel's, checked when it runs: a value that does not fit stops the test. */
#define FIELD_PREP(mask, val) ({						\
	if (!FIELD_FIT(mask, val))						\
		__builtin_trap();						\
	((typeof(mask))(val) << __bf_shf(mask)) & (mask);			\
})
#define FIELD_MAX(mask)		((typeof(mask))((mask) >> __bf_shf(mask)))
#define FIELD_GET(mask, reg)	((typeof(mask))(((reg) & (mask)) >> __bf_shf(mask)))

#endif
