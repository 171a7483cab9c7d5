// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation sets: every cache that may hold translations of a space.
 *
 * ARM IHI 0070, 3.17, 3.9.1.3, 4.4, 4.5. Layer 2.
 *
 * TLBs come before ATCs: a device may fill its ATC again from a TLB entry that is not gone yet.
 * Each of the two passes posts to all SMMUs before it waits for any.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include "../debug/trace.h"
#include "../fmt/tlbi.h"
#include "../fmt/uncleared.h"
#include "../hw/ecmdq.h"
#include "atc.h"
#include "inv.h"
#include "master.h"
#include "space.h"

/* Commands gathered on the stack before they are posted. */
#define INV_BATCH	16
/* SMMUs waited for at once; a space behind more of them waits in turns. */
#define INV_WAITS	8
/* From so many commands on, the whole tag goes in one. */
#define INV_MAX_CMDS	128

/**
 * struct inv_run - commands on their way
 * @cmdq: the queue that takes @cmds, one for the whole run; NULL before the first
 * @cmds: gathered
 * @nr_cmds: how many
 * @wait: CMD_SYNCs posted and not yet waited for
 * @nr_waits: how many
 * @ret: first error
 */
struct inv_run {
	struct smmu3_cmdq	*cmdq;
	unsigned int		nr_cmds;
	unsigned int		nr_waits;
	int			ret;
	struct inv_wait {
		struct smmu3_cmdq	*cmdq;
		u64			ticket;
		struct smmu3_cmdq_share	share;
	}			wait[INV_WAITS];
	struct smmu3_cmd	cmds[INV_BATCH];
};

/* The arrays stay as they are: clearing them would cost more than a short invalidation. */
static void inv_run_init(struct inv_run *run)
{
	run->cmdq = NULL;
	run->nr_cmds = 0;
	run->nr_waits = 0;
	run->ret = 0;
}

static void inv_run_wait(struct inv_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_waits; i++) {
		struct inv_wait *wait = &run->wait[i];
		int ret = smmu3_cmdq_wait(wait->cmdq, wait->ticket, &wait->share);

		/* -EIO is for inv_pass_atc() to mend: no other error hides behind it. */
		if (!run->ret || run->ret == -EIO)
			run->ret = ret ?: run->ret;
	}
	run->nr_waits = 0;
}

/* The commands for run->cmdq are complete: CMD_SYNC behind them. */
static void inv_run_close(struct inv_run *run)
{
	struct inv_wait *wait;

	if (!run->cmdq)
		return;
	if (run->nr_waits == INV_WAITS)
		inv_run_wait(run);
	wait = &run->wait[run->nr_waits++];
	wait->cmdq = run->cmdq;
	wait->ticket = smmu3_cmdq_post(run->cmdq, run->cmds, run->nr_cmds, &wait->share);
	run->nr_cmds = 0;
	run->cmdq = NULL;
}

static struct smmu3_cmd *inv_run_slot(struct inv_run *run, struct smmu3_device *smmu)
{
	if (!run->cmdq || run->cmdq->smmu != smmu) {
		inv_run_close(run);
		run->cmdq = smmu3_cmdq_mine(smmu);
	}
	if (run->nr_cmds == INV_BATCH) {
		int ret = smmu3_cmdq_post_nosync(run->cmdq, run->cmds, run->nr_cmds);

		run->ret = ret ?: run->ret;
		run->nr_cmds = 0;
	}
	return &run->cmds[run->nr_cmds++];
}

static int inv_run_finish(struct inv_run *run)
{
	inv_run_close(run);
	inv_run_wait(run);
	return run->ret;
}

static void inv_tlb_entry(struct inv_run *run, const struct smmu3_inv_entry *entry,
			  struct smmu3_tlbi_range range)
{
	struct smmu3_cmd cmd;

	range.ril = smmu3_device_has(entry->smmu, SMMU3_FEAT_RIL);
	/* By ranges it is never many. */
	if (!range.ril && smmu3_tlbi_count(&range) > INV_MAX_CMDS) {
		*inv_run_slot(run, entry->smmu) = entry->all;
		return;
	}
	while (smmu3_tlbi_next(&range, &entry->addr, &cmd))
		*inv_run_slot(run, entry->smmu) = cmd;
}

/* Whose tags a pass is for: the driver's, those of the CPUs, or both. */
enum inv_whose { INV_PRIVATE = 1, INV_SHARED = 2 };

static bool inv_tlb_wanted(const struct smmu3_inv_entry *entry, unsigned int whose)
{
	return entry->kind == SMMU3_INV_TLB && READ_ONCE(entry->users) &&
	       whose & (entry->shared ? INV_SHARED : INV_PRIVATE);
}

/* @range NULL: the whole space. */
static int inv_pass_tlb(const struct smmu3_inv_set *set, const struct smmu3_tlbi_range *range,
			unsigned int whose)
{
	struct inv_run run SMMU3_UNCLEARED;
	unsigned int i;

	inv_run_init(&run);
	for (i = 0; i < set->nr; i++) {
		const struct smmu3_inv_entry *entry = &set->entry[i];

		if (!inv_tlb_wanted(entry, whose))
			continue;
		if (range)
			inv_tlb_entry(&run, entry, *range);
		else
			*inv_run_slot(&run, entry->smmu) = entry->all;
	}
	return inv_run_finish(&run);
}

/* The stream whose ATC an entry names; NULL: none, or nobody uses the space there any more. */
static struct smmu3_stream *inv_atc_stream(const struct smmu3_inv_entry *entry)
{
	return entry->kind == SMMU3_INV_ATC && READ_ONCE(entry->users) ? entry->stream : NULL;
}

/* ATCs that did not answer may not be used any more: with that the invalidation holds. */
static int inv_bar_atcs(const struct smmu3_inv_set *set)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < set->nr; i++) {
		struct smmu3_stream *stream = inv_atc_stream(&set->entry[i]);

		if (stream)
			ret = smmu3_atc_bar(stream) ?: ret;
	}
	return ret;
}

static int inv_pass_atc(const struct smmu3_inv_set *set, const struct smmu3_tlbi_range *range)
{
	struct inv_run run SMMU3_UNCLEARED;
	unsigned int i;
	int ret;

	if (set->has_shared) {
		/*
		 * What this CPU has broadcast need not have been done yet, and then an ATC might be
		 * filled again from the SMMU's TLB: the DSB in this completes it.
		 */
		mb();
	}
	inv_run_init(&run);
	for (i = 0; i < set->nr; i++) {
		const struct smmu3_inv_entry *entry = &set->entry[i];
		struct smmu3_stream *stream = inv_atc_stream(entry);

		if (!stream || !smmu3_atc_answers(stream))
			continue;
		*inv_run_slot(&run, entry->smmu) = !range ? entry->all :
			smmu3_cmd_atc_inv_range(entry->sid, entry->ssid, entry->ssid != 0,
						range->iova, range->last);
	}
	ret = inv_run_finish(&run);
	if (ret && ret != -EIO)
		return ret;
	return READ_ONCE(smmu3_atc_failed_ever) ? inv_bar_atcs(set) : 0;
}

/* All caches of a set. */
static int inv_passes(const struct smmu3_inv_set *set, const struct smmu3_tlbi_range *range,
		      unsigned int whose)
{
	int ret = inv_pass_tlb(set, range, whose), ret_atc = 0;

	if (set->has_atc)
		ret_atc = inv_pass_atc(set, range);
	return ret ?: ret_atc;
}

/* What most unmaps are: a page, of a space that one TLB may hold. */
static int inv_page(const struct smmu3_inv_entry *entry, u64 iova, bool leaf)
{
	const struct smmu3_cmd cmd = smmu3_tlbi_page(&entry->addr, iova, leaf);

	return smmu3_cmdq_issue(smmu3_cmdq_mine(entry->smmu), &cmd, 1);
}

static bool inv_is_simple(const struct smmu3_inv_set *set)
{
	return set->nr == 1 && inv_tlb_wanted(&set->entry[0], INV_PRIVATE);
}

static const struct smmu3_inv_set *inv_read_lock(struct smmu3_space *space)
	__acquires(RCU)
{
	/* The table was changed before the set is read; pairs with smmu3_inv_publish(). */
	smp_mb();
	rcu_read_lock();
	return rcu_dereference(space->inv);
}

static int inv_set_all(struct smmu3_space *space, unsigned int whose)
{
	int ret = inv_passes(inv_read_lock(space), NULL, whose);

	rcu_read_unlock();
	return ret;
}

/* More than a page, or a space that more than one cache may hold. */
static noinline int inv_pages(const struct smmu3_space *space, const struct smmu3_inv_set *set,
			      u64 iova, u64 last, size_t granule, bool leaf)
{
	u64 page = 1ULL << space->granule_lg2;
	const struct smmu3_tlbi_range range = {
		.iova = iova & ~(page - 1),
		.last = last,
		.granule = max_t(u64, granule, page),
		.tg_lg2 = space->granule_lg2,
		.leaf = leaf,
	};

	return inv_passes(set, &range, INV_PRIVATE);
}

int smmu3_inv_range(struct smmu3_space *space, u64 iova, size_t size, size_t granule, bool leaf)
{
	u64 page = 1ULL << space->granule_lg2, last = iova + size - 1;
	const struct smmu3_inv_set *set;
	int ret;

	smmu3_trace_inv(space, iova, size, granule, leaf);
	set = inv_read_lock(space);
	if (smmu3_tlbi_is_page(iova, last, page) && inv_is_simple(set))
		ret = inv_page(&set->entry[0], iova & ~(page - 1), leaf);
	else
		ret = inv_pages(space, set, iova, last, granule, leaf);
	rcu_read_unlock();
	return ret;
}

int smmu3_inv_all(struct smmu3_space *space)
{
	smmu3_trace_inv(space, 0, 0, 0, false);
	return inv_set_all(space, INV_PRIVATE);
}

int smmu3_inv_everything(struct smmu3_space *space)
{
	smmu3_trace_inv(space, 0, 0, 0, false);
	return inv_set_all(space, INV_PRIVATE | INV_SHARED);
}

void smmu3_inv_retry(struct smmu3_space *space, u64 iova)
{
	u64 page = 1ULL << space->granule_lg2;
	const struct smmu3_tlbi_range range = {
		.iova = iova & ~(page - 1),
		.last = iova | (page - 1),
		.granule = page,
		.tg_lg2 = space->granule_lg2,
		.leaf = true,
	};
	const struct smmu3_inv_set *set;

	rcu_read_lock();
	set = rcu_dereference(space->inv);
	if (set->has_shared)
		inv_pass_tlb(set, &range, INV_SHARED);
	rcu_read_unlock();
}

/* Where nothing is to be reached. Nobody writes to it. */
static struct smmu3_inv_set inv_empty;

static void inv_free(struct smmu3_inv_set *set)
{
	if (set != &inv_empty)
		kfree_rcu(set, rcu);
}

void smmu3_inv_init(struct smmu3_space *space)
{
	RCU_INIT_POINTER(space->inv, &inv_empty);
}

void smmu3_inv_fini(struct smmu3_space *space)
{
	struct smmu3_inv_set *set = rcu_dereference_protected(space->inv, list_empty(&space->uses));

	smmu3_inv_init(space);
	inv_free(set);
}

static struct smmu3_inv_set *inv_alloc(unsigned int nr)
{
	struct smmu3_inv_set *set = kzalloc(struct_size(set, entry, nr), GFP_KERNEL);

	if (set)
		set->nr = nr;
	return set;
}

/* EL2 streams of a VHE host have tags of their own regime (STE.STRW). */
static bool inv_is_el2(const struct smmu3_device *smmu)
{
	return smmu3_device_has(smmu, SMMU3_FEAT_E2H);
}

/* @id: a number that @tag has, or another */
static void inv_fill_tlb(struct smmu3_inv_entry *entry, const struct smmu3_tag *tag, u16 id)
{
	bool el2 = inv_is_el2(tag->smmu);

	*entry = (struct smmu3_inv_entry){
		.smmu = tag->smmu, .kind = SMMU3_INV_TLB, .shared = tag->shared, .tag = id,
		.users = 1,
	};
	if (tag->space->stage == SMMU3_STAGE2) {
		entry->addr = smmu3_cmd_tlbi_addr(CMD_TLBI_S2_IPA, 0, id);
		entry->all = smmu3_cmd_tlbi_all(CMD_TLBI_S12_VMALL, id);
	} else {
		entry->addr = smmu3_cmd_tlbi_addr(el2 ? CMD_TLBI_EL2_VA : CMD_TLBI_NH_VA, id, 0);
		entry->all = smmu3_cmd_tlbi_asid(el2 ? CMD_TLBI_EL2_ASID : CMD_TLBI_NH_ASID, id, 0);
	}
}

static void inv_fill_atc(struct smmu3_inv_entry *entry, struct smmu3_stream *stream, u32 ssid)
{
	*entry = (struct smmu3_inv_entry){
		.smmu = stream->smmu, .kind = SMMU3_INV_ATC, .stream = stream, .sid = stream->sid,
		.ssid = ssid, .users = 1,
		.all = smmu3_cmd_atc_inv_all(stream->sid, ssid, ssid != 0),
	};
}

static bool inv_same(const struct smmu3_inv_entry *a, const struct smmu3_inv_entry *b)
{
	return a->smmu == b->smmu && a->kind == b->kind && a->tag == b->tag && a->sid == b->sid &&
	       a->ssid == b->ssid;
}

static bool inv_before(const struct smmu3_inv_entry *a, const struct smmu3_inv_entry *b)
{
	return a->smmu != b->smmu ? a->smmu < b->smmu : a->kind < b->kind;
}

/* Insert in order, or count one more user of what is there. The set has room. */
static void inv_insert(struct smmu3_inv_set *set, const struct smmu3_inv_entry *new)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		if (inv_same(&set->entry[i], new)) {
			set->entry[i].users += new->users;
			return;
		}
	}
	set->nr++;
	for (i = set->nr - 1; i && inv_before(new, &set->entry[i - 1]); i--)
		set->entry[i] = set->entry[i - 1];
	set->entry[i] = *new;
	set->has_atc |= new->kind == SMMU3_INV_ATC;
	set->has_shared |= new->shared;
}

static struct smmu3_inv_set *inv_current(const struct smmu3_space *space)
{
	return rcu_dereference_protected(space->inv, lockdep_is_held(&smmu3_attach_lock));
}

/* What is used of the current set, with room for @more entries. */
static struct smmu3_inv_set *inv_copy(const struct smmu3_space *space, unsigned int more)
{
	const struct smmu3_inv_set *old = inv_current(space);
	struct smmu3_inv_set *set = inv_alloc(old->nr + more);
	unsigned int i;

	if (!set)
		return NULL;
	set->nr = 0;
	for (i = 0; i < old->nr; i++) {
		if (old->entry[i].users)
			inv_insert(set, &old->entry[i]);
	}
	return set;
}

struct smmu3_inv_set *smmu3_inv_grow(struct smmu3_space *space, const struct smmu3_use *use,
				     bool atc)
{
	struct smmu3_master *master = use->master;
	struct smmu3_inv_set *set = inv_copy(space, 1 + (atc ? master->nr_streams : 0));
	struct smmu3_inv_entry entry;
	unsigned int i;

	if (!set)
		return NULL;
	inv_fill_tlb(&entry, use->tag, use->tag->id);
	inv_insert(set, &entry);
	for (i = 0; atc && i < master->nr_streams; i++) {
		inv_fill_atc(&entry, master->streams[i].stream, use->ssid);
		inv_insert(set, &entry);
	}
	return set;
}

void smmu3_inv_publish(struct smmu3_space *space, struct smmu3_inv_set *set)
{
	struct smmu3_inv_set *old = inv_current(space);

	rcu_assign_pointer(space->inv, set);
	/*
	 * The set is seen before any walk that a later entry update permits; pairs with
	 * inv_read_lock().
	 */
	smp_mb();
	inv_free(old);
}

static void inv_drop_entry(struct smmu3_inv_set *set, const struct smmu3_inv_entry *gone)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		struct smmu3_inv_entry *entry = &set->entry[i];

		if (inv_same(entry, gone)) {
			/*
			 * Readers skip an entry without users, at once or a little later:
			 * both are right.
			 */
			WRITE_ONCE(entry->users, entry->users - 1);
			return;
		}
	}
	WARN_ONCE(1, "smmu3: a cache that is not in the invalidation set\n");
}

void smmu3_inv_drop(struct smmu3_space *space, const struct smmu3_use *use, bool atc_only)
{
	struct smmu3_inv_set *set = inv_current(space);
	struct smmu3_master *master = use->master;
	struct smmu3_inv_entry entry;
	unsigned int i;

	if (!atc_only) {
		inv_fill_tlb(&entry, use->tag, use->tag->id);
		inv_drop_entry(set, &entry);
	}
	for (i = 0; use->ats && i < master->nr_streams; i++) {
		inv_fill_atc(&entry, master->streams[i].stream, use->ssid);
		inv_drop_entry(set, &entry);
	}
}

void smmu3_inv_quiesce(void)
{
	/* A device leaves the kernel's hands here: milliseconds would be seen. */
	synchronize_rcu_expedited();
}

struct smmu3_inv_set *smmu3_inv_grow_tag(const struct smmu3_tag *tag, u16 id)
{
	struct smmu3_inv_set *set = inv_copy(tag->space, 1);
	struct smmu3_inv_entry entry;

	if (!set)
		return NULL;
	inv_fill_tlb(&entry, tag, id);
	entry.users = tag->users;
	inv_insert(set, &entry);
	return set;
}

void smmu3_inv_drop_tag(const struct smmu3_tag *tag, u16 id)
{
	struct smmu3_inv_set *set = inv_current(tag->space);
	struct smmu3_inv_entry gone;
	unsigned int i;

	inv_fill_tlb(&gone, tag, id);
	for (i = 0; i < set->nr; i++) {
		if (inv_same(&set->entry[i], &gone))
			WRITE_ONCE(set->entry[i].users, 0);
	}
}

int smmu3_inv_tag(const struct smmu3_tag *tag, u16 id)
{
	struct smmu3_inv_entry entry;

	inv_fill_tlb(&entry, tag, id);
	return smmu3_cmdq_issue(smmu3_cmdq_mine(tag->smmu), &entry.all, 1);
}
