// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disable, program, enable, recover (src/hw/reset, src/hw/device) over the register stub. Layer:
 * tests.
 *
 * What a register may be written in is checked by the stub at every write; here it is the order
 * and the end.
 */
#include <kunit/test.h>
#include <linux/ktime.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "hw/gerror.h"
#include "hw/irq.h"
#include "hw/reset.h"
#include "stub_smmu.h"
#include "fail_nth.h"

#define ON		(STUB_CR0_SMMUEN | STUB_CR0_EVENTQEN | STUB_CR0_CMDQEN)
/*
 * Generous: every wait that can time out does, one after the other, on a busy emulator with a slow
 * console.
 */
#define BOUND_US	(50LL * SMMU3_TIMEOUT_US)

/*
 * Sequence number of the first write of @val under @mask to @reg; fails the case where there is
 * none.
 */
static u32 write_seq(struct kunit *test, struct smmu3_stub *stub, u32 reg, u32 mask, u32 val,
		     const char *what)
{
	const struct smmu3_stub_rec *rec = smmu3_stub_find_write(stub, reg, mask, val);

	KUNIT_EXPECT_NOT_NULL_MSG(test, rec, "%s: no write of %#x to register %#x", what, val, reg);
	return rec ? rec->seq : 0;
}

static u32 cmd_seq(struct kunit *test, struct smmu3_stub *stub, u32 op, const char *what)
{
	const struct smmu3_stub_rec *rec = smmu3_stub_find(stub, op, 0);

	KUNIT_EXPECT_NOT_NULL_MSG(test, rec, "%s was not sent", what);
	return rec ? rec->seq : 0;
}

static struct smmu3_stub *with_memory(struct kunit *test, const struct smmu3_stub_cfg *cfg)
{
	struct smmu3_stub *stub = smmu3_stub_make(test, cfg);

	KUNIT_ASSERT_NOT_NULL(test, stub);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_device_init(&stub->smmu), 0, "smmu3_device_init()");
	KUNIT_EXPECT_EQ_MSG(test, stub->nr_log, 0, "making memory touches no register");
	return stub;
}

static void check_order(struct kunit *test, struct smmu3_stub *stub, u32 all_on)
{
	u32 abort = write_seq(test, stub, STUB_GBPA, STUB_GBPA_ABORT, STUB_GBPA_ABORT, "abort");
	u32 off = write_seq(test, stub, STUB_CR0, ~0u, 0, "off");
	u32 cmdq = write_seq(test, stub, STUB_CR0, ~0u, STUB_CR0_CMDQEN, "the command queue alone");
	u32 cfgi = cmd_seq(test, stub, STUB_OP_CFGI_ALL, "CFGI_ALL");
	u32 el2 = cmd_seq(test, stub, STUB_OP_TLBI_EL2_ALL, "TLBI_EL2_ALL");
	u32 tlbi = cmd_seq(test, stub, STUB_OP_TLBI_NSNH_ALL, "TLBI_NSNH_ALL");
	u32 evtq = write_seq(test, stub, STUB_CR0, STUB_CR0_EVENTQEN, STUB_CR0_EVENTQEN,
			     "the event queue");
	u32 irq = write_seq(test, stub, STUB_IRQ_CTRL, 5, 5, "interrupts");
	u32 on = write_seq(test, stub, STUB_CR0, STUB_CR0_SMMUEN, STUB_CR0_SMMUEN, "SMMUEN");

	KUNIT_EXPECT_LT_MSG(test, abort, off, "GBPA aborts before SMMUEN goes off");
	KUNIT_EXPECT_LT_MSG(test, off, cmdq, "off before the command queue is on");
	KUNIT_EXPECT_LT_MSG(test, cmdq, cfgi, "the command queue before its first command");
	KUNIT_EXPECT_LT_MSG(test, cfgi, tlbi,
			    "configuration is forgotten before translations, or these come back");
	KUNIT_EXPECT_LT_MSG(test, cfgi, el2, "likewise for EL2");
	KUNIT_EXPECT_LT_MSG(test, tlbi, evtq, "caches are clean before the event queue is on");
	KUNIT_EXPECT_LT_MSG(test, irq, on, "interrupts before SMMUEN");
	KUNIT_EXPECT_LT_MSG(test, evtq, on, "the event queue before SMMUEN");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_CR0ACK), all_on,
			    "what is on in the end");
	KUNIT_EXPECT_TRUE_MSG(test, stub->smmu.enabled, "enabled");
}

static void bring_up_order(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = with_memory(test, &cfg);

	KUNIT_EXPECT_EQ(test, smmu3_reset(&stub->smmu), 0);
	check_order(test, stub, ON);
}

static void bring_up_with_pri(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub;

	cfg.idr0 |= STUB_IDR0_ATS_PRI;
	stub = with_memory(test, &cfg);
	KUNIT_EXPECT_EQ(test, smmu3_reset(&stub->smmu), 0);
	/* PRIQEN and ATSCHK */
	check_order(test, stub, ON | STUB_CR0_PRIQEN | 0x10);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_IRQ_CTRLACK), 7,
			    "all three interrupts");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg64(stub, STUB_PRIQ_BASE) & 0x00ffffffffffffe0ULL,
			    stub->smmu.priq.q.dma, "PRIQ_BASE");
}

static void crash_kernel_wants_no_events(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub;

	cfg.kdump = true;
	stub = with_memory(test, &cfg);
	KUNIT_EXPECT_EQ(test, smmu3_reset(&stub->smmu), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_CR0ACK),
			    STUB_CR0_SMMUEN | STUB_CR0_CMDQEN, "the event queue stays off");
}

/* 6.3.11: fields of CR1 in the order QUEUE_IC, OC, SH, TABLE_IC, OC, SH. */
static void attributes(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = with_memory(test, &cfg);

	KUNIT_EXPECT_EQ(test, smmu3_reset(&stub->smmu), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_CR1), 0xd75,
			    "coherent: write-back, inner shareable");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_CR2), 2,
			    "RECINVSID; PTM is reserved without BTM (6.3.12)");
	cfg.idr0 |= STUB_IDR0_BTM;
	stub = with_memory(test, &cfg);
	KUNIT_EXPECT_EQ(test, smmu3_reset(&stub->smmu), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_CR2), 2, "it listens to the CPUs");
	cfg.idr0 &= ~STUB_IDR0_COHACC;
	stub = with_memory(test, &cfg);
	KUNIT_EXPECT_EQ(test, smmu3_reset(&stub->smmu), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_CR2), 6, "PTM: it must not");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_CR1), 0x820,
			    "else non-cacheable, outer shareable");
}

static void found_enabled(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = with_memory(test, &cfg);

	/* Left on by firmware, with an empty table of its own and open while off. */
	smmu3_stub_set(stub, STUB_CR0, ON);
	smmu3_stub_set(stub, STUB_CR0ACK, ON);
	smmu3_stub_set(stub, STUB_IRQ_CTRL, 7);
	smmu3_stub_set(stub, STUB_IRQ_CTRLACK, 7);
	smmu3_stub_set(stub, STUB_GERROR, 0x105);
	KUNIT_EXPECT_EQ(test, smmu3_reset(&stub->smmu), 0);
	check_order(test, stub, ON);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_GERRORN), 0x105,
			    "old errors are acknowledged");
}

/* ---------------------------------------------------------------- no acknowledgement */

struct dead_case {
	const char *what;
	u32 dead, bits;
	bool running;	/* it dies while it works */
};

static struct dead_case dead_cases[] = {
	{ "CR0", STUB_CR0, 0, false },
	{ "CR0.CMDQEN", STUB_CR0, STUB_CR0_CMDQEN, false },
	{ "CR0.EVENTQEN", STUB_CR0, STUB_CR0_EVENTQEN, false },
	{ "CR0.SMMUEN", STUB_CR0, STUB_CR0_SMMUEN, false },
	{ "GBPA", STUB_GBPA, 0, false },
	{ "IRQ_CTRL", STUB_IRQ_CTRL, 0, false },
	{ "CR0 of a running SMMU", STUB_CR0, 0, true },
	{ "GBPA of a running SMMU", STUB_GBPA, 0, true },
	{ "IRQ_CTRL of a running SMMU", STUB_IRQ_CTRL, 0, true },
};

static void dead_desc(struct dead_case *c, char *desc)
{
	strscpy(desc, c->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dead, dead_cases, dead_desc);

/* @how: after a reset or a recovery that failed. */
static void check_left_safe(struct kunit *test, struct smmu3_stub *stub, const struct dead_case *c,
			    const char *how)
{
	/* Off, all traffic might pass: better on, with every invalidation an error. */
	if (c->dead == STUB_GBPA)
		return;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_CR0) & STUB_CR0_SMMUEN, 0,
			    "%s: %s never acknowledges: SMMUEN is told to go off", how, c->what);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_CR0) & STUB_CR0_CMDQEN, 0,
			    "%s: %s never acknowledges: CMDQEN is told to go off", how, c->what);
	KUNIT_EXPECT_TRUE_MSG(test, smmu3_stub_reg(stub, STUB_GBPA) & STUB_GBPA_ABORT,
			      "%s: %s never acknowledges: traffic aborts", how, c->what);
}

static void silent_register(struct kunit *test)
{
	const struct dead_case *c = test->param_value;
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = with_memory(test, &cfg);
	ktime_t start;
	s64 us;

	if (c->running)
		KUNIT_ASSERT_EQ(test, smmu3_reset(&stub->smmu), 0);
	stub->dead = c->dead;
	stub->dead_bits = c->bits;
	start = ktime_get();
	KUNIT_EXPECT_EQ_MSG(test, smmu3_reset(&stub->smmu), -ETIMEDOUT, "%s never acknowledges",
			    c->what);
	us = ktime_us_delta(ktime_get(), start);
	KUNIT_EXPECT_LE_MSG(test, us, BOUND_US, "%s never acknowledges: the wait is bounded",
			    c->what);
	check_left_safe(test, stub, c, "reset");

	/* It comes to life again: nothing of the failure remains. */
	stub->dead = 0;
	if (c->dead == STUB_GBPA)
		smmu3_stub_set(stub, STUB_GBPA, 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_reset(&stub->smmu), 0, "%s acknowledges again", c->what);
	KUNIT_EXPECT_EQ(test, smmu3_stub_reg(stub, STUB_CR0ACK), ON);
}

/*
 * A recovery meets a register that died: the SMMU must not go on translating with what it has
 * cached.
 */
static void recovery_meets_dead_register(struct kunit *test)
{
	const struct dead_case *c = test->param_value;
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_cmd cmd = smmu3_cmd_tlbi_all(STUB_OP_TLBI_NSNH_ALL, 0);
	struct smmu3_stub *stub = smmu3_stub_start(test, &cfg);
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, stub);
	stub->dead = c->dead;
	stub->dead_bits = c->bits;
	smmu3_device_recover_later(&stub->smmu);
	flush_work(&stub->smmu.recover_work);
	check_left_safe(test, stub, c, "recovery");
	KUNIT_EXPECT_TRUE_MSG(test, stub->smmu.dead, "%s: given up", c->what);
	KUNIT_EXPECT_EQ_MSG(test, stub->smmu.recoveries, 0, "%s: no recovery is counted", c->what);
	ret = smmu3_cmdq_issue(&stub->smmu.cmdq, &cmd, 1);
	if (smmu3_stub_reg(stub, STUB_CR0ACK) & STUB_CR0_SMMUEN)
		KUNIT_EXPECT_EQ_MSG(test, ret, -ETIMEDOUT,
				    "%s: it may still translate, so an invalidation that it does not get is no success",
				    c->what);
	else
		KUNIT_EXPECT_EQ_MSG(test, ret, 0, "%s: nothing is translated any more", c->what);
	stub->dead = 0;
}

/* ---------------------------------------------------------------- resume, recovery */

struct regs {
	u32 word[2][STUB_PAGE_WORDS];
};

static struct regs *save_regs(struct kunit *test, struct smmu3_stub *stub)
{
	struct regs *regs = kunit_kzalloc(test, sizeof(*regs), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, regs);
	memcpy(regs->word, stub->reg, sizeof(regs->word));
	return regs;
}

static bool reg_may_differ(u32 reg)
{
	return reg == STUB_CMDQ_PROD || reg == STUB_CMDQ_CONS || reg == STUB_GERROR ||
	       reg == STUB_GERRORN;
}

static void check_regs(struct kunit *test, struct smmu3_stub *stub, const struct regs *before,
		       const char *when)
{
	u32 page, i;

	for (page = 0; page < 2; page++) {
		for (i = 0; i < STUB_PAGE_WORDS; i++) {
			if (page == 0 && reg_may_differ(4 * i))
				continue;
			KUNIT_EXPECT_EQ_MSG(test, stub->reg[page][i], before->word[page][i],
					    "%s: register %#x is programmed anew", when,
					    page * 0x10000 + 4 * i);
		}
	}
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_GERROR),
			    smmu3_stub_reg(stub, STUB_GERRORN), "%s: no error is left active",
			    when);
}

static struct smmu3_stub *full_stub(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub;
	unsigned int i;

	cfg.idr0 |= STUB_IDR0_ATS_PRI;
	stub = smmu3_stub_make(test, &cfg);
	KUNIT_ASSERT_NOT_NULL(test, stub);
	KUNIT_ASSERT_EQ(test, smmu3_device_init(&stub->smmu), 0);
	for (i = 0; i < 3; i++) {
		stub->smmu.msi_cfg[i].addr = 0x8090040 + 0x1000 * i;
		stub->smmu.msi_cfg[i].data = 0x1234 + i;
		stub->smmu.msi_cfg[i].attr = 1;
	}
	KUNIT_ASSERT_EQ(test, smmu3_reset(&stub->smmu), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg64(stub, STUB_EVENTQ_IRQ_CFG0), 0x8090040,
			    "event MSI address");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_GERROR_IRQ_CFG0 + 8), 0x1235,
			    "GERROR MSI data");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg64(stub, STUB_PRIQ_IRQ_CFG0), 0x8092040,
			    "PRI MSI address");
	return stub;
}

static void resume_programs_everything(struct kunit *test)
{
	static const u32 patterns[] = { 0, 0xffffffff, 0xa5a5a5a5 };
	struct smmu3_stub *stub = full_stub(test);
	struct regs *before = save_regs(test, stub);
	struct smmu3_cmd cmd = smmu3_cmd_cfgi_all();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(patterns); i++) {
		KUNIT_EXPECT_EQ_MSG(test, smmu3_reset_stop(&stub->smmu), 0, "suspend");
		KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_CR0ACK), 0,
				    "everything is off");
		KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_IRQ_CTRLACK), 0,
				    "interrupts, too");
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&stub->smmu.cmdq, &cmd, 1), 0,
				    "a command in between is dropped as done");
		smmu3_stub_power_cycle(stub, patterns[i]);
		KUNIT_EXPECT_EQ_MSG(test, smmu3_reset(&stub->smmu), 0, "resume");
		check_regs(test, stub, before, "resume");
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_issue(&stub->smmu.cmdq, &cmd, 1), 0,
				    "commands go on");
		smmu3_stub_check(test, stub);
	}
}

static void service_failure_is_recovered(struct kunit *test)
{
	struct smmu3_stub *stub = full_stub(test);
	struct regs *before = save_regs(test, stub);
	static const u32 lost[] = {STUB_CR1,
				   STUB_CR2,
				   STUB_STRTAB_BASE,
				   STUB_STRTAB_BASE_CFG,
				   STUB_CMDQ_BASE,
				   STUB_EVENTQ_BASE,
				   STUB_PRIQ_BASE,
				   STUB_GERROR_IRQ_CFG0,
				   STUB_EVENTQ_IRQ_CFG0};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lost); i++)
		smmu3_stub_set(stub, lost[i], 0);
	smmu3_stub_gerror(stub, STUB_GERROR_SFM);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_gerror_serve(&stub->smmu), STUB_GERROR_SFM, "SFM is seen");
	flush_work(&stub->smmu.recover_work);
	KUNIT_EXPECT_EQ_MSG(test, stub->smmu.recoveries, 1, "recovered once");
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&stub->smmu.gerrors[8]), 1, "counted by kind");
	check_regs(test, stub, before, "recovery");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_gerror_serve(&stub->smmu), 0, "nothing is active any more");
}

static void aborted_writes_are_counted(struct kunit *test)
{
	struct smmu3_stub *stub = full_stub(test);
	unsigned int bit;

	smmu3_stub_gerror(stub, STUB_GERROR_EVENTQ_ABT | 0x8 | 0xf0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_gerror_serve(&stub->smmu), 0xfc,
			    "event and PRI queue writes, four kinds of MSI");
	for (bit = 2; bit < 8; bit++)
		KUNIT_EXPECT_EQ_MSG(test, atomic_read(&stub->smmu.gerrors[bit]), 1,
				    "bit %u of GERROR is counted", bit);
	flush_work(&stub->smmu.recover_work);
	KUNIT_EXPECT_EQ_MSG(test, stub->smmu.recoveries, 0,
			    "a lost record or MSI is not mended by a reset");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_gerror_serve(&stub->smmu), 0,
			    "acknowledged: nothing is active");
	smmu3_stub_gerror(stub, STUB_GERROR_EVENTQ_ABT);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_gerror_serve(&stub->smmu), STUB_GERROR_EVENTQ_ABT,
			    "the same again, toggled back");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_GERRORN),
			    smmu3_stub_reg(stub, STUB_GERROR), "acknowledged");
}

static void no_recovery_of_a_stopped_smmu(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = smmu3_stub_start(test, &cfg);

	KUNIT_ASSERT_NOT_NULL(test, stub);
	KUNIT_EXPECT_EQ(test, smmu3_reset_stop(&stub->smmu), 0);
	smmu3_stub_log_reset(stub);
	smmu3_device_recover_later(&stub->smmu);
	flush_work(&stub->smmu.recover_work);
	KUNIT_EXPECT_EQ_MSG(test, stub->nr_log, 0, "no register of a suspended SMMU is touched");
}

static void hand_back(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = smmu3_stub_start(test, &cfg);

	KUNIT_ASSERT_NOT_NULL(test, stub);
	KUNIT_EXPECT_EQ(test, smmu3_reset_release(&stub->smmu, false), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_GBPA), STUB_GBPA_ABORT,
			    "handed back aborting");
	KUNIT_EXPECT_EQ(test, smmu3_reset(&stub->smmu), 0);
	KUNIT_EXPECT_EQ(test, smmu3_reset_release(&stub->smmu, true), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_GBPA), 0, "handed back open");
	KUNIT_EXPECT_EQ(test, smmu3_stub_reg(stub, STUB_CR0ACK), 0);
}

static void open_only_where_asked(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub = smmu3_stub_start(test, &cfg);

	KUNIT_ASSERT_NOT_NULL(test, stub);
	stub->may_open = true;
	stub->smmu.open_when_off = true;
	KUNIT_EXPECT_EQ(test, smmu3_reset_stop(&stub->smmu), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_GBPA), 0,
			    "live streams pass while it is off");
	stub->smmu.open_when_off = false;
	KUNIT_EXPECT_EQ(test, smmu3_reset(&stub->smmu), 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stub_reg(stub, STUB_GBPA), STUB_GBPA_ABORT,
			    "and no other time");
}

/* ---------------------------------------------------------------- memory */

static int init_device(void *ctx)
{
	struct smmu3_stub *stub = ctx;

	return smmu3_device_init(&stub->smmu);
}

static void init_failed(struct kunit *test, void *ctx, int err)
{
	struct smmu3_stub *stub = ctx;

	KUNIT_EXPECT_EQ_MSG(test, stub->nr_log, 0, "no register is touched");
	if (err)
		KUNIT_EXPECT_EQ(test, err, -ENOMEM);
	else
		smmu3_device_fini(&stub->smmu);
	KUNIT_EXPECT_NULL_MSG(test, stub->smmu.cmdq.q.base, "no command queue is left");
	KUNIT_EXPECT_NULL_MSG(test, stub->smmu.evtq.q.base, "no event queue is left");
	KUNIT_EXPECT_NULL_MSG(test, stub->smmu.priq.q.base, "no PRI queue is left");
	KUNIT_EXPECT_NULL_MSG(test, stub->smmu.strtab.l1, "no stream table is left");
	stub->smmu.cd_pool = NULL;
}

/* What is left behind shows in kmemleak and DMA debugging, which `run` asks in the end. */
static void init_without_memory(struct kunit *test)
{
	struct smmu3_stub_cfg cfg = STUB_CFG_DEFAULT;
	struct smmu3_stub *stub;
	unsigned int nr;

	cfg.idr0 |= STUB_IDR0_ATS_PRI;
	stub = smmu3_stub_make(test, &cfg);
	KUNIT_ASSERT_NOT_NULL(test, stub);
	nr = smmu3_kunit_fail_nth(test, init_device, stub, init_failed);
	/*
	 * pool; command, event and PRI queue; completion words; both levels of the stream table's
	 * index
	 */
	KUNIT_EXPECT_GE_MSG(test, nr, 7, "allocations that were made to fail");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(bring_up_order),
	KUNIT_CASE(bring_up_with_pri),
	KUNIT_CASE(crash_kernel_wants_no_events),
	KUNIT_CASE(attributes),
	KUNIT_CASE(found_enabled),
	KUNIT_CASE_PARAM(silent_register, dead_gen_params),
	KUNIT_CASE_PARAM(recovery_meets_dead_register, dead_gen_params),
	KUNIT_CASE(resume_programs_everything),
	KUNIT_CASE(service_failure_is_recovered),
	KUNIT_CASE(aborted_writes_are_counted),
	KUNIT_CASE(no_recovery_of_a_stopped_smmu),
	KUNIT_CASE(hand_back),
	KUNIT_CASE(open_only_where_asked),
	KUNIT_CASE(init_without_memory),
	{}
};

static struct kunit_suite hw_reset_suite = {
	.name = "smmu3_hw_reset",
	.exit = smmu3_stub_exit,
	.test_cases = cases,
};

kunit_test_suite(hw_reset_suite);
