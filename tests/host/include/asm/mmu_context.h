/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CPUs' ASIDs. Layer: tests.
 */
#ifndef SMMU3_HOST_ASM_MMU_CONTEXT_H
#define SMMU3_HOST_ASM_MMU_CONTEXT_H

/**
 * struct mm_struct - a process, as far as layer 2 knows one
 * @asid: by which the CPUs know it; 0: it cannot be pinned
 * @pins: how often it is
 */
struct mm_struct {
	unsigned long	asid;
	unsigned int	pins;
};

static inline unsigned long arm64_mm_context_get(struct mm_struct *mm)
{
	mm->pins += !!mm->asid;
	return mm->asid;
}

static inline void arm64_mm_context_put(struct mm_struct *mm)
{
	mm->pins--;
}

#endif
