// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test device's jobs: registers of each, and the engine that performs one access of one job a
 * step, so that tables change while jobs are under way. Arm IHI 0070, "Transaction flow" and "Stall
 * model" of a client device.
 *
 * Invariant: every started job ends once, with an interrupt if those are on; only an access that
 * stalls, or a page request without an answer, can make it wait for others.
 */
#include <string.h>

#include "fn_labdev.h"

static u64 *job_reg64(struct labdev_job *job, u32 offset)
{
	switch (offset & ~7u) {
	case LABDEV_JOB_SRC: return &job->src;
	case LABDEV_JOB_DST: return &job->dst;
	case LABDEV_JOB_LEN: return &job->len;
	case LABDEV_JOB_SEED: return &job->seed;
	case LABDEV_JOB_DONE: return &job->done;
	case LABDEV_JOB_SUM: return &job->sum;
	case LABDEV_JOB_FAULT_ADDR: return &job->fault_addr;
	case LABDEV_JOB_WRONG_ADDR: return &job->wrong_addr;
	default: return NULL;
	}
}

static u32 *job_reg32(struct labdev_job *job, u32 offset)
{
	switch (offset) {
	case LABDEV_JOB_OP: return &job->op;
	case LABDEV_JOB_FLAGS: return &job->flags;
	case LABDEV_JOB_PASID: return &job->pasid;
	case LABDEV_JOB_PIECE: return &job->piece;
	case LABDEV_JOB_ROUNDS: return &job->rounds;
	case LABDEV_JOB_FAIL_AT: return &job->fail_at;
	case LABDEV_JOB_GROUP: return &job->group;
	case LABDEV_JOB_STATE: return &job->state;
	case LABDEV_JOB_RESULT: return &job->result;
	case LABDEV_JOB_FAULTS: return &job->faults;
	case LABDEV_JOB_DONE_ROUNDS: return &job->done_rounds;
	case LABDEV_JOB_STALLS: return &job->stalls;
	case LABDEV_JOB_PAGE_REQS: return &job->page_reqs;
	case LABDEV_JOB_WRONG: return &job->wrong;
	case LABDEV_JOB_ATC_HITS: return &job->atc_hits;
	default: return NULL;
	}
}

static bool job_busy(const struct labdev_job *job)
{
	return job->state != LABDEV_STATE_IDLE && job->state != LABDEV_STATE_DONE;
}

u64 jobs_running(const struct labdev *ld)
{
	u64 running = 0;
	unsigned int i;

	for (i = 0; i < LABDEV_NR_JOBS; i++)
		if (job_busy(&ld->jobs[i]))
			running |= BIT(i);
	return running;
}

u64 job_read(struct labdev *ld, u32 offset)
{
	struct labdev_job *job = &ld->jobs[offset / LABDEV_JOB_SZ];
	u64 *wide = job_reg64(job, offset % LABDEV_JOB_SZ);
	u32 *reg = job_reg32(job, offset % LABDEV_JOB_SZ);

	if (wide)
		return (u32)(*wide >> (offset & 4) * 8);
	return reg ? *reg : 0;
}

/* ---------------------------------------------------------------- begin and end */

static u32 job_op(const struct labdev_job *job)
{
	return job->op & 0xff;
}

static void job_drop_flight(struct labdev *ld, unsigned int nr)
{
	if (!ld->jobs[nr].flying)
		return;
	ld->jobs[nr].flying = false;
	atc_access_done(ld, nr);
}

static void job_end(struct labdev *ld, unsigned int nr, enum labdev_result result)
{
	struct labdev_job *job = &ld->jobs[nr];

	job_drop_flight(ld, nr);
	pri_job_gone(ld, nr);
	if (job->result == LABDEV_RES_OK)
		job->result = result;
	job->state = LABDEV_STATE_DONE;
	job->generation++;
	ld->pending |= BIT(nr);
	if (*labdev_setting(ld, LABDEV_IRQ_ENABLE) & 1) {
		labdev_count(ld, irqs);
		function_irq(ld->fn, 0);
	}
}

/* Whether the capabilities that the job needs are on. A broken device does not look. */
static bool job_capable(struct labdev *ld, const struct labdev_job *job)
{
	if (job->flags & LABDEV_F_FORCE)
		return true;
	if ((job->pasid & LABDEV_PASID_VALID) && !function_pasid_enabled(ld->fn))
		return false;
	if (((job->flags & LABDEV_F_ATS) || job_op(job) == LABDEV_OP_TRANSLATE) &&
	    !function_ats_enabled(ld->fn))
		return false;
	return !(job->flags & LABDEV_F_PRI) || function_pri_enabled(ld->fn);
}

static bool range_wraps(u64 addr, u64 len)
{
	return addr + (len - 1) < addr;
}

static bool job_good(struct labdev *ld, const struct labdev_job *job)
{
	u32 op = job_op(job);

	if (!op || op >= LABDEV_NR_OPS || job->op >> 8 >= ld->fn->nr_sids ||
	    (job->flags & ~LABDEV_F_ALL))
		return false;
	if (job->pasid & ~(LABDEV_PASID_VALID | LABDEV_PASID_MASK))
		return false;
	if (job->piece > LABDEV_PIECE_MAX || job->group > LABDEV_GROUP_MAX)
		return false;
	if ((op == LABDEV_OP_PAGE_REQUEST || op == LABDEV_OP_STOP_MARKER) && !ld->fn->smmu)
		return false;
	if (op == LABDEV_OP_STOP_MARKER)
		return true;
	if (!job->len || job->len > LABDEV_LEN_MAX || range_wraps(job->src, job->len) ||
	    range_wraps(job->dst, job->len))
		return false;
	return op != LABDEV_OP_SWAP || !((job->dst | job->len) & 7);
}

static void job_start(struct labdev *ld, unsigned int nr)
{
	struct labdev_job *job = &ld->jobs[nr];

	job->done = 0;
	job->sum = LABDEV_SUM_BEGIN;
	job->fault_addr = 0;
	job->wrong_addr = 0;
	job->result = LABDEV_RES_OK;
	job->faults = 0;
	job->done_rounds = 0;
	job->stalls = 0;
	job->page_reqs = 0;
	job->wrong = 0;
	job->atc_hits = 0;
	job->pos = 0;
	job->writing = false;
	job->stop = false;
	job->accesses = 0;
	job->retries = 0;
	job->state = LABDEV_STATE_RUNNING;
	labdev_count(ld, jobs);
	if (!job_good(ld, job)) {
		function_log(ld->fn,
			     "job %u has arguments that are not taken: op %#x flags %#x pasid %#x "
			     "len %#llx",
			     nr, job->op, job->flags, job->pasid, (unsigned long long)job->len);
		job_end(ld, nr, LABDEV_RES_BAD_JOB);
	} else if (!job_capable(ld, job)) {
		job_end(ld, nr, LABDEV_RES_NO_CAP);
	}
}

/* A stalled access is the SMMU's: its job ends when the stall does. */
void job_stop(struct labdev *ld, unsigned int nr)
{
	struct labdev_job *job = &ld->jobs[nr];

	if (!job_busy(job))
		return;
	job->stop = true;
	if (job->state == LABDEV_STATE_PAGING)
		job_end(ld, nr, LABDEV_RES_STOPPED);
}

void job_write(struct labdev *ld, u32 offset, u32 value)
{
	unsigned int nr = offset / LABDEV_JOB_SZ;
	struct labdev_job *job = &ld->jobs[nr];
	u32 *reg = job_reg32(job, offset % LABDEV_JOB_SZ);
	u64 *wide = job_reg64(job, offset % LABDEV_JOB_SZ);
	unsigned int shift = (offset & 4) * 8;

	offset %= LABDEV_JOB_SZ;
	if (offset == LABDEV_JOB_CMD && value == LABDEV_CMD_STOP)
		job_stop(ld, nr);
	else if (job_busy(job))
		function_log(ld->fn, "job %u is busy: write of %#x to its register %#x ignored", nr,
			     value, offset);
	else if (offset == LABDEV_JOB_CMD && value == LABDEV_CMD_START)
		job_start(ld, nr);
	else if (offset >= LABDEV_JOB_STATE || (!wide && !reg))
		function_log(ld->fn, "job %u: write of %#x to its register %#x ignored", nr, value,
			     offset);
	else if (wide)
		*wide = (*wide & ~(0xffffffffull << shift)) | (u64)value << shift;
	else
		*reg = value;
}

/* ---------------------------------------------------------------- one access */

static bool job_writes(const struct labdev_job *job)
{
	switch (job_op(job)) {
	case LABDEV_OP_WRITE:
	case LABDEV_OP_FILL:
	case LABDEV_OP_SWAP:
		return true;
	case LABDEV_OP_COPY:
		return job->writing;
	default:
		return false;
	}
}

/* Where the access goes, and how. */
static struct labdev_access job_access(struct labdev *ld, const struct labdev_job *job)
{
	struct labdev_access a = {
		.sid = ld->fn->sids[job->op >> 8],
		.ssid = job->pasid & LABDEV_PASID_MASK,
		.ssv = job->pasid & LABDEV_PASID_VALID,
		.priv = job->flags & LABDEV_F_PRIV,
		.inst = job->flags & LABDEV_F_INST,
		.addr = (job_writes(job) ? job->dst : job->src) + job->pos,
	};

	if (job_op(job) == LABDEV_OP_SWAP)
		a.kind = MODEL_ATOMIC;
	else if (job_writes(job) ||
		 (job_op(job) >= LABDEV_OP_TRANSLATE && (job->flags & LABDEV_F_WRITE)))
		a.kind = MODEL_WRITE;
	if (a.kind != MODEL_READ)
		a.inst = false;
	return a;
}

static u32 room_in_page(u64 addr)
{
	return 4096 - (addr & 4095);
}

static u32 smaller(u64 a, u64 b)
{
	return a < b ? a : b;
}

static u32 job_piece(const struct labdev_job *job)
{
	u32 n = smaller(job->piece ? job->piece : LABDEV_PIECE_MAX, job->len - job->pos);
	u32 op = job_op(job);

	if (op == LABDEV_OP_SWAP)
		return 8;
	if (op == LABDEV_OP_COPY || !job_writes(job))
		n = smaller(n, room_in_page(job->src + job->pos));
	if (op == LABDEV_OP_COPY || job_writes(job))
		n = smaller(n, room_in_page(job->dst + job->pos));
	return n;
}

static void job_progress(struct labdev_job *job, u32 n)
{
	job->pos += n;
	job->writing = false;
	job->retries = 0;
}

static void job_fault(struct labdev *ld, unsigned int nr, enum labdev_result res, u64 addr, u32 n)
{
	struct labdev_job *job = &ld->jobs[nr];

	job_drop_flight(ld, nr);
	labdev_count(ld, faults);
	if (!job->faults++)
		job->fault_addr = addr;
	if (job->result == LABDEV_RES_OK)
		job->result = res;
	if (job->flags & LABDEV_F_KEEP)
		job_progress(job, n);
	else
		job_end(ld, nr, res);
}

static void piece_fill(struct labdev_job *job, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		u64 at = job->pos + i;

		if (job_op(job) == LABDEV_OP_FILL)
			job->buf[i] = job->seed >> (at % 8 * 8);
		else if (job_op(job) != LABDEV_OP_COPY)
			job->buf[i] = labdev_pattern_byte(job->seed, at);
	}
}

static void piece_compare(struct labdev_job *job, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		if (job->buf[i] == labdev_pattern_byte(job->seed, job->pos + i))
			continue;
		if (!job->wrong++)
			job->wrong_addr = job->src + job->pos + i;
		if (job->result == LABDEV_RES_OK)
			job->result = LABDEV_RES_WRONG;
	}
}

/* An access was made; job->buf has what it read. */
static void piece_done(struct labdev *ld, struct labdev_job *job, u32 n)
{
	u32 op = job_op(job);

	if (op == LABDEV_OP_COPY && !job->writing) {
		job->writing = true;
		return;
	}
	if (op == LABDEV_OP_READ || op == LABDEV_OP_SWAP)
		job->sum = labdev_sum(job->sum, job->buf, n);
	else if (op == LABDEV_OP_COMPARE)
		piece_compare(job, n);
	job->done += n;
	ld->counts[LABDEV_COUNT_bytes] += n;
	job_progress(job, n);
}

static void job_dma(struct labdev *ld, unsigned int nr, const struct labdev_access *a, u32 n)
{
	struct labdev_job *job = &ld->jobs[nr];
	struct model_access m = {
		.sid = a->sid,
		.ssid = a->ssid,
		.ssv = a->ssv,
		.addr = job->flying ? job->pa : a->addr,
		.len = n,
		.kind = a->kind,
		.priv = a->priv,
		.inst = a->inst,
		.translated = job->flying || (job->flags & LABDEV_F_RAW),
		.no_stall = !(job->flags & LABDEV_F_STALL),
		.cookie = (u64)job->generation << 8 | nr,
	};
	enum model_outcome outcome;
	u64 done;

	labdev_count(ld, accesses);
	if (++job->accesses == job->fail_at) {
		job_fault(ld, nr, LABDEV_RES_INJECTED, a->addr, n);
		return;
	}
	piece_fill(job, a->kind == MODEL_READ ? 0 : n);
	outcome = function_dma(ld->fn, &m, job->buf, &done);
	switch (outcome) {
	case MODEL_DONE:
		job_drop_flight(ld, nr);
		piece_done(ld, job, n);
		return;
	case MODEL_STALLED:
		labdev_count(ld, stalls);
		job->stalls++;
		job->state = LABDEV_STATE_STALLED;
		return;
	case MODEL_RAZ_WI:
		job_fault(ld, nr, LABDEV_RES_RAZ_WI, a->addr, n);
		return;
	case MODEL_ABORTED:
		job_fault(ld, nr, LABDEV_RES_ABORTED, a->addr, n);
		return;
	}
}

void job_stall_end(struct labdev *ld, u64 cookie, enum model_stall_end how)
{
	unsigned int nr = cookie & 0xff;
	struct labdev_job *job;
	struct labdev_access a;

	labdev_count(ld, stall_ends);
	/* A job of before a reset: nobody waits. */
	if (nr >= LABDEV_NR_JOBS || ld->jobs[nr].generation != (u32)(cookie >> 8) ||
	    ld->jobs[nr].state != LABDEV_STATE_STALLED)
		return;
	job = &ld->jobs[nr];
	a = job_access(ld, job);
	job->state = LABDEV_STATE_RUNNING;
	if (how == MODEL_STALL_ABORT)
		job_fault(ld, nr, LABDEV_RES_ABORTED, a.addr, job_piece(job));
	else if (how == MODEL_STALL_RAZ_WI)
		job_fault(ld, nr, LABDEV_RES_RAZ_WI, a.addr, job_piece(job));
}

/* ---------------------------------------------------------------- ATS and PRI */

static void job_ask_pages(struct labdev *ld, unsigned int nr, const struct labdev_access *a)
{
	struct labdev_job *job = &ld->jobs[nr];
	u64 rest = (a->addr & 4095) + (job->len - job->pos);
	u32 pages = smaller(job->group ? job->group : 1, (rest + 4095) / 4096);

	if (pri_request(ld, nr, a, pages))
		return;
	if (!ld->pages_out)
		job_fault(ld, nr, LABDEV_RES_NO_CAP, a->addr, job_piece(job));
}

void job_page_response(struct labdev *ld, unsigned int nr, enum model_page_response code)
{
	struct labdev_job *job = &ld->jobs[nr];
	struct labdev_access a = job_access(ld, job);
	u32 n = job_piece(job);

	job->state = LABDEV_STATE_RUNNING;
	if (code == MODEL_PRI_DENIED)
		job_fault(ld, nr, LABDEV_RES_PRI_DENIED, a.addr, n);
	else if (code != MODEL_PRI_SUCCESS)
		job_fault(ld, nr, LABDEV_RES_PRI_FAILURE, a.addr, n);
	else if (job_op(job) == LABDEV_OP_PAGE_REQUEST)
		job_progress(job, smaller(job->asked - (a.addr & 4095), job->len - job->pos));
	else if (++job->retries > LABDEV_PRI_RETRIES)
		job_fault(ld, nr, LABDEV_RES_PRI_RETRIES, a.addr, n);
}

/* True if the access can go out now; else it was asked for, or the step is used up. */
static bool job_translate(struct labdev *ld, unsigned int nr, const struct labdev_access *a, u32 n)
{
	struct labdev_job *job = &ld->jobs[nr];
	enum labdev_result res;

	if (job->flying)
		return true;
	res = atc_translate(ld, job, a, &job->pa);
	if (res == LABDEV_RES_ATS_NONE && (job->flags & LABDEV_F_PRI))
		job_ask_pages(ld, nr, a);
	else if (res != LABDEV_RES_OK)
		job_fault(ld, nr, res, a->addr, n);
	else if (job_op(job) == LABDEV_OP_TRANSLATE)
		job_progress(job, n);
	else
		job->flying = true;
	return false;
}

static void round_done(struct labdev *ld, unsigned int nr)
{
	struct labdev_job *job = &ld->jobs[nr];

	job->done_rounds++;
	if (job->rounds && job->done_rounds >= job->rounds) {
		job_end(ld, nr, LABDEV_RES_OK);
		return;
	}
	job->pos = 0;
	job->sum = LABDEV_SUM_BEGIN;
}

static void job_step(struct labdev *ld, unsigned int nr)
{
	struct labdev_job *job = &ld->jobs[nr];
	struct labdev_access a = job_access(ld, job);
	u32 n = job_piece(job);

	if (job->stop) {
		job_end(ld, nr, LABDEV_RES_STOPPED);
	} else if (job->pos && job->pos >= job->len) {
		/* A stall's or a page request's end was the last piece's. */
	} else if (!job_capable(ld, job)) {
		job_fault(ld, nr, LABDEV_RES_NO_CAP, a.addr, n);
	} else if (job_op(job) == LABDEV_OP_STOP_MARKER) {
		pri_stop_marker(ld, &a);
		job_end(ld, nr, LABDEV_RES_OK);
	} else if (job_op(job) == LABDEV_OP_PAGE_REQUEST) {
		job_ask_pages(ld, nr, &a);
	} else if (job_op(job) == LABDEV_OP_TRANSLATE ||
		   ((job->flags & LABDEV_F_ATS) && !(job->flags & LABDEV_F_RAW))) {
		if (job_translate(ld, nr, &a, n))
			job_dma(ld, nr, &a, n);
	} else {
		job_dma(ld, nr, &a, n);
	}
	if (job->state == LABDEV_STATE_RUNNING && job->pos >= job->len)
		round_done(ld, nr);
}

bool jobs_step(struct labdev *ld)
{
	unsigned int start = lab_random(ld->fn->lab) % LABDEV_NR_JOBS;
	unsigned int i, nr;

	for (i = 0; i < LABDEV_NR_JOBS; i++) {
		nr = (start + i) % LABDEV_NR_JOBS;
		if (ld->jobs[nr].state == LABDEV_STATE_RUNNING) {
			job_step(ld, nr);
			break;
		}
	}
	for (i = 0; i < LABDEV_NR_JOBS; i++)
		if (ld->jobs[i].state == LABDEV_STATE_RUNNING)
			return true;
	return false;
}

/* ATS was switched off: translations that wait to be used are not any more. */
void jobs_ats_off(struct labdev *ld)
{
	unsigned int i;

	for (i = 0; i < LABDEV_NR_JOBS; i++)
		if (!(ld->jobs[i].flags & LABDEV_F_FORCE))
			job_drop_flight(ld, i);
}

void jobs_reset(struct labdev *ld)
{
	unsigned int i;

	for (i = 0; i < LABDEV_NR_JOBS; i++) {
		u32 generation = ld->jobs[i].generation + 1;

		memset(&ld->jobs[i], 0, sizeof(ld->jobs[i]));
		ld->jobs[i].generation = generation;
	}
	ld->pending = 0;
}
