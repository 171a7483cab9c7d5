// SPDX-License-Identifier: GPL-2.0-only
/*
 * registers: name, offset, value, and the fields of the main ones.
 *
 * ARM IHI 0070, 6.3. Beside the layers. None of these registers changes by being read.
 */
#include <linux/bitops.h>
#include <linux/seq_file.h>
#include "../hw/device.h"
#include "../hw/mmio.h"
#include "views.h"

struct reg_field {
	const char	*name;
	u64		mask;
};

/**
 * struct reg_view - a register
 * @name: the specification's
 * @off: offset
 * @wide: 64 bits
 * @pri: only there with SMMU3_FEAT_PRI
 * @msi: only there with SMMU3_FEAT_MSI
 * @fields: ends with a NULL name; NULL: not decoded
 */
struct reg_view {
	const char		*name;
	u32			off;
	bool			wide, pri, msi;
	const struct reg_field	*fields;
};

static const struct reg_field cr0_fields[] = {
	{ "SMMUEN", CR0_SMMUEN }, { "PRIQEN", CR0_PRIQEN }, { "EVENTQEN", CR0_EVENTQEN },
	{ "CMDQEN", CR0_CMDQEN }, { "ATSCHK", CR0_ATSCHK }, { "VMW", CR0_VMW }, { }
};

static const struct reg_field irq_ctrl_fields[] = {
	{ "GERROR_IRQEN", IRQ_CTRL_GERROR_IRQEN }, { "PRIQ_IRQEN", IRQ_CTRL_PRIQ_IRQEN },
	{ "EVENTQ_IRQEN", IRQ_CTRL_EVENTQ_IRQEN }, { }
};

static const struct reg_field gerror_fields[] = {
	{ "CMDQ_ERR", GERROR_CMDQ_ERR }, { "EVENTQ_ABT_ERR", GERROR_EVENTQ_ABT_ERR },
	{ "PRIQ_ABT_ERR", GERROR_PRIQ_ABT_ERR }, { "MSI_CMDQ_ABT_ERR", GERROR_MSI_CMDQ_ABT_ERR },
	{ "MSI_EVENTQ_ABT_ERR", GERROR_MSI_EVENTQ_ABT_ERR },
	{ "MSI_PRIQ_ABT_ERR", GERROR_MSI_PRIQ_ABT_ERR },
	{ "MSI_GERROR_ABT_ERR", GERROR_MSI_GERROR_ABT_ERR }, { "SFM_ERR", GERROR_SFM_ERR },
	{ "CMDQP_ERR", GERROR_CMDQP_ERR }, { }
};

static const struct reg_field q_base_fields[] = {
	{ "LOG2SIZE", Q_BASE_LOG2SIZE }, { "RWA", Q_BASE_RWA }, { }
};

static const struct reg_field inq_prod_fields[] = { { "OVFLG", Q_OVFLG }, { } };
static const struct reg_field inq_cons_fields[] = { { "OVACKFLG", Q_OVFLG }, { } };

static const struct reg_field irq_cfg2_fields[] = {
	{ "MEMATTR", IRQ_CFG2_MEMATTR }, { "SH", IRQ_CFG2_SH }, { }
};

static const struct reg_field idr0_fields[] = {
	{ "S2P", IDR0_S2P }, { "S1P", IDR0_S1P }, { "TTF", IDR0_TTF }, { "COHACC", IDR0_COHACC },
	{ "BTM", IDR0_BTM }, { "HTTU", IDR0_HTTU }, { "DORMHINT", IDR0_DORMHINT },
	{ "Hyp", IDR0_HYP }, { "ATS", IDR0_ATS }, { "NS1ATS", IDR0_NS1ATS },
	{ "ASID16", IDR0_ASID16 }, { "MSI", IDR0_MSI }, { "SEV", IDR0_SEV },
	{ "ATOS", IDR0_ATOS }, { "PRI", IDR0_PRI }, { "VMW", IDR0_VMW },
	{ "VMID16", IDR0_VMID16 }, { "CD2L", IDR0_CD2L }, { "VATOS", IDR0_VATOS },
	{ "TTENDIAN", IDR0_TTENDIAN }, { "ATSRECERR", IDR0_ATSRECERR },
	{ "STALL_MODEL", IDR0_STALL_MODEL }, { "TERM_MODEL", IDR0_TERM_MODEL },
	{ "ST_LEVEL", IDR0_ST_LEVEL }, { }
};

static const struct reg_field idr1_fields[] = {
	{ "SIDSIZE", IDR1_SIDSIZE }, { "SSIDSIZE", IDR1_SSIDSIZE }, { "PRIQS", IDR1_PRIQS },
	{ "EVENTQS", IDR1_EVENTQS }, { "CMDQS", IDR1_CMDQS },
	{ "ATTR_PERMS_OVR", IDR1_ATTR_PERMS_OVR }, { "ATTR_TYPES_OVR", IDR1_ATTR_TYPES_OVR },
	{ "REL", IDR1_REL }, { "QUEUES_PRESET", IDR1_QUEUES_PRESET },
	{ "TABLES_PRESET", IDR1_TABLES_PRESET }, { "ECMDQ", IDR1_ECMDQ }, { }
};

static const struct reg_field idr2_fields[] = {
	{ "BA_VATOS", IDR2_BA_VATOS }, { }
};

static const struct reg_field idr3_fields[] = {
	{ "HAD", IDR3_HAD }, { "PBHA", IDR3_PBHA }, { "XNX", IDR3_XNX }, { "PPS", IDR3_PPS },
	{ "MPAM", IDR3_MPAM }, { "FWB", IDR3_FWB }, { "STT", IDR3_STT }, { "RIL", IDR3_RIL },
	{ "BBML", IDR3_BBML }, { "E0PD", IDR3_E0PD }, { "PTWNNC", IDR3_PTWNNC },
	{ "DPT", IDR3_DPT }, { }
};

static const struct reg_field idr5_fields[] = {
	{ "OAS", IDR5_OAS }, { "GRAN4K", IDR5_GRAN4K }, { "GRAN16K", IDR5_GRAN16K },
	{ "GRAN64K", IDR5_GRAN64K }, { "DS", IDR5_DS }, { "D128", IDR5_D128 },
	{ "VAX", IDR5_VAX }, { "STALL_MAX", IDR5_STALL_MAX }, { }
};

static const struct reg_field iidr_fields[] = {
	{ "Implementer", IIDR_IMPLEMENTER }, { "Revision", IIDR_REVISION },
	{ "Variant", IIDR_VARIANT }, { "ProductID", IIDR_PRODUCTID }, { }
};

static const struct reg_field aidr_fields[] = {
	{ "ArchMinorRev", AIDR_ARCHMINORREV }, { "ArchMajorRev", AIDR_ARCHMAJORREV }, { }
};

static const struct reg_field cr1_fields[] = {
	{ "QUEUE_IC", CR1_QUEUE_IC }, { "QUEUE_OC", CR1_QUEUE_OC }, { "QUEUE_SH", CR1_QUEUE_SH },
	{ "TABLE_IC", CR1_TABLE_IC }, { "TABLE_OC", CR1_TABLE_OC }, { "TABLE_SH", CR1_TABLE_SH },
	{ }
};

static const struct reg_field cr2_fields[] = {
	{ "E2H", CR2_E2H }, { "RECINVSID", CR2_RECINVSID }, { "PTM", CR2_PTM }, { }
};

static const struct reg_field statusr_fields[] = {
	{ "DORMANT", STATUSR_DORMANT }, { }
};

static const struct reg_field gbpa_fields[] = {
	{ "ABORT", GBPA_ABORT }, { "UPDATE", GBPA_UPDATE }, { }
};

static const struct reg_field strtab_base_fields[] = {
	{ "RA", STRTAB_BASE_RA }, { }
};

static const struct reg_field strtab_base_cfg_fields[] = {
	{ "LOG2SIZE", STRTAB_BASE_CFG_LOG2SIZE }, { "SPLIT", STRTAB_BASE_CFG_SPLIT },
	{ "FMT", STRTAB_BASE_CFG_FMT }, { }
};

static const struct reg_field cmdq_cons_fields[] = {
	{ "ERR", CMDQ_CONS_ERR }, { }
};

static const struct reg_field idr6_fields[] = {
	{ "CMDQ_CONTROL_PAGE_LOG2NUMQ", IDR6_CMDQ_CONTROL_PAGE_LOG2NUMQ },
	{ "CMDQ_CONTROL_PAGE_LOG2NUMP", IDR6_CMDQ_CONTROL_PAGE_LOG2NUMP }, { }
};

static const struct reg_view reg_views[] = {
	{ "IDR0", REG_IDR0, .fields = idr0_fields },
	{ "IDR1", REG_IDR1, .fields = idr1_fields },
	{ "IDR2", REG_IDR2, .fields = idr2_fields },
	{ "IDR3", REG_IDR3, .fields = idr3_fields },
	{ "IDR4", REG_IDR4 },
	{ "IDR5", REG_IDR5, .fields = idr5_fields },
	{ "IIDR", REG_IIDR, .fields = iidr_fields },
	{ "AIDR", REG_AIDR, .fields = aidr_fields },
	{ "CR0", REG_CR0, .fields = cr0_fields },
	{ "CR0ACK", REG_CR0ACK, .fields = cr0_fields },
	{ "CR1", REG_CR1, .fields = cr1_fields },
	{ "CR2", REG_CR2, .fields = cr2_fields },
	{ "STATUSR", REG_STATUSR, .fields = statusr_fields },
	{ "GBPA", REG_GBPA, .fields = gbpa_fields },
	{ "IRQ_CTRL", REG_IRQ_CTRL, .fields = irq_ctrl_fields },
	{ "IRQ_CTRLACK", REG_IRQ_CTRLACK, .fields = irq_ctrl_fields },
	{ "GERROR", REG_GERROR, .fields = gerror_fields },
	{ "GERRORN", REG_GERRORN, .fields = gerror_fields },
	{ "GERROR_IRQ_CFG0", REG_GERROR_IRQ_CFG0, .wide = true, .msi = true },
	{ "GERROR_IRQ_CFG1", REG_GERROR_IRQ_CFG0 + IRQ_CFG1_OFF, .msi = true },
	{ "GERROR_IRQ_CFG2", REG_GERROR_IRQ_CFG0 + IRQ_CFG2_OFF, .msi = true,
	  .fields = irq_cfg2_fields },
	{ "STRTAB_BASE", REG_STRTAB_BASE, .wide = true, .fields = strtab_base_fields },
	{ "STRTAB_BASE_CFG", REG_STRTAB_BASE_CFG, .fields = strtab_base_cfg_fields },
	{ "CMDQ_BASE", REG_CMDQ_BASE, .wide = true, .fields = q_base_fields },
	{ "CMDQ_PROD", REG_CMDQ_PROD },
	{ "CMDQ_CONS", REG_CMDQ_CONS, .fields = cmdq_cons_fields },
	{ "EVENTQ_BASE", REG_EVENTQ_BASE, .wide = true, .fields = q_base_fields },
	{ "EVENTQ_PROD", REG_EVENTQ_PROD, .fields = inq_prod_fields },
	{ "EVENTQ_CONS", REG_EVENTQ_CONS, .fields = inq_cons_fields },
	{ "EVENTQ_IRQ_CFG0", REG_EVENTQ_IRQ_CFG0, .wide = true, .msi = true },
	{ "EVENTQ_IRQ_CFG1", REG_EVENTQ_IRQ_CFG0 + IRQ_CFG1_OFF, .msi = true },
	{ "EVENTQ_IRQ_CFG2", REG_EVENTQ_IRQ_CFG0 + IRQ_CFG2_OFF, .msi = true,
	  .fields = irq_cfg2_fields },
	{ "PRIQ_BASE", REG_PRIQ_BASE, .wide = true, .pri = true, .fields = q_base_fields },
	{ "PRIQ_PROD", REG_PRIQ_PROD, .pri = true, .fields = inq_prod_fields },
	{ "PRIQ_CONS", REG_PRIQ_CONS, .pri = true, .fields = inq_cons_fields },
	{ "PRIQ_IRQ_CFG0", REG_PRIQ_IRQ_CFG0, .wide = true, .pri = true, .msi = true },
	{ "PRIQ_IRQ_CFG1", REG_PRIQ_IRQ_CFG0 + IRQ_CFG1_OFF, .pri = true, .msi = true },
	{ "PRIQ_IRQ_CFG2", REG_PRIQ_IRQ_CFG0 + IRQ_CFG2_OFF, .pri = true, .msi = true,
	  .fields = irq_cfg2_fields },
	{ "IDR6", REG_IDR6, .fields = idr6_fields },
};

static void registers_print(struct seq_file *m, const struct smmu3_device *smmu,
			    const struct reg_view *r)
{
	u64 val = r->wide ? smmu3_read64(smmu, r->off) : smmu3_read32(smmu, r->off);
	const struct reg_field *f;

	if (r->wide)
		seq_printf(m, "%s 0x%05x 0x%016llx", r->name, r->off, val);
	else
		seq_printf(m, "%s 0x%05x 0x%08llx", r->name, r->off, val);
	for (f = r->fields; f && f->name; f++)
		seq_printf(m, " %s=%llu", f->name, (val & f->mask) >> __ffs64(f->mask));
	seq_puts(m, "\n");
}

int smmu3_debug_registers_show(struct seq_file *m, void *unused)
{
	const struct smmu3_device *smmu = m->private;
	unsigned int i;

	seq_printf(m, "# registers of %s: name offset value fields\n", dev_name(smmu->dev));
	for (i = 0; i < ARRAY_SIZE(reg_views); i++) {
		const struct reg_view *r = &reg_views[i];

		if ((r->pri && !smmu3_device_has(smmu, SMMU3_FEAT_PRI)) ||
		    (r->msi && !smmu3_device_has(smmu, SMMU3_FEAT_MSI)))
			continue;
		registers_print(m, smmu, r);
	}
	return 0;
}
