// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seeded faults and their twins: configuration structures.
 *
 * Arm IHI 0070, chapter 5 and "Configuration structure update procedure". Each breach is by one
 * rule alone.
 */
#include "seeds.h"

void some_time(struct world *w)
{
	int i;

	for (i = 0; i < 10; i++) {
		w->now += 1000000000ull;
		world_sync(w);
	}
	for (i = 0; i < 100; i++)
		world_run(w);
}

/* ---------------------------------------------------------------- configuration */

void seed_good_stream_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_map(w, s.ttb, 0x400000, 0x20000000);
	assert_int_equal(world_dma(w, 8, 0x400000, MODEL_WRITE), MODEL_DONE);
}

void seed_ste_reserved_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	s.ste[7] |= 1ull << 63;
	world_ste(w, 8, s.ste);
}

void seed_ste_illegal_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_make_ste_s1(s.ste, s.cdtab, w->f.ssidsize + 1);
	world_ste(w, 8, s.ste);
	world_dma(w, 8, 0x400000, MODEL_READ);
}

/* StreamIDs 8 and 9 share one context, and say that they do. */
static struct world_stream span_of_two(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_map(w, s.ttb, 0x400000, 0x20000000);
	world_ste(w, 9, s.ste);
	s.ste[1] |= 1 << 13;
	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1]);
	world_store(w, world_ste_pa(w, 9) + 8, s.ste[1]);
	world_cfgi_ste(w, 8, true);
	world_cfgi_ste(w, 9, true);
	assert_int_equal(world_dma(w, 8, 0x400000, MODEL_WRITE), MODEL_DONE);
	assert_int_equal(world_dma(w, 9, 0x400000, MODEL_WRITE), MODEL_DONE);
	return s;
}

void seed_ste_cont_breach(struct world *w)
{
	u64 ste[8];

	span_of_two(w);
	world_make_ste_abort(ste);
	world_ste(w, 9, ste);
	world_dma(w, 9, 0x400000, MODEL_READ);
}

void seed_ste_cont_behave(struct world *w)
{
	struct world_stream s = span_of_two(w);
	u64 ste[8];

	/* First they say that they are two, then they are. */
	s.ste[1] &= ~(1ull << 13);
	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1]);
	world_store(w, world_ste_pa(w, 9) + 8, s.ste[1]);
	world_cfgi_ste(w, 8, true);
	world_cfgi_ste(w, 9, true);
	world_make_ste_abort(ste);
	world_ste(w, 9, ste);
	assert_int_equal(world_dma(w, 9, 0x400000, MODEL_READ), MODEL_ABORTED);
	assert_int_equal(world_dma(w, 8, 0x400000, MODEL_READ), MODEL_DONE);
}

void seed_cd_reserved_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	s.cd[7] |= 1ull << 63;
	world_cd(w, 8, 0, s.cdtab, s.cd);
}

void seed_cd_illegal_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	/* No AArch64, and TTF says that there is nothing else. */
	s.cd[0] &= ~(1ull << 41);
	world_cd(w, 8, 0, s.cdtab, s.cd);
	world_dma(w, 8, 0x400000, MODEL_READ);
}

void seed_l1_illegal_breach(struct world *w)
{
	world_store(w, WORLD_STRTAB + 8, world_alloc(w, 0x4000) | 31);
	world_dma(w, 0x108, 0x400000, MODEL_READ);
}

void seed_l1_illegal_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 0x108, 3, 0);

	world_map(w, s.ttb, 0x400000, 0x20000000);
	assert_int_equal(world_dma(w, 0x108, 0x400000, MODEL_READ), MODEL_DONE);
}

void seed_entry_third_state_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);
	u64 pa = world_ste_pa(w, 8), other = world_alloc(w, 4096);

	/*
	 * Another table and other attributes for it, no CFGI between: one with the other's is
	 * neither.
	 */
	world_store(w, pa + 8, s.ste[1] ^ 3 << 6);
	world_store(w, pa, (s.ste[0] & ~s.cdtab) | other);
	world_cfgi_ste(w, 8, true);
}

void seed_entry_third_state_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	s.ste[1] ^= 3 << 6;
	s.ste[0] = (s.ste[0] & ~s.cdtab) | world_alloc(w, 4096);
	world_ste(w, 8, s.ste);
}

void seed_entry_torn_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	s.ste[1] ^= 3 << 6;
	world_store_bytes(w, world_ste_pa(w, 8), s.ste, 16);
	world_cfgi_ste(w, 8, true);
}

void seed_entry_torn_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1] ^ 3 << 6);
	world_cfgi_ste(w, 8, true);
	/* Behind V = 0 a memset may do as it likes. */
	world_store(w, world_ste_pa(w, 8), 0);
	world_cfgi_ste(w, 8, true);
	memset(s.ste, 0, sizeof(s.ste));
	world_store_bytes(w, world_ste_pa(w, 8), s.ste, 64);
}

void seed_entry_not_invalidated_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1] ^ 3 << 6);
	some_time(w);
}

void seed_entry_not_invalidated_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1] ^ 3 << 6);
	world_cfgi_ste(w, 8, true);
	some_time(w);
}

void seed_entry_hit_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	model_note_hitless(w->m, 8, 0, false, true);
	s.ste[1] ^= 3 << 6;
	world_ste(w, 8, s.ste);
	model_note_hitless(w->m, 8, 0, false, false);
}

void seed_entry_hit_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	model_note_hitless(w->m, 8, 0, false, true);
	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1] ^ 3 << 6);
	world_cfgi_ste(w, 8, true);
	model_note_hitless(w->m, 8, 0, false, false);
	/* Without the promise V = 0 is nobody's affair. */
	world_ste(w, 8, s.ste);
}

void seed_bypass_seen_breach(struct world *w)
{
	u64 ste[8];

	world_stream(w, 8, 3, 0);
	model_note_no_bypass(w->m, 8, true);
	world_make_ste_bypass(ste);
	world_ste(w, 8, ste);
	model_note_no_bypass(w->m, 8, false);
}

void seed_bypass_seen_behave(struct world *w)
{
	u64 ste[8];

	world_stream(w, 8, 3, 0);
	model_note_no_bypass(w->m, 8, true);
	world_make_ste_abort(ste);
	world_ste(w, 8, ste);
	model_note_no_bypass(w->m, 8, false);
	world_make_ste_bypass(ste);
	world_ste(w, 8, ste);
	assert_int_equal(world_dma(w, 8, 0x20000000, MODEL_READ), MODEL_DONE);
}

void seed_table_freed_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_store(w, s.cdtab, 0x6b6b6b6b6b6b6b6bull);
}

void seed_table_freed_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);
	int i;

	world_make_ste_abort(s.ste);
	world_ste(w, 8, s.ste);
	for (i = 0; i < 512; i++)
		world_store(w, s.cdtab + i * 8, 0x6b6b6b6b6b6b6b6bull);
	some_time(w);
}
