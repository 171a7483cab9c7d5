// SPDX-License-Identifier: GPL-2.0-only
/* What stands at the head of line.h. */
#include "line.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cpu.h"
#include "event.h"

/* Instead of a CPU's number. */
#define DEVICE -1

/**
 * struct access - a request
 * @next: who waits behind it
 * @cpu: who wants it, or DEVICE
 * @write: the right to write
 * @fn, @arg: when it is served
 */
struct access {
	struct access *next;
	int cpu;
	bool write;
	void (*fn)(void *arg);
	void *arg;
};

static struct access *spare;

static struct access *access_get(void)
{
	struct access *a = spare;

	if (a) {
		spare = a->next;
	} else {
		a = malloc(sizeof(*a));
		if (!a) {
			fputs("sim: out of memory\n", stderr);
			exit(2);
		}
	}
	a->next = NULL;
	return a;
}

static void access_put(struct access *a)
{
	a->next = spare;
	spare = a;
}

void line_init(struct line *l, const char *name)
{
	memset(l, 0, sizeof(*l));
	l->name = name;
	l->owner = -1;
	l->last_watcher = &l->watchers;
}

static bool line_held(const struct line *l, int cpu)
{
	return l->sharers[cpu / 64] >> cpu % 64 & 1;
}

/* From @cpu to @to by way of the line's home, unless both are of one cluster. */
static int way(int cpu, int to)
{
	int direct, home;

	if (cpu == DEVICE)
		return to == DEVICE ? 0 : home_distance(to);
	if (to == DEVICE)
		return home_distance(cpu);
	direct = cpu_distance(cpu, to);
	home = home_distance(cpu);
	return direct == machine.line_cluster || direct > home ? direct : home;
}

/* To the nearest copy, or for @far to the farthest; memory at home has one, too. */
static int way_to_copy(const struct line *l, int cpu, bool far)
{
	int best = way(cpu, DEVICE), i;

	for (i = 0; i < MAX_CPUS; i++) {
		int w;

		if (!l->sharers[i / 64]) {
			i |= 63;
			continue;
		}
		if (i == cpu || !line_held(l, i))
			continue;
		w = way(cpu, i);
		if (far ? w > best : w < best)
			best = w;
	}
	return best;
}

/* The watchers' copies are gone: they go on in @ns. */
static void line_wake(struct line *l, uint64_t ns)
{
	struct cpu *cpu;

	while ((cpu = l->watchers)) {
		l->watchers = cpu->next_watcher;
		after(ns, cpu_go, cpu);
	}
	l->last_watcher = &l->watchers;
}

static void line_next(void *arg);

/* How long until @a has the line. */
static int line_ns(const struct line *l, const struct access *a)
{
	if (a->cpu != DEVICE && l->owner == a->cpu)
		return machine.hit;
	return l->owner >= 0 ? way(a->cpu, l->owner) : way_to_copy(l, a->cpu, a->write);
}

/* Serve a request now. */
static void line_serve(struct line *l, struct access *a)
{
	int ns = line_ns(l, a), keep = ns;

	if (a->write) {
		line_wake(l, ns);
		memset(l->sharers, 0, sizeof(l->sharers));
		l->owner = a->cpu == DEVICE ? -1 : a->cpu;
	} else {
		if (l->owner < 0)
			keep = machine.line_share < ns ? machine.line_share : ns;
		l->owner = -1;
	}
	if (a->cpu != DEVICE)
		l->sharers[a->cpu / 64] |= 1ull << a->cpu % 64;
	l->busy = true;
	l->busy_ns += keep;
	l->moves++;
	/* Whoever waits takes the line before its new owner can use it again; or only after. */
	if (a->write && a->cpu != DEVICE && cpu_chance(a->cpu, machine.keep)) {
		after(ns, a->fn, a->arg);
		after(keep + machine.keep_ns, line_next, l);
	} else {
		after(keep, line_next, l);
		after(ns, a->fn, a->arg);
	}
	access_put(a);
}

static void line_next(void *arg)
{
	struct line *l = arg;
	struct access *a = l->first;

	l->busy = false;
	if (!a)
		return;
	l->first = a->next;
	if (!l->first)
		l->last = NULL;
	line_serve(l, a);
}

static void line_ask(struct line *l, int cpu, bool write, void (*fn)(void *arg), void *arg)
{
	struct access *a = access_get();

	a->cpu = cpu;
	a->write = write;
	a->fn = fn;
	a->arg = arg;
	if (!l->busy) {
		line_serve(l, a);
		return;
	}
	if (l->last)
		l->last->next = a;
	else
		l->first = a;
	l->last = a;
}

void line_read(struct line *l)
{
	if (line_held(l, this_cpu->nr)) {
		cpu_sleep(machine.hit);
		return;
	}
	line_ask(l, this_cpu->nr, false, cpu_go, this_cpu);
	cpu_stop();
}

static void line_own(struct line *l, int hit)
{
	if (l->owner == this_cpu->nr) {
		cpu_sleep(hit);
		return;
	}
	line_ask(l, this_cpu->nr, true, cpu_go, this_cpu);
	cpu_stop();
}

void line_write(struct line *l)
{
	line_own(l, machine.hit);
}

void line_atomic(struct line *l)
{
	line_own(l, machine.atomic);
}

void line_post(struct line *l)
{
	if (l->owner == this_cpu->nr) {
		cpu_sleep(machine.hit);
		return;
	}
	this_cpu->posted++;
	line_ask(l, this_cpu->nr, true, cpu_posted, this_cpu);
	cpu_sleep(machine.hit);
}

void line_ahead(struct line *l)
{
	if (line_held(l, this_cpu->nr))
		return;
	this_cpu->posted++;
	line_ask(l, this_cpu->nr, false, cpu_posted, this_cpu);
}

void line_watch(struct line *l)
{
	if (!line_held(l, this_cpu->nr)) {
		cpu_sleep(machine.poll);
		return;
	}
	this_cpu->next_watcher = NULL;
	*l->last_watcher = this_cpu;
	l->last_watcher = &this_cpu->next_watcher;
	cpu_stop();
}

void line_device(struct line *l, bool write, void (*fn)(void *arg), void *arg)
{
	line_ask(l, DEVICE, write, fn, arg);
}
