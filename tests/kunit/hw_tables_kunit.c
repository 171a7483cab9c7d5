// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stream tables and CD tables (src/hw/strtab, src/hw/cdtab) over the register stub. Layer: tests.
 *
 * The stub reads them as an SMMU does: through STRTAB_BASE, level 1 descriptors and pointers, with
 * all that it may cache.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "hw/reset.h"
#include "stub_smmu.h"
#include "fail_nth.h"

struct shape {
	const char *what;
	u32 idr0_off;		/* features taken away */
	u8 sid_bits;
	bool two_level;
	size_t mem;		/* bytes before any device */
};

static struct shape shapes[] = {
	{ "two-level, 8 bits", 0, 8, true, 4 * 8 },
	{ "two-level, 16 bits", 0, 16, true, 1024 * 8 },
	{ "two-level, 20 bits", 0, 20, true, 4096 * 8 },
	{ "linear because small", 0, 6, false, 64 * 64 },
	{ "linear because nothing else is there", STUB_IDR0_2LVL, 8, false, 256 * 64 },
	{ "one stream", 0, 0, false, 64 },
};

static void shape_desc(struct shape *s, char *desc)
{
	strscpy(desc, s->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(shape, shapes, shape_desc);

static struct smmu3_stub *shaped(struct kunit *test, const struct shape *s)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub;

	cfg.idr0 &= ~s->idr0_off;
	cfg.idr1 = (cfg.idr1 & ~0x3fu) | s->sid_bits;
	stub = smmu3_stub_start(test, &cfg);
	KUNIT_ASSERT_NOT_NULL(test, stub);
	KUNIT_ASSERT_EQ_MSG(test, stub->smmu.strtab.geom.two_level, s->two_level, "%s", s->what);
	return stub;
}

static struct smmu3_ste bypass(void)
{
	struct smmu3_ste ste;

	smmu3_ste_make_bypass(&ste, false);
	return ste;
}

static void expect_fate(struct kunit *test, struct smmu3_stub *stub, unsigned int watch, u64 fate,
			const char *what)
{
	struct smmu3_stub_txn txn;
	unsigned int nr = smmu3_stub_now(stub, watch, &txn);

	KUNIT_EXPECT_EQ_MSG(test, nr, 1, "%s: SID %#x: nothing stale may be cached", what,
			    stub->watch[watch].sid);
	KUNIT_EXPECT_EQ_MSG(test, txn.fate, fate, "%s: SID %#x meets %s, wanted %s", what,
			    stub->watch[watch].sid, smmu3_stub_fate_name(txn.fate),
			    smmu3_stub_fate_name(fate));
}

/* Since the last mark the transaction has met nothing but these two. */
static void expect_only(struct kunit *test, struct smmu3_stub *stub, unsigned int watch, u64 a,
			u64 b, const char *what)
{
	const struct smmu3_stub_watch *w = &stub->watch[watch];
	unsigned int i;

	for (i = 0; i < w->nr_seen; i++)
		KUNIT_EXPECT_TRUE_MSG(test, w->seen[i].fate == a || w->seen[i].fate == b,
				      "%s: SID %#x met %s on the way from %s to %s", what, w->sid,
				      smmu3_stub_fate_name(w->seen[i].fate),
				      smmu3_stub_fate_name(a), smmu3_stub_fate_name(b));
}

static void unclaimed_streams_abort(struct kunit *test)
{
	const struct shape *s = test->param_value;
	struct smmu3_stub *stub = shaped(test, s);
	u32 last = (1u << s->sid_bits) - 1;
	unsigned int first_watch = smmu3_stub_watch(stub, 0, false, 0);
	unsigned int last_watch = smmu3_stub_watch(stub, last, false, 0);
	unsigned int beyond = smmu3_stub_watch(stub, last + 1, false, 0);
	/* No level 2 table yet: terminated as well, with an event. */
	u64 fate = s->two_level ? STUB_BAD_STE : STUB_ABORT;

	expect_fate(test, stub, first_watch, fate, "before");
	expect_fate(test, stub, last_watch, fate, "before");
	expect_fate(test, stub, beyond, STUB_BAD_STE, "before");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_strtab_mem(&stub->smmu), s->mem, "bytes");
	KUNIT_EXPECT_EQ_MSG(test, !smmu3_strtab_ste(&stub->smmu, last), s->two_level,
			    "an entry before it was asked for");

	KUNIT_EXPECT_EQ(test, smmu3_strtab_ensure(&stub->smmu, last), 0);
	KUNIT_EXPECT_NOT_NULL(test, smmu3_strtab_ste(&stub->smmu, last));
	expect_only(test, stub, last_watch, fate, STUB_ABORT, "a new table");
	expect_fate(test, stub, last_watch, STUB_ABORT, "a new table");
	KUNIT_EXPECT_EQ_MSG(test, stub->smmu.strtab.nr_l2, s->two_level, "level 2 tables");
	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ(test, smmu3_strtab_ensure(&stub->smmu, last), 0);
	KUNIT_EXPECT_EQ_MSG(test, stub->nr_log, 0, "asking twice does nothing");
	smmu3_stub_check(test, stub);
}

static void streams_out_of_range(struct kunit *test)
{
	const struct shape *s = test->param_value;
	struct smmu3_stub *stub = shaped(test, s);
	const u32 sids[] = { 1u << s->sid_bits, (1u << s->sid_bits) + 1, 0x80000000, 0xffffffff };
	unsigned int i;

	smmu3_stub_log_reset(stub);
	for (i = 0; i < ARRAY_SIZE(sids); i++) {
		KUNIT_EXPECT_FALSE_MSG(test, smmu3_strtab_covers(&stub->smmu, sids[i]), "SID %#x",
				       sids[i]);
		KUNIT_EXPECT_EQ_MSG(test, smmu3_strtab_ensure(&stub->smmu, sids[i]), -ERANGE,
				    "SID %#x", sids[i]);
		KUNIT_EXPECT_NULL_MSG(test, smmu3_strtab_ste(&stub->smmu, sids[i]), "SID %#x",
				      sids[i]);
	}
	KUNIT_EXPECT_EQ_MSG(test, stub->nr_log, 0, "nothing is sent for them");
}

static void entries_change_whole(struct kunit *test)
{
	const struct shape *s = test->param_value;
	struct smmu3_stub *stub = shaped(test, s);
	u32 sid = (1u << s->sid_bits) / 2;
	unsigned int w = smmu3_stub_watch(stub, sid, false, 0);
	struct smmu3_ste ste = bypass();

	KUNIT_EXPECT_EQ(test, smmu3_strtab_ensure(&stub->smmu, sid), 0);
	smmu3_stub_mark(stub);
	smmu3_strtab_install(&stub->smmu, sid, &ste);
	expect_only(test, stub, w, STUB_ABORT, STUB_BYPASS, "install");
	expect_fate(test, stub, w, STUB_BYPASS, "install");
	KUNIT_EXPECT_EQ_MSG(test, memcmp(smmu3_strtab_ste(&stub->smmu, sid), &ste, 64), 0,
			    "every bit");
	smmu3_ste_make_abort(&ste);
	smmu3_strtab_install(&stub->smmu, sid, &ste);
	expect_only(test, stub, w, STUB_ABORT, STUB_BYPASS, "back");
	expect_fate(test, stub, w, STUB_ABORT, "back");
	smmu3_stub_log_reset(stub);
	smmu3_strtab_install(&stub->smmu, sid, &ste);
	KUNIT_EXPECT_EQ_MSG(test, stub->nr_log, 0, "the same entry again: nothing is sent");
	smmu3_stub_check(test, stub);
}

static void no_prefetch_where_it_is_broken(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_ste ste = bypass();
	struct smmu3_stub *stub;
	unsigned int broken;

	for (broken = 0; broken < 2; broken++) {
		cfg.quirks = broken ? BIT(SMMU3_QUIRK_NO_PREFETCH) : 0;
		stub = smmu3_stub_start(test, &cfg);
		KUNIT_ASSERT_NOT_NULL(test, stub);
		KUNIT_EXPECT_EQ(test, smmu3_strtab_ensure(&stub->smmu, 3), 0);
		smmu3_strtab_install(&stub->smmu, 3, &ste);
		KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_PREFETCH_CONFIG), !broken,
				    "PREFETCH_CONFIG");
	}
}

struct ensure {
	struct smmu3_stub *stub;
	struct smmu3_cdtab *tab;
	u32 id;
	u64 fate;
	unsigned int watch;
};

static int ensure_ste(void *ctx)
{
	struct ensure *e = ctx;

	return smmu3_strtab_ensure(&e->stub->smmu, e->id);
}

static void ensure_ste_failed(struct kunit *test, void *ctx, int err)
{
	struct ensure *e = ctx;

	if (!err) {
		e->id += 64;	/* the next table */
		return;
	}
	KUNIT_EXPECT_EQ(test, err, -ENOMEM);
	KUNIT_EXPECT_NULL(test, smmu3_strtab_ste(&e->stub->smmu, e->id));
	expect_fate(test, e->stub, e->watch, STUB_BAD_STE, "without memory");
}

static void level_2_without_memory(struct kunit *test)
{
	struct ensure e = { .stub = shaped(test, &shapes[1]), .id = 0x1000 };

	e.watch = smmu3_stub_watch(e.stub, 0x8000, false, 0);
	smmu3_stub_log_reset(e.stub);
	KUNIT_EXPECT_GE(test, smmu3_kunit_fail_nth(test, ensure_ste, &e, ensure_ste_failed), 1);
}

/* ---------------------------------------------------------------- CD tables */

struct cd_shape {
	const char *what;
	u32 idr0_off;
	u8 ssidsize, asked, given;
	bool two_level;
};

static struct cd_shape cd_shapes[] = {
	{ "one CD", 0, 8, 0, 0, false },
	{ "linear because small", 0, 8, 5, 5, false },
	{ "two-level", 0, 16, 12, 12, true },
	{ "two-level, 64 KiB leaves", 0, 20, 18, 18, true },
	{ "linear because nothing else is there", STUB_IDR0_CD2L, 20, 9, 9, false },
	{ "linear and smaller than asked", STUB_IDR0_CD2L, 20, 20, 10, false },
};

static void cd_shape_desc(struct cd_shape *s, char *desc)
{
	strscpy(desc, s->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cd_shape, cd_shapes, cd_shape_desc);

static struct smmu3_stub *cd_shaped(struct kunit *test, const struct cd_shape *s,
				    struct smmu3_cdtab **tab)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub;

	cfg.idr0 &= ~s->idr0_off;
	cfg.idr1 = (cfg.idr1 & ~(0x1fu << 6)) | s->ssidsize << 6;
	stub = smmu3_stub_start(test, &cfg);
	KUNIT_ASSERT_NOT_NULL(test, stub);
	*tab = smmu3_cdtab_alloc(&stub->smmu, s->asked);
	KUNIT_ASSERT_FALSE(test, IS_ERR(*tab));
	KUNIT_EXPECT_EQ_MSG(test, (*tab)->geom.cdmax_lg2, s->given, "CDs, log2");
	KUNIT_EXPECT_EQ_MSG(test, (*tab)->geom.two_level, s->two_level, "levels");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cdtab_mem(*tab), 0, "no memory before it is needed");
	KUNIT_EXPECT_EQ(test, smmu3_cdtab_add_sid(*tab, 3), 0);
	KUNIT_EXPECT_EQ(test, smmu3_cdtab_add_sid(*tab, 4), 0);
	KUNIT_EXPECT_EQ(test, smmu3_cdtab_add_sid(*tab, 3), 0);
	KUNIT_EXPECT_EQ_MSG(test, (*tab)->nr_sids, 2, "a StreamID twice counts once");
	return stub;
}

/*
 * An STE that leads to a table, made by hand: V, Config 0b101, S1Fmt 5:4, S1CDMax 63:59, S1DSS
 * 0b10.
 */
static struct smmu3_ste ste_to(const struct smmu3_cdtab *tab)
{
	u64 fmt = !tab->geom.two_level ? 0 : tab->geom.leaf_lg2 == 6 ? 1 : 2;
	u64 max = tab->geom.cdmax_lg2;
	struct smmu3_ste ste = {};

	ste.q[0] = cpu_to_le64(0xb | fmt << 4 | tab->dma | max << 59);
	ste.q[1] = cpu_to_le64(max ? 2 : 0);
	return ste;
}

static struct smmu3_cd cd_of(u16 asid, u64 ttb)
{
	const struct smmu3_cd_s1 cfg = { .ttb = ttb, .asid = asid, .t0sz = 16, .ips = 5 };
	struct smmu3_cd cd;

	smmu3_cd_make_s1(&cd, &cfg);
	return cd;
}

static void lead_to(struct kunit *test, struct smmu3_stub *stub, struct smmu3_cdtab *tab)
{
	struct smmu3_ste ste = ste_to(tab);

	KUNIT_EXPECT_EQ(test, smmu3_strtab_ensure(&stub->smmu, 3), 0);
	tab->live = true;
	smmu3_strtab_install(&stub->smmu, 3, &ste);
	smmu3_strtab_install(&stub->smmu, 4, &ste);
}

static void let_go(struct smmu3_stub *stub, struct smmu3_cdtab *tab)
{
	struct smmu3_ste ste;

	smmu3_ste_make_abort(&ste);
	smmu3_strtab_install(&stub->smmu, 3, &ste);
	smmu3_strtab_install(&stub->smmu, 4, &ste);
	smmu3_cdtab_put(tab);
}

static void check_cd(struct kunit *test, struct smmu3_stub *stub, unsigned int w, u16 asid, u64 ttb,
		     const char *what)
{
	struct smmu3_stub_txn txn;

	expect_fate(test, stub, w, ttb ? STUB_S1 : STUB_BAD_CD, what);
	smmu3_stub_now(stub, w, &txn);
	KUNIT_EXPECT_EQ_MSG(test, txn.ttb, ttb, "%s: the table walked", what);
	KUNIT_EXPECT_EQ_MSG(test, txn.tag, asid, "%s: its ASID", what);
}

static void cds_reach_the_smmu(struct kunit *test)
{
	const struct cd_shape *s = test->param_value;
	struct smmu3_cdtab *tab;
	struct smmu3_stub *stub = cd_shaped(test, s, &tab);
	u32 last = (1u << s->given) - 1;
	struct smmu3_cd cd = cd_of(5, 0x12340000), none = {};
	unsigned int w0, w1;

	KUNIT_EXPECT_EQ(test, smmu3_cdtab_ensure(tab, 0), 0);
	lead_to(test, stub, tab);
	w0 = smmu3_stub_watch(stub, 3, last != 0, last);
	w1 = smmu3_stub_watch(stub, 4, last != 0, last);
	smmu3_stub_mark(stub);

	KUNIT_EXPECT_EQ(test, smmu3_cdtab_ensure(tab, last), 0);
	expect_only(test, stub, w0, STUB_BAD_SSID, STUB_BAD_CD, "a new leaf");
	check_cd(test, stub, w0, 0, 0, "a new leaf");
	check_cd(test, stub, w1, 0, 0, "a new leaf");
	smmu3_stub_mark(stub);
	smmu3_cdtab_install(tab, last, &cd);
	expect_only(test, stub, w0, STUB_BAD_CD, STUB_S1, "a CD");
	check_cd(test, stub, w0, 5, 0x12340000, "a CD");
	check_cd(test, stub, w1, 5, 0x12340000, "the other stream of the table");
	KUNIT_EXPECT_EQ_MSG(test, memcmp(smmu3_cdtab_cd(tab, last), &cd, 64), 0, "every bit");

	smmu3_cdtab_install(tab, last, &none);
	expect_only(test, stub, w0, STUB_BAD_CD, STUB_S1, "no CD");
	check_cd(test, stub, w0, 0, 0, "no CD");
	check_cd(test, stub, w1, 0, 0, "no CD");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cdtab_ensure(tab, last + 1), -ERANGE, "beyond this table");
	KUNIT_EXPECT_NULL(test, smmu3_cdtab_cd(tab, last + 1));
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cdtab_ensure(tab, 0xfffff), s->given == 20 ? 0 : -ERANGE,
			    "far beyond");
	KUNIT_EXPECT_EQ_MSG(test, atomic_long_read(&stub->smmu.cdtab_bytes), smmu3_cdtab_mem(tab),
			    "bytes");
	smmu3_stub_check(test, stub);
	let_go(stub, tab);
	KUNIT_EXPECT_EQ_MSG(test, atomic_long_read(&stub->smmu.cdtab_bytes), 0,
			    "all bytes given back");
}

/* An ASID changes at one instant: nobody sees the old table under the new ASID. */
static void asid_changes_whole(struct kunit *test)
{
	struct smmu3_cdtab *tab;
	struct smmu3_stub *stub = cd_shaped(test, &cd_shapes[0], &tab);
	struct smmu3_cd cd = cd_of(5, 0x12340000);
	unsigned int w, i;

	KUNIT_EXPECT_EQ(test, smmu3_cdtab_ensure(tab, 0), 0);
	lead_to(test, stub, tab);
	w = smmu3_stub_watch(stub, 3, false, 0);
	smmu3_cdtab_install(tab, 0, &cd);
	smmu3_stub_mark(stub);
	cd = cd_of(6, 0x12340000);
	smmu3_stub_log_reset(stub);
	smmu3_cdtab_install(tab, 0, &cd);
	for (i = 0; i < stub->watch[w].nr_seen; i++)
		KUNIT_EXPECT_EQ_MSG(test, stub->watch[w].seen[i].fate, STUB_S1, "hitless");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_SYNC), 1, "one CMD_SYNC");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_CFGI_CD), 2,
			    "a CFGI_CD for each stream");
	check_cd(test, stub, w, 6, 0x12340000, "the new ASID");
	let_go(stub, tab);
}

static int ensure_cd(void *ctx)
{
	struct ensure *e = ctx;

	return smmu3_cdtab_ensure(e->tab, e->id);
}

static void ensure_cd_failed(struct kunit *test, void *ctx, int err)
{
	struct ensure *e = ctx;

	if (!err) {
		e->id += 64;
		return;
	}
	KUNIT_EXPECT_EQ(test, err, -ENOMEM);
	KUNIT_EXPECT_NULL(test, smmu3_cdtab_cd(e->tab, e->id));
	expect_fate(test, e->stub, e->watch, STUB_BAD_SSID, "without memory");
}

static void leaf_without_memory(struct kunit *test)
{
	struct ensure e = { .id = 64 };

	e.stub = cd_shaped(test, &cd_shapes[2], &e.tab);
	KUNIT_EXPECT_EQ(test, smmu3_cdtab_ensure(e.tab, 0), 0);
	lead_to(test, e.stub, e.tab);
	e.watch = smmu3_stub_watch(e.stub, 3, true, 0xfff);
	KUNIT_EXPECT_GE(test, smmu3_kunit_fail_nth(test, ensure_cd, &e, ensure_cd_failed), 1);
	let_go(e.stub, e.tab);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(unclaimed_streams_abort, shape_gen_params),
	KUNIT_CASE_PARAM(streams_out_of_range, shape_gen_params),
	KUNIT_CASE_PARAM(entries_change_whole, shape_gen_params),
	KUNIT_CASE(no_prefetch_where_it_is_broken),
	KUNIT_CASE(level_2_without_memory),
	KUNIT_CASE_PARAM(cds_reach_the_smmu, cd_shape_gen_params),
	KUNIT_CASE(asid_changes_whole),
	KUNIT_CASE(leaf_without_memory),
	{}
};

static struct kunit_suite hw_tables_suite = {
	.name = "smmu3_hw_tables",
	.exit = smmu3_stub_exit,
	.test_cases = cases,
};

kunit_test_suite(hw_tables_suite);
