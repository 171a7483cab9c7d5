// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command queue over a register model (src/hw/cmdq, gerror, device): wrap, full, errors,
 * timeouts, recovery. Layer: tests.
 */
#include "hw/gerror.h"
#include "hw/reset.h"
#include "stub.h"

#define OP_SYNC		0x46
#define OP_CFGI_STE	0x03
#define OP_ATC_INV	0x40

/* Every command comes once, in order, however the indices wrap; with each way to complete. */
static void wrap(struct kunit *test, const struct stub_cfg *cfg, unsigned int per_read)
{
	struct stub *s = stub_start(test, cfg);
	unsigned int i, sid = 0;

	s->per_read = per_read;
	stub_log_clear(s);
	for (i = 0; i < 2000; i++)
		KUNIT_ASSERT_EQ_MSG(test, stub_issue(s, i), 0,
				    "command %u of 2000 in a queue of 256", i);
	for (i = 0; i < s->nr_log; i++) {
		if (s->log[i].what != STUB_CMD || (s->log[i].a & 0xff) != OP_CFGI_STE)
			continue;
		KUNIT_ASSERT_EQ_MSG(test, (u32)(s->log[i].a >> 32), sid,
				    "commands come once and in order");
		sid++;
	}
	KUNIT_EXPECT_EQ_MSG(test, sid, 2000, "commands consumed");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_SYNC), 2000, "a CMD_SYNC each");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.cmdq.posted[OP_CFGI_STE], 2000, "counted by opcode");
	stub_stop(s);
}

static void wraps(struct kunit *test)
{
	wrap(test, &(struct stub_cfg) {}, 0);
	wrap(test, &(struct stub_cfg) { .no_msi = true }, 0);
	wrap(test, &(struct stub_cfg) { .no_msi = true }, 1);
	/* The smallest queue there is: two commands. */
	wrap(test, &(struct stub_cfg) { .no_msi = true, .idr1 = 0x00273a08 }, 1);
}

/* Far more than the queue holds in one post; the SMMU takes one at each look. */
static void full_queue(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .no_msi = true });
	struct smmu3_cmd *cmds = kunit_kzalloc(test, 1500 * sizeof(*cmds), GFP_KERNEL);
	unsigned int i, sid = 0;

	for (i = 0; i < 1500; i++)
		cmds[i] = stub_cfgi(i);
	s->per_read = 1;
	stub_log_clear(s);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&s->smmu.cmdq, cmds, 1500), 0,
			    "1500 commands through a queue of 256");
	for (i = 0; i < s->nr_log; i++) {
		if (s->log[i].what == STUB_CMD && (s->log[i].a & 0xff) == OP_CFGI_STE)
			KUNIT_ASSERT_EQ_MSG(test, (u32)(s->log[i].a >> 32), sid++,
					    "in order, none overwritten");
	}
	KUNIT_EXPECT_EQ_MSG(test, sid, 1500, "all of them");
	KUNIT_EXPECT_GT_MSG(test, s->smmu.cmdq.full, 0, "the full queue was met");
}

/* Full and frozen: the poster gives up, and says so. */
static void full_and_dead(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	struct smmu3_cmd cmd = stub_cfgi(1);
	s64 start = host_now;
	unsigned int i;
	int ret = 0;

	s->frozen = true;
	for (i = 0; i < 300 && host_now - start < 3 * NSEC_PER_SEC; i++)
		smmu3_cmdq_post_nosync(&s->smmu.cmdq, &cmd, 1);
	ret = smmu3_cmdq_issue(&s->smmu.cmdq, &cmd, 1);
	KUNIT_EXPECT_EQ_MSG(test, ret, -ETIMEDOUT, "an error, not a hang");
	KUNIT_EXPECT_LT_MSG(test, host_now - start, 6 * NSEC_PER_SEC, "in seconds");
	s->frozen = false;
	KUNIT_EXPECT_GT_MSG(test, host_run_work(), 0, "recovery was asked for");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.recoveries, 1, "and succeeded");
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 5), 0, "the queue works again");
}

/*
 * CERROR_ILL: named, replaced, what stands around it takes effect; but what it was to invalidate is
 * still cached, so that nobody may be told that it is not before all is invalidated.
 */
static void error_ill(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	struct smmu3_cmd cmds[3] = {
		stub_cfgi(1), {{ 0xbaadULL << 32 | 0x07, 0x1234 }}, stub_cfgi(3),
	};

	stub_log_clear(s);
	host_log_clear();
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&s->smmu.cmdq, cmds, 3), -ETIMEDOUT,
			    "an illegal invalidation is no success");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("CERROR_ILL"), "the log names the error");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("0xbaad00000007"), "and the command");
	KUNIT_EXPECT_EQ_MSG(test, s->nr_illegal, 1, "the SMMU met it once");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_STE), 2, "the others took effect");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x60), stub_get(s, 0x64),
			    "the error is acknowledged");
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 9), -ETIMEDOUT,
			    "nor is what comes before recovery");
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 1, "recovery runs");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.recoveries, 1, "and succeeds");
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 9), 0, "and the queue goes on");
}

/* What invalidates nothing may be refused without harm; and any opcode can be counted. */
static void error_ill_harmless(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	struct smmu3_cmd cmds[3] = { smmu3_cmd_prefetch_config(1), smmu3_cmd_resume(1, 2, 0),
				     smmu3_cmd_pri_resp(1, 0, false, 3, 0) };
	struct smmu3_cmd odd = {{ 0xff, 0 }};
	unsigned int i;

	for (i = 0; i < 3; i++) {
		s->fail_op = smmu3_cmd_opcode(&cmds[i]);
		s->fail_err = 1;
		s->fail_times = 1;
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&s->smmu.cmdq, &cmds[i], 1), 0,
				    "opcode %#x is refused", s->fail_op);
		KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 0, "opcode %#x: no recovery",
				    s->fail_op);
	}
	smmu3_cmdq_issue(&s->smmu.cmdq, &odd, 1);
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.cmdq.posted[0xff], 1, "the highest opcode is counted");
}

/* CERROR_ABT: the fetch failed; the same command is fetched again. */
static void error_abt(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});

	stub_log_clear(s);
	host_log_clear();
	s->fail_op = OP_CFGI_STE;
	s->fail_err = 2;
	s->fail_times = 1;
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 7), 0, "fetched again after an abort");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_STE), 1, "the command took effect, once");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("CERROR_ABT"), "the log names the error");
}

/* Aborts without end: recovery, not an endless loop. */
static void error_abt_for_ever(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	s64 start = host_now;

	s->fail_op = OP_CFGI_STE;
	s->fail_err = 2;
	s->fail_times = 1000000;
	stub_issue(s, 7);
	KUNIT_EXPECT_LT_MSG(test, host_now - start, 5 * NSEC_PER_SEC, "the waiter comes back");
	s->fail_times = 0;
	KUNIT_EXPECT_GT_MSG(test, host_run_work(), 0, "recovery was asked for");
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 8), 0, "the queue works again");
}

static unsigned int atc_timeouts;
static u32 atc_sid;

static void note_atc_timeout(struct smmu3_device *smmu, u32 sid)
{
	(void)smmu;
	atc_timeouts++;
	atc_sid = sid;
}

/* CERROR_ATC_INV_SYNC: the device is named, and the CMD_SYNC is tried again. */
static void error_atc(struct kunit *test)
{
	static const struct smmu3_sink sink = { .atc_timeout = note_atc_timeout };
	struct stub *s = stub_start(test, &(struct stub_cfg) { .idr0 = STUB_IDR0_ATS });
	struct smmu3_cmd cmd = smmu3_cmd_atc_inv_all(0x2a, 0, false);

	s->smmu.sink = &sink;
	atc_timeouts = 0;
	host_log_clear();
	s->fail_op = OP_SYNC;
	s->fail_err = 3;
	s->fail_times = 1;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&s->smmu.cmdq, &cmd, 1), -EIO,
			    "no silent success");
	KUNIT_EXPECT_EQ_MSG(test, atc_timeouts, 1, "the device that did not answer is reported");
	KUNIT_EXPECT_EQ_MSG(test, atc_sid, 0x2a, "by its StreamID");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("CERROR_ATC_INV_SYNC"), "the log names the error");
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 1), 0, "the queue goes on");
}

static const struct smmu3_sink atc_sink = { .atc_timeout = note_atc_timeout };

/* A device takes its time, as PCI Express lets it: it is named, nobody is reset. */
static void slow_atc(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .idr0 = STUB_IDR0_ATS });
	struct smmu3_cmd cmd = smmu3_cmd_atc_inv_all(0x2a, 0, false);
	u64 first, second;

	s->smmu.sink = &atc_sink;
	atc_timeouts = 0;
	s->frozen = true;
	s->thaw_at = host_now + 8LL * SMMU3_TIMEOUT_US * NSEC_PER_USEC;
	first = smmu3_cmdq_post(&s->smmu.cmdq, &cmd, 1, NULL);
	cmd = stub_cfgi(1);
	second = smmu3_cmdq_post(&s->smmu.cmdq, &cmd, 1, NULL);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, second, NULL), 0,
			    "who stands behind it waits, too");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, first, NULL), 0,
			    "answered in the end");
	KUNIT_EXPECT_EQ_MSG(test, atc_timeouts, 1, "the slow device is reported");
	KUNIT_EXPECT_EQ_MSG(test, atc_sid, 0x2a, "by its StreamID");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.cmdq.timeouts.counter, 0, "no timeout");
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 0, "and no recovery");
}

/* It never answers, and the SMMU does not say so: bounded, then recovery. */
static void dead_atc(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .idr0 = STUB_IDR0_ATS });
	struct smmu3_cmd cmd = smmu3_cmd_atc_inv_all(0x2a, 0, false);
	s64 start = host_now;

	s->smmu.sink = &atc_sink;
	s->frozen = true;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&s->smmu.cmdq, &cmd, 1), -ETIMEDOUT, "an error");
	KUNIT_EXPECT_GT_MSG(test, host_now - start, 1LL * SMMU3_ATC_TIMEOUT_US * NSEC_PER_USEC,
			    "not before a device would have answered");
	KUNIT_EXPECT_LT_MSG(test, host_now - start, 3LL * SMMU3_ATC_TIMEOUT_US * NSEC_PER_USEC,
			    "nor much later");
	s->frozen = false;
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 1, "recovery runs");
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 1), 0, "the queue works again");
}

/* However many commands crowd in behind the CMD_SYNC: who is named is who was asked. */
static void crowd_behind_atc(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .idr0 = STUB_IDR0_ATS });
	struct smmu3_cmd cmds[40], cmd = stub_cfgi(1);
	unsigned int i;
	u64 ticket;

	s->smmu.sink = &atc_sink;
	s->stop_op = OP_SYNC;
	for (i = 0; i < 40; i++)
		cmds[i] = smmu3_cmd_atc_inv_all(0x2a, i + 1, true);
	ticket = smmu3_cmdq_post(&s->smmu.cmdq, cmds, 40, NULL);
	while (!smmu3_cmdq_post_nosync(&s->smmu.cmdq, &cmd, 1))
		;
	atc_timeouts = 0;
	s->stop_op = 0;
	s->fail_op = OP_SYNC;
	s->fail_err = 3;
	s->fail_times = 1;
	stub_consume(s, ~0u);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, ticket, NULL), -EIO,
			    "no silent success");
	KUNIT_EXPECT_EQ_MSG(test, atc_timeouts, 40, "all that were asked are named");
	host_run_work();
}

/* ATC_INVs without a CMD_SYNC of their own could not be told from others' later. */
static void atc_has_sync(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .idr0 = STUB_IDR0_ATS });
	struct smmu3_cmd cmd = smmu3_cmd_atc_inv_all(0x2a, 0, false);

	stub_log_clear(s);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_post_nosync(&s->smmu.cmdq, &cmd, 1), 0, "posted");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_SYNC), 1, "with a CMD_SYNC");
}

/*
 * A CMD_SYNC that never completes: an error that the caller sees, and recovery by full
 * reprogramming.
 */
static void sync_timeout(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	s64 start = host_now;

	s->frozen = true;
	host_log_clear();
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 1), -ETIMEDOUT, "the caller sees the timeout");
	KUNIT_EXPECT_LT_MSG(test, host_now - start, 3 * NSEC_PER_SEC, "within seconds");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.cmdq.timeouts.counter, 1, "counted");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("CMD_SYNC not completed"), "the log says so");

	s->frozen = false;
	stub_log_clear(s);
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 1, "recovery runs");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.recoveries, 1, "and succeeds");
	KUNIT_EXPECT_GE_MSG(test, stub_find_reg(s, 0x20, 1, 0, 0), 0, "it disables");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, 0x04), 1, "empties the configuration caches");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, 0x30), 1, "empties the TLBs");
	KUNIT_EXPECT_GE_MSG(test, stub_find_reg(s, 0x20, 1, 1, 0), 0, "and enables");
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 2), 0, "the queue works again");
}

/* The write of CMD_SYNC to memory is lost: CONS tells it too. */
static void lost_completion(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});

	s->drop_sync_write = true;
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 1), 0, "completion is found in CMDQ_CONS");
}

/* The SMMU stays dead: recovery fails, once; nobody waits a second for every unmap from then on. */
static void recovery_fails(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	s64 start;

	s->frozen = true;
	stub_issue(s, 1);
	s->never_acks = 0x20;
	host_log_clear();
	host_run_work();
	KUNIT_EXPECT_TRUE_MSG(test, s->smmu.dead, "given up");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("recovery failed"), "the log says so");
	start = host_now;
	stub_issue(s, 1);
	KUNIT_EXPECT_LT_MSG(test, host_now - start, NSEC_PER_SEC / 100,
			    "nobody waits for a dead SMMU");
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 0, "and no recovery is tried again");
}

/* Recoveries that succeed and help nobody end; one wait that ends well in between starts anew. */
static void recoveries_in_vain(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	unsigned int i;

	for (i = 0; i < 10; i++) {
		smmu3_device_recover_later(&s->smmu);
		host_run_work();
		KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, i), 0, "it works");
	}
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.recoveries, 10, "as often as it helps");
	host_log_clear();
	for (i = 0; i < 20 && !s->smmu.dead; i++) {
		smmu3_device_recover_later(&s->smmu);
		host_run_work();
	}
	KUNIT_EXPECT_TRUE_MSG(test, s->smmu.dead, "given up");
	KUNIT_EXPECT_LT_MSG(test, i, 8, "after a few");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("in a row have not helped"), "the log says so");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x24) & 1, 0, "SMMUEN is off");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x44) >> 20 & 1, 1, "and traffic aborts");
}

/* Service failure mode: acknowledged and recovered from. */
static void service_failure(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});

	host_log_clear();
	stub_gerror(s, 0x100);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_gerror_serve(&s->smmu), 0x100, "SFM_ERR is seen");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("Service Failure Mode"), "and told");
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 1, "recovery runs");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.recoveries, 1, "and succeeds");
}

static void every_gerror(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	unsigned int bit;

	for (bit = 2; bit <= 9; bit++) {
		stub_gerror(s, 1u << bit);
		KUNIT_EXPECT_EQ_MSG(test, smmu3_gerror_serve(&s->smmu), 1u << bit,
				    "GERROR bit %u is seen", bit);
		KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x60), stub_get(s, 0x64),
				    "GERROR bit %u is acknowledged", bit);
		KUNIT_EXPECT_EQ_MSG(test, s->smmu.gerrors[bit].counter, 1,
				    "GERROR bit %u is counted", bit);
		KUNIT_EXPECT_NOT_NULL_MSG(test, smmu3_gerror_name(bit), "GERROR bit %u has a name",
					  bit);
		host_run_work();
	}
	KUNIT_EXPECT_EQ_MSG(test, smmu3_gerror_serve(&s->smmu), 0, "nothing is left");
}

/* Erratum 2812531: a CMD_SYNC ends every run. */
static void forced_syncs(struct kunit *test)
{
	struct stub *s =
		stub_start(test, &(struct stub_cfg){ .quirks = 1u << SMMU3_QUIRK_FORCE_SYNC });
	struct smmu3_cmd *cmds = kunit_kzalloc(test, 400 * sizeof(*cmds), GFP_KERNEL);
	unsigned int i, run = 0;

	for (i = 0; i < 400; i++)
		cmds[i] = stub_cfgi(i);
	stub_log_clear(s);
	smmu3_cmdq_post_nosync(&s->smmu.cmdq, cmds, 10);
	smmu3_cmdq_issue(&s->smmu.cmdq, cmds, 400);
	for (i = 0; i < s->nr_log; i++) {
		if (s->log[i].what != STUB_CMD)
			continue;
		run = (s->log[i].a & 0xff) == OP_SYNC ? 0 : run + 1;
		KUNIT_ASSERT_LT_MSG(test, run, 64, "no run of 64 commands without CMD_SYNC");
	}
}

/* While the SMMU is stopped nobody waits and nothing is sent. */
static void while_stopped(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});

	KUNIT_ASSERT_EQ_MSG(test, smmu3_reset_stop(&s->smmu), 0, "stopped");
	stub_log_clear(s);
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 1), 0, "a command to a stopped SMMU is done");
	KUNIT_EXPECT_EQ_MSG(test, stub_find(s, STUB_CMD, 0), -1, "and not sent");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_reset(&s->smmu), 0, "up again");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, 0x04), 1, "everything is invalidated instead");
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 1), 0, "commands work again");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_STE), 1, "and are sent");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(wraps),
	KUNIT_CASE(full_queue),
	KUNIT_CASE(full_and_dead),
	KUNIT_CASE(error_ill),
	KUNIT_CASE(error_ill_harmless),
	KUNIT_CASE(error_abt),
	KUNIT_CASE(error_abt_for_ever),
	KUNIT_CASE(error_atc),
	KUNIT_CASE(slow_atc),
	KUNIT_CASE(dead_atc),
	KUNIT_CASE(crowd_behind_atc),
	KUNIT_CASE(atc_has_sync),
	KUNIT_CASE(sync_timeout),
	KUNIT_CASE(lost_completion),
	KUNIT_CASE(recovery_fails),
	KUNIT_CASE(recoveries_in_vain),
	KUNIT_CASE(service_failure),
	KUNIT_CASE(every_gerror),
	KUNIT_CASE(forced_syncs),
	KUNIT_CASE(while_stopped),
	{}
};

static struct kunit_suite hw_cmdq_suite = {
	.name = "smmu3_host_cmdq",
	.exit = stub_exit,
	.test_cases = cases,
};

kunit_test_suite(hw_cmdq_suite);
