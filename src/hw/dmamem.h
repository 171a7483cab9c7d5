/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that the SMMU reads, aligned to its size.
 *
 * ARM IHI 0070, 6.3.24 "SMMU_STRTAB_BASE", 6.3.26 "SMMU_CMDQ_BASE": the SMMU takes address bits
 * below the size as zero. Layer 1.
 */
#ifndef SMMU3_HW_DMAMEM_H
#define SMMU3_HW_DMAMEM_H

#include <linux/types.h>

struct device;

/**
 * struct smmu3_dmamem - one allocation
 * @cpu: zeroed memory; NULL where there is none
 * @dma: its address as the SMMU sees it, a multiple of the size
 * @raw: what was allocated: more, where the allocator does not align
 * @raw_dma: its address
 * @raw_sz: its bytes
 */
struct smmu3_dmamem {
	void		*cpu;
	dma_addr_t	dma;
	void		*raw;
	dma_addr_t	raw_dma;
	size_t		raw_sz;
};

/**
 * smmu3_dmamem_alloc() - allocate
 * @dev: the SMMU's device
 * @mem: filled
 * @sz: bytes, a power of two
 *
 * Context: may sleep.
 * Return: 0; -ENOMEM, nothing is printed.
 */
int smmu3_dmamem_alloc(struct device *dev, struct smmu3_dmamem *mem, size_t sz);

/* Nothing to do for memory that was not allocated. */
void smmu3_dmamem_free(struct device *dev, struct smmu3_dmamem *mem);

#endif
