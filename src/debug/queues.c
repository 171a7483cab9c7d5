// SPDX-License-Identifier: GPL-2.0-only
/*
 * queues: indices, fill, memory, and how long CMD_SYNCs take.
 *
 * ARM IHI 0070, 3.5, 4.7. Beside the layers.
 */
#include <linux/bitfield.h>
#include <linux/seq_file.h>
#include "../hw/ecmdq.h"
#include "../hw/mmio.h"
#include "views.h"

static void queues_print_memory(struct seq_file *m, const char *name, const struct smmu3_queue *q)
{
	seq_printf(m, "%s_entries: %u\n", name, smmu3_queue_nr(q));
	seq_printf(m, "%s_memory: %zu bytes at %#llx%s\n", name, smmu3_queue_sz(q), (u64)q->dma,
		   q->preset ? " (preset)" : "");
}

/* PROD and CONS without overflow and error flags: how many entries lie between them. */
static u32 queues_fill(const struct smmu3_queue *q, u32 prod, u32 cons)
{
	return (prod - cons) & ((2U << q->lg2) - 1);
}

static void queues_print_latency(struct seq_file *m, const struct smmu3_cmdq *cmdq)
{
	unsigned int i;

	seq_puts(m, "# CMD_SYNC waits: microseconds from-to count\n");
	for (i = 0; i < SMMU3_SYNC_BUCKETS; i++) {
		u64 nr = atomic64_read(&cmdq->latency[i]);

		if (!nr)
			continue;
		if (i == SMMU3_SYNC_BUCKETS - 1)
			seq_printf(m, "sync_wait: %u- %llu\n", 1U << (i - 1), nr);
		else
			seq_printf(m, "sync_wait: %u-%u %llu\n", i ? 1U << (i - 1) : 0,
				   (1U << i) - 1, nr);
	}
}

static void queues_print_cmdq(struct seq_file *m, const struct smmu3_cmdq *cmdq)
{
	u32 cons = smmu3_mmio_read32(cmdq->regs + CMDQ_REG_CONS);
	u32 prod = smmu3_mmio_read32(cmdq->regs + CMDQ_REG_PROD);

	queues_print_memory(m, "cmdq", &cmdq->q);
	seq_printf(m, "cmdq_running: %s\n",
		   READ_ONCE(cmdq->running) ? "yes" : "no, commands count as done");
	seq_printf(m, "cmdq_prod: 0x%08x\ncmdq_cons: 0x%08x\n", prod, cons);
	seq_printf(m, "cmdq_fill: %u\n", queues_fill(&cmdq->q, prod, cons));
	seq_printf(m, "cmdq_position: posted %llu done %llu\n", READ_ONCE(cmdq->prod),
		   READ_ONCE(cmdq->running) ?
			   smmu3_queue_pos(&cmdq->q, READ_ONCE(cmdq->done), cons) :
			   READ_ONCE(cmdq->done));
	seq_printf(m, "cmdq_error: %s\n", smmu3_cerror_name(FIELD_GET(CMDQ_CONS_ERR, cons)));
	seq_printf(m, "cmdq_full: %llu\n", READ_ONCE(cmdq->full));
	seq_printf(m, "cmdq_doorbells: %llu\n", READ_ONCE(cmdq->doorbells));
	seq_printf(m, "cmdq_sync: %s\n",
		   cmdq->sync_mem ? "completes by a write to memory" : "CONS is polled");
	seq_printf(m, "cmdq_syncs_merged: %llu\n", READ_ONCE(cmdq->syncs_merged));
	seq_printf(m, "cmdq_sync_timeouts: %llu\n", (u64)atomic64_read(&cmdq->timeouts));
	queues_print_latency(m, cmdq);
}

/* One line each: there may be as many as CPUs. */
static void queues_print_ecmdqs(struct seq_file *m, struct smmu3_device *smmu)
{
	unsigned int i;

	seq_printf(m, "ecmdq_used: %u\n", smmu->nr_ecmdqs);
	if (!smmu->nr_ecmdqs)
		return;
	queues_print_memory(m, "ecmdq", &smmu->ecmdqs[0].q);
	for (i = 0; i < smmu->nr_ecmdqs; i++) {
		const struct smmu3_cmdq *cmdq = &smmu->ecmdqs[i];

		seq_printf(m, "ecmdq: %u prod 0x%08x cons 0x%08x posted %llu syncs_merged %llu full %llu timeouts %llu\n",
			   i, smmu3_mmio_read32(cmdq->regs + CMDQ_REG_PROD),
			   smmu3_mmio_read32(cmdq->regs + CMDQ_REG_CONS), smmu3_cmdq_total(cmdq),
			   READ_ONCE(cmdq->syncs_merged), READ_ONCE(cmdq->full),
			   (u64)atomic64_read(&cmdq->timeouts));
	}
}

static void queues_print_inq(struct seq_file *m, struct smmu3_device *smmu, const char *name,
			     const struct smmu3_inq *inq, u32 reg_prod, u32 reg_cons)
{
	u32 cons = smmu3_read32(smmu, reg_cons);
	u32 prod = smmu3_read32(smmu, reg_prod);

	queues_print_memory(m, name, &inq->q);
	seq_printf(m, "%s_prod: 0x%08x\n%s_cons: 0x%08x\n", name, prod, name, cons);
	seq_printf(m, "%s_fill: %u\n", name, queues_fill(&inq->q, prod, cons));
	seq_printf(m, "%s_records: %llu\n", name, READ_ONCE(inq->total));
	seq_printf(m, "%s_overflows: %llu\n", name, READ_ONCE(inq->overflows));
}

int smmu3_debug_queues_show(struct seq_file *m, void *unused)
{
	struct smmu3_device *smmu = m->private;

	seq_printf(m, "# queues of %s; prod and cons are the registers\n", dev_name(smmu->dev));
	queues_print_cmdq(m, &smmu->cmdq);
	queues_print_ecmdqs(m, smmu);
	queues_print_inq(m, smmu, "evtq", &smmu->evtq, REG_EVENTQ_PROD, REG_EVENTQ_CONS);
	if (smmu->priq.q.base)
		queues_print_inq(m, smmu, "priq", &smmu->priq, REG_PRIQ_PROD, REG_PRIQ_CONS);
	return 0;
}
