// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of a paging domain: io-pgtable's, described to the SMMU.
 *
 * ARM IHI 0070, 3.4 "Address sizes", 5.2 (stage 2 fields), 5.4 (TCR-like fields). Layer 3.
 * Invariant: what io-pgtable chose (granule, sizes, attributes) is copied, never assumed.
 */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/io-pgtable.h>
#include "../core/inv.h"
#include "../hw/device.h"
#include "domain.h"

static void pgtable_flush_all(void *cookie)
{
	struct smmu3_domain *sd = cookie;

	smmu3_inv_all(&sd->space);
}

/* A table was unlinked: leaves below it and the walk caches that lead to it go. */
static void pgtable_flush_walk(unsigned long iova, size_t size, size_t granule, void *cookie)
{
	struct smmu3_domain *sd = cookie;

	smmu3_inv_range(&sd->space, iova, size, granule, false);
}

/* The first of a gather, or one that lies elsewhere than behind the one before. */
static noinline void pgtable_add_other(struct iommu_iotlb_gather *gather, unsigned long iova,
				       size_t granule, struct smmu3_domain *sd)
{
	iommu_iotlb_gather_add_page(&sd->domain, gather, iova, granule);
}

/* Called for every page: no more than it takes. No address is so high that the end would wrap. */
static void pgtable_add_page(struct iommu_iotlb_gather *gather, unsigned long iova, size_t granule,
			     void *cookie)
{
	if (likely(gather->pgsize == granule && iova == gather->end + 1))
		gather->end += granule;
	else
		pgtable_add_other(gather, iova, granule, cookie);
}

static const struct iommu_flush_ops pgtable_flush_ops = {
	.tlb_flush_all	= pgtable_flush_all,
	.tlb_flush_walk	= pgtable_flush_walk,
	.tlb_add_page	= pgtable_add_page,
};

static void pgtable_describe_s1(struct smmu3_space *space, const struct io_pgtable_cfg *cfg,
				bool dirty)
{
	space->cd = (struct smmu3_cd_s1){
		.ttb	= cfg->arm_lpae_s1_cfg.ttbr,
		.mair	= cfg->arm_lpae_s1_cfg.mair,
		.t0sz	= cfg->arm_lpae_s1_cfg.tcr.tsz,
		.tg	= cfg->arm_lpae_s1_cfg.tcr.tg,
		.ir0	= cfg->arm_lpae_s1_cfg.tcr.irgn,
		.or0	= cfg->arm_lpae_s1_cfg.tcr.orgn,
		.sh0	= cfg->arm_lpae_s1_cfg.tcr.sh,
		.ips	= cfg->arm_lpae_s1_cfg.tcr.ips,
		.ha	= dirty,
		.hd	= dirty,
	};
}

static void pgtable_describe_s2(struct smmu3_space *space, const struct io_pgtable_cfg *cfg)
{
	space->s2 = (struct smmu3_ste_s2){
		.ttb	= cfg->arm_lpae_s2_cfg.vttbr,
		.t0sz	= cfg->arm_lpae_s2_cfg.vtcr.tsz,
		.sl0	= cfg->arm_lpae_s2_cfg.vtcr.sl,
		.ir0	= cfg->arm_lpae_s2_cfg.vtcr.irgn,
		.or0	= cfg->arm_lpae_s2_cfg.vtcr.orgn,
		.sh0	= cfg->arm_lpae_s2_cfg.vtcr.sh,
		.tg	= cfg->arm_lpae_s2_cfg.vtcr.tg,
		.ps	= cfg->arm_lpae_s2_cfg.vtcr.ps,
	};
}

int smmu3_pgtable_alloc(struct smmu3_domain *sd, const struct smmu3_device *smmu, bool dirty)
{
	bool s1 = sd->space.stage == SMMU3_STAGE1;
	struct io_pgtable_cfg cfg = {
		.quirks		= dirty ? IO_PGTABLE_QUIRK_ARM_HD : 0,
		.pgsize_bitmap	= smmu->feat.pgsize_bitmap,
		/* The kernel hands out no address above its own width. */
		.ias		= s1 ? min_t(unsigned int, smmu->feat.va_bits, VA_BITS) :
				       smmu->feat.oas,
		.oas		= smmu->feat.oas,
		.coherent_walk	= smmu3_device_has(smmu, SMMU3_FEAT_COHERENT),
		.tlb		= &pgtable_flush_ops,
		.iommu_dev	= smmu->dev,
	};

	sd->pgtbl = alloc_io_pgtable_ops(s1 ? ARM_64_LPAE_S1 : ARM_64_LPAE_S2, &cfg, sd);
	if (!sd->pgtbl)
		return -ENOMEM;
	sd->domain.pgsize_bitmap = cfg.pgsize_bitmap;
	sd->domain.geometry.aperture_end = BIT_ULL(cfg.ias) - 1;
	sd->domain.geometry.force_aperture = true;
	sd->space.granule_lg2 = __ffs(cfg.pgsize_bitmap);
	sd->space.va_bits = cfg.ias;
	sd->space.oas = cfg.oas;
	sd->space.coherent = cfg.coherent_walk;
	if (s1)
		pgtable_describe_s1(&sd->space, &cfg, dirty);
	else
		pgtable_describe_s2(&sd->space, &cfg);
	return 0;
}
