// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts: edges on wires, and MSIs whose abort is a global error.
 * Arm IHI 0070, chapter 3.18 "Interrupts and notifications"; SMMU_IRQ_CTRL, SMMU_*_IRQ_CFG0 to 2.
 * Invariant: an occurrence before the enable was acknowledged is never told, and one told twice may
 * come once.
 */
#include "control.h"

#define IRQ_CTRL_GERROR	BIT(0)
#define IRQ_CTRL_PRIQ	BIT(1)
#define IRQ_CTRL_EVENTQ	BIT(2)

static const u32 enable_of[] = {
	[MODEL_IRQ_EVENTQ] = IRQ_CTRL_EVENTQ, [MODEL_IRQ_PRIQ] = IRQ_CTRL_PRIQ,
	[MODEL_IRQ_GERROR] = IRQ_CTRL_GERROR,
};

static void wire(struct model *m, enum model_irq irq)
{
	m->count.irqs++;
	if (m->env.irq)
		m->env.irq(m->env.ctx, irq);
}

static void msi(struct model *m, u64 pa, u32 data, enum gerror_bit abort)
{
	u8 b[4] = { (u8)data, (u8)(data >> 8), (u8)(data >> 16), (u8)(data >> 24) };
	int ret;

	m->count.msis++;
	if (m->env.msi)
		ret = m->env.msi(m->env.ctx, pa, data);
	else
		ret = mem_write(m, pa, b, sizeof(b));
	if (ret) {
		model_log(m, "MSI to 0x%llx aborted", (unsigned long long)pa);
		gerror_raise(m, abort);
	}
}

static void deliver(struct model *m, enum model_irq irq)
{
	const struct regs *r = &m->regs;
	enum gerror_bit abort = GERROR_MSI_GERROR_ABT;
	u64 pa = r->gerror_irq_cfg0;
	u32 data = r->gerror_irq_cfg1;

	if (irq == MODEL_IRQ_EVENTQ) {
		pa = r->eventq_irq_cfg0;
		data = r->eventq_irq_cfg1;
		abort = GERROR_MSI_EVENTQ_ABT;
	} else if (irq == MODEL_IRQ_PRIQ) {
		pa = r->priq_irq_cfg0;
		data = r->priq_irq_cfg1;
		abort = GERROR_MSI_PRIQ_ABT;
	}
	m->regs.irq_waiting &= ~(u32)BIT(irq);
	wire(m, irq);
	if (m->f.msi && pa)
		msi(m, pa, data, abort);
}

void irq_raise(struct model *m, enum model_irq irq)
{
	if (m->regs.irq_ctrlack & enable_of[irq])
		m->regs.irq_waiting |= BIT(irq);
}

bool irq_step(struct model *m)
{
	for (unsigned int irq = 0; irq < ARRAY_SIZE(enable_of) && m->regs.irq_waiting; irq++) {
		if ((m->regs.irq_waiting & BIT(irq)) && !model_dawdles(m))
			deliver(m, irq);
	}
	return m->regs.irq_waiting;
}

/* Before a disable is acknowledged all that was triggered is out. */
void irq_drop(struct model *m, u32 enables)
{
	for (unsigned int irq = 0; irq < ARRAY_SIZE(enable_of); irq++) {
		if ((enable_of[irq] & enables) && (m->regs.irq_waiting & BIT(irq)))
			deliver(m, irq);
	}
}

/* 4.7.3: consumption of the SYNC is visible before its signal; an MSI as well as the wire. */
void irq_sync(struct model *m, const struct command *c)
{
	if (c->signal != SYNC_IRQ)
		return;
	if (m->f.msi && c->msi_addr)
		msi(m, c->msi_addr, c->msi_data, GERROR_MSI_CMDQ_ABT);
	wire(m, MODEL_IRQ_CMD_SYNC);
}
