/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labjob's scenario of many domains: as many private ASIDs, in the way of who wants a certain one.
 */
#ifndef LABJOB_CROWD_H
#define LABJOB_CROWD_H

#include <sys/resource.h>

#include "labjob.h"
#include "labjob_dma.h"
#include "labjob_pasid.h"

#define CROWD_SZ	16384u

static int *crowd;

/* Domain i is on PASID i + 1. Each thread has its own of them. */
static void *crowd_thread(void *data)
{
	struct thread *t = data;
	u32 mine = (run.domains - t->nr + run.threads - 1) / run.threads;

	for (unsigned int i = 0; i < run.rounds; i++) {
		u32 at = t->nr + chance(&t->chance) % mine * run.threads;
		u64 iova = POOL_IOVA + chance(&t->chance) % 4096 * CROWD_SZ;

		dom_map(crowd[at], iova, CROWD_SZ, 0, RW);
		pasid_want_works(crowd[at], at + 1, iova, 0, CROWD_SZ, chance(&t->chance));
		dom_unmap(crowd[at], iova, CROWD_SZ);
		pasid_want_refused(at + 1, iova, "an address just unmapped in one of many domains");
		t->jobs += 2;
		t->stale++;
	}
	return NULL;
}

static void go_crowd(void)
{
	struct rlimit files;
	u32 i;

	want_pasids(run.domains);
	if (run.domains < run.threads)
		usage();
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = run.domains + 64;
	if (files.rlim_max < files.rlim_cur)
		files.rlim_max = files.rlim_cur;
	if (setrlimit(RLIMIT_NOFILE, &files))
		die("%u files: %s", run.domains, strerror(errno));
	crowd = calloc(run.domains, sizeof(*crowd));
	if (!crowd)
		die("no memory");
	for (i = 0; i < run.domains; i++) {
		crowd[i] = dom_new(CROWD_SZ, 0);
		attach(crowd[i], i + 1);
	}
	puts("attached");
	fflush(stdout);
	threads_run(crowd_thread);
	for (i = 0; i < run.domains; i++) {
		detach(i + 1);
		close(crowd[i]);
	}
}

#endif
