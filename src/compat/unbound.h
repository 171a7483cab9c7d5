/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DMA configuration of a device that has no driver.
 *
 * Layer: compat. A new core gives devices to their IOMMU before a driver is bound, and warns
 * when it meets one only then. Old buses look into the driver while they configure, so that
 * there has to be one, and their core is content with that.
 */
#ifndef SMMU3_COMPAT_UNBOUND_H
#define SMMU3_COMPAT_UNBOUND_H

#include <linux/device.h>
#include <linux/device/bus.h>

#include "verdicts.h"

/*
 * smmu3_compat_configure_unbound() - give an unbound device to its IOMMU, where the kernel wants it
 * @dev: the device; its lock is held
 *
 * No header tells which core it is. The one whose attach_dev() says what is replaced is younger
 * than this change; a kernel between the two gets nothing from here, and warns.
 */
static inline void smmu3_compat_configure_unbound(struct device *dev)
{
#if HAVE_ATTACH_DEV_OLD
	if (dev->bus->dma_configure)
		dev->bus->dma_configure(dev);
#endif
}

#endif /* SMMU3_COMPAT_UNBOUND_H */
