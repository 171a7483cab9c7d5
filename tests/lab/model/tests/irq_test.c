// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of irq.c and gerror.c: enables, wires, MSIs and their aborts, errors and their
 * acknowledgement. Arm IHI 0070, chapter 3.18 "Interrupts and notifications", 7.5 "Global error
 * recording".
 */
#include "../control.h"
#include "count.h"

#define MSI_PA(n)	(WORLD_FREE + 64 * (n))

static void configure(struct world *w, u32 cfg, u64 pa, u32 data)
{
	world_write64(w, cfg, pa);
	world_write32(w, cfg + 8, data);
}

/* 3.18.2: a pulse if enabled, and an MSI where one is set up. */
static void test_enables(void **state)
{
	static const struct { enum model_irq irq; u32 enable, cfg; } irqs[] = {
		{ MODEL_IRQ_EVENTQ, 4, 0xb0 }, { MODEL_IRQ_PRIQ, 2, 0xd0 },
		{ MODEL_IRQ_GERROR, 1, 0x68 },
	};
	struct world *w = world_new("maximal", NULL);

	for (unsigned int i = 0; i < ARRAY_SIZE(irqs); i++) {
		unsigned int irq = irqs[i].irq;

		irq_raise(w->m, irq);
		world_run(w);
		assert_int_equal(w->irqs[irq], 0);
		world_write32(w, 0x50, irqs[i].enable);
		/* 6.3.16: nothing that happened before the enable. */
		world_run(w);
		assert_int_equal(w->irqs[irq], 0);
		irq_raise(w->m, irq);
		irq_raise(w->m, irq);
		world_run(w);
		assert_int_equal(w->irqs[irq], 1);
		world_write32(w, 0x50, 0);
		configure(w, irqs[i].cfg, MSI_PA(i), 0x1000 + i);
		world_write32(w, 0x50, irqs[i].enable);
		irq_raise(w->m, irq);
		world_run(w);
		assert_int_equal(w->irqs[irq], 2);
		assert_int_equal(world_load(w, MSI_PA(i)), 0x1000 + i);
	}
	assert_int_equal(model_counters(w->m)->irqs, 6);
	assert_int_equal(model_counters(w->m)->msis, 3);
	world_expect_silence(w);
	world_free(w);
}

/* 6.3.16: the disable is acknowledged when what was triggered is out. */
static void test_disable_flushes(void **state)
{
	const char *const words[] = { "delay=100", NULL };
	struct world *w = world_new("maximal", words);

	world_write32(w, 0x50, 7);
	world_run(w);
	irq_raise(w->m, MODEL_IRQ_EVENTQ);
	irq_raise(w->m, MODEL_IRQ_GERROR);
	assert_int_equal(w->irqs[MODEL_IRQ_EVENTQ], 0);
	w->m->f.delay = 0;
	world_write32(w, 0x50, 1);
	assert_int_equal(world_read32(w, 0x54), 1);
	assert_int_equal(w->irqs[MODEL_IRQ_EVENTQ], 1);
	assert_int_equal(w->irqs[MODEL_IRQ_GERROR], 0);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_GERROR], 1);
	world_free(w);
}

/* 7.5: which MSI's abort sets which bit. */
static void test_msi_aborts(void **state)
{
	static const struct { enum model_irq irq; u32 cfg, bit; } irqs[] = {
		{ MODEL_IRQ_EVENTQ, 0xb0, 5 }, { MODEL_IRQ_PRIQ, 0xd0, 6 },
		{ MODEL_IRQ_GERROR, 0x68, 7 },
	};
	struct world *w = world_new("maximal", NULL);
	u32 gerror = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(irqs); i++)
		configure(w, irqs[i].cfg, WORLD_RAM, 1);
	world_write32(w, 0x50, 6);
	for (unsigned int i = 0; i < ARRAY_SIZE(irqs); i++) {
		if (i == 2)
			world_write32(w, 0x50, 7);
		irq_raise(w->m, irqs[i].irq);
		world_run(w);
		gerror |= 1u << irqs[i].bit;
		assert_int_equal(world_read32(w, 0x60), gerror);
	}
	/* 7.5.1: MSI_GERROR_ABT_ERR itself interrupts nobody: once for the raise. */
	assert_int_equal(w->irqs[MODEL_IRQ_GERROR], 1);
	world_free(w);
}

static int msi_seen(void *ctx, u64 pa, u32 data)
{
	struct world *w = ctx;

	w->now = pa + data;
	return 0;
}

/* The environment may take MSIs itself. */
static void test_msi_callback(void **state)
{
	struct world *w = world_new("maximal", NULL);

	w->m->env.msi = msi_seen;
	w->m->env.irq = NULL;
	configure(w, 0xb0, 0x8080000, 5);
	world_write32(w, 0x50, 4);
	irq_raise(w->m, MODEL_IRQ_EVENTQ);
	world_run(w);
	assert_int_equal(w->now, 0x8080005);
	world_free(w);
}

/* 7.5: toggled once; a second error of the kind is not logged before the acknowledgement. */
static void test_gerror(void **state)
{
	struct world *w = world_new("maximal", NULL);

	world_write32(w, 0x50, 1);
	gerror_raise(w->m, GERROR_EVENTQ_ABT);
	gerror_raise(w->m, GERROR_EVENTQ_ABT);
	gerror_raise(w->m, GERROR_SFM);
	world_run(w);
	assert_int_equal(world_read32(w, 0x60), 0x104);
	assert_int_equal(w->irqs[MODEL_IRQ_GERROR], 1);
	assert_true(gerror_active(w->m, GERROR_EVENTQ_ABT));
	world_write32(w, 0x64, 4);
	assert_false(gerror_active(w->m, GERROR_EVENTQ_ABT));
	assert_true(gerror_active(w->m, GERROR_SFM));
	gerror_raise(w->m, GERROR_EVENTQ_ABT);
	assert_int_equal(world_read32(w, 0x60), 0x100);
	assert_true(gerror_active(w->m, GERROR_EVENTQ_ABT));
	world_expect_silence(w);
	/* 6.3.20: an inactive error must not be toggled. */
	count_write(w, 0x64, 4 ^ 8, RULE_REG_GERRORN);
	assert_int_equal(world_read32(w, 0x64), 4);
	world_free(w);
}

/* 6.3.19: bits of what the SMMU does not have are reserved. */
static void test_gerror_defined(void **state)
{
	struct world *w = world_new("minimal", NULL);

	assert_int_equal(gerror_defined(w->m), 0x105);
	world_free(w);
	w = world_new("mmu-600", NULL);
	assert_int_equal(gerror_defined(w->m), 0x1fd);
	world_free(w);
	w = world_new("maximal", NULL);
	assert_int_equal(gerror_defined(w->m), 0x3fd);
	world_free(w);
}

const struct CMUnitTest irq_tests[] = {
	cmocka_unit_test(test_enables),
	cmocka_unit_test(test_disable_flushes),
	cmocka_unit_test(test_msi_aborts),
	cmocka_unit_test(test_msi_callback),
	cmocka_unit_test(test_gerror),
	cmocka_unit_test(test_gerror_defined),
};

const size_t nr_irq_tests = ARRAY_SIZE(irq_tests);
