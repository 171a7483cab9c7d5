// SPDX-License-Identifier: GPL-2.0-only
/*
 * One SMMU: its memory, and recovery when it fails.
 *
 * ARM IHI 0070, chapter 6, 12.3 "Service Failure Mode". Layer 1.
 */
#include <linux/dmapool.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include "device.h"
#include "ecmdq.h"
#include "mmio.h"
#include "reset.h"

void smmu3_device_read_idr(struct smmu3_device *smmu)
{
	unsigned int i;

	for (i = 0; i < 6; i++)
		smmu->regs.idr[i] = smmu3_read32(smmu, REG_IDR0 + 4 * i);
	smmu->regs.idr[6] = smmu3_read32(smmu, REG_IDR6);
	smmu->regs.iidr = smmu3_read32(smmu, REG_IIDR);
	smmu->regs.aidr = smmu3_read32(smmu, REG_AIDR);
}

/* Recoveries in a row that are tried although the last one has helped nobody. */
#define VAIN_MAX	4
/* So far apart they are not in a row: the machine may simply have had nothing to wait for. */
#define VAIN_APART_US	(10LL * 60 * 1000000)

/* Has a wait ended well since they were last forgotten? */
static bool device_has_waited(struct smmu3_device *smmu)
{
	bool waited = false;
	unsigned int i;

	for (i = 0; i < smmu3_nr_cmdqs(smmu); i++)
		waited |= READ_ONCE(smmu3_nth_cmdq(smmu, i)->waited);
	return waited;
}

static void device_forget_waits(struct smmu3_device *smmu)
{
	unsigned int i;

	for (i = 0; i < smmu3_nr_cmdqs(smmu); i++)
		WRITE_ONCE(smmu3_nth_cmdq(smmu, i)->waited, false);
}

/* Does it make sense to try? Not for ever where no CMD_SYNC completes but those of the reset. */
static bool device_may_recover(struct smmu3_device *smmu)
{
	if (device_has_waited(smmu) ||
	    ktime_us_delta(ktime_get(), smmu->recovered_at) > VAIN_APART_US)
		smmu->vain_recoveries = 0;
	else
		smmu->vain_recoveries++;
	return smmu->vain_recoveries <= VAIN_MAX;
}

static int device_restart(struct smmu3_device *smmu)
{
	bool vain = !device_may_recover(smmu);
	int ret;

	smmu->open_when_off = !vain && smmu->sink->must_pass && smmu->sink->must_pass(smmu);
	dev_warn(smmu->dev, "recovering: all traffic %s until everything is programmed anew\n",
		 smmu->open_when_off ? "passes untranslated" : "aborts");
	ret = smmu3_reset_disable(smmu);
	if (!ret && vain) {
		dev_err(smmu->dev, "%u recoveries in a row have not helped\n", VAIN_MAX);
		WRITE_ONCE(smmu->enabled, false);
		ret = -EIO;
	}
	if (!ret)
		ret = smmu3_reset_enable(smmu);
	smmu->open_when_off = false;
	device_forget_waits(smmu);
	smmu->recovered_at = ktime_get();
	return ret;
}

/*
 * Reprogram everything. While the SMMU is down the command queue drops what it gets, and the reset
 * invalidates all before it enables: so no invalidation is lost, and every waiter is released.
 */
static void device_recover(struct work_struct *work)
{
	struct smmu3_device *smmu = container_of(work, struct smmu3_device, recover_work);
	int ret;

	mutex_lock(&smmu->reset_lock);
	if (!smmu->enabled || smmu->dead) {
		mutex_unlock(&smmu->reset_lock);
		return;
	}
	ret = device_restart(smmu);
	if (ret) {
		WRITE_ONCE(smmu->dead, true);
		dev_err(smmu->dev, "recovery failed (%d): %s\n", ret, smmu3_reset_translates(smmu) ?
			"the SMMU cannot be stopped, every invalidation fails from now on" :
			"all traffic aborts from now on");
	} else {
		smmu->recoveries++;
		dev_warn(smmu->dev, "recovered\n");
	}
	mutex_unlock(&smmu->reset_lock);
	if (!ret && smmu->sink->started)
		smmu->sink->started(smmu);
}

static void device_drain(struct work_struct *work)
{
	struct smmu3_device *smmu = container_of(work, struct smmu3_device, drain_work);

	smmu3_evtq_drain(smmu);
	if (smmu3_device_has(smmu, SMMU3_FEAT_PRI))
		smmu3_priq_drain(smmu);
}

void smmu3_device_recover_later(struct smmu3_device *smmu)
{
	if (READ_ONCE(smmu->enabled) && !READ_ONCE(smmu->dead))
		schedule_work(&smmu->recover_work);
}

void smmu3_device_settle(struct smmu3_device *smmu)
{
	if (work_busy(&smmu->recover_work))
		flush_work(&smmu->recover_work);
}

static int device_init_queues(struct smmu3_device *smmu)
{
	u8 lg2 = smmu3_cmdq_lg2(smmu->feat.cmdq_lg2_max, smmu->cmdq_lg2 ?: SMMU3_CMDQ_LG2,
				smmu->kdump);
	int ret = smmu3_cmdq_init(&smmu->cmdq, smmu, smmu3_mmio_addr(smmu, REG_CMDQ_BASE), lg2);

	if (ret)
		return ret;
	ret = smmu3_evtq_init(smmu);
	if (ret)
		goto err_fini_cmdq;
	if (smmu3_device_has(smmu, SMMU3_FEAT_PRI)) {
		ret = smmu3_priq_init(smmu);
		if (ret)
			goto err_fini_evtq;
	}
	smmu3_ecmdq_init(smmu);
	return 0;

err_fini_evtq:
	smmu3_evtq_fini(smmu);
err_fini_cmdq:
	smmu3_cmdq_fini(&smmu->cmdq);
	return ret;
}

static void device_fini_queues(struct smmu3_device *smmu)
{
	smmu3_priq_fini(smmu);
	smmu3_evtq_fini(smmu);
	smmu3_ecmdq_fini(smmu);
	smmu3_cmdq_fini(&smmu->cmdq);
}

int smmu3_device_init(struct smmu3_device *smmu)
{
	int ret;

	raw_spin_lock_init(&smmu->gerror_lock);
	mutex_init(&smmu->reset_lock);
	INIT_WORK(&smmu->recover_work, device_recover);
	INIT_WORK(&smmu->drain_work, device_drain);
	xa_init_flags(&smmu->asids, XA_FLAGS_ALLOC1);
	xa_init_flags(&smmu->vmids, XA_FLAGS_ALLOC1);
	xa_init(&smmu->streams);

	smmu->cd_pool = dma_pool_create("smmu3 CD", smmu->dev, sizeof(struct smmu3_cd),
					sizeof(struct smmu3_cd), 0);
	if (!smmu->cd_pool)
		return -ENOMEM;
	ret = device_init_queues(smmu);
	if (ret)
		goto err_destroy_pool;
	ret = smmu3_strtab_init(smmu);
	if (ret)
		goto err_fini_queues;
	return 0;

err_fini_queues:
	device_fini_queues(smmu);
err_destroy_pool:
	dma_pool_destroy(smmu->cd_pool);
	return ret;
}

void smmu3_device_fini(struct smmu3_device *smmu)
{
	cancel_work_sync(&smmu->recover_work);
	cancel_work_sync(&smmu->drain_work);
	smmu3_strtab_fini(smmu);
	device_fini_queues(smmu);
	dma_pool_destroy(smmu->cd_pool);
	xa_destroy(&smmu->streams);
	xa_destroy(&smmu->vmids);
	xa_destroy(&smmu->asids);
}
