// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dirty tracking of stage 1 domains: the SMMU marks what devices write.
 *
 * ARM IHI 0070, 3.13 "Translation table entries and Access/Dirty flags". Layer 3.
 * Invariant: a domain allocated for tracking has CD.HD from the start, so starting to track
 * changes nothing that a device could notice.
 */
#include <linux/io-pgtable.h>
#include "domain.h"

static int dirty_set_tracking(struct iommu_domain *domain, bool enabled)
{
	return 0;
}

static int dirty_read_and_clear(struct iommu_domain *domain, unsigned long iova, size_t size,
				unsigned long flags, struct iommu_dirty_bitmap *dirty)
{
	struct io_pgtable_ops *ops = smmu3_domain_from(domain)->pgtbl;

	return ops->read_and_clear_dirty(ops, iova, size, flags, dirty);
}

const struct iommu_dirty_ops smmu3_dirty_ops = {
	.set_dirty_tracking	= dirty_set_tracking,
	.read_and_clear_dirty	= dirty_read_and_clear,
};
