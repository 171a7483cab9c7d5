// SPDX-License-Identifier: GPL-2.0-only
/*
 * System sleep: stop before, program everything anew after.
 *
 * Layer 4. In the noirq phases, because devices behind the SMMU have stopped by then and start
 * only later.
 * Invariant: nothing in the registers is expected to have survived.
 */
#include <linux/pm.h>
#include "../hw/device.h"
#include "../hw/reset.h"
#include "plat.h"

static int pm_suspend_noirq(struct device *dev)
{
	struct smmu3_device *smmu = dev_get_drvdata(dev);
	int ret;

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

static int pm_resume_noirq(struct device *dev)
{
	struct smmu3_device *smmu = dev_get_drvdata(dev);
	int ret;

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
