// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults that wait for an answer, over a register model (src/core/fault, event). Layer: tests.
 *
 * Records are written as numbers here: ARM IHI 0070, 7.3.12 "F_TRANSLATION" and chapter 8.
 */
#include "core/event.h"
#include "core/fault.h"
#include "hw/evtq.h"
#include "hw/reset.h"
#include "world.h"

#define OP_PRI_RESP	0x41
#define OP_RESUME	0x44
#define OP_SYNC		0x46
#define SID		16
#define SSID		3
#define ADDR		0x123456789000ULL

/* How CMD_RESUME says it (4.6): Ac is bit 12 of word 0, Ab bit 13. */
enum { TERMINATE, RETRY, ABORT };
/* And CMD_PRI_RESP (4.5.2), bits 13:12 of word 1. */
enum { FAILURE, INVALID, SUCCESS };

/**
 * struct bench - a device with a SubstreamID whose faults are served
 * @w: the world; device 1 has it
 * @resolver: serves
 * @seen: what it was asked, in order
 * @nr_seen: how much
 * @refuse: from this one on it refuses; 0: it never does
 * @released: its last reference has gone
 */
static struct bench {
	struct world		*w;
	struct smmu3_resolver	resolver;
	struct smmu3_fault	seen[32];
	unsigned int		nr_seen, refuse;
	bool			released;
} b;

static bool resolve(struct smmu3_resolver *resolver, const struct smmu3_fault *fault)
{
	b.seen[b.nr_seen++] = *fault;
	return !b.refuse || b.nr_seen < b.refuse;
}

static void release(struct smmu3_resolver *resolver)
{
	b.released = true;
}

static const struct smmu3_resolver_ops ops = { .resolve = resolve, .release = release };

static struct stub *bench_make(struct kunit *test)
{
	memset(&b, 0, sizeof(b));
	KUNIT_ASSERT_EQ(test, smmu3_fault_init(), 0);
	b.w = world_make(test, &(struct stub_cfg) {}, false, true);
	b.w->s[0]->smmu.sink = &smmu3_event_sink;
	smmu3_resolver_init(&b.resolver, &ops);
	b.w->space[0].resolver = &b.resolver;
	b.w->master[1]->stalls = true;
	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(b.w->master[1], SSID, &b.w->space[0]), 0);
	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(b.w->master[1], SSID + 1, &b.w->space[1]), 0);
	stub_log_clear(b.w->s[0]);
	return b.w->s[0];
}

static void bench_free(struct kunit *test)
{
	struct world *w = b.w;

	smmu3_attach_pasid(w->master[1], SSID, NULL);
	w->space[0].resolver = NULL;
	smmu3_resolver_put(&b.resolver);
	host_run_work();
	KUNIT_EXPECT_TRUE_MSG(test, b.released, "nobody keeps the resolver");
	world_free(test, w);
	smmu3_fault_exit();
}

/* F_TRANSLATION of a read (@write: a write) with SubstreamID, stalled. */
static void stall(struct stub *s, u32 ssid, u16 stag, u64 addr, bool write)
{
	u64 record[4] = { 0x10 | 1 << 11 | (u64)ssid << 12 | (u64)SID << 32,
			  stag | 1ULL << 31 | (write ? 0 : 1ULL << 35) | 2ULL << 40, addr, 0 };

	stub_event(s, record);
	smmu3_evtq_drain(&s->smmu);
}

#define LAST	(1ULL << 62)
#define WRITE	(1ULL << 61)
#define READ	(1ULL << 60)

static void put_request(struct stub *s, u32 ssid, u16 grpid, u64 addr, u64 flags)
{
	u64 record[2] = { SID | (u64)ssid << 32 | flags | 1ULL << 63, addr | grpid };

	stub_pri(s, record);
}

static void request(struct stub *s, u32 ssid, u16 grpid, u64 addr, u64 flags)
{
	put_request(s, ssid, grpid, addr, flags);
	smmu3_priq_drain(&s->smmu);
}

static void want_resumes(struct kunit *test, struct stub *s, unsigned int nr, const char *what)
{
	stub_consume(s, ~0U);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_RESUME), nr, "%s: CMD_RESUMEs", what);
}

static void want_resume(struct kunit *test, struct stub *s, unsigned int nth, u16 stag, int action)
{
	int at = stub_find_cmd(s, OP_RESUME, nth);

	KUNIT_ASSERT_TRUE_MSG(test, at >= 0, "an answer %u", nth);
	KUNIT_EXPECT_EQ_MSG(test, s->log[at].a >> 32, SID, "StreamID");
	KUNIT_EXPECT_EQ_MSG(test, s->log[at].a >> 12 & 3, action, "action of answer %u", nth);
	KUNIT_EXPECT_EQ_MSG(test, s->log[at].b & 0xffff, stag, "STAG of answer %u", nth);
}

static void want_answers(struct kunit *test, struct stub *s, unsigned int nr, const char *what)
{
	stub_consume(s, ~0U);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_PRI_RESP), nr, "%s: CMD_PRI_RESPs", what);
}

static void want_answer(struct kunit *test, struct stub *s, unsigned int nth, u16 grpid, int code,
			bool ssv)
{
	int at = stub_find_cmd(s, OP_PRI_RESP, nth);

	KUNIT_ASSERT_TRUE_MSG(test, at >= 0, "an answer %u", nth);
	KUNIT_EXPECT_EQ_MSG(test, s->log[at].a >> 32, SID, "StreamID");
	KUNIT_EXPECT_EQ_MSG(test, s->log[at].a >> 11 & 1, ssv, "SSV of answer %u", nth);
	KUNIT_EXPECT_EQ_MSG(test, s->log[at].b & 0x1ff, grpid, "group of answer %u", nth);
	KUNIT_EXPECT_EQ_MSG(test, s->log[at].b >> 12 & 3, code, "code of answer %u", nth);
}

static void stalls_are_served(struct kunit *test)
{
	struct stub *s = bench_make(test);
	u64 muted = atomic64_read(&s->smmu.events_muted);

	stall(s, SSID, 7, ADDR + 8, false);
	stall(s, SSID, 9, ADDR + 4096, true);
	want_resumes(test, s, 0, "before they are resolved");
	b.refuse = 2;
	host_run_work();
	want_resumes(test, s, 2, "afterwards");
	want_resume(test, s, 0, 7, RETRY);
	want_resume(test, s, 1, 9, ABORT);
	KUNIT_EXPECT_EQ(test, b.seen[0].addr, ADDR + 8);
	KUNIT_EXPECT_TRUE(test, b.seen[0].read && !b.seen[0].write && !b.seen[0].exec);
	KUNIT_EXPECT_TRUE(test, !b.seen[1].read && b.seen[1].write);
	KUNIT_EXPECT_EQ(test, atomic64_read(&b.resolver.stalls), 2);
	KUNIT_EXPECT_EQ(test, atomic64_read(&b.resolver.resolved), 1);
	KUNIT_EXPECT_EQ(test, atomic64_read(&b.resolver.refused), 1);
	KUNIT_EXPECT_EQ_MSG(test, atomic64_read(&s->smmu.events_muted), muted,
			    "they are neither printed nor counted as not printed");
	bench_free(test);
}

/* Nobody serves them: they end at once. */
static void other_stalls_end(struct kunit *test)
{
	struct stub *s = bench_make(test);
	u64 without[4] = { 0x10 | (u64)SID << 32, 3 | 1ULL << 31 | 1ULL << 35, ADDR, 0 };
	u64 size[4] = { 0x11 | 1 << 11 | SSID << 12 | (u64)SID << 32, 4 | 1ULL << 31, ADDR, 0 };
	u64 stage2[4] = { 0x10 | 1 << 11 | SSID << 12 | (u64)SID << 32,
			  5 | 1ULL << 31 | 1ULL << 39, ADDR, 0 };
	unsigned int i;

	stall(s, SSID + 1, 1, ADDR, false);
	stall(s, SSID + 2, 2, ADDR, false);
	stub_event(s, without);
	stub_event(s, size);
	stub_event(s, stage2);
	smmu3_evtq_drain(&s->smmu);
	want_resumes(test, s, 5, "no resolver, no space, no SubstreamID, size, stage 2");
	for (i = 0; i < 5; i++)
		want_resume(test, s, i, i + 1, ABORT);
	KUNIT_EXPECT_EQ(test, host_run_work(), 0);
	bench_free(test);
}

static void groups_are_answered_whole(struct kunit *test)
{
	struct stub *s = bench_make(test);

	b.w->master[1]->streams[0].stream->prg_pasid = true;
	request(s, SSID, 5, ADDR, READ);
	request(s, SSID, 6, ADDR + 0x10000, READ | WRITE);
	request(s, SSID, 5, ADDR + 0x1000, READ);
	host_run_work();
	want_answers(test, s, 0, "without the last");
	request(s, SSID, 5, ADDR + 0x2000, READ | LAST);
	request(s, SSID, 6, ADDR + 0x11000, WRITE | LAST);
	want_answers(test, s, 0, "before they are resolved");
	b.refuse = 5;
	host_run_work();
	want_answers(test, s, 2, "afterwards");
	want_answer(test, s, 0, 5, SUCCESS, true);
	want_answer(test, s, 1, 6, INVALID, true);
	KUNIT_EXPECT_EQ(test, b.nr_seen, 5);
	KUNIT_EXPECT_EQ(test, b.seen[0].addr, ADDR);
	KUNIT_EXPECT_EQ(test, b.seen[1].addr, ADDR + 0x1000);
	KUNIT_EXPECT_EQ(test, b.seen[2].addr, ADDR + 0x2000);
	KUNIT_EXPECT_TRUE(test, b.seen[3].read && b.seen[3].write);
	KUNIT_EXPECT_TRUE(test, !b.seen[4].read && b.seen[4].write);
	KUNIT_EXPECT_EQ(test, atomic64_read(&b.resolver.requests), 5);
	bench_free(test);
}

/* A device that wants no PASID in its answers gets none. */
static void answers_without_pasid(struct kunit *test)
{
	struct stub *s = bench_make(test);

	request(s, SSID, 5, ADDR, READ | LAST);
	host_run_work();
	want_answers(test, s, 1, "one");
	want_answer(test, s, 0, 5, SUCCESS, false);
	bench_free(test);
}

static void stop_marker_wants_no_answer(struct kunit *test)
{
	struct stub *s = bench_make(test);

	request(s, SSID, 5, ADDR, READ);
	request(s, SSID, 0, 0, LAST);
	host_run_work();
	want_answers(test, s, 0, "a stop marker");
	request(s, SSID, 5, ADDR + 0x1000, READ | LAST);
	host_run_work();
	want_answers(test, s, 1, "the next group");
	KUNIT_EXPECT_EQ_MSG(test, b.nr_seen, 1, "which does not contain what came before");
	bench_free(test);
}

static void other_requests_are_refused(struct kunit *test)
{
	struct stub *s = bench_make(test);
	u64 nobody[2] = { 0x33 | READ | LAST | 1ULL << 63 | 5ULL << 32, ADDR | 3 };

	request(s, SSID + 1, 5, ADDR, READ);
	request(s, SSID + 1, 5, ADDR, READ | LAST);
	stub_pri(s, nobody);
	smmu3_priq_drain(&s->smmu);
	want_answers(test, s, 2, "the last of a group");
	want_answer(test, s, 0, 5, INVALID, false);
	KUNIT_EXPECT_EQ(test, host_run_work(), 0);
	bench_free(test);
}

/* The SMMU answers the last request of a group that it cannot queue. */
static void overflow_drops_partial_groups(struct kunit *test)
{
	struct stub *s = bench_make(test);
	unsigned int i;

	request(s, SSID, 5, ADDR, READ);
	for (i = 0; i < 200; i++)
		put_request(s, SSID + 1, 1, ADDR, READ);
	smmu3_priq_drain(&s->smmu);
	KUNIT_ASSERT_TRUE_MSG(test, s->smmu.priq.overflows > 0, "the queue overflows");
	request(s, SSID, 5, ADDR + 0x1000, READ | LAST);
	host_run_work();
	want_answers(test, s, 1, "the next group with that number");
	KUNIT_EXPECT_EQ_MSG(test, b.nr_seen, 1, "faults in it");
	bench_free(test);
}

/* What waits is answered when a detach returns, what is in the queues, too; and not again. */
static void detach_answers(struct kunit *test)
{
	struct stub *s = bench_make(test);
	u64 record[4] = { 0x10 | 1 << 11 | SSID << 12 | (u64)SID << 32,
			  8 | 1ULL << 31 | 1ULL << 35, ADDR, 0 };

	stall(s, SSID, 7, ADDR, false);
	request(s, SSID, 5, ADDR, READ | LAST);
	request(s, SSID, 6, ADDR, READ);
	stub_event(s, record);
	put_request(s, SSID, 6, ADDR, READ | LAST);
	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(b.w->master[1], SSID, NULL), 0);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_RESUME), 2, "both stalls are answered");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_PRI_RESP), 2, "both groups are");
	KUNIT_EXPECT_EQ(test, atomic64_read(&b.resolver.dropped), 2);
	host_run_work();
	want_resumes(test, s, 2, "when the workers have ended");
	want_answers(test, s, 2, "when the workers have ended");
	want_resume(test, s, 0, 8, ABORT);
	want_resume(test, s, 1, 7, ABORT);
	bench_free(test);
}

/* CMD_SYNCs of a bond's end. */
static unsigned int detach_syncs(struct kunit *test, struct stub *s)
{
	stub_log_clear(s);
	KUNIT_EXPECT_EQ(test, smmu3_attach_pasid(b.w->master[1], SSID, NULL), 0);
	return stub_count(s, OP_SYNC);
}

static void attach_again(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(b.w->master[1], SSID, &b.w->space[0]), 0);
}

/* Answers that nobody has waited for are waited for, by whoever comes first, and once. */
static void detach_waits_for_answers(struct kunit *test)
{
	struct stub *s = bench_make(test);
	unsigned int without = detach_syncs(test, s);

	attach_again(test);
	stall(s, SSID, 7, ADDR, false);
	host_run_work();
	want_resumes(test, s, 1, "the worker");
	KUNIT_EXPECT_EQ_MSG(test, detach_syncs(test, s), without + 1, "after a stall");
	attach_again(test);
	request(s, SSID, 5, ADDR, READ | LAST);
	host_run_work();
	KUNIT_EXPECT_EQ_MSG(test, detach_syncs(test, s), without + 1, "after a page request");
	attach_again(test);
	request(s, SSID + 2, 5, ADDR, READ | LAST);
	KUNIT_EXPECT_EQ_MSG(test, detach_syncs(test, s), without + 1, "after one that was refused");
	attach_again(test);
	KUNIT_EXPECT_EQ_MSG(test, detach_syncs(test, s), without, "after all have been waited for");
	bench_free(test);
}

/* Another SubstreamID of the same device is not disturbed by it. */
static void detach_spares_others(struct kunit *test)
{
	struct stub *s = bench_make(test);

	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(b.w->master[1], SSID + 1, &b.w->space[0]), 0);
	stub_log_clear(s);
	stall(s, SSID, 7, ADDR, false);
	stall(s, SSID + 1, 8, ADDR, false);
	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(b.w->master[1], SSID, NULL), 0);
	want_resumes(test, s, 1, "the detach");
	host_run_work();
	want_resumes(test, s, 2, "the worker");
	want_resume(test, s, 1, 8, RETRY);
	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(b.w->master[1], SSID + 1, NULL), 0);
	bench_free(test);
}

/* Another process in its place: its faults come while those of the old one are being answered. */
static void replacement_spares_the_new(struct kunit *test)
{
	struct stub *s = bench_make(test);
	struct smmu3_resolver other = {};
	u64 record[4] = { 0x10 | 1 << 11 | SSID << 12 | (u64)SID << 32,
			  8 | 1ULL << 31 | 1ULL << 35, ADDR, 0 };

	smmu3_resolver_init(&other, &ops);
	b.w->space[2].resolver = &other;
	stall(s, SSID, 7, ADDR, false);
	stub_event(s, record);
	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(b.w->master[1], SSID, &b.w->space[2]), 0);
	want_resumes(test, s, 1, "the attach");
	want_resume(test, s, 0, 7, ABORT);
	host_run_work();
	want_resumes(test, s, 2, "the worker");
	want_resume(test, s, 1, 8, RETRY);
	KUNIT_EXPECT_EQ(test, atomic64_read(&other.resolved), 1);
	KUNIT_ASSERT_EQ(test, smmu3_attach_pasid(b.w->master[1], SSID, NULL), 0);
	b.w->space[2].resolver = NULL;
	smmu3_resolver_put(&other);
	b.released = false;
	bench_free(test);
}

/* An SMMU that is started anew has forgotten all: an answer would meet somebody else. */
static void restart_forgets(struct kunit *test)
{
	struct stub *s = bench_make(test);

	stall(s, SSID, 7, ADDR, false);
	request(s, SSID, 5, ADDR, READ | LAST);
	KUNIT_ASSERT_EQ(test, smmu3_reset(&s->smmu), 0);
	stub_log_clear(s);
	host_run_work();
	want_resumes(test, s, 0, "after a restart");
	want_answers(test, s, 0, "after a restart");
	KUNIT_EXPECT_EQ(test, atomic64_read(&b.resolver.dropped), 2);
	bench_free(test);
}

/* Without memory the access fails, and is answered all the same. */
static void without_memory(struct kunit *test)
{
	struct stub *s = bench_make(test);

	host_fail_nth = 1;
	stall(s, SSID, 7, ADDR, false);
	host_fail_nth = 1;
	request(s, SSID, 5, ADDR, READ);
	host_fail_nth = 1;
	request(s, SSID, 5, ADDR, READ | LAST);
	host_fail_nth = 0;
	want_resumes(test, s, 1, "a stall");
	want_resume(test, s, 0, 7, ABORT);
	want_answers(test, s, 1, "a group");
	want_answer(test, s, 0, 5, INVALID, false);
	KUNIT_EXPECT_EQ(test, host_run_work(), 0);
	bench_free(test);
}

/* The process has ended: nothing is walked, nothing stalls, and what was cached has gone. */
static void released_space(struct kunit *test)
{
	struct stub *s = bench_make(test);
	const struct smmu3_cd *cd = smmu3_cdtab_cd(b.w->master[1]->cdtab, SSID);
	int cfgi, tlbi;

	KUNIT_EXPECT_TRUE_MSG(test, cd->q[0] & 1ULL << 44, "CD.S while it lives");
	smmu3_attach_release_space(&b.w->space[0]);
	KUNIT_EXPECT_TRUE_MSG(test, cd->q[0] & 1ULL << 31, "CD.V");
	KUNIT_EXPECT_TRUE_MSG(test, cd->q[0] & 1ULL << 14, "CD.EPD0");
	KUNIT_EXPECT_FALSE_MSG(test, cd->q[0] & 1ULL << 44, "CD.S");
	KUNIT_EXPECT_EQ_MSG(test, cd->q[1], 0, "CD.TTB0");
	cfgi = stub_find_cmd(s, 0x05, 0);
	tlbi = stub_find_cmd(s, 0x11, 0);
	KUNIT_EXPECT_TRUE_MSG(test, cfgi >= 0 && tlbi > cfgi, "CFGI_CD, then TLBI_NH_ASID");
	bench_free(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(stalls_are_served),
	KUNIT_CASE(other_stalls_end),
	KUNIT_CASE(groups_are_answered_whole),
	KUNIT_CASE(answers_without_pasid),
	KUNIT_CASE(stop_marker_wants_no_answer),
	KUNIT_CASE(other_requests_are_refused),
	KUNIT_CASE(overflow_drops_partial_groups),
	KUNIT_CASE(detach_answers),
	KUNIT_CASE(detach_waits_for_answers),
	KUNIT_CASE(detach_spares_others),
	KUNIT_CASE(replacement_spares_the_new),
	KUNIT_CASE(restart_forgets),
	KUNIT_CASE(without_memory),
	KUNIT_CASE(released_space),
	{}
};

static struct kunit_suite suite = {
	.name = "smmu3_host_fault", .exit = stub_exit, .test_cases = cases,
};

kunit_test_suite(suite);
