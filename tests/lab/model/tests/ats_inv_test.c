// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of ats_inv.c: what the device is told, tags, completion, time-out.
 * Arm IHI 0070, chapter 3.9.1, 3.9.1.4 "ATS Invalidation timeout", 4.5.1 "CMD_ATC_INV", 7.1
 * "Command queue errors".
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

/* The index where CONS stands, and the error that is active (0: none). */
static void expect_cons(struct world *w, u32 err, u32 index)
{
	u32 cons = world_read32(w, CONS);

	assert_int_equal(cons & 0xfffff, index & 511);
	assert_int_equal(world_read32(w, 0x60) ^ world_read32(w, 0x64), err ? 1 : 0);
	if (err)
		assert_int_equal(cons >> 24, err);
}

static void acknowledge(struct world *w)
{
	world_write32(w, 0x64, world_read32(w, 0x60));
	world_run(w);
}

static void wait_ms(struct world *w, unsigned int ms)
{
	w->now += ms * 1000000ull;
	world_run(w);
}

/*
 * 3.9.1.4, 4.7.3, 7.1: not a moment before its time the SYNC fails with CERROR_ATC_INV_SYNC; CONS
 * stays, nothing is signalled, and the SYNC completes when it is tried again.
 */
static void test_time_out(void **state)
{
	struct world *w = up("atc_timeout=500");
	u32 at = world_read32(w, CONS);
	unsigned int irqs;

	w->atc_answers = false;
	irqs = w->irqs[MODEL_IRQ_CMD_SYNC];
	world_cmd(w, ATC, 0x1000);
	world_cmd(w, 0x46 | 1 << 12, 0);
	world_run(w);
	wait_ms(w, 499);
	expect_cons(w, 0, at + 1);
	wait_ms(w, 1);
	expect_cons(w, 3, at + 1);
	assert_int_equal(model_counters(w->m)->atc_timeouts, 1);
	assert_int_equal(w->irqs[MODEL_IRQ_CMD_SYNC], irqs);
	world_cmd(w, 0x30, 0);
	wait_ms(w, 10000);
	expect_cons(w, 3, at + 1);
	acknowledge(w);
	assert_int_equal(world_read32(w, CONS) & 0xfffff, (at + 3) & 511);
	assert_int_equal(w->irqs[MODEL_IRQ_CMD_SYNC], irqs + 1);
	world_expect_silence(w);
	world_free(w);
}

/* PCIe: a minute; 0, and an SMMU without a clock, never (3.9.1.4 allows a SYNC that hangs). */
static void test_time_out_default_and_never(void **state)
{
	static const char *const words[] = { NULL, "atc_timeout=0" };

	for (unsigned int i = 0; i < 3; i++) {
		struct world *w = up(words[i % 2]);
		u32 at = world_read32(w, CONS);

		if (i == 2)
			w->m->env.now = NULL;
		w->atc_answers = false;
		world_cmd(w, ATC, 0x1000);
		world_cmd(w, 0x46, 0);
		world_run(w);
		wait_ms(w, 59999);
		expect_cons(w, 0, at + 1);
		wait_ms(w, 1);
		expect_cons(w, i ? 0 : 3, at + 1);
		wait_ms(w, 1000000);
		expect_cons(w, i ? 0 : 3, at + 1);
		world_free(w);
	}
}

/*
 * 4.7.3: the SYNC fails though another device may still answer; tried again it waits for that one,
 * whose answer or time-out decides.
 */
static void test_time_out_of_one(void **state)
{
	struct world *w = up("atc_timeout=500");
	u32 at = world_read32(w, CONS);

	w->atc_answers = false;
	world_cmd(w, ATC, 0x1000);
	world_run(w);
	wait_ms(w, 300);
	world_cmd(w, ATC, 0x2000);
	world_cmd(w, ATC, 0x3000);
	world_cmd(w, 0x46, 0);
	world_run(w);
	wait_ms(w, 200);
	expect_cons(w, 3, at + 3);
	acknowledge(w);
	expect_cons(w, 0, at + 3);
	model_atc_inv_done(w->m, SID, 1);
	wait_ms(w, 299);
	expect_cons(w, 0, at + 3);
	wait_ms(w, 1);
	expect_cons(w, 3, at + 3);
	acknowledge(w);
	assert_int_equal(world_read32(w, CONS) & 0xfffff, (at + 4) & 511);
	world_expect_silence(w);
	world_free(w);
}

/*
 * 3.9.1.4: an answer that comes too late frees the tag and nothing else. Until then the tag is not
 * given to another invalidation, which the answer would complete.
 */
static void test_late_answer(void **state)
{
	struct world *w = up("atc_timeout=500");
	u32 at = world_read32(w, CONS);

	w->atc_answers = false;
	world_cmd(w, ATC, 0x1000);
	world_cmd(w, 0x46, 0);
	world_run(w);
	assert_int_equal(w->atc_inv.itag, 0);
	wait_ms(w, 500);
	expect_cons(w, 3, at + 1);
	acknowledge(w);
	world_cmd(w, ATC, 0x2000);
	world_cmd(w, 0x46, 0);
	world_run(w);
	assert_int_equal(w->atc_inv.itag, 1);
	model_atc_inv_done(w->m, SID, 0);
	assert_non_null(strstr(w->log, "after its time-out"));
	world_run(w);
	expect_cons(w, 0, at + 3);
	model_atc_inv_done(w->m, SID, 0);
	assert_non_null(strstr(w->log, "not in use"));
	model_atc_inv_done(w->m, SID, 1);
	world_run(w);
	expect_cons(w, 0, at + 4);
	world_cmd(w, ATC, 0x3000);
	world_run(w);
	assert_int_equal(w->atc_inv.itag, 0);
	world_expect_silence(w);
	world_free(w);
}

/*
 * A device that has let all its tags time out cannot be asked: at once the SYNC fails. Others can;
 * and it can again when it was reset, or has answered.
 */
static void test_silent_device(void **state)
{
	struct world *w = up("atc_timeout=500");
	u32 at = world_read32(w, CONS);
	u64 ste[8];

	world_make_ste_s1(ste, world_alloc(w, 4096), 0);
	ste[1] |= 1ull << 28;
	world_ste(w, SID + 1, ste);
	at = world_read32(w, CONS);
	w->atc_answers = false;
	w->nr_atc_inv = 0;
	for (unsigned int i = 0; i < 40; i++)
		world_cmd(w, ATC, 0x1000 * i);
	world_cmd(w, 0x46, 0);
	world_run(w);
	assert_int_equal(w->nr_atc_inv, 32);
	wait_ms(w, 500);
	expect_cons(w, 3, at + 40);
	assert_int_equal(w->nr_atc_inv, 32);
	assert_int_equal(w->m->cmdq->port.win.nr_waiting, 0);
	acknowledge(w);
	expect_cons(w, 0, at + 41);
	world_cmd(w, ATC, 0);
	world_cmd(w, 0x46, 0);
	world_run(w);
	expect_cons(w, 3, at + 42);
	acknowledge(w);
	w->atc_answers = true;
	world_cmd(w, 0x40 | (SID + 1) << 32, 0);
	world_sync(w);
	assert_int_equal(w->nr_atc_inv, 33);
	model_device_reset(w->m, SID);
	world_cmd(w, ATC, 0);
	world_sync(w);
	assert_int_equal(w->nr_atc_inv, 34);
	assert_int_equal(w->atc_inv.itag, 0);
	world_expect_silence(w);
	world_free(w);
}

/* What a device was asked before its reset it does not answer: that times out, the tag is free. */
static void test_reset_while_asked(void **state)
{
	struct world *w = up("atc_timeout=500");
	u32 at = world_read32(w, CONS);

	w->atc_answers = false;
	world_cmd(w, ATC, 0x1000);
	world_cmd(w, 0x46, 0);
	world_run(w);
	model_device_reset(w->m, SID + 1);
	model_device_reset(w->m, SID);
	world_run(w);
	expect_cons(w, 0, at + 1);
	wait_ms(w, 500);
	expect_cons(w, 3, at + 1);
	acknowledge(w);
	world_cmd(w, ATC, 0x2000);
	world_run(w);
	assert_int_equal(w->nr_atc_inv, 2);
	assert_int_equal(w->atc_inv.itag, 0);
	world_expect_silence(w);
	world_free(w);
}

static void ats_of(struct world *w, u32 sid, bool on)
{
	u64 ste[8];

	world_make_ste_s1(ste, WORLD_FREE, 0);
	ste[1] |= on ? 1ull << 28 : 0;
	world_ste(w, sid, ste);
}

/* A Translated transaction, and a Translation Request: neither passes. */
static void use_ats(struct world *w)
{
	struct model_access a = { .sid = SID, .addr = 0x20000000, .len = 8, .translated = true,
				  .no_stall = true };
	struct model_ats_answer answer;
	u64 buf;

	assert_int_equal(model_dma(w->m, &a, &buf), MODEL_ABORTED);
	a.translated = false;
	model_ats_request(w->m, &a, &answer);
	assert_false(answer.ok);
}

/*
 * 3.9.2 wants ATS off in the device first. Of one whose ATC does not answer that cannot be asked:
 * EATS = 0 keeps it out, and what it then tries breaks no rule, until it was told or reset.
 */
static void test_shut_out(void **state)
{
	static const unsigned int ms[] = { 999, 1000, 2000 };

	for (unsigned int i = 0; i < ARRAY_SIZE(ms); i++) {
		struct world *w = up("atc_timeout=2000");

		w->atc_answers = false;
		world_cmd(w, ATC, 0x1000);
		world_cmd(w, 0x46, 0);
		world_run(w);
		wait_ms(w, ms[i]);
		model_atc_inv_done(w->m, SID, 0);
		world_run(w);
		acknowledge(w);
		ats_of(w, SID, false);
		use_ats(w);
		world_expect(w, RULE_ATS_OFF, i ? 0 : 2);
		if (i % 2)
			model_device_reset(w->m, SID);
		else
			model_atc_emptied(w->m, SID);
		use_ats(w);
		world_expect(w, RULE_ATS_OFF, i ? 2 : 4);
		world_free(w);
	}
}

/* An unmap whose invalidation has timed out is judged like one that was never asked for. */
static void test_unmap_after_time_out(void **state)
{
	struct model_access a = { .sid = SID };
	struct world *w = up("atc_timeout=500");

	w->atc_answers = false;
	referee_ats_granted(w->m, &a, 0x1000, 0x1000);
	world_cmd(w, ATC, 0x1000);
	world_cmd(w, 0x46, 0);
	world_run(w);
	wait_ms(w, 500);
	acknowledge(w);
	model_note_unmapped(w->m, SID, 0, false, 0x1000, 0x1000);
	world_expect(w, RULE_UNMAP_ATC, 1);
	ats_of(w, SID, false);
	model_note_unmapped(w->m, SID, 0, false, 0x1000, 0x1000);
	ats_of(w, SID, true);
	model_atc_inv_done(w->m, SID, 0);
	model_note_unmapped(w->m, SID, 0, false, 0x1000, 0x1000);
	world_expect(w, RULE_UNMAP_ATC, 1);
	world_free(w);
}

/* 7.1: a device that is gone: the SYNC fails, and completes when it is tried again. */
static void test_gone(void **state)
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
	cmocka_unit_test(test_time_out),
	cmocka_unit_test(test_time_out_default_and_never),
	cmocka_unit_test(test_time_out_of_one),
	cmocka_unit_test(test_late_answer),
	cmocka_unit_test(test_silent_device),
	cmocka_unit_test(test_reset_while_asked),
	cmocka_unit_test(test_shut_out),
	cmocka_unit_test(test_unmap_after_time_out),
	cmocka_unit_test(test_gone),
	cmocka_unit_test(test_unsupported_and_off),
	cmocka_unit_test(test_no_ats),
	cmocka_unit_test(test_reset),
};

const size_t nr_ats_inv_tests = ARRAY_SIZE(ats_inv_tests);
