// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues of the NVMe controller (NVM Express 1.4, chapters 3.1 doorbells, 4.1 to 4.6, 5.2
 * asynchronous events).
 *
 * Invariant: a queue's head and tail are below its size; what would break that is an event for the
 * host, not a state.
 */
#include "nvme.h"

/*
 * So many slots are for the admin queue alone: I/O that waits for a full completion queue cannot
 * block it.
 */
#define NR_ADMIN_SLOTS 8u

struct nvme_slot *nvme_slot_take(struct nvme *nvme, u32 sqid)
{
	for (u32 i = sqid ? NR_ADMIN_SLOTS : 0; i < NVME_NR_SLOTS; i++) {
		if (nvme->slots[i].state != SLOT_FREE)
			continue;
		nvme->slots[i].state = SLOT_TAKEN;
		nvme->slots[i].sqid = sqid;
		nvme->slots[i].status = NVME_OK;
		nvme->slots[i].dw0 = 0;
		nvme->slots[i].nr_ranges = 0;
		return &nvme->slots[i];
	}
	return NULL;
}

/* ---------------------------------------------------------------- events */

void nvme_event(struct function *fn, enum nvme_event event)
{
	struct nvme *nvme = nvme_of(fn);

	nvme->errors++;
	if (nvme->event_masked)
		return;
	nvme->event = event;
	nvme->event_pending = true;
}

void nvme_complete_aer(struct function *fn)
{
	struct nvme *nvme = nvme_of(fn);
	struct nvme_slot *slot;

	if (!nvme->event_pending || !nvme->nr_aers)
		return;
	slot = nvme_slot_take(nvme, 0);
	if (!slot)
		return;
	slot->cmd = (struct nvme_sqe){.opcode = ADMIN_AER, .cid = nvme->aers[--nvme->nr_aers]};
	slot->dw0 = (u32)nvme->event << 8 | (u32)LOG_ERROR << 16;
	nvme_end(slot, NVME_OK);
	nvme->event_pending = false;
	nvme->event_masked = true; /* until the log page was read */
}

/* ---------------------------------------------------------------- doorbells */

static u32 ring_distance(u32 from, u32 to, u32 entries)
{
	return to >= from ? to - from : to + entries - from;
}

static bool sq_tail_ok(const struct nvme_sq *sq, u32 value)
{
	return value < sq->entries && ring_distance(sq->head, value, sq->entries) >=
					      ring_distance(sq->head, sq->tail, sq->entries);
}

static bool cq_head_ok(const struct nvme_cq *cq, u32 value)
{
	return value < cq->entries && ring_distance(cq->head, value, cq->entries) <=
					      ring_distance(cq->head, cq->tail, cq->entries);
}

void nvme_doorbell(struct function *fn, u64 offset, u32 value)
{
	struct nvme *nvme = nvme_of(fn);
	u64 index = (offset - NVME_DOORBELLS) / 4, qid = index / 2;
	bool is_cq = index & 1, live, ok;

	live = qid <= nvme->nr_queues && (is_cq ? nvme->cqs[qid].live : nvme->sqs[qid].live);
	if (!live) {
		function_log(fn, "doorbell of %s %llu, which does not exist", is_cq ? "CQ" : "SQ",
			     (unsigned long long)qid);
		nvme_event(fn, EVENT_DOORBELL_REGISTER);
		return;
	}
	ok = is_cq ? cq_head_ok(&nvme->cqs[qid], value) : sq_tail_ok(&nvme->sqs[qid], value);
	if (!ok) {
		function_log(fn, "doorbell of %s %llu: %u is not possible", is_cq ? "CQ" : "SQ",
			     (unsigned long long)qid, value);
		nvme_event(fn, EVENT_DOORBELL_VALUE);
	} else if (is_cq) {
		nvme->cqs[qid].head = value;
	} else {
		nvme->sqs[qid].tail = value;
	}
}

/* ---------------------------------------------------------------- fetch */

static bool cid_in_use(const struct nvme *nvme, const struct nvme_slot *slot)
{
	const struct nvme_slot *other;

	for (other = nvme->slots; other < nvme->slots + NVME_NR_SLOTS; other++)
		if (other != slot && other->state != SLOT_FREE && other->sqid == slot->sqid &&
		    other->cmd.cid == slot->cmd.cid)
			return true;
	return false;
}

static void command_begin(struct function *fn, struct nvme_slot *slot)
{
	if (SQE_FUSE(slot->cmd.flags) || SQE_PSDT(slot->cmd.flags))
		nvme_end(slot, NVME_INVALID_FIELD);
	else if (cid_in_use(nvme_of(fn), slot))
		nvme_end(slot, NVME_CID_CONFLICT);
	else if (slot->sqid)
		nvme_io_begin(fn, slot);
	else
		nvme_admin_begin(fn, slot);
}

static bool fetch(struct function *fn, u32 qid)
{
	struct nvme *nvme = nvme_of(fn);
	struct nvme_sq *sq = &nvme->sqs[qid];
	struct nvme_slot *slot;

	if (!sq->live || sq->deleted || sq->head == sq->tail)
		return false;
	slot = nvme_slot_take(nvme, qid);
	if (!slot)
		return false;
	if (!endpoint_dma(fn, MODEL_READ, sq->base + (u64)sq->head * SQE_SZ, &slot->cmd, SQE_SZ)) {
		nvme_fatal(fn, "a submission queue entry cannot be read");
		return false;
	}
	sq->head = (sq->head + 1) % sq->entries;
	nvme->commands++;
	command_begin(fn, slot);
	return true;
}

bool nvme_queue_step(struct function *fn)
{
	struct nvme *nvme = nvme_of(fn);
	u32 n = nvme->nr_queues + 1, first = lab_random(fn->lab) % n;

	for (u32 i = 0; i < n && !(nvme->csts & CSTS_CFS); i++)
		if (fetch(fn, (first + i) % n))
			return true;
	return false;
}

/* ---------------------------------------------------------------- completion */

/*
 * The half with the phase bit goes last: a host that sees it sees the whole entry.
 */
static bool entry_write(struct function *fn, u64 addr, const struct nvme_cqe *entry)
{
	u8 half[CQE_SZ];

	memcpy(half, entry, CQE_SZ);
	return endpoint_dma(fn, MODEL_WRITE, addr, half, CQE_SZ / 2) &&
	       endpoint_dma(fn, MODEL_WRITE, addr + CQE_SZ / 2, half + CQE_SZ / 2, CQE_SZ / 2);
}

bool nvme_complete(struct function *fn, struct nvme_slot *slot)
{
	struct nvme *nvme = nvme_of(fn);
	struct nvme_sq *sq = &nvme->sqs[slot->sqid];
	struct nvme_cq *cq = &nvme->cqs[sq->cqid];
	struct nvme_cqe entry = {
		.dw0 = slot->dw0,
		.sq_head = sq->head,
		.sqid = slot->sqid,
		.cid = slot->cmd.cid,
		.status = slot->status << 1 | cq->phase,
	};

	if (ring_distance(cq->head, cq->tail, cq->entries) == cq->entries - 1)
		return false;
	if (!entry_write(fn, cq->base + (u64)cq->tail * CQE_SZ, &entry)) {
		nvme_fatal(fn, "a completion queue entry cannot be written");
		return true;
	}
	if (slot->status)
		nvme->errors++;
	slot->state = SLOT_FREE;
	cq->tail = (cq->tail + 1) % cq->entries;
	if (!cq->tail)
		cq->phase = !cq->phase;
	if (cq->irq)
		function_irq(fn, cq->vector);
	return true;
}
