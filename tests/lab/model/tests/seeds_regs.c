// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seeded faults and their twins: registers, queues and commands.
 *
 * Arm IHI 0070, chapters 4 and 6. Each breach is by one rule alone.
 */
#include "seeds.h"

void set_cr0(struct world *w, u32 cr0)
{
	world_write32(w, CR0, cr0);
	world_run(w);
}

struct world_stream ats_stream(struct world *w, u32 sid, u16 asid)
{
	struct world_stream s = world_stream(w, sid, asid, 0);

	s.ste[1] |= 1 << 28;
	world_ste(w, sid, s.ste);
	world_map(w, s.ttb, 0x400000, 0x20000000);
	return s;
}

void atc_inv(struct world *w, u32 sid, u64 addr)
{
	world_cmd(w, 0x40 | (u64)sid << 32, addr);
}

void tlbi_va(struct world *w, u16 asid, u64 addr)
{
	world_cmd(w, 0x12 | (u64)asid << 48, addr | 1);
}

void tlbi_asid(struct world *w, u16 asid)
{
	world_cmd(w, 0x11 | (u64)asid << 48, 0);
	world_sync(w);
}

/* ---------------------------------------------------------------- registers */

void seed_reg_access_breach(struct world *w)
{
	model_mmio_read(w->m, 0x22, 4);
}

void seed_reg_access_behave(struct world *w)
{
	model_mmio_read(w->m, 0x20, 4);
	model_mmio_read(w->m, 0x80, 8);
}

void seed_reg_reserved_breach(struct world *w)
{
	set_cr0(w, world_read32(w, CR0) | 1u << 31);
}

void seed_reg_reserved_behave(struct world *w)
{
	set_cr0(w, world_read32(w, CR0));
}

void seed_reg_read_only_breach(struct world *w)
{
	world_write32(w, 0x0, 1);
}

void seed_reg_read_only_behave(struct world *w)
{
	world_read32(w, 0x0);
}

void seed_reg_strtab_live_breach(struct world *w)
{
	world_write64(w, 0x80, 1ull << 62 | WORLD_STRTAB | 1 << 16);
}

void seed_reg_strtab_live_behave(struct world *w)
{
	u32 cr0 = world_read32(w, CR0);

	set_cr0(w, cr0 & ~1u);
	seed_reg_strtab_live_breach(w);
	world_cfgi_all(w);
	set_cr0(w, cr0);
}

void seed_reg_queue_live_breach(struct world *w)
{
	world_write64(w, 0x90, 1ull << 62 | WORLD_CMDQ | 7);
}

void seed_reg_queue_live_behave(struct world *w)
{
	set_cr0(w, 0);
	seed_reg_queue_live_breach(w);
}

void seed_reg_cr1_live_breach(struct world *w)
{
	world_write32(w, 0x28, 0);
}

void seed_reg_cr1_live_behave(struct world *w)
{
	set_cr0(w, 0);
	seed_reg_cr1_live_breach(w);
}

void seed_reg_cr2_live_breach(struct world *w)
{
	world_write32(w, 0x2c, 0);
}

void seed_reg_cr2_live_behave(struct world *w)
{
	set_cr0(w, 0);
	seed_reg_cr2_live_breach(w);
}

void seed_reg_vmw_live_breach(struct world *w)
{
	tlbi_va(w, 3, 0x400000);
	world_run(w);
	set_cr0(w, world_read32(w, CR0) | 1 << 6);
}

void seed_reg_vmw_live_behave(struct world *w)
{
	u32 cr0 = world_read32(w, CR0);

	tlbi_va(w, 3, 0x400000);
	world_sync(w);
	set_cr0(w, cr0 | 1 << 6);
	world_tlbi_all(w);
	/* One without a VMID is none; nor is a write that leaves VMW as it is a change. */
	world_cmd(w, 0x30, 0);
	set_cr0(w, cr0 | 2 << 6);
	tlbi_va(w, 3, 0x400000);
	set_cr0(w, cr0 | 2 << 6);
	world_sync(w);
}

void seed_reg_update_pending_breach(struct world *w)
{
	u32 cr0 = world_read32(w, CR0);

	world_write32(w, CR0, cr0 & ~1u);
	world_write32(w, CR0, cr0);
	world_run(w);
}

void seed_reg_update_pending_behave(struct world *w)
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

void seed_reg_irq_live_breach(struct world *w)
{
	irq_ctrl(w, 1);
	world_write64(w, 0x68, 0x8000000);
}

void seed_reg_irq_live_behave(struct world *w)
{
	irq_ctrl(w, 0);
	world_write64(w, 0x68, 0x8000000);
	world_write32(w, 0x70, 7);
	world_write32(w, 0x74, 1);
	irq_ctrl(w, 1);
}

void seed_reg_gerrorn_breach(struct world *w)
{
	world_write32(w, 0x64, 1);
}

void seed_reg_gerrorn_behave(struct world *w)
{
	/* A command that cannot be read: GERROR.CMDQ_ERR; acknowledged once. */
	w->fail_reads = 1;
	world_cmd(w, 0x46, 0);
	world_run(w);
	assert_int_equal(world_read32(w, 0x60) & 1, 1);
	world_write32(w, 0x64, 1);
	world_run(w);
}

void seed_reg_enable_order_breach(struct world *w)
{
	set_cr0(w, 8);
}

void seed_reg_enable_order_behave(struct world *w)
{
	world_up(w, false);
}

void seed_queue_overrun_breach(struct world *w)
{
	int i;

	for (i = 0; i < 1 << WORLD_QUEUE_LG2; i++) {
		world_store(w, WORLD_CMDQ + i * 16, 0x46);
		world_store(w, WORLD_CMDQ + i * 16 + 8, 0);
	}
	world_write32(w, CMDQ_PROD,
		      (w->cmdq_prod + (1 << WORLD_QUEUE_LG2) + 1) & ((2 << WORLD_QUEUE_LG2) - 1));
	world_run(w);
}

void seed_queue_overrun_behave(struct world *w)
{
	int i;

	for (i = 0; i < 600; i++)
		world_sync(w);
}

void seed_queue_geometry_breach(struct world *w)
{
	world_write32(w, 0x28, 0xd75);
	world_write64(w, 0x90, 1ull << 62 | WORLD_CMDQ | (w->f.cmdqs + 1));
	world_write32(w, CMDQ_PROD, 0);
	world_write32(w, 0x9c, 0);
	set_cr0(w, 8);
}

void seed_queue_geometry_behave(struct world *w)
{
	world_up(w, true);
}

/* ---------------------------------------------------------------- commands */

void seed_cmd_illegal_breach(struct world *w)
{
	world_cmd(w, 0xff, 0);
	world_run(w);
}

void seed_cmd_illegal_behave(struct world *w)
{
	world_cfgi_all(w);
	world_tlbi_all(w);
}

void seed_cmd_reserved_breach(struct world *w)
{
	world_cmd(w, 0x03 | 8ull << 32, 1 | 1ull << 40);
	world_run(w);
}

void seed_cmd_reserved_behave(struct world *w)
{
	world_cfgi_ste(w, 8, true);
}

void seed_cmd_field_breach(struct world *w)
{
	world_cmd(w, 0x46 | 3 << 12, 0);
	world_run(w);
}

void seed_cmd_field_behave(struct world *w)
{
	world_cmd(w, 0x46 | 1 << 12, 0);
	world_run(w);
}

void seed_cmd_sync_atc_order_breach(struct world *w)
{
	struct world_stream s = ats_stream(w, 8, 3);

	tlbi_va(w, s.asid, 0x400000);
	atc_inv(w, 8, 0x400000);
	world_sync(w);
}

void seed_cmd_sync_atc_order_behave(struct world *w)
{
	struct world_stream s = ats_stream(w, 8, 3);

	tlbi_va(w, s.asid, 0x400000);
	world_sync(w);
	atc_inv(w, 8, 0x400000);
	world_sync(w);
}

void seed_cmd_atc_no_ats_breach(struct world *w)
{
	world_stream(w, 8, 3, 0);
	atc_inv(w, 8, 0x400000);
	world_sync(w);
}

void seed_cmd_atc_no_ats_behave(struct world *w)
{
	ats_stream(w, 8, 3);
	atc_inv(w, 8, 0x400000);
	world_sync(w);
}
