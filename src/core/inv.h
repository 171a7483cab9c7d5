/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Invalidation sets: every cache that may hold translations of a space.
 *
 * ARM IHI 0070, 3.17 "TLB tagging", 3.9.1.3 "ATS invalidation", 4.4 "TLB invalidation", 4.5 "ATS
 * and PRI". Layer 2.
 *
 * A space publishes by RCU an array of TLB tags and ATCs, grouped by SMMU, with the invariant
 * parts of each command encoded. Invariant: a cache is in the set from before the SMMU can use
 * the space there until after it no longer can. Who removes a mapping does so, then a full
 * barrier, then reads the set; who attaches publishes the set, then a full barrier, then lets the
 * SMMU walk: so either the set is seen to contain the new cache, or the walk is seen to find the
 * mapping gone.
 *
 * Entries of an ASID that is the CPUs' own (BTM) need no command: what the CPUs broadcast has
 * reached them. It has not where a CPU did less than unmap: it adds a right without telling others,
 * who ask again and find it (smmu3_inv_retry()).
 */
#ifndef SMMU3_CORE_INV_H
#define SMMU3_CORE_INV_H

#include <linux/rcupdate.h>
#include <linux/types.h>
#include "../fmt/cmd.h"

struct smmu3_device;
struct smmu3_space;
struct smmu3_stream;
struct smmu3_tag;
struct smmu3_use;

enum smmu3_inv_kind { SMMU3_INV_TLB, SMMU3_INV_ATC };

/**
 * struct smmu3_inv_entry - one cache
 * @smmu: the SMMU that the commands go to
 * @kind: its TLB by tag, or the ATC of a device behind it
 * @shared: the tag is the CPUs' own: their TLB maintenance reaches it
 * @users: uses that need it; 0: skipped. Changed under the attach lock
 * @addr: template of the command by address (TLB)
 * @all: command for the whole tag or the whole ATC
 * @stream: whose ATC; it stays until nobody reads a set that names it (smmu3_stream_free_all())
 * @sid: its StreamID
 * @ssid: SubstreamID (ATC)
 * @tag: ASID or VMID (TLB)
 */
struct smmu3_inv_entry {
	struct smmu3_device	*smmu;
	enum smmu3_inv_kind	kind;
	bool			shared;
	unsigned int		users;
	struct smmu3_cmd	addr;
	struct smmu3_cmd	all;
	struct smmu3_stream	*stream;
	u32			sid;
	u32			ssid;
	u16			tag;
};

/**
 * struct smmu3_inv_set - what a space's invalidations must reach
 * @rcu: for freeing
 * @nr: entries
 * @has_atc: there is an ATC among them
 * @has_shared: there is a tag of the CPUs' among them
 * @entry: sorted by SMMU, and within an SMMU TLB before ATC
 */
struct smmu3_inv_set {
	struct rcu_head		rcu;
	unsigned int		nr;
	bool			has_atc;
	bool			has_shared;
	struct smmu3_inv_entry	entry[] __counted_by(nr);
};

/**
 * smmu3_inv_range() - invalidate a range of a space everywhere
 * @space: the space
 * @iova: first byte
 * @size: bytes, not 0
 * @granule: size of the leaf entries in the range
 * @leaf: only leaves changed, no table was removed
 *
 * The tables have been changed already, and where they are a process's, this CPU has told the
 * others. When it returns no cache holds an old translation of the range.
 * Context: any.
 * Return: 0, or -ETIMEDOUT when an SMMU did not complete (it is being recovered, which
 * invalidates everything).
 */
int smmu3_inv_range(struct smmu3_space *space, u64 iova, size_t size, size_t granule, bool leaf);

/* The same for the whole space. */
int smmu3_inv_all(struct smmu3_space *space);

/* The same, and what the CPUs would have to flush: whatever they do with the ASID from now on. */
int smmu3_inv_everything(struct smmu3_space *space);

/**
 * smmu3_inv_retry() - an access that was denied is going to be tried again
 * @space: the space
 * @iova: where
 *
 * The tables may permit it by now, and the CPU that saw to that has told nobody. Does nothing where
 * the driver is told of every change.
 * Context: any.
 */
void smmu3_inv_retry(struct smmu3_space *space, u64 iova);

/* An empty set, of a space that has no use yet, and again when it has none any more. */
void smmu3_inv_init(struct smmu3_space *space);
void smmu3_inv_fini(struct smmu3_space *space);

/**
 * smmu3_inv_grow() - a set with the caches of one more use
 * @space: the space; attach lock held
 * @use: with master, ssid, tag set
 * @atc: with the device's ATC
 *
 * Return: the new set, not yet published, or NULL without memory.
 */
struct smmu3_inv_set *smmu3_inv_grow(struct smmu3_space *space, const struct smmu3_use *use,
				     bool atc);

/*
 * Publish a set from smmu3_inv_grow(); the full barrier of the invariant is included. Attach
 * lock held.
 */
void smmu3_inv_publish(struct smmu3_space *space, struct smmu3_inv_set *set);

/*
 * Take the caches of a use out; @atc_only: its ATC only. Cannot fail. Attach lock held. An
 * unmap that has seen them in the set still asks them, which harms no TLB and no ATC that answers.
 */
void smmu3_inv_drop(struct smmu3_space *space, const struct smmu3_use *use, bool atc_only);

/*
 * Wait until no unmap asks what was taken out before: a device whose ATS has ended may be reset or
 * removed next, and then its ATC does not answer. May sleep.
 */
void smmu3_inv_quiesce(void);

/*
 * A set with @id beside the number that @tag has, for as many uses; not yet published, or NULL
 * without memory. Attach lock held.
 */
struct smmu3_inv_set *smmu3_inv_grow_tag(const struct smmu3_tag *tag, u16 id);

/* Nobody who comes from now on invalidates @id, a former number of @tag. Attach lock held. */
void smmu3_inv_drop_tag(const struct smmu3_tag *tag, u16 id);

/*
 * Flush a number that a tag has, or had, on its SMMU and wait. 0, or -ETIMEDOUT: it may still be
 * cached.
 */
int smmu3_inv_tag(const struct smmu3_tag *tag, u16 id);

#endif
