// SPDX-License-Identifier: GPL-2.0-only
/*
 * What writing a register does: controls, guards, updates and their acknowledgement.
 * Arm IHI 0070, chapter 6.3 "Register formats".
 * Invariant: a guarded register keeps its value while its guard is on (the only behaviour from
 * SMMUv3.2 on), and a field that is being updated has its old effect until it is acknowledged.
 */
#include "control.h"

#include <string.h>

#define GBPA_DEFINED	(GBPA_UPDATE | GENMASK(20, 16) | GENMASK(13, 8) | GENMASK(4, 0))
#define GBPA_RESET	(1u << 12)	/* SHCFG: use incoming */
#define GBPA_MTCFG	(1u << 4)
#define CR0_VMW		GENMASK(8, 6)
#define CR1_QUEUE	GENMASK(5, 0)
#define CR1_TABLE	GENMASK(11, 6)

static u64 address_mask(const struct model *m)
{
	static const u8 bits[] = { 32, 36, 40, 42, 44, 48, 52, 52 };

	return GENMASK(bits[m->f.oas & 7] - 1, 0);
}

bool regs_on(const struct model *m, u32 bit)
{
	return (m->regs.cr0_written | m->regs.cr0ack) & bit;
}

u32 regs_known_bits(struct model *m, const char *name, u32 value, u32 defined)
{
	if (value & ~defined)
		referee_report(m, RULE_REG_RESERVED, "%s: 0x%x has reserved bits 0x%x", name, value,
			       value & ~defined);
	return value & defined;
}

/* ---------------------------------------------------------------- CR0, CR1, CR2, GBPA, IRQ_CTRL */

static void cr0_update(struct model *m)
{
	u32 was = m->regs.cr0ack, now = m->regs.cr0_written;
	struct cmdq *q = m->cmdq;

	if ((was & CR0_EVENTQEN) && !(now & CR0_EVENTQEN))
		eventq_flush(m);
	m->regs.cr0 = now;
	m->regs.cr0ack = now;
	if ((was & CR0_SMMUEN) && !(now & CR0_SMMUEN))
		stall_term_all(m);
	if (((was ^ now) & CR0_SMMUEN) && model_chance(m, m->f.evict))
		config_inv_all(m);
	if ((was ^ now) & CR0_CMDQEN) {
		q->port.enabled = now & CR0_CMDQEN;
		q->port.syncing = false;
	}
}

/* 6.3.25: LOG2SIZE beyond SIDSIZE is allowed; the table is aligned by what was written. */
static void check_table(struct model *m)
{
	u32 cfg = m->regs.strtab_base_cfg, lg2 = cfg & 0x3f, split = (u32)field(cfg, 10, 6);
	unsigned int align = lg2 + 6;

	if (!(m->regs.set_up & SET_STRTAB) || !(m->regs.set_up & SET_STRTAB_CFG))
		referee_report(m, RULE_REG_ENABLE_ORDER,
			       "CR0.SMMUEN: STRTAB_BASE or STRTAB_BASE_CFG was never written");
	if (field(cfg, 17, 16) == 1)
		align = lg2 > split + 3 ? lg2 - split + 3 : 6;
	if (align < 64 && (m->regs.strtab_base & GENMASK(55, 6) & (BIT(align) - 1)))
		referee_report(m, RULE_QUEUE_GEOMETRY,
			       "STRTAB_BASE 0x%llx: not aligned to the table's 2^%u bytes",
			       (unsigned long long)m->regs.strtab_base, align);
}

static void check_queue(struct model *m, const struct queue *q, u32 set, const char *name)
{
	if (!(m->regs.set_up & set))
		referee_report(m, RULE_REG_ENABLE_ORDER,
			       "CR0: %s enabled, its BASE was never written", name);
	else
		queue_check_enable(m, q, name);
}

static void check_enable(struct model *m, u32 rising)
{
	if (rising & CR0_SMMUEN)
		check_table(m);
	if (rising & CR0_CMDQEN)
		check_queue(m, &m->cmdq->port.q, SET_CMDQ, "CMDQ");
	if (rising & CR0_EVENTQEN)
		check_queue(m, &m->eventq->q, SET_EVENTQ, "EVENTQ");
	if (rising & CR0_PRIQEN)
		check_queue(m, &m->priq->q, SET_PRIQ, "PRIQ");
}

void regs_write_cr0(struct model *m, u32 value)
{
	u32 defined = CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN, busy, changed;

	if (m->f.pri)
		defined |= CR0_PRIQEN;
	if (m->f.ats)
		defined |= CR0_ATSCHK;
	if (m->f.vmw)
		defined |= CR0_VMW;
	value = regs_known_bits(m, "CR0", value, defined);
	busy = m->regs.cr0_written ^ m->regs.cr0ack;
	changed = value ^ m->regs.cr0_written;
	if (busy & changed) {
		referee_report(m, RULE_REG_UPDATE_PENDING,
			       "CR0: 0x%x changes 0x%x before CR0ACK 0x%x has shown it", value,
			       busy & changed, m->regs.cr0ack);
		value = (value & ~busy) | (m->regs.cr0_written & busy);
		changed &= ~busy;
	}
	if (field(value, 8, 6) > 4)
		referee_report(m, RULE_REG_RESERVED, "CR0.VMW: %u is reserved",
			       (unsigned int)field(value, 8, 6));
	if ((changed & CR0_VMW) && window_vmid_tlbis(m))
		referee_report(m, RULE_REG_VMW_LIVE,
			       "CR0: 0x%x changes VMW before a CMD_SYNC behind a TLBI by VMID",
			       value);
	check_enable(m, value & changed);
	m->regs.cr0_written = value;
	if (!m->f.delay)
		cr0_update(m);
}

/* 6.3.11: cacheability 3, and shareability 1 where anything is cacheable, are reserved. */
static bool cr1_reserved(u32 fields)
{
	u64 ic = field(fields, 1, 0), oc = field(fields, 3, 2);

	return ic == 3 || oc == 3 || (field(fields, 5, 4) == 1 && (ic || oc));
}

void regs_write_cr1(struct model *m, u32 value)
{
	u32 changed, frozen = 0;

	value = regs_known_bits(m, "CR1", value, CR1_QUEUE | CR1_TABLE);
	if (cr1_reserved(value) || cr1_reserved(value >> 6))
		referee_report(m, RULE_REG_RESERVED, "CR1: 0x%x has reserved values", value);
	changed = value ^ m->regs.cr1;
	if (regs_on(m, CR0_SMMUEN))
		frozen |= CR1_TABLE;
	if (regs_on(m, CR0_CMDQEN | CR0_EVENTQEN | CR0_PRIQEN) || ecmdq_any_enabled(m))
		frozen |= CR1_QUEUE;
	if (changed & frozen)
		referee_report(m, RULE_REG_CR1_LIVE, "CR1: 0x%x written over 0x%x while in use",
			       value, m->regs.cr1);
	m->regs.cr1 = (value & ~frozen) | (m->regs.cr1 & frozen);
}

static u32 cr2_defined(const struct model *m)
{
	u32 defined = CR2_RECINVSID;

	if (m->f.hyp)
		defined |= CR2_E2H;
	if (m->f.btm)
		defined |= CR2_PTM;
	if (m->f.atsrecerr)
		defined |= CR2_REC_CFG_ATS;
	return defined;
}

void regs_write_cr2(struct model *m, u32 value)
{
	/* RES0 then, yet the in-tree driver asks never to take part unasked. */
	if (!m->f.btm)
		value &= ~(u32)CR2_PTM;
	value = regs_known_bits(m, "CR2", value, cr2_defined(m));
	/* Read-only once SMMUEN is 1; until its update is through a write may do anything. */
	if (regs_on(m, CR0_SMMUEN)) {
		if (value != m->regs.cr2 || !(m->regs.cr0_written & m->regs.cr0ack & CR0_SMMUEN))
			referee_report(m, RULE_REG_CR2_LIVE,
				       "CR2: 0x%x written over 0x%x while SMMUEN is 1", value,
				       m->regs.cr2);
		return;
	}
	m->regs.cr2 = value;
}

static void gbpa_update(struct model *m)
{
	m->regs.gbpa = m->regs.gbpa_written;
	m->regs.gbpa_update = false;
}

void regs_write_gbpa(struct model *m, u32 value)
{
	value = regs_known_bits(m, "GBPA", value, GBPA_DEFINED);
	if (field(value, 17, 16) == 1 || field(value, 19, 18) == 1 ||
	    ((value & GBPA_MTCFG) && memattr_reserved(value & 0xf)))
		referee_report(m, RULE_REG_RESERVED, "GBPA: 0x%x has reserved values", value);
	if (m->regs.gbpa_update) {
		referee_report(m, RULE_REG_UPDATE_PENDING, "GBPA: 0x%x written while Update is 1",
			       value);
		return;
	}
	if (!(value & GBPA_UPDATE)) {
		referee_report(m, RULE_REG_RESERVED, "GBPA: 0x%x written without Update", value);
		return;
	}
	m->regs.gbpa_written = value & ~(u32)GBPA_UPDATE;
	m->regs.gbpa_update = true;
	if (!m->f.delay)
		gbpa_update(m);
}

static void irq_ctrl_update(struct model *m)
{
	irq_drop(m, m->regs.irq_ctrlack & ~m->regs.irq_ctrl_written);
	m->regs.irq_ctrl = m->regs.irq_ctrl_written;
	m->regs.irq_ctrlack = m->regs.irq_ctrl_written;
}

void regs_write_irq_ctrl(struct model *m, u32 value)
{
	u32 busy = m->regs.irq_ctrl_written ^ m->regs.irq_ctrlack;

	value = regs_known_bits(m, "IRQ_CTRL", value, m->f.pri ? 7 : 5);
	if (busy & (value ^ m->regs.irq_ctrl_written)) {
		referee_report(m, RULE_REG_UPDATE_PENDING,
			       "IRQ_CTRL: 0x%x written before IRQ_CTRLACK 0x%x has shown 0x%x",
			       value, m->regs.irq_ctrlack, m->regs.irq_ctrl_written);
		value = (value & ~busy) | (m->regs.irq_ctrl_written & busy);
	}
	m->regs.irq_ctrl_written = value;
	if (!m->f.delay)
		irq_ctrl_update(m);
}

bool regs_step(struct model *m)
{
	struct regs *r = &m->regs;

	if (r->cr0_written != r->cr0ack && !model_dawdles(m))
		cr0_update(m);
	if (r->irq_ctrl_written != r->irq_ctrlack && !model_dawdles(m))
		irq_ctrl_update(m);
	if (r->gbpa_update && !model_dawdles(m))
		gbpa_update(m);
	return r->cr0_written != r->cr0ack || r->irq_ctrl_written != r->irq_ctrlack ||
	       r->gbpa_update;
}

/* What resets to an UNKNOWN value has any, if the adversary likes. */
void regs_unknown(struct model *m)
{
	struct queue *queues[] = { &m->cmdq->port.q, &m->eventq->q, &m->priq->q };

	if (!model_chance(m, m->f.evict))
		return;
	m->regs.cr1 = (u32)model_random(m) & (CR1_QUEUE | CR1_TABLE);
	m->regs.cr2 = (u32)model_random(m) & cr2_defined(m);
	if (m->f.msi) {
		m->regs.gerror_irq_cfg0 = model_random(m) & address_mask(m) & GENMASK(55, 2);
		m->regs.eventq_irq_cfg0 = model_random(m) & address_mask(m) & GENMASK(55, 2);
		if (m->f.pri)
			m->regs.priq_irq_cfg0 =
				model_random(m) & address_mask(m) & GENMASK(55, 2);
	}
	m->regs.strtab_base = model_random(m) & address_mask(m) & GENMASK(55, 6);
	m->regs.strtab_base_cfg = (u32)model_random(m) & 0x3f;
	for (unsigned int i = 0; i < ARRAY_SIZE(queues); i++) {
		if (!queues[i]->max_lg2)
			continue;
		queues[i]->base = model_random(m) & address_mask(m) & GENMASK(55, 0);
		queues[i]->prod = (u32)model_random(m) & QUEUE_INDEX_MASK;
		queues[i]->cons = (u32)model_random(m) & QUEUE_INDEX_MASK;
	}
}

void regs_reset(struct model *m)
{
	memset(&m->regs, 0, sizeof(m->regs));
	m->regs.gbpa = GBPA_RESET;
	m->regs.gbpa_written = GBPA_RESET;
}

/* ---------------------------------------------------------------- guarded words */

static void half(u64 *reg, bool high, u32 value)
{
	if (high)
		*reg = (*reg & GENMASK(31, 0)) | (u64)value << 32;
	else
		*reg = (*reg & GENMASK(63, 32)) | value;
}

void regs_write_strtab(struct model *m, bool high, u32 value)
{
	u64 defined = BIT(62) | (address_mask(m) & GENMASK(55, 6));

	value = regs_known_bits(m, "STRTAB_BASE", value, (u32)(high ? defined >> 32 : defined));
	if (regs_on(m, CR0_SMMUEN)) {
		referee_report(m, RULE_REG_STRTAB_LIVE, "STRTAB_BASE written while SMMUEN is 1");
		return;
	}
	m->regs.set_up |= SET_STRTAB;
	half(&m->regs.strtab_base, high, value);
}

void regs_write_strtab_cfg(struct model *m, u32 value)
{
	u32 split, fmt;

	value = regs_known_bits(m, "STRTAB_BASE_CFG", value, m->f.st_level ? 0x307ff : 0x3f);
	split = (u32)field(value, 10, 6);
	fmt = (u32)field(value, 17, 16);
	if (fmt > 1 || (fmt == 1 && split != 6 && split != 8 && split != 10))
		referee_report(m, RULE_REG_RESERVED, "STRTAB_BASE_CFG: FMT %u SPLIT %u is reserved",
			       fmt, split);
	if (regs_on(m, CR0_SMMUEN)) {
		referee_report(m, RULE_REG_STRTAB_LIVE,
			       "STRTAB_BASE_CFG written while SMMUEN is 1");
		return;
	}
	m->regs.set_up |= SET_STRTAB_CFG;
	m->regs.strtab_base_cfg = value;
}

void regs_write_queue_base(struct model *m, struct queue *q, const char *name, u32 guard, u32 set,
			   bool high, u32 value)
{
	u64 defined = BIT(62) | (address_mask(m) & GENMASK(55, 5)) | GENMASK(4, 0);

	value = regs_known_bits(m, name, value, (u32)(high ? defined >> 32 : defined));
	if (regs_on(m, guard)) {
		referee_report(m, RULE_REG_QUEUE_LIVE, "%s written while the queue is enabled",
			       name);
		return;
	}
	m->regs.set_up |= set;
	half(&q->base, high, value);
}

/* The index that the SMMU owns: software sets it up, then leaves it alone. */
void regs_write_owned_index(struct model *m, u32 *index, const char *name, u32 guard, u32 value,
			    u32 flags)
{
	value = regs_known_bits(m, name, value, QUEUE_INDEX_MASK | flags);
	if (regs_on(m, guard)) {
		referee_report(m, RULE_REG_QUEUE_LIVE,
			       "%s: 0x%x written while the queue is enabled", name, value);
		return;
	}
	*index = value & QUEUE_INDEX_MASK;
}

void regs_write_cmdq_prod(struct model *m, u32 value)
{
	struct cmd_port *port = &m->cmdq->port;

	value = regs_known_bits(m, "CMDQ_PROD", value,
				queue_index_bits(&port->q, regs_on(m, CR0_CMDQEN)));
	if (!regs_on(m, CR0_CMDQEN) || port_prod_ok(m, port, value, "CMDQ_PROD"))
		port->q.prod = value;
}

void regs_write_irq_cfg(struct model *m, enum model_irq irq, enum irq_cfg which, u32 value)
{
	static const char *const names[] = { "EVENTQ_IRQ_CFG", "PRIQ_IRQ_CFG", "",
					     "GERROR_IRQ_CFG" };
	static const u8 enables[] = { 4, 2, 0, 1 };
	struct regs *r = &m->regs;
	u64 *cfg0[] = { &r->eventq_irq_cfg0, &r->priq_irq_cfg0, NULL, &r->gerror_irq_cfg0 };
	u32 *cfg1[] = { &r->eventq_irq_cfg1, &r->priq_irq_cfg1, NULL, &r->gerror_irq_cfg1 };
	u32 *cfg2[] = { &r->eventq_irq_cfg2, &r->priq_irq_cfg2, NULL, &r->gerror_irq_cfg2 };
	u64 address = address_mask(m) & GENMASK(55, 2);
	u32 defined[] = { (u32)address, (u32)(address >> 32), ~0u, 0x3f };
	bool present = m->f.msi && (irq != MODEL_IRQ_PRIQ || m->f.pri);

	if (irq == MODEL_IRQ_PRIQ)
		defined[CFG2] |= BIT(31);
	value = regs_known_bits(m, names[irq], value, present ? defined[which] : 0);
	if (!present)
		return;
	if (which == CFG2 && (memattr_reserved(value & 0xf) ||
			      (field(value, 5, 4) == 1 && !memattr_fixes_sh(value & 0xf))))
		referee_report(m, RULE_REG_RESERVED, "%s2: 0x%x has reserved values", names[irq],
			       value);
	if ((r->irq_ctrl_written | r->irq_ctrlack) & enables[irq]) {
		referee_report(m, RULE_REG_IRQ_LIVE,
			       "%s%d: 0x%x written while the interrupt is enabled", names[irq],
			       which < CFG1 ? 0 : which - 1, value);
		return;
	}
	if (which < CFG1)
		half(cfg0[irq], which == CFG0_HIGH, value);
	else
		*(which == CFG1 ? cfg1 : cfg2)[irq] = value;
}
