// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices that were in use before their SMMU was found.
 *
 * Layer 4. The IOMMU core gives a driver no device that another driver is bound to already: it
 * stays without a group, its DMA carries physical addresses, and an entry that aborts would end
 * it.
 * Invariant: the SMMU is enabled only when every such stream passes untranslated. A wrong guess
 * here loses users' data; so a device counts as in use from when a driver is set, not from when
 * its probe is done.
 */
#include <linux/amba/bus.h>
#include <linux/device.h>
#include <linux/fsl/mc.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include "../api/rescan.h"
#include "../compat/unbound.h"
#include "../core/stream.h"
#include "../hw/device.h"
#include "late.h"
#include "plat.h"
#include "requester.h"

static const char late_note[] = "in use before its SMMU was found";

/* Streams are or were held: only then does it matter that a device loses its driver. */
static bool late_any;

/**
 * struct late - a walk over the devices in use
 * @smmu: the SMMU
 * @hold: hold their streams; otherwise only look
 * @dev: the device at hand
 * @nr_devs: devices in use behind the SMMU
 * @names: names of the first of them
 * @nr_sids: StreamIDs of @dev, those already held for it not counted
 * @first_sid: one of them
 * @err: first failure; holding goes on after it, for the next device may be a disk
 */
struct late {
	struct smmu3_device	*smmu;
	bool			hold;
	struct device		*dev;
	unsigned int		nr_devs;
	char			names[160];
	unsigned int		nr_sids;
	u32			first_sid;
	int			err;
};

static int late_sid(void *arg, u32 sid)
{
	struct late *late = arg;
	int ret = 1;

	if (late->hold) {
		ret = smmu3_stream_hold_for(late->smmu, sid, late->dev, late_note);
		WRITE_ONCE(late_any, true);
	}
	if (ret > 0 && !late->nr_sids++)
		late->first_sid = sid;
	return min(ret, 0);
}

static void late_add_name(struct late *late, struct device *dev)
{
	size_t len = strlen(late->names);

	if (len + strlen(dev_name(dev)) + sizeof(", ...") < sizeof(late->names))
		scnprintf(late->names + len, sizeof(late->names) - len, "%s%s", len ? ", " : "",
			  dev_name(dev));
	else if (!strstr(late->names, ", ..."))
		strlcat(late->names, ", ...", sizeof(late->names));
}

static void late_report(struct late *late, struct device *dev)
{
	late->nr_devs++;
	late_add_name(late, dev);
	if (!late->hold)
		return;
	dev_warn(late->smmu->dev,
		 "%s is in use by %s already: StreamID %#x%s passes untranslated until %s is bound anew\n",
		 dev_name(dev), dev_driver_string(dev), late->first_sid,
		 late->nr_sids > 1 ? " and others" : "", dev_name(dev));
}

static int late_device(struct device *dev, void *arg)
{
	struct late *late = arg;
	int ret;

	if (!READ_ONCE(dev->driver) || device_iommu_mapped(dev))
		return 0;
	late->dev = dev;
	late->nr_sids = 0;
	ret = smmu3_requester_sids(late->smmu, dev, late_sid, late);
	if (ret) {
		dev_err(late->smmu->dev, "%s is in use by %s already, and its StreamIDs cannot be %s: %d\n",
			dev_name(dev), dev_driver_string(dev),
			ret == -EINVAL ? "read from firmware" : "kept in bypass", ret);
		late->err = late->err ?: ret;
		return late->hold ? 0 : ret;
	}
	if (late->nr_sids)
		late_report(late, dev);
	return 0;
}

/* The buses whose devices' StreamIDs smmu3_requester_sids() can tell. */
static const struct bus_type * const late_buses[] = {
	&platform_bus_type,
	SMMU3_LATE_AMBA_BUS,
	SMMU3_LATE_PCI_BUS,
};

/* One whose devices' StreamIDs it cannot tell. */
static const struct bus_type *late_blind_bus = SMMU3_LATE_FSL_MC_BUS;

static int late_walk(struct late *late)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < ARRAY_SIZE(late_buses); i++) {
		if (late_buses[i])
			ret = bus_for_each_dev(late_buses[i], NULL, late, late_device);
	}
	return ret ?: late->err;
}

/*
 * Devices of fsl-mc get their StreamIDs from their manager, which cannot be asked from here. Nor
 * is it known then whether they are behind this SMMU: say so, and count them as if they were.
 */
static int late_blind_device(struct device *dev, void *arg)
{
	struct late *late = arg;

	if (!READ_ONCE(dev->driver) || device_iommu_mapped(dev))
		return 0;
	late->nr_devs++;
	late_add_name(late, dev);
	if (smmu3_plat_params.late != SMMU3_LATE_REFUSE)
		dev_warn(late->smmu->dev,
			 "%s is in use by %s already, and its StreamIDs are not known: if it is behind this SMMU its DMA aborts until it is bound anew\n",
			 dev_name(dev), dev_driver_string(dev));
	return 0;
}

int smmu3_late_check(struct smmu3_device *smmu)
{
	struct late late = { .smmu = smmu };
	int ret = late_walk(&late);

	if (!ret && late_blind_bus)
		bus_for_each_dev(late_blind_bus, NULL, &late, late_blind_device);
	if (ret || !late.nr_devs || smmu3_plat_params.late != SMMU3_LATE_REFUSE)
		return ret;
	dev_err(smmu->dev, "not enabled (late=refuse): %u devices are in use already: %s\n",
		late.nr_devs, late.names);
	return -EBUSY;
}

int smmu3_late_hold(struct smmu3_device *smmu)
{
	struct late late = { .smmu = smmu, .hold = true };

	return late_walk(&late);
}

/*
 * A driver is about to probe a device that is behind an SMMU of ours and has no group. The core
 * passed it over when the SMMU was registered, for it had a driver; that one's probe was deferred
 * then, so that it had none when the devices in use were looked for. The driver was given direct
 * DMA. A device that this driver has refused stays without, as its line in the log says.
 */
static void late_bind(struct device *dev)
{
	struct late late = { .smmu = smmu3_passed_over(dev), .hold = true };

	if (late.smmu)
		late_device(dev, &late);
}

/*
 * The device gets its domain as soon as its driver is gone, which ends its hold. One whose probe
 * failed still has its driver when that is announced, so it keeps the hold until it is bound and
 * unbound.
 */
static int late_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	struct device *dev = data;

	if (event == BUS_NOTIFY_BIND_DRIVER)
		late_bind(dev);
	if (event == BUS_NOTIFY_UNBOUND_DRIVER && READ_ONCE(late_any) &&
	    !device_iommu_mapped(dev)) {
		smmu3_compat_configure_unbound(dev);
		smmu3_rescan(dev);
	}
	return NOTIFY_DONE;
}

static struct notifier_block late_blocks[ARRAY_SIZE(late_buses)];

static void late_unregister(unsigned int nr)
{
	while (nr--) {
		if (late_buses[nr])
			bus_unregister_notifier(late_buses[nr], &late_blocks[nr]);
	}
}

int smmu3_late_init(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(late_buses); i++) {
		if (!late_buses[i])
			continue;
		late_blocks[i].notifier_call = late_notify;
		ret = bus_register_notifier(late_buses[i], &late_blocks[i]);
		if (ret) {
			late_unregister(i);
			return ret;
		}
	}
	return 0;
}

void smmu3_late_exit(void)
{
	late_unregister(ARRAY_SIZE(late_buses));
}
