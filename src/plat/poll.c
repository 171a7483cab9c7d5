// SPDX-License-Identifier: GPL-2.0-only
/*
 * An SMMU whose interrupts firmware forgot: someone has to look.
 *
 * Layer 4. Without it events and global errors would be seen only while somebody waits for a
 * command. Translation does not depend on interrupts, so that leaving such an SMMU alone would
 * protect nobody.
 * Invariant: nothing looks while the system sleeps, nor once smmu3_poll_stop() has returned.
 */
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/workqueue.h>
#include "../hw/device.h"
#include "../hw/irq.h"
#include "poll.h"

#define POLL_PERIOD	HZ

static void poll_look(struct work_struct *work)
{
	struct smmu3_poll *poll = container_of(work, struct smmu3_poll, work.work);

	smmu3_irq_look(poll->smmu);
	queue_delayed_work(system_freezable_wq, &poll->work, POLL_PERIOD);
}

static void poll_say(const struct smmu3_device *smmu, unsigned int missing)
{
	static const char * const names[] = { "events", "global errors", "page requests" };
	char text[64] = "";
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (missing & BIT(i))
			len += scnprintf(text + len, sizeof(text) - len, "%s%s", len ? ", " : "",
					 names[i]);
	}
	dev_warn(smmu->dev, "firmware gives no interrupt for %s: looking once a second instead\n",
		 text);
}

void smmu3_poll_start(struct smmu3_poll *poll, struct smmu3_device *smmu)
{
	unsigned int missing = smmu3_irq_missing(smmu);

	poll->smmu = smmu;
	INIT_DELAYED_WORK(&poll->work, poll_look);
	if (!missing)
		return;
	poll_say(smmu, missing);
	queue_delayed_work(system_freezable_wq, &poll->work, POLL_PERIOD);
}

void smmu3_poll_stop(struct smmu3_poll *poll)
{
	cancel_delayed_work_sync(&poll->work);
}
