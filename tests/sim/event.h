/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Simulated time and what is to happen in it. Events of the same time happen in the order in which
 * they were asked for, so a run repeats exactly.
 */
#ifndef SIM_EVENT_H
#define SIM_EVENT_H

#include <stdint.h>

/* Nanoseconds since the run began. */
uint64_t now(void);

/* Call @fn(@arg) in @ns from now. */
void after(uint64_t ns, void (*fn)(void *arg), void *arg);

/* Let events happen until @end, or until there is none. */
void events_run(uint64_t end);

/* Forget all; time is 0. */
void events_reset(void);

#endif
