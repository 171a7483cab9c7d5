// SPDX-License-Identifier: GPL-2.0-only
/*
 * Enhanced command queues over a register model: which queue, enabling, errors (src/hw/ecmdq).
 * Layer: tests.
 */
#include "hw/ecmdq.h"
#include "hw/reset.h"
#include "stub.h"

#define OP_SYNC		0x46
#define OP_CFGI_STE	0x03
#define R_CR1		0x28
#define ECMDQS		0x20000
#define EN		0x80000000u

/* PROD of queue @n of @s. */
static u32 reg_prod(const struct stub *s, unsigned int n)
{
	return ECMDQS + n * (0x10000u >> s->ecmdq_lg2) + 8;
}

static int issue_on(struct stub *s, unsigned int cpu, u32 sid)
{
	struct smmu3_cmd cmd = stub_cfgi(sid);

	host_cpu = cpu;
	return smmu3_cmdq_issue(smmu3_cmdq_mine(&s->smmu), &cmd, 1);
}

/* A queue for each CPU, registers where the control page has them, and the Command queue idle. */
static void queue_per_cpu(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .ecmdqs = 16 });
	u64 posted = smmu3_cmdq_total(&s->smmu.cmdq);
	unsigned int cpu;

	KUNIT_EXPECT_EQ_MSG(test, s->smmu.nr_ecmdqs, nr_cpu_ids, "no more than there are CPUs");
	stub_log_clear(s);
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		KUNIT_EXPECT_EQ_MSG(test, issue_on(s, cpu, cpu), 0, "CPU %u", cpu);
		KUNIT_EXPECT_GE_MSG(test, stub_find_reg(s, reg_prod(s, cpu), EN, EN, 0), 0,
				    "CPU %u rings at its own queue", cpu);
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_total(&s->smmu.ecmdqs[cpu]), 2,
				    "CPU %u: the command and its CMD_SYNC", cpu);
	}
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_STE), nr_cpu_ids, "each took effect");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_total(&s->smmu.cmdq), posted, "none by the one queue");
	KUNIT_EXPECT_EQ_MSG(test, s->nr_ignored, 0, "no write came at a wrong time");
}

/* Fewer queues than CPUs: they share; and ten thousand commands go round and round. */
static void fewer_queues(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .ecmdqs = 2 });
	unsigned int i;

	KUNIT_EXPECT_EQ_MSG(test, s->smmu.nr_ecmdqs, 2, "all that there are");
	for (i = 0; i < 10000; i++)
		KUNIT_ASSERT_EQ_MSG(test, issue_on(s, i % nr_cpu_ids, i), 0, "command %u", i);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_total(&s->smmu.ecmdqs[0]), 10000, "half of them here");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_total(&s->smmu.ecmdqs[1]), 10000, "and half there");
}

/* Where CMD_SYNC completes by CONS only, ENACK and ERR stand beside the index. */
static void by_cons(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .ecmdqs = 4, .no_msi = true });
	unsigned int i;

	for (i = 0; i < 1000; i++)
		KUNIT_ASSERT_EQ_MSG(test, issue_on(s, 1, i), 0, "command %u", i);
}

/*
 * CR1 cannot be written while any is enabled: those that an earlier kernel left are disabled, also
 * where none is used.
 */
static void leftovers(struct kunit *test, struct stub_cfg cfg, bool one)
{
	struct stub *s;
	unsigned int n;
	int off, cr1;

	cfg.ecmdqs = 8;
	s = stub_make(test, &cfg);
	for (n = 3; n < 8; n += 4) {
		stub_set(s, reg_prod(s, n), EN | 5);
		stub_set(s, reg_prod(s, n) + 4, EN | 5);
	}
	s->smmu.one_cmdq = one;
	stub_prepare(test, s, &cfg);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_reset(&s->smmu), 0, "it comes up");
	KUNIT_EXPECT_EQ_MSG(test, !s->smmu.nr_ecmdqs, one || cfg.kdump, "used, or not");
	cr1 = stub_find_reg(s, R_CR1, 0, 0, 0);
	for (n = 3; n < 8; n += 4) {
		off = stub_find_reg(s, reg_prod(s, n), EN, 0, 0);
		KUNIT_EXPECT_GE_MSG(test, off, 0, "queue %u is disabled", n);
		KUNIT_EXPECT_LT_MSG(test, off, cr1, "before CR1 is written");
	}
	KUNIT_EXPECT_EQ_MSG(test, s->nr_ignored, 0, "no write came at a wrong time");
	KUNIT_EXPECT_EQ_MSG(test, issue_on(s, 2, 1), 0, "it works");
	stub_stop(s);
}

static void leftovers_used(struct kunit *test)
{
	leftovers(test, (struct stub_cfg) {}, false);
}

static void leftovers_unused(struct kunit *test)
{
	leftovers(test, (struct stub_cfg) {}, true);
	leftovers(test, (struct stub_cfg) { .kdump = true }, false);
}

/* What firmware says of the pages is looked at before it is believed. */
static void pages(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .ecmdqs = 4 });
	phys_addr_t pa;

	s->smmu.reg_pa = 0x10000000;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_ecmdq_pages(&s->smmu, ECMDQS | 3, &pa), 0x10000,
			    "one page");
	KUNIT_EXPECT_EQ_MSG(test, pa, 0x10020000, "behind the two of the SMMU");
	host_log_clear();
	KUNIT_EXPECT_EQ_MSG(test, smmu3_ecmdq_pages(&s->smmu, ECMDQS | 2, &pa), 0,
			    "in memory: unknown");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("control page"), "which is said");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_ecmdq_pages(&s->smmu, 3, &pa), 0, "in page 0: nonsense");
}

/* Queues that never answer are not used, and the SMMU is, by its one queue. */
static void never_on(struct kunit *test)
{
	struct stub_cfg cfg = { .ecmdqs = 4 };
	struct stub *s = stub_init(test, &cfg);

	host_log_clear();
	s->never_acks = reg_prod(s, 2);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_reset(&s->smmu), 0, "the SMMU comes up");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("not used"), "with a message");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.nr_ecmdqs, 0, "and without them");
	KUNIT_EXPECT_EQ_MSG(test, issue_on(s, 1, 1), 0, "it works");
}

/* Queues that have been used may be in somebody's hands: without them the SMMU stays off. */
static void never_again(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .ecmdqs = 4 });
	struct smmu3_cmd cmd = stub_cfgi(1);
	struct smmu3_cmdq *held;

	host_cpu = 1;
	held = smmu3_cmdq_mine(&s->smmu);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_reset_stop(&s->smmu), 0, "off");
	s->never_acks = reg_prod(s, 2);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_reset(&s->smmu), -ETIMEDOUT, "it does not come up");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x24) & 1, 0, "and translates nothing");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(held, &cmd, 1), 0, "so nothing is stale");
	s->never_acks = 0;
}

/* Stop and start: who waited is answered, and the queue goes on at the same place. */
static void restart(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .ecmdqs = 4 });
	struct smmu3_cmd cmd = stub_cfgi(1);
	struct smmu3_cmdq_share share;
	struct smmu3_cmdq *mine;
	u64 ticket, shared;

	KUNIT_EXPECT_EQ_MSG(test, issue_on(s, 2, 1), 0, "it works");
	mine = smmu3_cmdq_mine(&s->smmu);
	s->frozen = true;
	ticket = smmu3_cmdq_post(mine, &cmd, 1, NULL);
	shared = smmu3_cmdq_post(mine, &cmd, 1, &share);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_reset_stop(&s->smmu), 0, "off");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(mine, ticket, NULL), 0, "answered by the stop");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_post(mine, &cmd, 1, NULL), SMMU3_TICKET_DONE,
			    "dropped");
	s->frozen = false;
	stub_log_clear(s);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_reset(&s->smmu), 0, "on");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_STE), 0, "what was left there is not run");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(mine, shared, &share), 0, "still answered");
	KUNIT_EXPECT_EQ_MSG(test, issue_on(s, 2, 1), 0, "and it goes on");
	KUNIT_EXPECT_EQ_MSG(test, s->nr_ignored, 0, "no write came at a wrong time");
}

/* An ECMDQ's error is its own: named, dealt with, acknowledged in its PROD. */
static void error_abt(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .ecmdqs = 4 });
	unsigned int i;

	for (i = 1; i <= 3; i++) {
		stub_log_clear(s);
		host_log_clear();
		s->fail_op = OP_CFGI_STE;
		s->fail_err = 2;
		s->fail_times = 1;
		KUNIT_EXPECT_EQ_MSG(test, issue_on(s, 3, i), 0, "fetched again");
		KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_STE), 1, "it took effect, once");
		KUNIT_EXPECT_TRUE_MSG(test, host_log_has("CERROR_ABT"), "the log names the error");
		KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x60), stub_get(s, 0x64), "acknowledged");
		KUNIT_EXPECT_EQ_MSG(test, stub_get(s, reg_prod(s, 3)) >> 23 & 1, i & 1,
				    "by a toggle, error %u", i);
		KUNIT_EXPECT_EQ_MSG(test, issue_on(s, 1, 1), 0,
				    "another queue knows nothing of it");
	}
}

/* One that comes while GERROR tells of another's already is not told again. */
static void error_in_two(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .ecmdqs = 4 });
	struct smmu3_cmd cmd = stub_cfgi(1);
	u64 tickets[2];
	unsigned int i;

	s->fail_op = OP_CFGI_STE;
	s->fail_err = 2;
	s->fail_times = 2;
	for (i = 0; i < 2; i++)
		tickets[i] = smmu3_cmdq_post(&s->smmu.ecmdqs[i], &cmd, 1, NULL);
	KUNIT_EXPECT_EQ_MSG(test, s->fail_times, 0, "both have failed");
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&s->smmu.ecmdqs[i], tickets[i], NULL), 0,
				    "queue %u goes on", i);
}

/* An illegal invalidation: no success from that queue until all has been programmed anew. */
static void error_ill(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .ecmdqs = 4 });
	struct smmu3_cmd cmds[3] = { stub_cfgi(1), {{ 0x07, 0x1234 }}, stub_cfgi(3) };

	stub_log_clear(s);
	host_cpu = 2;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(smmu3_cmdq_mine(&s->smmu), cmds, 3), -ETIMEDOUT,
			    "no success");
	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, OP_CFGI_STE), 2, "the others took effect");
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 1, "recovery runs");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.recoveries, 1, "and succeeds");
	KUNIT_EXPECT_EQ_MSG(test, issue_on(s, 2, 9), 0, "and the queue goes on");
	KUNIT_EXPECT_EQ_MSG(test, s->nr_ignored, 0, "no write came at a wrong time");
}

static unsigned int atc_timeouts;

static void note_atc_timeout(struct smmu3_device *smmu, u32 sid)
{
	atc_timeouts += sid == 0x2a;
}

static void error_atc(struct kunit *test)
{
	static const struct smmu3_sink sink = { .atc_timeout = note_atc_timeout };
	struct stub *s = stub_start(test, &(struct stub_cfg) {
		.idr0 = STUB_IDR0_ATS, .ecmdqs = 4 });
	struct smmu3_cmd cmd = smmu3_cmd_atc_inv_all(0x2a, 0, false);

	s->smmu.sink = &sink;
	atc_timeouts = 0;
	s->fail_op = OP_SYNC;
	s->fail_err = 3;
	s->fail_times = 1;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&s->smmu.ecmdqs[1], &cmd, 1), -EIO,
			    "no success");
	KUNIT_EXPECT_EQ_MSG(test, atc_timeouts, 1, "the device is named");
	KUNIT_EXPECT_EQ_MSG(test, issue_on(s, 1, 1), 0, "the queue goes on");
}

/* A CMD_SYNC that never completes: bounded, then recovery, in any queue. */
static void times_out(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .ecmdqs = 4 });

	s->frozen = true;
	KUNIT_EXPECT_EQ_MSG(test, issue_on(s, 3, 1), -ETIMEDOUT, "an error");
	s->frozen = false;
	KUNIT_EXPECT_EQ_MSG(test, host_run_work(), 1, "recovery runs");
	KUNIT_EXPECT_EQ_MSG(test, issue_on(s, 3, 1), 0, "the queue works again");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(queue_per_cpu),
	KUNIT_CASE(fewer_queues),
	KUNIT_CASE(by_cons),
	KUNIT_CASE(leftovers_used),
	KUNIT_CASE(leftovers_unused),
	KUNIT_CASE(pages),
	KUNIT_CASE(never_on),
	KUNIT_CASE(never_again),
	KUNIT_CASE(restart),
	KUNIT_CASE(error_abt),
	KUNIT_CASE(error_in_two),
	KUNIT_CASE(error_ill),
	KUNIT_CASE(error_atc),
	KUNIT_CASE(times_out),
	{}
};

static struct kunit_suite hw_ecmdq_suite = {
	.name = "smmu3_host_ecmdq",
	.exit = stub_exit,
	.test_cases = cases,
};

kunit_test_suite(hw_ecmdq_suite);
