// SPDX-License-Identifier: GPL-2.0-only
/*
 * Context Descriptors: which are illegal for this SMMU and stream, which bits count, what tables
 * they name.
 *
 * Arm IHI 0070, 5.4 "CD, Context Descriptor", 5.4.1.1 "EPDx behavior", 5.4.2 "Validity of CD", 5.5
 * "Fault configuration".
 * Invariant: a half of the address space with EPDx set has no other field that is looked at.
 */
#include <stdio.h>

#include "xlate.h"

unsigned int tg1_granule(const struct model *m, u64 tg)
{
	static const u8 as_tg0[4] = { 3, 2, 0, 1 };

	return tg0_granule(m, as_tg0[tg & 3]);
}

/* One half of the address space: TTB0 or TTB1 with its fields. */
struct half {
	unsigned int granule;
	u64 tsz, ttb;
	bool epd;
};

static void halves(const struct model *m, const u64 *ste, const u64 *cd, struct half h[2])
{
	bool el2 = ste_regime(m, ste) == REGIME_EL2;

	h[0] = (struct half){ tg0_granule(m, get(cd, CD_TG0)), get(cd, CD_T0SZ),
			      cd[1] & mask(CD_TTB0), !el2 && get(cd, CD_EPD0) };
	/* EL2 has one table only, and there EPDx is ignored. */
	h[1] = (struct half){ tg1_granule(m, get(cd, CD_TG1)), get(cd, CD_T1SZ),
			      cd[2] & mask(CD_TTB1), el2 || get(cd, CD_EPD1) };
}

static const char *illegal_half(const struct model *m, const u64 *cd, const struct half *h)
{
	unsigned int ips = ps_bits(m, get(cd, CD_IPS)), least = 16, most = 39;
	bool wide = h->granule == 16 || (m->f.ds && get(cd, CD_DS));

	if (h->epd)
		return NULL;
	if (!h->granule)
		return "TGx is a granule that this SMMU has not";
	if (m->f.stt)
		most = h->granule == 16 ? 47 : 48;
	if (m->f.vax && wide)
		least = 12;
	if (h->tsz < least || h->tsz > most)
		return "TxSZ out of range";
	if ((h->ttb & ~GENMASK(ips - 1, 0)) || (!wide && (h->ttb & ~GENMASK(47, 0))))
		return "TTBx beyond the address size";
	return NULL;
}

static const char *illegal(const struct model *m, const u64 *ste, const u64 *cd)
{
	enum regime regime = ste_regime(m, ste);
	struct half h[2];
	const char *why;

	halves(m, ste, cd, h);
	if (get(ste, STE_S1STALLD) && get(cd, CD_S))
		return "S set, and the STE forbids stalls";
	if (m->f.term_model && !get(cd, CD_A))
		return "A clear, and this SMMU always aborts";
	if (m->f.stall_model == 1 && get(cd, CD_S))
		return "S set, and this SMMU never stalls";
	if (m->f.stall_model == 2 && !get(cd, CD_S))
		return "S clear, and this SMMU always stalls";
	if (!get(cd, CD_AA64))
		return "AA64 clear, and this SMMU walks AArch64 tables only";
	if ((!h[0].epd || !h[1].epd) && ((m->f.ttendian == 2 && get(cd, CD_ENDI)) ||
					 (m->f.ttendian == 3 && !get(cd, CD_ENDI))))
		return "ENDI asks for an endianness that this SMMU has not";
	if (get(cd, CD_HA) && !m->f.httu)
		return "HA set without hardware updates";
	if (get(cd, CD_HD) && m->f.httu < 2)
		return "HD set without hardware updates of dirty state";
	if (regime != REGIME_EL2 && !m->f.asid16 && get(cd, CD_ASID) > 0xff)
		return "ASID has more than 8 bits";
	why = illegal_half(m, cd, &h[0]);
	return why ? why : illegal_half(m, cd, &h[1]);
}

static const u64 cd_res0[CD_WORDS] = {
	0,
	BIT(3) | GENMASK(59, 52),
	BIT(3) | GENMASK(57, 52) | BIT(59),
	0,
	/* AMAIR: to be zero for software that does not know the implementation */
	~0ull,
	GENMASK(63, 32), ~0ull, ~0ull,
};

static const char *reserved_optional(const struct model *m, const u64 *ste, const u64 *cd)
{
	bool el2 = ste_regime(m, ste) == REGIME_EL2;

	if ((!m->f.e0pd || el2) && (get(cd, CD_E0PD0) || get(cd, CD_E0PD1)))
		return "E0PDx set, which is not there";
	if (el2 && (cd[0] & (mask(CD_T1SZ) | mask(CD_TG1) | mask(CD_IR1) | mask(CD_OR1) |
			     mask(CD_SH1) | mask(CD_TBI1))))
		return "TTB1's fields set in EL2";
	if (el2 && (cd[2] & (mask(CD_TTB1) | mask(CD_HAD1) | BIT(0))))
		return "TTB1 set in EL2";
	if (get(cd, CD_DS) && !m->f.ds)
		return "DS set, which this SMMU has not";
	/* TGx as written: a granule that EPDx makes the SMMU ignore has not been chosen. */
	if (get(cd, CD_DS) && get(cd, CD_TG0) == 1 && (el2 || get(cd, CD_TG1) == 3))
		return "DS set without a granule that it is for";
	if (!m->f.aidr && (get(cd, CD_HWU0) || get(cd, CD_HWU1)))
		return "HWU set, which SMMUv3.0 has not";
	return NULL;
}

int cd_check(const struct model *m, const u64 ste[STE_WORDS], const u64 cd[CD_WORDS], char *why,
	     size_t why_sz)
{
	const char *text;
	int i;

	if (!get(cd, CD_V))
		return -1;
	text = illegal(m, ste, cd);
	if (text) {
		snprintf(why, why_sz, "%s", text);
		return RULE_CD_ILLEGAL;
	}
	text = reserved_optional(m, ste, cd);
	if (text) {
		snprintf(why, why_sz, "%s", text);
		return RULE_CD_RESERVED;
	}
	for (i = 0; i < CD_WORDS; i++) {
		if (!(cd[i] & cd_res0[i]))
			continue;
		snprintf(why, why_sz, "word %d has reserved bits 0x%llx", i,
			 (unsigned long long)(cd[i] & cd_res0[i]));
		return RULE_CD_RESERVED;
	}
	return -1;
}

static void keep_halves(const struct model *m, const u64 *cd, const struct half h[2], bool el2,
			u64 *keep)
{
	if (!h[0].epd) {
		keep[0] |= GENMASK(13, 0) | mask(CD_TBI0);
		keep[1] |= mask(CD_TTB0) | (m->f.had ? mask(CD_HAD0) : 0) |
			   (m->f.e0pd && !el2 ? mask(CD_E0PD0) : 0);
		keep[1] |= m->f.pbha && get(cd, CD_HAD0) ? mask(CD_HWU0) : 0;
	}
	if (!h[1].epd) {
		keep[0] |= GENMASK(29, 16) | mask(CD_TBI1);
		keep[2] |= mask(CD_TTB1) | (m->f.had ? mask(CD_HAD1) : 0) |
			   (m->f.e0pd ? mask(CD_E0PD1) : 0);
		keep[2] |= m->f.pbha && get(cd, CD_HAD1) ? mask(CD_HWU1) : 0;
	}
}

void cd_effective(const struct model *m, const u64 ste[STE_WORDS], const u64 cd[CD_WORDS],
		  u64 out[CD_WORDS])
{
	bool el2 = ste_regime(m, ste) == REGIME_EL2;
	u64 keep[CD_WORDS] = { 0 };
	struct half h[2];
	int i;

	halves(m, ste, cd, h);
	if (get(cd, CD_V)) {
		keep[0] = mask(CD_V) | mask(CD_IPS) | mask(CD_WXN) | mask(CD_AA64) | mask(CD_HD) |
			  mask(CD_HA) | mask(CD_S) | mask(CD_A) | mask(CD_ASET);
		keep[0] |= el2 ? 0 : mask(CD_EPD0) | mask(CD_EPD1) | mask(CD_PAN) | mask(CD_ASID);
		/* A stall is always recorded, and HA leaves no access flag fault to disable. */
		keep[0] |= get(cd, CD_S) ? 0 : mask(CD_R);
		keep[0] |= get(cd, CD_HA) ? 0 : mask(CD_AFFD);
		keep_halves(m, cd, h, el2, keep);
		if (!h[0].epd || !h[1].epd) {
			keep[0] |= mask(CD_ENDI);
			keep[2] |= m->f.ds ? mask(CD_DS) : 0;
			keep[3] = ~0ull;
		}
	}
	for (i = 0; i < CD_WORDS; i++)
		out[i] = cd[i] & keep[i];
}

/* 5.4 TTB0: alignment to the first table, and to 64 bytes where addresses have 52 bits. */
static u64 aligned_root(u64 ttb, unsigned int index_bits, bool is_52)
{
	unsigned int lg2 = index_bits + 3;

	if (is_52 && lg2 < 6)
		lg2 = 6;
	return ttb & ~(BIT(lg2) - 1);
}

bool stage1_of(const struct model *m, const struct context *c, u64 va, struct stage *s,
	       u64 *canonical)
{
	enum regime regime = ste_regime(m, c->ste);
	unsigned int top, stride, nr, bits;
	struct half h[2], *half;
	bool high, tbi;

	high = regime != REGIME_EL2 && (va & BIT(55));
	halves(m, c->ste, c->cd, h);
	half = &h[high];
	tbi = high ? get(c->cd, CD_TBI1) : get(c->cd, CD_TBI0);
	*canonical = tbi ? sign_extend(va, 55) : va;
	if (tbi && regime == REGIME_EL2)
		*canonical = va & GENMASK(55, 0);
	*s = (struct stage){ .epd = half->epd,
			     .hpd = m->f.had && (high ? get(c->cd, CD_HAD1) : get(c->cd, CD_HAD0)),
			     .e0pd = m->f.e0pd &&
				     (high ? get(c->cd, CD_E0PD1) : get(c->cd, CD_E0PD0)),
			     .ds = m->f.ds && get(c->cd, CD_DS) && half->granule != 16,
			     .granule = half->granule,
			     .big_endian = get(c->cd, CD_ENDI),
			     .ha = get(c->cd, CD_HA),
			     .hd = get(c->cd, CD_HA) && get(c->cd, CD_HD),
			     .affd = get(c->cd, CD_AFFD),
			     .in_bits = 64 - half->tsz,
			     .out_bits = ps_bits(m, get(c->cd, CD_IPS)) };
	if (half->epd)
		return true;
	top = *canonical >> (s->in_bits - 1) >> 1 ? 1 : 0;
	if (high ? ~*canonical >> (s->in_bits - 1) >> 1 : top)
		return false;
	stride = s->granule - 3;
	bits = s->in_bits - s->granule;
	nr = (bits + stride - 1) / stride;
	s->start = 4 - nr;
	s->root = aligned_root(half->ttb, bits - stride * (nr - 1), s->out_bits == 52);
	return true;
}

void stage2_of(const struct model *m, const struct context *c, struct stage *s)
{
	unsigned int granule = tg0_granule(m, get(c->ste, STE_S2TG)), bits;

	*s = (struct stage){ .s2 = true,
			     .granule = granule,
			     .in_bits = 64 - get(c->ste, STE_S2T0SZ),
			     .out_bits = ps_bits(m, get(c->ste, STE_S2PS)),
			     .big_endian = get(c->ste, STE_S2ENDI),
			     .ds = m->f.ds && get(c->ste, STE_S2DS) && granule != 16,
			     .ha = get(c->ste, STE_S2HA),
			     .hd = get(c->ste, STE_S2HA) && get(c->ste, STE_S2HD),
			     .affd = get(c->ste, STE_S2AFFD) };
	s2_start_level(m, c->ste, granule, &s->start);
	bits = s->in_bits - granule - (3 - s->start) * (granule - 3);
	s->root = aligned_root(c->ste[3] & mask(STE_S2TTB), bits, s->out_bits == 52);
}
