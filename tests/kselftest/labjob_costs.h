/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labjob's scenarios of what an attach costs: figures, no judgement. The lab's plugin counts the
 * instructions between the markers, its model the commands.
 */
#ifndef LABJOB_COSTS_H
#define LABJOB_COSTS_H

#include "labjob.h"
#include "labjob_pasid.h"
#include "pinned.h"

/*
 * Attach and detach in turn, on one CPU: --id is the marker of the attach, the next one that of the
 * detach.
 */
static void costs_of(u32 pasid)
{
	int dom = dom_new(65536, 0);
	unsigned int i;

	dom_map(dom, POOL_IOVA, 65536, 0, RW);
	if (!pin_to_first_cpu())
		die("sched_setaffinity: %s", strerror(errno));
	/* Tables are made by the first one. */
	if (try_attach(dom, pasid))
		skip("this device's domain cannot be replaced");
	detach(pasid);
	for (i = 0; i < run.rounds; i++) {
		marker_begin(run.id);
		attach(dom, pasid);
		marker_end(run.id);
		marker_begin(run.id + 1);
		detach(pasid);
		marker_end(run.id + 1);
	}
	close(dom);
}

static void go_cost_rid(void)
{
	costs_of(LABDEV_RID);
}

static void go_cost_pasid(void)
{
	want_pasids(1);
	costs_of(1);
}

#endif
