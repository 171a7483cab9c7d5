// SPDX-License-Identifier: GPL-2.0-only
/*
 * Masters: devices as the SMMU sees them, with all their StreamIDs.
 *
 * ARM IHI 0070, 3.2, 3.9. Layer 2.
 * Invariant: masters that share a stream share the CD table, so that whoever writes the STE
 * writes the same.
 */
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/pci.h>
#include <linux/pci-ats.h>
#include <linux/slab.h>
#include "../hw/device.h"
#include "atc.h"
#include "attach.h"
#include "master.h"
#include "pri.h"

/* PCI devices are asked; enabling PASID has no effect until the device is told to send one. */
static u8 master_enable_pasid(struct smmu3_master *master, u8 fw_ssid_bits)
{
	struct pci_dev *pdev;
	int nr, ret;

	if (!master->smmu->feat.ssid_bits)
		return 0;
	if (!dev_is_pci(master->dev))
		return min(fw_ssid_bits, master->smmu->feat.ssid_bits);
	pdev = to_pci_dev(master->dev);
	nr = pci_max_pasids(pdev);
	if (nr <= 1)
		return 0;
	ret = pci_enable_pasid(pdev, pci_pasid_features(pdev));
	if (ret) {
		dev_warn(master->dev, "smmu3: PASIDs cannot be enabled: %d\n", ret);
		return 0;
	}
	master->pasid_enabled = true;
	return min_t(u8, ilog2(nr), master->smmu->feat.ssid_bits);
}

static void master_disable_pasid(struct smmu3_master *master)
{
	if (master->pasid_enabled)
		pci_disable_pasid(to_pci_dev(master->dev));
	master->pasid_enabled = false;
}

static bool master_has_sid(const struct smmu3_master *master, u32 sid)
{
	unsigned int i;

	for (i = 0; i < master->nr_streams; i++) {
		if (master->streams[i].stream->sid == sid)
			return true;
	}
	return false;
}

/* Find or make the streams; a StreamID given twice counts once. They are not linked yet. */
static int master_find_streams(struct smmu3_master *master, const u32 *sids, unsigned int nr_sids)
{
	unsigned int i;
	int ret;

	for (i = 0; i < nr_sids; i++) {
		struct smmu3_stream *stream;

		if (master_has_sid(master, sids[i]))
			continue;
		stream = smmu3_stream_get(master->smmu, sids[i]);
		if (IS_ERR(stream))
			return PTR_ERR(stream);
		ret = smmu3_stream_take(stream, master->dev);
		if (ret)
			return ret;
		master->streams[master->nr_streams].stream = stream;
		master->streams[master->nr_streams].master = master;
		master->nr_streams++;
	}
	return master->nr_streams ? 0 : -EINVAL;
}

/*
 * The CD table of whoever shares a stream with this master; NULL: nobody; -EBUSY: they have
 * several.
 */
static struct smmu3_cdtab *master_shared_cdtab(const struct smmu3_master *master)
{
	struct smmu3_cdtab *tab = NULL;
	unsigned int i;

	for (i = 0; i < master->nr_streams; i++) {
		struct smmu3_master_stream *ms;

		list_for_each_entry(ms, &master->streams[i].stream->masters, link) {
			if (tab && tab != ms->master->cdtab)
				return ERR_PTR(-EBUSY);
			tab = ms->master->cdtab;
		}
	}
	return tab;
}

static int master_take_cdtab(struct smmu3_master *master)
{
	struct smmu3_cdtab *tab = master_shared_cdtab(master);
	unsigned int nr_sids, i;
	int ret = 0;

	if (IS_ERR(tab))
		return PTR_ERR(tab);
	if (tab)
		smmu3_cdtab_get(tab);
	else
		tab = smmu3_cdtab_alloc(master->smmu, master->ssid_bits);
	if (IS_ERR(tab))
		return PTR_ERR(tab);
	nr_sids = tab->nr_sids;
	for (i = 0; !ret && i < master->nr_streams; i++)
		ret = smmu3_cdtab_add_sid(tab, master->streams[i].stream->sid);
	if (ret) {
		tab->nr_sids = nr_sids;
		smmu3_cdtab_put(tab);
		return ret;
	}
	master->cdtab = tab;
	return 0;
}

static void master_link_streams(struct smmu3_master *master)
{
	unsigned int i;

	for (i = 0; i < master->nr_streams; i++) {
		struct smmu3_stream *stream = master->streams[i].stream;

		smmu3_atc_begin(stream);
		spin_lock_irq(&stream->lock);
		list_add_tail(&master->streams[i].link, &stream->masters);
		spin_unlock_irq(&stream->lock);
		smmu3_stream_taken(stream);
	}
}

/*
 * An ATC invalidation names a StreamID. Which of several devices with that StreamID it reaches
 * nobody can say, so none of them has an ATC.
 */
static void master_share_without_ats(struct smmu3_master *master)
{
	struct smmu3_master_stream *ms;
	unsigned int i;

	for (i = 0; i < master->nr_streams; i++) {
		list_for_each_entry(ms, &master->streams[i].stream->masters, link) {
			if (master->ats_supported || ms->master->ats_supported)
				dev_notice(master->dev,
					   "smmu3: no ATS: StreamID %#x is shared with %s\n",
					   master->streams[i].stream->sid,
					   dev_name(ms->master->dev));
			master->ats_supported = false;
			smmu3_attach_end_ats(ms->master);
		}
	}
}

/* One STE says it for all (S1STALLD), and a CD must not contradict it (5.5). */
static void master_share_stalls(struct smmu3_master *master)
{
	struct smmu3_master_stream *ms;
	unsigned int i;

	for (i = 0; i < master->nr_streams; i++) {
		list_for_each_entry(ms, &master->streams[i].stream->masters, link)
			master->stalls = ms->master->stalls;
	}
}

static void master_take_prg_pasid(struct smmu3_master *master)
{
	bool pasid = master->ssid_bits && smmu3_pri_answers_have_pasid(master);
	unsigned int i;

	/* As with the first sharer: of two STEs that differ in it neither follows hitlessly. */
	for (i = 0; i < master->nr_streams; i++) {
		if (!list_empty(&master->streams[i].stream->masters))
			pasid = master->streams[i].stream->prg_pasid;
	}
	for (i = 0; i < master->nr_streams; i++)
		master->streams[i].stream->prg_pasid = pasid;
}

static void master_unlink_streams(struct smmu3_master *master)
{
	unsigned int i;

	for (i = 0; i < master->nr_streams; i++) {
		struct smmu3_stream *stream = master->streams[i].stream;

		spin_lock_irq(&stream->lock);
		list_del(&master->streams[i].link);
		spin_unlock_irq(&stream->lock);
	}
}

struct smmu3_master *smmu3_master_alloc(struct smmu3_device *smmu, struct device *dev,
					const u32 *sids, unsigned int nr_sids,
					const struct smmu3_master_fw *fw)
{
	struct smmu3_master *master = kzalloc(sizeof(*master), GFP_KERNEL);
	int ret = -ENOMEM;

	if (!master)
		return ERR_PTR(-ENOMEM);
	master->dev = dev;
	master->smmu = smmu;
	master->rid.kind = SMMU3_BLOCKED;
	master->rc_ats = fw->rc_ats;
	master->stalls = fw->stalls && smmu3_device_has(smmu, SMMU3_FEAT_STALL);
	xa_init(&master->pasids);
	master->streams = kcalloc(nr_sids, sizeof(*master->streams), GFP_KERNEL);
	if (!master->streams)
		goto err_free_master;

	mutex_lock(&smmu3_attach_lock);
	ret = master_find_streams(master, sids, nr_sids);
	if (ret)
		goto err_unlock;
	master->ssid_bits = master_enable_pasid(master, fw->ssid_bits);
	ret = master_take_cdtab(master);
	if (ret)
		goto err_disable_pasid;
	/* The table may be smaller than what the device could send. */
	master->ssid_bits = min(master->ssid_bits, master->cdtab->geom.cdmax_lg2);
	master->ats_supported = smmu3_atc_supported(master);
	master_share_without_ats(master);
	master_share_stalls(master);
	smmu3_atc_prepare(master);
	master_take_prg_pasid(master);
	master_link_streams(master);
	mutex_unlock(&smmu3_attach_lock);
	return master;

err_disable_pasid:
	master_disable_pasid(master);
err_unlock:
	mutex_unlock(&smmu3_attach_lock);
	kfree(master->streams);
err_free_master:
	kfree(master);
	return ERR_PTR(ret);
}

struct device *smmu3_master_neighbour(const struct smmu3_master *master)
{
	struct smmu3_master *sharer;
	struct device *dev;

	mutex_lock(&smmu3_attach_lock);
	sharer = smmu3_attach_sharer(master);
	dev = sharer ? get_device(sharer->dev) : NULL;
	mutex_unlock(&smmu3_attach_lock);
	return dev;
}

void smmu3_master_free(struct smmu3_master *master)
{
	unsigned int i;

	mutex_lock(&smmu3_attach_lock);
	smmu3_attach_release(master);
	master_unlink_streams(master);
	for (i = 0; i < master->nr_streams; i++) {
		const struct smmu3_stream *stream = master->streams[i].stream;

		if (!list_empty(&stream->masters))
			continue;
		smmu3_attach_park(master, stream);
		smmu3_cdtab_del_sid(master->cdtab, stream->sid);
	}
	master_disable_pasid(master);
	mutex_unlock(&smmu3_attach_lock);
	/* An SMMU that did not answer may still read the CD table, until it has been recovered. */
	smmu3_device_settle(master->smmu);
	mutex_lock(&smmu3_attach_lock);
	smmu3_cdtab_put(master->cdtab);
	mutex_unlock(&smmu3_attach_lock);
	xa_destroy(&master->pasids);
	kfree(master->streams);
	kfree(master);
}
