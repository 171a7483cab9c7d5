/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small SMMUv3 behind the driver's register accesses, for tests of src/hw and src/core. Layer:
 * tests.
 *
 * ARM IHI 0070, chapters 3 to 7. Transcribed a second time: no header of src/fmt is used here, so
 * that a wrong offset or bit of the driver meets a right one. It consumes the command queue at the
 * write of PROD, caches what it is allowed to cache for as long as it is allowed to, and notes
 * what a driver must never do.
 */
#ifndef SMMU3_STUB_SMMU_H
#define SMMU3_STUB_SMMU_H

#include <kunit/test.h>
#include "hw/device.h"

/* 6.2 "Register overview"; page 1 begins at 0x10000. */
#define STUB_IDR0		0x0000
#define STUB_IDR1		0x0004
#define STUB_IDR3		0x000c
#define STUB_IDR5		0x0014
#define STUB_CR0		0x0020
#define STUB_CR0ACK		0x0024
#define STUB_CR1		0x0028
#define STUB_CR2		0x002c
#define STUB_GBPA		0x0044
#define STUB_IRQ_CTRL		0x0050
#define STUB_IRQ_CTRLACK	0x0054
#define STUB_GERROR		0x0060
#define STUB_GERRORN		0x0064
#define STUB_GERROR_IRQ_CFG0	0x0068
#define STUB_STRTAB_BASE	0x0080
#define STUB_STRTAB_BASE_CFG	0x0088
#define STUB_CMDQ_BASE		0x0090
#define STUB_CMDQ_PROD		0x0098
#define STUB_CMDQ_CONS		0x009c
#define STUB_EVENTQ_BASE	0x00a0
#define STUB_EVENTQ_IRQ_CFG0	0x00b0
#define STUB_PRIQ_BASE		0x00c0
#define STUB_PRIQ_IRQ_CFG0	0x00d0
#define STUB_EVENTQ_PROD	0x100a8
#define STUB_EVENTQ_CONS	0x100ac
#define STUB_PRIQ_PROD		0x100c8
#define STUB_PRIQ_CONS		0x100cc
#define STUB_PAGE_WORDS		0x80

#define STUB_CR0_SMMUEN		0x01u
#define STUB_CR0_PRIQEN		0x02u
#define STUB_CR0_EVENTQEN	0x04u
#define STUB_CR0_CMDQEN		0x08u
#define STUB_GBPA_ABORT		0x00100000u
#define STUB_GBPA_UPDATE	0x80000000u
#define STUB_GERROR_CMDQ	0x001u
#define STUB_GERROR_EVENTQ_ABT	0x004u
#define STUB_GERROR_SFM		0x100u

/* 4.1.1 "Command opcodes" */
#define STUB_OP_PREFETCH_CONFIG	0x01
#define STUB_OP_CFGI_STE	0x03
#define STUB_OP_CFGI_ALL	0x04
#define STUB_OP_CFGI_CD		0x05
#define STUB_OP_CFGI_CD_ALL	0x06
#define STUB_OP_TLBI_NH_ALL	0x10
#define STUB_OP_TLBI_NH_ASID	0x11
#define STUB_OP_TLBI_NH_VA	0x12
#define STUB_OP_TLBI_EL2_ALL	0x20
#define STUB_OP_TLBI_EL2_ASID	0x21
#define STUB_OP_TLBI_S12_VMALL	0x28
#define STUB_OP_TLBI_S2_IPA	0x2a
#define STUB_OP_TLBI_NSNH_ALL	0x30
#define STUB_OP_ATC_INV		0x40
#define STUB_OP_PRI_RESP	0x41
#define STUB_OP_RESUME		0x44
#define STUB_OP_SYNC		0x46

/* 7.1 "Command queue errors" */
#define STUB_CERROR_ILL		1
#define STUB_CERROR_ABT		2
#define STUB_CERROR_ATC_INV_SYNC 3

/* What a transaction meets. */
enum smmu3_stub_fate {
	STUB_BAD_STE, /* V = 0, or an L1 descriptor that leads nowhere: terminated, with an event */
	STUB_ABORT,   /* terminated, silently */
	STUB_BYPASS,
	STUB_BAD_SSID, /* terminated: no such CD, or none allowed here */
	STUB_BAD_CD,   /* CD.V = 0: terminated */
	STUB_S1,
	STUB_S2,
	STUB_NESTED,
};

#define STUB_TXN_WORDS	14

/**
 * struct smmu3_stub_txn - what a transaction meets
 * @fate: enum smmu3_stub_fate
 * @v: every bit that matters to it, in a fixed order; 0 elsewhere
 * @ttb: table walked (stage 1, or stage 2 alone)
 * @tag: ASID (stage 1) or VMID (stage 2 alone)
 */
struct smmu3_stub_txn {
	u64	fate;
	u64	v[STUB_TXN_WORDS];
	u64	ttb;
	u64	tag;
};

#define STUB_SIGHT_VALUES	4
#define STUB_SEEN		48

/**
 * struct smmu3_stub_sight - the values that each word of an entry may have for the SMMU
 * @nr: how many for each word; 0: nothing read yet
 * @value: they
 * @full: a word had more than STUB_SIGHT_VALUES
 */
struct smmu3_stub_sight {
	unsigned int	nr[8];
	u64		value[8][STUB_SIGHT_VALUES];
	bool		full;
};

/**
 * struct smmu3_stub_watch - a kind of transaction that is looked at from all sides after every
 * store and command
 * @sid: StreamID
 * @ssid: SubstreamID
 * @ssv: the transaction has one
 * @ste_l1: level 1 descriptor of the stream table, as cached (word 0)
 * @ste: STE, as cached
 * @cd_l1: level 1 CD, as cached (word 0)
 * @cd: CD, as cached
 * @cd_table: where @cd_l1 and @cd come from (S1ContextPtr)
 * @seen: what it has met since smmu3_stub_mark()
 * @nr_seen: how many of those
 */
struct smmu3_stub_watch {
	u32				sid, ssid;
	bool				ssv;
	struct smmu3_stub_sight		ste_l1, ste, cd_l1, cd;
	u64				cd_table;
	struct smmu3_stub_txn		seen[STUB_SEEN];
	unsigned int			nr_seen;
};

#define STUB_WATCHES	6
#define STUB_TLB	64
#define STUB_LOG	2048
#define STUB_PENDING	256

/**
 * struct smmu3_stub_rec - one thing that happened
 * @seq: number, counted over all stubs
 * @op: opcode of a command; STUB_REC_* otherwise
 * @q: the command; register and value otherwise
 */
struct smmu3_stub_rec {
	u32	seq;
	u32	op;
	u64	q[2];
};

#define STUB_REC_WRITE		0x100	/* register write */
#define STUB_REC_DOORBELL	0x101	/* write of CMDQ_PROD */
#define STUB_REC_WAIT		0x102	/* read of CMDQ_CONS */

/**
 * struct smmu3_stub_tlb - translations by a tag
 * @stage2: @tag is a VMID, not an ASID
 * @tag: the tag
 * @ttb: the table they come from
 * @generation: of the table's contents, when it was walked
 */
struct smmu3_stub_tlb {
	bool	stage2;
	u64	tag;
	u64	ttb;
	u64	generation;
};

/**
 * struct smmu3_stub - one SMMU
 * @smmu: the driver's object
 * @reg: pages 0 and 1
 * @lock: everything below
 * @dead: offset of a register whose acknowledgement never comes (CR0, IRQ_CTRL, GBPA); 0: none
 * @dead_bits: CR0: only these bits are never acknowledged; 0: all
 * @held: commands are not consumed
 * @heals: turning CMDQEN off ends @held
 * @err_in: so many commands on, an error; 0: none
 * @err_code: which
 * @err_times: how often in a row
 * @ill: the command that was illegal, and is until it is replaced
 * @lose_msi: CMD_SYNC does not write
 * @may_open: traffic may pass while SMMUEN is off
 * @cfg_clean: configuration caches were emptied since SMMUEN went off
 * @tlb_clean: TLBs were emptied since SMMUEN went off
 * @hook: called before each command takes effect; @lock held, interrupts off
 * @hook_arg: for @hook
 * @covers: is a tag in the published invalidation set of the space with this table? NULL: not
 *	asked; @lock held
 * @generation: of the contents of all tables; counted up by a case that changes them
 * @log: what happened
 * @nr_log: how much of it
 * @log_reads: CONS reads are logged
 * @pending: commands that take effect at the next CMD_SYNC
 * @nr_pending: how many
 * @watch: transactions under observation
 * @nr_watches: how many
 * @keep: for smmu3_stub_now()
 * @tlb: TLB
 * @nr_tlb: tags in it
 * @nr_bad: rules broken
 * @bad: the first of them
 */
struct smmu3_stub {
	struct smmu3_device	smmu;
	u32			reg[2][STUB_PAGE_WORDS];
	raw_spinlock_t		lock;
	u32			dead, dead_bits;
	bool			held, heals;
	unsigned int		err_in, err_times;
	u8			err_code;
	u64			ill[2];
	bool			lose_msi, may_open;
	bool			cfg_clean, tlb_clean;
	void			(*hook)(struct smmu3_stub *stub, const u64 *q);
	void			*hook_arg;
	bool (*covers)(struct smmu3_stub *stub, const struct smmu3_stub_tlb *tlb);
	const u64		*generation;
	struct smmu3_stub_rec	log[STUB_LOG];
	unsigned int		nr_log;
	bool			log_reads;
	u64			pending[STUB_PENDING][2];
	unsigned int		nr_pending;
	struct smmu3_stub_watch	watch[STUB_WATCHES];
	unsigned int		nr_watches;
	struct smmu3_stub_txn	keep[STUB_SEEN];
	struct smmu3_stub_tlb	tlb[STUB_TLB];
	unsigned int		nr_tlb;
	unsigned int		nr_bad;
	char			bad[400];
};

/**
 * struct smmu3_stub_cfg - what kind of SMMU
 * @idr0: IDR0; and so on
 * @idr1: IDR1
 * @idr3: IDR3
 * @idr5: IDR5
 * @quirks: BIT(enum smmu3_quirk)
 * @poll_cons: no CMD_SYNC completion by memory write
 * @kdump: a crash kernel
 */
struct smmu3_stub_cfg {
	u32	idr0, idr1, idr3, idr5;
	u32	quirks;
	bool	poll_cons, kdump;
};

/*
 * Both stages, two-level tables, coherent, MSI; 8 StreamID and 8 SubstreamID bits; queues of 256,
 * 128, 128 entries.
 */
#define STUB_IDR0_DEFAULT                                                                          \
	(0x08 << 24 | 1 << 22 | 1 << 19 | 1 << 18 | 1 << 13 | 1 << 12 | 1 << 9 | 2 << 2 | 1 << 4 | \
	 3)
#define STUB_IDR1_DEFAULT	(8 << 21 | 7 << 16 | 7 << 11 | 8 << 6 | 8)
#define STUB_IDR5_DEFAULT	(7 << 4 | 5)
#define STUB_CFG_DEFAULT                                                                           \
	{                                                                                          \
		.idr0 = STUB_IDR0_DEFAULT, .idr1 = STUB_IDR1_DEFAULT, .idr5 = STUB_IDR5_DEFAULT    \
	}
#define STUB_IDR0_MSI		BIT(13)
#define STUB_IDR0_COHACC	BIT(4)
#define STUB_IDR0_BTM		BIT(5)
#define STUB_IDR0_ATS_PRI	(BIT(10) | BIT(16))
#define STUB_IDR0_2LVL		BIT(27)
#define STUB_IDR0_CD2L		BIT(19)
#define STUB_IDR3_RIL		BIT(10)

/* Only registers: smmu3_device_init() is the caller's. NULL after a failed expectation. */
struct smmu3_stub *smmu3_stub_make(struct kunit *test, const struct smmu3_stub_cfg *cfg);
/* With memory, enabled. NULL after a failed expectation. */
struct smmu3_stub *smmu3_stub_start(struct kunit *test, const struct smmu3_stub_cfg *cfg);
/* The suite's exit: check and free all stubs. */
void smmu3_stub_exit(struct kunit *test);
/* Fail the case if a rule was broken. */
void smmu3_stub_check(struct kunit *test, struct smmu3_stub *stub);

/* A device as a bus would give it. */
struct device *smmu3_stub_dev(struct kunit *test, const char *name);

u32 smmu3_stub_reg(struct smmu3_stub *stub, u32 reg);
u64 smmu3_stub_reg64(struct smmu3_stub *stub, u32 reg);
/* Set a register from the SMMU's side, without any effect. */
void smmu3_stub_set(struct smmu3_stub *stub, u32 reg, u32 val);
/* Go on consuming commands. */
void smmu3_stub_release(struct smmu3_stub *stub);
/* Toggle errors in GERROR. */
void smmu3_stub_gerror(struct smmu3_stub *stub, u32 bits);
/* Put a record into the event queue; false where it was full and the overflow flag was toggled. */
bool smmu3_stub_event(struct smmu3_stub *stub, const u64 *record);
bool smmu3_stub_pri(struct smmu3_stub *stub, const u64 *record);
/*
 * Every register that software programs gets nonsense, as after a loss of power; everything is
 * off.
 */
void smmu3_stub_power_cycle(struct smmu3_stub *stub, u32 pattern);

void smmu3_stub_log_reset(struct smmu3_stub *stub);
/* The @nth (from 0) record of this kind since the last reset, or NULL. */
const struct smmu3_stub_rec *smmu3_stub_find(struct smmu3_stub *stub, u32 op, unsigned int nth);
unsigned int smmu3_stub_count(struct smmu3_stub *stub, u32 op);
/* The first write of @val under @mask to @reg, or NULL. */
const struct smmu3_stub_rec *smmu3_stub_find_write(struct smmu3_stub *stub, u32 reg, u32 mask,
						   u32 val);

/* For stub_view.c and stub_smmu.c: note a broken rule; @lock held or nobody else about. */
void smmu3_stub_bad(struct smmu3_stub *stub, const char *fmt, ...) __printf(2, 3);
/* Memory as the SMMU reads it. */
void *smmu3_stub_mem(u64 addr);

/* Watch a kind of transaction. Return: its index. */
unsigned int smmu3_stub_watch(struct smmu3_stub *stub, u32 sid, bool ssv, u32 ssid);
/* Forget what was seen so far. */
void smmu3_stub_mark(struct smmu3_stub *stub);
/*
 * What the transaction may meet now: the number of different things, the first in *txn. Forgets
 * nothing.
 */
unsigned int smmu3_stub_now(struct smmu3_stub *stub, unsigned int watch,
			    struct smmu3_stub_txn *txn);
/* Does anything cached or reachable lead to this table? */
bool smmu3_stub_reaches(struct smmu3_stub *stub, u64 ttb);
/* Does the TLB hold a translation of this table from before a generation? */
bool smmu3_stub_is_stale(struct smmu3_stub *stub, u64 ttb, u64 generation);
bool smmu3_stub_txn_same(const struct smmu3_stub_txn *a, const struct smmu3_stub_txn *b);
const char *smmu3_stub_fate_name(u64 fate);
/* @lock held: look at every watch; apply the pending commands. */
void smmu3_stub_observe(struct smmu3_stub *stub);
void smmu3_stub_sync(struct smmu3_stub *stub);

#endif
