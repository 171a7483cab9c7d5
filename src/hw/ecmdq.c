// SPDX-License-Identifier: GPL-2.0-only
/*
 * Enhanced command queues: finding, enabling, errors. Posting and waiting are cmdq.c's.
 *
 * ARM IHI 0070, 3.5.6, 6.2.5, 6.3.49 "SMMU_CMDQ_CONTROL_PAGE_BASE", 6.3.107 to 6.3.109. Layer 1.
 *
 * Invariant: nobody posts to a queue between EN and its ENACK, where PROD ignores writes; and one
 * that has been handed out is used, or its SMMU does not translate.
 */
#include <linux/cpumask.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include "ecmdq.h"
#include "gerror.h"
#include "mmio.h"
#include "reset.h"

/* An invalidation takes a run of commands; few CPUs, often one, share a queue. */
#define ECMDQ_LG2	8

/* Those that the SMMU has. */
static unsigned int ecmdq_nr_had(const struct smmu3_device *smmu)
{
	if (!smmu->ecmdq_pages)
		return 0;
	return 1U << (smmu->feat.ecmdq_lg2_pages + smmu->feat.ecmdq_lg2_per_page);
}

/* 6.2.5: they are spread evenly over pages that follow one another. */
static void __iomem *ecmdq_regs(const struct smmu3_device *smmu, unsigned int n)
{
	return smmu->ecmdq_pages + n * (SMMU3_PAGE_SZ >> smmu->feat.ecmdq_lg2_per_page);
}

size_t smmu3_ecmdq_pages(struct smmu3_device *smmu, u64 base, phys_addr_t *pa)
{
	/* The offset is from page 0; nothing but registers has been specified. */
	if (!(base & CONTROL_PAGE_ADDR) || !(base & CONTROL_PAGE_PRESET)) {
		dev_warn(smmu->dev, "the first ECMDQ control page is said to be at %#llx, using none\n",
			 base);
		return 0;
	}
	*pa = smmu->reg_pa + (base & CONTROL_PAGE_ADDR);
	return (size_t)SMMU3_PAGE_SZ << smmu->feat.ecmdq_lg2_pages;
}

/* Those that are of use: one for each CPU, or a power of two that CPUs share evenly. */
static unsigned int ecmdq_nr_wanted(const struct smmu3_device *smmu)
{
	/* A crash kernel saves memory; and who has preset queues has none for these. */
	if (smmu->one_cmdq || smmu->kdump || smmu->feat.queues_preset)
		return 0;
	return min_t(unsigned int, ecmdq_nr_had(smmu), roundup_pow_of_two(nr_cpu_ids));
}

void smmu3_ecmdq_init(struct smmu3_device *smmu)
{
	unsigned int nr = ecmdq_nr_wanted(smmu), i;
	u8 lg2 = min_t(u8, ECMDQ_LG2, smmu->feat.cmdq_lg2_max);

	if (!nr)
		return;
	smmu->ecmdqs = kvcalloc(nr, sizeof(*smmu->ecmdqs), GFP_KERNEL | __GFP_NOWARN);
	if (!smmu->ecmdqs)
		return;
	smmu->nr_ecmdqs = nr;
	for (i = 0; i < nr; i++) {
		if (smmu3_cmdq_init(&smmu->ecmdqs[i], smmu, ecmdq_regs(smmu, i), lg2)) {
			smmu3_ecmdq_fini(smmu);
			return;
		}
	}
}

void smmu3_ecmdq_fini(struct smmu3_device *smmu)
{
	unsigned int i;

	WRITE_ONCE(smmu->ecmdqs_on, NULL);
	for (i = 0; i < smmu->nr_ecmdqs; i++)
		smmu3_cmdq_fini(&smmu->ecmdqs[i]);
	smmu->nr_ecmdqs = 0;
	kvfree(smmu->ecmdqs);
	smmu->ecmdqs = NULL;
}

static int ecmdq_poll(struct smmu3_device *smmu, unsigned int n, u32 want)
{
	char what[32];

	snprintf(what, sizeof(what), "ECMDQ %u %s", n, want ? "on" : "off");
	return smmu3_reset_poll(smmu, ecmdq_regs(smmu, n) + CMDQ_REG_CONS, ECMDQ_CONS_ENACK, want,
				what);
}

int smmu3_ecmdq_disable(struct smmu3_device *smmu)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ecmdq_nr_had(smmu); i++) {
		void __iomem *prod = ecmdq_regs(smmu, i) + CMDQ_REG_PROD;
		u32 val = smmu3_mmio_read32(prod);

		if (!(val & ECMDQ_PROD_EN))
			continue;
		/* A write that comes too early is ignored. */
		ret = ecmdq_poll(smmu, i, ECMDQ_CONS_ENACK);
		if (ret)
			return ret;
		smmu3_mmio_write32(prod, val & ~ECMDQ_PROD_EN);
		ret = ecmdq_poll(smmu, i, 0);
		if (ret)
			return ret;
	}
	return 0;
}

/* BASE first, then CONS with ERR as ERRACK; PROD enables. */
static int ecmdq_enable_all(struct smmu3_device *smmu)
{
	unsigned int i;
	int ret;

	for (i = 0; i < smmu->nr_ecmdqs; i++)
		smmu3_cmdq_program(&smmu->ecmdqs[i], ECMDQ_PROD_EN);
	for (i = 0; i < smmu->nr_ecmdqs; i++) {
		ret = ecmdq_poll(smmu, i, ECMDQ_CONS_ENACK);
		if (ret)
			return ret;
	}
	for (i = 0; i < smmu->nr_ecmdqs; i++)
		smmu3_cmdq_start(&smmu->ecmdqs[i]);
	return 0;
}

int smmu3_ecmdq_enable(struct smmu3_device *smmu)
{
	int ret = ecmdq_enable_all(smmu);

	if (!ret) {
		/* Pairs with smmu3_cmdq_mine(), by the dependency. */
		smp_store_release(&smmu->ecmdqs_on, smmu->ecmdqs);
		return 0;
	}
	if (smmu->ecmdqs_on)
		return ret;
	dev_warn(smmu->dev, "the enhanced command queues are not used\n");
	smmu3_ecmdq_disable(smmu);
	smmu3_ecmdq_fini(smmu);
	return 0;
}

void smmu3_ecmdq_errors(struct smmu3_device *smmu)
{
	unsigned int i;

	for (i = 0; i < smmu->nr_ecmdqs; i++) {
		struct smmu3_cmdq *cmdq = &smmu->ecmdqs[i];
		u32 cons = smmu3_mmio_read32(cmdq->regs + CMDQ_REG_CONS);

		/* ERR and ERRACK are the same bit of the two registers. */
		if (!((cons ^ READ_ONCE(cmdq->prod_bits)) & ECMDQ_CONS_ERR))
			continue;
		smmu3_cmdq_error(cmdq, cons);
		smmu3_cmdq_acknowledge(cmdq, ECMDQ_PROD_ERRACK);
	}
}
