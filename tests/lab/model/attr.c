// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory types, as far as they decide anything that a driver can see: S2PTW, and whether two cached
 * translations of one address agree.
 *
 * Arm IHI 0070, chapter 13 "Attribute Transformation", 5.4 MAIR0, 5.2 MTCFG, S2FWB; VMSAv8-64 for
 * the encodings.
 * Invariant: combining never makes a type stronger than its strongest part asks for (Device wins,
 * then NC, then WT).
 */
#include "xlate.h"

/* A MAIR byte. Where inner and outer differ the weaker cache policy counts. */
static enum attr_type of_mair(u8 attr)
{
	static const enum attr_type of_nibble[16] = {
		ATTR_DEVICE, ATTR_WT, ATTR_WT, ATTR_WT, ATTR_NC, ATTR_WB, ATTR_WB, ATTR_WB,
		ATTR_WT, ATTR_WT, ATTR_WT, ATTR_WT, ATTR_WB, ATTR_WB, ATTR_WB, ATTR_WB,
	};
	enum attr_type outer = of_nibble[attr >> 4], inner = of_nibble[attr & 15];

	if (!(attr >> 4))
		return ATTR_DEVICE;
	if (!(attr & 15))
		/* 5.4 MAIR: a reserved encoding that behaves as write-through */
		inner = ATTR_WT;
	return outer < inner ? outer : inner;
}

enum attr_type attr_s1(const struct context *c, u64 desc)
{
	return of_mair(c->cd[3] >> (8 * field(desc, 4, 2)));
}

/* Stage 2 MemAttr[3:0], also STE.MemAttr: outer in [3:2], inner in [1:0]. */
static enum attr_type of_memattr(unsigned int memattr)
{
	static const enum attr_type of_pair[4] = { ATTR_DEVICE, ATTR_NC, ATTR_WT, ATTR_WB };
	enum attr_type outer = of_pair[memattr >> 2 & 3], inner = of_pair[memattr & 3];

	if (outer == ATTR_DEVICE || inner == ATTR_DEVICE)
		return ATTR_DEVICE;
	return outer < inner ? outer : inner;
}

enum attr_type attr_s2(const struct context *c, u64 desc, enum attr_type s1)
{
	unsigned int memattr = field(desc, 5, 2);
	enum attr_type s2;

	if (!get(c->ste, STE_S2FWB)) {
		s2 = of_memattr(memattr);
		return s1 < s2 ? s1 : s2;
	}
	/* FWB: bit 2 of MemAttr set: [1:0] 3 stage 1's type, 2 write-back, 1 NC; clear: Device. */
	if (!(memattr & 4))
		return ATTR_DEVICE;
	switch (memattr & 3) {
	case 3:
		return s1;
	case 2:
		return ATTR_WB;
	default:
		return s1 < ATTR_NC ? s1 : ATTR_NC;
	}
}

enum attr_type attr_input(const struct model *m, const u64 *ste)
{
	if (m->f.attr_types_ovr && get(ste, STE_MTCFG))
		return of_memattr(get(ste, STE_MEMATTR));
	return ATTR_WB;		/* 13.6.1: a system gives PCIe cacheable, shared */
}
