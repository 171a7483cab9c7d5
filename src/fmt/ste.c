// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stream table entries: makers, bits in use, plan, text.
 *
 * ARM IHI 0070, 5.1 "Level 1 Stream Table Descriptor", 5.2 "STE", 13.5 "Summary of
 * attribute/permission configuration fields". Layer 0. Invariant: a bit that a maker sets is in
 * use by that entry (tested for every maker).
 */
#include <linux/bitfield.h>
#include <linux/string.h>
#include "regs.h"
#include "ste.h"
#include "text.h"

/* Fields of word 1 that a stage 1 which does not translate makes the SMMU ignore. */
#define STE_1_S1_ONLY	(STE_S1DSS | STE_S1CIR | STE_S1COR | STE_S1CSH | STE_S1MPAM | STE_S1STALLD)

static void ste_store(struct smmu3_ste *ste, u64 w0, u64 w1, u64 w2, u64 w3)
{
	memset(ste, 0, sizeof(*ste));
	ste->q[0] = cpu_to_le64(w0);
	ste->q[1] = cpu_to_le64(w1);
	ste->q[2] = cpu_to_le64(w2);
	ste->q[3] = cpu_to_le64(w3);
}

void smmu3_ste_make_abort(struct smmu3_ste *ste)
{
	ste_store(ste, STE_V | FIELD_PREP(STE_CONFIG, STE_CONFIG_ABORT), 0, 0, 0);
}

static u64 ste_shcfg(bool incoming)
{
	return incoming ? FIELD_PREP(STE_SHCFG, SHCFG_INCOMING) : 0;
}

void smmu3_ste_make_bypass(struct smmu3_ste *ste, bool shcfg_incoming)
{
	ste_store(ste, STE_V | FIELD_PREP(STE_CONFIG, STE_CONFIG_BYPASS), ste_shcfg(shcfg_incoming),
		  0, 0);
}

static u64 ste_s1_word0(const struct smmu3_ste_s1 *s1, u64 config)
{
	u64 w0 = STE_V | FIELD_PREP(STE_CONFIG, config) | (s1->cdtab_pa & STE_S1CONTEXTPTR);

	if (s1->s1cdmax_lg2)
		w0 |= FIELD_PREP(STE_S1CDMAX, s1->s1cdmax_lg2) | FIELD_PREP(STE_S1FMT, s1->s1fmt);
	return w0;
}

/* Word 1 of stage 1 without EATS and STRW. */
static u64 ste_s1_word1(const struct smmu3_ste_s1 *s1)
{
	u64 w1 = 0;

	/* Non-cacheable accesses are outer shareable whatever S1CSH says. */
	if (s1->coherent)
		w1 |= FIELD_PREP(STE_S1CIR, S1C_WBRA) | FIELD_PREP(STE_S1COR, S1C_WBRA) |
		      FIELD_PREP(STE_S1CSH, SH_ISH);
	if (s1->stalld)
		w1 |= STE_S1STALLD;
	if (s1->s1cdmax_lg2) {
		w1 |= FIELD_PREP(STE_S1DSS, s1->s1dss);
		/* Transactions that bypass stage 1 keep their own shareability. */
		if (s1->s1dss == S1DSS_BYPASS)
			w1 |= ste_shcfg(s1->shcfg_incoming);
	}
	return w1;
}

void smmu3_ste_make_s1(struct smmu3_ste *ste, const struct smmu3_ste_s1 *cfg)
{
	u64 w1 = ste_s1_word1(cfg) | FIELD_PREP(STE_EATS, cfg->eats) |
		 FIELD_PREP(STE_STRW, cfg->strw);

	ste_store(ste, ste_s1_word0(cfg, STE_CONFIG_S1), w1, 0, 0);
}

static u64 ste_s2_word1(const struct smmu3_ste_s2 *s2)
{
	return FIELD_PREP(STE_EATS, s2->eats) | (s2->s2fwb ? STE_S2FWB : 0);
}

static u64 ste_s2_word2(const struct smmu3_ste_s2 *s2)
{
	return FIELD_PREP(STE_S2VMID, s2->vmid) | FIELD_PREP(STE_S2T0SZ, s2->t0sz) |
	       FIELD_PREP(STE_S2SL0, s2->sl0) | FIELD_PREP(STE_S2IR0, s2->ir0) |
	       FIELD_PREP(STE_S2OR0, s2->or0) | FIELD_PREP(STE_S2SH0, s2->sh0) |
	       FIELD_PREP(STE_S2TG, s2->tg) | FIELD_PREP(STE_S2PS, s2->ps) | STE_S2AA64 | STE_S2R |
	       (s2->stall ? STE_S2S : 0);
}

void smmu3_ste_make_s2(struct smmu3_ste *ste, const struct smmu3_ste_s2 *cfg)
{
	ste_store(ste, STE_V | FIELD_PREP(STE_CONFIG, STE_CONFIG_S2),
		  ste_s2_word1(cfg) | ste_shcfg(cfg->shcfg_incoming),
		  ste_s2_word2(cfg), cfg->ttb & STE_S2TTB);
}

void smmu3_ste_make_nested(struct smmu3_ste *ste, const struct smmu3_ste_s1 *s1,
			   const struct smmu3_ste_s2 *s2)
{
	u64 w2 = ste_s2_word2(s2) | (s2->ptw ? STE_S2PTW : 0);

	/* Under stage 2 STRW is ignored: the regime is always that of EL1. */
	ste_store(ste, ste_s1_word0(s1, STE_CONFIG_NESTED), ste_s1_word1(s1) | ste_s2_word1(s2),
		  w2, s2->ttb & STE_S2TTB);
}

void smmu3_ste_add_ppar(struct smmu3_ste *ste)
{
	ste->q[1] |= cpu_to_le64(STE_PPAR);
}

/*
 * UNKNOWN-IS-USED: a bit that this file does not know counts as used in every entry that lets
 * traffic pass: the plan then goes round it and never through it.
 */
static void ste_used_words(const u64 *q, u64 *used)
{
	unsigned int config = FIELD_GET(STE_CONFIG, q[0]);
	bool s1 = (config & 5) == 5, s2 = (config & 6) == 6;
	bool ssids = s1 && FIELD_GET(STE_S1CDMAX, q[0]);
	bool s1_bypassed = !s1 || (ssids && FIELD_GET(STE_S1DSS, q[1]) == S1DSS_BYPASS);

	memset(used, 0, SMMU3_ENTRY_QWORDS * sizeof(*used));
	used[0] = STE_V;
	if (!(q[0] & STE_V))
		return;
	used[0] |= STE_CONFIG;
	if (!(config & 4))
		return;

	used[1] = ~(STE_1_S1_ONLY | STE_S2FWB | STE_EATS | STE_STRW | STE_SHCFG | STE_NSCFG |
		    STE_SW_RESERVED);
	if (s1) {
		used[0] |= STE_S1CONTEXTPTR | STE_S1CDMAX | (ssids ? STE_S1FMT : 0);
		used[1] |= STE_1_S1_ONLY;
		if (!ssids)
			used[1] &= ~STE_S1DSS;
	}
	if (s2)
		used[1] |= STE_S2FWB;
	if (s1 || s2)
		used[1] |= STE_EATS;
	if (s1 && !s2)
		used[1] |= STE_STRW;
	if (s1_bypassed)
		used[1] |= STE_SHCFG;

	if (s2) {
		used[2] = config == STE_CONFIG_NESTED ? ~0ULL : ~STE_S2PTW;
		used[3] = ~0ULL;
	} else if (s1 && FIELD_GET(STE_STRW, q[1]) == STRW_NSEL1) {
		/* Stage 1 alone is tagged with the VMID too. */
		used[2] = STE_S2VMID;
	}
	memset(used + 4, 0xff, 4 * sizeof(*used));
}

void smmu3_ste_used(const __le64 *q, __le64 *used)
{
	u64 cpu_q[SMMU3_ENTRY_QWORDS], cpu_used[SMMU3_ENTRY_QWORDS];
	unsigned int i;

	for (i = 0; i < SMMU3_ENTRY_QWORDS; i++)
		cpu_q[i] = le64_to_cpu(q[i]);
	ste_used_words(cpu_q, cpu_used);
	for (i = 0; i < SMMU3_ENTRY_QWORDS; i++)
		used[i] = cpu_to_le64(cpu_used[i]);
}

void smmu3_ste_plan(struct smmu3_entry_plan *plan, const struct smmu3_ste *cur,
		    const struct smmu3_ste *target)
{
	smmu3_entry_plan(plan, cur->q, target->q, smmu3_ste_used, cpu_to_le64(STE_V));
}

static void ste_s1_text(struct smmu3_text *t, const u64 *q)
{
	static const char * const dss[] = { "terminate", "bypass", "ssid0", "reserved" };
	static const char * const fmt[] = { "linear", "4K_L2", "64K_L2", "reserved" };
	static const char * const strw[] = { "NS-EL1", "reserved1", "EL2", "reserved3" };
	u64 cdmax = FIELD_GET(STE_S1CDMAX, q[0]);

	smmu3_text_add(t, " S1ContextPtr=0x%llx S1CDMax=%llu", q[0] & STE_S1CONTEXTPTR, cdmax);
	if (cdmax)
		smmu3_text_add(t, " S1Fmt=%s S1DSS=%s", fmt[FIELD_GET(STE_S1FMT, q[0])],
			       dss[FIELD_GET(STE_S1DSS, q[1])]);
	smmu3_text_add(t, " S1CIR=%llu S1COR=%llu S1CSH=%llu", FIELD_GET(STE_S1CIR, q[1]),
		       FIELD_GET(STE_S1COR, q[1]), FIELD_GET(STE_S1CSH, q[1]));
	if (FIELD_GET(STE_CONFIG, q[0]) == STE_CONFIG_S1)
		smmu3_text_add(t, " STRW=%s", strw[FIELD_GET(STE_STRW, q[1])]);
	if (q[1] & STE_S1STALLD)
		smmu3_text_add(t, " S1STALLD");
}

static void ste_s2_text(struct smmu3_text *t, const u64 *q)
{
	static const char * const tg[] = { "4K", "64K", "16K", "reserved" };

	smmu3_text_add(t, " S2TTB=0x%llx S2VMID=0x%llx S2T0SZ=%llu S2SL0=%llu", q[3] & STE_S2TTB,
		       FIELD_GET(STE_S2VMID, q[2]), FIELD_GET(STE_S2T0SZ, q[2]),
		       FIELD_GET(STE_S2SL0, q[2]));
	smmu3_text_add(t, " S2TG=%s S2PS=%llu S2IR0=%llu S2OR0=%llu S2SH0=%llu",
		       tg[FIELD_GET(STE_S2TG, q[2])], FIELD_GET(STE_S2PS, q[2]),
		       FIELD_GET(STE_S2IR0, q[2]), FIELD_GET(STE_S2OR0, q[2]),
		       FIELD_GET(STE_S2SH0, q[2]));
	smmu3_text_add(t, "%s%s%s%s%s%s", q[2] & STE_S2AA64 ? " S2AA64" : "",
		       q[2] & STE_S2ENDI ? " S2ENDI" : "", q[2] & STE_S2R ? " S2R" : "",
		       q[2] & STE_S2S ? " S2S" : "", q[2] & STE_S2PTW ? " S2PTW" : "",
		       q[1] & STE_S2FWB ? " S2FWB" : "");
}

int smmu3_ste_to_text(char *buf, size_t sz, const struct smmu3_ste *ste)
{
	static const char * const name[] = { "abort", "abort1", "abort2", "abort3",
					     "bypass", "S1", "S2", "S1+S2" };
	static const char * const eats[] = { "none", "full", "split", "dpt" };
	static const char * const shcfg[] = { "NSH", "incoming", "OSH", "ISH" };
	struct smmu3_text t = smmu3_text_begin(buf, sz);
	u64 q[SMMU3_ENTRY_QWORDS], used[SMMU3_ENTRY_QWORDS];
	unsigned int i, config;

	for (i = 0; i < SMMU3_ENTRY_QWORDS; i++)
		q[i] = le64_to_cpu(ste->q[i]);
	ste_used_words(q, used);
	config = FIELD_GET(STE_CONFIG, q[0]);

	if (!(q[0] & STE_V)) {
		smmu3_text_add(&t, "V=0");
		return t.len;
	}
	smmu3_text_add(&t, "V=1 Config=%s", name[config]);
	if ((config & 5) == 5)
		ste_s1_text(&t, q);
	if ((config & 6) == 6)
		ste_s2_text(&t, q);
	else if (used[2] & STE_S2VMID & q[2])
		smmu3_text_add(&t, " S2VMID=0x%llx", FIELD_GET(STE_S2VMID, q[2]));
	if (used[1] & STE_EATS)
		smmu3_text_add(&t, " EATS=%s", eats[FIELD_GET(STE_EATS, q[1])]);
	if (used[1] & STE_SHCFG)
		smmu3_text_add(&t, " SHCFG=%s", shcfg[FIELD_GET(STE_SHCFG, q[1])]);
	if (used[1] & q[1] & STE_PPAR)
		smmu3_text_add(&t, " PPAR");
	if (used[1] & q[1] & STE_MEV)
		smmu3_text_add(&t, " MEV");
	return t.len;
}

u64 smmu3_ste_l1_make(u64 l2_pa, u8 l2_lg2)
{
	/* Span n stands for 2^(n - 1) entries; 0 for none. */
	return (l2_pa & STE_L1_L2PTR) | FIELD_PREP(STE_L1_SPAN, l2_lg2 + 1);
}
