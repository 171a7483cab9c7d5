// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events and page requests: counted, limited for each stream, printed, answered.
 *
 * ARM IHI 0070, chapter 7 "Faults, errors and Event queue", chapter 8 "Page request queue". Layer
 * 2. Invariant: a stalled transaction and the last request of a group are answered, whoever
 * asked.
 */
#include <linux/ratelimit.h>
#include "../debug/trace.h"
#include "../fmt/evt.h"
#include "../fmt/pri.h"
#include "attach.h"
#include "atc.h"
#include "event.h"
#include "fault.h"
#include "master.h"
#include "stream.h"

static void event_count(struct smmu3_stream *stream, u8 type)
{
	stream->events[min_t(unsigned int, type, SMMU3_STREAM_EVENT_SLOTS - 1)]++;
}

static void event_print(struct smmu3_device *smmu, struct smmu3_stream *stream,
			const struct smmu3_evt *evt)
{
	struct smmu3_ste *ste = evt->has_sid ? smmu3_strtab_ste(smmu, evt->sid) : NULL;
	char name[64] = "(no device)", text[256];
	char ste_text[SMMU3_STE_TEXT_SZ] = "none";

	if (stream)
		smmu3_stream_dev_name(stream, name, sizeof(name));
	smmu3_evt_to_text(text, sizeof(text), evt);
	if (ste)
		smmu3_ste_to_text(ste_text, sizeof(ste_text), ste);
	dev_err(smmu->dev, "event from %s: %s; STE: %s\n", name, text, ste_text);
}

static void event_sink_event(struct smmu3_device *smmu, const __le64 *record)
{
	static DEFINE_RATELIMIT_STATE(strays, 5 * HZ, 4);
	struct smmu3_stream *stream = NULL;
	struct smmu3_evt evt;

	smmu3_evt_decode(&evt, record);
	smmu3_trace_event(smmu, &evt);
	if (evt.has_sid)
		stream = smmu3_stream_find(smmu, evt.sid);
	if (stream)
		event_count(stream, evt.type);
	/* What is served is no error, even if it ends as one for the device. */
	if (evt.stall && smmu3_fault_stall(smmu, stream, &evt))
		return;
	if (!smmu3_fault_is_users(stream, &evt) &&
	    __ratelimit(stream ? &stream->limit : &strays)) {
		event_print(smmu, stream, &evt);
		return;
	}
	if (stream)
		stream->muted++;
	atomic64_inc(&smmu->events_muted);
}

static void event_sink_lost(struct smmu3_device *smmu)
{
	dev_err_ratelimited(smmu->dev, "event queue overflow: events were lost\n");
}

static void event_sink_pri(struct smmu3_device *smmu, const __le64 *record)
{
	struct smmu3_stream *stream;
	struct smmu3_pri pri;

	smmu3_pri_decode(&pri, record);
	stream = smmu3_stream_find(smmu, pri.sid);
	if (stream)
		stream->pris++;
	smmu3_fault_request(smmu, stream, &pri);
}

static void event_sink_pri_lost(struct smmu3_device *smmu)
{
	/* The SMMU answered the requests that it could not queue (8.1, automatic response). */
	dev_err_ratelimited(smmu->dev, "PRI queue overflow: page requests were lost\n");
	smmu3_fault_lost(smmu);
}

/*
 * Traffic that passes untranslated is the one thing that a translated device must not have: its
 * addresses mean something else. So it may pass only where every device with a master goes
 * untranslated, too. Without the attach lock, whose holder may be waiting for this recovery.
 */
static bool event_sink_must_pass(struct smmu3_device *smmu)
{
	struct smmu3_master_stream *ms;
	struct smmu3_stream *stream;
	bool held = false, other = false;
	unsigned long sid, flags;

	xa_for_each(&smmu->streams, sid, stream) {
		held |= stream->held_bypass;
		spin_lock_irqsave(&stream->lock, flags);
		list_for_each_entry(ms, &stream->masters, link)
			other |= READ_ONCE(ms->master->rid.kind) != SMMU3_IDENTITY ||
				 READ_ONCE(ms->master->nr_pasids);
		spin_unlock_irqrestore(&stream->lock, flags);
	}
	return held && !other && !smmu->kdump;
}

/* In memory only: the SMMU is off, and has nothing cached when it goes on. */
static void event_sink_starting(struct smmu3_device *smmu)
{
	struct smmu3_stream *stream;
	unsigned long sid, flags;

	smmu3_fault_forget(smmu);
	xa_for_each(&smmu->streams, sid, stream) {
		spin_lock_irqsave(&stream->lock, flags);
		if (!list_empty(&stream->masters))
			WRITE_ONCE(stream->atc_stale, true);
		spin_unlock_irqrestore(&stream->lock, flags);
		if (stream->atc_stale)
			smmu3_strtab_clear_eats(smmu, sid);
	}
}

/*
 * Everything was invalidated but the ATCs, whose invalidations were dropped while the SMMU was
 * down: they are emptied, and let in again.
 */
static void event_sink_started(struct smmu3_device *smmu)
{
	struct smmu3_master_stream *ms;
	struct smmu3_stream *stream;
	unsigned long sid;

	mutex_lock(&smmu3_attach_lock);
	xa_for_each(&smmu->streams, sid, stream) {
		list_for_each_entry(ms, &stream->masters, link)
			smmu3_atc_inv_all(ms->master);
	}
	xa_for_each(&smmu->streams, sid, stream)
		WRITE_ONCE(stream->atc_stale, false);
	xa_for_each(&smmu->streams, sid, stream) {
		list_for_each_entry(ms, &stream->masters, link)
			smmu3_attach_admit_ats(ms->master);
	}
	mutex_unlock(&smmu3_attach_lock);
}

static void event_atc_work(struct work_struct *work)
{
	struct smmu3_stream *stream = container_of(work, struct smmu3_stream, atc_work);
	struct smmu3_master_stream *ms;

	mutex_lock(&smmu3_attach_lock);
	/* Else the device has gone and another has come. */
	if (stream->atc_failed) {
		list_for_each_entry(ms, &stream->masters, link)
			smmu3_attach_quarantine_ats(ms->master);
	}
	mutex_unlock(&smmu3_attach_lock);
}

void smmu3_stream_init_work(struct smmu3_stream *stream)
{
	INIT_WORK(&stream->atc_work, event_atc_work);
}

static void event_sink_atc_timeout(struct smmu3_device *smmu, u32 sid)
{
	struct smmu3_stream *stream = smmu3_stream_find(smmu, sid);

	if (!stream)
		return;
	WRITE_ONCE(stream->atc_failed, true);
	/* Before the SMMU may complete what waits: pairs with the end of that wait. */
	WRITE_ONCE(smmu3_atc_failed_ever, true);
	schedule_work(&stream->atc_work);
}

/* Called under the lock of the STE's word: smmu3_atc_bar() comes before or after the store. */
static bool event_sink_ats_barred(struct smmu3_device *smmu, u32 sid)
{
	struct smmu3_stream *stream = smmu3_stream_find(smmu, sid);

	return stream && (READ_ONCE(stream->atc_failed) || READ_ONCE(stream->atc_stale));
}

const struct smmu3_sink smmu3_event_sink = {
	.event		= event_sink_event,
	.event_lost	= event_sink_lost,
	.pri		= event_sink_pri,
	.pri_lost	= event_sink_pri_lost,
	.atc_timeout	= event_sink_atc_timeout,
	.ats_barred	= event_sink_ats_barred,
	.must_pass	= event_sink_must_pass,
	.starting	= event_sink_starting,
	.started	= event_sink_started,
};
