// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of btm.c: the CPUs' TLBI reach the TLB where BTM and PTM say so.
 * Arm IHI 0070, chapter 3.17 "TLB tagging", SMMU_IDR0.BTM, SMMU_CR2.PTM.
 */
#include "../control.h"
#include "count.h"

#define SID	0x20
#define VA	0x5000ull

static struct world *cached(const char *word, u32 cr2, struct world_stream *s)
{
	const char *const words[] = { word, NULL };
	struct world *w = world_new("maximal", words);
	u64 cd[8];

	world_up(w, true);
	if (cr2) {
		world_write32(w, 0x20, world_read32(w, 0x20) & ~1u);
		world_write32(w, 0x2c, cr2);
		world_write32(w, 0x20, world_read32(w, 0x20) | 1);
	}
	*s = world_stream(w, SID, 7, 0);
	/* ASET 0: the CPUs' maintenance is meant for it. */
	memcpy(cd, s->cd, sizeof(cd));
	cd[0] &= ~(1ull << 47);
	world_cd(w, SID, 0, s->cdtab, cd);
	world_map(w, s->ttb, VA, 0x10000000);
	assert_int_equal(world_dma(w, SID, VA, MODEL_READ), MODEL_DONE);
	/* Unmapped in memory; only the cache still translates. */
	world_store(w, world_pte(w, s->ttb, VA), 0);
	return w;
}

static bool hits(struct world *w)
{
	char what[200];

	return tlb_would_translate(w->m, SID, 0, false, VA, 8, what, sizeof(what));
}

static void check(enum model_dvm_by by, enum model_dvm_el el, u16 asid, u16 vmid, u64 addr,
		  bool left)
{
	const struct model_dvm d = {
		.by = by, .el = el, .asid = asid, .vmid = vmid, .addr = addr, .size = 4096
	};
	struct world_stream s;
	struct world *w = cached(NULL, 0, &s);

	assert_true(hits(w));
	model_dvm(w->m, &d);
	if (hits(w) != left)
		fail_msg("kind %d: wanted %d", by, left);
	assert_int_equal(model_counters(w->m)->dvm, 1);
	world_free(w);
}

static void test_kinds(void **state)
{
	check(MODEL_DVM_ALL, MODEL_DVM_EL1, 0, 9, 0, false);
	check(MODEL_DVM_VMALL, MODEL_DVM_EL1, 0, 0, 0, false);
	check(MODEL_DVM_VMALL, MODEL_DVM_EL1, 0, 9, 0, true);
	check(MODEL_DVM_VMALLS12, MODEL_DVM_EL1, 0, 0, 0, false);
	check(MODEL_DVM_ASID, MODEL_DVM_EL1, 7, 0, 0, false);
	check(MODEL_DVM_ASID, MODEL_DVM_EL1, 8, 0, 0, true);
	check(MODEL_DVM_VA, MODEL_DVM_EL1, 7, 0, VA, false);
	check(MODEL_DVM_VA, MODEL_DVM_EL1, 7, 0, VA + 4096, true);
	check(MODEL_DVM_VAA, MODEL_DVM_EL1, 0, 0, VA, false);
	check(MODEL_DVM_ALL, MODEL_DVM_EL2, 0, 0, 0, true);
	check(MODEL_DVM_ALL, MODEL_DVM_EL2_E2H, 0, 0, 0, true);
	check(MODEL_DVM_IPA, MODEL_DVM_EL1, 0, 9, VA, true);
}

/* Without BTM, or with PTM, the CPUs are not heard. */
static void test_not_taking_part(void **state)
{
	const struct model_dvm d = { .by = MODEL_DVM_ALL, .el = MODEL_DVM_EL1 };
	struct world_stream s;
	struct world *w = cached("btm=0", 0, &s);

	model_dvm(w->m, &d);
	assert_true(hits(w));
	world_free(w);
	w = cached(NULL, 6, &s);
	model_dvm(w->m, &d);
	assert_true(hits(w));
	world_free(w);
}

const struct CMUnitTest btm_tests[] = {
	cmocka_unit_test(test_kinds),
	cmocka_unit_test(test_not_taking_part),
};

const size_t nr_btm_tests = ARRAY_SIZE(btm_tests);
