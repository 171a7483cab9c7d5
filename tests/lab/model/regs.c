// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of the non-secure programming interface: page 0, page 1, the way to the ECMDQ pages.
 * Arm IHI 0070, chapter 6 "Memory map and registers".
 * Invariant: a guarded register keeps its value while its guard is on (the only behaviour from
 * SMMUv3.2 on), and a field that is being updated has its old effect until it is acknowledged.
 */
#include "control.h"

#include <string.h>

#define SET_STRTAB	BIT(0)
#define SET_STRTAB_CFG	BIT(1)
#define SET_CMDQ	BIT(2)
#define SET_EVENTQ	BIT(3)
#define SET_PRIQ	BIT(4)

#define GBPA_UPDATE	BIT(31)
#define GBPA_DEFINED	(GBPA_UPDATE | GENMASK(20, 16) | GENMASK(13, 8) | GENMASK(4, 0))
#define GBPA_RESET	(1u << 12)	/* SHCFG: use incoming */
#define CR0_VMW		GENMASK(8, 6)
#define CR1_QUEUE	GENMASK(5, 0)
#define CR1_TABLE	GENMASK(11, 6)
#define CR2_REC_CFG_ATS	BIT(3)

static u64 address_mask(const struct model *m)
{
	static const u8 bits[] = { 32, 36, 40, 42, 44, 48, 52, 52 };

	return GENMASK(bits[m->f.oas & 7] - 1, 0);
}

/* A field counts as on from its write until the update to off is acknowledged. */
static bool on(const struct model *m, u32 bit)
{
	return (m->regs.cr0_written | m->regs.cr0ack) & bit;
}

static u32 known(struct model *m, const char *name, u32 value, u32 defined)
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
	if ((was ^ now) & CR0_SMMUEN) {
		if (model_chance(m, m->f.evict))
			config_inv_all(m);
		referee_cfgi_range(m, 0, 31, false, false, 0);
	}
	if ((was ^ now) & CR0_CMDQEN) {
		q->port.enabled = now & CR0_CMDQEN;
		q->port.syncing = false;
	}
}

static void check_table(struct model *m)
{
	u32 cfg = m->regs.strtab_base_cfg, lg2 = cfg & 0x3f, split = (u32)field(cfg, 10, 6);
	unsigned int align = lg2 + 6;

	if (!(m->regs.set_up & SET_STRTAB) || !(m->regs.set_up & SET_STRTAB_CFG))
		referee_report(m, RULE_REG_ENABLE_ORDER,
			       "CR0.SMMUEN: STRTAB_BASE or STRTAB_BASE_CFG was never written");
	if (lg2 > m->f.sidsize)
		referee_report(m, RULE_QUEUE_GEOMETRY,
			       "STRTAB_BASE_CFG.LOG2SIZE %u, IDR1.SIDSIZE %u", lg2, m->f.sidsize);
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

static void write_cr0(struct model *m, u32 value)
{
	u32 defined = CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN, busy, changed;

	if (m->f.pri)
		defined |= CR0_PRIQEN;
	if (m->f.ats)
		defined |= CR0_ATSCHK;
	if (m->f.vmw)
		defined |= CR0_VMW;
	value = known(m, "CR0", value, defined);
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
	check_enable(m, value & changed);
	m->regs.cr0_written = value;
	if (!m->f.delay)
		cr0_update(m);
}

static void write_cr1(struct model *m, u32 value)
{
	u32 changed, frozen = 0;

	value = known(m, "CR1", value, CR1_QUEUE | CR1_TABLE);
	changed = value ^ m->regs.cr1;
	if (on(m, CR0_SMMUEN))
		frozen |= CR1_TABLE;
	if (on(m, CR0_CMDQEN | CR0_EVENTQEN | CR0_PRIQEN) || ecmdq_any_enabled(m))
		frozen |= CR1_QUEUE;
	if (changed & frozen)
		referee_report(m, RULE_REG_CR1_LIVE, "CR1: 0x%x written over 0x%x while in use",
			       value, m->regs.cr1);
	m->regs.cr1 = (value & ~frozen) | (m->regs.cr1 & frozen);
}

static void write_cr2(struct model *m, u32 value)
{
	/* PTM without BTM has nothing to act on; drivers set it everywhere, and parts without BTM keep it. */
	u32 defined = CR2_RECINVSID | CR2_PTM;

	if (m->f.hyp)
		defined |= CR2_E2H;
	if (m->f.atsrecerr)
		defined |= CR2_REC_CFG_ATS;
	value = known(m, "CR2", value, defined);
	if (on(m, CR0_SMMUEN)) {
		referee_report(m, RULE_REG_CR2_LIVE, "CR2: 0x%x written while SMMUEN is 1", value);
		return;
	}
	m->regs.cr2 = value;
}

static void gbpa_update(struct model *m)
{
	m->regs.gbpa = m->regs.gbpa_written;
	m->regs.gbpa_update = false;
}

static void write_gbpa(struct model *m, u32 value)
{
	value = known(m, "GBPA", value, GBPA_DEFINED);
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

static void write_irq_ctrl(struct model *m, u32 value)
{
	u32 busy = m->regs.irq_ctrl_written ^ m->regs.irq_ctrlack;

	value = known(m, "IRQ_CTRL", value, m->f.pri ? 7 : 5);
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

static void write_strtab(struct model *m, bool high, u32 value)
{
	u64 defined = BIT(62) | (address_mask(m) & GENMASK(55, 6));

	value = known(m, "STRTAB_BASE", value, (u32)(high ? defined >> 32 : defined));
	if (on(m, CR0_SMMUEN)) {
		referee_report(m, RULE_REG_STRTAB_LIVE, "STRTAB_BASE written while SMMUEN is 1");
		return;
	}
	m->regs.set_up |= SET_STRTAB;
	half(&m->regs.strtab_base, high, value);
}

static void write_strtab_cfg(struct model *m, u32 value)
{
	u32 split, fmt;

	value = known(m, "STRTAB_BASE_CFG", value, m->f.st_level ? 0x307ff : 0x3f);
	split = (u32)field(value, 10, 6);
	fmt = (u32)field(value, 17, 16);
	if (fmt > 1 || (fmt == 1 && split != 6 && split != 8 && split != 10))
		referee_report(m, RULE_REG_RESERVED, "STRTAB_BASE_CFG: FMT %u SPLIT %u is reserved",
			       fmt, split);
	if (on(m, CR0_SMMUEN)) {
		referee_report(m, RULE_REG_STRTAB_LIVE,
			       "STRTAB_BASE_CFG written while SMMUEN is 1");
		return;
	}
	m->regs.set_up |= SET_STRTAB_CFG;
	m->regs.strtab_base_cfg = value;
}

static void write_queue_base(struct model *m, struct queue *q, const char *name, u32 guard, u32 set,
			     bool high, u32 value)
{
	u64 defined = BIT(62) | (address_mask(m) & GENMASK(55, 5)) | GENMASK(4, 0);

	value = known(m, name, value, (u32)(high ? defined >> 32 : defined));
	if (on(m, guard)) {
		referee_report(m, RULE_REG_QUEUE_LIVE, "%s written while the queue is enabled",
			       name);
		return;
	}
	m->regs.set_up |= set;
	half(&q->base, high, value);
}

/* The index that the SMMU owns: software sets it up, then leaves it alone. */
static void write_owned_index(struct model *m, u32 *index, const char *name, u32 guard, u32 value,
			      u32 flags)
{
	value = known(m, name, value, QUEUE_INDEX_MASK | flags);
	if (on(m, guard)) {
		referee_report(m, RULE_REG_QUEUE_LIVE,
			       "%s: 0x%x written while the queue is enabled", name, value);
		return;
	}
	*index = value & QUEUE_INDEX_MASK;
}

static void write_cmdq_prod(struct model *m, u32 value)
{
	struct cmd_port *port = &m->cmdq->port;

	value = known(m, "CMDQ_PROD", value, QUEUE_INDEX_MASK);
	if (!on(m, CR0_CMDQEN) || port_prod_ok(m, port, value, "CMDQ_PROD"))
		port->q.prod = value;
}

enum { CFG0_LOW, CFG0_HIGH, CFG1, CFG2 };

static void write_irq_cfg(struct model *m, enum model_irq irq, int which, u32 value)
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
	value = known(m, names[irq], value, present ? defined[which] : 0);
	if (!present)
		return;
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

/* ---------------------------------------------------------------- the map */

static bool is_64(u64 offset)
{
	switch (offset) {
	case 0x68: case 0x80: case 0x90: case 0xa0: case 0xb0: case 0xc0: case 0xd0:
		return true;
	}
	if (offset >= ECMDQ_CONTROL && offset < ECMDQ_CONTROL_END)
		return offset % 32 == 0;
	return offset >= ECMDQ_PAGES && offset % 16 == 0;
}

static bool access_ok(struct model *m, u64 offset, unsigned int n, const char *what)
{
	if ((n == 4 || n == 8) && offset % n == 0 && offset < model_mmio_size(m) &&
	    offset + n <= model_mmio_size(m) && (n == 4 || is_64(offset)))
		return true;
	referee_report(m, RULE_REG_ACCESS, "%s of %u bytes at 0x%llx", what, n,
		       (unsigned long long)offset);
	return false;
}

static u32 nothing_there(struct model *m, u64 offset, const char *what)
{
	referee_report(m, RULE_REG_ACCESS, "%s at 0x%llx: no register there", what,
		       (unsigned long long)offset);
	return 0;
}

static u32 read32(struct model *m, u64 offset)
{
	const struct regs *r = &m->regs;

	switch (offset) {
	case 0x00: case 0x04: case 0x08: case 0x0c: case 0x10: case 0x14: case 0x18: case 0x1c: {
		static const u8 nr[] = { 0, 1, 2, 3, 4, 5, 7, 8 };

		return model_features_idr(&m->f, nr[offset / 4]);
	}
	case 0x020: return r->cr0_written;
	case 0x024: return r->cr0ack;
	case 0x028: return r->cr1;
	case 0x02c: return r->cr2;
	case 0x040: return r->statusr;
	case 0x044: return r->gbpa_written | (r->gbpa_update ? (u32)GBPA_UPDATE : 0);
	case 0x048: return r->agbpa;
	case 0x050: return r->irq_ctrl_written;
	case 0x054: return r->irq_ctrlack;
	case 0x060: return r->gerror;
	case 0x064: return r->gerrorn;
	case 0x068: return (u32)r->gerror_irq_cfg0;
	case 0x06c: return (u32)(r->gerror_irq_cfg0 >> 32);
	case 0x070: return r->gerror_irq_cfg1;
	case 0x074: return r->gerror_irq_cfg2;
	case 0x080: return (u32)r->strtab_base;
	case 0x084: return (u32)(r->strtab_base >> 32);
	case 0x088: return r->strtab_base_cfg;
	case 0x090: return (u32)m->cmdq->port.q.base;
	case 0x094: return (u32)(m->cmdq->port.q.base >> 32);
	case 0x098: return m->cmdq->port.q.prod;
	case 0x09c:
		return (m->cmdq->port.q.cons & queue_mask(&m->cmdq->port.q)) | m->cmdq->err << 24;
	case 0x0a0: return (u32)m->eventq->q.base;
	case 0x0a4: return (u32)(m->eventq->q.base >> 32);
	case 0x0b0: return (u32)r->eventq_irq_cfg0;
	case 0x0b4: return (u32)(r->eventq_irq_cfg0 >> 32);
	case 0x0b8: return r->eventq_irq_cfg1;
	case 0x0bc: return r->eventq_irq_cfg2;
	case 0x0c0: return (u32)m->priq->q.base;
	case 0x0c4: return (u32)(m->priq->q.base >> 32);
	case 0x0d0: return (u32)r->priq_irq_cfg0;
	case 0x0d4: return (u32)(r->priq_irq_cfg0 >> 32);
	case 0x0d8: return r->priq_irq_cfg1;
	case 0x0dc: return r->priq_irq_cfg2;
	case 0x100:
	case 0x108:
	case 0x10c:
	case 0x110:
	case 0x114:
	case 0x118:
	case 0x11c:						/* no ATOS */
	case 0x130: case 0x138: case 0x13c: case 0x180:		/* no MPAM, no VATOS */
		return 0;
	case 0x190: return m->f.ecmdq ? model_features_idr(&m->f, 6) : 0;
	case 0x100a8: return eventq_prod(m);
	case 0x100ac: return eventq_cons(m);
	case 0x100c8: return priq_prod(m);
	case 0x100cc: return priq_cons(m);
	}
	if (offset >= 0xfd0 && offset < 0x1000)
		return 0;
	if (offset >= ECMDQ_PAGES)
		return ecmdq_read(m, offset);
	if (m->f.ecmdq && offset >= ECMDQ_CONTROL && offset < ECMDQ_CONTROL_END)
		return ecmdq_control_read(m, (u32)offset);
	return nothing_there(m, offset, "read");
}

static void read_only(struct model *m, u64 offset)
{
	referee_report(m, RULE_REG_READ_ONLY, "write at 0x%llx: the register is read-only",
		       (unsigned long long)offset);
}

static void write32(struct model *m, u64 offset, u32 value)
{
	bool high = offset & 4;

	switch (offset) {
	case 0x00: case 0x04: case 0x08: case 0x0c: case 0x10: case 0x14: case 0x18: case 0x1c:
	case 0x24: case 0x40: case 0x54: case 0x60: case 0x190:
		return read_only(m, offset);
	case 0x020: return write_cr0(m, value);
	case 0x028: return write_cr1(m, value);
	case 0x02c: return write_cr2(m, value);
	case 0x044: return write_gbpa(m, value);
	case 0x048: known(m, "AGBPA", value, 0); return;
	case 0x050: return write_irq_ctrl(m, value);
	case 0x064: return gerror_write_n(m, value);
	case 0x068: return write_irq_cfg(m, MODEL_IRQ_GERROR, CFG0_LOW, value);
	case 0x06c: return write_irq_cfg(m, MODEL_IRQ_GERROR, CFG0_HIGH, value);
	case 0x070: return write_irq_cfg(m, MODEL_IRQ_GERROR, CFG1, value);
	case 0x074: return write_irq_cfg(m, MODEL_IRQ_GERROR, CFG2, value);
	case 0x080: case 0x084: return write_strtab(m, high, value);
	case 0x088: return write_strtab_cfg(m, value);
	case 0x090: case 0x094:
		return write_queue_base(m, &m->cmdq->port.q, "CMDQ_BASE", CR0_CMDQEN, SET_CMDQ,
					high, value);
	case 0x098: return write_cmdq_prod(m, value);
	case 0x09c:
		return write_owned_index(m, &m->cmdq->port.q.cons, "CMDQ_CONS", CR0_CMDQEN, value,
					 GENMASK(30, 24));
	case 0x0a0: case 0x0a4:
		return write_queue_base(m, &m->eventq->q, "EVENTQ_BASE", CR0_EVENTQEN, SET_EVENTQ,
					high, value);
	case 0x0b0: return write_irq_cfg(m, MODEL_IRQ_EVENTQ, CFG0_LOW, value);
	case 0x0b4: return write_irq_cfg(m, MODEL_IRQ_EVENTQ, CFG0_HIGH, value);
	case 0x0b8: return write_irq_cfg(m, MODEL_IRQ_EVENTQ, CFG1, value);
	case 0x0bc: return write_irq_cfg(m, MODEL_IRQ_EVENTQ, CFG2, value);
	case 0x0c0: case 0x0c4:
		if (!m->f.pri)
			break;
		return write_queue_base(m, &m->priq->q, "PRIQ_BASE", CR0_PRIQEN, SET_PRIQ, high,
					value);
	case 0x0d0: return write_irq_cfg(m, MODEL_IRQ_PRIQ, CFG0_LOW, value);
	case 0x0d4: return write_irq_cfg(m, MODEL_IRQ_PRIQ, CFG0_HIGH, value);
	case 0x0d8: return write_irq_cfg(m, MODEL_IRQ_PRIQ, CFG1, value);
	case 0x0dc: return write_irq_cfg(m, MODEL_IRQ_PRIQ, CFG2, value);
	case 0x100a8:
		write_owned_index(m, &m->eventq->q.prod, "EVENTQ_PROD", CR0_EVENTQEN, value, OVFLG);
		if (!on(m, CR0_EVENTQEN))
			m->eventq->ovflg = value & OVFLG;
		return;
	case 0x100ac:
		return eventq_write_cons(m,
					 known(m, "EVENTQ_CONS", value, QUEUE_INDEX_MASK | OVFLG));
	case 0x100c8:
		if (!m->f.pri)
			break;
		write_owned_index(m, &m->priq->q.prod, "PRIQ_PROD", CR0_PRIQEN, value, OVFLG);
		if (!on(m, CR0_PRIQEN))
			m->priq->ovflg = value & OVFLG;
		return;
	case 0x100cc:
		if (!m->f.pri)
			break;
		return priq_write_cons(m, known(m, "PRIQ_CONS", value, QUEUE_INDEX_MASK | OVFLG));
	}
	if (offset >= ECMDQ_PAGES)
		return ecmdq_write(m, offset, value);
	if (m->f.ecmdq && offset >= ECMDQ_CONTROL && offset < ECMDQ_CONTROL_END)
		return read_only(m, offset);
	nothing_there(m, offset, "write");
}

u64 model_mmio_size(const struct model *m)
{
	return ECMDQ_PAGES + ecmdq_page_size(m);
}

u64 model_mmio_read(struct model *m, u64 offset, unsigned int n)
{
	u64 value;

	m->count.mmio_reads++;
	if (!access_ok(m, offset, n, "read"))
		return 0;
	value = read32(m, offset);
	if (n == 8)
		value |= (u64)read32(m, offset + 4) << 32;
	return value;
}

void model_mmio_write(struct model *m, u64 offset, unsigned int n, u64 value)
{
	m->count.mmio_writes++;
	if (!access_ok(m, offset, n, "write"))
		return;
	write32(m, offset, (u32)value);
	if (n == 8)
		write32(m, offset + 4, (u32)(value >> 32));
}
