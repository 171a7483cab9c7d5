/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labjob's scenarios of one domain on two devices: behind two SMMUs that can both take it, and
 * behind two of which one cannot.
 */
#ifndef LABJOB_SPAN_H
#define LABJOB_SPAN_H

#include "labjob.h"
#include "labjob_attach.h"

#define SPAN_PASID	1
#define SPAN_RACER	2

static bool span_over;
static int span_dom;

/* The domain goes on and off a PASID of both devices while it is mapped and unmapped. */
static void *span_race(void *data)
{
	struct thread *t = data;

	lab_on = mx.dev[t->nr];
	while (!__atomic_load_n(&span_over, __ATOMIC_RELAXED)) {
		attach(span_dom, SPAN_RACER);
		t->jobs++;
		detach(SPAN_RACER);
		pasid_want_refused(SPAN_RACER, POOL_IOVA, "a PASID just detached, beside unmaps");
	}
	return NULL;
}

static const char *span_name(u32 dev, u32 pasid)
{
	static const char *const names[2][2] = {
		{ "the device", "a PASID of the device" },
		{ "the other device", "a PASID of the other device" },
	};

	return names[dev][pasid != LABDEV_RID];
}

/* Every unmap must have reached every use when it returns. */
static void span_round(u64 iova, u32 round)
{
	static const u32 pasids[] = { LABDEV_RID, SPAN_PASID };

	dom_map(span_dom, iova, 65536, 0, RW);
	for (u32 i = 0; i < 4; i++) {
		struct labdev_job_wait w;

		lab_on = mx.dev[i / 2];
		w = job_run(pasid_job(LABDEV_OP_WRITE, pasids[i % 2], iova, 8192, round + i));
		job_want(&w, LABDEV_RES_OK, span_name(i / 2, pasids[i % 2]));
		mem_want(span_dom, 0, 0, 8192, round + i, span_name(i / 2, pasids[i % 2]));
	}
	dom_unmap(span_dom, iova, 65536);
	for (u32 i = 0; i < 4; i++) {
		lab_on = mx.dev[i / 2];
		pasid_want_refused(pasids[i % 2], iova, span_name(i / 2, pasids[i % 2]));
	}
	lab_on = 0;
}

static void go_span(void)
{
	struct labdev_rid_args rid = { .kind = LABDEV_RID_DOMAIN,
				       .flags = run.note ? LABDEV_ATTACH_NOTE : 0 };
	struct thread racer[2] = { { .nr = 0 }, { .nr = 1 } };
	u64 chance_at = run.seed;

	if (!run.other)
		die("span wants --other DEVICE");
	want_pasids(3);
	matrix_init();
	span_dom = dom_new(65536, 65536);
	rid.fd = span_dom;
	for (u32 i = 0; i < 2; i++) {
		lab_on = mx.dev[i];
		must(try_ioctl(lab_on, LABDEV_IOC_REPLACE, &rid), span_name(i, LABDEV_RID));
		attach(span_dom, SPAN_PASID);
	}
	lab_on = 0;
	for (u32 i = 0; i < 2; i++)
		if (pthread_create(&racer[i].id, NULL, span_race, &racer[i]))
			die("no thread");
	for (unsigned int i = 0; i < run.rounds; i++)
		span_round(POOL_IOVA + (chance(&chance_at) % 4096 << 16), i);
	__atomic_store_n(&span_over, true, __ATOMIC_RELAXED);
	for (u32 i = 0; i < 2; i++)
		pthread_join(racer[i].id, NULL);
	for (u32 i = 0; i < 2; i++) {
		lab_on = mx.dev[i];
		detach(SPAN_PASID);
		detach(LABDEV_RID);
	}
	lab_on = 0;
	printf("rounds=%u attached_beside=%llu\n", run.rounds,
	       (unsigned long long)(racer[0].jobs + racer[1].jobs));
}

/* The other device's SMMU lacks what the domain needs: a clear error, and nothing has changed. */
static void go_unfit(void)
{
	struct labdev_rid_args own = { .kind = LABDEV_RID_IDENTITY }, rid;
	struct labdev_job_wait w;
	struct labdev_job_args a;
	int ret;

	if (!run.other)
		die("unfit wants --other DEVICE");
	matrix_init();
	rid = (struct labdev_rid_args){ .kind = LABDEV_RID_DOMAIN, .fd = mx.dom[RID_S1] };
	lab_on = mx.dev[1];
	must(try_ioctl(lab_on, LABDEV_IOC_REPLACE, &own), "the other device in IDENTITY");
	a = job(LABDEV_OP_FILL, 0, mx.anchor, 256, 7);
	a.flags = LABDEV_F_KEEP;
	a.rounds = 0;
	job_start(&a);
	ret = try_ioctl(lab_on, LABDEV_IOC_REPLACE, &rid);
	if (ret != -EINVAL)
		die("a domain that this SMMU cannot take, on its device: wanted %s, seen: %s",
		    strerror(EINVAL), strerror(-ret));
	ret = try_attach(mx.dom[RID_S1], SPAN_PASID);
	/* Without PASIDs there is another reason before that. */
	if (ret != -EINVAL && ret != -EOPNOTSUPP)
		die("a domain that this SMMU cannot take, on a PASID: wanted %s, seen: %s",
		    strerror(EINVAL), strerror(-ret));
	usleep(1000);
	job_stop(a.slot);
	w = job_wait(a.slot);
	if (w.faults || !w.done)
		die("the other device's job: wanted no fault, seen: %u, %llu bytes", w.faults,
		    (unsigned long long)w.done);
	detach(LABDEV_RID);
	lab_on = 0;
	printf("refused=2\n");
}

#endif
