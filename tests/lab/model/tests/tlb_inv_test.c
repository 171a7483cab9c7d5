// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each invalidation takes and what it leaves: Arm IHI 0070, 4.4.2, 4.4.3, 4.4.1.1, 3.17,
 * 3.17.6.
 */
#include "trees.h"
#include "../tlb.h"

/* Entries that differ in one thing each. */
enum which { PLAIN, GLOBAL, ASID6, VMID8, SHARED, EL2_, E2H, IPA, WALK, IPA_WALK, FAR, BLOCK, NR };
static const char letters[] = "pgavseEiwWfb";

static const struct tlb_entry entries[NR] = {
#define E(k, l, ...)                                                                               \
	{                                                                                          \
		.kind = k, .lg2 = l, .span = l, .granule = 12, .level = 3 - ((l) - 12) / 9,        \
		__VA_ARGS__                                                                        \
	}
#define EL1(a, v, s)                                                                               \
	.tag = { .regime = REGIME_EL1,                                                             \
		 .vmid_used = true,                                                                \
		 .asid_used = true,                                                                \
		 .asid = a,                                                                        \
		 .vmid = v,                                                                        \
		 .aset = s }
	[PLAIN] = E(TLB_S1, 12, EL1(5, 7, true), .addr = 0x1000),
	[GLOBAL] = E(TLB_S1, 12, EL1(9, 7, true), .addr = 0x1000, .global = true),
	[ASID6] = E(TLB_S1, 12, EL1(6, 7, true), .addr = 0x1000),
	[VMID8] = E(TLB_S1, 12, EL1(5, 8, true), .addr = 0x1000),
	[SHARED] = E(TLB_S1, 12, EL1(5, 7, false), .addr = 0x3000),
	[EL2_] = E(TLB_S1, 12, .tag = { .regime = REGIME_EL2 }, .addr = 0x1000),
	[E2H] = E(TLB_S1, 12, .tag = { .regime = REGIME_EL2_E2H, .asid_used = true, .asid = 5 },
		  .addr = 0x1000),
	[IPA] = E(TLB_S2, 12, .tag = { .regime = REGIME_EL1, .vmid_used = true, .vmid = 7 },
		  .addr = 0x1000),
	[WALK] = { .kind = TLB_WALK1,
		   .lg2 = 21,
		   .span = 21,
		   .granule = 12,
		   .level = 2,
		   EL1(5, 7, true) },
	[IPA_WALK] = { .kind = TLB_WALK2,
		       .lg2 = 21,
		       .span = 21,
		       .granule = 12,
		       .level = 2,
		       .tag = { .regime = REGIME_EL1, .vmid_used = true, .vmid = 7 } },
	[FAR] = E(TLB_S1, 12, EL1(5, 7, true), .addr = 0xffffff8000000000ull),
	[BLOCK] = E(TLB_S1, 21, EL1(5, 7, true), .addr = 0x600000),
};

/* Invalidate and compare: the letters of what is gone. */
static void gone(struct world *w, const struct tlb_inv *inv, const char *wanted)
{
	char seen[NR + 1];
	unsigned int i, j, n = 0;

	tlb_inv_everything(w->m);
	for (i = 0; i < NR; i++)
		tlb_add(w->m, &entries[i]);
	assert_int_equal(w->m->tlb->nr, NR);
	tlb_inv(w->m, inv);
	for (i = 0; i < NR; i++) {
		for (j = 0; j < w->m->tlb->nr; j++)
			if (w->m->tlb->e[j].kind == entries[i].kind &&
			    w->m->tlb->e[j].addr == entries[i].addr &&
			    !memcmp(&w->m->tlb->e[j].tag, &entries[i].tag, sizeof(struct tlb_tag)))
				break;
		if (j == w->m->tlb->nr)
			seen[n++] = letters[i];
	}
	seen[n] = 0;
	assert_string_equal(seen, wanted);
}

/* 4.4.2, 4.4.3: each command's scope. */
static void scopes(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	static const struct { struct tlb_inv inv; const char *gone;
	} all[] = {
		/* NSNH_ALL: EL1 whole */
		{ { .by = TLB_ALL }, "pgavsiwWfb" },
		{ { .by = TLB_ALL, .regime = REGIME_EL2 }, "eE" },
		/* NH_ALL: stage 1 */
		{ { .by = TLB_REGIME, .use_vmid = true, .vmid = 7 }, "pgaswfb" },
		/* EL2_ALL */
		{ { .by = TLB_REGIME, .regime = REGIME_EL2 }, "eE" },
		{ { .by = TLB_REGIME, .regime = REGIME_EL2_E2H }, "eE" },
		/* not global ones */
		{ { .by = TLB_ASID, .use_vmid = true, .vmid = 7, .asid = 5 }, "pswfb" },
		{ { .by = TLB_ASID, .regime = REGIME_EL2_E2H, .asid = 5 }, "E" },
		{ { .by = TLB_ASID, .regime = REGIME_EL2, .asid = 5 }, "" },
		{ { .by = TLB_VA,
		    .use_vmid = true,
		    .vmid = 7,
		    .asid = 5,
		    .addr = 0x1000,
		    .size = 0x1000 },
		  "pgw" },
		{ { .by = TLB_VA,
		    .use_vmid = true,
		    .vmid = 7,
		    .asid = 5,
		    .addr = 0x1000,
		    .size = 0x1000,
		    .leaf = true },
		  "pg" },
		{ { .by = TLB_VA,
		    .use_vmid = true,
		    .vmid = 8,
		    .asid = 5,
		    .addr = 0x1000,
		    .size = 0x1000 },
		  "v" },
		/* no stage 2: VMIDs are nothing */
		{ { .by = TLB_VA, .asid = 5, .addr = 0x1000, .size = 0x1000 }, "pgvw" },
		{ { .by = TLB_VA, .regime = REGIME_EL2, .asid = 1, .addr = 0x1000, .size = 0x1000 },
		  "e" },
		{ { .by = TLB_VA,
		    .regime = REGIME_EL2_E2H,
		    .asid = 1,
		    .addr = 0x1000,
		    .size = 0x1000 },
		  "" },
		{ { .by = TLB_VAA, .use_vmid = true, .vmid = 7, .addr = 0x1000, .size = 0x1000 },
		  "pgaw" },
		{ { .by = TLB_VAA, .regime = REGIME_EL2_E2H, .addr = 0x1000, .size = 0x1000 },
		  "E" },
		{ { .by = TLB_VA,
		    .use_vmid = true,
		    .vmid = 7,
		    .asid = 5,
		    .addr = 0x1000,
		    .size = 0x3000,
		    .leaf = true },
		  "pgs" },
		{ { .by = TLB_VA,
		    .use_vmid = true,
		    .vmid = 7,
		    .asid = 5,
		    .addr = 0x7ff000,
		    .size = 0x1000 },
		  "b" },
		/*
		 * Any address in a block is the block's; a TTB1 address with and without its upper
		 * bits.
		 */
		{ { .by = TLB_VA,
		    .use_vmid = true,
		    .vmid = 7,
		    .asid = 5,
		    .addr = 0xffffff8000000000ull,
		    .size = 4096 },
		  "f" },
		{ { .by = TLB_VA,
		    .use_vmid = true,
		    .vmid = 7,
		    .asid = 5,
		    .addr = 0xffff8000000000ull,
		    .size = 4096 },
		  "f" },
		{ { .by = TLB_VA,
		    .use_vmid = true,
		    .vmid = 7,
		    .asid = 5,
		    .addr = 0xffffff0000000000ull,
		    .size = ~0ull },
		  "f" },
		{ { .by = TLB_VMALL, .use_vmid = true, .vmid = 7 }, "pgasiwWfb" },
		{ { .by = TLB_IPA, .use_vmid = true, .vmid = 7, .addr = 0x1000, .size = 0x1000 },
		  "iW" },
		{ { .by = TLB_IPA,
		    .use_vmid = true,
		    .vmid = 7,
		    .addr = 0x1000,
		    .size = 0x1000,
		    .leaf = true },
		  "i" },
		{ { .by = TLB_IPA, .use_vmid = true, .vmid = 7, .addr = 0x200000, .size = 0x1000 },
		  "" },
		{ { .by = TLB_IPA, .use_vmid = true, .vmid = 8, .addr = 0x1000, .size = 0x1000 },
		  "" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		gone(w, &all[i].inv, all[i].gone);
	world_free(w);
}

/* 4.4.1.1: TG and TTL: what is not of that granule or level stays. */
static void hints(void **state)
{
	struct world *w = world_new("mmu-700", NULL);
	struct tlb_inv inv = { .by = TLB_VA,
			       .use_vmid = true,
			       .vmid = 7,
			       .asid = 5,
			       .addr = 0x1000,
			       .size = 0x1000,
			       .tg = 1 };

	gone(w, &inv, "pgw");
	inv.ttl = 3;
	/* table descriptors above level 3 go, leaves at 3 go */
	gone(w, &inv, "pgw");
	inv.ttl = 2;
	gone(w, &inv, "");
	inv.addr = 0x600000;
	gone(w, &inv, "b");
	inv.ttl = 1;
	gone(w, &inv, "");
	inv.tg = 3;
	inv.ttl = 0;
	gone(w, &inv, "");
	inv.tg = 2;
	inv.ttl = 1;
	gone(w, &inv, "");
	/* TTL 1 with 16 KiB is reserved without DS, and is no hint then. */
	{
		struct tlb_entry e = entries[PLAIN];

		e.granule = 14;
		tlb_inv_everything(w->m);
		tlb_add(w->m, &e);
		inv.addr = 0x1000;
		tlb_inv(w->m, &inv);
		assert_int_equal(w->m->tlb->nr, 0);
	}
	world_free(w);
}

/* 3.17: broadcasts by ASID or by ASID and address leave ASET = 1 alone; PTM makes them nothing. */
static void broadcasts(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tlb_inv inv = {
		.by = TLB_ASID, .use_vmid = true, .vmid = 7, .asid = 5, .broadcast = true
	};

	gone(w, &inv, "s");
	inv.by = TLB_VA;
	inv.addr = 0x1000;
	inv.size = 0x4000;
	gone(w, &inv, "s");
	inv.by = TLB_VAA;
	gone(w, &inv, "pgasw");
	inv.by = TLB_REGIME;
	gone(w, &inv, "pgaswfb");
	w->m->regs.cr2 |= 4;
	gone(w, &inv, "");
	w->m->regs.cr2 &= ~4u;
	w->m->f.btm = 0;
	gone(w, &inv, "");
	world_free(w);
}

static void set_vmw(struct world *w, unsigned int vmw)
{
	w->m->regs.cr0ack = (w->m->regs.cr0ack & ~0x1c0u) | vmw << 6;
}

/* 3.17.6: CR0.VMW makes the low bits of VMIDs nothing. */
static void vmid_wildcards(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tlb_inv inv = { .by = TLB_VMALL, .use_vmid = true, .vmid = 9 };

	gone(w, &inv, "");
	set_vmw(w, 1);
	gone(w, &inv, "v");
	set_vmw(w, 3);
	gone(w, &inv, "v");
	set_vmw(w, 4);
	gone(w, &inv, "pgavsiwWfb");
	/* Reserved: as 0. */
	set_vmw(w, 5);
	gone(w, &inv, "");
	set_vmw(w, 7);
	gone(w, &inv, "");
	set_vmw(w, 4);
	w->m->f.vmw = 0;
	gone(w, &inv, "");
	world_free(w);
}

/* 3.17.6: all that names a VMID, of either stage, of a command or a broadcast, and nothing else. */
static void wildcards_everywhere(void **state)
{
	static const struct { struct tlb_inv inv; const char *gone;
	} all[] = {
		{ { .by = TLB_REGIME }, "pgaswfb" },
		{ { .by = TLB_ASID, .asid = 5 }, "pswfb" },
		{ { .by = TLB_VA, .asid = 5, .addr = 0x1000, .size = 0x1000 }, "pgw" },
		{ { .by = TLB_VAA, .addr = 0x1000, .size = 0x1000, .leaf = true }, "pga" },
		{ { .by = TLB_VMALL }, "pgasiwWfb" },
		{ { .by = TLB_IPA, .addr = 0x1000, .size = 0x1000 }, "iW" },
		{ { .by = TLB_REGIME, .broadcast = true }, "pgaswfb" },
	};
	struct world *w = world_new("mmu-600", NULL);
	unsigned int i;

	set_vmw(w, 1);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		struct tlb_inv inv = all[i].inv;

		inv.use_vmid = true;
		inv.vmid = 6;
		gone(w, &inv, all[i].gone);
		inv.vmid = 5;
		gone(w, &inv, "");
	}
	world_free(w);
}

/* 6.3.9.1: CR0.VMW may be cached in a TLB, so a change reaches only what was cached behind it. */
static void wildcards_cached(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tlb_inv inv = { .by = TLB_VMALL, .use_vmid = true, .vmid = 6 };

	tlb_add(w->m, &entries[PLAIN]);
	set_vmw(w, 1);
	tlb_inv(w->m, &inv);
	assert_int_equal(w->m->tlb->nr, 1);
	/* Found again by a walk, it is new. */
	tlb_add(w->m, &entries[PLAIN]);
	assert_int_equal(w->m->tlb->nr, 1);
	set_vmw(w, 0);
	tlb_inv(w->m, &inv);
	assert_int_equal(w->m->tlb->nr, 1);
	set_vmw(w, 1);
	tlb_inv(w->m, &inv);
	assert_int_equal(w->m->tlb->nr, 0);
	world_free(w);
}

/*
 * 3.17.6: the tags keep all bits of the VMID, so that no lookup finds a neighbour's translation;
 * one command by VMID reaches both.
 */
static void wildcards_by_command(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct world_stream s[2];
	unsigned int i;

	world_up(w, true);
	world_write32(w, 0x20, world_read32(w, 0x20) | 1 << 6);
	world_run(w);
	for (i = 0; i < 2; i++) {
		s[i] = world_stream(w, 3 + i, 7, 0);
		s[i].ste[2] |= 8 + i;
		world_ste(w, 3 + i, s[i].ste);
		world_map(w, s[i].ttb, 0x5000, 0x20000000 + i * 0x1000);
		world_store(w, 0x20000000 + i * 0x1000, i);
	}
	for (i = 0; i < 4; i++) {
		struct model_access a = { .sid = 3 + (i & 1), .addr = 0x5000, .len = 8 };
		u64 v;

		assert_int_equal(model_dma(w->m, &a, &v), MODEL_DONE);
		assert_int_equal(v, i & 1);
	}
	assert_int_equal(w->m->count.tlb_hits, 2);
	world_cmd(w, 0x11 | 9ull << 32 | 7ull << 48, 0);		/* TLBI_NH_ASID, VMID 9 */
	world_sync(w);
	assert_int_equal(w->m->tlb->nr, 0);
	world_expect_silence(w);
	world_free(w);
}

/* VMSAv8-64: of a block that is cached in pieces, an invalidation of any byte takes every piece. */
static void pieces(void **state)
{
	static const char * const words[] = { "split=100", NULL };
	struct world *w = world_new("mmu-600", words);
	struct tree t = tree_new(w, 12, 39);
	struct context c = tree_context(&t, NULL);
	struct tlb_inv inv = {
		.by = TLB_VA, .use_vmid = true, .asid = 5, .addr = 0x5ff000, .size = 0x1000
	};
	u64 i, tries;

	tree_map(&t, 0x400000, 2, 0x800000, LEAF_S1);
	/* Until chance has cut it in more than one piece. */
	for (tries = 0; tries < 50 && w->m->tlb->fragments < 2; tries++) {
		tlb_inv_everything(w->m);
		for (i = 0; i < 0x200000; i += 0x1000)
			must_reach(w, &c, 0x400000 + i, 'r', 0x800000 + i);
	}
	assert_true(w->m->tlb->fragments > 1);
	tlb_inv(w->m, &inv);
	assert_int_equal(w->m->tlb->sizes[TLB_S1], 0);
	world_free(w);
}

/* What the referee asks after an unmap: by the tags that the stream has now. */
static void would_translate(void **state)
{
	struct world *w = world_new("mmu-600", NULL);
	struct tree t2 = tree_new_at(w, 12, 39, 1);
	struct context c = tree_context(NULL, &t2);
	struct world_stream s;
	char what[200] = "";
	u64 ste[8];

	world_up(w, true);
	s = world_stream(w, 3, 7, 0);
	world_map(w, s.ttb, 0x5000, 0x20000000);
	assert_false(tlb_would_translate(w->m, 3, 0, false, 0x5000, 8, what, sizeof(what)));
	assert_int_equal(world_dma(w, 3, 0x5000, MODEL_READ), MODEL_DONE);
	assert_true(tlb_would_translate(w->m, 3, 0, false, 0x4000, 0x1001, what, sizeof(what)));
	assert_non_null(strstr(what, "0x5000"));
	assert_false(tlb_would_translate(w->m, 3, 0, false, 0x4000, 0x1000, what, sizeof(what)));
	assert_false(tlb_would_translate(w->m, 4, 0, false, 0x5000, 8, what, sizeof(what)));
	world_make_ste_bypass(ste);
	world_ste(w, 4, ste);
	assert_false(tlb_would_translate(w->m, 4, 0, false, 0x5000, 8, what, sizeof(what)));
	world_ste(w, 5, c.ste);
	tree_map(&t2, 0x6000, 3, 0x20000000, LEAF_S2);
	assert_int_equal(world_dma(w, 5, 0x6000, MODEL_READ), MODEL_DONE);
	assert_true(tlb_would_translate(w->m, 5, 0, false, 0x6000, 8, what, sizeof(what)));
	world_tlbi_all(w);
	assert_false(tlb_would_translate(w->m, 3, 0, false, 0x5000, 8, what, sizeof(what)));
	world_expect_silence(w);
	world_free(w);
}

const struct CMUnitTest tlb_inv_tests[] = {
	cmocka_unit_test(scopes),     cmocka_unit_test(hints),
	cmocka_unit_test(broadcasts), cmocka_unit_test(vmid_wildcards),
	cmocka_unit_test(pieces),     cmocka_unit_test(would_translate),
	cmocka_unit_test(wildcards_everywhere), cmocka_unit_test(wildcards_cached),
	cmocka_unit_test(wildcards_by_command),
};

const size_t nr_tlb_inv_tests = ARRAY_SIZE(tlb_inv_tests);
