// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register interface of QEMU's edu device (its docs/specs/edu.rst): a factorial, and DMA
 * between memory and a buffer of 4 KiB. The interrupt is MSI-X vector 0 where QEMU's has MSI or a
 * wire.
 *
 * Invariant: DMA_COMMAND's start bit is set exactly while a transfer is pending; the transfer is
 * done by step().
 */
#include "endpoint.h"

enum edu_reg {
	EDU_ID = 0x00,
	EDU_LIVENESS = 0x04,
	EDU_FACTORIAL = 0x08,
	EDU_STATUS = 0x20,
	EDU_IRQ_STATUS = 0x24,
	EDU_IRQ_RAISE = 0x60,
	EDU_IRQ_ACK = 0x64,
	EDU_DMA_SRC = 0x80,
	EDU_DMA_DST = 0x88,
	EDU_DMA_COUNT = 0x90,
	EDU_DMA_CMD = 0x98,
	EDU_DMA_END = 0xa0,
};

#define EDU_ID_VALUE  0x010000edu
#define EDU_BAR_SZ    (1u << 20)
#define EDU_BUFFER    0x40000u
#define EDU_BUFFER_SZ 4096u

#define STATUS_COMPUTING BIT(0)
#define STATUS_IRQ	 BIT(7)
#define CMD_START	 BIT(0)
#define CMD_TO_MEMORY	 BIT(1)
#define CMD_IRQ		 BIT(2)
#define IRQ_FACTORIAL	 0x1u
#define IRQ_DMA		 0x100u

/* The four DMA registers, 8 bytes each, from EDU_DMA_SRC on. */
enum { DMA_SRC, DMA_DST, DMA_COUNT, DMA_CMD, NR_DMA };

struct edu {
	u64 dma_mask;
	u32 liveness, factorial, status, irq_status;
	u64 dma[NR_DMA];
	u8 buffer[EDU_BUFFER_SZ];
};

static void edu_reset(struct function *fn)
{
	struct edu *edu = fn->priv;
	u64 mask = edu->dma_mask;

	memset(edu, 0, sizeof(*edu));
	edu->dma_mask = mask;
}

static void edu_irq(struct function *fn, struct edu *edu, u32 why)
{
	edu->irq_status |= why;
	if (edu->irq_status)
		function_irq(fn, 0);
}

/* The device's side of a transfer: its offset in the buffer, or -1. */
static s64 edu_offset(u64 addr, u64 count)
{
	if (!count || count > EDU_BUFFER_SZ || addr < EDU_BUFFER ||
	    addr - EDU_BUFFER > EDU_BUFFER_SZ - count)
		return -1;
	return addr - EDU_BUFFER;
}

static void edu_transfer(struct function *fn, struct edu *edu)
{
	bool to_memory = edu->dma[DMA_CMD] & CMD_TO_MEMORY;
	u64 inside = edu->dma[to_memory ? DMA_SRC : DMA_DST],
	    outside = edu->dma[to_memory ? DMA_DST : DMA_SRC];
	s64 at = edu_offset(inside, edu->dma[DMA_COUNT]);

	if (at < 0) {
		function_log(fn, "DMA of %llu bytes at %#llx is not within the buffer: not done",
			     (unsigned long long)edu->dma[DMA_COUNT], (unsigned long long)inside);
		return;
	}
	if (outside & ~edu->dma_mask)
		function_log(fn, "DMA at %#llx is cut by dma_mask", (unsigned long long)outside);
	/* The device has no way to tell of a failure: its guest compares memory. */
	endpoint_dma(fn, to_memory ? MODEL_WRITE : MODEL_READ, outside & edu->dma_mask,
		     edu->buffer + at, edu->dma[DMA_COUNT]);
}

static bool edu_step(struct function *fn)
{
	struct edu *edu = fn->priv;
	u32 n, product = 1;

	if (edu->dma[DMA_CMD] & CMD_START) {
		edu_transfer(fn, edu);
		edu->dma[DMA_CMD] &= ~CMD_START;
		if (edu->dma[DMA_CMD] & CMD_IRQ)
			edu_irq(fn, edu, IRQ_DMA);
	}
	if (edu->status & STATUS_COMPUTING) {
		/* Of 34 and more all 32 bits are zero. */
		for (n = edu->factorial; n > 1 && product; n--)
			product *= n;
		edu->factorial = product;
		edu->status &= (u32)~STATUS_COMPUTING;
		if (edu->status & STATUS_IRQ)
			edu_irq(fn, edu, IRQ_FACTORIAL);
	}
	return false;
}

/* Below EDU_DMA_SRC only words; from there on words and double words. */
static bool edu_access_ok(unsigned int bar, u64 offset, unsigned int n)
{
	return !bar && (n == 4 || (n == 8 && offset >= EDU_DMA_SRC));
}

static u64 edu_bar_read(struct function *fn, unsigned int bar, u64 offset, unsigned int n)
{
	struct edu *edu = fn->priv;
	u64 value;

	if (!edu_access_ok(bar, offset, n))
		return GENMASK(n * 8 - 1, 0);
	if (offset >= EDU_DMA_SRC && offset < EDU_DMA_END) {
		value = edu->dma[(offset - EDU_DMA_SRC) / 8] >> (offset % 8 * 8);
		return n == 4 ? (u32)value : value;
	}
	switch (offset) {
	case EDU_ID: return EDU_ID_VALUE;
	case EDU_LIVENESS: return edu->liveness;
	case EDU_FACTORIAL: return edu->factorial;
	case EDU_STATUS: return edu->status;
	case EDU_IRQ_STATUS: return edu->irq_status;
	default: return GENMASK(n * 8 - 1, 0);
	}
}

/* While a transfer is pending its registers cannot be changed. */
static void edu_dma_write(struct edu *edu, u64 offset, unsigned int n, u64 value)
{
	unsigned int shift = offset % 8 * 8;
	u64 mask = GENMASK(n * 8 - 1, 0) << shift;
	u64 *reg = &edu->dma[(offset - EDU_DMA_SRC) / 8];

	if (edu->dma[DMA_CMD] & CMD_START)
		return;
	*reg = (*reg & ~mask) | (value << shift & mask);
}

static void edu_bar_write(struct function *fn, unsigned int bar, u64 offset, unsigned int n,
			  u64 value)
{
	struct edu *edu = fn->priv;

	if (!edu_access_ok(bar, offset, n))
		return;
	if (offset >= EDU_DMA_SRC && offset < EDU_DMA_END) {
		edu_dma_write(edu, offset, n, value);
		return;
	}
	switch (offset) {
	case EDU_LIVENESS:
		edu->liveness = ~(u32)value;
		break;
	case EDU_FACTORIAL:
		if (edu->status & STATUS_COMPUTING)
			break;
		edu->factorial = value;
		edu->status |= STATUS_COMPUTING;
		break;
	case EDU_STATUS:
		edu->status = (edu->status & ~STATUS_IRQ) | (value & STATUS_IRQ);
		break;
	case EDU_IRQ_RAISE:
		edu_irq(fn, edu, value);
		break;
	case EDU_IRQ_ACK:
		edu->irq_status &= ~(u32)value;
		break;
	}
}

static bool edu_options(struct edu *edu, char **options, const char **why)
{
	const char *value;

	edu->dma_mask = GENMASK(27, 0);
	for (; options && *options; options++) {
		value = endpoint_option(*options, "dma_mask");
		if (!value) {
			*why = "edu takes dma_mask=MASK only";
			return false;
		}
		if (!endpoint_number(value, 1, ~0ull, &edu->dma_mask)) {
			*why = "edu: dma_mask= is not a mask";
			return false;
		}
	}
	return true;
}

static void edu_fini(struct function *fn)
{
	free(fn->priv);
	fn->priv = NULL;
}

static bool edu_init(struct function *fn, char **options, const char **why)
{
	fn->priv = calloc(1, sizeof(struct edu));
	if (!fn->priv) {
		*why = "no memory";
		return false;
	}
	if (!edu_options(fn->priv, options, why)) {
		edu_fini(fn);
		return false;
	}
	function_identity(fn, 0x1234, 0x11e8, 0xff0000, 0x10);
	function_add_pcie(fn, true);
	fn->bar_sz[0] = EDU_BAR_SZ;
	function_add_msix(fn, 2, 1);
	return true;
}

const struct function_ops fn_edu_ops = {
	.name = "edu",
	.init = edu_init,
	.fini = edu_fini,
	.bar_read = edu_bar_read,
	.bar_write = edu_bar_write,
	.reset = edu_reset,
	.step = edu_step,
};
