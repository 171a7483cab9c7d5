/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cache lines: who holds a copy, and what it costs to get one.
 *
 * A line is held by one CPU that may write, or by any number that may read. Requests for a line
 * are served one after another, first come, first served. To hand the right to write over takes
 * the whole way, and the next has to wait for it; readers of a line that nobody writes are served
 * in close succession. All lines live on the SMMU's die; within a cluster a transfer does not go
 * there.
 *
 * Only time is modelled here. The values are ordinary C variables, which the caller reads or writes
 * when an access returns: then it has its turn.
 */
#ifndef SIM_LINE_H
#define SIM_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include "machine.h"

struct access;
struct cpu;

/**
 * struct line - a cache line
 * @name: for who asks which line is the busiest
 * @owner: CPU that may write, or -1
 * @sharers: CPUs that hold a copy, with the owner
 * @busy: a request is being served
 * @first, @last: requests that wait
 * @watchers, @last_watcher: CPUs that sleep until their copy is taken
 * @busy_ns: time with @busy set
 * @moves: requests served
 */
struct line {
	const char *name;
	int owner;
	uint64_t sharers[MAX_CPUS / 64];
	bool busy;
	struct access *first, *last;
	struct cpu *watchers, **last_watcher;
	uint64_t busy_ns, moves;
};

void line_init(struct line *l, const char *name);

/* The CPU that runs now gets a copy; it waits for it. */
void line_read(struct line *l);
/* It gets the right to write, and waits for it; for a store, and for an atomic operation. */
void line_write(struct line *l);
void line_atomic(struct line *l);
/* A store, or an atomic operation without a result, which cpu_fence() waits for. */
void line_post(struct line *l);
/* A load that others need not wait for; cpu_fence() does. */
void line_ahead(struct line *l);
/* Sleep until the copy is taken away; what has been read from it stays true until then. */
void line_watch(struct line *l);

/* The SMMU reads or writes a line; @fn(@arg) when it has. */
void line_device(struct line *l, bool write, void (*fn)(void *arg), void *arg);

#endif
