// SPDX-License-Identifier: GPL-2.0-only
/*
 * BLOCKED: every transaction aborts. One static domain for all SMMUs.
 *
 * ARM IHI 0070, 5.2: STE.Config 0b000, or no CD 0 while SubstreamIDs are in use. Layer 3.
 * Invariant: attaching it never fails, to the RID and to a PASID.
 */
#include "../compat/domain_ops.h"
#include "../core/attach.h"
#include "domain.h"

static int blocked_attach_dev(struct iommu_domain *domain, struct device *dev,
			      struct iommu_domain *old)
{
	struct smmu3_target target = { .kind = SMMU3_BLOCKED };

	return smmu3_attach_rid(smmu3_master_from(dev), &target);
}

SMMU3_DEFINE_ATTACH_DEV(blocked_attach_dev);

static int blocked_set_dev_pasid(struct iommu_domain *domain, struct device *dev, ioasid_t pasid,
				 struct iommu_domain *old)
{
	return smmu3_attach_pasid(smmu3_master_from(dev), pasid, NULL);
}

static const struct iommu_domain_ops blocked_ops = {
	.attach_dev	= SMMU3_ATTACH_DEV(blocked_attach_dev),
	.set_dev_pasid	= blocked_set_dev_pasid,
};

struct iommu_domain smmu3_blocked_domain = {
	.type	= IOMMU_DOMAIN_BLOCKED,
	.ops	= &blocked_ops,
	.owner	= &smmu3_ops,
};
