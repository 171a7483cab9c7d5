/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A64 instructions by what they store. Arm ARM (DDI 0487), "A64 instruction set encoding", "DC
 * ZVA", "Memory Copy and Memory Set instructions".
 *
 * Pure: tested on the host.
 */
#ifndef PLUGIN_INSN_H
#define PLUGIN_INSN_H

#include "../model/types.h"

/* Whether this may be a load or a store of any kind; false only where it surely is not. */
bool insn_may_store(u32 word);

/*
 * Whether it is DC ZVA, DC GZVA, or one of SET* and CPY*: stores of a length that a register or the
 * CPU says.
 */
bool insn_is_span(u32 word);

/* Registers with the address and, for SET* and CPY*, the size. */
unsigned int insn_span_address(u32 word);
unsigned int insn_span_size(u32 word);

struct insn_span {
	u64 addr, size;
};

/**
 * insn_span() - which bytes such an instruction may write
 * @word: the instruction
 * @addr: its address register before it
 * @size: its size register before it
 * @span: filled; more than is written, never less
 *
 * Return: false if it writes nothing.
 */
bool insn_span(u32 word, u64 addr, u64 size, struct insn_span *span);

/* MSR DAIFSet and DAIFClr that name I, MSR DAIF: what they do to the mask of interrupts. */
enum insn_daif { INSN_DAIF_NONE, INSN_DAIF_SET, INSN_DAIF_CLEAR, INSN_DAIF_WRITE };

enum insn_daif insn_daif(u32 word);

/* HINT #@nr, without effect on any CPU. */
static inline u32 insn_hint(unsigned int nr) { return 0xd503201f | nr << 5; }

#endif
