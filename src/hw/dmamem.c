// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that the SMMU reads, aligned to its size.
 *
 * Layer 1. Coherent memory that comes from CMA is aligned to CONFIG_CMA_ALIGNMENT at most, 1 MiB
 * with 4 KiB pages: less than a linear stream table of 16 StreamID bits needs.
 */
#include <linux/dma-mapping.h>
#include <linux/kernel.h>
#include "dmamem.h"

static void *alloc_raw(struct device *dev, struct smmu3_dmamem *mem, size_t sz)
{
	mem->raw_sz = sz;
	mem->raw = dma_alloc_coherent(dev, sz, &mem->raw_dma, GFP_KERNEL | __GFP_NOWARN);
	return mem->raw;
}

int smmu3_dmamem_alloc(struct device *dev, struct smmu3_dmamem *mem, size_t sz)
{
	mem->cpu = NULL;
	if (!alloc_raw(dev, mem, sz))
		return -ENOMEM;
	if (mem->raw_dma & (sz - 1)) {
		dma_free_coherent(dev, sz, mem->raw, mem->raw_dma);
		if (!alloc_raw(dev, mem, 2 * sz))
			return -ENOMEM;
	}
	mem->dma = ALIGN(mem->raw_dma, sz);
	mem->cpu = mem->raw + (mem->dma - mem->raw_dma);
	return 0;
}

void smmu3_dmamem_free(struct device *dev, struct smmu3_dmamem *mem)
{
	if (!mem->cpu)
		return;
	dma_free_coherent(dev, mem->raw_sz, mem->raw, mem->raw_dma);
	mem->cpu = NULL;
}
