/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A register model of an SMMU for the tests of layers 1 and 2 in a process. Layer: tests.
 *
 * ARM IHI 0070, chapters 4, 6 and 7, read a second time: offsets and bits are written as numbers
 * here and not taken from src/fmt. It acknowledges registers or never does, consumes commands at
 * its own pace, stops at errors that a test asks for and at commands that no SMMU accepts, and
 * keeps a log of everything in one order.
 */
#ifndef SMMU3_HOST_STUB_H
#define SMMU3_HOST_STUB_H

#include <host/kernel.h>
#include <kunit/test.h>
#include "hw/device.h"

#define STUB_LOG_MAX	65536

enum stub_event { STUB_CMD, STUB_REG, STUB_STORE, STUB_BARRIER, STUB_ATS_ON, STUB_ATS_OFF };

/**
 * struct stub_log - one thing that happened
 * @what: a command was consumed, a register written, memory stored, ...
 * @a: command word 0; register offset; address
 * @b: command word 1; value written
 * @when: simulated time
 */
struct stub_log {
	enum stub_event	what;
	u64		a, b;
	s64		when;
};

/**
 * struct stub - one SMMU
 * @smmu: the driver's object
 * @dev: its device
 * @page: register pages 0 and 1, and an ECMDQ control page
 * @ecmdq_lg2: log2 of its queues
 * @never_acks: offset of a register whose acknowledgement never comes (0x20 CR0, 0x50
 *	IRQ_CTRL, 0x44 GBPA, PROD of an ECMDQ); 0: none
 * @never_acks_bits: of CR0 only these bits; 0: all
 * @ack_after: reads of an acknowledgement before it comes
 * @ack_left: counts them
 * @frozen: no command is consumed ...
 * @thaw_at: ... until this simulated time, as a look at CMDQ_CONS then finds; 0: for good
 * @stop_op: nor is one with this opcode; 0: none
 * @per_read: commands consumed at each read of CMDQ_CONS, instead of all at once at the
 *	doorbell; 0: at once
 * @fail_op: an error at the next command with this opcode ...
 * @fail_err: ... with this CERROR code ...
 * @fail_times: ... so many times; 0: none ...
 * @fail_behind: ... that follows one with this opcode at once; 0: whatever it follows
 * @last_op: opcode of the last command consumed
 * @drop_sync_write: CMD_SYNC does not write to memory
 * @log: what happened, in order
 * @nr_log: how much of it
 * @watch: [first, last] addresses whose stores are logged
 * @on_store: called before each store into a live table
 * @nr_illegal: commands that no SMMU accepts
 * @nr_ignored: writes of ECMDQ registers at a time when the SMMU ignores them
 */
struct stub {
	struct smmu3_device	smmu;
	struct device		dev;
	u8			page[3][0x10000] __aligned(8);
	unsigned int		ecmdq_lg2;
	u32			never_acks, never_acks_bits;
	unsigned int		ack_after, ack_left;
	bool			frozen;
	s64			thaw_at;
	u8			stop_op;
	unsigned int		per_read;
	u8			fail_op, fail_err, fail_behind, last_op;
	unsigned int		fail_times;
	bool			drop_sync_write;
	struct stub_log		*log;
	unsigned int		nr_log;
	struct { u64 first, last; } watch[8];
	unsigned int		nr_watch;
	void			(*on_store)(struct stub *s, __le64 *word, u64 val);
	unsigned int		nr_illegal, nr_ignored;
};

/* What kind of SMMU; zero fields take those of a usual one. */
struct stub_cfg {
	u32	idr0, idr1, idr3, idr5, quirks, ecmdqs;
	bool	idr0_set, no_msi, no_coherence, kdump;
};

/* Bits of IDR0 to add to or take from the usual. */
#define STUB_IDR0_USUAL                                                                            \
	0x084c321bu /* S1 S2 AArch64 COHACC HYP ASID16 MSI VMID16 CD2L LE, 2-level ST */
#define STUB_IDR0_ATS	0x00010400u	/* ATS, PRI */
#define STUB_IDR1_USUAL	0x01073a08u	/* SIDSIZE 8, SSIDSIZE 8, PRIQS 7, EVENTQS 7, CMDQS 8 */
#define STUB_IDR5_USUAL	0x00000075u	/* 48 bits, three granules */

/* Registers only. Freed by stub_exit(). */
struct stub *stub_make(struct kunit *test, const struct stub_cfg *cfg);
/* Decode its ID registers, and smmu3_device_init(). */
void stub_prepare(struct kunit *test, struct stub *s, const struct stub_cfg *cfg);
/* With ID registers decoded and smmu3_device_init(), not enabled. */
struct stub *stub_init(struct kunit *test, const struct stub_cfg *cfg);
/* Enabled. */
struct stub *stub_start(struct kunit *test, const struct stub_cfg *cfg);
/* Take it down and free it. */
void stub_stop(struct stub *s);
/* A suite's exit: all stubs of the case. */
void stub_exit(struct kunit *test);

u32 stub_get(const struct stub *s, u32 reg);
void stub_set(struct stub *s, u32 reg, u32 val);
u64 stub_get64(const struct stub *s, u32 reg);
/* Consume what is there. */
void stub_consume(struct stub *s, unsigned int max);
/* Toggle bits of GERROR. */
void stub_gerror(struct stub *s, u32 bits);
/* Put a record into the event queue (or the PRI queue); false: it was full and overflowed. */
bool stub_event(struct stub *s, const u64 *record);
bool stub_pri(struct stub *s, const u64 *record);

/* Log stores to this memory. */
void stub_watch(struct stub *s, const void *mem, size_t sz);
void stub_log_clear(struct stub *s);
/* Commands in the log with this opcode. */
unsigned int stub_count(const struct stub *s, u8 op);
/*
 * Position of the n-th (from 0) event of a kind: a command by opcode, a register write by offset;
 * -1: none.
 */
int stub_find_cmd(const struct stub *s, u8 op, unsigned int nth);
int stub_find_reg(const struct stub *s, u32 reg, u32 mask, u32 val, int from);
int stub_find(const struct stub *s, enum stub_event what, int from);

/* A command that can be told from others by its StreamID, and posted and waited for. */
static inline struct smmu3_cmd stub_cfgi(u32 sid)
{
	return smmu3_cmd_cfgi_ste(sid, true);
}

static inline int stub_issue(struct stub *s, u32 sid)
{
	struct smmu3_cmd cmd = stub_cfgi(sid);

	return smmu3_cmdq_issue(&s->smmu.cmdq, &cmd, 1);
}

#endif
