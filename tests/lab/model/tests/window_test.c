// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of window.c: CMD_ATC_INV behind a TLBI for the same addresses needs a CMD_SYNC between
 * them, and a change of CR0.VMW behind a TLBI by VMID. Arm IHI 0070, chapter 4.5.1 "CMD_ATC_INV",
 * 6.3.9.1 "VMW".
 */
#include "../control.h"
#include "count.h"

#define SID	0x20ull
#define ATC	(0x40 | SID << 32)

struct scene {
	struct world *w;
	struct world_stream s;
};

static struct scene scene(void)
{
	struct scene c = { .w = world_new("maximal", NULL) };
	u64 ste[8];

	world_up(c.w, true);
	c.s = world_stream(c.w, SID, 7, 4);
	memcpy(ste, c.s.ste, sizeof(ste));
	ste[1] |= 1ull << 28;		/* EATS */
	ste[2] = 3;			/* S2VMID */
	world_ste(c.w, SID, ste);
	world_expect_silence(c.w);
	return c;
}

static void pair(struct scene *c, u64 tlbi0, u64 tlbi1, u64 atc0, u64 atc1, bool breach)
{
	u64 before = referee_count(c->w->m, RULE_CMD_SYNC_ATC_ORDER);

	world_cmd(c->w, tlbi0, tlbi1);
	world_cmd(c->w, atc0, atc1);
	world_sync(c->w);
	if (referee_count(c->w->m, RULE_CMD_SYNC_ATC_ORDER) != before + breach)
		fail_msg("TLBI %llx %llx: wanted %d; last %s", (unsigned long long)tlbi0,
			 (unsigned long long)tlbi1, breach, c->w->last);
}

#define TAGS(asid, vmid)	((u64)(asid) << 48 | (u64)(vmid) << 32)

static void test_order(void **state)
{
	struct scene c = scene();

	/* NH_VA of its ASID, VMID and page. */
	pair(&c, 0x12 | TAGS(7, 3), 0x5000, ATC, 0x5000, true);
	pair(&c, 0x12 | TAGS(7, 3), 0x6000, ATC, 0x5000, false);
	pair(&c, 0x12 | TAGS(8, 3), 0x5000, ATC, 0x5000, false);
	pair(&c, 0x12 | TAGS(7, 4), 0x5000, ATC, 0x5000, false);
	pair(&c, 0x12 | TAGS(7, 3), 0x6000, ATC, 0x5000 | 52, true);
	/* NH_VAA, NH_ASID, NH_ALL, S12_VMALL, NSNH_ALL */
	pair(&c, 0x13 | TAGS(0, 3), 0x5000, ATC, 0x5000, true);
	pair(&c, 0x11 | TAGS(7, 3), 0, ATC, 0x5000, true);
	pair(&c, 0x11 | TAGS(9, 3), 0, ATC, 0x5000, false);
	pair(&c, 0x10 | TAGS(0, 3), 0, ATC, 0x5000, true);
	pair(&c, 0x10 | TAGS(0, 5), 0, ATC, 0x5000, false);
	pair(&c, 0x28 | TAGS(0, 3), 0, ATC, 0x5000, true);
	pair(&c, 0x30, 0, ATC, 0x5000, true);
	/* An IPA says nothing about this stream's addresses. */
	pair(&c, 0x2a | TAGS(0, 3), 0x5000, ATC, 0x5000, false);
	/* A stream beyond the table, one without STE, one without CD. */
	pair(&c, 0x30, 0, 0x40 | 0x12345ull << 32, 0x5000, false);
	c.w->watches = false;
	world_store(c.w, world_ste_pa(c.w, SID + 1), 1 | 5 << 1 | WORLD_RAM);
	pair(&c, 0x30, 0, 0x40 | (SID + 1) << 32, 0x5000, false);
	pair(&c, 0x30, 0, 0x40 | 0x999ull << 32, 0x5000, false);
	world_free(c.w);
}

static void test_sync_between(void **state)
{
	struct scene c = scene();

	world_cmd(c.w, 0x12 | TAGS(7, 3), 0x5000);
	world_cmd(c.w, 0x46, 0);
	world_cmd(c.w, ATC, 0x5000);
	world_sync(c.w);
	world_expect_silence(c.w);
	assert_int_equal(c.w->nr_atc_inv, 1);
	world_free(c.w);
}

/* Stage 2 alone: by IPA. */
static void test_stage_2(void **state)
{
	struct scene c = scene();
	u64 pa = world_ste_pa(c.w, SID);

	c.w->watches = false;
	world_store(c.w, pa, 1 | 6 << 1);
	world_cfgi_ste(c.w, SID, true);
	pair(&c, 0x2a | TAGS(0, 3), 0x5000, ATC, 0x5000, true);
	pair(&c, 0x2a | TAGS(0, 4), 0x5000, ATC, 0x5000, false);
	pair(&c, 0x11 | TAGS(7, 3), 0, ATC, 0x5000, false);
	/* Neither stage, and nothing at all. */
	world_store(c.w, pa, 1 | 4 << 1);
	pair(&c, 0x30, 0, ATC, 0x5000, false);
	world_store(c.w, pa, 0);
	pair(&c, 0x30, 0, ATC, 0x5000, false);
	world_free(c.w);
}

/* An STE that cannot be read tells nothing about order. */
static void test_ste_aborts(void **state)
{
	struct command tlbi = { .op = CMD_TLBI_NSNH_ALL, .tlb = { .by = TLB_ALL } };
	struct command atc = { .op = CMD_ATC_INV, .sid = SID, .span_lg2 = 12 };
	struct world *w = world_new("maximal", NULL);
	struct window *win = &w->m->cmdq->port.win;

	world_up(w, false);
	window_add(w->m, win, &tlbi);
	w->fail_reads = 1;
	window_add(w->m, win, &atc);
	assert_int_equal(w->fail_reads, 0);
	assert_int_equal(referee_count(w->m, RULE_CMD_SYNC_ATC_ORDER), 0);
	world_sync(w);
	world_free(w);
}

/* 3.17.6: with a wildcard a TLBI of another VMID is for this stream too. */
static void test_order_by_wildcard(void **state)
{
	struct scene c = scene();

	pair(&c, 0x10 | TAGS(0, 2), 0, ATC, 0x5000, false);
	world_write32(c.w, 0x20, world_read32(c.w, 0x20) | 1 << 6);
	world_run(c.w);
	pair(&c, 0x10 | TAGS(0, 2), 0, ATC, 0x5000, true);
	pair(&c, 0x10 | TAGS(0, 1), 0, ATC, 0x5000, false);
	world_free(c.w);
}

static void change_vmw(struct world *w, bool breach)
{
	u64 before = referee_count(w->m, RULE_REG_VMW_LIVE);

	world_write32(w, 0x20, world_read32(w, 0x20) ^ 1 << 6);
	assert_int_equal(referee_count(w->m, RULE_REG_VMW_LIVE), before + breach);
}

/* 6.3.9.1: from the push of a TLBI by VMID to the end of the SYNC behind it, in any queue. */
static void test_vmw_live(void **state)
{
	struct world *w = world_new("maximal", NULL);

	world_up(w, true);
	/* Pushed and not fetched. */
	world_cmd(w, 0x30, 0);
	change_vmw(w, false);
	world_cmd(w, 0x28 | TAGS(0, 3), 0);
	change_vmw(w, true);
	/* Done, but nobody knows; known. */
	world_run(w);
	change_vmw(w, true);
	world_sync(w);
	change_vmw(w, false);
	/* A queue that is off processes nothing. */
	world_cmd(w, 0x28 | TAGS(0, 3), 0);
	world_write32(w, 0x20, world_read32(w, 0x20) & ~8u);
	change_vmw(w, false);
	world_write32(w, 0x20, world_read32(w, 0x20) | 8);
	world_sync(w);
	/* An enhanced queue. */
	world_write64(w, 0x22000, 0x12000000 | 4);
	world_write32(w, 0x2200c, 0);
	world_write32(w, 0x22008, 1u << 31);
	world_store(w, 0x12000000, 0x12 | TAGS(7, 3));
	world_store(w, 0x12000008, 0x5000);
	world_write32(w, 0x22008, 1u << 31 | 1);
	world_run(w);
	change_vmw(w, true);
	count_expect(w, RULE_REG_VMW_LIVE, 3);
	/* Reset forgets what was under way. */
	model_reset(w->m);
	change_vmw(w, false);
	world_free(w);
}

const struct CMUnitTest window_tests[] = {
	cmocka_unit_test(test_order),
	cmocka_unit_test(test_sync_between),
	cmocka_unit_test(test_stage_2),
	cmocka_unit_test(test_ste_aborts),
	cmocka_unit_test(test_order_by_wildcard),
	cmocka_unit_test(test_vmw_live),
};

const size_t nr_window_tests = ARRAY_SIZE(window_tests);
