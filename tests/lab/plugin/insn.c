// SPDX-License-Identifier: GPL-2.0-only
/*
 * A64 instructions by what they store. Arm ARM (DDI 0487), "A64 instruction set encoding".
 *
 * Invariant: an encoding that is not known for certain not to store counts as one that may.
 */
#include "insn.h"

/* The largest block of DC ZVA, DCZID_EL0.BS = 9. */
#define ZVA_MAX 2048ull
/* More than any guest has; keeps a wild size from taking forever. */
#define SPAN_MAX (1ull << 36)

bool insn_may_store(u32 word)
{
	switch (field(word, 28, 25)) {
	case 0x8: /* data processing, immediate */
	case 0x9:
	case 0xa: /* branches, exceptions, system */
	case 0xb:
	case 0x5: /* data processing, register */
	case 0xd:
	case 0x7: /* scalar floating point and SIMD */
	case 0xf:
		return false;
	default:
		return true;
	}
}

/* SYS #3, C7, C4, #1 and #4: with data. #3, DC GVA, writes tags only. */
static bool is_zva(u32 word)
{
	return (word & 0xffffffe0) == 0xd50b7420 || (word & 0xffffffe0) == 0xd50b7480;
}

/* Copies and sets; without those whose destination is a load's. */
static bool is_mops(u32 word) { return (word & 0xfb200c00) == 0x19000400; }

static bool is_set(u32 word) { return is_mops(word) && field(word, 23, 22) == 3; }

bool insn_is_span(u32 word) { return is_zva(word) || is_mops(word); }

unsigned int insn_span_address(u32 word) { return field(word, 4, 0); }

unsigned int insn_span_size(u32 word) { return is_zva(word) ? 31 : field(word, 9, 5); }

/* Copies: op1 says which third. Sets: the upper half of op2 does. */
static bool is_prologue(u32 word)
{
	return is_set(word) ? field(word, 15, 14) == 0 : field(word, 23, 22) == 0;
}

bool insn_span(u32 word, u64 addr, u64 size, struct insn_span *span)
{
	if (is_zva(word)) {
		span->addr = addr & ~(ZVA_MAX - 1);
		span->size = ZVA_MAX;
		return true;
	}
	if (is_prologue(word)) {
		span->addr = addr;
		span->size = size;
	} else if ((s64)size < 0) {
		/* Option A: the address is the end, the size counts up to zero. */
		span->addr = addr + size;
		span->size = -size;
	} else {
		/* Option B, or option A downwards: above or below the address. */
		span->addr = addr - size;
		span->size = 2 * size;
	}
	if (span->size > SPAN_MAX)
		span->size = SPAN_MAX;
	return span->size;
}

enum insn_daif insn_daif(u32 word)
{
	if ((word & 0xffffffe0) == 0xd51b4220)
		return INSN_DAIF_WRITE;
	/* Bit 1 of the immediate is I. */
	if (!(word & 2 << 8))
		return INSN_DAIF_NONE;
	if ((word & 0xfffff0ff) == 0xd50340df)
		return INSN_DAIF_SET;
	return (word & 0xfffff0ff) == 0xd50340ff ? INSN_DAIF_CLEAR : INSN_DAIF_NONE;
}
