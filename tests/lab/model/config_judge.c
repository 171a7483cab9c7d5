// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the referee says of a configuration structure that has just been fetched.
 *
 * Arm IHI 0070, 5.1 to 5.4 for what is illegal, 5.4.1 "CD notes" for contexts that share a tag.
 * Invariant: each structure is judged once when it is fetched, whoever asked for it.
 */
#include <string.h>

#include "config.h"

static void judge_l1std(struct model *m, const struct cached *n)
{
	u64 desc = n->words[0];
	unsigned int span = field(desc, 4, 0);

	if (span > 11 || span > strtab_split(m) + 1 ||
	    (span && (desc & (L1STD_RES0 | (GENMASK(55, 6) & ~GENMASK(oas_bits(m) - 1, 0))))))
		referee_report(m, RULE_L1_ILLEGAL, "L1STD %u at 0x%llx: 0x%llx", n->sid,
			       (unsigned long long)n->pa, (unsigned long long)desc);
}

static void judge_l1cd(struct model *m, const struct cached *n)
{
	u64 desc = n->words[0], res0 = L1CD_RES0 | (n->shift == 10 ? GENMASK(15, 12) : 0);

	if ((desc & L1CD_V) && (desc & res0))
		referee_report(m, RULE_L1_ILLEGAL, "L1CD %u of StreamID 0x%x at 0x%llx: 0x%llx",
			       n->ssid, n->sid, (unsigned long long)n->pa,
			       (unsigned long long)desc);
}

static void judge_ste(struct model *m, struct cached *n)
{
	char why[96];
	int rule = ste_check(m, n->words, why, sizeof(why));

	n->illegal = !get(n->words, STE_V) || rule == RULE_STE_ILLEGAL;
	n->cont = n->illegal ? 0 : get(n->words, STE_CONT);
	m->config->nr_spans += n->cont != 0;
	if (rule >= 0)
		referee_report(m, rule, "STE of StreamID 0x%x at 0x%llx: %s", n->sid,
			       (unsigned long long)n->pa, why);
}

bool config_ste_same(const struct model *m, const u64 a[STE_WORDS], const u64 b[STE_WORDS])
{
	u64 x[STE_WORDS], y[STE_WORDS];

	ste_effective(m, a, x);
	ste_effective(m, b, y);
	x[1] &= ~mask(STE_CONT);
	y[1] &= ~mask(STE_CONT);
	return !memcmp(x, y, sizeof(x));
}

static bool judge_neighbour(struct model *m, const struct cached *n, u32 sid, u64 pa)
{
	u64 ste[STE_WORDS];

	if (mem_read(m, pa, ste, sizeof(ste)) || config_ste_same(m, n->words, ste))
		return true;
	referee_report(m, RULE_STE_CONT,
		       "STE of StreamID 0x%x with CONT %u is cached, and that of StreamID 0x%x at "
		       "0x%llx is another",
		       n->sid, n->cont, sid, (unsigned long long)pa);
	return false;
}

/*
 * 5.2 CONT: all STEs of the span are the same, and all in one table of level 2. Looked at when a
 * transaction uses one, since only a lookup has a result that could be another; then once.
 */
void config_judge_span(struct model *m, struct cached *n, u32 sid, u64 pa)
{
	u32 first = n->sid >> n->cont << n->cont, i;

	if (n->sid != sid)
		judge_neighbour(m, n, sid, pa);
	if (!n->cont || n->span_judged)
		return;
	n->span_judged = true;
	/* A span that ends beyond the stream table ends with it. */
	for (i = 0; i < BIT(n->cont) && stream_in_range(m, first + i); i++) {
		if (strtab_two_level(m) &&
		    ((first + i) >> strtab_split(m) != n->sid >> strtab_split(m) ||
		     !ste_locate(m, first + i, &pa))) {
			referee_report(m, RULE_STE_CONT,
				       "STE of StreamID 0x%x: CONT %u reaches StreamID 0x%x, which "
				       "is beyond its level 2 table",
				       n->sid, n->cont, first + i);
			return;
		}
		pa = n->pa + ((s64)first + i - n->sid) * 64;
		if (first + i != n->sid && !judge_neighbour(m, n, first + i, pa))
			return;
	}
}

static u64 roots_of(const struct model *m, const u64 *ste, const u64 *cd, unsigned int half)
{
	bool el2 = ste_regime(m, ste) == REGIME_EL2;

	if (half == 0)
		return !el2 && get(cd, CD_EPD0) ? 0 : get(cd, CD_TTB0);
	return el2 || get(cd, CD_EPD1) ? 0 : get(cd, CD_TTB1);
}

/* The CD that memory holds now for a cached one; false: it is no longer there. */
static bool still_live(struct model *m, const struct cached *n, u64 *ste, u64 *cd)
{
	u64 pa, cd_pa;
	int i;

	if (!ste_locate(m, n->sid, &pa) || mem_read(m, pa, ste, 64) || !get(ste, STE_V) ||
	    !(get(ste, STE_CONFIG) & CONFIG_PASS) || !(get(ste, STE_CONFIG) & CONFIG_S1) ||
	    !cd_locate(m, ste, n->ssid, &cd_pa) || cd_pa != n->pa || mem_read(m, cd_pa, cd, 64) ||
	    !get(cd, CD_V))
		return false;
	for (i = 0; i < 8; i++)
		if (n->words[i] != cd[i])
			return false;
	return true;
}

/* EPDx (0 here) walks nothing and so contradicts nobody: an address space that is going. */
static bool roots_agree(u64 a, u64 b)
{
	return a == b || !a || !b;
}

/*
 * 5.4.1: contexts with one tag must have one configuration. Those that share an ASID with a CPU are
 * a set apart.
 */
static void judge_tags(struct model *m, const struct context *c, const struct cached *n)
{
	u64 ste[STE_WORDS], cd[CD_WORDS];
	struct tlb_tag own, tag;
	unsigned int i;

	tlb_tag_of(m, c, false, &own);
	for (i = 0; i < CONFIG_BUCKETS; i++) {
		const struct cached *o;

		for (o = m->config->bucket[i]; o; o = o->next) {
			struct context other = { .has_cd = true };

			if (o == n || o->kind != CONFIG_CD || o->got != o->all ||
			    !get(o->words, CD_V) ||
			    get(o->words, CD_ASID) != get(n->words, CD_ASID) || o->pa == n->pa ||
			    !still_live(m, o, ste, cd))
				continue;
			memcpy(other.ste, ste, sizeof(ste));
			memcpy(other.cd, cd, sizeof(cd));
			tlb_tag_of(m, &other, false, &tag);
			if (tag.regime != own.regime || tag.vmid != own.vmid ||
			    tag.aset != own.aset ||
			    (roots_agree(roots_of(m, ste, cd, 0), roots_of(m, c->ste, c->cd, 0)) &&
			     roots_agree(roots_of(m, ste, cd, 1), roots_of(m, c->ste, c->cd, 1))))
				continue;
			referee_report(m, RULE_TAG_CONFLICT,
				       "ASID %u VMID %u: StreamID 0x%x SubstreamID 0x%x and "
				       "StreamID 0x%x SubstreamID 0x%x have different tables",
				       own.asid, own.vmid, n->sid, n->ssid, o->sid, o->ssid);
		}
	}
}

static void judge_cd(struct model *m, const struct context *c, struct cached *n)
{
	char why[96];
	int rule = cd_check(m, c->ste, n->words, why, sizeof(why));

	n->illegal = !get(n->words, CD_V) || rule == RULE_CD_ILLEGAL;
	if (rule >= 0)
		referee_report(m, rule, "CD of StreamID 0x%x SubstreamID 0x%x at 0x%llx: %s",
			       n->sid, n->ssid, (unsigned long long)n->pa, why);
	if (!n->illegal) {
		struct context with = *c;

		memcpy(with.cd, n->words, sizeof(with.cd));
		with.has_cd = true;
		judge_tags(m, &with, n);
	}
}

/* A fetch that was not a look has just been completed. */
void config_judge(struct model *m, struct cached *n, const struct context *c)
{
	n->fresh = false;
	switch (n->kind) {
	case CONFIG_L1STD:
		judge_l1std(m, n);
		break;
	case CONFIG_STE:
		judge_ste(m, n);
		break;
	case CONFIG_L1CD:
		judge_l1cd(m, n);
		break;
	case CONFIG_CD:
		judge_cd(m, c, n);
	}
	config_learnt(m, n->kind, n->pa,
		      n->kind == CONFIG_L1STD ? n->sid << strtab_split(m) : n->sid,
		      n->kind == CONFIG_L1CD ? n->ssid << n->shift : n->ssid);
}
