// SPDX-License-Identifier: GPL-2.0-only
/*
 * events: how many of each type from each stream.
 *
 * ARM IHI 0070, 7.3. Beside the layers.
 */
#include <linux/seq_file.h>
#include "../core/master.h"
#include "../core/stream.h"
#include "../fmt/evt.h"
#include "../hw/device.h"
#include "../hw/gerror.h"
#include "views.h"

static void events_print_stream(struct seq_file *m, struct smmu3_stream *stream, u64 *seen)
{
	const struct smmu3_master *master = smmu3_peek_master(stream);
	const char *dev = master ? dev_name(master->dev) : "-";
	unsigned int type;
	u64 nr;

	for (type = 0; type < SMMU3_STREAM_EVENT_SLOTS; type++) {
		nr = READ_ONCE(stream->events[type]);
		if (!nr)
			continue;
		*seen += nr;
		seq_printf(m, "%#x %s %s %llu\n", stream->sid, dev,
			   type == SMMU3_STREAM_EVENT_SLOTS - 1 ? "OTHER" : smmu3_evt_name(type),
			   nr);
	}
	if (READ_ONCE(stream->muted))
		seq_printf(m, "%#x %s not_printed %llu\n", stream->sid, dev,
			   READ_ONCE(stream->muted));
	if (READ_ONCE(stream->pris))
		seq_printf(m, "%#x %s page_requests %llu\n", stream->sid, dev,
			   READ_ONCE(stream->pris));
}

int smmu3_debug_events_show(struct seq_file *m, void *unused)
{
	struct smmu3_device *smmu = m->private;
	u64 total = READ_ONCE(smmu->evtq.total), seen = 0;
	struct smmu3_stream *stream;
	unsigned long sid;
	unsigned int bit;

	seq_printf(m, "# events of %s\n", dev_name(smmu->dev));
	seq_printf(m, "events: %llu\n", total);
	seq_printf(m, "overflows: %llu\n", READ_ONCE(smmu->evtq.overflows));
	seq_printf(m, "not_printed: %llu\n", (u64)atomic64_read(&smmu->events_muted));
	for (bit = 0; bit < ARRAY_SIZE(smmu->gerrors); bit++) {
		if (smmu3_gerror_name(bit))
			seq_printf(m, "gerror %s: %u\n", smmu3_gerror_name(bit),
				   atomic_read(&smmu->gerrors[bit]));
	}
	seq_puts(m, "# sid device type count\n");
	mutex_lock(&smmu3_attach_lock);
	xa_for_each(&smmu->streams, sid, stream)
		events_print_stream(m, stream, &seen);
	mutex_unlock(&smmu3_attach_lock);
	/* Of StreamIDs that no device has, or without one. */
	if (total > seen)
		seq_printf(m, "- - any %llu\n", total - seen);
	return 0;
}
