// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bonds of devices and processes, and what drivers of devices call (include/smmu3/sva.h), on
 * kernels without the SVA core.
 *
 * Layer 3. They are made of what the IOMMU core always has: domains on PASIDs. Invariant: a process
 * has one domain and one PASID, from its first bond to its last.
 */
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <smmu3/sva.h>
#include "domain.h"
#include "sva.h"

/**
 * struct bind_process - a process that devices use
 * @link: in bind_processes
 * @mm: its address space; the domain holds the structure
 * @domain: its page tables
 * @pasid: its PASID
 * @bonds: how many
 */
struct bind_process {
	struct list_head	link;
	struct mm_struct	*mm;
	struct iommu_domain	*domain;
	ioasid_t		pasid;
	unsigned int		bonds;
};

/**
 * struct bind_bond - a device that uses a process
 * @sva: what the device's driver sees
 * @link: in bind_bonds
 * @process: the process
 * @users: how often it was bound
 */
struct bind_bond {
	struct smmu3_sva	sva;
	struct list_head	link;
	struct bind_process	*process;
	unsigned int		users;
};

static DEFINE_MUTEX(bind_lock);		/* protects all of these */
static LIST_HEAD(bind_processes);
static LIST_HEAD(bind_bonds);

static struct bind_process *bind_process_new(struct device *dev, struct mm_struct *mm)
{
	struct bind_process *process = kzalloc(sizeof(*process), GFP_KERNEL);
	int ret = -ENOSPC;

	if (!process)
		return ERR_PTR(-ENOMEM);
	process->mm = mm;
	process->pasid = iommu_alloc_global_pasid(dev);
	if (process->pasid == IOMMU_PASID_INVALID)
		goto err_free;
	process->domain = smmu3_sva_domain_alloc(dev, mm);
	if (IS_ERR(process->domain)) {
		ret = PTR_ERR(process->domain);
		goto err_free_pasid;
	}
	list_add(&process->link, &bind_processes);
	return process;

err_free_pasid:
	iommu_free_global_pasid(process->pasid);
err_free:
	kfree(process);
	return ERR_PTR(ret);
}

/* Without bonds it goes. */
static void bind_process_check(struct bind_process *process)
{
	if (process->bonds)
		return;
	list_del(&process->link);
	/* It is not the core's to free: an old one takes its type for its own SVA's. */
	process->domain->ops->free(process->domain);
	iommu_free_global_pasid(process->pasid);
	kfree(process);
}

static struct bind_process *bind_process(struct device *dev, struct mm_struct *mm)
{
	struct bind_process *process;

	list_for_each_entry(process, &bind_processes, link) {
		if (process->mm != mm)
			continue;
		/* The core would say 0 and do nothing where there are none at all. */
		return process->pasid < dev->iommu->max_pasids ? process : ERR_PTR(-EOVERFLOW);
	}
	return bind_process_new(dev, mm);
}

static struct bind_bond *bind_find(struct device *dev, struct mm_struct *mm)
{
	struct bind_bond *bond;

	list_for_each_entry(bond, &bind_bonds, link) {
		if (bond->sva.dev == dev && bond->process->mm == mm)
			return bond;
	}
	return NULL;
}

static struct bind_bond *bind_new(struct device *dev, struct mm_struct *mm)
{
	struct bind_bond *bond = kzalloc(sizeof(*bond), GFP_KERNEL);
	struct bind_process *process;
	int ret;

	if (!bond)
		return ERR_PTR(-ENOMEM);
	process = bind_process(dev, mm);
	if (IS_ERR(process)) {
		kfree(bond);
		return ERR_CAST(process);
	}
	ret = iommu_attach_device_pasid(process->domain, dev, process->pasid, NULL);
	if (ret) {
		bind_process_check(process);
		kfree(bond);
		return ERR_PTR(ret);
	}
	process->bonds++;
	bond->process = process;
	bond->users = 1;
	bond->sva = (struct smmu3_sva){
		.provider = &smmu3_sva_provider, .dev = get_device(dev), .pasid = process->pasid,
	};
	list_add(&bond->link, &bind_bonds);
	return bond;
}

static bool bind_is_ours(struct device *dev)
{
	return dev->iommu && dev->iommu->iommu_dev && dev->iommu->iommu_dev->ops == &smmu3_ops;
}

static struct smmu3_sva *bind_bind(struct device *dev, struct mm_struct *mm)
{
	struct bind_bond *bond;

	if (!bind_is_ours(dev))
		return ERR_PTR(-ENODEV);
	if (!dev->iommu->max_pasids)
		return ERR_PTR(-EOPNOTSUPP);
	mutex_lock(&bind_lock);
	bond = bind_find(dev, mm);
	if (bond)
		bond->users++;
	else
		bond = bind_new(dev, mm);
	mutex_unlock(&bind_lock);
	return IS_ERR(bond) ? ERR_CAST(bond) : &bond->sva;
}

static void bind_unbind(struct smmu3_sva *sva)
{
	struct bind_bond *bond = container_of(sva, struct bind_bond, sva);
	struct bind_process *process = bond->process;

	mutex_lock(&bind_lock);
	if (!--bond->users) {
		iommu_detach_device_pasid(process->domain, sva->dev, process->pasid);
		process->bonds--;
		bind_process_check(process);
		list_del(&bond->link);
		put_device(sva->dev);
		kfree(bond);
	}
	mutex_unlock(&bind_lock);
}

static int bind_faults(struct smmu3_sva *sva, struct smmu3_sva_faults *faults)
{
	struct bind_bond *bond = container_of(sva, struct bind_bond, sva);

	smmu3_sva_get_faults(bond->process->domain, faults);
	return 0;
}

const struct smmu3_sva_provider smmu3_sva_provider = {
	.bind	= bind_bind,
	.unbind	= bind_unbind,
	.faults	= bind_faults,
};
EXPORT_SYMBOL_GPL(smmu3_sva_provider);
