/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What sharing costs: faults, bonds, and memory that is given back. Figures, no judgement: the
 * lab's plugin counts the instructions between the markers, its model the commands.
 */
#ifndef SVAJOB_BENCH_H
#define SVAJOB_BENCH_H

#include "pinned.h"
#include "svajob_buffer.h"

/* Seconds of each round. The median is what one takes, whatever the machine does besides. */
struct rounds {
	double *s;
	unsigned int nr;
};

static void rounds_init(struct rounds *r, unsigned int room)
{
	r->nr = 0;
	r->s = calloc(room, sizeof(*r->s));
	if (!r->s)
		die("no memory");
}

static void rounds_add(struct rounds *r, const struct timespec *begin)
{
	r->s[r->nr++] = seconds_since(begin);
}

static int rounds_compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double rounds_median(struct rounds *r)
{
	double s;

	qsort(r->s, r->nr, sizeof(*r->s), rounds_compare);
	s = (r->s[(r->nr - 1) / 2] + r->s[r->nr / 2]) / 2;
	free(r->s);
	return s;
}

/* The plugin counts what one CPU does between two markers. */
static void bench_pin(void)
{
	if (!pin_to_first_cpu())
		die("sched_setaffinity: %s", strerror(errno));
}

/* The device reads memory that is not there, page by page; rounds of all threads. */
static struct rounds faults_took;
static pthread_mutex_t faults_lock = PTHREAD_MUTEX_INITIALIZER;

static void *bench_faults_thread(void *arg)
{
	const u64 len = 64 * PAGE;
	struct timespec begin;
	unsigned int i;

	(void)arg;
	for (i = 0; i < run.rounds; i++) {
		struct buffer b = { .kind = MMAP, .len = len, .room = len };
		struct labdev_job_wait w;

		b.base = map_new_pages(len, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		b.p = b.base;
		madvise(b.p, len, MADV_NOHUGEPAGE);
		clock_gettime(CLOCK_MONOTONIC, &begin);
		w = sva_run(0, LABDEV_OP_READ, b.p, NULL, len, 0);
		pthread_mutex_lock(&faults_lock);
		rounds_add(&faults_took, &begin);
		pthread_mutex_unlock(&faults_lock);
		job_ok(&w, &b, "read");
		buffer_free(&b);
	}
	return NULL;
}

static void bench_faults(void)
{
	u64 before = tally->stalls + tally->requests, faults;
	unsigned int i;

	rounds_init(&faults_took, run.threads * run.rounds);
	for (i = 0; i < run.threads; i++)
		if (pthread_create(&threads[i].id, NULL, bench_faults_thread, NULL))
			die("no thread");
	for (i = 0; i < run.threads; i++)
		pthread_join(threads[i].id, NULL);
	faults = tally->stalls + tally->requests - before;
	/* A round of each thread at once. */
	printf("faults=%llu faults_per_s=%.0f\n", (unsigned long long)faults,
	       (double)faults / run.rounds / rounds_median(&faults_took));
}

/* Marker 2 is around the beginning and the end of a bond with each device. */
static void bench_bind(void)
{
	struct timespec begin;
	struct rounds took;
	unsigned int i;

	bench_pin();
	devices_unbind();
	rounds_init(&took, run.rounds);
	for (i = 0; i < run.rounds; i++) {
		clock_gettime(CLOCK_MONOTONIC, &begin);
		marker_begin(2);
		devices_bind();
		devices_unbind();
		marker_end(2);
		rounds_add(&took, &begin);
	}
	printf("binds=%u binds_per_s=%.0f\n", run.rounds, 1 / rounds_median(&took));
	devices_bind();
}

/* Memory whose pages stay when it is unmapped: freeing them takes more or less. */
static int bench_file(void)
{
	int fd = memfd_create("bench", MFD_CLOEXEC);
	char *p;

	if (fd < 0 || ftruncate(fd, opt.size))
		die("memfd_create: %s", strerror(errno));
	p = mmap(NULL, opt.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	memset(p, 1, opt.size);
	munmap(p, opt.size);
	return fd;
}

/* Where each round maps its bytes: the page behind them stays, and so do its tables. */
static char *bench_place(void)
{
	char *area = map_new_pages(opt.size + 2 * HUGE_SZ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	char *place = (char *)(((uintptr_t)area + HUGE_SZ - 1) & ~(uintptr_t)(HUGE_SZ - 1));

	madvise(area, opt.size + 2 * HUGE_SZ, MADV_NOHUGEPAGE);
	place[opt.size] = 1;
	return place;
}

/*
 * Bytes that all devices have used, given back. Marker 1 is around the munmap(). Each time at the
 * same place: tables that go with the bytes are a second range to invalidate.
 */
static void bench_munmap(char *place, int fd)
{
	struct timespec begin;
	struct rounds took;
	unsigned int i;
	u64 at;
	int dev;

	bench_pin();
	rounds_init(&took, run.rounds);
	for (i = 0; i < run.rounds; i++) {
		struct buffer b = { .kind = MMAP, .len = 64 };

		b.p = mmap(place, opt.size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
		if (b.p == MAP_FAILED)
			die("mmap: %s", strerror(errno));
		for (at = 0; at < opt.size; at += PAGE)
			*(char *)(b.p + at) = 0;
		for (dev = 0; dev < opt.nr_devices; dev++) {
			struct labdev_job_wait w = sva_run(dev, LABDEV_OP_READ, b.p, NULL, 64, 0);

			job_ok(&w, &b, "read");
		}
		clock_gettime(CLOCK_MONOTONIC, &begin);
		marker_begin(1);
		munmap(b.p, opt.size);
		marker_end(1);
		rounds_add(&took, &begin);
	}
	printf("munmaps=%u bytes=%llu us_per_munmap=%.0f\n", run.rounds,
	       (unsigned long long)opt.size, rounds_median(&took) * 1e6);
}

static void go_bench(void)
{
	char *place = NULL;
	int fd = -1;

	/* Before the bond: what this maps and unmaps costs nobody an invalidation. */
	if (!strcmp(opt.bench, "munmap")) {
		place = bench_place();
		fd = bench_file();
	}
	bind_all();
	if (!strcmp(opt.bench, "faults"))
		bench_faults();
	else if (!strcmp(opt.bench, "bind"))
		bench_bind();
	else if (place)
		bench_munmap(place, fd);
	else
		usage();
	unbind_all();
	if (place)
		close(fd);
}

#endif
