// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attach that fails (src/core/attach, master): everything stays byte for byte as it was. Layer:
 * tests.
 *
 * Each allocation fails in turn until the attach succeeds; and every refusal has its errno. What
 * is compared is in the photograph of core_bench: STEs, CDs, registers, tags, invalidation sets,
 * uses, ATS state.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "core_bench.h"
#include "fail_nth.h"

#define SSID	70

static const u32 sids[] = { 5, 130 };

/* An attach that is tried again and again. */
struct attempt {
	struct smmu3_stub *stub;
	struct smmu3_master *master;
	struct smmu3_target from, to;
	u32 ssid;			/* 0: the RID */
	struct smmu3_space *sub;
	bool fresh;			/* a master without any CD table for every run */
	struct bench_photo *before;
	const char *what;
	unsigned int failed;
};

static int try_rid(void *ctx)
{
	struct attempt *a = ctx;

	return smmu3_attach_rid(a->master, &a->to);
}

static int try_pasid(void *ctx)
{
	struct attempt *a = ctx;

	return smmu3_attach_pasid(a->master, a->ssid, a->to.space);
}

/*
 * Runs leave memory of the CD table behind, which changes nothing and need not be allocated again.
 */
static void start_afresh(struct kunit *test, struct attempt *a)
{
	const struct smmu3_master_fw fw = { .ssid_bits = 8 };
	struct device *dev = a->master->dev;

	smmu3_master_free(a->master);
	a->master = smmu3_master_alloc(&a->stub->smmu, dev, sids, ARRAY_SIZE(sids), &fw);
	KUNIT_ASSERT_FALSE(test, IS_ERR(a->master));
	KUNIT_EXPECT_EQ(test, smmu3_attach_rid(a->master, &a->from), 0);
	if (a->sub)
		KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(a->master, a->ssid, a->sub), 0);
	bench_photo_again(a->before, a->master);
}

static void check_attempt(struct kunit *test, void *ctx, int err)
{
	struct attempt *a = ctx;

	if (!err && a->ssid)
		KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(a->master, a->ssid, a->sub), 0);
	else if (!err)
		KUNIT_EXPECT_EQ(test, smmu3_attach_rid(a->master, &a->from), 0);
	else
		KUNIT_EXPECT_EQ_MSG(test, err, -ENOMEM, "%s", a->what);
	a->failed += !!err;
	bench_expect_unchanged(test, a->before, a->what);
	smmu3_stub_check(test, a->stub);
	if (a->fresh)
		start_afresh(test, a);
}

static void prepare_attempt(struct kunit *test, struct attempt *a, struct smmu3_stub *stub,
			    struct smmu3_master *master, const char *what)
{
	a->stub = stub;
	a->master = master;
	a->what = what;
	a->before = bench_photo(test, stub, &a->master, 1);
}

static void sweep(struct kunit *test, struct attempt *a, unsigned int least)
{
	int (*attempt)(void *ctx) = a->ssid ? try_pasid : try_rid;
	unsigned int nr;

	/* What succeeds and is undone leaves as little behind as what fails. */
	KUNIT_EXPECT_EQ_MSG(test, attempt(a), 0, "%s: no allocation fails", a->what);
	check_attempt(test, a, 0);
	nr = smmu3_kunit_fail_nth(test, attempt, a, check_attempt);

	KUNIT_EXPECT_GE_MSG(test, nr, least, "%s: allocations that were made to fail", a->what);
	KUNIT_EXPECT_GE_MSG(test, a->failed, least, "%s: attaches that failed", a->what);
}

static struct smmu3_target rid_of(enum smmu3_target_kind kind, struct smmu3_space *space)
{
	return (struct smmu3_target){ .kind = kind, .space = space };
}

static void rid_without_memory(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	struct smmu3_space *other = bench_space(test, SMMU3_STAGE1),
			   *s1 = bench_space(test, SMMU3_STAGE1);
	struct smmu3_space *s2 = bench_space(test, SMMU3_STAGE2);
	const struct smmu3_target starts[] = {rid_of(SMMU3_BLOCKED, NULL),
					     rid_of(SMMU3_IDENTITY, NULL),
					     rid_of(SMMU3_TRANSLATE, other)};
	static const u32 nine[] = { 9 }, ten[] = { 10 };
	unsigned int i, stage;

	/*
	 * Numbers are in use elsewhere, so that a new one rarely needs memory for the index of
	 * numbers.
	 */
	KUNIT_EXPECT_EQ(test,
			bench_attach(bench_master(test, stub, nine, 1, 0), SMMU3_TRANSLATE, other),
			0);
	KUNIT_EXPECT_EQ(test, bench_attach(bench_master(test, stub, ten, 1, 0), SMMU3_TRANSLATE,
					   bench_space(test, SMMU3_STAGE2)), 0);
	for (stage = 1; stage <= 2; stage++) {
		for (i = 0; i < ARRAY_SIZE(starts); i++) {
			struct smmu3_master *master = bench_master(test, stub, sids, 2, 8);
			struct attempt a = { .from = starts[i], .fresh = true };

			a.to = rid_of(SMMU3_TRANSLATE, stage == 1 ? s1 : s2);

			KUNIT_EXPECT_EQ(test, smmu3_attach_rid(master, &starts[i]), 0);
			smmu3_stub_watch(stub, 5, false, 0);
			prepare_attempt(test, &a, stub, master, stage == 1 ? "stage 1" : "stage 2");
			/*
			 * tag, set; where there was no stage 1 also index, addresses and a leaf of
			 * the CD table
			 */
			sweep(test, &a, stage == 1 && i < 2 ? 5 : 2);
			smmu3_master_free(a.master);
			stub->nr_watches = 0;
		}
	}
}

static void substream_without_memory(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	struct smmu3_space *rid = bench_space(test, SMMU3_STAGE1),
			   *old = bench_space(test, SMMU3_STAGE1);
	struct smmu3_space *new = bench_space(test, SMMU3_STAGE1);
	static const u32 nine[] = { 9 };
	struct smmu3_master *neighbour;
	unsigned int i;

	neighbour = bench_master(test, stub, nine, 1, 0);
	KUNIT_EXPECT_EQ(test, bench_attach(neighbour, SMMU3_TRANSLATE, rid), 0);

	/* RID blocked, identity, stage 1; the SubstreamID free or taken */
	for (i = 0; i < 6; i++) {
		struct smmu3_master *master = bench_master(test, stub, sids, 2, 8);
		struct attempt a = { .ssid = SSID, .to.space = new, .sub = i >= 3 ? old : NULL,
				     .fresh = true };
		enum smmu3_target_kind kind = i % 3;

		a.from = rid_of(kind, kind == SMMU3_TRANSLATE ? rid : NULL);
		KUNIT_EXPECT_EQ(test, smmu3_attach_rid(master, &a.from), 0);
		if (a.sub)
			KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(master, SSID, a.sub), 0);
		smmu3_stub_watch(stub, 130, true, SSID);
		smmu3_stub_watch(stub, 130, false, 0);
		prepare_attempt(test, &a, stub, master, "a SubstreamID");
		/* use, its place, tag, set; a leaf where the SubstreamID is the first there */
		sweep(test, &a, a.sub ? 3 : 5);
		KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(a.master, SSID, NULL), 0);
		smmu3_master_free(a.master);
		stub->nr_watches = 0;
	}
}

/* Behind a second SMMU the space needs a second tag and a larger set. */
static void second_smmu_without_memory(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *one = bench_stub(test, &cfg), *two = bench_stub(test, &cfg);
	struct smmu3_master *first = bench_master(test, one, sids, 2, 0),
			    *second = bench_master(test, two, sids, 1, 0);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1),
			   *taken = bench_space(test, SMMU3_STAGE1);
	struct attempt a = {.from = rid_of(SMMU3_IDENTITY, NULL),
			    .to = rid_of(SMMU3_TRANSLATE, space)};
	const struct bench_photo *other;

	/* Another ASID on the second. */
	KUNIT_EXPECT_EQ(test, bench_attach(second, SMMU3_TRANSLATE, taken), 0);
	KUNIT_EXPECT_EQ(test, bench_attach(first, SMMU3_TRANSLATE, space), 0);
	KUNIT_EXPECT_EQ(test, bench_attach(second, SMMU3_IDENTITY, NULL), 0);
	smmu3_stub_watch(one, 5, false, 0);
	smmu3_stub_watch(two, 5, false, 0);
	other = bench_photo(test, one, &first, 1);
	prepare_attempt(test, &a, two, second, "a second SMMU");
	sweep(test, &a, 2);
	KUNIT_EXPECT_EQ(test, bench_attach(second, SMMU3_BLOCKED, NULL), 0);
	bench_expect_unchanged(test, other, "the first SMMU");
	KUNIT_EXPECT_EQ(test, bench_attach(second, SMMU3_TRANSLATE, space), 0);
	KUNIT_EXPECT_EQ(test, bench_attach(first, SMMU3_BLOCKED, NULL), 0);
	KUNIT_EXPECT_FALSE_MSG(test, smmu3_stub_reaches(one, bench_ttb(space)),
			       "gone from the first");
	KUNIT_EXPECT_TRUE_MSG(test, smmu3_stub_reaches(two, bench_ttb(space)),
			      "still behind the second");
}

struct alloc_attempt {
	struct attempt a;
	struct smmu3_stub *stub;
	struct device *dev;
	struct smmu3_master *new;
	u32 sids[3];
};

static int try_master(void *ctx)
{
	struct alloc_attempt *at = ctx;
	const struct smmu3_master_fw fw = { .ssid_bits = 8 };

	at->new = smmu3_master_alloc(&at->stub->smmu, at->dev, at->sids, 3, &fw);
	return PTR_ERR_OR_ZERO(at->new);
}

static void check_master(struct kunit *test, void *ctx, int err)
{
	struct alloc_attempt *at = ctx;
	unsigned int i;

	if (!err)
		smmu3_master_free(at->new);
	else
		KUNIT_EXPECT_EQ(test, err, -ENOMEM);
	bench_expect_unchanged(test, at->a.before, "a master");
	for (i = 1; i < 3; i++) {
		struct smmu3_stream *stream = smmu3_stream_find(&at->stub->smmu, at->sids[i]);

		if (stream)
			KUNIT_EXPECT_TRUE_MSG(test, list_empty(&stream->masters),
					      "a stream without a master");
		/* Streams and their tables stay; the next run has to make new ones. */
		at->sids[i] += 64;
	}
}

/* A master that shares a stream with another, which must not notice. */
static void master_without_memory(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = { .idr0 = STUB_IDR0_DEFAULT, .idr1 = STUB_IDR1_DEFAULT + 8,
				      .idr5 = STUB_IDR5_DEFAULT };	/* 16 StreamID bits */
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	struct smmu3_master *master = bench_master(test, stub, sids, 2, 8);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1);
	struct alloc_attempt at = { .stub = stub, .sids = { 5, 0x1000, 0x8000 } };

	at.dev = smmu3_stub_dev(test, "late");
	KUNIT_ASSERT_NOT_NULL(test, at.dev);
	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, space), 0);
	smmu3_stub_watch(stub, 5, false, 0);
	smmu3_stub_watch(stub, 0x1000, false, 0);
	at.a.before = bench_photo(test, stub, &master, 1);
	/* master, its streams; two streams with their tables; StreamIDs of the CD table */
	KUNIT_EXPECT_GE(test, smmu3_kunit_fail_nth(test, try_master, &at, check_master), 6);
	smmu3_master_free(at.new);
}

/* ---------------------------------------------------------------- never fail */

static void must_not_fail(struct kunit *test, void *ctx, int err)
{
	KUNIT_EXPECT_EQ_MSG(test, err, 0, "BLOCKED and IDENTITY cannot fail");
}

/*
 * Every allocation that there may be fails: the sweep arms the first, second ... and there is none
 * that matters.
 */
static void static_domains_never_fail(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	struct smmu3_master *master = bench_master(test, stub, sids, 2, 8);
	struct smmu3_space *space[3] = {bench_space(test, SMMU3_STAGE1),
					bench_space(test, SMMU3_STAGE2),
					bench_space(test, SMMU3_STAGE1)};
	unsigned int i, kind, sub;

	for (sub = 0; sub < 2; sub++) {
		for (i = 0; i < 2; i++) {
			if (sub && i == 1)
				continue;	/* stage 2 has no SubstreamIDs */
			for (kind = SMMU3_BLOCKED; kind <= SMMU3_IDENTITY; kind++) {
				struct attempt a = { .master = master, .to = rid_of(kind, NULL) };

				KUNIT_EXPECT_EQ(test,
						bench_attach(master, SMMU3_TRANSLATE, space[i]), 0);
				if (sub)
					KUNIT_EXPECT_EQ(test,
							smmu3_attach_pasid(master, SSID, space[2]),
							0);
				smmu3_kunit_fail_nth(test, try_rid, &a, must_not_fail);
				KUNIT_EXPECT_EQ(test, master->rid.kind, kind);
			}
		}
		if (sub) {
			struct attempt a = { .master = master, .ssid = SSID };

			smmu3_kunit_fail_nth(test, try_pasid, &a, must_not_fail);
			KUNIT_EXPECT_EQ_MSG(test, master->nr_pasids, 0, "detached without memory");
		}
	}
}

/* ---------------------------------------------------------------- refusals */

static void expect_refused(struct kunit *test, struct smmu3_stub *stub, struct smmu3_master *master,
			   u32 ssid, struct smmu3_space *space, int want, const char *what)
{
	struct bench_photo *before = bench_photo(test, stub, &master, 1);
	int ret;

	smmu3_stub_log_reset(stub);
	if (ssid == ~0u)
		ret = bench_attach(master, SMMU3_TRANSLATE, space);
	else
		ret = smmu3_attach_pasid(master, ssid, space);
	KUNIT_EXPECT_EQ_MSG(test, ret, want, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, stub->nr_log, 0, "%s: nothing is sent", what);
	bench_expect_unchanged(test, before, what);
}

#define RID (~0u)

static void what_does_not_fit(struct kunit *test)
{
	/* 4K only, 40 bits, no HTTU; else as the default */
	struct smmu3_stub_cfg cfg = {
		.idr0 = STUB_IDR0_DEFAULT, .idr1 = STUB_IDR1_DEFAULT, .idr5 = 1 << 4 | 2};
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	struct smmu3_master *master = bench_master(test, stub, sids, 2, 8);
	struct smmu3_space *s1 = bench_space(test, SMMU3_STAGE1),
			   *s2 = bench_space(test, SMMU3_STAGE2);

	s1->granule_lg2 = 16;
	expect_refused(test, stub, master, RID, s1, -EINVAL,
		       "a granule that the SMMU does not have");
	expect_refused(test, stub, master, 1, s1, -EINVAL, "likewise for a SubstreamID");
	s1->granule_lg2 = 12;
	s1->oas = 41;
	expect_refused(test, stub, master, RID, s1, -EINVAL,
		       "more output address bits than the SMMU's");
	s1->oas = 40;
	s1->va_bits = 49;
	expect_refused(test, stub, master, RID, s1, -EINVAL,
		       "more input address bits than the SMMU's");
	s1->va_bits = 48;
	s1->cd.hd = true;
	expect_refused(test, stub, master, RID, s1, -EINVAL,
		       "dirty tracking that the SMMU does not have");
	s1->cd.hd = false;
	s1->cd.ha = true;
	expect_refused(test, stub, master, RID, s1, -EINVAL,
		       "access flags that the SMMU does not update");
	s1->cd.ha = false;
	s2->s2.s2fwb = true;
	expect_refused(test, stub, master, RID, s2, -EINVAL,
		       "forced write-back that the SMMU does not have");
	s2->s2.s2fwb = false;
	s2->va_bits = 41;
	expect_refused(test, stub, master, RID, s2, -EINVAL,
		       "more intermediate address bits than the SMMU's");
	s2->va_bits = 40;
	KUNIT_EXPECT_EQ_MSG(test, bench_attach(master, SMMU3_TRANSLATE, s2), 0,
			    "a stage 2 that fits");
	KUNIT_EXPECT_EQ_MSG(test, bench_attach(master, SMMU3_TRANSLATE, s1), 0,
			    "a stage 1 that fits");
}

static void stages_and_walks_that_are_not_there(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_space *s1 = bench_space(test, SMMU3_STAGE1),
			   *s2 = bench_space(test, SMMU3_STAGE2);
	struct smmu3_stub *stub;
	struct smmu3_master *master;

	cfg.idr0 &= ~1u;	/* S2P */
	stub = bench_stub(test, &cfg);
	master = bench_master(test, stub, sids, 2, 0);
	expect_refused(test, stub, master, RID, s2, -EINVAL, "no stage 2");
	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, s1), 0);
	smmu3_stub_exit(test);

	cfg.idr0 = STUB_IDR0_DEFAULT & ~2u;	/* S1P */
	stub = bench_stub(test, &cfg);
	master = bench_master(test, stub, sids, 2, 0);
	expect_refused(test, stub, master, RID, s1, -EINVAL, "no stage 1");
	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, s2), 0);
	smmu3_stub_exit(test);

	cfg.idr0 = STUB_IDR0_DEFAULT & ~STUB_IDR0_COHACC;
	stub = bench_stub(test, &cfg);
	master = bench_master(test, stub, sids, 2, 0);
	expect_refused(test, stub, master, RID, s1, -EINVAL,
		       "coherent tables, an SMMU that is not");
	s1->coherent = false;
	KUNIT_EXPECT_EQ_MSG(test, bench_attach(master, SMMU3_TRANSLATE, s1), 0,
			    "tables that are cleaned");
}

static void substreams_are_bounded(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = bench_stub(test, &cfg);
	static const u32 one[] = { 1 }, two[] = { 2 }, three[] = { 3 };
	struct smmu3_master *wide = bench_master(test, stub, one, 1, 20),
			    *narrow = bench_master(test, stub, two, 1, 3);
	struct smmu3_master *none = bench_master(test, stub, three, 1, 0);
	struct smmu3_space *s1 = bench_space(test, SMMU3_STAGE1),
			   *s2 = bench_space(test, SMMU3_STAGE2);

	KUNIT_EXPECT_EQ_MSG(test, wide->ssid_bits, 8,
			    "a device with more SubstreamID bits than its SMMU");
	KUNIT_EXPECT_EQ(test, narrow->ssid_bits, 3);
	expect_refused(test, stub, wide, 0, s1, -ERANGE, "SubstreamID 0 is the RID's");
	expect_refused(test, stub, wide, 256, s1, -ERANGE, "beyond the SMMU's");
	expect_refused(test, stub, narrow, 8, s1, -ERANGE, "beyond the device's");
	expect_refused(test, stub, none, 1, s1, -ERANGE, "a device that sends none");
	expect_refused(test, stub, wide, 0xffffffff - 1, s1, -ERANGE, "far beyond");
	expect_refused(test, stub, wide, 1, s2, -EINVAL, "stage 2 for a SubstreamID");
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(wide, 255, s1), 0);
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(narrow, 7, s1), 0);
	expect_refused(test, stub, wide, RID, s2, -EBUSY,
		       "stage 2 on the RID while a SubstreamID is in use");
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(wide, 255, NULL), 0);
	KUNIT_EXPECT_EQ(test, bench_attach(wide, SMMU3_TRANSLATE, s2), 0);
	expect_refused(test, stub, wide, 1, s1, -EBUSY,
		       "a SubstreamID while the RID is at stage 2");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_attach_pasid(wide, 1, NULL), 0,
			    "detaching what is not attached");
}

/* ---------------------------------------------------------------- tags run out */

static void fill_numbers(struct kunit *test, struct xarray *xa)
{
	u32 id;
	int ret;

	do {
		ret = xa_alloc(xa, &id, xa_mk_value(1), XA_LIMIT(1, 255), GFP_KERNEL);
	} while (!ret);
	KUNIT_EXPECT_EQ(test, ret, -EBUSY);
}

static void free_numbers(struct xarray *xa)
{
	unsigned long id;
	void *entry;

	xa_for_each(xa, id, entry) {
		if (xa_is_value(entry))
			xa_erase(xa, id);
	}
}

static void tags_run_out(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_space *s1 = bench_space(test, SMMU3_STAGE1),
			   *s2 = bench_space(test, SMMU3_STAGE2);
	struct smmu3_space *sub = bench_space(test, SMMU3_STAGE1);
	struct smmu3_master *master;
	struct smmu3_stub *stub;

	cfg.idr0 &= ~(1u << 12 | 1u << 18);	/* 8-bit ASIDs and VMIDs */
	stub = bench_stub(test, &cfg);
	master = bench_master(test, stub, sids, 2, 8);
	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_IDENTITY, NULL), 0);
	fill_numbers(test, &stub->smmu.asids);
	fill_numbers(test, &stub->smmu.vmids);
	expect_refused(test, stub, master, RID, s1, -ENOSPC, "no ASID is free");
	expect_refused(test, stub, master, RID, s2, -ENOSPC, "no VMID is free");
	expect_refused(test, stub, master, 1, sub, -ENOSPC, "no ASID for a SubstreamID");
	xa_erase(&stub->smmu.asids, 77);
	xa_erase(&stub->smmu.vmids, 255);
	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, s1), 0);
	KUNIT_EXPECT_EQ_MSG(test, bench_tag(s1, stub), 77, "the one that is free");
	expect_refused(test, stub, master, 1, sub, -ENOSPC, "none again");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_attach_pasid(master, 1, s1), 0,
			    "a space that has one needs no other");
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(master, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, s2), 0);
	KUNIT_EXPECT_EQ_MSG(test, bench_tag(s2, stub), 255, "the last VMID");
	KUNIT_EXPECT_EQ_MSG(test, bench_tag(s1, stub), 0, "given back");
	free_numbers(&stub->smmu.asids);
	free_numbers(&stub->smmu.vmids);
	KUNIT_EXPECT_TRUE_MSG(test, xa_empty(&stub->smmu.asids), "no ASID is leaked");
}

static struct kunit_case cases[] = {
	KUNIT_CASE_SLOW(rid_without_memory),
	KUNIT_CASE_SLOW(substream_without_memory),
	KUNIT_CASE_SLOW(second_smmu_without_memory),
	KUNIT_CASE_SLOW(master_without_memory),
	KUNIT_CASE(static_domains_never_fail),
	KUNIT_CASE(what_does_not_fit),
	KUNIT_CASE(stages_and_walks_that_are_not_there),
	KUNIT_CASE(substreams_are_bounded),
	KUNIT_CASE(tags_run_out),
	{}
};

static struct kunit_suite core_undo_suite = {
	.name = "smmu3_core_undo",
	.exit = bench_exit,
	.test_cases = cases,
};

kunit_test_suite(core_undo_suite);
