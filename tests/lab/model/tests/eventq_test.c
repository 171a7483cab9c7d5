// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of eventq.c: records bit by bit, overflow, merging, aborts, stalls that wait for room.
 * Arm IHI 0070, chapter 7.2 to 7.4.
 */
#include "../control.h"
#include "count.h"

#define PROD	0x100a8
#define CONS	0x100ac

static struct world *up(const char *word)
{
	const char *const words[] = { word, NULL };
	struct world *w = world_new("maximal", words);

	world_up(w, true);
	world_write32(w, 0x50, 4);
	world_run(w);
	return w;
}

static struct event fault(u32 sid)
{
	return (struct event){
		.type = EVT_F_TRANSLATION, .sid = sid, .input_addr = 0x123456789abcull, .rnw = true
	};
}

#define SID	0x12345678ull
#define HEAD	(SID << 32 | 0xabcdeull << 12)
#define IN	0x00ffee1234567abcull
#define FETCH	0x00dcba9876543218ull
#define IPA	0x0012345678901000ull
#define FAULT	0x28e80004321ull	/* S2, CLASS, RnW, InD, PnU, Stall, STAG */

/* 7.3.2 to 7.3.20: each type with every field of struct event set. */
static void test_records(void **state)
{
	static const struct {
		enum event_type type;
		u64 r[4];
	} records[] = {
		{ EVT_F_UUT, { HEAD | 0x801, 0xe00001234ull, IN, 0 } },
		{ EVT_C_BAD_STREAMID, { HEAD | 0x802, 0, 0, 0 } },
		{ EVT_F_STE_FETCH, { HEAD | 0x803, 0x1234, 0, FETCH } },
		{ EVT_C_BAD_STE, { HEAD | 0x804, 0, 0, 0 } },
		{ EVT_F_BAD_ATS_TREQ, { HEAD | 0x805, 0, IN & ~0xfffull, 0 } },
		{ EVT_F_STREAM_DISABLED, { SID << 32 | 0x06, 0, 0, 0 } },
		{ EVT_F_TRANSL_FORBIDDEN, { HEAD | 0x807, 0x800000000ull, IN, 0 } },
		{ EVT_C_BAD_SUBSTREAMID, { HEAD | 0x008, 0, 0, 0 } },
		{ EVT_F_CD_FETCH, { HEAD | 0x809, 0x1234, 0, FETCH } },
		{ EVT_C_BAD_CD, { HEAD | 0x80a, 0, 0, 0 } },
		{ EVT_F_WALK_EABT, { HEAD | 0x80b, 0x28e00001234ull, IN, FETCH } },
		{ EVT_F_TRANSLATION, { HEAD | 0x810, FAULT, IN, IPA } },
		{ EVT_F_ADDR_SIZE, { HEAD | 0x811, FAULT, IN, IPA } },
		{ EVT_F_ACCESS, { HEAD | 0x812, FAULT, IN, IPA } },
		{ EVT_F_PERMISSION, { HEAD | 0x813, FAULT, IN, IPA } },
		{ EVT_F_TLB_CONFLICT, { HEAD | 0x820, 0x8e00001234ull, IN, IPA } },
		{ EVT_F_CFG_CONFLICT, { HEAD | 0x821, 0x1234, 0, 0 } },
		{ EVT_E_PAGE_REQUEST, { HEAD | 0x824, 0, IN & ~0xfffull, 0 } },
		{ EVT_F_VMS_FETCH, { HEAD | 0x825, 0x1234, 0, FETCH } },
	};
	struct event e = { .sid = SID,
			   .ssid = 0xabcde,
			   .ssv = true,
			   .stall = true,
			   .stag = 0x4321,
			   .rnw = true,
			   .ind = true,
			   .pnu = true,
			   .s2 = true,
			   .class = EVT_CLASS_IN,
			   .input_addr = IN,
			   .ipa = 0xff12345678901234ull,
			   .fetch_addr = 0xffdcba987654321full,
			   .reason = 0x1234 };
	u64 r[4];

	for (unsigned int i = 0; i < ARRAY_SIZE(records); i++) {
		e.type = records[i].type;
		event_encode(&e, r);
		for (unsigned int j = 0; j < 4; j++) {
			if (r[j] != records[i].r[j])
				fail_msg("0x%02x word %u: %016llx, wanted %016llx", e.type, j,
					 (unsigned long long)r[j],
					 (unsigned long long)records[i].r[j]);
		}
	}
	/* Without SubstreamID, stage 2, stall: 0, but C_BAD_SUBSTREAMID always has one. */
	e.ssv = false;
	e.s2 = false;
	e.stall = false;
	e.type = EVT_F_PERMISSION;
	event_encode(&e, r);
	assert_int_equal(r[0], SID << 32 | 0x13);
	assert_int_equal(r[1], 0x20e00000000ull);
	assert_int_equal(r[3], 0);
	/* 7.3.16: TTRnW says something of a stage 1 descriptor's access alone. */
	e.ttrnw = true;
	event_encode(&e, r);
	assert_int_equal(r[1], 0x20e00000000ull);
	e.class = EVT_CLASS_TTD;
	event_encode(&e, r);
	assert_int_equal(r[1], 0x110e00000000ull);
	e.ttrnw = false;
	event_encode(&e, r);
	assert_int_equal(r[1], 0x10e00000000ull);
	e.type = EVT_C_BAD_SUBSTREAMID;
	event_encode(&e, r);
	assert_int_equal(r[0], SID << 32 | 0xabcdeull << 12 | 8);
	e.type = 0xee;
	event_encode(&e, r);
	assert_int_equal(r[0], SID << 32 | 0xee);
}

/* 3.18.2: one interrupt where the queue becomes non-empty. */
static void test_interrupt(void **state)
{
	struct world *w = up(NULL);
	struct event e = fault(5);

	event_record(w->m, &e);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_EVENTQ], 1);
	event_record(w->m, &e);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_EVENTQ], 1);
	assert_int_equal(world_read32(w, PROD), 2);
	assert_int_equal(world_load(w, WORLD_EVENTQ), 5ull << 32 | 0x10);
	assert_int_equal(world_load(w, WORLD_EVENTQ + 32 + 16), 0x123456789abcull);
	world_write32(w, CONS, 2);
	event_record(w->m, &e);
	world_run(w);
	assert_int_equal(w->irqs[MODEL_IRQ_EVENTQ], 2);
	assert_int_equal(model_stream_counters(w->m, 5).events, 3);
	assert_int_equal(model_counters(w->m)->events, 3);
	world_expect_silence(w);
	world_free(w);
}

static void fill(struct world *w)
{
	struct event e = fault(1);

	for (unsigned int i = 0; i < 256; i++)
		event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD), 256);
}

/* 7.4: a lost event toggles OVFLG once; events go on without its acknowledgement. */
static void test_overflow(void **state)
{
	struct world *w = up(NULL);
	struct event e = fault(2);

	fill(w);
	event_record(w->m, &e);
	event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD), 1u << 31 | 256);
	assert_int_equal(model_counters(w->m)->events_lost, 2);
	world_write32(w, CONS, 2);
	event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD), 1u << 31 | 257);
	world_write32(w, CONS, 1u << 31 | 257);
	assert_int_equal(world_read32(w, CONS), 1u << 31 | 257);
	/* The flag toggles back at the next overflow. */
	for (unsigned int i = 0; i < 257; i++)
		event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD) >> 31, 0);
	world_expect_silence(w);
	world_free(w);
}

/* 3.5.1: the consumer must not overtake the producer, nor go back. */
static void test_consumer(void **state)
{
	struct world *w = up(NULL);
	struct event e = fault(2);

	event_record(w->m, &e);
	count_write(w, CONS, 2, RULE_QUEUE_OVERRUN);
	/* An inconsistent queue is full for the SMMU. */
	event_record(w->m, &e);
	assert_int_equal(model_counters(w->m)->events_lost, 1);
	world_free(w);
}

/* 7.3.1: the same event but for the page offset, while its record waits to be consumed. */
static void test_merging(void **state)
{
	struct world *w = up(NULL);
	struct event e = fault(2);

	e.mev = true;
	event_record(w->m, &e);
	e.input_addr ^= 0xabc;
	event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD), 1);
	e.input_addr ^= 0x1000;
	event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD), 2);
	e.mev = false;
	event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD), 3);
	e.mev = true;
	e.stall = true;
	event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD), 4);
	world_write32(w, CONS, 4);
	e.stall = false;
	event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD), 5);
	world_free(w);
}

/* Software has set PROD up anew: what was written before is no record any more. */
static void test_merging_after_setup(void **state)
{
	struct world *w = up(NULL);
	struct event e = fault(2);

	e.mev = true;
	event_record(w->m, &e);
	world_write32(w, 0x20, world_read32(w, 0x20) & ~4u);
	world_write32(w, PROD, 8);
	world_write32(w, CONS, 4);
	world_write32(w, 0x20, world_read32(w, 0x20) | 4);
	event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD), 9);
	world_free(w);
}

/* 7.2.2: an abort: the index stays, GERROR tells, nothing is written until it is acknowledged. */
static void test_abort(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct event e = fault(2);

	world_write64(w, 0xa0, WORLD_RAM | 4);
	world_write32(w, 0x20, 4);
	event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD), 0);
	assert_int_equal(world_read32(w, 0x60), 4);
	event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD), 0);
	assert_int_equal(model_counters(w->m)->events_lost, 2);
	world_free(w);
}

/* 7.2.1: disabled: lost without an overflow. */
static void test_disabled(void **state)
{
	struct world *w = world_new("maximal", NULL);
	struct event e = fault(2);

	event_record(w->m, &e);
	assert_int_equal(world_read32(w, PROD), 0);
	assert_int_equal(model_counters(w->m)->events_lost, 1);
	world_free(w);
}

/* 7.2.1: the event of a stall waits for room, and never overflows. */
static void test_stalls_wait(void **state)
{
	struct world *w = up(NULL);
	struct model_access a = { .sid = 2, .len = 8 };
	struct event e = fault(2);

	fill(w);
	assert_true(stall_begin(w->m, &a, &e));
	world_run(w);
	assert_int_equal(world_read32(w, PROD), 256);
	world_write32(w, CONS, 1);
	/* Behind what waits, others wait too, and SYNC loses those that find no room. */
	world_run(w);
	assert_int_equal(world_read32(w, PROD), 257);
	assert_int_equal(world_load(w, WORLD_EVENTQ + 8) >> 31 & 1, 1);
	assert_true(stall_begin(w->m, &a, &e));
	event_record(w->m, &e);
	assert_int_equal(w->m->eventq->nr_waiting, 2);
	world_sync(w);
	assert_int_equal(w->m->eventq->nr_waiting, 1);
	assert_int_equal(model_counters(w->m)->events_lost, 1);
	world_write32(w, CONS, world_read32(w, PROD));
	world_run(w);
	assert_int_equal(w->m->eventq->nr_waiting, 0);
	world_free(w);
}

/* Late, in order; all are there when CMD_SYNC is complete. */
static void test_late(void **state)
{
	struct world *w = up("delay=80");

	for (unsigned int i = 0; i < 100; i++) {
		struct event e = fault(i);

		event_record(w->m, &e);
	}
	world_sync(w);
	assert_int_equal(world_read32(w, PROD), 100);
	for (unsigned int i = 0; i < 100; i++)
		assert_int_equal(world_load(w, WORLD_EVENTQ + 32 * i) >> 32, i);
	world_free(w);
}

/* 7.2.1: EVENTQEN to 0: what was committed is written. */
static void test_disable_flushes(void **state)
{
	struct world *w = up("delay=100");
	struct event e = fault(3);

	while (!w->m->eventq->nr_waiting)
		event_record(w->m, &e);
	world_write32(w, 0x20, world_read32(w, 0x20) & ~4u);
	world_run(w);
	assert_int_equal(w->m->eventq->nr_waiting, 0);
	assert_int_equal(model_counters(w->m)->events_lost, 0);
	world_free(w);
}

const struct CMUnitTest eventq_tests[] = {
	cmocka_unit_test(test_records),
	cmocka_unit_test(test_interrupt),
	cmocka_unit_test(test_overflow),
	cmocka_unit_test(test_consumer),
	cmocka_unit_test(test_merging),
	cmocka_unit_test(test_merging_after_setup),
	cmocka_unit_test(test_abort),
	cmocka_unit_test(test_disabled),
	cmocka_unit_test(test_stalls_wait),
	cmocka_unit_test(test_late),
	cmocka_unit_test(test_disable_flushes),
};

const size_t nr_eventq_tests = ARRAY_SIZE(eventq_tests);
