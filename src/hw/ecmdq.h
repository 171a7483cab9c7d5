/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Enhanced command queues: one for each CPU where the SMMU has them.
 *
 * ARM IHI 0070, 3.5.6 "Enhanced Command queue interfaces", 6.2.5. Layer 1.
 *
 * A CMD_SYNC answers for its own queue alone, so who posts in several steps stays with one queue.
 * What must be in order with others' commands (configuration, answers to faults) goes to the
 * Command queue; invalidations go to the CPU's own.
 */
#ifndef SMMU3_HW_ECMDQ_H
#define SMMU3_HW_ECMDQ_H

#include <linux/smp.h>
#include <linux/types.h>
#include "device.h"

/**
 * smmu3_ecmdq_pages() - where the control pages are
 * @smmu: the SMMU, with SMMU3_FEAT_ECMDQ
 * @base: SMMU_CMDQ_CONTROL_PAGE_BASE0 as read
 * @pa: of the first one; the others follow
 *
 * Return: bytes of all; 0 where they cannot be used, after a message.
 */
size_t smmu3_ecmdq_pages(struct smmu3_device *smmu, u64 base, phys_addr_t *pa);

/**
 * smmu3_ecmdq_init() - memory of the queues, where they are used
 * @smmu: with its control pages mapped
 *
 * Without memory there are none: slower, not wrong. Context: may sleep.
 */
void smmu3_ecmdq_init(struct smmu3_device *smmu);
void smmu3_ecmdq_fini(struct smmu3_device *smmu);

/**
 * smmu3_ecmdq_disable() - disable all that the SMMU has, whoever enabled them
 * @smmu: the SMMU; it does not translate
 *
 * Context: may sleep. Return: 0 or -ETIMEDOUT.
 */
int smmu3_ecmdq_disable(struct smmu3_device *smmu);

/**
 * smmu3_ecmdq_enable() - program and enable ours
 * @smmu: the SMMU; everything is invalidated before it translates
 *
 * Queues that do not answer the first time are not used. Context: may sleep.
 * Return: 0; -ETIMEDOUT: they have been in use, and do not answer now.
 */
int smmu3_ecmdq_enable(struct smmu3_device *smmu);

/* Serve the errors of all queues. GERROR lock held, GERROR.CMDQP_ERR acknowledged. */
void smmu3_ecmdq_errors(struct smmu3_device *smmu);

/* The queue for invalidations that begin on this CPU; the caller may move to another one. */
static inline struct smmu3_cmdq *smmu3_cmdq_mine(struct smmu3_device *smmu)
{
	struct smmu3_cmdq *ecmdqs = READ_ONCE(smmu->ecmdqs_on);

	if (likely(!ecmdqs))
		return &smmu->cmdq;
	return &ecmdqs[raw_smp_processor_id() & (smmu->nr_ecmdqs - 1)];
}

/* All queues of commands: the first is the Command queue. */
static inline unsigned int smmu3_nr_cmdqs(const struct smmu3_device *smmu)
{
	return 1 + smmu->nr_ecmdqs;
}

static inline struct smmu3_cmdq *smmu3_nth_cmdq(struct smmu3_device *smmu, unsigned int n)
{
	return n ? &smmu->ecmdqs[n - 1] : &smmu->cmdq;
}

#endif
