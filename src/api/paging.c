// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paging domains: attach, map, unmap, invalidate.
 *
 * ARM IHI 0070, 3.17, 3.21. Layer 3.
 * Invariant: memory may be reused once an unmap with its iotlb_sync() has returned.
 */
#include <linux/io-pgtable.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "../compat/domain_ops.h"
#include "../core/attach.h"
#include "../core/inv.h"
#include "domain.h"

static int paging_attach_dev(struct iommu_domain *domain, struct device *dev,
			     struct iommu_domain *old)
{
	struct smmu3_target target = {
		.kind = SMMU3_TRANSLATE,
		.space = &smmu3_domain_from(domain)->space,
	};

	return smmu3_attach_rid(smmu3_master_from(dev), &target);
}

SMMU3_DEFINE_ATTACH_DEV(paging_attach_dev);

static int paging_map_pages(struct iommu_domain *domain, unsigned long iova, phys_addr_t paddr,
			    size_t pgsize, size_t pgcount, int prot, gfp_t gfp, size_t *mapped)
{
	struct io_pgtable_ops *ops = smmu3_domain_from(domain)->pgtbl;

	return ops->map_pages(ops, iova, paddr, pgsize, pgcount, prot, gfp, mapped);
}

static size_t paging_unmap_pages(struct iommu_domain *domain, unsigned long iova, size_t pgsize,
				 size_t pgcount, struct iommu_iotlb_gather *gather)
{
	struct io_pgtable_ops *ops = smmu3_domain_from(domain)->pgtbl;

	return ops->unmap_pages(ops, iova, pgsize, pgcount, gather);
}

static void paging_flush_iotlb_all(struct iommu_domain *domain)
{
	smmu3_inv_all(&smmu3_domain_from(domain)->space);
}

static void paging_iotlb_sync(struct iommu_domain *domain, struct iommu_iotlb_gather *gather)
{
	smmu3_inv_range(&smmu3_domain_from(domain)->space, gather->start,
			gather->end - gather->start + 1, gather->pgsize, true);
}

SMMU3_DEFINE_IOTLB_SYNC(paging_iotlb_sync);

static phys_addr_t paging_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	struct io_pgtable_ops *ops = smmu3_domain_from(domain)->pgtbl;

	return ops->iova_to_phys(ops, iova);
}

static void paging_free(struct iommu_domain *domain)
{
	struct smmu3_domain *sd = smmu3_domain_from(domain);

	/* Freeing the tables asks for one more invalidation, which by now reaches nothing. */
	free_io_pgtable_ops(sd->pgtbl);
	smmu3_space_fini(&sd->space);
	kfree(sd);
	/* Partner of the one in smmu3_domain_alloc_paging(); nothing of ours runs after it. */
	module_put(THIS_MODULE);
}

const struct iommu_domain_ops smmu3_paging_ops = {
	.attach_dev		= SMMU3_ATTACH_DEV(paging_attach_dev),
	.set_dev_pasid		= smmu3_domain_set_dev_pasid,
	.map_pages		= paging_map_pages,
	.unmap_pages		= paging_unmap_pages,
	.flush_iotlb_all	= paging_flush_iotlb_all,
	.iotlb_sync		= SMMU3_IOTLB_SYNC(paging_iotlb_sync),
	.iova_to_phys		= paging_iova_to_phys,
	.free			= paging_free,
};
