// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stream table: memory and updates of live entries.
 *
 * ARM IHI 0070, 3.3.1 "Stream table lookup", 3.21.3, 5.1. Layer 1.
 * Invariant: an entry that no device claims aborts, and a level 2 table is published only when
 * all of its entries do.
 */
#include <linux/bitfield.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/slab.h>
#include "../debug/trace.h"
#include "../fmt/uncleared.h"
#include "device.h"
#include "mmio.h"

/* The word of an STE that EATS is in. */
#define STE_EATS_QWORD	1

static void strtab_fill_abort(struct smmu3_ste *ste, unsigned int nr)
{
	struct smmu3_ste abort;
	unsigned int i;

	smmu3_ste_make_abort(&abort);
	for (i = 0; i < nr; i++)
		ste[i] = abort;
}

/* IDR1.TABLES_PRESET: place, size and format are the SMMU's; the contents are ours. */
static int strtab_map_preset(struct smmu3_device *smmu)
{
	struct smmu3_strtab *tab = &smmu->strtab;
	u32 cfg = smmu3_read32(smmu, REG_STRTAB_BASE_CFG);
	phys_addr_t pa = smmu3_read64(smmu, REG_STRTAB_BASE) & STRTAB_BASE_ADDR;
	u8 lg2 = FIELD_GET(STRTAB_BASE_CFG_LOG2SIZE, cfg);
	void *mem;

	tab->preset = true;
	tab->geom.two_level = FIELD_GET(STRTAB_BASE_CFG_FMT, cfg) == STRTAB_FMT_2LVL;
	tab->geom.split = tab->geom.two_level ? FIELD_GET(STRTAB_BASE_CFG_SPLIT, cfg) : 0;
	tab->geom.sid_bits = lg2;
	if (lg2 > 32 || lg2 < tab->geom.split ||
	    (tab->geom.two_level && tab->geom.split != 6 && tab->geom.split != 8 &&
	     tab->geom.split != 10)) {
		dev_err(smmu->dev, "preset stream table has an impossible format (%#x)\n", cfg);
		return -EOPNOTSUPP;
	}
	tab->geom.l1_sz = (tab->geom.two_level ? 8UL : sizeof(struct smmu3_ste)) <<
			  (lg2 - tab->geom.split);
	tab->geom.l2_sz = tab->geom.two_level ? sizeof(struct smmu3_ste) << tab->geom.split : 0;
	if (smmu->feat.preset_rel)
		pa += smmu->reg_pa;
	mem = memremap(pa, tab->geom.l1_sz, MEMREMAP_WC);
	if (!mem) {
		dev_err(smmu->dev, "preset stream table at %pa cannot be mapped\n", &pa);
		return -EOPNOTSUPP;
	}
	tab->dma = pa;
	if (tab->geom.two_level)
		tab->l1 = mem;
	else
		tab->linear = mem;
	return 0;
}

static int strtab_alloc_top(struct smmu3_device *smmu)
{
	struct smmu3_strtab *tab = &smmu->strtab;

	smmu3_strtab_geom(&tab->geom, smmu->feat.sid_bits,
			  smmu3_device_has(smmu, SMMU3_FEAT_ST_2LVL), PAGE_SHIFT + MAX_PAGE_ORDER);
	if (tab->geom.sid_bits < smmu->feat.sid_bits)
		dev_notice(smmu->dev, "stream table covers %u of %u StreamID bits\n",
			   tab->geom.sid_bits, smmu->feat.sid_bits);
	if (smmu3_dmamem_alloc(smmu->dev, &tab->mem, tab->geom.l1_sz)) {
		dev_err(smmu->dev, "no memory for the stream table (%zu bytes)\n", tab->geom.l1_sz);
		return -ENOMEM;
	}
	tab->dma = tab->mem.dma;
	if (tab->geom.two_level)
		tab->l1 = tab->mem.cpu;
	else
		tab->linear = tab->mem.cpu;
	return 0;
}

static size_t strtab_nr_l1(const struct smmu3_strtab *tab)
{
	return (size_t)1 << (tab->geom.sid_bits - tab->geom.split);
}

int smmu3_strtab_init(struct smmu3_device *smmu)
{
	struct smmu3_strtab *tab = &smmu->strtab;
	int ret;

	mutex_init(&tab->lock);
	raw_spin_lock_init(&tab->ats_lock);
	ret = smmu->feat.tables_preset ? strtab_map_preset(smmu) : strtab_alloc_top(smmu);
	if (ret)
		return ret;
	if (!tab->geom.two_level) {
		/* A preset table may be live under firmware: smmu3_strtab_claim(). */
		if (!tab->preset)
			strtab_fill_abort(tab->linear, 1U << tab->geom.sid_bits);
		return 0;
	}
	tab->l2 = kvcalloc(strtab_nr_l1(tab), sizeof(*tab->l2), GFP_KERNEL);
	if (!tab->l2) {
		smmu3_strtab_fini(smmu);
		return -ENOMEM;
	}
	return 0;
}

static dma_addr_t strtab_l2_dma(const struct smmu3_strtab *tab, size_t i)
{
	return le64_to_cpu(tab->l1[i]) & STE_L1_L2PTR;
}

void smmu3_strtab_fini(struct smmu3_device *smmu)
{
	struct smmu3_strtab *tab = &smmu->strtab;
	void *top = tab->geom.two_level ? (void *)tab->l1 : (void *)tab->linear;
	size_t i;

	for (i = 0; tab->l2 && i < strtab_nr_l1(tab); i++) {
		if (tab->l2[i])
			dma_free_coherent(smmu->dev, tab->geom.l2_sz, tab->l2[i],
					  strtab_l2_dma(tab, i));
	}
	kvfree(tab->l2);
	tab->l2 = NULL;
	if (top && tab->preset)
		memunmap(top);
	else
		smmu3_dmamem_free(smmu->dev, &tab->mem);
	tab->l1 = NULL;
	tab->linear = NULL;
}

void smmu3_strtab_claim(struct smmu3_device *smmu)
{
	struct smmu3_strtab *tab = &smmu->strtab;

	if (!tab->preset)
		return;
	if (tab->geom.two_level)
		memset(tab->l1, 0, tab->geom.l1_sz);
	else
		strtab_fill_abort(tab->linear, 1U << tab->geom.sid_bits);
}

void smmu3_strtab_program(struct smmu3_device *smmu)
{
	struct smmu3_strtab *tab = &smmu->strtab;

	if (tab->preset)
		return;
	smmu3_write64(smmu, REG_STRTAB_BASE, (tab->dma & STRTAB_BASE_ADDR) | STRTAB_BASE_RA);
	smmu3_write32(smmu, REG_STRTAB_BASE_CFG,
		      FIELD_PREP(STRTAB_BASE_CFG_FMT,
				 tab->geom.two_level ? STRTAB_FMT_2LVL : STRTAB_FMT_LINEAR) |
		      FIELD_PREP(STRTAB_BASE_CFG_SPLIT, tab->geom.split) |
		      FIELD_PREP(STRTAB_BASE_CFG_LOG2SIZE, tab->geom.sid_bits));
}

bool smmu3_strtab_covers(const struct smmu3_device *smmu, u32 sid)
{
	return !((u64)sid >> smmu->strtab.geom.sid_bits);
}

/* Fill, then publish: the SMMU never finds a level 2 table with anything but aborting entries. */
static int strtab_add_l2(struct smmu3_device *smmu, u32 sid, size_t i)
{
	struct smmu3_strtab *tab = &smmu->strtab;
	struct smmu3_cmd cfgi = smmu3_cmd_cfgi_ste(sid, false);
	struct smmu3_ste *l2;
	dma_addr_t dma;

	lockdep_assert_held(&tab->lock);
	l2 = dma_alloc_coherent(smmu->dev, tab->geom.l2_sz, &dma, GFP_KERNEL | __GFP_NOWARN);
	if (!l2)
		return -ENOMEM;
	strtab_fill_abort(l2, 1U << tab->geom.split);
	/*
	 * The entries before the descriptor that leads to them; pairs with the SMMU's
	 * dependent fetch.
	 */
	dma_wmb();
	smmu3_store64(&tab->l1[i], cpu_to_le64(smmu3_ste_l1_make(dma, tab->geom.split)));
	/* The lookup of smmu3_strtab_ste() finds filled entries; pairs with its acquire. */
	smp_store_release(&tab->l2[i], l2);
	tab->nr_l2++;
	/*
	 * An invalid descriptor may be cached, too. The doorbell orders it behind the
	 * descriptor.
	 */
	smmu3_cmdq_issue(&smmu->cmdq, &cfgi, 1);
	return 0;
}

int smmu3_strtab_ensure(struct smmu3_device *smmu, u32 sid)
{
	struct smmu3_strtab *tab = &smmu->strtab;
	size_t i = sid >> tab->geom.split;
	int ret = 0;

	if (!smmu3_strtab_covers(smmu, sid))
		return -ERANGE;
	if (!tab->geom.two_level)
		return 0;
	mutex_lock(&tab->lock);
	if (!tab->l2[i])
		ret = strtab_add_l2(smmu, sid, i);
	mutex_unlock(&tab->lock);
	return ret;
}

struct smmu3_ste *smmu3_strtab_ste(const struct smmu3_device *smmu, u32 sid)
{
	const struct smmu3_strtab *tab = &smmu->strtab;
	struct smmu3_ste *l2;

	if (!smmu3_strtab_covers(smmu, sid))
		return NULL;
	if (!tab->geom.two_level)
		return tab->linear ? &tab->linear[sid] : NULL;
	if (!tab->l2)
		return NULL;
	/* Pairs with the release in strtab_add_l2(). */
	l2 = smp_load_acquire(&tab->l2[sid >> tab->geom.split]);
	return l2 ? &l2[sid & ((1U << tab->geom.split) - 1)] : NULL;
}

static void strtab_store(struct smmu3_device *smmu, u32 sid, __le64 *word, unsigned int qword,
			 __le64 value)
{
	unsigned long flags;

	if (qword != STE_EATS_QWORD) {
		smmu3_store64(word, value);
		return;
	}
	raw_spin_lock_irqsave(&smmu->strtab.ats_lock, flags);
	if (smmu->sink->ats_barred && smmu->sink->ats_barred(smmu, sid))
		value &= ~cpu_to_le64(STE_EATS);
	smmu3_store64(word, value);
	raw_spin_unlock_irqrestore(&smmu->strtab.ats_lock, flags);
}

void smmu3_strtab_clear_eats(struct smmu3_device *smmu, u32 sid)
{
	struct smmu3_ste *ste = smmu3_strtab_ste(smmu, sid);
	unsigned long flags;
	__le64 value;

	if (!ste)
		return;
	raw_spin_lock_irqsave(&smmu->strtab.ats_lock, flags);
	value = ste->q[STE_EATS_QWORD];
	if (value & cpu_to_le64(STE_EATS))
		smmu3_store64(&ste->q[STE_EATS_QWORD], value & ~cpu_to_le64(STE_EATS));
	raw_spin_unlock_irqrestore(&smmu->strtab.ats_lock, flags);
}

int smmu3_strtab_bar_ats(struct smmu3_device *smmu, u32 sid)
{
	struct smmu3_cmd cfgi = smmu3_cmd_cfgi_ste(sid, true);

	smmu3_strtab_clear_eats(smmu, sid);
	return smmu3_cmdq_issue(&smmu->cmdq, &cfgi, 1);
}

void smmu3_strtab_install(struct smmu3_device *smmu, u32 sid, const struct smmu3_ste *target)
{
	struct smmu3_ste *ste = smmu3_strtab_ste(smmu, sid);
	struct smmu3_cmd cfgi = smmu3_cmd_cfgi_ste(sid, true);
	struct smmu3_entry_plan plan SMMU3_UNCLEARED;
	unsigned int i;

	/* The CDs before the entry that leads to them: no doorbell has ordered them yet. */
	dma_wmb();
	smmu3_ste_plan(&plan, ste, target);
	smmu3_trace_entry(smmu, false, sid, 0, &plan);
	for (i = 0; i < plan.nr_stores; i++) {
		unsigned int qword = plan.store[i].qword;

		strtab_store(smmu, sid, &ste->q[qword], qword, plan.store[i].value);
		if (plan.store[i].sync)
			smmu3_cmdq_issue(&smmu->cmdq, &cfgi, 1);
	}
	if (plan.nr_stores && smmu3_device_has(smmu, SMMU3_FEAT_PREFETCH_CONFIG)) {
		cfgi = smmu3_cmd_prefetch_config(sid);
		smmu3_cmdq_post_nosync(&smmu->cmdq, &cfgi, 1);
	}
}

void smmu3_strtab_preset_ste(struct smmu3_device *smmu, u32 sid, const struct smmu3_ste *target)
{
	*smmu3_strtab_ste(smmu, sid) = *target;
}

size_t smmu3_strtab_mem(const struct smmu3_device *smmu)
{
	return smmu->strtab.geom.l1_sz + smmu->strtab.nr_l2 * smmu->strtab.geom.l2_sz;
}
