// SPDX-License-Identifier: GPL-2.0-only
/*
 * CMD_SYNCs that several posts share, over a register model (src/hw/cmdq, cmdq_wait). Layer: tests.
 */
#include "hw/reset.h"
#include "stub.h"

#define OP_SYNC		0x46
#define OP_CFGI_STE	0x03
#define OP_CFGI_ALL	0x04

/* What the SMMU has met since the log was cleared: commands in a row without CMD_SYNC, at most. */
static unsigned int longest_run(const struct stub *s)
{
	unsigned int i, run = 0, longest = 0;

	for (i = 0; i < s->nr_log; i++) {
		if (s->log[i].what != STUB_CMD)
			continue;
		run = (s->log[i].a & 0xff) == OP_SYNC ? 0 : run + 1;
		longest = max(longest, run);
	}
	return longest;
}

/*
 * While a CMD_SYNC is on its way others leave theirs out. One serves them all, whoever of them
 * looks first, and with one doorbell.
 */
static void share(struct kunit *test, const struct stub_cfg *cfg, bool last_first)
{
	struct stub *s = stub_start(test, cfg);
	u64 doorbells = s->smmu.cmdq.doorbells, tickets[5];
	struct smmu3_cmdq_share shares[5];
	struct smmu3_cmd cmd;
	unsigned int i;

	s->per_read = 1;
	stub_log_clear(s);
	for (i = 0; i < 5; i++) {
		host_cpu = i;
		cmd = stub_cfgi(i);
		tickets[i] = smmu3_cmdq_post(&s->smmu.cmdq, &cmd, 1, &shares[i]);
		KUNIT_EXPECT_EQ_MSG(test, tickets[i] == SMMU3_TICKET_SHARED, i > 0,
				    "the first has its own CMD_SYNC, %u", i);
	}
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.cmdq.doorbells, doorbells + 1, "one doorbell so far");
	for (i = 0; i < 5; i++) {
		unsigned int nth = last_first ? 4 - i : i;

		KUNIT_EXPECT_EQ_MSG(test,
				    smmu3_cmdq_wait(&s->smmu.cmdq, tickets[nth], &shares[nth]), 0,
				    "wait %u", nth);
		if (last_first || i)
			KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_STE), 5, "all took effect");
	}
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_SYNC), 2, "two CMD_SYNCs for five");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.cmdq.doorbells, doorbells + 2, "two doorbells");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.cmdq.syncs_merged, 3, "three had no CMD_SYNC");
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 9), 0, "alone again");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_SYNC), 3, "with one of its own");
	stub_stop(s);
}

static void shared_syncs(struct kunit *test)
{
	share(test, &(struct stub_cfg) {}, false);
	share(test, &(struct stub_cfg) {}, true);
	share(test, &(struct stub_cfg) { .no_msi = true }, false);
	share(test, &(struct stub_cfg) { .no_msi = true }, true);
}

/* A stop answers those who wait for a CMD_SYNC that nobody has posted yet, too. */
static void shared_and_stopped(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	struct smmu3_cmd cmd = stub_cfgi(1);
	struct smmu3_cmdq_share shares[2];
	u64 tickets[2];
	unsigned int i;

	s->frozen = true;
	for (i = 0; i < 2; i++)
		tickets[i] = smmu3_cmdq_post(&s->smmu.cmdq, &cmd, 1, &shares[i]);
	KUNIT_EXPECT_EQ_MSG(test, tickets[1], SMMU3_TICKET_SHARED, "shared");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_reset_stop(&s->smmu), 0, "stopped");
	s->frozen = false;
	stub_log_clear(s);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, tickets[1], &shares[1]), 0,
			    "answered by the stop");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_reset(&s->smmu), 0, "up again");
	stub_log_clear(s);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, tickets[1], &shares[1]), 0,
			    "and still");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, tickets[0], &shares[0]), 0,
			    "as the other one");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_SYNC), 0, "nothing was sent for them");
}

/* Where the CMD_SYNC on its way does not complete, who shares the next one hears of it in time. */
static void shared_times_out(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	struct smmu3_cmd cmd = stub_cfgi(1);
	struct smmu3_cmdq_share shares[2];
	s64 start = host_now;
	u64 tickets[2];
	unsigned int i;

	s->frozen = true;
	smmu3_cmdq_post(&s->smmu.cmdq, &cmd, 1, NULL);
	for (i = 0; i < 2; i++)
		tickets[i] = smmu3_cmdq_post(&s->smmu.cmdq, &cmd, 1, &shares[i]);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, tickets[i], &shares[i]),
				    -ETIMEDOUT, "an error, for each");
	KUNIT_EXPECT_LT_MSG(test, host_now - start, 3 * NSEC_PER_SEC, "in seconds");
	KUNIT_EXPECT_GT_MSG(test, host_run_work(), 0, "recovery was asked for");
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 5), 0, "the queue works again");
}

/* How much may stand before a shared CMD_SYNC is bounded: for errata, and for who waits. */
static void shared_in_bounds(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg){
		.quirks = 1u << SMMU3_QUIRK_FORCE_SYNC, .no_msi = true });
	struct smmu3_cmdq_share shares[160];
	u64 tickets[160];
	unsigned int i;

	s->per_read = 1;
	stub_log_clear(s);
	for (i = 0; i < ARRAY_SIZE(tickets); i++) {
		struct smmu3_cmd cmd = stub_cfgi(i);

		tickets[i] = smmu3_cmdq_post(&s->smmu.cmdq, &cmd, 1, &shares[i]);
	}
	for (i = 0; i < ARRAY_SIZE(tickets); i++)
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, tickets[i], &shares[i]), 0,
				    "wait %u", i);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_STE), 160, "all of them");
	KUNIT_EXPECT_LT_MSG(test, longest_run(s), 64, "no run of 64 commands without CMD_SYNC");
	KUNIT_EXPECT_LT_MSG(test, stub_count(s, OP_SYNC), 8, "and not many of these");
}

/* A run with ATC_INVs has its CMD_SYNC: who fails that one is read from what stands before it. */
static void atc_does_not_share(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg){
		.idr0 = STUB_IDR0_ATS, .no_msi = true });
	struct smmu3_cmd cmd = stub_cfgi(1), atc = smmu3_cmd_atc_inv_all(1, 0, false);
	struct smmu3_cmdq_share shares[3];
	u64 first, second, shared;

	s->per_read = 1;
	stub_log_clear(s);
	first = smmu3_cmdq_post(&s->smmu.cmdq, &cmd, 1, &shares[0]);
	shared = smmu3_cmdq_post(&s->smmu.cmdq, &cmd, 1, &shares[1]);
	second = smmu3_cmdq_post(&s->smmu.cmdq, &atc, 1, &shares[2]);
	KUNIT_EXPECT_EQ_MSG(test, shared, SMMU3_TICKET_SHARED, "the other one waits in the list");
	KUNIT_EXPECT_LT_MSG(test, second, SMMU3_TICKET_SHARED, "not shared");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, second, &shares[2]), 0, "done");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, first, &shares[0]), 0, "both");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, shared, &shares[1]), 0,
			    "and the one between");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_SYNC), 3, "each by a CMD_SYNC");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.cmdq.syncs_merged, 0, "so that none was saved");
	KUNIT_EXPECT_EQ_MSG(test, longest_run(s), 1, "nothing stands before that without one");
}

/* In a queue of eight entries: runs are short, and wait for room. */
static void shared_and_full(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .idr1 = 0x00673a08 });
	struct smmu3_cmdq_share shares[7];
	struct smmu3_cmd cmds[4];
	u64 tickets[7];
	unsigned int i;

	KUNIT_ASSERT_EQ_MSG(test, s->smmu.cmdq.q.lg2, 3, "eight entries");
	s->per_read = 1;
	for (i = 0; i < 4; i++)
		cmds[i] = stub_cfgi(i);
	stub_log_clear(s);
	for (i = 0; i < 7; i++)
		tickets[i] = smmu3_cmdq_post(&s->smmu.cmdq, cmds, 1, &shares[i]);
	KUNIT_EXPECT_EQ_MSG(test, tickets[6], SMMU3_TICKET_SHARED, "shared");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&s->smmu.cmdq, cmds, 4), 0,
			    "four in a full queue");
	for (i = 0; i < 7; i++)
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, tickets[i], &shares[i]), 0,
				    "wait %u", i);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_STE), 11, "all of them");
	KUNIT_EXPECT_LT_MSG(test, longest_run(s), 5, "in runs of half a queue");
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 0, "nobody has asked for a recovery");
}

/* Five that share but the first, the SMMU one command at a time, and @op fails with @err once. */
static struct stub *five_with_error(struct kunit *test, u8 op, u8 err, u64 tickets[5],
				    struct smmu3_cmdq_share shares[5])
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	unsigned int i;

	s->per_read = 1;
	for (i = 0; i < 5; i++) {
		struct smmu3_cmd cmd = i == 2 ? (struct smmu3_cmd) {{ op, 0 }} : stub_cfgi(i);

		tickets[i] = smmu3_cmdq_post(&s->smmu.cmdq, &cmd, 1, &shares[i]);
	}
	stub_log_clear(s);
	s->fail_op = op;
	s->fail_err = err;
	s->fail_times = 1;
	return s;
}

/*
 * An illegal command amidst what others posted: whose CMD_SYNC came before it has what it asked
 * for, and all the others are told that they may not have.
 */
static void shared_and_illegal(struct kunit *test)
{
	struct smmu3_cmdq_share shares[5];
	u64 tickets[5];
	struct stub *s = five_with_error(test, 0x07, 1, tickets, shares);
	unsigned int i;

	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, tickets[i], &shares[i]),
				    i ? -ETIMEDOUT : 0, "wait %u", i);
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_STE), 4, "all but one took effect");
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 1, "recovery runs");
	KUNIT_EXPECT_EQ_MSG(test, stub_issue(s, 9), 0, "and the queue goes on");
}

/* A fetch that aborts amidst them: fetched again, and nobody notices. */
static void shared_and_aborted(struct kunit *test)
{
	struct smmu3_cmdq_share shares[5];
	u64 tickets[5];
	struct stub *s = five_with_error(test, OP_CFGI_ALL, 2, tickets, shares);
	unsigned int i;

	for (i = 5; i--;)
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.cmdq, tickets[i], &shares[i]), 0,
				    "wait %u", i);
	KUNIT_EXPECT_EQ_MSG(test, s->fail_times, 0, "it has failed");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_STE), 4, "the others took effect");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_ALL), 1, "and that one, once");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_SYNC), 2, "by two CMD_SYNCs");
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 0, "nobody has asked for a recovery");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(shared_syncs),
	KUNIT_CASE(shared_and_stopped),
	KUNIT_CASE(shared_times_out),
	KUNIT_CASE(shared_in_bounds),
	KUNIT_CASE(atc_does_not_share),
	KUNIT_CASE(shared_and_full),
	KUNIT_CASE(shared_and_illegal),
	KUNIT_CASE(shared_and_aborted),
	{}
};

static struct kunit_suite hw_share_suite = {
	.name = "smmu3_host_share",
	.exit = stub_exit,
	.test_cases = cases,
};

kunit_test_suite(hw_share_suite);
