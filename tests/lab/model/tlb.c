// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TLB and the walk caches, as an adversary keeps them: entries stay until an invalidation
 * reaches them or chance drops them, and a hit asks for the architecture's tags and nothing more.
 *
 * Arm IHI 0070, 3.17 "TLB tagging", 3.21.1 "Translation tables and TLB invalidation completion
 * behavior", 16.2 "Caching".
 * Invariant: entry i of the array is in exactly one bucket list, that of (kind, lg2, address).
 */
#include <stdlib.h>
#include <string.h>

#include "tlb.h"

static u32 bucket_of(unsigned int kind, unsigned int lg2, u64 addr)
{
	u64 x = (addr >> lg2) * 0x9e3779b97f4a7c15ull ^
		(u64)(kind * 64 + lg2) * 0xc2b2ae3d27d4eb4full;

	return (x ^ x >> 32) & (TLB_BUCKETS - 1);
}

bool tlb_init(struct model *m)
{
	m->tlb = calloc(1, sizeof(*m->tlb));
	if (!m->tlb)
		return false;
	tlb_reset(m);
	return true;
}

void tlb_fini(struct model *m)
{
	free(m->tlb);
	m->tlb = NULL;
}

void tlb_reset(struct model *m)
{
	struct tlb *t = m->tlb;

	t->nr = 0;
	t->fragments = 0;
	t->nr_seen = 0;
	memset(t->sizes, 0, sizeof(t->sizes));
	memset(t->count, 0, sizeof(t->count));
	memset(t->bucket, -1, sizeof(t->bucket));
}

void tlb_inv_everything(struct model *m)
{
	u32 nr_seen = m->tlb->nr_seen;

	tlb_reset(m);
	m->tlb->nr_seen = nr_seen;
}

static s32 *link_of(struct tlb *t, s32 i)
{
	const struct tlb_entry *e = &t->e[i];
	s32 *at = &t->bucket[bucket_of(e->kind, e->lg2, e->addr)];

	while (*at != i)
		at = &t->e[*at].next;
	return at;
}

void tlb_drop(struct tlb *t, s32 i)
{
	struct tlb_entry *e = &t->e[i];
	s32 last = t->nr - 1;

	*link_of(t, i) = e->next;
	t->fragments -= e->span != e->lg2;
	if (!--t->count[e->kind][e->lg2])
		t->sizes[e->kind] &= ~BIT(e->lg2);
	if (i != last) {
		*link_of(t, last) = i;
		*e = t->e[last];
	}
	t->nr--;
}

void tlb_tag_of(const struct model *m, const struct context *c, bool s2, struct tlb_tag *tag)
{
	*tag = (struct tlb_tag){ .regime = ste_regime(m, c->ste),
				 .vmid_used = ste_uses_vmid(m, c->ste) };
	tag->vmid = tag->vmid_used ? get(c->ste, STE_S2VMID) : 0;
	if (s2 || !c->has_cd)
		return;
	/* EL2 has no ASID: all its contexts are one address space. */
	tag->asid_used = tag->regime != REGIME_EL2;
	tag->asid = tag->asid_used ? get(c->cd, CD_ASID) : 0;
	tag->aset = tag->asid_used && get(c->cd, CD_ASET);
}

bool tlb_tag_matches(const struct tlb_entry *e, const struct tlb_tag *tag)
{
	if (e->tag.regime != tag->regime || (tag->vmid_used && e->tag.vmid != tag->vmid))
		return false;
	if (e->kind == TLB_S2 || e->kind == TLB_WALK2 || !tag->asid_used)
		return true;
	/* 3.17.1: a global entry serves any ASID of the same set. */
	return e->global ? e->tag.aset == tag->aset : e->tag.asid == tag->asid;
}

static struct tlb_entry *find_size(struct tlb *t, enum tlb_kind kind, const struct tlb_tag *tag,
				   u64 addr, unsigned int lg2)
{
	s32 i;

	for (i = t->bucket[bucket_of(kind, lg2, addr)]; i >= 0; i = t->e[i].next) {
		struct tlb_entry *e = &t->e[i];

		if (e->kind == kind && e->lg2 == lg2 && e->addr == (addr & ~(BIT(lg2) - 1)) &&
		    tlb_tag_matches(e, tag))
			return e;
	}
	return NULL;
}

static u64 out_at(const struct tlb_entry *e, u64 addr)
{
	return e->out | (addr & (BIT(e->lg2) - 1));
}

const struct tlb_entry *tlb_find(struct model *m, enum tlb_kind kind, const struct tlb_tag *tag,
				 u64 addr, bool *conflict)
{
	struct tlb *t = m->tlb;
	const struct tlb_entry *hit = NULL;
	u64 sizes;

	*conflict = false;
	for (sizes = t->sizes[kind]; sizes; sizes &= sizes - 1) {
		const struct tlb_entry *e = find_size(t, kind, tag, addr, __builtin_ctzll(sizes));

		if (!e)
			continue;
		if (!hit) {
			hit = e;
			continue;
		}
		*conflict |= out_at(hit, addr) != out_at(e, addr) || hit->attr != e->attr;
		/* Which of several answers is the hardware's choice. */
		if (model_chance(m, 50))
			hit = e;
	}
	return hit;
}

const struct tlb_entry *tlb_find_walk(struct model *m, enum tlb_kind kind,
				      const struct tlb_tag *tag, u64 addr, const struct stage *s)
{
	unsigned int stride = s->granule - 3;
	const struct tlb_entry *e;
	int level;

	for (level = 2; level >= s->start; level--) {
		e = find_size(m->tlb, kind, tag, addr, s->granule + (3 - level) * stride);
		if (e && e->granule == s->granule && e->level == level)
			return e;
	}
	return NULL;
}

/*
 * Two answers for one address: software changed a live translation without break-before-make.
 * Another size alone is no breach: with IDR3.BBML 1 and 2 it is allowed (3.21.1.2, 3.21.1.3), and
 * the outputs tell whether anything else was changed, which no level allows (3.21.1.1).
 */
static void note_overlaps(struct model *m, const struct tlb_entry *e)
{
	struct tlb *t = m->tlb;
	u64 sizes;

	for (sizes = t->sizes[e->kind] & ~BIT(e->lg2); sizes; sizes &= sizes - 1) {
		const struct tlb_entry *o =
			find_size(t, e->kind, &e->tag, e->addr, __builtin_ctzll(sizes));

		if (!o || o->root != e->root || out_at(o, e->addr) == out_at(e, e->addr))
			continue;
		referee_report(m, RULE_LEAF_BBM,
			       "0x%llx is cached as 0x%llx and read as 0x%llx (ASID %u, VMID %u)",
			       (unsigned long long)e->addr, (unsigned long long)out_at(o, e->addr),
			       (unsigned long long)e->out, e->tag.asid, e->tag.vmid);
	}
}

static void evict_one(struct model *m)
{
	if (!m->tlb->nr)
		return;
	tlb_drop(m->tlb, model_random(m) % m->tlb->nr);
	m->count.evictions++;
}

void tlb_add(struct model *m, const struct tlb_entry *e)
{
	struct tlb *t = m->tlb;
	struct tlb_entry *same = find_size(t, e->kind, &e->tag, e->addr, e->lg2);
	u32 b = bucket_of(e->kind, e->lg2, e->addr);

	if (same && same->global == e->global) {
		s32 next = same->next;

		t->fragments += (e->span != e->lg2) - (same->span != same->lg2);
		*same = *e;
		same->next = next;
		same->vmid_ignored = tlb_vmid_ignored(m);
		return;
	}
	if (e->kind == TLB_S1 || e->kind == TLB_S2)
		note_overlaps(m, e);
	if (t->nr == TLB_ENTRIES)
		evict_one(m);
	t->e[t->nr] = *e;
	t->e[t->nr].vmid_ignored = tlb_vmid_ignored(m);
	t->e[t->nr].next = t->bucket[b];
	t->bucket[b] = t->nr++;
	t->sizes[e->kind] |= BIT(e->lg2);
	t->count[e->kind][e->lg2]++;
	t->fragments += e->span != e->lg2;
}

/* The slot that a walk cache entry was read from no longer leads to its table. */
static bool unlinked(struct model *m, const struct tlb_entry *e)
{
	u64 now;

	if (mem_read64(m, e->desc_pa, &now))
		return true;
	return (now ^ e->desc) & (GENMASK(47, 12) | 3) &&
	       (now ^ __builtin_bswap64(e->desc)) & (GENMASK(47, 12) | 3);
}

bool tlb_is_walk(const struct tlb_entry *e)
{
	return e->kind == TLB_WALK1 || e->kind == TLB_WALK2;
}

void tlb_note_survivor(struct model *m, struct tlb_entry *e)
{
	if (!tlb_is_walk(e) || e->stale || !unlinked(m, e))
		return;
	e->stale = true;
	e->stale_sync = m->count.syncs;
}

static void used_leaf(struct model *m, const struct tlb_entry *e, u64 addr)
{
	unsigned int lg2 = e->granule + (3 - e->level) * (e->granule - 3);
	u64 now;

	/*
	 * 3.21.1.1: another output in a leaf that is still a leaf: nobody broke it before making
	 * it. Below the output lie other fields: nT of a block may change at any time.
	 */
	if (mem_read64(m, e->desc_pa, &now) || (now & 3) != (e->desc & 3) ||
	    !((now ^ e->desc) & GENMASK(47, lg2)))
		return;
	referee_report(m, RULE_LEAF_BBM,
		       "0x%llx: the descriptor at 0x%llx went from 0x%llx to 0x%llx while cached",
		       (unsigned long long)addr, (unsigned long long)e->desc_pa,
		       (unsigned long long)e->desc, (unsigned long long)now);
}

void tlb_used(struct model *m, const struct tlb_entry *e, const struct context *c, u64 addr,
	      u64 root, u64 root2)
{
	/* With EPDx there is no root, and what is cached may be used until it is invalidated. */
	bool same = (e->root == root || (!root && c->has_cd)) &&
		    (e->kind != TLB_S1 || e->root2 == root2);

	/*
	 * A global translation may come from another ASID's tables: it says that they are the same.
	 */
	if (!same && !(e->global && c->has_cd && e->tag.asid != get(c->cd, CD_ASID)))
		referee_report(m, RULE_TAG_REUSED,
			       "StreamID 0x%x 0x%llx: ASID %u VMID %u now has tables at 0x%llx, a "
			       "cached translation is from 0x%llx",
			       c->sid, (unsigned long long)addr, e->tag.asid, e->tag.vmid,
			       (unsigned long long)root,
			       (unsigned long long)(e->root == root ? e->root2 : e->root));
	if (!tlb_is_walk(e)) {
		used_leaf(m, e, addr);
		return;
	}
	/* One SYNC may belong to an invalidation that is still to come for this table. */
	if (e->stale && m->count.syncs > e->stale_sync + 1)
		referee_report(m, RULE_WALK_STALE,
			       "StreamID 0x%x 0x%llx: level %d still leads to 0x%llx, its "
			       "descriptor at 0x%llx does not",
			       c->sid, (unsigned long long)addr, e->level,
			       (unsigned long long)e->out, (unsigned long long)e->desc_pa);
}

void tlb_seen(struct model *m, u32 sid, u32 ssid, bool ssv, u64 addr)
{
	struct tlb *t = m->tlb;

	if (m->f.prefetch)
		t->seen[t->nr_seen++ % ARRAY_SIZE(t->seen)] =
			(struct tlb_seen){ sid, ssid, ssv, addr };
}

static void prefetch_one(struct model *m)
{
	struct tlb *t = m->tlb;
	struct want w = { .r = true, .spec = true };
	u64 nr = t->nr_seen < ARRAY_SIZE(t->seen) ? t->nr_seen : ARRAY_SIZE(t->seen),
	    r = model_random(m);
	struct tlb_seen *s;
	struct context c;
	struct event e;
	struct fault f;
	struct xl o;
	bool silent;
	u64 addr;

	if (!nr || !(m->regs.cr0ack & CR0_SMMUEN))
		return;
	s = &t->seen[r % nr];
	/* Around what was used: the page, its neighbours, now and then the next block. */
	addr = s->addr + ((s64)(r >> 32 & 7) - 3) * (r >> 40 & 7 ? 0x1000 : 0x200000);
	m->count.prefetches++;
	if (config_resolve(m, s->sid, s->ssid, s->ssv, &w, &c, &e, &silent) && (c.s1 || c.s2))
		translate(m, &c, addr, &w, &o, &f);
}

void tlb_whim(struct model *m)
{
	if (model_chance(m, m->f.evict))
		evict_one(m);
	if (model_chance(m, m->f.prefetch))
		prefetch_one(m);
}
