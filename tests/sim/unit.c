// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks of the simulator itself: what must come out can be said without it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bench.h"
#include "cpu.h"
#include "event.h"
#include "smmu.h"
#include "spin.h"

/* Long enough for any of them. */
#define LONG_NS 1000000

static int failed;
static struct line line;
static struct spinlock lock;
static uint64_t count, took, each[MAX_CPUS];

/* @got is @want, or differs by @percent at most. */
static void check(const char *what, uint64_t got, uint64_t want, int percent)
{
	uint64_t off = got > want ? got - want : want - got;
	bool ok = off * 100 <= want * percent;

	printf("%s %s: %llu, expected %llu\n", ok ? "ok" : "not ok", what,
	       (unsigned long long)got, (unsigned long long)want);
	failed += !ok;
}

static void start(int cpus_nr, void (*body)(void))
{
	events_reset();
	count = 0;
	took = 0;
	memset(each, 0, sizeof(each));
	line_init(&line, "unit");
	spin_init(&lock, &line);
	smmu_init(1);
	cpus_start(cpus_nr, body);
	events_run(LONG_NS);
}

/* ---------------------------------------------------------------- one CPU */

static void idle_init(void)
{
	smmu_init(1);
}

static void idle_unmap(void)
{
}

static struct line *const no_lines[] = { NULL };
static const struct algo algo_idle = { "idle", idle_init, idle_unmap, no_lines };

/* The loop without an invalidation: a map, an unmap, and two stores to a line that it holds. */
static void check_loop(void)
{
	struct result r = bench_run(&algo_idle, 1);

	check("a loop of one CPU takes what its parts take, in ns", r.ns / r.unmaps,
	      machine.map + machine.unmap + 2 * machine.hit, 1);
}

static void body_sync(void)
{
	struct queue *q = smmu_queue(0);
	uint64_t begin;

	queue_put(q, 0, true, queue_line(q, 0));
	line_write(queue_line(q, 0));
	begin = now();
	smmu_ring(q, 1);
	for (line_read(queue_line(q, 0)); !queue_synced(q, 0); line_read(queue_line(q, 0)))
		line_watch(queue_line(q, 0));
	took = now() - begin;
}

uint64_t unit_sync(void)
{
	start(1, body_sync);
	return took;
}

/* The entry comes from the CPU's cache, the word takes its copy away, the CPU reads it again. */
static void check_sync(void)
{
	check("a CMD_SYNC takes what its parts take, in ns", unit_sync(), machine.mmio +
	      machine.mmio_busy + machine.fetch + machine.sync + machine.sync_write +
	      3 * machine.line_die, 0);
}

/* ---------------------------------------------------------------- lines */

static void body_writer(void)
{
	for (;;) {
		line_atomic(&line);
		count++;
	}
}

static void check_writers(int nr, int ns)
{
	char what[96];

	start(nr, body_writer);
	snprintf(what, sizeof(what), "%d writers of a line take turns of, in ns", nr);
	check(what, LONG_NS / count, ns, 2);
}

#define READ_AT 5000

static void body_reader(void)
{
	if (!this_cpu->nr) {
		line_write(&line);
		return;
	}
	cpu_sleep(READ_AT - now());
	line_read(&line);
	took = now();
}

/* The first has it from the writer, the others in close succession from those who have it. */
static void check_readers(void)
{
	int nr = machine.die_cpus;

	start(nr, body_reader);
	check("the last reader of a line has it, in ns", took - READ_AT, machine.line_die +
	      (nr - 3) * machine.line_share + machine.line_die, 20);
}

static void body_post(void)
{
	uint64_t begin = now();

	line_post(&line);
	cpu_fence();
	took = now() - begin;
}

static void check_post(void)
{
	start(1, body_post);
	check("a barrier waits for a store, in ns", took, machine.line_die, 0);
}

/* ---------------------------------------------------------------- the lock */

static void body_locker(void)
{
	for (;;) {
		uint64_t seen;

		spin_lock(&lock);
		seen = count;
		cpu_work(50);
		count = seen + 1;
		each[this_cpu->nr]++;
		spin_unlock(&lock);
		cpu_work(100);
	}
}

static void check_lock(int nr)
{
	uint64_t sum = 0, least = LONG_NS, most = 0;
	int i;

	start(nr, body_locker);
	for (i = 0; i < nr; i++) {
		sum += each[i];
		least = each[i] < least ? each[i] : least;
		most = each[i] > most ? each[i] : most;
	}
	check("nothing is lost under the lock", count, sum, 0);
	check("and everybody gets it as often", least + 1, most, 30);
}

/* ---------------------------------------------------------------- all of it */

/* Every unmap has its invalidation executed, but for those on their way at either end. */
static void check_commands(const struct algo *algo, int nr)
{
	struct result r = bench_run(algo, nr);
	uint64_t tlbis = r.cmds - r.syncs;
	char what[96];

	snprintf(what, sizeof(what), "%s, %d CPUs: invalidations for unmaps, within %d", algo->name,
		 nr, nr);
	check(what, tlbis > r.unmaps ? tlbis - r.unmaps < (uint64_t)nr :
	      r.unmaps - tlbis < (uint64_t)nr, 1, 0);
	snprintf(what, sizeof(what), "%s, %d CPUs: an unmap without a CMD_SYNC shared one",
		 algo->name, nr);
	check(what, r.syncs + r.counts.shared, r.unmaps, 5);
}

int unit_run(void)
{
	static const struct algo *const algos[] = {
		&algo_intree, &algo_add, &algo_fallback, &algo_smmu3, &algo_gather, &algo_ecmdq,
	};
	size_t i;

	machine.jitter = 0;
	machine.keep = 0;
	check_loop();
	check_sync();
	check_writers(2, machine.cluster_cpus > 1 ? machine.line_cluster : machine.line_die);
	check_writers(machine.cluster_cpus > 1 ? machine.cluster_cpus : machine.die_cpus,
		      machine.cluster_cpus > 1 ? machine.line_cluster : machine.line_die);
	check_readers();
	check_post();
	check_lock(2);
	check_lock(machine.die_cpus);
	machine.jitter = 10;
	for (i = 0; i < sizeof(algos) / sizeof(algos[0]); i++)
		check_commands(algos[i], 16);
	machine.queue_lg2 = 8;
	for (i = 0; i < sizeof(algos) / sizeof(algos[0]); i++)
		check_commands(algos[i], 32);
	return failed;
}
