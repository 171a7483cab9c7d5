// SPDX-License-Identifier: GPL-2.0-only
/*
 * From StreamID and SubstreamID to STE and CD: where the structures lie and what goes wrong on the
 * way.
 *
 * Arm IHI 0070, 3.3 "Data structures and translation procedure", 5.1 to 5.4, 7.3 for the events,
 * 6.3 STRTAB_BASE_CFG.
 * Invariant: an event that is returned has its type and fetch address; the transaction's fields are
 * the caller's.
 */
#include <string.h>

#include "config.h"

unsigned int strtab_split(const struct model *m)
{
	unsigned int split = field(m->regs.strtab_base_cfg, 10, 6);

	/* Reserved values behave as 6. */
	return split == 8 || split == 10 ? split : 6;
}

bool strtab_two_level(const struct model *m)
{
	return m->f.st_level && field(m->regs.strtab_base_cfg, 17, 16) == 1;
}

/* 6.3 STRTAB_BASE: the table is aligned to its size, low bits are ignored. */
static u64 strtab_base(const struct model *m)
{
	unsigned int log2size = field(m->regs.strtab_base_cfg, 5, 0), lg2 = log2size + 6;

	if (strtab_two_level(m)) {
		unsigned int split = strtab_split(m);

		lg2 = log2size > split ? log2size - split + 3 : 3;
		if (lg2 < 6)
			lg2 = 6;
	}
	return m->regs.strtab_base & GENMASK(oas_bits(m) - 1, 6) & ~(BIT(lg2) - 1);
}

bool stream_in_range(const struct model *m, u32 sid)
{
	unsigned int log2size = field(m->regs.strtab_base_cfg, 5, 0);

	return (log2size >= 32 || sid < BIT(log2size)) &&
	       (m->f.sidsize >= 32 || sid < BIT(m->f.sidsize));
}

/* The STE's address by the level 1 descriptor @desc; false: it does not cover the stream. */
static bool ste_by_l1(const struct model *m, u64 desc, u32 sid, u64 *pa)
{
	unsigned int span = field(desc, 4, 0), split = strtab_split(m);
	u32 low = sid & (BIT(split) - 1);

	if (!span || span > 11 || span > split + 1 || low >= BIT(span - 1))
		return false;
	*pa = (desc & L1STD_L2PTR & GENMASK(oas_bits(m) - 1, 0) & ~(BIT(span + 5) - 1)) +
	      low * 64ull;
	return true;
}

bool ste_locate(struct model *m, u32 sid, u64 *pa)
{
	u64 desc;

	if (!stream_in_range(m, sid))
		return false;
	*pa = strtab_base(m) + sid * 64ull;
	if (!strtab_two_level(m))
		return true;
	if (mem_read64(m, strtab_base(m) + (sid >> strtab_split(m)) * 8ull, &desc))
		return false;
	return ste_by_l1(m, desc, sid, pa);
}

static bool no(struct event *e, enum event_type type, u64 fetch_addr)
{
	e->type = type;
	e->fetch_addr = fetch_addr;
	return false;
}

/* What config_judge() finds of a fetched structure, for one that was only looked at. */
static bool illegal_look(const struct model *m, const struct context *c, const struct cached *n)
{
	char why[96];

	if (n->kind == CONFIG_STE)
		return !get(n->words, STE_V) ||
		       ste_check(m, n->words, why, sizeof(why)) == RULE_STE_ILLEGAL;
	return !get(n->words, CD_V) ||
	       cd_check(m, c->ste, n->words, why, sizeof(why)) == RULE_CD_ILLEGAL;
}

static bool find_l1(struct model *m, enum config_kind kind, u32 sid, u32 ssid, u64 pa,
		    unsigned int shift, const struct want *w, const struct context *c, u64 *desc)
{
	struct cached look, *n = config_fetch(m, kind, sid, ssid, pa, w, &look);

	if (!n)
		return false;
	n->shift = shift;
	if (n->fresh)
		config_judge(m, n, c);
	*desc = n->words[0];
	return true;
}

/*
 * The STE of @sid, or the cached one of a neighbour whose CONT covers it. NULL: the fetch fails, or
 * both are cached and differ (@conflict, 3.20.2).
 */
static struct cached *fetch_ste(struct model *m, u32 sid, u64 pa, const struct want *w,
				struct cached *look, bool *conflict)
{
	struct cached *own = config_find_ste(m, sid),
		      *span = w->spec ? NULL : config_find_span(m, sid);

	if (span && !w->probe)
		config_judge_span(m, span, sid, pa);
	*conflict = false;
	if (span && !own)
		return span;
	*conflict = span && !config_ste_same(m, own->words, span->words);
	return *conflict ? NULL : config_fetch(m, CONFIG_STE, sid, 0, pa, w, look);
}

static bool find_ste(struct model *m, u32 sid, const struct want *w, struct context *c,
		     struct event *e)
{
	struct cached *n, look;
	u64 pa, l1, desc;
	bool conflict;

	if (!stream_in_range(m, sid))
		return no(e, EVT_C_BAD_STREAMID, 0);
	pa = strtab_base(m) + sid * 64ull;
	if (strtab_two_level(m)) {
		l1 = strtab_base(m) + (sid >> strtab_split(m)) * 8ull;
		if (!find_l1(m, CONFIG_L1STD, sid >> strtab_split(m), 0, l1, 0, w, c, &desc))
			return no(e, EVT_F_STE_FETCH, l1);
		if (!ste_by_l1(m, desc, sid, &pa))
			return no(e, EVT_C_BAD_STREAMID, 0);
	}
	n = fetch_ste(m, sid, pa, w, &look, &conflict);
	if (!n)
		return no(e, conflict ? EVT_F_CFG_CONFLICT : EVT_F_STE_FETCH, pa);
	memcpy(c->ste, n->words, sizeof(c->ste));
	c->ste_pa = n->pa;
	if (n == &look)
		n->illegal = illegal_look(m, c, n);
	else if (n->fresh)
		config_judge(m, n, c);
	if (n->cont && n->sid == sid && !w->spec && !w->probe)
		config_judge_span(m, n, sid, pa);
	return n->illegal ? no(e, EVT_C_BAD_STE, 0) : true;
}

/* S1ContextPtr and L2Ptr are IPAs where stage 2 is enabled. */
static bool cd_memory(struct model *m, const struct context *c, u64 at, const struct want *w,
		      u64 *pa, struct event *e)
{
	struct want r = { .r = true, .spec = w->spec, .probe = w->probe };
	struct fault f;
	struct xl o;

	*pa = at;
	if (!c->s2)
		return true;
	if (stage2_translate(m, c, at, &r, EVT_CLASS_CD, &o, &f)) {
		*pa = o.pa;
		return true;
	}
	e->type = f.type;
	e->s2 = f.s2;
	e->class = f.class;
	e->ipa = f.ipa;
	e->fetch_addr = f.fetch_addr;
	return false;
}

/* Log2 of the CDs in a second-level table, 0 for a linear one. */
static unsigned int cd_split(const struct model *m, const u64 *ste)
{
	u64 fmt = get(ste, STE_S1FMT);

	if (!m->f.ssidsize || !get(ste, STE_S1CDMAX) || !m->f.cd2l || (fmt != 1 && fmt != 2))
		return 0;
	return fmt == 1 ? 6 : 10;
}

static u64 cd_base(const struct model *m, const u64 *ste)
{
	unsigned int cdmax = m->f.ssidsize ? get(ste, STE_S1CDMAX) : 0, split = cd_split(m, ste),
		     lg2 = cdmax + 6;

	if (split)
		lg2 = cdmax > split + 3 ? cdmax - split + 3 : 6;
	return ste[0] & mask(STE_S1CONTEXTPTR) & ~(BIT(lg2) - 1);
}

static bool find_cd(struct model *m, u32 sid, u32 ssid, const struct want *w, struct context *c,
		    struct event *e)
{
	unsigned int split = cd_split(m, c->ste);
	u64 at = cd_base(m, c->ste), l1, desc, pa;
	struct cached *n, look;

	if (split) {
		if (!cd_memory(m, c, at + (ssid >> split) * 8ull, w, &l1, e))
			return false;
		if (!find_l1(m, CONFIG_L1CD, sid, ssid >> split, l1, split, w, c, &desc))
			return no(e, EVT_F_CD_FETCH, l1);
		at = desc & L1CD_L2PTR & ~(split == 10 ? GENMASK(15, 0) : 0);
		/* 3.4.3: an address beyond the address size is as good as none. */
		if (!(desc & L1CD_V) || (at & ~GENMASK(oas_bits(m) - 1, 0)))
			return no(e, EVT_C_BAD_SUBSTREAMID, 0);
		ssid &= BIT(split) - 1;
	}
	if (!cd_memory(m, c, at + ssid * 64ull, w, &pa, e))
		return false;
	n = config_fetch(m, CONFIG_CD, sid, c->ssid, pa, w, &look);
	if (!n)
		return no(e, EVT_F_CD_FETCH, pa);
	memcpy(c->cd, n->words, sizeof(c->cd));
	c->cd_pa = n->pa;
	if (n == &look)
		n->illegal = illegal_look(m, c, n);
	else if (n->fresh)
		config_judge(m, n, c);
	c->has_cd = !n->illegal;
	return n->illegal ? no(e, EVT_C_BAD_CD, 0) : true;
}

bool cd_locate(struct model *m, const u64 ste[STE_WORDS], u32 ssid, u64 *pa)
{
	struct context c = { .s2 = get(ste, STE_CONFIG) & CONFIG_S2 };
	struct want w = { .r = true, .probe = true };
	unsigned int split = cd_split(m, ste);
	u64 at = cd_base(m, ste), l1, desc;
	struct event e;

	memcpy(c.ste, ste, sizeof(c.ste));
	if (ssid >= BIT(m->f.ssidsize ? get(ste, STE_S1CDMAX) : 0))
		return false;
	if (split) {
		if (!cd_memory(m, &c, at + (ssid >> split) * 8ull, &w, &l1, &e) ||
		    mem_read64(m, l1, &desc) || !(desc & L1CD_V))
			return false;
		at = desc & L1CD_L2PTR & ~(split == 10 ? GENMASK(15, 0) : 0);
		ssid &= BIT(split) - 1;
	}
	return cd_memory(m, &c, at + ssid * 64ull, &w, pa, &e);
}

bool config_stream_disabled(const struct model *m, const u64 *ste)
{
	u64 dss = get(ste, STE_S1DSS);

	return (get(ste, STE_CONFIG) & CONFIG_PASS) && (get(ste, STE_CONFIG) & CONFIG_S1) &&
	       m->f.ssidsize && get(ste, STE_S1CDMAX) && dss != 1 && dss != 2;
}

/* 5.2 S1CDMax and S1DSS: which CD the transaction is for, if any. */
static bool choose_substream(const struct model *m, bool ssv, struct context *c, struct event *e)
{
	unsigned int cdmax = m->f.ssidsize ? get(c->ste, STE_S1CDMAX) : 0;
	u64 dss = get(c->ste, STE_S1DSS);

	if (ssv && (!c->s1 || !cdmax || c->ssid >= BIT(cdmax)))
		return no(e, EVT_C_BAD_SUBSTREAMID, 0);
	if (ssv && dss == 2 && c->ssid == 0)
		return no(e, EVT_F_STREAM_DISABLED, 0);
	if (ssv || !c->s1)
		return true;
	c->ssid = 0;
	if (config_stream_disabled(m, c->ste))
		return no(e, EVT_F_STREAM_DISABLED, 0);
	if (cdmax && dss == 1)
		c->s1 = false;
	return true;
}

bool config_resolve(struct model *m, u32 sid, u32 ssid, bool ssv, const struct want *w,
		    struct context *c, struct event *e, bool *silent)
{
	u64 config;

	*e = (struct event){ .sid = sid, .ssid = ssid, .ssv = ssv };
	*c = (struct context){ .sid = sid, .ssid = ssv ? ssid : 0, .ssv = ssv };
	*silent = false;
	if (!find_ste(m, sid, w, c, e)) {
		*silent = e->type == EVT_C_BAD_STREAMID && !(m->regs.cr2 & CR2_RECINVSID);
		return false;
	}
	e->mev = get(c->ste, STE_MEV);
	config = get(c->ste, STE_CONFIG);
	c->abort = !(config & CONFIG_PASS);
	*silent = c->abort;
	if (c->abort)
		return false;
	c->s1 = config & CONFIG_S1;
	c->s2 = config & CONFIG_S2;
	if (!choose_substream(m, ssv, c, e))
		return false;
	c->bypass = !c->s1 && !c->s2;
	return !c->s1 || find_cd(m, sid, c->ssid, w, c, e);
}

bool config_ste(struct model *m, u32 sid, struct context *c, struct event *e, bool *silent)
{
	struct want w = { .r = true };

	*e = (struct event){ .sid = sid };
	*c = (struct context){ .sid = sid };
	*silent = false;
	config_known_add(m, sid, 0, false);
	if (!find_ste(m, sid, &w, c, e)) {
		*silent = e->type == EVT_C_BAD_STREAMID && !(m->regs.cr2 & CR2_RECINVSID);
		return false;
	}
	e->mev = get(c->ste, STE_MEV);
	c->abort = !(get(c->ste, STE_CONFIG) & CONFIG_PASS);
	*silent = c->abort;
	c->s2 = !c->abort && (get(c->ste, STE_CONFIG) & CONFIG_S2);
	return !c->abort;
}

bool config_lookup(struct model *m, u32 sid, u32 ssid, bool ssv, struct context *c, struct event *e,
		   bool *silent)
{
	struct want w = { .r = true };

	config_known_add(m, sid, ssid, ssv);
	return config_resolve(m, sid, ssid, ssv, &w, c, e, silent);
}
