// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small SMMUv3: what transactions meet, with every cache that the specification allows. Layer:
 * tests.
 *
 * ARM IHI 0070, 3.3 "Data structures and translation procedure", 3.21.3, 4.3, 4.4, chapter 5. Bits
 * by number, from the specification.
 *
 * Each 64-bit word of an entry is read at any instant: from one invalidation of it that a CMD_SYNC
 * completed to the next it may have, for the SMMU, any value that it has had meanwhile, in every
 * combination with the other words. All combinations are tried after every store and every
 * command.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "stub_smmu.h"

#define ADDR_52_6	0x000fffffffffffc0ULL
#define ADDR_52_12	0x000ffffffffff000ULL
#define ADDR_52_4	0x000ffffffffffff0ULL

static u64 bits(u64 word, unsigned int hi, unsigned int lo)
{
	return (word >> lo) & (~0ULL >> (63 - (hi - lo)));
}

/* ---------------------------------------------------------------- sights */

static void sight_add(struct smmu3_stub *stub, struct smmu3_stub_sight *sight, const __le64 *mem,
		      unsigned int words)
{
	unsigned int i, j;

	for (i = 0; i < words; i++) {
		u64 val = le64_to_cpu(READ_ONCE(mem[i]));

		for (j = 0; j < sight->nr[i] && sight->value[i][j] != val; j++)
			;
		if (j < sight->nr[i])
			continue;
		if (j == STUB_SIGHT_VALUES) {
			sight->full = true;
			smmu3_stub_bad(stub,
				       "word %u of an entry has more than %u values between two invalidations",
				       i, j);
			continue;
		}
		sight->value[i][j] = val;
		sight->nr[i]++;
	}
}

static void sight_forget(struct smmu3_stub_sight *sight)
{
	memset(sight, 0, sizeof(*sight));
}

/* One combination; @pick counts through them. Return: false after the last. */
static void sight_first(unsigned int *pick)
{
	memset(pick, 0, 8 * sizeof(*pick));
}

static void sight_pick(const struct smmu3_stub_sight *sight, const unsigned int *pick, u64 *q)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		q[i] = sight->nr[i] ? sight->value[i][pick[i]] : 0;
}

static bool sight_next(const struct smmu3_stub_sight *sight, unsigned int *pick)
{
	unsigned int i;

	for (i = 0; i < 8; i++) {
		if (++pick[i] < sight->nr[i])
			return true;
		pick[i] = 0;
	}
	return false;
}

/* ---------------------------------------------------------------- meaning */

bool smmu3_stub_txn_same(const struct smmu3_stub_txn *a, const struct smmu3_stub_txn *b)
{
	return a->fate == b->fate && a->ttb == b->ttb && a->tag == b->tag &&
	       !memcmp(a->v, b->v, sizeof(a->v));
}

const char *smmu3_stub_fate_name(u64 fate)
{
	static const char *const names[] = {
		"no valid STE", "abort",   "bypass",  "no such SubstreamID",
		"no valid CD",	"stage 1", "stage 2", "nested",
	};

	return fate < ARRAY_SIZE(names) ? names[fate] : "?";
}

static void txn_seen(struct smmu3_stub *stub, struct smmu3_stub_watch *watch,
		     const struct smmu3_stub_txn *txn)
{
	unsigned int i;

	for (i = 0; i < watch->nr_seen; i++) {
		if (smmu3_stub_txn_same(&watch->seen[i], txn))
			return;
	}
	if (i == STUB_SEEN) {
		smmu3_stub_bad(stub, "SID %#x: more than %u different fates", watch->sid,
			       STUB_SEEN);
		return;
	}
	watch->seen[watch->nr_seen++] = *txn;
}

/* A TLB fills with whatever is reachable; a tag belongs to one table until it is flushed. */
static void tlb_fill(struct smmu3_stub *stub, bool stage2, u64 tag, u64 ttb)
{
	struct smmu3_stub_tlb *tlb;
	unsigned int i;

	for (i = 0; i < stub->nr_tlb; i++) {
		tlb = &stub->tlb[i];
		if (tlb->stage2 != stage2 || tlb->tag != tag)
			continue;
		if (tlb->ttb != ttb)
			smmu3_stub_bad(stub,
				       "%s %#llx now means table %#llx, and translations of %#llx are still cached under it",
				       stage2 ? "VMID" : "ASID", tag, ttb, tlb->ttb);
		return;
	}
	if (stub->nr_tlb == STUB_TLB) {
		smmu3_stub_bad(stub, "more than %u tags in the TLB", STUB_TLB);
		return;
	}
	tlb = &stub->tlb[stub->nr_tlb++];
	tlb->stage2 = stage2;
	tlb->tag = tag;
	tlb->ttb = ttb;
	tlb->generation = stub->generation ? READ_ONCE(*stub->generation) : 0;
}

/* 5.4: TTB0 alone or nothing; the driver uses no TTB1. */
static void cd_meaning(const u64 *q, struct smmu3_stub_txn *txn)
{
	bool epd0 = bits(q[0], 14, 14), epd1 = bits(q[0], 30, 30);

	if (!bits(q[0], 31, 31)) {
		txn->fate = STUB_BAD_CD;
		memset(txn->v, 0, sizeof(txn->v));
		return;
	}
	txn->tag = bits(q[0], 63, 48);
	txn->v[4] = bits(q[0], 47, 32) | (u64)epd0 << 62 | (u64)epd1 << 63;
	if (!epd0) {
		txn->v[5] = bits(q[0], 13, 0);
		txn->ttb = q[1] & ADDR_52_4;
	}
	if (!epd1) {
		txn->v[6] = bits(q[0], 29, 16);
		txn->v[7] = q[2];
	}
	if (!epd0 || !epd1) {
		txn->v[8] = q[3];
		txn->v[9] = q[4];
		txn->v[10] = bits(q[0], 15, 15);
	}
}

/*
 * 5.2: the part that the STE decides. Return: true if a CD decides the rest; *index is which.
 */
static bool ste_meaning(const struct smmu3_stub_watch *watch, const u64 *q,
			struct smmu3_stub_txn *txn, u32 *index)
{
	unsigned int config = bits(q[0], 3, 1), cdmax = bits(q[0], 63, 59), dss = bits(q[1], 1, 0);
	bool s1 = config == 5 || config == 7, s2 = config == 6 || config == 7;

	memset(txn, 0, sizeof(*txn));
	if (!bits(q[0], 0, 0)) {
		txn->fate = STUB_BAD_STE;
		return false;
	}
	txn->fate = STUB_ABORT;
	if (config < 4)
		return false;
	if (watch->ssv && (!s1 || !cdmax || watch->ssid >> cdmax || (!watch->ssid && dss == 2))) {
		txn->fate = STUB_BAD_SSID;
		return false;
	}
	if (s1 && cdmax && !watch->ssv && dss == 0)
		return false;
	txn->v[0] = s1 || s2 ? bits(q[1], 29, 28) : 0;	/* EATS */
	txn->v[1] = bits(q[1], 43, 32) | bits(q[1], 51, 48) << 16 | bits(q[1], 19, 19) << 32;
	if (s2) {
		txn->v[2] = q[2];
		txn->v[3] = q[3] ^ (u64)bits(q[1], 25, 25) << 63;
	}
	txn->fate = s2 ? STUB_S2 : STUB_BYPASS;
	if (s2 && !s1) {
		txn->ttb = q[3] & ADDR_52_4;
		txn->tag = bits(q[2], 15, 0);
	}
	if (!s1 || (cdmax && !watch->ssv && dss == 1)) {
		txn->v[11] = bits(q[1], 45, 44);	/* SHCFG */
		return false;
	}
	txn->fate = s2 ? STUB_NESTED : STUB_S1;
	txn->v[12] = bits(q[1], 27, 27) | bits(q[1], 31, 30) << 4;
	if (!s2 && !bits(q[1], 31, 30))
		txn->v[13] = bits(q[2], 15, 0);
	*index = watch->ssv ? watch->ssid : 0;
	return true;
}

/* ---------------------------------------------------------------- where entries lie */

/* 5.1: the STE of a StreamID through the level 1 descriptor as cached; NULL: none. */
static const __le64 *ste_find(struct smmu3_stub *stub, struct smmu3_stub_watch *watch,
			      unsigned int l1_pick)
{
	u32 cfg = smmu3_stub_reg(stub, STUB_STRTAB_BASE_CFG), split = bits(cfg, 10, 6);
	__le64 *base = smmu3_stub_mem(smmu3_stub_reg64(stub, STUB_STRTAB_BASE) & ADDR_52_6);
	u64 l1;

	if (watch->sid >> bits(cfg, 5, 0))
		return NULL;
	if (!bits(cfg, 17, 16))
		return base + 8 * watch->sid;
	if (!l1_pick)
		sight_add(stub, &watch->ste_l1, base + (watch->sid >> split), 1);
	if (l1_pick >= watch->ste_l1.nr[0])
		return NULL;
	l1 = watch->ste_l1.value[0][l1_pick];
	/* Span n: 2^(n - 1) entries; 0: none. */
	if (!bits(l1, 4, 0) || (watch->sid & ((1u << split) - 1)) >> (bits(l1, 4, 0) - 1))
		return NULL;
	return (__le64 *)smmu3_stub_mem(l1 & ADDR_52_6) + 8 * (watch->sid & ((1u << split) - 1));
}

/* 5.3: the CD with this index, likewise. */
static const __le64 *cd_find(struct smmu3_stub *stub, struct smmu3_stub_watch *watch, u64 ste0,
			     u32 index, unsigned int l1_pick)
{
	__le64 *base = smmu3_stub_mem(ste0 & ADDR_52_6);
	unsigned int fmt = bits(ste0, 63, 59) ? bits(ste0, 5, 4) : 0, leaf = fmt == 1 ? 6 : 10;
	u64 l1;

	if (fmt == 0)
		return base + 8 * index;
	if (!l1_pick)
		sight_add(stub, &watch->cd_l1, base + (index >> leaf), 1);
	if (l1_pick >= watch->cd_l1.nr[0])
		return NULL;
	l1 = watch->cd_l1.value[0][l1_pick];
	if (!(l1 & 1))
		return NULL;
	return (__le64 *)smmu3_stub_mem(l1 & ADDR_52_12) + 8 * (index & ((1u << leaf) - 1));
}

/* ---------------------------------------------------------------- looking */

static void look_at_cds(struct smmu3_stub *stub, struct smmu3_stub_watch *watch, u64 ste0,
			u32 index, const struct smmu3_stub_txn *so_far)
{
	unsigned int pick[8], l1_pick = 0;
	struct smmu3_stub_txn txn;
	const __le64 *mem;
	u64 q[8];

	if (watch->cd_table != (ste0 & ADDR_52_6)) {
		sight_forget(&watch->cd_l1);
		sight_forget(&watch->cd);
		watch->cd_table = ste0 & ADDR_52_6;
	}
	do {
		mem = cd_find(stub, watch, ste0, index, l1_pick);
		if (mem) {
			sight_add(stub, &watch->cd, mem, 8);
			continue;
		}
		txn = *so_far;
		txn.fate = STUB_BAD_SSID;
		memset(txn.v, 0, sizeof(txn.v));
		txn_seen(stub, watch, &txn);
	} while (++l1_pick < watch->cd_l1.nr[0]);
	if (!watch->cd.nr[0])
		return;
	sight_first(pick);
	do {
		sight_pick(&watch->cd, pick, q);
		txn = *so_far;
		cd_meaning(q, &txn);
		txn_seen(stub, watch, &txn);
		if (txn.fate == STUB_S1 && txn.ttb)
			tlb_fill(stub, false, txn.tag, txn.ttb);
	} while (sight_next(&watch->cd, pick));
}

static void look(struct smmu3_stub *stub, struct smmu3_stub_watch *watch)
{
	unsigned int pick[8], l1_pick = 0;
	struct smmu3_stub_txn txn;
	const __le64 *mem;
	u32 index;
	u64 q[8];

	do {
		mem = ste_find(stub, watch, l1_pick);
		if (mem) {
			sight_add(stub, &watch->ste, mem, 8);
			continue;
		}
		memset(&txn, 0, sizeof(txn));
		txn.fate = STUB_BAD_STE;
		txn_seen(stub, watch, &txn);
	} while (++l1_pick < watch->ste_l1.nr[0]);
	if (!watch->ste.nr[0])
		return;
	sight_first(pick);
	do {
		sight_pick(&watch->ste, pick, q);
		if (ste_meaning(watch, q, &txn, &index)) {
			look_at_cds(stub, watch, q[0], index, &txn);
			continue;
		}
		txn_seen(stub, watch, &txn);
		if (txn.fate == STUB_S2)
			tlb_fill(stub, true, txn.tag, txn.ttb);
	} while (sight_next(&watch->ste, pick));
}

void smmu3_stub_observe(struct smmu3_stub *stub)
{
	unsigned int i;

	if (!(stub->reg[0][STUB_CR0ACK / 4] & STUB_CR0_SMMUEN))
		return;
	for (i = 0; i < stub->nr_watches; i++)
		look(stub, &stub->watch[i]);
	for (i = 0; stub->covers && i < stub->nr_tlb; i++) {
		if (!stub->covers(stub, &stub->tlb[i]))
			smmu3_stub_bad(stub,
				       "%s %#llx may be cached and the invalidation set of table %#llx does not name it",
				       stub->tlb[i].stage2 ? "VMID" : "ASID", stub->tlb[i].tag,
				       stub->tlb[i].ttb);
	}
}

/* ---------------------------------------------------------------- forgetting */

static void forget_ste(struct smmu3_stub_watch *watch, bool leaf)
{
	sight_forget(&watch->ste);
	if (!leaf)
		sight_forget(&watch->ste_l1);
	/* 4.3.1: and all CDs that were located through it. */
	sight_forget(&watch->cd);
	sight_forget(&watch->cd_l1);
}

static void apply_cfgi(struct smmu3_stub *stub, const u64 *q)
{
	u32 sid = q[0] >> 32, ssid = bits(q[0], 31, 12), op = q[0] & 0xff;
	unsigned int i;

	for (i = 0; i < stub->nr_watches; i++) {
		struct smmu3_stub_watch *watch = &stub->watch[i];
		u32 index = watch->ssv ? watch->ssid : 0;

		if (op == STUB_OP_CFGI_ALL)
			forget_ste(watch, false);
		else if (watch->sid != sid)
			continue;
		else if (op == STUB_OP_CFGI_STE)
			forget_ste(watch, q[1] & 1);
		else if (op == STUB_OP_CFGI_CD_ALL || (index == ssid && !(q[1] & 1)))
			sight_forget(&watch->cd_l1);
		if (op == STUB_OP_CFGI_CD_ALL ||
		    (op == STUB_OP_CFGI_CD && watch->sid == sid && index == ssid))
			sight_forget(&watch->cd);
	}
}

static void tlb_drop(struct smmu3_stub *stub, bool stage1, bool stage2, bool all, u64 tag)
{
	unsigned int i = 0;

	while (i < stub->nr_tlb) {
		struct smmu3_stub_tlb *tlb = &stub->tlb[i];

		if ((tlb->stage2 ? stage2 : stage1) && (all || tlb->tag == tag))
			*tlb = stub->tlb[--stub->nr_tlb];
		else
			i++;
	}
}

static void apply(struct smmu3_stub *stub, const u64 *q)
{
	switch (q[0] & 0xff) {
	case STUB_OP_CFGI_ALL:
		if (bits(q[1], 4, 0) != 31) {
			smmu3_stub_bad(stub, "CFGI_STE_RANGE is not modelled: %#llx", q[1]);
			break;
		}
		stub->cfg_clean = true;
		fallthrough;
	case STUB_OP_CFGI_STE:
	case STUB_OP_CFGI_CD:
	case STUB_OP_CFGI_CD_ALL:
		apply_cfgi(stub, q);
		break;
	case STUB_OP_TLBI_NSNH_ALL:
		stub->tlb_clean = true;
		tlb_drop(stub, true, true, true, 0);
		break;
	case STUB_OP_TLBI_NH_ASID:
		/* The tag of stage 1 alone is ASID and VMID; the driver's VMID is 0 there. */
		if (!bits(q[0], 47, 32))
			tlb_drop(stub, true, false, false, bits(q[0], 63, 48));
		break;
	case STUB_OP_TLBI_NH_VA:
		/*
		 * Only where tables have generations is it known that this was the address that
		 * changed.
		 */
		if (stub->generation)
			tlb_drop(stub, true, false, false, bits(q[0], 63, 48));
		break;
	case STUB_OP_TLBI_S12_VMALL:
		tlb_drop(stub, false, true, false, bits(q[0], 47, 32));
		break;
	}
}

void smmu3_stub_sync(struct smmu3_stub *stub)
{
	unsigned int i;

	for (i = 0; i < stub->nr_pending; i++)
		apply(stub, stub->pending[i]);
	stub->nr_pending = 0;
}

/* ---------------------------------------------------------------- for the cases */

unsigned int smmu3_stub_watch(struct smmu3_stub *stub, u32 sid, bool ssv, u32 ssid)
{
	struct smmu3_stub_watch *watch;
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&stub->lock, flags);
	i = min_t(unsigned int, stub->nr_watches, STUB_WATCHES - 1);
	watch = &stub->watch[i];
	memset(watch, 0, sizeof(*watch));
	watch->sid = sid;
	watch->ssv = ssv;
	watch->ssid = ssid;
	if (stub->nr_watches == STUB_WATCHES)
		smmu3_stub_bad(stub, "more than %u watches", STUB_WATCHES);
	else
		stub->nr_watches++;
	smmu3_stub_observe(stub);
	raw_spin_unlock_irqrestore(&stub->lock, flags);
	return i;
}

void smmu3_stub_mark(struct smmu3_stub *stub)
{
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&stub->lock, flags);
	for (i = 0; i < stub->nr_watches; i++)
		stub->watch[i].nr_seen = 0;
	smmu3_stub_observe(stub);
	raw_spin_unlock_irqrestore(&stub->lock, flags);
}

unsigned int smmu3_stub_now(struct smmu3_stub *stub, unsigned int watch, struct smmu3_stub_txn *txn)
{
	struct smmu3_stub_watch *w = &stub->watch[watch];
	unsigned int kept, nr;
	unsigned long flags;

	raw_spin_lock_irqsave(&stub->lock, flags);
	kept = w->nr_seen;
	memcpy(stub->keep, w->seen, kept * sizeof(*w->seen));
	w->nr_seen = 0;
	smmu3_stub_observe(stub);
	nr = w->nr_seen;
	memset(txn, 0, sizeof(*txn));
	if (nr)
		*txn = w->seen[0];
	memcpy(w->seen, stub->keep, kept * sizeof(*w->seen));
	w->nr_seen = kept;
	raw_spin_unlock_irqrestore(&stub->lock, flags);
	return nr;
}

bool smmu3_stub_is_stale(struct smmu3_stub *stub, u64 ttb, u64 generation)
{
	unsigned long flags;
	bool stale = false;
	unsigned int i;

	raw_spin_lock_irqsave(&stub->lock, flags);
	for (i = 0; i < stub->nr_tlb; i++)
		stale |= stub->tlb[i].ttb == ttb && stub->tlb[i].generation < generation;
	raw_spin_unlock_irqrestore(&stub->lock, flags);
	return stale;
}

bool smmu3_stub_reaches(struct smmu3_stub *stub, u64 ttb)
{
	unsigned int i;

	/* Whatever a watched transaction may reach goes into the TLB when it is looked at. */
	smmu3_stub_mark(stub);
	for (i = 0; i < stub->nr_tlb; i++) {
		if (stub->tlb[i].ttb == ttb)
			return true;
	}
	return false;
}
