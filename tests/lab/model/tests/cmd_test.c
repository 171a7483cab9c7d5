// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of cmd.c: every opcode, every field, what is ILLEGAL and what is reserved.
 * Arm IHI 0070, chapter 4 "Commands".
 */
#include "../control.h"
#include "count.h"

static struct command decoded(struct world *w, u64 w0, u64 w1)
{
	struct command c;
	u64 words[2] = { w0, w1 };

	assert_int_equal(cmd_decode(w->m, words, &c), CERROR_NONE);
	return c;
}

static void expect_ill(struct world *w, u64 w0, u64 w1, enum model_rule rule)
{
	u64 before = referee_count(w->m, rule), all = count_all(w), words[2] = { w0, w1 };
	struct command c;

	if (cmd_decode(w->m, words, &c) != CERROR_ILL)
		fail_msg("wanted: CERROR_ILL for %llx %llx", (unsigned long long)w0,
			 (unsigned long long)w1);
	assert_int_equal(referee_count(w->m, rule), before + 1);
	assert_int_equal(count_all(w), all + 1);
}

static void expect_breach(struct world *w, u64 w0, u64 w1, enum model_rule rule)
{
	u64 before = referee_count(w->m, rule), all = count_all(w), words[2] = { w0, w1 };
	struct command c;

	if (cmd_decode(w->m, words, &c) != CERROR_NONE)
		fail_msg("wanted: no error for %llx %llx", (unsigned long long)w0,
			 (unsigned long long)w1);
	if (referee_count(w->m, rule) != before + 1 || count_all(w) != all + 1)
		fail_msg("wanted: one %s for %llx %llx; seen: %s", model_rules[rule].name,
			 (unsigned long long)w0, (unsigned long long)w1, w->last);
}

/* 4.1.1: which opcodes there are, by what the SMMU has. */
static void test_opcodes(void **state)
{
	static const u8 all[] = {
		1,    2,    3,	  4,	5,    6,    0x10, 0x11, 0x12, 0x13, 0x20,
		0x21, 0x22, 0x23, 0x28, 0x2a, 0x30, 0x40, 0x41, 0x44, 0x45, 0x46
	};
	struct world *w = world_new("maximal", NULL);

	for (unsigned int op = 0, i = 0; op < 256; op++) {
		if (i < ARRAY_SIZE(all) && all[i] == op) {
			i++;
			decoded(w, op, 0);
			assert_int_equal(strncmp(cmd_name(op), "CMD_", 4), 0);
		} else {
			expect_ill(w, op, 0, RULE_CMD_ILLEGAL);
		}
	}
	assert_string_equal(cmd_name(0x46), "CMD_SYNC");
	assert_string_equal(cmd_name(0x47), "no command");
	assert_string_equal(cmd_name(0x146), "no command");
	world_free(w);
}

static void test_opcodes_by_feature(void **state)
{
	static const struct { const char *words[4]; u8 ops[9]; } lacks[] = {
		{ { "ats=0", "pri=0" }, { 0x40, 0x41 } },
		{ { "pri=0" }, { 0x41 } },
		{ { "stall_model=1", "stall_max=0" }, { 0x44, 0x45 } },
		{ { "hyp=0" }, { 0x20, 0x21, 0x22, 0x23 } },
		{ { "s2p=0" }, { 0x28, 0x2a } },
		{ { "s1p=0" }, { 5, 6, 0x10, 0x11, 0x12, 0x13, 0x20, 0x21 } },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(lacks); i++) {
		struct world *w = world_new("maximal", NULL);
		char why[100];

		for (unsigned int j = 0; lacks[i].words[j]; j++)
			assert_true(model_features_set(&w->m->f, lacks[i].words[j], why,
						       sizeof(why)));
		for (unsigned int j = 0; lacks[i].ops[j]; j++)
			expect_ill(w, lacks[i].ops[j], 0, RULE_CMD_ILLEGAL);
		world_free(w);
	}
}

/* 4.1.5: bits that a command does not have. */
static void test_reserved_bits(void **state)
{
	static const struct { u64 w0, w1; } bad[] = {
		{ 1, 1 }, { 1 | 1 << 8, 0 }, { 2, 1 << 10 }, { 3 | 1 << 12, 0 }, { 3, 2 },
		{ 4, 32 }, { 5 | 1 << 11, 0 },
		{ 6, 1 }, { 0x10 | 1ull << 48, 0 }, { 0x11, 1 }, { 0x12 | 1 << 17, 0 }, { 0x12, 2 },
		{ 0x13 | 1ull << 48, 0 },
		{ 0x20 | 1ull << 32, 0 }, { 0x21 | 1ull << 32, 0 }, { 0x23 | 1ull << 48, 0 },
		{ 0x28, 1 },
		{ 0x2a, 1ull << 52 }, { 0x30 | 1ull << 32, 0 }, { 0x40 | 1 << 8, 0 },
		{ 0x40, 1 << 6 }, { 0x41, 1 << 9 },
		{ 0x44 | 1 << 14, 0 }, { 0x44, 1 << 16 }, { 0x45, 1 }, { 0x46 | 1 << 14, 0 },
		{ 0x46, 1 }, { 0x46, 1ull << 63 },
		/* NUM, SCALE and TTL without TG */
		{ 0x12 | 1 << 12, 0x1000 }, { 0x12 | 1 << 20, 0 }, { 0x2a, 1 << 8 },
	};
	const char *const words[] = { "aidr=1",	      "ril=0",	       "ecmdq=0",
				      "ecmdq_page=0", "ecmdq_pages=0", NULL };
	struct world *w = world_new("maximal", NULL);

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		expect_breach(w, bad[i].w0, bad[i].w1, RULE_CMD_RESERVED);
	world_free(w);
	w = world_new("maximal", words);
	expect_breach(w, 0x12 | 1 << 12, 1 << 10, RULE_CMD_RESERVED);
	/* 4.1.6, 4.2.2: SMMUv3.0 has addresses of 48 bits, and no Stride. */
	decoded(w, 2, 1 << 5);
	decoded(w, 0x46, 1ull << 50);
	w->m->f.aidr = 0;
	expect_breach(w, 2, 1 << 5, RULE_CMD_RESERVED);
	expect_breach(w, 0x46, 1ull << 50, RULE_CMD_RESERVED);
	expect_breach(w, 0x2a, 1ull << 48, RULE_CMD_RESERVED);
	decoded(w, 0x12, 1ull << 48);
	world_free(w);
}

/* 4.1.6: SSec is of the secure queue. */
static void test_ssec(void **state)
{
	static const u8 ops[] = { 1, 2, 3, 4, 5, 6, 0x44, 0x45 };
	struct world *w = world_new("maximal", NULL);

	for (unsigned int i = 0; i < ARRAY_SIZE(ops); i++)
		expect_ill(w, ops[i] | 1 << 10, 0, RULE_CMD_FIELD);
	/* 4.5.1, 4.5.2: these are for Non-secure streams whichever queue they come from. */
	expect_breach(w, 0x40 | 1 << 10, 0, RULE_CMD_RESERVED);
	expect_breach(w, 0x41 | 1 << 10, 0, RULE_CMD_RESERVED);
	world_free(w);
}

/* 4.1.7: StreamIDs and SubstreamIDs out of range. */
static void test_out_of_range(void **state)
{
	const char *const words[] = { "sidsize=16", "ssidsize=8", NULL };
	const char *const none[] = { "ssidsize=0", "cd2l=0", "pps=0", NULL };
	struct world *w = world_new("maximal", words);
	struct command c;

	expect_breach(w, 3 | 0x10000ull << 32, 0, RULE_CMD_FIELD);
	expect_breach(w, 4 | 0x10000ull << 32, 3, RULE_CMD_FIELD);
	/* 4.3.2: bits within the range are ignored. */
	decoded(w, 4 | 0x10000ull << 32, 16);
	decoded(w, 4 | 0x10000ull << 32, 31);
	expect_breach(w, 5 | 0x100ull << 12, 0, RULE_CMD_FIELD);
	expect_breach(w, 0x45 | 0x10000ull << 32, 0, RULE_CMD_FIELD);
	expect_breach(w, 0x40 | 1 << 11 | 0x100ull << 12, 0, RULE_CMD_FIELD);
	/* Without SSV the SubstreamID says nothing. */
	c = decoded(w, 0x40 | 0x100ull << 12, 0);
	assert_false(c.ssv);
	world_free(w);
	w = world_new("maximal", none);
	expect_breach(w, 0x41 | 1 << 11, 0, RULE_CMD_FIELD);
	world_free(w);
}

/* 4.3 */
static void test_cfgi(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct command c = decoded(w, 3 | 0x12345678ull << 32, 1);

	assert_int_equal(c.op, CMD_CFGI_STE);
	assert_int_equal(c.sid, 0x12345678);
	assert_true(c.leaf);
	c = decoded(w, 4 | 0x100ull << 32, 7);
	assert_int_equal(c.range, 7);
	c = decoded(w, 5 | 0xabcdeull << 12 | 9ull << 32, 0);
	assert_int_equal(c.ssid, 0xabcde);
	assert_int_equal(c.sid, 9);
	assert_false(c.leaf);
	c = decoded(w, 6 | 9ull << 32, 0);
	assert_int_equal(c.sid, 9);
	world_expect_silence(w);
	world_free(w);
}

/* 4.4.2, 4.4.3: kind, regime, tags. */
static void test_tlbi_kinds(void **state)
{
	static const struct { u8 op; enum tlb_inv_by by; bool el2, vmid, asid; } kinds[] = {
		{ 0x10, TLB_REGIME, false, true, false }, { 0x11, TLB_ASID, false, true, true },
		{ 0x12, TLB_VA, false, true, true }, { 0x13, TLB_VAA, false, true, false },
		{ 0x20, TLB_REGIME, true, false, false }, { 0x21, TLB_ASID, true, false, true },
		{ 0x22, TLB_VA, true, false, true }, { 0x23, TLB_VAA, true, false, false },
		{ 0x28, TLB_VMALL, false, true, false }, { 0x2a, TLB_IPA, false, true, false },
		{ 0x30, TLB_ALL, false, false, false },
	};
	struct world *w = world_new("maximal", NULL);

	for (unsigned int e2h = 0; e2h < 2; e2h++) {
		world_write32(w, 0x2c, e2h);
		for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
			u64 vmid = kinds[i].vmid ? 0x1234 : 0, asid = kinds[i].asid ? 0x5678 : 0;
			struct command c = decoded(w, kinds[i].op | vmid << 32 | asid << 48, 0);
			enum regime regime = !kinds[i].el2 ? REGIME_EL1
					     : e2h	   ? REGIME_EL2_E2H
							   : REGIME_EL2;

			assert_int_equal(c.tlb.by, kinds[i].by);
			assert_int_equal(c.tlb.regime, regime);
			assert_int_equal(c.tlb.use_vmid, kinds[i].vmid);
			assert_int_equal(c.tlb.vmid, vmid);
			assert_int_equal(c.tlb.asid, asid);
			assert_false(c.tlb.broadcast);
		}
	}
	world_expect_silence(w);
	assert_int_equal(model_counters(w->m)->tlbi, 2 * ARRAY_SIZE(kinds));
	world_free(w);
}

/* 4.4: widths of ASID and VMID. */
static void test_tag_widths(void **state)
{
	const char *const narrow[] = { "asid16=0", "vmid16=0", NULL };
	const char *const stage1[] = { "s2p=0", "hyp=0", "vmid16=0", "vmw=0", "xnx=0", NULL };
	struct world *w = world_new("mmu-700", narrow);

	decoded(w, 0x11 | 0xffull << 32 | 0xffull << 48, 0);
	expect_breach(w, 0x11 | 0x100ull << 32, 0, RULE_CMD_FIELD);
	expect_breach(w, 0x11 | 0x100ull << 48, 0, RULE_CMD_FIELD);
	world_free(w);
	w = world_new("mmu-700", stage1);
	assert_false(decoded(w, 0x11, 0).tlb.use_vmid);
	expect_breach(w, 0x11 | 1ull << 32, 0, RULE_CMD_FIELD);
	world_free(w);
}

#define RANGE(num, scale)	((u64)(num) << 12 | (u64)(scale) << 20)
#define HINT(tg, ttl)		((u64)(tg) << 10 | (u64)(ttl) << 8)

/* 4.4.1.1: (NUM + 1) * 2^SCALE granules. */
static void test_ranges(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct command c = decoded(w, 0x12, 0x123456789000ull | 1);

	assert_int_equal(c.tlb.addr, 0x123456789000ull);
	assert_int_equal(c.tlb.size, 0x1000);
	assert_true(c.tlb.leaf);
	assert_int_equal(c.tlb.tg, 0);
	c = decoded(w, 0x12 | RANGE(2, 3), 0x40000000 | HINT(1, 3));
	assert_int_equal(c.tlb.size, 3 << 3 << 12);
	assert_int_equal(c.tlb.tg, 1);
	assert_int_equal(c.tlb.ttl, 3);
	c = decoded(w, 0x13 | RANGE(31, 1), 0x40000000 | HINT(2, 0));
	assert_int_equal(c.tlb.size, 32 << 1 << 14);
	c = decoded(w, 0x2a | RANGE(0, 1), 0x40000000 | HINT(3, 0));
	assert_int_equal(c.tlb.size, 2 << 16);
	/* To the end of the address space and not around it. */
	c = decoded(w, 0x12 | RANGE(31, 39), 0xffffffff00000000ull | HINT(3, 0));
	assert_int_equal(c.tlb.size, 0x100000000ull);
	c = decoded(w, 0x12 | RANGE(0, 63), 0x40000000 | HINT(1, 0));
	assert_int_equal(c.tlb.size, 1ull << 51);
	c = decoded(w, 0x12 | RANGE(31, 20), 0xffffffffffff0000ull | HINT(1, 0));
	assert_int_equal(c.tlb.size, 0x10000);
	world_expect_silence(w);
	world_free(w);
}

/* 4.4.1.1: what is ILLEGAL or UNPREDICTABLE. */
static void test_bad_ranges(void **state)
{
	static const struct { u64 w0, w1;
	} bad[] = {
		{ RANGE(1, 0), 0x1000 | HINT(1, 1) },  { RANGE(1, 0), 0x1000 | HINT(1, 2) },
		{ RANGE(1, 0), 0x1000 | HINT(2, 0) },  { RANGE(1, 0), 0x4000 | HINT(2, 2) },
		{ RANGE(1, 0), 0x2000 | HINT(2, 3) },  { RANGE(1, 0), 0x8000 | HINT(3, 0) },
		{ RANGE(1, 0), 0x10000 | HINT(3, 2) }, { RANGE(1, 0), 0x10000 | HINT(3, 1) },
		{ RANGE(1, 0), 0x8000 | HINT(3, 3) },  { RANGE(1, 0), 0x4000 | HINT(2, 1) },
	};
	struct world *w = world_new("maximal", NULL);

	for (unsigned int tg = 1; tg < 4; tg++)
		expect_ill(w, 0x12, HINT(tg, 0), RULE_CMD_FIELD);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		expect_breach(w, 0x12 | bad[i].w0, bad[i].w1, RULE_CMD_FIELD);
	world_free(w);
	/* Without DS level 1 is reserved for 16 KiB, and counts as none. */
	w = world_new("mmu-700", NULL);
	expect_breach(w, 0x12 | RANGE(1, 0), 0x4000 | HINT(2, 1), RULE_CMD_FIELD);
	/* Of a granule that this SMMU has not there is nothing to be invalidated. */
	w->m->f.gran16k = 0;
	decoded(w, 0x12 | RANGE(1, 0), 0x4000 | HINT(2, 0));
	world_free(w);
}

/* 4.5.1 */
static void test_atc_inv(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct command c = decoded(w, 0x40 | 1 << 9 | 1 << 11 | 0x12345ull << 12 | 0x80ull << 32,
				   0x12345000 | 3);

	assert_true(c.ssv);
	assert_true(c.global);
	assert_int_equal(c.ssid, 0x12345);
	assert_int_equal(c.sid, 0x80);
	assert_int_equal(c.span_lg2, 15);
	/* The SMMU aligns the address to the span. */
	assert_int_equal(c.addr, 0x12340000);
	c = decoded(w, 0x40 | 1 << 9, 0x12345000 | 52);
	assert_false(c.global);
	assert_int_equal(c.span_lg2, 64);
	assert_int_equal(c.addr, 0);
	c = decoded(w, 0x40, 0xffff000000000000ull | 51);
	assert_int_equal(c.addr, 1ull << 63);
	world_expect_silence(w);
	expect_ill(w, 0x40, 53, RULE_CMD_FIELD);
	world_free(w);
}

/* 4.5.2, 4.7.1, 4.7.2 */
static void test_answers(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct command c = decoded(w, 0x41 | 1 << 11 | 5 << 12 | 7ull << 32, 2 << 12 | 0x1ff);

	assert_int_equal(c.prgi, 0x1ff);
	assert_int_equal(c.resp, 2);
	assert_int_equal(c.ssid, 5);
	c = decoded(w, 0x44 | 1 << 12 | 7ull << 32, 0xabcd);
	assert_int_equal(c.stag, 0xabcd);
	assert_int_equal(c.resp, 1);
	c = decoded(w, 0x44 | 2 << 12, 0);
	assert_int_equal(c.resp, 2);
	c = decoded(w, 0x45 | 7ull << 32, 0);
	assert_int_equal(c.sid, 7);
	world_expect_silence(w);
	expect_ill(w, 0x41, 3 << 12, RULE_CMD_FIELD);
	world_free(w);
}

/* 4.7.3 */
static void test_sync(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct command c = decoded(w, 0x46 | 1 << 12 | 3 << 22 | 0xf << 24 | 0x12345678ull << 32,
				   0x123456789000ull);

	assert_int_equal(c.signal, SYNC_IRQ);
	assert_int_equal(c.msi_data, 0x12345678);
	assert_int_equal(c.msi_addr, 0x123456789000ull);
	assert_int_equal(decoded(w, 0x46 | 2 << 12, 0).signal, SYNC_SEV);
	world_expect_silence(w);
	/* 4.7.3: MSH 1 with cacheable memory, a reserved MSIAttr; nothing where no MSI is sent. */
	expect_breach(w, 0x46 | 1 << 12 | 1 << 22 | 0xf << 24, 0x1000, RULE_CMD_FIELD);
	expect_breach(w, 0x46 | 1 << 12 | 8 << 24, 0x1000, RULE_CMD_FIELD);
	decoded(w, 0x46 | 1 << 12 | 1 << 22 | 0xf << 24, 0);
	decoded(w, 0x46 | 1 << 12 | 1 << 22 | 1 << 24, 0x1000);
	decoded(w, 0x46 | 1 << 12 | 1 << 22 | 5 << 24, 0x1000);
	expect_ill(w, 0x46 | 3 << 12, 0, RULE_CMD_FIELD);
	world_free(w);
}

/* 4.2: a prefetch is never an error; 4.3, 4.4: each command reaches its cache and is counted. */
static void test_effects(void **state)
{
	const char *const words[] = { "prefetch=100", NULL };
	struct world *w = world_new("maximal", words);
	u64 prefetches;

	world_up(w, true);
	prefetches = model_counters(w->m)->prefetches;
	world_write32(w, 0x20, world_read32(w, 0x20) & ~1u);
	world_cmd(w, 1 | 3ull << 32, 0);
	world_sync(w);
	assert_int_equal(model_counters(w->m)->prefetches, prefetches);
	world_write32(w, 0x20, world_read32(w, 0x20) | 1);
	world_cmd(w, 1 | 3ull << 32, 0);
	world_cmd(w, 2 | 3ull << 32, 0x1000);
	world_cfgi_ste(w, 3, false);
	world_cfgi_cd(w, 3, 0, true);
	world_cmd(w, 4 | 3ull << 32, 2);
	world_cmd(w, 6 | 3ull << 32, 0);
	world_cmd(w, 0x10, 0);
	world_sync(w);
	assert_true(model_counters(w->m)->prefetches >= prefetches + 2);
	assert_int_equal(model_counters(w->m)->cfgi, 5);
	assert_int_equal(model_counters(w->m)->tlbi, 2);
	assert_int_equal(model_counters(w->m)->events, 0);
	world_free(w);
}

const struct CMUnitTest cmd_tests[] = {
	cmocka_unit_test(test_opcodes),
	cmocka_unit_test(test_opcodes_by_feature),
	cmocka_unit_test(test_reserved_bits),
	cmocka_unit_test(test_ssec),
	cmocka_unit_test(test_out_of_range),
	cmocka_unit_test(test_cfgi),
	cmocka_unit_test(test_tlbi_kinds),
	cmocka_unit_test(test_tag_widths),
	cmocka_unit_test(test_ranges),
	cmocka_unit_test(test_bad_ranges),
	cmocka_unit_test(test_atc_inv),
	cmocka_unit_test(test_answers),
	cmocka_unit_test(test_sync),
	cmocka_unit_test(test_effects),
};

const size_t nr_cmd_tests = ARRAY_SIZE(cmd_tests);
