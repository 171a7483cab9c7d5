// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test device's page requests. PCIe PRI; Arm IHI 0070, "PRI queue" and "CMD_PRI_RESP".
 *
 * Invariant: no more requests are out than the guest has allocated, and an index is in use for one
 * group at a time, unless an error was ordered.
 */
#include "fn_labdev.h"

#define PRI_CTRL		4
#define PRI_CTRL_ENABLE		BIT(0)
#define PRI_CTRL_RESET		BIT(1)
#define PRI_STATUS		6
#define PRI_STATUS_RF		BIT(0)
#define PRI_STATUS_STOPPED_HIGH	BIT(0)	/* bit 8, in the second byte */
#define PRI_ALLOC		12

static u8 *pri_config(struct labdev *ld, unsigned int offset)
{
	return &ld->fn->config[ld->pri_cap + offset];
}

static u32 pri_allocated(struct labdev *ld)
{
	u8 *c = pri_config(ld, PRI_ALLOC);

	return c[0] | c[1] << 8 | c[2] << 16 | (u32)c[3] << 24;
}

/* Stopped: disabled, and every request has had its answer. */
static void pri_status(struct labdev *ld)
{
	if (!ld->pri_cap)
		return;
	if ((*pri_config(ld, PRI_CTRL) & PRI_CTRL_ENABLE) || ld->pages_out)
		*pri_config(ld, PRI_STATUS + 1) &= ~PRI_STATUS_STOPPED_HIGH;
	else
		*pri_config(ld, PRI_STATUS + 1) |= PRI_STATUS_STOPPED_HIGH;
}

/* A free index from a random place on; with the error on order one that is in use, if any is. */
static int pri_index(struct labdev *ld)
{
	u32 start = lab_random(ld->fn->lab) % LABDEV_NR_PRGIS;
	bool want_used = *labdev_setting(ld, LABDEV_ERR_PRI_PRGI);
	unsigned int i;

	for (i = 0; i < LABDEV_NR_PRGIS; i++) {
		u32 at = (start + i) % LABDEV_NR_PRGIS;

		if (ld->groups[at].asked != want_used)
			continue;
		if (want_used)
			labdev_error_due(ld, LABDEV_ERR_PRI_PRGI);
		return at;
	}
	if (!want_used)
		return -1;
	return start;
}

bool pri_request(struct labdev *ld, unsigned int nr, const struct labdev_access *a, u32 pages)
{
	struct model_page_request r = {
		.sid = a->sid,
		.ssid = a->ssid,
		.ssv = a->ssv,
		.r = a->kind != MODEL_WRITE,
		.w = a->kind != MODEL_READ,
		.x = a->inst,
		.priv = a->priv,
	};
	bool no_last;
	int prgi;
	u32 i;

	if (ld->pages_out + pages > pri_allocated(ld))
		pages = 1;
	if (ld->pages_out + pages > pri_allocated(ld))
		return false;
	prgi = pri_index(ld);
	if (prgi < 0)
		return false;

	ld->groups[prgi] = (struct labdev_group) { .asked = true, .job = nr, .pages = pages };
	ld->jobs[nr].prgi = prgi;
	ld->jobs[nr].asked = pages * 4096;
	ld->jobs[nr].page_reqs += pages;
	ld->jobs[nr].state = LABDEV_STATE_PAGING;
	ld->pages_out += pages;
	labdev_count(ld, page_groups);
	no_last = labdev_error_due(ld, LABDEV_ERR_PRI_NO_LAST);
	r.prgi = prgi;
	for (i = 0; i < pages; i++) {
		r.addr = (a->addr & ~4095ull) + i * 4096ull;
		r.last = i == pages - 1 && !no_last;
		labdev_count(ld, page_requests);
		/* The answer may come from inside of this call. */
		model_page_request(ld->fn->smmu, &r);
	}
	return true;
}

/* Neither readable nor writable, and last: the Stop Marker of this PASID. No answer follows. */
void pri_stop_marker(struct labdev *ld, const struct labdev_access *a)
{
	struct model_page_request r = {.sid = a->sid, .ssid = a->ssid, .ssv = a->ssv, .last = true};

	model_page_request(ld->fn->smmu, &r);
}

void pri_response(struct labdev *ld, u16 prgi, enum model_page_response code)
{
	struct labdev_group group;

	labdev_count(ld, page_responses);
	if (prgi >= LABDEV_NR_PRGIS || !ld->groups[prgi].asked) {
		labdev_count(ld, page_strays);
		return;
	}
	group = ld->groups[prgi];
	ld->groups[prgi] = (struct labdev_group) { 0 };
	ld->pages_out -= group.pages < ld->pages_out ? group.pages : ld->pages_out;
	/* PCIe: after a Response Failure the function asks no more until it is enabled anew. */
	if (code == MODEL_PRI_FAILURE && ld->pri_cap)
		*pri_config(ld, PRI_STATUS) |= PRI_STATUS_RF;
	pri_status(ld);
	if (group.job < LABDEV_NR_JOBS && ld->jobs[group.job].state == LABDEV_STATE_PAGING &&
	    ld->jobs[group.job].prgi == prgi)
		job_page_response(ld, group.job, code);
}

/* The job ends without waiting; its group's answer is still due. */
void pri_job_gone(struct labdev *ld, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < LABDEV_NR_PRGIS; i++)
		if (ld->groups[i].asked && ld->groups[i].job == nr)
			ld->groups[i].job = LABDEV_NR_JOBS;
}

/* Who waits for an answer that will not be taken is told so. */
static void pri_fail_all(struct labdev *ld)
{
	unsigned int i;

	for (i = 0; i < LABDEV_NR_PRGIS; i++)
		if (ld->groups[i].asked && ld->groups[i].job < LABDEV_NR_JOBS)
			job_page_response(ld, ld->groups[i].job, MODEL_PRI_FAILURE);
}

void pri_config_written(struct labdev *ld, unsigned int offset, unsigned int n)
{
	unsigned int ctrl = ld->pri_cap + PRI_CTRL;

	if (!ld->pri_cap || offset > ctrl || offset + n <= ctrl)
		return;
	if (*pri_config(ld, PRI_CTRL) & PRI_CTRL_RESET) {
		pri_fail_all(ld);
		pri_reset(ld);
	}
	*pri_config(ld, PRI_CTRL) &= ~PRI_CTRL_RESET;
	if (*pri_config(ld, PRI_CTRL) & PRI_CTRL_ENABLE)
		*pri_config(ld, PRI_STATUS) &= ~PRI_STATUS_RF;
	pri_status(ld);
}

/* Answers to what was asked before are strays afterwards. */
void pri_reset(struct labdev *ld)
{
	unsigned int i;

	for (i = 0; i < LABDEV_NR_PRGIS; i++)
		ld->groups[i] = (struct labdev_group) { 0 };
	ld->pages_out = 0;
	if (ld->pri_cap)
		*pri_config(ld, PRI_STATUS) &= ~PRI_STATUS_RF;
	pri_status(ld);
}
