/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labjob's scenarios of the DMA API: every kind of job, what must be refused, storms, hammers.
 */
#ifndef LABJOB_DMA_H
#define LABJOB_DMA_H

#include "labjob.h"

/* ---------------------------------------------------------------- ops: every kind of job */

static void ops_on(u64 src, u64 dst, u32 from, u32 to, u64 len)
{
	struct labdev_job_wait w;
	u64 sum;

	mem_pattern(run.fd, from, 0, len, 11);
	w = job_run(job(LABDEV_OP_READ, src, 0, len, 0));
	job_want(&w, LABDEV_RES_OK, "read");
	sum = mem_sum(run.fd, from, 0, len);
	if (w.sum != sum || w.done != len)
		die("read: wanted sum %#llx of %llu bytes, seen: %#llx of %llu",
		    (unsigned long long)sum, (unsigned long long)len, (unsigned long long)w.sum,
		    (unsigned long long)w.done);
	w = job_run(job(LABDEV_OP_COMPARE, src, 0, len, 11));
	job_want(&w, LABDEV_RES_OK, "compare");
	w = job_run(job(LABDEV_OP_COMPARE, src, 0, len, 12));
	job_want(&w, LABDEV_RES_WRONG, "compare with another pattern");
	w = job_run(job(LABDEV_OP_COPY, src, dst, len, 0));
	job_want(&w, LABDEV_RES_OK, "copy");
	mem_want(run.fd, to, 0, len, 11, "copied data");
	w = job_run(job(LABDEV_OP_WRITE, 0, dst, len, 13));
	job_want(&w, LABDEV_RES_OK, "write");
	mem_want(run.fd, to, 0, len, 13, "written data");
	w = job_run(job(LABDEV_OP_SWAP, 0, dst, len & ~7ull, 14));
	job_want(&w, LABDEV_RES_OK, "atomic exchange");
	mem_want(run.fd, to, 0, len & ~7ull, 14, "exchanged data");
	w = job_run(job(LABDEV_OP_FILL, 0, dst, len, 0x1122334455667788));
	job_want(&w, LABDEV_RES_OK, "fill");
	if (mem_wrong(run.fd, to, 0, len, 14) < len / 2)
		die("fill: wanted other bytes than before, seen: the old ones");
}

/* Memory of one chunk, of many as a scatterlist, and coherent; odd offsets and pieces. */
static void go_ops(void)
{
	static const struct { u64 sz, offset, len; u32 chunk, flags;
	} shapes[] = {
		{65536, 0, 65536, 65536, 0},
		{65536, 24, 5000, 65536, 0},
		{262144, 0, 262144, 0, 0},
		{2097152, 0, 2097152, 2097152, 0},
		{65536, 0, 65536, 0, LABDEV_MEM_COHERENT},
	};
	struct labdev_mem_alloc a, b;
	struct labdev_dma_map m, n;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		u64 len = shapes[i].len, at = shapes[i].offset;

		if (shapes[i].sz > 65536 && !shapes[i].chunk && !translated())
			continue;
		a = mem_new(shapes[i].sz, shapes[i].chunk, shapes[i].flags);
		b = mem_new(shapes[i].sz, shapes[i].chunk, shapes[i].flags);
		if (shapes[i].flags & LABDEV_MEM_COHERENT) {
			ops_on(a.iova, b.iova, a.handle, b.handle, len);
		} else {
			m = map_new(a.handle, 0, at + len, LABDEV_BOTH);
			n = map_new(b.handle, 0, at + len, LABDEV_BOTH);
			ops_on(m.iova, n.iova, a.handle, b.handle, len);
			map_free(m.handle);
			map_free(n.handle);
		}
		mem_free(a.handle);
		mem_free(b.handle);
	}
	printf("%u shapes of memory, 8 jobs each\n", i);
}

/* ---------------------------------------------------------------- refused */

static void want_stale_refused(u64 iova, u32 mem, const char *what)
{
	struct labdev_job_wait w;

	mem_pattern(run.fd, mem, 0, PAGE, 21);
	w = job_run(job(LABDEV_OP_WRITE, 0, iova, PAGE, 22));
	job_want_refused(&w, what);
	mem_want(run.fd, mem, 0, PAGE, 21, what);
}

/*
 * Never mapped, just unmapped, against the direction; and jobs whose data must be found wrong or
 * that fail on order.
 */
static void go_refused(void)
{
	struct labdev_mem_alloc a;
	struct labdev_job_args args;
	struct labdev_job_wait w;
	struct labdev_dma_map m;

	if (!translated())
		skip("the device's domain refuses nothing");
	a = mem_new(65536, 65536, 0);
	w = job_run(job(LABDEV_OP_WRITE, 0, BAD_IOVA, 64, 1));
	job_want_refused(&w, "a write at an address never mapped");
	w = job_run(job(LABDEV_OP_READ, BAD_IOVA, 0, 64, 1));
	job_want_refused(&w, "a read at an address never mapped");

	m = map_new(a.handle, 0, PAGE, LABDEV_TO_DEVICE);
	want_stale_refused(m.iova, a.handle, "a write at what is mapped for reading");
	map_free(m.handle);
	m = map_new(a.handle, 0, PAGE, LABDEV_BOTH);
	args = job(LABDEV_OP_WRITE, 0, m.iova, PAGE, 22);
	args.fail_at = 2;
	args.piece = 512;
	w = job_run(args);
	job_want(&w, LABDEV_RES_INJECTED, "an access that fails in the device on order");
	if (w.done != 512)
		die("the second access fails: wanted 512 bytes before it, seen: %llu",
		    (unsigned long long)w.done);
	w = job_run(job(LABDEV_OP_WRITE, 0, m.iova, PAGE, 22));
	job_want(&w, LABDEV_RES_OK, "a write at what is mapped");
	map_free(m.handle);
	if (!strict())
		skip("refused where never mapped; the domain is lazy, so what was unmapped is not "
		     "looked at");
	want_stale_refused(m.iova, a.handle, "a write at what was just unmapped");
	printf("5 jobs refused\n");
}

/* ---------------------------------------------------------------- storm */

#define STORM_SZ	(1u << 20)

/* Some jobs on one mapping at once, each on its part; the data is looked at after the unmap. */
static void storm_jobs(struct thread *t, u32 mem, u64 offset, u64 iova, u64 len)
{
	unsigned int n = 1 + chance(&t->chance) % 4, i;
	u64 part = len / n & ~7ull, seed = chance(&t->chance);
	struct labdev_job_args a[4];
	struct labdev_job_wait w;

	(void)offset;
	(void)mem;
	for (i = 0; i < n; i++) {
		a[i] = job(LABDEV_OP_WRITE, 0, iova + i * part, part, seed + i);
		if (chance(&t->chance) % 8 == 0)
			a[i].piece = 1 + chance(&t->chance) % 4096;
		job_start(&a[i]);
	}
	for (i = 0; i < n; i++) {
		w = job_wait(a[i].slot);
		job_want(&w, LABDEV_RES_OK, "a write in the storm");
		a[i].op = LABDEV_OP_COMPARE;
		a[i].src = a[i].dst;
		job_start(&a[i]);
	}
	for (i = 0; i < n; i++) {
		w = job_wait(a[i].slot);
		job_want(&w, LABDEV_RES_OK, "a comparison in the storm");
	}
	t->jobs += 2 * n;
}

static void *storm_thread(void *data)
{
	struct thread *t = data;
	struct labdev_mem_alloc a = mem_new(STORM_SZ, chance(&t->chance) % 2 ? STORM_SZ : 0, 0);
	unsigned int i;

	for (i = 0; i < run.rounds; i++) {
		u64 offset = chance(&t->chance) % (STORM_SZ / 2) & ~7ull;
		u64 len = 64 + (chance(&t->chance) %
					(chance(&t->chance) % 4 ? 16384 : STORM_SZ / 2 - 64) &
				~7ull);
		struct labdev_dma_map m;

		/* A list cannot begin or end within a page and still be one range. */
		if (!translated())
			len = 64;
		offset &= ~(PAGE - 1);
		m = map_new(a.handle, offset, len, LABDEV_BOTH);
		storm_jobs(t, a.handle, offset, m.iova, len);
		map_free(m.handle);
	}
	mem_free(a.handle);
	return NULL;
}

static void go_storm(void)
{
	threads_run(storm_thread);
}

/*
 * ---------------------------------------------------------------- hammer: unmap under a job that
 * never ends
 */

static void hammer_rounds(u32 mem, u64 *hits)
{
	struct labdev_dma_map m = map_new(mem, 0, 4 * PAGE, LABDEV_BOTH);
	struct labdev_job_args a = job(LABDEV_OP_WRITE, 0, m.iova, 4 * PAGE, 31);
	struct labdev_job_wait w;

	a.flags |= LABDEV_F_KEEP;
	a.rounds = 0;
	job_start(&a);
	usleep(2000);
	map_free(m.handle);
	if (strict()) {
		mem_pattern(run.fd, mem, 0, 4 * PAGE, 32);
		usleep(3000);
		mem_want(run.fd, mem, 0, 4 * PAGE, 32,
			 "memory whose unmap has returned, under a hammer");
	}
	job_stop(a.slot);
	w = job_wait(a.slot);
	if (w.result != LABDEV_RES_STOPPED && !refused(&w))
		die("the hammer: wanted it stopped or refused, seen: %s", result_name(w.result));
	*hits += w.done;
}

static void go_hammer(void)
{
	struct labdev_mem_alloc a;
	u64 hits = 0;
	unsigned int i;

	if (!translated())
		skip("the device's domain refuses nothing");
	a = mem_new(4 * PAGE, 4 * PAGE, 0);
	for (i = 0; i < run.rounds; i++)
		hammer_rounds(a.handle, &hits);
	if (!hits)
		die("the hammer: wanted some bytes to arrive before the unmaps, seen: none");
	printf("rounds=%u bytes=%llu\n", run.rounds, (unsigned long long)hits);
}

#endif
