// SPDX-License-Identifier: GPL-2.0-only
/*
 * counters: figures of an SMMU, `name value` a line. Names and meaning are stable.
 *
 * Beside the layers. Read without locks: each figure is right, but two of them need not be of one
 * instant.
 */
#include <linux/ctype.h>
#include <linux/seq_file.h>
#include "../core/attach.h"
#include "../core/space.h"
#include "../hw/ecmdq.h"
#include "views.h"

/* Of all queues of commands together. */
static u64 count_cmdqs(struct smmu3_device *smmu, u64 (*get)(const struct smmu3_cmdq *cmdq))
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < smmu3_nr_cmdqs(smmu); i++)
		sum += get(smmu3_nth_cmdq(smmu, i));
	return sum;
}

static u64 count_cmds(struct smmu3_device *smmu)
{
	return count_cmdqs(smmu, smmu3_cmdq_total);
}

static u64 count_opcode(struct smmu3_device *smmu, unsigned int op)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < smmu3_nr_cmdqs(smmu); i++)
		sum += READ_ONCE(smmu3_nth_cmdq(smmu, i)->posted[op]);
	return sum;
}

static u64 count_syncs(struct smmu3_device *smmu)
{
	return count_opcode(smmu, CMD_SYNC);
}

static u64 cmdq_syncs_merged(const struct smmu3_cmdq *cmdq)
{
	return READ_ONCE(cmdq->syncs_merged);
}

static u64 count_syncs_merged(struct smmu3_device *smmu)
{
	return count_cmdqs(smmu, cmdq_syncs_merged);
}

static u64 cmdq_timeouts(const struct smmu3_cmdq *cmdq)
{
	return atomic64_read(&cmdq->timeouts);
}

static u64 count_timeouts(struct smmu3_device *smmu)
{
	return count_cmdqs(smmu, cmdq_timeouts);
}

static u64 cmdq_full(const struct smmu3_cmdq *cmdq)
{
	return READ_ONCE(cmdq->full);
}

static u64 count_full(struct smmu3_device *smmu)
{
	return count_cmdqs(smmu, cmdq_full);
}

static u64 cmdq_doorbells(const struct smmu3_cmdq *cmdq)
{
	return READ_ONCE(cmdq->doorbells);
}

static u64 count_doorbells(struct smmu3_device *smmu)
{
	return count_cmdqs(smmu, cmdq_doorbells);
}

static u64 count_events(struct smmu3_device *smmu)
{
	return READ_ONCE(smmu->evtq.total);
}

static u64 count_events_lost(struct smmu3_device *smmu)
{
	return READ_ONCE(smmu->evtq.overflows);
}

static u64 count_events_muted(struct smmu3_device *smmu)
{
	return atomic64_read(&smmu->events_muted);
}

static u64 count_pri(struct smmu3_device *smmu)
{
	return READ_ONCE(smmu->priq.total);
}

static u64 count_pri_lost(struct smmu3_device *smmu)
{
	return READ_ONCE(smmu->priq.overflows);
}

static u64 count_gerrors(struct smmu3_device *smmu)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < ARRAY_SIZE(smmu->gerrors); i++)
		sum += atomic_read(&smmu->gerrors[i]);
	return sum;
}

static u64 count_recoveries(struct smmu3_device *smmu)
{
	return READ_ONCE(smmu->recoveries);
}

static u64 count_attaches(struct smmu3_device *smmu)
{
	return READ_ONCE(smmu->attaches);
}

static u64 count_entries(struct xarray *xa)
{
	unsigned long i;
	void *entry;
	u64 nr = 0;

	xa_for_each(xa, i, entry)
		nr++;
	return nr;
}

static u64 count_streams(struct smmu3_device *smmu)
{
	return count_entries(&smmu->streams);
}

static u64 count_asids(struct smmu3_device *smmu)
{
	return count_entries(&smmu->asids);
}

static u64 count_asid_moves(struct smmu3_device *smmu)
{
	return READ_ONCE(smmu->asid_moves);
}

static u64 count_asids_pinned(struct smmu3_device *smmu)
{
	struct smmu3_tag *tag;
	unsigned long id;
	u64 nr = 0;

	mutex_lock(&smmu3_attach_lock);
	xa_for_each(&smmu->asids, id, tag)
		nr += tag->shared;
	mutex_unlock(&smmu3_attach_lock);
	return nr;
}

static u64 count_asids_unshared(struct smmu3_device *smmu)
{
	return READ_ONCE(smmu->asids_unshared);
}

static u64 count_vmids(struct smmu3_device *smmu)
{
	return count_entries(&smmu->vmids);
}

static u64 queue_bytes(const struct smmu3_queue *q)
{
	return q->base ? smmu3_queue_sz(q) : 0;
}

static u64 cmdq_bytes(const struct smmu3_cmdq *cmdq)
{
	return queue_bytes(&cmdq->q) +
	       (cmdq->sync_mem ? sizeof(*cmdq->sync_mem) << cmdq->q.lg2 : 0);
}

static u64 count_queue_bytes(struct smmu3_device *smmu)
{
	return count_cmdqs(smmu, cmdq_bytes) + queue_bytes(&smmu->evtq.q) +
	       queue_bytes(&smmu->priq.q);
}

static u64 count_strtab_bytes(struct smmu3_device *smmu)
{
	return smmu3_strtab_mem(smmu);
}

static u64 count_cdtab_bytes(struct smmu3_device *smmu)
{
	return atomic_long_read(&smmu->cdtab_bytes);
}

const struct smmu3_counter smmu3_counters[] = {
	{ "cmds_posted", count_cmds },
	{ "cmd_syncs", count_syncs },
	{ "syncs_merged", count_syncs_merged },
	{ "sync_timeouts", count_timeouts },
	{ "cmdq_full", count_full },
	{ "mmio_doorbells", count_doorbells },
	{ "events_total", count_events },
	{ "events_lost", count_events_lost },
	{ "events_muted", count_events_muted },
	{ "pri_requests", count_pri },
	{ "pri_lost", count_pri_lost },
	{ "gerrors", count_gerrors },
	{ "recoveries", count_recoveries },
	{ "attaches", count_attaches },
	{ "streams", count_streams },
	{ "asids", count_asids },
	{ "vmids", count_vmids },
	{ "asid_moves", count_asid_moves },
	{ "asids_pinned", count_asids_pinned },
	{ "asids_unshared", count_asids_unshared },
	{ "mem_queues_bytes", count_queue_bytes },
	{ "mem_strtab_bytes", count_strtab_bytes },
	{ "mem_cdtab_bytes", count_cdtab_bytes },
	{ }
};

static void counters_print_opcode(struct seq_file *m, const char *name, u64 nr)
{
	seq_puts(m, "cmd_");
	for (; *name; name++)
		seq_putc(m, tolower(*name));
	seq_printf(m, " %llu\n", nr);
}

int smmu3_debug_counters_show(struct seq_file *m, void *unused)
{
	struct smmu3_device *smmu = m->private;
	const struct smmu3_counter *c;
	unsigned int op;

	for (c = smmu3_counters; c->name; c++)
		seq_printf(m, "%s %llu\n", c->name, c->get(smmu));
	for (op = 0; op < SMMU3_NR_OPCODES; op++) {
		if (smmu3_cmd_name(op))
			counters_print_opcode(m, smmu3_cmd_name(op),
					      count_opcode(smmu, op));
	}
	return 0;
}
