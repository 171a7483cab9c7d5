// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transactions from the device to memory or to an event: Arm IHI 0070, 3.12, 5.5, 6.3 SMMU_GBPA,
 * 3.9.1.3, chapter 15. Events are read from the queue in memory.
 */
#include "trees.h"

/* The event that lies in the queue behind those seen so far. */
struct seen { u64 w[4]; };

static struct seen next_event(struct world *w)
{
	u32 prod, cons;
	struct seen e;
	int i;

	world_run(w);
	prod = world_read32(w, 0x100a8);
	cons = world_read32(w, 0x100ac);
	assert_int_not_equal(prod & 0x1ff, cons & 0x1ff);
	for (i = 0; i < 4; i++)
		e.w[i] = world_load(w, WORLD_EVENTQ + (cons & 0xff) * 32 + i * 8);
	world_write32(w, 0x100ac, (cons & 0x80000000) | ((cons + 1) & 0x1ff));
	return e;
}

static void no_event(struct world *w)
{
	world_run(w);
	assert_int_equal(world_read32(w, 0x100a8) & 0x1ff, world_read32(w, 0x100ac) & 0x1ff);
}

static void expect_event(struct world *w, unsigned int type, u32 sid, u64 addr)
{
	struct seen e = next_event(w);

	assert_int_equal(e.w[0] & 0xff, type);
	assert_int_equal(e.w[0] >> 32, sid);
	if (type >= 0x10)
		assert_int_equal(e.w[2], addr);
}

static enum model_outcome dma(struct world *w, struct model_access a, u64 *value)
{
	a.len = a.len ? a.len : 8;
	return model_dma(w->m, &a, value);
}

/* 3.3, 5.2: stage 1, bypass, abort; reads, writes and exchanges reach the right bytes. */
static void outcomes(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct world_stream s;
	u64 ste[8], v = 0x1122334455667788ull;
	struct model_access a = { .sid = 3, .addr = 0x5010, .kind = MODEL_WRITE };

	world_up(w, true);
	s = world_stream(w, 3, 7, 0);
	world_map(w, s.ttb, 0x5000, 0x20000000);
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	assert_int_equal(world_load(w, 0x20000010), v);
	v = 0;
	a.kind = MODEL_READ;
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	assert_int_equal(v, 0x1122334455667788ull);
	a.kind = MODEL_ATOMIC;
	v = 5;
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	assert_int_equal(v, 0x1122334455667788ull);
	assert_int_equal(world_load(w, 0x20000010), 5);
	assert_int_equal(model_stream_counters(w->m, 3).translated, 3);
	/* An abort below is no event. */
	set(s.cd, CD_IPS, 5);
	world_cd(w, 3, 0, s.cdtab, s.cd);
	world_map(w, s.ttb, 0x6000, WORLD_RAM);
	a.addr = 0x6000;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	no_event(w);
	/* What no bus would send. */
	a.len = 8;
	a.addr = 0x5ffc;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	world_make_ste_bypass(ste);
	world_ste(w, 4, ste);
	a.sid = 4;
	a.addr = 0x20000010;
	a.kind = MODEL_READ;
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	assert_int_equal(v, 5);
	assert_int_equal(model_stream_counters(w->m, 4).bypassed, 1);
	a.addr = 1ull << 48;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x11, 4, 1ull << 48);
	world_make_ste_abort(ste);
	world_ste(w, 5, ste);
	a.sid = 5;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	no_event(w);
	world_expect_silence(w);
	world_free(w);
}

/* 6.3 SMMU_GBPA: while the SMMU is disabled. */
static void disabled(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct model_access a = { .sid = 3, .addr = 0x20000000, .kind = MODEL_READ };
	u64 v;

	world_store(w, 0x20000000, 77);
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	assert_int_equal(v, 77);
	a.addr = 1ull << 50;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	a.addr = 0x20000000;
	world_write32(w, 0x44, 1u << 31 | 1 << 20);
	world_run(w);
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	world_up_queues(w);
	a.translated = true;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x07, 3, 0);
	assert_int_equal(model_stream_counters(w->m, 3).disabled, 4);
	world_free(w);
}

/* 7.3: configuration faults, each with its event. */
static void configuration_events(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct world_stream s;
	u64 v, bad[8];
	struct model_access a = { .sid = 0x123456, .addr = 0x5000, .kind = MODEL_READ };

	world_up(w, true);
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x02, 0x123456, 0);
	a.sid = 0x200;						/* L1STD.Span 0 */
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x02, 0x200, 0);
	s = world_stream(w, 3, 7, 0);
	a.sid = 4;						/* V = 0 */
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x04, 4, 0);
	a.sid = 3;
	a.ssv = true;						/* S1CDMax 0 */
	a.ssid = 1;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x08, 3, 0);
	s = world_stream(w, 6, 8, 4);
	/* the CD of substream 1 was never made */
	a.sid = 6;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x0a, 6, 0);
	a.ssid = 0;						/* S1DSS 2: substream 0 is taken */
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x06, 6, 0);
	a.ssid = 16;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x08, 6, 0);
	world_expect_silence(w);
	memcpy(bad, s.cd, 64);
	bad[0] &= ~(1ull << 41);
	world_cd(w, 6, 2, s.cdtab + 2 * 64, bad);
	a.ssid = 2;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x0a, 6, 0);
	assert_true(w->nr_reports[RULE_CD_ILLEGAL] > 0);
	/* S1DSS 0: what has no substream is refused; 1: it bypasses. */
	s.ste[1] &= ~3ull;
	world_ste(w, 6, s.ste);
	a.ssv = false;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x06, 6, 0);
	s.ste[1] |= 1;
	world_ste(w, 6, s.ste);
	a.addr = 0x20000000;
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	assert_int_equal(model_stream_counters(w->m, 6).bypassed, 1);
	world_free(w);
}

/* 7.3 F_STE_FETCH, F_CD_FETCH: external aborts, with the address; nothing is cached of them. */
static void fetch_events(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct world_stream s;
	struct seen e;
	u64 v;
	struct model_access a = { .sid = 3, .addr = 0x5000, .kind = MODEL_READ };

	world_up(w, true);
	s = world_stream(w, 3, 7, 0);
	world_map(w, s.ttb, 0x5000, 0x20000000);
	w->fail_reads = 1;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	e = next_event(w);
	assert_int_equal(e.w[0] & 0xff, 0x03);
	assert_int_equal(e.w[3], WORLD_STRTAB);
	world_store(w, s.cdtab, world_load(w, s.cdtab));
	s.ste[0] = (s.ste[0] & ~GENMASK(51, 6)) | WORLD_RAM;
	world_ste(w, 3, s.ste);
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	e = next_event(w);
	assert_int_equal(e.w[0] & 0xff, 0x09);
	assert_int_equal(e.w[3], WORLD_RAM);
	s.ste[0] = (s.ste[0] & ~GENMASK(51, 6)) | s.cdtab;
	world_ste(w, 3, s.ste);
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	world_free(w);
}

/* 5.5: A, R and S of the CD. */
static void stage1_faults(void **state)
{
	static const struct { u64 ars; enum model_outcome outcome; bool event;
	} all[] = {
		{ 0, MODEL_RAZ_WI, false }, { 2, MODEL_RAZ_WI, true }, { 4, MODEL_ABORTED, false },
		{ 6, MODEL_ABORTED, true }, { 1, MODEL_RAZ_WI, true }, { 7, MODEL_ABORTED, true },
	};
	static const char * const words[] = { "term_model=0", NULL };
	struct world *w = world_new("mmu-600", words);
	struct world_stream s;
	unsigned int i;
	u64 v;
	struct model_access a = {
		.sid = 3, .addr = 0x9018, .kind = MODEL_WRITE, .no_stall = true, .priv = true
	};

	world_up(w, true);
	s = world_stream(w, 3, 7, 0);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		/* S bit 44, R 45, A 46. */
		s.cd[0] =
			(s.cd[0] & ~(7ull << 44)) | (all[i].ars & 1) << 44 | (all[i].ars & 6) << 44;
		world_cd(w, 3, 0, s.cdtab, s.cd);
		a.kind = i & 1 ? MODEL_READ : MODEL_WRITE;
		/* A device that cannot stall: the fault ends the transaction, and is recorded. */
		assert_int_equal(dma(w, a, &v), all[i].outcome);
		if (all[i].event)
			expect_event(w, 0x10, 3, 0x9018);
		no_event(w);
	}
	/* One that can is held, and told later. */
	a.no_stall = false;
	a.cookie = 5;
	assert_int_equal(dma(w, a, &v), MODEL_STALLED);
	expect_event(w, 0x10, 3, 0x9018);
	world_cmd(w, 0x44 | 3ull << 32, 0);			/* CMD_RESUME, terminate, STAG 0 */
	world_sync(w);
	world_free(w);
}

/* 5.5: stage 2 aborts always; S2R records. 3.4: a too large address is stage 1's. */
static void stage2_faults(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(NULL, &t);
	struct model_access a = { .sid = 3, .addr = 0x1000, .kind = MODEL_READ };
	struct seen e;
	u64 v;

	world_up(w, true);
	world_ste(w, 3, c.ste);
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	e = next_event(w);
	assert_int_equal(e.w[0] & 0xff, 0x10);
	assert_int_equal(e.w[1] >> 39 & 1, 1);			/* S2 */
	assert_int_equal(e.w[1] >> 40 & 3, 2);			/* CLASS IN */
	assert_int_equal(e.w[3], 0x1000);			/* IPA */
	set(c.ste, STE_S2R, 0);
	world_ste(w, 3, c.ste);
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	no_event(w);
	tree_map(&t, 0x1000, 3, 0x20000000, LEAF_S2);
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	a.addr = 1ull << 50;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x11, 3, 1ull << 50);
	a.addr = 0x1000;
	a.ssv = true;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x08, 3, 0);
	world_expect_silence(w);
	world_free(w);
}

/* 3.3, 7.3 CLASS: nested; the CD is fetched through stage 2, which faults, then aborts. */
static void nested_cd(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t1 = tree_new(w, 12, 39), t2 = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(&t1, &t2);
	u64 cd_pa = world_alloc(w, 4096), cd_ipa = 0x30000000, v, ipa;
	struct model_access a = { .sid = 3, .addr = 0x1000, .kind = MODEL_READ };
	struct seen e;
	int i;

	world_up(w, true);
	c.ste[0] |= cd_ipa;
	for (i = 0; i < 8; i++)
		world_store(w, cd_pa + i * 8, c.cd[i]);
	world_ste(w, 3, c.ste);
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	e = next_event(w);
	assert_int_equal(e.w[0] & 0xff, 0x10);
	assert_int_equal(e.w[1] >> 39 & 7, 1);			/* S2, CLASS CD */
	assert_int_equal(e.w[3], cd_ipa);
	tree_map(&t1, 0x1000, 3, 0x40000000, LEAF_S1);
	tree_map(&t2, 0x40000000, 3, 0x20000000, LEAF_S2);
	tree_map(&t2, cd_ipa, 3, cd_pa, LEAF_S2);
	for (ipa = WORLD_FREE; ipa < w->next_free; ipa += 0x200000)
		tree_map(&t2, ipa & ~0x1fffffull, 2, ipa & ~0x1fffffull, LEAF_S2);
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	world_expect_silence(w);
	world_free(w);
}

/* 3.9.1.3: Translated transactions by CR0.ATSCHK and STE.EATS. */
static void translated(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t2 = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(NULL, &t2);
	struct world_stream s;
	struct model_access a = {
		.sid = 3, .addr = 0x20000000, .kind = MODEL_READ, .translated = true
	};
	u64 v, ste[8];

	world_up(w, true);
	s = world_stream(w, 3, 7, 0);
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);		/* EATS 0 */
	expect_event(w, 0x07, 3, 0);
	world_expect(w, RULE_ATS_OFF, 1);
	s.ste[1] |= 1ull << 28;
	world_ste(w, 3, s.ste);
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	a.addr = 1ull << 50;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	no_event(w);
	/* Config 0b000: silence; 0b100: forbidden; invalid: silence. */
	a.addr = 0x20000000;
	a.sid = 4;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	world_make_ste_abort(ste);
	world_ste(w, 4, ste);
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	no_event(w);
	world_make_ste_bypass(ste);
	world_ste(w, 5, ste);
	a.sid = 5;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x07, 5, 0);
	/* Split-stage: an IPA for stage 2. */
	memcpy(ste, s.ste, 64);
	ste[0] |= 2 << 1;
	ste[1] = (ste[1] & ~(3ull << 28)) | 2ull << 28;
	ste[2] = c.ste[2];
	ste[3] = c.ste[3];
	world_ste(w, 6, ste);
	a.sid = 6;
	a.addr = 0x7000;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x10, 6, 0x7000);
	tree_map(&t2, 0x7000, 3, 0x20000000, LEAF_S2);
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	world_expect(w, RULE_ATS_OFF, 2);
	/* Without ATSCHK the SMMU lets it pass; the referee looks. */
	w->m->regs.cr0ack &= ~0x10u;
	a.sid = 5;
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	world_expect(w, RULE_ATS_OFF, 3);
	a.sid = 3;
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	a.sid = 0x654321;
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	world_expect(w, RULE_ATS_OFF, 4);
	w->m->f.ats = 0;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	world_free(w);
}

/* 3.9.1.3: with ATSCHK and CR2.REC_CFG_ATS errors of the configuration are recorded. */
static void translated_recorded(void **state)
{
	struct world *w = world_new("mmu-700", NULL);
	struct model_access a = { .sid = 0x654321, .addr = 0x20000000, .kind = MODEL_READ,
				  .ssid = 5, .ssv = true, .translated = true };
	struct seen e;
	u64 v, ste[8];

	world_up(w, true);
	world_ste_pa(w, 4);
	w->m->regs.cr2 = 8;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);		/* whatever RECINVSID says */
	e = next_event(w);
	/* Without IDR3.PASIDTT it has no SubstreamID. */
	assert_int_equal(e.w[0], 0x02 | 0x654321ull << 32);
	a.sid = 4;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x04, 4, 0);
	w->fail_reads = 1;
	a.sid = 0x204;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	e = next_event(w);
	assert_int_equal(e.w[0] & 0xff, 0x03);
	assert_int_equal(e.w[3], WORLD_STRTAB + 16);
	/* Config 0b000 is no error. */
	world_make_ste_abort(ste);
	world_ste(w, 5, ste);
	a.sid = 5;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	no_event(w);
	/* Nor is anything looked at without ATSCHK. */
	w->m->regs.cr0ack &= ~0x10u;
	a.sid = 4;
	assert_int_equal(dma(w, a, &v), MODEL_DONE);
	no_event(w);
	w->m->regs.cr0ack |= 0x10;
	w->m->regs.cr2 = 2;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	no_event(w);
	world_free(w);
}

/*
 * 3.9.1.3: without IDR3.PASIDTT a Translated transaction has no SubstreamID, also where its address
 * was granted to one: S1DSS 0b00 aborts it. S1DSS 0b10 asks for no CD.
 */
static void translated_disabled(void **state)
{
	struct world *w = world_new("mmu-700", NULL);
	struct model_access a = { .sid = 3, .addr = 0x20000000, .kind = MODEL_READ,
				  .ssid = 5, .ssv = true, .translated = true };
	struct world_stream s;
	u64 v;

	world_up(w, true);
	w->m->regs.cr2 = 8;
	s = world_stream(w, 3, 7, 4);
	s.ste[1] = (s.ste[1] & ~3ull) | 1ull << 28;
	world_ste(w, 3, s.ste);
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	expect_event(w, 0x06, 3, 0);
	assert_false(model_translated_passes(w->m, 3));
	w->m->regs.cr2 = 0;
	assert_int_equal(dma(w, a, &v), MODEL_ABORTED);
	no_event(w);
	for (unsigned int dss = 1; dss <= 2; dss++) {
		s.ste[1] = (s.ste[1] & ~3ull) | dss;
		world_ste(w, 3, s.ste);
		assert_int_equal(dma(w, a, &v), MODEL_DONE);
		assert_true(model_translated_passes(w->m, 3));
	}
	world_free(w);
}

const struct CMUnitTest dma_tests[] = {
	cmocka_unit_test(outcomes),
	cmocka_unit_test(disabled),
	cmocka_unit_test(configuration_events),
	cmocka_unit_test(fetch_events),
	cmocka_unit_test(stage1_faults),
	cmocka_unit_test(stage2_faults),
	cmocka_unit_test(nested_cd),
	cmocka_unit_test(translated),
	cmocka_unit_test(translated_recorded),
	cmocka_unit_test(translated_disabled),
};

const size_t nr_dma_tests = ARRAY_SIZE(dma_tests);
