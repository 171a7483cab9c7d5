// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts: wired, MSI or one combined line.
 *
 * ARM IHI 0070, 3.18 "Interrupts and notifications", 6.3.21 "SMMU_GERROR_IRQ_CFG0" and the like.
 * Layer 1. Invariant: handlers only start the drain of a queue; draining again finds nothing and
 * is harmless.
 */
#include <linux/bitfield.h>
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/msi.h>
#include "device.h"
#include "gerror.h"
#include "irq.h"
#include "mmio.h"

enum { MSI_EVENT, MSI_GERROR, MSI_PRI, MSI_NR };

static const u32 msi_regs[MSI_NR] = {
	[MSI_EVENT]	= REG_EVENTQ_IRQ_CFG0,
	[MSI_GERROR]	= REG_GERROR_IRQ_CFG0,
	[MSI_PRI]	= REG_PRIQ_IRQ_CFG0,
};

static irqreturn_t irq_event_thread(int irq, void *arg)
{
	smmu3_evtq_drain(arg);
	return IRQ_HANDLED;
}

static irqreturn_t irq_pri_thread(int irq, void *arg)
{
	smmu3_priq_drain(arg);
	return IRQ_HANDLED;
}

static irqreturn_t irq_gerror(int irq, void *arg)
{
	return IRQ_RETVAL(smmu3_gerror_serve(arg));
}

static irqreturn_t irq_combined(int irq, void *arg)
{
	smmu3_gerror_serve(arg);
	return IRQ_WAKE_THREAD;
}

static irqreturn_t irq_combined_thread(int irq, void *arg)
{
	struct smmu3_device *smmu = arg;

	smmu3_evtq_drain(smmu);
	if (smmu3_device_has(smmu, SMMU3_FEAT_PRI))
		smmu3_priq_drain(smmu);
	return IRQ_HANDLED;
}

/* Called by the MSI core whenever a vector moves. */
static void irq_write_msi(struct msi_desc *desc, struct msi_msg *msg)
{
	struct smmu3_device *smmu = dev_get_drvdata(msi_desc_to_dev(desc));
	struct smmu3_msi_cfg *cfg = &smmu->msi_cfg[desc->msi_index];
	u32 reg = msi_regs[desc->msi_index];

	cfg->addr = (((u64)msg->address_hi << 32) | msg->address_lo) & IRQ_CFG0_ADDR;
	cfg->data = msg->data;
	cfg->attr = FIELD_PREP(IRQ_CFG2_MEMATTR, MEMATTR_DEVICE_nGnRE);
	smmu3_write64(smmu, reg, cfg->addr);
	smmu3_write32(smmu, reg + IRQ_CFG1_OFF, cfg->data);
	smmu3_write32(smmu, reg + IRQ_CFG2_OFF, cfg->attr);
}

static void irq_free_msis(void *arg)
{
	platform_device_msi_free_irqs_all(arg);
}

/* MSIs where both sides have them; wired lines remain in use otherwise. */
static void irq_setup_msis(struct smmu3_device *smmu)
{
	bool pri = smmu3_device_has(smmu, SMMU3_FEAT_PRI);

	if (!smmu3_device_has(smmu, SMMU3_FEAT_MSI) || !dev_get_msi_domain(smmu->dev))
		return;
	if (platform_device_msi_init_and_alloc_irqs(smmu->dev, pri ? MSI_NR : MSI_PRI,
						    irq_write_msi)) {
		dev_warn(smmu->dev, "no MSIs could be allocated, using wired interrupts\n");
		return;
	}
	if (devm_add_action_or_reset(smmu->dev, irq_free_msis, smmu->dev))
		return;
	smmu->irqs.event = msi_get_virq(smmu->dev, MSI_EVENT);
	smmu->irqs.gerror = msi_get_virq(smmu->dev, MSI_GERROR);
	smmu->irqs.pri = pri ? msi_get_virq(smmu->dev, MSI_PRI) : 0;
	smmu->irqs.combined = 0;
	smmu->irqs.msi = true;
}

static int irq_request(struct smmu3_device *smmu, int irq, irq_handler_t hard, irq_handler_t thread,
		       const char *name)
{
	int ret;

	if (!irq)
		return 0;
	ret = devm_request_threaded_irq(smmu->dev, irq, hard, thread, thread ? IRQF_ONESHOT : 0,
					dev_name(smmu->dev), smmu);
	if (ret)
		dev_err(smmu->dev, "%s interrupt %d cannot be requested: %d\n", name, irq, ret);
	return ret;
}

static int irq_request_separate(struct smmu3_device *smmu)
{
	int ret = irq_request(smmu, smmu->irqs.event, NULL, irq_event_thread, "event queue");

	if (ret)
		return ret;
	ret = irq_request(smmu, smmu->irqs.gerror, irq_gerror, NULL, "global error");
	if (ret || !smmu3_device_has(smmu, SMMU3_FEAT_PRI))
		return ret;
	return irq_request(smmu, smmu->irqs.pri, NULL, irq_pri_thread, "PRI queue");
}

unsigned int smmu3_irq_missing(const struct smmu3_device *smmu)
{
	const struct smmu3_irqs *irqs = &smmu->irqs;
	unsigned int missing = 0;

	if (irqs->combined)
		return 0;
	if (!irqs->event)
		missing |= SMMU3_IRQ_EVENT;
	if (!irqs->gerror)
		missing |= SMMU3_IRQ_GERROR;
	if (!irqs->pri && smmu3_device_has(smmu, SMMU3_FEAT_PRI))
		missing |= SMMU3_IRQ_PRI;
	return missing;
}

int smmu3_irq_setup(struct smmu3_device *smmu)
{
	struct smmu3_irqs *irqs = &smmu->irqs;

	irq_setup_msis(smmu);
	if (irqs->combined)
		return irq_request(smmu, irqs->combined, irq_combined, irq_combined_thread,
				   "combined");
	return irq_request_separate(smmu);
}

void smmu3_irq_look(struct smmu3_device *smmu)
{
	unsigned int missing = smmu3_irq_missing(smmu);

	if (missing & SMMU3_IRQ_GERROR)
		smmu3_gerror_serve(smmu);
	if (missing & SMMU3_IRQ_EVENT)
		smmu3_evtq_drain(smmu);
	if (missing & SMMU3_IRQ_PRI)
		smmu3_priq_drain(smmu);
}

void smmu3_irq_teardown(struct smmu3_device *smmu)
{
	/* The lines themselves are devm's; nothing may arrive on them once the SMMU is quiet. */
	smmu3_write32(smmu, REG_IRQ_CTRL, 0);
	if (smmu->irqs.combined)
		synchronize_irq(smmu->irqs.combined);
	if (smmu->irqs.event)
		synchronize_irq(smmu->irqs.event);
	if (smmu->irqs.gerror)
		synchronize_irq(smmu->irqs.gerror);
	if (smmu->irqs.pri)
		synchronize_irq(smmu->irqs.pri);
}

/* A zero address turns an MSI off (6.3.21); wired lines then signal. */
static void irq_program_msis(struct smmu3_device *smmu)
{
	unsigned int i;

	for (i = 0; i < MSI_NR; i++) {
		if (i == MSI_PRI && !smmu3_device_has(smmu, SMMU3_FEAT_PRI))
			continue;
		smmu3_write64(smmu, msi_regs[i], smmu->msi_cfg[i].addr);
		smmu3_write32(smmu, msi_regs[i] + IRQ_CFG1_OFF, smmu->msi_cfg[i].data);
		smmu3_write32(smmu, msi_regs[i] + IRQ_CFG2_OFF, smmu->msi_cfg[i].attr);
	}
}

int smmu3_irq_program(struct smmu3_device *smmu)
{
	u32 ctrl = IRQ_CTRL_GERROR_IRQEN | IRQ_CTRL_EVENTQ_IRQEN;
	ktime_t end = ktime_add_us(ktime_get(), SMMU3_TIMEOUT_US);

	if (smmu3_device_has(smmu, SMMU3_FEAT_PRI))
		ctrl |= IRQ_CTRL_PRIQ_IRQEN;
	if (smmu3_device_has(smmu, SMMU3_FEAT_MSI))
		irq_program_msis(smmu);
	smmu3_write32(smmu, REG_IRQ_CTRL, ctrl);
	while (smmu3_read32(smmu, REG_IRQ_CTRLACK) != ctrl) {
		if (ktime_after(ktime_get(), end)) {
			dev_err(smmu->dev, "no acknowledgement of IRQ_CTRL\n");
			return -ETIMEDOUT;
		}
		cpu_relax();
	}
	return 0;
}
