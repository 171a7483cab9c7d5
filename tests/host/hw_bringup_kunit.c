// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bring-up over a register model (src/hw/reset, device, irq): good, slow, dead, found enabled.
 * Layer: tests.
 */
#include "hw/irq.h"
#include "hw/reset.h"
#include "stub.h"

/* SMMU_CR0 and its acknowledgement, SMMU_GBPA (6.3.9, 6.3.14). */
#define CR0		0x20
#define GBPA		0x44
#define IRQ_CTRL	0x50
#define SMMUEN		1u
#define ABORT		(1u << 20)
#define UPDATE		(1u << 31)

static int find_reg(struct stub *s, u32 reg, u32 mask, u32 val)
{
	return stub_find_reg(s, reg, mask, val, 0);
}

/* The order of 3.11: abort, off, tables and queues, caches empty, on. */
static void order(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .idr0 = STUB_IDR0_ATS });
	int abort = find_reg(s, GBPA, ABORT | UPDATE, ABORT | UPDATE),
	    off = find_reg(s, CR0, 0xf, 0);
	int strtab = find_reg(s, 0x80, 0, 0), cmdq = find_reg(s, 0x90, 0, 0),
	    cmdqen = find_reg(s, CR0, 8, 8);
	int cfgi = stub_find_cmd(s, 0x04, 0), tlbi = stub_find_cmd(s, 0x30, 0),
	    el2 = stub_find_cmd(s, 0x20, 0);
	int sync = stub_find_cmd(s, 0x46, 0), on = find_reg(s, CR0, SMMUEN, SMMUEN);

	KUNIT_EXPECT_TRUE_MSG(test, abort >= 0 && abort < off,
			      "GBPA aborts (%d) before SMMUEN goes off (%d)", abort, off);
	KUNIT_EXPECT_TRUE_MSG(test, off < strtab && strtab < on,
			      "the stream table is set (%d) while the SMMU is off", strtab);
	KUNIT_EXPECT_TRUE_MSG(test, cmdq >= 0 && cmdq < cmdqen,
			      "the command queue is set (%d) before it is enabled (%d)", cmdq,
			      cmdqen);
	KUNIT_EXPECT_TRUE_MSG(test, cfgi > cmdqen && tlbi > cmdqen && el2 > cmdqen,
			      "caches are emptied: %d %d %d", cfgi, tlbi, el2);
	KUNIT_EXPECT_TRUE_MSG(test, sync > cfgi && sync > tlbi && sync > el2 && sync < on,
			      "and are known to be empty (%d) before SMMUEN goes on (%d)", sync,
			      on);
	KUNIT_EXPECT_LT_MSG(test, find_reg(s, IRQ_CTRL, 7, 7), find_reg(s, CR0, 4, 4),
			    "interrupts are on before the first event can come");
	KUNIT_EXPECT_TRUE_MSG(test, s->smmu.enabled, "the driver knows");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, CR0), 0x1f,
			    "SMMUEN, both queues, command queue, ATSCHK");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, IRQ_CTRL), 7, "three interrupts");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x28), 0xd75u,
			    "CR1: write-back, inner shareable, tables and queues");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x2c) & 6, 2, "CR2: RECINVSID");
	KUNIT_EXPECT_EQ_MSG(test, s->nr_illegal, 0, "no command that this SMMU does not accept");
}

/* 6.3.12: PTM where the SMMU could listen and must not; it is reserved where IDR0.BTM is 0. */
static void private_maintenance(struct kunit *test)
{
	static const struct stub_cfg cfgs[] = {
		{ .idr0 = 0x20 },
		{ .idr0 = 0x20, .quirks = 1u << SMMU3_QUIRK_NO_BTM },
		{ },
	};
	static const u32 ptm[] = { 0, 4, 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cfgs); i++)
		KUNIT_EXPECT_EQ_MSG(test, stub_get(stub_start(test, &cfgs[i]), 0x2c) & 4, ptm[i],
				    "case %u: CR2.PTM", i);
}

/* Erratum 2812531 of MMU-700. */
static void one_by_one(struct kunit *test)
{
	struct stub *s =
		stub_start(test, &(struct stub_cfg){ .quirks = 1u << SMMU3_QUIRK_FORCE_SYNC });

	KUNIT_EXPECT_EQ_MSG(test, stub_count(s, 0x46), 3, "a CMD_SYNC for each invalidation");
	KUNIT_EXPECT_LT_MSG(test, stub_find_cmd(s, 0x46, 0), stub_find_cmd(s, 0x20, 0),
			    "before the next is sent");
}

/* The SMMU's own queues: their sizes are believed as far as IDR1 allows. */
static void preset_queues(struct kunit *test)
{
	static const struct {
		u32 cmdq, evtq;
		int ret;
	} sizes[] = { { 0, 7, -EOPNOTSUPP }, { 8, 0, -EOPNOTSUPP }, { 31, 31, 0 }, { 4, 3, 0 } };
	const struct stub_cfg cfg = { .no_msi = true, .idr1 = STUB_IDR1_USUAL | 1u << 29 };
	static u8 cmdq[4096] __aligned(4096), evtq[4096] __aligned(4096);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct stub *s = stub_make(test, &cfg);
		struct smmu3_idr_env env = {};
		u64 base[2] = { (uintptr_t)cmdq | sizes[i].cmdq, (uintptr_t)evtq | sizes[i].evtq };

		memcpy((u8 *)s->page[0] + 0x90, &base[0], 8);
		memcpy((u8 *)s->page[0] + 0xa0, &base[1], 8);
		smmu3_device_read_idr(&s->smmu);
		KUNIT_ASSERT_NULL_MSG(test, smmu3_idr_decode(&s->smmu.feat, &s->smmu.regs, &env),
				      "usable");
		host_log_clear();
		KUNIT_EXPECT_EQ_MSG(test, smmu3_device_init(&s->smmu), sizes[i].ret,
				    "sizes %u and %u", sizes[i].cmdq, sizes[i].evtq);
		if (sizes[i].ret) {
			KUNIT_EXPECT_EQ_MSG(test, host_log_lines(), 1, "one line says why");
			s->smmu.cd_pool = NULL;
		} else {
			KUNIT_EXPECT_EQ_MSG(test, s->smmu.cmdq.q.lg2, min(sizes[i].cmdq, 8u),
					    "commands, at most CMDQS");
			KUNIT_EXPECT_EQ_MSG(test, s->smmu.evtq.q.lg2, min(sizes[i].evtq, 7u),
					    "events, at most EVENTQS");
		}
		stub_stop(s);
	}
}

static void not_coherent(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) { .no_coherence = true });

	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x28), 0x820u, "CR1: non-cacheable, outer shareable");
}

/* An SMMU with one stage only gets no command of the other. */
static void one_stage(struct kunit *test)
{
	const struct stub_cfg s2_only = { .idr0_set = true, .idr0 = STUB_IDR0_USUAL & ~0x202u };
	struct stub *s = stub_start(test, &s2_only);

	KUNIT_EXPECT_EQ_MSG(test, s->nr_illegal, 0,
			    "stage 2 alone, without EL2: no illegal command");
	stub_stop(s);
	s = stub_start(test,
		       &(struct stub_cfg){ .idr0_set = true, .idr0 = STUB_IDR0_USUAL & ~0x1u });
	KUNIT_EXPECT_EQ_MSG(test, s->nr_illegal, 0, "stage 1 alone: no illegal command");
}

static void slow_but_alive(struct kunit *test)
{
	struct stub *s = stub_init(test, &(struct stub_cfg) {});

	s->ack_after = 1000;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_reset(&s->smmu), 0,
			    "an acknowledgement after 1000 looks is one");
}

/* Dead in one way: bounded, one line that names it, and off in the end. */
static void expect_dead(struct kunit *test, u32 reg, u32 bits, const char *line)
{
	struct stub *s = stub_init(test, &(struct stub_cfg) {});
	s64 start = host_now;
	int ret;

	host_log_clear();
	s->never_acks = reg;
	s->never_acks_bits = bits;
	if (reg == GBPA)
		stub_set(s, GBPA, UPDATE);
	ret = smmu3_reset(&s->smmu);
	KUNIT_EXPECT_EQ_MSG(test, ret, -ETIMEDOUT,
			    "register %#x bits %#x never acknowledge: an error", reg, bits);
	KUNIT_EXPECT_LT_MSG(test, host_now - start, 5 * NSEC_PER_SEC,
			    "register %#x: given up in seconds", reg);
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has(line), "register %#x: the log says \"%s\"", reg,
			      line);
	KUNIT_EXPECT_FALSE_MSG(test, s->smmu.enabled, "register %#x: not taken for enabled", reg);
	stub_stop(s);
}

static void dead(struct kunit *test)
{
	expect_dead(test, GBPA, 0, "GBPA");
	expect_dead(test, IRQ_CTRL, 0, "IRQ_CTRL");
	expect_dead(test, CR0, 8, "the command queue");
	expect_dead(test, CR0, 4, "the event queue");
	expect_dead(test, CR0, 1, "SMMUEN");
}

/* No command is ever consumed: the first CMD_SYNC ends the attempt. */
static void dead_command_queue(struct kunit *test)
{
	struct stub *s = stub_init(test, &(struct stub_cfg) {});
	s64 start = host_now;

	host_log_clear();
	s->frozen = true;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_reset(&s->smmu), -ETIMEDOUT,
			    "commands are never consumed: an error");
	KUNIT_EXPECT_LT_MSG(test, host_now - start, 5 * NSEC_PER_SEC, "given up in seconds");
	KUNIT_EXPECT_EQ_MSG(test, stub_find_reg(s, CR0, SMMUEN, SMMUEN, 0), -1, "never enabled");
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("CMD_SYNC not completed"), "the log says so");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, CR0) & SMMUEN, 0, "off in the end");
}

static void found_enabled(struct kunit *test)
{
	struct stub *s = stub_init(test, &(struct stub_cfg) {});
	int abort, off, on;

	host_log_clear();
	stub_set(s, CR0, 0xd);
	stub_set(s, 0x24, 0xd);
	/* Left behind: an error nobody acknowledged, indices of queues that are not ours. */
	stub_gerror(s, 0x4);
	stub_set(s, 0x98, 77);
	stub_set(s, 0x9c, 13);
	stub_log_clear(s);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_reset(&s->smmu), 0,
			    "an SMMU that firmware left enabled comes up");
	abort = find_reg(s, GBPA, ABORT | UPDATE, ABORT | UPDATE);
	off = find_reg(s, CR0, SMMUEN, 0);
	on = find_reg(s, CR0, SMMUEN, SMMUEN);
	KUNIT_EXPECT_TRUE_MSG(test, abort >= 0 && abort < off && off < on,
			      "abort %d, off %d, on %d", abort, off, on);
	KUNIT_EXPECT_TRUE_MSG(test, host_log_has("found enabled"), "the log says so");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x60), stub_get(s, 0x64),
			    "the old error is acknowledged");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x98), stub_get(s, 0x9c),
			    "the command queue is empty");
}

/* Crash kernel: small queues, and DMA that nobody stopped is not reported. */
static void kdump(struct kunit *test)
{
	const struct stub_cfg cfg = { .kdump = true, .idr0 = STUB_IDR0_ATS, .idr1 = 0x02739a08 };
	struct stub *s = stub_start(test, &cfg);

	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, CR0) & 6, 0, "no event queue, no PRI queue");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.cmdq.q.lg2, 8, "256 commands");
	KUNIT_EXPECT_EQ_MSG(test, s->smmu.evtq.q.lg2, 8, "256 events");
}

static void impossible_ids(struct kunit *test)
{
	static const struct {
		u32 idr0, idr1, idr5;
	} bad[] = {
		{ ~0u, ~0u, ~0u },
		{ STUB_IDR0_USUAL | 0x18000000, STUB_IDR1_USUAL, STUB_IDR5_USUAL },
		{ STUB_IDR0_USUAL, STUB_IDR1_USUAL | 0x3f, STUB_IDR5_USUAL },
		{ STUB_IDR0_USUAL, STUB_IDR1_USUAL, 5 },
		{ STUB_IDR0_USUAL, 0x00073a08, STUB_IDR5_USUAL },
		{ STUB_IDR0_USUAL & ~3u, STUB_IDR1_USUAL, STUB_IDR5_USUAL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct stub *s = stub_make(test, &(struct stub_cfg){ .idr0_set = true,
								     .idr0 = bad[i].idr0,
								     .idr1 = bad[i].idr1,
								     .idr5 = bad[i].idr5 });
		struct smmu3_idr_env env = {};

		smmu3_device_read_idr(&s->smmu);
		KUNIT_EXPECT_EQ_MSG(test, s->smmu.regs.idr[1], bad[i].idr1,
				    "ID registers are read");
		KUNIT_EXPECT_NOT_NULL_MSG(test,
					  smmu3_idr_decode(&s->smmu.feat, &s->smmu.regs, &env),
					  "IDR0 %#x IDR1 %#x IDR5 %#x is refused", bad[i].idr0,
					  bad[i].idr1, bad[i].idr5);
		KUNIT_EXPECT_EQ_MSG(test, s->nr_log, 0, "and nothing was written to it");
		stub_stop(s);
	}
}

/* The n-th allocation fails: an error, nothing left, nothing written. */
static void init_without_memory(struct kunit *test)
{
	struct smmu3_idr_env env = {};
	unsigned int n, runs = 0;
	int ret = -ENOMEM;

	for (n = 1; ret && n < 50; n++) {
		struct stub *s = stub_make(test, &(struct stub_cfg) { .idr0 = STUB_IDR0_ATS });
		long live = host_live_allocs;

		smmu3_device_read_idr(&s->smmu);
		KUNIT_ASSERT_NULL_MSG(test, smmu3_idr_decode(&s->smmu.feat, &s->smmu.regs, &env),
				      "usable");
		host_fail_nth = n;
		ret = smmu3_device_init(&s->smmu);
		/* A smaller queue or no completion word may stand in for what failed. */
		if (host_fail_nth == 0 && ret) {
			runs++;
			KUNIT_EXPECT_EQ_MSG(test, ret, -ENOMEM, "allocation %u fails", n);
			KUNIT_EXPECT_EQ_MSG(test, host_live_allocs, live,
					    "allocation %u fails: nothing is left", n);
			s->smmu.cd_pool = NULL;
		}
		KUNIT_EXPECT_EQ_MSG(test, stub_find(s, STUB_REG, 0), -1,
				    "allocation %u fails: no register was written", n);
		if (!ret && host_fail_nth == 0)
			ret = -ENOMEM;
		host_fail_nth = 0;
		stub_stop(s);
	}
	KUNIT_EXPECT_GE_MSG(test, runs, 3, "allocations that bring-up cannot do without");
	KUNIT_EXPECT_EQ_MSG(test, ret, 0, "it ends with all allocations done");
}

static void count_lost(struct smmu3_device *smmu)
{
	(*(unsigned int *)smmu->debug)++;
}

static void msis(struct kunit *test)
{
	static const struct smmu3_sink sink = { .event_lost = count_lost };
	struct stub *s = stub_init(test, &(struct stub_cfg) { .idr0 = STUB_IDR0_ATS });
	unsigned int lost = 0;

	s->dev.has_msi_domain = true;
	s->smmu.sink = &sink;
	s->smmu.debug = &lost;
	KUNIT_ASSERT_EQ_MSG(test, smmu3_irq_setup(&s->smmu), 0, "MSIs");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_reset(&s->smmu), 0, "up");
	KUNIT_EXPECT_EQ_MSG(test, stub_get64(s, 0xb0), 0x108000040ULL, "event MSI address");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0xb8), 0x100, "event MSI data");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0xbc), 1, "event MSI attributes: Device-nGnRE");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x70), 0x101, "GERROR MSI data");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0xd8), 0x102, "PRI MSI data");
	/* What a loss of power takes is written again. */
	stub_set(s, 0xb0, 0);
	stub_set(s, 0xb8, 0);
	KUNIT_ASSERT_EQ_MSG(test, smmu3_reset(&s->smmu), 0, "up again");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0xb8), 0x100, "event MSI data again");
	stub_set(s, 0x100a8, 0x80000000);
	KUNIT_EXPECT_TRUE_MSG(test, host_irq(200), "the event interrupt is requested");
	KUNIT_EXPECT_EQ_MSG(test, lost, 1, "and drains the queue");
}

static void no_interrupt_at_all(struct kunit *test)
{
	struct stub *s = stub_init(test, &(struct stub_cfg) { .no_msi = true });

	KUNIT_EXPECT_EQ_MSG(test, smmu3_irq_setup(&s->smmu), 0, "no interrupt: taken all the same");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_irq_missing(&s->smmu) & 3, 3,
			    "events and errors have to be looked for");
	s->smmu.irqs.combined = 42;
	KUNIT_EXPECT_EQ_MSG(test, smmu3_irq_setup(&s->smmu), 0, "one combined line serves");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_irq_missing(&s->smmu), 0, "for all");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_reset(&s->smmu), 0, "up");
	stub_gerror(s, 0x80);
	KUNIT_EXPECT_TRUE_MSG(test, host_irq(42), "the line is requested");
	KUNIT_EXPECT_EQ_MSG(test, stub_get(s, 0x60), stub_get(s, 0x64),
			    "a global error on it is acknowledged");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(order),
	KUNIT_CASE(private_maintenance),
	KUNIT_CASE(one_by_one),
	KUNIT_CASE(preset_queues),
	KUNIT_CASE(not_coherent),
	KUNIT_CASE(one_stage),
	KUNIT_CASE(slow_but_alive),
	KUNIT_CASE(dead),
	KUNIT_CASE(dead_command_queue),
	KUNIT_CASE(found_enabled),
	KUNIT_CASE(kdump),
	KUNIT_CASE(impossible_ids),
	KUNIT_CASE(init_without_memory),
	KUNIT_CASE(msis),
	KUNIT_CASE(no_interrupt_at_all),
	{}
};

static struct kunit_suite hw_bringup_suite = {
	.name = "smmu3_host_bringup",
	.exit = stub_exit,
	.test_cases = cases,
};

kunit_test_suite(hw_bringup_suite);
