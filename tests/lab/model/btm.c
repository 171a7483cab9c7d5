// SPDX-License-Identifier: GPL-2.0-only
/*
 * Broadcast TLB maintenance: what the CPUs' TLBI do here.
 * Arm IHI 0070, chapter 3.17 "TLB tagging", SMMU_IDR0.BTM, SMMU_CR2.PTM.
 * Invariant: with BTM and without PTM the maintenance is done before the CPU's DSB returns.
 */
#include "control.h"

void model_dvm(struct model *m, const struct model_dvm *d)
{
	static const enum tlb_inv_by by[] = {
		[MODEL_DVM_ALL] = TLB_REGIME, [MODEL_DVM_ASID] = TLB_ASID, [MODEL_DVM_VA] = TLB_VA,
		[MODEL_DVM_VAA] = TLB_VAA, [MODEL_DVM_VMALL] = TLB_REGIME,
		[MODEL_DVM_VMALLS12] = TLB_VMALL,
		[MODEL_DVM_IPA] = TLB_IPA,
	};
	static const enum regime regimes[] = {
		[MODEL_DVM_EL1] = REGIME_EL1, [MODEL_DVM_EL2] = REGIME_EL2,
		[MODEL_DVM_EL2_E2H] = REGIME_EL2_E2H,
	};
	struct tlb_inv inv = {
		.by = by[d->by], .regime = regimes[d->el],
		.use_vmid = m->f.s2p && d->el == MODEL_DVM_EL1,
		.asid = d->asid, .vmid = d->vmid, .addr = d->addr, .size = d->size, .leaf = d->leaf,
		.broadcast = true,
	};

	m->count.dvm++;
	if (!m->f.btm || (m->regs.cr2 & CR2_PTM))
		return;
	/* ALLE1: all of EL1, whatever the VMID. */
	if (d->by == MODEL_DVM_ALL && d->el == MODEL_DVM_EL1)
		inv.by = TLB_ALL;
	tlb_inv(m, &inv);
}
