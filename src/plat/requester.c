// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which StreamIDs a device has, asked of the firmware's tables and not of the kernel.
 *
 * Layer 4. The kernel tells an IOMMU driver only of devices that it gives to it. Those that it
 * passes over, because a driver used them before the SMMU was there, have StreamIDs all the same.
 * Invariant: rather one StreamID too many than one too few.
 */
#include <linux/of.h>
#include <linux/pci.h>
#include "../hw/device.h"
#include "acpi.h"
#include "dt.h"
#include "requester.h"

/**
 * struct requester - a walk over the requester IDs of one PCI function
 * @smmu: the SMMU
 * @pdev: the function
 * @fn: the caller's
 * @arg: the caller's
 */
struct requester {
	struct smmu3_device	*smmu;
	struct pci_dev		*pdev;
	smmu3_sid_fn		fn;
	void			*arg;
};

static int requester_rid(const struct requester *r, u16 rid)
{
	u32 sid = 0;
	int ret;

	if (r->smmu->dev->of_node)
		ret = smmu3_dt_pci_sid(r->smmu, r->pdev, rid, &sid);
	else
		ret = smmu3_acpi_pci_sid(r->smmu, pci_domain_nr(r->pdev->bus), rid, &sid);
	return ret > 0 ? r->fn(r->arg, sid) : ret;
}

/*
 * What a bridge makes of requester IDs on their way up. Ports of PCI Express leave them alone.
 * A bridge from PCI Express to PCI answers for what is behind it with its secondary bus and
 * function 0, any other with its own ID (PCI Express to PCI/PCI-X Bridge, 2.3), and quirks tell
 * the exceptions; both IDs are taken where it is not a port.
 */
static int requester_bridge(const struct requester *r, struct pci_dev *bridge)
{
	int ret;

	if (pci_is_pcie(bridge) && (pci_pcie_type(bridge) == PCI_EXP_TYPE_ROOT_PORT ||
				    pci_pcie_type(bridge) == PCI_EXP_TYPE_UPSTREAM ||
				    pci_pcie_type(bridge) == PCI_EXP_TYPE_DOWNSTREAM))
		return 0;
	ret = requester_rid(r, pci_dev_id(bridge));
	if (ret || !bridge->subordinate)
		return ret;
	return requester_rid(r, PCI_DEVID(bridge->subordinate->number, PCI_DEVFN(0, 0)));
}

/* The function's own ID, those that quirks give it, and those of the bridges above. */
static int requester_pci(const struct requester *r)
{
	struct pci_dev *pdev = r->pdev;
	struct pci_bus *bus;
	unsigned int devfn;
	int ret = requester_rid(r, pci_dev_id(pdev));

	if (pdev->dma_alias_mask) {
		for_each_set_bit(devfn, pdev->dma_alias_mask, U8_MAX + 1) {
			if (ret)
				return ret;
			ret = requester_rid(r, PCI_DEVID(pdev->bus->number, devfn));
		}
	}
	for (bus = pdev->bus; !ret && !pci_is_root_bus(bus); bus = bus->parent) {
		/* The bus of virtual functions has no bridge of its own. */
		if (!bus->self)
			continue;
		if (bus->self->dev_flags & PCI_DEV_FLAGS_BRIDGE_XLATE_ROOT)
			break;
		ret = requester_bridge(r, bus->self);
	}
	return ret;
}

int smmu3_requester_sids(struct smmu3_device *smmu, struct device *dev, smmu3_sid_fn fn, void *arg)
{
	struct requester r = { .smmu = smmu, .fn = fn, .arg = arg };

	if (dev_is_pci(dev)) {
		r.pdev = to_pci_dev(dev);
		return requester_pci(&r);
	}
	if (smmu->dev->of_node)
		return smmu3_dt_sids(smmu, dev, fn, arg);
	return smmu3_acpi_sids(smmu, dev, fn, arg);
}
