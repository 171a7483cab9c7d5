// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event queue and PRI queue: drained by a thread, records handed to a sink.
 *
 * ARM IHI 0070, 3.5, 7.2 "Event queue", 7.4 "Event queue overflow", 8.1 "PRI queue overflow".
 * Layer 1. Invariants: CONS is written only after the records before it have been copied out. An
 * entry that holds no record is all ones, which no record is, unless the SMMU is about to publish
 * one there.
 */
#include <linux/sched.h>
#include <linux/string.h>
#include "../fmt/evt.h"
#include "../fmt/pri.h"
#include "device.h"
#include "mmio.h"

#define INQ_QWORDS_MAX	EVT_QWORDS
#define INQ_NO_RECORD	0xff	/* each byte */

/**
 * struct inq_regs - what differs between the two queues
 * @base: REG_*_BASE
 * @prod: REG_*_PROD
 * @cons: REG_*_CONS
 */
struct inq_regs {
	u32 base, prod, cons;
};

static const struct inq_regs evtq_regs = { REG_EVENTQ_BASE, REG_EVENTQ_PROD, REG_EVENTQ_CONS };
static const struct inq_regs priq_regs = { REG_PRIQ_BASE, REG_PRIQ_PROD, REG_PRIQ_CONS };

static void inq_start(struct smmu3_device *smmu, struct smmu3_inq *inq, const struct inq_regs *regs)
{
	memset(inq->q.base, INQ_NO_RECORD,
	       smmu3_queue_nr(&inq->q) * inq->q.ent_qwords * sizeof(__le64));
	smmu3_queue_program(&inq->q, smmu3_mmio_addr(smmu, regs->base));
	inq->cons = 0;
	inq->ovflg = 0;
	smmu3_write32(smmu, regs->prod, 0);
	smmu3_write32(smmu, regs->cons, 0);
	inq->started = true;
}

/*
 * A toggled overflow flag says that records were lost since the last acknowledgement, which is to
 * write the flag back with CONS.
 */
static bool inq_overflowed(struct smmu3_inq *inq, u32 prod)
{
	if ((prod & Q_OVFLG) == inq->ovflg)
		return false;
	inq->ovflg = prod & Q_OVFLG;
	inq->overflows++;
	return true;
}

static void inq_write_cons(struct smmu3_device *smmu, const struct smmu3_inq *inq,
			   const struct inq_regs *regs)
{
	/* The copies are complete before the SMMU may write there again. */
	mb();
	smmu3_write32(smmu, regs->cons, smmu3_queue_reg(&inq->q, inq->cons) | inq->ovflg);
}

/* More than a queue full is no state of a working SMMU: believe no record, and begin anew there. */
static void inq_resync(struct smmu3_device *smmu, struct smmu3_inq *inq,
		       const struct inq_regs *regs, u32 prod)
{
	dev_err_ratelimited(smmu->dev, "queue index %#x is impossible, what is there is skipped\n",
			    prod);
	inq->cons = smmu3_queue_pos(&inq->q, inq->cons, prod);
	inq->ovflg = prod & Q_OVFLG;
	inq->overflows++;
	inq_write_cons(smmu, inq, regs);
}

static void inq_take(const struct smmu3_inq *inq, __le64 *record)
{
	__le64 *ent = smmu3_queue_ent(&inq->q, inq->cons);
	size_t sz = inq->q.ent_qwords * sizeof(*ent);

	memcpy(record, ent, sz);
	memset(ent, INQ_NO_RECORD, sz);
}

/*
 * What PROD publishes is in memory before (3.5.2): where there is no record, PROD does not say that
 * there is one, and need not be read.
 */
static bool inq_may_have_record(const struct smmu3_inq *inq)
{
	const __le64 *ent = smmu3_queue_ent(&inq->q, inq->cons);
	unsigned int i;

	lockdep_assert_held(&inq->lock);
	/* After whatever told the caller that there may be one. */
	dma_rmb();
	for (i = 0; i < inq->q.ent_qwords; i++) {
		if (READ_ONCE(ent[i]) != cpu_to_le64(~0ULL))
			return true;
	}
	return false;
}

static bool inq_drain(struct smmu3_device *smmu, struct smmu3_inq *inq, const struct inq_regs *regs,
		      void (*sink)(struct smmu3_device *smmu, const __le64 *record),
		      void (*lost)(struct smmu3_device *smmu))
{
	u64 limit = inq->cons + smmu3_queue_nr(&inq->q), end;
	__le64 record[INQ_QWORDS_MAX];
	bool any = false;
	u32 prod;

	lockdep_assert_held(&inq->lock);
	while (inq->started) {
		prod = smmu3_read32_acquire(smmu, regs->prod);
		end = smmu3_queue_pos(&inq->q, inq->cons, prod);
		if (end - inq->cons > smmu3_queue_nr(&inq->q)) {
			inq_resync(smmu, inq, regs, prod);
			if (lost)
				lost(smmu);
			break;
		}
		if (inq_overflowed(inq, prod) && lost) {
			lost(smmu);
		} else if (end == inq->cons) {
			break;
		} else if (inq->cons == limit) {
			schedule_work(&smmu->drain_work);
			break;
		}
		for (end = min(end, limit); inq->cons != end; inq->cons++) {
			inq_take(inq, record);
			inq->total++;
			any = true;
			if (sink)
				sink(smmu, record);
			cond_resched();
		}
		inq_write_cons(smmu, inq, regs);
	}
	return any;
}

static void inq_stop(struct smmu3_inq *inq)
{
	mutex_lock(&inq->lock);
	inq->started = false;
	mutex_unlock(&inq->lock);
}

static int inq_init(struct smmu3_device *smmu, struct smmu3_inq *inq, const char *name, u8 lg2,
		    u8 qwords, u32 base_reg, u8 lg2_max)
{
	mutex_init(&inq->lock);
	return smmu3_queue_alloc(smmu, &inq->q, name, lg2, qwords, base_reg, lg2_max);
}

int smmu3_evtq_init(struct smmu3_device *smmu)
{
	return inq_init(smmu, &smmu->evtq, "event",
			smmu3_evtq_lg2(smmu->feat.evtq_lg2_max, smmu->feat.stall_max, smmu->kdump),
			EVT_QWORDS, REG_EVENTQ_BASE, smmu->feat.evtq_lg2_max);
}

void smmu3_evtq_fini(struct smmu3_device *smmu)
{
	smmu3_queue_free(smmu, &smmu->evtq.q);
}

void smmu3_evtq_start(struct smmu3_device *smmu)
{
	mutex_lock(&smmu->evtq.lock);
	inq_start(smmu, &smmu->evtq, &evtq_regs);
	mutex_unlock(&smmu->evtq.lock);
}

void smmu3_evtq_stop(struct smmu3_device *smmu)
{
	inq_stop(&smmu->evtq);
}

static bool evtq_drain(struct smmu3_device *smmu)
{
	return inq_drain(smmu, &smmu->evtq, &evtq_regs, smmu->sink->event,
			 smmu->sink->event_lost);
}

bool smmu3_evtq_drain(struct smmu3_device *smmu)
{
	bool any;

	mutex_lock(&smmu->evtq.lock);
	any = evtq_drain(smmu);
	mutex_unlock(&smmu->evtq.lock);
	return any;
}

void smmu3_evtq_catch_up(struct smmu3_device *smmu)
{
	mutex_lock(&smmu->evtq.lock);
	if (inq_may_have_record(&smmu->evtq))
		evtq_drain(smmu);
	mutex_unlock(&smmu->evtq.lock);
}

int smmu3_priq_init(struct smmu3_device *smmu)
{
	return inq_init(smmu, &smmu->priq, "PRI",
			smmu3_priq_lg2(smmu->feat.priq_lg2_max, smmu->kdump),
			PRI_QWORDS, REG_PRIQ_BASE, smmu->feat.priq_lg2_max);
}

void smmu3_priq_fini(struct smmu3_device *smmu)
{
	smmu3_queue_free(smmu, &smmu->priq.q);
}

void smmu3_priq_start(struct smmu3_device *smmu)
{
	mutex_lock(&smmu->priq.lock);
	inq_start(smmu, &smmu->priq, &priq_regs);
	mutex_unlock(&smmu->priq.lock);
}

void smmu3_priq_stop(struct smmu3_device *smmu)
{
	if (smmu3_device_has(smmu, SMMU3_FEAT_PRI))
		inq_stop(&smmu->priq);
}

static bool priq_drain(struct smmu3_device *smmu)
{
	return inq_drain(smmu, &smmu->priq, &priq_regs, smmu->sink->pri, smmu->sink->pri_lost);
}

bool smmu3_priq_drain(struct smmu3_device *smmu)
{
	bool any;

	mutex_lock(&smmu->priq.lock);
	any = priq_drain(smmu);
	mutex_unlock(&smmu->priq.lock);
	return any;
}

void smmu3_priq_catch_up(struct smmu3_device *smmu)
{
	mutex_lock(&smmu->priq.lock);
	if (inq_may_have_record(&smmu->priq))
		priq_drain(smmu);
	mutex_unlock(&smmu->priq.lock);
}
