// SPDX-License-Identifier: GPL-2.0-only
/*
 * TLBI decoding. Arm ARM (DDI 0487), "TLB maintenance instructions".
 *
 * Invariant: when in doubt more is invalidated, never less, except with the reserved granule of a
 * range, with which no CPU invalidates anything that software could rely on.
 */
#include "tlbi.h"

#define HCR_FB BIT(9)
#define HCR_TGE BIT(27)
#define HCR_E2H BIT(34)
#define TCR_EL1_DS BIT(59) /* also of TCR_EL2 with E2H */
#define TCR_EL2_DS BIT(32) /* without; and of VTCR_EL2 */
#define VTCR_VS BIT(19)

enum operand { OP_NONE, OP_ASID, OP_VA, OP_RANGE, OP_IPA, OP_IPA_RANGE };

struct form {
	u8 op1, op2;
	enum operand operand;
	enum model_dvm_by by;
	bool leaf;
};

/* Forms by address, ASID or none of them, and forms by range; CRm says which of the two. */
static const struct form plain_forms[] = {
	{ 0, 0, OP_NONE, MODEL_DVM_VMALL, false },
	{ 0, 1, OP_VA, MODEL_DVM_VA, false },
	{ 0, 2, OP_ASID, MODEL_DVM_ASID, false },
	{ 0, 3, OP_VA, MODEL_DVM_VAA, false },
	{ 0, 5, OP_VA, MODEL_DVM_VA, true },
	{ 0, 7, OP_VA, MODEL_DVM_VAA, true },
	{ 4, 0, OP_NONE, MODEL_DVM_ALL, false }, /* ALLE2 */
	{ 4, 1, OP_VA, MODEL_DVM_VA, false },
	{ 4, 4, OP_NONE, MODEL_DVM_ALL, false }, /* ALLE1 */
	{ 4, 5, OP_VA, MODEL_DVM_VA, true },
	{ 4, 6, OP_NONE, MODEL_DVM_VMALLS12, false },
};

static const struct form range_forms[] = {
	{ 0, 1, OP_RANGE, MODEL_DVM_VA, false },
	{ 0, 3, OP_RANGE, MODEL_DVM_VAA, false },
	{ 0, 5, OP_RANGE, MODEL_DVM_VA, true },
	{ 0, 7, OP_RANGE, MODEL_DVM_VAA, true },
	{ 4, 1, OP_RANGE, MODEL_DVM_VA, false },
	{ 4, 2, OP_NONE, MODEL_DVM_VMALLS12, false }, /* VMALLWS2E1 */
	{ 4, 5, OP_RANGE, MODEL_DVM_VA, true },
};

/* By IPA: CRm 0 is inner shareable; CRm 4 mixes outer shareable and local forms. */
static const struct form ipa_is_forms[] = {
	{ 4, 1, OP_IPA, MODEL_DVM_IPA, false },
	{ 4, 2, OP_IPA_RANGE, MODEL_DVM_IPA, false },
	{ 4, 5, OP_IPA, MODEL_DVM_IPA, true },
	{ 4, 6, OP_IPA_RANGE, MODEL_DVM_IPA, true },
};

static const struct form ipa_os_forms[] = {
	{ 4, 0, OP_IPA, MODEL_DVM_IPA, false },
	{ 4, 3, OP_IPA_RANGE, MODEL_DVM_IPA, false },
	{ 4, 4, OP_IPA, MODEL_DVM_IPA, true },
	{ 4, 7, OP_IPA_RANGE, MODEL_DVM_IPA, true },
};

/* By CRm. Local forms by IPA are not here: HCR_EL2.FB is for EL1, which has none. */
static const struct group {
	const struct form *forms;
	size_t nr;
	bool local;
} groups[16] = {
	[0] = { ipa_is_forms, ARRAY_SIZE(ipa_is_forms), false },
	[1] = { plain_forms, ARRAY_SIZE(plain_forms), false },
	[2] = { range_forms, ARRAY_SIZE(range_forms), false },
	[3] = { plain_forms, ARRAY_SIZE(plain_forms), false },
	[4] = { ipa_os_forms, ARRAY_SIZE(ipa_os_forms), false },
	[5] = { range_forms, ARRAY_SIZE(range_forms), false },
	[6] = { range_forms, ARRAY_SIZE(range_forms), true },
	[7] = { plain_forms, ARRAY_SIZE(plain_forms), true },
};

bool tlbi_is(u32 insn, unsigned int *rt)
{
	/* SYS with CRn 8, or 9 for the nXS forms, which differ only in what a DSB waits for. */
	if ((insn & 0xfff8e000) != 0xd5088000)
		return false;
	*rt = field(insn, 4, 0);
	return true;
}

static const struct form *form_find(u32 insn, const struct group *g)
{
	size_t i;

	for (i = 0; i < g->nr; i++)
		if (g->forms[i].op1 == field(insn, 18, 16) && g->forms[i].op2 == field(insn, 7, 5))
			return &g->forms[i];
	return NULL;
}

/* Whose entries: EL1 forms are of EL2&0 where a host runs with E2H, and HCR_TGE, set. */
static enum model_dvm_el regime(const struct form *f, const struct tlbi_cpu *cpu)
{
	bool e2h = cpu->hcr & HCR_E2H;

	if (f->op1 == 0)
		return cpu->el >= 2 && e2h && cpu->hcr & HCR_TGE ? MODEL_DVM_EL2_E2H
								 : MODEL_DVM_EL1;
	if (f->operand >= OP_IPA || f->by == MODEL_DVM_VMALLS12 ||
	    (f->by == MODEL_DVM_ALL && f->op2 == 4))
		return MODEL_DVM_EL1;
	return e2h ? MODEL_DVM_EL2_E2H : MODEL_DVM_EL2;
}

/* TCR.DS of the regime: with it the base of a range counts 64 KiB, whatever the granule. */
static bool large_addresses(const struct form *f, enum model_dvm_el el, const struct tlbi_cpu *cpu)
{
	if (f->operand == OP_IPA_RANGE)
		return cpu->vtcr & TCR_EL2_DS;
	switch (el) {
	case MODEL_DVM_EL1: return cpu->tcr_el1 & TCR_EL1_DS;
	case MODEL_DVM_EL2: return cpu->tcr_el2 & TCR_EL2_DS;
	default: return cpu->tcr_el2 & TCR_EL1_DS;
	}
}

static bool range_decode(u64 xt, bool ds, bool ipa, struct model_dvm *d)
{
	unsigned int granule = 10 + 2 * field(xt, 47, 46);
	u64 base = field(xt, 36, 0);

	if (granule == 10)
		return false;
	d->addr = (ipa ? base : sign_extend(base, 36)) << (ds ? 16 : granule);
	d->size = (field(xt, 43, 39) + 1) << (5 * field(xt, 45, 44) + 1) << granule;
	return true;
}

bool tlbi_decode(u32 insn, u64 xt, const struct tlbi_cpu *cpu, struct model_dvm *d)
{
	const struct group *g = &groups[field(insn, 11, 8)];
	const struct form *f;
	unsigned int rt;

	if (!tlbi_is(insn, &rt) || cpu->el == 0)
		return false;
	f = form_find(insn, g);
	if (!f || (f->op1 == 4 && cpu->el < 2))
		return false;
	/* A hypervisor may have its guests' local maintenance broadcast. */
	if (g->local && !(cpu->el == 1 && cpu->hcr & HCR_FB))
		return false;
	*d = (struct model_dvm){ .by = f->by, .el = regime(f, cpu), .leaf = f->leaf };
	if (d->by == MODEL_DVM_VMALL && d->el == MODEL_DVM_EL2_E2H)
		d->by = MODEL_DVM_ALL;
	if (d->el == MODEL_DVM_EL1 && d->by != MODEL_DVM_ALL)
		d->vmid = field(cpu->vttbr, cpu->vtcr & VTCR_VS ? 63 : 55, 48);
	if (d->by == MODEL_DVM_ASID || (d->by == MODEL_DVM_VA && d->el != MODEL_DVM_EL2))
		d->asid = field(xt, 63, 48);
	switch (f->operand) {
	case OP_VA:
	case OP_IPA:
		d->addr = f->operand == OP_VA ? sign_extend(field(xt, 43, 0), 43) << 12
					      : field(xt, 43, 0) << 12;
		d->size = 4096;
		return true;
	case OP_RANGE:
	case OP_IPA_RANGE:
		return range_decode(xt, large_addresses(f, d->el, cpu), f->operand == OP_IPA_RANGE,
				    d);
	default: return true;
	}
}
