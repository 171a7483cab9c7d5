// SPDX-License-Identifier: GPL-2.0-only
/*
 * PRI: a device asks for pages.
 *
 * ARM IHI 0070, 3.9.1 and chapter 8; PCI Express, chapter 10. Layer 2.
 * The PCI core's own functions for this are not exported. Invariant: pri_enabled and
 * pri_reqs_alloc of the PCI device are what the core would have set, so that it restores the
 * capability after a reset.
 */
#include <linux/pci.h>
#include "../hw/device.h"
#include "master.h"
#include "pri.h"

/* Requests that one device may have outstanding. All of them together should fit the queue. */
#define PRI_REQUESTS	64

static int pri_cap(const struct smmu3_master *master)
{
	return to_pci_dev(master->dev)->pri_cap;
}

bool smmu3_pri_supported(const struct smmu3_master *master)
{
	/* Virtual functions ask through the physical one, which is nobody's to enable here. */
	return master->ats_supported && smmu3_device_has(master->smmu, SMMU3_FEAT_PRI) &&
	       !to_pci_dev(master->dev)->is_virtfn && pri_cap(master);
}

bool smmu3_pri_answers_have_pasid(const struct smmu3_master *master)
{
	u16 status = 0;

	if (!smmu3_pri_supported(master))
		return false;
	pci_read_config_word(to_pci_dev(master->dev), pri_cap(master) + PCI_PRI_STATUS, &status);
	return status != 0xffff && (status & PCI_PRI_STATUS_PASID);
}

void smmu3_pri_enable(struct smmu3_master *master)
{
	struct pci_dev *pdev = to_pci_dev(master->dev);
	u16 status = 0;
	u32 max = 0;

	lockdep_assert_held(&smmu3_attach_lock);
	if (master->pri_enabled || !master->ats_enabled || !smmu3_pri_supported(master) ||
	    pdev->pri_enabled)
		return;
	pci_read_config_word(pdev, pri_cap(master) + PCI_PRI_STATUS, &status);
	if (!(status & PCI_PRI_STATUS_STOPPED) || status == 0xffff) {
		dev_warn(master->dev, "smmu3: page requests cannot be enabled: some are under way (%#x)\n",
			 status);
		return;
	}
	pci_read_config_dword(pdev, pri_cap(master) + PCI_PRI_MAX_REQ, &max);
	max = min_t(u32, max, PRI_REQUESTS);
	pci_write_config_dword(pdev, pri_cap(master) + PCI_PRI_ALLOC_REQ, max);
	/* An earlier Response Failure is forgotten; it is a separate write, while disabled. */
	pci_write_config_word(pdev, pri_cap(master) + PCI_PRI_CTRL, PCI_PRI_CTRL_RESET);
	pci_write_config_word(pdev, pri_cap(master) + PCI_PRI_CTRL, PCI_PRI_CTRL_ENABLE);
	pdev->pri_reqs_alloc = max;
	pdev->pri_enabled = 1;
	master->pri_enabled = true;
}

void smmu3_pri_disable(struct smmu3_master *master)
{
	struct pci_dev *pdev;
	u16 control = 0;

	lockdep_assert_held(&smmu3_attach_lock);
	if (!master->pri_enabled)
		return;
	pdev = to_pci_dev(master->dev);
	pci_read_config_word(pdev, pri_cap(master) + PCI_PRI_CTRL, &control);
	if (control != 0xffff)
		pci_write_config_word(pdev, pri_cap(master) + PCI_PRI_CTRL,
				      control & ~PCI_PRI_CTRL_ENABLE);
	pdev->pri_enabled = 0;
	master->pri_enabled = false;
}
