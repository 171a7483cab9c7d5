// SPDX-License-Identifier: GPL-2.0-only
/*
 * Global errors: raised by toggling a bit of GERROR, acknowledged by toggling it in GERRORN.
 * Arm IHI 0070, chapter 7.5 "Global error recording"; SMMU_GERROR, SMMU_GERRORN.
 * Invariant: a bit is toggled only while it is inactive; active is GERROR != GERRORN.
 */
#include "control.h"

bool gerror_active(const struct model *m, enum gerror_bit bit)
{
	return (m->regs.gerror ^ m->regs.gerrorn) & BIT(bit);
}

u32 gerror_defined(const struct model *m)
{
	u32 bits = BIT(GERROR_CMDQ) | BIT(GERROR_EVENTQ_ABT) | BIT(GERROR_SFM);

	if (m->f.pri)
		bits |= BIT(GERROR_PRIQ_ABT);
	if (m->f.msi)
		bits |= BIT(GERROR_MSI_CMDQ_ABT) | BIT(GERROR_MSI_EVENTQ_ABT) |
			BIT(GERROR_MSI_GERROR_ABT);
	if (m->f.msi && m->f.pri)
		bits |= BIT(GERROR_MSI_PRIQ_ABT);
	if (m->f.ecmdq)
		bits |= BIT(GERROR_CMDQP);
	return bits;
}

void gerror_raise(struct model *m, enum gerror_bit bit)
{
	static const char *const names[] = {
		"CMDQ_ERR", "?", "EVENTQ_ABT_ERR", "PRIQ_ABT_ERR", "MSI_CMDQ_ABT_ERR",
		"MSI_EVENTQ_ABT_ERR", "MSI_PRIQ_ABT_ERR", "MSI_GERROR_ABT_ERR", "SFM_ERR",
		"CMDQP_ERR",
	};

	if (gerror_active(m, bit))
		return;
	m->regs.gerror ^= BIT(bit);
	model_log(m, "GERROR.%s", names[bit]);
	/* 7.5.1: an aborted GERROR MSI is not followed by another one. */
	if (bit != GERROR_MSI_GERROR_ABT)
		irq_raise(m, MODEL_IRQ_GERROR);
}

void gerror_write_n(struct model *m, u32 value)
{
	u32 active = m->regs.gerror ^ m->regs.gerrorn;
	u32 toggled = (value ^ m->regs.gerrorn) & gerror_defined(m);

	if (value & ~gerror_defined(m))
		referee_report(m, RULE_REG_RESERVED, "GERRORN: 0x%x has reserved bits 0x%x", value,
			       value & ~gerror_defined(m));
	if (toggled & ~active)
		referee_report(m, RULE_REG_GERRORN, "GERRORN: 0x%x toggles 0x%x, active is 0x%x",
			       value, toggled, active);
	toggled &= active;
	m->regs.gerrorn ^= toggled;
	if (toggled & BIT(GERROR_CMDQ))
		cmdq_error_acknowledged(m);
}
