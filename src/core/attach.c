// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attach: change what a stream or a SubstreamID leads to.
 *
 * ARM IHI 0070, 3.21, 5.2, 5.4. Layer 2.
 *
 * Order of a commit, each step having its reason in the next:
 *   1. publish the invalidation set with the new caches: no unmap may miss what step 4 can fill;
 *   2. the device stops using ATS, where it shall not any more: a request would be an error after
 *   step 4;
 *   3. the CD, which the STE of step 4 may lead to;
 *   4. the STE;
 *   5. the device starts using ATS, or forgets what it holds of the old space;
 *   6. the old space loses the use; its tag is flushed with its last user.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include "../debug/trace.h"
#include "../hw/device.h"
#include "atc.h"
#include "attach.h"
#include "fault.h"
#include "inv.h"
#include "master.h"
#include "pri.h"
#include "space.h"
#include "tag.h"

/* Serialises every attach and detach: masters, their streams, uses and invalidation sets. */
DEFINE_MUTEX(smmu3_attach_lock);

/**
 * struct attach - a prepared attachment to a space
 * @use: the use to be, not yet in a list
 * @set: the invalidation set that contains it, not yet published
 * @new_tag: use.tag was allocated for this
 */
struct attach {
	struct smmu3_use	use;
	struct smmu3_inv_set	*set;
	bool			new_tag;
};

static bool target_is_s1(const struct smmu3_target *target)
{
	return target->kind == SMMU3_TRANSLATE && target->space->stage == SMMU3_STAGE1;
}

static bool target_is_s2(const struct smmu3_target *target)
{
	return target->kind == SMMU3_TRANSLATE && target->space->stage == SMMU3_STAGE2;
}

void smmu3_attach_make_cd(struct smmu3_cd *cd, const struct smmu3_use *use)
{
	struct smmu3_cd_s1 cfg = use->space->cd;

	cfg.asid = use->tag->id;
	cfg.shared_asid = use->tag->shared;
	if (use->space->httu) {
		cfg.ha = smmu3_device_has(use->tag->smmu, SMMU3_FEAT_HA);
		cfg.hd = smmu3_device_has(use->tag->smmu, SMMU3_FEAT_HD);
	}
	/*
	 * An SMMU whose faults always stall takes a CD that says otherwise for illegal, and one
	 * that can do both a CD that stalls below an STE that does not (5.5).
	 */
	cfg.stall = smmu3_device_has(use->tag->smmu, SMMU3_FEAT_STALL_FORCE) ||
		    (use->space->resolver && use->master->stalls && !cfg.epd0);
	smmu3_cd_make_s1(cd, &cfg);
}

static void attach_make_ste_s1(const struct smmu3_master *master, struct smmu3_ste *ste,
			       const struct smmu3_target *rid, bool ats)
{
	const struct smmu3_device *smmu = master->smmu;
	struct smmu3_ste_s1 cfg = {
		.cdtab_pa	= master->cdtab->dma,
		.s1fmt		= master->cdtab->geom.s1fmt,
		.s1cdmax_lg2	= master->cdtab->geom.cdmax_lg2,
		.eats		= ats ? EATS_TRANS : EATS_ABORT,
		.strw		= smmu3_device_has(smmu, SMMU3_FEAT_E2H) ? STRW_EL2 : STRW_NSEL1,
		.stalld		= smmu3_device_has(smmu, SMMU3_FEAT_STALL) &&
				  !smmu3_device_has(smmu, SMMU3_FEAT_STALL_FORCE) &&
				  !master->stalls,
		.coherent	= smmu3_device_has(smmu, SMMU3_FEAT_COHERENT),
		.shcfg_incoming	= smmu3_device_has(smmu, SMMU3_FEAT_ATTR_TYPES_OVR),
	};

	/*
	 * BLOCKED is SubstreamID 0 without a CD, and not S1DSS 0b00: that aborts Translated
	 * transactions of every SubstreamID too, for the SMMU sees none on them (3.9.1.3).
	 */
	cfg.s1dss = rid->kind == SMMU3_IDENTITY ? S1DSS_BYPASS : S1DSS_SSID0;
	smmu3_ste_make_s1(ste, &cfg);
}

static void attach_make_ste_s2(const struct smmu3_master *master, struct smmu3_ste *ste,
			       const struct smmu3_space *space, bool ats)
{
	const struct smmu3_tag *tag = smmu3_space_tag(space, master->smmu);
	struct smmu3_ste_s2 cfg = space->s2;

	cfg.vmid = tag->id;
	cfg.stall = smmu3_device_has(master->smmu, SMMU3_FEAT_STALL_FORCE);
	cfg.eats = ats ? EATS_TRANS : EATS_ABORT;
	cfg.shcfg_incoming = smmu3_device_has(master->smmu, SMMU3_FEAT_ATTR_TYPES_OVR);
	smmu3_ste_make_s2(ste, &cfg);
}

void smmu3_attach_make_ste(const struct smmu3_master *master, struct smmu3_ste *ste,
			   const struct smmu3_target *rid, bool pasids, bool ats)
{
	lockdep_assert_held(&smmu3_attach_lock);
	if (pasids || target_is_s1(rid))
		attach_make_ste_s1(master, ste, rid, ats);
	else if (target_is_s2(rid))
		attach_make_ste_s2(master, ste, rid->space, ats);
	else if (rid->kind == SMMU3_IDENTITY)
		smmu3_ste_make_bypass(ste,
				      smmu3_device_has(master->smmu, SMMU3_FEAT_ATTR_TYPES_OVR));
	else
		smmu3_ste_make_abort(ste);
	if (master->streams[0].stream->prg_pasid && (pasids || rid->kind != SMMU3_BLOCKED))
		smmu3_ste_add_ppar(ste);
}

static void attach_install_ste(struct smmu3_master *master, const struct smmu3_target *rid,
			       bool pasids, bool ats)
{
	bool s1 = pasids || target_is_s1(rid);
	struct smmu3_ste ste;
	unsigned int i;

	/* From the first store on the SMMU may follow the pointer. */
	if (s1)
		master->cdtab->live = true;
	smmu3_attach_make_ste(master, &ste, rid, pasids, ats);
	for (i = 0; i < master->nr_streams; i++)
		smmu3_strtab_install(master->smmu, master->streams[i].stream->sid, &ste);
	/* A sharer may have streams of its own that still lead there. */
	if (!s1 && refcount_read(&master->cdtab->users) == 1)
		master->cdtab->live = false;
}

/* Prepare: all that can fail. On error nothing has changed that anything else can see. */
static int attach_prepare(struct attach *at, struct smmu3_master *master, u32 ssid,
			  struct smmu3_space *space)
{
	int ret = -ENOMEM;

	if (smmu3_space_fits(space, master->smmu))
		return -EINVAL;
	if (READ_ONCE(master->smmu->dead))
		return -EIO;
	at->use = (struct smmu3_use){ .space = space, .master = master, .ssid = ssid,
				      .ats = master->ats_supported };
	at->use.tag = smmu3_space_tag(space, master->smmu);
	at->new_tag = !at->use.tag;
	if (at->new_tag) {
		at->use.tag = smmu3_tag_alloc(space, master->smmu);
		if (IS_ERR(at->use.tag))
			return PTR_ERR(at->use.tag);
	}
	at->set = smmu3_inv_grow(space, &at->use, at->use.ats);
	if (!at->set)
		goto err_free_tag;
	/* Last, because an empty leaf that it publishes stays. */
	if (space->stage == SMMU3_STAGE1) {
		ret = smmu3_cdtab_ensure(master->cdtab, ssid);
		if (ret)
			goto err_free_set;
	}
	return 0;

err_free_set:
	kfree(at->set);
err_free_tag:
	if (at->new_tag)
		smmu3_tag_free(at->use.tag);
	return ret;
}

/* Step 1. @use is where the use will live. */
static void attach_commit_use(struct attach *at, struct smmu3_use *use)
{
	*use = at->use;
	if (at->new_tag)
		list_add(&use->tag->link, &use->space->tags);
	use->tag->users++;
	smmu3_inv_publish(use->space, at->set);
	list_add(&use->link, &use->space->uses);
}

/* Step 6. Neither STE nor CD leads to the space through this use any more. */
static void attach_drop_use(struct smmu3_use *use)
{
	struct smmu3_tag *tag = use->tag;
	bool last = !--tag->users;
	int ret = 0;

	/*
	 * While the set still names the tag: until it is flushed an unmap has to reach what
	 * it left behind.
	 */
	if (last)
		ret = smmu3_inv_tag(tag, tag->id);
	smmu3_inv_drop(use->space, use, false);
	/* While ATS is on the ATC answers those who still ask it. */
	if (use->ats && !use->master->ats_enabled)
		smmu3_inv_quiesce();
	list_del(&use->link);
	if (!last)
		return;
	list_del(&tag->link);
	if (ret)
		smmu3_tag_lose(tag);
	else
		smmu3_tag_free(tag);
}

static void attach_install_cd(struct smmu3_master *master, u32 ssid, const struct smmu3_use *use)
{
	struct smmu3_cd cd;

	if (use)
		smmu3_attach_make_cd(&cd, use);
	else
		smmu3_cd_make_absent(&cd);
	smmu3_cdtab_install(master->cdtab, ssid, &cd);
}

void smmu3_attach_renew_cd(const struct smmu3_use *use)
{
	lockdep_assert_held(&smmu3_attach_lock);
	attach_install_cd(use->master, use->ssid, use);
}

/* No use of this master goes through its ATC from now on. */
static void attach_forget_atc(struct smmu3_master *master)
{
	struct smmu3_use *use;
	unsigned long ssid;

	master->ats_supported = false;
	if (master->rid.kind == SMMU3_TRANSLATE && master->rid_use.ats) {
		smmu3_inv_drop(master->rid.space, &master->rid_use, true);
		master->rid_use.ats = false;
	}
	xa_for_each(&master->pasids, ssid, use) {
		if (use->ats)
			smmu3_inv_drop(use->space, use, true);
		use->ats = false;
	}
	smmu3_inv_quiesce();
}

static void attach_start_ats(struct smmu3_master *master)
{
	if (smmu3_atc_enable(master))
		return;
	/* The device refuses: the STE shall not admit what nobody invalidates. */
	attach_forget_atc(master);
	attach_install_ste(master, &master->rid, master->nr_pasids, false);
}

void smmu3_attach_quarantine_ats(struct smmu3_master *master)
{
	lockdep_assert_held(&smmu3_attach_lock);
	if (!master->ats_supported)
		return;
	dev_err(master->dev, "smmu3: ATC invalidations are not answered, ATS stays off\n");
	master->ats_failed = true;
	/* What its ATC holds is out of use before unmaps pass it over. */
	if (master->ats_enabled)
		attach_install_ste(master, &master->rid, master->nr_pasids, false);
	smmu3_atc_disable(master);
	attach_forget_atc(master);
}

void smmu3_attach_end_ats(struct smmu3_master *master)
{
	lockdep_assert_held(&smmu3_attach_lock);
	if (!master->ats_supported)
		return;
	/* The device first: with EATS = 0 a request would be an error. */
	if (master->ats_enabled) {
		smmu3_atc_disable(master);
		attach_install_ste(master, &master->rid, master->nr_pasids, false);
	}
	attach_forget_atc(master);
}

void smmu3_attach_admit_ats(struct smmu3_master *master)
{
	lockdep_assert_held(&smmu3_attach_lock);
	if (master->ats_enabled)
		attach_install_ste(master, &master->rid, master->nr_pasids, true);
}

/* No SubstreamID: they have 20 bits. */
#define SSID_NONE	(~0U)

/*
 * Steps 2, 4 and 5 for a new state of RID and SubstreamIDs; @forget: the SubstreamID of which the
 * ATC may hold something, or SSID_NONE.
 */
static void attach_switch(struct smmu3_master *master, const struct smmu3_target *rid, bool pasids,
			  u32 forget)
{
	bool ats = master->ats_supported && (pasids || rid->kind == SMMU3_TRANSLATE);

	if (master->ats_enabled && !ats)
		smmu3_atc_disable(master);
	attach_install_ste(master, rid, pasids, ats);
	master->rid = *rid;
	if (ats && !master->ats_enabled)
		attach_start_ats(master);
	else if (forget != SSID_NONE)
		smmu3_atc_inv_ssid(master, forget);
}

static void attach_commit_rid(struct smmu3_master *master, const struct smmu3_target *target,
			      struct attach *at)
{
	/* What blocks is the missing CD (attach_make_ste_s1()): before the ATC is emptied. */
	bool blocks = target->kind == SMMU3_BLOCKED && master->nr_pasids;
	struct smmu3_target old = master->rid;
	struct smmu3_use old_use = master->rid_use;

	if (old.kind == SMMU3_TRANSLATE)
		list_replace(&master->rid_use.link, &old_use.link);
	if (target->kind == SMMU3_TRANSLATE)
		attach_commit_use(at, &master->rid_use);
	if (target_is_s1(target))
		attach_install_cd(master, 0, &master->rid_use);
	else if (target_is_s1(&old) && blocks)
		attach_install_cd(master, 0, NULL);
	/* It may be another driver's device from now on, which knows nothing of page requests. */
	if (!master->nr_pasids)
		smmu3_pri_disable(master);
	attach_switch(master, target, master->nr_pasids, 0);
	if (target_is_s1(&old) && !target_is_s1(target) && !blocks)
		attach_install_cd(master, 0, NULL);
	if (old.kind == SMMU3_TRANSLATE)
		attach_drop_use(&old_use);
}

static bool target_same(const struct smmu3_target *a, const struct smmu3_target *b)
{
	return a->kind == b->kind && (a->kind != SMMU3_TRANSLATE || a->space == b->space);
}

static int attach_rid_locked(struct smmu3_master *master, const struct smmu3_target *target)
{
	struct attach at;
	int ret;

	/*
	 * Stage 2 has no SubstreamIDs (5.2: Config 0b110 ignores S1CDMax and a transaction
	 * with one aborts).
	 */
	if (target_is_s2(target) && master->nr_pasids)
		return -EBUSY;
	if (target->kind == SMMU3_TRANSLATE) {
		ret = attach_prepare(&at, master, 0, target->space);
		if (ret)
			return ret;
	}
	attach_commit_rid(master, target, &at);
	return 0;
}

int smmu3_attach_rid(struct smmu3_master *master, const struct smmu3_target *target)
{
	enum smmu3_target_kind old;
	int ret = 0;

	mutex_lock(&smmu3_attach_lock);
	old = master->rid.kind;
	if (!target_same(&master->rid, target))
		ret = attach_rid_locked(master, target);
	/* A stream that others share may have been left by them in another state. */
	else
		attach_install_ste(master, &master->rid, master->nr_pasids, master->ats_enabled);
	if (!ret) {
		master->attached = true;
		master->smmu->attaches++;
		smmu3_trace_attach(master, 0, old, target->kind, target->space);
	}
	mutex_unlock(&smmu3_attach_lock);
	/* What the SMMU did not answer: the caller may free the old tables. */
	smmu3_device_settle(master->smmu);
	return ret;
}

static int attach_pasid_check(const struct smmu3_master *master, u32 ssid,
			      const struct smmu3_space *space)
{
	if (!ssid || ssid >> master->cdtab->geom.cdmax_lg2)
		return -ERANGE;
	if (space->stage != SMMU3_STAGE1)
		return -EINVAL;
	if (target_is_s2(&master->rid))
		return -EBUSY;
	return 0;
}

/*
 * A SubstreamID that led nowhere left nothing in the ATC: what it led to before went with an
 * invalidation, and "no access" is not cached, or mapping a page would need one, too.
 */
static bool attach_led_somewhere(const struct smmu3_master *master, u32 ssid)
{
	return smmu3_cdtab_cd(master->cdtab, ssid)->q[0] & cpu_to_le64(CD_V);
}

static int attach_pasid_locked(struct smmu3_master *master, u32 ssid, struct smmu3_space *space)
{
	struct smmu3_use *old = xa_load(&master->pasids, ssid);
	struct smmu3_use *use;
	struct attach at;
	bool forget;
	int ret = attach_pasid_check(master, ssid, space);

	if (ret || (old && old->space == space))
		return ret;
	use = kzalloc(sizeof(*use), GFP_KERNEL);
	if (!use)
		return -ENOMEM;
	/* Before the leaf that preparing may publish; a place that is taken is left as it is. */
	ret = xa_reserve(&master->pasids, ssid, GFP_KERNEL);
	if (ret)
		goto err_free_use;
	ret = attach_prepare(&at, master, ssid, space);
	if (ret)
		goto err_release;

	/* Into the place that was reserved: needs no memory. */
	xa_store(&master->pasids, ssid, use, GFP_KERNEL);
	attach_commit_use(&at, use);
	forget = attach_led_somewhere(master, ssid);
	attach_install_cd(master, ssid, use);
	master->nr_pasids += !old;
	attach_switch(master, &master->rid, true, forget ? ssid : SSID_NONE);
	if (space->resolver)
		smmu3_pri_enable(master);
	if (old) {
		attach_drop_use(old);
		kfree_rcu(old, rcu);
	}
	return 0;

err_release:
	xa_release(&master->pasids, ssid);
err_free_use:
	kfree(use);
	return ret;
}

static void attach_pasid_remove(struct smmu3_master *master, u32 ssid)
{
	struct smmu3_use *use = xa_load(&master->pasids, ssid);

	if (!use)
		return;
	attach_install_cd(master, ssid, NULL);
	/* While the use is still listed, so that disabling ATS empties its part of the ATC, too. */
	attach_switch(master, &master->rid, master->nr_pasids > 1, ssid);
	xa_erase(&master->pasids, ssid);
	master->nr_pasids--;
	attach_drop_use(use);
	kfree_rcu(use, rcu);
}

int smmu3_attach_pasid(struct smmu3_master *master, u32 ssid, struct smmu3_space *space)
{
	enum smmu3_target_kind old;
	struct smmu3_resolver *resolver;
	struct smmu3_use *use;
	int ret = 0;

	mutex_lock(&smmu3_attach_lock);
	use = xa_load(&master->pasids, ssid);
	old = use ? SMMU3_TRANSLATE : SMMU3_BLOCKED;
	resolver = use && use->space != space ? use->space->resolver : NULL;
	if (space)
		ret = attach_pasid_locked(master, ssid, space);
	else
		attach_pasid_remove(master, ssid);
	if (!ret) {
		master->attached = true;
		master->smmu->attaches++;
		smmu3_trace_attach(master, ssid, old,
				   space ? SMMU3_TRANSLATE : SMMU3_BLOCKED, space);
	}
	mutex_unlock(&smmu3_attach_lock);
	smmu3_device_settle(master->smmu);
	if (resolver && !ret)
		smmu3_fault_drain(master, ssid, resolver);
	return ret;
}

/* The @nth SMMU behind which a space is used, or NULL. */
static struct smmu3_device *attach_nth_smmu(const struct smmu3_space *space, unsigned int nth)
{
	struct smmu3_device *smmu = NULL;
	struct smmu3_tag *tag;

	mutex_lock(&smmu3_attach_lock);
	list_for_each_entry(tag, &space->tags, link) {
		if (!nth--) {
			smmu = tag->smmu;
			break;
		}
	}
	mutex_unlock(&smmu3_attach_lock);
	return smmu;
}

void smmu3_attach_release_space(struct smmu3_space *space)
{
	struct smmu3_device *smmu;
	struct smmu3_use *use;
	unsigned int i;

	mutex_lock(&smmu3_attach_lock);
	space->cd.epd0 = true;
	list_for_each_entry(use, &space->uses, link)
		smmu3_attach_renew_cd(use);
	/* The CPUs do not flush the ASID of a process that ends: they take another first. */
	smmu3_inv_everything(space);
	mutex_unlock(&smmu3_attach_lock);
	/* An SMMU that did not answer reads nothing of it after its recovery. */
	for (i = 0; (smmu = attach_nth_smmu(space, i)); i++)
		smmu3_device_settle(smmu);
}

struct smmu3_master *smmu3_attach_sharer(const struct smmu3_master *master)
{
	unsigned int i;

	for (i = 0; i < master->nr_streams; i++) {
		struct smmu3_master_stream *ms;

		list_for_each_entry(ms, &master->streams[i].stream->masters, link) {
			if (ms->master != master)
				return ms->master;
		}
	}
	return NULL;
}

/* Whether a stream passes untranslated once this master, its last one, has gone. */
static bool attach_passes(const struct smmu3_master *master, const struct smmu3_stream *stream)
{
	return master->direct || stream->held_bypass;
}

void smmu3_attach_park(const struct smmu3_master *master, const struct smmu3_stream *stream)
{
	const struct smmu3_target park = {
		.kind = attach_passes(master, stream) ? SMMU3_IDENTITY : SMMU3_BLOCKED,
	};
	struct smmu3_ste ste;

	smmu3_attach_make_ste(master, &ste, &park, false, false);
	smmu3_strtab_install(master->smmu, stream->sid, &ste);
}

/* Streams that no other master has. */
static void attach_park_own(const struct smmu3_master *master)
{
	unsigned int i;

	for (i = 0; i < master->nr_streams; i++) {
		if (list_is_singular(&master->streams[i].stream->masters))
			smmu3_attach_park(master, master->streams[i].stream);
	}
}

/* Whatever the shared entries lead to now, they shall lead where the other master is attached. */
static void attach_yield(struct smmu3_master *master, struct smmu3_master *sharer)
{
	struct smmu3_use *use;
	unsigned long ssid;

	if (target_is_s1(&sharer->rid))
		attach_install_cd(sharer, 0, &sharer->rid_use);
	attach_install_ste(sharer, &sharer->rid, sharer->nr_pasids, sharer->ats_enabled);
	if (target_is_s1(&master->rid) && !target_is_s1(&sharer->rid))
		attach_install_cd(master, 0, NULL);
	xa_for_each(&master->pasids, ssid, use)
		attach_install_cd(master, ssid, xa_load(&sharer->pasids, ssid));
}

/* Shared entries go over to the other master; only then do this master's uses go. */
static void attach_release_shared(struct smmu3_master *master, struct smmu3_master *sharer)
{
	struct smmu3_use *use;
	unsigned long ssid;

	smmu3_atc_disable(master);
	attach_park_own(master);
	attach_yield(master, sharer);
	xa_for_each(&master->pasids, ssid, use) {
		xa_erase(&master->pasids, ssid);
		attach_drop_use(use);
		kfree_rcu(use, rcu);
	}
	master->nr_pasids = 0;
	if (master->rid.kind == SMMU3_TRANSLATE)
		attach_drop_use(&master->rid_use);
	master->rid = (struct smmu3_target){ .kind = SMMU3_BLOCKED };
}

/* Streams that pass without a master go there directly, if all of them do. */
static enum smmu3_target_kind attach_park_kind(const struct smmu3_master *master)
{
	unsigned int i;

	for (i = 0; i < master->nr_streams; i++) {
		if (!attach_passes(master, master->streams[i].stream))
			return SMMU3_BLOCKED;
	}
	return SMMU3_IDENTITY;
}

void smmu3_attach_release(struct smmu3_master *master)
{
	struct smmu3_target park = { .kind = attach_park_kind(master) };
	struct smmu3_master *sharer = smmu3_attach_sharer(master);
	struct smmu3_use *use;
	unsigned long ssid;

	lockdep_assert_held(&smmu3_attach_lock);
	if (sharer) {
		attach_release_shared(master, sharer);
		return;
	}
	xa_for_each(&master->pasids, ssid, use)
		attach_pasid_remove(master, ssid);
	/* A master that was never attached leaves its streams as it found them. */
	if (!target_same(&master->rid, &park))
		attach_commit_rid(master, &park, NULL);
}
