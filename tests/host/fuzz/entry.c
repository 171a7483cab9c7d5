// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: bits in use, text and plan of any two entries. Layer: tests.
 *
 * Two entries that nobody made, such as firmware or a guest may leave: the plan must fit, end in
 * the new entry and at every single store be equal to the old or the new under the bits in use,
 * or say that it passes V = 0.
 */
#include "fmt/cd.h"
#include "fmt/ste.h"
#include "fuzz.h"

#define QW SMMU3_ENTRY_QWORDS

static bool equals(const __le64 *a, const __le64 *b, smmu3_entry_used_fn used)
{
	__le64 ua[QW], ub[QW];
	int i;

	used(a, ua);
	used(b, ub);
	for (i = 0; i < QW; i++) {
		if ((a[i] ^ b[i]) & (ua[i] | ub[i]))
			return false;
	}
	return true;
}

static void carry_out(const struct smmu3_entry_plan *plan, const __le64 *cur, const __le64 *target,
		      smmu3_entry_used_fn used, __le64 v)
{
	__le64 mem[QW];
	bool absent;
	int i;

	memcpy(mem, cur, sizeof(mem));
	FUZZ_ASSERT(plan->nr_stores <= SMMU3_ENTRY_MAX_STORES, "%u stores", plan->nr_stores);
	for (i = 0; i < plan->nr_stores; i++) {
		FUZZ_ASSERT(plan->store[i].qword < QW, "word %u", plan->store[i].qword);
		mem[plan->store[i].qword] = plan->store[i].value;
		absent = !plan->hitless && !(mem[0] & v);
		FUZZ_ASSERT(equals(mem, cur, used) || equals(mem, target, used) || absent,
			    "after store %d of %d the entry is neither old nor new", i + 1,
			    plan->nr_stores);
	}
	FUZZ_ASSERT(!memcmp(mem, target, sizeof(mem)), "the plan does not lead to the new entry");
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct smmu3_ste cur, target;
	struct smmu3_entry_plan plan;
	char buf[SMMU3_STE_TEXT_SZ];
	struct smmu3_cd cd;
	u8 cd_too;

	fuzz_take(&data, &size, &cd_too, 1);
	fuzz_take(&data, &size, &cur, sizeof(cur));
	fuzz_take(&data, &size, &target, sizeof(target));
	if (!(cd_too & 1)) {
		fuzz_check_text(buf, sizeof(buf), smmu3_ste_to_text(buf, sizeof(buf), &cur));
		smmu3_entry_plan(&plan, cur.q, target.q, smmu3_ste_used, cpu_to_le64(STE_V));
		carry_out(&plan, cur.q, target.q, smmu3_ste_used, cpu_to_le64(STE_V));
		return 0;
	}
	memcpy(&cd, &cur, sizeof(cd));
	fuzz_check_text(buf, 256, smmu3_cd_to_text(buf, 256, &cd));
	smmu3_entry_plan(&plan, cur.q, target.q, smmu3_cd_used, cpu_to_le64(CD_V));
	carry_out(&plan, cur.q, target.q, smmu3_cd_used, cpu_to_le64(CD_V));
	return 0;
}
