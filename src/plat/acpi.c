// SPDX-License-Identifier: GPL-2.0-only
/*
 * ACPI's view of an SMMU and of the devices behind it: the IORT.
 *
 * Arm DEN 0049 "I/O Remapping Table". Layer 4.
 * Invariant: firmware wins over IDR0 for coherency and HTTU, because only it knows the
 * interconnect. The kernel made the platform device from the node: registers, interrupts and NUMA
 * node are there already.
 */
#include <linux/acpi.h>
#include <linux/acpi_iort.h>
#include <linux/bitfield.h>
#include <linux/iommu.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include "../fmt/iort.h"
#include "../hw/device.h"
#include "acpi.h"

/* StreamIDs of one named component; more than any known device has. */
#define ACPI_NC_SIDS	64

static u32 acpi_model_quirks(u32 model)
{
	switch (model) {
	case ACPI_IORT_SMMU_V3_HISILICON_HI161X:
		return BIT(SMMU3_QUIRK_NO_PREFETCH) | BIT(SMMU3_QUIRK_SYNC_MSI_64);
	case ACPI_IORT_SMMU_V3_CAVIUM_CN99XX:
		return BIT(SMMU3_QUIRK_PAGE0_ONLY);
	default:
		return 0;
	}
}

/* The table, to be given back by acpi_put_table(); NULL where there is none. */
static struct acpi_table_header *acpi_get_iort(void)
{
	struct acpi_table_header *table;

	return ACPI_FAILURE(acpi_get_table(ACPI_SIG_IORT, 0, &table)) ? NULL : table;
}

/*
 * The kernel keeps the table mapped and leaves a pointer to the SMMU's node in the platform
 * data.
 */
static const struct acpi_iort_smmu_v3 *acpi_node(struct device *dev)
{
	const struct acpi_iort_node * const *data = dev_get_platdata(dev);
	struct acpi_table_header *table = acpi_get_iort();
	const struct acpi_iort_node *node = data ? *data : NULL;
	bool inside;

	if (!table)
		return NULL;
	inside = (void *)node >= (void *)table && (void *)node < (void *)table + table->length;
	acpi_put_table(table);
	if (!inside || node->type != ACPI_IORT_NODE_SMMU_V3)
		return NULL;
	return (const struct acpi_iort_smmu_v3 *)node->node_data;
}

/* Once for all SMMUs: it is one table. The kernel has walked it before, and took what it could. */
static void acpi_check_table(struct smmu3_device *smmu)
{
	struct acpi_table_header *table = acpi_get_iort();
	const char *bad;
	static bool said;

	if (!table)
		return;
	bad = smmu3_iort_check(table, table->length);
	acpi_put_table(table);
	if (bad && !said)
		dev_err(smmu->dev, "%s: devices may be behind no SMMU, or behind a wrong one\n",
			bad);
	said = true;
}

int smmu3_acpi_read(struct smmu3_device *smmu, struct smmu3_idr_env *env)
{
	const struct acpi_iort_smmu_v3 *node = acpi_node(smmu->dev);

	if (!node) {
		dev_err(smmu->dev, "neither device tree nor IORT describes this device\n");
		return -ENODEV;
	}
	env->has_fw_coherent = true;
	env->fw_coherent = node->flags & ACPI_IORT_SMMU_V3_COHACC_OVERRIDE;
	env->has_fw_httu = true;
	env->fw_httu = FIELD_GET(ACPI_IORT_SMMU_V3_HTTU_OVERRIDE, node->flags);
	smmu->quirks |= acpi_model_quirks(node->model);
	acpi_check_table(smmu);
	return 0;
}

int smmu3_acpi_rmr_sids(struct smmu3_device *smmu, smmu3_sid_fn fn, void *arg)
{
	struct iommu_resv_region *region;
	LIST_HEAD(regions);
	int ret = 0;
	u32 i;

	if (smmu->dev->of_node)
		return 0;
	iort_get_rmr_sids(dev_fwnode(smmu->dev), &regions);
	list_for_each_entry(region, &regions, list) {
		struct iommu_iort_rmr_data *rmr;

		rmr = container_of(region, struct iommu_iort_rmr_data, rr);
		for (i = 0; !ret && i < rmr->num_sids; i++)
			ret = fn(arg, rmr->sids[i]);
	}
	iort_put_rmr_sids(dev_fwnode(smmu->dev), &regions);
	return ret;
}

int smmu3_acpi_pci_sid(struct smmu3_device *smmu, u32 segment, u16 rid, u32 *sid)
{
	struct acpi_table_header *table = acpi_get_iort();
	u64 base = 0;
	int ret;

	if (!table)
		return 0;
	ret = smmu3_iort_pci_sid(table, table->length, segment, rid, &base, sid);
	acpi_put_table(table);
	if (ret < 0)
		return -EINVAL;
	return ret && base == smmu->reg_pa;
}

/* Namespace path of the nearest device with one; to be freed. NULL: there is none, or no memory. */
static char *acpi_path(struct device *dev)
{
	struct acpi_buffer buf = { ACPI_ALLOCATE_BUFFER, NULL };

	while (dev && !ACPI_COMPANION(dev))
		dev = dev->parent;
	if (!dev || ACPI_FAILURE(acpi_get_name(ACPI_HANDLE(dev), ACPI_FULL_PATHNAME, &buf)))
		return NULL;
	return buf.pointer;
}

static int acpi_nc_sids(const char *path, u64 *base, u32 *sids)
{
	struct acpi_table_header *table = acpi_get_iort();
	int nr;

	if (!table)
		return 0;
	nr = smmu3_iort_nc_sids(table, table->length, path, base, sids, ACPI_NC_SIDS);
	acpi_put_table(table);
	return nr < 0 || nr == ACPI_NC_SIDS ? -EINVAL : nr;
}

int smmu3_acpi_sids(struct smmu3_device *smmu, struct device *dev, smmu3_sid_fn fn, void *arg)
{
	char *path = acpi_path(dev);
	u32 sids[ACPI_NC_SIDS];
	u64 base = 0;
	int nr, i, ret;

	if (!path)
		return 0;
	nr = acpi_nc_sids(path, &base, sids);
	kfree(path);
	ret = min(nr, 0);
	for (i = 0; !ret && i < nr && base == smmu->reg_pa; i++)
		ret = fn(arg, sids[i]);
	return ret;
}
