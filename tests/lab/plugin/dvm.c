// SPDX-License-Identifier: GPL-2.0-only
/*
 * Broadcast TLB maintenance of the guest's CPUs becomes what an SMMU receives as DVM messages.
 * Arm IHI 0070, "Broadcast TLB maintenance".
 *
 * Invariant: the server has answered before the TLBI is executed. That is earlier than a DSB
 * demands, and safe: the tables were changed before the TLBI in program order, so nothing can be
 * cached anew that the TLBI should remove.
 */
#include "plugin.h"
#include "tlbi.h"
#include <stdint.h>
#include <stdio.h>

static enum dvm_mode dvm_mode;
static u64 dvm_seen, dvm_sent;

void dvm_init(enum dvm_mode mode) { dvm_mode = mode; }

static void tlbi_execute(unsigned int vcpu, void *userdata)
{
	u32 insn = (u32)(uintptr_t)userdata;
	struct wire_packet p = { .type = WIRE_DVM };
	struct tlbi_cpu cpu;
	struct model_dvm d;
	unsigned int rt;

	__atomic_fetch_add(&dvm_seen, 1, __ATOMIC_RELAXED);
	cpu = (struct tlbi_cpu){
		.el = field(regs_system(REG_CPSR), 3, 2),
		.hcr = regs_system(REG_HCR_EL2),
		.vttbr = regs_system(REG_VTTBR_EL2),
		.vtcr = regs_system(REG_VTCR_EL2),
		.tcr_el1 = regs_system(REG_TCR_EL1),
		.tcr_el2 = regs_system(REG_TCR_EL2),
	};
	tlbi_is(insn, &rt);
	if (!tlbi_decode(insn, regs_x(rt), &cpu, &d))
		return;
	__atomic_fetch_add(&dvm_sent, 1, __ATOMIC_RELAXED);
	if (dvm_mode == DVM_DROP)
		return;
	p.dvm.by = d.by;
	p.dvm.el = d.el;
	p.dvm.leaf = d.leaf;
	p.dvm.asid = d.asid;
	p.dvm.vmid = d.vmid;
	p.dvm.addr = d.addr;
	p.dvm.size = d.size;
	link_ask(vcpu, &p);
}

void dvm_translate(struct qemu_plugin_insn *insn, u32 word)
{
	unsigned int rt;

	if (dvm_mode != DVM_OFF && tlbi_is(word, &rt))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, tlbi_execute, QEMU_PLUGIN_CB_R_REGS,
						       (void *)(uintptr_t)word);
}

void dvm_sum_up(void)
{
	if (dvm_mode != DVM_OFF)
		fprintf(stderr, "plugin: %llu TLBI, %llu broadcast and %s\n",
			(unsigned long long)dvm_seen, (unsigned long long)dvm_sent,
			dvm_mode == DVM_DROP ? "dropped" : "forwarded");
}
