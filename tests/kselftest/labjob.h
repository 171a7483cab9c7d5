/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What labjob's parts have in common: the device's file, memory, mappings, jobs. Every call that
 * must not fail ends the program with one line that says what was meant, wanted and seen.
 */
#ifndef LABJOB_H
#define LABJOB_H

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "../modules/labdev_uapi.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
/* Jobs that swap on a busy host take their time; the lab waits longer for a word of the guest. */
#define WAIT_MS		100000
#define MAX_THREADS	64
#define BAD_IOVA	0x5ead0000ull
#define PAGE		((u64)run.info.page_sz)

typedef uint32_t u32;
typedef uint64_t u64;

static const char *const result_names[] = {
	"ok",	   "aborted",  "raz-wi",     "wrong-data",  "ats-ur",
	"ats-ca",  "ats-none", "pri-denied", "pri-failure", "pri-retries",
	"stopped", "injected", "bad-job",    "no-cap",	    "reset",
};

/**
 * struct run - the program's run
 * @name: PCI name of the device
 * @fd: the device
 * @other: a second one, 0: none
 * @info: of @fd
 * @note: tell the referee of maps and unmaps
 * @ats: jobs use the device's ATC
 * @threads: of a storm
 * @domains: of a crowd
 * @rounds: of each
 * @seed: of its choices
 * @id: of the first marker
 * @by: a command that resets the device, NULL: the driver's call
 */
struct run {
	const char *name, *by;
	int fd, other;
	struct labdev_info info;
	bool note, ats, all_sids;
	u32 sid, next_sid;
	unsigned int threads, domains, rounds;
	u64 seed, id;
};

extern struct run run;
/* The device that this thread's calls go to; 0: run.fd. */
extern __thread int lab_on;

static inline int lab_fd(void)
{
	return lab_on ? lab_on : run.fd;
}

/* The program's own words on how it is called. */
void usage(void) __attribute__((noreturn));

static inline u64 number(const char *text, u64 least, u64 most)
{
	char *end;
	u64 n = text ? strtoull(text, &end, 0) : 0;

	if (!text || !*text || *end || n < least || n > most)
		usage();
	return n;
}

/* Machines that do everything slowly do less of it; each run of a soak makes choices of its own. */
static inline void environment_apply(void)
{
	const char *slow = getenv("LABJOB_SLOW"), *seed = getenv("LABJOB_SEED");

	run.seed += seed ? number(seed, 0, ~0ull) << 16 : 0;
	run.rounds /= slow ? number(slow, 1, 1000) : 1;
	if (!run.rounds)
		run.rounds = 1;
}

__attribute__((format(printf, 1, 2), noreturn))
static inline void die(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	_exit(1);
}

static inline u64 chance(u64 *state)
{
	*state += 0x632be59bd9b4e019ull;
	return labdev_pattern(*state, 0);
}

static inline const char *result_name(u32 result)
{
	return result < ARRAY_SIZE(result_names) ? result_names[result] : "unknown";
}

static inline int try_ioctl(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) < 0 ? -errno : 0;
}

static inline void must(int ret, const char *what)
{
	if (ret)
		die("%s: wanted success, seen: %s", what, strerror(-ret));
}

static inline void info_get(void)
{
	must(try_ioctl(run.fd, LABDEV_IOC_INFO, &run.info), "LABDEV_IOC_INFO");
}

static inline u64 count(enum labdev_counter which)
{
	struct labdev_counts counts;

	must(try_ioctl(run.fd, LABDEV_IOC_COUNTS, &counts), "LABDEV_IOC_COUNTS");
	return counts.count[which];
}

static inline int set_reg(u32 offset, u32 value)
{
	struct labdev_set set = { offset, value };

	return try_ioctl(run.fd, LABDEV_IOC_SET, &set);
}

/* Translated, so that what is not mapped is refused; strict, so that it is so at once. */
static inline bool translated(void)
{
	return run.info.domain == LABDEV_DOMAIN_DMA || run.info.domain == LABDEV_DOMAIN_DMA_FQ;
}

static inline bool strict(void)
{
	return run.info.domain == LABDEV_DOMAIN_DMA;
}

/* ---------------------------------------------------------------- memory */

static inline struct labdev_mem_alloc mem_new(u64 sz, u32 chunk, u32 flags)
{
	struct labdev_mem_alloc a = { .sz = sz, .chunk = chunk, .flags = flags };

	must(try_ioctl(run.fd, LABDEV_IOC_MEM_ALLOC, &a), "memory");
	return a;
}

static inline void mem_free(u32 handle)
{
	must(try_ioctl(run.fd, LABDEV_IOC_MEM_FREE, &handle), "free of memory");
}

/* @fd: the device with a @handle, or a domain. */
static inline void mem_pattern(int fd, u32 handle, u64 offset, u64 len, u64 seed)
{
	struct labdev_mem_io io = {.handle = handle,
				   .op = LABDEV_IO_PATTERN,
				   .offset = offset,
				   .len = len,
				   .seed = seed};

	must(try_ioctl(fd, LABDEV_IOC_MEM_IO, &io), "pattern");
}

/* Bytes that differ from the pattern. */
static inline u64 mem_wrong(int fd, u32 handle, u64 offset, u64 len, u64 seed)
{
	struct labdev_mem_io io = {.handle = handle,
				   .op = LABDEV_IO_CHECK,
				   .offset = offset,
				   .len = len,
				   .seed = seed};

	must(try_ioctl(fd, LABDEV_IOC_MEM_IO, &io), "check");
	return io.wrong;
}

static inline u64 mem_sum(int fd, u32 handle, u64 offset, u64 len)
{
	struct labdev_mem_io io = {
		.handle = handle, .op = LABDEV_IO_CHECK, .offset = offset, .len = len};

	must(try_ioctl(fd, LABDEV_IOC_MEM_IO, &io), "sum");
	return io.sum;
}

static inline void mem_want(int fd, u32 handle, u64 offset, u64 len, u64 seed, const char *what)
{
	u64 wrong = mem_wrong(fd, handle, offset, len, seed);

	if (wrong)
		die("%s: wanted the pattern in all %llu bytes, seen: %llu differ", what,
		    (unsigned long long)len, (unsigned long long)wrong);
}

static inline int try_map(u32 mem, u64 offset, u64 len, u32 dir, struct labdev_dma_map *m)
{
	*m = (struct labdev_dma_map){
		.mem = mem,
		.dir = dir,
		.offset = offset,
		.len = len,
		.flags = run.note ? LABDEV_MAP_NOTE : 0,
	};
	return try_ioctl(run.fd, LABDEV_IOC_DMA_MAP, m);
}

static inline struct labdev_dma_map map_new(u32 mem, u64 offset, u64 len, u32 dir)
{
	struct labdev_dma_map m;

	must(try_map(mem, offset, len, dir, &m), "dma_map");
	return m;
}

static inline void map_free(u32 handle)
{
	must(try_ioctl(run.fd, LABDEV_IOC_DMA_UNMAP, &handle), "dma_unmap");
}

static inline void map_sync(u32 handle, u32 whom)
{
	struct labdev_dma_sync s = { handle, whom };

	must(try_ioctl(run.fd, LABDEV_IOC_DMA_SYNC, &s), "dma_sync");
}

/* ---------------------------------------------------------------- jobs */

/* The StreamID of the next job. */
static inline u32 sid_next(void)
{
	if (!run.all_sids)
		return run.sid;
	return __atomic_fetch_add(&run.next_sid, 1, __ATOMIC_RELAXED) % run.info.nr_sids;
}

/* A job's arguments with what most have in common. */
static inline struct labdev_job_args job(u32 op, u64 src, u64 dst, u64 len, u64 seed)
{
	return (struct labdev_job_args){
		.op = op,
		.flags = run.ats ? LABDEV_F_ATS : 0,
		.pasid = LABDEV_RID,
		.sid = sid_next(),
		.rounds = 1,
		.src = src,
		.dst = dst,
		.len = len,
		.seed = seed,
	};
}

/* Start; when all places are taken, wait for one. */
static inline u32 job_start(struct labdev_job_args *a)
{
	int ret, tries = 0;

	while ((ret = try_ioctl(lab_fd(), LABDEV_IOC_JOB_START, a)) == -EBUSY && tries++ < WAIT_MS)
		usleep(1000);
	must(ret, "start of a job");
	return a->slot;
}

static inline struct labdev_job_wait job_wait(u32 slot)
{
	struct labdev_job_wait w = { .slot = slot, .timeout_ms = WAIT_MS };

	must(try_ioctl(lab_fd(), LABDEV_IOC_JOB_WAIT, &w), "end of a job");
	return w;
}

static inline void job_stop(u32 slot)
{
	must(try_ioctl(lab_fd(), LABDEV_IOC_JOB_STOP, &slot), "stop of a job");
}

static inline struct labdev_job_wait job_run(struct labdev_job_args a)
{
	return job_wait(job_start(&a));
}

/* A job without end whose device is taken away: that ends it, within a minute. */
static inline void job_want_taken_away(u32 slot)
{
	struct labdev_job_wait w;
	int i, ret = -ETIME;

	for (i = 0; i < 60 && ret == -ETIME; i++) {
		w = (struct labdev_job_wait){ .slot = slot, .timeout_ms = 1000 };
		ret = try_ioctl(lab_fd(), LABDEV_IOC_JOB_WAIT, &w);
	}
	must(ret, "the job's end");
	if (w.result != LABDEV_RES_RESET)
		die("the device was taken away: wanted the job ended by that, seen: %s",
		    result_name(w.result));
}

static inline void job_want(const struct labdev_job_wait *w, u32 result, const char *what)
{
	if (w->result != result)
		die("%s: wanted %s, seen: %s after %llu bytes, %u faults, first at %#llx", what,
		    result_name(result), result_name(w->result), (unsigned long long)w->done,
		    w->faults, (unsigned long long)w->fault_addr);
}

/* Refused by the SMMU: aborted, or ended silently, or no translation by ATS. */
static inline bool refused(const struct labdev_job_wait *w)
{
	return w->result == LABDEV_RES_ABORTED || w->result == LABDEV_RES_RAZ_WI ||
	       w->result == LABDEV_RES_ATS_NONE || w->result == LABDEV_RES_ATS_UR ||
	       w->result == LABDEV_RES_ATS_CA;
}

static inline void job_want_refused(const struct labdev_job_wait *w, const char *what)
{
	if (!refused(w) || w->done)
		die("%s: wanted to be refused at once, seen: %s after %llu bytes", what,
		    result_name(w->result), (unsigned long long)w->done);
}

/* ---------------------------------------------------------------- domains */

static inline int dom_new(u64 sz, u32 chunk)
{
	struct labdev_dom_alloc a = { .sz = sz, .chunk = chunk };

	must(try_ioctl(run.fd, LABDEV_IOC_DOM_ALLOC, &a), "paging domain");
	return a.fd;
}

static inline int try_dom_map(int fd, u64 iova, u64 len, u64 offset, u32 prot)
{
	struct labdev_dom_map m = {
		.iova = iova,
		.len = len,
		.offset = offset,
		.prot = prot,
		.flags = run.note ? LABDEV_MAP_NOTE : 0,
	};

	return try_ioctl(fd, LABDEV_IOC_DOM_MAP, &m);
}

static inline void dom_map(int fd, u64 iova, u64 len, u64 offset, u32 prot)
{
	must(try_dom_map(fd, iova, len, offset, prot), "iommu_map");
}

static inline void dom_unmap(int fd, u64 iova, u64 len)
{
	struct labdev_dom_map m = { .iova = iova, .len = len };

	must(try_ioctl(fd, LABDEV_IOC_DOM_UNMAP, &m), "iommu_unmap");
}

static inline int try_attach(int fd, u32 pasid)
{
	struct labdev_attach_args a = {
		.fd = fd, .pasid = pasid, .flags = run.note ? LABDEV_ATTACH_NOTE : 0};

	return try_ioctl(lab_fd(), LABDEV_IOC_ATTACH, &a);
}

static inline void attach(int fd, u32 pasid)
{
	must(try_attach(fd, pasid), pasid == LABDEV_RID ? "attach" : "attach to a PASID");
}

static inline void detach(u32 pasid)
{
	struct labdev_attach_args a = { .pasid = pasid };

	must(try_ioctl(lab_fd(), LABDEV_IOC_DETACH, &a), "detach");
}

/* ---------------------------------------------------------------- scenarios */

__attribute__((format(printf, 1, 2), noreturn))
static inline void skip(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	exit(77);
}

static inline void want_pasids(u32 most)
{
	if (!run.info.max_pasids)
		skip("the IOMMU offers this device no PASIDs");
	if (!(run.info.status & LABDEV_STATUS_PASID))
		skip("PASIDs are not enabled in this device");
	if (run.info.max_pasids <= most)
		skip("the IOMMU offers this device fewer than %u PASIDs", most);
}

struct thread {
	pthread_t id;
	unsigned int nr;
	u64 chance, jobs, stale;
};

extern struct thread threads[MAX_THREADS];

static inline void threads_run(void *(*go)(void *))
{
	u32 before = run.info.missed_irqs;
	u64 jobs = 0, stale = 0;
	unsigned int i;

	for (i = 0; i < run.threads; i++) {
		threads[i] = (struct thread) { .nr = i, .chance = run.seed * 1000 + i };
		if (pthread_create(&threads[i].id, NULL, go, &threads[i]))
			die("no thread");
	}
	for (i = 0; i < run.threads; i++) {
		pthread_join(threads[i].id, NULL);
		jobs += threads[i].jobs;
		stale += threads[i].stale;
	}
	info_get();
	printf("threads=%u rounds=%u jobs=%llu stale_refused=%llu missed_irqs=%u\n", run.threads,
	       run.rounds, (unsigned long long)jobs, (unsigned long long)stale,
	       run.info.missed_irqs);
	if (run.info.missed_irqs != before)
		die("interrupts: wanted one a job, seen: %u jobs ended without",
		    run.info.missed_irqs);
}

#endif
