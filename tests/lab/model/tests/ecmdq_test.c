// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of ecmdq.c: control pages, enabling, independence, errors.
 * Arm IHI 0070, chapter 3.5.6 "Enhanced Command queue interfaces", 6.2.5, 6.3 SMMU_ECMDQ_*.
 */
#include "../control.h"
#include "count.h"

#define STRIDE		0x2000			/* 64 KiB, 8 queues */
#define Q(n)		(0x20000 + (n) * STRIDE)
#define Q_PA(n)		(0x12000000ull + (n) * 0x10000)
#define EN		0x80000000u
#define ERR		0x800000u

static void enable(struct world *w, unsigned int n)
{
	world_write64(w, Q(n), Q_PA(n) | 4);
	world_write32(w, Q(n) + 0xc, 0);
	world_write32(w, Q(n) + 8, EN);
	world_run(w);
	assert_int_equal(world_read32(w, Q(n) + 0xc) & EN, EN);
}

static struct world *up(const char *word)
{
	const char *const words[] = { word, NULL };
	struct world *w = world_new("maximal", words);

	world_up(w, true);
	return w;
}

/* SMMU_CMDQ_CONTROL_PAGE_BASE, CFG, STATUS: offset from page 0, 64 KiB, as registers, on. */
static void test_control_pages(void **state)
{
	struct world *w = up(NULL);

	assert_int_equal(model_mmio_size(w->m), 0x40000);
	assert_int_equal(model_mmio_read(w->m, 0x4000, 8), 0x20000 | 3);
	assert_int_equal(model_mmio_read(w->m, 0x4020, 8), 0x30000 | 3);
	assert_int_equal(world_read32(w, 0x4008), 1);
	assert_int_equal(world_read32(w, 0x402c), 1);
	assert_int_equal(world_read32(w, 0x4040), 0);
	assert_int_equal(world_read32(w, 0x4010), 0);
	world_expect_silence(w);
	count_write(w, 0x4008, 1, RULE_REG_READ_ONLY);
	count_write(w, Q(0) + 0x10, 1, RULE_REG_ACCESS);
	assert_int_equal(world_read32(w, Q(15) + 0x1000), 0);
	assert_int_equal(referee_count(w->m, RULE_REG_ACCESS), 2);
	world_free(w);
}

/* Each has its own SYNC; 16 queues of two pages. */
static void test_consumption(void **state)
{
	struct world *w = up(NULL);
	u64 syncs = model_counters(w->m)->syncs;

	for (unsigned int n = 0; n < 16; n++) {
		enable(w, n);
		world_store(w, Q_PA(n), 0x30);
		world_store(w, Q_PA(n) + 16, 0x46 | 1 << 12 | (u64)n << 32);
		world_store(w, Q_PA(n) + 24, WORLD_FREE + 8 * n);
		world_write32(w, Q(n) + 8, EN | 2);
		world_run(w);
		assert_int_equal(world_read32(w, Q(n) + 0xc), EN | 2);
		assert_int_equal(world_load(w, WORLD_FREE + 8 * n), n);
	}
	assert_int_equal(model_counters(w->m)->syncs, syncs + 16);
	assert_int_equal(model_mmio_read(w->m, Q(3), 8), Q_PA(3) | 4);
	assert_int_equal(world_read32(w, Q(3) + 8), EN | 2);
	world_expect_silence(w);
	world_free(w);
}

/* 3.5.6.3: the error stops this queue only, and is acknowledged in it. */
static void test_error(void **state)
{
	struct world *w = up(NULL);

	enable(w, 0);
	enable(w, 1);
	world_store(w, Q_PA(0), 0xff);
	world_store(w, Q_PA(1), 0x30);
	world_write32(w, Q(0) + 8, EN | 1);
	world_write32(w, Q(1) + 8, EN | 1);
	world_run(w);
	assert_int_equal(world_read32(w, Q(0) + 0xc), EN | ERR | 1 << 24 | 0);
	assert_int_equal(world_read32(w, Q(1) + 0xc), EN | 1);
	assert_int_equal(world_read32(w, 0x60), 1 << 9);
	count_expect(w, RULE_CMD_ILLEGAL, 1);
	/* Acknowledging GERROR restarts nothing. */
	world_write32(w, 0x64, 1 << 9);
	world_run(w);
	assert_int_equal(world_read32(w, Q(0) + 0xc) & 0xfffff, 0);
	world_store(w, Q_PA(0), 0x30);
	world_write32(w, Q(0) + 8, EN | ERR | 1);
	world_run(w);
	assert_int_equal(world_read32(w, Q(0) + 0xc) & 0xfffff, 1);
	assert_int_equal(world_read32(w, Q(0) + 8), EN | ERR | 1);
	world_sync(w);
	count_expect(w, RULE_CMD_ILLEGAL, 1);
	world_free(w);
}

/* 3.5.6.2: guards, and the order of enabling. */
static void test_guards(void **state)
{
	struct world *w = up(NULL);

	count_write(w, Q(0) + 8, 1 << 20, RULE_REG_RESERVED);
	count_write(w, Q(2) + 8, EN, RULE_REG_ENABLE_ORDER);
	count_write(w, Q(2), 0x1000, RULE_REG_QUEUE_LIVE);
	count_write(w, Q(2) + 4, 0, RULE_REG_QUEUE_LIVE);
	count_write(w, Q(2) + 0xc, 0, RULE_REG_QUEUE_LIVE);
	count_write(w, Q(2) + 8, EN | ERR, RULE_REG_GERRORN);
	enable(w, 4);
	count_write(w, Q(4) + 8, EN | 17, RULE_QUEUE_OVERRUN);
	/* CR1.QUEUE_* are guarded by these queues too. */
	world_write32(w, 0x20, 0);
	count_write(w, 0x28, 0, RULE_REG_CR1_LIVE);
	world_write32(w, Q(2) + 8, 0);
	world_write32(w, Q(4) + 8, 0);
	assert_int_equal(world_read32(w, Q(2) + 0xc) & EN, 0);
	world_write32(w, 0x28, 0);
	assert_int_equal(world_read32(w, 0x28), 0);
	world_write64(w, Q(3), Q_PA(3) | 4);
	world_write32(w, Q(3) + 0xc, EN | 5 << 24 | ERR | 3);
	assert_int_equal(world_read32(w, Q(3) + 0xc), 5 << 24 | ERR | 3);
	count_write(w, Q(3) + 8, EN | 3, RULE_REG_ENABLE_ORDER);
	world_free(w);
}

/* 6.3 SMMU_ECMDQ_BASE, PROD, CONS: each bit that they have keeps its value, and no other does. */
static void test_bits(void **state)
{
	static const struct { u32 offset, bits; } bad[] = {
		{ 4, 1u << 31 }, { 4, 1 << 24 }, { 4, 1 << 20 },	/* BASE 63, 56, above OAS */
		{ 8, 1 << 30 }, { 8, 1 << 24 }, { 8, 1 << 20 },
		{ 0xc, 1 << 30 }, { 0xc, 1 << 27 }, { 0xc, 1 << 22 },
	};
	struct world *w = up(NULL);

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		count_write(w, Q(5) + bad[i].offset, bad[i].bits, RULE_REG_RESERVED);
		assert_int_equal(world_read32(w, Q(5) + bad[i].offset), 0);
	}
	/* RA, ADDR[51:5] and LOG2SIZE; ERRACK and WR; ERR and RD as far as LOG2SIZE says. */
	world_write64(w, Q(5), 1ull << 62 | 0xfffffffffffe0ull | 19);
	assert_int_equal(model_mmio_read(w->m, Q(5), 8), 1ull << 62 | 0xfffffffffffe0ull | 19);
	world_write32(w, Q(5) + 8, ERR | 0xfffff);
	assert_int_equal(world_read32(w, Q(5) + 8), ERR | 0xfffff);
	world_write32(w, Q(5) + 0xc, ERR | 0xfffff);
	assert_int_equal(world_read32(w, Q(5) + 0xc), ERR | 0xfffff);
	count_expect(w, RULE_REG_RESERVED, ARRAY_SIZE(bad));
	world_free(w);
}

static void test_late_enable(void **state)
{
	struct world *w = up("delay=100");

	world_write64(w, Q(0), Q_PA(0) | 4);
	world_write32(w, Q(0) + 8, EN);
	count_write(w, Q(0) + 8, 0, RULE_REG_UPDATE_PENDING);
	/* 6.3 SMMU_ECMDQ_PROD: all of it is read-only until then. */
	count_write(w, Q(0) + 8, EN | 2, RULE_REG_UPDATE_PENDING);
	world_write32(w, Q(0) + 8, EN);
	count_expect(w, RULE_REG_UPDATE_PENDING, 2);
	assert_int_equal(world_read32(w, Q(0) + 8), EN);
	world_run(w);
	assert_int_equal(world_read32(w, Q(0) + 0xc), EN);
	model_reset(w->m);
	assert_int_equal(world_read32(w, Q(0) + 0xc), 0);
	assert_int_equal(world_read32(w, Q(0) + 8), 0);
	world_free(w);
}

const struct CMUnitTest ecmdq_tests[] = {
	cmocka_unit_test(test_control_pages),
	cmocka_unit_test(test_consumption),
	cmocka_unit_test(test_error),
	cmocka_unit_test(test_guards),
	cmocka_unit_test(test_bits),
	cmocka_unit_test(test_late_enable),
};

const size_t nr_ecmdq_tests = ARRAY_SIZE(ecmdq_tests);
