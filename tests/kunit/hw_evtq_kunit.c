// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event queue and PRI queue (src/hw/evtq) and what becomes of their records (src/core/event).
 * Layer: tests.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "core/event.h"
#include "core/master.h"
#include "core/stream.h"
#include "hw/reset.h"
#include "stub_smmu.h"

#define EVTQ	128	/* entries of the default stub's queues */

static struct smmu3_stub *started(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub;

	cfg.idr0 |= STUB_IDR0_ATS_PRI;
	stub = smmu3_stub_start(test, &cfg);
	KUNIT_ASSERT_NOT_NULL(test, stub);
	return stub;
}

/* ---------------------------------------------------------------- the queues */

/* Where records are handed to: numbered in word 3 (events) or word 1 (requests). */
static struct {
	u32 events, requests, disorder, lost, pri_lost;
} got;

static void get_event(struct smmu3_device *smmu, const __le64 *record)
{
	got.disorder += le64_to_cpu(record[3]) != got.events;
	got.events++;
}

static void get_pri(struct smmu3_device *smmu, const __le64 *record)
{
	got.disorder += le64_to_cpu(record[1]) >> 12 != got.requests;
	got.requests++;
}

static void get_lost(struct smmu3_device *smmu)
{
	got.lost++;
}

static void get_pri_lost(struct smmu3_device *smmu)
{
	got.pri_lost++;
}

static const struct smmu3_sink counting_sink = {
	.event = get_event, .event_lost = get_lost, .pri = get_pri, .pri_lost = get_pri_lost,
};

static struct smmu3_stub *counted(struct kunit *test)
{
	struct smmu3_stub *stub = started(test);

	memset(&got, 0, sizeof(got));
	stub->smmu.sink = &counting_sink;
	return stub;
}

static bool put_event(struct smmu3_stub *stub, u32 nr)
{
	const u64 record[4] = { 0x10 | 5ULL << 32, 0, 0, nr };

	return smmu3_stub_event(stub, record);
}

static bool put_pri(struct smmu3_stub *stub, u32 nr)
{
	const u64 record[2] = { 5 | 1ULL << 60, (u64)nr << 12 };

	return smmu3_stub_pri(stub, record);
}

static void drains_in_order(struct kunit *test)
{
	struct smmu3_stub *stub = counted(test);
	u32 nr = 0, i;

	KUNIT_EXPECT_FALSE_MSG(test, smmu3_evtq_drain(&stub->smmu), "an empty event queue");
	KUNIT_EXPECT_FALSE_MSG(test, smmu3_priq_drain(&stub->smmu), "an empty PRI queue");
	/* Several times round, by turns a few and all that the queue holds. */
	while (nr < 5 * EVTQ) {
		u32 many = nr % 2 ? 3 : EVTQ;

		for (i = 0; i < many; i++, nr++) {
			KUNIT_EXPECT_TRUE(test, put_event(stub, nr));
			KUNIT_EXPECT_TRUE(test, put_pri(stub, nr));
		}
		KUNIT_EXPECT_TRUE(test, smmu3_evtq_drain(&stub->smmu));
		KUNIT_EXPECT_TRUE(test, smmu3_priq_drain(&stub->smmu));
		KUNIT_EXPECT_EQ_MSG(test, got.events, nr, "events handed on");
		KUNIT_EXPECT_EQ_MSG(test, got.requests, nr, "requests handed on");
		put_event(stub, nr);
		put_pri(stub, nr);
		nr++;
	}
	smmu3_evtq_drain(&stub->smmu);
	smmu3_priq_drain(&stub->smmu);
	KUNIT_EXPECT_EQ_MSG(test, got.disorder, 0, "records out of order");
	KUNIT_EXPECT_EQ_MSG(test, got.lost + got.pri_lost, 0, "nothing was lost");
	KUNIT_EXPECT_EQ_MSG(test, stub->smmu.evtq.total, nr, "counted");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_EVENTQ_CONS),
			    smmu3_stub_reg(stub, STUB_EVENTQ_PROD), "CONS");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_PRIQ_CONS),
			    smmu3_stub_reg(stub, STUB_PRIQ_PROD), "CONS");
}

static void overflow_is_told_and_acknowledged(struct kunit *test)
{
	struct smmu3_stub *stub = counted(test);
	u32 round, i, nr = 0, nr_pri = 0;

	/* The flag toggles: both directions. */
	for (round = 1; round <= 3; round++) {
		for (i = 0; i < EVTQ + 5; i++) {
			nr += put_event(stub, nr);
			nr_pri += put_pri(stub, nr_pri);
		}
		KUNIT_EXPECT_TRUE(test, smmu3_evtq_drain(&stub->smmu));
		KUNIT_EXPECT_TRUE(test, smmu3_priq_drain(&stub->smmu));
		KUNIT_EXPECT_EQ_MSG(test, got.events, nr, "all that were in the queue");
		KUNIT_EXPECT_EQ_MSG(test, got.requests, nr_pri, "likewise");
		KUNIT_EXPECT_EQ_MSG(test, got.lost, round,
				    "told once for each overflow of the event queue");
		KUNIT_EXPECT_EQ_MSG(test, got.pri_lost, round, "and of the PRI queue");
		KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_EVENTQ_CONS),
				    smmu3_stub_reg(stub, STUB_EVENTQ_PROD),
				    "OVACKFLG follows OVFLG");
		KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_PRIQ_CONS),
				    smmu3_stub_reg(stub, STUB_PRIQ_PROD), "OVACKFLG follows OVFLG");
		KUNIT_EXPECT_FALSE_MSG(test, smmu3_evtq_drain(&stub->smmu),
				       "and that is the end of it");
	}
	KUNIT_EXPECT_EQ_MSG(test, stub->smmu.evtq.overflows, 3, "counted");
	KUNIT_EXPECT_EQ_MSG(test, got.disorder, 0, "records out of order");
}

/* Overflow while nothing is left to read: a flag alone. */
static void overflow_flag_alone(struct kunit *test)
{
	struct smmu3_stub *stub = counted(test);

	smmu3_stub_set(stub, STUB_EVENTQ_PROD, 0x80000000);
	KUNIT_EXPECT_FALSE(test, smmu3_evtq_drain(&stub->smmu));
	KUNIT_EXPECT_EQ_MSG(test, got.lost, 1, "told");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_EVENTQ_CONS), 0x80000000,
			    "acknowledged");
	KUNIT_EXPECT_EQ_MSG(test, got.events, 0, "no record was made up");
}

static void impossible_index(struct kunit *test)
{
	/* Each is a queue and one ahead of where the one before has led. */
	static const u32 prods[] = { EVTQ + 1, 2, EVTQ + 3, 4 };
	struct smmu3_stub *stub = counted(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(prods); i++) {
		smmu3_stub_set(stub, STUB_EVENTQ_PROD, prods[i]);
		KUNIT_EXPECT_FALSE_MSG(test, smmu3_evtq_drain(&stub->smmu), "PROD %#x: it ends",
				       prods[i]);
		KUNIT_EXPECT_EQ_MSG(test, got.events, 0, "PROD %#x: no record is believed",
				    prods[i]);
		KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_EVENTQ_CONS), prods[i],
				    "PROD %#x: CONS goes there, the queue is empty", prods[i]);
		KUNIT_EXPECT_EQ_MSG(test, got.lost, i + 1, "PROD %#x: records are lost", prods[i]);
	}
	put_event(stub, 0);
	KUNIT_EXPECT_TRUE_MSG(test, smmu3_evtq_drain(&stub->smmu), "a sensible one again");
	KUNIT_EXPECT_EQ(test, got.events, 1);
}

static void restart_begins_anew(struct kunit *test)
{
	struct smmu3_stub *stub = counted(test);
	u32 i;

	for (i = 0; i < EVTQ + 2; i++)
		put_event(stub, i);
	smmu3_evtq_drain(&stub->smmu);
	KUNIT_EXPECT_EQ(test, smmu3_reset(&stub->smmu), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_EVENTQ_PROD), 0, "PROD");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_EVENTQ_CONS), 0, "CONS");
	memset(&got, 0, sizeof(got));
	put_event(stub, 0);
	KUNIT_EXPECT_TRUE(test, smmu3_evtq_drain(&stub->smmu));
	KUNIT_EXPECT_EQ(test, got.events, 1);
	KUNIT_EXPECT_EQ_MSG(test, got.lost, 0, "an old overflow is not told again");
}

/* ---------------------------------------------------------------- their records */

static struct smmu3_stream *with_stream(struct kunit *test, struct smmu3_stub *stub, u32 sid)
{
	struct smmu3_stream *stream;

	mutex_lock(&smmu3_attach_lock);
	stream = smmu3_stream_get(&stub->smmu, sid);
	mutex_unlock(&smmu3_attach_lock);
	KUNIT_ASSERT_FALSE(test, IS_ERR(stream));
	return stream;
}

/* 7.3.12 F_TRANSLATION: SID 63:32; word 1: STAG 15:0, Stall 31 */
static void put_fault(struct smmu3_stub *stub, u8 type, u32 sid, bool stall, u16 stag)
{
	const u64 record[4] = {type | (u64)sid << 32, stag | (u64)stall << 31 | 1ULL << 35, 0x1000,
			       0};

	smmu3_stub_event(stub, record);
	smmu3_evtq_drain(&stub->smmu);
}

static void events_are_counted_for_their_stream(struct kunit *test)
{
	struct smmu3_stub *stub = started(test);
	struct smmu3_stream *stream = with_stream(test, stub, 9);
	unsigned int type;

	for (type = 0; type <= 0xff; type++)
		put_fault(stub, type, 9, false, 0);
	for (type = 0; type <= 0x25; type++) {
		/*
		 * Types that the specification has, 7.3; the rest carries no StreamID that could
		 * be believed.
		 */
		bool known = (type >= 1 && type <= 0x0b) || (type >= 0x10 && type <= 0x13) ||
			     type == 0x20 || type == 0x21 || type == 0x24 || type == 0x25;

		KUNIT_EXPECT_EQ_MSG(test, stream->events[type], known, "events of type %#x", type);
	}
	KUNIT_EXPECT_EQ_MSG(test, stub->smmu.evtq.total, 256, "all were read");
}

static void a_noisy_stream_hides_no_other(struct kunit *test)
{
	struct smmu3_stub *stub = started(test);
	struct smmu3_stream *noisy = with_stream(test, stub, 9),
			    *quiet = with_stream(test, stub, 10);
	unsigned int i;

	for (i = 0; i < 1000; i++)
		put_fault(stub, 0x10, 9, false, 0);
	put_fault(stub, 0x10, 10, false, 0);
	KUNIT_EXPECT_EQ_MSG(test, noisy->events[0x10], 1000, "every event is counted");
	KUNIT_EXPECT_GT_MSG(test, noisy->muted, 900, "few of a noisy stream are printed");
	KUNIT_EXPECT_LT_MSG(test, noisy->muted, 1000, "but some are");
	KUNIT_EXPECT_EQ_MSG(test, quiet->muted, 0, "a quiet one beside it is heard");
	KUNIT_EXPECT_EQ_MSG(test, quiet->events[0x10], 1, "and counted");
	KUNIT_EXPECT_EQ_MSG(test, atomic64_read(&stub->smmu.events_muted), noisy->muted,
			    "muted ones are counted in all");
}

static void unknown_streams_do_not_crash(struct kunit *test)
{
	struct smmu3_stub *stub = started(test);
	static const u32 sids[] = { 0, 77, 255, 256, 0xffffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sids); i++) {
		put_fault(stub, 0x02, sids[i], false, 0);
		put_fault(stub, 0x10, sids[i], false, 0);
		KUNIT_EXPECT_NULL_MSG(test, smmu3_stream_find(&stub->smmu, sids[i]),
				      "an event makes no stream");
	}
	KUNIT_EXPECT_EQ(test, stub->smmu.evtq.total, 2 * ARRAY_SIZE(sids));
}

/* 4.6.1 CMD_RESUME: SID 63:32, Ac 12, Ab 13; STAG word 1 15:0 */
static void stalled_transactions_are_answered(struct kunit *test)
{
	struct smmu3_stub *stub = started(test);
	const struct smmu3_stub_rec *rec;

	with_stream(test, stub, 9);
	put_fault(stub, 0x10, 9, false, 0x77);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_RESUME), 0,
			    "no answer where nothing stalls");
	put_fault(stub, 0x13, 9, true, 0x1234);
	put_fault(stub, 0x10, 200, true, 0x4321);
	rec = smmu3_stub_find(stub, STUB_OP_RESUME, 0);
	KUNIT_ASSERT_NOT_NULL(test, rec);
	KUNIT_EXPECT_EQ_MSG(test, rec->q[0], 0x2044 | 9ULL << 32, "CMD_RESUME, abort, SID 9");
	KUNIT_EXPECT_EQ_MSG(test, rec->q[1], 0x1234, "its STAG");
	rec = smmu3_stub_find(stub, STUB_OP_RESUME, 1);
	KUNIT_EXPECT_NOT_NULL_MSG(test, rec, "a stream that nobody knows is answered, too");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_RESUME), 2, "each once");
}

/* 8.1: SID 31:0, SSID 51:32, R 60, W 61, Last 62, SSV 63; PRGIndex word 1 8:0 */
static void put_request(struct smmu3_stub *stub, u64 flags, u32 grpid)
{
	const u64 record[2] = { 9 | 3ULL << 32 | flags, 0x5000 | grpid };

	smmu3_stub_pri(stub, record);
	smmu3_priq_drain(&stub->smmu);
}

static void page_requests_are_answered(struct kunit *test)
{
	struct smmu3_stub *stub = started(test);
	struct smmu3_stream *stream = with_stream(test, stub, 9);
	const u64 r = 1ULL << 60, last = 1ULL << 62, ssv = 1ULL << 63;
	const struct smmu3_stub_rec *rec;

	put_request(stub, r, 1);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_PRI_RESP), 0,
			    "no answer in the middle of a group");
	put_request(stub, ssv | last, 2);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_PRI_RESP), 0,
			    "a stop marker wants none");
	put_request(stub, r | last, 1);
	put_request(stub, r | last | ssv, 2);
	stream->prg_pasid = true;
	put_request(stub, r | last | ssv, 0x1ff);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_PRI_RESP), 3,
			    "one answer for each group");
	/*
	 * 4.5.2 CMD_PRI_RESP: SSV 11, SSID 31:12, SID 63:32; PRGIndex 8:0, Resp 13:12 (1: invalid)
	 */
	rec = smmu3_stub_find(stub, STUB_OP_PRI_RESP, 0);
	KUNIT_ASSERT_NOT_NULL(test, rec);
	KUNIT_EXPECT_EQ_MSG(test, rec->q[0], 0x41 | 9ULL << 32, "without a PASID");
	KUNIT_EXPECT_EQ_MSG(test, rec->q[1], 0x1001, "group 1, invalid request");
	rec = smmu3_stub_find(stub, STUB_OP_PRI_RESP, 1);
	KUNIT_ASSERT_NOT_NULL(test, rec);
	KUNIT_EXPECT_EQ_MSG(test, rec->q[0], 0x41 | 9ULL << 32,
			    "without one, to a device that wants none");
	rec = smmu3_stub_find(stub, STUB_OP_PRI_RESP, 2);
	KUNIT_ASSERT_NOT_NULL(test, rec);
	KUNIT_EXPECT_EQ_MSG(test, rec->q[0], 0x3841 | 9ULL << 32, "with PASID 3");
	KUNIT_EXPECT_EQ_MSG(test, rec->q[1], 0x11ff, "group 0x1ff, invalid request");
	KUNIT_EXPECT_EQ_MSG(test, stream->pris, 5, "counted");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(drains_in_order),
	KUNIT_CASE(overflow_is_told_and_acknowledged),
	KUNIT_CASE(overflow_flag_alone),
	KUNIT_CASE(impossible_index),
	KUNIT_CASE(restart_begins_anew),
	KUNIT_CASE(events_are_counted_for_their_stream),
	KUNIT_CASE(a_noisy_stream_hides_no_other),
	KUNIT_CASE(unknown_streams_do_not_crash),
	KUNIT_CASE(stalled_transactions_are_answered),
	KUNIT_CASE(page_requests_are_answered),
	{}
};

static struct kunit_suite hw_evtq_suite = {
	.name = "smmu3_hw_evtq",
	.exit = smmu3_stub_exit,
	.test_cases = cases,
};

kunit_test_suite(hw_evtq_suite);
