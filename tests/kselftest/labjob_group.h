/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labjob's scenario of a group: DEVICE and --other share a StreamID, so whatever is attached to
 * one is attached to both, and whatever is unmapped is out of reach of both.
 */
#ifndef LABJOB_GROUP_H
#define LABJOB_GROUP_H

#include "labjob.h"
#include "labjob_matrix.h"

static const int *group_init(void)
{
	static int both[2];

	if (!run.other)
		die("wants --other DEVICE, of the same group");
	want_pasids(4);
	mx.dom[RID_S1] = dom_anchored(0, &mx.anchor);
	must(mx.dom[RID_S1] < 0 ? mx.dom[RID_S1] : 0, "a paging domain");
	both[0] = run.fd;
	both[1] = run.other;
	return both;
}

/* On PASIDs: what one was given the other has, too, and what was taken from one. */
static void group_pasid(const int *both, u32 pasid, u64 seed)
{
	int dom = dom_new(65536, 65536);

	attach(dom, pasid);
	dom_map(dom, POOL_IOVA, 65536, 0, RW);
	for (u32 i = 0; i < 2; i++) {
		lab_on = both[i];
		pasid_want_works(dom, pasid, POOL_IOVA, 0, 65536, seed + i);
	}
	lab_on = 0;
	dom_unmap(dom, POOL_IOVA, 65536);
	for (u32 i = 0; i < 2; i++) {
		lab_on = both[i];
		pasid_want_refused(pasid, POOL_IOVA, "an address unmapped for the group");
	}
	lab_on = 0;
	dom_map(dom, POOL_IOVA, 65536, 0, RW);
	detach(pasid);
	for (u32 i = 0; i < 2; i++) {
		lab_on = both[i];
		pasid_want_refused(pasid, POOL_IOVA, "a PASID that the group has lost");
	}
	lab_on = 0;
	close(dom);
}

static void group_rid(const int *both, enum rid r)
{
	rid_go(r, "group");
	for (u32 i = 0; i < 2; i++) {
		struct labdev_job_args a = job(LABDEV_OP_WRITE, 0, mx.anchor, 64, 5);
		struct labdev_job_wait w;

		a.flags = 0;
		lab_on = both[i];
		w = job_run(a);
		if (r == RID_BLOCKED)
			job_want_refused(&w, "a write of a group that is blocked");
		else
			job_want(&w, LABDEV_RES_OK, "a write of a group that is not blocked");
	}
	lab_on = 0;
}

static void go_group(void)
{
	static const enum rid way[] = { RID_IDENTITY, RID_S1, RID_BLOCKED, RID_S1, RID_IDENTITY,
					RID_BLOCKED, RID_IDENTITY };
	const int *both = group_init();

	for (unsigned int n = 0; n < run.rounds; n++) {
		for (u32 i = 0; i < ARRAY_SIZE(way); i++) {
			group_rid(both, way[i]);
			group_pasid(both, 1 + i % 3, n + 8 * i);
		}
	}
	detach(LABDEV_RID);
	printf("rounds=%u\n", run.rounds);
}

#endif
