// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disable, program, enable.
 *
 * ARM IHI 0070, 3.11 "Reset, Enable and initialization", 6.3.9 to 6.3.14. Layer 1.
 *
 * Invariant: SMMU_GBPA aborts before SMMUEN goes off, so that no transaction passes untranslated
 * while the tables are away, unless open_when_off says that live streams have to; and no cache of
 * the SMMU holds anything from before SMMUEN goes on.
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include "device.h"
#include "ecmdq.h"
#include "irq.h"
#include "mmio.h"
#include "reset.h"

/* The only loop that waits for a register. */
int smmu3_reset_poll(struct smmu3_device *smmu, const void __iomem *addr, u32 mask, u32 want,
		     const char *what)
{
	ktime_t end = ktime_add_us(ktime_get(), SMMU3_TIMEOUT_US);
	bool late = false;
	u32 val;

	for (;;) {
		val = smmu3_mmio_read32(addr);
		if ((val & mask) == want)
			return 0;
		if (late)
			break;
		late = ktime_after(ktime_get(), end);
		udelay(1);
	}
	dev_err(smmu->dev, "no acknowledgement of %s in %u ms: is %#x, wanted %#x under mask %#x\n",
		what, SMMU3_TIMEOUT_US / 1000, val, want, mask);
	return -ETIMEDOUT;
}

static int reset_poll(struct smmu3_device *smmu, u32 reg, u32 mask, u32 want, const char *what)
{
	return smmu3_reset_poll(smmu, smmu3_mmio_addr(smmu, reg), mask, want, what);
}

static int reset_write_cr0(struct smmu3_device *smmu, u32 cr0, const char *what)
{
	smmu3_write32_release(smmu, REG_CR0, cr0);
	return reset_poll(smmu, REG_CR0ACK, CR0_ACK_MASK, cr0 & CR0_ACK_MASK, what);
}

/* 6.3.14: UPDATE must be 0 before a write and falls back to 0 when it has taken effect. */
static int reset_write_gbpa(struct smmu3_device *smmu, bool abort)
{
	u32 gbpa;
	int ret = reset_poll(smmu, REG_GBPA, GBPA_UPDATE, 0, "an earlier GBPA update");

	if (ret)
		return ret;
	gbpa = smmu3_read32(smmu, REG_GBPA) & ~(GBPA_ABORT | GBPA_UPDATE);
	if (abort)
		gbpa |= GBPA_ABORT;
	smmu3_write32(smmu, REG_GBPA, gbpa | GBPA_UPDATE);
	return reset_poll(smmu, REG_GBPA, GBPA_UPDATE, 0, "GBPA");
}

int smmu3_reset_disable(struct smmu3_device *smmu)
{
	int ret = reset_write_gbpa(smmu, !smmu->open_when_off), ret_cr0, ret_ecmdq;
	unsigned int i;

	/* With GBPA unknown SMMUEN stays as it is: off, all traffic might pass. */
	if (ret)
		return ret;
	smmu3_write32(smmu, REG_IRQ_CTRL, 0);
	ret = reset_poll(smmu, REG_IRQ_CTRLACK, GENMASK(2, 0), 0, "IRQ_CTRL off");
	/* Interrupts that do not go off are no reason to go on translating. */
	ret_cr0 = reset_write_cr0(smmu, 0, "CR0 off");
	if (smmu3_reset_translates(smmu))
		return ret ?: ret_cr0;
	for (i = 0; i < smmu3_nr_cmdqs(smmu); i++)
		smmu3_cmdq_stop(smmu3_nth_cmdq(smmu, i));
	ret_ecmdq = smmu3_ecmdq_disable(smmu);
	return ret ?: ret_cr0 ?: ret_ecmdq;
}

bool smmu3_reset_translates(const struct smmu3_device *smmu)
{
	return smmu3_read32(smmu, REG_CR0ACK) & CR0_SMMUEN;
}

/*
 * Queue and table accesses: write-back inner shareable where coherent, else non-cacheable
 * outer shareable.
 */
static u32 reset_cr1(const struct smmu3_device *smmu)
{
	bool coherent = smmu3_device_has(smmu, SMMU3_FEAT_COHERENT);
	u32 cache = coherent ? CR1_CACHE_WB : CR1_CACHE_NC;
	u32 sh = coherent ? SH_ISH : SH_OSH;

	return FIELD_PREP(CR1_TABLE_SH, sh) | FIELD_PREP(CR1_TABLE_OC, cache) |
	       FIELD_PREP(CR1_TABLE_IC, cache) | FIELD_PREP(CR1_QUEUE_SH, sh) |
	       FIELD_PREP(CR1_QUEUE_OC, cache) | FIELD_PREP(CR1_QUEUE_IC, cache);
}

/*
 * PTM keeps broadcast maintenance out; where the SMMU has none, whatever the driver makes of it,
 * the bit is reserved (6.3.12). RECINVSID shows stray StreamIDs.
 */
static u32 reset_cr2(const struct smmu3_device *smmu)
{
	bool deaf = smmu->regs.idr[0] & IDR0_BTM && !smmu3_device_has(smmu, SMMU3_FEAT_BTM);

	return CR2_RECINVSID | (deaf ? CR2_PTM : 0) |
	       (smmu3_device_has(smmu, SMMU3_FEAT_E2H) ? CR2_E2H : 0);
}

/*
 * Errors that were pending before are not ours; acknowledge them so that new ones can be seen. Who
 * serves one of them comes to its end first: it would take a new command for the bad one.
 */
static void reset_gerror(struct smmu3_device *smmu)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&smmu->gerror_lock, flags);
	smmu3_write32(smmu, REG_GERRORN, smmu3_read32(smmu, REG_GERROR));
	raw_spin_unlock_irqrestore(&smmu->gerror_lock, flags);
}

static int reset_invalidate_all(struct smmu3_device *smmu)
{
	unsigned int nr = 0, i, at_once;
	struct smmu3_cmd cmds[3];
	int ret = 0;

	cmds[nr++] = smmu3_cmd_cfgi_all();
	if (smmu3_device_has(smmu, SMMU3_FEAT_HYP))
		cmds[nr++] = smmu3_cmd_tlbi_all(CMD_TLBI_EL2_ALL, 0);
	cmds[nr++] = smmu3_cmd_tlbi_all(CMD_TLBI_NSNH_ALL, 0);
	/* Erratum 2812531 of MMU-700 wants each of them completed before the next. */
	at_once = smmu->quirks & BIT(SMMU3_QUIRK_FORCE_SYNC) ? 1 : nr;
	for (i = 0; !ret && i < nr; i += at_once)
		ret = smmu3_cmdq_issue(&smmu->cmdq, &cmds[i], at_once);
	return ret;
}

static int reset_enable_queues(struct smmu3_device *smmu, u32 *cr0)
{
	int ret;

	smmu3_cmdq_program(&smmu->cmdq, 0);
	*cr0 = CR0_CMDQEN;
	ret = reset_write_cr0(smmu, *cr0, "the command queue");
	if (ret)
		return ret;
	smmu3_cmdq_start(&smmu->cmdq);
	/* Before all is invalidated: what they have dropped until then is in that. */
	ret = smmu3_ecmdq_enable(smmu);
	if (ret)
		return ret;
	ret = reset_invalidate_all(smmu);
	if (ret)
		return ret;

	/*
	 * A crash kernel expects faults of DMA that nobody stopped: it does not want to hear
	 * of them, unless they stall and wait for an answer.
	 */
	if (!smmu->kdump || smmu3_device_has(smmu, SMMU3_FEAT_STALL_FORCE)) {
		smmu3_evtq_start(smmu);
		*cr0 |= CR0_EVENTQEN;
		ret = reset_write_cr0(smmu, *cr0, "the event queue");
		if (ret)
			return ret;
	}
	if (smmu3_device_has(smmu, SMMU3_FEAT_PRI) && !smmu->kdump) {
		smmu3_priq_start(smmu);
		*cr0 |= CR0_PRIQEN;
		ret = reset_write_cr0(smmu, *cr0, "the PRI queue");
		if (ret)
			return ret;
	}
	if (smmu3_device_has(smmu, SMMU3_FEAT_ATS)) {
		*cr0 |= CR0_ATSCHK;
		ret = reset_write_cr0(smmu, *cr0, "ATS checking");
	}
	return ret;
}

static int reset_try_enable(struct smmu3_device *smmu)
{
	u32 cr0;
	int ret;

	smmu3_write32(smmu, REG_CR1, reset_cr1(smmu));
	smmu3_write32(smmu, REG_CR2, reset_cr2(smmu));
	smmu3_strtab_program(smmu);
	reset_gerror(smmu);
	/* An ATC may hold what was unmapped while its invalidations were dropped. */
	if (smmu->sink->starting)
		smmu->sink->starting(smmu);
	/*
	 * Before the queues: an interrupt tells only that one is not empty any more, so a record
	 * that came first would stay, and all behind it.
	 */
	ret = smmu3_irq_program(smmu);
	if (ret)
		return ret;
	ret = reset_enable_queues(smmu, &cr0);
	if (ret)
		return ret;
	return reset_write_cr0(smmu, cr0 | CR0_SMMUEN, "SMMUEN");
}

int smmu3_reset_enable(struct smmu3_device *smmu)
{
	int ret;

	lockdep_assert_held(&smmu->reset_lock);
	ret = reset_try_enable(smmu);
	if (ret) {
		smmu3_reset_disable(smmu);
		WRITE_ONCE(smmu->enabled, false);
		return ret;
	}
	WRITE_ONCE(smmu->dead, false);
	WRITE_ONCE(smmu->enabled, true);
	return 0;
}

int smmu3_reset(struct smmu3_device *smmu)
{
	int ret;

	mutex_lock(&smmu->reset_lock);
	if (smmu3_read32(smmu, REG_CR0) & CR0_SMMUEN)
		dev_notice(smmu->dev, "found enabled by firmware or an earlier kernel\n");
	ret = smmu3_reset_disable(smmu);
	if (!ret)
		ret = smmu3_reset_enable(smmu);
	mutex_unlock(&smmu->reset_lock);
	if (!ret && smmu->sink->started)
		smmu->sink->started(smmu);
	return ret;
}

int smmu3_reset_stop(struct smmu3_device *smmu)
{
	int ret;

	mutex_lock(&smmu->reset_lock);
	ret = smmu3_reset_disable(smmu);
	WRITE_ONCE(smmu->enabled, false);
	smmu3_evtq_stop(smmu);
	smmu3_priq_stop(smmu);
	mutex_unlock(&smmu->reset_lock);
	/* A recovery that was on its way finds the SMMU not enabled and does nothing. */
	cancel_work_sync(&smmu->recover_work);
	cancel_work_sync(&smmu->drain_work);
	return ret;
}

int smmu3_reset_release(struct smmu3_device *smmu, bool bypass)
{
	int ret = smmu3_reset_stop(smmu);

	return ret || !bypass ? ret : reset_write_gbpa(smmu, false);
}
