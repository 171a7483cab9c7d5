/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the mm does to memory while the device uses it.
 */
#ifndef SVAJOB_CHURN_H
#define SVAJOB_CHURN_H

#include "svajob_buffer.h"

static bool churn_end;

/*
 * Clears the access flag of everything that the process has, in one step for each entry.
 * MADV_COLD would take a huge page's entry out of the table and put it back: a device whose
 * faults nobody serves can meet the moment between.
 */
static void age_all(void)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY);

	if (fd < 0 || write(fd, "1", 1) != 1)
		die("/proc/self/clear_refs: %s", strerror(errno));
	close(fd);
}

/**
 * struct churn_job - memory that a thread works on while the device uses it
 * @p: of @len bytes
 * @len: in bytes
 * @at: where the device is, as an offset from @p
 * @part: bytes that it uses there
 * @rounds: so far
 * @migrated: pages so far that went elsewhere
 */
struct churn_job {
	char *p;
	u64 len, at, part;
	u64 rounds, migrated;
};

/* So many at least; each leaves a page behind that the kernel never uses again. */
#define MIGRATED_LEAST	10
#define MIGRATED_MOST	500
#define OFFLINE		101	/* MADV_SOFT_OFFLINE */

/* The page frame at @p, 0 if none is there. */
static u64 frame_of(const void *p)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	u64 entry;

	if (fd < 0 || pread(fd, &entry, sizeof(entry), (uintptr_t)p / PAGE * sizeof(entry)) !=
		      sizeof(entry))
		die("/proc/self/pagemap: %s", strerror(errno));
	close(fd);
	return entry & ((1ull << 55) - 1);
}

/* A page that the device uses now gives way to another one with the same contents. */
static void migrate_one(struct churn_job *job, u64 *state)
{
	char *p = job->p + __atomic_load_n(&job->at, __ATOMIC_RELAXED) +
		  chance(state) % (job->part / PAGE) * PAGE;
	u64 before = frame_of(p);

	if (job->migrated < MIGRATED_MOST) {
		if (!madvise(p, PAGE, OFFLINE))
			__atomic_fetch_add(&job->migrated, before && frame_of(p) != before,
					   __ATOMIC_RELAXED);
	}
}

/*
 * What the mm does to pages while the device uses them: their contents stay. Returns how many
 * milliseconds the device is to have to itself then, at least (churn_pause()).
 */
static unsigned int churn_one(enum churn what, struct churn_job *job, u64 *state)
{
	char *p = job->p, *q = p;
	u64 len = job->len, at;

	switch (what) {
	case UNMAP:
		q = map_new_pages(len, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		memset(q, 1, len);
		munmap(q, len);
		break;
	case PROTECT:
		mprotect(p, len, PROT_READ);
		mprotect(p, len, PROT_READ | PROT_WRITE);
		return 2;
	case DISCARD:
		/* Out of the tables and in again, where the kernel can: to swap, or else not. */
		madvise(p, len, MADV_PAGEOUT);
		madvise(p, len, MADV_COLD);
		return 50;
	case MOVE:
		q = map_new_pages(len, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		for (at = 0; at < len; at += PAGE)
			q[at] = 1;
		q = mremap(q, len, 2 * len, MREMAP_MAYMOVE);
		if (q != MAP_FAILED)
			munmap(q, 2 * len);
		break;
	case FORK:
		if (!fork())
			_exit(0);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		/* The child that ends goes on holding the lock. */
		return 10;
	case MERGE:
		madvise(p, len, MADV_MERGEABLE);
		return 50;
	case AGE:
		age_all();
		return 1;
	case MIGRATE:
		migrate_one(job, state);
		return 2;
	default:
		madvise(p, len, 25 /* MADV_COLLAPSE */);
		madvise(p, PAGE, MADV_NOHUGEPAGE);
		madvise(p, PAGE, MADV_HUGEPAGE);
		return 2;
	}
	return 0;
}

/*
 * While an entry changes it is not there, or without a right, and who serves the device's request
 * waits for the same lock: without a pause each try may come as it changes again, and the device
 * gives up. At least as long as the change since @begin took, so that it holds on a slow host, too.
 */
static void churn_pause(const struct timespec *begin, unsigned int ms)
{
	double s = seconds_since(begin);

	usleep(s * 1000 > ms ? s * 1000000 : ms * 1000);
}

static void *churn_thread(void *arg)
{
	struct churn_job *job = arg;
	u64 state = run.seed * 77;

	while (!__atomic_load_n(&churn_end, __ATOMIC_RELAXED)) {
		enum churn what = chance(&state) % NR_CHURN;
		struct timespec begin;
		unsigned int ms = 0;

		clock_gettime(CLOCK_MONOTONIC, &begin);
		if (opt.churn & 1u << what)
			ms = churn_one(what, job, &state);
		if (ms)
			churn_pause(&begin, ms);
		job->rounds++;
	}
	return NULL;
}

/* On to the next job? A short run goes on until pages have been migrated in it. */
static bool churn_goes_on(unsigned int i, const struct churn_job *beside)
{
	return i < run.rounds ||
	       (opt.churn & 1u << MIGRATE && i < 100 * run.rounds &&
		__atomic_load_n(&beside->migrated, __ATOMIC_RELAXED) < MIGRATED_LEAST);
}

/*
 * Jobs of the device in memory that the mm works on: nothing is lost, and no job fails. Without
 * faults, that is so as long as pages stay where they are.
 */
static void go_churn(void)
{
	u64 len = HUGE_SZ;
	char *base = map_new_pages(2 * len, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	char *p = (char *)(((uintptr_t)base + len - 1) & ~(len - 1));
	struct buffer b = { .kind = HUGE, .p = p, .base = base, .len = len, .room = 2 * len };
	/* What is merged has to be written again. */
	u64 part = 16 * PAGE, parts = opt.churn & 1u << MERGE ? 4 : len / part;
	struct churn_job beside = { .p = p, .len = len, .part = part };
	pthread_t id;
	unsigned int i;

	if (opt.churn & 1u << MIGRATE && madvise(p, 0, OFFLINE))
		skip("MADV_SOFT_OFFLINE: this kernel cannot (CONFIG_MEMORY_FAILURE)");
	if (!(opt.churn & 1u << MERGE))
		madvise(p, len, MADV_HUGEPAGE);
	if (!opt.faults)
		memset(p, 0, len);
	if (pthread_create(&id, NULL, churn_thread, &beside))
		die("no thread");
	for (i = 0; churn_goes_on(i, &beside); i++) {
		int dev = i % opt.nr_devices;
		/* One that a fork's copy on write cannot take from under the check. */
		u64 at = i % parts * part;
		struct buffer piece = { .kind = HUGE, .p = p + at, .len = part };

		__atomic_store_n(&beside.at, at, __ATOMIC_RELAXED);
		/* While memory is read-only for a moment a write is refused, rightly. */
		if (opt.churn & 1u << PROTECT) {
			struct labdev_job_wait w = sva_run(dev, LABDEV_OP_READ, piece.p, NULL, part,
							   0);

			job_ok(&w, &piece, "read under churn");
		} else {
			/* Pages that are alike are merged, and taken apart by the next write. */
			go_fill(dev, &piece, run.seed + (opt.churn & 1u << MERGE ? 0 : i));
		}
	}
	__atomic_store_n(&churn_end, true, __ATOMIC_RELAXED);
	pthread_join(id, NULL);
	buffer_free(&b);
	if (opt.churn & 1u << MIGRATE && beside.migrated < MIGRATED_LEAST)
		die("pages beside a job: wanted %u to be migrated, seen: %llu", MIGRATED_LEAST,
		    (unsigned long long)beside.migrated);
	printf("churn_rounds=%llu migrated=%llu ", (unsigned long long)beside.rounds,
	       (unsigned long long)beside.migrated);
}

#endif
