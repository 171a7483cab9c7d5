/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SVA: a process's page tables as a domain.
 *
 * ARM IHI 0070, 3.12, 5.4. Layer 3.
 */
#ifndef SMMU3_API_SVA_H
#define SMMU3_API_SVA_H

#include <linux/iommu.h>

struct mm_struct;
struct smmu3_sva_faults;

/**
 * smmu3_sva_domain_alloc() - a domain of a process's own page tables
 * @dev: a device that it is going to be attached to
 * @mm: the address space; it has users
 *
 * It can be attached to PASIDs only, behind any SMMU that can read what the CPU reads. What the
 * process unmaps is invalidated, faults are served, and when the process has ended every access
 * faults.
 * Context: may sleep; takes the mmap lock for writing.
 * Return: the domain, or ERR_PTR: -EOPNOTSUPP the SMMU cannot read these tables (a line in the log
 * says why), -ENOMEM, -EINTR.
 */
struct iommu_domain *smmu3_sva_domain_alloc(struct device *dev, struct mm_struct *mm);

/* The module goes: wait for what is left of domains that were freed. May sleep. */
void smmu3_sva_exit(void);

/* Figures about the faults of an SVA domain of smmu3's. Any context. */
void smmu3_sva_get_faults(struct iommu_domain *domain, struct smmu3_sva_faults *faults);

#endif
