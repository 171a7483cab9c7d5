/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What sharing costs: faults, bonds, and memory that is given back. Figures, no judgement: the
 * lab's plugin counts the instructions between the markers, its model the commands.
 */
#ifndef SVAJOB_BENCH_H
#define SVAJOB_BENCH_H

#include <sched.h>

#include "marker.h"
#include "svajob_buffer.h"

static double seconds_since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - begin->tv_sec + (now.tv_nsec - begin->tv_nsec) / 1e9;
}

/* The device reads memory that is not there, page by page. */
static void *bench_faults_thread(void *arg)
{
	const u64 len = 64 * PAGE;
	unsigned int i;

	(void)arg;
	for (i = 0; i < run.rounds; i++) {
		struct buffer b = { .kind = MMAP, .len = len, .room = len };
		struct labdev_job_wait w;

		b.base = map_new_pages(len, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		b.p = b.base;
		madvise(b.p, len, MADV_NOHUGEPAGE);
		w = sva_run(0, LABDEV_OP_READ, b.p, NULL, len, 0);
		job_ok(&w, &b, "read");
		buffer_free(&b);
	}
	return NULL;
}

static void bench_faults(void)
{
	u64 before = tally->stalls + tally->requests;
	struct timespec begin;
	unsigned int i;
	double s;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (i = 0; i < run.threads; i++)
		if (pthread_create(&threads[i].id, NULL, bench_faults_thread, NULL))
			die("no thread");
	for (i = 0; i < run.threads; i++)
		pthread_join(threads[i].id, NULL);
	s = seconds_since(&begin);
	printf("faults=%llu faults_per_s=%.0f\n",
	       (unsigned long long)(tally->stalls + tally->requests - before),
	       (tally->stalls + tally->requests - before) / s);
}

static void bench_bind(void)
{
	struct timespec begin;
	unsigned int i;

	devices_unbind();
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (i = 0; i < run.rounds; i++) {
		devices_bind();
		devices_unbind();
	}
	printf("binds=%u binds_per_s=%.0f\n", run.rounds, run.rounds / seconds_since(&begin));
	devices_bind();
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
static void bench_munmap(void)
{
	char *place = bench_place();
	struct timespec begin;
	double s = 0;
	unsigned int i;
	cpu_set_t one;
	int dev;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		die("sched_setaffinity: %s", strerror(errno));
	for (i = 0; i < run.rounds; i++) {
		struct buffer b = { .kind = MMAP, .len = 64 };

		b.p = mmap(place, opt.size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		if (b.p == MAP_FAILED)
			die("mmap: %s", strerror(errno));
		madvise(b.p, opt.size, MADV_NOHUGEPAGE);
		memset(b.p, 0, opt.size);
		for (dev = 0; dev < opt.nr_devices; dev++) {
			struct labdev_job_wait w = sva_run(dev, LABDEV_OP_READ, b.p, NULL, 64, 0);

			job_ok(&w, &b, "read");
		}
		clock_gettime(CLOCK_MONOTONIC, &begin);
		marker_begin(1);
		munmap(b.p, opt.size);
		marker_end(1);
		s += seconds_since(&begin);
	}
	printf("munmaps=%u bytes=%llu us_per_munmap=%.0f\n", run.rounds,
	       (unsigned long long)opt.size, s * 1e6 / run.rounds);
}

static void go_bench(void)
{
	bind_all();
	if (!strcmp(opt.bench, "faults"))
		bench_faults();
	else if (!strcmp(opt.bench, "bind"))
		bench_bind();
	else if (!strcmp(opt.bench, "munmap"))
		bench_munmap();
	else
		usage();
	unbind_all();
}

#endif
