// SPDX-License-Identifier: GPL-2.0-only
/*
 * A register model of an SMMU for the tests of layers 1 and 2 in a process. Layer: tests.
 */
#include "hw/mmio.h"
#include "hw/reset.h"
#include "stub.h"

#define MAX_STUBS	4

static struct stub *stubs[MAX_STUBS];

/* Registers, as chapter 6 places them. */
enum {
	R_IDR0 = 0x0,
	R_CR0 = 0x20,
	R_CR0ACK = 0x24,
	R_GBPA = 0x44,
	R_IRQ_CTRL = 0x50,
	R_IRQ_CTRLACK = 0x54,
	R_GERROR = 0x60,
	R_GERRORN = 0x64,
	R_CMDQ_BASE = 0x90,
	R_CMDQ_PROD = 0x98,
	R_CMDQ_CONS = 0x9c,
	R_EVENTQ_BASE = 0xa0,
	R_PRIQ_BASE = 0xc0,
	R_EVENTQ_PROD = 0x100a8,
	R_EVENTQ_CONS = 0x100ac,
	R_PRIQ_PROD = 0x100c8,
	R_PRIQ_CONS = 0x100cc,
	R_IDR6 = 0x190,
	/* 6.2.5: the one control page; a queue is BASE, PROD at 8, CONS at 12. */
	R_ECMDQS = 0x20000,
};

#define ECMDQ_EN	0x80000000u
#define ECMDQ_ERR	0x00800000u

static u8 *stub_reg(const struct stub *s, u32 reg)
{
	return (u8 *)&s->page[reg >> 16][reg & 0xffff];
}

u32 stub_get(const struct stub *s, u32 reg)
{
	u32 v;

	memcpy(&v, stub_reg(s, reg), 4);
	return v;
}

void stub_set(struct stub *s, u32 reg, u32 val)
{
	memcpy(stub_reg(s, reg), &val, 4);
}

u64 stub_get64(const struct stub *s, u32 reg)
{
	return stub_get(s, reg) | (u64)stub_get(s, reg + 4) << 32;
}

/* ---------------------------------------------------------------- log */

static void stub_note(struct stub *s, enum stub_event what, u64 a, u64 b)
{
	if (s->nr_log == STUB_LOG_MAX)
		s->nr_log = 0;
	s->log[s->nr_log++] = (struct stub_log) { what, a, b, host_now };
}

void stub_log_clear(struct stub *s)
{
	s->nr_log = 0;
}

void stub_watch(struct stub *s, const void *mem, size_t sz)
{
	s->watch[s->nr_watch].first = (uintptr_t)mem;
	s->watch[s->nr_watch++].last = (uintptr_t)mem + sz - 1;
}

static void stub_watch_store(const void *addr, size_t sz)
{
	unsigned int i, w;

	for (i = 0; i < MAX_STUBS; i++) {
		struct stub *s = stubs[i];

		if (!s)
			continue;
		if (!addr) {
			stub_note(s, STUB_BARRIER, 0, 0);
			continue;
		}
		for (w = 0; w < s->nr_watch; w++) {
			if ((uintptr_t)addr >= s->watch[w].first &&
			    (uintptr_t)addr <= s->watch[w].last)
				stub_note(s, STUB_STORE, (uintptr_t)addr, sz);
		}
	}
}

static void stub_watch_ats(struct pci_dev *pdev, bool on)
{
	unsigned int i;

	for (i = 0; i < MAX_STUBS; i++) {
		if (stubs[i])
			stub_note(stubs[i], on ? STUB_ATS_ON : STUB_ATS_OFF, (uintptr_t)pdev, 0);
	}
}

int stub_find(const struct stub *s, enum stub_event what, int from)
{
	unsigned int i;

	for (i = from; i < s->nr_log; i++) {
		if (s->log[i].what == what)
			return i;
	}
	return -1;
}

unsigned int stub_count(const struct stub *s, u8 op)
{
	unsigned int i, nr = 0;

	for (i = 0; i < s->nr_log; i++)
		nr += s->log[i].what == STUB_CMD && (s->log[i].a & 0xff) == op;
	return nr;
}

int stub_find_cmd(const struct stub *s, u8 op, unsigned int nth)
{
	unsigned int i;

	for (i = 0; i < s->nr_log; i++) {
		if (s->log[i].what == STUB_CMD && (s->log[i].a & 0xff) == op && !nth--)
			return i;
	}
	return -1;
}

int stub_find_reg(const struct stub *s, u32 reg, u32 mask, u32 val, int from)
{
	unsigned int i;

	for (i = from; i < s->nr_log; i++) {
		if (s->log[i].what == STUB_REG && s->log[i].a == reg && (s->log[i].b & mask) == val)
			return i;
	}
	return -1;
}

/* ---------------------------------------------------------------- command queue */

/* Chapter 4: does this SMMU accept the command? */
static bool stub_accepts(const struct stub *s, const u64 *q)
{
	u32 idr0 = stub_get(s, R_IDR0);
	bool s1 = idr0 & 2, s2 = idr0 & 1, hyp = idr0 & 0x200, ats = idr0 & 0x400,
	     pri = idr0 & 0x10000;
	bool stalls = (idr0 >> 24 & 3) != 1, ril = stub_get(s, 0xc) & 0x400;
	unsigned int tg = q[1] >> 10 & 3;

	switch (q[0] & 0xff) {
	case 0x01: case 0x02: case 0x03: case 0x04:
		return true;
	case 0x05: case 0x06:
		return s1;
	case 0x12: case 0x22: case 0x2a: case 0x13: case 0x23:
		/* 4.4.1.1: without RIL the range fields are RES0; a granule alone is reserved. */
		if (!ril && (tg || (q[0] & 0x3f1f000)))
			return false;
		if (tg && !(q[0] & 0x3f1f000) && !(q[1] & 0x300))
			return false;
		break;
	}
	switch (q[0] & 0xff) {
	case 0x10: case 0x11: case 0x12: case 0x13:
		return s1;
	case 0x20: case 0x21: case 0x22: case 0x23:
		return s1 && hyp;
	case 0x28: case 0x2a:
		return s2;
	case 0x30:
		return true;
	case 0x40:
		return ats && (q[1] & 0x3f) <= 52;
	case 0x41:
		return pri && (q[1] >> 12 & 3) != 3;
	case 0x44: case 0x45:
		return stalls;
	case 0x46:
		return (q[0] >> 12 & 3) != 3;
	}
	return false;
}

/* 7.1: CONS keeps pointing at the command; nothing is consumed until the error is acknowledged. */
static void stub_cmdq_error(struct stub *s, u32 base_reg, u8 err)
{
	u32 cons = stub_get(s, base_reg + 12);

	if (base_reg == R_CMDQ_BASE) {
		stub_set(s, base_reg + 12, (cons & 0xfffff) | (u32)err << 24);
		stub_gerror(s, 1);
		return;
	}
	/* 3.5.6.3: told by GERROR unless that tells of one already. */
	stub_set(s, base_reg + 12, ((cons & ~0x07000000u) ^ ECMDQ_ERR) | (u32)err << 24);
	if (!((stub_get(s, R_GERROR) ^ stub_get(s, R_GERRORN)) & 0x200))
		stub_gerror(s, 0x200);
}

static bool stub_cmdq_runs(const struct stub *s, u32 base_reg)
{
	u32 prod = stub_get(s, base_reg + 8), cons = stub_get(s, base_reg + 12);

	/* Where nothing has said where the entries are, there are none. */
	if (s->frozen || !stub_get(s, base_reg))
		return false;
	if (base_reg == R_CMDQ_BASE)
		return (stub_get(s, R_CR0ACK) & 8) &&
		       !((stub_get(s, R_GERROR) ^ stub_get(s, R_GERRORN)) & 1);
	return prod & cons & ECMDQ_EN && !((prod ^ cons) & ECMDQ_ERR);
}

static void stub_sync(struct stub *s, const u64 *q)
{
	u32 data = q[0] >> 32;

	if ((q[0] >> 12 & 3) == 1 && !s->drop_sync_write)
		memcpy((void *)(uintptr_t)(q[1] & 0x00fffffffffffffcULL), &data, 4);
}

static void stub_consume_at(struct stub *s, u32 base_reg, unsigned int max)
{
	u64 base = stub_get64(s, base_reg), q[2];
	unsigned int lg2 = base & 0x1f;
	u32 mask = (2u << lg2) - 1, cons;

	while (max-- && stub_cmdq_runs(s, base_reg)) {
		cons = stub_get(s, base_reg + 12) & mask;
		if (cons == (stub_get(s, base_reg + 8) & mask))
			return;
		memcpy(q,
		       (void *)(uintptr_t)((base & 0x00ffffffffffffe0ULL) +
					   (cons & (mask >> 1)) * 16),
		       16);
		if (s->stop_op && (q[0] & 0xff) == s->stop_op)
			return;
		if (s->fail_times && (q[0] & 0xff) == s->fail_op &&
		    (!s->fail_behind || s->fail_behind == s->last_op)) {
			s->fail_times--;
			stub_cmdq_error(s, base_reg, s->fail_err);
			return;
		}
		if (!stub_accepts(s, q)) {
			s->nr_illegal++;
			stub_note(s, STUB_CMD, q[0], q[1]);
			stub_cmdq_error(s, base_reg, 1);
			return;
		}
		stub_note(s, STUB_CMD, q[0], q[1]);
		if ((q[0] & 0xff) == 0x46)
			stub_sync(s, q);
		s->last_op = q[0];
		stub_set(s, base_reg + 12,
			 (stub_get(s, base_reg + 12) & ~0xfffffu) | ((cons + 1) & mask));
	}
}

void stub_consume(struct stub *s, unsigned int max)
{
	stub_consume_at(s, R_CMDQ_BASE, max);
}

void stub_gerror(struct stub *s, u32 bits)
{
	stub_set(s, R_GERROR, stub_get(s, R_GERROR) ^ bits);
}

/* ---------------------------------------------------------------- queues that the SMMU fills */

static bool stub_put(struct stub *s, u32 base_reg, u32 prod_reg, u32 cons_reg, const u64 *record,
		     unsigned int words)
{
	u64 base = stub_get64(s, base_reg);
	unsigned int lg2 = base & 0x1f;
	u32 mask = (2u << lg2) - 1, prod = stub_get(s, prod_reg), cons = stub_get(s, cons_reg);

	if (((prod ^ cons) & mask) == (1u << lg2)) {
		/* Full: the flag toggles, unless an earlier overflow is not acknowledged yet. */
		if (!((prod ^ cons) >> 31))
			stub_set(s, prod_reg, prod ^ 0x80000000u);
		return false;
	}
	memcpy((void *)(uintptr_t)((base & 0x00ffffffffffffe0ULL) +
				   (prod & (mask >> 1)) * words * 8),
	       record, words * 8);
	stub_set(s, prod_reg, (prod & 0x80000000u) | ((prod + 1) & mask));
	return true;
}

bool stub_event(struct stub *s, const u64 *record)
{
	return stub_put(s, R_EVENTQ_BASE, R_EVENTQ_PROD, R_EVENTQ_CONS, record, 4);
}

bool stub_pri(struct stub *s, const u64 *record)
{
	return stub_put(s, R_PRIQ_BASE, R_PRIQ_PROD, R_PRIQ_CONS, record, 2);
}

/* ---------------------------------------------------------------- register access */

static struct stub *stub_of(const void *addr, u32 *reg)
{
	unsigned int i;

	for (i = 0; i < MAX_STUBS; i++) {
		const u8 *p = stubs[i] ? stubs[i]->page[0] : NULL;

		if (p && (const u8 *)addr >= p && (const u8 *)addr < p + sizeof(stubs[i]->page)) {
			*reg = (const u8 *)addr - p;
			return stubs[i];
		}
	}
	host_warn(__FILE__, __LINE__, "an access to no register");
	abort();
}

/* An acknowledgement is there after so many reads. */
static bool stub_ack_due(struct stub *s)
{
	if (!s->ack_left)
		return true;
	s->ack_left--;
	return false;
}

static void stub_ack(struct stub *s, u32 reg)
{
	u32 val = stub_get(s, reg), old = stub_get(s, reg + 4), held = 0;

	if (s->never_acks == reg)
		held = s->never_acks_bits ?: ~0u;
	stub_set(s, reg + 4, (val & ~held) | (old & held));
}

/* The base register of the ECMDQ to which this one belongs. */
static u32 stub_ecmdq(const struct stub *s, u32 reg)
{
	return reg & ~((0x10000u >> s->ecmdq_lg2) - 1);
}

static u32 stub_read_ecmdq(struct stub *s, u32 reg)
{
	u32 base = stub_ecmdq(s, reg), prod = stub_get(s, base + 8), cons;

	if (reg == base + 12) {
		cons = stub_get(s, reg);
		if ((prod ^ cons) & ECMDQ_EN && s->never_acks != base + 8 && stub_ack_due(s))
			stub_set(s, reg, cons ^ ECMDQ_EN);
		stub_consume_at(s, base, s->per_read ?: ~0u);
	}
	return stub_get(s, reg);
}

/* 6.3.107 to 6.3.109: what is written at the wrong time is ignored. */
static void stub_write_ecmdq(struct stub *s, u32 reg, u32 val)
{
	u32 base = stub_ecmdq(s, reg), prod = stub_get(s, base + 8), cons = stub_get(s, base + 12);
	bool changing = (prod ^ cons) & ECMDQ_EN;

	if (reg == base + 8 ? changing : (prod | cons) & ECMDQ_EN) {
		s->nr_ignored++;
		return;
	}
	stub_set(s, reg, val);
	if (reg != base + 8)
		return;
	if ((prod ^ val) & ECMDQ_EN)
		s->ack_left = s->ack_after;
	if (!s->per_read)
		stub_consume_at(s, base, ~0u);
}

u32 smmu3_stub_read32(const void *addr)
{
	struct stub *s;
	u32 reg;

	s = stub_of(addr, &reg);
	if (reg >= R_ECMDQS)
		return stub_read_ecmdq(s, reg);
	switch (reg) {
	case R_CR0ACK:
	case R_IRQ_CTRLACK:
		if (stub_ack_due(s))
			stub_ack(s, reg - 4);
		break;
	case R_GBPA:
		if (stub_ack_due(s) && s->never_acks != R_GBPA)
			stub_set(s, R_GBPA, stub_get(s, R_GBPA) & 0x7fffffff);
		break;
	case R_CMDQ_CONS:
		if (s->thaw_at && host_now >= s->thaw_at) {
			s->thaw_at = 0;
			s->frozen = false;
			stub_consume(s, ~0u);
		}
		if (s->per_read)
			stub_consume(s, s->per_read);
		break;
	}
	return stub_get(s, reg);
}

void smmu3_stub_write32(u32 val, void *addr)
{
	struct stub *s;
	u32 reg;

	s = stub_of(addr, &reg);
	stub_note(s, STUB_REG, reg, val);
	if (reg >= R_ECMDQS) {
		stub_write_ecmdq(s, reg, val);
		return;
	}
	if (reg < 0x20 || reg == R_CR0ACK || reg == R_IRQ_CTRLACK || reg == R_GERROR)
		return;
	stub_set(s, reg, val);
	switch (reg) {
	case R_CR0:
	case R_IRQ_CTRL:
	case R_GBPA:
		s->ack_left = s->ack_after;
		break;
	case R_GERRORN:
		/*
		 * The command queue error is acknowledged: the code goes, the command is fetched
		 * again.
		 */
		if (!((stub_get(s, R_GERROR) ^ val) & 1))
			stub_set(s, R_CMDQ_CONS, stub_get(s, R_CMDQ_CONS) & 0xfffff);
		fallthrough;
	case R_CMDQ_PROD:
		if (!s->per_read)
			stub_consume(s, ~0u);
		break;
	}
}

u64 smmu3_stub_read64(const void *addr)
{
	struct stub *s;
	u32 reg;

	s = stub_of(addr, &reg);
	return stub_get64(s, reg);
}

void smmu3_stub_write64(u64 val, void *addr)
{
	struct stub *s;
	u32 reg;

	s = stub_of(addr, &reg);
	stub_note(s, STUB_REG, reg, val);
	if (reg >= R_ECMDQS) {
		stub_write_ecmdq(s, reg, val);
		stub_write_ecmdq(s, reg + 4, val >> 32);
		return;
	}
	stub_set(s, reg, val);
	stub_set(s, reg + 4, val >> 32);
}

void smmu3_stub_store64(__le64 *word, __le64 val)
{
	unsigned int i;

	for (i = 0; i < MAX_STUBS; i++) {
		if (stubs[i] && stubs[i]->on_store)
			stubs[i]->on_store(stubs[i], word, le64_to_cpu(val));
	}
	WRITE_ONCE(*word, val);
}

/* ---------------------------------------------------------------- life */

static const struct smmu3_sink no_sink = {};

struct stub *stub_make(struct kunit *test, const struct stub_cfg *cfg)
{
	struct stub *s;
	unsigned int i;

	for (i = 0; i < MAX_STUBS && stubs[i]; i++)
		;
	KUNIT_ASSERT_LT_MSG(test, i, MAX_STUBS, "room for another SMMU");
	if (posix_memalign((void **)&s, 4096, sizeof(*s)))
		abort();
	memset(s, 0, sizeof(*s));
	s->log = calloc(STUB_LOG_MAX, sizeof(*s->log));
	stubs[i] = s;
	host_watch = stub_watch_store;
	host_ats_watch = stub_watch_ats;

	s->dev.name = i ? "smmu1" : "smmu0";
	s->dev.driver_data = &s->smmu;
	stub_set(s, 0x00,
		 cfg->idr0_set ? cfg->idr0
			       : (STUB_IDR0_USUAL | cfg->idr0) & ~(cfg->no_msi ? 1u << 13 : 0) &
					 ~(cfg->no_coherence ? 1u << 4 : 0));
	stub_set(s, 0x04, (cfg->idr1 ?: STUB_IDR1_USUAL) | (cfg->ecmdqs ? 1u << 31 : 0));
	if (cfg->ecmdqs) {
		s->ecmdq_lg2 = ilog2(cfg->ecmdqs);
		stub_set(s, R_IDR6, s->ecmdq_lg2 << 16);
		s->smmu.ecmdq_pages = s->page[2];
	}
	stub_set(s, 0x0c, cfg->idr3);
	stub_set(s, 0x14, cfg->idr5 ?: STUB_IDR5_USUAL);
	s->smmu.dev = &s->dev;
	s->smmu.page0 = s->page[0];
	s->smmu.page1 = s->page[1];
	s->smmu.sink = &no_sink;
	s->smmu.quirks = cfg->quirks;
	s->smmu.kdump = cfg->kdump;
	return s;
}

void stub_prepare(struct kunit *test, struct stub *s, const struct stub_cfg *cfg)
{
	struct smmu3_idr_env env = { .quirks = cfg->quirks };

	smmu3_device_read_idr(&s->smmu);
	KUNIT_ASSERT_NULL_MSG(test, smmu3_idr_decode(&s->smmu.feat, &s->smmu.regs, &env),
			      "a usable SMMU");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_device_init(&s->smmu), 0, "memory of the SMMU");
}

struct stub *stub_init(struct kunit *test, const struct stub_cfg *cfg)
{
	struct stub *s = stub_make(test, cfg);

	stub_prepare(test, s, cfg);
	return s;
}

struct stub *stub_start(struct kunit *test, const struct stub_cfg *cfg)
{
	struct stub *s = stub_init(test, cfg);

	KUNIT_ASSERT_EQ_MSG(test, smmu3_reset(&s->smmu), 0, "the SMMU comes up");
	return s;
}

void stub_stop(struct stub *s)
{
	unsigned int i;

	if (s->smmu.cd_pool)
		smmu3_device_fini(&s->smmu);
	for (i = 0; i < MAX_STUBS; i++) {
		if (stubs[i] == s)
			stubs[i] = NULL;
	}
	free(s->log);
	free(s);
}

void stub_exit(struct kunit *test)
{
	unsigned int i;

	(void)test;
	for (i = 0; i < MAX_STUBS; i++) {
		if (stubs[i])
			stub_stop(stubs[i]);
	}
	host_watch = NULL;
	host_ats_watch = NULL;
	host_log_clear();
	host_irq_clear();
}
