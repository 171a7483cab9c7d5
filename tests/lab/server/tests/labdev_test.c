// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests of labdev, the DMA test device: jobs, ATC, page requests, stalls, notes, resets, and
 * anything at all written to its registers. PCIe ATS and PRI; Arm IHI 0070, "PCIe, PASIDs, PRI, and
 * ATS".
 */
#include "labdev_fake.h"

extern const struct function_ops fn_labdev_ops;

struct job {
	u32 nr, op, flags, pasid, piece, rounds, fail_at, group;
	u64 src, dst, len, seed;
};

static void start(struct job j)
{
	u32 at = LABDEV_JOB(j.nr);

	set32(at + LABDEV_JOB_OP, j.op);
	set32(at + LABDEV_JOB_FLAGS, j.flags);
	set32(at + LABDEV_JOB_PASID, j.pasid);
	set32(at + LABDEV_JOB_PIECE, j.piece);
	set64(at + LABDEV_JOB_SRC, j.src);
	set32(at + LABDEV_JOB_DST, j.dst);
	set32(at + LABDEV_JOB_DST + 4, j.dst >> 32);
	set64(at + LABDEV_JOB_LEN, j.len);
	set64(at + LABDEV_JOB_SEED, j.seed);
	set32(at + LABDEV_JOB_ROUNDS, j.rounds);
	set32(at + LABDEV_JOB_FAIL_AT, j.fail_at);
	set32(at + LABDEV_JOB_GROUP, j.group);
	set32(at + LABDEV_JOB_CMD, LABDEV_CMD_START);
}

static u32 state(u32 nr)
{
	return reg32(LABDEV_JOB(nr) + LABDEV_JOB_STATE);
}

static u32 result(u32 nr)
{
	assert_int_equal(state(nr), LABDEV_STATE_DONE);
	return reg32(LABDEV_JOB(nr) + LABDEV_JOB_RESULT);
}

static u64 figure(u32 nr, u32 offset)
{
	return offset == LABDEV_JOB_DONE || offset == LABDEV_JOB_SUM ||
			       offset >= LABDEV_JOB_WRONG_ADDR || offset == LABDEV_JOB_FAULT_ADDR
		       ? reg64(LABDEV_JOB(nr) + offset)
		       : reg32(LABDEV_JOB(nr) + offset);
}

static u64 counter(enum labdev_counter which)
{
	return reg64(LABDEV_COUNTERS + 8 * which);
}

static u32 run(struct job j)
{
	if (!j.rounds)
		j.rounds = 1;
	start(j);
	fake_run();
	return result(j.nr);
}

static void pages(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		fake_map(0, FAKE_IOVA + i * 4096, i, true, true);
}

static void want_pattern(const u8 *at, u64 n, u64 seed)
{
	u64 i;

	for (i = 0; i < n; i++)
		assert_int_equal(at[i], labdev_pattern_byte(seed, i));
}

/* ---------------------------------------------------------------- registers */

static void registers(void **s)
{
	(void)s;
	assert_int_equal(reg32(LABDEV_ID), LABDEV_ID_VALUE);
	assert_int_equal(reg64(LABDEV_ID), LABDEV_ID_VALUE | (u64)LABDEV_VERSION_VALUE << 32);
	assert_int_equal(reg32(LABDEV_STATUS), LABDEV_STATUS_MASTER | LABDEV_STATUS_ATS |
						       LABDEV_STATUS_PRI | LABDEV_STATUS_PASID);
	set32(LABDEV_ID, 1);
	assert_int_equal(reg32(LABDEV_ID), LABDEV_ID_VALUE);
	set32(LABDEV_SCRATCH, 0x1234);
	assert_int_equal(reg32(LABDEV_SCRATCH), 0x1234);
	set32(LABDEV_ATC_SIZE, 0);
	assert_int_equal(reg32(LABDEV_ATC_SIZE), 1);
	set32(LABDEV_ATC_SIZE, ~0u);
	assert_int_equal(reg32(LABDEV_ATC_SIZE), LABDEV_ATC_MAX);
	/* What is no register reads as zero. */
	assert_int_equal(fn_labdev_ops.bar_read(&fake.fn, 1, 0, 4), 0);
	assert_int_equal(fn_labdev_ops.bar_read(&fake.fn, 0, LABDEV_BAR_SZ, 4), 0);
	assert_int_equal(fn_labdev_ops.bar_read(&fake.fn, 0, LABDEV_BAR_SZ - 4, 8), 0);
	assert_int_equal(fn_labdev_ops.bar_read(&fake.fn, 0, 2, 4), 0);
	assert_int_equal(fn_labdev_ops.bar_read(&fake.fn, 0, 0, 1), 0);
	fn_labdev_ops.bar_write(&fake.fn, 0, ~0ull - 3, 4, 1);
	assert_int_equal(reg64(LABDEV_COUNTERS + 8 * LABDEV_NR_COUNTERS), 0);
}

static void options(void **s)
{
	static char *good[] = { "ats=0", "pri=8", "pasid=0", NULL };
	static char *bare[] = { "prefixes=0", NULL };
	char *bad[][2] = {{"ats=2"}, {"pri=513"}, {"pasid=21"},	  {"ats"},
			  {"ats="},  {"pri=x"},	  {"prefixes=2"}, {"what=1"}};
	const char *why = NULL;
	unsigned int i;

	(void)s;
	fn_labdev_ops.fini(&fake.fn);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_false(fn_labdev_ops.init(&fake.fn, bad[i], &why));
		assert_non_null(why);
	}
	assert_true(fn_labdev_ops.init(&fake.fn, good, &why));
	assert_int_equal(fake_labdev()->pri_cap, 0);
	fn_labdev_ops.config_written(&fake.fn, FAKE_PRI + 4, 2);
	assert_int_equal(fake.without_prefixes, 0);
	fn_labdev_ops.fini(&fake.fn);
	assert_true(fn_labdev_ops.init(&fake.fn, bare, &why));
	assert_int_equal(fake.without_prefixes, FAKE_PCIE);
}

/* ---------------------------------------------------------------- jobs */

static void job_kinds(void **s)
{
	u64 old;

	(void)s;
	pages(4);
	set32(LABDEV_IRQ_ENABLE, 1);
	assert_int_equal(
		run((struct job){
			.op = LABDEV_OP_WRITE, .dst = FAKE_IOVA + 8, .len = 8000, .seed = 5}),
		LABDEV_RES_OK);
	want_pattern(fake_memory(0) + 8, 8000, 5);
	assert_int_equal(figure(0, LABDEV_JOB_DONE), 8000);
	assert_int_equal(fake.irqs, 1);
	assert_int_equal(reg64(LABDEV_IRQ_PENDING), 1);
	set64(LABDEV_IRQ_PENDING, 1);
	assert_int_equal(reg64(LABDEV_IRQ_PENDING), 0);

	assert_int_equal(run((struct job){.nr = 63,
					  .op = LABDEV_OP_COPY,
					  .src = FAKE_IOVA + 8,
					  .dst = FAKE_IOVA + 8197,
					  .len = 4001,
					  .piece = 100}),
			 LABDEV_RES_OK);
	want_pattern(fake_memory(2) + 5, 4001, 5);
	assert_int_equal(reg32(LABDEV_IRQ_PENDING + 4), 0x80000000);
	assert_int_equal(
		run((struct job){
			.op = LABDEV_OP_COMPARE, .src = FAKE_IOVA + 8197, .len = 4001, .seed = 5}),
		LABDEV_RES_OK);
	fake_memory(2)[6] ^= 1;
	assert_int_equal(
		run((struct job){
			.op = LABDEV_OP_COMPARE, .src = FAKE_IOVA + 8197, .len = 4001, .seed = 5}),
		LABDEV_RES_WRONG);
	assert_int_equal(figure(0, LABDEV_JOB_WRONG), 1);
	assert_int_equal(figure(0, LABDEV_JOB_WRONG_ADDR), FAKE_IOVA + 8198);
	assert_int_equal(
		run((struct job){.op = LABDEV_OP_READ, .src = FAKE_IOVA, .len = 5000, .rounds = 2}),
		LABDEV_RES_OK);
	assert_int_equal(figure(0, LABDEV_JOB_SUM),
			 labdev_sum(LABDEV_SUM_BEGIN, fake_memory(0), 5000));
	assert_int_equal(figure(0, LABDEV_JOB_DONE), 10000);
	assert_int_equal(figure(0, LABDEV_JOB_DONE_ROUNDS), 2);
	assert_int_equal(run((struct job){.op = LABDEV_OP_FILL,
					  .dst = FAKE_IOVA,
					  .len = 16,
					  .seed = 0x0807060504030201}),
			 LABDEV_RES_OK);
	assert_int_equal(fake_memory(0)[9], 2);
	old = labdev_sum(LABDEV_SUM_BEGIN, fake_memory(0), 16);
	assert_int_equal(
		run((struct job){.op = LABDEV_OP_SWAP, .dst = FAKE_IOVA, .len = 16, .seed = 9}),
		LABDEV_RES_OK);
	want_pattern(fake_memory(0), 16, 9);
	assert_int_equal(figure(0, LABDEV_JOB_SUM), old);
	assert_int_equal(fake.last.kind, MODEL_ATOMIC);
}

static void job_attributes(void **s)
{
	(void)s;
	fake_map(7, FAKE_IOVA, 0, true, true);
	assert_int_equal(run((struct job){.op = LABDEV_OP_READ,
					  .src = FAKE_IOVA,
					  .len = 4,
					  .pasid = 7 | LABDEV_PASID_VALID,
					  .flags = LABDEV_F_PRIV | LABDEV_F_INST}),
			 LABDEV_RES_OK);
	assert_true(fake.last.ssv && fake.last.ssid == 7 && fake.last.priv && fake.last.inst &&
		    fake.last.no_stall);
	assert_int_equal(run((struct job){.op = LABDEV_OP_READ,
					  .src = FAKE_PA,
					  .len = 4,
					  .flags = LABDEV_F_RAW | LABDEV_F_STALL}),
			 LABDEV_RES_OK);
	assert_true(fake.last.translated && !fake.last.no_stall && !fake.last.ssv);
	fake.pasid = false;
	assert_int_equal(run((struct job){.op = LABDEV_OP_READ,
					  .src = FAKE_IOVA,
					  .len = 4,
					  .pasid = 7 | LABDEV_PASID_VALID}),
			 LABDEV_RES_NO_CAP);
	assert_int_equal(run((struct job){.op = LABDEV_OP_READ,
					  .src = FAKE_IOVA,
					  .len = 4,
					  .pasid = 7 | LABDEV_PASID_VALID,
					  .flags = LABDEV_F_FORCE}),
			 LABDEV_RES_OK);
}

static void job_bad(void **s)
{
	static const struct job bad[] = {
		{.op = 0, .len = 4},
		{.op = LABDEV_NR_OPS, .len = 4},
		{.op = LABDEV_OP_READ | 1 << 8, .len = 4},
		{.op = LABDEV_OP_READ},
		{.op = LABDEV_OP_READ, .len = LABDEV_LEN_MAX + 1},
		{.op = LABDEV_OP_READ, .len = 4, .flags = ~0u},
		{.op = LABDEV_OP_READ, .len = 4, .piece = 4097},
		{.op = LABDEV_OP_READ, .len = 4, .pasid = 1 << 20},
		{.op = LABDEV_OP_READ, .len = 4, .group = 33},
		{.op = LABDEV_OP_READ, .len = 8, .src = ~0ull - 6},
		{.op = LABDEV_OP_SWAP, .len = 12},
		{.op = LABDEV_OP_SWAP, .len = 8, .dst = 4},
	};
	unsigned int i;

	(void)s;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(run(bad[i]), LABDEV_RES_BAD_JOB);
	assert_int_equal(fake.nr_dma, 0);
}

static void job_faults(void **s)
{
	(void)s;
	pages(1);
	fake_map(0, FAKE_IOVA + 8192, 2, true, false);
	assert_int_equal(run((struct job){.op = LABDEV_OP_WRITE, .dst = FAKE_IOVA, .len = 8192}),
			 LABDEV_RES_ABORTED);
	assert_int_equal(figure(0, LABDEV_JOB_DONE), 4096);
	assert_int_equal(figure(0, LABDEV_JOB_FAULT_ADDR), FAKE_IOVA + 4096);
	assert_int_equal(run((struct job){.op = LABDEV_OP_READ,
					  .src = FAKE_IOVA,
					  .len = 12288,
					  .flags = LABDEV_F_KEEP}),
			 LABDEV_RES_ABORTED);
	assert_int_equal(figure(0, LABDEV_JOB_DONE), 8192);
	assert_int_equal(figure(0, LABDEV_JOB_FAULTS), 1);
	fake.raz_next = true;
	assert_int_equal(run((struct job){.op = LABDEV_OP_READ, .src = FAKE_IOVA, .len = 8}),
			 LABDEV_RES_RAZ_WI);
	assert_int_equal(run((struct job){.op = LABDEV_OP_READ,
					  .src = FAKE_IOVA,
					  .len = 64,
					  .piece = 16,
					  .fail_at = 3}),
			 LABDEV_RES_INJECTED);
	assert_int_equal(figure(0, LABDEV_JOB_DONE), 32);
	fake.master = false;
	assert_int_equal(run((struct job){.op = LABDEV_OP_READ, .src = FAKE_IOVA, .len = 8}),
			 LABDEV_RES_ABORTED);
}

static void job_stops(void **s)
{
	(void)s;
	pages(1);
	start((struct job) { .nr = 40, .op = LABDEV_OP_WRITE, .dst = FAKE_IOVA, .len = 4096 });
	start((struct job) { .nr = 1, .op = LABDEV_OP_WRITE, .dst = FAKE_IOVA, .len = 4096 });
	fake_steps(100);
	assert_int_equal(reg64(LABDEV_RUNNING), 1ull << 40 | 2);
	/* Registers of a job under way do not move. */
	set64(LABDEV_JOB(1) + LABDEV_JOB_LEN, ~0ull);
	start((struct job) { .nr = 1, .op = LABDEV_OP_READ, .src = FAKE_IOVA, .len = 1 });
	assert_int_equal(reg32(LABDEV_JOB(1) + LABDEV_JOB_OP), LABDEV_OP_WRITE);
	assert_true(figure(1, LABDEV_JOB_DONE_ROUNDS) > 0);
	set64(LABDEV_STOP_ALL, 1ull << 40);
	set32(LABDEV_JOB(1) + LABDEV_JOB_CMD, LABDEV_CMD_STOP);
	fake_run();
	assert_int_equal(result(1), LABDEV_RES_STOPPED);
	assert_int_equal(result(40), LABDEV_RES_STOPPED);
}

/*
 * Arm IHI 0070, "Stall model": a stalled access is presented anew, aborted, or ended silently, and
 * never forgotten.
 */
static void job_stalls(void **s)
{
	struct job j = {.op = LABDEV_OP_WRITE,
			.dst = FAKE_IOVA,
			.len = 16,
			.flags = LABDEV_F_STALL,
			.rounds = 1,
			.seed = 3};
	u64 cookie;

	(void)s;
	pages(1);
	fake.stall_next = true;
	start(j);
	fake_run();
	assert_int_equal(state(0), LABDEV_STATE_STALLED);
	cookie = fake.last.cookie;
	fn_labdev_ops.stall_end(&fake.fn, cookie + 1, MODEL_STALL_RETRY);
	assert_int_equal(state(0), LABDEV_STATE_STALLED);
	fn_labdev_ops.stall_end(&fake.fn, cookie, MODEL_STALL_RETRY);
	fake_run();
	assert_int_equal(result(0), LABDEV_RES_OK);
	assert_int_equal(figure(0, LABDEV_JOB_STALLS), 1);
	want_pattern(fake_memory(0), 16, 3);

	fake.stall_next = true;
	start(j);
	fake_run();
	fn_labdev_ops.stall_end(&fake.fn, fake.last.cookie, MODEL_STALL_ABORT);
	assert_int_equal(result(0), LABDEV_RES_ABORTED);
	fake.stall_next = true;
	start(j);
	fake_run();
	fn_labdev_ops.stall_end(&fake.fn, fake.last.cookie, MODEL_STALL_RAZ_WI);
	assert_int_equal(result(0), LABDEV_RES_RAZ_WI);
	/* A stop has to wait for the SMMU. */
	fake.stall_next = true;
	start(j);
	fake_run();
	job_stop(fake_labdev(), 0);
	fake_run();
	assert_int_equal(state(0), LABDEV_STATE_STALLED);
	fn_labdev_ops.stall_end(&fake.fn, fake.last.cookie, MODEL_STALL_RETRY);
	fake_run();
	assert_int_equal(result(0), LABDEV_RES_STOPPED);
}

/* ---------------------------------------------------------------- ATC */

static void invalidate(u32 itag, u32 ssid, bool ssv, u64 addr, u64 size)
{
	struct model_atc_inv inv = {.sid = FAKE_SID,
				    .ssid = ssid,
				    .ssv = ssv,
				    .addr = addr,
				    .size = size,
				    .itag = itag};

	fn_labdev_ops.atc_inv(&fake.fn, &inv);
}

static struct job ats_job(u32 pasid, u64 iova)
{
	return (struct job) {
		.op = LABDEV_OP_READ, .src = iova, .len = 8, .flags = LABDEV_F_ATS,
		.pasid = pasid ? pasid | LABDEV_PASID_VALID : 0,
	};
}

static void atc_hits(void **s)
{
	(void)s;
	set32(LABDEV_ATC_LATE, 0);
	pages(2);
	fake_map(3, FAKE_IOVA, 5, true, true);
	assert_int_equal(run(ats_job(0, FAKE_IOVA)), LABDEV_RES_OK);
	assert_int_equal(fake.nr_asked, 1);
	assert_true(fake.last.translated && fake.last.addr == FAKE_PA);
	/* Used until invalidated, even if nothing is mapped any more. */
	fake_unmap(0, FAKE_IOVA);
	assert_int_equal(run(ats_job(0, FAKE_IOVA)), LABDEV_RES_OK);
	assert_int_equal(fake.nr_asked, 1);
	assert_int_equal(figure(0, LABDEV_JOB_ATC_HITS), 1);
	/* Another PASID, another page. */
	assert_int_equal(run(ats_job(3, FAKE_IOVA)), LABDEV_RES_OK);
	assert_int_equal(fake.last.addr, FAKE_PA + 5 * 4096);
	assert_int_equal(run(ats_job(0, FAKE_IOVA + 4096)), LABDEV_RES_OK);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 3);
	/* With a PASID only that PASID's; a StreamID or address of others changes nothing. */
	invalidate(1, 4, true, 0, 0);
	invalidate(2, 3, true, FAKE_IOVA + 4096, 4096);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 3);
	invalidate(3, 3, true, FAKE_IOVA, 4096);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 2);
	invalidate(4, 0, false, FAKE_IOVA, 4096);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 1);
	assert_int_equal(run(ats_job(0, FAKE_IOVA)), LABDEV_RES_ATS_NONE);
	invalidate(5, 0, false, 0, 0);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 0);
	assert_int_equal(fake.nr_done, 5);
	assert_int_equal(fake.done_itags[4], 5);
}

static void atc_permissions(void **s)
{
	struct job j = ats_job(0, FAKE_IOVA);

	(void)s;
	fake_map(0, FAKE_IOVA, 0, true, false);
	assert_int_equal(run(j), LABDEV_RES_OK);
	j.op = LABDEV_OP_WRITE;
	j.dst = FAKE_IOVA;
	assert_int_equal(run(j), LABDEV_RES_ATS_NONE);
	fake_unmap(0, FAKE_IOVA);
	fake_map(0, FAKE_IOVA, 0, true, true);
	assert_int_equal(run(j), LABDEV_RES_OK);
	j = ats_job(0, FAKE_IOVA);
	j.flags |= LABDEV_F_INST;
	assert_int_equal(run(j), LABDEV_RES_ATS_NONE);
	fake.ats_ca = true;
	assert_int_equal(run(ats_job(0, 0x5000)), LABDEV_RES_ATS_CA);
	fake.ats_ca = false;
	fake.ats = false;
	assert_int_equal(run(ats_job(0, FAKE_IOVA)), LABDEV_RES_NO_CAP);
	j = ats_job(0, 0x5000);
	j.flags |= LABDEV_F_FORCE;
	assert_int_equal(run(j), LABDEV_RES_ATS_UR);
	/* Switching it off empties the cache. */
	fn_labdev_ops.config_written(&fake.fn, 0x106, 2);
	assert_int_equal(fake.nr_emptied, 1);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 0);
}

static void atc_small(void **s)
{
	struct job j = { .op = LABDEV_OP_TRANSLATE, .src = FAKE_IOVA, .len = 4 * 4096 };

	(void)s;
	pages(4);
	set32(LABDEV_ATC_SIZE, 2);
	assert_int_equal(run(j), LABDEV_RES_OK);
	assert_int_equal(fake.nr_dma, 0);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 2);
	assert_int_equal(counter(LABDEV_COUNT_atc_evictions), 2);
	set32(LABDEV_ATC_FLUSH, 1);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 0);
}

/*
 * PCIe ATS: the completion waits for accesses with the old translation, and may come late; until
 * then it is used.
 */
static void atc_late(void **s)
{
	struct job j = ats_job(0, FAKE_IOVA);

	(void)s;
	pages(1);
	set32(LABDEV_ATC_LATE, 0);
	j.rounds = 1;
	start(j);
	fake_steps(1);			/* translated, and on its way */
	assert_int_equal(fake.nr_dma, 0);
	invalidate(9, 0, false, FAKE_IOVA, 4096);
	assert_int_equal(fake.nr_done, 0);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 0);
	fake_run();
	assert_int_equal(result(0), LABDEV_RES_OK);
	assert_int_equal(fake.nr_translated, 1);
	assert_int_equal(fake.nr_done, 1);

	set32(LABDEV_ATC_LATE, 100);
	assert_int_equal(run(ats_job(0, FAKE_IOVA)), LABDEV_RES_OK);
	invalidate(10, 0, false, FAKE_IOVA, 4096);
	assert_int_equal(fake.nr_done, 1);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 1);
	fake_run();
	assert_int_equal(fake.nr_done, 2);
	assert_int_equal(fake.done_itags[1], 10);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 0);
	assert_int_equal(counter(LABDEV_COUNT_atc_invs_late), 1);
	/* A job that is stopped gives up what was on its way. */
	set32(LABDEV_ATC_LATE, 0);
	j.rounds = 0;
	start(j);
	fake_steps(1);
	invalidate(11, 0, false, FAKE_IOVA, 4096);
	job_stop(fake_labdev(), 0);
	fake_run();
	assert_int_equal(fake.nr_done, 3);
}

static void atc_errors(void **s)
{
	(void)s;
	pages(1);
	set32(LABDEV_ATC_LATE, 0);
	set32(LABDEV_ERR_ATC_SILENT, 1);
	set32(LABDEV_ERR_ATC_KEEP, 1);
	assert_int_equal(run(ats_job(0, FAKE_IOVA)), LABDEV_RES_OK);
	invalidate(1, 0, false, 0, 0);
	fake_run();
	assert_int_equal(fake.nr_done, 0);
	invalidate(2, 0, false, 0, 0);
	assert_int_equal(fake.nr_done, 1);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 1);
	/* The device finds the entry itself when the unmap is told. */
	set64(LABDEV_NOTE_IOVA, FAKE_IOVA - 4096);
	set64(LABDEV_NOTE_LEN, 4097);
	set32(LABDEV_NOTE_CMD, LABDEV_NOTE_UNMAPPED);
	assert_int_equal(fake.violations, 1);
	assert_int_equal(counter(LABDEV_COUNT_breaches), 1);
	/* 3.9.1.3: the entry is of no use where the SMMU lets it not pass. */
	fake.shut_out = true;
	set32(LABDEV_NOTE_CMD, LABDEV_NOTE_UNMAPPED);
	assert_int_equal(fake.violations, 1);
	fake.shut_out = false;
	invalidate(3, 0, false, 0, 0);
	set32(LABDEV_NOTE_CMD, LABDEV_NOTE_UNMAPPED);
	assert_int_equal(fake.violations, 1);
}

/* Kept while the guest says so, used all the while, and answered at last. */
static void atc_hold(void **s)
{
	(void)s;
	pages(1);
	assert_int_equal(run(ats_job(0, FAKE_IOVA)), LABDEV_RES_OK);
	set32(LABDEV_ERR_ATC_HOLD, 1);
	invalidate(1, 0, false, 0, 0);
	invalidate(2, 0, false, 0, 0);
	fake_run();
	assert_int_equal(fake.nr_done, 0);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 1);
	set32(LABDEV_ERR_ATC_HOLD, 0);
	fake_run();
	assert_int_equal(fake.nr_done, 2);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 0);
	/* A reset ends it, unanswered. */
	set32(LABDEV_ERR_ATC_HOLD, 1);
	invalidate(3, 0, false, 0, 0);
	fn_labdev_ops.reset(&fake.fn);
	fake_run();
	assert_int_equal(fake.nr_done, 2);
	assert_int_equal(reg32(LABDEV_ERR_ATC_HOLD), 0);
}

static void atc_flood(void **s)
{
	u32 i;

	(void)s;
	set32(LABDEV_ATC_LATE, 100);
	fake.chance = 0;
	for (i = 0; i < 64; i++)
		invalidate(i, 0, false, 0, 0);
	fake_run();
	assert_int_equal(fake.nr_done, 64);
}

/* ---------------------------------------------------------------- PRI */

static struct job pri_job(void)
{
	struct job j = ats_job(0, FAKE_IOVA + 64);

	j.flags |= LABDEV_F_PRI;
	j.rounds = 1;
	return j;
}

static void respond(enum model_page_response code)
{
	fn_labdev_ops.page_response(&fake.fn, FAKE_SID, 0, false,
				    fake.requests[fake.nr_requests - 1].prgi, code);
}

static void pri_success(void **s)
{
	struct job j = pri_job();

	(void)s;
	j.len = 3 * 4096;
	j.group = 4;
	start(j);
	fake_run();
	assert_int_equal(state(0), LABDEV_STATE_PAGING);
	assert_int_equal(fake.nr_requests, 4);
	assert_true(!fake.requests[2].last && fake.requests[3].last && fake.requests[0].r &&
		    !fake.requests[0].w);
	assert_int_equal(fake.requests[3].addr, FAKE_IOVA + 3 * 4096);
	assert_int_equal(fake.requests[0].prgi, fake.requests[3].prgi);
	pages(4);
	respond(MODEL_PRI_SUCCESS);
	fake_run();
	assert_int_equal(result(0), LABDEV_RES_OK);
	assert_int_equal(figure(0, LABDEV_JOB_PAGE_REQS), 4);
	assert_int_equal(figure(0, LABDEV_JOB_DONE), 3 * 4096);
	respond(MODEL_PRI_SUCCESS);
	assert_int_equal(counter(LABDEV_COUNT_page_strays), 1);
}

static void pri_refusals(void **s)
{
	unsigned int i;

	(void)s;
	start(pri_job());
	fake_run();
	respond(MODEL_PRI_DENIED);
	assert_int_equal(result(0), LABDEV_RES_PRI_DENIED);
	start(pri_job());
	fake_run();
	respond(MODEL_PRI_FAILURE);
	assert_int_equal(result(0), LABDEV_RES_PRI_FAILURE);
	assert_int_equal(fake.fn.config[FAKE_PRI + 6] & 1, 1);
	/* Success again and again without a page. */
	start(pri_job());
	for (i = 0; i <= LABDEV_PRI_RETRIES; i++) {
		fake_run();
		respond(MODEL_PRI_SUCCESS);
	}
	fake_run();
	assert_int_equal(result(0), LABDEV_RES_PRI_RETRIES);
	/* A stop does not wait; the answer is a stray's no more than the group's. */
	start(pri_job());
	fake_run();
	job_stop(fake_labdev(), 0);
	assert_int_equal(result(0), LABDEV_RES_STOPPED);
	respond(MODEL_PRI_SUCCESS);
	assert_int_equal(counter(LABDEV_COUNT_page_strays), 0);
	fake.pri = false;
	assert_int_equal(run(pri_job()), LABDEV_RES_NO_CAP);
}

static void pri_limits(void **s)
{
	struct job j = pri_job();

	(void)s;
	fake.fn.config[FAKE_PRI + 12] = 1;
	j.len = 8192;
	j.group = 2;
	start(j);
	j.nr = 1;
	start(j);
	fake_steps(50);
	assert_int_equal(fake.nr_requests, 1);
	assert_true(fake.requests[0].last);
	/* Disabled, it is stopped when the last answer is there. */
	fake.fn.config[FAKE_PRI + 4] = 0;
	fn_labdev_ops.config_written(&fake.fn, FAKE_PRI + 4, 2);
	assert_int_equal(fake.fn.config[FAKE_PRI + 7] & 1, 0);
	respond(MODEL_PRI_DENIED);
	assert_int_equal(fake.fn.config[FAKE_PRI + 7] & 1, 1);
	/* With nothing allocated nothing can be asked. */
	fake.fn.config[FAKE_PRI + 12] = 0;
	fake_run();
	assert_int_equal(result(1), LABDEV_RES_NO_CAP);
}

static void pri_errors(void **s)
{
	struct job j = pri_job();

	(void)s;
	set32(LABDEV_ERR_PRI_NO_LAST, 1);
	start(j);
	fake_run();
	assert_false(fake.requests[0].last);
	set32(LABDEV_ERR_PRI_PRGI, 1);
	j.nr = 1;
	start(j);
	fake_run();
	assert_int_equal(fake.requests[1].prgi, fake.requests[0].prgi);
	j.nr = 2;
	start(j);
	fake_run();
	assert_int_not_equal(fake.requests[2].prgi, fake.requests[0].prgi);
	/* The capability's Reset ends all waiting. */
	fake.fn.config[FAKE_PRI + 4] = 2;
	fn_labdev_ops.config_written(&fake.fn, FAKE_PRI + 4, 2);
	assert_int_equal(result(1), LABDEV_RES_PRI_FAILURE);
	assert_int_equal(result(2), LABDEV_RES_PRI_FAILURE);
}

static void pri_bare(void **s)
{
	struct job j = {
		.op = LABDEV_OP_PAGE_REQUEST,
		.src = FAKE_IOVA,
		.len = 3 * 4096,
		.group = 2,
		.rounds = 1,
		.flags = LABDEV_F_WRITE,
		.pasid = 5 | LABDEV_PASID_VALID,
	};

	(void)s;
	start(j);
	fake_run();
	assert_int_equal(fake.nr_requests, 2);
	assert_true(fake.requests[0].w && !fake.requests[0].r && fake.requests[0].ssv &&
		    fake.requests[0].ssid == 5);
	respond(MODEL_PRI_SUCCESS);
	fake_run();
	assert_int_equal(fake.nr_requests, 3);
	assert_int_equal(fake.requests[2].addr, FAKE_IOVA + 8192);
	respond(MODEL_PRI_SUCCESS);
	fake_run();
	assert_int_equal(result(0), LABDEV_RES_OK);
	assert_int_equal(
		run((struct job){.op = LABDEV_OP_STOP_MARKER, .pasid = 5 | LABDEV_PASID_VALID}),
		LABDEV_RES_OK);
	assert_true(fake.requests[3].last && !fake.requests[3].r && !fake.requests[3].w &&
		    fake.requests[3].ssid == 5);
	fake.fn.smmu = NULL;
	assert_int_equal(run((struct job) { .op = LABDEV_OP_STOP_MARKER }), LABDEV_RES_BAD_JOB);
	assert_int_equal(run(j), LABDEV_RES_BAD_JOB);
	assert_int_equal(run(ats_job(0, FAKE_IOVA)), LABDEV_RES_ATS_UR);
}

/* ---------------------------------------------------------------- notes, reset, anything */

static void notes(void **s)
{
	u32 kind;

	(void)s;
	set64(LABDEV_NOTE_IOVA, 0x123456789000);
	set32(LABDEV_NOTE_LEN, 0x1000);
	set32(LABDEV_NOTE_PASID, 6 | LABDEV_PASID_VALID);
	for (kind = LABDEV_NOTE_MAPPED; kind <= LABDEV_NOTE_HITLESS_END; kind++) {
		set32(LABDEV_NOTE_CMD, kind);
		assert_int_equal(fake.notes[kind], 1);
		if (kind <= LABDEV_NOTE_UNMAPPED) {
			assert_int_equal(fake.note_iova, 0x123456789000);
			assert_int_equal(fake.note_len, 0x1000);
		}
		if (kind <= LABDEV_NOTE_UNMAPPED || kind >= LABDEV_NOTE_HITLESS_BEGIN)
			assert_true(fake.note_ssv && fake.note_ssid == 6);
	}
	assert_int_equal(reg32(LABDEV_NOTE_COUNT), 6);
	set32(LABDEV_NOTE_CMD, 0);
	set32(LABDEV_NOTE_CMD, 7);
	set32(LABDEV_NOTE_CMD, LABDEV_NOTE_MAPPED | 1 << 8);
	set64(LABDEV_NOTE_LEN, ~0ull);
	set32(LABDEV_NOTE_CMD, LABDEV_NOTE_MAPPED);
	set64(LABDEV_NOTE_LEN, 0);
	set32(LABDEV_NOTE_CMD, LABDEV_NOTE_UNMAPPED);
	assert_int_equal(reg32(LABDEV_NOTE_COUNT), 6);
}

/* PCIe, "Function Level Reset": nothing of before is answered or accessed afterwards. */
static void resets(void **s)
{
	struct job stalled = {.op = LABDEV_OP_WRITE,
			      .nr = 1,
			      .dst = FAKE_IOVA,
			      .len = 4,
			      .flags = LABDEV_F_STALL};
	struct job paging = pri_job();
	unsigned int dma;
	u64 cookie;

	(void)s;
	fake.stall_next = true;
	pages(1);
	start(stalled);
	fake_run();
	cookie = fake.last.cookie;
	paging.nr = 2;
	paging.src = FAKE_IOVA + 4096;
	start(paging);
	start((struct job){.nr = 3,
			   .op = LABDEV_OP_WRITE,
			   .dst = FAKE_IOVA,
			   .len = 64,
			   .flags = LABDEV_F_ATS});
	fake_steps(20);
	set32(LABDEV_ATC_LATE, 100);
	invalidate(1, 0, false, 0, 0);
	set32(LABDEV_IRQ_ENABLE, 1);
	fn_labdev_ops.reset(&fake.fn);
	dma = fake.nr_dma;
	assert_int_equal(reg64(LABDEV_RUNNING), 0);
	assert_int_equal(reg32(LABDEV_RESETS), 1);
	assert_int_equal(reg32(LABDEV_IRQ_ENABLE), 0);
	assert_int_equal(counter(LABDEV_COUNT_atc_entries), 0);
	fake_run();
	fn_labdev_ops.stall_end(&fake.fn, cookie, MODEL_STALL_RETRY);
	respond(MODEL_PRI_SUCCESS);
	fake_run();
	assert_int_equal(fake.nr_done, 0);
	assert_int_equal(fake.nr_dma, dma);
	assert_int_equal(state(1), LABDEV_STATE_IDLE);
	assert_int_equal(run((struct job){.op = LABDEV_OP_WRITE, .dst = FAKE_IOVA, .len = 64}),
			 LABDEV_RES_OK);
}

static u64 anything(u64 *chance)
{
	*chance = labdev_pattern(*chance, 1);
	return *chance % 3 ? *chance >> 20 & 0xff : *chance;
}

/*
 * Random writes and answers: the device survives, and comes to rest once everything is stopped and
 * answered.
 */
static void any_writes(void **s)
{
	u64 chance = 1;
	unsigned int i;

	(void)s;
	fake.chance = 1;
	pages(8);
	for (i = 0; i < 200000; i++) {
		u32 offset = anything(&chance) % LABDEV_BAR_SZ;

		if (chance % 4 == 0)
			offset = LABDEV_JOB(offset % 4) + LABDEV_JOB_CMD;
		fn_labdev_ops.bar_write(&fake.fn, 0, offset, 4 << chance % 2, anything(&chance));
		fn_labdev_ops.bar_read(&fake.fn, anything(&chance) % 6, offset, 1 << chance % 4);
		fake.stall_next = chance % 64 == 1;
		fn_labdev_ops.step(&fake.fn);
		if (chance % 8 == 0)
			fn_labdev_ops.stall_end(&fake.fn, fake.last.cookie, anything(&chance) % 3);
		if (chance % 32 == 0)
			invalidate(1, anything(&chance), chance & 1, anything(&chance) << 12, 4096);
		fake.nr_requests = 0;
		fake.nr_done = 0;
		fn_labdev_ops.page_response(&fake.fn, FAKE_SID, 0, false, anything(&chance),
					    anything(&chance) % 4);
	}
	fn_labdev_ops.reset(&fake.fn);
	fake_run();
	assert_int_equal(reg64(LABDEV_RUNNING), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		T(registers),  T(options),	   T(job_kinds),   T(job_attributes),
		T(job_bad),    T(job_faults),	   T(job_stops),   T(job_stalls),
		T(atc_hits),   T(atc_permissions), T(atc_small),   T(atc_late),
		T(atc_errors), T(atc_hold),	   T(atc_flood),   T(pri_success),
		T(pri_refusals), T(pri_limits),	   T(pri_errors),  T(pri_bare),
		T(notes),      T(resets),	   T(any_writes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("fn_labdev", tests, NULL, NULL);
}
