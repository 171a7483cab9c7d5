/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An SMMU whose interrupts firmware forgot: someone has to look.
 *
 * Layer 4.
 */
#ifndef SMMU3_PLAT_POLL_H
#define SMMU3_PLAT_POLL_H

#include <linux/workqueue.h>

struct smmu3_device;

/**
 * struct smmu3_poll - looks after one SMMU
 * @work: looks, and asks for its next turn
 * @smmu: the SMMU
 */
struct smmu3_poll {
	struct delayed_work	work;
	struct smmu3_device	*smmu;
};

/**
 * smmu3_poll_start() - look once a second at what no interrupt tells of
 * @poll: the caller's, until smmu3_poll_stop()
 * @smmu: started; one line in the log says what is missing. With all its interrupts nothing happens
 *
 * Context: may sleep.
 */
void smmu3_poll_start(struct smmu3_poll *poll, struct smmu3_device *smmu);

/* No look is under way any more, and none follows. Context: may sleep. */
void smmu3_poll_stop(struct smmu3_poll *poll);

#endif
