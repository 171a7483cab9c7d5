/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labjob's scenario "bounds": attaches to PASIDs that must be refused, by the kernel and by the
 * IOMMU driver itself, and what they cost the others: nothing.
 */
#ifndef LABJOB_BOUNDS_H
#define LABJOB_BOUNDS_H

#include "labjob.h"
#include "labjob_dma.h"
#include "labjob_matrix.h"

static int ask(int dom, u32 pasid, u32 flags)
{
	struct labdev_ask a = { .fd = dom, .pasid = pasid, .flags = flags };

	return try_ioctl(run.fd, LABDEV_IOC_ASK, &a);
}

static void want_refusal(int dom, u32 pasid, u32 flags, int want, const char *what)
{
	int ret = ask(dom, pasid, flags);

	if (ret != -want)
		die("%s, PASID %#x: wanted %s, seen: %s", what, pasid, strerror(want),
		    strerror(-ret));
}

/* A device that has no PASIDs, or whose PASIDs the kernel could not enable. */
static void bounds_without(void)
{
	int dom = dom_new(65536, 65536), ret = ask(dom, 1, 0);

	want_refusal(dom, 1, LABDEV_ASK_DRIVER, EINVAL, "the driver, of a device without PASIDs");
	if (run.info.max_pasids)
		want_refusal(dom, 1, 0, EINVAL, "of a device whose PASIDs cannot be enabled");
	/* New kernels leave such a device out and say yes. */
	else if (ret && ret != -EINVAL)
		die("of a device without PASIDs: wanted %s or success, seen: %s", strerror(EINVAL),
		    strerror(-ret));
	go_ops();
}

/* Each attach that must not be has its error, and nobody's access notices. */
static void go_bounds(void)
{
	const struct use *u = &uses[1];
	struct flight f;
	u32 most = run.info.max_pasids;

	if (!(run.info.status & LABDEV_STATUS_PASID)) {
		bounds_without();
		return;
	}
	matrix_init();
	if (!mx.pasids)
		skip("wants --other DEVICE and more than three PASIDs");
	rid_go(RID_S1, "bounds");
	use_go(&uses[0], u, "bounds");
	f = flight_begin(u, u);
	promise(LABDEV_NOTE_HITLESS_BEGIN);
	want_refusal(mx.sub[1], 0, 0, EINVAL, "the kernel, of what is the RID");
	want_refusal(mx.sub[1], most, 0, EINVAL, "the kernel, of the first that is none");
	want_refusal(mx.sub[1], ~0u, 0, EINVAL, "the kernel, of a number that is none");
	want_refusal(mx.sub[1], u->at[0].pasid, 0, EBUSY, "the kernel, of one in use");
	want_refusal(mx.sub[1], 0, LABDEV_ASK_DRIVER, EINVAL, "the driver, of what is the RID");
	want_refusal(mx.sub[1], most, LABDEV_ASK_DRIVER, EINVAL, "the driver, beyond the CD table");
	want_refusal(mx.sub[1], 1u << 20, LABDEV_ASK_DRIVER, EINVAL, "the driver, of 21 bits");
	want_refusal(mx.sub[1], ~0u, LABDEV_ASK_DRIVER, EINVAL, "the driver, of 32 bits");
	/* The one that is furthest out, and can be. */
	want_refusal(mx.sub[1], most - 1, 0, 0, "the last PASID");
	if (mx.stage2)
		want_refusal(mx.dom[RID_S2], 2, 0, EINVAL, "a stage 2 domain on a PASID");
	promise(LABDEV_NOTE_HITLESS_END);
	if (flight_end(&f, u, "bounds"))
		die("the RID's job beside refused attaches: wanted no fault, seen: some");
	arrived(RID_S1, u, &uses[0], "after refused attaches");
	use_go(u, &uses[0], "bounds");
	if (mx.stage2) {
		rid_go(RID_S2, "bounds");
		want_refusal(mx.sub[1], 2, 0, EBUSY, "beside a RID of stage 2");
		want_refusal(mx.sub[1], 2, LABDEV_ASK_DRIVER, EBUSY, "beside a RID of stage 2");
	}
	detach(LABDEV_RID);
	printf("pasids=%u stage2=%d\n", most, mx.stage2);
}

#endif
