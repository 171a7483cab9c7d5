/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seeded faults: for each rule what breaks it and its twin, which behaves.
 */
#ifndef SEEDS_H
#define SEEDS_H

#include "world.h"

#define CMDQ_PROD 0x98
#define CR0	  0x20

#define SEED(name, fault, twin, ...)                                                               \
	void seed_##fault##_breach(struct world *w);                                               \
	void seed_##twin##_behave(struct world *w);
#include "seeds.def"
#undef SEED

/* seeds_regs.c: what several use. A stream that does ATS has one page mapped, at 0x400000. */
void set_cr0(struct world *w, u32 cr0);
struct world_stream ats_stream(struct world *w, u32 sid, u16 asid);
void atc_inv(struct world *w, u32 sid, u64 addr);
void tlbi_va(struct world *w, u16 asid, u64 addr);
void tlbi_asid(struct world *w, u16 asid);

/* seeds_config.c: ten SYNCs, a second each. */
void some_time(struct world *w);

#endif
