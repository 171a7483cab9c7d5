// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/class/iommu/<smmu>/smmu3/: a summary that kernel lockdown does not take away.
 *
 * Beside the layers. Invariant: one value a file, read-only, the same names as in the debugfs file
 * counters.
 */
#include <linux/device.h>
#include <linux/sysfs.h>
#include <smmu3/version.h>
#include "../api/iommu.h"
#include "debug.h"
#include "views.h"

/*
 * NULL for a moment at load and at unload: the core sets the driver data after the files have
 * appeared, and clears it before they go.
 */
static struct smmu3_device *sysfs_smmu(struct device *dev)
{
	struct iommu_device *iommu = dev_get_drvdata(dev);

	return iommu ? &container_of(iommu, struct smmu3_iommu, iommu)->smmu : NULL;
}

static ssize_t driver_version_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", SMMU3_VERSION);
}
static DEVICE_ATTR_RO(driver_version);

static ssize_t device_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct smmu3_device *smmu = sysfs_smmu(dev);

	if (!smmu)
		return -ENODEV;
	return sysfs_emit(buf, "%s\n", dev_name(smmu->dev));
}
static DEVICE_ATTR_RO(device);

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct smmu3_device *smmu = sysfs_smmu(dev);

	if (!smmu)
		return -ENODEV;
	return sysfs_emit(buf, "%s\n",
			  smmu->dead		     ? "failed"
			  : READ_ONCE(smmu->enabled) ? "enabled"
						     : "disabled");
}
static DEVICE_ATTR_RO(state);

/* The features in use, one a line. */
static ssize_t features_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct smmu3_device *smmu = sysfs_smmu(dev);
	unsigned int f;
	int len = 0;

	if (!smmu)
		return -ENODEV;
	for (f = 0; f < SMMU3_FEAT_NR; f++) {
		if (smmu3_device_has(smmu, f))
			len += sysfs_emit_at(buf, len, "%s\n", smmu3_feat_name(f));
	}
	return len;
}
static DEVICE_ATTR_RO(features);

/* The attribute's name is the counter's. */
static ssize_t counter_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct smmu3_device *smmu = sysfs_smmu(dev);
	const struct smmu3_counter *c;

	if (!smmu)
		return -ENODEV;
	for (c = smmu3_counters; c->name; c++) {
		if (!strcmp(c->name, attr->attr.name))
			return sysfs_emit(buf, "%llu\n", c->get(smmu));
	}
	return -ENOENT;
}

#define SYSFS_COUNTER(name) \
	static struct device_attribute dev_attr_##name = __ATTR(name, 0444, counter_show, NULL)

SYSFS_COUNTER(cmds_posted);
SYSFS_COUNTER(cmd_syncs);
SYSFS_COUNTER(sync_timeouts);
SYSFS_COUNTER(events_total);
SYSFS_COUNTER(events_lost);
SYSFS_COUNTER(events_muted);
SYSFS_COUNTER(pri_requests);
SYSFS_COUNTER(gerrors);
SYSFS_COUNTER(recoveries);
SYSFS_COUNTER(streams);
SYSFS_COUNTER(attaches);
SYSFS_COUNTER(mem_queues_bytes);
SYSFS_COUNTER(mem_strtab_bytes);
SYSFS_COUNTER(mem_cdtab_bytes);

static struct attribute *sysfs_attrs[] = {
	&dev_attr_driver_version.attr,
	&dev_attr_device.attr,
	&dev_attr_state.attr,
	&dev_attr_features.attr,
	&dev_attr_cmds_posted.attr,
	&dev_attr_cmd_syncs.attr,
	&dev_attr_sync_timeouts.attr,
	&dev_attr_events_total.attr,
	&dev_attr_events_lost.attr,
	&dev_attr_events_muted.attr,
	&dev_attr_pri_requests.attr,
	&dev_attr_gerrors.attr,
	&dev_attr_recoveries.attr,
	&dev_attr_streams.attr,
	&dev_attr_attaches.attr,
	&dev_attr_mem_queues_bytes.attr,
	&dev_attr_mem_strtab_bytes.attr,
	&dev_attr_mem_cdtab_bytes.attr,
	NULL
};

static const struct attribute_group sysfs_group = {
	.name	= "smmu3",
	.attrs	= sysfs_attrs,
};

const struct attribute_group *smmu3_debug_sysfs_groups[] = { &sysfs_group, NULL };
