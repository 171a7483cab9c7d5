// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command queue (src/hw/cmdq) over the register stub. Layer: tests.
 *
 * The law: a wait that returns 0 returned after every command posted before its ticket took
 * effect, or after all caches were emptied instead; whatever else happens is an error that the
 * caller sees.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "hw/gerror.h"
#include "hw/reset.h"
#include "stub_smmu.h"

#define QUEUE	256	/* entries of the default stub's queue */
#define ROOM	192	/* less the 64 consumed ones that are kept to be read again */

/* A command that can be told from others: TLBI_NH_VA of a page. */
static struct smmu3_cmd numbered(unsigned int thread, u32 nr)
{
	return (struct smmu3_cmd){ .q = { STUB_OP_TLBI_NH_VA | (u64)thread << 48, (u64)nr << 12 } };
}

static u32 number_of(const u64 *q)
{
	return q[1] >> 12;
}

static struct smmu3_stub *started(struct kunit *test, bool poll_cons)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub;

	cfg.poll_cons = poll_cons;
	stub = smmu3_stub_start(test, &cfg);
	KUNIT_ASSERT_NOT_NULL(test, stub);
	KUNIT_ASSERT_EQ_MSG(test, !stub->smmu.cmdq.sync_mem, poll_cons, "how CMD_SYNC completes");
	return stub;
}

struct mode {
	const char *what;
	bool poll_cons;
};

static struct mode modes[] = { { "completion in memory", false }, { "completion by CONS", true } };

static void mode_desc(struct mode *m, char *desc)
{
	strscpy(desc, m->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mode, modes, mode_desc);

/* ---------------------------------------------------------------- order and room */

/* What arrives: numbered commands, each once, in order. */
struct arrivals {
	u32 next[8];
	u32 since_sync, most_since_sync;
	u32 syncs;
};

static void count_arrival(struct smmu3_stub *stub, const u64 *q)
{
	struct arrivals *a = stub->hook_arg;
	unsigned int thread = q[0] >> 48;

	if ((q[0] & 0xff) == STUB_OP_SYNC) {
		a->syncs++;
		a->since_sync = 0;
		return;
	}
	if (++a->since_sync > a->most_since_sync)
		a->most_since_sync = a->since_sync;
	if ((q[0] & 0xff) != STUB_OP_TLBI_NH_VA || thread >= ARRAY_SIZE(a->next))
		return;
	if (number_of(q) != a->next[thread])
		smmu3_stub_bad(stub, "command %u of thread %u arrived where %u was due",
			       number_of(q), thread, a->next[thread]);
	WRITE_ONCE(a->next[thread], number_of(q) + 1);
}

static struct arrivals *watch_arrivals(struct kunit *test, struct smmu3_stub *stub)
{
	struct arrivals *a = kunit_kzalloc(test, sizeof(*a), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, a);
	stub->hook_arg = a;
	stub->hook = count_arrival;
	return a;
}

static void wraps(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct smmu3_stub *stub = started(test, m->poll_cons);
	struct arrivals *a = watch_arrivals(test, stub);
	struct smmu3_cmd cmds[3];
	u32 nr = 0, i;

	/*
	 * 4 entries at a time with their CMD_SYNC: several rounds, each wrap bit seen in both
	 * states.
	 */
	while (nr < 5 * QUEUE) {
		for (i = 0; i < 3; i++)
			cmds[i] = numbered(0, nr + i);
		nr += 3;
		KUNIT_EXPECT_EQ(test, smmu3_cmdq_issue(&stub->smmu.cmdq, cmds, 3), 0);
		KUNIT_EXPECT_EQ_MSG(test, a->next[0], nr,
				    "commands that took effect when the wait returned");
	}
	KUNIT_EXPECT_EQ_MSG(test, stub->smmu.cmdq.posted[STUB_OP_TLBI_NH_VA], nr,
			    "counted by opcode");
	KUNIT_EXPECT_EQ_MSG(test, a->syncs, nr / 3, "one CMD_SYNC for each post");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_CMDQ_CONS),
			    smmu3_stub_reg(stub, STUB_CMDQ_PROD), "nothing is left in the queue");
	KUNIT_EXPECT_EQ_MSG(test, atomic64_read(&stub->smmu.cmdq.timeouts), 0, "no timeout");
}

static void more_than_the_queue_holds(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct smmu3_stub *stub = started(test, m->poll_cons);
	struct arrivals *a = watch_arrivals(test, stub);
	struct smmu3_cmd *cmds = kunit_kcalloc(test, 3 * QUEUE, sizeof(*cmds), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, cmds);
	for (i = 0; i < 3 * QUEUE; i++)
		cmds[i] = numbered(0, i);
	/* 200 at a time, because the stub wants a CMD_SYNC now and then. */
	for (i = 0; i < 3 * QUEUE; i += 192)
		KUNIT_EXPECT_EQ(test, smmu3_cmdq_issue(&stub->smmu.cmdq, cmds + i, 192), 0);
	KUNIT_EXPECT_EQ(test, a->next[0], 3 * QUEUE);
	KUNIT_EXPECT_EQ_MSG(test, a->syncs, 4, "one CMD_SYNC each");
	smmu3_cmdq_post_nosync(&stub->smmu.cmdq,
			       &(struct smmu3_cmd){.q = {STUB_OP_CFGI_ALL, 31}}, 1);
	KUNIT_EXPECT_EQ_MSG(test, a->syncs, 4, "none where none was asked for");
	KUNIT_EXPECT_EQ(test, smmu3_cmdq_issue(&stub->smmu.cmdq, NULL, 0), 0);
	KUNIT_EXPECT_EQ_MSG(test, a->syncs, 5, "a CMD_SYNC alone");
}

static void forced_sync(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_cmd *cmds = kunit_kcalloc(test, 200, sizeof(*cmds), GFP_KERNEL);
	struct smmu3_stub *stub;
	struct arrivals *a;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, cmds);
	cfg.quirks = BIT(SMMU3_QUIRK_FORCE_SYNC);
	stub = smmu3_stub_start(test, &cfg);
	KUNIT_ASSERT_NOT_NULL(test, stub);
	a = watch_arrivals(test, stub);
	for (i = 0; i < 200; i++)
		cmds[i] = numbered(0, i);
	KUNIT_EXPECT_EQ(test, smmu3_cmdq_issue(&stub->smmu.cmdq, cmds, 200), 0);
	KUNIT_EXPECT_EQ(test, a->next[0], 200);
	KUNIT_EXPECT_LT_MSG(test, a->most_since_sync, 64,
			    "erratum 2812531: commands in a row without CMD_SYNC");
}

static void smallest_queue(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_cmd cmds[5];
	struct smmu3_stub *stub;
	struct arrivals *a;
	u32 i, j;

	/* IDR1.CMDQS, bits 25:21: two entries */
	cfg.idr1 = (cfg.idr1 & ~(0x1fu << 21)) | 1 << 21;
	cfg.poll_cons = m->poll_cons;
	stub = smmu3_stub_start(test, &cfg);
	KUNIT_ASSERT_NOT_NULL(test, stub);
	a = watch_arrivals(test, stub);
	for (i = 0; i < 20; i++) {
		for (j = 0; j < 5; j++)
			cmds[j] = numbered(0, 5 * i + j);
		KUNIT_EXPECT_EQ(test, smmu3_cmdq_issue(&stub->smmu.cmdq, cmds, 5), 0);
		KUNIT_EXPECT_EQ(test, a->next[0], 5 * i + 5);
	}
}

static void full_queue_waits_for_room(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct smmu3_stub *stub = started(test, m->poll_cons);
	struct smmu3_device *smmu = &stub->smmu;
	struct arrivals *a = watch_arrivals(test, stub);
	struct smmu3_cmd cmd;
	u64 last;
	u32 i;

	stub->held = true;
	for (i = 0; i < ROOM - 1; i++) {
		cmd = numbered(0, i);
		KUNIT_EXPECT_EQ(test, smmu3_cmdq_post_nosync(&smmu->cmdq, &cmd, 1), 0);
	}
	last = smmu3_cmdq_post(&smmu->cmdq, NULL, 0, NULL);
	KUNIT_EXPECT_EQ_MSG(test, smmu->cmdq.full, 0, "exactly full, nobody had to wait");
	/* Nobody consumes: it gives up, the rest stays. Recovery must not come in between. */
	smmu->enabled = false;
	cmd = numbered(0, i);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_post(&smmu->cmdq, &cmd, 1, NULL),
			    SMMU3_TICKET_LOST, "no room");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&smmu->cmdq, SMMU3_TICKET_LOST, NULL), -ETIMEDOUT,
			    "and the waiter hears of it");
	KUNIT_EXPECT_EQ(test, smmu->cmdq.full, 1);
	KUNIT_EXPECT_EQ_MSG(test, a->next[0], 0, "nothing was consumed");
	smmu->enabled = true;
	smmu3_stub_release(stub);
	KUNIT_EXPECT_EQ(test, smmu3_cmdq_wait(&smmu->cmdq, last, NULL), 0);
	KUNIT_EXPECT_EQ_MSG(test, a->next[0], ROOM - 1,
			    "all of them in the end, the lost one not");
}

static void lost_commands_are_an_error(struct kunit *test)
{
	struct smmu3_stub *stub = started(test, true);
	struct smmu3_device *smmu = &stub->smmu;
	struct smmu3_cmd cmds[64] = {};
	u64 ticket;
	u32 i;

	for (i = 0; i < 64; i++)
		cmds[i] = numbered(0, i);
	stub->held = true;
	smmu->enabled = false;
	for (i = 0; i < QUEUE / 64; i++)
		smmu3_cmdq_post_nosync(&smmu->cmdq, cmds, 64);
	ticket = smmu3_cmdq_post(&smmu->cmdq, cmds, 64, NULL);
	KUNIT_EXPECT_EQ_MSG(test, ticket, SMMU3_TICKET_LOST, "no room for 65 commands");
	KUNIT_EXPECT_EQ(test, smmu3_cmdq_wait(&smmu->cmdq, ticket, NULL), -ETIMEDOUT);
	smmu->enabled = true;
	/* The stub takes no 256 commands without CMD_SYNC: empty the queue by a reset. */
	stub->heals = true;
	KUNIT_EXPECT_EQ(test, smmu3_reset(smmu), 0);
}

/* ---------------------------------------------------------------- tickets */

static void tickets_outlive_restarts(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct smmu3_stub *stub = started(test, m->poll_cons);
	struct smmu3_device *smmu = &stub->smmu;
	struct smmu3_cmd cmd = numbered(0, 0);
	u64 before, during, after;

	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&smmu->cmdq, SMMU3_TICKET_DONE, NULL), 0,
			    "nothing to wait for");
	stub->held = true;
	stub->heals = true;
	before = smmu3_cmdq_post(&smmu->cmdq, &cmd, 1, NULL);
	KUNIT_EXPECT_EQ(test, smmu3_reset_stop(smmu), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&smmu->cmdq, before, NULL), 0,
			    "answered by the stop");
	during = smmu3_cmdq_post(&smmu->cmdq, &cmd, 1, NULL);
	KUNIT_EXPECT_EQ_MSG(test, during, SMMU3_TICKET_DONE, "dropped as done while stopped");
	KUNIT_EXPECT_EQ(test, smmu3_reset(smmu), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&smmu->cmdq, before, NULL), 0,
			    "still done after a restart");
	after = smmu3_cmdq_post(&smmu->cmdq, &cmd, 1, NULL);
	KUNIT_EXPECT_GT_MSG(test, after, before, "positions go on");
	KUNIT_EXPECT_EQ(test, smmu3_cmdq_wait(&smmu->cmdq, after, NULL), 0);
	KUNIT_EXPECT_EQ_MSG(test, atomic64_read(&smmu->cmdq.timeouts), 0, "no timeout");
}

#define NR_WORKERS	4

struct worker {
	struct smmu3_stub *stub;
	unsigned int thread;
	u32 rounds, late, errors;
	struct completion done;
};

static int work(void *arg)
{
	struct worker *w = arg;
	struct arrivals *a = w->stub->hook_arg;
	u32 round, nr = 0;

	for (round = 0; round < w->rounds; round++) {
		struct smmu3_cmd cmds[3];
		u32 i, len = 1 + (round + w->thread) % 3;

		for (i = 0; i < len; i++)
			cmds[i] = numbered(w->thread, nr++);
		if (smmu3_cmdq_issue(&w->stub->smmu.cmdq, cmds, len))
			w->errors++;
		if (READ_ONCE(a->next[w->thread]) != nr)
			w->late++;
	}
	complete(&w->done);
	return 0;
}

static void workers_start(struct kunit *test, struct worker w[NR_WORKERS],
			  struct smmu3_stub *stub, u32 rounds)
{
	unsigned int i;

	for (i = 0; i < NR_WORKERS; i++) {
		w[i].stub = stub;
		w[i].thread = i;
		w[i].rounds = rounds;
		init_completion(&w[i].done);
		if (IS_ERR(kthread_run(work, &w[i], "smmu3-kunit-%u", i))) {
			KUNIT_FAIL(test, "no thread");
			complete(&w[i].done);
		}
	}
}

/*
 * Posting from several CPUs, over the place where 32 bits of position wrap. They share CMD_SYNCs,
 * whoever comes first.
 */
static void several_cpus(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct worker *w = kunit_kcalloc(test, NR_WORKERS, sizeof(*w), GFP_KERNEL);
	struct smmu3_stub *stub;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, w);
	cfg.poll_cons = m->poll_cons;
	stub = smmu3_stub_make(test, &cfg);
	KUNIT_ASSERT_NOT_NULL(test, stub);
	KUNIT_ASSERT_EQ(test, smmu3_device_init(&stub->smmu), 0);
	stub->smmu.cmdq.prod = (1ULL << 32) - 700;
	stub->smmu.cmdq.done = stub->smmu.cmdq.prod;
	KUNIT_ASSERT_EQ(test, smmu3_reset(&stub->smmu), 0);
	watch_arrivals(test, stub);
	workers_start(test, w, stub, 300);
	for (i = 0; i < NR_WORKERS; i++) {
		wait_for_completion(&w[i].done);
		KUNIT_EXPECT_EQ_MSG(test, w[i].errors, 0, "thread %u: waits that failed", i);
		KUNIT_EXPECT_EQ_MSG(test, w[i].late, 0,
				    "thread %u: waits that returned before their commands took effect",
				    i);
	}
	KUNIT_EXPECT_GT_MSG(test, stub->smmu.cmdq.prod, 1ULL << 32,
			    "positions have passed 32 bits");
	KUNIT_EXPECT_EQ(test, atomic64_read(&stub->smmu.cmdq.timeouts), 0);
}

/* ---------------------------------------------------------------- errors */

static struct smmu3_stub *with_error(struct kunit *test, bool poll_cons, u8 code, unsigned int in,
				     unsigned int times)
{
	struct smmu3_stub *stub = started(test, poll_cons);

	stub->err_code = code;
	stub->err_in = in;
	stub->err_times = times;
	return stub;
}

static void check_error_over(struct kunit *test, struct smmu3_stub *stub, int gerrors,
			     const char *what)
{
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&stub->smmu.gerrors[0]), gerrors,
			    "%s: errors counted", what);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_GERROR),
			    smmu3_stub_reg(stub, STUB_GERRORN), "%s: acknowledged", what);
	KUNIT_EXPECT_EQ_MSG(test, atomic64_read(&stub->smmu.cmdq.timeouts), 0, "%s: no timeout",
			    what);
	KUNIT_EXPECT_EQ_MSG(test, stub->smmu.recoveries, 0, "%s: no recovery", what);
}

static void illegal_command(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct smmu3_cmd cmds[4];
	struct smmu3_stub *stub;
	unsigned int at, i;

	/*
	 * Each of the four commands in turn, and the CMD_SYNC behind them where what takes its
	 * place differs from it.
	 */
	for (at = 1; at <= (m->poll_cons ? 4 : 5); at++) {
		stub = with_error(test, m->poll_cons, STUB_CERROR_ILL, at, 1);
		for (i = 0; i < 4; i++)
			cmds[i] = numbered(0, i);
		/* Not yet, so that what comes before the recovery can be seen. */
		stub->smmu.enabled = false;
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&stub->smmu.cmdq, cmds, 4),
				    at < 5 ? -ETIMEDOUT : 0,
				    "command %u is illegal: it has not taken effect", at);
		check_error_over(test, stub, 1, "an illegal command");
		KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_TLBI_NH_VA),
				    at < 5 ? 3 : 4,
				    "command %u is illegal: the others are executed", at);
		KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_SYNC), at < 5 ? 2 : 1,
				    "command %u is illegal: a CMD_SYNC takes its place", at);
		stub->smmu.enabled = true;
		smmu3_device_recover_later(&stub->smmu);
		flush_work(&stub->smmu.recover_work);
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&stub->smmu.cmdq, cmds, 4), 0,
				    "command %u was illegal: recovered", at);
		smmu3_stub_exit(test);
	}
}

static void aborted_fetch(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct smmu3_stub *stub = with_error(test, m->poll_cons, STUB_CERROR_ABT, 2, 3);
	struct smmu3_cmd cmds[2] = { numbered(0, 0), numbered(0, 1) };
	struct arrivals *a = watch_arrivals(test, stub);

	KUNIT_EXPECT_EQ(test, smmu3_cmdq_issue(&stub->smmu.cmdq, cmds, 2), 0);
	check_error_over(test, stub, 3, "an aborted fetch");
	KUNIT_EXPECT_EQ_MSG(test, a->next[0], 2, "the command is fetched again");
}

static void aborted_fetches_without_end(struct kunit *test)
{
	struct smmu3_stub *stub = with_error(test, true, STUB_CERROR_ABT, 1, 10000);
	struct smmu3_cmd cmd = numbered(0, 0);

	/* The recovery's own commands would abort, too. */
	stub->smmu.enabled = false;
	KUNIT_EXPECT_EQ(test, smmu3_cmdq_issue(&stub->smmu.cmdq, &cmd, 1), -ETIMEDOUT);
	stub->err_in = 0;
	stub->smmu.enabled = true;
	smmu3_device_recover_later(&stub->smmu);
	flush_work(&stub->smmu.recover_work);
	KUNIT_EXPECT_EQ_MSG(test, stub->smmu.recoveries, 1, "recovered");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&stub->smmu.cmdq, &cmd, 1), 0, "and works");
}

/* Aborts far apart, each followed by progress, are no reason to reset. */
static void aborted_fetches_with_progress(struct kunit *test)
{
	struct smmu3_stub *stub = started(test, true);
	struct smmu3_cmd cmd = numbered(0, 0);
	unsigned int i;

	for (i = 0; i < 20; i++) {
		stub->err_code = STUB_CERROR_ABT;
		stub->err_times = 1;
		stub->err_in = 1;
		KUNIT_EXPECT_EQ(test, smmu3_cmdq_issue(&stub->smmu.cmdq, &cmd, 1), 0);
	}
	flush_work(&stub->smmu.recover_work);
	check_error_over(test, stub, 20, "single aborted fetches");
}

static u32 accused[8];
static unsigned int nr_accused;

static void accuse(struct smmu3_device *smmu, u32 sid)
{
	if (nr_accused < ARRAY_SIZE(accused))
		accused[nr_accused] = sid;
	nr_accused++;
}

static const struct smmu3_sink accusing_sink = { .atc_timeout = accuse };

static void device_does_not_answer(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct smmu3_stub *stub = with_error(test, m->poll_cons, STUB_CERROR_ATC_INV_SYNC, 2, 1);
	struct smmu3_cmd innocent = smmu3_cmd_atc_inv_all(7, 0, false);
	struct smmu3_cmd cmds[3] = {smmu3_cmd_atc_inv_all(1, 0, false), smmu3_cmd_cfgi_ste(9, true),
				    smmu3_cmd_atc_inv_all(2, 3, true)};

	nr_accused = 0;
	stub->smmu.sink = &accusing_sink;
	KUNIT_EXPECT_EQ(test, smmu3_cmdq_issue(&stub->smmu.cmdq, &innocent, 1), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&stub->smmu.cmdq, cmds, 3), -EIO,
			    "the CMD_SYNC is repeated and completes, and its waiter is told");
	check_error_over(test, stub, 1, "a silent ATC");
	KUNIT_EXPECT_EQ_MSG(test, nr_accused, 2,
			    "the devices between this CMD_SYNC and the one before");
	KUNIT_EXPECT_EQ(test, accused[0] + accused[1], 3);
	KUNIT_EXPECT_EQ_MSG(test, accused[0] * accused[1], 2, "StreamIDs 1 and 2");
}

/*
 * The SMMU stops while several CPUs post: who waits gives up or is answered by the recovery, nobody
 * for ever, and the queue is as good as new.
 */
static void several_cpus_time_out(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct worker *w = kunit_kcalloc(test, NR_WORKERS, sizeof(*w), GFP_KERNEL);
	struct smmu3_stub *stub = started(test, m->poll_cons);
	struct smmu3_cmd cmd = numbered(0, 0);
	unsigned int i, errors = 0;

	KUNIT_ASSERT_NOT_NULL(test, w);
	watch_arrivals(test, stub);
	/* A stop drops commands, so that they do not all arrive. */
	stub->hook = NULL;
	stub->heals = true;
	workers_start(test, w, stub, 2000);
	usleep_range(500, 1000);
	WRITE_ONCE(stub->held, true);
	for (i = 0; i < NR_WORKERS; i++) {
		KUNIT_EXPECT_NE_MSG(test, wait_for_completion_timeout(&w[i].done, 60 * HZ), 0,
				    "thread %u comes to its end", i);
		errors += w[i].errors;
	}
	flush_work(&stub->smmu.recover_work);
	KUNIT_EXPECT_GT_MSG(test, errors, 0, "somebody was told");
	KUNIT_EXPECT_GT_MSG(test, stub->smmu.recoveries, 0, "the SMMU was programmed anew");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&stub->smmu.cmdq, &cmd, 1), 0, "and works");
}

static void unknown_error_code(struct kunit *test)
{
	struct smmu3_stub *stub = with_error(test, true, 0x55, 1, 1);
	struct smmu3_cmd cmd = numbered(0, 0);

	stub->smmu.enabled = false;
	KUNIT_EXPECT_EQ(test, smmu3_cmdq_issue(&stub->smmu.cmdq, &cmd, 1), -ETIMEDOUT);
	check_error_over(test, stub, 1, "an unknown error code");
	stub->smmu.enabled = true;
}

/* ---------------------------------------------------------------- no completion */

static void sync_times_out(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct smmu3_stub *stub = started(test, m->poll_cons);
	struct smmu3_device *smmu = &stub->smmu;
	struct smmu3_cmd cmd = numbered(0, 0);
	u64 first, second;

	stub->heals = true;
	stub->held = true;
	first = smmu3_cmdq_post(&smmu->cmdq, &cmd, 1, NULL);
	second = smmu3_cmdq_post(&smmu->cmdq, &cmd, 1, NULL);
	smmu3_stub_log_reset(stub);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&smmu->cmdq, first, NULL), -ETIMEDOUT,
			    "no silent success");
	KUNIT_EXPECT_EQ(test, atomic64_read(&smmu->cmdq.timeouts), 1);
	flush_work(&smmu->recover_work);
	KUNIT_EXPECT_EQ_MSG(test, smmu->recoveries, 1, "a recovery follows");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_CFGI_ALL), 1,
			    "which empties the configuration caches");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_count(stub, STUB_OP_TLBI_NSNH_ALL), 1, "and the TLBs");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_wait(&smmu->cmdq, second, NULL), 0,
			    "who still waits is released by it");
	KUNIT_EXPECT_EQ(test, smmu3_cmdq_issue(&smmu->cmdq, &cmd, 1), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_CR0ACK) & STUB_CR0_SMMUEN,
			    STUB_CR0_SMMUEN, "enabled again");
}

/* Someone waits while the recovery runs. */
static void waiters_are_released(struct kunit *test)
{
	const struct mode *m = test->param_value;
	struct worker *w = kunit_kcalloc(test, 1, sizeof(*w), GFP_KERNEL);
	struct smmu3_stub *stub = started(test, m->poll_cons);

	KUNIT_ASSERT_NOT_NULL(test, w);
	watch_arrivals(test, stub);
	stub->heals = true;
	stub->held = true;
	w->stub = stub;
	w->rounds = 1;
	init_completion(&w->done);
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(work, w, "smmu3-kunit")));
	smmu3_device_recover_later(&stub->smmu);
	flush_work(&stub->smmu.recover_work);
	KUNIT_EXPECT_NE_MSG(test, wait_for_completion_timeout(&w->done, 10 * HZ), 0,
			    "the waiter returns");
	KUNIT_EXPECT_EQ(test, stub->smmu.recoveries, 1);
}

static void completion_write_is_lost(struct kunit *test)
{
	struct smmu3_stub *stub = started(test, false);
	struct smmu3_cmd cmd = numbered(0, 0);

	stub->lose_msi = true;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&stub->smmu.cmdq, &cmd, 1), 0,
			    "CMDQ_CONS tells it, too");
	KUNIT_EXPECT_EQ(test, atomic64_read(&stub->smmu.cmdq.timeouts), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(wraps, mode_gen_params),
	KUNIT_CASE_PARAM(more_than_the_queue_holds, mode_gen_params),
	KUNIT_CASE(forced_sync),
	KUNIT_CASE_PARAM(smallest_queue, mode_gen_params),
	KUNIT_CASE_PARAM(full_queue_waits_for_room, mode_gen_params),
	KUNIT_CASE(lost_commands_are_an_error),
	KUNIT_CASE_PARAM(tickets_outlive_restarts, mode_gen_params),
	KUNIT_CASE_PARAM(several_cpus, mode_gen_params),
	KUNIT_CASE_PARAM(illegal_command, mode_gen_params),
	KUNIT_CASE_PARAM(aborted_fetch, mode_gen_params),
	KUNIT_CASE(aborted_fetches_without_end),
	KUNIT_CASE(aborted_fetches_with_progress),
	KUNIT_CASE_PARAM(device_does_not_answer, mode_gen_params),
	KUNIT_CASE(unknown_error_code),
	KUNIT_CASE_PARAM(several_cpus_time_out, mode_gen_params),
	KUNIT_CASE_PARAM(sync_times_out, mode_gen_params),
	KUNIT_CASE_PARAM(waiters_are_released, mode_gen_params),
	KUNIT_CASE(completion_write_is_lost),
	{}
};

static struct kunit_suite hw_cmdq_suite = {
	.name = "smmu3_hw_cmdq",
	.exit = smmu3_stub_exit,
	.test_cases = cases,
};

kunit_test_suite(hw_cmdq_suite);
