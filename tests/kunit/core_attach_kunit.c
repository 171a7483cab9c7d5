// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attach (src/core/attach): all ordered pairs of states of a RID, with and without a SubstreamID
 * in use. Layer: tests.
 *
 * After every store and every command the stub looks at what transactions may meet, under every
 * mixture of what may be cached. Laws: a transaction meets its old or its new fate, and a third
 * only where no order of stores avoids it, which is then a termination, never bypass and never
 * another table; a SubstreamID does not notice what happens to the RID, nor the RID what happens
 * to a SubstreamID; in the end nothing of the old remains.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "core_bench.h"

enum state { BLOCKED, IDENTITY, S1_A, S1_B, S2_A, S2_B, NR_STATES };

static const char * const state_names[] = { "BLOCKED", "IDENTITY", "S1 A", "S1 B", "S2 A", "S2 B" };

#define SSID	70	/* in the second leaf of a two-level table */

/*
 * One master with two streams, what may be attached to it, and watches of each stream without and
 * with SSID.
 */
struct rig {
	struct smmu3_stub *stub;
	struct smmu3_master *master;
	struct smmu3_space *space[NR_STATES], *sub_space, *sub_other;
	unsigned int rid[2], sub[2];
};

static const u32 rig_sids[] = { 5, 130 };

static struct rig *make_rig(struct kunit *test, u8 ssid_bits)
{
	struct rig *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, r);
	r->stub = bench_stub(test, &cfg);
	r->space[S1_A] = bench_space(test, SMMU3_STAGE1);
	r->space[S1_B] = bench_space(test, SMMU3_STAGE1);
	r->space[S2_A] = bench_space(test, SMMU3_STAGE2);
	r->space[S2_B] = bench_space(test, SMMU3_STAGE2);
	r->sub_space = bench_space(test, SMMU3_STAGE1);
	r->sub_other = bench_space(test, SMMU3_STAGE1);
	r->master = bench_master(test, r->stub, rig_sids, 2, ssid_bits);
	for (i = 0; i < 2; i++) {
		r->rid[i] = smmu3_stub_watch(r->stub, rig_sids[i], false, 0);
		r->sub[i] = smmu3_stub_watch(r->stub, rig_sids[i], true, SSID);
	}
	return r;
}

static int go(struct rig *r, enum state s)
{
	enum smmu3_target_kind kind = s == BLOCKED    ? SMMU3_BLOCKED
				      : s == IDENTITY ? SMMU3_IDENTITY
						      : SMMU3_TRANSLATE;

	return bench_attach(r->master, kind, r->space[s]);
}

static bool is_s1(enum state s)
{
	return s == S1_A || s == S1_B;
}

static bool is_s2(enum state s)
{
	return s == S2_A || s == S2_B;
}

/* The entries that a state has, by hand. */
static void check_entries(struct kunit *test, struct rig *r, enum state s,
			  const struct smmu3_space *sub, const char *what)
{
	static const u64 dss[] = { [BLOCKED] = 2, [IDENTITY] = 1, [S1_A] = 2, [S1_B] = 2 };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (is_s2(s))
			bench_expect_ste_s2(test, r->master, rig_sids[i], r->space[s], what);
		else if (sub || is_s1(s))
			bench_expect_ste_s1(test, r->master, rig_sids[i], dss[s], what);
		else
			bench_expect_ste(test, r->stub, rig_sids[i], s == BLOCKED ? 1 : 9, 0, 0, 0,
					 what);
	}
	bench_expect_cd(test, r->master, 0, is_s1(s) ? r->space[s] : NULL, what);
	bench_expect_cd(test, r->master, SSID, sub, what);
}

/* BLOCKED is an STE that aborts, or with SubstreamIDs in use no CD 0, or not even its table. */
static bool refused(u64 fate)
{
	return BIT(fate) & (BIT(STUB_ABORT) | BIT(STUB_BAD_SSID) | BIT(STUB_BAD_CD));
}

static void check_refused(struct kunit *test, struct rig *r, unsigned int watch, const char *what)
{
	struct smmu3_stub_txn txn;

	KUNIT_EXPECT_EQ(test, smmu3_stub_now(r->stub, watch, &txn), 1);
	KUNIT_EXPECT_TRUE_MSG(test, refused(txn.fate), "%s: wanted: refused; seen: %s", what,
			      smmu3_stub_fate_name(txn.fate));
}

/* What transactions meet in a state. */
static void check_fates(struct kunit *test, struct rig *r, enum state s,
			const struct smmu3_space *sub, const char *what)
{
	u64 fate = s == BLOCKED	   ? STUB_ABORT
		   : s == IDENTITY ? STUB_BYPASS
		   : is_s1(s)	   ? STUB_S1
				   : STUB_S2;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (s == BLOCKED && sub)
			check_refused(test, r, r->rid[i], what);
		else
			bench_expect_now(test, r->stub, r->rid[i], fate, r->space[s], what);
		if (sub)
			bench_expect_now(test, r->stub, r->sub[i], STUB_S1, sub, what);
	}
}

/* The state is what it should be, from tables to tags. */
static void check_state(struct kunit *test, struct rig *r, enum state s,
			const struct smmu3_space *sub, const char *what)
{
	unsigned int i;

	check_entries(test, r, s, sub, what);
	check_fates(test, r, s, sub, what);
	for (i = S1_A; i < NR_STATES; i++) {
		bool used = i == s;

		KUNIT_EXPECT_EQ_MSG(test, !!bench_tag(r->space[i], r->stub), used,
				    "%s: %s has a tag", what, state_names[i]);
		KUNIT_EXPECT_EQ_MSG(test, !list_empty(&r->space[i]->uses), used, "%s: %s has a use",
				    what, state_names[i]);
		KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reaches(r->stub, bench_ttb(r->space[i])), used,
				    "%s: the SMMU may still reach the tables of %s, by an entry or its TLB",
				    what, state_names[i]);
	}
	smmu3_stub_check(test, r->stub);
}

/* Terminations that are allowed between two states. */
static u32 allowed_between(enum state from, enum state to)
{
	if (from == to)
		return 0;
	/* With SubstreamIDs: refused because there is no CD 0 yet, or not even its table. */
	if (from == BLOCKED)
		return BIT(STUB_BAD_SSID) | BIT(STUB_BAD_CD);
	/* TTB0 and ASID lie in two words of the CD, which cannot change at one instant: V = 0. */
	if (is_s1(from) && is_s1(to))
		return BIT(STUB_BAD_CD);
	/* Config in word 0 and VMID in word 2, or VMID and S2TTB. */
	if ((is_s1(from) || is_s2(from)) && (is_s1(to) || is_s2(to)))
		return BIT(STUB_BAD_STE);
	return 0;
}

static void transition(struct kunit *test, struct rig *r, enum state from, enum state to,
		       const struct smmu3_space *sub)
{
	struct smmu3_stub_txn old[2], old_sub[2];
	char what[64];
	unsigned int i;
	int ret;

	snprintf(what, sizeof(what), "%s -> %s%s", state_names[from], state_names[to],
		 sub ? " with a SubstreamID" : "");
	for (i = 0; i < 2; i++) {
		smmu3_stub_now(r->stub, r->rid[i], &old[i]);
		smmu3_stub_now(r->stub, r->sub[i], &old_sub[i]);
	}
	smmu3_stub_mark(r->stub);
	smmu3_stub_log_reset(r->stub);
	ret = go(r, to);
	KUNIT_EXPECT_EQ_MSG(test, ret, 0, "%s", what);
	for (i = 0; i < 2; i++) {
		struct smmu3_stub_watch *w = &r->stub->watch[r->sub[i]];

		bench_expect_seen(test, r->stub, r->rid[i], &old[i], allowed_between(from, to),
				  what);
		if (sub && (w->nr_seen != 1 || !smmu3_stub_txn_same(&w->seen[0], &old_sub[i])))
			KUNIT_FAIL(test, "%s: SubstreamID %u of SID %#x notices", what, SSID,
				   w->sid);
	}
	if (from == to)
		KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(r->stub, STUB_OP_SYNC), 0,
				    "%s: nothing is sent", what);
	check_state(test, r, to, sub, what);
}

static void all_pairs(struct kunit *test)
{
	struct rig *r = make_rig(test, 0);
	unsigned int from, to;

	KUNIT_EXPECT_EQ_MSG(test, r->master->ssid_bits, 0, "a master without SubstreamIDs");
	for (from = 0; from < NR_STATES; from++) {
		for (to = 0; to < NR_STATES; to++) {
			KUNIT_EXPECT_EQ_MSG(test, go(r, from), 0, "to %s", state_names[from]);
			transition(test, r, from, to, NULL);
		}
	}
}

static void all_pairs_two_level(struct kunit *test)
{
	struct rig *r = make_rig(test, 8);
	unsigned int from, to;

	KUNIT_EXPECT_TRUE(test, r->master->cdtab->geom.two_level);
	for (from = 0; from < NR_STATES; from++) {
		for (to = 0; to < NR_STATES; to++) {
			KUNIT_EXPECT_EQ_MSG(test, go(r, from), 0, "to %s", state_names[from]);
			transition(test, r, from, to, NULL);
		}
	}
}

static void all_pairs_with_substream(struct kunit *test)
{
	struct rig *r = make_rig(test, 8);
	unsigned int from, to;

	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(r->master, SSID, r->sub_space), 0);
	check_state(test, r, BLOCKED, r->sub_space, "a SubstreamID alone");
	for (from = 0; from <= S1_B; from++) {
		for (to = 0; to <= S1_B; to++) {
			KUNIT_EXPECT_EQ_MSG(test, go(r, from), 0, "to %s", state_names[from]);
			transition(test, r, from, to, r->sub_space);
		}
	}
}

/* A SubstreamID comes, is replaced and goes in each state of the RID, which does not notice. */
static void substreams_come_and_go(struct kunit *test)
{
	const u32 dead = BIT(STUB_ABORT) | BIT(STUB_BAD_SSID) | BIT(STUB_BAD_CD);
	struct rig *r = make_rig(test, 8);
	struct smmu3_space *steps[] = {r->sub_space, r->sub_other, r->sub_other, NULL,
				       NULL,	     r->sub_other, NULL};
	struct smmu3_stub_txn rid, sub;
	struct smmu3_stub_watch *w = &r->stub->watch[r->rid[1]];
	unsigned int s, i, k;
	char what[64];

	for (s = 0; s <= S1_B; s++) {
		KUNIT_EXPECT_EQ(test, go(r, s), 0);
		for (i = 0; i < ARRAY_SIZE(steps); i++) {
			snprintf(what, sizeof(what), "RID %s, SubstreamID step %u", state_names[s],
				 i);
			smmu3_stub_now(r->stub, r->rid[1], &rid);
			smmu3_stub_now(r->stub, r->sub[1], &sub);
			smmu3_stub_mark(r->stub);
			KUNIT_EXPECT_EQ_MSG(test, smmu3_attach_pasid(r->master, SSID, steps[i]), 0,
					    "%s", what);
			for (k = 0; k < w->nr_seen; k++)
				KUNIT_EXPECT_TRUE_MSG(test,
						      smmu3_stub_txn_same(&w->seen[k], &rid) ||
						      (refused(w->seen[k].fate) &&
						       refused(rid.fate)),
						      "%s: the RID does not notice", what);
			bench_expect_seen(test, r->stub, r->sub[1], &sub, dead, what);
			check_state(test, r, s, steps[i], what);
			KUNIT_EXPECT_EQ_MSG(test, r->master->nr_pasids, steps[i] ? 1 : 0,
					    "%s: counted", what);
			KUNIT_EXPECT_EQ_MSG(test,
					    smmu3_stub_reaches(r->stub, bench_ttb(r->sub_space)),
					    steps[i] == r->sub_space,
					    "%s: reach of the first space", what);
			KUNIT_EXPECT_EQ_MSG(test,
					    smmu3_stub_reaches(r->stub, bench_ttb(r->sub_other)),
					    steps[i] == r->sub_other,
					    "%s: reach of the second", what);
		}
	}
}

/*
 * One space on the RID and on two SubstreamIDs: one tag, flushed with the last use and not before.
 */
static void one_space_many_uses(struct kunit *test)
{
	struct rig *r = make_rig(test, 8);
	struct smmu3_space *space = r->space[S1_A];

	KUNIT_EXPECT_EQ(test, go(r, S1_A), 0);
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(r->master, SSID, space), 0);
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(r->master, 1, space), 0);
	check_entries(test, r, S1_A, space, "three uses");
	smmu3_stub_log_reset(r->stub);
	KUNIT_EXPECT_EQ(test, go(r, BLOCKED), 0);
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(r->master, 1, NULL), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(r->stub, STUB_OP_TLBI_NH_ASID), 0,
			    "no flush while one use is left");
	check_fates(test, r, BLOCKED, space, "one use left");
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(r->master, SSID, NULL), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(r->stub, STUB_OP_TLBI_NH_ASID), 1,
			    "flushed with the last");
	check_state(test, r, BLOCKED, NULL, "all gone");
}

/* Attach counts; RESV_DIRECT memory is reached throughout IDENTITY <-> DMA. */
static void identity_to_dma_is_hitless(struct kunit *test)
{
	struct rig *r = make_rig(test, 0);
	struct smmu3_stub_watch *w = &r->stub->watch[r->rid[1]];
	u64 attaches = r->stub->smmu.attaches;
	unsigned int i, round;

	KUNIT_EXPECT_EQ(test, go(r, IDENTITY), 0);
	for (round = 0; round < 4; round++) {
		smmu3_stub_mark(r->stub);
		KUNIT_EXPECT_EQ(test, go(r, round % 2 ? IDENTITY : S1_A), 0);
		for (i = 0; i < w->nr_seen; i++)
			KUNIT_EXPECT_TRUE_MSG(test,
					      w->seen[i].fate == STUB_BYPASS ||
					      w->seen[i].fate == STUB_S1,
					      "round %u: a transaction was lost: it met %s", round,
					      smmu3_stub_fate_name(w->seen[i].fate));
	}
	KUNIT_EXPECT_EQ_MSG(test, r->stub->smmu.attaches, attaches + 5, "attaches are counted");
}

/* A timed-out SMMU takes part in attaches and is recovered. */
/* An SMMU on which faults always stall takes a CD or STE that says otherwise for illegal. */
static void faults_that_always_stall(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_space *s1 = bench_space(test, SMMU3_STAGE1);
	struct smmu3_space *s2 = bench_space(test, SMMU3_STAGE2);
	static const u32 sids[] = { 5 };
	struct smmu3_master *master;
	struct smmu3_stub *stub;
	const struct smmu3_ste *ste;

	/* IDR0.STALL_MODEL is 25:24 */
	cfg.idr0 = (cfg.idr0 & ~(3U << 24)) | 2U << 24;
	stub = bench_stub(test, &cfg);
	master = bench_master(test, stub, sids, 1, 8);

	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, s1), 0);
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(master, 9, s1), 0);
	ste = smmu3_strtab_ste(&stub->smmu, 5);
	KUNIT_EXPECT_FALSE_MSG(test, le64_to_cpu(ste->q[1]) >> 27 & 1, "S1STALLD is illegal");
	KUNIT_EXPECT_TRUE_MSG(test, le64_to_cpu(smmu3_cdtab_cd(master->cdtab, 0)->q[0]) >> 44 & 1,
			      "CD.S of the RID");
	KUNIT_EXPECT_TRUE_MSG(test, le64_to_cpu(smmu3_cdtab_cd(master->cdtab, 9)->q[0]) >> 44 & 1,
			      "CD.S of a SubstreamID");
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(master, 9, NULL), 0);

	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, s2), 0);
	KUNIT_EXPECT_TRUE_MSG(test, le64_to_cpu(ste->q[2]) >> 57 & 1, "S2S");
}

static void attach_to_a_silent_smmu(struct kunit *test)
{
	struct rig *r = make_rig(test, 0);

	r->stub->heals = true;
	r->stub->held = true;
	KUNIT_EXPECT_EQ_MSG(test, go(r, S1_A), 0, "commit cannot fail");
	flush_work(&r->stub->smmu.recover_work);
	KUNIT_EXPECT_GE_MSG(test, r->stub->smmu.recoveries, 1, "recovered");
	check_state(test, r, S1_A, NULL, "after the recovery");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(all_pairs),
	KUNIT_CASE(all_pairs_two_level),
	KUNIT_CASE(all_pairs_with_substream),
	KUNIT_CASE(substreams_come_and_go),
	KUNIT_CASE(one_space_many_uses),
	KUNIT_CASE(identity_to_dma_is_hitless),
	KUNIT_CASE(faults_that_always_stall),
	KUNIT_CASE(attach_to_a_silent_smmu),
	{}
};

static struct kunit_suite core_attach_suite = {
	.name = "smmu3_core_attach",
	.exit = bench_exit,
	.test_cases = cases,
};

kunit_test_suite(core_attach_suite);
