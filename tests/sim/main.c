// SPDX-License-Identifier: GPL-2.0-only
/*
 * sim unit MACHINE [NAME=VALUE...]: the simulator's own checks.
 * sim sync MACHINE [NAME=VALUE...]: how long a CMD_SYNC in an empty queue takes, in ns.
 * sim MACHINE ALGORITHM CPUS[,CPUS...] [NAME=VALUE...]: the loop of bench.h, a line for each number
 * of CPUs. ALGORITHM is "all", or a name. NAME=VALUE changes a parameter of the machine's file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bench.h"
#include "machine.h"

static const struct algo *const algos[] = {
	&algo_intree, &algo_add, &algo_fallback, &algo_smmu3, &algo_gather, &algo_ecmdq,
};

#define NR_ALGOS (sizeof(algos) / sizeof(algos[0]))

static int usage(void)
{
	fputs("usage: sim unit|sync MACHINE [NAME=VALUE...]\n"
	      "       sim MACHINE ALGORITHM CPUS[,CPUS...] [NAME=VALUE...]\n", stderr);
	return 2;
}

static bool settings(int nr, char **at)
{
	while (nr--) {
		if (!machine_set(&machine, *at++))
			return false;
	}
	return true;
}

/* @list: numbers of CPUs. */
static bool run(const char *path, const struct algo *algo, const char *list)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;

	while (*list) {
		char *end;
		long nr = strtol(list, &end, 10);
		struct result r;

		if (end == list || nr < 1 || nr > MAX_CPUS || (*end && *end != ','))
			return false;
		r = bench_run(algo, nr);
		result_print(name, algo->name, nr, &r);
		fflush(stdout);
		list = *end ? end + 1 : end;
	}
	return true;
}

int main(int argc, char **argv)
{
	bool all, found = false;
	size_t i;

	if (argc >= 3 && (!strcmp(argv[1], "unit") || !strcmp(argv[1], "sync"))) {
		if (!machine_read(&machine, argv[2]) || !settings(argc - 3, argv + 3))
			return 2;
		if (!strcmp(argv[1], "unit"))
			return unit_run() ? 1 : 0;
		printf("%llu\n", (unsigned long long)unit_sync());
		return 0;
	}
	if (argc < 4)
		return usage();
	if (!machine_read(&machine, argv[1]) || !settings(argc - 4, argv + 4))
		return 2;
	all = !strcmp(argv[2], "all");
	result_heading();
	for (i = 0; i < NR_ALGOS; i++) {
		if (!all && strcmp(argv[2], algos[i]->name))
			continue;
		found = true;
		if (!run(argv[1], algos[i], argv[3]))
			return usage();
	}
	return found ? 0 : usage();
}
