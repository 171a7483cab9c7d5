// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changing a 64-byte table entry under a running SMMU: the plan.
 *
 * ARM IHI 0070, chapter 3 "Operation", 3.21.3 "Configuration structures and configuration
 * invalidation completion". Layer 0.
 *
 * Between two syncs the SMMU may put an entry together from any mixture of the values that each
 * word has had since the first of them. Words are therefore sorted into three heaps:
 *
 *  prepare   bits that only the new entry reads: the old one does not mind them
 *  decide    the one word in which both entries read a bit and disagree about it
 *  tidy      bits that only the old entry reads: once it is forgotten nobody minds them
 *
 * with a sync behind each heap. Two words that both decide cannot change at one instant: then
 * the entry goes through V = 0, which is a third state.
 */
#include "entry.h"
#include "uncleared.h"

static void plan_store(struct smmu3_entry_plan *plan, unsigned int i, __le64 value)
{
	plan->store[plan->nr_stores++] = (struct smmu3_entry_store){ .qword = i, .value = value };
}

static void plan_sync(struct smmu3_entry_plan *plan)
{
	struct smmu3_entry_store *last;

	if (!plan->nr_stores)
		return;
	last = &plan->store[plan->nr_stores - 1];
	if (last->sync)
		return;
	last->sync = true;
	plan->nr_syncs++;
}

static void plan_through_invalid(struct smmu3_entry_plan *plan, const __le64 *cur,
				 const __le64 *target, __le64 v_mask)
{
	unsigned int i;

	plan->hitless = false;
	plan_store(plan, 0, target[0] & ~v_mask);
	plan_sync(plan);
	for (i = 1; i < SMMU3_ENTRY_QWORDS; i++) {
		if (cur[i] != target[i])
			plan_store(plan, i, target[i]);
	}
	/*
	 * V is not read before the other words in any defined order: these must have arrived
	 * first.
	 */
	plan_sync(plan);
	plan_store(plan, 0, target[0]);
	plan_sync(plan);
}

/* Which words differ: only these are planned for. Returns how many. */
static unsigned int plan_words(const __le64 *cur, const __le64 *target, u8 *words)
{
	unsigned int nr = 0, i;

	for (i = 0; i < SMMU3_ENTRY_QWORDS; i++) {
		if (cur[i] != target[i])
			words[nr++] = i;
	}
	return nr;
}

void smmu3_entry_plan(struct smmu3_entry_plan *plan, const __le64 *cur, const __le64 *target,
		      smmu3_entry_used_fn used, __le64 v_mask)
{
	__le64 cur_used[SMMU3_ENTRY_QWORDS] SMMU3_UNCLEARED;
	__le64 new_used[SMMU3_ENTRY_QWORDS] SMMU3_UNCLEARED;
	__le64 between[SMMU3_ENTRY_QWORDS] SMMU3_UNCLEARED;
	u8 words[SMMU3_ENTRY_QWORDS];
	unsigned int nr = plan_words(cur, target, words), n, i;
	unsigned int decide = SMMU3_ENTRY_QWORDS, nr_decide = 0;
	bool prepared = false;

	plan->nr_stores = 0;
	plan->nr_syncs = 0;
	plan->hitless = true;
	plan->forbids = 0;
	if (!nr)
		return;
	used(cur, cur_used);
	used(target, new_used);

	for (n = 0; n < nr; n++) {
		__le64 only_cur;

		i = words[n];
		only_cur = cur_used[i] & ~new_used[i];
		if ((cur[i] ^ target[i]) & cur_used[i] & new_used[i]) {
			decide = i;
			nr_decide++;
			plan->forbids |= 1U << i;
		}
		between[i] = (cur[i] & only_cur) | (target[i] & ~only_cur);
	}
	if (nr_decide > 1) {
		plan_through_invalid(plan, cur, target, v_mask);
		return;
	}
	plan->forbids = 0;

	for (n = 0; n < nr; n++) {
		i = words[n];
		if (i == decide || between[i] == cur[i])
			continue;
		plan_store(plan, i, between[i]);
		/* A bit that neither entry reads may change beside the deciding word. */
		if ((between[i] ^ cur[i]) & new_used[i])
			prepared = true;
	}
	if (prepared)
		plan_sync(plan);
	if (nr_decide) {
		plan_store(plan, decide, target[decide]);
		plan_sync(plan);
	}
	for (n = 0; n < nr; n++) {
		i = words[n];
		if (i != decide && between[i] != target[i])
			plan_store(plan, i, target[i]);
	}
	plan_sync(plan);
}
