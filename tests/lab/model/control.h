/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the programming interface ask of each other: registers, queues, commands,
 * records. Translation does not include this.
 * Arm IHI 0070, chapters 3.5, 4, 6, 7 and 8.
 * Invariant: only the file that a function is named after changes that file's state.
 */
#ifndef MODEL_CONTROL_H
#define MODEL_CONTROL_H

#include "internal.h"
#include "queue.h"

/* ---------------------------------------------------------------- commands (cmd.c) */

enum opcode {
	CMD_PREFETCH_CONFIG = 0x01, CMD_PREFETCH_ADDR = 0x02, CMD_CFGI_STE = 0x03,
	CMD_CFGI_STE_RANGE = 0x04,
	CMD_CFGI_CD = 0x05, CMD_CFGI_CD_ALL = 0x06, CMD_CFGI_VMS_PIDM = 0x07,
	CMD_TLBI_NH_ALL = 0x10, CMD_TLBI_NH_ASID = 0x11, CMD_TLBI_NH_VA = 0x12,
	CMD_TLBI_NH_VAA = 0x13,
	CMD_TLBI_EL2_ALL = 0x20, CMD_TLBI_EL2_ASID = 0x21, CMD_TLBI_EL2_VA = 0x22,
	CMD_TLBI_EL2_VAA = 0x23,
	CMD_TLBI_S12_VMALL = 0x28, CMD_TLBI_S2_IPA = 0x2a, CMD_TLBI_NSNH_ALL = 0x30,
	CMD_ATC_INV = 0x40, CMD_PRI_RESP = 0x41, CMD_RESUME = 0x44, CMD_STALL_TERM = 0x45,
	CMD_SYNC = 0x46,
};

enum cerror { CERROR_NONE = 0, CERROR_ILL = 1, CERROR_ABT = 2, CERROR_ATC_INV_SYNC = 3 };

enum sync_signal { SYNC_NONE = 0, SYNC_IRQ = 1, SYNC_SEV = 2 };

/* A command, decoded. What its opcode does not have is zero. */
struct command {
	enum opcode op;
	u32 sid, ssid;
	bool ssv, leaf, global;
	u8 range;		/* CFGI_STE_RANGE */
	u8 span_lg2;		/* ATC_INV: bytes; 64 is everything */
	u8 resp;		/* PRI_RESP; RESUME: bit 0 Ac, bit 1 Ab */
	u16 prgi, stag;
	u8 signal;		/* SYNC */
	u32 msi_data;
	u64 msi_addr;
	u64 addr;		/* ATC_INV */
	struct tlb_inv tlb;	/* TLBI_* */
};

/* Opcode's name; never NULL. */
const char *cmd_name(unsigned int op);
/* CMD_TLBI_* with a VMID. */
bool cmd_names_vmid(unsigned int op);

static inline bool cmd_is_tlbi(enum opcode op)
{
	return op >= CMD_TLBI_NH_ALL && op <= CMD_TLBI_NSNH_ALL;
}

static inline bool cmd_is_cfgi(enum opcode op)
{
	return op >= CMD_CFGI_STE && op <= CMD_CFGI_CD_ALL;
}

/*
 * Check every field of the two words and decode them. Reports what is wrong with it. CERROR_ILL
 * where this SMMU takes it as illegal.
 */
enum cerror cmd_decode(struct model *m, const u64 words[2], struct command *c);

/* Do what it asks, at once. Not for CMD_SYNC and CMD_ATC_INV. */
void cmd_perform(struct model *m, const struct command *c);

/* ---------------------------------------------------------------- between two SYNCs (window.c) */

/*
 * Commands that were consumed since the last SYNC of one queue: waiting to be performed, ATC
 * invalidations of which the devices have not said that they are done, and what the next SYNC will
 * have completed.
 */
struct window {
	struct command *waiting;
	size_t nr_waiting, cap_waiting;
	struct command *cfgis;		/* taken up: told to the referee at the SYNC */
	size_t nr_cfgis, cap_cfgis;
	struct tlb_inv *tlbis; /* taken up: an ATC_INV for the same must wait for the SYNC */
	size_t nr_tlbis, cap_tlbis;
	unsigned int nr_vmid_tlbis;	/* taken up: those that name a VMID */
	unsigned int atc_pending;
	bool atc_timeout;
};

void window_fini(struct window *w);
void window_reset(struct window *w);
/* Take up a command that is not a SYNC: perform it now or leave it waiting. */
void window_add(struct model *m, struct window *w, const struct command *c);
/* Perform one that waits, if the adversary lets it. True while any waits for nobody else. */
bool window_step(struct model *m, struct window *w);
/* Perform all that wait. False: some ATC invalidation finds no tag free. */
bool window_drain(struct model *m, struct window *w);
/* A SYNC has completed: tell the referee, and begin anew. */
void window_close(struct model *m, struct window *w);
/* A TLBI that names a VMID may be processed now: pushed, and no SYNC behind it is complete. */
bool window_vmid_tlbis(struct model *m);

/* ---------------------------------------------------------------- queues of commands */

/* One queue of commands: the command queue or an enhanced one. */
struct cmd_port {
	struct queue q;
	struct window win;
	bool enabled, stopped;		/* stopped: an error waits for its acknowledgement */
	bool syncing;			/* a SYNC was fetched and waits */
	u64 sync_since;			/* ... since then, where it takes time */
	struct command sync;
	int index;			/* -1: the command queue */
};

struct ecmdq {
	struct cmd_port port;
	bool en, enack, err, errack;
	u8 reason;
};

struct cmdq {
	struct cmd_port port;
	u32 err;			/* CONS.ERR */
	struct ecmdq *ecmdqs;
	unsigned int nr_ecmdqs, nr_active;
};

bool port_step(struct model *m, struct cmd_port *port);
void port_stop(struct model *m, struct cmd_port *port, enum cerror why);
/* An index as written: false, after a report, if it overtakes the consumer or goes backwards. */
bool port_prod_ok(struct model *m, struct cmd_port *port, u32 prod, const char *name);
void queue_check_enable(struct model *m, const struct queue *q, const char *name);

bool cmdq_step(struct model *m);
void cmdq_error_acknowledged(struct model *m);

bool ecmdq_init(struct model *m);
void ecmdq_fini(struct model *m);
void ecmdq_reset(struct model *m);
bool ecmdq_step(struct model *m);
bool ecmdq_any_enabled(const struct model *m);
u32 ecmdq_read(struct model *m, u64 offset);
void ecmdq_write(struct model *m, u64 offset, u32 value);
u64 ecmdq_page_size(const struct model *m);
u32 ecmdq_control_read(struct model *m, u32 offset);
void ecmdq_raise(struct model *m, struct cmd_port *port, enum cerror why);

#define ECMDQ_PAGES		0x20000u
#define ECMDQ_PAGE_SZ		0x10000u
#define ECMDQ_CONTROL		0x4000u
#define ECMDQ_CONTROL_END	0x6000u

/* ---------------------------------------------------------------- queues of records */

#define OVFLG	BIT(31)

struct eventq {
	struct queue q;
	struct event *waiting;		/* in order; not yet written */
	size_t nr_waiting, cap_waiting;
	struct event last; /* the last record written, which the next may be merged with */
	u32 last_index;
	bool last_valid;
};

/* Write one record that waits. True while any waits that could be written. */
bool eventq_step(struct model *m);
/* CMD_SYNC: events of terminated transactions are written or lost from here on. */
void eventq_flush(struct model *m);
/* The record of an event, bit by bit. */
void event_encode(const struct event *e, u64 record[4]);
/* Forget the record of a stall that ended before it was written. True: it was waiting. */
bool eventq_forget_stall(struct model *m, u16 stag);

struct priq {
	struct queue q;
	struct pri_group *groups;	/* pri.c */
	size_t nr_groups, cap_groups;
};

bool priq_enabled(const struct model *m);
bool pri_is_stop_marker(const struct model_page_request *r);
/* pri.c: groups that the queue has shown to software, and their answers. */
void pri_seen(struct model *m, const struct model_page_request *r);
void pri_overflow(struct model *m, const struct model_page_request *r);
void pri_failure(struct model *m, const struct model_page_request *r);
void pri_resp(struct model *m, const struct command *c);
void pri_device_reset(struct model *m, u32 sid);
void pri_gone(struct model *m, u32 sid);

/* ---------------------------------------------------------------- the rest */

/* irq.c: an interrupt's condition has come true. */
void irq_raise(struct model *m, enum model_irq irq);
bool irq_step(struct model *m);
void irq_sync(struct model *m, const struct command *c);
void irq_drop(struct model *m, u32 enables);

bool gerror_active(const struct model *m, enum gerror_bit bit);
u32 gerror_defined(const struct model *m);
void gerror_write_n(struct model *m, u32 value);

/* stall.c */
void stall_resume(struct model *m, const struct command *c);
void stall_term(struct model *m, u32 sid);
void stall_term_all(struct model *m);
/* eventq.c says that the record is in memory: from here on software knows the tag. */
void stall_shown(struct model *m, u16 stag);

/* ats_inv.c: invalidations that are due time out. */
void ats_step(struct model *m);
/* False: all tags of the device are in use, and some will be answered or time out. */
bool atc_inv_issue(struct model *m, struct window *w, const struct command *c);

/* ---------------------------------------------------------------- registers (regs.c, mmio.c) */

#define GBPA_UPDATE	BIT(31)

/* regs.set_up */
#define SET_STRTAB	BIT(0)
#define SET_STRTAB_CFG	BIT(1)
#define SET_CMDQ	BIT(2)
#define SET_EVENTQ	BIT(3)
#define SET_PRIQ	BIT(4)

enum irq_cfg { CFG0_LOW, CFG0_HIGH, CFG1, CFG2 };

void regs_reset(struct model *m);
void regs_unknown(struct model *m);
bool regs_step(struct model *m);
/* A field counts as on from its write until the update to off is acknowledged. */
bool regs_on(const struct model *m, u32 bit);
/* @value without the bits that are not @defined, which are reported. */
u32 regs_known_bits(struct model *m, const char *name, u32 value, u32 defined);
void regs_write_cr0(struct model *m, u32 value);
void regs_write_cr1(struct model *m, u32 value);
void regs_write_cr2(struct model *m, u32 value);
void regs_write_gbpa(struct model *m, u32 value);
void regs_write_irq_ctrl(struct model *m, u32 value);
void regs_write_strtab(struct model *m, bool high, u32 value);
void regs_write_strtab_cfg(struct model *m, u32 value);
void regs_write_queue_base(struct model *m, struct queue *q, const char *name, u32 guard, u32 set,
			   bool high, u32 value);
void regs_write_owned_index(struct model *m, u32 *index, const char *name, u32 guard, u32 value,
			    u32 flags);
void regs_write_cmdq_prod(struct model *m, u32 value);
void regs_write_irq_cfg(struct model *m, enum model_irq irq, enum irq_cfg which, u32 value);
static inline bool cr0_on(const struct model *m, u32 bit)
{
	return m->regs.cr0ack & bit;
}

/* model.c: late, as the adversary likes; never for ever. */
bool model_dawdles(struct model *m);
/* Room for one more of @sz bytes in a growing array; false without memory. */
bool model_grow(void *array, size_t *cap, size_t nr, size_t sz);

/* What was seen of a stream beside its counters. */
struct stream {
	u32 sid;
	bool used, ats_seen;
	bool atc_failed;	/* ats_inv.c */
	struct model_stream_counters count;
};

struct stream *stream_get(struct model *m, u32 sid);

#endif
