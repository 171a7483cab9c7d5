/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Changing a 64-byte table entry under a running SMMU: the plan.
 *
 * ARM IHI 0070, chapter 3 "Operation", 3.21 "Structure access rules and update procedures".
 * Layer 0.
 *
 * The law: the SMMU may read any 64-bit word of the entry at any instant and may hold any
 * earlier state in a cache. So after every single 64-bit store the entry, seen under the
 * bits in use, equals the old or the new one; and what the SMMU may still hold from before
 * a sync never combines with later stores into a third state. Where no order of stores does
 * that, the entry passes through V = 0.
 */
#ifndef SMMU3_FMT_ENTRY_H
#define SMMU3_FMT_ENTRY_H

#include <linux/types.h>

#define SMMU3_ENTRY_QWORDS	8
/* Worst case: prepare 7, one deciding store, tidy 7; or V = 0, 7 others, V = 1. */
#define SMMU3_ENTRY_MAX_STORES	(2 * SMMU3_ENTRY_QWORDS)

/**
 * typedef smmu3_entry_used_fn - which bits of an entry its own configuration makes the SMMU read
 * @q: the entry, 8 words as they lie in memory
 * @used: filled with a mask for each word; a word that is not read at all has mask 0
 */
typedef void (*smmu3_entry_used_fn)(const __le64 *q, __le64 *used);

/**
 * struct smmu3_entry_store - one 64-bit store of a plan
 * @value: what to store
 * @qword: into which word, 0 to 7
 * @sync: after this store the cached entry must be invalidated (CFGI + CMD_SYNC) before the next
 */
struct smmu3_entry_store {
	__le64	value;
	u8	qword;
	bool	sync;
};

/**
 * struct smmu3_entry_plan - stores that lead from one entry to another
 * @store: the stores, in order
 * @nr_stores: how many; 0 where the entries are equal
 * @nr_syncs: how many of them end in a sync
 * @hitless: no third state is ever visible
 * @forbids: where not @hitless, a bit for each word that would have to change at the same instant
 */
struct smmu3_entry_plan {
	struct smmu3_entry_store store[SMMU3_ENTRY_MAX_STORES];
	u8	nr_stores;
	u8	nr_syncs;
	bool	hitless;
	u8	forbids;
};

/**
 * smmu3_entry_plan() - plan the change of a live entry
 * @plan: filled
 * @cur: the entry as it stands in memory
 * @target: the entry as it shall stand; bits that its configuration ignores are 0
 * @used: the kind of entry
 * @v_mask: its valid bit in word 0, as it lies in memory
 *
 * Adjacent stores without a sync between them may reach the SMMU in any order. The stores that end
 * in a sync are followed by CFGI and CMD_SYNC before the next store.
 *
 * Context: any; pure.
 */
void smmu3_entry_plan(struct smmu3_entry_plan *plan, const __le64 *cur, const __le64 *target,
		      smmu3_entry_used_fn used, __le64 v_mask);

#endif
