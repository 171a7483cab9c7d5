// SPDX-License-Identifier: GPL-2.0-only
/*
 * ASIDs that change in use, over a register model (src/core/tag, inv). Layer: tests.
 */
#include "core/inv.h"
#include "core/tag.h"
#include "world.h"

#define OP_CFGI_CD		0x05
#define OP_TLBI_NH_ASID		0x11

static struct smmu3_tag *tag_of(struct world *w, unsigned int space)
{
	return list_first_entry(&w->space[space].tags, struct smmu3_tag, link);
}

static int move(struct smmu3_tag *tag)
{
	int ret;

	mutex_lock(&smmu3_attach_lock);
	ret = smmu3_tag_move(tag);
	mutex_unlock(&smmu3_attach_lock);
	return ret;
}

/* Two devices' RIDs and a SubstreamID of one, all on space 0. */
static struct world *world_used(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);

	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 0, SMMU3_TRANSLATE, 0), 0, "device 0");
	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 1, SMMU3_TRANSLATE, 0), 0, "device 1");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 3, &w->space[0]), 0,
			    "and its SubstreamID 3");
	return w;
}

/* Uses of the TLB entry with a number in a space's set; -1: there is no such entry. */
static int users_of(const struct smmu3_space *space, u16 id)
{
	const struct smmu3_inv_set *set = space->inv;
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		if (set->entry[i].kind == SMMU3_INV_TLB && set->entry[i].tag == id)
			return set->entry[i].users;
	}
	return -1;
}

static const struct smmu3_space *watched;
static u16 watched_old;
static unsigned int cd_stores, bad_stores;

/* At each store into a CD both numbers are in the set, and nothing but the number changes. */
static void look_at_store(struct stub *s, __le64 *word, u64 val)
{
	(void)s;
	cd_stores++;
	bad_stores += users_of(watched, watched_old) <= 0 || users_of(watched, val >> 48) <= 0 ||
		      (le64_to_cpu(*word) ^ val) & 0x0000ffffffffffffULL;
}

static void asid_moves(struct kunit *test)
{
	struct world *w = world_used(test);
	struct stub *s = w->s[0];
	struct smmu3_tag *tag = tag_of(w, 0);
	u16 old = tag->id, new;
	int last_cfgi, flush;

	watched = &w->space[0];
	watched_old = old;
	cd_stores = 0;
	bad_stores = 0;
	s->on_store = look_at_store;
	stub_log_clear(s);
	KUNIT_ASSERT_EQ_MSG(test, move(tag), 0, "moved");
	s->on_store = NULL;
	new = tag->id;
	KUNIT_EXPECT_NE_MSG(test, new, old, "to another number");
	KUNIT_EXPECT_EQ_MSG(test, cd_stores, 3, "one store for each CD");
	KUNIT_EXPECT_EQ_MSG(test, bad_stores, 0,
			    "stores of more than the number, or while one of the two is not in the set");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cdtab_cd(w->master[0]->cdtab, 0)->q[0] >> 48, new, "CD 0");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cdtab_cd(w->master[1]->cdtab, 0)->q[0] >> 48, new,
			    "CD 0 of the other");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cdtab_cd(w->master[1]->cdtab, 3)->q[0] >> 48, new, "CD 3");
	KUNIT_EXPECT_EQ_MSG(test, users_of(&w->space[0], new), 3, "three uses of the new");
	KUNIT_EXPECT_LE_MSG(test, users_of(&w->space[0], old), 0, "none of the old");
	last_cfgi = stub_find_cmd(s, OP_CFGI_CD, stub_count(s, OP_CFGI_CD) - 1);
	flush = stub_find_cmd(s, OP_TLBI_NH_ASID, 0);
	KUNIT_EXPECT_TRUE_MSG(test, flush > last_cfgi && stub_count(s, OP_TLBI_NH_ASID) == 1,
			      "one flush, %d, after the last CFGI_CD, %d", flush, last_cfgi);
	KUNIT_EXPECT_EQ_MSG(test, s->log[flush].a >> 48 & 0xffff, old, "of the old number");
	KUNIT_EXPECT_NULL_MSG(test, xa_load(&s->smmu.asids, old), "which is free");
	KUNIT_EXPECT_TRUE_MSG(test, xa_load(&s->smmu.asids, new) == tag, "the new is not");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.asid_moves, 1, "counted");
	world_free(test, w);
}

static void each_allocation_of_a_move_fails(struct kunit *test)
{
	char *was = kunit_kzalloc(test, WORLD_TEXT_SZ, GFP_KERNEL),
	     *is = kunit_kzalloc(test, WORLD_TEXT_SZ, GFP_KERNEL);
	struct world *w = world_used(test);
	int n, ret = -ENOMEM;

	for (n = 1; ret && n < 10; n++) {
		world_text(w, was, WORLD_TEXT_SZ);
		host_fail_nth = n;
		ret = move(tag_of(w, 0));
		host_fail_nth = 0;
		if (!ret)
			break;
		KUNIT_EXPECT_EQ_MSG(test, ret, -ENOMEM, "allocation %d", n);
		world_text(w, is, WORLD_TEXT_SZ);
		KUNIT_EXPECT_STREQ_MSG(test, is, was, "allocation %d: all is as it was", n);
	}
	KUNIT_EXPECT_GT_MSG(test, n, 1, "some allocation failed");
	KUNIT_EXPECT_EQ_MSG(test, ret, 0, "and then none");
	world_free(test, w);
}

/* The flush fails: the SMMU is recovered, and the number is nobody's again. */
static void moved_and_not_flushed(struct kunit *test)
{
	struct world *w = world_used(test);
	struct stub *s = w->s[0];
	struct smmu3_tag *tag = tag_of(w, 0);
	u16 old = tag->id;

	s->fail_op = OP_TLBI_NH_ASID;
	s->fail_err = 1;
	s->fail_times = 1;
	KUNIT_EXPECT_EQ_MSG(test, move(tag), 0, "a device has its number all the same");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.tags_lost, 1, "the old one is lost");
	KUNIT_EXPECT_NULL_MSG(test, xa_load(&s->smmu.asids, old), "to everybody");
	world_attach(w, 1, SMMU3_TRANSLATE, 1);
	KUNIT_EXPECT_NE_MSG(test, tag_of(w, 1)->id, old, "the next space gets another");
	xa_erase(&s->smmu.asids, old);
	world_free(test, w);
}

static void all_asids_move(struct kunit *test)
{
	struct world *w = world_used(test);
	struct smmu3_device *smmu = &w->s[0]->smmu;
	u16 was[4];
	unsigned int i;

	for (i = 1; i < 4; i++)
		KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[1], 8 + i, &w->space[i]), 0,
				    "space %u", i);
	for (i = 0; i < 4; i++)
		was[i] = tag_of(w, i)->id;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_tag_move_all(smmu), 0, "all");
	for (i = 1; i < 4; i++) {
		KUNIT_EXPECT_NE_MSG(test, tag_of(w, i)->id, was[i], "space %u", i);
		KUNIT_EXPECT_EQ_MSG(test,
				    smmu3_cdtab_cd(w->master[1]->cdtab, 8 + i)->q[0] >> 48,
				    tag_of(w, i)->id, "its CD");
	}
	KUNIT_EXPECT_TRUE_MSG(test, smmu->asid_moves >= 4 && smmu->asid_moves <= 5,
			      "each once, the first perhaps twice: %llu",
			      (unsigned long long)smmu->asid_moves);
	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 0, SMMU3_TRANSLATE, 4), 0, "stage 2");
	KUNIT_EXPECT_EQ_MSG(test, move(tag_of(w, 4)), -EINVAL, "a VMID does not move");
	world_free(test, w);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(asid_moves),
	KUNIT_CASE(each_allocation_of_a_move_fails),
	KUNIT_CASE(moved_and_not_flushed),
	KUNIT_CASE(all_asids_move),
	{}
};

static struct kunit_suite core_tag_suite = {
	.name = "smmu3_host_tag",
	.exit = stub_exit,
	.test_cases = cases,
};

kunit_test_suite(core_tag_suite);
