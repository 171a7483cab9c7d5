// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients: devices as the IOMMU core presents them.
 *
 * ARM IHI 0070, 3.2 "Stream numbering". Layer 3.
 */
#include <linux/err.h>
#include <linux/of.h>
#include <linux/pci.h>
#include <linux/property.h>
#include "../compat/dma_iommu.h"
#include "../compat/domain_ops.h"
#include "../core/master.h"
#include "../debug/debug.h"
#include "client.h"
#include "domain.h"
#include "iommu.h"

/*
 * The window in which MSI doorbells of devices are mapped (IOMMU_RESV_SW_MSI): users of VFIO
 * know it by this address.
 */
#define MSI_WINDOW_BASE		0x08000000
#define MSI_WINDOW_SZ		0x00100000

struct smmu3_iommu *(*smmu3_iommu_find)(struct fwnode_handle *fwnode);

/* Once for each device: the core tries again with every driver. */
static void client_explain(struct device *dev, struct smmu3_iommu *si, int err)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);
	struct smmu3_device *smmu = &si->smmu;

	if (xa_insert(&si->explained, fwspec->ids[0], xa_mk_value(1), GFP_KERNEL) == -EBUSY)
		return;
	if (err == -ERANGE)
		dev_err(dev, "smmu3: StreamID %#x or a later one lies beyond the %u bits of %s\n",
			fwspec->ids[0], smmu->strtab.geom.sid_bits, dev_name(smmu->dev));
	else if (err == -EBUSY)
		dev_err(dev, "smmu3: StreamID is in use untranslated, or with another CD table\n");
	else
		dev_err(dev, "smmu3: cannot be put behind %s: %d\n", dev_name(smmu->dev), err);
}

struct iommu_device *smmu3_client_probe(struct device *dev)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);
	struct smmu3_master_fw fw = {};
	struct smmu3_master *master;
	struct smmu3_iommu *si;
	u32 bits = 0;

	if (!fwspec || !fwspec->num_ids || !smmu3_iommu_find)
		return ERR_PTR(-ENODEV);
	si = smmu3_iommu_find(fwspec->iommu_fwnode);
	if (!si)
		return ERR_PTR(-ENODEV);
	device_property_read_u32(dev, "pasid-num-bits", &bits);
	fw.ssid_bits = min(bits, 20U);
	fw.stalls = device_property_read_bool(dev, "dma-can-stall");
	fw.rc_ats = fwspec->flags & IOMMU_FWSPEC_PCI_RC_ATS;

	master = smmu3_master_alloc(&si->smmu, dev, fwspec->ids, fwspec->num_ids, &fw);
	if (IS_ERR(master)) {
		client_explain(dev, si, PTR_ERR(master));
		/*
		 * Any other error for one device makes the core refuse the whole SMMU when it
		 * is registered.
		 */
		return ERR_PTR(PTR_ERR(master) == -ENOMEM ? -ENOMEM : -ENODEV);
	}
	dev_iommu_priv_set(dev, master);
	smmu3_debug_add_master(master);
	smmu3_iommu_link(dev, &si->smmu);
	return &si->iommu;
}

void smmu3_client_release(struct device *dev)
{
	struct smmu3_master *master = smmu3_master_from(dev);

	smmu3_iommu_unlink(dev, master->smmu);
	smmu3_debug_remove_master(master);
	/*
	 * ops.release_domain, which new kernels choose by this and old ones do not, stays NULL: it
	 * would be attached to streams that others share as well.
	 */
	master->direct = dev->iommu->require_direct;
	smmu3_master_free(master);
}

static int client_count(struct device *dev, void *arg)
{
	++*(unsigned int *)arg;
	return 0;
}

/*
 * @group is what the bus says; @neighbour's StreamID is one of @dev's. They have to be together,
 * which they can unless @group has devices already.
 */
static struct iommu_group *client_join(struct device *dev, struct iommu_group *group,
				       struct device *neighbour)
{
	struct iommu_group *other = iommu_group_get(neighbour);
	unsigned int nr = 0;

	if (!other || other == group) {
		iommu_group_put(other);
		return group;
	}
	iommu_group_for_each_dev(group, &nr, client_count);
	iommu_group_put(group);
	if (!nr)
		return other;
	iommu_group_put(other);
	dev_err(dev, "smmu3: shares a StreamID with %s, which is in another group\n",
		dev_name(neighbour));
	/* Any other error would be the whole SMMU's: smmu3_client_probe(). */
	return ERR_PTR(-ENODEV);
}

struct iommu_group *smmu3_client_group(struct device *dev)
{
	struct iommu_group *group;
	struct device *neighbour;

	group = dev_is_pci(dev) ? pci_device_group(dev) : generic_device_group(dev);
	if (IS_ERR(group))
		return group;
	neighbour = smmu3_master_neighbour(smmu3_master_from(dev));
	if (!neighbour)
		return group;
	group = client_join(dev, group, neighbour);
	put_device(neighbour);
	return group;
}

int smmu3_client_of_xlate(struct device *dev, const struct of_phandle_args *args)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);

	if (args->args_count != 1) {
		dev_err(dev, "smmu3: an IOMMU specifier of %d cells, 1 is right\n",
			args->args_count);
		return -EINVAL;
	}
	/*
	 * The StreamIDs of a device are kept with one SMMU; those of a second would be taken
	 * for the first's.
	 */
	if (fwspec && fwspec->iommu_fwnode != of_fwnode_handle(args->np)) {
		dev_err(dev, "smmu3: behind two SMMUs by device tree, not StreamID %#x of %pOF\n",
			args->args[0], args->np);
		return -EINVAL;
	}
	return iommu_fwspec_add_ids(dev, (u32 *)args->args, 1);
}

void smmu3_client_get_resv_regions(struct device *dev, struct list_head *head)
{
	struct iommu_resv_region *msi;

	msi = iommu_alloc_resv_region(MSI_WINDOW_BASE, MSI_WINDOW_SZ,
				      IOMMU_WRITE | IOMMU_NOEXEC | IOMMU_MMIO, IOMMU_RESV_SW_MSI,
				      GFP_KERNEL);
	if (msi)
		list_add_tail(&msi->list, head);
	/* Direct mappings that firmware asks for (IORT RMR, reserved-memory) and PCI windows. */
	iommu_dma_get_resv_regions(dev, head);
}

/*
 * HiSilicon's PCIe tune and trace device writes its trace to addresses that it does not let
 * be translated.
 */
int smmu3_client_def_domain_type(struct device *dev)
{
	struct pci_dev *pdev;

	if (!dev_is_pci(dev))
		return 0;
	pdev = to_pci_dev(dev);
	if (pdev->vendor == PCI_VENDOR_ID_HUAWEI && pdev->device == 0xa12e)
		return IOMMU_DOMAIN_IDENTITY;
	return 0;
}

bool smmu3_client_capable(struct device *dev, enum iommu_cap cap)
{
	const struct smmu3_master *master = smmu3_master_from(dev);

	if (smmu3_compat_cap_is_ats(cap))
		return master->ats_supported;
	switch (cap) {
	case IOMMU_CAP_CACHE_COHERENCY:
		return smmu3_device_has(master->smmu, SMMU3_FEAT_COHERENT);
	case IOMMU_CAP_DIRTY_TRACKING:
		return smmu3_device_has(master->smmu, SMMU3_FEAT_HD) &&
		       smmu3_device_has(master->smmu, SMMU3_FEAT_S1);
	case IOMMU_CAP_NOEXEC:
	case IOMMU_CAP_DEFERRED_FLUSH:
		return true;
	default:
		return false;
	}
}
