// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the three queues share: memory and base registers.
 *
 * ARM IHI 0070, 3.5 "Command and Event queues", 6.3.26 "SMMU_CMDQ_BASE". Layer 1.
 * Invariant: a queue's memory is aligned to its size, as the base register demands.
 */
#include <linux/bitfield.h>
#include <linux/io.h>
#include "device.h"
#include "mmio.h"
#include "queue.h"

#define QUEUE_LG2_MIN	8

size_t smmu3_queue_sz(const struct smmu3_queue *q)
{
	return (size_t)q->ent_qwords * 8 << q->lg2;
}

/*
 * The SMMU owns the memory: take address and size from its register (6.3.2, QUEUES_PRESET and
 * REL).
 */
static int queue_map_preset(struct smmu3_device *smmu, struct smmu3_queue *q, const char *name,
			    u32 base_reg, u8 lg2_max)
{
	u64 base = smmu3_read64(smmu, base_reg);
	phys_addr_t pa = base & Q_BASE_ADDR;

	/* 6.3.26: a larger value behaves as the largest that IDR1 tells. */
	q->lg2 = min_t(u8, FIELD_GET(Q_BASE_LOG2SIZE, base), lg2_max);
	/* A command needs room for its CMD_SYNC; no other queue is of use with one entry. */
	if (!q->lg2) {
		dev_err(smmu->dev, "preset %s queue has one entry (%#llx)\n", name, base);
		return -EOPNOTSUPP;
	}
	q->mask = (1U << q->lg2) - 1;
	q->preset = true;
	if (smmu->feat.preset_rel)
		pa += smmu->reg_pa;
	q->dma = pa;
	q->base = memremap(pa, smmu3_queue_sz(q), MEMREMAP_WC);
	if (!q->base) {
		dev_err(smmu->dev, "preset %s queue at %pa cannot be mapped\n", name, &pa);
		return -EOPNOTSUPP;
	}
	return 0;
}

int smmu3_queue_alloc(struct smmu3_device *smmu, struct smmu3_queue *q, const char *name,
		      u8 lg2, u8 ent_qwords, u32 base_reg, u8 lg2_max)
{
	u8 min = min_t(u8, lg2, QUEUE_LG2_MIN);

	q->ent_qwords = ent_qwords;
	if (smmu->feat.queues_preset)
		return queue_map_preset(smmu, q, name, base_reg, lg2_max);

	for (q->lg2 = lg2; ; q->lg2--) {
		if (!smmu3_dmamem_alloc(smmu->dev, &q->mem, smmu3_queue_sz(q)))
			break;
		if (q->lg2 > min)
			continue;
		dev_err(smmu->dev, "no memory for the %s queue (%zu bytes)\n", name,
			smmu3_queue_sz(q));
		return -ENOMEM;
	}
	q->mask = (1U << q->lg2) - 1;
	q->base = q->mem.cpu;
	q->dma = q->mem.dma;
	return 0;
}

void smmu3_queue_free(struct smmu3_device *smmu, struct smmu3_queue *q)
{
	if (!q->base)
		return;
	if (q->preset)
		memunmap(q->base);
	else
		smmu3_dmamem_free(smmu->dev, &q->mem);
	q->base = NULL;
}

void smmu3_queue_program(const struct smmu3_queue *q, void __iomem *base)
{
	if (q->preset)
		return;
	smmu3_mmio_write64(base, (q->dma & Q_BASE_ADDR) | Q_BASE_RWA |
			   FIELD_PREP(Q_BASE_LOG2SIZE, q->lg2));
}
