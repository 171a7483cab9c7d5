/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a TLBI instruction to the DVM message that an SMMU sees. Arm ARM (DDI 0487), "TLB
 * maintenance instructions" and the pages of TLBI * in "A64 System instructions for TLB
 * maintenance"; Arm IHI 0070, "Broadcast TLB maintenance".
 *
 * Pure: no QEMU in it, so that the table can be tested on the host.
 */
#ifndef PLUGIN_TLBI_H
#define PLUGIN_TLBI_H

#include "../model/model.h"

/**
 * struct tlbi_cpu - state of the CPU on which the meaning of a TLBI depends
 * @el: exception level
 * @hcr: HCR_EL2; 0 without EL2
 * @vttbr: VTTBR_EL2, for the VMID; 0 without EL2
 * @vtcr: VTCR_EL2, for VS and DS
 * @tcr_el1: TCR_EL1, for DS
 * @tcr_el2: TCR_EL2, for DS
 */
struct tlbi_cpu {
	unsigned int el;
	u64 hcr, vttbr, vtcr, tcr_el1, tcr_el2;
};

/*
 * Whether this A64 instruction is a TLBI, of whatever kind; *@rt is then its operand register, 31
 * for none.
 */
bool tlbi_is(u32 insn, unsigned int *rt);

/**
 * tlbi_decode() - what a TLBI tells an SMMU
 * @insn: the instruction
 * @xt: its operand, 0 where it has none
 * @cpu: where it is executed
 * @d: filled if true is returned
 *
 * Return: whether it is a defined TLBI of the non-secure EL1&0, EL2 or EL2&0 regime that is
 * broadcast; false for local ones, those of EL3 or of realms, those UNDEFINED at this EL, and
 * reserved operands.
 */
bool tlbi_decode(u32 insn, u64 xt, const struct tlbi_cpu *cpu, struct model_dvm *d);

#endif
