// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices that the IOMMU core knows to be behind an SMMU and has not given to it.
 *
 * Layer 3. With ACPI, a core that gives devices to their IOMMU before a driver is bound does so
 * when a device is added and when an IOMMU is registered, and at no other time. A device that was
 * in use when its SMMU came has missed both. The core exports one way to make it look again:
 * registering.
 * Invariant: what is registered here has the node of a real SMMU, behind which the core finds it in
 * its list, and no device: it comes and goes without being seen.
 */
#include <linux/iommu.h>
#include <linux/slab.h>
#include "domain.h"
#include "iommu.h"
#include "rescan.h"

void smmu3_rescan(struct device *dev)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);
	struct iommu_device *again;
	struct smmu3_iommu *si;

	if (!fwspec || device_iommu_mapped(dev) || !smmu3_iommu_find)
		return;
	si = smmu3_iommu_find(fwspec->iommu_fwnode);
	if (!si || !si->registered)
		return;
	again = kzalloc(sizeof(*again), GFP_KERNEL);
	if (!again)
		return;
	if (!iommu_device_register(again, &smmu3_ops, si->smmu.dev))
		iommu_device_unregister(again);
	kfree(again);
}

struct smmu3_device *smmu3_passed_over(struct device *dev)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);
	struct smmu3_iommu *si;

	if (!fwspec || !fwspec->num_ids || device_iommu_mapped(dev) || !smmu3_iommu_find)
		return NULL;
	si = smmu3_iommu_find(fwspec->iommu_fwnode);
	if (!si || !si->registered || xa_load(&si->explained, fwspec->ids[0]))
		return NULL;
	return &si->smmu;
}
