/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labjob's scenarios of paging domains: on PASIDs, shared, in storms, and in place of the RID's.
 */
#ifndef LABJOB_PASID_H
#define LABJOB_PASID_H

#include "labjob.h"
#include "labjob_dma.h"

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
	job_want(&w, LABDEV_RES_OK,
		 pasid == LABDEV_RID ? "a write in the device's own domain"
				     : "a write with a PASID");
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
		pasid_want_refused(pasid, POOL_IOVA,
				   "an address unmapped from a domain on several PASIDs");
	/* With one of them gone it must still reach the others. */
	detach(3);
	dom_map(dom, POOL_IOVA, 65536, 0, RW);
	for (pasid = 4; pasid < 7; pasid++)
		pasid_want_works(dom, pasid, POOL_IOVA, 0, 65536, 91 + pasid);
	dom_unmap(dom, POOL_IOVA, 65536);
	for (pasid = 4; pasid < 7; pasid++)
		pasid_want_refused(pasid, POOL_IOVA,
				   "an address unmapped after one of several PASIDs was detached");
	dom_map(dom, POOL_IOVA, 65536, 65536, LABDEV_PROT_READ);
	pasid_want_refused(4, POOL_IOVA, "a write at what is mapped for reading");
	/* The domain lives until its last PASID is detached. */
	close(dom);
	for (pasid = 4; pasid < 7; pasid++) {
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
				pasid_want_refused(pasid, at,
						   "a PASID's address just unmapped, in a storm");
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
		/* And with nothing on PASIDs. */
		dom_map(own, POOL_IOVA, 65536, 0, RW);
		attach(own, LABDEV_RID);
		pasid_want_works(own, LABDEV_RID, POOL_IOVA, 0, 65536, 84);
		detach(LABDEV_RID);
	}
	info_get();
	go_ops();
}

#endif
