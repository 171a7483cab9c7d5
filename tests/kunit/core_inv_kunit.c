// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation sets and what is sent for them (src/core/inv, tag). Layer: tests.
 *
 * Commands are stated by hand from ARM IHI 0070, 4.4 and 4.5.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "core_bench.h"

static const u32 sids[] = { 5, 6 };

static const struct smmu3_inv_set *set_of(const struct smmu3_space *space)
{
	return rcu_dereference_raw(space->inv);
}

/* Entries with users. */
static unsigned int entries(const struct smmu3_space *space)
{
	const struct smmu3_inv_set *set = set_of(space);
	unsigned int i, nr = 0;

	for (i = 0; i < set->nr; i++)
		nr += set->entry[i].users != 0;
	return nr;
}

static void expect_cmd(struct kunit *test, struct smmu3_stub *stub, u32 op, unsigned int nth,
		       u64 q0, u64 q1, const char *what)
{
	const struct smmu3_stub_rec *rec = smmu3_stub_find(stub, op, nth);

	KUNIT_EXPECT_NOT_NULL_MSG(test, rec, "%s: command %u of opcode %#x was not sent", what, nth,
				  op);
	if (!rec)
		return;
	KUNIT_EXPECT_EQ_MSG(test, rec->q[0], q0, "%s: word 0", what);
	KUNIT_EXPECT_EQ_MSG(test, rec->q[1], q1, "%s: word 1", what);
}

static void expect_counts(struct kunit *test, struct smmu3_stub *stub, u32 op, unsigned int nr,
			  const char *what)
{
	unsigned int all = smmu3_stub_count(stub, op), syncs = smmu3_stub_count(stub, STUB_OP_SYNC),
		     i, rest = 0;

	for (i = 0; i < stub->nr_log; i++)
		rest += stub->log[i].op < 0x100;
	KUNIT_EXPECT_EQ_MSG(test, all, nr, "%s: commands of opcode %#x", what, op);
	KUNIT_EXPECT_EQ_MSG(test, syncs, nr ? 1 : 0, "%s: CMD_SYNCs", what);
	KUNIT_EXPECT_EQ_MSG(test, rest, nr + !!nr, "%s: commands in all", what);
}

/* ---------------------------------------------------------------- one SMMU */

static void ranges(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	struct smmu3_master *master = bench_master(test, stub, sids, 2, 0);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1);
	u64 asid;

	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_range(space, 0x1000, 0x1000, 0x1000, true), 0,
			    "a space without a use");
	KUNIT_EXPECT_EQ(test, smmu3_inv_all(space), 0);
	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, space), 0);
	asid = bench_tag(space, stub);

	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ(test, smmu3_inv_range(space, 0x5000, 0x1000, 0x1000, true), 0);
	expect_counts(test, stub, STUB_OP_TLBI_NH_VA, 1, "one page");
	/* ASID 63:48, VMID 47:32; Leaf 0, address 63:12 */
	expect_cmd(test, stub, STUB_OP_TLBI_NH_VA, 0, 0x12 | asid << 48, 0x5001, "one page");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_REC_DOORBELL), 1, "one doorbell");

	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ(test, smmu3_inv_range(space, 0x200000, 0x400000, 0x200000, false), 0);
	expect_counts(test, stub, STUB_OP_TLBI_NH_VA, 2, "two blocks and their tables");
	expect_cmd(test, stub, STUB_OP_TLBI_NH_VA, 1, 0x12 | asid << 48, 0x400000,
		   "the second block");

	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ(test, smmu3_inv_range(space, 0, 100 * 0x1000, 0x1000, true), 0);
	expect_counts(test, stub, STUB_OP_TLBI_NH_VA, 100, "100 pages, more than a batch");
	expect_cmd(test, stub, STUB_OP_TLBI_NH_VA, 99, 0x12 | asid << 48, 0x63001, "the last page");

	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ(test, smmu3_inv_range(space, 0, 0x40000000, 0x1000, true), 0);
	expect_counts(test, stub, STUB_OP_TLBI_NH_ASID, 1, "so many pages that the ASID goes");
	expect_cmd(test, stub, STUB_OP_TLBI_NH_ASID, 0, 0x11 | asid << 48, 0, "the ASID");

	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ(test, smmu3_inv_all(space), 0);
	expect_counts(test, stub, STUB_OP_TLBI_NH_ASID, 1, "everything");

	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_BLOCKED, NULL), 0);
	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ(test, smmu3_inv_range(space, 0x1000, 0x1000, 0x1000, true), 0);
	KUNIT_EXPECT_EQ_MSG(test, stub->nr_log, 0, "a space that is attached nowhere any more");
	KUNIT_EXPECT_EQ(test, entries(space), 0);
}

/* What a range covers, by the commands: no page is left out. */
static void ranges_with_ril(struct kunit *test)
{
	static const u64 pages[] = { 1, 2, 31, 32, 33, 64, 100, 512, 0x10001, 0x7ffff };
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub;
	struct smmu3_master *master;
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1);
	unsigned int i, j;

	cfg.idr3 = STUB_IDR3_RIL;
	stub = bench_stub(test, &cfg);
	master = bench_master(test, stub, sids, 2, 0);
	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, space), 0);
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		u64 next = 0x80000000;

		smmu3_stub_log_reset(stub);
		KUNIT_EXPECT_EQ(test, smmu3_inv_range(space, next, pages[i] << 12, 0x1000, true),
				0);
		for (j = 0; j < stub->nr_log; j++) {
			const u64 *q = stub->log[j].q;
			/* NUM 16:12, SCALE 24:20; TG 11:10 (1: 4K) */
			u64 num = (q[0] >> 12 & 31) + 1, scale = q[0] >> 20 & 31;

			if (stub->log[j].op != STUB_OP_TLBI_NH_VA)
				continue;
			/* A single page needs no range. */
			KUNIT_EXPECT_EQ_MSG(test, q[1] >> 10 & 3, pages[i] > 1, "%llu pages: TG",
					    pages[i]);
			KUNIT_EXPECT_LE_MSG(test, q[1] & ~0xfffULL, next,
					    "%llu pages: nothing is left out", pages[i]);
			next = (q[1] & ~0xfffULL) + ((num << scale) << 12);
		}
		KUNIT_EXPECT_GE_MSG(test, next, 0x80000000 + (pages[i] << 12),
				    "%llu pages: all of them", pages[i]);
		KUNIT_EXPECT_LE_MSG(test, smmu3_stub_count(stub, STUB_OP_TLBI_NH_VA), 5,
				    "%llu pages: in a few commands", pages[i]);
	}
}

static void stage_2(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	struct smmu3_master *master = bench_master(test, stub, sids, 2, 0);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE2);
	u64 vmid;

	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, space), 0);
	vmid = bench_tag(space, stub);
	KUNIT_EXPECT_NE_MSG(test, vmid, 0, "VMID 0 is that of stage 1");
	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ(test, smmu3_inv_range(space, 0x5000, 0x1000, 0x1000, true), 0);
	expect_counts(test, stub, STUB_OP_TLBI_S2_IPA, 1, "one page");
	expect_cmd(test, stub, STUB_OP_TLBI_S2_IPA, 0, 0x2a | vmid << 32, 0x5001, "one page");
	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ(test, smmu3_inv_all(space), 0);
	expect_counts(test, stub, STUB_OP_TLBI_S12_VMALL, 1, "everything");
	expect_cmd(test, stub, STUB_OP_TLBI_S12_VMALL, 0, 0x28 | vmid << 32, 0, "everything");
}

static void timeout_is_an_error(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	struct smmu3_master *master = bench_master(test, stub, sids, 2, 0);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1);

	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, space), 0);
	stub->heals = true;
	stub->held = true;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_range(space, 0x1000, 0x1000, 0x1000, true), -ETIMEDOUT,
			    "no silent success");
	flush_work(&stub->smmu.recover_work);
	KUNIT_EXPECT_EQ(test, stub->smmu.recoveries, 1);
	KUNIT_EXPECT_EQ(test, smmu3_inv_range(space, 0x1000, 0x1000, 0x1000, true), 0);
}

/* A full queue that loses the first part of a long invalidation: the caller hears of it. */
static void lost_batch_is_an_error(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	struct smmu3_master *master = bench_master(test, stub, sids, 2, 0);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1);
	struct smmu3_cmd cmd = smmu3_cmd_cfgi_all();
	unsigned int i;

	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, space), 0);
	stub->heals = true;
	stub->held = true;
	for (i = 0; i < 92; i++)
		smmu3_cmdq_post(&stub->smmu.cmdq, &cmd, 1, NULL);
	/*
	 * 8 entries are free, 64 are kept: the batches of 16 find no room, and recovery makes room
	 * before the end.
	 */
	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_range(space, 0, 40 * 0x1000, 0x1000, true), -ETIMEDOUT,
			    "no silent success");
	flush_work(&stub->smmu.recover_work);
	KUNIT_EXPECT_GE(test, stub->smmu.recoveries, 1);
}

/* ---------------------------------------------------------------- sets */

static void users_share_an_entry(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	static const u32 one[] = { 1 }, two[] = { 2 };
	struct smmu3_master *a = bench_master(test, stub, one, 1, 8),
			    *b = bench_master(test, stub, two, 1, 0);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, bench_attach(a, SMMU3_TRANSLATE, space), 0);
		KUNIT_EXPECT_EQ(test, bench_attach(b, SMMU3_TRANSLATE, space), 0);
		KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(a, 3, space), 0);
		KUNIT_EXPECT_EQ_MSG(test, entries(space), 1, "one TLB tag");
		KUNIT_EXPECT_EQ_MSG(test, set_of(space)->entry[0].users, 3, "three users of it");
		smmu3_stub_log_reset(stub);
		KUNIT_EXPECT_EQ(test, smmu3_inv_range(space, 0x1000, 0x1000, 0x1000, true), 0);
		expect_counts(test, stub, STUB_OP_TLBI_NH_VA, 1, "three users");
		KUNIT_EXPECT_EQ(test, bench_attach(a, SMMU3_IDENTITY, NULL), 0);
		KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(a, 3, NULL), 0);
		KUNIT_EXPECT_EQ_MSG(test, entries(space), 1, "one user left");
		smmu3_stub_log_reset(stub);
		KUNIT_EXPECT_EQ(test, smmu3_inv_range(space, 0x1000, 0x1000, 0x1000, true), 0);
		expect_counts(test, stub, STUB_OP_TLBI_NH_VA, 1, "one user left");
		KUNIT_EXPECT_EQ(test, bench_attach(b, SMMU3_BLOCKED, NULL), 0);
		KUNIT_EXPECT_EQ_MSG(test, entries(space), 0, "nobody");
	}
}

/*
 * One space behind three SMMUs, with tags of its own on each: all are told before any is waited
 * for.
 */
static void three_smmus_one_latency(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1),
			   *pad = bench_space(test, SMMU3_STAGE1);
	struct smmu3_master *master[3], *other;
	struct smmu3_stub *stub[3];
	u32 last_bell = 0, first_wait = ~0u;
	const struct smmu3_stub_rec *rec;
	static const u32 nine[] = { 9 };
	unsigned int i;

	cfg.poll_cons = true;
	for (i = 0; i < 3; i++) {
		stub[i] = bench_stub(test, &cfg);
		master[i] = bench_master(test, stub[i], sids, 2, 0);
	}
	/* Different ASIDs: the middle one has one taken. */
	other = bench_master(test, stub[1], nine, 1, 0);
	KUNIT_EXPECT_EQ(test, bench_attach(other, SMMU3_TRANSLATE, pad), 0);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, bench_attach(master[i], SMMU3_TRANSLATE, space), 0);
	KUNIT_EXPECT_NE_MSG(test, bench_tag(space, stub[0]), bench_tag(space, stub[1]),
			    "a tag for each SMMU");
	KUNIT_EXPECT_EQ(test, entries(space), 3);

	for (i = 0; i < 3; i++) {
		smmu3_stub_log_reset(stub[i]);
		stub[i]->log_reads = true;
	}
	KUNIT_EXPECT_EQ(test, smmu3_inv_range(space, 0x5000, 0x1000, 0x1000, true), 0);
	for (i = 0; i < 3; i++) {
		expect_cmd(test, stub[i], STUB_OP_TLBI_NH_VA, 0,
			   0x12 | (u64)bench_tag(space, stub[i]) << 48, 0x5001,
			   "each under its own ASID");
		KUNIT_EXPECT_EQ(test, smmu3_stub_count(stub[i], STUB_REC_DOORBELL), 1);
		rec = smmu3_stub_find(stub[i], STUB_REC_DOORBELL, 0);
		last_bell = rec ? max(last_bell, rec->seq) : ~0u;
		rec = smmu3_stub_find(stub[i], STUB_REC_WAIT, 0);
		KUNIT_EXPECT_NOT_NULL_MSG(test, rec, "SMMU %u is waited for", i);
		if (rec)
			first_wait = min(first_wait, rec->seq);
		stub[i]->log_reads = false;
	}
	KUNIT_EXPECT_LT_MSG(test, last_bell, first_wait,
			    "the last doorbell comes before the first wait");

	/* One goes: the others are told as before, it is not. */
	KUNIT_EXPECT_EQ(test, bench_attach(master[1], SMMU3_BLOCKED, NULL), 0);
	for (i = 0; i < 3; i++)
		smmu3_stub_log_reset(stub[i]);
	KUNIT_EXPECT_EQ(test, smmu3_inv_all(space), 0);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub[i], STUB_OP_TLBI_NH_ASID), i != 1,
				    "SMMU %u", i);

	/* One does not answer: the caller hears of it, and the other one was told all the same. */
	for (i = 0; i < 3; i++)
		smmu3_stub_log_reset(stub[i]);
	stub[0]->heals = true;
	stub[0]->held = true;
	KUNIT_EXPECT_EQ(test, smmu3_inv_all(space), -ETIMEDOUT);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub[2], STUB_OP_TLBI_NH_ASID), 1,
			    "the other one");
	flush_work(&stub[0]->smmu.recover_work);
}

/* ---------------------------------------------------------------- ATCs */

/* A use of a space with the device's ATC, as if the device had one. */
static void grow_with_atc(struct kunit *test, struct smmu3_space *space, struct smmu3_use *use)
{
	struct smmu3_inv_set *set;

	mutex_lock(&smmu3_attach_lock);
	use->tag = smmu3_space_tag(space, use->master->smmu);
	set = use->tag ? smmu3_inv_grow(space, use, true) : NULL;
	if (set)
		smmu3_inv_publish(space, set);
	mutex_unlock(&smmu3_attach_lock);
	KUNIT_ASSERT_NOT_NULL(test, set);
}

static void drop(struct smmu3_space *space, struct smmu3_use *use, bool atc_only)
{
	mutex_lock(&smmu3_attach_lock);
	smmu3_inv_drop(space, use, atc_only);
	mutex_unlock(&smmu3_attach_lock);
}

static void tlbs_before_atcs(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	struct smmu3_master *master = bench_master(test, stub, sids, 2, 8);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1);
	struct smmu3_use rid = { .space = space, .master = master, .ats = true }, sub = rid;
	const struct smmu3_stub_rec *sync, *tlbi, *atc;

	sub.ssid = 3;
	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, space), 0);
	grow_with_atc(test, space, &rid);
	grow_with_atc(test, space, &sub);
	KUNIT_EXPECT_TRUE(test, set_of(space)->has_atc);
	KUNIT_EXPECT_EQ_MSG(test, entries(space), 5,
			    "a TLB tag, two streams without and two with a SubstreamID");
	KUNIT_EXPECT_EQ_MSG(test, set_of(space)->entry[0].users, 3, "users of the tag");

	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ(test, smmu3_inv_range(space, 0x7000, 0x1000, 0x1000, true), 0);
	KUNIT_EXPECT_EQ(test, smmu3_stub_count(stub, STUB_OP_TLBI_NH_VA), 1);
	KUNIT_EXPECT_EQ(test, smmu3_stub_count(stub, STUB_OP_ATC_INV), 4);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_SYNC), 2,
			    "one for the TLBs, one for the ATCs");
	tlbi = smmu3_stub_find(stub, STUB_OP_TLBI_NH_VA, 0);
	sync = smmu3_stub_find(stub, STUB_OP_SYNC, 0);
	atc = smmu3_stub_find(stub, STUB_OP_ATC_INV, 0);
	if (tlbi && sync && atc) {
		KUNIT_EXPECT_LT_MSG(test, tlbi->seq, sync->seq, "TLBI, then CMD_SYNC");
		KUNIT_EXPECT_LT_MSG(test, sync->seq, atc->seq,
				    "and only then ATC_INV: an ATC fills from a TLB");
	}
	/* 4.5.1: SSV 11, SSID 31:12, SID 63:32; Size 5:0 (0: one page), address 63:12 */
	expect_cmd(test, stub, STUB_OP_ATC_INV, 0, 0x40 | 5ULL << 32, 0x7000,
		   "without a SubstreamID");
	expect_cmd(test, stub, STUB_OP_ATC_INV, 3, 0x3840 | 6ULL << 32, 0x7000, "with one");

	drop(space, &sub, true);
	KUNIT_EXPECT_EQ_MSG(test, entries(space), 3, "its ATC alone is dropped");
	KUNIT_EXPECT_EQ_MSG(test, set_of(space)->entry[0].users, 3, "its tag stays");
	sub.ats = false;
	drop(space, &sub, false);
	drop(space, &rid, false);
	KUNIT_EXPECT_EQ_MSG(test, entries(space), 1, "the real use is left");
	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ(test, smmu3_inv_all(space), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_ATC_INV), 0, "no ATC any more");
}

/* Published sets are not changed but for users: a reader in the middle of one stays right. */
static void sets_are_immutable(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	struct smmu3_master *master = bench_master(test, stub, sids, 2, 0);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1);
	struct smmu3_use use = { .space = space, .master = master, .ats = true };
	const struct smmu3_inv_set *old;

	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, space), 0);
	rcu_read_lock();
	old = set_of(space);
	rcu_read_unlock();
	grow_with_atc(test, space, &use);
	KUNIT_EXPECT_PTR_NE_MSG(test, old, set_of(space), "growing makes a new set");
	drop(space, &use, true);
	old = set_of(space);
	use.ats = false;
	drop(space, &use, false);
	KUNIT_EXPECT_PTR_EQ_MSG(test, old, set_of(space),
				"dropping needs no memory and keeps the set");
	KUNIT_EXPECT_EQ_MSG(test, old->nr, 3, "what has no users stays until the next set");
	use.ats = true;
	grow_with_atc(test, space, &use);
	KUNIT_EXPECT_EQ_MSG(test, set_of(space)->nr, 3,
			    "the next set has only what is in use: none twice");
	drop(space, &use, false);
}

/* ---------------------------------------------------------------- tags */

static void tags_are_reused_only_clean(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	struct smmu3_master *master = bench_master(test, stub, sids, 2, 0);
	struct smmu3_space *space[4];
	unsigned int i, round;
	u16 first = 0;

	/*
	 * The stub reports a tag that comes to mean another table while translations of the old
	 * are cached.
	 */
	smmu3_stub_watch(stub, 5, false, 0);
	for (i = 0; i < 4; i++)
		space[i] = bench_space(test, i < 2 ? SMMU3_STAGE1 : SMMU3_STAGE2);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < 4; i++) {
			const struct smmu3_stub_rec *cfgi, *tlbi;

			KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, space[i]), 0);
			if (!first)
				first = bench_tag(space[i], stub);
			KUNIT_EXPECT_EQ_MSG(test, bench_tag(space[i], stub), first,
					    "the lowest number again");
			KUNIT_EXPECT_TRUE(test, smmu3_stub_reaches(stub, bench_ttb(space[i])));
			smmu3_stub_log_reset(stub);
			KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_BLOCKED, NULL), 0);
			cfgi = smmu3_stub_find(stub, STUB_OP_CFGI_STE, 0);
			tlbi = smmu3_stub_find(stub, i < 2 ? STUB_OP_TLBI_NH_ASID :
							     STUB_OP_TLBI_S12_VMALL, 0);
			KUNIT_EXPECT_NOT_NULL_MSG(test, cfgi, "CFGI_STE");
			KUNIT_EXPECT_NOT_NULL_MSG(test, tlbi, "a flush of the tag");
			if (cfgi && tlbi)
				KUNIT_EXPECT_LT_MSG(test, cfgi->seq, tlbi->seq,
						    "flushed when nothing can fill it any more");
			KUNIT_EXPECT_FALSE(test, smmu3_stub_reaches(stub, bench_ttb(space[i])));
			smmu3_stub_check(test, stub);
		}
	}
}

/* ---------------------------------------------------------------- races */

struct unmapper {
	struct smmu3_stub *stub[2];
	struct smmu3_space *space;
	u64 generation;
	u32 rounds, stale, errors;
	bool stop;
	struct completion done;
};

/* Change the tables, invalidate, and look whether anything from before is left. */
static int unmap_and_look(void *arg)
{
	struct unmapper *u = arg;
	u64 generation = 0;
	unsigned int i;

	while (!READ_ONCE(u->stop)) {
		WRITE_ONCE(u->generation, ++generation);
		u->errors += !!smmu3_inv_range(u->space, 0x5000, 0x1000, 0x1000, true);
		for (i = 0; i < 2; i++)
			u->stale +=
				smmu3_stub_is_stale(u->stub[i], bench_ttb(u->space), generation);
		u->rounds++;
		cond_resched();
	}
	complete(&u->done);
	return 0;
}

/*
 * While it is attached and detached, by RID and SubstreamID, behind two SMMUs, a space is unmapped
 * without end.
 */
static void unmap_races_attach(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct unmapper *u = kunit_kzalloc(test, sizeof(*u), GFP_KERNEL);
	struct smmu3_master *master[2];
	unsigned int i, round;

	KUNIT_ASSERT_NOT_NULL(test, u);
	u->space = bench_space(test, SMMU3_STAGE1);
	init_completion(&u->done);
	for (i = 0; i < 2; i++) {
		u->stub[i] = bench_stub(test, &cfg);
		u->stub[i]->generation = &u->generation;
		master[i] = bench_master(test, u->stub[i], sids, 2, 8);
		smmu3_stub_watch(u->stub[i], 5, false, 0);
		smmu3_stub_watch(u->stub[i], 6, true, 70);
	}
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(unmap_and_look, u, "smmu3-kunit-unmap")));
	for (round = 0; round < 200; round++) {
		i = round % 2;
		u->errors += !!bench_attach(master[i], SMMU3_TRANSLATE, u->space);
		u->errors += !!smmu3_attach_pasid(master[i], 70, u->space);
		u->errors += !!bench_attach(master[!i], SMMU3_TRANSLATE, u->space);
		u->errors +=
			!!bench_attach(master[i], round % 3 ? SMMU3_BLOCKED : SMMU3_IDENTITY, NULL);
		u->errors += !!smmu3_attach_pasid(master[i], 70, NULL);
		if (round % 4 == 3)
			u->errors += !!bench_attach(master[!i], SMMU3_BLOCKED, NULL);
	}
	WRITE_ONCE(u->stop, true);
	wait_for_completion(&u->done);
	KUNIT_EXPECT_EQ_MSG(test, u->stale, 0,
			    "translations from before an unmap were left behind it, in %u unmaps",
			    u->rounds);
	KUNIT_EXPECT_EQ_MSG(test, u->errors, 0, "attaches and unmaps that failed");
	KUNIT_EXPECT_GT_MSG(test, u->rounds, 10, "unmaps that took part");
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, bench_attach(master[i], SMMU3_BLOCKED, NULL), 0);
		KUNIT_EXPECT_FALSE(test, smmu3_stub_reaches(u->stub[i], bench_ttb(u->space)));
		u->stub[i]->generation = NULL;
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(ranges),
	KUNIT_CASE(ranges_with_ril),
	KUNIT_CASE(stage_2),
	KUNIT_CASE(timeout_is_an_error),
	KUNIT_CASE(lost_batch_is_an_error),
	KUNIT_CASE(users_share_an_entry),
	KUNIT_CASE(three_smmus_one_latency),
	KUNIT_CASE(tlbs_before_atcs),
	KUNIT_CASE(sets_are_immutable),
	KUNIT_CASE(tags_are_reused_only_clean),
	KUNIT_CASE_SLOW(unmap_races_attach),
	{}
};

static struct kunit_suite core_inv_suite = {
	.name = "smmu3_core_inv",
	.exit = bench_exit,
	.test_cases = cases,
};

kunit_test_suite(core_inv_suite);
