// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of cmdq.c and window.c: consumption, errors and restart, CMD_SYNC, late commands in any
 * order. Arm IHI 0070, chapter 4.1, 4.7.3 "CMD_SYNC", 7.1 "Command queue errors"; 3.5.1 "SMMU
 * circular queues".
 */
#include "../control.h"
#include "count.h"

#define PROD	0x98
#define CONS	0x9c
#define GERROR	0x60
#define GERRORN	0x64

static struct world *up(const char *word)
{
	const char *const words[] = { word, NULL };
	struct world *w = world_new("maximal", words);

	world_up(w, true);
	world_expect_silence(w);
	return w;
}

/* 3.5.1: through the wrap, several times. */
static void test_wrap(void **state)
{
	struct world *w = up(NULL);
	u64 syncs = model_counters(w->m)->syncs, commands = model_counters(w->m)->commands;

	for (unsigned int i = 0; i < 700; i++) {
		world_cmd(w, 0x30, 0);
		world_sync(w);
	}
	world_expect_silence(w);
	assert_int_equal(model_counters(w->m)->syncs, syncs + 700);
	assert_int_equal(model_counters(w->m)->commands, commands + 1400);
	world_free(w);
}

/* A full queue is consumed; one more than that is an overrun. */
static void test_full_and_overrun(void **state)
{
	struct world *w = up(NULL);
	u32 prod = world_read32(w, PROD);

	for (unsigned int i = 0; i < 256; i++) {
		world_store(w, WORLD_CMDQ + 16 * i, 0x30);
		world_store(w, WORLD_CMDQ + 16 * i + 8, 0);
	}
	world_write32(w, PROD, prod ^ 256);
	world_run(w);
	assert_int_equal(world_read32(w, CONS), prod ^ 256);
	world_expect_silence(w);
	count_write(w, PROD, ((prod ^ 256) + 257) & 511, RULE_QUEUE_OVERRUN);
	assert_int_equal(world_read32(w, PROD), prod ^ 256);
	world_free(w);
}

/* Going back is for the time of an error only. */
static void test_backwards(void **state)
{
	struct world *w = up("delay=100");
	u32 prod = world_read32(w, PROD);

	world_cmd(w, 0x30, 0);
	world_cmd(w, 0x30, 0);
	count_write(w, PROD, prod, RULE_QUEUE_OVERRUN);
	world_run(w);
	world_free(w);
}

/* 3.5.1: inconsistent indexes: nothing is consumed. */
static void test_inconsistent(void **state)
{
	struct world *w = world_new("maximal", NULL);

	world_write64(w, 0x90, WORLD_CMDQ | 4);
	world_write32(w, CONS, 5);
	world_write32(w, PROD, 3);
	world_write32(w, 0x20, 8);
	count_expect(w, RULE_QUEUE_OVERRUN, 1);
	world_run(w);
	assert_int_equal(world_read32(w, CONS), 5);
	world_free(w);
}

/* 6.3.28: bits above the wrap bit are RAZ; LOG2SIZE is capped. */
static void test_index_width(void **state)
{
	const char *const words[] = { "cmdqs=4", NULL };
	struct world *w = world_new("maximal", words);

	world_write64(w, 0x90, WORLD_CMDQ | 9);
	world_write32(w, CONS, 0xfff);
	assert_int_equal(world_read32(w, CONS), 0x1f);
	assert_int_equal(world_read32(w, 0x90), WORLD_CMDQ | 9);
	world_free(w);
}

/* 7.1: CONS stays, ERR and GERROR tell; after the acknowledgement it is fetched anew. */
static void test_illegal(void **state)
{
	struct world *w = up(NULL);
	u32 at = world_read32(w, PROD);

	world_cmd(w, 0xff, 0);
	world_cmd(w, 0x30, 0);
	world_run(w);
	count_expect(w, RULE_CMD_ILLEGAL, 1);
	assert_int_equal(world_read32(w, CONS) & 0xfffff, at);
	assert_int_equal(world_read32(w, CONS) >> 24, 1);
	assert_int_equal(world_read32(w, GERROR) ^ world_read32(w, GERRORN), 1);
	/* Replaced: and taken back as far as CONS, which is allowed now. */
	world_store(w, WORLD_CMDQ + 16 * (at & 255), 0x46);
	world_write32(w, PROD, (at + 1) & 511);
	w->cmdq_prod = (at + 1) & 511;
	world_run(w);
	assert_int_equal(world_read32(w, CONS) & 0xfffff, at);
	world_write32(w, GERRORN, world_read32(w, GERROR));
	world_run(w);
	assert_int_equal(world_read32(w, CONS) & 0xfffff, (at + 1) & 511);
	world_sync(w);
	count_expect(w, RULE_CMD_ILLEGAL, 1);
	world_free(w);
}

/* 7.1: an abort of the fetch. */
static void test_abort(void **state)
{
	struct world *w = up(NULL);

	w->watches = false;
	world_cmd(w, 0x30, 0);
	w->fail_reads = 1;
	model_step(w->m);
	assert_int_equal(world_read32(w, CONS) >> 24, 2);
	assert_int_equal(world_read32(w, GERROR) & 1, 1);
	w->fail_reads = 0;
	world_write32(w, GERRORN, 1);
	world_sync(w);
	world_expect_silence(w);
	world_free(w);
}

/* 6.3.9.3: off: nothing is fetched any more. */
static void test_disable(void **state)
{
	struct world *w = up(NULL);
	u32 at = world_read32(w, CONS);

	world_write32(w, 0x20, world_read32(w, 0x20) & ~8u);
	world_cmd(w, 0x30, 0);
	world_run(w);
	assert_int_equal(world_read32(w, CONS), at);
	world_write32(w, 0x20, world_read32(w, 0x20) | 8);
	world_sync(w);
	world_expect_silence(w);
	world_free(w);
}

/* 4.7.3: wire, MSI, both, none; an aborted MSI. */
static void test_sync_signals(void **state)
{
	struct world *w = up(NULL);

	world_cmd(w, 0x46, WORLD_FREE);
	world_cmd(w, 0x46 | 2 << 12, WORLD_FREE);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_CMD_SYNC], 0);
	assert_int_equal(world_load(w, WORLD_FREE), 0);
	world_cmd(w, 0x46 | 1 << 12, 0);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_CMD_SYNC], 1);
	world_cmd(w, 0x46 | 1 << 12 | 0xcafef00dull << 32, WORLD_FREE + 4);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_CMD_SYNC], 2);
	assert_int_equal(world_load(w, WORLD_FREE), 0xcafef00dull << 32);
	assert_int_equal(model_counters(w->m)->msis, 1);
	world_cmd(w, 0x46 | 1 << 12, WORLD_RAM);
	world_run(w);
	assert_int_equal(world_read32(w, GERROR), 1 << 4);
	world_expect_silence(w);
	world_free(w);
}

/* 4.7.3: an SMMU without MSIs ignores the address. */
static void test_sync_without_msi(void **state)
{
	static const char *const words[] = { "msi=0", NULL };
	struct world *w = world_new("mmu-700", words);

	world_up(w, true);
	world_cmd(w, 0x46 | 1 << 12 | 0xcafef00dull << 32, WORLD_FREE);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_CMD_SYNC], 1);
	assert_int_equal(world_load(w, WORLD_FREE), 0);
	world_free(w);
}

/* sync_us: not before its time, and what stands behind it waits. */
static void test_sync_takes_time(void **state)
{
	struct world *w = up(NULL);
	u64 cfgi;
	u32 cons;

	w->m->f.sync_us = 500;
	cfgi = model_counters(w->m)->cfgi;
	cons = world_read32(w, CONS);
	world_cmd(w, 0x46, 0);
	world_cmd(w, 0x03, 0);
	world_run(w);
	assert_int_equal(world_read32(w, CONS), cons);
	w->now += 499999;
	world_run(w);
	assert_int_equal(world_read32(w, CONS), cons);
	assert_int_equal(model_counters(w->m)->cfgi, cfgi);
	w->now += 1;
	world_run(w);
	assert_int_equal(world_read32(w, CONS), (cons + 2) & 511);
	assert_int_equal(model_counters(w->m)->cfgi, cfgi + 1);
	world_free(w);
}

/* Late and in any order, and all done when the SYNC is, whatever the seed. */
static void test_late_commands(void **state)
{
	const char *const words[] = { "adversary=60", NULL };

	for (unsigned int seed = 0; seed < 20; seed++) {
		struct world *w = world_new("maximal", words);
		u64 cfgi;

		w->m->random = seed;
		world_up(w, true);
		cfgi = model_counters(w->m)->cfgi;
		for (unsigned int i = 0; i < 50; i++)
			world_cmd(w, 3 | (u64)i << 32, 1);
		world_sync(w);
		assert_int_equal(model_counters(w->m)->cfgi, cfgi + 50);
		assert_int_equal(w->m->cmdq->port.win.nr_waiting, 0);
		assert_int_equal(w->m->cmdq->port.win.nr_cfgis, 0);
		world_free(w);
	}
}

/* Commands can be consumed without being performed, and are bounded. */
static void test_many_wait(void **state)
{
	const char *const words[] = { "delay=100", NULL };
	struct world *w = world_new("maximal", words);
	struct command c = { .op = CMD_CFGI_STE };
	struct window *win = &w->m->cmdq->port.win;

	while (win->nr_waiting < 200)
		window_add(w->m, win, &c);
	for (unsigned int i = 0; i < 200; i++)
		window_add(w->m, win, &c);
	assert_true(win->nr_waiting <= 256);
	while (window_step(w->m, win))
		;
	assert_int_equal(win->nr_waiting, 0);
	assert_int_equal(model_counters(w->m)->cfgi, win->nr_cfgis);
	/* Disabling the queue does not lose what was consumed. */
	window_close(w->m, win);
	world_free(w);
}

const struct CMUnitTest cmdq_tests[] = {
	cmocka_unit_test(test_wrap),
	cmocka_unit_test(test_full_and_overrun),
	cmocka_unit_test(test_backwards),
	cmocka_unit_test(test_inconsistent),
	cmocka_unit_test(test_index_width),
	cmocka_unit_test(test_illegal),
	cmocka_unit_test(test_abort),
	cmocka_unit_test(test_disable),
	cmocka_unit_test(test_sync_signals),
	cmocka_unit_test(test_sync_without_msi),
	cmocka_unit_test(test_sync_takes_time),
	cmocka_unit_test(test_late_commands),
	cmocka_unit_test(test_many_wait),
};

const size_t nr_cmdq_tests = ARRAY_SIZE(cmdq_tests);
