// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device tree's view of an SMMU and of the devices behind it.
 *
 * Bindings: iommu/arm,smmu-v3, pci/pci-iommu, iommu/iommu. Layer 4.
 * Invariant: coherency is what the tree says, even where IDR0.COHACC says otherwise: the tree
 * also decides how the kernel maps the memory that the SMMU reads.
 */
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/pci.h>
#include "../hw/device.h"
#include "dt.h"

/**
 * struct dt_map_entry - one entry of an iommu-map
 * @first: first requester ID
 * @phandle: the IOMMU
 * @out: ID that @first becomes
 * @nr: how many
 * @next: index of the next entry's first word
 */
struct dt_map_entry {
	u32 first, phandle, out, nr;
	int next;
};

/* The specifier in the middle has as many words as the IOMMU's node says, one for every SMMUv3. */
static int dt_map_read(const struct device_node *np, int i, struct dt_map_entry *e)
{
	static const char map[] = "iommu-map";
	struct device_node *target;
	u32 cells = 1;

	if (of_property_read_u32_index(np, map, i, &e->first) ||
	    of_property_read_u32_index(np, map, i + 1, &e->phandle))
		return -EINVAL;
	target = of_find_node_by_phandle(e->phandle);
	if (!target)
		return -EINVAL;
	of_property_read_u32(target, "#iommu-cells", &cells);
	of_node_put(target);
	/* Any target may be named here, and what it says must not make indices wrap. */
	if (cells > MAX_PHANDLE_ARGS)
		return -EINVAL;
	e->next = i + 3 + cells;
	if (of_property_read_u32_index(np, map, i + 2 + cells, &e->nr))
		return -EINVAL;
	return of_property_read_u32_index(np, map, i + 2, &e->out) ? -EINVAL : 0;
}

static bool dt_map_overlaps(const struct dt_map_entry *a, const struct dt_map_entry *b)
{
	return a->first < (u64)b->first + b->nr && b->first < (u64)a->first + a->nr;
}

/* Say where a map gives a requester to this SMMU that another has: the kernel takes the first. */
static void dt_check_map(struct smmu3_device *smmu, const struct device_node *np)
{
	u32 own = smmu->dev->of_node->phandle;
	int nr = of_property_count_u32_elems(np, "iommu-map"), i, j;
	struct device_node *other;
	struct dt_map_entry a, b;

	for (i = 0; i < nr && !dt_map_read(np, i, &a); i = a.next) {
		for (j = a.next; j < nr && !dt_map_read(np, j, &b); j = b.next) {
			if (a.phandle == own || b.phandle != own || !dt_map_overlaps(&a, &b))
				continue;
			other = of_find_node_by_phandle(a.phandle);
			dev_err(smmu->dev,
				"device tree: iommu-map of %pOF gives requester %#x to %pOF, and then to this SMMU: it stays with the former\n",
				np, max(a.first, b.first), other);
			of_node_put(other);
			return;
		}
	}
}

static void dt_check_maps(struct smmu3_device *smmu)
{
	struct device_node *np;

	for_each_node_with_property(np, "iommu-map")
		dt_check_map(smmu, np);
}

int smmu3_dt_read(struct smmu3_device *smmu, struct smmu3_idr_env *env)
{
	struct device_node *np = smmu->dev->of_node;
	u32 cells;

	if (of_property_read_u32(np, "#iommu-cells", &cells) || cells != 1) {
		dev_err(smmu->dev, "device tree: #iommu-cells is missing or not 1\n");
		return -EINVAL;
	}
	env->has_fw_coherent = true;
	env->fw_coherent = of_dma_is_coherent(np);
	if (of_property_read_bool(np, "hisilicon,broken-prefetch-cmd"))
		smmu->quirks |= BIT(SMMU3_QUIRK_NO_PREFETCH) | BIT(SMMU3_QUIRK_SYNC_MSI_64);
	if (of_property_read_bool(np, "cavium,cn9900-broken-page1-regspace"))
		smmu->quirks |= BIT(SMMU3_QUIRK_PAGE0_ONLY);
	dt_check_maps(smmu);
	return 0;
}

int smmu3_dt_pci_sid(struct smmu3_device *smmu, struct pci_dev *pdev, u16 rid, u32 *sid)
{
	struct pci_host_bridge *bridge = pci_find_host_bridge(pdev->bus);
	struct device_node *np = bridge->dev.parent ? bridge->dev.parent->of_node : NULL;
	int nr = np ? of_property_count_u32_elems(np, "iommu-map") : 0;
	struct dt_map_entry e;
	u32 mask = U32_MAX;
	int ret, i;

	if (nr <= 0)
		return 0;
	of_property_read_u32(np, "iommu-map-mask", &mask);
	for (i = 0; i < nr; i = e.next) {
		ret = dt_map_read(np, i, &e);
		if (ret)
			return ret;
		if ((rid & mask) < e.first || (rid & mask) - e.first >= e.nr)
			continue;
		if (e.phandle != smmu->dev->of_node->phandle)
			return 0;
		*sid = (rid & mask) - e.first + e.out;
		return 1;
	}
	return 0;
}

int smmu3_dt_sids(struct smmu3_device *smmu, struct device *dev, smmu3_sid_fn fn, void *arg)
{
	struct of_phandle_args args;
	int ret = 0, i;

	for (i = 0; !ret; i++) {
		if (of_parse_phandle_with_args(dev->of_node, "iommus", "#iommu-cells", i, &args))
			break;
		if (args.np == smmu->dev->of_node && args.args_count == 1)
			ret = fn(arg, args.args[0]);
		of_node_put(args.np);
	}
	return ret;
}
