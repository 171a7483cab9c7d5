/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Command queue: what posting needs of waiting, where there is no room, and waiting of posting.
 *
 * ARM IHI 0070, 3.5. Layer 1, between cmdq.c and cmdq_wait.c.
 */
#ifndef SMMU3_HW_CMDQ_WAIT_H
#define SMMU3_HW_CMDQ_WAIT_H

#include <linux/ktime.h>
#include <linux/types.h>

struct smmu3_cmdq;

/* A producer or waiter that gets nowhere looks at GERROR after so many polls. */
#define SMMU3_POLLS_PER_GERROR	256

/**
 * struct smmu3_cmdq_patience - how long to wait
 * @end: until then
 * @pos: where the SMMU was when @end was last moved
 * @atc: it was moved because of ATC invalidations
 */
struct smmu3_cmdq_patience {
	ktime_t	end;
	u64	pos;
	bool	atc;
};

void smmu3_cmdq_patience_init(struct smmu3_cmdq_patience *p, ktime_t start);

/*
 * Go on waiting? A second for the SMMU itself; where it waits for a device, as long as a device may
 * take, and then a second for what stands behind.
 */
bool smmu3_cmdq_patient(struct smmu3_cmdq *cmdq, struct smmu3_cmdq_patience *p);

/* The position up to which the SMMU has consumed; what it did before is done. */
u64 smmu3_cmdq_read_cons(struct smmu3_cmdq *cmdq);

/**
 * smmu3_cmdq_lead() - post all that waits in the list, and tell each its ticket
 * @cmdq: the queue
 * @lost: the CMD_SYNC before was not completed: post nothing, all are lost
 *
 * Whose turn it is does this when the CMD_SYNC before is done. Nothing is done where somebody has
 * taken the list.
 */
void smmu3_cmdq_lead(struct smmu3_cmdq *cmdq, bool lost);

#endif
