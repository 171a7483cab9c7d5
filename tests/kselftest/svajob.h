/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of svajob share: its options, its devices, a job in the process's addresses.
 */
#ifndef SVAJOB_H
#define SVAJOB_H

#include <fcntl.h>
#include <glob.h>
#include <misc/uacce/uacce.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "labjob.h"

#define MAX_DEVICES	4
#define MAX_PROCESSES	64

/* ---------------------------------------------------------------- options */

static const char *const mode_names[] = { "copy", "fill", "sum", "swap", "random" };
enum mode { COPY, FILL, SUM, SWAP, RANDOM_MODE };

static const char *const kind_names[] = {
	"malloc", "mmap", "stack", "file", "mlock", "huge", "shared", "random", "clean"
};

enum kind { MALLOC, MMAP, STACK, FILE_BACKED, MLOCK, HUGE, SHARED, RANDOM_KIND, CLEAN };

static const char *const churn_names[] = {
	"unmap", "protect", "discard", "move", "fork", "collapse", "merge", "age", "migrate"
};

enum churn { UNMAP, PROTECT, DISCARD, MOVE, FORK, COLLAPSE, MERGE, AGE, MIGRATE, NR_CHURN };

static struct {
	u32 flags;		/* of a job: LABDEV_F_* */
	bool faults;		/* pages need not be there */
	enum mode mode;
	enum kind kind;
	u64 size;
	unsigned int processes;
	bool kill, bad, after_unmap, after_unbind, uacce;
	u32 churn;
	const char *life, *bench;
	const char *names[MAX_DEVICES];
	int nr_devices;
} opt = {
	.flags = LABDEV_F_STALL, .faults = true, .mode = RANDOM_MODE, .kind = RANDOM_KIND,
	.size = 65536, .processes = 1,
};

/**
 * struct tally - what a process has done; in memory that all share
 * @jobs: that ended well
 * @bytes: of those
 * @stalls: accesses that stalled
 * @requests: page requests
 * @refused: jobs that had to be refused, and were
 */
struct tally {
	u64 jobs, bytes, stalls, requests, refused;
};

static struct tally *tally;

static double seconds_since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - begin->tv_sec + (now.tv_nsec - begin->tv_nsec) / 1e9;
}

static void tally_add(u64 *figure, u64 n)
{
	__atomic_fetch_add(figure, n, __ATOMIC_RELAXED);
}

/* ---------------------------------------------------------------- devices */

static int device_fd[MAX_DEVICES];
static u32 device_pasid[MAX_DEVICES];
static int queue_fd[MAX_DEVICES];	/* with --uacce */

/* What devices have said of the jobs of this process since its first bond. */
static u64 device_stalls, device_requests;

static void devices_open(void)
{
	char path[64];
	int i;

	for (i = 0; i < opt.nr_devices; i++) {
		snprintf(path, sizeof(path), "/dev/labdev-%s", opt.names[i]);
		device_fd[i] = open(path, O_RDWR | O_CLOEXEC);
		if (device_fd[i] < 0)
			die("%s: %s", path, strerror(errno));
	}
	run.fd = device_fd[0];
	info_get();
}

/* Nobody else tells the referee of UACCE's bonds: everything may be mapped then, or nothing. */
static void queue_note(int dev, u32 kind)
{
	struct labdev_note_args a = {
		.kind = kind, .pasid = device_pasid[dev], .len = 1ull << 56,
	};

	must(try_ioctl(device_fd[dev], LABDEV_IOC_NOTE, &a), "a note");
}

/* By the kernel's own interface: the file is the bond. Return: 0, or an error's negative number. */
static int queue_bind(int dev)
{
	char path[300];
	glob_t found;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/uacce/labuacce-*", opt.names[dev]);
	if (glob(path, 0, NULL, &found))
		skip("%s has no UACCE device", opt.names[dev]);
	snprintf(path, sizeof(path), "/dev%s", strrchr(found.gl_pathv[0], '/'));
	globfree(&found);
	queue_fd[dev] = open(path, O_RDWR | O_CLOEXEC);
	if (queue_fd[dev] < 0)
		return -errno;
	must(try_ioctl(queue_fd[dev], UACCE_CMD_START_Q, NULL), "start of a queue");
	must(try_ioctl(queue_fd[dev], LABDEV_IOC_QUEUE, &device_pasid[dev]), "PASID of a queue");
	queue_note(dev, LABDEV_NOTE_MAPPED);
	return 0;
}

/* A process that is killed does not come here: what it had stays mapped to the referee. */
static void queue_unbind(int dev)
{
	close(queue_fd[dev]);
	queue_note(dev, LABDEV_NOTE_UNMAPPED);
}

static int device_bind(int dev)
{
	if (opt.uacce)
		return queue_bind(dev);
	return try_ioctl(device_fd[dev], LABDEV_IOC_SVA_BIND, &device_pasid[dev]);
}

static void device_unbind(int dev)
{
	if (opt.uacce)
		queue_unbind(dev);
	else
		must(try_ioctl(device_fd[dev], LABDEV_IOC_SVA_UNBIND, &device_pasid[dev]),
		     "SVA unbind");
}

static void devices_bind(void)
{
	int i, ret;

	for (i = 0; i < opt.nr_devices; i++) {
		ret = device_bind(i);
		if (ret == -EOPNOTSUPP || ret == -ENODEV)
			skip("%s shares no address spaces (%s)", opt.names[i], strerror(-ret));
		must(ret, "SVA bind");
		if (device_pasid[i] != device_pasid[0])
			die("one process: wanted one PASID, seen: %u and %u", device_pasid[0],
			    device_pasid[i]);
	}
	device_stalls = 0;
	device_requests = 0;
}

/*
 * No fault is lost, and none is answered twice: what the driver has counted is what the devices
 * have seen. Of page requests the SMMU answers some itself when its queue is full.
 */
static void faults_want(void)
{
	struct labdev_sva_faults f = { .pasid = device_pasid[0] };
	int ret;

	/* The core's bonds have no figures. */
	if (opt.uacce)
		return;
	ret = try_ioctl(device_fd[0], LABDEV_IOC_SVA_FAULTS, &f);
	/* Another driver's. */
	if (ret == -ENODEV)
		return;
	must(ret, "figures about faults");
	if (f.stalls != device_stalls || f.requests > device_requests ||
	    (!device_requests && f.resolved + f.refused + f.dropped != f.stalls))
		die("faults: wanted those of the devices, %llu stalls and at most %llu requests, "
		    "seen: %llu stalls, %llu requests; %llu resolved, %llu refused, %llu dropped",
		    (unsigned long long)device_stalls, (unsigned long long)device_requests,
		    (unsigned long long)f.stalls, (unsigned long long)f.requests,
		    (unsigned long long)f.resolved, (unsigned long long)f.refused,
		    (unsigned long long)f.dropped);
}

static void devices_unbind(void)
{
	int i;

	for (i = 0; i < opt.nr_devices; i++)
		device_unbind(i);
}

static void devices_close(void)
{
	int i;

	for (i = 0; i < opt.nr_devices; i++)
		close(device_fd[i]);
}

static void bind_all(void)
{
	devices_open();
	devices_bind();
}

static void unbind_all(void)
{
	devices_unbind();
	devices_close();
}

/* Start a job of @dev in this process's addresses; calls go to that device from now on. */
static u32 sva_start(int dev, u32 op, void *src, void *dst, u64 len, u64 seed, u32 rounds)
{
	struct labdev_job_args a = {
		.op = op, .flags = opt.flags, .pasid = device_pasid[dev], .rounds = rounds,
		.group = 4, .src = (uintptr_t)src, .dst = (uintptr_t)dst, .len = len, .seed = seed,
	};

	lab_on = device_fd[dev];
	return job_start(&a);
}

static struct labdev_job_wait sva_wait(u32 slot)
{
	struct labdev_job_wait w = job_wait(slot);

	tally_add(&device_stalls, w.stalls);
	tally_add(&device_requests, w.page_reqs);
	tally_add(&tally->stalls, w.stalls);
	tally_add(&tally->requests, w.page_reqs);
	return w;
}

static struct labdev_job_wait sva_run(int dev, u32 op, void *src, void *dst, u64 len, u64 seed)
{
	return sva_wait(sva_start(dev, op, src, dst, len, seed, 1));
}

#endif
