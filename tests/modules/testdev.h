/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The DMA test driver: a PCI function whose DMA is steered from user space, at addresses that are
 * mapped, not mapped, or no longer mapped. Drives QEMU's iommu-testdev (writes) and edu (reads
 * and writes), both on stock kernels.
 */
#ifndef SMMU3_TESTDEV_H
#define SMMU3_TESTDEV_H

#include <linux/dma-mapping.h>
#include <linux/mutex.h>
#include <linux/pci.h>

#define TESTDEV_NR_SLOTS	8

/* One buffer and, while @mapped, its streaming mapping. */
struct testdev_slot {
	void *cpu;
	size_t sz;
	dma_addr_t iova;
	enum dma_data_direction dir;
	bool mapped;
};

enum testdev_kind { TESTDEV_ITD, TESTDEV_EDU };

/* What a job of the engine came to. */
enum testdev_outcome {
	TESTDEV_OK,		/* data arrived where it should */
	TESTDEV_REFUSED,	/* the bus refused the access */
	TESTDEV_ASTRAY,		/* accepted, but the data is not at the expected place */
	TESTDEV_BROKEN,		/* the engine did not work at all */
};

struct testdev {
	struct pci_dev *pdev;
	void __iomem *bar;
	enum testdev_kind kind;
	struct mutex lock;	/* all below, and the engine's registers */
	struct testdev_slot slots[TESTDEV_NR_SLOTS];
	struct dentry *dir;
	char answer[256];
};

/**
 * testdev_write() - let the device write its pattern to memory
 * @td: device, locked
 * @iova: address that the device puts on the bus
 * @pa: where the data is expected
 * @len: bytes, at most a page for edu
 */
enum testdev_outcome testdev_write(struct testdev *td, u64 iova, phys_addr_t pa, u32 len);

/**
 * testdev_copy() - let the device read @len bytes at @src and write them at @dst
 * @td: device of kind TESTDEV_EDU, locked
 * @src: address that the device reads
 * @dst: address that the device writes
 * @len: bytes, at most a page
 *
 * edu does not report whether its accesses succeeded: compare the memory.
 *
 * Return: 0, -EOPNOTSUPP for an engine that cannot read, -ETIMEDOUT.
 */
int testdev_copy(struct testdev *td, u64 src, u64 dst, u32 len);

#endif
