/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * smmu3_dmabench: how long the DMA API takes to map memory for a device and to unmap it, behind
 * whichever IOMMU driver there is. Invariant: the device itself does nothing; it is not enabled, so
 * a mapping is work for the CPU and the IOMMU only.
 */
#ifndef SMMU3_DMABENCH_H
#define SMMU3_DMABENCH_H

#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/types.h>

#define DMABENCH_MAX_BYTES	0x400000u
#define DMABENCH_MAX_PAGES	1024u
#define DMABENCH_MAX_THREADS	64u
#define DMABENCH_MAX_MS		60000u
#define DMABENCH_MAX_ROUNDS	1000000u

/**
 * struct dmabench_job - what to do
 * @bytes: one piece of contiguous memory of this size, or
 * @pages: a scatterlist of so many pages that are not neighbours; the other one is 0
 * @threads: each on a CPU of its own, with memory of its own
 * @ms: how long
 */
struct dmabench_job {
	unsigned int bytes, pages, threads, ms;
};

/**
 * struct dmabench_count - what to count
 * @job: the memory; its threads and time are not looked at
 * @rounds: so many pairs
 * @id: of the markers around a map; those around an unmap have @id + 1
 */
struct dmabench_count {
	struct dmabench_job job;
	unsigned int rounds, id;
};

/**
 * struct dmabench_result - of all threads together
 * @loops: pairs of map and unmap
 * @map_ns: time in all maps
 * @unmap_ns: time in all unmaps
 * @wall_ns: time of the threads, added up
 * @clock_ns: what reading the clock adds to each of the two
 */
struct dmabench_result {
	u64 loops, map_ns, unmap_ns, wall_ns, clock_ns;
};

/**
 * struct dmabench - a device under test
 * @lock: one job at a time; protects what follows
 * @job: the last one
 * @result: of it
 * @valid: there is one
 */
struct dmabench {
	struct mutex lock;
	struct dmabench_job job;
	struct dmabench_result result;
	bool valid;
};

/**
 * dmabench_run() - map and unmap
 * @dev: for this device, bound to this module's driver
 * @job: in this way
 * @result: out
 *
 * Sleeps for the job's time, and until each thread has measured one pair. A signal ends it early.
 *
 * Return: 0, -EINTR after a signal, -ENOMEM, -EIO if a mapping failed, -ERANGE with fewer CPUs than
 * threads.
 */
int dmabench_run(struct device *dev, const struct dmabench_job *job,
		 struct dmabench_result *result);

/**
 * dmabench_count() - map and unmap between markers (marker.h)
 * @dev: for this device, bound to this module's driver
 * @count: how often, and what
 *
 * On the calling CPU, after a few pairs without markers. Outside an emulator that counts, it does
 * the work and nothing else. May sleep between two pairs.
 *
 * Return: 0, -EINTR after a signal, -ENOMEM, -EIO if a mapping failed.
 */
int dmabench_count(struct device *dev, const struct dmabench_count *count);

#endif
