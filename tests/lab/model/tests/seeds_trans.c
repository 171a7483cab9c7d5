// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seeded faults and their twins: tags, translations and faults.
 *
 * Arm IHI 0070, "TLB invalidation", "ATC invalidation", "Stall model", "PCIe page requests". Each
 * breach is by one rule alone.
 */
#include "seeds.h"

/* ---------------------------------------------------------------- tags and translation */

static void tag_conflict(struct world *w, u16 second)
{
	struct world_stream a = world_stream(w, 8, 3, 0), b = world_stream(w, 9, second, 0);

	/* The first faults, so that it leaves no translation behind: its context is what conflicts.
	 */
	world_map(w, b.ttb, 0x400000, 0x20001000);
	assert_int_equal(world_dma(w, a.sid, 0x400000, MODEL_READ), MODEL_ABORTED);
	assert_int_equal(world_dma(w, b.sid, 0x400000, MODEL_READ), MODEL_DONE);
}

void seed_tag_conflict_breach(struct world *w)
{
	tag_conflict(w, 3);
}

void seed_tag_conflict_behave(struct world *w)
{
	tag_conflict(w, 4);
}

static void tag_reused(struct world *w, bool invalidate)
{
	struct world_stream a = world_stream(w, 8, 3, 0), b;
	u64 ste[8];

	world_map(w, a.ttb, 0x400000, 0x20000000);
	assert_int_equal(world_dma(w, 8, 0x400000, MODEL_READ), MODEL_DONE);
	world_make_ste_abort(ste);
	world_ste(w, 8, ste);
	if (invalidate)
		tlbi_asid(w, 3);
	b = world_stream(w, 9, 3, 0);
	world_map(w, b.ttb, 0x400000, 0x20001000);
	world_dma(w, 9, 0x400000, MODEL_READ);
}

void seed_tag_reused_breach(struct world *w)
{
	tag_reused(w, false);
}

void seed_tag_reused_behave(struct world *w)
{
	tag_reused(w, true);
}

void seed_unmap_dma_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_map(w, s.ttb, 0x400000, 0x20000000);
	model_note_unmapped(w->m, 8, 0, false, 0x400000, 0x1000);
	assert_int_equal(world_dma(w, 8, 0x400ff8, MODEL_WRITE), MODEL_DONE);
}

static void unmap(struct world *w, struct world_stream *s, u64 va, bool invalidate)
{
	world_store(w, world_pte(w, s->ttb, va), 0);
	if (invalidate) {
		tlbi_va(w, s->asid, va);
		world_sync(w);
	}
}

void seed_unmap_dma_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_map(w, s.ttb, 0x400000, 0x20000000);
	assert_int_equal(world_dma(w, 8, 0x400ff8, MODEL_WRITE), MODEL_DONE);
	unmap(w, &s, 0x400000, true);
	model_note_unmapped(w->m, 8, 0, false, 0x400000, 0x1000);
	assert_int_equal(world_dma(w, 8, 0x400ff8, MODEL_WRITE), MODEL_ABORTED);
	model_note_mapped(w->m, 8, 0, false, 0x400000, 0x1000);
	world_map(w, s.ttb, 0x400000, 0x20001000);
	assert_int_equal(world_dma(w, 8, 0x400ff8, MODEL_WRITE), MODEL_DONE);
}

static void unmap_cached(struct world *w, bool invalidate)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_map(w, s.ttb, 0x400000, 0x20000000);
	assert_int_equal(world_dma(w, 8, 0x400ff8, MODEL_WRITE), MODEL_DONE);
	unmap(w, &s, 0x400000, invalidate);
	model_note_unmapped(w->m, 8, 0, false, 0x400000, 0x1000);
}

void seed_unmap_cached_breach(struct world *w)
{
	unmap_cached(w, false);
}

void seed_unmap_cached_behave(struct world *w)
{
	unmap_cached(w, true);
}

static void ats_request(struct world *w, u32 sid, u64 addr, struct model_ats_answer *answer)
{
	struct model_access a = {
		.sid = sid, .addr = addr, .len = 4096, .kind = MODEL_WRITE, .no_stall = true};

	memset(answer, 0, sizeof(*answer));
	model_ats_request(w->m, &a, answer);
}

static void unmap_atc(struct world *w, bool invalidate)
{
	struct world_stream s = ats_stream(w, 8, 3);
	struct model_ats_answer answer;

	ats_request(w, 8, 0x400000, &answer);
	assert_true(answer.ok && answer.w);
	unmap(w, &s, 0x400000, true);
	if (invalidate) {
		atc_inv(w, 8, 0x400000);
		world_sync(w);
		assert_int_equal(w->nr_atc_inv, 1);
	}
	model_note_unmapped(w->m, 8, 0, false, 0x400000, 0x1000);
}

void seed_unmap_atc_breach(struct world *w)
{
	unmap_atc(w, false);
}

void seed_unmap_atc_behave(struct world *w)
{
	unmap_atc(w, true);
}

static void walk_stale(struct world *w, bool leaf)
{
	struct world_stream s = world_stream(w, 8, 3, 0);
	u64 l2, other = world_alloc(w, 4096);

	world_map(w, s.ttb, 0x400000, 0x20000000);
	world_map(w, s.ttb, 0x401000, 0x20001000);
	assert_int_equal(world_dma(w, 8, 0x400000, MODEL_READ), MODEL_DONE);
	/* Another last-level table for the same 2 MiB. */
	world_store(w, other + 8, world_load(w, world_pte(w, s.ttb, 0x401000)));
	l2 = world_load(w, s.ttb) & 0x0000fffffffff000ull;
	world_store(w, l2 + 2 * 8, 0);
	/*
	 * Leaf: pages only, the way to them may stay cached. Another SYNC shows that nothing more
	 * is to come.
	 */
	world_cmd(w, 0x12 | (u64)s.asid << 48, 0x400000 | leaf);
	world_cmd(w, 0x12 | (u64)s.asid << 48, 0x401000 | leaf);
	world_sync(w);
	world_sync(w);
	world_store(w, l2 + 2 * 8, other | 3);
	world_dma(w, 8, 0x401000, MODEL_READ);
}

void seed_walk_stale_breach(struct world *w)
{
	walk_stale(w, true);
}

void seed_walk_stale_behave(struct world *w)
{
	walk_stale(w, false);
}

static void leaf_bbm(struct world *w, bool breaks)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_map(w, s.ttb, 0x400000, 0x20000000);
	assert_int_equal(world_dma(w, 8, 0x400000, MODEL_READ), MODEL_DONE);
	if (breaks)
		unmap(w, &s, 0x400000, true);
	world_map(w, s.ttb, 0x400000, 0x20001000);
	world_dma(w, 8, 0x400000, MODEL_READ);
	tlbi_va(w, s.asid, 0x400000);
	world_sync(w);
}

void seed_leaf_bbm_breach(struct world *w)
{
	leaf_bbm(w, false);
}

void seed_leaf_bbm_behave(struct world *w)
{
	leaf_bbm(w, true);
}

/* ---------------------------------------------------------------- faults */

/* A stalled read; its tag is in the event record. */
static u16 stalled(struct world *w, u32 sid)
{
	struct world_stream s = world_stream(w, sid, 3, 0);
	struct model_access a = {
		.sid = sid, .addr = 0x400000, .len = 8, .kind = MODEL_READ, .cookie = 5};
	u64 buf = 0, event1;

	s.cd[0] |= 1ull << 44;
	world_cd(w, sid, 0, s.cdtab, s.cd);
	assert_int_equal(model_dma(w->m, &a, &buf), MODEL_STALLED);
	world_run(w);
	assert_int_equal(world_load(w, WORLD_EVENTQ) & 0xff, 0x10);
	event1 = world_load(w, WORLD_EVENTQ + 8);
	assert_int_equal(event1 >> 31 & 1, 1);
	return event1 & 0xffff;
}

static void resume(struct world *w, u32 sid, u16 tag)
{
	world_cmd(w, 0x44 | 1 << 12 | (u64)sid << 32, tag);
	world_sync(w);
}

static void half_a_minute(struct world *w)
{
	int i;

	w->now += 31000000000ull;
	for (i = 0; i < 600; i++)
		world_run(w);
}

void seed_stall_unanswered_breach(struct world *w)
{
	stalled(w, 8);
	half_a_minute(w);
}

void seed_stall_behave(struct world *w)
{
	resume(w, 8, stalled(w, 8));
	assert_int_equal(w->nr_stall_end, 1);
	assert_int_equal(w->stall_end, MODEL_STALL_RETRY);
	half_a_minute(w);
}

void seed_stall_twice_breach(struct world *w)
{
	u16 tag = stalled(w, 8);

	resume(w, 8, tag);
	resume(w, 8, tag);
}

void seed_stall_tag_breach(struct world *w)
{
	u16 tag = stalled(w, 8);

	resume(w, 8, tag ^ 1);
	resume(w, 8, tag);
}

static void page_request(struct world *w, u32 sid)
{
	struct model_page_request r = {
		.sid = sid, .addr = 0x400000, .prgi = 5, .last = true, .r = true};

	model_page_request(w->m, &r);
	world_run(w);
}

static void pri_resp(struct world *w, u32 sid, u16 prgi)
{
	world_cmd(w, 0x41 | (u64)sid << 32, prgi | 2 << 12);
	world_sync(w);
}

void seed_pri_unanswered_breach(struct world *w)
{
	ats_stream(w, 8, 3);
	page_request(w, 8);
	half_a_minute(w);
}

void seed_pri_behave(struct world *w)
{
	ats_stream(w, 8, 3);
	page_request(w, 8);
	pri_resp(w, 8, 5);
	assert_int_equal(w->nr_page_response, 1);
	half_a_minute(w);
}

void seed_pri_twice_breach(struct world *w)
{
	ats_stream(w, 8, 3);
	page_request(w, 8);
	pri_resp(w, 8, 5);
	pri_resp(w, 8, 5);
}

void seed_pri_tag_breach(struct world *w)
{
	ats_stream(w, 8, 3);
	page_request(w, 8);
	pri_resp(w, 8, 6);
	pri_resp(w, 8, 5);
}

void seed_ats_off_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);
	struct model_ats_answer answer;

	world_map(w, s.ttb, 0x400000, 0x20000000);
	ats_request(w, 8, 0x400000, &answer);
	assert_false(answer.ok);
}

void seed_ats_off_behave(struct world *w)
{
	struct model_access a = {
		.sid = 8, .len = 8, .kind = MODEL_WRITE, .translated = true, .no_stall = true};
	struct model_ats_answer answer;
	u64 buf = 1;

	ats_stream(w, 8, 3);
	ats_request(w, 8, 0x400000, &answer);
	assert_true(answer.ok);
	a.addr = answer.pa;
	assert_int_equal(model_dma(w->m, &a, &buf), MODEL_DONE);
}
