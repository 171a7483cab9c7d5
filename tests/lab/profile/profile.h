/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A round between two markers, as the plugin wrote it (profile=), and whose instructions they are.
 *
 * Pure: text in, sums out; tested on the host. Symbols are /proc/kallsyms of the same guest.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct symbol - a function of the guest
 * @addr: where it begins; it ends where the next one begins
 * @own: it is the IOMMU driver's, whichever of the two
 * @name: with the module's, as "name [module]"
 */
struct symbol {
	uint64_t addr;
	bool own;
	char name[96];
};

struct symbols {
	struct symbol *at;
	size_t nr, room;
};

/* Read /proc/kallsyms; false where it holds no addresses. What is no function is left out. */
bool symbols_read(struct symbols *s, FILE *in);
/* The function that @pc lies in, or NULL. */
const struct symbol *symbols_find(const struct symbols *s, uint64_t pc);

/* What an encoding is, as far as a profile asks. */
enum insn_kind { INSN_OTHER, INSN_ATOMIC, INSN_BARRIER, INSN_ZERO_STORE, INSN_ZVA };

/*
 * INSN_ATOMIC: one read-modify-write, as LSE has them, or a load-exclusive, whose store is not
 * counted again. INSN_BARRIER: DMB, DSB, ISB. INSN_ZERO_STORE: a store of the zero register. ARM
 * DDI 0487, "Loads and stores", "Barriers".
 */
enum insn_kind insn_kind(uint32_t word);

/**
 * struct sums - of some instructions of a round
 * @insns: executed
 * @atomics: read-modify-writes
 * @barriers: DMB, DSB and ISB
 * @io: stores to registers of devices
 * @cleared: bytes of stack set to zero
 */
struct sums {
	uint64_t insns, atomics, barriers, io, cleared;
};

/**
 * struct share - a function's part
 * @of: the function; NULL: where there is none
 * @sums: of its instructions
 */
struct share {
	const struct symbol *of;
	struct sums sums;
};

/**
 * struct profile - the shortest round of an id
 * @id: of its markers
 * @insns: between them, as counted
 * @masked: instructions with interrupts masked
 * @longest: the longest stretch of these
 * @all: sums of all instructions
 * @own: of the driver's
 * @shares: by function, the longest first
 */
struct profile {
	uint64_t id, insns, masked, longest;
	struct sums all, own;
	struct share *shares;
	size_t nr_shares, room;
};

struct profiles {
	struct profile *at;
	size_t nr, room;
};

/* Read a plugin's file; of several rounds of an id the last. False where it is none. */
bool profiles_read(struct profiles *p, const struct symbols *s, FILE *in);
void profiles_free(struct profiles *p);

#endif
