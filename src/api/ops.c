// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations table, and registration with the IOMMU core.
 *
 * Layer 3. With src/compat the only place that a new kernel's API should touch.
 */
#include <linux/module.h>
#include "../compat/domain_ops.h"
#include "../debug/debug.h"
#include "client.h"
#include "domain.h"
#include "iommu.h"
#include "sva.h"

SMMU3_DEFINE_DOMAIN_ALLOC(smmu3_domain_alloc_paging, SMMU3_NO_NESTED);

const struct iommu_ops smmu3_ops = {
	.capable		= smmu3_client_capable,
	SMMU3_OPS_DOMAIN_ALLOC(smmu3_domain_alloc_paging, SMMU3_NO_NESTED),
	SMMU3_OPS_SVA(smmu3_sva_domain_alloc),
	.probe_device		= smmu3_client_probe,
	.release_device		= smmu3_client_release,
	.device_group		= smmu3_client_group,
	.of_xlate		= smmu3_client_of_xlate,
	.get_resv_regions	= smmu3_client_get_resv_regions,
	.def_domain_type	= smmu3_client_def_domain_type,
	.identity_domain	= &smmu3_identity_domain,
	SMMU3_OPS_BLOCKED_DOMAIN(&smmu3_blocked_domain),
	.default_domain_ops	= &smmu3_paging_ops,
	.owner			= THIS_MODULE,
};

int smmu3_iommu_register(struct smmu3_iommu *si)
{
	struct smmu3_device *smmu = &si->smmu;
	int ret;

	/* Where PASIDs are offered the core wants domains for them, which are stage 1's. */
	if (smmu->feat.ssid_bits && smmu3_device_has(smmu, SMMU3_FEAT_S1))
		si->iommu.max_pasids = 1U << smmu->feat.ssid_bits;
	ret = iommu_device_sysfs_add(&si->iommu, smmu->dev, smmu3_debug_sysfs_groups, "smmu3.%llx",
				     (u64)smmu->reg_pa);
	if (ret)
		return ret;
	xa_init(&si->explained);
	ret = iommu_device_register(&si->iommu, &smmu3_ops, smmu->dev);
	if (ret) {
		iommu_device_sysfs_remove(&si->iommu);
		xa_destroy(&si->explained);
		return ret;
	}
	si->registered = true;
	return 0;
}

void smmu3_iommu_unregister(struct smmu3_iommu *si)
{
	if (!si->registered)
		return;
	iommu_device_unregister(&si->iommu);
	iommu_device_sysfs_remove(&si->iommu);
	xa_destroy(&si->explained);
	si->registered = false;
}

void smmu3_iommu_link(struct device *dev, struct smmu3_device *smmu)
{
	if (!device_link_add(dev, smmu->dev, DL_FLAG_STATELESS))
		dev_warn(dev, "smmu3: no device link to %s: it may be suspended after its SMMU\n",
			 dev_name(smmu->dev));
}

/* A device that goes for good has lost its links before. */
void smmu3_iommu_unlink(struct device *dev, struct smmu3_device *smmu)
{
	device_link_remove(dev, smmu->dev);
}
