/* SPDX-License-Identifier: GPL-2.0-only */
/* For programs between whose markers the lab's plugin counts: one CPU, from beginning to end. */
#ifndef PINNED_H
#define PINNED_H

#include <sched.h>
#include <stdbool.h>

#include "../../tools/dmabench/marker.h"

/* On the first CPU from now on. False: errno says why not. Wants _GNU_SOURCE. */
static inline bool pin_to_first_cpu(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	return !sched_setaffinity(0, sizeof(one), &one);
}

#endif
