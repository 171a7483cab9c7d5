/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUs. Each is a coroutine with a stack of its own, so that an algorithm is written down as what it
 * is, a sequence of steps; whatever takes time returns when it has passed.
 */
#ifndef SIM_CPU_H
#define SIM_CPU_H

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>
#include "line.h"

/**
 * struct cpu - a CPU
 * @nr: number
 * @posted: stores that are on their way
 * @fencing: it waits for these
 * @next_watcher: see struct line
 * @random: state of its random numbers
 * @body: what it runs
 */
struct cpu {
	int nr;
	int posted;
	bool fencing;
	struct cpu *next_watcher;
	uint64_t random;
	void (*body)(void);
	ucontext_t context;
	char *stack;
};

/* The one that runs now. */
extern struct cpu *this_cpu;

/* @nr CPUs that all begin with @body, at about the same time. */
void cpus_start(int nr, void (*body)(void));
/* How many there are. */
int cpus(void);

/* Give up the CPU until somebody calls cpu_go(). */
void cpu_stop(void);
void cpu_go(void *cpu);
/* A posted store of @cpu has been done. */
void cpu_posted(void *cpu);

void cpu_sleep(uint64_t ns);
/* Computing, which takes @ns more or less. */
void cpu_work(uint64_t ns);
/* True in @percent of all cases, by the random numbers of CPU @nr. */
bool cpu_chance(int nr, int percent);
/* All stores so far can be seen. */
void cpu_fence(void);

#endif
