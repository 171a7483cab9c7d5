/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labjob's scenarios of a device whose ATC fails: it does not answer an invalidation, or only when
 * nobody waits for that any more.
 */
#ifndef LABJOB_ATC_H
#define LABJOB_ATC_H

#include "labjob.h"

static inline u64 now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * The unmap of what a job writes all the while through its ATC, which does not answer. What the
 * unmap has returned from, the job no longer reaches. Return: milliseconds that the unmap took.
 */
static u64 atc_unmap_unanswered(u32 error, u32 mem)
{
	struct labdev_dma_map m = map_new(mem, 0, 65536, LABDEV_BOTH);
	struct labdev_job_args a = job(LABDEV_OP_WRITE, 0, m.iova, 65536, 61);
	struct labdev_job_wait w = job_run(a);
	u64 took;

	job_want(&w, LABDEV_RES_OK, "a write through the ATC");
	a.flags |= LABDEV_F_KEEP;
	a.rounds = 0;
	job_start(&a);
	must(set_reg(error, 1), "an error on order");
	took = now_ms();
	map_free(m.handle);
	took = now_ms() - took;
	mem_pattern(run.fd, mem, 0, 65536, 62);
	usleep(20000);
	mem_want(run.fd, mem, 0, 65536, 62, "memory whose unmap has returned, unanswered");
	job_stop(a.slot);
	w = job_wait(a.slot);
	if (w.result == LABDEV_RES_OK || !w.done)
		die("the job under the unmap: wanted bytes, then a refusal, seen: %s after %llu",
		    result_name(w.result), (unsigned long long)w.done);
	return took;
}

/* Without ATS the device goes on, and nobody asks its ATC any more. */
static void atc_want_works_without(u32 mem)
{
	u64 invs = count(LABDEV_COUNT_atc_invs);
	struct labdev_dma_map m;
	struct labdev_job_wait w;
	unsigned int i;

	run.ats = false;
	for (i = 0; i < 20; i++) {
		m = map_new(mem, 0, 65536, LABDEV_BOTH);
		w = job_run(job(LABDEV_OP_WRITE, 0, m.iova, 65536, 70 + i));
		job_want(&w, LABDEV_RES_OK, "a write without ATS");
		map_free(m.handle);
		mem_want(run.fd, mem, 0, 65536, 70 + i, "data written without ATS");
		w = job_run(job(LABDEV_OP_READ, m.iova, 0, 4096, 0));
		job_want_refused(&w, "a read without ATS at what was just unmapped");
	}
	if (count(LABDEV_COUNT_atc_invs) != invs)
		die("unmaps afterwards: wanted no ATC invalidation, seen: %llu",
		    (unsigned long long)(count(LABDEV_COUNT_atc_invs) - invs));
}

static void atc_fails(u32 error)
{
	struct labdev_mem_alloc a;
	u64 took, entries;
	int tries = 0;

	if (!(run.info.status & LABDEV_STATUS_ATS))
		skip("ATS is not enabled in this device");
	if (!strict())
		skip("the device's domain does not invalidate at each unmap");
	run.ats = true;
	a = mem_new(65536, 65536, 0);
	took = atc_unmap_unanswered(error, a.handle);
	/* Taking ATS from the device is the work of somebody else. */
	do {
		usleep(10000);
		info_get();
	} while ((run.info.status & LABDEV_STATUS_ATS) && tries++ < 200);
	entries = count(LABDEV_COUNT_atc_entries);
	printf("unmap_ms=%llu ats=%d entries=%llu\n", (unsigned long long)took,
	       !!(run.info.status & LABDEV_STATUS_ATS), (unsigned long long)entries);
	if (run.info.status & LABDEV_STATUS_ATS)
		die("a device whose ATC does not answer: wanted ATS off, seen: on");
	/* The answers that nobody waits for. */
	must(set_reg(error, 0), "no more errors");
	atc_want_works_without(a.handle);
}

static void go_silent(void)
{
	atc_fails(LABDEV_ERR_ATC_SILENT);
}

static void go_late(void)
{
	atc_fails(LABDEV_ERR_ATC_HOLD);
}

#endif
