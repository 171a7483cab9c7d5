/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Masters: devices as the SMMU sees them, with all their StreamIDs.
 *
 * ARM IHI 0070, 3.2 "Stream numbering", 3.9 "Support for PCI Express, PASIDs, PRI, and ATS".
 * Layer 2.
 */
#ifndef SMMU3_CORE_MASTER_H
#define SMMU3_CORE_MASTER_H

#include <linux/mutex.h>
#include <linux/xarray.h>
#include "space.h"
#include "stream.h"

struct device;
struct smmu3_cdtab;
struct smmu3_device;

/*
 * The attach lock: everything that changes what a StreamID or SubstreamID leads to, tags, uses and
 * invalidation sets happens under it. One for all SMMUs, because a domain may span them.
 */
extern struct mutex smmu3_attach_lock;

enum smmu3_target_kind {
	SMMU3_BLOCKED,		/* every transaction aborts */
	SMMU3_IDENTITY,		/* transactions pass untranslated */
	SMMU3_TRANSLATE,	/* through a space */
};

/**
 * struct smmu3_target - what a stream's transactions without SubstreamID meet
 * @kind: which of the three
 * @space: the space, with SMMU3_TRANSLATE
 */
struct smmu3_target {
	enum smmu3_target_kind	kind;
	struct smmu3_space	*space;
};

/**
 * struct smmu3_master - one device
 * @dev: the device
 * @smmu: its SMMU
 * @streams: its StreamIDs
 * @nr_streams: how many
 * @ssid_bits: SubstreamID bits of the device; 0: it sends none
 * @cdtab: CD table, shared by masters that share a stream
 * @rid: what transactions without SubstreamID meet now
 * @rid_use: the use of rid.space
 * @pasids: SubstreamID -> &struct smmu3_use
 * @nr_pasids: entries of @pasids
 * @ats_supported: device, root port and SMMU have ATS, and it is not quarantined
 * @rc_ats: firmware says that the root complex passes ATS on
 * @ats_enabled: ATS is on
 * @pasid_enabled: pci_enable_pasid() was done here
 * @pri_enabled: the device may send page requests: from the first SubstreamID whose faults are
 *	served until ATS goes off, or the RID's domain is changed and there are none
 * @stalls: its transactions may stall, says firmware
 * @ats_failed: an ATC invalidation was not answered; ATS goes off and stays off
 * @direct: firmware uses memory through it by physical addresses and goes on when its driver has
 *	gone: its streams pass untranslated then
 * @attached: something has been attached since the master was made; before, its streams keep the
 *	entry that they had
 *
 * All but @dev, @smmu, @streams change under smmu3_attach_lock.
 */
struct smmu3_master {
	struct device			*dev;
	struct smmu3_device		*smmu;
	struct smmu3_master_stream	*streams;
	unsigned int			nr_streams;
	u8				ssid_bits;
	struct smmu3_cdtab		*cdtab;
	struct smmu3_target		rid;
	struct smmu3_use		rid_use;
	struct xarray			pasids;
	unsigned int			nr_pasids;
	bool				ats_supported;
	bool				rc_ats;
	bool				ats_enabled;
	bool				pasid_enabled;
	bool				pri_enabled;
	bool				stalls;
	bool				ats_failed;
	bool				direct;
	bool				attached;
};

/**
 * struct smmu3_master_fw - what firmware tables say of a device
 * @ssid_bits: SubstreamID bits of a named component; PCI devices are asked themselves
 * @rc_ats: the PCI root complex passes ATS on
 * @stalls: its transactions can wait for as long as a page fault takes
 */
struct smmu3_master_fw {
	u8	ssid_bits;
	bool	rc_ats;
	bool	stalls;
};

/**
 * smmu3_master_alloc() - a master with its streams
 * @smmu: the SMMU
 * @dev: the device
 * @sids: StreamIDs, duplicates allowed
 * @nr_sids: how many
 * @fw: what firmware says of the device
 *
 * Nothing changes for the SMMU: the streams keep the STE they have.
 * Context: may sleep; takes the attach lock.
 * Return: the master, or ERR_PTR: -ERANGE a StreamID beyond the table, -ENOMEM, -EINVAL no
 * StreamID, -EBUSY: its streams are shared with masters that do not share a CD table among
 * themselves, or one is used untranslated by another device.
 */
struct smmu3_master *smmu3_master_alloc(struct smmu3_device *smmu, struct device *dev,
					const u32 *sids, unsigned int nr_sids,
					const struct smmu3_master_fw *fw);

/**
 * smmu3_master_free() - the device goes
 * @master: the master
 *
 * Its PASIDs are detached and its streams abort, or pass untranslated where they are held so or
 * the device is @direct. A stream that another master shares leads where that one is attached,
 * without anything in between.
 * Context: may sleep; takes the attach lock.
 */
void smmu3_master_free(struct smmu3_master *master);

/**
 * smmu3_master_neighbour() - a device with which this one shares a StreamID
 * @master: the master
 *
 * The SMMU cannot tell the two apart: whatever one is attached to, the other is, too.
 * Context: may sleep; takes the attach lock.
 * Return: the device with a reference taken, or NULL.
 */
struct device *smmu3_master_neighbour(const struct smmu3_master *master);

#endif
