/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Streams: what a StreamID of one SMMU belongs to.
 *
 * ARM IHI 0070, 3.2 "Stream numbering". Layer 2.
 * Invariant: a stream object, once made, lives as long as its SMMU: counters and tables can be read
 * when its device has gone. Several masters may share one stream (PCI functions behind a bridge).
 */
#ifndef SMMU3_CORE_STREAM_H
#define SMMU3_CORE_STREAM_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/ratelimit_types.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct device;
struct smmu3_device;
struct smmu3_master;

/* Event types 0x00 to 0x25 by number; the last slot counts all others. */
#define SMMU3_STREAM_EVENT_SLOTS	0x27

/**
 * struct smmu3_stream_hold - a device in use, without a master
 * @link: in stream->held_for
 * @dev: the device, with a reference
 */
struct smmu3_stream_hold {
	struct list_head	link;
	struct device		*dev;
};

/**
 * struct smmu3_stream - one StreamID
 * @smmu: its SMMU
 * @sid: StreamID
 * @lock: protects @masters against readers without the attach lock
 * @masters: &struct smmu3_master_stream.link; changed under the attach lock and @lock
 * @limit: limits the events printed, so that one noisy stream hides no other
 * @muted: events not printed
 * @events: events by type
 * @pris: page requests
 * @held_bypass: without a master the STE is bypass, not abort: one of the next two holds
 * @held_always: firmware reserved memory for it (RMR)
 * @held_for: &struct smmu3_stream_hold.link: devices that were in use before this driver came;
 *	the hold ends when the last of them has got a master or is not in use any more. Attach
 *	lock
 * @note: why @held_bypass, a constant text; NULL otherwise
 * @atc_failed: the ATC does not answer: it is not asked any more and its STE refuses ATS. Set in
 *	any context, cleared with the first master
 * @atc_barred: the SMMU is known to let no translated request of it pass, because of @atc_failed
 * @atc_stale: the SMMU was off, so that the ATC may hold what was unmapped: its STE refuses ATS
 *	until the ATC has been emptied
 * @atc_work: takes ATS away from the masters whose ATC does not answer
 * @prg_pasid: answers to page requests carry the PASID
 * @fault_lock: protects what waits for an answer, and is held while it is answered
 * @fault_groups: groups of faults that are being served (fault.c)
 * @fault_partials: page requests that wait for the last one of their group
 * @nr_fault_partials: how many
 * @debug: private to the debug folder
 */
struct smmu3_stream {
	struct smmu3_device	*smmu;
	u32			sid;
	spinlock_t		lock;
	struct list_head	masters;
	struct ratelimit_state	limit;
	u64			muted;
	u64			events[SMMU3_STREAM_EVENT_SLOTS];
	u64			pris;
	bool			held_bypass;
	bool			held_always;
	struct list_head	held_for;
	const char		*note;
	bool			atc_failed;
	bool			atc_barred;
	bool			atc_stale;
	struct work_struct	atc_work;
	bool			prg_pasid;
	struct mutex		fault_lock;	/* protects fault_groups, fault_partials */
	struct list_head	fault_groups;
	struct list_head	fault_partials;
	unsigned int		nr_fault_partials;
	void			*debug;
};

/**
 * struct smmu3_master_stream - one StreamID of one master
 * @stream: the stream
 * @master: the master
 * @link: in stream->masters
 */
struct smmu3_master_stream {
	struct smmu3_stream	*stream;
	struct smmu3_master	*master;
	struct list_head	link;
};

/**
 * smmu3_stream_get() - the stream of a StreamID, made where there is none
 * @smmu: the SMMU
 * @sid: StreamID
 *
 * Makes sure that its STE exists. Context: may sleep, attach lock held.
 * Return: the stream, or ERR_PTR: -ERANGE beyond the stream table, -ENOMEM.
 */
struct smmu3_stream *smmu3_stream_get(struct smmu3_device *smmu, u32 sid);

/* The stream of a StreamID, or NULL. Any context in which the SMMU exists. */
struct smmu3_stream *smmu3_stream_find(struct smmu3_device *smmu, u32 sid);

/**
 * smmu3_stream_hold_bypass() - let a stream without a master pass untranslated, for good
 * @smmu: the SMMU
 * @sid: StreamID
 * @note: a constant text that says why; shown in debugfs
 *
 * Context: may sleep; takes the attach lock. Before or after the SMMU is enabled.
 * Return: 0, -ERANGE, -ENOMEM.
 */
int smmu3_stream_hold_bypass(struct smmu3_device *smmu, u32 sid, const char *note);

/**
 * smmu3_stream_hold_for() - let a stream pass untranslated while a device is in use without a
 * master
 * @smmu: the SMMU
 * @sid: StreamID
 * @dev: the device; it has a driver and no IOMMU group
 * @note: as above
 *
 * Context: as above.
 * Return: 1; 0: it is held for @dev already; -EBUSY: another device has a master there; -ERANGE,
 * -ENOMEM.
 */
int smmu3_stream_hold_for(struct smmu3_device *smmu, u32 sid, struct device *dev, const char *note);

/**
 * smmu3_stream_take() - may a master of a device be put on a stream
 * @stream: the stream
 * @dev: the device
 *
 * Not while another device uses the stream untranslated: translation would end its DMA. @dev,
 * which goes on untranslated then, is one more that the stream is held for.
 *
 * Context: attach lock held.
 * Return: 0, -EBUSY.
 */
int smmu3_stream_take(struct smmu3_stream *stream, struct device *dev);

/* A master is on the stream: what smmu3_stream_hold_for() began ends. Attach lock held. */
void smmu3_stream_taken(struct smmu3_stream *stream);

/* Layer 2 only: give a new stream the work of event.c. */
void smmu3_stream_init_work(struct smmu3_stream *stream);

/* Free all streams of an SMMU that is going: no master, no interrupt any more. */
void smmu3_stream_free_all(struct smmu3_device *smmu);

/**
 * smmu3_stream_dev_name() - a name for messages
 * @stream: the stream
 * @buf: filled with the name of the first device that uses it, or "(no device)"
 * @sz: size of @buf
 *
 * Context: any.
 */
void smmu3_stream_dev_name(struct smmu3_stream *stream, char *buf, size_t sz);

#endif
