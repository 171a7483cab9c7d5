/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inside of labdev, the DMA test device: jobs (fn_labdev_job.c), its ATC (fn_labdev_atc.c), its
 * page requests (fn_labdev_pri.c), and registers beside them (fn_labdev.c). PCIe ATS, PRI and PASID
 * as Arm IHI 0070, sections "PCIe, PASIDs, PRI, and ATS", expects them of a device.
 *
 * Invariant: a translation from the ATC is used until its invalidation is answered, and never
 * later.
 */
#ifndef SERVER_FN_LABDEV_H
#define SERVER_FN_LABDEV_H

#include "function.h"
#include "../../modules/labdev_regs.h"

#define LABDEV_NR_PRGIS		512
#define LABDEV_MAX_INVS		256
#define LABDEV_PRI_RETRIES	8

/**
 * struct labdev_access - what an access goes out with
 * @sid: StreamID
 * @ssid: PASID, if @ssv
 * @ssv: with a PASID
 * @priv: privileged
 * @inst: instruction fetch
 * @kind: read, write or both
 * @addr: untranslated address
 */
struct labdev_access {
	u32 sid, ssid;
	bool ssv, priv, inst;
	enum model_access_kind kind;
	u64 addr;
};

/**
 * struct labdev_job - one job's registers and state
 * @op: and the following: the registers as START found them
 * @state: enum labdev_state
 * @result: enum labdev_result, and the results that follow
 * @pos: bytes of this round that are done
 * @writing: COPY and the read-only operations read first, then write: which half is on
 * @flying: @pa is from the ATC and its access is on its way: an invalidation must wait for it
 * @pa: translated address
 * @stop: STOP was written
 * @accesses: made by this job, for FAIL_AT
 * @generation: tells a stall's end for this job from one for a job before it
 * @prgi: group that it waits for, in LABDEV_STATE_PAGING
 * @asked: bytes of that group
 * @retries: page responses in a row that brought no progress
 * @buf: the piece
 */
struct labdev_job {
	u32 op, flags, pasid, piece;
	u64 src, dst, len, seed;
	u32 rounds, fail_at, group;

	u32 state, result;
	u64 done, sum, fault_addr, wrong_addr;
	u32 faults, done_rounds, stalls, page_reqs, wrong, atc_hits;

	u64 pos;
	bool writing, flying, stop;
	u64 pa;
	u32 accesses, generation, retries;
	u16 prgi;
	u32 asked;
	u8 buf[LABDEV_PIECE_MAX];
};

struct labdev_atc_entry {
	bool valid;
	u32 sid, ssid;
	bool ssv, priv;
	bool r, w, x;
	u64 addr, pa, size;
};

/**
 * struct labdev_inv - an invalidation that is not yet answered
 * @inv: as it came
 * @delay: steps until the entries go
 * @gone: the entries are gone
 * @waits: jobs whose access was on its way then, by bit
 */
struct labdev_inv {
	struct model_atc_inv inv;
	u32 delay;
	bool gone;
	u64 waits;
};

/**
 * struct labdev_group - page requests under one index
 * @asked: an answer is due
 * @job: which waits for it, or LABDEV_NR_JOBS if none does
 * @pages: requests of the group
 */
struct labdev_group {
	bool asked;
	u32 job, pages;
};

/**
 * struct labdev - a test device
 * @fn: its function
 * @reg: registers that only keep what is written, by offset / 4 below LABDEV_COUNTERS
 * @jobs: all
 * @atc: the cache
 * @invs: unanswered invalidations, @nr_invs of them
 * @groups: by index
 * @pages_out: page requests without an answer
 * @pri_cap: offset of the PRI capability, 0 without
 * @counts: by enum labdev_counter
 * @pending: jobs at whose end an interrupt was due, and that the driver has not yet seen
 */
struct labdev {
	struct function *fn;
	u32 reg[LABDEV_COUNTERS / 4];
	struct labdev_job jobs[LABDEV_NR_JOBS];
	struct labdev_atc_entry atc[LABDEV_ATC_MAX];
	struct labdev_inv invs[LABDEV_MAX_INVS];
	unsigned int nr_invs;
	struct labdev_group groups[LABDEV_NR_PRGIS];
	u32 pages_out;
	unsigned int pri_cap;
	u64 counts[LABDEV_NR_COUNTERS];
	u64 pending;
};

#define labdev_count(ld, name)	((ld)->counts[LABDEV_COUNT_##name]++)

static inline u32 *labdev_setting(struct labdev *ld, u32 offset)
{
	return &ld->reg[offset / 4];
}

/* One of those errors on order that count down: true if this time it is to happen. */
bool labdev_error_due(struct labdev *ld, u32 offset);

/* Chance of @percent in 100, of the lab's seed. */
bool labdev_chance(struct labdev *ld, u32 percent);

/* fn_labdev_job.c */
u64 job_read(struct labdev *ld, u32 offset);
void job_write(struct labdev *ld, u32 offset, u32 value);
bool jobs_step(struct labdev *ld);
void jobs_reset(struct labdev *ld);
void job_stop(struct labdev *ld, unsigned int nr);
void job_page_response(struct labdev *ld, unsigned int nr, enum model_page_response code);
void job_stall_end(struct labdev *ld, u64 cookie, enum model_stall_end how);
u64 jobs_running(const struct labdev *ld);
void jobs_ats_off(struct labdev *ld);

/* fn_labdev_atc.c: why no translation came, or LABDEV_RES_OK with *@pa. */
enum labdev_result atc_translate(struct labdev *ld, struct labdev_job *job,
				 const struct labdev_access *a, u64 *pa);
void atc_invalidate(struct labdev *ld, const struct model_atc_inv *inv);
void atc_access_done(struct labdev *ld, unsigned int nr);
bool atc_step(struct labdev *ld);
/* Are invalidations to be answered that no order of the guest holds back? */
bool atc_busy(const struct labdev *ld);
void atc_forget(struct labdev *ld);
void atc_reset(struct labdev *ld);
u32 atc_entries(const struct labdev *ld);
/* The first entry that still holds any of these addresses; NULL if none does. */
const struct labdev_atc_entry *atc_find(const struct labdev *ld, u32 sid, u32 ssid, bool ssv,
					u64 addr, u64 len);

/* fn_labdev_pri.c: false: not now, for want of an index or of the guest's allocation. */
bool pri_request(struct labdev *ld, unsigned int nr, const struct labdev_access *a, u32 pages);
void pri_stop_marker(struct labdev *ld, const struct labdev_access *a);
void pri_response(struct labdev *ld, u16 prgi, enum model_page_response code);
void pri_config_written(struct labdev *ld, unsigned int offset, unsigned int n);
void pri_job_gone(struct labdev *ld, unsigned int nr);
void pri_reset(struct labdev *ld);

#endif
