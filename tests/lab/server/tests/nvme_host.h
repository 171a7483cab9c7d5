/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's side of an NVMe controller for its unit tests: queues in the fake lab's memory,
 * commands one at a time or many, completions in the order in which they come. Written from the
 * specification without nvme_regs.h.
 */
#ifndef TESTS_NVME_HOST_H
#define TESTS_NVME_HOST_H

#include "groups.h"

#define HOST_QUEUES  4
#define HOST_ENTRIES 8u
#define HOST_DATA    (FAKE_BASE + 0x100000)
#define HOST_CC	     (6u << 16 | 4u << 20)

struct host_cmd {
	u8 opcode, flags;
	u16 cid;
	u32 nsid, cdw2, cdw3;
	u64 mptr, prp1, prp2;
	u32 cdw10, cdw11, cdw12, cdw13, cdw14, cdw15;
};

struct host_cpl {
	u32 dw0, dw1;
	u16 sq_head, sqid, cid, status;
};

struct host_queue {
	u64 sq, cq;
	u32 entries, tail, head, phase;
};

struct host {
	struct host_queue q[HOST_QUEUES];
	u16 next_cid;
};

extern struct host host;

/* Status codes with their type; host_status() takes phase and "do not retry" away. */
u32 host_status(const struct host_cpl *c);

int host_start(void **state);	      /* a controller, not enabled */
int host_start_enabled(void **state); /* with its admin queue */
int host_start_io(void **state);      /* with queue pair 1 */
int host_stop(void **state);

void host_enable(u32 cc);
u64 host_sq_addr(u32 qid);
u64 host_cq_addr(u32 qid);
/*
 * Put a command into the queue; its doorbell is rung by host_ring(). A cid is chosen unless one is
 * given.
 */
u16 host_put(u32 qid, struct host_cmd cmd);
void host_ring(u32 qid);
/* The next completion, if there is one; with @ack the doorbell tells that it was taken. */
bool host_take(u32 qid, struct host_cpl *c, bool ack);
/* Put, ring, run, take: the status. *@dw0 may be NULL. */
u32 host_do(u32 qid, struct host_cmd cmd, u32 *dw0);
u32 host_make_cq(u32 qid, u32 entries, u32 flags);
u32 host_make_sq(u32 qid, u32 entries, u32 cqid);
struct host_cmd host_rw(u8 opcode, u64 lba, u32 blocks, u64 prp1, u64 prp2);

#endif
