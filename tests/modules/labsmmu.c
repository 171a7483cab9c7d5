// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lab's SMMU on PCI becomes the platform device that drivers of SMMUs know: a PCI driver for
 *the function that tests/lab/server/fn_smmu.c offers. The device-tree node is the one whose
 *property "lab,function" is the function's requester ID; BAR 0 is its memory, the MSI-X vectors are
 *its wired interrupts. Properties:
 *
 *	lab,combined	all interrupts on one line
 *	lab,no-wires	none: only MSIs of the SMMU itself, by the node's msi-parent
 *
 * Invariant: the platform device is gone before the function's memory and vectors are.
 */
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#define LABSMMU_VENDOR	0x1234
#define LABSMMU_DEVICE	0x5a33

/* In the order of the function's vectors. */
static const char *const labsmmu_wires[] = { "eventq", "priq", "cmdq-sync", "gerror" };

static struct device_node *labsmmu_node(struct pci_dev *pci)
{
	u32 rid = pci_dev_id(pci), value;
	struct device_node *np;

	for_each_node_with_property(np, "lab,function") {
		if (!of_property_read_u32(np, "lab,function", &value) && value == rid)
			return np;
	}
	return NULL;
}

/* Returns the number of interrupts, or an error. */
static int labsmmu_vectors(struct pci_dev *pci, struct device_node *np, struct resource *irq)
{
	bool combined = of_property_read_bool(np, "lab,combined");
	int nr = combined ? 1 : ARRAY_SIZE(labsmmu_wires), i;

	if (of_property_read_bool(np, "lab,no-wires"))
		return 0;
	i = pci_alloc_irq_vectors(pci, nr, nr, PCI_IRQ_MSIX);
	if (i < 0)
		return i;
	for (i = 0; i < nr; i++)
		irq[i] = DEFINE_RES_IRQ_NAMED(pci_irq_vector(pci, i),
					      combined ? "combined" : labsmmu_wires[i]);
	return nr;
}

static struct platform_device *labsmmu_make(struct pci_dev *pci, struct device_node *np)
{
	struct resource res[1 + ARRAY_SIZE(labsmmu_wires)] = {
		DEFINE_RES_MEM(pci_resource_start(pci, 0), pci_resource_len(pci, 0)),
	};
	struct platform_device *pdev;
	int nr, ret;

	nr = labsmmu_vectors(pci, np, &res[1]);
	if (nr < 0)
		return ERR_PTR(nr);
	res[0].parent = &pci->resource[0];
	ret = -ENOMEM;
	pdev = platform_device_alloc("arm-smmu-v3", pci_dev_id(pci));
	if (!pdev)
		goto err_free_vectors;
	pdev->dev.parent = &pci->dev;
	pdev->dev.of_node = of_node_get(np);
	pdev->dev.fwnode = of_fwnode_handle(np);
	if (of_property_present(np, "msi-parent"))
		of_msi_configure(&pdev->dev, np);
	ret = platform_device_add_resources(pdev, res, 1 + nr);
	if (!ret)
		ret = platform_device_add(pdev);
	if (!ret)
		return pdev;
	platform_device_put(pdev);

err_free_vectors:
	pci_free_irq_vectors(pci);
	return ERR_PTR(ret);
}

/*
 * Firmware's SMMU is there before the devices behind it; this one comes after them. A link moves
 * them behind it in the order of suspend and shutdown, where otherwise it would stop while they
 * work.
 */
static void labsmmu_order(struct pci_dev *pci, struct platform_device *pdev)
{
	struct pci_dev *dev = NULL;

	for_each_pci_dev(dev) {
		if (dev->vendor == LABSMMU_VENDOR && dev->device == LABSMMU_DEVICE)
			continue;
		if (!device_link_add(&dev->dev, &pdev->dev, DL_FLAG_STATELESS))
			pci_dbg(pci, "no link from %s\n", pci_name(dev));
	}
}

static int labsmmu_probe(struct pci_dev *pci, const struct pci_device_id *id)
{
	struct device_node *np = labsmmu_node(pci);
	struct platform_device *pdev;
	int ret;

	if (!np)
		return dev_err_probe(&pci->dev, -ENODEV, "no node's lab,function is %#x\n",
				     pci_dev_id(pci));
	ret = pcim_enable_device(pci);
	if (ret) {
		of_node_put(np);
		return ret;
	}
	/* Its interrupts and its own MSIs are writes of the function. */
	pci_set_master(pci);
	pdev = labsmmu_make(pci, np);
	of_node_put(np);
	if (IS_ERR(pdev))
		return dev_err_probe(&pci->dev, PTR_ERR(pdev), "no platform device\n");
	pci_set_drvdata(pci, pdev);
	labsmmu_order(pci, pdev);
	return 0;
}

static void labsmmu_remove(struct pci_dev *pci)
{
	platform_device_unregister(pci_get_drvdata(pci));
	pci_free_irq_vectors(pci);
}

static const struct pci_device_id labsmmu_ids[] = {
	{ PCI_DEVICE(LABSMMU_VENDOR, LABSMMU_DEVICE) },
	{ }
};
MODULE_DEVICE_TABLE(pci, labsmmu_ids);

static struct pci_driver labsmmu_driver = {
	.name = "labsmmu",
	.id_table = labsmmu_ids,
	.probe = labsmmu_probe,
	.remove = labsmmu_remove,
};
module_pci_driver(labsmmu_driver);

MODULE_DESCRIPTION("Platform device of the lab's SMMUv3 model");
MODULE_LICENSE("GPL");
