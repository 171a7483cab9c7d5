/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The TLB's inside, for tlb.c and tlb_inv.c.
 */
#ifndef MODEL_TLB_H
#define MODEL_TLB_H

#include "xlate.h"

#define TLB_ENTRIES	4096
#define TLB_BUCKETS	4096

struct tlb_seen { u32 sid, ssid; bool ssv; u64 addr; };

struct tlb {
	u32 nr;
	u32 fragments;			/* entries smaller than what their descriptor maps */
	u64 sizes[4];			/* by kind: a bit for each log2 of a size in use */
	u32 count[4][64];
	u64 nr_seen;
	struct tlb_seen seen[64];	/* where transactions went: prefetches go near */
	s32 bucket[TLB_BUCKETS];
	struct tlb_entry e[TLB_ENTRIES];
};

void tlb_drop(struct tlb *t, s32 i);
bool tlb_tag_matches(const struct tlb_entry *e, const struct tlb_tag *tag);
bool tlb_is_walk(const struct tlb_entry *e);
/* @e outlives an invalidation of its address: remember if its table is gone. */
void tlb_note_survivor(struct model *m, struct tlb_entry *e);

#endif
