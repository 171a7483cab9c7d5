// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stream tables and CD tables over a register model (src/hw/strtab, cdtab). Layer: tests.
 */
#include "hw/reset.h"
#include "stub.h"

#define OP_CFGI_STE	0x03
#define OP_CFGI_CD	0x05
#define OP_SYNC		0x46

static bool aborts(const struct smmu3_ste *ste)
{
	return le64_to_cpu(ste->q[0]) == 1 && !ste->q[1] && !ste->q[2] && !ste->q[3];
}

/* Linear: every entry aborts from the start; beyond it there is none. */
static void linear_table(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {
		.idr0_set = true,
		.idr0 = STUB_IDR0_USUAL & ~(1u << 27),
	});
	unsigned int sid;

	for (sid = 0; sid < 256; sid++) {
		KUNIT_ASSERT_EQ_MSG(test, smmu3_strtab_ensure(&s->smmu, sid), 0, "StreamID %u",
				    sid);
		KUNIT_ASSERT_TRUE_MSG(test, aborts(smmu3_strtab_ste(&s->smmu, sid)),
				      "StreamID %u aborts", sid);
	}
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x88), 8, "STRTAB_BASE_CFG: linear, 2^8");
}

/*
 * The SMMU takes address bits below the size as zero (6.3.24 SMMU_STRTAB_BASE), and an allocator
 * may align less:
 * CMA does beyond 1 MiB.
 */
static void linear_table_alignment(struct kunit *test)
{
	struct stub *s;

	host_dma_shift = PAGE_SIZE;
	s = stub_start(test, &(struct stub_cfg) {
		.idr0_set = true,
		.idr0 = STUB_IDR0_USUAL & ~(1u << 27),
	});
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.strtab.dma & (s->smmu.strtab.geom.l1_sz - 1), 0,
			    "table of %zu bytes at %#llx", s->smmu.strtab.geom.l1_sz,
			    (u64)s->smmu.strtab.dma);
	KUNIT_EXPECT_TRUE_MSG(test, aborts(smmu3_strtab_ste(&s->smmu, 255)),
			      "the last entry is in it");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.cmdq.q.dma & (smmu3_queue_sz(&s->smmu.cmdq.q) - 1), 0,
			    "command queue at %#llx", (u64)s->smmu.cmdq.q.dma);
	stub_stop(s);
	host_dma_shift = 0;
}

static void beyond_sidsize(struct kunit *test, u32 idr0)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .idr0_set = true, .idr0 = idr0 });
	static const u32 sids[] = { 256, 257, 0x10000, 0xffffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sids); i++) {
		KUNIT_EXPECT_FALSE_MSG(test, smmu3_strtab_covers(&s->smmu, sids[i]),
				       "StreamID %#x of 8 bits", sids[i]);
		KUNIT_EXPECT_EQ_MSG(test, smmu3_strtab_ensure(&s->smmu, sids[i]), -ERANGE,
				    "StreamID %#x is refused", sids[i]);
		KUNIT_EXPECT_NULL_MSG(test, smmu3_strtab_ste(&s->smmu, sids[i]),
				      "StreamID %#x has no entry", sids[i]);
	}
	stub_stop(s);
}

static void out_of_range(struct kunit *test)
{
	beyond_sidsize(test, STUB_IDR0_USUAL);
	beyond_sidsize(test, STUB_IDR0_USUAL & ~(1u << 27));
}

/*
 * The order of publishing a level 2 table: fill, barrier, descriptor, CFGI_STE. At the very store
 * of the descriptor the table that it leads to must be full of aborts.
 */
static unsigned int not_aborting;

static void count_not_aborting(struct stub *s, __le64 *word, u64 val)
{
	const struct smmu3_ste *l2 = (void *)(uintptr_t)(val & ~0x3fULL);
	unsigned int i;

	(void)word;
	for (i = 0; i < 1u << s->smmu.strtab.geom.split; i++)
		not_aborting += !aborts(&l2[i]);
}

static void two_level_publish(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	struct smmu3_ste *l2;
	int store, cfgi, sync;
	u64 desc;
	unsigned int i;

	KUNIT_ASSERT_TRUE_MSG(test, s->smmu.strtab.geom.two_level, "two levels");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x88), 1 << 16 | 6 << 6 | 8,
			    "STRTAB_BASE_CFG: 2 levels, split 6, 2^8");
	KUNIT_EXPECT_NULL_MSG(test, smmu3_strtab_ste(&s->smmu, 0x45), "no level 2 table yet");
	stub_watch(s, s->smmu.strtab.l1, s->smmu.strtab.geom.l1_sz);
	stub_log_clear(s);
	not_aborting = 0;
	s->on_store = count_not_aborting;
	KUNIT_ASSERT_EQ_MSG(test, smmu3_strtab_ensure(&s->smmu, 0x45), 0,
			    "a level 2 table for StreamID 0x45");
	KUNIT_EXPECT_EQ_MSG(test, not_aborting, 0,
			    "entries that do not abort when the descriptor is stored");

	store = stub_find(s, STUB_STORE, 0);
	cfgi = stub_find_cmd(s, OP_CFGI_STE, 0);
	sync = stub_find_cmd(s, OP_SYNC, 0);
	KUNIT_ASSERT_GE_MSG(test, store, 1, "the descriptor is stored, once, behind a barrier");
	KUNIT_EXPECT_EQ_MSG(test, s->log[store].a, (u64)(uintptr_t)&s->smmu.strtab.l1[1],
			    "descriptor 1");
	KUNIT_EXPECT_EQ_MSG(test, s->log[store - 1].what, STUB_BARRIER,
			    "a barrier stands between the entries and the descriptor");
	KUNIT_EXPECT_EQ_MSG(test, stub_find(s, STUB_STORE, store + 1), -1, "one store");
	KUNIT_EXPECT_TRUE_MSG(test, cfgi > store && sync > cfgi,
			      "store %d, CFGI_STE %d, CMD_SYNC %d", store, cfgi, sync);
	KUNIT_EXPECT_EQ_MSG(test, cfgi < 0 ? 1 : s->log[cfgi].b & 1, 0,
			    "CFGI_STE reaches the descriptor: Leaf is 0");

	desc = le64_to_cpu(s->smmu.strtab.l1[1]);
	KUNIT_EXPECT_EQ_MSG(test, desc & 0x1f, 7, "Span 7: 64 entries");
	l2 = (void *)(uintptr_t)(desc & ~0x3fULL);
	for (i = 0; i < 64; i++)
		KUNIT_ASSERT_TRUE_MSG(test, aborts(&l2[i]), "entry %u of the new table aborts", i);
	KUNIT_EXPECT_TRUE_MSG(test, smmu3_strtab_ste(&s->smmu, 0x45) == &l2[5],
			      "the entry of StreamID 0x45");

	stub_log_clear(s);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_strtab_ensure(&s->smmu, 0x7f), 0, "the same table");
	KUNIT_EXPECT_EQ_MSG(test, stub_find(s, STUB_STORE, 0), -1, "is not published again");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.strtab.nr_l2, 1, "one table");
}

/*
 * A live entry: every store that the plan has, and CFGI_STE + CMD_SYNC exactly where it wants a
 * sync.
 */
static void install(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	struct smmu3_ste_s1 cfg = { .cdtab_pa = 0x40000000, .coherent = true };
	struct smmu3_ste s1, *ste;
	int first, second, cfgi1, cfgi2;

	KUNIT_ASSERT_EQ_MSG(test, smmu3_strtab_ensure(&s->smmu, 9), 0, "an entry");
	ste = smmu3_strtab_ste(&s->smmu, 9);
	smmu3_ste_make_s1(&s1, &cfg);
	stub_watch(s, ste, sizeof(*ste));
	stub_log_clear(s);
	smmu3_strtab_install(&s->smmu, 9, &s1);
	first = stub_find(s, STUB_STORE, 0);
	second = stub_find(s, STUB_STORE, first + 1);
	cfgi1 = stub_find_cmd(s, OP_CFGI_STE, 0);
	cfgi2 = stub_find_cmd(s, OP_CFGI_STE, 1);
	KUNIT_EXPECT_EQ_MSG(test, s->log[first].a, (u64)(uintptr_t)&ste->q[1],
			    "abort -> S1: word 1 first");
	KUNIT_EXPECT_EQ_MSG(test, s->log[second].a, (u64)(uintptr_t)&ste->q[0], "then word 0");
	KUNIT_EXPECT_TRUE_MSG(test, first < cfgi1 && cfgi1 < second && second < cfgi2,
			      "each with its CFGI_STE: store %d, CFGI %d, store %d, CFGI %d", first,
			      cfgi1, second, cfgi2);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_SYNC), 2, "and CMD_SYNC");
	KUNIT_EXPECT_EQ_MSG(test, cfgi1 < 0 ? 0 : s->log[cfgi1].a, 9ULL << 32 | OP_CFGI_STE,
			    "for StreamID 9");
	KUNIT_EXPECT_MEMEQ_MSG(test, ste, &s1, sizeof(s1), "the entry is what was asked for");
	stub_log_clear(s);
	smmu3_strtab_install(&s->smmu, 9, &s1);
	KUNIT_EXPECT_EQ_MSG(test, stub_find(s, STUB_STORE, 0), -1,
			    "the same again: nothing is stored");
	KUNIT_EXPECT_EQ_MSG(test, stub_find(s, STUB_CMD, 0), -1, "and nothing is sent");
}

/* An SMMU that does not answer: install comes back, recovery reads the entry anew. */
static void install_dead(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	struct smmu3_ste bypass;

	smmu3_strtab_ensure(&s->smmu, 9);
	smmu3_ste_make_bypass(&bypass, false);
	s->frozen = true;
	smmu3_strtab_install(&s->smmu, 9, &bypass);
	KUNIT_EXPECT_MEMEQ_MSG(test, smmu3_strtab_ste(&s->smmu, 9), &bypass, sizeof(bypass),
			       "the entry is in memory");
	s->frozen = false;
	KUNIT_EXPECT_GT_MSG(test, host_run_work(), 0, "recovery runs");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.recoveries, 1, "and makes the SMMU read it");
}

static void expect_cdtab(struct kunit *test, struct stub *s, u8 bits, u32 good, u32 bad)
{
	struct smmu3_cdtab *tab = smmu3_cdtab_alloc(&s->smmu, bits);
	struct smmu3_cd *cd;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, tab);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cdtab_mem(tab), 0, "%u bits: no memory before it is needed",
			    bits);
	KUNIT_EXPECT_NULL_MSG(test, smmu3_cdtab_cd(tab, good), "%u bits: no CD %#x yet", bits,
			      good);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cdtab_ensure(tab, bad), -ERANGE,
			    "%u bits: SubstreamID %#x is refused", bits, bad);
	KUNIT_EXPECT_NULL_MSG(test, smmu3_cdtab_cd(tab, bad), "%u bits: SubstreamID %#x has no CD",
			      bits, bad);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cdtab_mem(tab), 0, "%u bits: a refusal allocates nothing",
			    bits);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_cdtab_ensure(tab, good), 0, "%u bits: SubstreamID %#x",
			    bits, good);
	cd = smmu3_cdtab_cd(tab, good);
	KUNIT_ASSERT_NOT_NULL_MSG(test, cd, "%u bits: CD %#x", bits, good);
	KUNIT_EXPECT_EQ_MSG(test, cd->q[0], 0, "%u bits: a new CD is not valid", bits);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cdtab_ensure(tab, 0), 0, "%u bits: SubstreamID 0", bits);
	KUNIT_EXPECT_EQ_MSG(test, (long)smmu3_cdtab_mem(tab), s->smmu.cdtab_bytes.counter,
			    "%u bits: bytes are counted", bits);
	smmu3_cdtab_put(tab);
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.cdtab_bytes.counter, 0,
			    "%u bits: all bytes are given back", bits);
}

static void cd_tables(struct kunit *test)
{
	struct stub *two = stub_start(test, &(struct stub_cfg) {});
	struct stub *one = stub_start(test, &(struct stub_cfg) {
		.idr0_set = true,
		.idr0 = STUB_IDR0_USUAL & ~(1u << 19),
	});

	expect_cdtab(test, two, 0, 0, 1);
	expect_cdtab(test, two, 6, 63, 64);
	expect_cdtab(test, two, 8, 255, 256);
	expect_cdtab(test, two, 20, 0xfffff, 0x100000);
	/*
	 * A linear table is smaller than what a device may ask for: the size of the table counts.
	 */
	expect_cdtab(test, one, 20, 1023, 1024);
	expect_cdtab(test, one, 20, 1023, 0xfffff);
}

/* A new leaf of a live table: its CDs, barrier, descriptor, CFGI_CD for each stream. */
static void cd_leaf_publish(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	struct smmu3_cdtab *tab = smmu3_cdtab_alloc(&s->smmu, 8);
	int store, cfgi;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, tab);
	smmu3_cdtab_add_sid(tab, 3);
	smmu3_cdtab_add_sid(tab, 4);
	smmu3_cdtab_add_sid(tab, 3);
	KUNIT_EXPECT_EQ_MSG(test, tab->nr_sids, 2, "a StreamID twice counts once");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_cdtab_ensure(tab, 0), 0, "the first leaf");
	tab->live = true;
	stub_watch(s, tab->l1, tab->geom.l1_sz);
	stub_log_clear(s);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_cdtab_ensure(tab, 100), 0, "another leaf");
	store = stub_find(s, STUB_STORE, 0);
	cfgi = stub_find_cmd(s, OP_CFGI_CD, 0);
	KUNIT_ASSERT_GE_MSG(test, store, 1, "the descriptor is stored behind a barrier");
	KUNIT_EXPECT_EQ_MSG(test, s->log[store - 1].what, STUB_BARRIER,
			    "a barrier stands between the CDs and the descriptor");
	KUNIT_EXPECT_GT_MSG(test, cfgi, store, "then the cached descriptor is invalidated");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_CD), 2, "for each stream");
	KUNIT_EXPECT_EQ_MSG(test, cfgi < 0 ? 1 : s->log[cfgi].b & 1, 0,
			    "down from level 1: Leaf is 0");
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(tab->l1[1]) & 1, 1, "the descriptor is valid");
	smmu3_cdtab_put(tab);
}

static void cd_install(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	struct smmu3_cdtab *tab = smmu3_cdtab_alloc(&s->smmu, 0);
	struct smmu3_cd_s1 cfg = { .ttb = 0x1000, .asid = 5, .mair = 0xff };
	struct smmu3_cd target;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, tab);
	smmu3_cdtab_add_sid(tab, 3);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_cdtab_ensure(tab, 0), 0, "one CD");
	smmu3_cd_make_s1(&target, &cfg);
	stub_log_clear(s);
	smmu3_cdtab_install(tab, 0, &target);
	KUNIT_EXPECT_EQ_MSG(test, stub_find(s, STUB_CMD, 0), -1,
			    "no STE leads here: nothing is cached, nothing sent");
	tab->live = true;
	cfg.asid = 6;
	smmu3_cd_make_s1(&target, &cfg);
	smmu3_cdtab_install(tab, 0, &target);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_CD), 1, "a live one: CFGI_CD");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_SYNC), 1, "and CMD_SYNC");
	KUNIT_EXPECT_MEMEQ_MSG(test, smmu3_cdtab_cd(tab, 0), &target, sizeof(target),
			       "the CD is what was asked for");
	smmu3_cdtab_put(tab);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(linear_table),
	KUNIT_CASE(linear_table_alignment),
	KUNIT_CASE(out_of_range),
	KUNIT_CASE(two_level_publish),
	KUNIT_CASE(install),
	KUNIT_CASE(install_dead),
	KUNIT_CASE(cd_tables),
	KUNIT_CASE(cd_leaf_publish),
	KUNIT_CASE(cd_install),
	{}
};

static struct kunit_suite hw_tables_suite = {
	.name = "smmu3_host_tables",
	.exit = stub_exit,
	.test_cases = cases,
};

kunit_test_suite(hw_tables_suite);
