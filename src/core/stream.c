// SPDX-License-Identifier: GPL-2.0-only
/*
 * Streams: what a StreamID of one SMMU belongs to.
 *
 * ARM IHI 0070, 3.2 "Stream numbering". Layer 2.
 * Invariant: without a master a stream aborts, unless it is held in bypass.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include "../hw/device.h"
#include "fault.h"
#include "master.h"
#include "stream.h"

/* Events printed for each stream: so many in so many jiffies. */
#define STREAM_LIMIT_INTERVAL	(5 * HZ)
#define STREAM_LIMIT_BURST	4

static struct smmu3_stream *stream_alloc(struct smmu3_device *smmu, u32 sid)
{
	struct smmu3_stream *stream = kzalloc(sizeof(*stream), GFP_KERNEL);

	if (!stream)
		return NULL;
	stream->smmu = smmu;
	stream->sid = sid;
	spin_lock_init(&stream->lock);
	INIT_LIST_HEAD(&stream->masters);
	INIT_LIST_HEAD(&stream->held_for);
	ratelimit_state_init(&stream->limit, STREAM_LIMIT_INTERVAL, STREAM_LIMIT_BURST);
	/* What is suppressed is counted in @muted and shown there. */
	ratelimit_set_flags(&stream->limit, RATELIMIT_MSG_ON_RELEASE);
	smmu3_stream_init_work(stream);
	smmu3_fault_init_stream(stream);
	return stream;
}

struct smmu3_stream *smmu3_stream_get(struct smmu3_device *smmu, u32 sid)
{
	struct smmu3_stream *stream = smmu3_stream_find(smmu, sid);
	int ret;

	lockdep_assert_held(&smmu3_attach_lock);
	if (stream)
		return stream;
	ret = smmu3_strtab_ensure(smmu, sid);
	if (ret)
		return ERR_PTR(ret);
	stream = stream_alloc(smmu, sid);
	if (!stream)
		return ERR_PTR(-ENOMEM);
	ret = xa_err(xa_store(&smmu->streams, sid, stream, GFP_KERNEL));
	if (ret) {
		kfree(stream);
		return ERR_PTR(ret);
	}
	return stream;
}

struct smmu3_stream *smmu3_stream_find(struct smmu3_device *smmu, u32 sid)
{
	return xa_load(&smmu->streams, sid);
}

static void stream_hold(struct smmu3_stream *stream, const char *note)
{
	bool attr_ovr = smmu3_device_has(stream->smmu, SMMU3_FEAT_ATTR_TYPES_OVR);
	struct smmu3_ste ste;

	stream->held_bypass = true;
	stream->note = note;
	if (!list_empty(&stream->masters))
		return;
	smmu3_ste_make_bypass(&ste, attr_ovr);
	smmu3_strtab_install(stream->smmu, stream->sid, &ste);
}

int smmu3_stream_hold_bypass(struct smmu3_device *smmu, u32 sid, const char *note)
{
	struct smmu3_stream *stream;

	mutex_lock(&smmu3_attach_lock);
	stream = smmu3_stream_get(smmu, sid);
	if (!IS_ERR(stream)) {
		stream->held_always = true;
		stream_hold(stream, note);
	}
	mutex_unlock(&smmu3_attach_lock);
	return PTR_ERR_OR_ZERO(stream);
}

static void stream_hold_end(struct smmu3_stream_hold *hold)
{
	list_del(&hold->link);
	put_device(hold->dev);
	kfree(hold);
}

/* Return: 1, or 0 where it stands there already, or -ENOMEM. */
static int stream_add_hold(struct smmu3_stream *stream, struct device *dev)
{
	struct smmu3_stream_hold *hold;

	list_for_each_entry(hold, &stream->held_for, link) {
		if (hold->dev == dev)
			return 0;
	}
	hold = kzalloc(sizeof(*hold), GFP_KERNEL);
	if (!hold)
		return -ENOMEM;
	hold->dev = get_device(dev);
	list_add_tail(&hold->link, &stream->held_for);
	return 1;
}

int smmu3_stream_hold_for(struct smmu3_device *smmu, u32 sid, struct device *dev, const char *note)
{
	struct smmu3_stream *stream;
	int ret;

	mutex_lock(&smmu3_attach_lock);
	stream = smmu3_stream_get(smmu, sid);
	ret = PTR_ERR_OR_ZERO(stream);
	if (!ret && !list_empty(&stream->masters))
		ret = -EBUSY;
	if (!ret)
		ret = stream_add_hold(stream, dev);
	if (ret > 0)
		stream_hold(stream, stream->note ?: note);
	mutex_unlock(&smmu3_attach_lock);
	return ret;
}

int smmu3_stream_take(struct smmu3_stream *stream, struct device *dev)
{
	struct smmu3_stream_hold *hold, *next;
	bool in_use = false;

	lockdep_assert_held(&smmu3_attach_lock);
	list_for_each_entry_safe(hold, next, &stream->held_for, link) {
		if (!READ_ONCE(hold->dev->driver) || device_iommu_mapped(hold->dev))
			stream_hold_end(hold);
		else if (hold->dev != dev)
			in_use = true;
	}
	if (!in_use)
		return 0;
	return stream_add_hold(stream, dev) == -ENOMEM ? -ENOMEM : -EBUSY;
}

void smmu3_stream_taken(struct smmu3_stream *stream)
{
	struct smmu3_stream_hold *hold, *next;

	lockdep_assert_held(&smmu3_attach_lock);
	list_for_each_entry_safe(hold, next, &stream->held_for, link)
		stream_hold_end(hold);
	stream->held_bypass = stream->held_always;
	if (!stream->held_always)
		stream->note = NULL;
}

void smmu3_stream_free_all(struct smmu3_device *smmu)
{
	struct smmu3_stream_hold *hold, *next;
	struct smmu3_stream *stream;
	unsigned long sid;

	/*
	 * An unmap that still reads an invalidation set from before the last master went may
	 * be using the SMMU.
	 */
	synchronize_rcu();
	smmu3_fault_fini(smmu);
	xa_for_each(&smmu->streams, sid, stream) {
		WARN_ON(!list_empty(&stream->masters));
		list_for_each_entry_safe(hold, next, &stream->held_for, link)
			stream_hold_end(hold);
		xa_erase(&smmu->streams, sid);
		cancel_work_sync(&stream->atc_work);
		kfree(stream);
	}
}

void smmu3_stream_dev_name(struct smmu3_stream *stream, char *buf, size_t sz)
{
	struct smmu3_master_stream *ms;
	unsigned long flags;

	spin_lock_irqsave(&stream->lock, flags);
	ms = list_first_entry_or_null(&stream->masters, struct smmu3_master_stream, link);
	strscpy(buf, ms ? dev_name(ms->master->dev) : "(no device)", sz);
	spin_unlock_irqrestore(&stream->lock, flags);
}
