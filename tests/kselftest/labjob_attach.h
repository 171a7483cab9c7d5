/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labjob's scenarios of attaching: ten thousand times without a fault, to BLOCKED under load, and
 * with every allocation of the driver failing.
 */
#ifndef LABJOB_ATTACH_H
#define LABJOB_ATTACH_H

#include <fcntl.h>

#include "labjob.h"
#include "labjob_device.h"
#include "labjob_matrix.h"

static void proc_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		die("%s: %s", path, strerror(errno));
	close(fd);
}

/* ---------------------------------------------------------------- hitless */

static bool hitless_over;

/* PASIDs come and go beside it. */
static void *hitless_pasids(void *data)
{
	struct thread *t = data;

	while (!__atomic_load_n(&hitless_over, __ATOMIC_RELAXED)) {
		u32 pasid = 1 + t->jobs % 3;

		attach(mx.sub[t->jobs % NR_PLACES], pasid);
		pasid_want_works(mx.sub[t->jobs % NR_PLACES], pasid, POOL_IOVA, 0, 4096, t->jobs);
		detach(pasid);
		t->jobs++;
	}
	return NULL;
}

/* The device uses one page that is there in IDENTITY and in DMA, and notices no change. */
static void go_hitless(void)
{
	struct thread t = { .nr = 0 };
	struct labdev_job_wait w;
	u32 slot;

	matrix_init();
	rid_go(RID_IDENTITY, "hitless");
	slot = busy_start(NULL);
	promise(LABDEV_NOTE_HITLESS_BEGIN);
	if (mx.pasids && pthread_create(&t.id, NULL, hitless_pasids, &t))
		die("no thread");
	for (unsigned int i = 0; i < run.rounds; i++) {
		rid_go(RID_S1, "hitless");
		rid_go(RID_IDENTITY, "hitless");
	}
	__atomic_store_n(&hitless_over, true, __ATOMIC_RELAXED);
	if (mx.pasids)
		pthread_join(t.id, NULL);
	promise(LABDEV_NOTE_HITLESS_END);
	w = busy_end(slot, 0);
	detach(LABDEV_RID);
	if (w.faults || !w.done)
		die("IDENTITY to DMA and back %u times under a job: wanted no fault and some "
		    "bytes, seen: %u faults, %llu bytes", run.rounds, w.faults,
		    (unsigned long long)w.done);
	printf("rounds=%u bytes=%llu pasids_came_and_went=%llu\n", run.rounds,
	       (unsigned long long)w.done, (unsigned long long)t.jobs);
}

#define MOVE_ASIDS	"/sys/module/smmu3/parameters/move_asids"

/* Every ASID changes, again and again, under jobs on the RID and on PASIDs. */
static void go_asids(void)
{
	static const struct use *u = &uses[2];
	struct flight f;

	matrix_init();
	if (!mx.pasids)
		skip("wants --other DEVICE and more than three PASIDs");
	rid_go(RID_S1, "asids");
	use_go(&uses[0], u, "asids");
	f = flight_begin(u, u);
	promise(LABDEV_NOTE_HITLESS_BEGIN);
	for (unsigned int i = 0; i < run.rounds; i++)
		proc_write(MOVE_ASIDS, "1");
	promise(LABDEV_NOTE_HITLESS_END);
	if (flight_end(&f, u, "asids"))
		die("the RID's job while ASIDs change: wanted no fault, seen: some");
	arrived(RID_S1, u, &uses[0], "after ASIDs have changed");
	use_go(u, &uses[0], "asids");
	detach(LABDEV_RID);
	printf("rounds=%u bytes=%llu\n", run.rounds, (unsigned long long)mx.moved);
}

/*
 * ATS goes off and on under a job that uses it: off in the device before it is in the STE, on
 * after. What a device may not ask is for the referee to see.
 */
static void go_ats_switch(void)
{
	u64 bytes = 0;

	matrix_init();
	for (unsigned int i = 0; i < run.rounds; i++) {
		struct labdev_job_args a = job(LABDEV_OP_FILL, 0, mx.anchor, 256, 7);

		rid_go(RID_S1, "ats-switch");
		a.flags = LABDEV_F_KEEP | LABDEV_F_ATS;
		a.rounds = 0;
		job_start(&a);
		usleep(300);
		rid_go(RID_IDENTITY, "ats-switch");
		usleep(300);
		rid_go(RID_S1, "ats-switch");
		usleep(300);
		bytes += busy_end(a.slot, 0).done;
	}
	detach(LABDEV_RID);
	if (!bytes)
		die("a job while ATS goes off and on: wanted some bytes, seen: none");
	printf("rounds=%u bytes=%llu\n", run.rounds, (unsigned long long)bytes);
}

/* ---------------------------------------------------------------- blocked */

/* A job goes on while its device is taken from it: from then on it meets faults only. */
static void go_blocked(void)
{
	u64 faults = 0, bytes = 0;

	matrix_init();
	for (unsigned int i = 0; i < run.rounds; i++) {
		/* With a PASID in use what is blocked is told by events, else by nothing. */
		const struct use *u = &uses[mx.pasids && i % 3 == 2];
		enum rid from = mx.stage2 && i % 3 == 1 ? RID_S2 : RID_S1;
		struct labdev_job_wait w;
		u32 slot;

		rid_go(from, "blocked");
		use_go(&uses[0], u, "blocked");
		slot = busy_start(NULL);
		usleep(500);
		promise(LABDEV_NOTE_NO_BYPASS_BEGIN);
		rid_go(RID_BLOCKED, "blocked");
		usleep(2000);
		promise(LABDEV_NOTE_NO_BYPASS_END);
		w = busy_end(slot, 0);
		use_go(u, &uses[0], "blocked");
		if (!w.faults)
			die("a job on a blocked device: wanted faults, seen: none after %llu bytes",
			    (unsigned long long)w.done);
		faults += w.faults;
		bytes += w.done;
	}
	detach(LABDEV_RID);
	if (!bytes)
		die("jobs before BLOCKED: wanted some bytes, seen: none");
	printf("rounds=%u bytes=%llu faults=%llu\n", run.rounds, (unsigned long long)bytes,
	       (unsigned long long)faults);
}

/* ---------------------------------------------------------------- reset */

/*
 * A function level reset in each state of the RID, beside each use of PASIDs, jobs under way: they
 * end by it, and afterwards everything is attached as before.
 */
static void go_reset_attached(void)
{
	unsigned int nr = 0;

	matrix_init();
	for (u32 n = 0; n < (mx.pasids ? NR_USES : 1); n++) {
		for (u32 r = 0; r <= RID_S2; r++) {
			const struct use *u = &uses[n];
			struct labdev_job_wait w;
			struct flight f;
			u32 status;
			char what[96];

			if (is_s2(r) && (n || !mx.stage2))
				continue;
			snprintf(what, sizeof(what), "a reset, RID %s, PASIDs %s", rid_names[r],
				 u->name);
			rid_go(r, what);
			use_go(&uses[0], u, what);
			info_get();
			status = run.info.status;
			f = flight_begin(u, u);
			reset_device();
			for (u32 i = 0; i < u->nr; i++) {
				if (u->at[i].dev) {
					busy_end(f.sub[i], 1);
					continue;
				}
				w = job_wait(f.sub[i]);
				job_want(&w, LABDEV_RES_RESET, what);
			}
			w = job_wait(f.rid);
			job_want(&w, LABDEV_RES_RESET, what);
			info_get();
			if (run.info.status != status)
				die("%s: wanted capabilities %#x again, seen: %#x", what, status,
				    run.info.status);
			arrived(r, u, &uses[0], what);
			use_go(u, &uses[0], what);
			nr++;
		}
	}
	detach(LABDEV_RID);
	printf("resets=%u\n", nr);
}

/* ---------------------------------------------------------------- failing allocations */

/* To IDENTITY and BLOCKED from wherever; the caller made all allocations of the driver fail. */
static void go_never_fail(void)
{
	static const enum rid never[] = { RID_IDENTITY, RID_BLOCKED };
	unsigned int nr = 0;
	int ret;

	matrix_init();
	/* What needs memory must fail, or nothing is shown. */
	rid_go(RID_IDENTITY, "never-fail");
	proc_write("/proc/self/make-it-fail", "1");
	ret = rid_try(RID_S1);
	proc_write("/proc/self/make-it-fail", "0");
	if (ret != -ENOMEM)
		die("attach of a paging domain, no memory: wanted %s, seen: %s", strerror(ENOMEM),
		    strerror(-ret));
	for (u32 n = 0; n < (mx.pasids ? NR_USES : 1); n++) {
		for (u32 from = 0; from <= RID_S2; from++) {
			if (is_s2(from) && (n || !mx.stage2))
				continue;
			for (u32 i = 0; i < ARRAY_SIZE(never); i++) {
				rid_go(from, "never-fail");
				use_go(&uses[0], &uses[n], "never-fail");
				proc_write("/proc/self/make-it-fail", "1");
				ret = rid_try(never[i]);
				proc_write("/proc/self/make-it-fail", "0");
				if (ret)
					die("%s to %s, PASIDs %s: wanted success, seen: %s",
					    rid_names[from], rid_names[never[i]], uses[n].name,
					    strerror(-ret));
				arrived(never[i], &uses[n], &uses[0], "without memory");
				use_go(&uses[n], &uses[0], "never-fail");
				nr++;
			}
		}
	}
	detach(LABDEV_RID);
	printf("attaches=%u\n", nr);
}

#define SNAPSHOT_SZ	65536

/* What the SMMU reads and what the driver believes of this device. */
static void snapshot(char *to)
{
	static const char *const files[] = { "ste", "cd", "domain", "../../asids", "../../vmids",
					     "../../invalidation" };
	char path[128];
	size_t at = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(files); i++) {
		int fd;
		ssize_t n;

		snprintf(path, sizeof(path), "/sys/kernel/debug/smmu3/by-device/%s/%s", run.name,
			 files[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			die("%s: %s", path, strerror(errno));
		while ((n = read(fd, to + at, SNAPSHOT_SZ - 1 - at)) > 0)
			at += n;
		close(fd);
	}
	to[at] = '\0';
	info_get();
}

/* One call with its n-th allocation failing, for each n; @undo when it was not hit any more. */
static unsigned int nth_sweep(int (*call)(void *), void (*undo)(void *), void *data,
			      const char *what)
{
	static char before[SNAPSHOT_SZ], after[SNAPSHOT_SZ];
	struct flight f = flight_begin(&uses[0], &uses[0]);
	unsigned int nth;
	u32 ats;

	snapshot(before);
	ats = run.info.status;
	for (nth = 1; nth < 1000; nth++) {
		char text[16];
		int fd, ret;
		ssize_t n;

		promise(LABDEV_NOTE_HITLESS_BEGIN);
		snprintf(text, sizeof(text), "%u", nth);
		proc_write("/proc/self/fail-nth", text);
		ret = call(data);
		fd = open("/proc/self/fail-nth", O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
		close(fd);
		proc_write("/proc/self/fail-nth", "0");
		promise(LABDEV_NOTE_HITLESS_END);
		if (n < 1)
			die("%s: fail-nth cannot be read", what);
		text[n] = '\0';
		if (strtoul(text, NULL, 10)) {
			must(ret, what);
			break;
		}
		if (!ret) {
			/* An allocation that it could do without. */
			undo(data);
			continue;
		}
		if (ret != -ENOMEM)
			die("%s, allocation %u fails: wanted %s, seen: %s", what, nth,
			    strerror(ENOMEM), strerror(-ret));
		snapshot(after);
		if (strcmp(before, after) || run.info.status != ats)
			die("%s, allocation %u fails: wanted everything as it was, seen:\n%s\nand "
			    "before:\n%s", what, nth, after, before);
	}
	undo(data);
	if (flight_end(&f, &uses[0], what))
		die("%s: the RID's job: wanted no fault, seen: some", what);
	return nth - 1;
}

static enum rid nth_from;

static int nth_rid(void *data) { return rid_try(*(enum rid *)data); }
static void nth_rid_undo(void *data) { (void)data; rid_go(nth_from, "back"); }
static int nth_pasid(void *data) { return place_attach(data); }
static void nth_pasid_undo(void *data) { place_detach(data); }

/* A failed attach changes nothing of what the hardware sees: every allocation in turn. */
static void go_fail_nth(void)
{
	/* Hitless pairs, for the job runs all the time. */
	static enum rid pairs[][2] = { { RID_IDENTITY, RID_S1 }, { RID_IDENTITY, RID_S2 } };
	static struct place far = { 0, 3, 0 }, near = { 0, 1, 1 };
	static enum rid beside[] = { RID_IDENTITY, RID_S1 };
	unsigned int nr = 0, calls = 0;

	matrix_init();
	for (u32 i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (is_s2(pairs[i][1]) && !mx.stage2)
			continue;
		nth_from = pairs[i][0];
		rid_go(nth_from, "fail-nth");
		nr += nth_sweep(nth_rid, nth_rid_undo, &pairs[i][1], "attach to the RID");
		calls++;
	}
	for (u32 i = 0; mx.pasids && i < ARRAY_SIZE(beside); i++) {
		rid_go(beside[i], "fail-nth");
		nr += nth_sweep(nth_pasid, nth_pasid_undo, &far, "attach to a PASID");
		nr += nth_sweep(nth_pasid, nth_pasid_undo, &near, "attach to another PASID");
		calls += 2;
	}
	detach(LABDEV_RID);
	if (nr < calls)
		die("failing allocations: wanted one a call at least, seen: %u in %u calls", nr,
		    calls);
	printf("calls=%u failed_allocations=%u\n", calls, nr);
}

#endif
