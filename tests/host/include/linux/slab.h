/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel memory from the process's heap; the n-th allocation can be made to fail. For the host
 * build only.
 */
#ifndef SMMU3_HOST_LINUX_SLAB_H
#define SMMU3_HOST_LINUX_SLAB_H

#include <linux/types.h>
#include <linux/kernel.h>

#define GFP_KERNEL		0x1u
#define GFP_ATOMIC		0x2u
#define GFP_NOWAIT		0x4u
#define __GFP_ZERO		0x8u
#define __GFP_NOWARN		0x10u
#define __GFP_NOFAIL		0x20u
#define GFP_KERNEL_ACCOUNT	GFP_KERNEL

/**
 * host_fail_nth - make an allocation fail
 *
 * Counts down at each allocation; the one that takes it to 0 fails. 0: none will.
 */
extern unsigned int host_fail_nth;

/*
 * DMA memory is aligned to its size and this much further: to no more than this. A power of two,
 * or 0.
 */
extern size_t host_dma_shift;
/* Allocations that live: what a test left behind. */
extern long host_live_allocs;

void *host_alloc(size_t size, gfp_t gfp);
void *host_realloc(void *p, size_t size, gfp_t gfp);
void host_free(const void *p);

#define kmalloc(size, gfp)		host_alloc(size, gfp)
#define kzalloc(size, gfp)		host_alloc(size, (gfp) | __GFP_ZERO)
#define kmalloc_array(n, size, gfp)	host_alloc((n) * (size), gfp)
#define kcalloc(n, size, gfp)		host_alloc((n) * (size), (gfp) | __GFP_ZERO)
#define krealloc(p, size, gfp)		host_realloc(p, size, gfp)
#define krealloc_array(p, n, size, gfp)	host_realloc(p, (n) * (size), gfp)
#define kmemdup(p, size, gfp)		host_memdup(p, size, gfp)
#define kstrdup(s, gfp)			((char *)host_memdup(s, strlen(s) + 1, gfp))
#define kvmalloc(size, gfp)		host_alloc(size, gfp)
#define kvzalloc(size, gfp)		kzalloc(size, gfp)
#define kvmalloc_array(n, size, gfp)	kmalloc_array(n, size, gfp)
#define kvcalloc(n, size, gfp)		kcalloc(n, size, gfp)
#define kfree(p)			host_free(p)
#define kvfree(p)			host_free(p)
#define kfree_sensitive(p)		host_free(p)
void *host_memdup(const void *p, size_t size, gfp_t gfp);

#endif
