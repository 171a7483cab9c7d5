/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Spaces: an input address space with its tables, its tags and its uses.
 *
 * ARM IHI 0070, 3.3.2, 3.4 "Address sizes", 3.17 "TLB tagging, VMIDs, ASIDs and participation in
 * broadcast TLB maintenance". Layer 2. What the IOMMU API calls a domain is a space to this
 * layer.
 *
 * A space has at most one tag (ASID or VMID) on each SMMU behind which it is used: allocated with
 * the first use there, flushed and freed with the last.
 */
#ifndef SMMU3_CORE_SPACE_H
#define SMMU3_CORE_SPACE_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include "../fmt/cd.h"
#include "../fmt/ste.h"

struct mm_struct;
struct smmu3_device;
struct smmu3_inv_set;
struct smmu3_master;
struct smmu3_resolver;
struct smmu3_space;

enum smmu3_stage { SMMU3_STAGE1, SMMU3_STAGE2 };

/**
 * struct smmu3_tag - the ASID or VMID of a space on one SMMU
 * @link: in space->tags
 * @smmu: the SMMU
 * @space: the owner
 * @id: ASID (stage 1) or VMID (stage 2)
 * @shared: it is the CPUs' ASID of space->mm, pinned: their TLB maintenance reaches the SMMU (BTM)
 * @users: uses behind @smmu
 */
struct smmu3_tag {
	struct list_head	link;
	struct smmu3_device	*smmu;
	struct smmu3_space	*space;
	u16			id;
	bool			shared;
	unsigned int		users;
};

/**
 * struct smmu3_use - a (stream, SubstreamID) that a space is attached to
 * @link: in space->uses
 * @space: the space
 * @master: the master
 * @ssid: SubstreamID; 0: transactions without one
 * @tag: tag on the master's SMMU
 * @ats: the invalidation set reaches the device's ATC for this use
 * @rcu: those of SubstreamIDs are looked up without the attach lock (fault.c)
 */
struct smmu3_use {
	struct list_head	link;
	struct smmu3_space	*space;
	struct smmu3_master	*master;
	u32			ssid;
	struct smmu3_tag	*tag;
	bool			ats;
	struct rcu_head		rcu;
};

/**
 * struct smmu3_space - an input address space
 * @stage: stage that its tables are for
 * @cd: stage 1: the CD less its ASID
 * @s2: stage 2: the STE less its VMID
 * @granule_lg2: log2 of the translation granule: 12, 14 or 16
 * @va_bits: input address bits
 * @oas: output address bits of the tables
 * @httu: stage 1: flags in the tables are updated where the SMMU can; @cd says where it must
 * @coherent: the tables are not cleaned to memory: only SMMUs with coherent walks may read them
 * @uses: &struct smmu3_use.link
 * @tags: &struct smmu3_tag.link
 * @inv: the invalidation set; read under RCU, replaced under the attach lock
 * @resolver: what serves faults, final; NULL: they are errors. Such a space is freed after a grace
 *	period
 * @mm: the process whose own tables these are; it outlives the space. NULL: the driver's
 * @owner_name: what kind of owner, for debugfs: "dma", "unmanaged" ...
 */
struct smmu3_space {
	enum smmu3_stage		stage;
	struct smmu3_cd_s1		cd;
	struct smmu3_ste_s2		s2;
	u8				granule_lg2;
	u8				va_bits;
	u8				oas;
	bool				httu;
	bool				coherent;
	struct list_head		uses;
	struct list_head		tags;
	struct smmu3_inv_set __rcu	*inv;
	struct smmu3_resolver		*resolver;
	struct mm_struct		*mm;
	const char			*owner_name;
};

/* Lists and an empty invalidation set; the caller fills the rest. */
void smmu3_space_init(struct smmu3_space *space);
/* The space has no use any more. Frees the invalidation set after a grace period. */
void smmu3_space_fini(struct smmu3_space *space);

/**
 * smmu3_space_fits() - may an SMMU use the tables of a space
 * @space: the space
 * @smmu: the SMMU
 *
 * Return: NULL, or a constant text that says what does not fit.
 */
const char *smmu3_space_fits(const struct smmu3_space *space, const struct smmu3_device *smmu);

/* The tag of a space on an SMMU, or NULL. Attach lock held. */
struct smmu3_tag *smmu3_space_tag(const struct smmu3_space *space, const struct smmu3_device *smmu);

#endif
