// SPDX-License-Identifier: GPL-2.0-only
/*
 * SVA: a process's page tables as a domain.
 *
 * ARM IHI 0070, 3.12, 5.4. Layer 3.
 *
 * The tables are the process's; nothing is pinned. What the CPU's mm does to them reaches the SMMUs
 * by an MMU notifier, and what a device does not find there is brought in as for a CPU, in a worker
 * (core/fault.c). Invariant: after the notifier's release() no SMMU reads the tables.
 */
#include <linux/bitfield.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <asm/pgtable-hwdef.h>
#include <asm/sysreg.h>
#include <smmu3/sva.h>
#include "../core/attach.h"
#include "../core/fault.h"
#include "../core/inv.h"
#include "domain.h"
#include "sva.h"

/**
 * struct sva_domain - a process's page tables
 * @sd: a domain without tables of its own; its space's mm with a reference to the structure, not to
 *	what it maps
 * @notifier: hears of what the process does to its tables
 * @resolver: serves the faults; those on their way keep all of this, with a space that is finished
 * @rcu: spaces with a resolver are looked up under RCU
 */
struct sva_domain {
	struct smmu3_domain	sd;
	struct mmu_notifier	notifier;
	struct smmu3_resolver	resolver;
	struct rcu_head		rcu;
};

/* What the CPU reads its own tables by (TCR_EL1). */
#define SVA_TCR_IR0	GENMASK_ULL(9, 8)
#define SVA_TCR_OR0	GENMASK_ULL(11, 10)
#define SVA_TCR_SH0	GENMASK_ULL(13, 12)
#define SVA_TCR_TG0	GENMASK_ULL(15, 14)
#define SVA_TCR_IPS	GENMASK_ULL(34, 32)
#define SVA_TCR_DS	BIT_ULL(59)
/* Normal memory with allocation tags, which an SMMU does not know (5.4, MAIR). */
#define SVA_ATTR_TAGGED	0xf0
#define SVA_ATTR_NORMAL	0xff

/* ------------------------------------------------------------------ faults */

static vm_flags_t sva_access(const struct smmu3_fault *fault)
{
	return (fault->read ? VM_READ : 0) | (fault->write ? VM_WRITE : 0) |
	       (fault->exec ? VM_EXEC : 0);
}

static unsigned int sva_fault_flags(const struct smmu3_fault *fault)
{
	return FAULT_FLAG_DEFAULT | FAULT_FLAG_REMOTE |
	       (fault->write ? FAULT_FLAG_WRITE : 0) |
	       (fault->exec ? FAULT_FLAG_INSTRUCTION : 0) |
	       (fault->priv ? 0 : FAULT_FLAG_USER);
}

/* As a CPU's fault; a stack does not grow for a device. */
static bool sva_fault_in(struct mm_struct *mm, const struct smmu3_fault *fault)
{
	unsigned long addr = fault->addr & PAGE_MASK;
	unsigned int flags = sva_fault_flags(fault);
	struct vm_area_struct *vma;
	vm_fault_t ret;

	for (;;) {
		mmap_read_lock(mm);
		vma = vma_lookup(mm, addr);
		if (!vma || (sva_access(fault) & ~vma->vm_flags)) {
			mmap_read_unlock(mm);
			return false;
		}
		ret = handle_mm_fault(vma, addr, flags, NULL);
		/* The lock has been let go with either of these. */
		if (ret & VM_FAULT_COMPLETED)
			return true;
		if (!(ret & VM_FAULT_RETRY))
			break;
		flags |= FAULT_FLAG_TRIED;
	}
	mmap_read_unlock(mm);
	return !(ret & VM_FAULT_ERROR);
}

static bool sva_resolve(struct smmu3_resolver *resolver, const struct smmu3_fault *fault)
{
	struct mm_struct *mm = container_of(resolver, struct sva_domain, resolver)->sd.space.mm;
	bool ok;

	if (!mmget_not_zero(mm))
		return false;
	ok = sva_fault_in(mm, fault);
	mmput(mm);
	return ok;
}

static void sva_release_resolver(struct smmu3_resolver *resolver)
{
	struct sva_domain *sva = container_of(resolver, struct sva_domain, resolver);

	mmdrop(sva->sd.space.mm);
	kfree_rcu(sva, rcu);
}

static const struct smmu3_resolver_ops sva_resolver_ops = {
	.resolve	= sva_resolve,
	.release	= sva_release_resolver,
};

/* ------------------------------------------------------------------ the mm */

static void sva_invalidate(struct mmu_notifier *notifier, struct mm_struct *mm,
			   unsigned long start, unsigned long end)
{
	struct sva_domain *sva = container_of(notifier, struct sva_domain, notifier);

	/* Tables may have gone with the leaves, and large leaves among small ones. */
	if (end == ULONG_MAX)
		smmu3_inv_all(&sva->sd.space);
	else if (end > start)
		smmu3_inv_range(&sva->sd.space, start, end - start, PAGE_SIZE, false);
}

static void sva_release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	smmu3_attach_release_space(&container_of(notifier, struct sva_domain, notifier)->sd.space);
}

static void sva_finish(struct sva_domain *sva)
{
	smmu3_space_fini(&sva->sd.space);
	smmu3_resolver_put(&sva->resolver);
}

/* Nobody is in the other two any more. May not sleep. */
static void sva_free_notifier(struct mmu_notifier *notifier)
{
	sva_finish(container_of(notifier, struct sva_domain, notifier));
}

static const struct mmu_notifier_ops sva_notifier_ops = {
	.arch_invalidate_secondary_tlbs	= sva_invalidate,
	.release			= sva_release,
	.free_notifier			= sva_free_notifier,
};

/* ------------------------------------------------------------------ the domain */

static u64 sva_mair(void)
{
	u64 mair = read_sysreg(mair_el1);
	unsigned int i;

	for (i = 0; i < 64; i += 8) {
		if (((mair >> i) & 0xff) == SVA_ATTR_TAGGED)
			mair |= (u64)SVA_ATTR_NORMAL << i;
	}
	return mair;
}

static void sva_describe(struct smmu3_space *space, struct mm_struct *mm)
{
	static const u8 ips_bits[] = { 32, 36, 40, 42, 44, 48, 52, 56 };
	u64 tcr = read_sysreg(tcr_el1);

	space->stage = SMMU3_STAGE1;
	space->owner_name = "sva";
	space->va_bits = ilog2(TASK_SIZE_64);
	space->oas = ips_bits[FIELD_GET(SVA_TCR_IPS, tcr)];
	space->granule_lg2 = PAGE_SHIFT;
	space->coherent = true;
	/* The kernel expects flags to change beneath it, whether or not this CPU does that. */
	space->httu = IS_ENABLED(CONFIG_ARM64_HW_AFDBM);
	space->cd = (struct smmu3_cd_s1){
		.ttb	= virt_to_phys(mm->pgd),
		.mair	= sva_mair(),
		.t0sz	= 64 - space->va_bits,
		.tg	= FIELD_GET(SVA_TCR_TG0, tcr),
		.ir0	= FIELD_GET(SVA_TCR_IR0, tcr),
		.or0	= FIELD_GET(SVA_TCR_OR0, tcr),
		.sh0	= FIELD_GET(SVA_TCR_SH0, tcr),
		.ips	= FIELD_GET(SVA_TCR_IPS, tcr),
		.ds	= tcr & SVA_TCR_DS,
	};
}

/* Said once for each device and cause, more or less. */
static bool sva_fits(struct device *dev, const struct smmu3_space *space)
{
	const char *why = smmu3_space_fits(space, smmu3_master_from(dev)->smmu);

	if (why)
		dev_err_ratelimited(dev, "smmu3: no SVA: %s\n", why);
	return !why;
}

static int sva_set_dev_pasid(struct iommu_domain *domain, struct device *dev, ioasid_t pasid,
			     struct iommu_domain *old)
{
	/* The core knows what the device could send, not what it has been enabled for. */
	if (!smmu3_master_from(dev)->ssid_bits)
		return -EOPNOTSUPP;
	if (!sva_fits(dev, &smmu3_domain_from(domain)->space))
		return -EOPNOTSUPP;
	return smmu3_domain_set_dev_pasid(domain, dev, pasid, old);
}

static void sva_free(struct iommu_domain *domain)
{
	struct sva_domain *sva = container_of(smmu3_domain_from(domain), struct sva_domain, sd);

	/*
	 * The process may be in the middle of an unmap, or of its exit: it finds a space that
	 * nothing is attached to. A bond is not to wait for that; smmu3_sva_exit() does.
	 */
	mmu_notifier_put(&sva->notifier);
	/* Partner of the one in smmu3_sva_domain_alloc(). */
	module_put(THIS_MODULE);
}

static const struct iommu_domain_ops sva_ops = {
	.set_dev_pasid	= sva_set_dev_pasid,
	.free		= sva_free,
};

static struct sva_domain *sva_alloc(struct mm_struct *mm)
{
	struct sva_domain *sva = kzalloc(sizeof(*sva), GFP_KERNEL);

	if (!sva)
		return NULL;
	smmu3_space_init(&sva->sd.space);
	smmu3_resolver_init(&sva->resolver, &sva_resolver_ops);
	/* Whoever binds is the process, or does it for a process. */
	sva->resolver.pid = task_tgid_nr(current);
	get_task_comm(sva->resolver.comm, current);
	sva_describe(&sva->sd.space, mm);
	sva->sd.space.resolver = &sva->resolver;
	mmgrab(mm);
	sva->sd.space.mm = mm;
	sva->sd.domain.type = IOMMU_DOMAIN_SVA;
	sva->sd.domain.ops = &sva_ops;
	sva->sd.domain.owner = &smmu3_ops;
	sva->notifier.ops = &sva_notifier_ops;
	return sva;
}

struct iommu_domain *smmu3_sva_domain_alloc(struct device *dev, struct mm_struct *mm)
{
	struct sva_domain *sva = sva_alloc(mm);
	int ret;

	if (!sva)
		return ERR_PTR(-ENOMEM);
	ret = sva_fits(dev, &sva->sd.space) ? mmu_notifier_register(&sva->notifier, mm) :
					      -EOPNOTSUPP;
	if (ret) {
		sva_finish(sva);
		return ERR_PTR(ret);
	}
	__module_get(THIS_MODULE);
	return &sva->sd.domain;
}

void smmu3_sva_get_faults(struct iommu_domain *domain, struct smmu3_sva_faults *faults)
{
	const struct smmu3_resolver *resolver = smmu3_domain_from(domain)->space.resolver;

	*faults = (struct smmu3_sva_faults){
		.stalls		= atomic64_read(&resolver->stalls),
		.requests	= atomic64_read(&resolver->requests),
		.resolved	= atomic64_read(&resolver->resolved),
		.refused	= atomic64_read(&resolver->refused),
		.dropped	= atomic64_read(&resolver->dropped),
	};
}

void smmu3_sva_exit(void)
{
	mmu_notifier_synchronize();
}
