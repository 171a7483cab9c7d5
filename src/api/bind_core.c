// SPDX-License-Identifier: GPL-2.0-only
/*
 * What drivers of devices call (include/smmu3/sva.h), on kernels with the SVA core: bonds are the
 * core's, and only figures are asked for here.
 *
 * Layer 3.
 */
#include <smmu3/sva.h>
#include "domain.h"
#include "sva.h"

static int bind_faults(struct smmu3_sva *sva, struct smmu3_sva_faults *faults)
{
	struct iommu_domain *domain = ((struct iommu_sva *)sva)->handle.domain;

	if (domain->owner != &smmu3_ops)
		return -ENODEV;
	smmu3_sva_get_faults(domain, faults);
	return 0;
}

const struct smmu3_sva_provider smmu3_sva_provider = {
	.faults	= bind_faults,
};
EXPORT_SYMBOL_GPL(smmu3_sva_provider);
