// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of any granule, size and start level, made from VMSAv8-64's descriptor formats: trees.h.
 */
#include "trees.h"

static u64 swapped(const struct tree *t, u64 desc)
{
	return t->big_endian ? __builtin_bswap64(desc) : desc;
}

u64 tree_load(const struct tree *t, u64 slot)
{
	return swapped(t, world_load(t->w, slot));
}

struct tree tree_new_at(struct world *w, unsigned int granule, unsigned int in_bits, int start)
{
	unsigned int bits = in_bits - granule - (3 - start) * (granule - 3);
	struct tree t = { .w = w, .granule = granule, .in_bits = in_bits, .start = start };

	t.root = world_alloc(w, 8ull << bits);
	return t;
}

struct tree tree_new(struct world *w, unsigned int granule, unsigned int in_bits)
{
	int levels = (in_bits - granule + granule - 4) / (granule - 3);

	return tree_new_at(w, granule, in_bits, 4 - levels);
}

static u64 address_bits(const struct tree *t, u64 pa)
{
	if (t->ds)
		return (pa & 0x0003ffffffffffffull) | (pa >> 50 & 3) << 8;
	if (t->granule == 16)
		return (pa & 0x0000ffffffffffffull) | (pa >> 48 & 15) << 12;
	return pa & 0x0000ffffffffffffull;
}

u64 tree_slot(struct tree *t, u64 va, int level)
{
	u64 table = t->root, slot = 0;
	int l;

	for (l = t->start;; l++) {
		unsigned int low = t->granule + (3 - l) * (t->granule - 3);
		u64 bits = l == t->start ? t->in_bits - low : t->granule - 3;

		slot = table + (va >> low & ((1ull << bits) - 1)) * 8;
		if (l == level)
			return slot;
		table = tree_load(t, slot) & 0x0000ffffffffffffull & ~((1ull << t->granule) - 1);
		if (!table) {
			table = world_alloc(t->w, 1ull << t->granule);
			world_store(t->w, slot,
				    swapped(t, address_bits(t, table) | 3 | t->table_attrs));
		}
	}
}

u64 tree_map(struct tree *t, u64 va, int level, u64 out, u64 attrs)
{
	u64 slot = tree_slot(t, va, level);

	world_store(t->w, slot, swapped(t, address_bits(t, out) | attrs | (level == 3 ? 3 : 1)));
	return slot;
}

void context_set(u64 *entry, unsigned int high, unsigned int low, u64 value)
{
	*entry = (*entry & ~GENMASK(high, low)) | value << low;
}

static void stage1(struct context *c, const struct tree *t)
{
	static const u8 tg0[] = { [12] = 0, [16] = 1, [14] = 2 };

	c->s1 = true;
	c->has_cd = true;
	world_make_cd(c->cd, t->root, 5);
	set(c->cd, CD_T0SZ, 64 - t->in_bits);
	set(c->cd, CD_TG0, tg0[t->granule]);
	set(c->cd, CD_IPS, 6);
	set(c->cd, CD_DS, t->ds);
	set(c->cd, CD_ENDI, t->big_endian);
	c->ste[0] |= 1 << 1;
}

static void stage2(struct context *c, const struct tree *t)
{
	static const u8 tg0[] = { [12] = 0, [16] = 1, [14] = 2 };
	static const u8 sl_4k[] = { 2, 1, 0, 3 };
	unsigned int sl = t->granule == 12 ? (t->start < 0 ? 4 : sl_4k[t->start]) : 3 - t->start;

	c->s2 = true;
	c->ste[0] |= 2 << 1;
	set(c->ste, STE_S2T0SZ, 64 - t->in_bits);
	set(c->ste, STE_S2SL0, sl & 3);
	set(c->ste, STE_S2SL0_2, sl >> 2);
	set(c->ste, STE_S2TG, tg0[t->granule]);
	set(c->ste, STE_S2PS, 6);
	set(c->ste, STE_S2AA64, 1);
	set(c->ste, STE_S2R, 1);
	set(c->ste, STE_S2VMID, 7);
	set(c->ste, STE_S2DS, t->ds);
	set(c->ste, STE_S2ENDI, t->big_endian);
	c->ste[3] |= t->root;
}

struct context tree_context(const struct tree *t1, const struct tree *t2)
{
	struct context c = { .ste = { 1 | 4 << 1 } };

	if (t1)
		stage1(&c, t1);
	if (t2)
		stage2(&c, t2);
	return c;
}

bool ask(struct world *w, const struct context *c, u64 va, char how, struct xl *o, struct fault *f)
{
	struct want want = { .r = how == 'r' || how == 'R',
			     .w = how == 'w' || how == 'W',
			     .x = how == 'x' || how == 'X' };

	want.priv = how < 'a';
	return translate(w->m, c, va, &want, o, f);
}

void must_reach(struct world *w, const struct context *c, u64 va, char how, u64 pa)
{
	struct fault f;
	struct xl o;

	if (!ask(w, c, va, how, &o, &f))
		fail_msg("0x%llx '%c': wanted 0x%llx; seen: event 0x%x of stage %d",
			 (unsigned long long)va, how, (unsigned long long)pa, f.type, f.s2 + 1);
	assert_int_equal(o.pa, pa);
}

void must_fault(struct world *w, const struct context *c, u64 va, char how, enum event_type type,
		bool s2)
{
	struct fault f;
	struct xl o;

	if (ask(w, c, va, how, &o, &f))
		fail_msg("0x%llx '%c': wanted event 0x%x; seen: 0x%llx", (unsigned long long)va,
			 how, type, (unsigned long long)o.pa);
	assert_int_equal(f.type, type);
	assert_int_equal(f.s2, s2);
}
