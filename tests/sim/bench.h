/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The loop that is simulated, as in the kernel's dma_map_benchmark: every CPU maps a page and unmaps
 * it, in strict mode, on and on, all behind one SMMU.
 */
#ifndef SIM_BENCH_H
#define SIM_BENCH_H

#include <stdint.h>
#include "algo.h"

/**
 * struct result - of a run
 * @unmaps: that ended in @ns
 * @ns: measured time
 * @cmds, @syncs, @doorbells: executed and rung in that time
 * @counts: of the algorithm
 * @wait_sum: time from the first step of an invalidation to its end, in all
 * @wait_max: the longest
 * @busiest: the algorithm's line that was busy for longest; NULL: it has none
 * @busy_ns: for so long
 */
struct result {
	uint64_t unmaps, ns;
	uint64_t cmds, syncs, doorbells;
	struct algo_counts counts;
	uint64_t wait_sum, wait_max;
	const char *busiest;
	uint64_t busy_ns;
};

struct result bench_run(const struct algo *algo, int cpus);

/* The heading of the table of results, and one line of it. */
void result_heading(void);
void result_print(const char *machine, const char *algo, int cpus, const struct result *r);

/* How long a CMD_SYNC in an empty queue takes one CPU, in ns. */
uint64_t unit_sync(void);

/* Checks of the simulator itself, on @machine; prints a line each. Return: how many failed. */
int unit_run(void);

#endif
