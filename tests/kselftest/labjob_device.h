/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labjob's scenarios of the device: its ATC, page requests, resets, faults, wrong calls, death and
 * leave.
 */
#ifndef LABJOB_DEVICE_H
#define LABJOB_DEVICE_H

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "labjob.h"
#include "labjob_dma.h"
#include "labjob_pasid.h"

/* ---------------------------------------------------------------- ats */

static void go_ats(void)
{
	struct labdev_mem_alloc a;
	struct labdev_job_wait w;
	struct labdev_dma_map m;
	u64 invs = count(LABDEV_COUNT_atc_invs), hits = 0;
	unsigned int i;

	if (!(run.info.status & LABDEV_STATUS_ATS))
		skip("ATS is not enabled in this device");
	if (!translated())
		skip("the device's domain translates nothing");
	run.ats = true;
	a = mem_new(65536, 65536, 0);
	for (i = 0; i < run.rounds; i++) {
		m = map_new(a.handle, 0, 65536, LABDEV_BOTH);
		w = job_run(job(LABDEV_OP_WRITE, 0, m.iova, 65536, 91));
		job_want(&w, LABDEV_RES_OK, "a write through the ATC");
		w = job_run(job(LABDEV_OP_COMPARE, m.iova, 0, 65536, 91));
		job_want(&w, LABDEV_RES_OK, "a comparison through the ATC");
		hits += w.atc_hits;
		/* A lazy flush may come between the two, and empties the whole ATC. */
		if (strict() && !w.atc_hits)
			die("the second job: wanted hits in the ATC, seen: none");
		map_free(m.handle);
		if (!strict())
			continue;
		/*
		 * The device looks for an entry itself when the unmap is noted; and none may serve.
		 */
		w = job_run(job(LABDEV_OP_READ, m.iova, 0, 4096, 0));
		job_want_refused(&w, "a read through the ATC at what was just unmapped");
		if (w.atc_hits)
			die("after the unmap: wanted no hit in the ATC, seen: %u", w.atc_hits);
	}
	if (!hits)
		die("second jobs: wanted hits in the ATC, seen: none");
	invs = count(LABDEV_COUNT_atc_invs) - invs;
	if (!invs)
		die("unmaps: wanted ATC invalidations, seen: none");
	if (count(LABDEV_COUNT_breaches))
		die("ATC entries that survived an unmap: wanted none, seen: %llu",
		    (unsigned long long)count(LABDEV_COUNT_breaches));
	printf("rounds=%u hits=%llu misses=%llu invalidations=%llu late=%llu\n", i,
	       (unsigned long long)count(LABDEV_COUNT_atc_hits),
	       (unsigned long long)count(LABDEV_COUNT_atc_misses), (unsigned long long)invs,
	       (unsigned long long)count(LABDEV_COUNT_atc_invs_late));
}

/* ---------------------------------------------------------------- pri */

static void go_pri(void)
{
	u32 requests = 32;
	struct labdev_job_args a;
	struct labdev_job_wait w;
	int ret;

	if (!(run.info.status & LABDEV_STATUS_ATS))
		skip("ATS is not enabled in this device");
	ret = try_ioctl(run.fd, LABDEV_IOC_PRI, &requests);
	if (ret)
		skip("the device has no page requests: %s", strerror(-ret));
	a = job(LABDEV_OP_WRITE, 0, BAD_IOVA, 4 * PAGE, 1);
	a.flags |= LABDEV_F_ATS | LABDEV_F_PRI;
	a.group = 4;
	w = job_run(a);
	if (w.result != LABDEV_RES_PRI_DENIED && w.result != LABDEV_RES_PRI_FAILURE)
		die("page requests that nobody serves: wanted a denial, seen: %s",
		    result_name(w.result));
	if (!w.page_reqs)
		die("wanted page requests, seen: none");
	requests = 0;
	must(try_ioctl(run.fd, LABDEV_IOC_PRI, &requests), "PRI disabled");
	printf("%u page requests, answer %s\n", w.page_reqs, result_name(w.result));
}

/* ---------------------------------------------------------------- flr */

/* By somebody else: done when the device has counted it, and does what it is told. */
static void reset_by_command(void)
{
	u32 before = run.info.resets;
	int tries = 0, ret = system(run.by);

	if (ret)
		die("%s: wanted exit 0, seen: %#x", run.by, ret);
	do {
		usleep(10000);
		info_get();
	} while (run.info.resets == before && tries++ < WAIT_MS / 10);
	if (run.info.resets == before)
		die("%s: wanted a reset, seen: none", run.by);
}

static void reset_device(void)
{
	int ret, tries = 0;

	if (run.by) {
		reset_by_command();
		return;
	}
	while ((ret = try_ioctl(run.fd, LABDEV_IOC_RESET, NULL)) == -EAGAIN && tries++ < 100)
		usleep(10000);
	must(ret, "reset");
}

static void go_flr(void)
{
	struct labdev_mem_alloc a = mem_new(65536, 65536, 0);
	struct labdev_dma_map m = map_new(a.handle, 0, 65536, LABDEV_BOTH);
	bool pasids = run.info.max_pasids > 1 && (run.info.status & LABDEV_STATUS_PASID);
	struct labdev_job_args jobs[16];
	u32 resets = run.info.resets, before = run.info.status;
	unsigned int i, ended = 0;
	int dom = -1;

	if (pasids) {
		dom = dom_new(65536, 0);
		dom_map(dom, POOL_IOVA, 65536, 0, RW);
		attach(dom, 1);
	}
	for (i = 0; i < ARRAY_SIZE(jobs); i++) {
		jobs[i] = job(LABDEV_OP_WRITE, 0, m.iova, 65536, i);
		jobs[i].rounds = 0;
		if (pasids && i % 2) {
			jobs[i].pasid = 1;
			jobs[i].dst = POOL_IOVA;
		}
		job_start(&jobs[i]);
	}
	reset_device();
	for (i = 0; i < ARRAY_SIZE(jobs); i++)
		ended += job_wait(jobs[i].slot).result == LABDEV_RES_RESET;
	info_get();
	if (ended != ARRAY_SIZE(jobs) || run.info.resets == resets)
		die("reset: wanted all 16 jobs ended by it, seen: %u, resets %u to %u", ended,
		    resets, run.info.resets);
	/* Page requests left on by bonds before go with ATS, where the kernel blocks the device. */
	if (run.info.status != before && run.info.status != (before & ~LABDEV_STATUS_PRI))
		die("capabilities: wanted status %#x again after the reset, seen: %#x", before,
		    run.info.status);
	if (pasids)
		pasid_want_works(dom, 1, POOL_IOVA, 0, 65536, 95);
	map_free(m.handle);
	go_ops();
}

/* ---------------------------------------------------------------- fault */

static void *beside_thread(void *data)
{
	struct thread *t = data;
	struct labdev_mem_alloc a = mem_new(65536, 65536, 0);
	unsigned int i;

	for (i = 0; i < run.rounds; i++) {
		struct labdev_dma_map m = map_new(a.handle, 0, 65536, LABDEV_BOTH);

		if (t->nr) {
			struct labdev_job_wait w =
				job_run(job(LABDEV_OP_WRITE, 0, m.iova, 65536, i));

			job_want(&w, LABDEV_RES_OK, "a good job beside bad ones");
			t->jobs++;
		} else {
			struct labdev_job_args bad =
				job(LABDEV_OP_READ, BAD_IOVA + i * 4096, 0, 65536, 0);

			/* Where the SMMU stalls the second kind, the driver must end each stall. */
			bad.flags |= LABDEV_F_KEEP | (i % 2 ? LABDEV_F_STALL : 0);
			job_run(bad);
			t->stale++;
		}
		map_free(m.handle);
	}
	mem_free(a.handle);
	return NULL;
}

/* Bad addresses, PASIDs and permissions, while good jobs go on. */
static void go_fault(void)
{
	struct labdev_job_wait w;

	if (!translated())
		skip("the device's domain refuses nothing");
	if (run.info.status & LABDEV_STATUS_PASID) {
		pasid_want_refused(5, BAD_IOVA, "a PASID never attached");
		pasid_want_refused(LABDEV_PASID_MASK, BAD_IOVA, "the largest PASID");
	}
	w = job_run(job(LABDEV_OP_READ, 0xffff000000000000ull, 0, 64, 0));
	job_want_refused(&w, "an address of the upper half");
	w = job_run(job(LABDEV_OP_READ, 1ull << 52, 0, 64, 0));
	job_want_refused(&w, "an address beyond the input size");
	threads_run(beside_thread);
}

/*
 * ---------------------------------------------------------------- bad: ioctls that no program
 * should send
 */

static const unsigned long all_ioctls[] = {
	LABDEV_IOC_INFO,      LABDEV_IOC_COUNTS,    LABDEV_IOC_MEM_ALLOC, LABDEV_IOC_MEM_FREE,
	LABDEV_IOC_MEM_IO,    LABDEV_IOC_DMA_MAP,   LABDEV_IOC_DMA_UNMAP, LABDEV_IOC_DMA_SYNC,
	LABDEV_IOC_JOB_STOP,  LABDEV_IOC_DOM_ALLOC, LABDEV_IOC_DOM_INFO,  LABDEV_IOC_DOM_MAP,
	LABDEV_IOC_DOM_UNMAP, LABDEV_IOC_ATTACH,    LABDEV_IOC_DETACH,	  LABDEV_IOC_JOB_START,
};

/*
 * Words that are small, aligned, huge or anything: most ioctls get past their first checks
 * sometimes.
 */
static u64 odd_word(u64 *state)
{
	switch (chance(state) % 6) {
	case 0: return chance(state) % 8;
	case 1: return chance(state) % 64 * PAGE;
	case 2: return ~0ull - chance(state) % 4;
	case 3: return chance(state) & 0xffffffff;
	case 4: return 1ull << chance(state) % 64;
	default: return chance(state);
	}
}

static void go_bad(void)
{
	u64 state = run.seed, words[32], taken = 0;
	int dom = dom_new(1 << 20, 0);
	unsigned int i, k;

	for (i = 0; i < run.rounds * 50; i++) {
		unsigned long cmd = all_ioctls[chance(&state) % ARRAY_SIZE(all_ioctls)];

		for (k = 0; k < ARRAY_SIZE(words); k++)
			words[k] = odd_word(&state);
		/* Pointers of ours, of nobody, and none at all. */
		if (chance(&state) % 16 == 0)
			taken += !ioctl(run.fd, cmd, (void *)odd_word(&state));
		else
			taken += !ioctl(chance(&state) % 2 ? run.fd : dom, cmd, words);
	}
	/* Whatever it took, it goes on working. */
	close(dom);
	close(run.fd);
	printf("calls=%u taken=%llu\n", i, (unsigned long long)taken);
}

/* ---------------------------------------------------------------- death, hold, sva */

/* A process that is killed with jobs and PASIDs in use leaves nothing behind. */
static void go_death(void)
{
	unsigned int i;
	pid_t pid;

	for (i = 0; i < run.rounds; i++) {
		pid = fork();
		if (!pid) {
			char path[64];
			struct labdev_mem_alloc a;
			struct labdev_dma_map m;
			struct labdev_job_args forever;
			unsigned int k;

			snprintf(path, sizeof(path), "/proc/self/fd/%d", run.fd);
			run.fd = open(path, O_RDWR | O_CLOEXEC);
			a = mem_new(65536, 65536, 0);
			m = map_new(a.handle, 0, 65536, LABDEV_BOTH);
			forever = job(LABDEV_OP_WRITE, 0, m.iova, 65536, 1);
			forever.rounds = 0;
			for (k = 0; k < 8; k++)
				job_start(&forever);
			if (run.info.max_pasids > 1)
				attach(dom_new(65536, 0), 1);
			pause();
		}
		usleep(20000);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	go_ops();
}

/* Keeps the device busy until it is taken away. */
static void go_hold(void)
{
	struct labdev_mem_alloc a = mem_new(65536, 65536, 0);
	struct labdev_dma_map m = map_new(a.handle, 0, 65536, LABDEV_BOTH);
	bool pasids = run.info.max_pasids > 1 && (run.info.status & LABDEV_STATUS_PASID);
	struct labdev_job_args forever = job(LABDEV_OP_WRITE, 0, m.iova, 65536, 1);
	struct labdev_job_args beside = pasid_job(LABDEV_OP_WRITE, 1, POOL_IOVA, 65536, 2);
	int dom;

	/* The device goes with a domain on a PASID, and in use. */
	if (pasids) {
		dom = dom_new(65536, 0);
		dom_map(dom, POOL_IOVA, 65536, 0, RW);
		attach(dom, 1);
		beside.rounds = 0;
		job_start(&beside);
	}
	forever.rounds = 0;
	job_start(&forever);
	puts("holding");
	fflush(stdout);
	job_want_taken_away(forever.slot);
	if (try_ioctl(run.fd, LABDEV_IOC_INFO, &run.info) != -ENODEV)
		die("the device was taken away: wanted -ENODEV from then on");
	puts("taken away");
}

static void go_sva(void)
{
	u32 pasid;
	int ret = try_ioctl(run.fd, LABDEV_IOC_SVA_BIND, &pasid);

	if (ret == -EOPNOTSUPP || ret == -ENODEV)
		skip("this kernel or IOMMU shares no address spaces (%s)", strerror(-ret));
	must(ret, "SVA bind");
	must(try_ioctl(run.fd, LABDEV_IOC_SVA_UNBIND, &pasid), "SVA unbind");
	printf("pasid=%u\n", pasid);
}

#endif
