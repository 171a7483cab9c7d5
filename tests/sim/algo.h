/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Algorithms: how an unmap gets one TLB invalidation and a CMD_SYNC into the queue, and learns that
 * they are done. Each says which lines it touches in which order; none has a parameter of its own.
 */
#ifndef SIM_ALGO_H
#define SIM_ALGO_H

#include <stdint.h>
#include "line.h"

/**
 * struct algo - an algorithm
 * @name: for the command line
 * @init: an empty queue, or as many as it wants
 * @unmap: what a CPU does for one unmap; returns when the invalidation is done
 * @lines: the lines of interest
 */
struct algo {
	const char *name;
	void (*init)(void);
	void (*unmap)(void);
	struct line *const *lines;
};

extern const struct algo algo_intree, algo_add, algo_fallback, algo_smmu3, algo_ecmdq, algo_gather;

/* Algorithms count these, since the last reset; what an algorithm does not do stays 0. */
struct algo_counts {
	/* Attempts to move the shared producer index. */
	uint64_t tries;
	/* Invalidations that had no CMD_SYNC of their own. */
	uint64_t shared;
};

extern struct algo_counts algo_counts;

#endif
