// SPDX-License-Identifier: GPL-2.0-only
/*
 * Masters and streams (src/core/master, stream): StreamIDs, sharing, release. Layer: tests.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "core_bench.h"

static struct smmu3_stub *stub_of(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;

	return bench_stub(test, &cfg);
}

static long try_master(struct kunit *test, struct smmu3_stub *stub, const u32 *sids,
		       unsigned int nr)
{
	const struct smmu3_master_fw fw = {};
	struct device *dev = smmu3_stub_dev(test, "refused");
	struct smmu3_master *master;

	KUNIT_ASSERT_NOT_NULL(test, dev);
	master = smmu3_master_alloc(&stub->smmu, dev, sids, nr, &fw);
	if (!IS_ERR(master)) {
		smmu3_master_free(master);
		return 0;
	}
	return PTR_ERR(master);
}

static void stream_ids(struct kunit *test)
{
	static const u32 twice[] = { 7, 7, 9, 7 }, beyond[] = { 3, 256 }, far[] = { 0xffffffff };
	struct smmu3_stub *stub = stub_of(test);
	struct smmu3_master *master = bench_master(test, stub, twice, 4, 0);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1);

	KUNIT_EXPECT_EQ_MSG(test, master->nr_streams, 2, "a StreamID given twice counts once");
	KUNIT_EXPECT_EQ_MSG(test, master->cdtab->nr_sids, 2, "in its CD table, too");
	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ_MSG(test, try_master(test, stub, beyond, 2), -ERANGE,
			    "a StreamID beyond the table");
	KUNIT_EXPECT_EQ_MSG(test, try_master(test, stub, far, 1), -ERANGE, "far beyond");
	KUNIT_EXPECT_EQ_MSG(test, try_master(test, stub, beyond, 0), -EINVAL, "no StreamID");
	KUNIT_EXPECT_EQ_MSG(test, stub->nr_log, 0, "nothing is sent");
	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, space), 0);
	smmu3_stub_log_reset(stub);
	smmu3_master_free(master);
	bench_expect_ste(test, stub, 7, 1, 0, 0, 0, "released");
	bench_expect_ste(test, stub, 9, 1, 0, 0, 0, "released");
	KUNIT_EXPECT_TRUE_MSG(test, list_empty(&space->uses), "no use is left");
	KUNIT_EXPECT_EQ_MSG(test, atomic_long_read(&stub->smmu.cdtab_bytes), 0,
			    "its CD table is freed");
	KUNIT_EXPECT_NOT_NULL_MSG(test, smmu3_stream_find(&stub->smmu, 7),
				  "the stream stays, with its counters");
}

/* A master that comes finds its stream as it is and leaves it so until it is attached. */
static void alloc_changes_nothing(struct kunit *test)
{
	static const u32 sids[] = { 7 };
	struct smmu3_stub *stub = stub_of(test);
	unsigned int w = smmu3_stub_watch(stub, 7, false, 0);
	struct smmu3_master *master = bench_master(test, stub, sids, 1, 0);

	bench_expect_now(test, stub, w, STUB_ABORT, NULL, "a new master");
	smmu3_stub_log_reset(stub);
	smmu3_master_free(master);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_CFGI_STE), 0,
			    "one that was never attached goes without a trace");
	bench_expect_now(test, stub, w, STUB_ABORT, NULL, "gone");
}

/* ---------------------------------------------------------------- sharing */

struct pair {
	struct smmu3_stub *stub;
	struct smmu3_master *a, *b;	/* StreamIDs 5, 6 and 5 */
	struct smmu3_space *x, *y;
	unsigned int shared, own;	/* watches of 5 and 6 */
};

static struct pair *make_pair(struct kunit *test)
{
	static const u32 both[] = { 5, 6 }, one[] = { 5 };
	struct pair *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->stub = stub_of(test);
	p->x = bench_space(test, SMMU3_STAGE1);
	p->y = bench_space(test, SMMU3_STAGE1);
	p->a = bench_master(test, p->stub, both, 2, 8);
	p->b = bench_master(test, p->stub, one, 1, 8);
	p->shared = smmu3_stub_watch(p->stub, 5, false, 0);
	p->own = smmu3_stub_watch(p->stub, 6, false, 0);
	return p;
}

static void check_space_gone(struct kunit *test, struct pair *p, const struct smmu3_space *space,
			     const char *what)
{
	KUNIT_EXPECT_FALSE_MSG(test, smmu3_stub_reaches(p->stub, bench_ttb(space)),
			       "%s: the SMMU may still reach tables that nobody keeps", what);
	KUNIT_EXPECT_TRUE_MSG(test, list_empty(&space->uses), "%s: no use", what);
	smmu3_stub_check(test, p->stub);
}

static void sharers_share_a_table(struct kunit *test)
{
	static const u32 lone[] = { 9 }, bridge[] = { 5, 9 };
	struct pair *p = make_pair(test);
	struct smmu3_master *c = bench_master(test, p->stub, lone, 1, 8);

	KUNIT_EXPECT_PTR_EQ_MSG(test, p->a->cdtab, p->b->cdtab,
				"masters on one stream have one CD table");
	KUNIT_EXPECT_PTR_NE(test, p->a->cdtab, c->cdtab);
	KUNIT_EXPECT_EQ_MSG(test, try_master(test, p->stub, bridge, 2), -EBUSY,
			    "no stream can have two");
}

/* As the core attaches a group: one master after the other, each to the same. */
static void group_moves_together(struct kunit *test)
{
	struct pair *p = make_pair(test);
	struct smmu3_stub_watch *w = &p->stub->watch[p->shared];
	unsigned int round, i;

	for (round = 0; round < 2; round++) {
		KUNIT_EXPECT_EQ(test, bench_attach(p->a, SMMU3_TRANSLATE, p->x), 0);
		KUNIT_EXPECT_EQ(test, bench_attach(p->b, SMMU3_TRANSLATE, p->x), 0);
		bench_expect_now(test, p->stub, p->shared, STUB_S1, p->x, "both to X");
		bench_expect_now(test, p->stub, p->own, STUB_S1, p->x, "both to X");
		KUNIT_EXPECT_EQ(test, bench_attach(round ? p->a : p->b, SMMU3_TRANSLATE, p->y), 0);
		KUNIT_EXPECT_EQ(test, bench_attach(round ? p->b : p->a, SMMU3_TRANSLATE, p->y), 0);
		bench_expect_now(test, p->stub, p->shared, STUB_S1, p->y, "both to Y");
		bench_expect_now(test, p->stub, p->own, STUB_S1, p->y, "both to Y");
		check_space_gone(test, p, p->x, "both to Y");
		smmu3_stub_mark(p->stub);
		KUNIT_EXPECT_EQ(test, bench_attach(round ? p->a : p->b, SMMU3_BLOCKED, NULL), 0);
		KUNIT_EXPECT_EQ(test, bench_attach(round ? p->b : p->a, SMMU3_BLOCKED, NULL), 0);
		for (i = 0; i < w->nr_seen; i++)
			KUNIT_EXPECT_NE_MSG(test, w->seen[i].fate, STUB_BYPASS,
					    "no bypass on the way to BLOCKED");
		bench_expect_now(test, p->stub, p->shared, STUB_ABORT, NULL, "both blocked");
		bench_expect_now(test, p->stub, p->own, STUB_ABORT, NULL, "both blocked");
		check_space_gone(test, p, p->y, "both blocked");
	}
}

/*
 * One of them is attached elsewhere for a while: what the table says must reach the stream that it
 * does not share.
 */
static void updates_reach_every_stream(struct kunit *test)
{
	struct pair *p = make_pair(test);

	KUNIT_EXPECT_EQ(test, bench_attach(p->a, SMMU3_TRANSLATE, p->x), 0);
	KUNIT_EXPECT_EQ(test, bench_attach(p->b, SMMU3_TRANSLATE, p->x), 0);
	KUNIT_EXPECT_EQ(test, bench_attach(p->b, SMMU3_IDENTITY, NULL), 0);
	KUNIT_EXPECT_EQ(test, bench_attach(p->a, SMMU3_TRANSLATE, p->y), 0);
	bench_expect_now(test, p->stub, p->own, STUB_S1, p->y, "the stream that is not shared");
	KUNIT_EXPECT_EQ(test, bench_attach(p->b, SMMU3_TRANSLATE, p->y), 0);
	bench_expect_now(test, p->stub, p->shared, STUB_S1, p->y, "the shared one");
	bench_expect_now(test, p->stub, p->own, STUB_S1, p->y, "the other one");
	check_space_gone(test, p, p->x, "both at Y");
}

/* The group was attached; one goes, the other goes on; then it goes, too. */
static void one_of_two_goes(struct kunit *test)
{
	unsigned int first;

	for (first = 0; first < 2; first++) {
		struct pair *p = make_pair(test);

		KUNIT_EXPECT_EQ(test, bench_attach(p->a, SMMU3_TRANSLATE, p->x), 0);
		KUNIT_EXPECT_EQ(test, bench_attach(p->b, SMMU3_TRANSLATE, p->x), 0);
		smmu3_stub_mark(p->stub);
		smmu3_master_free(first ? p->b : p->a);
		bench_expect_now(test, p->stub, p->shared, STUB_S1, p->x, "the other goes on");
		KUNIT_EXPECT_EQ_MSG(test, p->stub->watch[p->shared].nr_seen, 1,
				    "and does not notice");
		bench_expect_now(test, p->stub, p->own, first ? STUB_S1 : STUB_ABORT,
				 first ? p->x : NULL, "the stream of A alone");
		smmu3_master_free(first ? p->a : p->b);
		bench_expect_now(test, p->stub, p->shared, STUB_ABORT, NULL, "both gone");
		bench_expect_now(test, p->stub, p->own, STUB_ABORT, NULL, "both gone");
		check_space_gone(test, p, p->x, "both gone");
		KUNIT_EXPECT_EQ(test, atomic_long_read(&p->stub->smmu.cdtab_bytes), 0);
		bench_exit(test);
	}
}

/*
 * One goes while the other, which has just come, has not been attached to anything yet: nothing
 * may lead to the space.
 */
static void last_user_goes_before_a_newcomer(struct kunit *test)
{
	unsigned int state;

	for (state = 0; state < 4; state++) {
		struct pair *p = make_pair(test);
		struct smmu3_space *z = bench_space(test, SMMU3_STAGE2);
		static const u64 fates[] = { STUB_ABORT, STUB_BYPASS, STUB_S1, STUB_S2 };

		/*
		 * B is blocked, identity, at Y, at stage 2; then A moves the stream to X, and
		 * goes.
		 */
		KUNIT_EXPECT_EQ(test,
				bench_attach(p->b, min(state, 2u),
					     state == 2	  ? p->y
					     : state == 3 ? z
							  : NULL),
				0);
		KUNIT_EXPECT_EQ(test, bench_attach(p->a, SMMU3_TRANSLATE, p->x), 0);
		bench_expect_now(test, p->stub, p->shared, STUB_S1, p->x, "A has the stream");
		smmu3_master_free(p->a);
		check_space_gone(test, p, p->x, "A has gone");
		bench_expect_now(test, p->stub, p->shared, fates[state],
				 state == 2   ? p->y
				 : state == 3 ? z
					      : NULL,
				 "what B is attached to");
		bench_expect_now(test, p->stub, p->own, STUB_ABORT, NULL, "the stream of A alone");
		smmu3_master_free(p->b);
		bench_expect_now(test, p->stub, p->shared, STUB_ABORT, NULL, "both gone");
		bench_exit(test);
	}
}

static void substreams_go_with_their_master(struct kunit *test)
{
	struct pair *p = make_pair(test);
	unsigned int w = smmu3_stub_watch(p->stub, 5, true, 9);

	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(p->a, 9, p->x), 0);
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(p->b, 9, p->x), 0);
	bench_expect_now(test, p->stub, w, STUB_S1, p->x, "both");
	smmu3_master_free(p->a);
	bench_expect_now(test, p->stub, w, STUB_S1, p->x, "the other keeps it");
	smmu3_master_free(p->b);
	bench_expect_now(test, p->stub, w, STUB_ABORT, NULL, "both gone");
	check_space_gone(test, p, p->x, "both gone");
}

/* ---------------------------------------------------------------- held streams */

static void held_streams_pass(struct kunit *test)
{
	static const u32 sids[] = { 7, 8 };
	struct smmu3_stub *stub = stub_of(test);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1);
	unsigned int held, free;
	struct smmu3_master *master;
	struct smmu3_stub_watch *w;
	unsigned int round, i;

	KUNIT_EXPECT_EQ(test, smmu3_stream_hold_bypass(&stub->smmu, 7, "kunit"), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stream_hold_bypass(&stub->smmu, 256, "kunit"), -ERANGE,
			    "beyond the table");
	held = smmu3_stub_watch(stub, 7, false, 0);
	free = smmu3_stub_watch(stub, 8, false, 0);
	w = &stub->watch[held];
	bench_expect_now(test, stub, held, STUB_BYPASS, NULL, "held");
	bench_expect_now(test, stub, free, STUB_ABORT, NULL, "its neighbour");

	/* A master that comes and goes without being attached. */
	smmu3_stub_mark(stub);
	master = bench_master(test, stub, sids, 1, 0);
	smmu3_master_free(master);
	KUNIT_EXPECT_EQ_MSG(test, w->nr_seen, 1, "a live stream does not notice");
	bench_expect_now(test, stub, held, STUB_BYPASS, NULL, "after a visit");

	for (round = 0; round < 2; round++) {
		smmu3_stub_mark(stub);
		master = bench_master(test, stub, sids, 2 - round, 0);
		KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, space), 0);
		bench_expect_now(test, stub, held, STUB_S1, space, "its master has it");
		smmu3_master_free(master);
		bench_expect_now(test, stub, held, STUB_BYPASS, NULL, "without a master again");
		bench_expect_now(test, stub, free, STUB_ABORT, NULL, "its neighbour aborts again");
		/* All streams of the master are held: nothing is lost on the way. */
		for (i = 0; round && i < w->nr_seen; i++)
			KUNIT_EXPECT_TRUE_MSG(test,
					      w->seen[i].fate == STUB_BYPASS ||
					      w->seen[i].fate == STUB_S1,
					      "a transaction was lost: it met %s",
					      smmu3_stub_fate_name(w->seen[i].fate));
	}
}

/* Firmware goes on using memory: the stream passes when its device goes, from first to last. */
static void direct_streams_pass(struct kunit *test)
{
	static const u32 sids[] = { 7 };
	struct smmu3_stub *stub = stub_of(test);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1);
	struct smmu3_master *master = bench_master(test, stub, sids, 1, 0);
	unsigned int watch = smmu3_stub_watch(stub, 7, false, 0), i;
	struct smmu3_stub_watch *w = &stub->watch[watch];

	KUNIT_EXPECT_EQ(test, bench_attach(master, SMMU3_TRANSLATE, space), 0);
	smmu3_stub_mark(stub);
	master->direct = true;
	smmu3_master_free(master);
	bench_expect_now(test, stub, watch, STUB_BYPASS, NULL, "without a master");
	for (i = 0; i < w->nr_seen; i++)
		KUNIT_EXPECT_TRUE_MSG(test,
				      w->seen[i].fate == STUB_BYPASS || w->seen[i].fate == STUB_S1,
				      "a transaction was lost: it met %s",
				      smmu3_stub_fate_name(w->seen[i].fate));
	KUNIT_EXPECT_FALSE_MSG(test, smmu3_stub_reaches(stub, bench_ttb(space)), "it is let go");
}

/* A stream that is held, and shared by two masters, of which one has others: it never aborts. */
static void held_and_shared(struct kunit *test)
{
	static const u32 both[] = { 7, 8 }, one[] = { 8 };
	struct smmu3_stub *stub = stub_of(test);
	struct smmu3_space *space = bench_space(test, SMMU3_STAGE1);
	struct smmu3_master *a, *b;
	struct smmu3_stub_watch *w;
	unsigned int watch, i;

	KUNIT_EXPECT_EQ(test, smmu3_stream_hold_bypass(&stub->smmu, 7, "kunit"), 0);
	a = bench_master(test, stub, both, 2, 0);
	b = bench_master(test, stub, one, 1, 0);
	KUNIT_EXPECT_EQ(test, bench_attach(a, SMMU3_TRANSLATE, space), 0);
	KUNIT_EXPECT_EQ(test, bench_attach(b, SMMU3_TRANSLATE, space), 0);
	watch = smmu3_stub_watch(stub, 7, false, 0);
	w = &stub->watch[watch];
	smmu3_stub_mark(stub);
	smmu3_master_free(a);
	bench_expect_now(test, stub, watch, STUB_BYPASS, NULL, "the held stream");
	for (i = 0; i < w->nr_seen; i++)
		KUNIT_EXPECT_NE_MSG(test, w->seen[i].fate, STUB_ABORT, "it was never refused");
	smmu3_master_free(b);
}

/* Whoever shares a StreamID is found, and nobody else. */
static void neighbours_are_found(struct kunit *test)
{
	static const u32 both[] = { 7, 8 }, one[] = { 8 }, other[] = { 9 };
	struct smmu3_stub *stub = stub_of(test);
	struct smmu3_master *a = bench_master(test, stub, both, 2, 0), *b, *c;
	struct device *dev;

	KUNIT_EXPECT_NULL_MSG(test, smmu3_master_neighbour(a), "alone");
	b = bench_master(test, stub, one, 1, 0);
	c = bench_master(test, stub, other, 1, 0);
	dev = smmu3_master_neighbour(a);
	KUNIT_EXPECT_PTR_EQ_MSG(test, dev, b->dev, "the one that came later");
	put_device(dev);
	dev = smmu3_master_neighbour(b);
	KUNIT_EXPECT_PTR_EQ_MSG(test, dev, a->dev, "the one that came first");
	put_device(dev);
	KUNIT_EXPECT_NULL_MSG(test, smmu3_master_neighbour(c), "a stream of its own");
	smmu3_master_free(b);
	KUNIT_EXPECT_NULL_MSG(test, smmu3_master_neighbour(a), "alone again");
}

/* Two masters at two spaces, neighbours in one table: neither notices the other. */
static void neighbours_do_not_notice(struct kunit *test)
{
	static const u32 one[] = { 7 }, two[] = { 8 };
	struct smmu3_stub *stub = stub_of(test);
	struct smmu3_master *a = bench_master(test, stub, one, 1, 8), *b;
	struct smmu3_space *x = bench_space(test, SMMU3_STAGE1),
			   *y = bench_space(test, SMMU3_STAGE1);
	unsigned int w = smmu3_stub_watch(stub, 7, false, 0);

	KUNIT_EXPECT_EQ(test, bench_attach(a, SMMU3_TRANSLATE, x), 0);
	smmu3_stub_mark(stub);
	b = bench_master(test, stub, two, 1, 8);
	KUNIT_EXPECT_EQ(test, bench_attach(b, SMMU3_TRANSLATE, y), 0);
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(b, 200, y), 0);
	KUNIT_EXPECT_EQ(test, bench_attach(b, SMMU3_TRANSLATE, x), 0);
	smmu3_master_free(b);
	KUNIT_EXPECT_EQ_MSG(test, stub->watch[w].nr_seen, 1, "A met one thing all the time");
	bench_expect_now(test, stub, w, STUB_S1, x, "A");
	KUNIT_EXPECT_FALSE_MSG(test, smmu3_stub_reaches(stub, bench_ttb(y)), "Y is gone");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(stream_ids),
	KUNIT_CASE(alloc_changes_nothing),
	KUNIT_CASE(sharers_share_a_table),
	KUNIT_CASE(group_moves_together),
	KUNIT_CASE(updates_reach_every_stream),
	KUNIT_CASE(one_of_two_goes),
	KUNIT_CASE(last_user_goes_before_a_newcomer),
	KUNIT_CASE(substreams_go_with_their_master),
	KUNIT_CASE(held_streams_pass),
	KUNIT_CASE(direct_streams_pass),
	KUNIT_CASE(held_and_shared),
	KUNIT_CASE(neighbours_are_found),
	KUNIT_CASE(neighbours_do_not_notice),
	{}
};

static struct kunit_suite core_master_suite = {
	.name = "smmu3_core_master",
	.exit = bench_exit,
	.test_cases = cases,
};

kunit_test_suite(core_master_suite);
