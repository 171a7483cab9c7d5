/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions of the kernel's DMA layer that are exported to IOMMU drivers while their
 * header is not shipped in the headers packages.
 *
 * Layer: compat. Invariant: the same declaration on every supported kernel; a kernel
 * with MODVERSIONS compares its type at load.
 */
#ifndef SMMU3_COMPAT_DMA_IOMMU_H
#define SMMU3_COMPAT_DMA_IOMMU_H

#include <linux/list.h>

struct device;

#ifdef CONFIG_IOMMU_DMA
void iommu_dma_get_resv_regions(struct device *dev, struct list_head *list);
#else
static inline void iommu_dma_get_resv_regions(struct device *dev, struct list_head *list)
{
}
#endif

#endif /* SMMU3_COMPAT_DMA_IOMMU_H */
