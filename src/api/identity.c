// SPDX-License-Identifier: GPL-2.0-only
/*
 * IDENTITY: transactions pass untranslated. One static domain for all SMMUs.
 *
 * ARM IHI 0070, 5.2: STE.Config 0b100, or S1DSS 0b01 while SubstreamIDs are in use. Layer 3.
 * Invariant: attaching it never fails.
 */
#include "../compat/domain_ops.h"
#include "../core/attach.h"
#include "domain.h"

static int identity_attach_dev(struct iommu_domain *domain, struct device *dev,
			       struct iommu_domain *old)
{
	struct smmu3_target target = { .kind = SMMU3_IDENTITY };

	return smmu3_attach_rid(smmu3_master_from(dev), &target);
}

SMMU3_DEFINE_ATTACH_DEV(identity_attach_dev);

static const struct iommu_domain_ops identity_ops = {
	.attach_dev = SMMU3_ATTACH_DEV(identity_attach_dev),
};

struct iommu_domain smmu3_identity_domain = {
	.type	= IOMMU_DOMAIN_IDENTITY,
	.ops	= &identity_ops,
	.owner	= &smmu3_ops,
};
