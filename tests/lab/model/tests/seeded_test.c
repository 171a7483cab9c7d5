// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who checks the checker: for each rule of rules.def a driver that breaks it, on real queues and tables, and its twin that
 * behaves. caught_<RULE>: the breach makes the referee report that rule and no other. silent_<RULE>: the twin makes it report
 * nothing. tests/lab/check-referee prints the table; tests/lab/model/seeded says which words each report must hold.
 */
#include "world.h"

#define CMDQ_PROD	0x98
#define CR0		0x20

struct seed {
	enum model_rule rule;
	void (*breach)(struct world *w);
	void (*behave)(struct world *w);
	const char *preset;
	const char *words[4];
	bool down;		/* the test brings the SMMU up itself */
	bool two_levels;
};

static void set_cr0(struct world *w, u32 cr0)
{
	world_write32(w, CR0, cr0);
	world_run(w);
}

/* ---------------------------------------------------------------- registers */

static void reg_access_breach(struct world *w) { model_mmio_read(w->m, 0x22, 4); }
static void reg_access_behave(struct world *w) { model_mmio_read(w->m, 0x20, 4); model_mmio_read(w->m, 0x80, 8); }

static void reg_reserved_breach(struct world *w) { set_cr0(w, world_read32(w, CR0) | 1u << 31); }
static void reg_reserved_behave(struct world *w) { set_cr0(w, world_read32(w, CR0)); }

static void reg_read_only_breach(struct world *w) { world_write32(w, 0x0, 1); }
static void reg_read_only_behave(struct world *w) { world_read32(w, 0x0); }

static void reg_strtab_live_breach(struct world *w) { world_write64(w, 0x80, 1ull << 62 | WORLD_STRTAB | 1 << 16); }
static void reg_strtab_live_behave(struct world *w)
{
	u32 cr0 = world_read32(w, CR0);

	set_cr0(w, cr0 & ~1u);
	reg_strtab_live_breach(w);
	world_cfgi_all(w);
	set_cr0(w, cr0);
}

static void reg_queue_live_breach(struct world *w) { world_write64(w, 0x90, 1ull << 62 | WORLD_CMDQ | 7); }
static void reg_queue_live_behave(struct world *w)
{
	set_cr0(w, 0);
	reg_queue_live_breach(w);
}

static void reg_cr1_live_breach(struct world *w) { world_write32(w, 0x28, 0); }
static void reg_cr1_live_behave(struct world *w)
{
	set_cr0(w, 0);
	reg_cr1_live_breach(w);
}

static void reg_cr2_live_breach(struct world *w) { world_write32(w, 0x2c, 0); }
static void reg_cr2_live_behave(struct world *w)
{
	set_cr0(w, 0);
	reg_cr2_live_breach(w);
}

static void reg_update_pending_breach(struct world *w)
{
	u32 cr0 = world_read32(w, CR0);

	world_write32(w, CR0, cr0 & ~1u);
	world_write32(w, CR0, cr0);
	world_run(w);
}

static void reg_update_pending_behave(struct world *w)
{
	u32 cr0 = world_read32(w, CR0);

	set_cr0(w, cr0 & ~1u);
	set_cr0(w, cr0 & ~5u);
}

static void irq_ctrl(struct world *w, u32 value)
{
	world_write32(w, 0x50, value);
	world_run(w);
}

static void reg_irq_live_breach(struct world *w)
{
	irq_ctrl(w, 1);
	world_write64(w, 0x68, 0x8000000);
}

static void reg_irq_live_behave(struct world *w)
{
	irq_ctrl(w, 0);
	world_write64(w, 0x68, 0x8000000);
	world_write32(w, 0x70, 7);
	world_write32(w, 0x74, 1);
	irq_ctrl(w, 1);
}

static void reg_gerrorn_breach(struct world *w) { world_write32(w, 0x64, 1); }
static void reg_gerrorn_behave(struct world *w)
{
	/* A command that cannot be read: GERROR.CMDQ_ERR; acknowledged once. */
	w->fail_reads = 1;
	world_cmd(w, 0x46, 0);
	world_run(w);
	assert_int_equal(world_read32(w, 0x60) & 1, 1);
	world_write32(w, 0x64, 1);
	world_run(w);
}

static void reg_enable_order_breach(struct world *w) { set_cr0(w, 8); }
static void reg_enable_order_behave(struct world *w) { world_up(w, false); }

static void queue_overrun_breach(struct world *w)
{
	int i;

	for (i = 0; i < 1 << WORLD_QUEUE_LG2; i++) {
		world_store(w, WORLD_CMDQ + i * 16, 0x46);
		world_store(w, WORLD_CMDQ + i * 16 + 8, 0);
	}
	world_write32(w, CMDQ_PROD, (w->cmdq_prod + (1 << WORLD_QUEUE_LG2) + 1) & ((2 << WORLD_QUEUE_LG2) - 1));
	world_run(w);
}

static void queue_overrun_behave(struct world *w)
{
	int i;

	for (i = 0; i < 600; i++)
		world_sync(w);
}

static void queue_geometry_breach(struct world *w)
{
	world_write32(w, 0x28, 0xd75);
	world_write64(w, 0x90, 1ull << 62 | WORLD_CMDQ | (w->f.cmdqs + 1));
	world_write32(w, CMDQ_PROD, 0);
	world_write32(w, 0x9c, 0);
	set_cr0(w, 8);
}

static void queue_geometry_behave(struct world *w) { world_up(w, true); }

/* ---------------------------------------------------------------- commands */

static void cmd_illegal_breach(struct world *w)
{
	world_cmd(w, 0xff, 0);
	world_run(w);
}

static void cmd_illegal_behave(struct world *w)
{
	world_cfgi_all(w);
	world_tlbi_all(w);
}

static void cmd_reserved_breach(struct world *w)
{
	world_cmd(w, 0x03 | 8ull << 32, 1 | 1ull << 40);
	world_run(w);
}

static void cmd_reserved_behave(struct world *w) { world_cfgi_ste(w, 8, true); }

static void cmd_field_breach(struct world *w)
{
	world_cmd(w, 0x46 | 3 << 12, 0);
	world_run(w);
}

static void cmd_field_behave(struct world *w)
{
	world_cmd(w, 0x46 | 1 << 12, 0);
	world_run(w);
}

/* A stream that does ATS and stalls nothing, with one page mapped. */
static struct world_stream ats_stream(struct world *w, u32 sid, u16 asid)
{
	struct world_stream s = world_stream(w, sid, asid, 0);

	s.ste[1] |= 1 << 28;
	world_ste(w, sid, s.ste);
	world_map(w, s.ttb, 0x400000, 0x20000000);
	return s;
}

static void atc_inv(struct world *w, u32 sid, u64 addr)
{
	world_cmd(w, 0x40 | (u64)sid << 32, addr);
}

static void tlbi_va(struct world *w, u16 asid, u64 addr)
{
	world_cmd(w, 0x12 | (u64)asid << 48, addr | 1);
}

static void tlbi_asid(struct world *w, u16 asid)
{
	world_cmd(w, 0x11 | (u64)asid << 48, 0);
	world_sync(w);
}

static void cmd_sync_atc_order_breach(struct world *w)
{
	struct world_stream s = ats_stream(w, 8, 3);

	tlbi_va(w, s.asid, 0x400000);
	atc_inv(w, 8, 0x400000);
	world_sync(w);
}

static void cmd_sync_atc_order_behave(struct world *w)
{
	struct world_stream s = ats_stream(w, 8, 3);

	tlbi_va(w, s.asid, 0x400000);
	world_sync(w);
	atc_inv(w, 8, 0x400000);
	world_sync(w);
}

static void cmd_atc_no_ats_breach(struct world *w)
{
	world_stream(w, 8, 3, 0);
	atc_inv(w, 8, 0x400000);
	world_sync(w);
}

static void cmd_atc_no_ats_behave(struct world *w)
{
	ats_stream(w, 8, 3);
	atc_inv(w, 8, 0x400000);
	world_sync(w);
}

/* ---------------------------------------------------------------- configuration */

static void good_stream(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_map(w, s.ttb, 0x400000, 0x20000000);
	assert_int_equal(world_dma(w, 8, 0x400000, MODEL_WRITE), MODEL_DONE);
}

static void ste_reserved_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	s.ste[7] |= 1ull << 63;
	world_ste(w, 8, s.ste);
}

static void ste_illegal_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_make_ste_s1(s.ste, s.cdtab, w->f.ssidsize + 1);
	world_ste(w, 8, s.ste);
	world_dma(w, 8, 0x400000, MODEL_READ);
}

static void cd_reserved_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	s.cd[7] |= 1ull << 63;
	world_cd(w, 8, 0, s.cdtab, s.cd);
}

static void cd_illegal_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	/* No AArch64, and TTF says that there is nothing else. */
	s.cd[0] &= ~(1ull << 41);
	world_cd(w, 8, 0, s.cdtab, s.cd);
	world_dma(w, 8, 0x400000, MODEL_READ);
}

static void l1_illegal_breach(struct world *w)
{
	world_store(w, WORLD_STRTAB + 8, world_alloc(w, 0x4000) | 31);
	world_dma(w, 0x108, 0x400000, MODEL_READ);
}

static void l1_illegal_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 0x108, 3, 0);

	world_map(w, s.ttb, 0x400000, 0x20000000);
	assert_int_equal(world_dma(w, 0x108, 0x400000, MODEL_READ), MODEL_DONE);
}

static void entry_third_state_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);
	u64 pa = world_ste_pa(w, 8), other = world_alloc(w, 4096);

	/* Another table and other attributes for it, no CFGI between: one with the other's is neither. */
	world_store(w, pa + 8, s.ste[1] ^ 3 << 6);
	world_store(w, pa, (s.ste[0] & ~s.cdtab) | other);
	world_cfgi_ste(w, 8, true);
}

static void entry_third_state_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	s.ste[1] ^= 3 << 6;
	s.ste[0] = (s.ste[0] & ~s.cdtab) | world_alloc(w, 4096);
	world_ste(w, 8, s.ste);
}

static void entry_torn_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	s.ste[1] ^= 3 << 6;
	world_store_bytes(w, world_ste_pa(w, 8), s.ste, 16);
	world_cfgi_ste(w, 8, true);
}

static void entry_torn_behave(struct world *w)
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

static void some_time(struct world *w)
{
	int i;

	for (i = 0; i < 10; i++) {
		w->now += 1000000000ull;
		world_sync(w);
	}
	for (i = 0; i < 100; i++)
		world_run(w);
}

static void entry_not_invalidated_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1] ^ 3 << 6);
	some_time(w);
}

static void entry_not_invalidated_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1] ^ 3 << 6);
	world_cfgi_ste(w, 8, true);
	some_time(w);
}

static void entry_hit_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	model_note_hitless(w->m, 8, true);
	s.ste[1] ^= 3 << 6;
	world_ste(w, 8, s.ste);
	model_note_hitless(w->m, 8, false);
}

static void entry_hit_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	model_note_hitless(w->m, 8, true);
	world_store(w, world_ste_pa(w, 8) + 8, s.ste[1] ^ 3 << 6);
	world_cfgi_ste(w, 8, true);
	model_note_hitless(w->m, 8, false);
	/* Without the promise V = 0 is nobody's affair. */
	world_ste(w, 8, s.ste);
}

static void bypass_seen_breach(struct world *w)
{
	u64 ste[8];

	world_stream(w, 8, 3, 0);
	model_note_no_bypass(w->m, 8, true);
	world_make_ste_bypass(ste);
	world_ste(w, 8, ste);
	model_note_no_bypass(w->m, 8, false);
}

static void bypass_seen_behave(struct world *w)
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

static void table_freed_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);

	world_store(w, s.cdtab, 0x6b6b6b6b6b6b6b6bull);
}

static void table_freed_behave(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);
	int i;

	world_make_ste_abort(s.ste);
	world_ste(w, 8, s.ste);
	for (i = 0; i < 512; i++)
		world_store(w, s.cdtab + i * 8, 0x6b6b6b6b6b6b6b6bull);
	some_time(w);
}

/* ---------------------------------------------------------------- tags and translation */

static void tag_conflict(struct world *w, u16 second)
{
	struct world_stream a = world_stream(w, 8, 3, 0), b = world_stream(w, 9, second, 0);

	/* The first faults, so that it leaves no translation behind: its context is what conflicts. */
	world_map(w, b.ttb, 0x400000, 0x20001000);
	assert_int_equal(world_dma(w, a.sid, 0x400000, MODEL_READ), MODEL_ABORTED);
	assert_int_equal(world_dma(w, b.sid, 0x400000, MODEL_READ), MODEL_DONE);
}

static void tag_conflict_breach(struct world *w) { tag_conflict(w, 3); }
static void tag_conflict_behave(struct world *w) { tag_conflict(w, 4); }

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

static void tag_reused_breach(struct world *w) { tag_reused(w, false); }
static void tag_reused_behave(struct world *w) { tag_reused(w, true); }

static void unmap_dma_breach(struct world *w)
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

static void unmap_dma_behave(struct world *w)
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

static void unmap_cached_breach(struct world *w) { unmap_cached(w, false); }
static void unmap_cached_behave(struct world *w) { unmap_cached(w, true); }

static void ats_request(struct world *w, u32 sid, u64 addr, struct model_ats_answer *answer)
{
	struct model_access a = { .sid = sid, .addr = addr, .len = 4096, .kind = MODEL_WRITE, .no_stall = true };

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

static void unmap_atc_breach(struct world *w) { unmap_atc(w, false); }
static void unmap_atc_behave(struct world *w) { unmap_atc(w, true); }

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
	/* Leaf: pages only, the way to them may stay cached. Another SYNC shows that nothing more is to come. */
	world_cmd(w, 0x12 | (u64)s.asid << 48, 0x400000 | leaf);
	world_cmd(w, 0x12 | (u64)s.asid << 48, 0x401000 | leaf);
	world_sync(w);
	world_sync(w);
	world_store(w, l2 + 2 * 8, other | 3);
	world_dma(w, 8, 0x401000, MODEL_READ);
}

static void walk_stale_breach(struct world *w) { walk_stale(w, true); }
static void walk_stale_behave(struct world *w) { walk_stale(w, false); }

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

static void leaf_bbm_breach(struct world *w) { leaf_bbm(w, false); }
static void leaf_bbm_behave(struct world *w) { leaf_bbm(w, true); }

/* ---------------------------------------------------------------- faults */

/* A stalled read; its tag is in the event record. */
static u16 stalled(struct world *w, u32 sid)
{
	struct world_stream s = world_stream(w, sid, 3, 0);
	struct model_access a = { .sid = sid, .addr = 0x400000, .len = 8, .kind = MODEL_READ, .cookie = 5 };
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

static void stall_unanswered_breach(struct world *w)
{
	stalled(w, 8);
	half_a_minute(w);
}

static void stall_behave(struct world *w)
{
	resume(w, 8, stalled(w, 8));
	assert_int_equal(w->nr_stall_end, 1);
	assert_int_equal(w->stall_end, MODEL_STALL_RETRY);
	half_a_minute(w);
}

static void stall_twice_breach(struct world *w)
{
	u16 tag = stalled(w, 8);

	resume(w, 8, tag);
	resume(w, 8, tag);
}

static void stall_tag_breach(struct world *w)
{
	u16 tag = stalled(w, 8);

	resume(w, 8, tag ^ 1);
	resume(w, 8, tag);
}

static void page_request(struct world *w, u32 sid)
{
	struct model_page_request r = { .sid = sid, .addr = 0x400000, .prgi = 5, .last = true, .r = true };

	model_page_request(w->m, &r);
	world_run(w);
}

static void pri_resp(struct world *w, u32 sid, u16 prgi)
{
	world_cmd(w, 0x41 | (u64)sid << 32, prgi | 2 << 12);
	world_sync(w);
}

static void pri_unanswered_breach(struct world *w)
{
	ats_stream(w, 8, 3);
	page_request(w, 8);
	half_a_minute(w);
}

static void pri_behave(struct world *w)
{
	ats_stream(w, 8, 3);
	page_request(w, 8);
	pri_resp(w, 8, 5);
	assert_int_equal(w->nr_page_response, 1);
	half_a_minute(w);
}

static void pri_twice_breach(struct world *w)
{
	ats_stream(w, 8, 3);
	page_request(w, 8);
	pri_resp(w, 8, 5);
	pri_resp(w, 8, 5);
}

static void pri_tag_breach(struct world *w)
{
	ats_stream(w, 8, 3);
	page_request(w, 8);
	pri_resp(w, 8, 6);
	pri_resp(w, 8, 5);
}

static void ats_off_breach(struct world *w)
{
	struct world_stream s = world_stream(w, 8, 3, 0);
	struct model_ats_answer answer;

	world_map(w, s.ttb, 0x400000, 0x20000000);
	ats_request(w, 8, 0x400000, &answer);
	assert_false(answer.ok);
}

static void ats_off_behave(struct world *w)
{
	struct model_access a = { .sid = 8, .len = 8, .kind = MODEL_WRITE, .translated = true, .no_stall = true };
	struct model_ats_answer answer;
	u64 buf = 1;

	ats_stream(w, 8, 3);
	ats_request(w, 8, 0x400000, &answer);
	assert_true(answer.ok);
	a.addr = answer.pa;
	assert_int_equal(model_dma(w->m, &a, &buf), MODEL_DONE);
}

/* ---------------------------------------------------------------- the table */

/* S(RULE, what breaks it, its twin, more of struct seed) */
#define SEEDS(S)									\
	S(REG_ACCESS, reg_access_breach, reg_access_behave)				\
	S(REG_RESERVED, reg_reserved_breach, reg_reserved_behave)			\
	S(REG_READ_ONLY, reg_read_only_breach, reg_read_only_behave)			\
	S(REG_STRTAB_LIVE, reg_strtab_live_breach, reg_strtab_live_behave)		\
	S(REG_QUEUE_LIVE, reg_queue_live_breach, reg_queue_live_behave)			\
	S(REG_CR1_LIVE, reg_cr1_live_breach, reg_cr1_live_behave)			\
	S(REG_CR2_LIVE, reg_cr2_live_breach, reg_cr2_live_behave)			\
	S(REG_UPDATE_PENDING, reg_update_pending_breach, reg_update_pending_behave, .words = { "delay=100" })	\
	S(REG_IRQ_LIVE, reg_irq_live_breach, reg_irq_live_behave)			\
	S(REG_GERRORN, reg_gerrorn_breach, reg_gerrorn_behave)				\
	S(REG_ENABLE_ORDER, reg_enable_order_breach, reg_enable_order_behave, .down = true)	\
	S(QUEUE_OVERRUN, queue_overrun_breach, queue_overrun_behave)			\
	S(QUEUE_GEOMETRY, queue_geometry_breach, queue_geometry_behave, .down = true)	\
	S(CMD_ILLEGAL, cmd_illegal_breach, cmd_illegal_behave)				\
	S(CMD_RESERVED, cmd_reserved_breach, cmd_reserved_behave)			\
	S(CMD_FIELD, cmd_field_breach, cmd_field_behave)				\
	S(CMD_SYNC_ATC_ORDER, cmd_sync_atc_order_breach, cmd_sync_atc_order_behave)	\
	S(CMD_ATC_NO_ATS, cmd_atc_no_ats_breach, cmd_atc_no_ats_behave)			\
	S(STE_RESERVED, ste_reserved_breach, good_stream)				\
	S(STE_ILLEGAL, ste_illegal_breach, good_stream)					\
	S(CD_RESERVED, cd_reserved_breach, good_stream)					\
	S(CD_ILLEGAL, cd_illegal_breach, good_stream)					\
	S(L1_ILLEGAL, l1_illegal_breach, l1_illegal_behave, .two_levels = true)		\
	S(ENTRY_THIRD_STATE, entry_third_state_breach, entry_third_state_behave)	\
	S(ENTRY_TORN, entry_torn_breach, entry_torn_behave)				\
	S(ENTRY_NOT_INVALIDATED, entry_not_invalidated_breach, entry_not_invalidated_behave)	\
	S(ENTRY_HIT, entry_hit_breach, entry_hit_behave)				\
	S(BYPASS_SEEN, bypass_seen_breach, bypass_seen_behave)				\
	S(TABLE_FREED, table_freed_breach, table_freed_behave)				\
	S(TAG_CONFLICT, tag_conflict_breach, tag_conflict_behave)			\
	S(TAG_REUSED, tag_reused_breach, tag_reused_behave)				\
	S(UNMAP_DMA, unmap_dma_breach, unmap_dma_behave)				\
	S(UNMAP_CACHED, unmap_cached_breach, unmap_cached_behave)			\
	S(UNMAP_ATC, unmap_atc_breach, unmap_atc_behave)				\
	S(WALK_STALE, walk_stale_breach, walk_stale_behave)				\
	S(LEAF_BBM, leaf_bbm_breach, leaf_bbm_behave)					\
	S(STALL_UNANSWERED, stall_unanswered_breach, stall_behave)			\
	S(STALL_TWICE, stall_twice_breach, stall_behave)				\
	S(STALL_TAG, stall_tag_breach, stall_behave)					\
	S(PRI_UNANSWERED, pri_unanswered_breach, pri_behave)				\
	S(PRI_TWICE, pri_twice_breach, pri_behave)					\
	S(PRI_TAG, pri_tag_breach, pri_behave)						\
	S(ATS_OFF, ats_off_breach, ats_off_behave)

static struct world *seed_world(const struct seed *seed)
{
	struct world *w = world_new(seed->preset ? seed->preset : "maximal", seed->words);

	if (!seed->down)
		world_up(w, seed->two_levels);
	world_expect_silence(w);
	return w;
}

static void run_breach(void **state)
{
	const struct seed *seed = *state;
	struct world *w = seed_world(seed);

	seed->breach(w);
	world_run(w);
	/* The table of check-referee is made of these lines. */
	printf("# said %s: %s\n", model_rules[seed->rule].name, w->last);
	assert_true(w->nr_reports[seed->rule] > 0);
	world_expect(w, seed->rule, w->nr_reports[seed->rule]);
	world_free(w);
}

static void run_twin(void **state)
{
	const struct seed *seed = *state;
	struct world *w = seed_world(seed);

	seed->behave(w);
	world_run(w);
	world_expect_silence(w);
	world_free(w);
}

#define S(name, broken, good, ...) \
	static struct seed seed_##name = { .rule = RULE_##name, .breach = broken, .behave = good, ##__VA_ARGS__ };
SEEDS(S)
#undef S

/* A rule without a seed does not compile. */
enum {
#define S(name, ...) HAS_SEED_##name,
SEEDS(S)
#undef S
	NR_SEEDS
};
_Static_assert((int)NR_SEEDS == (int)NR_MODEL_RULES, "each rule has its seeded fault");

const struct CMUnitTest seeded_tests[] = {
#define S(name, ...)							\
	{ "caught_" #name, run_breach, NULL, NULL, &seed_##name },	\
	{ "silent_" #name, run_twin, NULL, NULL, &seed_##name },
SEEDS(S)
#undef S
};
const size_t nr_seeded_tests = ARRAY_SIZE(seeded_tests);
