/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Markers between which the lab's QEMU plugin (tests/lab/plugin) counts a vCPU's instructions, for
 * programs and for the kernel. They are HINT #96 and #97, which the architecture has not allocated:
 * NOPs on every CPU.
 *
 * Invariant: begin and end run on one CPU with one id; in the kernel with preemption off, in a
 * program pinned.
 */
#ifndef SMMU3_DMABENCH_MARKER_H
#define SMMU3_DMABENCH_MARKER_H

/* The counted number is that of the instructions between the two, without their own. */
static inline void marker_begin(unsigned long id)
{
	asm volatile("mov x0, %0\n\thint #96" :: "rI" (id) : "x0", "memory");
}

static inline void marker_end(unsigned long id)
{
	asm volatile("mov x0, %0\n\thint #97" :: "rI" (id) : "x0", "memory");
}

#endif
