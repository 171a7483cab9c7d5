// SPDX-License-Identifier: GPL-2.0-only
/*
 * See nvme_host.h.
 */
#include "nvme_host.h"

struct host host;

u32 host_status(const struct host_cpl *c)
{
	return c->status >> 1 & 0x7ff;
}

u64 host_sq_addr(u32 qid)
{
	return FAKE_BASE + 0x10000 * qid;
}

u64 host_cq_addr(u32 qid)
{
	return FAKE_BASE + 0x10000 * qid + 0x8000;
}

static void queue_init(u32 qid, u32 entries)
{
	host.q[qid] = (struct host_queue){
		.sq = host_sq_addr(qid),
		.cq = host_cq_addr(qid),
		.entries = entries,
		.phase = 1,
	};
	memset(fake_at(host.q[qid].cq), 0, entries * sizeof(struct host_cpl));
}

void host_enable(u32 cc)
{
	queue_init(0, HOST_ENTRIES);
	fake_write(0x24, 4, (HOST_ENTRIES - 1) << 16 | (HOST_ENTRIES - 1));
	fake_write(0x28, 8, host_sq_addr(0));
	fake_write(0x30, 4, host_cq_addr(0) & 0xffffffff);
	fake_write(0x34, 4, host_cq_addr(0) >> 32);
	fake_write(0x14, 4, cc | 1);
}

u16 host_put(u32 qid, struct host_cmd cmd)
{
	struct host_queue *q = &host.q[qid];

	if (!cmd.cid)
		cmd.cid = ++host.next_cid;
	memcpy(fake_at(q->sq + q->tail * sizeof(cmd)), &cmd, sizeof(cmd));
	q->tail = (q->tail + 1) % q->entries;
	return cmd.cid;
}

void host_ring(u32 qid)
{
	fake_write(0x1000 + qid * 8, 4, host.q[qid].tail);
}

bool host_take(u32 qid, struct host_cpl *c, bool ack)
{
	struct host_queue *q = &host.q[qid];

	memcpy(c, fake_at(q->cq + q->head * sizeof(*c)), sizeof(*c));
	if ((c->status & 1) != q->phase)
		return false;
	q->head = (q->head + 1) % q->entries;
	if (!q->head)
		q->phase = !q->phase;
	if (ack)
		fake_write(0x1004 + qid * 8, 4, q->head);
	return true;
}

u32 host_do(u32 qid, struct host_cmd cmd, u32 *dw0)
{
	struct host_cpl c = {0};
	u16 cid = host_put(qid, cmd);

	host_ring(qid);
	assert_int_equal(fake_run(100000), 0);
	assert_true(host_take(qid, &c, true));
	assert_int_equal(c.cid, cid);
	assert_int_equal(c.sqid, qid);
	assert_int_equal(c.sq_head, host.q[qid].tail);
	if (dw0)
		*dw0 = c.dw0;
	return host_status(&c);
}

u32 host_make_cq(u32 qid, u32 entries, u32 flags)
{
	queue_init(qid, entries);
	return host_do(0,
		       (struct host_cmd){.opcode = 0x05,
					 .prp1 = host_cq_addr(qid),
					 .cdw10 = (entries - 1) << 16 | qid,
					 .cdw11 = qid << 16 | flags},
		       NULL);
}

u32 host_make_sq(u32 qid, u32 entries, u32 cqid)
{
	return host_do(0,
		       (struct host_cmd){.opcode = 0x01,
					 .prp1 = host_sq_addr(qid),
					 .cdw10 = (entries - 1) << 16 | qid,
					 .cdw11 = cqid << 16 | 1},
		       NULL);
}

struct host_cmd host_rw(u8 opcode, u64 lba, u32 blocks, u64 prp1, u64 prp2)
{
	return (struct host_cmd){
		.opcode = opcode,
		.nsid = 1,
		.prp1 = prp1,
		.prp2 = prp2,
		.cdw10 = lba & 0xffffffff,
		.cdw11 = lba >> 32,
		.cdw12 = blocks - 1,
	};
}

int host_start(void **state)
{
	char *options[4] = {"size=16", "queues=3", "serial=abc", NULL};

	(void)state;
	memset(&host, 0, sizeof(host));
	fake_start(&fn_nvme_ops, options);
	return 0;
}

int host_start_enabled(void **state)
{
	host_start(state);
	host_enable(HOST_CC);
	return 0;
}

int host_start_io(void **state)
{
	host_start_enabled(state);
	assert_int_equal(host_make_cq(1, HOST_ENTRIES, 3), 0);
	assert_int_equal(host_make_sq(1, HOST_ENTRIES, 1), 0);
	return 0;
}

int host_stop(void **state)
{
	(void)state;
	fake_stop();
	return 0;
}
