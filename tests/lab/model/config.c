// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration caches as an adversary: level 1 descriptors, STEs and CDs are kept in any state,
 * valid or not, until a CFGI reaches them; their 64-bit words may have been read at different
 * times.
 *
 * Arm IHI 0070, 3.21.3 "Configuration structures and configuration invalidation completion", 4.3
 * "Configuration structure invalidation", 5.1 to 5.4; 3.20.2 and 5.2 CONT for STEs that serve a
 * span. CONT has no say in invalidation: a CFGI reaches what was read for its StreamID, and the
 * copy of a neighbour serves on.
 * Invariant: a failed fetch caches nothing, and an invalidation also ends the fetches that are
 * under way.
 */
#include <stdlib.h>
#include <string.h>

#include "config.h"

static unsigned int bucket_of(enum config_kind kind, u32 sid, u32 ssid)
{
	u32 x = (sid * 0x9e3779b1u) ^ (ssid * 0x85ebca77u) ^ kind;

	return (x ^ x >> 15) % CONFIG_BUCKETS;
}

bool config_init(struct model *m)
{
	m->config = calloc(1, sizeof(*m->config));
	return m->config;
}

void config_fini(struct model *m)
{
	if (m->config)
		config_inv_all(m);
	free(m->config);
	m->config = NULL;
}

void config_reset(struct model *m)
{
	config_inv_all(m);
	m->config->nr_known = 0;
}

static struct cached *find(struct model *m, enum config_kind kind, u32 sid, u32 ssid)
{
	struct cached *n = m->config->bucket[bucket_of(kind, sid, ssid)];

	while (n && (n->kind != kind || n->sid != sid || n->ssid != ssid))
		n = n->next;
	return n;
}

static struct cached *begin(struct model *m, enum config_kind kind, u32 sid, u32 ssid, u64 pa)
{
	struct cached **head = &m->config->bucket[bucket_of(kind, sid, ssid)],
		      *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	*n = (struct cached){ .kind = kind, .sid = sid, .ssid = ssid, .pa = pa, .next = *head };
	n->all = kind == CONFIG_STE || kind == CONFIG_CD ? 0xff : 1;
	*head = n;
	m->config->nr++;
	return n;
}

void config_drop_where(struct model *m,
		       bool (*gone)(const struct cached *n, const struct cached *like),
		       const struct cached *like)
{
	unsigned int i;

	for (i = 0; i < CONFIG_BUCKETS; i++) {
		struct cached **at = &m->config->bucket[i], *n;

		while ((n = *at)) {
			if (!gone(n, like)) {
				at = &n->next;
				continue;
			}
			*at = n->next;
			m->config->nr_spans -= n->cont != 0;
			free(n);
			m->config->nr--;
		}
	}
}

static bool is_it(const struct cached *n, const struct cached *like)
{
	return n == like;
}

/* Read the words that are not yet there, in any order. False: external abort. */
static bool read_words(struct model *m, struct cached *n, u8 which)
{
	unsigned int i, first = m->f.split ? model_random(m) & 7 : 0;

	for (i = 0; i < 8; i++) {
		unsigned int word = (first + i) & 7;

		if (!(which & ~n->got & n->all & BIT(word)))
			continue;
		if (mem_read64(m, n->pa + word * 8, &n->words[word]))
			return false;
		n->got |= BIT(word);
	}
	return true;
}

/*
 * The structure (@kind, @sid, @ssid), which memory holds at @pa: cached, or fetched and then
 * cached. NULL: the fetch fails. A look (@w->probe) leaves the cache alone and reads into @look.
 */
struct cached *config_fetch(struct model *m, enum config_kind kind, u32 sid, u32 ssid, u64 pa,
			    const struct want *w, struct cached *look)
{
	struct cached *n = find(m, kind, sid, ssid);

	if (n && n->got == n->all)
		return n;
	if (w->probe) {
		*look = (struct cached){ .kind = kind, .sid = sid, .ssid = ssid, .pa = pa };
		look->all = kind == CONFIG_STE || kind == CONFIG_CD ? 0xff : 1;
		return read_words(m, look, 0xff) ? look : NULL;
	}
	/* Begun earlier, at an address that is no longer right: that fetch has come to nothing. */
	if (n && n->pa != pa) {
		config_drop_where(m, is_it, n);
		n = NULL;
	}
	if (!n)
		n = begin(m, kind, sid, ssid, pa);
	if (!n)
		return NULL;
	if (!read_words(m, n, 0xff)) {
		config_drop_where(m, is_it, n);
		return NULL;
	}
	n->fresh = true;
	return n;
}

struct cached *config_find_ste(struct model *m, u32 sid)
{
	struct cached *n = find(m, CONFIG_STE, sid, 0);

	return n && n->got == n->all ? n : NULL;
}

struct cached *config_find_span(struct model *m, u32 sid)
{
	unsigned int i;

	for (i = 0; i < CONFIG_BUCKETS && m->config->nr_spans; i++) {
		struct cached *n;

		for (n = m->config->bucket[i]; n; n = n->next)
			if (n->cont && n->sid != sid && n->sid >> n->cont == sid >> n->cont)
				return n;
	}
	return NULL;
}

/* Part of a fetch: what it reads now is old by the time it is complete. */
static void fetch_part(struct model *m)
{
	struct want w = { .probe = true };
	u64 r = model_random(m), pa;
	struct context c;
	struct event e;
	bool silent, ssv;
	struct cached *n;
	u32 sid, ssid;

	if (!config_known(m, r, &sid, &ssid, &ssv))
		return;
	if (r >> 32 & 1) {
		if (!ste_locate(m, sid, &pa) || find(m, CONFIG_STE, sid, 0))
			return;
		n = begin(m, CONFIG_STE, sid, 0, pa);
	} else {
		if (!config_resolve(m, sid, ssid, ssv, &w, &c, &e, &silent) || !c.has_cd ||
		    find(m, CONFIG_CD, sid, c.ssid))
			return;
		n = begin(m, CONFIG_CD, sid, c.ssid, c.cd_pa);
	}
	if (n && !read_words(m, n, r >> 40 & 0xff))
		config_drop_where(m, is_it, n);
	else if (n)
		n->got &= ~(n->got == n->all ? 1u : 0u);
}

static void prefetch(struct model *m)
{
	struct want w = { .r = true, .spec = true };
	u64 r = model_random(m);
	struct context c;
	struct event e;
	bool silent, ssv;
	u32 sid, ssid;

	if (!config_known(m, r, &sid, &ssid, &ssv))
		return;
	/* The stream itself, a neighbour in the table, or the next substream. */
	if ((r >> 32 & 3) == 1)
		sid ^= BIT(r >> 34 & 3);
	if (ssv && (r >> 32 & 3) == 2)
		ssid ^= BIT(r >> 34 & 3);
	m->count.prefetches++;
	config_resolve(m, sid, ssid, ssv, &w, &c, &e, &silent);
}

static void evict(struct model *m)
{
	unsigned int i, from = model_random(m) % CONFIG_BUCKETS;

	for (i = 0; i < CONFIG_BUCKETS && m->config->nr; i++) {
		struct cached *n = m->config->bucket[(from + i) % CONFIG_BUCKETS];

		if (!n)
			continue;
		config_drop_where(m, is_it, n);
		m->count.evictions++;
		return;
	}
}

void config_whim(struct model *m)
{
	if (!(m->regs.cr0ack & CR0_SMMUEN))
		return;
	if (model_chance(m, m->f.evict))
		evict(m);
	if (model_chance(m, m->f.split))
		fetch_part(m);
	if (model_chance(m, m->f.prefetch))
		prefetch(m);
}

static bool gone_ste(const struct cached *n, const struct cached *like)
{
	u32 last = like->ssid;

	/*
	 * With an STE go the CDs that were fetched through it, and unless only leaves are meant the
	 * level above.
	 */
	if (n->kind == CONFIG_L1STD)
		return like->words[0] && n->sid >= like->sid >> like->words[1] &&
		       n->sid <= last >> like->words[1];
	return n->sid >= like->sid && n->sid <= last;
}

static void inv_stes(struct model *m, u32 first, u32 last, bool leaf)
{
	struct cached like = { .sid = first, .ssid = last, .words = { !leaf, strtab_split(m) } };

	config_drop_where(m, gone_ste, &like);
}

void config_inv_ste(struct model *m, u32 sid, bool leaf)
{
	config_known_add(m, sid, 0, false);
	inv_stes(m, sid, sid, leaf);
}

void config_inv_ste_range(struct model *m, u32 sid, unsigned int range)
{
	u32 span = range >= 31 ? ~0u : (u32)(BIT(range + 1) - 1);

	inv_stes(m, sid & ~span, sid | span, false);
}

static bool gone_cd(const struct cached *n, const struct cached *like)
{
	if (n->sid != like->sid || (n->kind != CONFIG_CD && n->kind != CONFIG_L1CD))
		return false;
	if (like->got)		/* all of the stream */
		return true;
	if (n->kind == CONFIG_CD)
		return n->ssid == like->ssid;
	return like->words[0] && n->ssid == like->ssid >> n->shift;
}

void config_inv_cd(struct model *m, u32 sid, u32 ssid, bool leaf)
{
	struct cached like = { .sid = sid, .ssid = ssid, .words = { !leaf } };

	config_known_add(m, sid, ssid, ssid != 0);
	config_drop_where(m, gone_cd, &like);
}

void config_inv_cd_all(struct model *m, u32 sid)
{
	struct cached like = { .sid = sid, .got = 1 };

	config_drop_where(m, gone_cd, &like);
}

static bool gone_always(const struct cached *n, const struct cached *like)
{
	return n || like;
}

void config_inv_all(struct model *m)
{
	config_drop_where(m, gone_always, NULL);
}

void config_known_add(struct model *m, u32 sid, u32 ssid, bool ssv)
{
	struct config_cache *k = m->config;
	u32 i, nr = k->nr_known < ARRAY_SIZE(k->known) ? k->nr_known : ARRAY_SIZE(k->known);

	for (i = 0; i < nr; i++)
		if (k->known[i].sid == sid && k->known[i].ssid == ssid && k->known[i].ssv == ssv)
			return;
	k->known[k->nr_known++ % ARRAY_SIZE(k->known)] = (struct known){ sid, ssid, ssv };
}

bool config_known(struct model *m, u64 n, u32 *sid, u32 *ssid, bool *ssv)
{
	struct config_cache *k = m->config;
	u32 nr = k->nr_known < ARRAY_SIZE(k->known) ? k->nr_known : ARRAY_SIZE(k->known);

	if (!nr)
		return false;
	*sid = k->known[(u32)n % nr].sid;
	*ssid = k->known[(u32)n % nr].ssid;
	*ssv = k->known[(u32)n % nr].ssv;
	return true;
}
