/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One SMMU.
 *
 * ARM IHI 0070, chapter 6. Layer 1: knows registers, queues and tables, and no domain.
 */
#ifndef SMMU3_HW_DEVICE_H
#define SMMU3_HW_DEVICE_H

#include <linux/device.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include "../fmt/regs.h"
#include "../fmt/idr.h"
#include "cmdq.h"
#include "evtq.h"
#include "strtab.h"
#include "cdtab.h"

struct dma_pool;
struct smmu3_device;

/**
 * struct smmu3_sink - where layer 1 hands up what the SMMU reports
 * @event: one record of the event queue, little-endian words; called in a thread
 * @event_lost: the event queue overflowed
 * @atc_timeout: a device did not answer an ATC invalidation, or not yet; any context
 * @ats_barred: shall the STE of a StreamID refuse ATS, whatever is installed? Any context
 * @pri: one record of the PRI queue
 * @pri_lost: the PRI queue overflowed
 * @must_pass: do devices depend on traffic passing while the SMMU is off for recovery, and does
 *	none depend on the contrary? Any context
 * @starting: the SMMU is about to be enabled, everything has been or will be invalidated but ATCs;
 *	no commands
 * @started: it is enabled again, after a failure or a sleep; may sleep
 */
struct smmu3_sink {
	void (*event)(struct smmu3_device *smmu, const __le64 *record);
	void (*event_lost)(struct smmu3_device *smmu);
	void (*atc_timeout)(struct smmu3_device *smmu, u32 sid);
	bool (*ats_barred)(struct smmu3_device *smmu, u32 sid);
	void (*pri)(struct smmu3_device *smmu, const __le64 *record);
	void (*pri_lost)(struct smmu3_device *smmu);
	bool (*must_pass)(struct smmu3_device *smmu);
	void (*starting)(struct smmu3_device *smmu);
	void (*started)(struct smmu3_device *smmu);
};

/**
 * struct smmu3_irqs - interrupt lines, from firmware or MSI
 * @event: Linux interrupt of the event queue, 0: none
 * @pri: of the PRI queue
 * @gerror: of global errors
 * @combined: one line for all three
 * @msi: the three were allocated as MSIs
 */
struct smmu3_irqs {
	int	event, pri, gerror, combined;
	bool	msi;
};

/**
 * struct smmu3_device - one SMMU
 * @dev: the platform device; messages and DMA memory go through it
 * @reg_pa: physical address of its registers
 * @page0: register page 0
 * @page1: register page 1 (or page 0 again, SMMU3_QUIRK_PAGE0_ONLY)
 * @regs: ID registers as read
 * @feat: what they mean
 * @quirks: BIT(enum smmu3_quirk)
 * @kdump: this is a crash kernel: small queues
 * @open_when_off: traffic passes, instead of aborting, while the SMMU is disabled: streams held in
 *	bypass are live. Set around one disable and enable only
 * @sink: where records go
 * @cmdq_lg2: log2 of the commands wanted in it; 0: SMMU3_CMDQ_LG2
 * @cmdq: command queue
 * @ecmdq_pages: registers of all enhanced command queues that it has; NULL without
 * @one_cmdq: none of them is to be used
 * @ecmdqs: those that are used
 * @nr_ecmdqs: how many, a power of two, or 0
 * @ecmdqs_on: @ecmdqs once they may be posted to
 * @evtq: event queue
 * @priq: PRI queue, with SMMU3_FEAT_PRI
 * @strtab: stream table
 * @cd_pool: small CD tables (64 bytes)
 * @irqs: interrupt lines
 * @msi_cfg: address, data and attributes of each MSI, kept to be written again on reset: event,
 *	gerror, pri
 * @gerror_lock: serialises handling of GERROR
 * @gerrors: errors seen, by bit of GERROR
 * @reset_lock: serialises reset, suspend, resume and recovery
 * @recover_work: runs smmu3_device_recover()
 * @drain_work: empties event and PRI queue where no interrupt will come
 * @enabled: SMMUEN is on, or a recovery is about to turn it on
 * @recovered_at: when that was
 * @vain_recoveries: recoveries in a row after each of which no wait ended well
 * @recoveries: successful recoveries
 * @dead: a recovery failed; the SMMU aborts all traffic or, where it could not even be stopped,
 *	invalidations fail
 * @cdtab_bytes: bytes of all CD tables
 * @asids: ASID -> user (layer 2)
 * @vmids: VMID -> user (layer 2)
 * @streams: StreamID -> struct smmu3_stream (layer 2)
 * @attaches: attach operations done (layer 2)
 * @answers: faults answered (layer 2)
 * @answers_synced: so many of these have had their effect (layer 2)
 * @tags_lost: ASIDs and VMIDs that could not be flushed (layer 2)
 * @asid_moves: ASIDs that were replaced by others in use (layer 2)
 * @asids_unshared: processes with a private ASID although the SMMU listens to the CPUs (layer 2)
 * @events_muted: events not printed because their stream was too noisy (layer 2)
 * @debug: private to the debug folder
 */
struct smmu3_device {
	struct device		*dev;
	phys_addr_t		reg_pa;
	void __iomem		*page0;
	void __iomem		*page1;
	struct smmu3_idr_regs	regs;
	struct smmu3_features	feat;
	u32			quirks;
	bool			kdump;
	bool			open_when_off;
	const struct smmu3_sink	*sink;

	u8			cmdq_lg2;
	struct smmu3_cmdq	cmdq;
	void __iomem		*ecmdq_pages;
	bool			one_cmdq;
	unsigned int		nr_ecmdqs;
	struct smmu3_cmdq	*ecmdqs;
	struct smmu3_cmdq	*ecmdqs_on;
	struct smmu3_inq	evtq;
	struct smmu3_inq	priq;
	struct smmu3_strtab	strtab;
	struct dma_pool		*cd_pool;

	struct smmu3_irqs	irqs;
	struct smmu3_msi_cfg {
		u64	addr;
		u32	data;
		u32	attr;
	}			msi_cfg[3];

	raw_spinlock_t		gerror_lock;
	atomic_t		gerrors[10];
	struct mutex		reset_lock;
	struct work_struct	recover_work;
	struct work_struct	drain_work;
	ktime_t			recovered_at;
	unsigned int		vain_recoveries;
	bool			enabled;
	u64			recoveries;
	bool			dead;
	atomic_long_t		cdtab_bytes;

	struct xarray		asids;
	struct xarray		vmids;
	struct xarray		streams;
	u64			attaches;
	atomic64_t		answers;
	atomic64_t		answers_synced;
	u64			tags_lost;
	u64			asid_moves;
	u64			asids_unshared;
	atomic64_t		events_muted;
	void			*debug;
};

static inline bool smmu3_device_has(const struct smmu3_device *smmu, enum smmu3_feat f)
{
	return smmu3_has(&smmu->feat, f);
}

/* Read the ID registers into @smmu->regs. */
void smmu3_device_read_idr(struct smmu3_device *smmu);

/**
 * smmu3_device_init() - memory of an SMMU whose features are decoded
 * @smmu: with dev, registers, regs, feat, quirks, sink set
 *
 * Nothing is written to the SMMU. Context: may sleep.
 * Return: 0 or a negative errno; nothing is left behind on failure.
 */
int smmu3_device_init(struct smmu3_device *smmu);
/* Free the memory; the SMMU must be disabled. */
void smmu3_device_fini(struct smmu3_device *smmu);

/*
 * Rings a doorbell on timeouts and errors; safe in any context, does nothing while one is
 * pending.
 */
void smmu3_device_recover_later(struct smmu3_device *smmu);

/*
 * Wait for a recovery that somebody has asked for, if there is one: then nothing from before is
 * cached. May sleep; without the locks of layer 2, which it takes in the end.
 */
void smmu3_device_settle(struct smmu3_device *smmu);

#endif
