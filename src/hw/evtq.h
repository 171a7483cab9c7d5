/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event queue and PRI queue: drained by a thread, records handed to a sink.
 *
 * ARM IHI 0070, 3.5, 7.2 "Event queue", 8.1 "PRI queue". Layer 1.
 * Invariant: CONS is written only after the records before it have been copied out.
 */
#ifndef SMMU3_HW_EVTQ_H
#define SMMU3_HW_EVTQ_H

#include <linux/mutex.h>
#include <linux/atomic.h>
#include "queue.h"

struct smmu3_device;

/**
 * struct smmu3_inq - a queue that the SMMU fills
 * @q: memory
 * @lock: serialises drains; protects @cons, @started
 * @started: the registers are ours to read: not before the first start, nor in a crash kernel
 * @cons: next position to read
 * @total: records read
 * @overflows: times the SMMU reported lost records
 * @ovflg: the overflow flag last acknowledged
 */
struct smmu3_inq {
	struct smmu3_queue	q;
	struct mutex		lock;
	bool			started;
	u64			cons;
	u64			total;
	u64			overflows;
	u32			ovflg;
};

int smmu3_evtq_init(struct smmu3_device *smmu);
void smmu3_evtq_fini(struct smmu3_device *smmu);
void smmu3_evtq_start(struct smmu3_device *smmu);
/**
 * smmu3_evtq_drain() - hand all records to smmu->sink->event
 * @smmu: the SMMU
 *
 * At most a queue full of them; what is left, because the SMMU goes on writing, is left to
 * smmu->drain_work.
 *
 * Context: may sleep.
 * Return: true if there was any.
 */
bool smmu3_evtq_drain(struct smmu3_device *smmu);
/**
 * smmu3_evtq_catch_up() - hand to smmu->sink->event what had been published before this was called
 * @smmu: the SMMU
 *
 * As a CMD_SYNC sees to (4.7.3). Reads no register where there is nothing.
 *
 * Context: may sleep.
 */
void smmu3_evtq_catch_up(struct smmu3_device *smmu);

int smmu3_priq_init(struct smmu3_device *smmu);
void smmu3_priq_fini(struct smmu3_device *smmu);
void smmu3_priq_start(struct smmu3_device *smmu);
bool smmu3_priq_drain(struct smmu3_device *smmu);
void smmu3_priq_catch_up(struct smmu3_device *smmu);

/* The registers are not to be read any more until the next start. May sleep. */
void smmu3_evtq_stop(struct smmu3_device *smmu);
void smmu3_priq_stop(struct smmu3_device *smmu);

#endif
