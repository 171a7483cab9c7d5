// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translation table walks, VMSAv8-64: stage 1 and stage 2, all granules, levels, block sizes,
 * 52-bit addresses.
 *
 * Arm IHI 0070, 3.4 "Address sizes", 3.21.1 "Translation tables and TLB invalidation completion
 * behavior"; VMSAv8-64 of the Arm Architecture Reference Manual for the descriptors.
 * Invariant: only a valid table descriptor is followed and only it is put into the walk cache.
 */
#include "xlate.h"

#define DESC_VALID	BIT(0)
#define DESC_TABLE	BIT(1)		/* at level 3: page */
#define DESC_AF		BIT(10)
#define DESC_CONT	BIT(52)

/* Log2 of the bytes that one descriptor of @level maps. */
static unsigned int level_lg2(const struct stage *s, int level)
{
	return s->granule + (3 - level) * (s->granule - 3);
}

static u64 descriptor_at(const struct stage *s, u64 table, int level, u64 addr)
{
	unsigned int low = level_lg2(s, level), high = low + s->granule - 4;

	if (level == s->start)
		high = s->in_bits - 1;
	return table + field(addr, high, low) * 8;
}

/* The output address that a descriptor holds, cut to @lg2. */
static u64 descriptor_out(const struct model *m, const struct stage *s, u64 desc, unsigned int lg2)
{
	u64 out = desc & GENMASK(47, s->granule);

	if (s->granule == 16 && oas_bits(m) == 52)
		out |= field(desc, 15, 12) << 48;
	if (s->ds)
		out = (desc & GENMASK(49, s->granule)) | field(desc, 9, 8) << 50;
	return out & ~(BIT(lg2) - 1);
}

static bool block_allowed(const struct model *m, const struct stage *s, int level)
{
	switch (s->granule) {
	case 12:
		return level == 1 || level == 2 || (level == 0 && s->ds);
	case 14:
		return level == 2 || (level == 1 && s->ds);
	default:
		return level == 2 || (level == 1 && oas_bits(m) == 52);
	}
}

static unsigned int contiguous_lg2(const struct stage *s, int level, u64 desc)
{
	unsigned int lg2 = level_lg2(s, level);

	if (!(desc & DESC_CONT))
		return lg2;
	if (s->granule == 12)
		return lg2 + 4;
	return lg2 + (s->granule == 14 && level == 3 ? 7 : 5);
}

static bool fail(struct fault *f, const struct stage *s, enum event_type type, u64 addr, u64 fetch)
{
	*f = (struct fault){
		.type = type, .s2 = s->s2, .class = EVT_CLASS_IN, .fetch_addr = fetch,
	};
	if (s->s2)
		f->ipa = addr;
	else if (type == EVT_F_WALK_EABT)
		f->class = EVT_CLASS_TTD;	/* 7.3.12: unlike stage 1's other events */
	return false;
}

/*
 * Where in memory the descriptor at @at is: stage 1 tables of a nested stream lie behind stage 2.
 */
static bool to_memory(struct model *m, const struct context *c, const struct stage *s, u64 at,
		      bool write, const struct want *w, u64 *pa, struct fault *f)
{
	struct want t = { .r = true, .w = write, .spec = w->spec, .probe = w->probe };
	struct xl o;

	*pa = at;
	if (s->s2 || !c->s2)
		return true;
	if (!stage2_translate(m, c, at, &t, EVT_CLASS_TTD, &o, f)) {
		f->ttrnw = !write;
		return false;
	}
	*pa = o.pa;
	return true;
}

static bool fetch(struct model *m, const struct stage *s, u64 addr, u64 pa, u64 *desc,
		  struct fault *f)
{
	if (mem_read64(m, pa, desc))
		return fail(f, s, EVT_F_WALK_EABT, addr, pa);
	if (s->big_endian)
		*desc = __builtin_bswap64(*desc);
	return true;
}

static void cache_table(struct model *m, const struct context *c, const struct stage *s, u64 addr,
			int level, u64 next, const struct leaf *at)
{
	struct tlb_entry e = { .kind = s->s2 ? TLB_WALK2 : TLB_WALK1,
			       .granule = s->granule,
			       .level = level,
			       .lg2 = level_lg2(s, level),
			       .span = level_lg2(s, level),
			       .out = next,
			       .root = s->root,
			       .desc = at->desc,
			       .desc_pa = at->desc_pa,
			       .limits = at->limits };

	e.addr = addr & ~(BIT(e.lg2) - 1);
	tlb_tag_of(m, c, s->s2, &e.tag);
	tlb_add(m, &e);
}

enum httu_result leaf_update(struct model *m, const struct context *c, const struct stage *s,
			     struct leaf *leaf, u64 set, u64 clear, struct fault *f)
{
	struct want w = { 0 };
	enum httu_result r;
	u64 pa;

	/* The update is a write, so stage 2 must allow one there. */
	if (!to_memory(m, c, s, leaf->desc_at, true, &w, &pa, f))
		return HTTU_ABORT;
	r = httu_update(m, pa, s->big_endian, &leaf->desc, set, clear);
	if (r == HTTU_ABORT)
		fail(f, s, EVT_F_WALK_EABT, leaf->out, pa);
	return r;
}

/* A valid leaf was read: its address, then its access flag. 1: done; 0: fault; -1: walk again. */
static int take_leaf(struct model *m, const struct context *c, const struct stage *s, u64 addr,
		     const struct want *w, struct leaf *leaf, struct fault *f)
{
	leaf->lg2 = level_lg2(s, leaf->level);
	leaf->cont = contiguous_lg2(s, leaf->level, leaf->desc);
	leaf->out = descriptor_out(m, s, leaf->desc, leaf->lg2) | (addr & (BIT(leaf->lg2) - 1));
	if (leaf->out & ~GENMASK(s->out_bits - 1, 0))
		return fail(f, s, EVT_F_ADDR_SIZE, addr, 0);
	if ((leaf->desc & DESC_AF) || (s->affd && !s->ha))
		return 1;
	if (!s->ha)
		return fail(f, s, EVT_F_ACCESS, addr, 0);
	if (w->probe)
		return 1;
	switch (leaf_update(m, c, s, leaf, DESC_AF, 0, f)) {
	case HTTU_DONE:
		return 1;
	case HTTU_RACED:
		return -1;
	default:
		return 0;
	}
}

static int walk_once(struct model *m, const struct context *c, const struct stage *s, u64 addr,
		     const struct want *w, struct leaf *leaf, struct fault *f)
{
	const struct tlb_entry *e = NULL;
	u64 table = s->root, next;
	struct tlb_tag tag;

	*leaf = (struct leaf){ .level = s->start };
	if (!w->probe) {
		tlb_tag_of(m, c, s->s2, &tag);
		e = tlb_find_walk(m, s->s2 ? TLB_WALK2 : TLB_WALK1, &tag, addr, s);
	}
	if (e) {
		table = e->out;
		leaf->level = e->level + 1;
		leaf->limits = e->limits;
		tlb_used(m, e, c, addr, s->root, 0);
	}
	for (;; leaf->level++) {
		leaf->desc_at = descriptor_at(s, table, leaf->level, addr);
		if (!to_memory(m, c, s, leaf->desc_at, false, w, &leaf->desc_pa, f) ||
		    !fetch(m, s, addr, leaf->desc_pa, &leaf->desc, f))
			return 0;
		if (!(leaf->desc & DESC_VALID))
			return fail(f, s, EVT_F_TRANSLATION, addr, 0);
		if (leaf->level == 3 || !(leaf->desc & DESC_TABLE))
			break;
		next = descriptor_out(m, s, leaf->desc, s->granule);
		if (next & ~GENMASK(s->out_bits - 1, 0))
			return fail(f, s, EVT_F_ADDR_SIZE, addr, 0);
		if (!s->s2 && !s->hpd)
			perm_table(&leaf->limits, leaf->desc);
		if (!w->probe)
			cache_table(m, c, s, addr, leaf->level, next, leaf);
		table = next;
	}
	/* Reserved: a "block" at level 3, or one where this granule has none. */
	if (leaf->level == 3 ? !(leaf->desc & DESC_TABLE) : !block_allowed(m, s, leaf->level))
		return fail(f, s, EVT_F_TRANSLATION, addr, 0);
	return take_leaf(m, c, s, addr, w, leaf, f);
}

bool walk(struct model *m, const struct context *c, const struct stage *s, u64 addr,
	  const struct want *w, struct leaf *leaf, struct fault *f)
{
	int i, done = -1;

	if (!w->probe && !w->spec)
		m->count.walks++;
	/* Somebody else writes the descriptor at the same time: each round is one of his writes. */
	for (i = 0; done < 0 && i < 64; i++)
		done = walk_once(m, c, s, addr, w, leaf, f);
	if (done < 0)
		return fail(f, s, EVT_F_WALK_EABT, addr, leaf->desc_pa);
	return done;
}
