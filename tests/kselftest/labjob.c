// SPDX-License-Identifier: GPL-2.0-only
/*
 * labjob [OPTION...] DEVICE SCENARIO: DMA jobs of the lab's test device (/dev/labdev-DEVICE), while tables
 * change. Exit 0 and one line of figures, or exit 1 and a line that says what was meant, wanted and seen; 77: it
 * does not apply here, and why.
 *
 *	--note		tell the referee of every map and unmap
 *	--ats		jobs use the device's own translation cache
 *	--threads N	of a storm (4)
 *	--rounds N	of each thread (100)
 *	--seed N	of its choices (1)
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "labjob.h"

struct run run = { .threads = 4, .rounds = 100, .seed = 1 };

#define BAD_IOVA	0x5ead0000ull
#define PAGE		((u64)run.info.page_sz)

__attribute__((format(printf, 1, 2), noreturn))
static void skip(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	exit(77);
}

static void want_pasids(u32 most)
{
	if (!run.info.max_pasids)
		skip("the IOMMU offers this device no PASIDs");
	if (!(run.info.status & LABDEV_STATUS_PASID))
		skip("PASIDs are not enabled in this device");
	if (run.info.max_pasids <= most)
		skip("the IOMMU offers this device fewer than %u PASIDs", most);
}

/* ---------------------------------------------------------------- info, counts */

static void go_info(void)
{
	static const char *const domains[] = { "none", "identity", "dma", "dma-fq", "other" };
	u32 status = run.info.status;

	printf("domain=%s max_pasids=%u sids=%u master=%d ats=%d pri=%d pasid=%d resets=%u missed_irqs=%u page=%u\n",
	       domains[run.info.domain < ARRAY_SIZE(domains) ? run.info.domain : 4], run.info.max_pasids, run.info.nr_sids,
	       !!(status & LABDEV_STATUS_MASTER), !!(status & LABDEV_STATUS_ATS), !!(status & LABDEV_STATUS_PRI),
	       !!(status & LABDEV_STATUS_PASID), run.info.resets, run.info.missed_irqs, run.info.page_sz);
}

static void go_counts(void)
{
	struct labdev_counts c;

	must(try_ioctl(run.fd, LABDEV_IOC_COUNTS, &c), "LABDEV_IOC_COUNTS");
#define C(name) printf("%s=%llu ", #name, (unsigned long long)c.count[LABDEV_COUNT_##name]);
	LABDEV_COUNTER_NAMES(C)
#undef C
	putchar('\n');
}

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
		die("read: wanted sum %#llx of %llu bytes, seen: %#llx of %llu", (unsigned long long)sum, (unsigned long long)len,
		    (unsigned long long)w.sum, (unsigned long long)w.done);
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
	static const struct { u64 sz, offset, len; u32 chunk, flags; } shapes[] = {
		{ 65536, 0, 65536, 65536, 0 }, { 65536, 24, 5000, 65536, 0 }, { 262144, 0, 262144, 0, 0 },
		{ 2097152, 0, 2097152, 2097152, 0 }, { 65536, 0, 65536, 0, LABDEV_MEM_COHERENT },
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

/* Never mapped, just unmapped, against the direction; and jobs whose data must be found wrong or that fail on order. */
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
		die("the second access fails: wanted 512 bytes before it, seen: %llu", (unsigned long long)w.done);
	w = job_run(job(LABDEV_OP_WRITE, 0, m.iova, PAGE, 22));
	job_want(&w, LABDEV_RES_OK, "a write at what is mapped");
	map_free(m.handle);
	if (!strict())
		skip("refused where never mapped; the domain is lazy, so what was unmapped is not looked at");
	want_stale_refused(m.iova, a.handle, "a write at what was just unmapped");
	printf("5 jobs refused\n");
}

/* ---------------------------------------------------------------- storm */

struct thread {
	pthread_t id;
	unsigned int nr;
	u64 chance, jobs, stale;
};

static struct thread threads[64];

static void threads_run(void *(*go)(void *))
{
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
	printf("threads=%u rounds=%u jobs=%llu stale_refused=%llu missed_irqs=%u\n", run.threads, run.rounds,
	       (unsigned long long)jobs, (unsigned long long)stale, run.info.missed_irqs);
	if (run.info.missed_irqs)
		die("interrupts: wanted one a job, seen: %u jobs ended without", run.info.missed_irqs);
}

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
		u64 len = 64 + (chance(&t->chance) % (chance(&t->chance) % 4 ? 16384 : STORM_SZ / 2 - 64) & ~7ull);
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

/* ---------------------------------------------------------------- hammer: unmap under a job that never ends */

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
		mem_want(run.fd, mem, 0, 4 * PAGE, 32, "memory whose unmap has returned, under a hammer");
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

/* ---------------------------------------------------------------- pasid */

#define POOL_SZ		(4u << 20)
#define POOL_IOVA	0x40000000ull
#define RW		(LABDEV_PROT_READ | LABDEV_PROT_WRITE)

static struct labdev_job_args pasid_job(u32 op, u32 pasid, u64 iova, u64 len, u64 seed)
{
	struct labdev_job_args a = job(op, iova, iova, len, seed);

	a.pasid = pasid;
	return a;
}

static void pasid_want_refused(u32 pasid, u64 iova, const char *what)
{
	struct labdev_job_wait w = job_run(pasid_job(LABDEV_OP_WRITE, pasid, iova, 4096, 0xbad));

	job_want_refused(&w, what);
}

static void pasid_want_works(int dom, u32 pasid, u64 iova, u64 offset, u64 len, u64 seed)
{
	struct labdev_job_wait w;

	w = job_run(pasid_job(LABDEV_OP_WRITE, pasid, iova, len, seed));
	job_want(&w, LABDEV_RES_OK, pasid == LABDEV_RID ? "a write in the device's own domain" : "a write with a PASID");
	mem_want(dom, 0, offset, len, seed, "data written in a domain");
	w = job_run(pasid_job(LABDEV_OP_COMPARE, pasid, iova, len, seed));
	job_want(&w, LABDEV_RES_OK, "a comparison in a domain");
}

/* The same address means another page on each PASID, and the RID is not disturbed. */
static void pasid_apart(void)
{
	int dom[3];
	u32 i, pasid[3] = { 1, 2, run.info.max_pasids - 1 };
	u64 big = POOL_SZ / 2;

	for (i = 0; i < 3; i++) {
		dom[i] = dom_new(POOL_SZ, POOL_SZ / 2);
		dom_map(dom[i], POOL_IOVA, big, 0, RW);
		attach(dom[i], pasid[i]);
		dom_map(dom[i], POOL_IOVA + POOL_SZ, 65536, big, RW);
	}
	for (i = 0; i < 3; i++) {
		pasid_want_works(dom[i], pasid[i], POOL_IOVA, 0, 65536, 41 + i);
		pasid_want_works(dom[i], pasid[i], POOL_IOVA + POOL_SZ, big, 65536, 51 + i);
	}
	for (i = 0; i < 3; i++)
		mem_want(dom[i], 0, 0, 65536, 41 + i, "each domain's own data");
	dom_unmap(dom[1], POOL_IOVA, big);
	pasid_want_refused(pasid[1], POOL_IOVA, "a PASID's address just unmapped");
	pasid_want_works(dom[0], pasid[0], POOL_IOVA, 0, 4096, 61);
	for (i = 0; i < 3; i++) {
		detach(pasid[i]);
		pasid_want_refused(pasid[i], POOL_IOVA + POOL_SZ, "a PASID just detached");
	}
	for (i = 0; i < 3; i++)
		close(dom[i]);
}

/* One domain on many PASIDs: an unmap must reach all of them. */
static void pasid_shared(void)
{
	int dom = dom_new(POOL_SZ, 0);
	u32 pasid;

	for (pasid = 3; pasid < 7; pasid++)
		attach(dom, pasid);
	dom_map(dom, POOL_IOVA, 65536, 0, RW);
	for (pasid = 3; pasid < 7; pasid++)
		pasid_want_works(dom, pasid, POOL_IOVA, 0, 65536, 71 + pasid);
	dom_unmap(dom, POOL_IOVA, 65536);
	for (pasid = 3; pasid < 7; pasid++)
		pasid_want_refused(pasid, POOL_IOVA, "an address unmapped from a domain on several PASIDs");
	dom_map(dom, POOL_IOVA, 65536, 65536, LABDEV_PROT_READ);
	pasid_want_refused(4, POOL_IOVA, "a write at what is mapped for reading");
	/* The domain lives until its last PASID is detached. */
	close(dom);
	for (pasid = 3; pasid < 7; pasid++) {
		detach(pasid);
		pasid_want_refused(pasid, POOL_IOVA, "a PASID just detached from a closed domain");
	}
}

static void go_pasid(void)
{
	int other;

	want_pasids(8);
	pasid_apart();
	pasid_shared();
	/* What must be refused by the kernel, and leave everything as it was. */
	other = dom_new(65536, 0);
	if (try_attach(other, 0) != -ERANGE || try_attach(other, run.info.max_pasids) != -ERANGE)
		die("PASIDs 0 and %u: wanted -ERANGE", run.info.max_pasids);
	attach(other, 1);
	if (!try_attach(other, 1))
		die("a PASID attached twice: wanted an error, seen: success");
	detach(1);
	close(other);
	printf("7 PASIDs, isolated; nothing usable after detach\n");
}

static void *pasid_thread(void *data)
{
	struct thread *t = data;
	unsigned int i, k;
	u32 pasid = 1 + t->nr;

	for (i = 0; i < run.rounds; i++) {
		int dom = dom_new(1 << 20, chance(&t->chance) % 2 ? 65536 : 0);
		u64 iova = POOL_IOVA + (chance(&t->chance) % 64 << 20);

		if (chance(&t->chance) % 2)
			dom_map(dom, iova, 65536, 0, RW);
		attach(dom, pasid);
		for (k = 0; k < 4; k++) {
			u64 at = iova + (1 + k) * (1 << 20);

			dom_map(dom, at, 65536, 65536 * k, RW);
			pasid_want_works(dom, pasid, at, 65536 * k, 8192, chance(&t->chance));
			t->jobs += 2;
			if (chance(&t->chance) % 4) {
				dom_unmap(dom, at, 65536);
				pasid_want_refused(pasid, at, "a PASID's address just unmapped, in a storm");
				t->stale++;
			}
		}
		detach(pasid);
		pasid_want_refused(pasid, iova + (1 << 20), "a PASID just detached, in a storm");
		close(dom);
	}
	return NULL;
}

static void go_pasid_storm(void)
{
	want_pasids(run.threads);
	threads_run(pasid_thread);
}

/* The device's own domain replaced and given back; PASIDs stay. */
static void go_rid(void)
{
	int own = dom_new(POOL_SZ, 0), ret;
	bool pasids = run.info.max_pasids > 1 && (run.info.status & LABDEV_STATUS_PASID);
	int on_pasid = pasids ? dom_new(65536, 0) : -1;

	dom_map(own, POOL_IOVA, 65536, 0, RW);
	if (pasids) {
		dom_map(on_pasid, POOL_IOVA, 65536, 0, RW);
		attach(on_pasid, 1);
	}
	ret = try_attach(own, LABDEV_RID);
	if (ret)
		skip("a driver may not replace this device's domain: %s", strerror(-ret));
	pasid_want_works(own, LABDEV_RID, POOL_IOVA, 0, 65536, 81);
	if (pasids)
		pasid_want_works(on_pasid, 1, POOL_IOVA, 0, 65536, 82);
	dom_unmap(own, POOL_IOVA, 65536);
	pasid_want_refused(LABDEV_RID, POOL_IOVA, "an address unmapped from the device's domain");
	detach(LABDEV_RID);
	if (pasids) {
		pasid_want_works(on_pasid, 1, POOL_IOVA, 0, 65536, 83);
		detach(1);
	}
	info_get();
	go_ops();
}

/* ---------------------------------------------------------------- ats */

static void go_ats(void)
{
	struct labdev_mem_alloc a;
	struct labdev_job_wait w;
	struct labdev_dma_map m;
	u64 invs = count(LABDEV_COUNT_atc_invs);
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
		if (!w.atc_hits)
			die("the second job: wanted hits in the ATC, seen: none");
		map_free(m.handle);
		if (!strict())
			continue;
		/* The device looks for an entry itself when the unmap is noted; and none may serve. */
		w = job_run(job(LABDEV_OP_READ, m.iova, 0, 4096, 0));
		job_want_refused(&w, "a read through the ATC at what was just unmapped");
		if (w.atc_hits)
			die("after the unmap: wanted no hit in the ATC, seen: %u", w.atc_hits);
	}
	invs = count(LABDEV_COUNT_atc_invs) - invs;
	if (!invs)
		die("unmaps: wanted ATC invalidations, seen: none");
	if (count(LABDEV_COUNT_breaches))
		die("ATC entries that survived an unmap: wanted none, seen: %llu", (unsigned long long)count(LABDEV_COUNT_breaches));
	printf("rounds=%u hits=%llu misses=%llu invalidations=%llu late=%llu\n", i,
	       (unsigned long long)count(LABDEV_COUNT_atc_hits), (unsigned long long)count(LABDEV_COUNT_atc_misses),
	       (unsigned long long)invs, (unsigned long long)count(LABDEV_COUNT_atc_invs_late));
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
		die("page requests that nobody serves: wanted a denial, seen: %s", result_name(w.result));
	if (!w.page_reqs)
		die("wanted page requests, seen: none");
	requests = 0;
	must(try_ioctl(run.fd, LABDEV_IOC_PRI, &requests), "PRI disabled");
	printf("%u page requests, answer %s\n", w.page_reqs, result_name(w.result));
}

/* ---------------------------------------------------------------- flr */

static void reset_device(void)
{
	int ret, tries = 0;

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
		die("reset: wanted all 16 jobs ended by it, seen: %u, resets %u to %u", ended, resets, run.info.resets);
	if (run.info.status != before)
		die("capabilities: wanted status %#x again after the reset, seen: %#x", before, run.info.status);
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
			struct labdev_job_wait w = job_run(job(LABDEV_OP_WRITE, 0, m.iova, 65536, i));

			job_want(&w, LABDEV_RES_OK, "a good job beside bad ones");
			t->jobs++;
		} else {
			struct labdev_job_args bad = job(LABDEV_OP_READ, BAD_IOVA + i * 4096, 0, 65536, 0);

			bad.flags |= LABDEV_F_KEEP;
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

/* ---------------------------------------------------------------- bad: ioctls that no program should send */

static const unsigned long all_ioctls[] = {
	LABDEV_IOC_INFO, LABDEV_IOC_COUNTS, LABDEV_IOC_MEM_ALLOC, LABDEV_IOC_MEM_FREE, LABDEV_IOC_MEM_IO, LABDEV_IOC_DMA_MAP,
	LABDEV_IOC_DMA_UNMAP, LABDEV_IOC_DMA_SYNC, LABDEV_IOC_JOB_STOP, LABDEV_IOC_DOM_ALLOC, LABDEV_IOC_DOM_INFO,
	LABDEV_IOC_DOM_MAP, LABDEV_IOC_DOM_UNMAP, LABDEV_IOC_ATTACH, LABDEV_IOC_DETACH, LABDEV_IOC_JOB_START,
};

/* Words that are small, aligned, huge or anything: most ioctls get past their first checks sometimes. */
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
	struct labdev_job_args forever = job(LABDEV_OP_WRITE, 0, m.iova, 65536, 1);
	struct labdev_job_wait w;
	int i, ret;

	forever.rounds = 0;
	job_start(&forever);
	puts("holding");
	fflush(stdout);
	for (i = 0; i < 60; i++) {
		w = (struct labdev_job_wait) { .slot = forever.slot, .timeout_ms = 1000 };
		ret = try_ioctl(run.fd, LABDEV_IOC_JOB_WAIT, &w);
		if (ret != -ETIME)
			break;
	}
	must(ret, "the job's end");
	if (w.result != LABDEV_RES_RESET)
		die("the device was taken away: wanted the job ended by that, seen: %s", result_name(w.result));
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

/* ---------------------------------------------------------------- main */

static const struct {
	const char *name;
	void (*go)(void);
	const char *what;
} scenarios[] = {
	{ "info", go_info, "what the device and its domain are" },
	{ "counts", go_counts, "the device's counters" },
	{ "ops", go_ops, "every kind of job on every kind of DMA memory" },
	{ "refused", go_refused, "accesses that must not succeed" },
	{ "storm", go_storm, "threads that map, run jobs and unmap" },
	{ "hammer", go_hammer, "unmaps under a job that never ends" },
	{ "pasid", go_pasid, "paging domains on PASIDs" },
	{ "pasid-storm", go_pasid_storm, "threads that attach, map, run jobs, unmap and detach" },
	{ "rid", go_rid, "another domain in place of the device's own" },
	{ "ats", go_ats, "the device's translation cache" },
	{ "pri", go_pri, "page requests that nobody serves" },
	{ "flr", go_flr, "a reset with jobs under way" },
	{ "fault", go_fault, "bad addresses and PASIDs beside good jobs" },
	{ "bad", go_bad, "ioctls with wrong arguments" },
	{ "death", go_death, "processes killed with jobs under way" },
	{ "hold", go_hold, "be busy until the device is taken away" },
	{ "sva", go_sva, "share the process's addresses" },
};

static void usage(void)
{
	unsigned int i;

	puts("labjob [--note] [--ats] [--threads N] [--rounds N] [--seed N] DEVICE SCENARIO");
	for (i = 0; i < ARRAY_SIZE(scenarios); i++)
		printf("  %-12s %s\n", scenarios[i].name, scenarios[i].what);
	exit(2);
}

static u64 number(const char *text, u64 least, u64 most)
{
	char *end;
	u64 n = text ? strtoull(text, &end, 0) : 0;

	if (!text || !*text || *end || n < least || n > most)
		usage();
	return n;
}

static char **options(char **arg)
{
	for (; *arg && !strncmp(*arg, "--", 2); arg++) {
		if (!strcmp(*arg, "--note"))
			run.note = true;
		else if (!strcmp(*arg, "--ats"))
			run.ats = true;
		else if (!strcmp(*arg, "--threads"))
			run.threads = number(*++arg, 1, ARRAY_SIZE(threads));
		else if (!strcmp(*arg, "--rounds"))
			run.rounds = number(*++arg, 1, 1000000);
		else if (!strcmp(*arg, "--seed"))
			run.seed = number(*++arg, 0, ~0ull);
		else
			usage();
	}
	return arg;
}

int main(int argc, char **argv)
{
	char **arg = options(argv + 1), path[64];
	unsigned int i;

	(void)argc;
	if (!arg[0] || !arg[1] || arg[2])
		usage();
	snprintf(path, sizeof(path), "/dev/labdev-%s", arg[0]);
	run.fd = open(path, O_RDWR | O_CLOEXEC);
	if (run.fd < 0)
		die("%s: %s", path, strerror(errno));
	info_get();
	if (run.ats && !(run.info.status & LABDEV_STATUS_ATS))
		skip("ATS is not enabled in this device");
	for (i = 0; i < ARRAY_SIZE(scenarios); i++) {
		if (strcmp(scenarios[i].name, arg[1]))
			continue;
		scenarios[i].go();
		return 0;
	}
	usage();
}
