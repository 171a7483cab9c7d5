// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two engines: register interface of iommu-testdev and of edu as QEMU documents them in
 * docs/specs. iommu-testdev writes a fixed pattern at an IOVA and looks for it at a physical
 * address, past any IOMMU, so it is its own witness.
 */
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/iopoll.h>

#include "testdev.h"

/* iommu-testdev */
#define ITD_TRIGGER		0x00
#define ITD_IOVA_LO		0x04
#define ITD_IOVA_HI		0x08
#define ITD_LEN			0x0c
#define ITD_RESULT		0x10
#define ITD_DOORBELL		0x14
#define ITD_PA_LO		0x1c
#define ITD_PA_HI		0x20

#define ITD_DOORBELL_ARM	BIT(0)
#define ITD_RESULT_OK		0x0
#define ITD_RESULT_WRITE_FAILED	0xdead0002
#define ITD_RESULT_MISMATCH	0xdead0004

/* edu */
#define EDU_DMA_SRC		0x80
#define EDU_DMA_DST		0x88
#define EDU_DMA_COUNT		0x90
#define EDU_DMA_CMD		0x98
#define EDU_CMD_RUN		BIT(0)
#define EDU_CMD_TO_MEMORY	BIT(1)
#define EDU_BUFFER		0x40000

static enum testdev_outcome itd_write(struct testdev *td, u64 iova, phys_addr_t pa, u32 len)
{
	u32 result;

	writel(lower_32_bits(iova), td->bar + ITD_IOVA_LO);
	writel(upper_32_bits(iova), td->bar + ITD_IOVA_HI);
	writel(lower_32_bits(pa), td->bar + ITD_PA_LO);
	writel(upper_32_bits(pa), td->bar + ITD_PA_HI);
	writel(len, td->bar + ITD_LEN);
	writel(ITD_DOORBELL_ARM, td->bar + ITD_DOORBELL);
	readl(td->bar + ITD_TRIGGER);
	result = readl(td->bar + ITD_RESULT);

	switch (result) {
	case ITD_RESULT_OK:
		return TESTDEV_OK;
	case ITD_RESULT_WRITE_FAILED:
		return TESTDEV_REFUSED;
	case ITD_RESULT_MISMATCH:
		return TESTDEV_ASTRAY;
	default:
		pci_err(td->pdev, "engine answers %#x\n", result);
		return TESTDEV_BROKEN;
	}
}

static int edu_run(struct testdev *td, u64 src, u64 dst, u32 len, u64 cmd)
{
	u64 state;

	writeq(src, td->bar + EDU_DMA_SRC);
	writeq(dst, td->bar + EDU_DMA_DST);
	writeq(len, td->bar + EDU_DMA_COUNT);
	writeq(cmd | EDU_CMD_RUN, td->bar + EDU_DMA_CMD);
	if (!readq_poll_timeout(td->bar + EDU_DMA_CMD, state, !(state & EDU_CMD_RUN),
				10 * USEC_PER_MSEC, 5 * USEC_PER_SEC))
		return 0;
	pci_err(td->pdev, "engine does not finish\n");
	return -ETIMEDOUT;
}

int testdev_copy(struct testdev *td, u64 src, u64 dst, u32 len)
{
	int ret;

	if (td->kind != TESTDEV_EDU)
		return -EOPNOTSUPP;
	ret = edu_run(td, src, EDU_BUFFER, len, 0);
	if (ret)
		return ret;
	return edu_run(td, EDU_BUFFER, dst, len, EDU_CMD_TO_MEMORY);
}

enum testdev_outcome testdev_write(struct testdev *td, u64 iova, phys_addr_t pa, u32 len)
{
	if (td->kind == TESTDEV_ITD)
		return itd_write(td, iova, pa, len);
	return edu_run(td, EDU_BUFFER, iova, len, EDU_CMD_TO_MEMORY) ? TESTDEV_BROKEN : TESTDEV_OK;
}
