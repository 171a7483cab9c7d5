// SPDX-License-Identifier: GPL-2.0-only
/* What stands at the head of bench.h. */
#include "bench.h"
#include <stdio.h>
#include <string.h>
#include "cpu.h"
#include "event.h"
#include "smmu.h"

/* Until the queues have settled, and what is measured then. */
#define SETTLE_NS 1000000
#define MEASURE_NS 4000000
/* Neighbouring CPUs' pages have their table entries in one line. */
#define ENTRIES_IN_LINE 8

static const struct algo *algo;
static struct line tables[MAX_CPUS / ENTRIES_IN_LINE];
static struct result sums;
struct algo_counts algo_counts;

static void bench_unmap(void)
{
	uint64_t start = now(), ns;

	algo->unmap();
	ns = now() - start;
	sums.unmaps++;
	sums.wait_sum += ns;
	if (ns > sums.wait_max)
		sums.wait_max = ns;
}

static void bench_loop(void)
{
	struct line *table = &tables[this_cpu->nr / ENTRIES_IN_LINE];

	for (;;) {
		cpu_work(machine.map);
		line_post(table);
		cpu_work(machine.unmap);
		line_post(table);
		cpu_fence();
		bench_unmap();
	}
}

/* From now on it counts. */
static void bench_reset(void)
{
	struct line *const *l;

	memset(&sums, 0, sizeof(sums));
	memset(&algo_counts, 0, sizeof(algo_counts));
	smmu_cmds = 0;
	smmu_syncs = 0;
	smmu_doorbells = 0;
	for (l = algo->lines; *l; l++)
		(*l)->busy_ns = 0;
}

struct result bench_run(const struct algo *which, int nr)
{
	struct line *const *l;
	int i;

	events_reset();
	algo = which;
	for (i = 0; i < MAX_CPUS / ENTRIES_IN_LINE; i++)
		line_init(&tables[i], "table");
	cpus_start(nr, bench_loop);
	algo->init();
	events_run(SETTLE_NS);
	bench_reset();
	events_run(SETTLE_NS + MEASURE_NS);
	sums.ns = MEASURE_NS;
	sums.cmds = smmu_cmds;
	sums.syncs = smmu_syncs;
	sums.doorbells = smmu_doorbells;
	sums.counts = algo_counts;
	for (l = algo->lines; *l; l++) {
		if (!sums.busiest || (*l)->busy_ns > sums.busy_ns) {
			sums.busiest = (*l)->name;
			sums.busy_ns = (*l)->busy_ns;
		}
	}
	return sums;
}

void result_heading(void)
{
	puts("machine\talgorithm\tcpus\ttotal_M/s\tper_cpu_K/s\tcmds/unmap\tdoorbells/unmap\t"
	     "shared_%\ttries/unmap\twait_mean_us\twait_max_us\tbusiest_line\tbusy_%");
}

void result_print(const char *name, const char *which, int nr, const struct result *r)
{
	double n = r->unmaps ? r->unmaps : 1;

	printf("%s\t%s\t%d\t%.3f\t%.1f\t", name, which, nr, r->unmaps * 1e3 / r->ns,
	       r->unmaps * 1e6 / r->ns / nr);
	printf("%.3f\t%.3f\t%.1f\t%.2f\t", r->cmds / n, r->doorbells / n,
	       r->counts.shared * 100 / n, r->counts.tries / n);
	printf("%.2f\t%.2f\t%s\t%.0f\n", r->wait_sum / n / 1e3, r->wait_max / 1e3,
	       r->busiest ? r->busiest : "-", r->busy_ns * 100.0 / r->ns);
}
