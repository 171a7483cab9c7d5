// SPDX-License-Identifier: GPL-2.0-only
/*
 * Both stages together: TLB, walks, permissions, dirty state.
 *
 * Arm IHI 0070, 3.3.2 "StreamIDs to Context Descriptors", 3.4 "Address sizes", 3.13 HTTU, chapter
 * 15.
 * Invariant: an answer comes from one TLB entry or from one walk, never from a mixture.
 */
#include "xlate.h"

static bool denied(struct fault *f, bool s2, enum event_class class, u64 ipa)
{
	*f = (struct fault){
		.type = EVT_F_PERMISSION, .s2 = s2, .class = class, .ipa = s2 ? ipa : 0
	};
	return false;
}

/* An entry for what a leaf maps, perhaps for more (contiguous hint) or for less of it. */
static void size_entry(struct model *m, struct tlb_entry *e, const struct leaf *leaf, u64 addr,
		       u64 out, unsigned int most)
{
	e->span = leaf->lg2;
	e->lg2 = leaf->lg2 < most ? leaf->lg2 : most;
	if (leaf->cont > leaf->lg2 && leaf->cont <= most && model_chance(m, 50)) {
		e->span = leaf->cont;
		e->lg2 = leaf->cont;
	} else if (e->lg2 > 12 && model_chance(m, m->f.split)) {
		e->lg2 = 12 + model_random(m) % (e->lg2 - 11);
	}
	e->addr = addr & ~(BIT(e->lg2) - 1);
	e->out = out & ~(BIT(e->lg2) - 1);
	e->level = leaf->level;
	e->desc = leaf->desc;
	e->desc_pa = leaf->desc_pa;
}

/* The rights of a leaf for @w, made dirty if it has to be. 1, 0: fault, -1: walk again. */
static int settle(struct model *m, const struct context *c, const struct stage *s,
		  struct leaf *leaf, const struct want *w, struct rights *r, struct fault *f)
{
	if (!w->w || r->w || !r->clean || w->spec || w->probe)
		return 1;
	switch (s->s2 ? leaf_update(m, c, s, leaf, BIT(7) | BIT(10), 0, f)
		      : leaf_update(m, c, s, leaf, BIT(10), BIT(7), f)) {
	case HTTU_DONE:
		r->w = true;
		return 1;
	case HTTU_RACED:
		return -1;
	default:
		return 0;
	}
}

static int stage2_walk(struct model *m, const struct context *c, const struct stage *s, u64 ipa,
		       const struct want *w, enum event_class class, struct tlb_entry *e,
		       struct xl *o, struct fault *f)
{
	struct leaf leaf;
	int done;

	if (ipa >> (s->in_bits - 1) >> 1) {
		*f = (struct fault){
			.type = EVT_F_TRANSLATION, .s2 = true, .class = class, .ipa = ipa
		};
		return 0;
	}
	if (!walk(m, c, s, ipa, w, &leaf, f)) {
		f->class = class;
		return 0;
	}
	e->perm2 = perm_s2_bits(m, s, leaf.desc);
	o->r = perm_s2(e->perm2, w->priv);
	e->attr = attr_s2(c, leaf.desc, ATTR_WB);
	if (!w->ats && !perm_grants(&o->r, w))
		return denied(f, true, class, ipa);
	done = settle(m, c, s, &leaf, w, &o->r, f);
	if (done <= 0) {
		f->class = class;
		f->ipa = ipa;
		return done;
	}
	e->perm2 = perm_s2_bits(m, s, leaf.desc);
	size_entry(m, e, &leaf, ipa, leaf.out, 63);
	o->pa = leaf.out;
	o->lg2 = leaf.lg2;
	return 1;
}

bool stage2_translate(struct model *m, const struct context *c, u64 ipa, const struct want *w,
		      enum event_class class, struct xl *o, struct fault *f)
{
	struct tlb_entry new = { .kind = TLB_S2 };
	const struct tlb_entry *e = NULL;
	bool conflict = false;
	struct tlb_tag tag;
	struct stage s;
	int done = -1;

	stage2_of(m, c, &s);
	tlb_tag_of(m, c, true, &tag);
	if (!w->probe)
		e = tlb_find(m, TLB_S2, &tag, ipa, &conflict);
	if (e) {
		o->r = perm_s2(e->perm2, w->priv);
		/* Dirty state is set in the descriptor, so a write to a clean page walks. */
		if (!w->w || o->r.w || !o->r.clean) {
			tlb_used(m, e, c, ipa, s.root, 0);
			o->pa = e->out | (ipa & (BIT(e->lg2) - 1));
			o->lg2 = e->lg2;
			o->attr = e->attr;
			done = w->ats || perm_grants(&o->r, w) ? 1 : denied(f, true, class, ipa);
			new.attr = e->attr;
		}
	}
	for (int i = 0; done < 0 && i < 64; i++)
		done = stage2_walk(m, c, &s, ipa, w, class, &new, o, f);
	if (done <= 0)
		return false;
	/* 5.2 S2PTW: tables and CDs of stage 1 do not lie in Device memory. */
	if (class != EVT_CLASS_IN && get(c->ste, STE_S2PTW) && new.attr == ATTR_DEVICE)
		return denied(f, true, class, ipa);
	o->attr = new.attr;
	if (!w->probe && new.lg2) {
		new.tag = tag;
		new.granule = s.granule;
		new.root = s.root;
		tlb_add(m, &new);
	}
	return true;
}

/*
 * A hit of an entry that holds the whole translation. 1, 0: fault, -1: it does not serve this
 * access.
 */
static int by_entry(struct model *m, const struct context *c, const struct tlb_entry *e, u64 va,
		    const struct stage *s, u64 root2, const struct want *w, struct xl *o,
		    struct fault *f)
{
	struct rights r1 = perm_s1(e->perm1, w->priv), r2 = { .r = true, .w = true, .x = true };

	if (c->s2)
		r2 = perm_s2(e->perm2, w->priv);
	if (w->w && ((!r1.w && r1.clean) || (!r2.w && r2.clean)))
		return -1;
	if (w->ats && c->s2)
		return -1;	/* the completion may need the IPA */
	tlb_used(m, e, c, va, s->root, root2);
	*o = (struct xl){ .pa = e->out | (va & (BIT(e->lg2) - 1)),
			  .lg2 = e->lg2,
			  .global = e->global,
			  .attr = e->attr };
	o->r = (struct rights){ .r = r1.r && r2.r, .w = r1.w && r2.w, .x = r1.x && r2.x };
	if (w->ats || (perm_grants(&r1, w) && perm_grants(&r2, w)))
		return 1;
	/* Stage 2's fault tells an IPA, which such an entry does not have: walk for it. */
	return perm_grants(&r1, w) ? -1 : denied(f, false, EVT_CLASS_IN, 0);
}

/* A whole walk: stage 1, then stage 2 for its output. 1, 0: fault, -1: again. */
static int by_walk(struct model *m, const struct context *c, const struct stage *s, u64 va,
		   const struct want *w, struct tlb_entry *e, struct xl *o, struct fault *f)
{
	enum regime regime = ste_regime(m, c->ste);
	struct rights r1, r2 = { .r = true, .w = true, .x = true };
	unsigned int most = 63;
	struct leaf leaf;
	struct xl second;
	int done;

	if (!walk(m, c, s, va, w, &leaf, f))
		return 0;
	e->perm1 = perm_s1_bits(c, s, regime, leaf.desc, &leaf.limits);
	r1 = perm_s1(e->perm1, w->priv);
	if (!w->ats && !perm_grants(&r1, w))
		return denied(f, false, EVT_CLASS_IN, 0);
	done = settle(m, c, s, &leaf, w, &r1, f);
	if (done <= 0)
		return done;
	e->perm1 = perm_s1_bits(c, s, regime, leaf.desc, &leaf.limits);
	e->attr = attr_s1(c, leaf.desc);
	*o = (struct xl){ .pa = leaf.out, .ipa = leaf.out, .lg2 = leaf.lg2 };
	/* 3.9.1.2: what stage 1 grants nothing of is not looked up in stage 2. */
	if (w->ats && !r1.r && !r1.w)
		return 1;
	if (c->s2) {
		if (!stage2_translate(m, c, leaf.out, w, EVT_CLASS_IN, &second, f))
			return 0;
		o->pa = second.pa;
		r2 = second.r;
		most = second.lg2;
		e->perm2 = (r2.r ? S2_R : 0) | (r2.w ? S2_W : 0) | (r2.x ? 0 : S2_XN1) |
			   (r2.clean ? S2_DBM : 0);
		e->attr = second.attr < e->attr ? second.attr : e->attr;
	}
	if (most < o->lg2)
		o->lg2 = most;
	size_entry(m, e, &leaf, va, o->pa, most);
	/* 3.17.1: nG clear makes an entry of all ASIDs, where there are ASIDs. */
	e->global = e->tag.asid_used && !(leaf.desc & BIT(11));
	o->global = e->global;
	o->attr = e->attr;
	o->r = (struct rights){ .r = r1.r && r2.r,
				.w = (r1.w || r1.clean) && (r2.w || r2.clean),
				.x = r1.x && r2.x };
	return 1;
}

static bool stage1_translate(struct model *m, const struct context *c, u64 in, const struct want *w,
			     struct xl *o, struct fault *f)
{
	struct tlb_entry new = { .kind = TLB_S1 };
	const struct tlb_entry *e = NULL;
	struct stage s, s2 = { 0 };
	bool conflict = false;
	int done = -1;
	u64 va;

	*f = (struct fault){ .type = EVT_F_TRANSLATION, .class = EVT_CLASS_IN };
	if (!stage1_of(m, c, in, &s, &va) || (s.e0pd && !w->priv))
		return false;
	if (c->s2)
		stage2_of(m, c, &s2);
	tlb_tag_of(m, c, false, &new.tag);
	if (!w->probe)
		e = tlb_find(m, TLB_S1, &new.tag, va, &conflict);
	if (conflict && m->f.bbml == 0 && !w->spec && model_chance(m, 10)) {
		*f = (struct fault){ .type = EVT_F_TLB_CONFLICT };
		return false;
	}
	if (e)
		done = by_entry(m, c, e, va, &s, s2.root, w, o, f);
	if (!w->spec && !w->probe)
		*(done >= 0 ? &m->count.tlb_hits : &m->count.tlb_misses) += 1;
	if (done >= 0)
		return done;
	/* With EPDx a hit is allowed, a walk is not. */
	if (s.epd) {
		*f = (struct fault){ .type = EVT_F_TRANSLATION, .class = EVT_CLASS_IN };
		return false;
	}
	for (int i = 0; done < 0 && i < 64; i++)
		done = by_walk(m, c, &s, va, w, &new, o, f);
	if (done <= 0)
		return false;
	if (!w->probe && new.lg2) {
		new.granule = s.granule;
		new.root = s.root;
		new.root2 = s2.root;
		tlb_add(m, &new);
	}
	return true;
}

bool translate(struct model *m, const struct context *c, u64 va, const struct want *w, struct xl *o,
	       struct fault *f)
{
	*o = (struct xl){
		.pa = va, .ipa = va, .lg2 = 12, .r = { .r = true, .w = true, .x = true }
	};
	if (c->s1)
		return stage1_translate(m, c, va, w, o, f);
	/* 3.4: what bypasses stage 1 is checked against the address size there. */
	if (va & ~GENMASK(oas_bits(m) - 1, 0)) {
		*f = (struct fault){ .type = EVT_F_ADDR_SIZE, .class = EVT_CLASS_IN };
		return false;
	}
	return !c->s2 || stage2_translate(m, c, va, w, EVT_CLASS_IN, o, f);
}
