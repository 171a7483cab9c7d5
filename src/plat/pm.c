// SPDX-License-Identifier: GPL-2.0-only
/*
 * System sleep: stop before, program everything anew after.
 *
 * Layer 4. In the noirq phases, and with a link from each device behind the SMMU, which makes also
 * those that sleep asynchronously stop before it and start after it.
 * Invariant: of an SMMU that was stopped, or that does not say that it is enabled, nothing in the
 * registers is expected to have survived.
 *
 * Decision: suspend-to-idle leaves it alone. What wakes the machine then are devices' interrupts,
 * and an MSI is a write through the SMMU.
 */
#include <linux/pm.h>
#include <linux/suspend.h>
#include "../hw/device.h"
#include "../hw/mmio.h"
#include "../hw/reset.h"
#include "plat.h"

static int pm_suspend_noirq(struct device *dev)
{
	struct smmu3_device *smmu = dev_get_drvdata(dev);
	int ret;

	if (pm_suspend_target_state == PM_SUSPEND_TO_IDLE)
		return 0;
	smmu->open_when_off = smmu3_probe_must_pass(smmu);
	ret = smmu3_reset_stop(smmu);
	if (!ret)
		return 0;
	dev_err(dev, "cannot be stopped for suspend: %d\n", ret);
	/* The core does not resume the one that failed. */
	smmu3_reset(smmu);
	smmu->open_when_off = false;
	return ret;
}

/* It was not stopped, and firmware has not taken its power away behind our back either. */
static bool pm_still_on(const struct smmu3_device *smmu)
{
	return READ_ONCE(smmu->enabled) && smmu3_reset_translates(smmu) &&
	       smmu3_read32(smmu, REG_CR0) & CR0_SMMUEN;
}

static int pm_resume_noirq(struct device *dev)
{
	struct smmu3_device *smmu = dev_get_drvdata(dev);
	int ret;

	if (pm_still_on(smmu))
		return 0;
	smmu->open_when_off = smmu3_probe_must_pass(smmu);
	ret = smmu3_reset(smmu);
	smmu->open_when_off = false;
	if (ret)
		dev_err(dev, "cannot be started after suspend (%d): devices behind it are dead\n",
			ret);
	return ret;
}

const struct dev_pm_ops smmu3_pm_ops = {
	NOIRQ_SYSTEM_SLEEP_PM_OPS(pm_suspend_noirq, pm_resume_noirq)
};
