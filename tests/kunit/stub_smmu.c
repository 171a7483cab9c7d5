// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small SMMUv3: registers and queues. Layer: tests.
 *
 * ARM IHI 0070, 3.5 "Command and Event queues", chapter 4 "Commands", chapter 6 "Memory map and
 * registers", 7.1, 7.2. Invariant: nothing here calls the driver; everything happens under the
 * stub's own lock, so that it may be reached from any context of the driver.
 */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "core/event.h"
#include "core/master.h"
#include "core/stream.h"
#include "hw/mmio.h"
#include "hw/reset.h"
#include "stub_smmu.h"

#define STUBS_MAX	3
#define PAGE1		0x10000u

static struct smmu3_stub *stubs[STUBS_MAX];
static atomic_t stub_seq;

void smmu3_stub_bad(struct smmu3_stub *stub, const char *fmt, ...)
{
	va_list args;

	if (stub->nr_bad++)
		return;
	va_start(args, fmt);
	vscnprintf(stub->bad, sizeof(stub->bad), fmt, args);
	va_end(args);
}

/*
 * The SMMU reads by physical address. The driver's own mapping of a buffer may be another one,
 * which an emulated machine does not tell apart; and memory that was freed is out of bounds here
 * too, so KASAN sees a walk into it.
 */
void *smmu3_stub_mem(u64 addr)
{
	return phys_to_virt(addr);
}

/* ---------------------------------------------------------------- registers */

static u32 *stub_word(struct smmu3_stub *stub, u32 reg)
{
	return &stub->reg[reg >= PAGE1][(reg % PAGE1) / 4];
}

u32 smmu3_stub_reg(struct smmu3_stub *stub, u32 reg)
{
	return READ_ONCE(*stub_word(stub, reg));
}

u64 smmu3_stub_reg64(struct smmu3_stub *stub, u32 reg)
{
	return smmu3_stub_reg(stub, reg) | (u64)smmu3_stub_reg(stub, reg + 4) << 32;
}

void smmu3_stub_set(struct smmu3_stub *stub, u32 reg, u32 val)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&stub->lock, flags);
	*stub_word(stub, reg) = val;
	raw_spin_unlock_irqrestore(&stub->lock, flags);
}

static struct smmu3_stub *stub_of(const void __iomem *addr, u32 *reg)
{
	unsigned int i, page;

	for (i = 0; i < STUBS_MAX; i++) {
		for (page = 0; stubs[i] && page < 2; page++) {
			uintptr_t start = (uintptr_t)stubs[i]->reg[page];
			uintptr_t at = (uintptr_t)addr;

			if (at >= start && at < start + sizeof(stubs[i]->reg[page])) {
				*reg = page * PAGE1 + (at - start);
				return stubs[i];
			}
		}
	}
	WARN_ONCE(1, "smmu3 stub: access beyond all registers\n");
	return NULL;
}

static void stub_log(struct smmu3_stub *stub, u32 op, u64 q0, u64 q1)
{
	struct smmu3_stub_rec *rec;

	if (stub->nr_log == STUB_LOG)
		return;
	rec = &stub->log[stub->nr_log++];
	rec->seq = atomic_inc_return(&stub_seq);
	rec->op = op;
	rec->q[0] = q0;
	rec->q[1] = q1;
}

/* ---------------------------------------------------------------- command queue */

static void stub_raise(struct smmu3_stub *stub, u32 bits)
{
	u32 gerror = *stub_word(stub, STUB_GERROR);
	u32 idle = ~(gerror ^ *stub_word(stub, STUB_GERRORN));

	/* An error that is active already stays as it is. */
	*stub_word(stub, STUB_GERROR) = gerror ^ (bits & idle);
}

static bool stub_error(struct smmu3_stub *stub, u8 code)
{
	u32 *cons = stub_word(stub, STUB_CMDQ_CONS);

	*cons = (*cons & 0x00ffffff) | (u32)code << 24;
	stub_raise(stub, STUB_GERROR_CMDQ);
	return false;
}

static bool stub_op_known(u8 op)
{
	switch (op) {
	case STUB_OP_PREFETCH_CONFIG:
	case STUB_OP_CFGI_STE:
	case STUB_OP_CFGI_ALL:
	case STUB_OP_CFGI_CD:
	case STUB_OP_CFGI_CD_ALL:
	case STUB_OP_TLBI_NH_ALL:
	case STUB_OP_TLBI_NH_ASID:
	case STUB_OP_TLBI_NH_VA:
	case STUB_OP_TLBI_EL2_ALL:
	case STUB_OP_TLBI_EL2_ASID:
	case STUB_OP_TLBI_EL2_ASID + 1:
	case STUB_OP_TLBI_S12_VMALL:
	case STUB_OP_TLBI_S2_IPA:
	case STUB_OP_TLBI_NSNH_ALL:
	case STUB_OP_ATC_INV:
	case STUB_OP_PRI_RESP:
	case STUB_OP_RESUME:
	case STUB_OP_SYNC:
		return true;
	}
	return false;
}

/*
 * An error that the test asked for, or one that the command deserves. Return: true if the command
 * may go on.
 */
static bool stub_accept(struct smmu3_stub *stub, const u64 *q)
{
	u8 op = q[0] & 0xff;

	if (stub->ill[0] && stub->ill[0] == q[0] && stub->ill[1] == q[1])
		return stub_error(stub, STUB_CERROR_ILL);
	stub->ill[0] = 0;
	if (stub->err_in && (stub->err_code != STUB_CERROR_ATC_INV_SYNC || op == STUB_OP_SYNC) &&
	    !--stub->err_in) {
		if (stub->err_code == STUB_CERROR_ILL) {
			stub->ill[0] = q[0];
			stub->ill[1] = q[1];
		} else if (stub->err_times && --stub->err_times) {
			stub->err_in = 1;
		}
		return stub_error(stub, stub->err_code);
	}
	if (stub_op_known(op))
		return true;
	smmu3_stub_bad(stub, "the command queue holds what is no command: %#llx %#llx", q[0], q[1]);
	return stub_error(stub, STUB_CERROR_ILL);
}

static void stub_complete(struct smmu3_stub *stub, const u64 *q)
{
	u64 addr = q[1] & 0x00fffffffffffffcULL;

	smmu3_stub_sync(stub);
	if ((q[0] >> 12 & 3) == 1 && addr && !stub->lose_msi)
		WRITE_ONCE(*(__le32 *)smmu3_stub_mem(addr), cpu_to_le32(q[0] >> 32));
}

static void stub_execute(struct smmu3_stub *stub, const u64 *q)
{
	u8 op = q[0] & 0xff;

	if (stub->hook)
		stub->hook(stub, q);
	stub_log(stub, op, q[0], q[1]);
	if (op == STUB_OP_SYNC)
		stub_complete(stub, q);
	else if (stub->nr_pending == STUB_PENDING)
		smmu3_stub_bad(stub, "%u commands without a CMD_SYNC", STUB_PENDING);
	else
		memcpy(stub->pending[stub->nr_pending++], q, 16);
	smmu3_stub_observe(stub);
}

static bool stub_may_consume(struct smmu3_stub *stub)
{
	u32 active = *stub_word(stub, STUB_GERROR) ^ *stub_word(stub, STUB_GERRORN);

	return !stub->held && (*stub_word(stub, STUB_CR0ACK) & STUB_CR0_CMDQEN) &&
	       !(active & (STUB_GERROR_CMDQ | STUB_GERROR_SFM));
}

static void stub_consume(struct smmu3_stub *stub)
{
	u64 base = smmu3_stub_reg64(stub, STUB_CMDQ_BASE);
	u32 mask = (2u << (base & 0x1f)) - 1, nr = 1u << (base & 0x1f);
	u32 *cons = stub_word(stub, STUB_CMDQ_CONS);
	u32 prod = *stub_word(stub, STUB_CMDQ_PROD);

	if (stub_may_consume(stub) && ((prod - *cons) & mask) > nr)
		smmu3_stub_bad(stub, "CMDQ_PROD %#x is more than a queue ahead of CMDQ_CONS %#x",
			       prod, *cons);
	while (stub_may_consume(stub) && ((*cons ^ prod) & mask)) {
		const __le64 *ent = smmu3_stub_mem(base & 0x00ffffffffffffe0ULL);
		u64 q[2];

		ent += 2 * (*cons & (nr - 1));
		q[0] = le64_to_cpu(READ_ONCE(ent[0]));
		q[1] = le64_to_cpu(READ_ONCE(ent[1]));
		if (!stub_accept(stub, q))
			return;
		stub_execute(stub, q);
		*cons = (*cons & 0xff000000) | ((*cons + 1) & mask);
	}
}

/* ---------------------------------------------------------------- what writes do */

static void stub_write_cr0(struct smmu3_stub *stub, u32 val)
{
	u32 *ack = stub_word(stub, STUB_CR0ACK);
	u32 old = *ack, now = val & 0x1df;

	if (stub->dead == STUB_CR0)
		now = stub->dead_bits ? (now & ~stub->dead_bits) | (old & stub->dead_bits) : old;
	*ack = now;
	if ((old & ~now & STUB_CR0_SMMUEN)) {
		stub->cfg_clean = false;
		stub->tlb_clean = false;
		if (!(*stub_word(stub, STUB_GBPA) & STUB_GBPA_ABORT) && !stub->may_open)
			smmu3_stub_bad(stub, "SMMUEN goes off while GBPA lets traffic pass");
	}
	if ((now & ~old & STUB_CR0_SMMUEN) && (!stub->cfg_clean || !stub->tlb_clean))
		smmu3_stub_bad(stub, "SMMUEN goes on with %s caches from before",
			       stub->cfg_clean ? "translation" : "configuration");
	if ((val & STUB_CR0_EVENTQEN) && !stub->cfg_clean)
		smmu3_stub_bad(stub, "EVENTQEN goes on before the caches are clean");
	if (!(now & STUB_CR0_CMDQEN) && stub->heals)
		stub->held = false;
	if (now & STUB_CR0_CMDQEN)
		stub_consume(stub);
}

static void stub_write_gbpa(struct smmu3_stub *stub, u32 val)
{
	if (*stub_word(stub, STUB_GBPA) & STUB_GBPA_UPDATE) {
		smmu3_stub_bad(stub, "GBPA is written while an update is under way");
		return;
	}
	if (!(val & STUB_GBPA_UPDATE)) {
		smmu3_stub_bad(stub, "GBPA is written without UPDATE");
		return;
	}
	if (stub->dead == STUB_GBPA)
		*stub_word(stub, STUB_GBPA) |= STUB_GBPA_UPDATE;
	else
		*stub_word(stub, STUB_GBPA) = val & ~STUB_GBPA_UPDATE;
}

/* 6.3: what may be written only while something is off. */
static u32 stub_guard(u32 reg)
{
	switch (reg) {
	case STUB_CR1:
		return STUB_CR0_SMMUEN | STUB_CR0_CMDQEN | STUB_CR0_EVENTQEN | STUB_CR0_PRIQEN;
	case STUB_CR2:
	case STUB_STRTAB_BASE:
	case STUB_STRTAB_BASE_CFG:
		return STUB_CR0_SMMUEN;
	case STUB_CMDQ_BASE:
	case STUB_CMDQ_CONS:
		return STUB_CR0_CMDQEN;
	case STUB_EVENTQ_BASE:
	case STUB_EVENTQ_PROD:
		return STUB_CR0_EVENTQEN;
	case STUB_PRIQ_BASE:
	case STUB_PRIQ_PROD:
		return STUB_CR0_PRIQEN;
	}
	return 0;
}

static u32 stub_irq_guard(u32 reg)
{
	if (reg >= STUB_GERROR_IRQ_CFG0 && reg < STUB_GERROR_IRQ_CFG0 + 16)
		return 1;
	if (reg >= STUB_PRIQ_IRQ_CFG0 && reg < STUB_PRIQ_IRQ_CFG0 + 16)
		return 2;
	if (reg >= STUB_EVENTQ_IRQ_CFG0 && reg < STUB_EVENTQ_IRQ_CFG0 + 16)
		return 4;
	return 0;
}

static bool stub_writable(u32 reg)
{
	return stub_guard(reg) || stub_irq_guard(reg) || reg == STUB_CR0 || reg == STUB_GBPA ||
	       reg == STUB_IRQ_CTRL || reg == STUB_GERRORN || reg == STUB_CMDQ_PROD ||
	       reg == STUB_EVENTQ_CONS || reg == STUB_PRIQ_CONS;
}

static void stub_check_write(struct smmu3_stub *stub, u32 reg, u64 val)
{
	if (!stub_writable(reg))
		smmu3_stub_bad(stub,
			       "register %#x, which is not for writing, is written with %#llx", reg,
			       val);
	if (*stub_word(stub, STUB_CR0ACK) & stub_guard(reg))
		smmu3_stub_bad(stub, "register %#x is written with %#llx while CR0ACK is %#x", reg,
			       val, *stub_word(stub, STUB_CR0ACK));
	if (*stub_word(stub, STUB_IRQ_CTRLACK) & stub_irq_guard(reg))
		smmu3_stub_bad(stub, "register %#x is written with %#llx while IRQ_CTRLACK is %#x",
			       reg, val, *stub_word(stub, STUB_IRQ_CTRLACK));
}

static void stub_write_locked(struct smmu3_stub *stub, u32 reg, u32 val)
{
	if (reg == STUB_CMDQ_PROD && (*stub_word(stub, STUB_CR0ACK) & STUB_CR0_CMDQEN))
		stub_log(stub, STUB_REC_DOORBELL, reg, val);
	else
		stub_log(stub, STUB_REC_WRITE, reg, val);
	stub_check_write(stub, reg, val);
	if (reg == STUB_GBPA) {
		stub_write_gbpa(stub, val);
		return;
	}
	*stub_word(stub, reg) = val;
	switch (reg) {
	case STUB_CR0:
		stub_write_cr0(stub, val);
		break;
	case STUB_IRQ_CTRL:
		if (stub->dead != STUB_IRQ_CTRL)
			*stub_word(stub, STUB_IRQ_CTRLACK) = val & 7;
		break;
	case STUB_CMDQ_PROD:
	case STUB_GERRORN:
		stub_consume(stub);
		break;
	}
}

void smmu3_stub_write32(u32 val, void __iomem *addr)
{
	struct smmu3_stub *stub;
	unsigned long flags;
	u32 reg;

	stub = stub_of(addr, &reg);
	if (!stub)
		return;
	raw_spin_lock_irqsave(&stub->lock, flags);
	stub_write_locked(stub, reg, val);
	smmu3_stub_observe(stub);
	raw_spin_unlock_irqrestore(&stub->lock, flags);
}

void smmu3_stub_write64(u64 val, void __iomem *addr)
{
	struct smmu3_stub *stub;
	unsigned long flags;
	u32 reg;

	stub = stub_of(addr, &reg);
	if (!stub)
		return;
	raw_spin_lock_irqsave(&stub->lock, flags);
	stub_log(stub, STUB_REC_WRITE, reg, val);
	stub_check_write(stub, reg, val);
	*stub_word(stub, reg) = val;
	*stub_word(stub, reg + 4) = val >> 32;
	raw_spin_unlock_irqrestore(&stub->lock, flags);
}

u32 smmu3_stub_read32(const void __iomem *addr)
{
	struct smmu3_stub *stub;
	unsigned long flags;
	u32 reg, val;

	stub = stub_of(addr, &reg);
	if (!stub)
		return ~0u;
	raw_spin_lock_irqsave(&stub->lock, flags);
	val = *stub_word(stub, reg);
	if (reg == STUB_CMDQ_CONS && stub->log_reads)
		stub_log(stub, STUB_REC_WAIT, reg, val);
	raw_spin_unlock_irqrestore(&stub->lock, flags);
	return val;
}

u64 smmu3_stub_read64(const void __iomem *addr)
{
	struct smmu3_stub *stub;
	u32 reg;

	stub = stub_of(addr, &reg);
	return stub ? smmu3_stub_reg64(stub, reg) : ~0ULL;
}

void smmu3_stub_store64(__le64 *word, __le64 val)
{
	unsigned long flags;
	unsigned int i;

	WRITE_ONCE(*word, val);
	for (i = 0; i < STUBS_MAX; i++) {
		if (!stubs[i])
			continue;
		raw_spin_lock_irqsave(&stubs[i]->lock, flags);
		smmu3_stub_observe(stubs[i]);
		raw_spin_unlock_irqrestore(&stubs[i]->lock, flags);
	}
}

/* ---------------------------------------------------------------- from the SMMU's side */

void smmu3_stub_release(struct smmu3_stub *stub)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&stub->lock, flags);
	stub->held = false;
	stub_consume(stub);
	raw_spin_unlock_irqrestore(&stub->lock, flags);
}

void smmu3_stub_gerror(struct smmu3_stub *stub, u32 bits)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&stub->lock, flags);
	stub_raise(stub, bits);
	raw_spin_unlock_irqrestore(&stub->lock, flags);
}

static bool stub_put(struct smmu3_stub *stub, u32 base_reg, u32 prod_reg, const u64 *record,
		     unsigned int qwords)
{
	u64 base = smmu3_stub_reg64(stub, base_reg);
	u32 mask = (2u << (base & 0x1f)) - 1, nr = 1u << (base & 0x1f);
	u32 *prod = stub_word(stub, prod_reg), cons = *stub_word(stub, prod_reg + 4);
	__le64 *ent = smmu3_stub_mem(base & 0x00ffffffffffffe0ULL);
	unsigned long flags;
	bool room;
	unsigned int i;

	raw_spin_lock_irqsave(&stub->lock, flags);
	room = ((*prod - cons) & mask) < nr;
	if (room) {
		ent += qwords * (*prod & (nr - 1));
		for (i = 0; i < qwords; i++)
			ent[i] = cpu_to_le64(record[i]);
		*prod = (*prod & 0x80000000) | ((*prod + 1) & mask);
	} else if (!((*prod ^ cons) & 0x80000000)) {
		/* An overflow that is not acknowledged yet stays as it is. */
		*prod ^= 0x80000000;
	}
	raw_spin_unlock_irqrestore(&stub->lock, flags);
	return room;
}

bool smmu3_stub_event(struct smmu3_stub *stub, const u64 *record)
{
	return stub_put(stub, STUB_EVENTQ_BASE, STUB_EVENTQ_PROD, record, 4);
}

bool smmu3_stub_pri(struct smmu3_stub *stub, const u64 *record)
{
	return stub_put(stub, STUB_PRIQ_BASE, STUB_PRIQ_PROD, record, 2);
}

static bool stub_upper_half(u32 reg)
{
	return reg == STUB_STRTAB_BASE + 4 || reg == STUB_CMDQ_BASE + 4 ||
	       reg == STUB_EVENTQ_BASE + 4 || reg == STUB_PRIQ_BASE + 4;
}

void smmu3_stub_power_cycle(struct smmu3_stub *stub, u32 pattern)
{
	unsigned long flags;
	u32 reg;

	raw_spin_lock_irqsave(&stub->lock, flags);
	for (reg = STUB_CR1; reg < 4 * STUB_PAGE_WORDS; reg += 4) {
		if (stub_writable(reg) || stub_upper_half(reg))
			*stub_word(stub, reg) = pattern;
		if (stub_writable(PAGE1 + reg))
			*stub_word(stub, PAGE1 + reg) = pattern;
	}
	*stub_word(stub, STUB_CR0) = 0;
	*stub_word(stub, STUB_CR0ACK) = 0;
	*stub_word(stub, STUB_IRQ_CTRL) = 0;
	*stub_word(stub, STUB_IRQ_CTRLACK) = 0;
	*stub_word(stub, STUB_GBPA) = 0;
	*stub_word(stub, STUB_GERROR) = 0;
	*stub_word(stub, STUB_GERRORN) = 0;
	stub->cfg_clean = false;
	stub->tlb_clean = false;
	stub->nr_pending = 0;
	raw_spin_unlock_irqrestore(&stub->lock, flags);
}

/* ---------------------------------------------------------------- the log */

void smmu3_stub_log_reset(struct smmu3_stub *stub)
{
	stub->nr_log = 0;
}

const struct smmu3_stub_rec *smmu3_stub_find(struct smmu3_stub *stub, u32 op, unsigned int nth)
{
	unsigned int i;

	for (i = 0; i < stub->nr_log; i++) {
		if (stub->log[i].op == op && !nth--)
			return &stub->log[i];
	}
	return NULL;
}

unsigned int smmu3_stub_count(struct smmu3_stub *stub, u32 op)
{
	unsigned int i, nr = 0;

	for (i = 0; i < stub->nr_log; i++)
		nr += stub->log[i].op == op;
	return nr;
}

const struct smmu3_stub_rec *smmu3_stub_find_write(struct smmu3_stub *stub, u32 reg, u32 mask,
						   u32 val)
{
	unsigned int i;

	for (i = 0; i < stub->nr_log; i++) {
		const struct smmu3_stub_rec *rec = &stub->log[i];

		if (rec->op == STUB_REC_WRITE && rec->q[0] == reg && (rec->q[1] & mask) == val)
			return rec;
	}
	return NULL;
}

/* ---------------------------------------------------------------- life */

struct device *smmu3_stub_dev(struct kunit *test, const char *name)
{
	static unsigned int serial;
	struct device *dev;
	char unique[32];

	/* A case may make several, one after the other. */
	snprintf(unique, sizeof(unique), "%s-%u", name, ++serial);
	dev = kunit_device_register(test, unique);
	KUNIT_EXPECT_FALSE_MSG(test, IS_ERR_OR_NULL(dev), "device %s", name);
	return IS_ERR_OR_NULL(dev) ? NULL : dev;
}

static void stub_set_idrs(struct smmu3_stub *stub, const struct smmu3_stub_cfg *cfg)
{
	*stub_word(stub, STUB_IDR0) = cfg->idr0;
	*stub_word(stub, STUB_IDR1) = cfg->idr1;
	*stub_word(stub, STUB_IDR3) = cfg->idr3;
	*stub_word(stub, STUB_IDR5) = cfg->idr5;
}

struct smmu3_stub *smmu3_stub_make(struct kunit *test, const struct smmu3_stub_cfg *cfg)
{
	static const char * const names[STUBS_MAX] = { "stub0", "stub1", "stub2" };
	struct smmu3_idr_env env = { .no_msi_poll = cfg->poll_cons, .quirks = cfg->quirks };
	struct smmu3_stub *stub;
	const char *refused;
	unsigned int i;

	for (i = 0; i < STUBS_MAX && stubs[i]; i++)
		;
	stub = i < STUBS_MAX ? kvzalloc(sizeof(*stub), GFP_KERNEL) : NULL;
	KUNIT_EXPECT_NOT_NULL_MSG(test, stub, "a stub");
	if (!stub)
		return NULL;
	raw_spin_lock_init(&stub->lock);
	stub_set_idrs(stub, cfg);
	stub->smmu.dev = smmu3_stub_dev(test, names[i]);
	if (!stub->smmu.dev) {
		kvfree(stub);
		return NULL;
	}
	stub->smmu.page0 = (void __iomem *)stub->reg[0];
	stub->smmu.page1 = (void __iomem *)stub->reg[1];
	stub->smmu.quirks = cfg->quirks;
	stub->smmu.kdump = cfg->kdump;
	stub->smmu.sink = &smmu3_event_sink;
	stubs[i] = stub;
	smmu3_device_read_idr(&stub->smmu);
	refused = smmu3_idr_decode(&stub->smmu.feat, &stub->smmu.regs, &env);
	KUNIT_EXPECT_NULL_MSG(test, refused, "IDRs of the stub: %s", refused ?: "");
	return stub;
}

struct smmu3_stub *smmu3_stub_start(struct kunit *test, const struct smmu3_stub_cfg *cfg)
{
	struct smmu3_stub *stub = smmu3_stub_make(test, cfg);
	int ret;

	if (!stub)
		return NULL;
	ret = smmu3_device_init(&stub->smmu);
	KUNIT_EXPECT_EQ_MSG(test, ret, 0, "memory of a stub");
	if (ret)
		return NULL;
	ret = smmu3_reset(&stub->smmu);
	KUNIT_EXPECT_EQ_MSG(test, ret, 0, "enabling a stub");
	smmu3_stub_log_reset(stub);
	return ret ? NULL : stub;
}

void smmu3_stub_check(struct kunit *test, struct smmu3_stub *stub)
{
	KUNIT_EXPECT_EQ_MSG(test, stub->nr_bad, 0, "the SMMU finds fault: %s", stub->bad);
	stub->nr_bad = 0;
}

/* Masters that a failed case left behind. */
static void stub_free_masters(struct smmu3_stub *stub)
{
	struct smmu3_stream *stream;
	unsigned long sid;

	xa_for_each(&stub->smmu.streams, sid, stream) {
		while (!list_empty(&stream->masters)) {
			struct smmu3_master_stream *ms;

			ms = list_first_entry(&stream->masters, struct smmu3_master_stream, link);
			smmu3_master_free(ms->master);
		}
	}
}

static void stub_free(struct smmu3_stub *stub)
{
	struct smmu3_device *smmu = &stub->smmu;

	if (smmu->cd_pool) {
		stub_free_masters(stub);
		stub->dead = 0;
		stub->may_open = true;
		smmu3_reset_stop(smmu);
		smmu3_stream_free_all(smmu);
		smmu3_device_fini(smmu);
	}
	kvfree(stub);
}

void smmu3_stub_exit(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < STUBS_MAX; i++) {
		if (!stubs[i])
			continue;
		smmu3_stub_check(test, stubs[i]);
		stub_free(stubs[i]);
		stubs[i] = NULL;
	}
}
