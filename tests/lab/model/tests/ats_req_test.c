// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translation Requests: Arm IHI 0070, 3.9.1.2 "Responses to ATS Translation Requests", 13.6, 13.7.
 */
#include "trees.h"

static struct model_ats_answer request(struct world *w, u32 sid, u64 addr, bool write)
{
	struct model_access a = { .sid = sid,
				  .addr = addr,
				  .kind = write ? MODEL_WRITE : MODEL_READ };
	struct model_ats_answer answer;

	model_ats_request(w->m, &a, &answer);
	return answer;
}

/* The type of the only event since the last time, 0 without. */
static unsigned int event(struct world *w)
{
	u32 prod, cons;
	u64 word;

	world_run(w);
	prod = world_read32(w, 0x100a8);
	cons = world_read32(w, 0x100ac);
	if (!((prod ^ cons) & 0x1ff))
		return 0;
	word = world_load(w, WORLD_EVENTQ + (cons & 0xff) * 32);
	world_write32(w, 0x100ac, (cons & 0x80000000) | ((cons + 1) & 0x1ff));
	assert_int_equal((prod ^ (cons + 1)) & 0x1ff, 0);
	return word & 0xff;
}

static void expect_ur(struct world *w, struct model_ats_answer a, bool told)
{
	assert_false(a.ok);
	assert_false(a.ca);
	assert_int_equal(event(w), told ? 0x05 : 0);
}

static void expect_ca(struct world *w, struct model_ats_answer a)
{
	assert_false(a.ok);
	assert_true(a.ca);
	assert_int_equal(event(w), 0);
}

static void expect_nothing_there(struct world *w, struct model_ats_answer a)
{
	assert_true(a.ok);
	assert_false(a.r || a.w || a.x);
	assert_int_equal(a.size, 4096);
	assert_int_equal(event(w), 0);
}

/* 3.9.1.2, both tables. */
static void responses(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct world_stream s;
	u64 ste[8];

	world_up_queues(w);
	expect_ur(w, request(w, 3, 0x5000, true), true);			/* SMMUEN 0 */
	world_up(w, true);
	expect_ca(w, request(w, 0x123456, 0x5000, true));			/* C_BAD_STREAMID */
	s = world_stream(w, 3, 7, 0);
	world_map(w, s.ttb, 0x5000, 0x20000000);
	expect_ca(w, request(w, 4, 0x5000, true));				/* V = 0 */
	world_make_ste_abort(ste);
	world_ste(w, 4, ste);
	expect_ur(w, request(w, 4, 0x5000, true), false);			/* Config 0b000 */
	world_make_ste_bypass(ste);
	world_ste(w, 4, ste);
	expect_ur(w, request(w, 4, 0x5000, true), true);			/* Config 0b100 */
	expect_ur(w, request(w, 3, 0x5000, true), true);			/* EATS 0 */
	world_expect(w, RULE_ATS_OFF, 3);
	s.ste[1] |= 1ull << 28;
	world_ste(w, 3, s.ste);
	assert_true(request(w, 3, 0x5000, true).ok);
	expect_nothing_there(w, request(w, 3, 0x6000, true));			/* F_TRANSLATION */
	world_store(w, world_pte(w, s.ttb, 0x7000), 0x20000000 | 3);
	expect_nothing_there(w, request(w, 3, 0x7000, true));			/* F_ACCESS */
	world_store(w, s.ttb + 8, WORLD_RAM - 4096 + 3);
	world_store(w, s.ttb + 16, 3ull << 38 | 3);
	w->fail_reads = 0;
	world_expect(w, RULE_ATS_OFF, 3);
	/* A CD that is not there, with ATS on and off. */
	s.cd[0] &= ~(1ull << 31);
	world_cd(w, 3, 0, s.cdtab, s.cd);
	expect_ca(w, request(w, 3, 0x5000, true));
	s.ste[1] &= ~(3ull << 28);
	world_ste(w, 3, s.ste);
	expect_ur(w, request(w, 3, 0x5000, true), true);
	w->m->f.ats = 0;
	expect_ur(w, request(w, 3, 0x5000, true), true);
	world_free(w);
}

/* F_WALK_EABT is a configuration error: CA. */
static void walk_abort(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct world_stream s;

	world_up(w, true);
	s = world_stream(w, 3, 7, 0);
	s.ste[1] |= 1ull << 28;
	set(s.cd, CD_IPS, 5);
	world_cd(w, 3, 0, s.cdtab, s.cd);
	world_ste(w, 3, s.ste);
	world_store(w, s.ttb, WORLD_RAM | 3);
	expect_ca(w, request(w, 3, 0x5000, true));
	world_free(w);
}

/* The last record that was written, by word. */
static u64 last_event(struct world *w, unsigned int word)
{
	return world_load(w, WORLD_EVENTQ + ((world_read32(w, 0x100a8) - 1) & 0xff) * 32 +
			  word * 8);
}

static void ca_with(struct world *w, struct model_access a, unsigned int type)
{
	struct model_ats_answer answer;

	model_ats_request(w->m, &a, &answer);
	assert_false(answer.ok);
	assert_true(answer.ca);
	assert_int_equal(event(w), type);
	if (!type)
		return;
	assert_int_equal(last_event(w, 0) >> 32, a.sid);
	if (type != 0x08 && type != 0x06)
		assert_int_equal(last_event(w, 0) >> 11 & 1, a.ssv);
}

/* 3.9.1.2: with CR2.REC_CFG_ATS what an ordinary transaction would record is recorded. */
static void recorded(void **state)
{
	struct world *w = world_new("mmu-700", NULL);
	struct model_access a = { .sid = 3, .addr = 0x5000, .kind = MODEL_WRITE }, other = a;
	struct world_stream s;
	u64 ste[8], seen = 0, i;

	world_up(w, true);
	world_write32(w, 0x20, world_read32(w, 0x20) & ~1u);
	world_write32(w, 0x2c, 8 | 2);
	world_write32(w, 0x20, world_read32(w, 0x20) | 1);
	s = world_stream(w, 3, 7, 4);
	s.ste[1] |= 1ull << 28;
	set(s.cd, CD_IPS, 5);
	world_cd(w, 3, 0, s.cdtab, s.cd);
	world_ste(w, 3, s.ste);
	other.sid = 0x123456;
	ca_with(w, other, 0x02);						/* C_BAD_STREAMID */
	w->m->regs.cr2 &= ~2u;
	ca_with(w, other, 0);							/* RECINVSID 0 */
	w->m->regs.cr2 |= 2;
	other.sid = 4;
	ca_with(w, other, 0x04);						/* C_BAD_STE */
	w->fail_reads = 1;
	other.sid = 0x204;
	ca_with(w, other, 0x03);						/* F_STE_FETCH */
	assert_int_equal(last_event(w, 3), WORLD_STRTAB + 16);
	other = a;
	other.ssv = true;
	other.ssid = 16;
	ca_with(w, other, 0x08);					/* C_BAD_SUBSTREAMID */
	assert_int_equal(last_event(w, 0) >> 12 & 0xfffff, 16);
	other.ssid = 1;
	ca_with(w, other, 0x0a);						/* C_BAD_CD */
	assert_int_equal(last_event(w, 0) >> 12 & 0xfffff, 1);
	/* What is no configuration error is the device's affair as ever. */
	expect_nothing_there(w, request(w, 3, 0x5000, true));			/* F_TRANSLATION */
	world_make_ste_abort(ste);
	world_ste(w, 5, ste);
	expect_ur(w, request(w, 5, 0x5000, true), false);			/* Config 0b000 */
	world_store(w, s.ttb, WORLD_RAM | 3);
	world_tlbi_all(w);
	ca_with(w, a, 0x0b);							/* F_WALK_EABT */
	assert_int_equal(last_event(w, 1) >> 39 & 7, 1 << 1);			/* S1, CLASS TT */
	assert_int_equal(last_event(w, 2), 0x5000);
	assert_int_equal(last_event(w, 3), WORLD_RAM);
	/* RnW is UNKNOWN. */
	for (i = 0; i < 64; i++) {
		ca_with(w, a, 0x0b);
		seen |= 1 << (last_event(w, 1) >> 35 & 1);
	}
	assert_int_equal(seen, 3);
	s.ste[1] &= ~3ull;
	world_ste(w, 3, s.ste);
	ca_with(w, a, 0x06);						/* F_STREAM_DISABLED */
	s.ste[0] = (s.ste[0] & ~GENMASK(51, 6)) | WORLD_RAM;
	s.ste[1] |= 2;
	world_ste(w, 3, s.ste);
	ca_with(w, a, 0x09);							/* F_CD_FETCH */
	assert_int_equal(last_event(w, 3), WORLD_RAM);
	world_expect_silence(w);
	/* ATS off is told first, and that only. */
	s.ste[1] &= ~(3ull << 28);
	world_ste(w, 3, s.ste);
	expect_ur(w, request(w, 3, 0x5000, true), true);
	s.ste[1] |= 1ull << 28;
	world_ste(w, 3, s.ste);
	/* F_CFG_CONFLICT: a neighbour's CONT covers an STE that is another. */
	other = a;
	other.sid = 8;
	ca_with(w, other, 0x04);
	s.ste[1] |= 1 << 13;
	world_ste(w, 9, s.ste);
	other.sid = 9;
	ca_with(w, other, 0x09);
	other.sid = 8;
	ca_with(w, other, 0x21);
	w->m->regs.cr2 &= ~8u;
	ca_with(w, a, 0);
	ca_with(w, other, 0);
	world_free(w);
}

/* 13.7: permissions as far as they are there and asked for; sizes and addresses. */
static void permissions(void **state)
{
	static const struct { u64 bits; bool write, inst, priv, ssv; bool r, w, x;
	} all[] = {
		{ 1 << 6, true, false, false, false, true, true, false },
		{ 1 << 6, false, false, false, false, true, false, false },
		{ 3 << 6, true, false, false, false, true, false, false },
		{ 0, true, false, false, false, false, false, false },
		{ 0, true, false, true, true, true, true, false },
		{ 0, true, false, true, false, false, false, false },
		{ 1 << 6, false, true, false, true, true, false, true },
		{ 1 << 6 | 1ull << 54, false, true, false, true, true, false, false },
		/* execute alone is nothing */
		{ 0, false, true, false, true, false, false, false },
	};
	struct world *w = world_new("mmu-600", NULL);
	struct world_stream s;
	unsigned int i;

	world_up(w, true);
	s = world_stream(w, 3, 7, 4);
	s.ste[1] |= 1ull << 28;
	world_cd(w, 3, 1, s.cdtab + 64, s.cd);
	world_ste(w, 3, s.ste);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		struct model_access a = { .sid = 3,
					  .ssid = all[i].ssv,
					  .ssv = all[i].ssv,
					  .addr = 0x5000,
					  .inst = all[i].inst,
					  .priv = all[i].priv,
					  .kind = all[i].write ? MODEL_WRITE : MODEL_READ };
		struct model_ats_answer answer;
		int again;

		world_store(w, world_pte(w, s.ttb, 0x5000), 0x20000000 | 3 | 3 << 10 | all[i].bits);
		tlb_inv_everything(w->m);
		for (again = 0; again < 2; again++) {
			model_ats_request(w->m, &a, &answer);
			assert_true(answer.ok);
			assert_int_equal(answer.r, all[i].r);
			assert_int_equal(answer.w, all[i].w);
			assert_int_equal(answer.x, all[i].x);
			assert_false(answer.global);
			assert_int_equal(answer.pa, 0x20000000);
			assert_int_equal(answer.size, 4096);
		}
	}
	/* A block, asked for in its middle. */
	{
		struct tree t = { .w = w, .root = s.ttb, .granule = 12, .in_bits = 39, .start = 1 };
		struct model_ats_answer answer;

		tree_map(&t, 0x600000, 2, 0x40000000, LEAF_S1);
		answer = request(w, 3, 0x654000, true);
		assert_int_equal(answer.size, 0x200000);
		assert_int_equal(answer.pa, 0x40054000);
	}
	world_expect_silence(w);
	world_free(w);
}

/* 3.13.7: a request without NW makes the page dirty, one with it only sets the access flag. */
static void updates(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct world_stream s;
	u64 slot;

	world_up(w, true);
	s = world_stream(w, 3, 7, 0);
	s.ste[1] |= 1ull << 28;
	s.cd[0] |= 3ull << 42;
	world_cd(w, 3, 0, s.cdtab, s.cd);
	world_ste(w, 3, s.ste);
	slot = world_pte(w, s.ttb, 0x5000);
	world_store(w, slot, 0x20000000 | 3 | 1 << 11 | 3 << 6 | 1ull << 51);
	assert_true(request(w, 3, 0x5000, false).r);
	assert_int_equal(world_load(w, slot) & (1 << 10 | 1 << 7), 1 << 10 | 1 << 7);
	assert_true(request(w, 3, 0x5000, true).w);
	assert_int_equal(world_load(w, slot) & (1 << 10 | 1 << 7), 1 << 10);
	world_free(w);
}

/* 13.6.3 split-stage: the IPA is returned; 13.6.4: stage 1 skipped by S1DSS. */
static void stages(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t1 = tree_new(w, 12, 39), t2 = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(&t1, &t2);
	struct model_ats_answer answer;
	u64 cds = world_alloc(w, 4096), ipa, i;

	world_up(w, true);
	tree_map(&t1, 0x1000, 3, 0x40000000, LEAF_S1);
	tree_map(&t2, 0x40000000, 3, 0x20000000, LEAF_S2 & ~(2ull << 6));
	for (i = 0; i < 8; i++)
		world_store(w, cds + i * 8, c.cd[i]);
	c.ste[0] |= cds;
	c.ste[1] = 1ull << 28;
	world_ste(w, 3, c.ste);
	/* The CD's page is not mapped by stage 2: nothing there, no event. */
	expect_nothing_there(w, request(w, 3, 0x1000, true));
	for (ipa = WORLD_FREE; ipa < w->next_free; ipa += 0x200000)
		tree_map(&t2, ipa & ~0x1fffffull, 2, ipa & ~0x1fffffull, LEAF_S2);
	answer = request(w, 3, 0x1000, true);
	assert_true(answer.ok && answer.r && !answer.w);
	assert_int_equal(answer.pa, 0x20000000);
	c.ste[1] = 2ull << 28;
	world_ste(w, 3, c.ste);
	for (i = 0; i < 2; i++) {
		answer = request(w, 3, 0x1000, true);
		assert_true(answer.ok && answer.r && !answer.w);
		assert_int_equal(answer.pa, 0x40000000);
	}
	/* 3.9.1.2: stage 1 grants nothing, so that stage 2 has nothing to fault with. */
	tree_map(&t1, 0x2000, 3, 0x70000000, LEAF_S1 & ~(1ull << 6));
	expect_nothing_there(w, request(w, 3, 0x2000, true));
	/* Without ATSCHK split-stage is off. */
	w->m->regs.cr0ack &= ~0x10u;
	expect_ur(w, request(w, 3, 0x1000, true), true);
	w->m->regs.cr0ack |= 0x10;
	/* Stage 1 alone, skipped: one to one. */
	c.ste[0] = 1 | 5 << 1 | cds | 4ull << 59;
	c.ste[1] = 1ull << 28 | 1;
	world_ste(w, 3, c.ste);
	answer = request(w, 3, 0x7000, true);
	assert_true(answer.ok && answer.r && answer.w && !answer.x);
	assert_int_equal(answer.pa, 0x7000);
	expect_nothing_there(w, request(w, 3, 1ull << 50, true));
	world_free(w);
}

const struct CMUnitTest ats_req_tests[] = {
	cmocka_unit_test(responses), cmocka_unit_test(walk_abort), cmocka_unit_test(permissions),
	cmocka_unit_test(updates),   cmocka_unit_test(stages),	   cmocka_unit_test(recorded),
};

const size_t nr_ats_req_tests = ARRAY_SIZE(ats_req_tests);
