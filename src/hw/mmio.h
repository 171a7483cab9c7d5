/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Register access.
 *
 * ARM IHI 0070, chapter 6 "Memory map and registers". Layer 1.
 * Every register access of the driver goes through these, so that the same source runs over a
 * register stub (SMMU3_MMIO_STUB) in a process and under KUnit.
 */
#ifndef SMMU3_HW_MMIO_H
#define SMMU3_HW_MMIO_H

#include <linux/io.h>
#include "device.h"

#ifdef SMMU3_MMIO_STUB
u32 smmu3_stub_read32(const void __iomem *addr);
void smmu3_stub_write32(u32 val, void __iomem *addr);
u64 smmu3_stub_read64(const void __iomem *addr);
void smmu3_stub_write64(u64 val, void __iomem *addr);
void smmu3_stub_store64(__le64 *word, __le64 val);
#else
#define smmu3_stub_read32(a)		readl_relaxed(a)
#define smmu3_stub_write32(v, a)	writel_relaxed(v, a)
#define smmu3_stub_read64(a)		readq_relaxed(a)
#define smmu3_stub_write64(v, a)	writeq_relaxed(v, a)
#define smmu3_stub_store64(w, v)	WRITE_ONCE(*(w), v)
#endif

/*
 * One store into a structure that the SMMU may be reading at this instant; single-copy
 * atomic, unordered.
 */
static inline void smmu3_store64(__le64 *word, __le64 val)
{
	smmu3_stub_store64(word, val);
}

static inline void __iomem *smmu3_mmio_addr(const struct smmu3_device *smmu, u32 reg)
{
	return reg < SMMU3_PAGE_SZ ? smmu->page0 + reg : smmu->page1 + (reg - SMMU3_PAGE_SZ);
}

/* Where the address of a register is known. Unordered against memory, as what follows. */
static inline u32 smmu3_mmio_read32(const void __iomem *addr)
{
	return smmu3_stub_read32(addr);
}

static inline u64 smmu3_mmio_read64(const void __iomem *addr)
{
	return smmu3_stub_read64(addr);
}

static inline void smmu3_mmio_write32(void __iomem *addr, u32 val)
{
	smmu3_stub_write32(val, addr);
}

static inline void smmu3_mmio_write64(void __iomem *addr, u64 val)
{
	smmu3_stub_write64(val, addr);
}

/* For registers that hand nothing over. */
static inline u32 smmu3_read32(const struct smmu3_device *smmu, u32 reg)
{
	return smmu3_mmio_read32(smmu3_mmio_addr(smmu, reg));
}

static inline u64 smmu3_read64(const struct smmu3_device *smmu, u32 reg)
{
	return smmu3_mmio_read64(smmu3_mmio_addr(smmu, reg));
}

static inline void smmu3_write32(struct smmu3_device *smmu, u32 reg, u32 val)
{
	smmu3_mmio_write32(smmu3_mmio_addr(smmu, reg), val);
}

static inline void smmu3_write64(struct smmu3_device *smmu, u32 reg, u64 val)
{
	smmu3_mmio_write64(smmu3_mmio_addr(smmu, reg), val);
}

/*
 * Hand memory over to the SMMU: all earlier stores are visible to it before the register
 * changes. Pairs with the SMMU's own read of the structure after the register.
 */
static inline void smmu3_mmio_write32_release(void __iomem *addr, u32 val)
{
	dma_wmb();
	smmu3_mmio_write32(addr, val);
}

static inline void smmu3_write32_release(struct smmu3_device *smmu, u32 reg, u32 val)
{
	smmu3_mmio_write32_release(smmu3_mmio_addr(smmu, reg), val);
}

/*
 * Take memory over from the SMMU: later loads see what it wrote before it changed the register.
 */
static inline u32 smmu3_mmio_read32_acquire(const void __iomem *addr)
{
	u32 val = smmu3_mmio_read32(addr);

	dma_rmb();
	return val;
}

static inline u32 smmu3_read32_acquire(const struct smmu3_device *smmu, u32 reg)
{
	return smmu3_mmio_read32_acquire(smmu3_mmio_addr(smmu, reg));
}

#endif
