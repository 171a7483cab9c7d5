// SPDX-License-Identifier: GPL-2.0-only
/*
 * Admin commands of the NVMe controller that make and delete queues, abort, wait for events and set
 * features (NVM Express 1.4, chapter 5). What only tells of the controller is in nvme_identify.c.
 *
 * Invariant: a submission queue's completion queue is live; a queue goes only when no slot needs
 * it.
 */
#include "nvme.h"

#define QUEUE_CONTIGUOUS BIT(0)
#define CQ_IRQ		 BIT(1)

/* ---------------------------------------------------------------- queues */

/* What is the same for both kinds of queue; NVME_OK if the command can be obeyed. */
static u32 create_check(const struct nvme *nvme, const struct nvme_sqe *cmd, bool live)
{
	u32 qid = cmd->cdw10 & 0xffff, entries = (cmd->cdw10 >> 16) + 1;

	if (!qid || qid > nvme->nr_queues || live)
		return NVME_QID_INVALID;
	if (entries < 2 || entries > NVME_MAX_ENTRIES)
		return NVME_QUEUE_SIZE;
	if (!(cmd->cdw11 & QUEUE_CONTIGUOUS))
		return NVME_INVALID_FIELD;
	if (CC_IOSQES(nvme->cc) != SQE_SZ_LG2 || CC_IOCQES(nvme->cc) != CQE_SZ_LG2)
		return NVME_INVALID_FIELD;
	if (cmd->prp1 & (nvme_page_sz(nvme) - 1))
		return NVME_PRP_OFFSET;
	return NVME_OK;
}

static u32 create_cq(struct nvme *nvme, const struct nvme_sqe *cmd)
{
	u32 qid = cmd->cdw10 & 0xffff, vector = cmd->cdw11 >> 16;
	u32 status = create_check(nvme, cmd, qid <= nvme->nr_queues && nvme->cqs[qid].live);

	if (status)
		return status;
	if ((cmd->cdw11 & CQ_IRQ) && vector > nvme->nr_queues)
		return NVME_VECTOR_INVALID;
	nvme->cqs[qid] = (struct nvme_cq){
		.live = true,
		.irq = cmd->cdw11 & CQ_IRQ,
		.phase = true,
		.base = cmd->prp1,
		.entries = (cmd->cdw10 >> 16) + 1,
		.vector = vector,
	};
	nvme->io_queue_seen = true;
	return NVME_OK;
}

static u32 create_sq(struct nvme *nvme, const struct nvme_sqe *cmd)
{
	u32 qid = cmd->cdw10 & 0xffff, cqid = cmd->cdw11 >> 16;
	u32 status = create_check(nvme, cmd, qid <= nvme->nr_queues && nvme->sqs[qid].live);

	if (status)
		return status;
	if (!cqid || cqid > nvme->nr_queues)
		return NVME_QID_INVALID;
	if (!nvme->cqs[cqid].live)
		return NVME_CQ_INVALID;
	nvme->sqs[qid] = (struct nvme_sq){
		.live = true,
		.base = cmd->prp1,
		.entries = (cmd->cdw10 >> 16) + 1,
		.cqid = cqid,
	};
	nvme->io_queue_seen = true;
	return NVME_OK;
}

static u32 delete_cq(struct nvme *nvme, const struct nvme_sqe *cmd)
{
	u32 qid = cmd->cdw10 & 0xffff;

	if (!qid || qid > nvme->nr_queues || !nvme->cqs[qid].live)
		return NVME_QID_INVALID;
	for (u32 i = 1; i <= nvme->nr_queues; i++)
		if (nvme->sqs[i].live && nvme->sqs[i].cqid == qid)
			return NVME_QUEUE_DELETION;
	nvme->cqs[qid].live = false;
	return NVME_OK;
}

static void delete_sq(struct nvme *nvme, struct nvme_slot *slot)
{
	u32 qid = slot->cmd.cdw10 & 0xffff;
	struct nvme_slot *other;

	if (!qid || qid > nvme->nr_queues || !nvme->sqs[qid].live || nvme->sqs[qid].deleted) {
		nvme_end(slot, NVME_QID_INVALID);
		return;
	}
	nvme->sqs[qid].deleted = true;
	for (other = nvme->slots; other < nvme->slots + NVME_NR_SLOTS; other++)
		if (other->sqid == qid &&
		    (other->state == SLOT_TRANSFER || other->state == SLOT_WORK))
			nvme_end(other, NVME_ABORTED_SQ);
	slot->state = SLOT_DRAIN;
}

/* The queue that @slot deletes is gone when its last command has been completed. */
bool nvme_admin_drained(struct function *fn, struct nvme_slot *slot)
{
	struct nvme *nvme = nvme_of(fn);
	u32 qid = slot->cmd.cdw10 & 0xffff;

	for (u32 i = 0; i < NVME_NR_SLOTS; i++)
		if (nvme->slots[i].state != SLOT_FREE && nvme->slots[i].sqid == qid)
			return false;
	nvme->sqs[qid].live = false;
	nvme_end(slot, NVME_OK);
	return true;
}

/* ---------------------------------------------------------------- abort, events */

static bool abort_aer(struct nvme *nvme, u16 cid)
{
	struct nvme_slot *slot;

	for (u32 i = 0; i < nvme->nr_aers; i++) {
		if (nvme->aers[i] != cid)
			continue;
		slot = nvme_slot_take(nvme, 0);
		if (!slot)
			return false;
		slot->cmd = (struct nvme_sqe){.opcode = ADMIN_AER, .cid = cid};
		nvme_end(slot, NVME_ABORTED);
		nvme->aers[i] = nvme->aers[--nvme->nr_aers];
		return true;
	}
	return false;
}

/* Bit 0 of the answer: it was not aborted. */
static u32 abort_command(struct nvme *nvme, const struct nvme_sqe *cmd)
{
	u32 sqid = cmd->cdw10 & 0xffff;
	u16 cid = cmd->cdw10 >> 16;
	struct nvme_slot *slot;

	for (slot = nvme->slots; slot < nvme->slots + NVME_NR_SLOTS; slot++) {
		if ((slot->state != SLOT_TRANSFER && slot->state != SLOT_WORK) ||
		    slot->sqid != sqid || slot->cmd.cid != cid)
			continue;
		nvme_end(slot, NVME_ABORTED);
		return 0;
	}
	return sqid || !abort_aer(nvme, cid);
}

static void aer_begin(struct nvme *nvme, struct nvme_slot *slot)
{
	if (nvme->nr_aers == NVME_NR_AERS) {
		nvme_end(slot, NVME_AER_LIMIT);
		return;
	}
	nvme->aers[nvme->nr_aers++] = slot->cmd.cid;
	slot->state = SLOT_FREE;
}

/* ---------------------------------------------------------------- features */

#define FEATURE_SAVE	    BIT(31)
#define FEATURE_CHANGEABLE  4u
#define TEMPERATURE_DEFAULT 343u /* kelvin */

static u32 feature_default(const struct nvme *nvme, u32 fid)
{
	switch (fid) {
	case FEAT_QUEUES: return (nvme->nr_queues - 1) << 16 | (nvme->nr_queues - 1);
	case FEAT_TEMPERATURE: return TEMPERATURE_DEFAULT;
	default: return 0;
	}
}

void nvme_features_reset(struct nvme *nvme)
{
	for (u32 fid = 0; fid < NR_FEATURES; fid++)
		nvme->features[fid] = feature_default(nvme, fid);
}

static bool feature_known(u32 fid)
{
	return fid >= FEAT_ARBITRATION && fid < NR_FEATURES && fid != 0x03; /* 3: ranges of LBAs */
}

/* A temperature has a sensor (0: the composite one) and is an upper (0) or a lower limit. */
static bool temperature_upper(u32 cdw11)
{
	return !field(cdw11, 21, 20) && !field(cdw11, 19, 16);
}

static u32 features_set(struct nvme *nvme, struct nvme_slot *slot)
{
	u32 fid = slot->cmd.cdw10 & 0xff, value = slot->cmd.cdw11;

	if (slot->cmd.cdw10 & FEATURE_SAVE)
		return NVME_NOT_SAVEABLE;
	if (!feature_known(fid))
		return NVME_INVALID_FIELD;
	switch (fid) {
	case FEAT_QUEUES:
		if (nvme->io_queue_seen)
			return NVME_SEQUENCE;
		if ((value & 0xffff) == 0xffff || value >> 16 == 0xffff)
			return NVME_INVALID_FIELD;
		slot->dw0 = feature_default(nvme, fid);
		return NVME_OK;
	case FEAT_POWER:
		if (value & 0x1f)
			return NVME_INVALID_FIELD;
		break;
	case FEAT_TEMPERATURE:
		if (!temperature_upper(value))
			return NVME_INVALID_FIELD;
		break;
	case FEAT_VECTOR:
		if ((value & 0xffff) > nvme->nr_queues)
			return NVME_INVALID_FIELD;
		break;
	}
	nvme->features[fid] = value;
	return NVME_OK;
}

static u32 features_get(struct nvme *nvme, struct nvme_slot *slot)
{
	u32 fid = slot->cmd.cdw10 & 0xff, select = field(slot->cmd.cdw10, 10, 8);

	if (!feature_known(fid) || select > 3)
		return NVME_INVALID_FIELD;
	if (select == 3)
		slot->dw0 = FEATURE_CHANGEABLE;
	else if (fid == FEAT_TEMPERATURE && !temperature_upper(slot->cmd.cdw11))
		slot->dw0 = 0;
	else
		slot->dw0 = select ? feature_default(nvme, fid) : nvme->features[fid];
	return NVME_OK;
}

/* ---------------------------------------------------------------- dispatch */

void nvme_admin_begin(struct function *fn, struct nvme_slot *slot)
{
	struct nvme *nvme = nvme_of(fn);

	switch (slot->cmd.opcode) {
	case ADMIN_DELETE_SQ:
		delete_sq(nvme, slot);
		break;
	case ADMIN_CREATE_SQ:
		nvme_end(slot, create_sq(nvme, &slot->cmd));
		break;
	case ADMIN_DELETE_CQ:
		nvme_end(slot, delete_cq(nvme, &slot->cmd));
		break;
	case ADMIN_CREATE_CQ:
		nvme_end(slot, create_cq(nvme, &slot->cmd));
		break;
	case ADMIN_GET_LOG:
		nvme_log_begin(fn, slot);
		break;
	case ADMIN_IDENTIFY:
		nvme_identify_begin(fn, slot);
		break;
	case ADMIN_ABORT:
		slot->dw0 = abort_command(nvme, &slot->cmd);
		nvme_end(slot, NVME_OK);
		break;
	case ADMIN_SET_FEATURES:
		nvme_end(slot, features_set(nvme, slot));
		break;
	case ADMIN_GET_FEATURES:
		nvme_end(slot, features_get(nvme, slot));
		break;
	case ADMIN_AER:
		aer_begin(nvme, slot);
		break;
	default:
		nvme_end(slot, NVME_INVALID_OPCODE);
		break;
	}
}
