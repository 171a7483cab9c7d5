// SPDX-License-Identifier: GPL-2.0-only
/*
 * The store-by-store referee: which configuration structures the SMMU may read, what was stored to
 * them, and when that history ends.
 *
 * Arm IHI 0070, sections "Configuration structures" and "Configuration structure invalidation". The
 * invariant: a structure is watched from when the SMMU (or a CFGI) first found it until it can
 * neither be found in memory nor through a structure above it that may still be cached; what
 * happens to its memory then is nobody's business.
 */
#include <stdlib.h>
#include <string.h>

#include "judge.h"

#define PAGE_SZ 4096ull
#define NO_PA	(~0ull)

static unsigned int nr_words(enum config_kind kind)
{
	return kind == CONFIG_STE ? STE_WORDS : kind == CONFIG_CD ? CD_WORDS : 1;
}

static struct entry **bucket(struct watch *w, u64 pa)
{
	return &w->page[(pa / PAGE_SZ) % WATCH_BUCKETS];
}

static bool read_words(struct model *m, u64 pa, unsigned int nr, u64 *words)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (mem_read64(m, pa + i * 8, &words[i]))
			return false;
	return true;
}

/* ---------------------------------------------------------------- where structures are */

static unsigned int strtab_split(const struct model *m)
{
	return field(m->regs.strtab_base_cfg, 10, 6);
}

static bool strtab_two_levels(const struct model *m)
{
	return field(m->regs.strtab_base_cfg, 17, 16) == 1;
}

static u32 l1std_first(const struct model *m, u32 sid)
{
	return sid >> strtab_split(m) << strtab_split(m);
}

static u64 l1std_pa(const struct model *m, u32 sid)
{
	if (!strtab_two_levels(m))
		return NO_PA;
	return (m->regs.strtab_base & GENMASK(55, 6)) + (u64)(sid >> strtab_split(m)) * 8;
}

/* Whether an STE makes the SMMU read CDs. Config 0b1x1 is stage 1. */
static bool ste_has_cds(const u64 *ste)
{
	return (ste[0] & 1) && (field(ste[0], 3, 1) & 5) == 5;
}

/* S1Fmt 1: tables of 64 CDs, 2: of 1024. */
static u64 l1cd_pa(const u64 *ste, u32 ssid)
{
	u64 s1fmt = field(ste[0], 5, 4);

	if (!ste_has_cds(ste) || !s1fmt || s1fmt > 2)
		return NO_PA;
	return (ste[0] & GENMASK(55, 6)) + (u64)(ssid >> (s1fmt == 1 ? 6 : 10)) * 8;
}

static bool read_ste(struct model *m, u32 sid, u64 ste[STE_WORDS])
{
	u64 pa;

	return ste_locate(m, sid, &pa) && read_words(m, pa, STE_WORDS, ste);
}

/* Whether memory leads to the structure now, past all caches. A CD remembers by which STE. */
static bool is_reachable(struct model *m, struct entry *e)
{
	u64 ste[STE_WORDS], pa;

	switch (e->kind) {
	case CONFIG_L1STD:
		return l1std_pa(m, e->sid) == e->pa;
	case CONFIG_STE:
		return ste_locate(m, e->sid, &pa) && pa == e->pa;
	default:
		break;
	}
	if (!read_ste(m, e->sid, ste) || !ste_has_cds(ste))
		return false;
	if (e->kind == CONFIG_L1CD) {
		/* ssid is that of its first finder; any SubstreamID that it serves does. */
		if (l1cd_pa(ste, e->ssid) != e->pa)
			return false;
	} else if (!cd_locate(m, ste, e->ssid, &pa) || pa != e->pa) {
		return false;
	}
	memcpy(e->ste, ste, sizeof(e->ste));
	return true;
}

/* ---------------------------------------------------------------- the set */

/* The first of the entries in a page. */
static struct entry *page_first(struct watch *w, u64 pa)
{
	struct entry *e;

	for (e = *bucket(w, pa); e; e = e->next)
		if (e->pa / PAGE_SZ == pa / PAGE_SZ)
			break;
	return e;
}

static void tell_page(struct model *m, u64 pa, bool on)
{
	if (m->env.watch)
		m->env.watch(m->env.ctx, pa & ~(PAGE_SZ - 1), on);
}

static struct entry *find(struct watch *w, enum config_kind kind, u64 pa, u32 sid, u32 ssid)
{
	struct entry *e;

	for (e = *bucket(w, pa); e; e = e->next)
		if (e->pa == pa && e->sid == sid && e->kind == kind &&
		    (e->ssid == ssid || kind == CONFIG_L1CD))
			return e;
	return NULL;
}

static bool make_room(struct model *m, struct watch *w)
{
	unsigned int max = w->max ? w->max * 2 : 64;
	struct entry **all;

	if (w->nr < w->max)
		return true;
	all = max <= WATCH_MAX ? realloc(w->all, max * sizeof(struct entry *)) : NULL;
	if (!all) {
		if (!w->full)
			model_log(m, "referee: %u structures are watched, further ones are not",
				  w->nr);
		w->full = true;
		return false;
	}
	w->all = all;
	w->max = max;
	return true;
}

static void forget(struct model *m, unsigned int i)
{
	struct watch *w = &m->referee->watch;
	struct entry *e = w->all[i], **link;

	for (link = bucket(w, e->pa); *link != e; link = &(*link)->next)
		;
	*link = e->next;
	w->all[i] = w->all[--w->nr];
	if (w->active && !page_first(w, e->pa))
		tell_page(m, e->pa, false);
	free(e);
}

static void forget_all(struct model *m)
{
	while (m->referee->watch.nr)
		forget(m, m->referee->watch.nr - 1);
}

void watch_reset(struct model *m)
{
	struct watch *w = &m->referee->watch;

	forget_all(m);
	free(w->all);
	w->all = NULL;
	w->max = 0;
	w->active = false;
	w->full = false;
}

/*
 * SMMUEN began or ended: without it the SMMU reads nothing, and a driver does with its tables what
 * it likes.
 */
bool watch_active(struct model *m)
{
	struct watch *w = &m->referee->watch;
	bool active = m->regs.cr0 & CR0_SMMUEN;
	unsigned int i;

	if (active == w->active)
		return active;
	if (!active) {
		for (i = 0; i < w->nr; i++)
			if (page_first(w, w->all[i]->pa) == w->all[i])
				tell_page(m, w->all[i]->pa, false);
		w->active = false;
		return false;
	}
	for (i = w->nr; i-- > 0;)
		if (!is_reachable(m, w->all[i]))
			forget(m, i);
	w->active = true;
	for (i = 0; i < w->nr; i++) {
		if (page_first(w, w->all[i]->pa) == w->all[i])
			tell_page(m, w->all[i]->pa, true);
		watch_sample(m, w->all[i]);
	}
	return true;
}

void config_learnt(struct model *m, enum config_kind kind, u64 pa, u32 sid, u32 ssid)
{
	struct watch *w = &m->referee->watch;
	u64 words[HISTORY_WORDS];
	struct entry *e;
	bool is_new_page;

	if (!watch_active(m))
		return;
	if (kind == CONFIG_L1STD)
		sid = l1std_first(m, sid);
	if (kind != CONFIG_CD && kind != CONFIG_L1CD)
		ssid = 0;
	if (find(w, kind, pa, sid, ssid) || !make_room(m, w) ||
	    !read_words(m, pa, nr_words(kind), words))
		return;
	e = calloc(1, sizeof(*e));
	if (!e)
		return;
	e->kind = kind;
	e->pa = pa;
	e->sid = sid;
	e->ssid = ssid;
	/* A fetch through a cached STE may come when memory no longer leads here. */
	if (!is_reachable(m, e))
		read_ste(m, sid, e->ste);
	history_begin(&e->h, words, nr_words(kind));
	is_new_page = !page_first(w, pa);
	e->next = *bucket(w, pa);
	*bucket(w, pa) = e;
	w->all[w->nr++] = e;
	if (is_new_page)
		tell_page(m, pa, true);
}

/* ---------------------------------------------------------------- stores */

static void reread(struct model *m, struct entry *e, bool torn)
{
	u64 words[HISTORY_WORDS], was[HISTORY_WORDS];

	if (!read_words(m, e->pa, e->h.nr_words, words)) {
		judge_freed(m, e, "is in no memory");
		return;
	}
	memcpy(was, history_now(&e->h), sizeof(was));
	if (!history_store(&e->h, words))
		return;
	e->changed = audit_now(m);
	e->syncs = m->count.syncs;
	if (e->kind == CONFIG_CD || e->kind == CONFIG_L1CD)
		is_reachable(m, e);
	judge_change(m, e, was, torn);
}

void watch_sample(struct model *m, struct entry *e)
{
	reread(m, e, false);
}

void model_store(struct model *m, u64 pa, unsigned int n)
{
	struct watch *w = &m->referee->watch;
	bool torn = n != 8 || (pa & 7);
	struct entry *e;
	u64 page;

	m->count.stores++;
	w->stores = true;
	if (!n || pa + n < pa || !watch_active(m))
		return;
	for (page = pa / PAGE_SZ; page <= (pa + n - 1) / PAGE_SZ; page++)
		for (e = *bucket(w, page * PAGE_SZ); e; e = e->next)
			if (e->pa / PAGE_SZ == page && e->pa < pa + n &&
			    pa < e->pa + e->h.nr_words * 8)
				reread(m, e, torn);
}

void watch_judge_stream(struct model *m, u32 sid)
{
	struct watch *w = &m->referee->watch;
	unsigned int i;

	if (!watch_active(m))
		return;
	for (i = 0; i < w->nr; i++) {
		if (w->all[i]->kind == CONFIG_STE && w->all[i]->sid == sid) {
			w->all[i]->told &= ~(TOLD_BYPASS | TOLD_HIT);
			judge_shown(m, w->all[i]);
		}
	}
}

/* ---------------------------------------------------------------- invalidation */

/*
 * What a CFGI makes the SMMU forget: structures of the kinds of @sid & @mask, CDs of one
 * SubstreamID or of all.
 */
struct cfgi {
	bool l1std, ste, l1cd, one_cd;
	u32 sid, mask, ssid;
};

static bool cfgi_matches(const struct model *m, const struct cfgi *c, const struct entry *e)
{
	if (e->kind == CONFIG_L1STD)
		return c->l1std && !((e->sid ^ c->sid) & c->mask & l1std_first(m, ~0u));
	if ((e->sid ^ c->sid) & c->mask)
		return false;
	if (e->kind == CONFIG_STE)
		return c->ste;
	if (!c->one_cd)
		return true;
	return e->kind == CONFIG_CD ? e->ssid == c->ssid
				    : c->l1cd && l1cd_pa(e->ste, c->ssid) == e->pa;
}

/* Whether @above may still be cached with what it was, and lead to @e. */
static bool is_led_by(const struct model *m, const struct entry *above, const struct entry *e)
{
	if (above->kind >= e->kind || history_clean(&above->h))
		return false;
	switch (above->kind) {
	case CONFIG_L1STD:
		return above->sid == l1std_first(m, e->sid);
	case CONFIG_STE:
		return above->sid == e->sid;
	default:
		return above->sid == e->sid && l1cd_pa(e->ste, e->ssid) == above->pa;
	}
}

/* Forget what of @c's structures neither memory nor a cached structure leads to any longer. */
static void purge(struct model *m, const struct cfgi *c)
{
	struct watch *w = &m->referee->watch;
	unsigned int i, j;

	for (i = w->nr; i-- > 0;) {
		struct entry *e = w->all[i];

		if (e->kind != CONFIG_L1STD && !c->l1std && ((e->sid ^ c->sid) & c->mask))
			continue;
		if (!history_clean(&e->h) || is_reachable(m, e))
			continue;
		for (j = 0; j < w->nr && !is_led_by(m, w->all[j], e); j++)
			;
		if (j == w->nr)
			forget(m, i);
	}
}

static void learn_ste(struct model *m, u32 sid)
{
	u64 pa;

	if (l1std_pa(m, sid) != NO_PA && ste_locate(m, sid, &pa))
		config_learnt(m, CONFIG_L1STD, l1std_pa(m, sid), sid, 0);
	if (ste_locate(m, sid, &pa))
		config_learnt(m, CONFIG_STE, pa, sid, 0);
}

static void learn_cd(struct model *m, u32 sid, u32 ssid)
{
	u64 ste[STE_WORDS], pa;

	if (!read_ste(m, sid, ste) || !ste_has_cds(ste) || !cd_locate(m, ste, ssid, &pa))
		return;
	config_learnt(m, CONFIG_CD, pa, sid, ssid);
	if (l1cd_pa(ste, ssid) != NO_PA)
		config_learnt(m, CONFIG_L1CD, l1cd_pa(ste, ssid), sid, ssid);
}

static void cfgi(struct model *m, const struct cfgi *c)
{
	struct watch *w = &m->referee->watch;
	bool active = watch_active(m);
	u64 words[HISTORY_WORDS];
	unsigned int i;

	for (i = w->nr; i-- > 0;) {
		struct entry *e = w->all[i];

		if (!cfgi_matches(m, c, e))
			continue;
		if (!active) {
			forget(m, i);
			continue;
		}
		if (!w->stores)
			watch_sample(m, e);
		/*
		 * Stores of another CPU that are not told yet belong to what comes: take memory as
		 * it is.
		 */
		if (read_words(m, e->pa, e->h.nr_words, words))
			history_begin(&e->h, words, e->h.nr_words);
		else
			history_forget(&e->h);
		e->told &= TOLD_FREED;
	}
	if (active)
		purge(m, c);
}

void referee_cfgi(struct model *m, enum config_kind kind, u32 sid, u32 ssid)
{
	struct cfgi c = { .sid = sid, .mask = ~0u, .ssid = ssid };

	c.l1std = kind == CONFIG_L1STD;
	c.ste = kind == CONFIG_L1STD || kind == CONFIG_STE;
	c.one_cd = !c.ste;
	c.l1cd = kind != CONFIG_CD;
	cfgi(m, &c);
	/* What a driver invalidates it uses: watch it although nothing has fetched it yet. */
	if (c.ste)
		learn_ste(m, sid);
	learn_cd(m, sid, c.ste ? 0 : ssid);
}

void referee_cfgi_range(struct model *m, u32 sid, unsigned int range, bool cds_only, bool one_cd,
			u32 ssid)
{
	struct cfgi c = { .sid = sid, .ssid = ssid, .one_cd = cds_only && one_cd, .l1cd = true };

	/* ~0u: CMD_CFGI_CD_ALL has one StreamID, which no range can say. */
	c.mask = range == ~0u ? ~0u : range >= 31 ? 0 : ~(u32)((2ull << range) - 1);
	c.l1std = !cds_only;
	c.ste = !cds_only;
	cfgi(m, &c);
}
