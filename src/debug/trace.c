// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one place where the tracepoints are made, and what they gather.
 *
 * Beside the layers. Reads any layer, changes none; a record costs nothing while its tracepoint is
 * off.
 */
#ifndef SMMU3_MMIO_STUB
#include "../core/fault.h"
#include "../core/inv.h"
#include "../core/master.h"
#include "../core/space.h"
#include "../core/stream.h"
#include "../fmt/evt.h"
#include "../hw/device.h"
#include "trace.h"

#define CREATE_TRACE_POINTS
#include <trace/events/smmu3.h>

void smmu3_trace_cmd_on(const struct smmu3_device *smmu, u64 q0, u64 q1)
{
	trace_smmu3_cmd(smmu->dev, q0, q1);
}

void smmu3_trace_entry_on(const struct smmu3_device *smmu, bool is_cd, u32 sid, u32 ssid,
			  const struct smmu3_entry_plan *plan)
{
	trace_smmu3_entry(smmu->dev, is_cd, sid, ssid, plan->nr_stores, plan->nr_syncs,
			  plan->hitless);
}

void smmu3_trace_attach_on(const struct smmu3_master *master, u32 ssid, unsigned int from,
			   unsigned int to, const struct smmu3_space *space)
{
	const struct smmu3_tag *tag = NULL;

	if (to != SMMU3_TRANSLATE)
		space = NULL;
	if (space)
		tag = smmu3_space_tag(space, master->smmu);
	trace_smmu3_attach(master->smmu->dev, master->dev, ssid, from, to,
			   space ? space->owner_name : "-", tag ? tag->id : 0);
}

void smmu3_trace_inv_on(const struct smmu3_space *space, u64 iova, u64 size, u64 granule, bool leaf)
{
	unsigned int tlbs = 0, atcs = 0, tag = 0, i;
	const struct smmu3_inv_set *set;

	rcu_read_lock();
	set = rcu_dereference(space->inv);
	for (i = 0; i < set->nr; i++) {
		/* What the CPUs maintain gets no command. */
		if (!READ_ONCE(set->entry[i].users) || set->entry[i].shared)
			continue;
		if (set->entry[i].kind == SMMU3_INV_ATC) {
			atcs++;
			continue;
		}
		tag = tlbs++ ? tag : set->entry[i].tag;
	}
	rcu_read_unlock();
	trace_smmu3_inv(space, tag, iova, size, granule, leaf, tlbs, atcs);
}

void smmu3_trace_asid_move_on(const struct smmu3_tag *tag, u16 from, bool lost)
{
	trace_smmu3_asid_move(tag->smmu->dev, tag->space->owner_name ?: "(unnamed)", from, tag->id,
			      lost);
}

void smmu3_trace_event_on(const struct smmu3_device *smmu, const struct smmu3_evt *evt)
{
	trace_smmu3_event(smmu->dev, evt->sid, evt->type, evt->raw);
}

void smmu3_trace_fault_on(const struct smmu3_stream *stream, u32 ssid, u16 tag, bool stall,
			  const struct smmu3_fault *fault)
{
	unsigned int access = fault->read | fault->write << 1 | fault->exec << 2 | fault->priv << 3;

	trace_smmu3_fault(stream->smmu->dev, stream->sid, ssid, tag, stall, fault->addr, access);
}

void smmu3_trace_fault_answer_on(const struct smmu3_stream *stream, u32 ssid, u16 tag, bool stall,
				 bool ok, ktime_t since)
{
	trace_smmu3_fault_answer(stream->smmu->dev, stream->sid, ssid, tag, stall, ok,
				 ktime_to_ns(ktime_sub(ktime_get(), since)));
}
#endif
