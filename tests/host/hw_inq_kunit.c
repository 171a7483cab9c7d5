// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queues that the SMMU fills, over a register model (src/hw/evtq, src/core/event). Layer:
 * tests.
 */
#include "core/event.h"
#include "core/master.h"
#include "core/stream.h"
#include "hw/gerror.h"
#include "hw/reset.h"
#include "stub.h"

#define EVENTQ_PROD	0x100a8
#define EVENTQ_CONS	0x100ac

/* What a drain handed up. */
static struct {
	u64 sid[4096];
	unsigned int nr, lost;
} got;

static void note_event(struct smmu3_device *smmu, const __le64 *record)
{
	(void)smmu;
	if (got.nr < ARRAY_SIZE(got.sid))
		got.sid[got.nr] = le64_to_cpu(record[0]) >> 32;
	got.nr++;
}

static void note_lost(struct smmu3_device *smmu)
{
	(void)smmu;
	got.lost++;
}

static const struct smmu3_sink noting = {
	.event = note_event, .event_lost = note_lost, .pri = note_event, .pri_lost = note_lost,
};

static struct stub *start(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .idr0 = STUB_IDR0_ATS });

	s->smmu.sink = &noting;
	memset(&got, 0, sizeof(got));
	return s;
}

static bool put_event(struct stub *s, u32 sid)
{
	const u64 record[4] = { (u64)sid << 32 | 0x10, 0x0000020800000000, 0x1000, 0 };

	return stub_event(s, record);
}

/* In order and once each, over many turns of a queue of 128. */
static void wrap(struct kunit *test)
{
	struct stub *s = start(test);
	unsigned int i, turn, next = 0;

	for (turn = 0; turn < 20; turn++) {
		for (i = 0; i < 100; i++)
			KUNIT_ASSERT_TRUE_MSG(test, put_event(s, turn * 100 + i), "there is room");
		KUNIT_EXPECT_TRUE_MSG(test, smmu3_evtq_drain(&s->smmu), "there were events");
	}
	KUNIT_EXPECT_FALSE_MSG(test, smmu3_evtq_drain(&s->smmu), "nothing is left");
	KUNIT_EXPECT_EQ_MSG(test, got.nr, 2000, "events handed up");
	for (i = 0; i < got.nr; i++)
		KUNIT_ASSERT_EQ_MSG(test, got.sid[i], next++, "in order");
	KUNIT_EXPECT_EQ_MSG(test, got.lost, 0, "none lost");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, EVENTQ_PROD), stub_get(s, EVENTQ_CONS),
			    "the queue is empty");
}

/* Overflow is told once each time, acknowledged, and the queue goes on. */
static void queue_overflow(struct kunit *test)
{
	struct stub *s = start(test);
	unsigned int i, turn;

	for (turn = 1; turn <= 3; turn++) {
		for (i = 0; i < 128; i++)
			KUNIT_ASSERT_TRUE_MSG(test, put_event(s, i), "128 events fit");
		KUNIT_ASSERT_FALSE_MSG(test, put_event(s, 200), "the 129th does not");
		KUNIT_ASSERT_FALSE_MSG(test, put_event(s, 201), "nor the 130th");
		smmu3_evtq_drain(&s->smmu);
		KUNIT_EXPECT_EQ_MSG(test, got.lost, turn, "overflow %u is told once", turn);
		KUNIT_EXPECT_EQ_MSG(test, got.nr, 128 * turn, "what was in the queue is handed up");
		KUNIT_EXPECT_EQ_MSG(test,
				    (stub_get(s, EVENTQ_PROD) ^ stub_get(s, EVENTQ_CONS)) >> 31, 0,
				    "overflow %u is acknowledged", turn);
		KUNIT_EXPECT_EQ_MSG(test, s->smmu.evtq.overflows, turn, "and counted");
	}
}

/* The flag alone, with an empty queue. */
static void overflow_of_nothing(struct kunit *test)
{
	struct stub *s = start(test);

	stub_set(s, EVENTQ_PROD, 0x80000000);
	smmu3_evtq_drain(&s->smmu);
	KUNIT_EXPECT_EQ_MSG(test, got.lost, 1, "told");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, EVENTQ_CONS), 0x80000000, "acknowledged");
}

/* An index that no working SMMU shows: no record is believed, and the drain ends. */
static void impossible_index(struct kunit *test)
{
	struct stub *s = start(test);

	host_log_clear();
	stub_set(s, EVENTQ_PROD, 200);
	smmu3_evtq_drain(&s->smmu);
	KUNIT_EXPECT_EQ_MSG(test, got.nr, 0, "nothing handed up");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("impossible"), "and told");
	KUNIT_EXPECT_EQ_MSG(test, got.lost, 1, "as lost records");
	KUNIT_ASSERT_TRUE_MSG(test, put_event(s, 77), "then there is room");
	smmu3_evtq_drain(&s->smmu);
	KUNIT_EXPECT_EQ_MSG(test, got.nr, 1, "and the queue goes on");
	KUNIT_EXPECT_EQ_MSG(test, got.sid[0], 77, "with what came after");
	stub_set(s, EVENTQ_PROD, ~0u);
	smmu3_evtq_drain(&s->smmu);
	KUNIT_EXPECT_LE_MSG(test, got.nr, 128, "all ones: at most a queue full");
}

/* Where memory holds no record none is looked for: here PROD alone says that there is one. */
static void catch_up(struct kunit *test)
{
	struct stub *s = start(test);
	unsigned int i;

	stub_set(s, EVENTQ_PROD, 1);
	smmu3_evtq_catch_up(&s->smmu);
	KUNIT_EXPECT_EQ_MSG(test, got.nr, 0, "no register was read");
	stub_set(s, EVENTQ_PROD, 0);
	/* More than once around: what has been read is no record any more. */
	for (i = 0; i < 300; i++) {
		KUNIT_ASSERT_TRUE_MSG(test, put_event(s, i), "there is room");
		smmu3_evtq_catch_up(&s->smmu);
		KUNIT_EXPECT_EQ_MSG(test, got.nr, i + 1, "one record, one is handed up");
		stub_set(s, EVENTQ_PROD, stub_get(s, EVENTQ_PROD) + 1);
		smmu3_evtq_catch_up(&s->smmu);
		KUNIT_ASSERT_EQ_MSG(test, got.nr, i + 1, "no record, PROD is not read");
		stub_set(s, EVENTQ_PROD, stub_get(s, EVENTQ_PROD) - 1);
	}
	KUNIT_EXPECT_EQ_MSG(test, smmu3_reset(&s->smmu), 0, "started anew");
	smmu3_evtq_catch_up(&s->smmu);
	KUNIT_EXPECT_EQ_MSG(test, got.nr, 300, "nothing is left over");
}

static unsigned int to_feed;

/* For each event that is read the SMMU writes another. */
static void feed(struct smmu3_device *smmu, const __le64 *record)
{
	note_event(smmu, record);
	stub_set(container_of(smmu, struct stub, smmu), EVENTQ_CONS, got.nr & 0xff);
	if (to_feed) {
		to_feed--;
		put_event(container_of(smmu, struct stub, smmu), got.nr);
	}
}

/* Who writes as fast as we read keeps neither a thread nor the queue's lock for ever. */
static void endless_events(struct kunit *test)
{
	static const struct smmu3_sink feeding = { .event = feed };
	struct stub *s = start(test);

	s->smmu.sink = &feeding;
	to_feed = 1000;
	put_event(s, 1);
	KUNIT_EXPECT_TRUE_MSG(test, smmu3_evtq_drain(&s->smmu), "there were events");
	KUNIT_EXPECT_EQ_MSG(test, got.nr, 128, "a queue full of them");
	KUNIT_EXPECT_GT_MSG(test, host_run_work(), 6, "the rest in turns");
	KUNIT_EXPECT_EQ_MSG(test, got.nr, 1001, "all in the end");
}

/* The interrupt itself was lost: GERROR says so, and the queue is looked at. */
static void lost_interrupt(struct kunit *test)
{
	struct stub *s = start(test);

	put_event(s, 1);
	stub_gerror(s, 0x20);
	smmu3_gerror_serve(&s->smmu);
	host_run_work();
	KUNIT_EXPECT_EQ_MSG(test, got.nr, 1, "the event is found");
}

/* A queue that was not started, or is not any more, is not looked into. */
static void not_started(struct kunit *test)
{
	const struct stub_cfg cfg = { .idr0 = STUB_IDR0_ATS, .kdump = true };
	struct stub *s = stub_start(test, &cfg);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		s->smmu.sink = &noting;
		memset(&got, 0, sizeof(got));
		stub_set(s, EVENTQ_PROD, 3);
		stub_set(s, 0x100c8, 3);
		KUNIT_EXPECT_FALSE_MSG(test, smmu3_evtq_drain(&s->smmu), "events");
		KUNIT_EXPECT_FALSE_MSG(test, smmu3_priq_drain(&s->smmu), "page requests");
		KUNIT_EXPECT_EQ_MSG(test, got.nr, 0, "%s: nothing handed up",
				    i ? "stopped" : "crash kernel");
		s = start(test);
		smmu3_reset_stop(&s->smmu);
	}
}

/* All bits set in every record: decoded, printed, counted, answered; nothing but words. */
static void any_record(struct kunit *test)
{
	struct stub *s = start(test);
	u64 record[4];
	unsigned int type;

	s->smmu.sink = &smmu3_event_sink;
	for (type = 0; type < 256; type++) {
		memset(record, 0xff, sizeof(record));
		record[0] = (~0ULL & ~0xffULL) | type;
		stub_event(s, record);
		stub_pri(s, record);
		smmu3_evtq_drain(&s->smmu);
		smmu3_priq_drain(&s->smmu);
	}
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.evtq.total, 256, "events read");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.priq.total, 256, "page requests read");
	KUNIT_EXPECT_EQ_MSG(test, s->nr_illegal, 0, "no illegal answer");
}

/* One stream makes noise, another reports once: that one is printed. */
static void noisy_stream(struct kunit *test)
{
	struct stub *s = start(test);
	struct smmu3_stream *loud, *quiet;
	unsigned int i;

	s->smmu.sink = &smmu3_event_sink;
	mutex_lock(&smmu3_attach_lock);
	loud = smmu3_stream_get(&s->smmu, 5);
	quiet = smmu3_stream_get(&s->smmu, 6);
	mutex_unlock(&smmu3_attach_lock);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, loud);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, quiet);
	host_log_clear();
	for (i = 0; i < 1000; i++) {
		put_event(s, 5);
		smmu3_evtq_drain(&s->smmu);
	}
	put_event(s, 6);
	smmu3_evtq_drain(&s->smmu);
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("sid=0x6"), "the quiet stream's event is printed");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("sid=0x5"), "the loud one's first, too");
	KUNIT_EXPECT_LE_MSG(test, host_log_lines(), 12, "lines in all");
	KUNIT_EXPECT_EQ_MSG(test, loud->events[0x10], 1000, "all are counted by type");
	KUNIT_EXPECT_EQ_MSG(test, quiet->events[0x10], 1, "all are counted by type");
	KUNIT_EXPECT_GE_MSG(test, loud->muted, 990, "and those not printed");
	smmu3_stream_free_all(&s->smmu);
}

/* A stalled transaction and the last request of a group are answered; nothing else is. */
static void answers(struct kunit *test)
{
	struct stub *s = start(test);
	const u64 stalled[4] = { 0x700000010, 0x000002008000beef, 0x1000, 0 };
	const u64 terminated[4] = { 0x700000010, 0x000002000000beef, 0x1000, 0 };
	const u64 first[2] = { 0x9000000500000007, 0x1003 },
		  last[2] = { 0xd000000500000007, 0x1003 };
	const u64 stop[2] = { 0xc000000500000007, 0 };
	int i;

	s->smmu.sink = &smmu3_event_sink;
	stub_log_clear(s);
	stub_event(s, terminated);
	stub_event(s, stalled);
	smmu3_evtq_drain(&s->smmu);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, 0x44), 1, "one CMD_RESUME");
	i = stub_find_cmd(s, 0x44, 0);
	KUNIT_EXPECT_EQ_MSG(test, i < 0 ? 0 : s->log[i].a, 0x700002044ULL, "StreamID 7, abort");
	KUNIT_EXPECT_EQ_MSG(test, i < 0 ? 0 : s->log[i].b, 0xbeef, "its stall tag");

	stub_pri(s, first);
	stub_pri(s, stop);
	stub_pri(s, last);
	smmu3_priq_drain(&s->smmu);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, 0x41), 1,
			    "one CMD_PRI_RESP: the first request and the stop marker want none");
	i = stub_find_cmd(s, 0x41, 0);
	KUNIT_EXPECT_EQ_MSG(test, i < 0 ? 0 : s->log[i].a, 0x700005841ULL,
			    "StreamID 7, SubstreamID 5");
	KUNIT_EXPECT_EQ_MSG(test, i < 0 ? 0 : s->log[i].b & 0x1ff, 3, "group 3");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(wrap),
	KUNIT_CASE(queue_overflow),
	KUNIT_CASE(overflow_of_nothing),
	KUNIT_CASE(impossible_index),
	KUNIT_CASE(catch_up),
	KUNIT_CASE(endless_events),
	KUNIT_CASE(lost_interrupt),
	KUNIT_CASE(not_started),
	KUNIT_CASE(any_record),
	KUNIT_CASE(noisy_stream),
	KUNIT_CASE(answers),
	{}
};

static struct kunit_suite hw_inq_suite = {
	.name = "smmu3_host_inq",
	.exit = stub_exit,
	.test_cases = cases,
};

kunit_test_suite(hw_inq_suite);
