/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inside of the NVMe controller: what fn_nvme.c (registers, reset), nvme_queue.c (queues),
 * nvme_prp.c (data), nvme_admin.c, nvme_identify.c and nvme_io.c (commands) share. NVM Express 1.4.
 *
 * Invariant: a command is in exactly one slot from its fetch until its completion entry is in
 * memory; a reset empties all slots, and what has no slot makes no DMA.
 */
#ifndef SERVER_NVME_H
#define SERVER_NVME_H

#include "endpoint.h"
#include "nvme_regs.h"

#define NVME_MAX_QUEUES	 16u /* I/O queues of each kind */
#define NVME_MAX_ENTRIES 1024u
#define NVME_NR_SLOTS	 64u
#define NVME_NR_AERS	 4u
#define NVME_PIECE	 4096u
#define NVME_PAGE_LG2	 12u /* the smallest page, CC.MPS = 0 */
#define NVME_MPSMAX	 4u  /* 64 KiB */
#define NVME_MDTS	 10u /* 4 MiB */
#define NVME_LBA_LG2	 9u

struct nvme_cq {
	bool live, irq, phase;
	u64 base;
	u32 entries, head, tail; /* the host takes at head */
	u32 vector;
};

struct nvme_sq {
	bool live, deleted; /* deleted: its commands end, then the command that deletes it */
	u64 base;
	u32 entries, head, tail; /* this controller takes at head */
	u32 cqid;
};

/* A command's way; each step() advances one slot by one state or one piece. */
enum nvme_state { SLOT_FREE, SLOT_TAKEN, SLOT_TRANSFER, SLOT_WORK, SLOT_DRAIN, SLOT_COMPLETE };

struct nvme_slot {
	enum nvme_state state;
	u32 sqid;
	struct nvme_sqe cmd;
	u32 status, dw0;
	/* The transfer: memory of the host, by PRPs, from or to @data. */
	enum model_access_kind kind;
	u8 *data;
	u64 len, pos;
	u64 page; /* where the host's page now in use goes on; 0 bytes left: take the next */
	u64 page_left;
	bool list_begun, prp1_used;
	u64 list;		     /* address of the PRP list's next unread entry */
	u64 entries[NVME_PIECE / 8]; /* the part of the list that was read */
	u32 nr_entries, next_entry;
	u64 work_pos, work_end;	   /* bytes of the namespace that are being cleared */
	u32 next_range, nr_ranges; /* of the list in @buffer, then */
	u8 buffer[NVME_PIECE];
};

struct nvme {
	/* options */
	u64 ns_sz;
	u32 nr_queues; /* I/O queues of each kind */
	char serial[21];
	/* registers */
	u32 cc, csts, aqa;
	u64 asq, acq;
	/* queues; number 0 is the admin queue */
	struct nvme_sq sqs[NVME_MAX_QUEUES + 1];
	struct nvme_cq cqs[NVME_MAX_QUEUES + 1];
	bool io_queue_seen;
	u32 features[NR_FEATURES];
	u16 aers[NVME_NR_AERS];
	u32 nr_aers;
	bool event_pending, event_masked;
	enum nvme_event event;
	u64 commands, errors, units_read, units_written;
	struct nvme_slot slots[NVME_NR_SLOTS];
	u8 *ns; /* memory of the namespace */
};

static inline struct nvme *nvme_of(const struct function *fn)
{
	return fn->priv;
}

static inline u64 nvme_page_sz(const struct nvme *nvme)
{
	return BIT(NVME_PAGE_LG2 + CC_MPS(nvme->cc));
}

/* fn_nvme.c: nothing more happens until the host resets the controller. @why for people. */
void nvme_fatal(struct function *fn, const char *why);

/* nvme_queue.c */
struct nvme_slot *nvme_slot_take(struct nvme *nvme, u32 sqid); /* NULL: all are in use */
void nvme_doorbell(struct function *fn, u64 offset, u32 value);
bool nvme_queue_step(struct function *fn); /* fetch one command; false: there is none, or no slot */
/* False: the completion queue is full. */
bool nvme_complete(struct function *fn, struct nvme_slot *slot);
/* Deliver an event, if there is one and somebody waits. */
void nvme_complete_aer(struct function *fn);
void nvme_event(struct function *fn, enum nvme_event event);

/* nvme_prp.c */
void nvme_transfer(struct nvme_slot *slot, enum model_access_kind kind, void *data, u64 len);
/* One access; false while more is to be done. Then slot->status says how it ended. */
bool nvme_transfer_step(struct function *fn, struct nvme_slot *slot);

/*
 * nvme_admin.c, nvme_identify.c, nvme_io.c: begin a command that was fetched, and go on when its
 * data have come.
 */
void nvme_features_reset(struct nvme *nvme);
void nvme_identify_begin(struct function *fn, struct nvme_slot *slot);
void nvme_log_begin(struct function *fn, struct nvme_slot *slot);
void nvme_admin_begin(struct function *fn, struct nvme_slot *slot);
bool nvme_admin_drained(struct function *fn, struct nvme_slot *slot);
void nvme_io_begin(struct function *fn, struct nvme_slot *slot);
void nvme_io_data(struct function *fn, struct nvme_slot *slot);
void nvme_io_work(struct function *fn, struct nvme_slot *slot);

/* The command ends. No error is worth another try: what failed once must be seen. */
static inline void nvme_end(struct nvme_slot *slot, u32 status)
{
	slot->status = status ? status | NVME_DNR : NVME_OK;
	slot->state = SLOT_COMPLETE;
}

#endif
