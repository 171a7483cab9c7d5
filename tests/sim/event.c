// SPDX-License-Identifier: GPL-2.0-only
/* What stands at the head of event.h: a binary heap. */
#include "event.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct event {
	uint64_t at, nr;
	void (*fn)(void *arg);
	void *arg;
};

static struct event *heap;
static size_t nr_events, room;
static uint64_t clock_ns, count;

uint64_t now(void)
{
	return clock_ns;
}

static bool event_before(const struct event *a, const struct event *b)
{
	return a->at != b->at ? a->at < b->at : a->nr < b->nr;
}

void after(uint64_t ns, void (*fn)(void *arg), void *arg)
{
	struct event new = { clock_ns + ns, count++, fn, arg };
	size_t i = nr_events++;

	if (nr_events > room) {
		room = room ? 2 * room : 1024;
		heap = realloc(heap, room * sizeof(*heap));
		if (!heap) {
			fputs("sim: out of memory\n", stderr);
			exit(2);
		}
	}
	for (; i && event_before(&new, &heap[(i - 1) / 2]); i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = new;
}

static struct event event_pop(void)
{
	struct event first = heap[0], last = heap[--nr_events];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < nr_events) {
		if (child + 1 < nr_events && event_before(&heap[child + 1], &heap[child]))
			child++;
		if (!event_before(&heap[child], &last))
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = last;
	return first;
}

void events_run(uint64_t end)
{
	while (nr_events && heap[0].at <= end) {
		struct event e = event_pop();

		clock_ns = e.at;
		e.fn(e.arg);
	}
	if (clock_ns < end)
		clock_ns = end;
}

void events_reset(void)
{
	nr_events = 0;
	clock_ns = 0;
	count = 0;
}
