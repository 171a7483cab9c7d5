// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register map: page 0, page 1, and the way to the ECMDQ pages; sizes and alignment of
 * accesses. Arm IHI 0070, chapter 6.1 "Memory map", 6.2 "Register overview". Invariant: an access
 * of 64 bits is two of 32, lower half first, and an illegal one is RAZ/WI.
 */
#include "control.h"

#define PAGE_1	0x10000

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

/*
 * 6.2: what is not defined in page 0 is RES0: it may be read, and zero written. Not so in page 1,
 * nor for what page 0 has at the offsets of page 1's registers.
 */
static u32 nothing_there(struct model *m, u64 offset, const char *what, u32 written)
{
	bool alias = offset == 0xa8 || offset == 0xac || offset == 0xc8 || offset == 0xcc;
	bool absent = offset < PAGE_1 || offset == PAGE_1 + 0xc8 || offset == PAGE_1 + 0xcc;

	if (alias || !absent)
		referee_report(m, RULE_REG_ACCESS, "%s at 0x%llx: no register there", what,
			       (unsigned long long)offset);
	else if (written)
		referee_report(m, RULE_REG_RESERVED, "0x%x written at 0x%llx: no register there",
			       written, (unsigned long long)offset);
	return 0;
}

/* ---------------------------------------------------------------- queues that the SMMU produces */

static u32 read_produced(const struct queue *q)
{
	return (q->prod & queue_mask(q)) | (q->ovflg ? (u32)OVFLG : 0);
}

static u32 read_consumed(const struct queue *q)
{
	return (q->cons & queue_mask(q)) | (q->ovackflg ? (u32)OVFLG : 0);
}

static void write_produced(struct model *m, struct queue *q, const char *name, u32 enable,
			   u32 value)
{
	regs_write_owned_index(m, &q->prod, name, enable, value, OVFLG);
	if (!regs_on(m, enable))
		q->ovflg = value & OVFLG;
}

static void write_consumed(struct model *m, struct queue *q, const char *name, u32 enable,
			   u32 value)
{
	u32 index;

	value = regs_known_bits(m, name, value, queue_index_bits(q, cr0_on(m, enable)) | OVFLG);
	index = value & QUEUE_INDEX_MASK;
	if (cr0_on(m, enable) && queue_between(q, index, q->prod) > queue_used(q))
		referee_report(m, RULE_QUEUE_OVERRUN, "%s: 0x%x from 0x%x, PROD is 0x%x", name,
			       index, q->cons, q->prod);
	q->cons = index;
	q->ovackflg = value & OVFLG;
}

/* ---------------------------------------------------------------- the map */

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
	case 0x044:
		return r->gbpa_written | (r->gbpa_update ? (u32)GBPA_UPDATE : 0);
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
	case 0x190:
		return m->f.ecmdq ? model_features_idr(&m->f, 6) : 0;
	case 0x100a8: return read_produced(&m->eventq->q);
	case 0x100ac: return read_consumed(&m->eventq->q);
	case 0x100c8: return read_produced(&m->priq->q);
	case 0x100cc: return read_consumed(&m->priq->q);
	}
	if (offset >= ECMDQ_PAGES)
		return ecmdq_read(m, offset);
	if (m->f.ecmdq && offset >= ECMDQ_CONTROL && offset < ECMDQ_CONTROL_END)
		return ecmdq_control_read(m, (u32)offset);
	return nothing_there(m, offset, "read", 0);
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
	case 0x020: return regs_write_cr0(m, value);
	case 0x028: return regs_write_cr1(m, value);
	case 0x02c: return regs_write_cr2(m, value);
	case 0x044: return regs_write_gbpa(m, value);
	case 0x048:
		regs_known_bits(m, "AGBPA", value, 0);
		return;
	case 0x050: return regs_write_irq_ctrl(m, value);
	case 0x064: return gerror_write_n(m, value);
	case 0x068: return regs_write_irq_cfg(m, MODEL_IRQ_GERROR, CFG0_LOW, value);
	case 0x06c: return regs_write_irq_cfg(m, MODEL_IRQ_GERROR, CFG0_HIGH, value);
	case 0x070: return regs_write_irq_cfg(m, MODEL_IRQ_GERROR, CFG1, value);
	case 0x074: return regs_write_irq_cfg(m, MODEL_IRQ_GERROR, CFG2, value);
	case 0x080: case 0x084: return regs_write_strtab(m, high, value);
	case 0x088: return regs_write_strtab_cfg(m, value);
	case 0x090: case 0x094:
		return regs_write_queue_base(m, &m->cmdq->port.q, "CMDQ_BASE", CR0_CMDQEN, SET_CMDQ,
					high, value);
	case 0x098: return regs_write_cmdq_prod(m, value);
	case 0x09c:
		return regs_write_owned_index(m, &m->cmdq->port.q.cons, "CMDQ_CONS", CR0_CMDQEN,
					      value, GENMASK(30, 24));
	case 0x0a0: case 0x0a4:
		return regs_write_queue_base(m, &m->eventq->q, "EVENTQ_BASE", CR0_EVENTQEN,
					     SET_EVENTQ, high, value);
	case 0x0b0: return regs_write_irq_cfg(m, MODEL_IRQ_EVENTQ, CFG0_LOW, value);
	case 0x0b4: return regs_write_irq_cfg(m, MODEL_IRQ_EVENTQ, CFG0_HIGH, value);
	case 0x0b8: return regs_write_irq_cfg(m, MODEL_IRQ_EVENTQ, CFG1, value);
	case 0x0bc: return regs_write_irq_cfg(m, MODEL_IRQ_EVENTQ, CFG2, value);
	case 0x0c0: case 0x0c4:
		if (!m->f.pri)
			break;
		return regs_write_queue_base(m, &m->priq->q, "PRIQ_BASE", CR0_PRIQEN, SET_PRIQ,
					     high, value);
	case 0x0d0: return regs_write_irq_cfg(m, MODEL_IRQ_PRIQ, CFG0_LOW, value);
	case 0x0d4: return regs_write_irq_cfg(m, MODEL_IRQ_PRIQ, CFG0_HIGH, value);
	case 0x0d8: return regs_write_irq_cfg(m, MODEL_IRQ_PRIQ, CFG1, value);
	case 0x0dc: return regs_write_irq_cfg(m, MODEL_IRQ_PRIQ, CFG2, value);
	case 0x100a8:
		return write_produced(m, &m->eventq->q, "EVENTQ_PROD", CR0_EVENTQEN, value);
	case 0x100ac:
		return write_consumed(m, &m->eventq->q, "EVENTQ_CONS", CR0_EVENTQEN, value);
	case 0x100c8:
		if (!m->f.pri)
			break;
		return write_produced(m, &m->priq->q, "PRIQ_PROD", CR0_PRIQEN, value);
	case 0x100cc:
		if (!m->f.pri)
			break;
		return write_consumed(m, &m->priq->q, "PRIQ_CONS", CR0_PRIQEN, value);
	}
	if (offset >= ECMDQ_PAGES)
		return ecmdq_write(m, offset, value);
	if (m->f.ecmdq && offset >= ECMDQ_CONTROL && offset < ECMDQ_CONTROL_END)
		return read_only(m, offset);
	nothing_there(m, offset, "write", value);
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
