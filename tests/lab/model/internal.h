/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The model's inside: what its files ask of each other. Below the public functions there are two
 * halves that
 * meet only here: the programming interface (registers, queues, commands, faults' records,
 * interrupts)
 * and translation (STE, CD, TLB, walks), and the referee beside both.
 */
#ifndef MODEL_INTERNAL_H
#define MODEL_INTERNAL_H

#include "model.h"
#include "referee.h"

/* ---------------------------------------------------------------- registers (regs.c) */

/* What is in force: values as the hardware has taken them over (CR0 as in CR0ACK). */
struct regs {
	u32 cr0, cr0ack, cr1, cr2, gbpa, irq_ctrl, irq_ctrlack, gerror, gerrorn, statusr;
	u64 strtab_base;
	u32 strtab_base_cfg;
	u64 gerror_irq_cfg0, eventq_irq_cfg0, priq_irq_cfg0;
	u32 gerror_irq_cfg1, gerror_irq_cfg2, eventq_irq_cfg1, eventq_irq_cfg2;
	u32 priq_irq_cfg1, priq_irq_cfg2;
	/* As written, before the update is complete: of regs.c and irq.c only. */
	u32 cr0_written, irq_ctrl_written, gbpa_written, agbpa;
	bool gbpa_update;
	u32 set_up;		/* what was ever written since reset */
	u32 irq_waiting;	/* BIT(enum model_irq): raised, not yet seen outside */
};

#define CR0_SMMUEN	BIT(0)
#define CR0_PRIQEN	BIT(1)
#define CR0_EVENTQEN	BIT(2)
#define CR0_CMDQEN	BIT(3)
#define CR0_ATSCHK	BIT(4)
#define CR2_E2H		BIT(0)
#define CR2_RECINVSID	BIT(1)
#define CR2_PTM		BIT(2)
#define CR2_REC_CFG_ATS	BIT(3)

/* GERROR bits that are raised through gerror_raise(). */
enum gerror_bit {
	GERROR_CMDQ = 0, GERROR_EVENTQ_ABT = 2, GERROR_PRIQ_ABT = 3, GERROR_MSI_CMDQ_ABT = 4,
	GERROR_MSI_EVENTQ_ABT = 5, GERROR_MSI_PRIQ_ABT = 6, GERROR_MSI_GERROR_ABT = 7,
	GERROR_SFM = 8,
	GERROR_CMDQP = 9,
};

void gerror_raise(struct model *m, enum gerror_bit bit);

/* ---------------------------------------------------------------- events (eventq.c) */

enum event_type {
	EVT_F_UUT = 0x01, EVT_C_BAD_STREAMID = 0x02, EVT_F_STE_FETCH = 0x03, EVT_C_BAD_STE = 0x04,
	EVT_F_BAD_ATS_TREQ = 0x05, EVT_F_STREAM_DISABLED = 0x06, EVT_F_TRANSL_FORBIDDEN = 0x07,
	EVT_C_BAD_SUBSTREAMID = 0x08, EVT_F_CD_FETCH = 0x09, EVT_C_BAD_CD = 0x0a,
	EVT_F_WALK_EABT = 0x0b,
	EVT_F_TRANSLATION = 0x10, EVT_F_ADDR_SIZE = 0x11, EVT_F_ACCESS = 0x12,
	EVT_F_PERMISSION = 0x13,
	EVT_F_TLB_CONFLICT = 0x20, EVT_F_CFG_CONFLICT = 0x21, EVT_E_PAGE_REQUEST = 0x24,
	EVT_F_VMS_FETCH = 0x25,
};

enum event_class { EVT_CLASS_CD = 0, EVT_CLASS_TTD = 1, EVT_CLASS_IN = 2 };

/* All that any event record holds; what a type does not have is not written. */
struct event {
	enum event_type type;
	u32 sid, ssid;
	bool ssv;
	bool stall;
	u16 stag;
	bool rnw, ind, pnu, s2, ttrnw;
	enum event_class class;
	u64 input_addr, ipa, fetch_addr;
	u16 reason;
	u8 impl;
	bool mev;		/* STE.MEV of the stream: may be merged */
};

/*
 * Record an event, now or as late as the queue and the adversary let it. Events of stalls are
 * never lost.
 */
void event_record(struct model *m, const struct event *e);
/* The same for a configuration error of an ATS or PRI request: only with CR2.REC_CFG_ATS. */
void event_record_ats(struct model *m, const struct event *e);

/* ---------------------------------------------------------------- stall (stall.c) */

/*
 * A faulting transaction stalls: take a tag and record @e with it. False where it cannot (no tag
 * left, no_stall): the caller terminates it and records @e without.
 */
bool stall_begin(struct model *m, const struct model_access *a, const struct event *e);

/*
 * ---------------------------------------------------------------- configuration (config.c,
 * ste.c, cd.c)
 */

/* 5.2 MemAttr, which GBPA, the MSIs' registers and CMD_SYNC have too: values that are reserved. */
static inline bool memattr_reserved(u64 attr)
{
	return attr && !(attr & 3);
}

/* Device and non-cacheable memory is outer shareable: shareability is not looked at. */
static inline bool memattr_fixes_sh(u64 attr)
{
	return !(attr & 0xc) || attr == 5;
}

#define STE_WORDS 8
#define CD_WORDS 8

/* What one stream and substream resolve to. */
struct context {
	u32 sid, ssid;
	bool ssv;
	u64 ste[STE_WORDS];
	u64 cd[CD_WORDS];
	bool has_cd;
	bool s1, s2, bypass, abort;	/* what happens to a transaction; bypass: neither stage */
	u64 ste_pa, cd_pa;
};

/*
 * Resolve (sid, ssid, ssv) through the configuration caches, which are filled. False: @e is the
 * event (its address
 * fields left to the caller), or @silent: the STE says abort without an event.
 */
bool config_lookup(struct model *m, u32 sid, u32 ssid, bool ssv, struct context *c,
		   struct event *e, bool *silent);

/* The STE alone; c->abort: it is valid, and says abort. */
bool config_ste(struct model *m, u32 sid, struct context *c, struct event *e, bool *silent);
/* 5.2 S1DSS: this STE aborts what comes without a SubstreamID (F_STREAM_DISABLED). */
bool config_stream_disabled(const struct model *m, const u64 *ste);

/* Invalidation, as the commands of the same names ask. */
void config_inv_ste(struct model *m, u32 sid, bool leaf);
/* 2^(range + 1) StreamIDs; 31: all */
void config_inv_ste_range(struct model *m, u32 sid, unsigned int range);
void config_inv_cd(struct model *m, u32 sid, u32 ssid, bool leaf);
void config_inv_cd_all(struct model *m, u32 sid);
/* At reset, and when SMMUEN becomes 0 or 1 the model chooses. */
void config_inv_all(struct model *m);

/* One unasked-for fetch or eviction, as the adversary likes. */
void config_whim(struct model *m);

/*
 * ste_check(), cd_check(): the rule that a valid entry breaks, with its reason, or -1. The entry
 * may be illegal
 * (C_BAD_STE, C_BAD_CD) or only have reserved bits set.
 */
int ste_check(const struct model *m, const u64 ste[STE_WORDS], char *why, size_t why_sz);
int cd_check(const struct model *m, const u64 ste[STE_WORDS], const u64 cd[CD_WORDS],
	     char *why, size_t why_sz);

/*
 * ste_effective(), cd_effective(): the entry with everything cleared that it makes the SMMU
 * ignore, so that two
 * entries mean the same exactly if their effective words are equal. V = 0: all words zero.
 */
void ste_effective(const struct model *m, const u64 ste[STE_WORDS], u64 out[STE_WORDS]);
void cd_effective(const struct model *m, const u64 ste[STE_WORDS], const u64 cd[CD_WORDS],
		  u64 out[CD_WORDS]);

/* What an STE does to transactions without SubstreamID, of its effective words. */
enum ste_action { STE_INVALID, STE_ABORT, STE_BYPASS, STE_TRANSLATES };
enum ste_action ste_action(const u64 ste[STE_WORDS]);

/*
 * Where memory holds the STE of @sid and the CD of (@ste, @ssid) now, past all caches. False:
 * there is none.
 */
bool ste_locate(struct model *m, u32 sid, u64 *pa);
bool cd_locate(struct model *m, const u64 ste[STE_WORDS], u32 ssid, u64 *pa);

/*
 * Call fn for every structure that the SMMU has read and could read again: the referee watches
 * their pages.
 */
enum config_kind { CONFIG_L1STD, CONFIG_STE, CONFIG_L1CD, CONFIG_CD };
/* Called by config.c; in watch.c. */
void config_learnt(struct model *m, enum config_kind kind, u64 pa, u32 sid, u32 ssid);

/*
 * ---------------------------------------------------------------- TLB and walks (tlb.c, walk.c,
 * translate.c)
 */

enum regime { REGIME_EL1, REGIME_EL2, REGIME_EL2_E2H };

/* A TLB invalidation, of a command or of the CPUs. */
enum tlb_inv_by {
	TLB_ALL,		/* everything, all regimes (NSNH_ALL: all of EL1) */
	TLB_REGIME,		/* everything of .regime, of VMID .vmid for EL1 (NH_ALL, EL2_ALL) */
	TLB_ASID,		/* .regime, .asid, .vmid */
	TLB_VA,			/* .regime, .asid, .vmid, address */
	TLB_VAA,		/* .regime, .vmid, address, any ASID */
	TLB_VMALL,		/* stage 1 and 2 of .vmid (S12_VMALL) */
	TLB_IPA,		/* stage 2 of .vmid by IPA (S2_IPA) */
};

struct tlb_inv {
	enum tlb_inv_by by;
	enum regime regime;
	bool use_vmid;		/* false: the SMMU has no stage 2, VMIDs do not matter */
	u16 asid, vmid;
	u64 addr, size;		/* bytes; from the command's address or range */
	bool leaf;		/* last level only: walk caches may stay */
	u8 tg, ttl;		/* hints as given: 0 none */
	bool broadcast;		/* by DVM: contexts with ASET = 1 may be left alone */
};

void tlb_inv(struct model *m, const struct tlb_inv *inv);
/* 3.17.6: the bits of a VMID that invalidations do not compare now. */
u16 tlb_vmid_ignored(const struct model *m);
void tlb_inv_everything(struct model *m);
void tlb_whim(struct model *m);

/*
 * Whether any cache would still translate [addr, addr + len) for this stream: the referee asks.
 * Fills @what for people.
 */
bool tlb_would_translate(struct model *m, u32 sid, u32 ssid, bool ssv, u64 addr, u64 len,
			 char *what, size_t what_sz);

/*
 * ---------------------------------------------------------------- referee's ears (watch.c,
 * notes.c)
 */

/*
 * translate.c tells of each access that succeeded; false: it was forbidden by a note, and
 * reported.
 */
void referee_access(struct model *m, const struct model_access *a, bool bypass);
/*
 * ats_req.c tells what a device may keep (granted with r or w), ats_inv.c what it has said that it
 * dropped: notes.c judges unmaps.
 */
void referee_ats_granted(struct model *m, const struct model_access *a, u64 addr, u64 size);
void referee_atc_inv(struct model *m, const struct model_atc_inv *inv);
void referee_atc_emptied(struct model *m, u32 sid);
/*
 * config.c tells of a CFGI whose completion a SYNC has just shown: the entry's history ends here.
 */
void referee_cfgi(struct model *m, enum config_kind kind, u32 sid, u32 ssid);
void referee_cfgi_range(struct model *m, u32 sid, unsigned int range, bool cds_only,
			bool one_cd, u32 ssid);
/*
 * A step of its own: unanswered faults, entries that changed without CFGI, poison in reachable
 * tables.
 */
void referee_step(struct model *m);
void referee_final(struct model *m);
/* stall.c and pri.c say what is outstanding; referee_final() and its clock ask. */
void stall_overdue(struct model *m, u64 now, u64 limit);
void pri_overdue(struct model *m, u64 now, u64 limit);

/* ---------------------------------------------------------------- devices that fail (ats_inv.c) */

/*
 * An invalidation has timed out, or took longer than a second, and the device's ATC was not
 * emptied since. Then the order of 3.9.2 (first the device, then EATS) cannot be asked of a driver:
 * it shuts out what it cannot empty, and the device's requests are refused.
 */
bool atc_failed(struct model *m, u32 sid);

/* ---------------------------------------------------------------- chance */

u64 model_random(struct model *m);
/* With probability @percent of 100. 0 never, 100 always. */
bool model_chance(struct model *m, unsigned int percent);

/* ---------------------------------------------------------------- the model */

struct cmdq; struct eventq; struct priq; struct stalls;
struct ats; struct config_cache; struct tlb; struct referee;

struct model {
	struct model_features f;
	struct model_env env;
	struct model_counters count;
	u64 seed, random;
	struct regs regs;
	/*
	 * One a file, allocated by its <file>_init(), freed by its <file>_fini(); _reset() at
	 * model_reset().
	 */
	struct cmdq *cmdq;
	struct eventq *eventq;
	struct priq *priq;
	struct stalls *stalls;
	struct ats *ats;
	struct config_cache *config;
	struct tlb *tlb;
	struct referee *referee;
	struct streams *streams;	/* model.c: counters by StreamID */
};

#define MODEL_PARTS(P) P(cmdq) P(eventq) P(priq) P(stalls) P(ats) P(config) P(tlb) P(referee)
#define P(name)						\
	bool name##_init(struct model *m);		\
	void name##_fini(struct model *m);		\
	void name##_reset(struct model *m);
MODEL_PARTS(P)
#undef P

/* Memory through env, with the endianness of tables. -1: external abort. */
int mem_read64(struct model *m, u64 pa, u64 *value);
int mem_read(struct model *m, u64 pa, void *buf, size_t n);
int mem_write(struct model *m, u64 pa, const void *buf, size_t n);

/* Counters of a stream, made on first use. */
struct model_stream_counters *stream_counters(struct model *m, u32 sid);

#endif
