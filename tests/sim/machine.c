// SPDX-License-Identifier: GPL-2.0-only
/* What stands at the head of machine.h. */
#include "machine.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct machine machine;

#define NAME(n) { #n, offsetof(struct machine, n) }

static const struct {
	const char *name;
	size_t at;
} names[] = {
	NAME(cluster_cpus), NAME(die_cpus), NAME(socket_cpus), NAME(hit), NAME(atomic),
	NAME(line_cluster), NAME(line_die), NAME(line_socket), NAME(line_remote), NAME(line_share),
	NAME(keep), NAME(keep_ns),
	NAME(map), NAME(unmap), NAME(jitter), NAME(poll), NAME(mmio), NAME(mmio_ack),
	NAME(mmio_busy), NAME(fetch), NAME(fetch_nr), NAME(cmd), NAME(sync), NAME(sync_write),
	NAME(queue_lg2), NAME(msi),
};

#define NR_NAMES (sizeof(names) / sizeof(names[0]))

/* Return: which parameter, or -1. */
static int machine_take(struct machine *m, const char *setting)
{
	char name[32];
	int value, n;
	size_t i;

	n = sscanf(setting, " %31[a-z_0-9] = %d", name, &value);
	for (i = 0; n == 2 && value >= 0 && i < NR_NAMES; i++) {
		if (!strcmp(names[i].name, name)) {
			memcpy((char *)m + names[i].at, &value, sizeof(value));
			return i;
		}
	}
	fprintf(stderr, "sim: no parameter: %s\n", setting);
	return -1;
}

bool machine_set(struct machine *m, const char *setting)
{
	return machine_take(m, setting) >= 0;
}

bool machine_read(struct machine *m, const char *path)
{
	bool seen[NR_NAMES] = { false }, ok = true;
	FILE *in = fopen(path, "r");
	char line[512];
	size_t i;
	int nr;

	if (!in) {
		perror(path);
		return false;
	}
	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "#\n")] = '\0';
		if (!line[strspn(line, " \t")])
			continue;
		nr = machine_take(m, line);
		if (nr < 0)
			ok = false;
		else
			seen[nr] = true;
	}
	fclose(in);
	for (i = 0; i < NR_NAMES; i++) {
		if (!seen[i]) {
			fprintf(stderr, "sim: %s: no %s\n", path, names[i].name);
			ok = false;
		}
	}
	return ok;
}

int cpu_distance(int from, int to)
{
	if (from / machine.cluster_cpus == to / machine.cluster_cpus)
		return machine.line_cluster;
	if (from / machine.die_cpus == to / machine.die_cpus)
		return machine.line_die;
	if (from / machine.socket_cpus == to / machine.socket_cpus)
		return machine.line_socket;
	return machine.line_remote;
}

int home_distance(int cpu)
{
	if (cpu < machine.die_cpus)
		return machine.line_die;
	return cpu < machine.socket_cpus ? machine.line_socket : machine.line_remote;
}
