// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidation sets over a register model (src/core/inv). Layer: tests.
 */
#include "core/event.h"
#include "world.h"

#define OP_NH_ASID	0x11
#define OP_NH_VA	0x12
#define OP_S12_VMALL	0x28
#define OP_S2_IPA	0x2a
#define OP_ATC_INV	0x40
#define OP_SYNC		0x46

static u16 tag_of(struct world *w, unsigned int space, unsigned int smmu)
{
	struct smmu3_tag *tag;

	mutex_lock(&smmu3_attach_lock);
	tag = smmu3_space_tag(&w->space[space], &w->s[smmu]->smmu);
	mutex_unlock(&smmu3_attach_lock);
	return tag ? tag->id : 0;
}

static void one_page(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);
	struct stub *s = w->s[0];
	int i;

	world_attach(w, 0, SMMU3_TRANSLATE, 0);
	stub_log_clear(s);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_range(&w->space[0], 0x12345000, 0x1000, 0x1000, true),
			    0, "done");
	i = stub_find_cmd(s, OP_NH_VA, 0);
	KUNIT_ASSERT_GE_MSG(test, i, 0, "TLBI_NH_VA");
	KUNIT_EXPECT_EQ_MSG(test, s->log[i].a >> 48, tag_of(w, 0, 0), "its ASID");
	KUNIT_EXPECT_EQ_MSG(test, s->log[i].b, 0x12345001, "its page, Leaf");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_NH_VA), 1, "one command");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_SYNC), 1, "one CMD_SYNC");
	KUNIT_EXPECT_GT_MSG(test, stub_find_cmd(s, OP_SYNC, 0), i, "behind it");
	world_free(test, w);
}

/*
 * A range is covered page by page, by ranges where there is RIL, and by the whole tag where it
 * would be too many.
 */
static void ranges(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);
	struct world *ril;

	world_attach(w, 0, SMMU3_TRANSLATE, 0);
	stub_log_clear(w->s[0]);
	smmu3_inv_range(&w->space[0], 0x10000, 100 * 0x1000, 0x1000, false);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(w->s[0], OP_NH_VA), 100, "100 pages, 100 commands");
	stub_log_clear(w->s[0]);
	smmu3_inv_range(&w->space[0], 0, 1ULL << 40, 0x1000, false);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(w->s[0], OP_NH_VA), 0, "too many pages");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(w->s[0], OP_NH_ASID), 1, "the whole tag instead");
	/* unaligned ends are rounded outwards */
	stub_log_clear(w->s[0]);
	smmu3_inv_range(&w->space[0], 0x10800, 0x1000, 0x1000, false);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(w->s[0], OP_NH_VA), 2,
			    "both pages that the range touches");
	world_free(test, w);
	stub_exit(test);

	ril = world_make(test, &(struct stub_cfg) { .idr3 = 0x400 }, false, false);
	world_attach(ril, 0, SMMU3_TRANSLATE, 0);
	stub_log_clear(ril->s[0]);
	smmu3_inv_range(&ril->space[0], 0x10000, 96 * 0x1000, 0x1000, false);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(ril->s[0], OP_NH_VA), 1, "96 pages by range");
	smmu3_inv_range(&ril->space[0], 0x10000, 0x1000, 0x1000, true);
	KUNIT_EXPECT_EQ_MSG(test, ril->s[0]->nr_illegal, 0, "a single page is no illegal range");
	world_free(test, ril);
}

static void stage2(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);
	int i;

	world_attach(w, 0, SMMU3_TRANSLATE, 4);
	stub_log_clear(w->s[0]);
	smmu3_inv_range(&w->space[4], 0x5000, 0x1000, 0x1000, true);
	i = stub_find_cmd(w->s[0], OP_S2_IPA, 0);
	KUNIT_ASSERT_GE_MSG(test, i, 0, "TLBI_S2_IPA");
	KUNIT_EXPECT_EQ_MSG(test, w->s[0]->log[i].a >> 32, tag_of(w, 4, 0), "its VMID, no ASID");
	smmu3_inv_all(&w->space[4]);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(w->s[0], OP_S12_VMALL), 1, "all of it");
	world_free(test, w);
}

/* A VHE host: streams are of the EL2&0 regime, whose entries other commands reach. */
static void el2(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);

	w->s[0]->smmu.feat.have |= 1ULL << SMMU3_FEAT_E2H;
	w->s[0]->smmu.feat.why_off[SMMU3_FEAT_E2H] = NULL;
	world_attach(w, 0, SMMU3_TRANSLATE, 0);
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(smmu3_strtab_ste(&w->s[0]->smmu, 8)->q[1]) >> 30 & 3,
			    2, "STRW is EL2");
	stub_log_clear(w->s[0]);
	smmu3_inv_range(&w->space[0], 0x5000, 0x1000, 0x1000, true);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(w->s[0], 0x22), 1, "TLBI_EL2_VA");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(w->s[0], OP_NH_VA), 0, "and not TLBI_NH_VA");
	stub_log_clear(w->s[0]);
	world_attach(w, 0, SMMU3_BLOCKED, 0);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(w->s[0], 0x21), 1, "TLBI_EL2_ASID for the whole tag");
	world_free(test, w);
}

/* ATCs come after the TLB of their SMMU has been emptied and that is known. */
static void atcs(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);
	struct stub *s = w->s[0];
	int tlbi, sync, atc;

	world_attach(w, 0, SMMU3_TRANSLATE, 0);
	world_attach(w, 1, SMMU3_TRANSLATE, 0);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 7, &w->space[0]), 0,
			    "by PASID, too");
	stub_log_clear(s);
	smmu3_inv_range(&w->space[0], 0x5000, 0x1000, 0x1000, true);
	tlbi = stub_find_cmd(s, OP_NH_VA, 0);
	sync = stub_find_cmd(s, OP_SYNC, 0);
	atc = stub_find_cmd(s, OP_ATC_INV, 0);
	KUNIT_EXPECT_TRUE_MSG(test, tlbi >= 0 && tlbi < sync && sync < atc,
			      "TLBI %d, CMD_SYNC %d, ATC_INV %d", tlbi, sync, atc);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_NH_VA), 1, "one tag");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_ATC_INV), 4,
			    "StreamIDs 8, 9 and 16, and 16 with SubstreamID 7");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_SYNC), 2, "two CMD_SYNCs");

	/* PASID goes: its ATC is no longer asked. */
	smmu3_attach_pasid(w->master[1], 7, NULL);
	stub_log_clear(s);
	smmu3_inv_range(&w->space[0], 0x5000, 0x1000, 0x1000, true);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_ATC_INV), 3, "StreamIDs 8, 9 and 16");
	world_free(test, w);
}

/* A space behind two SMMUs: a tag on each; both are told before either is waited for. */
static void two_smmus(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, true, false);
	int a, b;

	world_attach(w, 1, SMMU3_TRANSLATE, 1);	/* so that the tags differ */
	world_attach(w, 0, SMMU3_TRANSLATE, 0);
	world_attach(w, 2, SMMU3_TRANSLATE, 0);
	KUNIT_EXPECT_NE_MSG(test, tag_of(w, 0, 0), tag_of(w, 0, 1),
			    "each SMMU has its own numbers");
	stub_log_clear(w->s[0]);
	stub_log_clear(w->s[1]);
	w->s[0]->frozen = true;
	w->s[1]->frozen = true;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_range(&w->space[0], 0x5000, 0x1000, 0x1000, true),
			    -ETIMEDOUT, "neither answers: an error that the caller sees");
	a = stub_find_reg(w->s[0], 0x98, 0, 0, 0);
	b = stub_find_reg(w->s[1], 0x98, 0, 0, 0);
	KUNIT_ASSERT_TRUE_MSG(test, a >= 0 && b >= 0, "both doorbells were rung");
	KUNIT_EXPECT_LT_MSG(test, w->s[0]->log[a].when - w->s[1]->log[b].when, 100 * NSEC_PER_USEC,
			    "before either was waited for");
	KUNIT_EXPECT_LT_MSG(test, w->s[1]->log[b].when - w->s[0]->log[a].when, 100 * NSEC_PER_USEC,
			    "before either was waited for");
	w->s[0]->frozen = false;
	w->s[1]->frozen = false;
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 2, "both recover");

	stub_log_clear(w->s[0]);
	stub_log_clear(w->s[1]);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_range(&w->space[0], 0x5000, 0x1000, 0x1000, true), 0,
			    "and answer");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(w->s[0], OP_NH_VA), 1, "one command to the first");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(w->s[1], OP_NH_VA), 1, "one command to the second");
	world_attach(w, 2, SMMU3_BLOCKED, 0);
	stub_log_clear(w->s[1]);
	smmu3_inv_range(&w->space[0], 0x5000, 0x1000, 0x1000, true);
	KUNIT_EXPECT_EQ_MSG(test, stub_find(w->s[1], STUB_CMD, 0), -1,
			    "an SMMU without a use is not told");
	world_free(test, w);
}

/* Nobody uses the space: nothing to do, nothing sent. */
static void no_use(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);

	stub_log_clear(w->s[0]);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_range(&w->space[0], 0, 0x1000, 0x1000, true), 0,
			    "done");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_all(&w->space[0]), 0, "done");
	KUNIT_EXPECT_EQ_MSG(test, stub_find(w->s[0], STUB_CMD, 0), -1, "nothing sent");
	world_free(test, w);
}

/* A device whose ATC does not answer loses ATS, for good, and its space goes on without it. */
static void quarantine(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);
	struct stub *s = w->s[0];

	world_attach(w, 1, SMMU3_TRANSLATE, 0);
	mutex_lock(&smmu3_attach_lock);
	smmu3_attach_quarantine_ats(w->master[1]);
	mutex_unlock(&smmu3_attach_lock);
	KUNIT_EXPECT_FALSE_MSG(test, w->pdev[1].ats_on, "ATS is off");
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(smmu3_strtab_ste(&s->smmu, 16)->q[1]) >> 28 & 3, 0,
			    "and not admitted");
	stub_log_clear(s);
	smmu3_inv_range(&w->space[0], 0x5000, 0x1000, 0x1000, true);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_ATC_INV), 0, "its ATC is not asked again");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_NH_VA), 1, "the TLB is");
	world_attach(w, 1, SMMU3_TRANSLATE, 1);
	KUNIT_EXPECT_FALSE_MSG(test, w->pdev[1].ats_on, "ATS stays off");
	world_free(test, w);
}

static unsigned int eats(struct stub *s, u32 sid)
{
	return le64_to_cpu(smmu3_strtab_ste(&s->smmu, sid)->q[1]) >> 28 & 3;
}

/*
 * An ATC does not answer (CERROR_ATC_INV_SYNC): when the unmap returns, what the ATC holds cannot
 * be used any more, although no thread has run yet.
 */
static void silent_atc(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);
	struct stub *s = w->s[0];
	int atc;

	s->smmu.sink = &smmu3_event_sink;
	world_attach(w, 1, SMMU3_TRANSLATE, 0);
	KUNIT_ASSERT_EQ_MSG(test, eats(s, 16), 1, "ATS is admitted");
	stub_log_clear(s);
	s->fail_op = OP_SYNC;
	s->fail_behind = OP_ATC_INV;
	s->fail_err = 3;
	s->fail_times = 1;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_range(&w->space[0], 0x5000, 0x1000, 0x1000, true), 0,
			    "done");
	atc = stub_find_cmd(s, OP_ATC_INV, 0);
	KUNIT_EXPECT_EQ_MSG(test, eats(s, 16), 0, "the STE refuses ATS");
	KUNIT_EXPECT_GT_MSG(test, stub_find_cmd(s, 0x03, 0), atc, "which the SMMU was told");
	KUNIT_EXPECT_GT_MSG(test, stub_find_cmd(s, OP_SYNC, 2), stub_find_cmd(s, 0x03, 0),
			    "and has taken note of");

	stub_log_clear(s);
	smmu3_inv_range(&w->space[0], 0x5000, 0x1000, 0x1000, true);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_ATC_INV), 0, "the ATC is not asked again");
	/* Before the thread has run: an attach does not let ATS in again. */
	world_attach(w, 1, SMMU3_TRANSLATE, 1);
	KUNIT_EXPECT_EQ_MSG(test, eats(s, 16), 0, "the STE still refuses ATS");
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 1, "then the thread");
	KUNIT_EXPECT_FALSE_MSG(test, w->pdev[1].ats_on, "the device has ATS off");
	smmu3_device_recover_later(&s->smmu);
	host_run_work();
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.recoveries, 1, "a recovery");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_ATC_INV), 0, "nothing of this asks it either");
	world_free(test, w);
}

/* Slow beyond a second: unmaps return when it has answered, and nothing is reset. */
static void slow_atc(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);
	struct stub *s = w->s[0];

	s->smmu.sink = &smmu3_event_sink;
	world_attach(w, 1, SMMU3_TRANSLATE, 0);
	stub_log_clear(s);
	s->frozen = true;
	smmu3_cmdq_post(&s->smmu.cmdq,
			&(struct smmu3_cmd){ .q = { OP_ATC_INV | 16ULL << 32, 52 } }, 1, NULL);
	s->thaw_at = host_now + 5LL * SMMU3_TIMEOUT_US * NSEC_PER_USEC;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_range(&w->space[0], 0x5000, 0x1000, 0x1000, true), 0,
			    "done, late");
	KUNIT_EXPECT_EQ_MSG(test, eats(s, 16), 0, "the slow device is kept out");
	host_run_work();
	KUNIT_EXPECT_FALSE_MSG(test, w->pdev[1].ats_on, "and has ATS off");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.recoveries, 0, "nobody else was disturbed");
	world_free(test, w);
}

/* A device that was pulled out is not asked. */
static void gone_atc(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);
	struct stub *s = w->s[0];

	world_attach(w, 0, SMMU3_TRANSLATE, 0);
	world_attach(w, 1, SMMU3_TRANSLATE, 0);
	w->pdev[1].gone = true;
	stub_log_clear(s);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_range(&w->space[0], 0x5000, 0x1000, 0x1000, true), 0,
			    "done");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_ATC_INV), 2, "the other device only");
	w->pdev[1].gone = false;
	world_free(test, w);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(one_page),
	KUNIT_CASE(ranges),
	KUNIT_CASE(stage2),
	KUNIT_CASE(el2),
	KUNIT_CASE(atcs),
	KUNIT_CASE(two_smmus),
	KUNIT_CASE(no_use),
	KUNIT_CASE(quarantine),
	KUNIT_CASE(silent_atc),
	KUNIT_CASE(slow_atc),
	KUNIT_CASE(gone_atc),
	{}
};

static struct kunit_suite core_inv_suite = {
	.name = "smmu3_host_inv",
	.exit = stub_exit,
	.test_cases = cases,
};

kunit_test_suite(core_inv_suite);
