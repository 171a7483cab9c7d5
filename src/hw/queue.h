/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the three queues share: memory and index arithmetic.
 *
 * ARM IHI 0070, 3.5 "Command and Event queues". Layer 1.
 * Software counts positions in 64 bits that never wrap; the registers hold their low
 * lg2 + 1 bits (index and wrap bit).
 */
#ifndef SMMU3_HW_QUEUE_H
#define SMMU3_HW_QUEUE_H

#include <linux/types.h>
#include "dmamem.h"

struct smmu3_device;

/**
 * struct smmu3_queue - memory of a queue
 * @base: entries, little-endian words
 * @dma: their address as the SMMU sees it
 * @lg2: log2 of the number of entries
 * @mask: entries less one
 * @ent_qwords: 64-bit words of an entry
 * @preset: the memory belongs to the SMMU (IDR1.QUEUES_PRESET) and is mapped, not allocated
 * @mem: the memory otherwise
 */
struct smmu3_queue {
	__le64		*base;
	dma_addr_t	dma;
	u32		mask;
	u8		lg2;
	u8		ent_qwords;
	bool		preset;
	struct smmu3_dmamem mem;
};

static inline u32 smmu3_queue_nr(const struct smmu3_queue *q)
{
	return q->mask + 1;
}

/* The register form of a position: index and wrap bit. */
static inline u32 smmu3_queue_reg(const struct smmu3_queue *q, u64 pos)
{
	return pos & (2 * q->mask + 1);
}

static inline __le64 *smmu3_queue_ent(const struct smmu3_queue *q, u64 pos)
{
	return q->base + (pos & q->mask) * q->ent_qwords;
}

/*
 * The position that register value @reg means, given that it is @from or later and
 * less than two queue lengths away.
 */
static inline u64 smmu3_queue_pos(const struct smmu3_queue *q, u64 from, u32 reg)
{
	return from + ((reg - (u32)from) & (2 * q->mask + 1));
}

size_t smmu3_queue_sz(const struct smmu3_queue *q);

/**
 * smmu3_queue_alloc() - memory of a queue, on the SMMU's NUMA node
 * @smmu: the SMMU
 * @q: filled
 * @name: for the error message
 * @lg2: log2 entries wanted; fewer are taken, down to 256, where memory is short
 * @ent_qwords: words of an entry
 * @base_reg: REG_*_BASE; read where the SMMU's queues are preset
 * @lg2_max: of IDR1: an SMMU takes no larger one, whatever its register says
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM; -EOPNOTSUPP for a preset queue that cannot be used.
 */
int smmu3_queue_alloc(struct smmu3_device *smmu, struct smmu3_queue *q, const char *name,
		      u8 lg2, u8 ent_qwords, u32 base_reg, u8 lg2_max);
void smmu3_queue_free(struct smmu3_device *smmu, struct smmu3_queue *q);

/* Write BASE, which is at @base; nothing to do for a preset queue. */
void smmu3_queue_program(const struct smmu3_queue *q, void __iomem *base);

#endif
