// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translation tables decoded: where a walk starts, and what an entry says.
 *
 * ARM IHI 0070, 5.2, 5.4; Arm ARM DDI 0487, D8.3 "Translation table descriptor formats". Beside
 * the layers, pure. Invariant: no value of a CD, an STE or an entry leads to an index or a shift
 * out of range.
 */
#include <linux/bitfield.h>
#include <linux/kernel.h>
#include "../fmt/text.h"
#include "pte.h"

#define PTE_VALID		BIT_ULL(0)
#define PTE_TYPE		BIT_ULL(1)	/* table above the last level, page at the last */
#define PTE_ADDR		GENMASK_ULL(47, 12)
#define PTE_ADDR_64K_HIGH	GENMASK_ULL(15, 12)	/* bits 51 to 48 of the address */
/* leaves of both stages */
#define PTE_SH			GENMASK_ULL(9, 8)
#define PTE_AF			BIT_ULL(10)
#define PTE_NT			BIT_ULL(16)	/* of a block */
#define PTE_DBM			BIT_ULL(51)
#define PTE_CONTIG		BIT_ULL(52)
/* leaves of stage 1 */
#define PTE_ATTRINDX		GENMASK_ULL(4, 2)
#define PTE_NS			BIT_ULL(5)
#define PTE_AP			GENMASK_ULL(7, 6)
#define  PTE_AP_RDONLY		BIT_ULL(7)
#define PTE_NG			BIT_ULL(11)
#define PTE_PXN			BIT_ULL(53)
#define PTE_UXN			BIT_ULL(54)
/* leaves of stage 2 */
#define PTE_MEMATTR		GENMASK_ULL(5, 2)
#define PTE_S2AP		GENMASK_ULL(7, 6)
#define  PTE_S2AP_WRITE		BIT_ULL(7)
#define PTE_S2XN		GENMASK_ULL(54, 53)
/* tables of stage 1 */
#define PTE_PXNTABLE		BIT_ULL(59)
#define PTE_UXNTABLE		BIT_ULL(60)
#define PTE_APTABLE		GENMASK_ULL(62, 61)
#define PTE_NSTABLE		BIT_ULL(63)

#define PTE_ATTRS_S1	(PTE_ATTRINDX | PTE_NS | PTE_AP | PTE_SH | PTE_NG | PTE_DBM | \
			 PTE_PXN | PTE_UXN)
#define PTE_ATTRS_S2	(PTE_MEMATTR | PTE_S2AP | PTE_SH | PTE_DBM | PTE_S2XN)

/* At most 16 tables of stage 2 stand one behind the other. */
#define CONCAT_LG2_MAX	4

/* CD.TG0 and STE.S2TG are encoded alike. */
static u8 pt_granule_lg2(u64 tg)
{
	static const u8 lg2[] = { [CD_TG_4K] = 12, [CD_TG_64K] = 16, [CD_TG_16K] = 14, 0 };

	return lg2[tg & 3];
}

static const char *pt_check_ia(const struct smmu3_pt *pt)
{
	if (!pt->granule_lg2)
		return "the granule is a reserved encoding";
	if (pt->ia_bits > 52 || pt->ia_bits <= pt->granule_lg2)
		return "T0SZ gives an impossible input size";
	return NULL;
}

const char *smmu3_pt_from_cd(struct smmu3_pt *pt, const struct smmu3_cd *cd)
{
	u64 w0 = le64_to_cpu(cd->q[0]);
	const char *why;
	u8 levels;

	if (!(w0 & CD_V))
		return "the CD is not valid";
	if (w0 & CD_EPD0)
		return "walks are disabled (EPD0)";
	if (!(w0 & CD_AA64) || (w0 & CD_ENDI))
		return "no little-endian AArch64 tables";
	pt->stage = 1;
	pt->root = le64_to_cpu(cd->q[1]) & CD_TTB0;
	pt->granule_lg2 = pt_granule_lg2(FIELD_GET(CD_TG0, w0));
	pt->ia_bits = 64 - FIELD_GET(CD_T0SZ, w0);
	why = pt_check_ia(pt);
	if (why)
		return why;
	levels = DIV_ROUND_UP(pt->ia_bits - pt->granule_lg2, pt->granule_lg2 - 3);
	if (levels > SMMU3_PT_LAST_LEVEL + 1)
		return "five levels (DS) are not decoded";
	pt->start = SMMU3_PT_LAST_LEVEL + 1 - levels;
	return NULL;
}

const char *smmu3_pt_from_ste(struct smmu3_pt *pt, const struct smmu3_ste *ste)
{
	u64 w2 = le64_to_cpu(ste->q[2]);
	const char *why;
	u8 sl0, top;

	if (!(w2 & STE_S2AA64) || (w2 & STE_S2ENDI))
		return "no little-endian AArch64 tables";
	pt->stage = 2;
	pt->root = le64_to_cpu(ste->q[3]) & STE_S2TTB;
	pt->granule_lg2 = pt_granule_lg2(FIELD_GET(STE_S2TG, w2));
	pt->ia_bits = 64 - FIELD_GET(STE_S2T0SZ, w2);
	why = pt_check_ia(pt);
	if (why)
		return why;
	sl0 = FIELD_GET(STE_S2SL0, w2);
	top = pt->granule_lg2 == 12 ? 2 : 3;
	if (sl0 > top)
		return "S2SL0 is a reserved encoding";
	pt->start = top - sl0;
	if (pt->ia_bits <= smmu3_pt_span_lg2(pt, pt->start) ||
	    pt->ia_bits > smmu3_pt_span_lg2(pt, pt->start) + pt->granule_lg2 - 3 + CONCAT_LG2_MAX)
		return "S2SL0 does not go with S2T0SZ";
	return NULL;
}

/* Blocks exist where the architecture without 52-bit 4K and 16K tables has them. */
static bool pte_block_exists(const struct smmu3_pt *pt, u8 level)
{
	return level == 2 || (level == 1 && pt->granule_lg2 != 14);
}

static enum smmu3_pte_kind pte_kind(const struct smmu3_pt *pt, u8 level, u64 raw)
{
	if (!(raw & PTE_VALID))
		return SMMU3_PTE_INVALID;
	if (level == SMMU3_PT_LAST_LEVEL)
		return raw & PTE_TYPE ? SMMU3_PTE_PAGE : SMMU3_PTE_RESERVED;
	if (raw & PTE_TYPE)
		return SMMU3_PTE_TABLE;
	return pte_block_exists(pt, level) ? SMMU3_PTE_BLOCK : SMMU3_PTE_RESERVED;
}

void smmu3_pte_decode(struct smmu3_pte *pte, const struct smmu3_pt *pt, u8 level, u64 raw)
{
	u8 low;

	pte->raw = raw;
	pte->level = level;
	pte->kind = pte_kind(pt, level, raw);
	pte->addr = 0;
	pte->attrs = 0;
	if (pte->kind == SMMU3_PTE_INVALID || pte->kind == SMMU3_PTE_RESERVED)
		return;
	low = smmu3_pte_is_leaf(pte) ? smmu3_pt_span_lg2(pt, level) : pt->granule_lg2;
	pte->addr = raw & PTE_ADDR & ~((1ULL << low) - 1);
	if (pt->granule_lg2 == 16)
		pte->addr |= FIELD_GET(PTE_ADDR_64K_HIGH, raw) << 48;
	if (smmu3_pte_is_leaf(pte))
		pte->attrs = raw & (pt->stage == 1 ? PTE_ATTRS_S1 : PTE_ATTRS_S2);
}

/*
 * With DBM the hardware writes the permission bit: set or clear, it tells whether the page was
 * written.
 */
static const char *pte_dbm_text(u64 attrs, bool dirty)
{
	if (!(attrs & PTE_DBM))
		return "";
	return dirty ? " DBM=dirty" : " DBM=clean";
}

static const char * const pte_sh[] = { "NSH", "reserved", "OSH", "ISH" };

static void pte_attrs_s1(struct smmu3_text *t, u64 attrs)
{
	static const char * const ap[] = { "rw-priv", "rw", "ro-priv", "ro" };

	smmu3_text_add(t, "%s AttrIndx=%llu SH=%s%s%s%s%s%s", ap[FIELD_GET(PTE_AP, attrs)],
		       FIELD_GET(PTE_ATTRINDX, attrs), pte_sh[FIELD_GET(PTE_SH, attrs)],
		       attrs & PTE_NG ? " nG" : "", attrs & PTE_NS ? " NS" : "",
		       attrs & PTE_PXN ? " PXN" : "", attrs & PTE_UXN ? " UXN" : "",
		       pte_dbm_text(attrs, !(attrs & PTE_AP_RDONLY)));
}

static void pte_attrs_s2(struct smmu3_text *t, u64 attrs)
{
	static const char * const ap[] = { "none", "ro", "wo", "rw" };

	smmu3_text_add(t, "%s MemAttr=%#llx SH=%s XN=%llu%s", ap[FIELD_GET(PTE_S2AP, attrs)],
		       FIELD_GET(PTE_MEMATTR, attrs), pte_sh[FIELD_GET(PTE_SH, attrs)],
		       FIELD_GET(PTE_S2XN, attrs), pte_dbm_text(attrs, attrs & PTE_S2AP_WRITE));
}

int smmu3_pte_attrs_to_text(char *buf, size_t sz, const struct smmu3_pt *pt, u64 attrs)
{
	struct smmu3_text t = smmu3_text_begin(buf, sz);

	if (pt->stage == 1)
		pte_attrs_s1(&t, attrs);
	else
		pte_attrs_s2(&t, attrs);
	return t.len;
}

static void pte_table_text(struct smmu3_text *t, const struct smmu3_pt *pt,
			   const struct smmu3_pte *pte)
{
	smmu3_text_add(t, "table at %#llx", pte->addr);
	if (pt->stage == 2)
		return;
	if (pte->raw & PTE_APTABLE)
		smmu3_text_add(t, " APTable=%llu", FIELD_GET(PTE_APTABLE, pte->raw));
	smmu3_text_add(t, "%s%s%s", pte->raw & PTE_NSTABLE ? " NSTable" : "",
		       pte->raw & PTE_PXNTABLE ? " PXNTable" : "",
		       pte->raw & PTE_UXNTABLE ? " UXNTable" : "");
}

int smmu3_pte_to_text(char *buf, size_t sz, const struct smmu3_pt *pt, const struct smmu3_pte *pte)
{
	struct smmu3_text t = smmu3_text_begin(buf, sz);

	switch (pte->kind) {
	case SMMU3_PTE_INVALID:
		smmu3_text_add(&t, "invalid");
		return t.len;
	case SMMU3_PTE_RESERVED:
		smmu3_text_add(&t, "reserved encoding, faults");
		return t.len;
	case SMMU3_PTE_TABLE:
		pte_table_text(&t, pt, pte);
		return t.len;
	case SMMU3_PTE_BLOCK:
	case SMMU3_PTE_PAGE:
		break;
	}
	smmu3_text_add(&t, "%s OA=%#llx ", pte->kind == SMMU3_PTE_BLOCK ? "block" : "page",
		       pte->addr);
	if (pt->stage == 1)
		pte_attrs_s1(&t, pte->attrs);
	else
		pte_attrs_s2(&t, pte->attrs);
	smmu3_text_add(&t, "%s%s%s", pte->raw & PTE_AF ? " AF" : " AF=0",
		       pte->raw & PTE_CONTIG ? " Contig" : "",
		       pte->kind == SMMU3_PTE_BLOCK && (pte->raw & PTE_NT) ? " nT" : "");
	return t.len;
}
