// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register interface of QEMU's iommu-testdev (its docs/specs/iommu-testdev.rst), so that the
 * guest's test driver and tests run unchanged behind the model. Reading TRIGGER writes a pattern at
 * an IOVA, through the SMMU, and looks for it at a physical address, past the SMMU.
 *
 * Invariant: when the read of TRIGGER returns, RESULT is final; guests do not poll.
 */
#include "endpoint.h"

enum itd_reg {
	ITD_TRIGGER = 0x00,
	ITD_IOVA_LO = 0x04,
	ITD_IOVA_HI = 0x08,
	ITD_LEN = 0x0c,
	ITD_RESULT = 0x10,
	ITD_DOORBELL = 0x14,
	ITD_ATTRS = 0x18,
	ITD_PA_LO = 0x1c,
	ITD_PA_HI = 0x20,
	ITD_BAR_SZ = 0x1000,
};

#define ITD_IDLE      0xffffffffu
#define ITD_ARMED     0xfffffffeu
#define ITD_BAD_LEN   0xdead0001u
#define ITD_WRITE     0xdead0002u /* the write was refused */
#define ITD_READ      0xdead0003u /* no memory at the physical address */
#define ITD_MISMATCH  0xdead0004u
#define ITD_NOT_ARMED 0xdead0005u
#define ITD_BAD_ATTRS 0xdead0006u

#define ITD_PATTERN 0x12345678u
#define ITD_PIECE   4096u
/* Longer ones would keep everybody else waiting: everything happens in one register read. */
#define ITD_MAX_LEN (64u << 20)

#define ATTRS_SECURE	BIT(0)
#define ATTRS_VALID	BIT(3)
#define ATTRS_NONSECURE (1u << 1)

struct itd {
	u64 iova, pa;
	u32 len, result, attrs;
	bool armed;
};

static void itd_reset(struct function *fn)
{
	struct itd *itd = fn->priv;

	*itd = (struct itd){.result = ITD_IDLE, .attrs = ATTRS_NONSECURE};
}

/* Pattern bytes as they stand at offset @at of a transfer. */
static void itd_pattern(u8 *buf, u32 n, u32 at)
{
	for (u32 i = 0; i < n; i++)
		buf[i] = ITD_PATTERN >> ((at + i) % 4 * 8);
}

/*
 * Secure state and address space, if given, must name the same; and this SMMU's programming
 * interface is the non-secure one, so nothing else can be meant.
 */
static bool itd_attrs_ok(const struct itd *itd)
{
	bool secure = itd->attrs & ATTRS_SECURE;

	if (!(itd->attrs & ATTRS_VALID))
		return !secure;
	return !secure && field(itd->attrs, 2, 1) == 1;
}

/*
 * One piece within a page. What is refused as a whole is presented again word by word, as QEMU's
 * device does: each word is a transaction, and a fault, of its own.
 */
static bool itd_write_piece(struct function *fn, u64 iova, u32 n, u32 at)
{
	u8 buf[ITD_PIECE];
	bool ok = true;
	u32 i, part;

	itd_pattern(buf, n, at);
	if (endpoint_dma(fn, MODEL_WRITE, iova, buf, n))
		return true;
	if (n <= 4)
		return false;
	for (i = 0; i < n; i += part) {
		part = 4 - (iova + i) % 4;
		if (part > n - i)
			part = n - i;
		ok &= endpoint_dma(fn, MODEL_WRITE, iova + i, buf + i, part);
	}
	return ok;
}

/* @addr's distance from the next page, at most @rest. */
static u32 itd_piece(u64 addr, u32 rest)
{
	u32 n = ITD_PIECE - addr % ITD_PIECE;

	return n < rest ? n : rest;
}

static u32 itd_write(struct function *fn, struct itd *itd)
{
	u32 at, n;

	for (at = 0; at < itd->len; at += n) {
		n = itd_piece(itd->iova + at, itd->len - at);
		if (!itd_write_piece(fn, itd->iova + at, n, at))
			return ITD_WRITE;
	}
	return 0;
}

static u32 itd_check(struct function *fn, struct itd *itd)
{
	u8 want[ITD_PIECE], seen[ITD_PIECE];
	u32 at, n;

	for (at = 0; at < itd->len; at += n) {
		n = itd_piece(itd->pa + at, itd->len - at);
		if (lab_memory_read(fn->lab, itd->pa + at, seen, n))
			return ITD_READ;
		itd_pattern(want, n, at);
		if (memcmp(want, seen, n))
			return ITD_MISMATCH;
	}
	return 0;
}

static void itd_trigger(struct function *fn, struct itd *itd)
{
	if (!itd->armed)
		itd->result = ITD_NOT_ARMED;
	else if (!itd->len || itd->len > ITD_MAX_LEN)
		itd->result = ITD_BAD_LEN;
	else if (!itd_attrs_ok(itd))
		itd->result = ITD_BAD_ATTRS;
	else
		itd->result = itd_write(fn, itd) ?: itd_check(fn, itd);
	itd->armed = false;
}

static u64 itd_bar_read(struct function *fn, unsigned int bar, u64 offset, unsigned int n)
{
	struct itd *itd = fn->priv;

	if (bar || n != 4)
		return 0;
	switch (offset) {
	case ITD_TRIGGER:
		itd_trigger(fn, itd);
		return 0;
	case ITD_IOVA_LO: return (u32)itd->iova;
	case ITD_IOVA_HI: return itd->iova >> 32;
	case ITD_LEN: return itd->len;
	case ITD_RESULT: return itd->result;
	case ITD_ATTRS: return itd->attrs;
	case ITD_PA_LO: return (u32)itd->pa;
	case ITD_PA_HI: return itd->pa >> 32;
	default: return 0;
	}
}

static void itd_bar_write(struct function *fn, unsigned int bar, u64 offset, unsigned int n,
			  u64 value)
{
	struct itd *itd = fn->priv;
	u32 word = value;

	if (bar || n != 4)
		return;
	switch (offset) {
	case ITD_IOVA_LO:
		itd->iova = (itd->iova & GENMASK(63, 32)) | word;
		break;
	case ITD_IOVA_HI:
		itd->iova = (itd->iova & GENMASK(31, 0)) | (u64)word << 32;
		break;
	case ITD_PA_LO:
		itd->pa = (itd->pa & GENMASK(63, 32)) | word;
		break;
	case ITD_PA_HI:
		itd->pa = (itd->pa & GENMASK(31, 0)) | (u64)word << 32;
		break;
	case ITD_LEN:
		itd->len = word;
		break;
	case ITD_RESULT:
		itd->result = word;
		break;
	case ITD_ATTRS:
		itd->attrs = word;
		break;
	case ITD_DOORBELL:
		itd->armed = word & 1;
		itd->result = itd->armed ? ITD_ARMED : ITD_IDLE;
		break;
	}
}

static bool itd_init(struct function *fn, char **options, const char **why)
{
	if (options && *options) {
		*why = "itd takes no options";
		return false;
	}
	fn->priv = calloc(1, sizeof(struct itd));
	if (!fn->priv) {
		*why = "no memory";
		return false;
	}
	function_identity(fn, 0x1b36, 0x0005, 0xff0000, 0);
	function_add_pcie(fn, true);
	fn->bar_sz[0] = ITD_BAR_SZ;
	itd_reset(fn);
	return true;
}

static void itd_fini(struct function *fn)
{
	free(fn->priv);
	fn->priv = NULL;
}

const struct function_ops fn_itd_ops = {
	.name = "itd",
	.init = itd_init,
	.fini = itd_fini,
	.bar_read = itd_bar_read,
	.bar_write = itd_bar_write,
	.reset = itd_reset,
};
