// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attach over a register model (src/core/attach, master, tag, atc): two halves, order of the
 * commit, limits. Layer: tests.
 */
#include "core/event.h"
#include "core/tag.h"
#include "hw/reset.h"
#include "world.h"

#define OP_TLBI_NH_ASID		0x11
#define OP_TLBI_S12_VMALL	0x28
#define OP_CFGI_STE		0x03
#define OP_ATC_INV		0x40

/* ---------------------------------------------------------------- the n-th allocation fails */

struct step {
	unsigned int master;
	unsigned int ssid;	/* 0: the RID */
	enum smmu3_target_kind kind;
	unsigned int space;
};

static int take(struct world *w, const struct step *step)
{
	if (step->ssid)
		return smmu3_attach_pasid(w->master[step->master], step->ssid,
					  step->kind == SMMU3_TRANSLATE ? &w->space[step->space]
									: NULL);
	return world_attach(w, step->master, step->kind, step->space);
}

/* From the state that @before leads to, @step with its 1st, 2nd, ... allocation failing. */
static void fail_each_allocation(struct kunit *test, const struct step *before, unsigned int nr,
				 const struct step *step, bool ats)
{
	char *was = kunit_kzalloc(test, WORLD_TEXT_SZ, GFP_KERNEL),
	     *is = kunit_kzalloc(test, WORLD_TEXT_SZ, GFP_KERNEL);
	unsigned int n, i;
	int ret = -ENOMEM;

	for (n = 1; ret && n < 40; n++) {
		struct world *w = world_make(test, &(struct stub_cfg) {}, false, ats);
		char what[160];

		for (i = 0; i < nr; i++)
			KUNIT_ASSERT_EQ_MSG(test, take(w, &before[i]), 0,
					    "the state before, step %u", i);
		scnprintf(what, sizeof(what),
			  "master %u ssid %u -> kind %d space %u from %u steps, ats %d, allocation %u failed",
			  step->master, step->ssid, step->kind, step->space, nr, ats, n);
		world_text(w, was, WORLD_TEXT_SZ);
		host_fail_nth = n;
		ret = take(w, step);
		if (host_fail_nth) {
			host_fail_nth = 0;
			KUNIT_EXPECT_EQ_MSG(test, ret, 0, "%s: no allocation failed", what);
		} else if (ret) {
			KUNIT_EXPECT_EQ_MSG(test, ret, -ENOMEM, "%s", what);
			world_text(w, is, WORLD_TEXT_SZ);
			world_expect_same(test, was, is, what);
			/* And it is not spoilt: the same again succeeds. */
			KUNIT_EXPECT_EQ_MSG(test, take(w, step), 0, "%s: then the same again",
					    what);
		} else {
			ret = -ENOMEM;	/* there was another way; go on */
		}
		world_free(test, w);
		stub_exit(test);
	}
	KUNIT_EXPECT_EQ_MSG(test, ret, 0, "the sweep ends");
	if (step->kind == SMMU3_TRANSLATE)
		KUNIT_EXPECT_GE_MSG(test, n, 3, "an attach to a space allocates");
	else
		KUNIT_EXPECT_EQ_MSG(test, n, 2, "BLOCKED, IDENTITY and detaching allocate nothing");
}

#define RID(kind, space)	{ 0, 0, kind, space }
#define PASID(ssid, space)	{ 0, ssid, SMMU3_TRANSLATE, space }

static void every_rid_change(struct kunit *test)
{
	static const struct step targets[] = {
		RID(SMMU3_BLOCKED, 0),	 RID(SMMU3_IDENTITY, 0),  RID(SMMU3_TRANSLATE, 0),
		RID(SMMU3_TRANSLATE, 1), RID(SMMU3_TRANSLATE, 4), RID(SMMU3_TRANSLATE, 5),
	};
	unsigned int from, to;

	for (from = 0; from < ARRAY_SIZE(targets); from++) {
		for (to = 0; to < ARRAY_SIZE(targets); to++) {
			if (from == to)
				continue;
			fail_each_allocation(test, &targets[from], 1, &targets[to], false);
			fail_each_allocation(test, &targets[from], 1, &targets[to], true);
		}
	}
}

static void every_pasid_change(struct kunit *test)
{
	static const struct step rids[] = {
		RID(SMMU3_BLOCKED, 0),
		RID(SMMU3_IDENTITY, 0),
		RID(SMMU3_TRANSLATE, 0),
	};
	/* From the RID alone (1), one SubstreamID (2) or two (3). */
	static const struct {
		unsigned int from;
		struct step step;
	} t[] = {
		{ 1, PASID(1, 1) },				/* the first */
		{ 1, PASID(1, 0) },				/* as the RID may have */
		{ 2, PASID(200, 1) },				/* the same space twice */
		{ 3, PASID(1, 3) },				/* replace */
		{ 3, { 0, 1, SMMU3_BLOCKED, 0 } },		/* detach one of two */
		{ 2, { 0, 1, SMMU3_BLOCKED, 0 } },		/* the last */
	};
	unsigned int i, j, ats;

	for (i = 0; i < ARRAY_SIZE(rids); i++) {
		struct step before[] = { rids[i], PASID(1, 1), PASID(200, 2) };

		for (j = 0; j < ARRAY_SIZE(t); j++) {
			for (ats = 0; ats < 2; ats++)
				fail_each_allocation(test, before, t[j].from, &t[j].step, ats);
		}
	}
}

/* The RID changes while PASIDs stay. */
static void rid_changes_under_pasids(struct kunit *test)
{
	static const struct step rids[] = {
		RID(SMMU3_BLOCKED, 0), RID(SMMU3_IDENTITY, 0), RID(SMMU3_TRANSLATE, 0),
	};
	unsigned int from, to, ats;

	for (from = 0; from < ARRAY_SIZE(rids); from++) {
		for (to = 0; to < ARRAY_SIZE(rids); to++) {
			struct step before[] = { rids[from], PASID(1, 1) };

			for (ats = 0; from != to && ats < 2; ats++)
				fail_each_allocation(test, before, 2, &rids[to], ats);
		}
	}
}

/*
 * ---------------------------------------------------------------- what is refused, with nothing
 * changed
 */

static void expect_refused(struct kunit *test, struct world *w, const struct step *step, int error,
			   const char *why)
{
	char *was = kunit_kzalloc(test, WORLD_TEXT_SZ, GFP_KERNEL),
	     *is = kunit_kzalloc(test, WORLD_TEXT_SZ, GFP_KERNEL);

	world_text(w, was, WORLD_TEXT_SZ);
	stub_log_clear(w->s[0]);
	KUNIT_EXPECT_EQ_MSG(test, take(w, step), error, "%s", why);
	world_text(w, is, WORLD_TEXT_SZ);
	world_expect_same(test, was, is, why);
	KUNIT_EXPECT_EQ_MSG(test, stub_find(w->s[0], STUB_CMD, 0), -1, "%s: nothing was sent", why);
}

static void refused(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);

	expect_refused(test, w, &(struct step)PASID(256, 1), -ERANGE,
		       "a SubstreamID beyond the CD table");
	expect_refused(test, w, &(struct step)PASID(0xfffff, 1), -ERANGE,
		       "a SubstreamID far beyond the CD table");
	expect_refused(test, w, &(struct step)PASID(0xffffffff, 1), -ERANGE,
		       "no SubstreamID at all");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_attach_pasid(w->master[0], 0, &w->space[1]), -ERANGE,
			    "SubstreamID 0");
	expect_refused(test, w, &(struct step)PASID(1, 4), -EINVAL, "stage 2 by SubstreamID");
	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 0, SMMU3_TRANSLATE, 4), 0, "stage 2 by RID");
	expect_refused(test, w, &(struct step)PASID(1, 1), -EBUSY,
		       "a SubstreamID while the RID is stage 2");
	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 0, SMMU3_IDENTITY, 0), 0, "identity");
	KUNIT_ASSERT_EQ_MSG(test, take(w, &(struct step)PASID(1, 1)), 0, "a SubstreamID");
	expect_refused(test, w, &(struct step)RID(SMMU3_TRANSLATE, 4), -EBUSY,
		       "stage 2 while SubstreamIDs are in use");

	w->space[2].va_bits = 52;
	expect_refused(test, w, &(struct step)RID(SMMU3_TRANSLATE, 2), -EINVAL,
		       "more input address bits than the SMMU has");
	w->space[2].va_bits = 48;
	w->space[2].granule_lg2 = 13;
	expect_refused(test, w, &(struct step)RID(SMMU3_TRANSLATE, 2), -EINVAL,
		       "a granule that the SMMU has not");
	w->space[2].granule_lg2 = 12;
	w->space[2].cd.hd = true;
	expect_refused(test, w, &(struct step)RID(SMMU3_TRANSLATE, 2), -EINVAL,
		       "dirty tracking that the SMMU has not");
	w->space[2].cd.hd = false;
	world_free(test, w);
}

/* With 8-bit tags: the 256th space finds no ASID and is told so. */
static void no_asid_left(struct kunit *test)
{
	const struct stub_cfg asid8 = { .idr0_set = true, .idr0 = STUB_IDR0_USUAL & ~0x1000u };
	struct world *w = world_make(test, &asid8, false, false);
	unsigned long asid;
	static int taken;

	for (asid = 1; asid < 256; asid++)
		KUNIT_ASSERT_EQ_MSG(test, xa_insert(&w->s[0]->smmu.asids, asid, &taken, GFP_KERNEL),
				    0, "ASID %lu", asid);
	expect_refused(test, w, &(struct step)RID(SMMU3_TRANSLATE, 0), -ENOSPC, "no ASID left");
	xa_destroy(&w->s[0]->smmu.asids);
	world_free(test, w);
}

/* ---------------------------------------------------------------- the order of a commit */

/* At each store that makes an entry lead to a space: is the space's set complete for this SMMU? */
static struct world *watched;
static unsigned int uncovered, stores_seen;

static void look_for_uncovered(struct stub *s, __le64 *word, u64 val)
{
	unsigned int i, j;

	(void)word;
	stores_seen++;
	/* TTB0 of a CD is its table's address; the STE of stage 2 has it in word 3. */
	for (i = 0; i < watched->nr_spaces; i++) {
		const struct smmu3_inv_set *set = watched->space[i].inv;
		bool covered = false;

		if ((val & 0x00fffffffffffff0ULL) != WORLD_TTB(i))
			continue;
		for (j = 0; j < set->nr; j++)
			covered |= set->entry[j].smmu == &s->smmu &&
				   set->entry[j].kind == SMMU3_INV_TLB && set->entry[j].users;
		uncovered += !covered;
	}
}

static void set_before_entry(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);
	unsigned int space;

	watched = w;
	uncovered = 0;
	stores_seen = 0;
	w->s[0]->on_store = look_for_uncovered;
	for (space = 0; space < WORLD_SPACES; space++)
		KUNIT_EXPECT_EQ_MSG(test, world_attach(w, 0, SMMU3_TRANSLATE, space), 0, "space %u",
				    space);
	world_attach(w, 0, SMMU3_IDENTITY, 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_attach_pasid(w->master[0], 3, &w->space[1]), 0,
			    "a SubstreamID");
	KUNIT_EXPECT_GT_MSG(test, stores_seen, 10, "stores were watched");
	KUNIT_EXPECT_EQ_MSG(test, uncovered, 0,
			    "stores that let the SMMU walk a table whose invalidations do not reach it");
	w->s[0]->on_store = NULL;
	world_free(test, w);
}

/* Last store into STEs or CDs in the log, -1: none. */
static int last_store(const struct stub *s)
{
	int i, last = -1;

	for (i = 0; i < (int)s->nr_log; i++) {
		if (s->log[i].what == STUB_STORE)
			last = i;
	}
	return last;
}

/*
 * The old tag is flushed when its last user has left, and not before the SMMU can no longer use
 * it.
 */
static void flush_after_last_user(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);
	struct stub *s = w->s[0];
	int store, flush;
	u64 asid;

	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 0, SMMU3_TRANSLATE, 0), 0, "device 0");
	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 1, SMMU3_TRANSLATE, 0), 0,
			    "device 1 on the same space");
	mutex_lock(&smmu3_attach_lock);
	asid = smmu3_space_tag(&w->space[0], &s->smmu)->id;
	mutex_unlock(&smmu3_attach_lock);
	stub_watch(s, smmu3_strtab_ste(&s->smmu, 8), 64 * 64);
	stub_log_clear(s);
	world_attach(w, 0, SMMU3_BLOCKED, 0);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_TLBI_NH_ASID), 0,
			    "the tag still has a user: no flush");
	stub_log_clear(s);
	world_attach(w, 1, SMMU3_BLOCKED, 0);
	store = last_store(s);
	flush = stub_find_cmd(s, OP_TLBI_NH_ASID, 0);
	KUNIT_EXPECT_TRUE_MSG(test, store >= 0 && flush > store,
			      "the last STE store (%d), then the flush (%d)", store, flush);
	KUNIT_EXPECT_EQ_MSG(test, flush < 0 ? 0 : s->log[flush].a >> 48, asid, "of its ASID");
	KUNIT_EXPECT_GT_MSG(test, flush,
			    stub_find_cmd(s, OP_CFGI_STE, stub_count(s, OP_CFGI_STE) - 1),
			    "after the SMMU has forgotten the STE");

	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 0, SMMU3_TRANSLATE, 4), 0, "stage 2");
	stub_log_clear(s);
	world_attach(w, 0, SMMU3_IDENTITY, 0);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_TLBI_S12_VMALL), 1,
			    "a VMID is flushed likewise");
	world_free(test, w);
}

/*
 * ATS: the STE admits it before the device asks; the device has stopped and forgotten before the
 * STE no longer does.
 */
static void ats_order(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);
	struct stub *s = w->s[0];
	int on, off, inv, first;

	stub_watch(s, smmu3_strtab_ste(&s->smmu, 8), 128);
	stub_log_clear(s);
	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 0, SMMU3_TRANSLATE, 0), 0, "attach");
	on = stub_find(s, STUB_ATS_ON, 0);
	KUNIT_EXPECT_TRUE_MSG(test, w->pdev[0].ats_on, "ATS is on");
	KUNIT_EXPECT_GT_MSG(test, on, last_store(s), "after the last store into the STEs");

	stub_log_clear(s);
	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 0, SMMU3_BLOCKED, 0), 0, "detach");
	off = stub_find(s, STUB_ATS_OFF, 0);
	inv = stub_find_cmd(s, OP_ATC_INV, 0);
	first = stub_find(s, STUB_STORE, 0);
	KUNIT_EXPECT_TRUE_MSG(test, off >= 0 && off < inv && inv < first,
			      "ATS off (%d), ATC emptied (%d), then the STE (%d)", off, inv, first);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_ATC_INV), 2, "for both StreamIDs");

	/* From one space to another ATS stays on, and the device forgets the old one. */
	world_attach(w, 0, SMMU3_TRANSLATE, 0);
	stub_log_clear(s);
	world_attach(w, 0, SMMU3_TRANSLATE, 1);
	KUNIT_EXPECT_TRUE_MSG(test, w->pdev[0].ats_on, "ATS stays on");
	KUNIT_EXPECT_GT_MSG(test, stub_find_cmd(s, OP_ATC_INV, 0), last_store(s),
			    "the ATC is emptied after the entries changed");
	world_free(test, w);
}

/* The ATC holds nothing of a SubstreamID that led nowhere; what it led to goes on the way. */
static void atc_of_pasids(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);
	struct stub *s = w->s[0];

	world_attach(w, 0, SMMU3_TRANSLATE, 0);
	stub_log_clear(s);
	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(w->master[0], 3, &w->space[0]), 0);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_ATC_INV), 0, "where nothing was");
	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(w->master[0], 3, &w->space[1]), 0);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_ATC_INV), 2, "from one space to another");
	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(w->master[0], 3, NULL), 0);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_ATC_INV), 4, "and to nowhere");
	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(w->master[0], 3, &w->space[0]), 0);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_ATC_INV), 4, "where nothing is any more");
	KUNIT_EXPECT_TRUE_MSG(test, w->pdev[0].ats_on, "ATS stays on");
	smmu3_attach_pasid(w->master[0], 3, NULL);
	world_free(test, w);
}

/* A device that refuses ATS: it works without, and the STE does not admit it. */
static void ats_refused(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);

	w->pdev[0].ats_refuses = true;
	KUNIT_EXPECT_EQ_MSG(test, world_attach(w, 0, SMMU3_TRANSLATE, 0), 0, "attach succeeds");
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(smmu3_strtab_ste(&w->s[0]->smmu, 8)->q[1]) >> 28 & 3,
			    0, "EATS is 0");
	KUNIT_EXPECT_FALSE_MSG(test, w->master[0]->ats_enabled, "ATS is off");
	stub_log_clear(w->s[0]);
	smmu3_inv_range(&w->space[0], 0x1000, 0x1000, 0x1000, true);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(w->s[0], OP_ATC_INV), 0, "no ATC to invalidate");
	world_free(test, w);
}

/*
 * A failed STE update on a dead SMMU does not stop an attach; entries in memory are what they
 * should be.
 */
static void attach_on_dead(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);

	/* It comes to life again between the first StreamID and the second. */
	w->s[0]->frozen = true;
	w->s[0]->thaw_at = host_now + 3LL * SMMU3_TIMEOUT_US * NSEC_PER_USEC / 2;
	KUNIT_EXPECT_EQ_MSG(test, world_attach(w, 0, SMMU3_IDENTITY, 0), 0, "identity never fails");
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(smmu3_strtab_ste(&w->s[0]->smmu, 9)->q[0]), 9,
			    "STE of StreamID 9: bypass");
	KUNIT_EXPECT_EQ_MSG(test, w->s[0]->smmu.recoveries, 1,
			    "recovered when it returns: nothing from before is cached");
	/* Given up: no more devices are led anywhere. */
	w->s[0]->smmu.dead = true;
	KUNIT_EXPECT_EQ_MSG(test, world_attach(w, 0, SMMU3_TRANSLATE, 0), -EIO, "a dead SMMU");
	w->s[0]->smmu.dead = false;
	world_free(test, w);
}

/* A tag that could not be flushed is not given to another space. */
static void tag_not_flushed(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);
	struct stub *s = w->s[0];
	struct smmu3_tag *tag;
	u16 lost;

	world_attach(w, 1, SMMU3_TRANSLATE, 0);
	tag = list_first_entry(&w->space[0].tags, struct smmu3_tag, link);
	lost = tag->id;
	s->fail_op = 0x11;	/* TLBI_NH_ASID is refused */
	s->fail_err = 1;
	s->fail_times = 1;
	KUNIT_EXPECT_EQ_MSG(test, world_attach(w, 1, SMMU3_BLOCKED, 0), 0, "detach never fails");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.recoveries, 1, "recovered when it returns");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.tags_lost, 1, "the tag is counted as lost");
	world_attach(w, 1, SMMU3_TRANSLATE, 1);
	tag = list_first_entry(&w->space[1].tags, struct smmu3_tag, link);
	KUNIT_EXPECT_NE_MSG(test, tag->id, lost, "the next space gets another");
	xa_erase(&s->smmu.asids, lost);
	world_free(test, w);
}

/*
 * The SMMU was off, and what was unmapped then did not reach the ATC: translated requests are kept
 * out from before SMMUEN until the ATC is empty.
 */
static void ats_over_reset(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);
	struct stub *s = w->s[0];
	struct smmu3_ste *ste;
	int out, on, inv, in;

	s->smmu.sink = &smmu3_event_sink;
	world_attach(w, 1, SMMU3_TRANSLATE, 0);
	ste = smmu3_strtab_ste(&s->smmu, 16);
	stub_watch(s, &ste->q[1], 8);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_reset_stop(&s->smmu), 0, "stopped");
	smmu3_inv_range(&w->space[0], 0x5000, 0x1000, 0x1000, true);
	stub_log_clear(s);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_reset(&s->smmu), 0, "started");
	out = stub_find(s, STUB_STORE, 0);
	on = stub_find_reg(s, 0x20, 1, 1, 0);
	inv = stub_find_cmd(s, OP_ATC_INV, 0);
	in = stub_find(s, STUB_STORE, inv > 0 ? inv : 0);
	KUNIT_EXPECT_TRUE_MSG(test, out >= 0 && out < on && on < inv && inv < in,
			      "ATS out %d, SMMUEN %d, ATC emptied %d, ATS in %d", out, on, inv, in);
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(ste->q[1]) >> 28 & 3, 1, "EATS is 1 again");

	/* Asleep it could not answer. */
	w->pdev[1].current_state = PCI_D3hot;
	stub_log_clear(s);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_reset(&s->smmu), 0, "again");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_ATC_INV), 0, "in D3 it is not asked");
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(ste->q[1]) >> 28 & 3, 1, "and let in");
	world_free(test, w);
}

/*
 * A recovery lets traffic pass where a device depends on it, unless that would lead the addresses
 * of a translated device into memory.
 */
static void held_over_recovery(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);
	struct stub *s = w->s[0];
	unsigned int i;

	s->smmu.sink = &smmu3_event_sink;
	world_attach(w, 0, SMMU3_IDENTITY, 0);
	world_attach(w, 1, SMMU3_IDENTITY, 0);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_stream_hold_bypass(&s->smmu, 40, "test"), 0, "a held one");
	for (i = 0; i < 2; i++) {
		stub_log_clear(s);
		smmu3_device_recover_later(&s->smmu);
		host_run_work();
		KUNIT_EXPECT_EQ_MSG(test, stub_find_reg(s, 0x44, 1u << 20, 0, 0) >= 0, !i,
				    "%s: GBPA lets traffic pass",
				    i ? "a translated device" : "all go untranslated");
		KUNIT_EXPECT_FALSE_MSG(test, s->smmu.open_when_off, "for this time only");
		world_attach(w, 1, SMMU3_TRANSLATE, 0);
	}
	world_free(test, w);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_rid_change),
	KUNIT_CASE(every_pasid_change),
	KUNIT_CASE(rid_changes_under_pasids),
	KUNIT_CASE(refused),
	KUNIT_CASE(no_asid_left),
	KUNIT_CASE(set_before_entry),
	KUNIT_CASE(flush_after_last_user),
	KUNIT_CASE(ats_order),
	KUNIT_CASE(atc_of_pasids),
	KUNIT_CASE(ats_refused),
	KUNIT_CASE(attach_on_dead),
	KUNIT_CASE(tag_not_flushed),
	KUNIT_CASE(ats_over_reset),
	KUNIT_CASE(held_over_recovery),
	{}
};

static struct kunit_suite core_attach_suite = {
	.name = "smmu3_host_attach",
	.exit = stub_exit,
	.test_cases = cases,
};

kunit_test_suite(core_attach_suite);
