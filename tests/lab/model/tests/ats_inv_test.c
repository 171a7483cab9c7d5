// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of ats_inv.c: what the device is told, tags, completion, time-out.
 * Arm IHI 0070, chapter 3.9.1, 4.5.1 "CMD_ATC_INV", 7.1 "Command queue errors".
 */
#include "../control.h"
#include "count.h"

#define SID	0x20ull
#define ATC	(0x40 | SID << 32)
#define CONS	0x9c

static struct world *up(const char *word)
{
	const char *const words[] = { word, NULL };
	struct world *w = world_new("maximal", words);
	u64 ste[8];

	world_up(w, true);
	world_make_ste_s1(ste, world_alloc(w, 4096), 0);
	ste[1] |= 1ull << 28;
	world_ste(w, SID, ste);
	world_expect_silence(w);
	return w;
}

/* 4.5.1: StreamID, PASID, Global, address, size. */
static void test_fields(void **state)
{
	struct world *w = up(NULL);

	world_cmd(w, ATC | 1 << 9 | 1 << 11 | 0x54321ull << 12, 0x12345000 | 4);
	world_sync(w);
	assert_int_equal(w->nr_atc_inv, 1);
	assert_int_equal(w->atc_inv.sid, SID);
	assert_int_equal(w->atc_inv.ssid, 0x54321);
	assert_true(w->atc_inv.ssv);
	assert_true(w->atc_inv.global);
	assert_int_equal(w->atc_inv.addr, 0x12340000);
	assert_int_equal(w->atc_inv.size, 0x10000);
	world_cmd(w, ATC, 52);
	world_sync(w);
	assert_int_equal(w->atc_inv.size, 0);
	assert_false(w->atc_inv.ssv);
	assert_int_equal(model_counters(w->m)->atc_inv, 2);
	world_expect_silence(w);
	world_free(w);
}

/* 4.7.3: the SYNC waits for every completion. */
static void test_sync_waits(void **state)
{
	struct world *w = up(NULL);
	u32 at = world_read32(w, CONS);

	w->atc_answers = false;
	world_cmd(w, ATC, 0x1000);
	world_cmd(w, ATC, 0x2000);
	world_cmd(w, 0x46, 0);
	world_run(w);
	assert_int_equal(w->nr_atc_inv, 2);
	assert_int_equal(w->atc_inv.itag, 1);
	assert_int_equal(world_read32(w, CONS), (at + 2) & 511);
	model_atc_inv_done(w->m, SID, 1);
	model_atc_inv_done(w->m, SID, 1);
	model_atc_inv_done(w->m, SID + 1, 0);
	world_run(w);
	assert_int_equal(world_read32(w, CONS), (at + 2) & 511);
	model_atc_inv_done(w->m, SID, 0);
	world_run(w);
	assert_int_equal(world_read32(w, CONS), (at + 3) & 511);
	world_expect_silence(w);
	world_free(w);
}

/* PCIe: 32 tags a function; another function has its own. */
static void test_tags(void **state)
{
	struct world *w = up(NULL);
	u64 ste[8];

	world_make_ste_s1(ste, world_alloc(w, 4096), 0);
	ste[1] |= 1ull << 28;
	world_ste(w, SID + 1, ste);
	w->atc_answers = false;
	for (unsigned int i = 0; i < 40; i++)
		world_cmd(w, ATC, 0x1000 * i);
	world_run(w);
	assert_int_equal(w->nr_atc_inv, 32);
	assert_int_equal(w->m->cmdq->port.win.nr_waiting, 8);
	world_cmd(w, 0x46, 0);
	world_run(w);
	for (unsigned int i = 0; i < 32; i++)
		model_atc_inv_done(w->m, SID, i);
	world_run(w);
	assert_int_equal(w->nr_atc_inv, 40);
	for (unsigned int i = 0; i < 8; i++)
		model_atc_inv_done(w->m, SID, i);
	world_run(w);
	assert_int_equal(world_read32(w, CONS) & 0xfffff, w->cmdq_prod);
	world_cmd(w, ATC, 0);
	world_cmd(w, 0x40 | (SID + 1) << 32, 0);
	world_run(w);
	assert_int_equal(w->atc_inv.itag, 0);
	world_expect_silence(w);
	world_free(w);
}

/* 7.1: a device that is gone: the SYNC fails, and completes when it is tried again. */
static void test_timeout(void **state)
{
	struct world *w = up(NULL);
	u32 at = world_read32(w, CONS);

	w->atc_answers = false;
	world_cmd(w, ATC, 0x1000);
	world_cmd(w, 0x46, 0);
	world_run(w);
	model_device_gone(w->m, SID);
	world_run(w);
	assert_int_equal(world_read32(w, CONS), 3u << 24 | ((at + 1) & 511));
	assert_int_equal(world_read32(w, 0x60) & 1, 1);
	world_write32(w, 0x64, 1);
	world_run(w);
	assert_int_equal(world_read32(w, CONS) & 0xfffff, (at + 2) & 511);
	world_expect_silence(w);
	world_free(w);
}

static bool unsupported(void *ctx, const struct model_atc_inv *inv)
{
	return false;
}

/* 4.5.1: Unsupported Request is a completion; ignored while the SMMU is off. */
static void test_unsupported_and_off(void **state)
{
	struct world *w = up(NULL);

	w->m->env.atc_inv = unsupported;
	world_cmd(w, ATC, 0x1000);
	world_sync(w);
	assert_int_equal(model_counters(w->m)->atc_inv, 1);
	world_write32(w, 0x20, world_read32(w, 0x20) & ~1u);
	world_cmd(w, ATC, 0x1000);
	world_sync(w);
	assert_int_equal(model_counters(w->m)->atc_inv, 1);
	world_expect_silence(w);
	world_free(w);
}

/* A stream that never did ATS. */
static void test_no_ats(void **state)
{
	struct world *w = up(NULL);
	u64 ste[8];

	world_make_ste_s1(ste, world_alloc(w, 4096), 0);
	world_ste(w, SID + 1, ste);
	world_cmd(w, 0x40 | (SID + 1) << 32, 0x1000);
	world_sync(w);
	count_expect(w, RULE_CMD_ATC_NO_ATS, 1);
	/* One whose ATS was switched off may have its cache emptied. */
	world_cmd(w, ATC, 52);
	world_sync(w);
	world_ste(w, SID, ste);
	world_cmd(w, ATC, 52);
	world_sync(w);
	count_expect(w, RULE_CMD_ATC_NO_ATS, 1);
	world_free(w);
}

/* A reset forgets what the devices still owe. */
static void test_reset(void **state)
{
	struct world *w = up(NULL);

	w->atc_answers = false;
	world_cmd(w, ATC, 0x1000);
	world_run(w);
	model_reset(w->m);
	model_atc_inv_done(w->m, SID, 0);
	world_up(w, true);
	world_expect_silence(w);
	world_free(w);
}

const struct CMUnitTest ats_inv_tests[] = {
	cmocka_unit_test(test_fields),
	cmocka_unit_test(test_sync_waits),
	cmocka_unit_test(test_tags),
	cmocka_unit_test(test_timeout),
	cmocka_unit_test(test_unsupported_and_off),
	cmocka_unit_test(test_no_ats),
	cmocka_unit_test(test_reset),
};

const size_t nr_ats_inv_tests = ARRAY_SIZE(ats_inv_tests);
