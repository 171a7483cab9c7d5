// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of regs.c: the map, guards, updates and their acknowledgement.
 * Arm IHI 0070, chapter 6 "Memory map and registers".
 */
#include "count.h"

/* 6.2: every register has its offset and its kind. */
static void test_identification_is_read_only(void **state)
{
	static const u32 offsets[] = { 0,    4,	   8,	 0xc,  0x10, 0x14, 0x18,
				       0x1c, 0x24, 0x40, 0x54, 0x60, 0x190 };
	struct world *w = world_new("maximal", NULL);

	for (unsigned int i = 0; i < ARRAY_SIZE(offsets); i++)
		count_write(w, offsets[i], 0, RULE_REG_READ_ONLY);
	assert_int_equal(world_read32(w, 0), model_features_idr(&w->f, 0));
	assert_int_equal(world_read32(w, 0x18), w->f.iidr);
	assert_int_equal(world_read32(w, 0x1c), 3);
	assert_int_equal(world_read32(w, 0x190), 1 << 24 | 3 << 16);
	world_free(w);
}

/* 6.2: 32-bit halves of 64-bit registers, and both at once. */
static void test_halves(void **state)
{
	static const u32 offsets[] = { 0x68, 0x80, 0x90, 0xa0, 0xb0, 0xc0, 0xd0 };
	struct world *w = world_new("maximal", NULL);

	for (unsigned int i = 0; i < ARRAY_SIZE(offsets); i++) {
		world_write64(w, offsets[i], 0x0000123456789a00ull);
		assert_int_equal(world_read32(w, offsets[i]), 0x56789a00);
		assert_int_equal(world_read32(w, offsets[i] + 4), 0x1234);
		world_write32(w, offsets[i] + 4, 0x4321);
		world_write32(w, offsets[i], 0x11111000);
		assert_int_equal(model_mmio_read(w->m, offsets[i], 8), 0x0000432111111000ull);
	}
	world_expect_silence(w);
	world_free(w);
}

/* 6.2: illegal accesses are RAZ/WI here, and told. */
static void test_illegal_access(void **state)
{
	static const struct { u64 offset; unsigned int n; } bad[] = {
		{ 0x20, 8 }, { 0x22, 4 }, { 0x20, 2 }, { 0x84, 8 }, { 0x20000, 4 },
		{ ~0ull - 3, 4 }, { 0xa8, 4 }, { 0xac, 4 }, { 0xc8, 4 }, { 0xcc, 4 },
		{ 0x10000, 4 },
	};
	/* 6.2: RES0. Among them S2PII, ATOS, MPAM, VATOS, DPT, ECMDQ, the Secure registers. */
	static const u32 absent[] = { 0x30, 0x100, 0x130, 0x180, 0x200, 0xfe0, 0x4000, 0x8000 };
	struct world *w = world_new("mmu-700", NULL);

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(model_mmio_read(w->m, bad[i].offset, bad[i].n), 0);
		count_expect(w, RULE_REG_ACCESS, 2 * i + 1);
		model_mmio_write(w->m, bad[i].offset, bad[i].n, ~0ull);
		count_expect(w, RULE_REG_ACCESS, 2 * i + 2);
	}
	assert_int_equal(world_read32(w, 0x190), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(absent); i++) {
		assert_int_equal(world_read32(w, absent[i]), 0);
		world_write32(w, absent[i], 0);
	}
	count_expect(w, RULE_REG_ACCESS, 2 * ARRAY_SIZE(bad));
	for (unsigned int i = 0; i < ARRAY_SIZE(absent); i++)
		count_write(w, absent[i], 1, RULE_REG_RESERVED);
	assert_int_equal(model_mmio_size(w->m), 0x20000);
	world_free(w);
}

/* 6.3: reserved bits. */
static void test_reserved(void **state)
{
	static const struct { u32 offset, value; } bad[] = {
		{ 0x20, 0x20 }, { 0x28, 0x1000 }, { 0x2c, 0x10 }, { 0x44, 0x80200000 }, { 0x48, 1 },
		{ 0x50, 8 },
		{ 0x68, 1 }, { 0x6c, 0x01000000 }, { 0x74, 0x40 }, { 0xbc, 0x80000000 },
		{ 0x80, 1 },
		{ 0x84, 0x80000000 }, { 0x88, 0x40000 }, { 0x88, 2 << 16 },
		{ 0x88, 1 << 16 | 7 << 6 }, { 0x98, 0x100000 },
		{ 0x9c, 0x80000000 }, { 0x100a8, 0x40000000 }, { 0x100ac, 0x40000000 },
		{ 0x100c8, 0x100000 }, { 0x100cc, 0x100000 }, { 0x64, 0x400 },
		/* reserved values: CR1, GBPA, IRQ_CFG2 */
		{ 0x28, 3 }, { 0x28, 3 << 8 }, { 0x28, 1 << 10 | 1 << 6 },
		{ 0x44, 0x80010000 }, { 0x44, 0x80040000 }, { 0x44, 0x80000014 },
		{ 0x74, 8 }, { 0x74, 0x1f },
	};
	struct world *w = world_new("maximal", NULL);
	u64 all;

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		count_write(w, bad[i].offset, bad[i].value, RULE_REG_RESERVED);
	count_write(w, 0x20, 5 << 6, RULE_REG_RESERVED);	/* CR0.VMW */
	count_write(w, 0x44, 0x100000, RULE_REG_RESERVED);	/* GBPA without Update */
	/* What is ignored is not reserved: shareability of what is not cacheable. */
	all = count_all(w);
	world_write32(w, 0x28, 1 << 10 | 1 << 4);
	world_write32(w, 0x74, 0x11);
	world_write32(w, 0x74, 0x15);
	assert_int_equal(count_all(w), all);
	world_free(w);
	/* What the SMMU does not have. */
	w = world_new("minimal", NULL);
	count_write(w, 0x2c, 1, RULE_REG_RESERVED);
	/* PTM without BTM is RES0, and harmless. */
	all = count_all(w);
	world_write32(w, 0x2c, 4);
	assert_int_equal(count_all(w), all);
	assert_int_equal(world_read32(w, 0x2c), 0);
	count_write(w, 0x2c, 8, RULE_REG_RESERVED);
	count_write(w, 0x20, 2, RULE_REG_RESERVED);
	count_write(w, 0x20, 0x10, RULE_REG_RESERVED);
	count_write(w, 0x20, 0x40, RULE_REG_RESERVED);
	count_write(w, 0x50, 2, RULE_REG_RESERVED);
	count_write(w, 0x68, 0x1000, RULE_REG_RESERVED);
	count_write(w, 0xd8, 0x1000, RULE_REG_RESERVED);
	count_write(w, 0x88, 1 << 16, RULE_REG_RESERVED);
	/* 6.3.33, 6.3.97, 6.3.98 */
	count_write(w, 0xc0, 0x1000, RULE_REG_RESERVED);
	count_write(w, 0x100c8, 1, RULE_REG_RESERVED);
	count_write(w, 0x100cc, 1, RULE_REG_RESERVED);
	/* Zero may be written to registers that are not there. */
	all = count_all(w);
	world_write64(w, 0x68, 0);
	world_write64(w, 0xc0, 0);
	world_write32(w, 0x100cc, 0);
	assert_int_equal(count_all(w), all);
	world_free(w);
}

/* 6.3.11, 6.3.12, 6.3.24 to 6.3.28: guarded registers keep their value. */
static void test_guards(void **state)
{
	static const struct { u32 offset, value; enum model_rule rule; } guarded[] = {
		{ 0x28, 0xd74, RULE_REG_CR1_LIVE }, { 0x28, 0x975, RULE_REG_CR1_LIVE },
		{ 0x2c, 6, RULE_REG_CR2_LIVE },
		{ 0x80, 0x1000, RULE_REG_STRTAB_LIVE }, { 0x88, 8, RULE_REG_STRTAB_LIVE },
		{ 0x90, 0x1008, RULE_REG_QUEUE_LIVE }, { 0x9c, 3, RULE_REG_QUEUE_LIVE },
		{ 0xa0, 0x1008, RULE_REG_QUEUE_LIVE }, { 0x100a8, 3, RULE_REG_QUEUE_LIVE },
		{ 0xc0, 0x1008, RULE_REG_QUEUE_LIVE }, { 0x100c8, 3, RULE_REG_QUEUE_LIVE },
	};
	struct world *w = world_new("maximal", NULL);

	world_up(w, true);
	world_expect_silence(w);
	for (unsigned int i = 0; i < ARRAY_SIZE(guarded); i++) {
		u32 before = world_read32(w, guarded[i].offset);

		count_write(w, guarded[i].offset, guarded[i].value, guarded[i].rule);
		assert_int_equal(world_read32(w, guarded[i].offset), before);
	}
	/* The same value again is no change of CR1, nor of CR2. */
	world_write32(w, 0x28, world_read32(w, 0x28));
	world_write32(w, 0x2c, world_read32(w, 0x2c));
	assert_int_equal(count_all(w), ARRAY_SIZE(guarded));
	/* 6.3.27, 6.3.96: above the wrap bit an index has reserved bits, once the queue is on. */
	count_write(w, 0x98, world_read32(w, 0x98) | 0x80000, RULE_REG_RESERVED);
	count_write(w, 0x100ac, world_read32(w, 0x100ac) | 0x80000, RULE_REG_RESERVED);
	world_free(w);
}

/* 6.3.16, 6.3.21: MSI configuration is guarded by the enable of its interrupt. */
static void test_irq_config_guard(void **state)
{
	static const struct { u32 enable, cfg; } irqs[] = { { 1, 0x68 }, { 4, 0xb0 }, { 2, 0xd0 } };
	struct world *w = world_new("maximal", NULL);

	for (unsigned int i = 0; i < ARRAY_SIZE(irqs); i++) {
		world_write32(w, irqs[i].cfg + 8, 0x1234);
		world_write32(w, irqs[i].cfg + 12, 0x31);
		assert_int_equal(world_read32(w, irqs[i].cfg + 8), 0x1234);
		assert_int_equal(world_read32(w, irqs[i].cfg + 12), 0x31);
		world_write32(w, 0x50, irqs[i].enable);
		assert_int_equal(world_read32(w, 0x54), irqs[i].enable);
		for (u32 j = 0; j < 16; j += 4)
			count_write(w, irqs[i].cfg + j, 0, RULE_REG_IRQ_LIVE);
		assert_int_equal(world_read32(w, irqs[i].cfg + 8), 0x1234);
		world_write32(w, 0x50, 0);
	}
	world_free(w);
}

/* 6.3.9: a field must not be changed again before its update is acknowledged; others may. */
static void test_updates_pend(void **state)
{
	const char *const words[] = { "delay=100", NULL };
	struct world *w = world_new("maximal", words);

	world_write64(w, 0x90, WORLD_CMDQ | 8);
	world_write64(w, 0xa0, WORLD_EVENTQ | 8);
	world_write32(w, 0x20, 8);
	assert_int_equal(world_read32(w, 0x20), 8);
	assert_int_equal(world_read32(w, 0x24), 0);
	world_write32(w, 0x20, 0xc);
	world_expect_silence(w);
	count_write(w, 0x20, 4, RULE_REG_UPDATE_PENDING);
	assert_int_equal(world_read32(w, 0x20), 0xc);
	world_run(w);
	assert_int_equal(world_read32(w, 0x24), 0xc);
	/* Off is not off before it is acknowledged. */
	world_write32(w, 0x20, 4);
	count_write(w, 0x90, 8, RULE_REG_QUEUE_LIVE);
	world_run(w);
	world_write32(w, 0x90, 8);
	/* 6.3.12: until SMMUEN is through, even the same value may do anything to CR2. */
	world_write64(w, 0x80, WORLD_STRTAB);
	world_write32(w, 0x88, 8);
	world_write32(w, 0x20, 5);
	count_write(w, 0x2c, world_read32(w, 0x2c), RULE_REG_CR2_LIVE);
	world_run(w);
	world_write32(w, 0x20, 4);
	world_run(w);
	/* 6.3.16, 6.3.14. */
	world_write32(w, 0x50, 5);
	assert_int_equal(world_read32(w, 0x54), 0);
	count_write(w, 0x50, 4, RULE_REG_UPDATE_PENDING);
	world_write32(w, 0x44, 0x80100000);
	assert_int_equal(world_read32(w, 0x44), 0x80100000);
	assert_int_equal(w->m->regs.gbpa & 0x100000, 0);
	count_write(w, 0x44, 0x80000000, RULE_REG_UPDATE_PENDING);
	world_run(w);
	assert_int_equal(world_read32(w, 0x54), 5);
	assert_int_equal(world_read32(w, 0x44), 0x100000);
	assert_int_equal(w->m->regs.gbpa, 0x100000);
	world_free(w);
}

/* 6.3.24 to 6.3.26: what must be there before the enable. */
static void test_enable_order(void **state)
{
	static const u32 bits[] = { 1, 2, 4, 8 };
	struct world *w = world_new("maximal", NULL);

	for (unsigned int i = 0; i < ARRAY_SIZE(bits); i++)
		count_write(w, 0x20, bits[i], RULE_REG_ENABLE_ORDER);
	world_free(w);
}

static void enable_table(const char *word, u64 base, u32 cfg, unsigned int nr)
{
	const char *const words[] = { word, NULL };
	struct world *w = world_new("maximal", words);

	world_write64(w, 0x80, base);
	world_write32(w, 0x88, cfg);
	world_write32(w, 0x20, 1);
	count_expect(w, RULE_QUEUE_GEOMETRY, nr);
	world_free(w);
}

/* 6.3.24: the table's base is aligned to its size; 6.3.26 for queues. */
static void test_geometry(void **state)
{
	struct world *w;

	enable_table("sidsize=16", 0x400000, 16, 0);
	enable_table("sidsize=16", 0x200000, 16, 1);
	/* 6.3.25: more than SIDSIZE is allowed, and aligned by what was written. */
	enable_table("sidsize=16", 0x800000, 17, 0);
	enable_table("sidsize=16", 0x400000, 17, 1);
	enable_table("sidsize=16", 0x800, 1 << 16 | 8 << 6 | 16, 0);
	enable_table("sidsize=16", 0x400, 1 << 16 | 8 << 6 | 16, 1);
	enable_table("sidsize=16", 0x40, 1 << 16 | 10 << 6 | 8, 0);
	w = world_new("minimal", NULL);
	world_write64(w, 0x90, 0x1000 | 9);
	world_write32(w, 0x20, 8);
	count_expect(w, RULE_QUEUE_GEOMETRY, 1);
	world_write32(w, 0x20, 0);
	world_write64(w, 0x90, 0x800 | 8);
	world_write32(w, 0x20, 8);
	count_expect(w, RULE_QUEUE_GEOMETRY, 2);
	world_free(w);
}

/* Reset: everything off, counters and findings stay. */
static void test_reset(void **state)
{
	struct world *w = world_new("maximal", NULL);
	u64 writes;

	world_up(w, true);
	assert_int_equal(world_read32(w, 0x40), 0);
	assert_int_equal(world_read32(w, 0x48), 0);
	world_write32(w, 0x50, 5);
	assert_int_equal(world_read32(w, 0x50), 5);
	count_write(w, 0x48, 1, RULE_REG_RESERVED);
	writes = model_counters(w->m)->mmio_writes;
	model_reset(w->m);
	assert_int_equal(world_read32(w, 0x20), 0);
	assert_int_equal(world_read32(w, 0x24), 0);
	assert_int_equal(world_read32(w, 0x98), 0);
	assert_int_equal(world_read32(w, 0x44), 0x1000);
	assert_int_equal(model_mmio_read(w->m, 0x80, 8), 0);
	assert_int_equal(model_counters(w->m)->mmio_writes, writes);
	assert_int_equal(referee_count(w->m, RULE_REG_RESERVED), 1);
	world_free(w);
}

/* What resets to UNKNOWN may be anything; setting up in the order of 6.3.26 is enough. */
static void test_unknown_reset(void **state)
{
	const char *const words[] = { "evict=100", NULL };
	struct world *w = world_new("maximal", words);

	assert_int_not_equal(world_read32(w, 0x28) | world_read32(w, 0x98), 0);
	assert_int_not_equal(world_read32(w, 0x2c) | world_read32(w, 0xd0), 0);
	assert_int_equal(world_read32(w, 0x20), 0);
	assert_int_equal(world_read32(w, 0x50), 0);
	world_up(w, true);
	world_expect_silence(w);
	world_free(w);
	w = world_new("minimal", words);
	assert_int_equal(model_mmio_read(w->m, 0xc0, 8), 0);
	world_free(w);
}

const struct CMUnitTest regs_tests[] = {
	cmocka_unit_test(test_identification_is_read_only),
	cmocka_unit_test(test_halves),
	cmocka_unit_test(test_illegal_access),
	cmocka_unit_test(test_reserved),
	cmocka_unit_test(test_guards),
	cmocka_unit_test(test_irq_config_guard),
	cmocka_unit_test(test_updates_pend),
	cmocka_unit_test(test_enable_order),
	cmocka_unit_test(test_geometry),
	cmocka_unit_test(test_reset),
	cmocka_unit_test(test_unknown_reset),
};

const size_t nr_regs_tests = ARRAY_SIZE(regs_tests);
