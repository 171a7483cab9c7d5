// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocation of paging domains, and what all domains with tables have in common.
 *
 * ARM IHI 0070, 3.3 "Data structures and translation procedure". Layer 3.
 * Invariant: what allocation returns is final; attach only checks that an SMMU can use it.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <uapi/linux/iommufd.h>
#include "../compat/domain_ops.h"
#include "../core/attach.h"
#include "domain.h"
#include "iommu.h"

struct smmu3_api_params smmu3_api_params;

#define DOMAIN_FLAGS	(IOMMU_HWPT_ALLOC_DIRTY_TRACKING | IOMMU_HWPT_ALLOC_PASID | \
			 IOMMU_HWPT_ALLOC_NEST_PARENT)

/* SubstreamIDs and dirty tracking are stage 1's; what others are nested in is stage 2. */
static int domain_pick_stage(const struct smmu3_device *smmu, u32 flags, enum smmu3_stage *stage)
{
	bool s1 = smmu3_device_has(smmu, SMMU3_FEAT_S1);
	bool s2 = smmu3_device_has(smmu, SMMU3_FEAT_S2);
	bool dirty = flags & IOMMU_HWPT_ALLOC_DIRTY_TRACKING;

	if (flags & ~DOMAIN_FLAGS)
		return -EOPNOTSUPP;
	if (flags & IOMMU_HWPT_ALLOC_NEST_PARENT) {
		*stage = SMMU3_STAGE2;
		return s1 && s2 && flags == IOMMU_HWPT_ALLOC_NEST_PARENT ? 0 : -EOPNOTSUPP;
	}
	if (dirty && !smmu3_device_has(smmu, SMMU3_FEAT_HD))
		return -EOPNOTSUPP;
	if (flags && !s1)
		return -EOPNOTSUPP;
	if (!s1 || (smmu3_api_params.force_stage2 && s2 && !flags))
		*stage = SMMU3_STAGE2;
	else
		*stage = SMMU3_STAGE1;
	return 0;
}

struct iommu_domain *smmu3_domain_alloc_paging(struct device *dev, u32 flags,
					       const struct iommu_user_data *user_data)
{
	const struct smmu3_device *smmu = smmu3_master_from(dev)->smmu;
	bool dirty = flags & IOMMU_HWPT_ALLOC_DIRTY_TRACKING;
	enum smmu3_stage stage;
	struct smmu3_domain *sd;
	int ret;

	ret = user_data ? -EOPNOTSUPP : domain_pick_stage(smmu, flags, &stage);
	if (ret)
		return ERR_PTR(ret);
	sd = kzalloc(sizeof(*sd), GFP_KERNEL);
	if (!sd)
		return ERR_PTR(-ENOMEM);
	sd->space.stage = stage;
	sd->space.owner_name = "paging";
	smmu3_space_init(&sd->space);
	ret = smmu3_pgtable_alloc(sd, smmu, dirty);
	if (ret)
		goto err_free;
	sd->domain.type = IOMMU_DOMAIN_UNMANAGED;
	sd->domain.ops = &smmu3_paging_ops;
	sd->domain.owner = &smmu3_ops;
	if (dirty)
		sd->domain.dirty_ops = &smmu3_dirty_ops;
	/*
	 * The core holds the module for each device only, and a domain may outlive its last
	 * one: in a program's hands, whose last close frees it.
	 */
	__module_get(THIS_MODULE);
	return &sd->domain;

err_free:
	smmu3_space_fini(&sd->space);
	kfree(sd);
	return ERR_PTR(ret);
}

int smmu3_domain_set_dev_pasid(struct iommu_domain *domain, struct device *dev, ioasid_t pasid,
			       struct iommu_domain *old)
{
	int ret = smmu3_attach_pasid(smmu3_master_from(dev), pasid,
				     &smmu3_domain_from(domain)->space);

	/* A program that gave a PASID beyond the CD table sees the errno, and knows this one. */
	return ret == -ERANGE ? -EINVAL : ret;
}
