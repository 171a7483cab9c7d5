// SPDX-License-Identifier: GPL-2.0-only
/*
 * ATS: the device's own translation cache.
 *
 * ARM IHI 0070, 3.9.1 "ATS Interface", 4.5.1 "CMD_ATC_INV". Layer 2.
 * Invariant: while ats_enabled, every use of the master has its ATC in the space's invalidation
 * set.
 */
#include <linux/pci.h>
#include <linux/pci-ats.h>
#include "../fmt/uncleared.h"
#include "../hw/ecmdq.h"
#include "atc.h"
#include "master.h"
#include "pri.h"

#define ATC_BATCH	8

bool smmu3_disable_ats;
bool smmu3_atc_failed_ever;

bool smmu3_atc_supported(const struct smmu3_master *master)
{
	struct pci_dev *pdev;

	if (smmu3_disable_ats || master->ats_failed || !master->rc_ats ||
	    !dev_is_pci(master->dev) || !smmu3_device_has(master->smmu, SMMU3_FEAT_ATS))
		return false;
	pdev = to_pci_dev(master->dev);
	return pci_ats_supported(pdev);
}

/* Smallest translation unit: 3.9.1 wants the smallest granule that the SMMU implements. */
static int atc_stu(const struct smmu3_master *master)
{
	return __ffs(master->smmu->feat.pgsize_bitmap);
}

void smmu3_atc_prepare(struct smmu3_master *master)
{
	if (master->ats_supported)
		pci_prepare_ats(to_pci_dev(master->dev), atc_stu(master));
}

bool smmu3_atc_enable(struct smmu3_master *master)
{
	struct pci_dev *pdev = to_pci_dev(master->dev);
	int ret;

	lockdep_assert_held(&smmu3_attach_lock);
	ret = pci_enable_ats(pdev, atc_stu(master));
	if (ret)
		dev_warn(master->dev, "smmu3: ATS cannot be enabled: %d\n", ret);
	master->ats_enabled = !ret;
	return !ret;
}

/* A device that has been pulled out answers nothing and holds nothing. */
static bool atc_gone(const struct smmu3_master *master)
{
	return dev_is_pci(master->dev) && pci_dev_is_disconnected(to_pci_dev(master->dev));
}

bool smmu3_atc_answers(struct smmu3_stream *stream)
{
	struct smmu3_master_stream *ms;
	unsigned long flags;
	bool gone;

	if (READ_ONCE(stream->atc_failed))
		return false;
	spin_lock_irqsave(&stream->lock, flags);
	gone = !list_empty(&stream->masters);
	list_for_each_entry(ms, &stream->masters, link)
		gone = gone && atc_gone(ms->master);
	spin_unlock_irqrestore(&stream->lock, flags);
	return !gone;
}

int smmu3_atc_bar(struct smmu3_stream *stream)
{
	int ret;

	if (!READ_ONCE(stream->atc_failed) || READ_ONCE(stream->atc_barred))
		return 0;
	ret = smmu3_strtab_bar_ats(stream->smmu, stream->sid);
	if (!ret)
		WRITE_ONCE(stream->atc_barred, true);
	return ret;
}

void smmu3_atc_begin(struct smmu3_stream *stream)
{
	lockdep_assert_held(&smmu3_attach_lock);
	if (!list_empty(&stream->masters))
		return;
	WRITE_ONCE(stream->atc_barred, false);
	WRITE_ONCE(stream->atc_failed, false);
}

/* One ATC_INV for each StreamID, then CMD_SYNC. */
static void atc_inv_master(struct smmu3_master *master, u32 ssid)
{
	struct smmu3_cmdq *cmdq = smmu3_cmdq_mine(master->smmu);
	struct smmu3_cmd cmds[ATC_BATCH] SMMU3_UNCLEARED;
	unsigned int i, nr = 0;

	if (master->ats_failed || atc_gone(master))
		return;
	for (i = 0; i < master->nr_streams; i++) {
		if (READ_ONCE(master->streams[i].stream->atc_failed))
			continue;
		if (nr == ATC_BATCH) {
			smmu3_cmdq_post_nosync(cmdq, cmds, nr);
			nr = 0;
		}
		cmds[nr++] = smmu3_cmd_atc_inv_all(master->streams[i].stream->sid, ssid, ssid != 0);
	}
	if (nr)
		smmu3_cmdq_issue(cmdq, cmds, nr);
	for (i = 0; i < master->nr_streams; i++)
		smmu3_atc_bar(master->streams[i].stream);
}

void smmu3_atc_inv_ssid(struct smmu3_master *master, u32 ssid)
{
	if (master->ats_enabled)
		atc_inv_master(master, ssid);
}

void smmu3_atc_inv_all(struct smmu3_master *master)
{
	struct smmu3_use *use;
	unsigned long ssid;

	lockdep_assert_held(&smmu3_attach_lock);
	if (!master->ats_enabled || to_pci_dev(master->dev)->current_state != PCI_D0)
		return;
	atc_inv_master(master, 0);
	xa_for_each(&master->pasids, ssid, use)
		atc_inv_master(master, ssid);
}

void smmu3_atc_disable(struct smmu3_master *master)
{
	struct smmu3_use *use;
	unsigned long ssid;

	lockdep_assert_held(&smmu3_attach_lock);
	if (!master->ats_enabled)
		return;
	/* A page that comes is of no use without a translation. */
	smmu3_pri_disable(master);
	pci_disable_ats(to_pci_dev(master->dev));
	master->ats_enabled = false;
	/*
	 * The configuration write has reached the device before it is told to forget; it
	 * still answers.
	 */
	wmb();
	atc_inv_master(master, 0);
	xa_for_each(&master->pasids, ssid, use)
		atc_inv_master(master, ssid);
}
