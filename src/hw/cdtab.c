// SPDX-License-Identifier: GPL-2.0-only
/*
 * Context descriptor tables: memory and updates of live descriptors.
 *
 * ARM IHI 0070, 3.3.2 "StreamIDs to context descriptors", 3.21.3, 5.3, 5.4. Layer 1.
 * Invariant: a leaf is published only when all of its CDs are invalid.
 */
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/slab.h>
#include "../debug/trace.h"
#include "../fmt/uncleared.h"
#include "device.h"
#include "mmio.h"

/* Tables up to this size come from the pool of the SMMU: most devices have one CD. */
#define CDTAB_POOL_SZ	sizeof(struct smmu3_cd)
/* CFGI_CDs of one update; streams beyond go in further batches. */
#define CDTAB_BATCH	8

struct smmu3_cdtab *smmu3_cdtab_alloc(struct smmu3_device *smmu, u8 ssid_bits)
{
	struct smmu3_cdtab *tab = kzalloc(sizeof(*tab), GFP_KERNEL);

	if (!tab)
		return ERR_PTR(-ENOMEM);
	tab->smmu = smmu;
	refcount_set(&tab->users, 1);
	smmu3_cdtab_geom(&tab->geom, ssid_bits, smmu3_device_has(smmu, SMMU3_FEAT_CD_2LVL));
	return tab;
}

void smmu3_cdtab_get(struct smmu3_cdtab *tab)
{
	refcount_inc(&tab->users);
}

static void *cdtab_alloc_mem(struct smmu3_cdtab *tab, size_t sz, dma_addr_t *dma)
{
	void *mem;

	if (sz <= CDTAB_POOL_SZ)
		mem = dma_pool_zalloc(tab->smmu->cd_pool, GFP_KERNEL | __GFP_NOWARN, dma);
	else
		mem = dma_alloc_coherent(tab->smmu->dev, sz, dma, GFP_KERNEL | __GFP_NOWARN);
	if (mem)
		atomic_long_add(sz, &tab->smmu->cdtab_bytes);
	return mem;
}

static void cdtab_free_mem(struct smmu3_cdtab *tab, size_t sz, void *mem, dma_addr_t dma)
{
	atomic_long_sub(sz, &tab->smmu->cdtab_bytes);
	if (sz <= CDTAB_POOL_SZ)
		dma_pool_free(tab->smmu->cd_pool, mem, dma);
	else
		dma_free_coherent(tab->smmu->dev, sz, mem, dma);
}

static unsigned int cdtab_nr_l1(const struct smmu3_cdtab *tab)
{
	return 1U << (tab->geom.cdmax_lg2 - tab->geom.leaf_lg2);
}

void smmu3_cdtab_put(struct smmu3_cdtab *tab)
{
	unsigned int i;

	if (!refcount_dec_and_test(&tab->users))
		return;
	for (i = 0; tab->leaf && i < cdtab_nr_l1(tab); i++) {
		if (tab->leaf[i])
			cdtab_free_mem(tab, tab->geom.leaf_sz, tab->leaf[i], tab->leaf_dma[i]);
	}
	if (tab->l1)
		cdtab_free_mem(tab, tab->geom.l1_sz, tab->l1, tab->dma);
	if (tab->linear)
		cdtab_free_mem(tab, tab->geom.l1_sz, tab->linear, tab->dma);
	kvfree(tab->leaf);
	kvfree(tab->leaf_dma);
	kfree(tab->sids);
	kfree(tab);
}

int smmu3_cdtab_add_sid(struct smmu3_cdtab *tab, u32 sid)
{
	unsigned int i;
	u32 *sids;

	for (i = 0; i < tab->nr_sids; i++) {
		if (tab->sids[i] == sid)
			return 0;
	}
	sids = krealloc_array(tab->sids, tab->nr_sids + 1, sizeof(*sids), GFP_KERNEL);
	if (!sids)
		return -ENOMEM;
	sids[tab->nr_sids] = sid;
	tab->sids = sids;
	tab->nr_sids++;
	return 0;
}

void smmu3_cdtab_del_sid(struct smmu3_cdtab *tab, u32 sid)
{
	unsigned int i;

	for (i = 0; i < tab->nr_sids; i++) {
		if (tab->sids[i] == sid) {
			tab->sids[i] = tab->sids[--tab->nr_sids];
			return;
		}
	}
}

static int cdtab_ensure_top(struct smmu3_cdtab *tab)
{
	void *mem;

	if (tab->l1 || tab->linear)
		return 0;
	if (tab->geom.two_level && !tab->leaf) {
		tab->leaf = kvcalloc(cdtab_nr_l1(tab), sizeof(*tab->leaf), GFP_KERNEL);
		if (!tab->leaf)
			return -ENOMEM;
	}
	if (tab->geom.two_level && !tab->leaf_dma) {
		tab->leaf_dma = kvcalloc(cdtab_nr_l1(tab), sizeof(*tab->leaf_dma), GFP_KERNEL);
		if (!tab->leaf_dma)
			return -ENOMEM;
	}
	mem = cdtab_alloc_mem(tab, tab->geom.l1_sz, &tab->dma);
	if (!mem)
		return -ENOMEM;
	if (tab->geom.two_level)
		tab->l1 = mem;
	else
		tab->linear = mem;
	return 0;
}

/* CFGI_CD for each stream that reads this table, then one CMD_SYNC. */
static void cdtab_sync(struct smmu3_cdtab *tab, u32 ssid, bool leaf)
{
	struct smmu3_cmd cmds[CDTAB_BATCH] SMMU3_UNCLEARED;
	unsigned int i, nr = 0;

	if (!tab->live)
		return;
	for (i = 0; i < tab->nr_sids; i++) {
		if (nr == CDTAB_BATCH) {
			smmu3_cmdq_post_nosync(&tab->smmu->cmdq, cmds, nr);
			nr = 0;
		}
		cmds[nr++] = smmu3_cmd_cfgi_cd(tab->sids[i], ssid, leaf);
	}
	smmu3_cmdq_issue(&tab->smmu->cmdq, cmds, nr);
}

int smmu3_cdtab_ensure(struct smmu3_cdtab *tab, u32 ssid)
{
	u32 i = ssid >> tab->geom.leaf_lg2;
	struct smmu3_cd *leaf;
	int ret;

	if (ssid >> tab->geom.cdmax_lg2)
		return -ERANGE;
	ret = cdtab_ensure_top(tab);
	if (ret || !tab->geom.two_level || tab->leaf[i])
		return ret;
	/* Coherent DMA memory is zeroed: every CD has V = 0. */
	leaf = cdtab_alloc_mem(tab, tab->geom.leaf_sz, &tab->leaf_dma[i]);
	if (!leaf)
		return -ENOMEM;
	/*
	 * The CDs before the descriptor that leads to them; pairs with the SMMU's dependent
	 * fetch.
	 */
	dma_wmb();
	smmu3_store64(&tab->l1[i], cpu_to_le64(smmu3_cd_l1_make(tab->leaf_dma[i])));
	/*
	 * Readers without the attach lock (debugfs) find a zeroed leaf; pairs with
	 * smmu3_cdtab_cd().
	 */
	smp_store_release(&tab->leaf[i], leaf);
	tab->nr_leaves++;
	cdtab_sync(tab, ssid, false);
	return 0;
}

struct smmu3_cd *smmu3_cdtab_cd(const struct smmu3_cdtab *tab, u32 ssid)
{
	struct smmu3_cd *leaf;

	if (ssid >> tab->geom.cdmax_lg2)
		return NULL;
	if (!tab->geom.two_level)
		return tab->linear ? &tab->linear[ssid] : NULL;
	if (!tab->l1)
		return NULL;
	/* Pairs with the release in smmu3_cdtab_ensure(). */
	leaf = smp_load_acquire(&tab->leaf[ssid >> tab->geom.leaf_lg2]);
	return leaf ? &leaf[ssid & ((1U << tab->geom.leaf_lg2) - 1)] : NULL;
}

void smmu3_cdtab_install(struct smmu3_cdtab *tab, u32 ssid, const struct smmu3_cd *target)
{
	struct smmu3_cd *cd = smmu3_cdtab_cd(tab, ssid);
	struct smmu3_entry_plan plan SMMU3_UNCLEARED;
	unsigned int i;

	smmu3_cd_plan(&plan, cd, target);
	smmu3_trace_entry(tab->smmu, true, tab->nr_sids ? tab->sids[0] : 0, ssid, &plan);
	for (i = 0; i < plan.nr_stores; i++) {
		smmu3_store64(&cd->q[plan.store[i].qword], plan.store[i].value);
		if (plan.store[i].sync)
			cdtab_sync(tab, ssid, true);
	}
}

size_t smmu3_cdtab_mem(const struct smmu3_cdtab *tab)
{
	size_t sz = tab->l1 || tab->linear ? tab->geom.l1_sz : 0;

	return sz + tab->nr_leaves * tab->geom.leaf_sz;
}
