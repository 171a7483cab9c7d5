// SPDX-License-Identifier: GPL-2.0-only
/*
 * Global errors.
 *
 * ARM IHI 0070, 7.5 "Global error recording", 6.3.19 "SMMU_GERROR", 12.3 "Service Failure Mode".
 * Layer 1. Invariant: an error is acknowledged only after what it reports has been dealt with, save
 * those of ECMDQs, which have acknowledgements of their own.
 */
#include <linux/bitops.h>
#include "device.h"
#include "ecmdq.h"
#include "gerror.h"
#include "mmio.h"

static const char * const gerror_names[] = {
	[0] = "CMDQ_ERR",
	[2] = "EVENTQ_ABT_ERR",
	[3] = "PRIQ_ABT_ERR",
	[4] = "MSI_CMDQ_ABT_ERR",
	[5] = "MSI_EVENTQ_ABT_ERR",
	[6] = "MSI_PRIQ_ABT_ERR",
	[7] = "MSI_GERROR_ABT_ERR",
	[8] = "SFM_ERR",
	[9] = "CMDQP_ERR",
};

static const char * const gerror_effects[ARRAY_SIZE(gerror_names)] = {
	[2] = "events may have been lost",
	[3] = "page requests may have been lost",
	[4] = "a CMD_SYNC completion was lost, its waiter polls CMDQ_CONS",
	[5] = "an event interrupt was lost",
	[6] = "a PRI interrupt was lost",
	[7] = "a GERROR interrupt was lost",
	[8] = "the SMMU is in Service Failure Mode, all traffic aborts",
};

const char *smmu3_gerror_name(unsigned int bit)
{
	return bit < ARRAY_SIZE(gerror_names) ? gerror_names[bit] : NULL;
}

static void gerror_report(struct smmu3_device *smmu, unsigned long active)
{
	unsigned int bit;

	for_each_set_bit(bit, &active, ARRAY_SIZE(gerror_names)) {
		atomic_inc(&smmu->gerrors[bit]);
		if (gerror_effects[bit])
			dev_err_ratelimited(smmu->dev, "global error %s: %s\n",
					    gerror_names[bit] ?: "(reserved)", gerror_effects[bit]);
	}
}

u32 smmu3_gerror_serve(struct smmu3_device *smmu)
{
	unsigned long flags;
	u32 gerror, active;

	raw_spin_lock_irqsave(&smmu->gerror_lock, flags);
	gerror = smmu3_read32(smmu, REG_GERROR);
	active = (gerror ^ smmu3_read32(smmu, REG_GERRORN)) & GERROR_ERR_MASK;
	if (active) {
		gerror_report(smmu, active);
		if (active & GERROR_CMDQ_ERR)
			smmu3_cmdq_error(&smmu->cmdq, smmu3_read32(smmu, REG_CMDQ_CONS));
		/*
		 * The whole value: toggles the acknowledge bit of each active error and keeps
		 * the others.
		 */
		smmu3_write32(smmu, REG_GERRORN, gerror);
		/*
		 * Their own acknowledgement lets them go on (3.5.6.3). After this one, so that an
		 * error that comes while we look is told again.
		 */
		if (active & GERROR_CMDQP_ERR)
			smmu3_ecmdq_errors(smmu);
	}
	raw_spin_unlock_irqrestore(&smmu->gerror_lock, flags);

	/*
	 * Only a failed SMMU needs all to be programmed anew. An aborted queue write lost a
	 * record, and the queue goes on with the acknowledgement; QEMU reports a full event queue
	 * this way, which a storm of events can bring about at any time.
	 */
	if (active & GERROR_SFM_ERR)
		smmu3_device_recover_later(smmu);
	/* The interrupt that was lost was the only one, until the queue has been empty. */
	if (active & (GERROR_MSI_EVENTQ_ABT_ERR | GERROR_MSI_PRIQ_ABT_ERR))
		schedule_work(&smmu->drain_work);
	return active;
}
