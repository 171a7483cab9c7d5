// SPDX-License-Identifier: GPL-2.0-only
/*
 * TLB invalidation: exactly what a command or a broadcast must reach is dropped, all else stays.
 *
 * Arm IHI 0070, 4.4 "TLB invalidation", 4.4.1.1 "Range-based invalidation and level hint", 3.17 for
 * broadcasts and 3.17.6 "VMID Wildcards".
 * Invariant: what the architecture lets survive survives; what it does not is gone when tlb_inv()
 * returns.
 */
#include <stdio.h>

#include "tlb.h"

#define CR0_VMW(cr0)	field(cr0, 8, 6)

u16 tlb_vmid_ignored(const struct model *m)
{
	unsigned int vmw = m->f.vmw ? CR0_VMW(m->regs.cr0ack) : 0;

	/* 6.3 SMMU_CR0: reserved values behave as 0. */
	return vmw > 4 ? 0 : BIT(vmw) - 1;
}

static bool vmid_hit(const struct model *m, const struct tlb_entry *e, const struct tlb_inv *inv)
{
	u16 differ = e->tag.vmid ^ inv->vmid;

	if (!inv->use_vmid || !e->tag.vmid_used)
		return true;
	/* 6.3 SMMU_CR0.VMW may be cached in a TLB: what has changed since need not hold for @e. */
	return !(differ & ~tlb_vmid_ignored(m)) && !(differ & ~e->vmid_ignored);
}

/*
 * Any byte that the entry's descriptor maps lies in the range. Addresses are compared without a tag
 * in the top byte.
 */
static bool addr_hit(const struct tlb_entry *e, const struct tlb_inv *inv)
{
	bool va = e->kind == TLB_S1 || e->kind == TLB_WALK1;
	u64 first = e->addr & ~(BIT(e->span) - 1), last = first | (BIT(e->span) - 1);
	u64 from = va ? sign_extend(inv->addr, 55) : inv->addr,
	    to = from + (inv->size ? inv->size - 1 : 0);

	if (va) {
		first = sign_extend(first, 55);
		last = sign_extend(last, 55);
	}
	if (to < from)
		to = ~0ull;
	return first <= to && last >= from;
}

/* 4.4.1.1: TG and TTL say which entries are meant. Others need not go. */
static bool hint_hit(const struct model *m, const struct tlb_entry *e, const struct tlb_inv *inv)
{
	static const u8 granule[4] = { 0, 12, 14, 16 };
	u8 ttl = inv->ttl & 3, tg = inv->tg & 3;

	if (!tg)
		return true;
	if (e->granule != granule[tg])
		return false;
	if (tg == 2 && ttl == 1 && !m->f.ds)
		ttl = 0;
	if (!ttl)
		return true;
	/* The leaf is at level TTL; table descriptors on the way to it are above. */
	return tlb_is_walk(e) ? e->level < ttl : e->level == ttl;
}

static bool stage1_hit(const struct model *m, const struct tlb_entry *e, const struct tlb_inv *inv)
{
	bool walk = e->kind == TLB_WALK1, by_asid = inv->by == TLB_ASID || inv->by == TLB_VA;
	bool has_asid = e->tag.regime != REGIME_EL2;

	if (e->kind != TLB_S1 && !walk)
		return false;
	/* EL2_ALL reaches both of EL2's regimes. */
	if (inv->by == TLB_REGIME && inv->regime != REGIME_EL1)
		return e->tag.regime != REGIME_EL1;
	if (e->tag.regime != inv->regime || (inv->regime == REGIME_EL1 && !vmid_hit(m, e, inv)))
		return false;
	if (inv->by == TLB_REGIME)
		return true;
	if (inv->by == TLB_ASID)
		return has_asid && !e->global && e->tag.asid == inv->asid &&
		       !(inv->broadcast && e->tag.aset);
	if (inv->leaf && walk)
		return false;
	if (by_asid && has_asid && !(e->global && !walk) && e->tag.asid != inv->asid)
		return false;
	if (by_asid && has_asid && inv->broadcast && e->tag.aset)
		return false;
	return addr_hit(e, inv) && hint_hit(m, e, inv);
}

static bool must_go(const struct model *m, const struct tlb_entry *e, const struct tlb_inv *inv)
{
	switch (inv->by) {
	case TLB_ALL:
		return inv->regime == REGIME_EL1 ? e->tag.regime == REGIME_EL1
						 : e->tag.regime != REGIME_EL1;
	case TLB_VMALL:
		return e->tag.regime == REGIME_EL1 && vmid_hit(m, e, inv);
	case TLB_IPA:
		/* Entries that hold both stages are stage 1's to invalidate. */
		return (e->kind == TLB_S2 || (e->kind == TLB_WALK2 && !inv->leaf)) &&
		       vmid_hit(m, e, inv) && addr_hit(e, inv) && hint_hit(m, e, inv);
	default:
		return stage1_hit(m, e, inv);
	}
}

/* 3.17: what the CPUs maintain by their broadcasts. */
static bool listens_for(const struct model *m, const struct tlb_entry *e)
{
	return m->f.btm && !(m->regs.cr2 & CR2_PTM) && !e->tag.aset;
}

/*
 * Same tag and address, and yet it stays: for the referee, if its table is gone meanwhile. When a
 * table that the CPUs maintain is gone for good only their DSB says, which nobody sees here.
 */
static void note_survivor(struct model *m, struct tlb_entry *e, const struct tlb_inv *inv)
{
	struct tlb_inv all = *inv;

	if (!tlb_is_walk(e) || listens_for(m, e))
		return;
	all.leaf = false;
	all.tg = 0;
	if (must_go(m, e, &all))
		tlb_note_survivor(m, e);
}

void tlb_inv(struct model *m, const struct tlb_inv *inv)
{
	struct tlb *t = m->tlb;
	s32 i;

	/* 3.17: with PTM, and where broadcasts are not implemented, they are not listened to. */
	if (inv->broadcast && (!m->f.btm || (m->regs.cr2 & CR2_PTM)))
		return;
	for (i = (s32)t->nr - 1; i >= 0; i--) {
		if (must_go(m, &t->e[i], inv))
			tlb_drop(t, i);
		else if (inv->leaf || inv->tg)
			note_survivor(m, &t->e[i], inv);
	}
}

bool tlb_would_translate(struct model *m, u32 sid, u32 ssid, bool ssv, u64 addr, u64 len,
			 char *what, size_t what_sz)
{
	struct want w = { .r = true, .probe = true };
	struct tlb_inv range = { .addr = addr, .size = len };
	struct tlb *t = m->tlb;
	struct context c;
	struct event ev;
	struct tlb_tag tag;
	bool silent;
	u32 i;

	if (!t->nr || !config_resolve(m, sid, ssid, ssv, &w, &c, &ev, &silent) || (!c.s1 && !c.s2))
		return false;
	tlb_tag_of(m, &c, !c.s1, &tag);
	for (i = 0; i < t->nr; i++) {
		const struct tlb_entry *e = &t->e[i];
		struct tlb_entry own = *e;

		own.span = own.lg2;
		if (e->kind != (c.s1 ? TLB_S1 : TLB_S2) || !tlb_tag_matches(e, &tag) ||
		    !addr_hit(&own, &range))
			continue;
		snprintf(what, what_sz,
			 "TLB: 0x%llx + 0x%llx -> 0x%llx (level %d, ASID %u, VMID %u%s)",
			 (unsigned long long)e->addr, (unsigned long long)BIT(e->lg2),
			 (unsigned long long)e->out, e->level, e->tag.asid, e->tag.vmid,
			 e->global ? ", global" : "");
		return true;
	}
	return false;
}
