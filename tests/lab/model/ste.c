// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stream Table Entries: which are illegal for this SMMU, which bits count, what they do.
 *
 * Arm IHI 0070, 5.2 "STE, Stream Table Entry" and 5.2.2 "Validity of STE".
 * Invariant: a field is judged only where the rest of the entry does not make the SMMU ignore it.
 */
#include <stdio.h>

#include "xlate.h"

unsigned int oas_bits(const struct model *m)
{
	static const u8 bits[8] = { 32, 36, 40, 42, 44, 48, 52, 52 };

	return bits[m->f.oas & 7];
}

unsigned int ps_bits(const struct model *m, u64 ps)
{
	static const u8 bits[8] = { 32, 36, 40, 42, 44, 48, 52, 52 };
	unsigned int n = bits[ps & 7];

	return n < oas_bits(m) ? n : oas_bits(m);
}

unsigned int tg0_granule(const struct model *m, u64 tg)
{
	switch (tg) {
	case 0:
		return m->f.gran4k ? 12 : 0;
	case 1:
		return m->f.gran64k ? 16 : 0;
	case 2:
		return m->f.gran16k ? 14 : 0;
	}
	return 0;
}

/* The start level that {SL2, SL0} ask for, or 9 where the combination does not exist. */
static int s2_sl_level(const struct model *m, u64 sl, bool ds, unsigned int granule)
{
	static const s8 at_4k[8] = { 2, 1, 0, 3, -1, 9, 9, 9 };
	static const s8 at_16k[4] = { 3, 2, 1, 0 };
	static const s8 at_64k[4] = { 3, 2, 1, 9 };
	int level = granule == 12 ? at_4k[sl] : granule == 14 ? at_16k[sl & 3] : at_64k[sl & 3];

	if (granule == 12 && ((level == 0 && oas_bits(m) < 44) || (level == 3 && !m->f.stt)))
		return 9;
	if (granule == 14 && ((level == 0 && !ds) || (level == 1 && oas_bits(m) < 42)))
		return 9;
	if (granule == 16 && level == 1 && oas_bits(m) < 44)
		return 9;
	return level;
}

bool s2_start_level(const struct model *m, const u64 *ste, unsigned int granule, int *level)
{
	bool ds = m->f.ds && get(ste, STE_S2DS) && granule != 16;
	u64 sl = get(ste, STE_S2SL0) | (ds && granule == 12 ? get(ste, STE_S2SL0_2) << 2 : 0);
	int in_bits = 64 - get(ste, STE_S2T0SZ), stride = granule - 3, least;

	*level = s2_sl_level(m, sl, ds, granule);
	if (*level > 3)
		return false;
	/* One index bit at least, and at most sixteen concatenated tables. */
	least = (3 - *level) * stride + granule + 1;
	return in_bits >= least && in_bits <= least + stride + 3;
}

static bool strw_ignored(const struct model *m, u64 config)
{
	return !m->f.s1p || !m->f.hyp || (config & CONFIG_S2) || !(config & CONFIG_S1);
}

enum regime ste_regime(const struct model *m, const u64 *ste)
{
	if (strw_ignored(m, get(ste, STE_CONFIG)) || get(ste, STE_STRW) != 2)
		return REGIME_EL1;
	return m->regs.cr2 & CR2_E2H ? REGIME_EL2_E2H : REGIME_EL2;
}

bool ste_uses_vmid(const struct model *m, const u64 *ste)
{
	return m->f.s2p && (get(ste, STE_CONFIG) & (CONFIG_S1 | CONFIG_S2)) &&
	       ste_regime(m, ste) == REGIME_EL1;
}

static const char *illegal_common(const struct model *m, const u64 *ste)
{
	u64 config = get(ste, STE_CONFIG), eats = get(ste, STE_EATS);

	if ((config & CONFIG_S1) && !m->f.s1p)
		return "Config asks for stage 1, which this SMMU has not";
	if ((config & CONFIG_S2) && !m->f.s2p)
		return "Config asks for stage 2, which this SMMU has not";
	if (m->f.ats && config != CONFIG_PASS) {
		if (eats == 2 && (config != 7 || get(ste, STE_S2S) || m->f.ns1ats))
			return "EATS asks for split-stage ATS, which cannot be here";
		/* SMMUv3.0 may look at S2S without stage 2, too. */
		if (eats == 1 && ((config & CONFIG_S2) || !m->f.aidr) && get(ste, STE_S2S))
			return "EATS asks for full ATS with S2S set";
	}
	if (!strw_ignored(m, config) && (get(ste, STE_STRW) & 1))
		return "STRW is reserved";
	if (ste_uses_vmid(m, ste) && !m->f.vmid16 && get(ste, STE_S2VMID) > 0xff)
		return "S2VMID has more than 8 bits";
	return NULL;
}

static const char *illegal_s1(const struct model *m, const u64 *ste)
{
	u64 cdmax = get(ste, STE_S1CDMAX), fmt = get(ste, STE_S1FMT);

	if (get(ste, STE_S1STALLD) && m->f.stall_model != 0)
		return "S1STALLD set, and the stall model is fixed";
	if (m->f.ssidsize && cdmax > m->f.ssidsize)
		return "S1CDMax beyond SSIDSIZE";
	if (m->f.ssidsize && cdmax && !m->f.cd2l && (fmt == 1 || fmt == 2))
		return "S1Fmt asks for a two-level CD table, which this SMMU has not";
	if (ste[0] & GENMASK(55, 6) & ~GENMASK(oas_bits(m) - 1, 0))
		return "S1ContextPtr beyond the address size";
	return NULL;
}

static const char *illegal_s2_tables(const struct model *m, const u64 *ste)
{
	unsigned int granule = tg0_granule(m, get(ste, STE_S2TG)),
		     ps = ps_bits(m, get(ste, STE_S2PS));
	u64 t0sz = get(ste, STE_S2T0SZ), ttb = ste[3] & mask(STE_S2TTB);
	unsigned int least = 64 - oas_bits(m), most = 39;
	bool wide = granule == 16 || (m->f.ds && get(ste, STE_S2DS));
	int level;

	if (!granule)
		return "S2TG is a granule that this SMMU has not";
	if ((ttb & ~GENMASK(ps - 1, 0)) || (!wide && (ttb & ~GENMASK(47, 0))))
		return "S2TTB beyond the address size";
	if (least < (wide ? 12 : 16) && m->f.aidr >= 1)
		least = wide ? 12 : 16;
	if (m->f.stt)
		most = granule == 16 ? 47 : 48;
	if (t0sz < least || t0sz > most)
		return "S2T0SZ out of range";
	if (!s2_start_level(m, ste, granule, &level))
		return "S2SL0, S2T0SZ and S2TG do not fit together";
	return NULL;
}

static const char *illegal_s2(const struct model *m, const u64 *ste)
{
	if (get(ste, STE_S2S) && m->f.stall_model == 1)
		return "S2S set, and this SMMU never stalls";
	if (!get(ste, STE_S2S) && m->f.stall_model == 2)
		return "S2S clear, and this SMMU always stalls";
	if (!get(ste, STE_S2AA64))
		return "S2AA64 clear, and this SMMU walks AArch64 tables only";
	if (get(ste, STE_S2HA) && m->f.httu == 0)
		return "S2HA set without hardware updates";
	if (get(ste, STE_S2HD) && m->f.httu < 2)
		return "S2HD set without hardware updates of dirty state";
	if ((m->f.ttendian == 2 && get(ste, STE_S2ENDI)) ||
	    (m->f.ttendian == 3 && !get(ste, STE_S2ENDI)))
		return "S2ENDI asks for an endianness that this SMMU has not";
	return illegal_s2_tables(m, ste);
}

/* Bits that no version defines for a Non-secure STE, or whose feature this model never has. */
static const u64 ste_res0[STE_WORDS] = {
	GENMASK(58, 56),
	GENMASK(43, 41) | BIT(24) | BIT(26),
	GENMASK(63, 59),
	GENMASK(63, 52) | GENMASK(1, 0),
	GENMASK(63, 16), ~0ull, ~0ull, ~0ull,
};

/* S1ContextPtr bits below the alignment that S1Fmt and S1CDMax ask for. */
static u64 context_ptr_res0(const struct model *m, const u64 *ste)
{
	unsigned int cdmax = m->f.ssidsize ? get(ste, STE_S1CDMAX) : 0, top;

	if (!cdmax)
		return 0;
	switch (get(ste, STE_S1FMT)) {
	case 1:
		top = cdmax > 9 ? cdmax - 4 : 5;
		break;
	case 2:
		top = cdmax > 13 ? cdmax - 8 : 5;
		break;
	default:
		top = cdmax + 5;
	}
	return top > 5 ? GENMASK(top, 6) : 0;
}

static const char *reserved_optional(const struct model *m, const u64 *ste)
{
	u64 config = get(ste, STE_CONFIG);

	if ((config & CONFIG_S2) && !m->f.fwb && get(ste, STE_S2FWB))
		return "S2FWB set, which this SMMU has not";
	if ((!m->f.pri || !m->f.ssidsize) && get(ste, STE_PPAR))
		return "PPAR set without PRI and SubstreamIDs";
	if ((!m->f.s1p || !m->f.hyp) && get(ste, STE_STRW))
		return "STRW set without EL2";
	if (!m->f.attr_types_ovr &&
	    (ste[1] & (mask(STE_MEMATTR) | mask(STE_MTCFG) | mask(STE_ALLOCCFG) | mask(STE_SHCFG))))
		return "attribute overrides set, which this SMMU has not";
	if (!get(ste, STE_MTCFG) && get(ste, STE_MEMATTR))
		return "MemAttr set without MTCFG";
	if (get(ste, STE_MTCFG) && memattr_reserved(get(ste, STE_MEMATTR)))
		return "MemAttr has a reserved value";
	if (!m->f.attr_perms_ovr && (ste[1] & (mask(STE_PRIVCFG) | mask(STE_INSTCFG))))
		return "permission overrides set, which this SMMU has not";
	if (!m->f.aidr && (ste[1] & (mask(STE_DRE) | mask(STE_DCP))))
		return "DRE or DCP set, which SMMUv3.0 has not";
	if (!m->f.aidr && (config & CONFIG_S2) && get(ste, STE_S2HWU))
		return "S2HWU set, which SMMUv3.0 has not";
	if ((config & CONFIG_S1) && (ste[0] & context_ptr_res0(m, ste)))
		return "S1ContextPtr not aligned to its table";
	if ((config & CONFIG_S2) && (!m->f.ds || get(ste, STE_S2TG) == 1) && get(ste, STE_S2DS))
		return "S2DS set where it does not exist";
	if ((config & CONFIG_S2) && !m->f.ds && get(ste, STE_S2SL0_2))
		return "S2SL0_2 set where it does not exist";
	return NULL;
}

static int say(char *why, size_t why_sz, int rule, const char *text)
{
	snprintf(why, why_sz, "%s", text);
	return rule;
}

int ste_check(const struct model *m, const u64 ste[STE_WORDS], char *why, size_t why_sz)
{
	u64 config = get(ste, STE_CONFIG);
	const char *text = NULL;
	int i;

	if (!get(ste, STE_V))
		return -1;
	if (config & CONFIG_PASS) {
		text = illegal_common(m, ste);
		if (!text && (config & CONFIG_S1))
			text = illegal_s1(m, ste);
		if (!text && (config & CONFIG_S2))
			text = illegal_s2(m, ste);
		if (text)
			return say(why, why_sz, RULE_STE_ILLEGAL, text);
		text = reserved_optional(m, ste);
		if (text)
			return say(why, why_sz, RULE_STE_RESERVED, text);
	}
	for (i = 0; i < STE_WORDS; i++) {
		if (!(ste[i] & ste_res0[i]))
			continue;
		snprintf(why, why_sz, "word %d has reserved bits 0x%llx", i,
			 (unsigned long long)(ste[i] & ste_res0[i]));
		return RULE_STE_RESERVED;
	}
	return -1;
}

static void keep_s1(const struct model *m, const u64 *ste, u64 *keep)
{
	u64 config = get(ste, STE_CONFIG);
	bool substreams = m->f.ssidsize && get(ste, STE_S1CDMAX);

	keep[0] |= mask(STE_S1CONTEXTPTR);
	keep[1] |= mask(STE_S1CIR) | mask(STE_S1COR) | mask(STE_S1CSH) | mask(STE_S1STALLD);
	if (m->f.ssidsize)
		keep[0] |= mask(STE_S1CDMAX);
	if (substreams && get(ste, STE_S1FMT) != 3)
		keep[0] |= mask(STE_S1FMT);
	if (substreams && get(ste, STE_S1DSS) != 3)
		keep[1] |= mask(STE_S1DSS);
	if (!strw_ignored(m, config))
		keep[1] |= mask(STE_STRW);
}

static void keep_s2(const struct model *m, const u64 *ste, u64 *keep)
{
	keep[1] |= m->f.fwb ? mask(STE_S2FWB) : 0;
	keep[1] |= m->f.pbha ? mask(STE_S2HWU) : 0;
	keep[2] |=
		GENMASK(52, 32) | mask(STE_S2HD) | mask(STE_S2HA) | mask(STE_S2S) | mask(STE_S2R);
	if (!get(ste, STE_S2HA))
		keep[2] |= mask(STE_S2AFFD);
	if (get(ste, STE_CONFIG) & CONFIG_S1)
		keep[2] |= mask(STE_S2PTW);
	keep[3] |= mask(STE_S2TTB);
	if (m->f.ds && get(ste, STE_S2TG) != 1)
		keep[3] |= mask(STE_S2DS);
	if (m->f.ds && get(ste, STE_S2TG) == 0 && get(ste, STE_S2DS))
		keep[3] |= mask(STE_S2SL0_2);
}

void ste_effective(const struct model *m, const u64 ste[STE_WORDS], u64 out[STE_WORDS])
{
	u64 config = get(ste, STE_CONFIG), keep[STE_WORDS] = { 0 };
	int i;

	keep[0] = get(ste, STE_V);
	if (keep[0])
		keep[1] |= mask(STE_CONT);
	if (keep[0] && (config & CONFIG_PASS)) {
		keep[0] |= mask(STE_CONFIG);
		keep[1] |= mask(STE_MEV);
		if (m->f.attr_types_ovr)
			keep[1] |= mask(STE_MTCFG) | mask(STE_ALLOCCFG) | mask(STE_SHCFG) |
				   (get(ste, STE_MTCFG) ? mask(STE_MEMATTR) : 0);
		if (m->f.attr_perms_ovr)
			keep[1] |= mask(STE_PRIVCFG) | mask(STE_INSTCFG);
		if (m->f.pri && m->f.ssidsize && !m->f.pps)
			keep[1] |= mask(STE_PPAR);
		if (m->f.ats && config != CONFIG_PASS && get(ste, STE_EATS) != 3)
			keep[1] |= mask(STE_EATS);
		if (config & CONFIG_S1)
			keep_s1(m, ste, keep);
		if (config & CONFIG_S2)
			keep_s2(m, ste, keep);
		if (ste_uses_vmid(m, ste))
			keep[2] |= mask(STE_S2VMID);
	}
	for (i = 0; i < STE_WORDS; i++)
		out[i] = ste[i] & keep[i];
}

enum ste_action ste_action(const u64 ste[STE_WORDS])
{
	u64 config = get(ste, STE_CONFIG);

	if (!get(ste, STE_V))
		return STE_INVALID;
	if (!(config & CONFIG_PASS))
		return STE_ABORT;
	if (config == CONFIG_PASS)
		return STE_BYPASS;
	if (config == (CONFIG_PASS | CONFIG_S1) && get(ste, STE_S1CDMAX)) {
		/* 5.2 S1DSS: what happens without SubstreamID. */
		if (get(ste, STE_S1DSS) == 1)
			return STE_BYPASS;
		if (get(ste, STE_S1DSS) != 2)
			return STE_ABORT;
	}
	return STE_TRANSLATES;
}
