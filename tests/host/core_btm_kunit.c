// SPDX-License-Identifier: GPL-2.0-only
/*
 * ASIDs that are the CPUs' own, over a register model (src/core/tag, inv, attach). Layer: tests.
 */
#include <asm/mmu_context.h>
#include "core/fault.h"
#include "core/inv.h"
#include "core/tag.h"
#include "world.h"

#define OP_CFGI_CD	0x05
#define OP_NH_ASID	0x11
#define OP_NH_VA	0x12
#define OP_ATC_INV	0x40
#define OP_SYNC		0x46
/* IDR0.BTM, CD.ASET */
#define IDR0_HAS_BTM	0x20u
#define CD_PRIVATE	(1ULL << 47)

/* Space 1 is a process that the CPUs know as @asid. */
static struct world *world_btm(struct kunit *test, struct mm_struct *mm, bool two_smmus, bool ats)
{
	struct world *w = world_make(test, &(struct stub_cfg) { .idr0 = IDR0_HAS_BTM }, two_smmus,
				     ats);

	w->space[1].mm = mm;
	return w;
}

static struct smmu3_tag *tag_on(struct world *w, unsigned int space, unsigned int smmu)
{
	struct smmu3_tag *tag;

	mutex_lock(&smmu3_attach_lock);
	tag = smmu3_space_tag(&w->space[space], &w->s[smmu]->smmu);
	mutex_unlock(&smmu3_attach_lock);
	return tag;
}

static u64 cd_of(struct world *w, unsigned int master, u32 ssid)
{
	return le64_to_cpu(smmu3_cdtab_cd(w->master[master]->cdtab, ssid)->q[0]);
}

static void a_process_shares(struct kunit *test)
{
	struct mm_struct mm = { .asid = 0x77 };
	struct world *w = world_btm(test, &mm, false, false);
	struct stub *s = w->s[0];
	int flush;

	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 3, &w->space[1]), 0, "attached");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[0], 4, &w->space[1]), 0, "twice");
	KUNIT_EXPECT_TRUE_MSG(test, tag_on(w, 1, 0)->shared, "the CPUs' ASID");
	KUNIT_EXPECT_EQ_MSG(test, cd_of(w, 1, 3) >> 48, 0x77, "in the CD");
	KUNIT_EXPECT_EQ_MSG(test, cd_of(w, 1, 3) & CD_PRIVATE, 0, "which takes part");
	KUNIT_EXPECT_EQ_MSG(test, mm.pins, 1, "pinned once for the SMMU");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 5, &w->space[0]), 0, "another");
	KUNIT_EXPECT_NE_MSG(test, cd_of(w, 1, 5) & CD_PRIVATE, 0, "which does not");

	stub_log_clear(s);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_range(&w->space[1], 0x1000, 0x1000, 0x1000, true), 0,
			    "unmapped");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_inv_all(&w->space[1]), 0, "all of it");
	KUNIT_EXPECT_EQ_MSG(test, stub_find(s, STUB_CMD, 0), -1, "no command at all");

	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[0], 4, NULL), 0, "one goes");
	KUNIT_EXPECT_EQ_MSG(test, mm.pins, 1, "the other has it");
	stub_log_clear(s);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 3, NULL), 0, "both");
	flush = stub_find_cmd(s, OP_NH_ASID, 0);
	KUNIT_ASSERT_GE_MSG(test, flush, 0, "flushed by a command");
	KUNIT_EXPECT_EQ_MSG(test, s->log[flush].a >> 48 & 0xffff, 0x77, "that ASID");
	KUNIT_EXPECT_EQ_MSG(test, mm.pins, 0, "and let go");
	world_free(test, w);
}

/* Private domains stand where the CPUs' ASID is: it moves, and nobody else does. */
static void who_is_there_moves(struct kunit *test)
{
	struct mm_struct mm = {};
	struct world *w = world_btm(test, &mm, false, false);
	u16 other;

	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 5, &w->space[0]), 0, "one");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 6, &w->space[2]), 0, "two");
	mm.asid = tag_on(w, 0, 0)->id;
	other = tag_on(w, 2, 0)->id;
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 3, &w->space[1]), 0, "bound");
	KUNIT_EXPECT_EQ_MSG(test, cd_of(w, 1, 3) >> 48, mm.asid, "has its ASID");
	KUNIT_EXPECT_NE_MSG(test, cd_of(w, 1, 5) >> 48, mm.asid, "who had it has another");
	KUNIT_EXPECT_EQ_MSG(test, cd_of(w, 1, 5) >> 48, tag_on(w, 0, 0)->id, "as the CD says");
	KUNIT_EXPECT_EQ_MSG(test, tag_on(w, 2, 0)->id, other, "the third does not move");
	KUNIT_EXPECT_EQ_MSG(test, w->s[0]->smmu.asid_moves, 1, "counted");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_tag_move_all(&w->s[0]->smmu), 0, "all move");
	KUNIT_EXPECT_EQ_MSG(test, cd_of(w, 1, 3) >> 48, mm.asid, "but the CPUs'");
	KUNIT_EXPECT_EQ_MSG(test, mm.pins, 1, "pinned");
	world_free(test, w);
	KUNIT_EXPECT_EQ_MSG(test, mm.pins, 0, "let go");
}

/* Space 1 is attached to SubstreamID 3, and invalidated by commands. */
static void expect_private(struct kunit *test, struct world *w, const struct mm_struct *mm,
			   const char *why)
{
	struct stub *s = w->s[0];

	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 3, &w->space[1]), 0, "%s", why);
	KUNIT_EXPECT_FALSE_MSG(test, tag_on(w, 1, 0)->shared, "%s: private", why);
	KUNIT_EXPECT_NE_MSG(test, cd_of(w, 1, 3) & CD_PRIVATE, 0, "%s: CD.ASET", why);
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.asids_unshared, 1, "%s: counted", why);
	stub_log_clear(s);
	smmu3_inv_range(&w->space[1], 0x1000, 0x1000, 0x1000, true);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_NH_VA), 1, "%s: a command", why);
	KUNIT_EXPECT_EQ_MSG(test, mm->pins, 0, "%s: not pinned", why);
}

static void no_number(struct kunit *test)
{
	struct mm_struct mm = {}, same;
	struct world *w = world_btm(test, &mm, false, false);

	expect_private(test, w, &mm, "cannot be pinned");
	world_free(test, w);

	mm.asid = 9;
	w = world_btm(test, &mm, false, false);
	/* As smmu3_tag_lose() leaves it. */
	KUNIT_ASSERT_EQ_MSG(test, xa_reserve(&w->s[0]->smmu.asids, 9, GFP_KERNEL), 0, "taken");
	expect_private(test, w, &mm, "the number is lost");
	xa_erase(&w->s[0]->smmu.asids, 9);
	world_free(test, w);

	same = mm;
	w = world_btm(test, &mm, false, false);
	w->space[2].mm = &same;
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 7, &w->space[2]), 0, "first");
	expect_private(test, w, &mm, "another space of the process has it");
	KUNIT_EXPECT_TRUE_MSG(test, tag_on(w, 2, 0)->shared, "the first still has");
	world_free(test, w);
}

/* One SMMU listens to the CPUs, the other does not. */
static void one_of_two_listens(struct kunit *test)
{
	struct mm_struct mm = { .asid = 5 };
	struct world *w = world_btm(test, &mm, true, false);

	w->s[1]->smmu.feat.have &= ~(1ULL << SMMU3_FEAT_BTM);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 3, &w->space[1]), 0, "here");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[2], 3, &w->space[1]), 0, "there");
	stub_log_clear(w->s[0]);
	stub_log_clear(w->s[1]);
	smmu3_inv_range(&w->space[1], 0x1000, 0x1000, 0x1000, true);
	KUNIT_EXPECT_EQ_MSG(test, stub_find(w->s[0], STUB_CMD, 0), -1, "nothing for the one");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(w->s[1], OP_NH_VA), 1, "a command for the other");
	KUNIT_EXPECT_EQ_MSG(test, w->s[1]->smmu.asids_unshared, 0, "which is no failure");
	world_free(test, w);
}

/* Barriers until the first command of an invalidation is there; the command is an ATC_INV. */
static unsigned int barriers_before_atc(struct kunit *test, struct world *w)
{
	struct stub *s = w->s[0];
	unsigned int nr = 0;
	int i = -1, atc;

	stub_log_clear(s);
	smmu3_inv_range(&w->space[1], 0x1000, 0x1000, 0x1000, true);
	atc = stub_find_cmd(s, OP_ATC_INV, 0);
	KUNIT_ASSERT_GE_MSG(test, atc, 0, "ATC_INV");
	KUNIT_EXPECT_EQ_MSG(test, stub_find(s, STUB_CMD, 0), atc, "no TLBI");
	while ((i = stub_find(s, STUB_BARRIER, i + 1)) >= 0 && i < atc)
		nr++;
	return nr;
}

/* ATCs are told, once what the CPU has broadcast is done: a DSB before the first command. */
static void atcs_are_told(struct kunit *test)
{
	struct mm_struct mm = { .asid = 5 };
	struct world *w = world_btm(test, &mm, false, true);
	unsigned int nr;

	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 3, &w->space[1]), 0, "attached");
	nr = barriers_before_atc(test, w);
	w->space[1].inv->has_shared = false;
	KUNIT_EXPECT_EQ_MSG(test, nr, barriers_before_atc(test, w) + 1, "and a barrier more");
	world_free(test, w);
}

/* The process ends; or an access that was denied is going to be tried again. */
static void told_by_commands(struct kunit *test)
{
	struct mm_struct mm = { .asid = 0x77 };
	struct world *w = world_btm(test, &mm, false, false);
	struct stub *s = w->s[0];
	int i;

	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 3, &w->space[1]), 0, "shared");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 5, &w->space[0]), 0, "private");
	stub_log_clear(s);
	smmu3_inv_retry(&w->space[0], 0x12345678);
	KUNIT_EXPECT_EQ_MSG(test, stub_find(s, STUB_CMD, 0), -1, "the driver is told of all");
	smmu3_inv_retry(&w->space[1], 0x12345678);
	i = stub_find_cmd(s, OP_NH_VA, 0);
	KUNIT_ASSERT_GE_MSG(test, i, 0, "TLBI_NH_VA");
	KUNIT_EXPECT_EQ_MSG(test, s->log[i].a >> 48, 0x77, "the CPUs' ASID");
	KUNIT_EXPECT_EQ_MSG(test, s->log[i].b, 0x12345001, "the page, Leaf");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_NH_VA), 1, "one command");
	KUNIT_EXPECT_GT_MSG(test, stub_find_cmd(s, OP_SYNC, 0), i, "done before the next try");

	stub_log_clear(s);
	smmu3_attach_release_space(&w->space[1]);
	i = stub_find_cmd(s, OP_NH_ASID, 0);
	KUNIT_EXPECT_GT_MSG(test, i, stub_find_cmd(s, OP_CFGI_CD, 0),
			    "TLBI_NH_ASID when no CD has the tables");
	KUNIT_EXPECT_TRUE_MSG(test, i >= 0 && (s->log[i].a >> 48 & 0xffff) == 0x77,
			      "of the CPUs' ASID");
	KUNIT_EXPECT_EQ_MSG(test, mm.pins, 1, "which stays pinned until the CDs go");
	world_free(test, w);
	KUNIT_EXPECT_EQ_MSG(test, mm.pins, 0, "let go");
}

/* Nothing is lost and nobody shares a number by mistake, whatever fails on the way. */
static void each_allocation_fails(struct kunit *test)
{
	struct mm_struct mm = {};
	struct world *w = world_btm(test, &mm, false, false);
	unsigned int n, errors = 0, unshared = 0;
	int ret = -ENOMEM;

	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 5, &w->space[0]), 0, "there");
	for (n = 1; n < 40; n++) {
		mm.asid = tag_on(w, 0, 0)->id;
		host_fail_nth = n;
		ret = smmu3_attach_pasid(w->master[1], 3, &w->space[1]);
		if (host_fail_nth)
			break;
		if (ret) {
			errors++;
			KUNIT_EXPECT_EQ_MSG(test, mm.pins, 0, "allocation %u: not pinned", n);
			continue;
		}
		unshared += !tag_on(w, 1, 0)->shared;
		KUNIT_EXPECT_NE_MSG(test, cd_of(w, 1, 3) >> 48, cd_of(w, 1, 5) >> 48,
				    "allocation %u: two spaces with one ASID", n);
		smmu3_attach_pasid(w->master[1], 3, NULL);
	}
	host_fail_nth = 0;
	KUNIT_EXPECT_EQ_MSG(test, ret, 0, "at last nothing fails");
	KUNIT_EXPECT_TRUE_MSG(test, tag_on(w, 1, 0)->shared, "and the ASID is the CPUs'");
	KUNIT_EXPECT_GT_MSG(test, errors, 0, "some failures are the attach's");
	KUNIT_EXPECT_GT_MSG(test, unshared, 0, "some lead to a private ASID");
	world_free(test, w);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_process_shares),
	KUNIT_CASE(who_is_there_moves),
	KUNIT_CASE(no_number),
	KUNIT_CASE(one_of_two_listens),
	KUNIT_CASE(atcs_are_told),
	KUNIT_CASE(told_by_commands),
	KUNIT_CASE(each_allocation_fails),
	{}
};

static struct kunit_suite suite = {
	.name = "smmu3_host_btm", .exit = stub_exit, .test_cases = cases,
};

kunit_test_suite(suite);
