// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue for each CPU, as with ECMDQ (or VCMDQ): nothing is shared but the SMMU itself. What the
 * queue of one CPU costs in instructions is the same as elsewhere.
 */
#include "algo.h"
#include "cpu.h"
#include "smmu.h"

static struct line *const lines[] = { NULL };
static uint64_t prod[MAX_CPUS];

static void ecmdq_init(void)
{
	int i;

	smmu_init(cpus());
	for (i = 0; i < cpus(); i++)
		prod[i] = 0;
}

static void ecmdq_unmap(void)
{
	struct queue *q = smmu_queue(this_cpu->nr);
	uint64_t pos = prod[this_cpu->nr];
	struct line *last = queue_put_pair(q, pos);

	cpu_fence();
	prod[this_cpu->nr] += 2;
	smmu_ring(q, pos + 2);
	if (!machine.msi) {
		while (smmu_read_cons(q) < pos + 2)
			cpu_sleep(machine.poll);
		return;
	}
	for (line_read(last); !queue_synced(q, pos + 1); line_read(last))
		line_watch(last);
}

const struct algo algo_ecmdq = { "ecmdq", ecmdq_init, ecmdq_unmap, lines };
