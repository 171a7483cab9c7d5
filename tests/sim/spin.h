/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's queued spinlock: the second comer waits for the lock word, who comes later for a
 * line of its own, until it is its turn to be second.
 */
#ifndef SIM_SPIN_H
#define SIM_SPIN_H

#include <stdbool.h>
#include "line.h"

/**
 * struct spinlock - a lock
 * @line: where its word is; what else is there the owner of the lock knows
 * @locked, @pending: bytes of the word
 * @tail: the last who waits on a line of its own, plus 1; 0: nobody
 * @node: these lines, one for each CPU
 * @next: who comes after a CPU, plus 1
 * @turn: it is this CPU's turn to be second
 */
struct spinlock {
	struct line *line;
	bool locked, pending;
	int tail;
	struct line node[MAX_CPUS];
	int next[MAX_CPUS];
	bool turn[MAX_CPUS];
};

void spin_init(struct spinlock *s, struct line *line);
void spin_lock(struct spinlock *s);
bool spin_trylock(struct spinlock *s);
/* What was done under the lock is seen before. */
void spin_unlock(struct spinlock *s);

#endif
