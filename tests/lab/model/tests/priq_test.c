// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of priq.c and pri.c: records, overflow, what the SMMU answers itself, and what software
 * answers. Arm IHI 0070, chapter 8 "Page request queue", 4.5.2 "CMD_PRI_RESP".
 */
#include "../control.h"
#include "count.h"

#define PROD	0x100c8
#define CONS	0x100cc
#define SID	0x40u

static struct {
	u32 sid, ssid;
	bool ssv;
	u16 prgi;
	enum model_page_response code;
	unsigned int nr;
} answer;

static void answered(void *ctx, u32 sid, u32 ssid, bool ssv, u16 prgi,
		     enum model_page_response code)
{
	answer.sid = sid;
	answer.ssid = ssid;
	answer.ssv = ssv;
	answer.prgi = prgi;
	answer.code = code;
	answer.nr++;
}

static struct world *up(const char *word)
{
	const char *const words[] = { word, NULL };
	struct world *w = world_new("maximal", words);

	memset(&answer, 0, sizeof(answer));
	w->m->env.page_response = answered;
	world_up(w, true);
	world_write32(w, 0x50, 2);
	world_run(w);
	return w;
}

static struct model_page_request request(u16 prgi, bool last)
{
	return (struct model_page_request){ .sid = SID,
					    .ssid = 0x12345,
					    .ssv = true,
					    .addr = 0xabcdef0123456ull,
					    .prgi = prgi,
					    .last = last,
					    .r = true,
					    .w = true };
}

static void respond(struct world *w, u32 ssid, bool ssv, u16 prgi, unsigned int code)
{
	world_cmd(w, 0x41 | (u64)ssv << 11 | (u64)ssid << 12 | (u64)SID << 32, prgi | code << 12);
	world_sync(w);
}

/* Chapter 8: the record. */
static void test_records(void **state)
{
	struct world *w = up(NULL);
	struct model_page_request r = request(0x155, true);

	r.x = true;
	r.priv = true;
	model_page_request(w->m, &r);
	assert_int_equal(world_load(w, WORLD_PRIQ), 0xfc01234500000000ull | SID);
	assert_int_equal(world_load(w, WORLD_PRIQ + 8), 0xabcdef0123000ull | 0x155);
	/* Without PASID: no X, no Priv. */
	r.ssv = false;
	r.last = false;
	r.r = false;
	r.prgi = 1;
	model_page_request(w->m, &r);
	assert_int_equal(world_load(w, WORLD_PRIQ + 16), 1ull << 61 | SID);
	assert_int_equal(world_read32(w, PROD), 2);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_PRIQ], 1);
	assert_int_equal(answer.nr, 0);
	world_expect_silence(w);
	world_free(w);
}

/* SMMU_PRIQ_IRQ_CFG2.LO: at the last of a group, also of one that overflow threw away. */
static void test_last_only(void **state)
{
	struct world *w = up(NULL);
	struct model_page_request r = request(1, false);

	world_write32(w, 0x50, 0);
	world_write32(w, 0xdc, 1u << 31);
	world_write32(w, 0x50, 2);
	model_page_request(w->m, &r);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_PRIQ], 0);
	r.last = true;
	model_page_request(w->m, &r);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_PRIQ], 1);
	for (unsigned int i = 0; i < 254; i++)
		model_page_request(w->m, &r);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_PRIQ], 2);
	model_page_request(w->m, &r);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_PRIQ], 3);
	world_free(w);
}

static void fill(struct world *w)
{
	for (unsigned int i = 0; i < 256; i++) {
		struct model_page_request r = request(i, true);

		model_page_request(w->m, &r);
	}
	assert_int_equal(world_read32(w, PROD), 256);
	assert_int_equal(answer.nr, 0);
}

/* 8.1: Success for what was last, silence for the rest; nothing new before the acknowledgement. */
static void test_overflow(void **state)
{
	struct world *w = up(NULL);
	struct model_page_request r = request(0x1ff, true);

	fill(w);
	model_page_request(w->m, &r);
	assert_int_equal(world_read32(w, PROD), 1u << 31 | 256);
	assert_int_equal(answer.nr, 1);
	assert_int_equal(answer.code, MODEL_PRI_SUCCESS);
	assert_int_equal(answer.prgi, 0x1ff);
	assert_true(answer.ssv);		/* IDR3.PPS */
	assert_int_equal(answer.ssid, 0x12345);
	r.last = false;
	model_page_request(w->m, &r);
	r.last = true;
	r.r = false;
	r.w = false;
	model_page_request(w->m, &r);
	assert_int_equal(answer.nr, 1);
	/* Room alone does not help. */
	world_write32(w, CONS, 256);
	r.r = true;
	r.ssv = false;
	model_page_request(w->m, &r);
	assert_int_equal(answer.nr, 2);
	assert_false(answer.ssv);
	world_write32(w, CONS, 1u << 31 | 256);
	assert_int_equal(world_read32(w, CONS), 1u << 31 | 256);
	model_page_request(w->m, &r);
	assert_int_equal(world_read32(w, PROD), 1u << 31 | 257);
	assert_int_equal(model_counters(w->m)->page_requests_lost, 4);
	assert_int_equal(model_counters(w->m)->page_requests, 261);
	world_expect_silence(w);
	world_free(w);
}

/* 8.1: without PPS, STE.PPAR decides on the PASID, and no STE means failure. */
static void test_overflow_without_pps(void **state)
{
	struct world *w = up("pps=0");
	struct model_page_request r = request(0x1ff, true);
	u64 ste[8];

	world_ste_pa(w, SID);
	fill(w);
	model_page_request(w->m, &r);
	assert_int_equal(answer.code, MODEL_PRI_DENIED);
	assert_false(answer.ssv);
	world_make_ste_bypass(ste);
	world_ste(w, SID, ste);
	model_page_request(w->m, &r);
	assert_int_equal(answer.code, MODEL_PRI_SUCCESS);
	assert_false(answer.ssv);
	assert_int_equal(answer.ssid, 0);
	ste[1] |= 1 << 18;
	world_ste(w, SID, ste);
	model_page_request(w->m, &r);
	assert_int_equal(answer.code, MODEL_PRI_SUCCESS);
	assert_true(answer.ssv);
	r.ssv = false;
	model_page_request(w->m, &r);
	assert_int_equal(answer.code, MODEL_PRI_SUCCESS);
	assert_int_equal(answer.nr, 4);
	world_free(w);
}

static void denied_with(struct world *w, u32 sid, unsigned int type)
{
	struct model_page_request r = request(0x1ff, true);
	u32 prod = world_read32(w, 0x100a8);

	r.sid = sid;
	model_page_request(w->m, &r);
	world_run(w);
	assert_int_equal(answer.code, MODEL_PRI_DENIED);
	assert_int_equal(world_read32(w, 0x100a8), prod + !!type);
	if (type)
		assert_int_equal(world_load(w, WORLD_EVENTQ + (prod & 0xff) * 32),
				 type | 1 << 11 | 0x12345 << 12 | (u64)sid << 32);
}

/* 8.1: why STE.PPAR cannot be read is recorded with CR2.REC_CFG_ATS, and RECINVSID for range. */
static void test_overflow_recorded(void **state)
{
	struct world *w = up("pps=0");
	struct model_page_request r = request(0x1ff, true);
	u64 ste[8];

	world_ste_pa(w, SID);
	fill(w);
	denied_with(w, SID, 0);
	w->m->regs.cr2 = 8;
	denied_with(w, SID, 0x04);
	denied_with(w, 0x10000, 0);
	w->m->regs.cr2 = 8 | 2;
	denied_with(w, 0x10000, 0x02);
	w->fail_reads = 1;
	denied_with(w, 0x240, 0x03);
	/* Abort is as valid as any. */
	world_make_ste_abort(ste);
	ste[1] |= 1 << 18;
	world_ste(w, SID, ste);
	model_page_request(w->m, &r);
	assert_int_equal(answer.code, MODEL_PRI_SUCCESS);
	assert_true(answer.ssv);
	/* With PPS nobody looks. */
	w->m->f.pps = 1;
	r.sid = 0x10000;
	model_page_request(w->m, &r);
	assert_int_equal(answer.code, MODEL_PRI_SUCCESS);
	assert_int_equal(world_read32(w, 0x100a8), 3);
	world_free(w);
}

/* 8.2: queue off, SMMU off, queue in error: Response Failure without PASID. */
static void test_failure(void **state)
{
	struct world *w = up(NULL);
	struct model_page_request r = request(3, false);

	/* A group that began before the queue went off. */
	model_page_request(w->m, &r);
	world_write32(w, 0x20, world_read32(w, 0x20) & ~2u);
	model_page_request(w->m, &r);
	assert_int_equal(answer.nr, 1);
	assert_int_equal(answer.code, MODEL_PRI_DENIED);
	assert_false(answer.ssv);
	assert_int_equal(answer.prgi, 3);
	/* 6.3.9.5: PRIQEN counts with SMMUEN only. */
	world_write32(w, 0x20, (world_read32(w, 0x20) | 2) & ~1u);
	model_page_request(w->m, &r);
	assert_int_equal(answer.nr, 2);
	r.last = true;
	r.r = false;
	r.w = false;
	model_page_request(w->m, &r);
	assert_int_equal(answer.nr, 2);
	world_free(w);
}

static void test_abort(void **state)
{
	struct world *w = up(NULL);
	struct model_page_request r = request(3, true);

	world_write32(w, 0x20, world_read32(w, 0x20) & ~2u);
	world_write64(w, 0xc0, WORLD_RAM | 4);
	world_write32(w, 0x20, world_read32(w, 0x20) | 2);
	model_page_request(w->m, &r);
	assert_int_equal(world_read32(w, PROD), 0);
	assert_int_equal(world_read32(w, 0x60), 8);
	assert_int_equal(answer.nr, 1);
	model_page_request(w->m, &r);
	assert_int_equal(answer.nr, 2);
	assert_int_equal(answer.code, MODEL_PRI_DENIED);
	world_free(w);
}

static void test_consumer(void **state)
{
	struct world *w = up(NULL);

	count_write(w, CONS, 1, RULE_QUEUE_OVERRUN);
	world_free(w);
}

/* 4.5.2: an answer to each group, with its PASID or without. */
static void test_responses(void **state)
{
	struct world *w = up(NULL);
	struct model_page_request r = request(7, false);

	model_page_request(w->m, &r);
	r.last = true;
	model_page_request(w->m, &r);
	respond(w, 0x12345, true, 7, 2);
	assert_int_equal(answer.nr, 1);
	assert_int_equal(answer.code, MODEL_PRI_SUCCESS);
	assert_true(answer.ssv);
	assert_int_equal(answer.ssid, 0x12345);
	assert_int_equal(answer.sid, SID);
	/* The index again, answered without PASID, and as a failure. */
	model_page_request(w->m, &r);
	respond(w, 0, false, 7, 1);
	assert_int_equal(answer.code, MODEL_PRI_FAILURE);
	assert_false(answer.ssv);
	assert_int_equal(model_counters(w->m)->pri_resp, 2);
	world_expect_silence(w);
	respond(w, 0, false, 7, 1);
	count_expect(w, RULE_PRI_TWICE, 1);
	world_free(w);
}

static void bad_response(bool last, bool ssv, u32 ssid, bool resp_ssv, u16 prgi)
{
	struct world *w = up(NULL);
	struct model_page_request r = request(7, last);

	r.ssv = ssv;
	model_page_request(w->m, &r);
	respond(w, ssid, resp_ssv, prgi, 2);
	count_expect(w, RULE_PRI_TAG, 1);
	world_free(w);
}

/* 4.5.2: an answer to nothing. */
static void test_bad_responses(void **state)
{
	bad_response(true, true, 0x12345, true, 8);
	bad_response(true, true, 0x12346, true, 7);
	bad_response(true, false, 0x12345, true, 7);
	bad_response(false, true, 0x12345, true, 7);
}

/* 8.1.1: a group whose last request was lost had its answer. */
static void test_response_after_overflow(void **state)
{
	struct world *w = up(NULL);
	struct model_page_request r = request(0, false);

	for (unsigned int i = 0; i < 256; i++)
		model_page_request(w->m, &r);
	r.last = true;
	model_page_request(w->m, &r);
	assert_int_equal(answer.nr, 1);
	respond(w, 0x12345, true, 0, 2);
	count_expect(w, RULE_PRI_TWICE, 1);
	world_free(w);
}

/* 4.5.2: a device that was reset uses an index again before its first group has an answer. */
static void test_response_after_reset(void **state)
{
	struct world *w = up(NULL);
	struct model_page_request r = request(7, true), part = request(8, false);

	model_page_request(w->m, &r);
	model_page_request(w->m, &part);
	model_device_reset(w->m, SID);
	model_page_request(w->m, &r);
	respond(w, 0x12345, true, 7, 2);
	assert_int_equal(answer.nr, 1);
	pri_overdue(w->m, w->now, 100);
	respond(w, 0x12345, true, 7, 2);
	assert_int_equal(answer.nr, 2);
	world_expect_silence(w);
	respond(w, 0x12345, true, 7, 2);
	count_expect(w, RULE_PRI_TWICE, 1);
	/* One that software had not seen whole is not answered. */
	respond(w, 0x12345, true, 8, 2);
	count_expect(w, RULE_PRI_TWICE, 2);
	world_free(w);
}

/* With its own PASID. */
static void test_bad_response_after_reset(void **state)
{
	struct world *w = up(NULL);
	struct model_page_request r = request(7, true);

	model_page_request(w->m, &r);
	model_device_reset(w->m, SID);
	respond(w, 0x12346, true, 7, 2);
	count_expect(w, RULE_PRI_TAG, 1);
	world_free(w);
}

/* One that the device was reset over wants its answer all the same. */
static void test_overdue_after_reset(void **state)
{
	struct world *w = up(NULL);
	struct model_page_request r = request(7, true);

	model_page_request(w->m, &r);
	model_device_reset(w->m, SID);
	pri_overdue(w->m, w->now + 10, 100);
	world_expect_silence(w);
	pri_overdue(w->m, w->now + 1000, 100);
	count_expect(w, RULE_PRI_UNANSWERED, 1);
	world_free(w);
}

/* 4.5.2: ignored while the SMMU is off. */
static void test_response_while_off(void **state)
{
	struct world *w = up(NULL);

	world_write32(w, 0x20, world_read32(w, 0x20) & ~1u);
	respond(w, 0, false, 9, 2);
	assert_int_equal(answer.nr, 0);
	world_expect_silence(w);
	world_free(w);
}

/* The referee's clock: a group without an answer is told once; not those of a device that is gone.
 */
static void test_overdue(void **state)
{
	struct world *w = up(NULL);
	struct model_page_request r = request(1, true), other = request(2, true),
				  part = request(3, false);

	other.sid = 0x99;
	model_page_request(w->m, &r);
	model_page_request(w->m, &other);
	model_page_request(w->m, &part);
	model_device_gone(w->m, 0x99);
	pri_overdue(w->m, w->now + 10, 100);
	world_expect_silence(w);
	pri_overdue(w->m, w->now + 1000, 100);
	count_expect(w, RULE_PRI_UNANSWERED, 1);
	pri_overdue(w->m, w->now + 1000, 100);
	count_expect(w, RULE_PRI_UNANSWERED, 1);
	world_free(w);
}

const struct CMUnitTest priq_tests[] = {
	cmocka_unit_test(test_records),
	cmocka_unit_test(test_last_only),
	cmocka_unit_test(test_overflow),
	cmocka_unit_test(test_overflow_without_pps),
	cmocka_unit_test(test_overflow_recorded),
	cmocka_unit_test(test_failure),
	cmocka_unit_test(test_abort),
	cmocka_unit_test(test_consumer),
	cmocka_unit_test(test_responses),
	cmocka_unit_test(test_bad_responses),
	cmocka_unit_test(test_response_after_overflow),
	cmocka_unit_test(test_response_after_reset),
	cmocka_unit_test(test_bad_response_after_reset),
	cmocka_unit_test(test_overdue_after_reset),
	cmocka_unit_test(test_response_while_off),
	cmocka_unit_test(test_overdue),
};

const size_t nr_priq_tests = ARRAY_SIZE(priq_tests);
