/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Context descriptor tables: memory and updates of live descriptors.
 *
 * ARM IHI 0070, 3.3.2 "StreamIDs to context descriptors", 5.3, 5.4. Layer 1.
 * Invariant: a leaf becomes visible only when all its CDs are invalid (V = 0); it stays until the
 * table goes.
 */
#ifndef SMMU3_HW_CDTAB_H
#define SMMU3_HW_CDTAB_H

#include <linux/refcount.h>
#include "../fmt/cd.h"
#include "../fmt/geometry.h"

struct smmu3_device;

/**
 * struct smmu3_cdtab - the CDs of one or more streams
 * @smmu: the SMMU that reads it
 * @geom: its shape, fixed when the table object is made
 * @l1: level 1 descriptors, two-level only
 * @linear: CDs, linear only
 * @dma: address of @l1 or @linear; memory is allocated at the first smmu3_cdtab_ensure()
 * @leaf: leaves by index
 * @leaf_dma: their addresses
 * @nr_leaves: leaves allocated
 * @users: masters that use it: those that share a StreamID
 * @sids: the StreamIDs whose STEs may point here
 * @nr_sids: how many
 * @live: an STE points here (or may still be cached pointing here): updates need CFGI
 *
 * All changes happen under the attach lock of layer 2.
 */
struct smmu3_cdtab {
	struct smmu3_device	*smmu;
	struct smmu3_cdtab_geom	geom;
	__le64			*l1;
	struct smmu3_cd		*linear;
	dma_addr_t		dma;
	struct smmu3_cd		**leaf;
	dma_addr_t		*leaf_dma;
	unsigned int		nr_leaves;
	refcount_t		users;
	u32			*sids;
	unsigned int		nr_sids;
	bool			live;
};

/**
 * smmu3_cdtab_alloc() - a table object, no table memory yet
 * @smmu: the SMMU
 * @ssid_bits: SubstreamID bits wanted; the shape may give fewer (geom.cdmax_lg2)
 *
 * Context: may sleep.
 * Return: the object with one user, or ERR_PTR(-ENOMEM).
 */
struct smmu3_cdtab *smmu3_cdtab_alloc(struct smmu3_device *smmu, u8 ssid_bits);
void smmu3_cdtab_get(struct smmu3_cdtab *tab);
/* Drop a user; the last one frees the table: no STE may point at it any more. */
void smmu3_cdtab_put(struct smmu3_cdtab *tab);

/* Add a StreamID; -ENOMEM. Adding one twice is harmless. */
int smmu3_cdtab_add_sid(struct smmu3_cdtab *tab, u32 sid);
/* Take a StreamID out whose STE leads here no more and is not cached so. */
void smmu3_cdtab_del_sid(struct smmu3_cdtab *tab, u32 sid);

/**
 * smmu3_cdtab_ensure() - memory for a SubstreamID's CD
 * @tab: the table
 * @ssid: SubstreamID
 *
 * Return: 0; -ERANGE: beyond this table; -ENOMEM. What was allocated stays and changes nothing
 * that the SMMU uses.
 */
int smmu3_cdtab_ensure(struct smmu3_cdtab *tab, u32 ssid);

/* The CD of a SubstreamID, or NULL. */
struct smmu3_cd *smmu3_cdtab_cd(const struct smmu3_cdtab *tab, u32 ssid);

/**
 * smmu3_cdtab_install() - change a CD that the SMMU may be using
 * @tab: the table
 * @ssid: SubstreamID for which smmu3_cdtab_ensure() succeeded
 * @target: the new CD
 *
 * When it returns the SMMU uses the new CD. Translations under the old ASID are the caller's to
 * invalidate.
 */
void smmu3_cdtab_install(struct smmu3_cdtab *tab, u32 ssid, const struct smmu3_cd *target);

/* Bytes of memory in use. */
size_t smmu3_cdtab_mem(const struct smmu3_cdtab *tab);

#endif
