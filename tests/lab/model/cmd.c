// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands: every field checked, decoded, and performed.
 * Arm IHI 0070, chapter 4 "Commands".
 * Invariant: a command with a reserved bit is reported and done as if the bit were clear;
 * CERROR_ILL is for what the specification calls ILLEGAL.
 */
#include "control.h"

#define W0_OP		GENMASK(7, 0)
#define W0_SSEC		BIT(10)
#define W0_SSV		BIT(11)
#define W0_SSID		GENMASK(31, 12)
#define W0_SID		GENMASK(63, 32)
#define W0_NUM		GENMASK(16, 12)
#define W0_VMID		GENMASK(47, 32)
#define W0_ASID		GENMASK(63, 48)
#define W1_LEAF		BIT(0)
#define W1_TTL		GENMASK(9, 8)
#define W1_TG		GENMASK(11, 10)
#define W1_ADDR		GENMASK(63, 12)
#define W1_VA		(W1_LEAF | W1_TTL | W1_TG | W1_ADDR)

enum needs { NONE, S1 = 1, S2 = 2, HYP = 4, ATS = 8, PRI = 16, STALL = 32, NEVER = 64 };

struct form {
	const char *name;
	u64 w0, w1;		/* bits that the command has */
	unsigned int needs;
	bool ssec;
};

static const struct form forms[256] = {
	[CMD_PREFETCH_CONFIG] = { "CMD_PREFETCH_CONFIG", W0_SSV | W0_SSID | W0_SID, 0, NONE, true },
	[CMD_PREFETCH_ADDR] = { "CMD_PREFETCH_ADDR", W0_SSV | W0_SSID | W0_SID,
				GENMASK(63, 12) | GENMASK(9, 0), NONE, true },
	[CMD_CFGI_STE] = { "CMD_CFGI_STE", W0_SID, W1_LEAF, NONE, true },
	[CMD_CFGI_STE_RANGE] = { "CMD_CFGI_STE_RANGE", W0_SID, GENMASK(4, 0), NONE, true },
	[CMD_CFGI_CD] = { "CMD_CFGI_CD", W0_SSID | W0_SID, W1_LEAF, S1, true },
	[CMD_CFGI_CD_ALL] = { "CMD_CFGI_CD_ALL", W0_SID, 0, S1, true },
	[CMD_CFGI_VMS_PIDM] = { "CMD_CFGI_VMS_PIDM", W0_VMID, 0, NEVER, true },
	[CMD_TLBI_NH_ALL] = { "CMD_TLBI_NH_ALL", W0_VMID, 0, S1, false },
	[CMD_TLBI_NH_ASID] = { "CMD_TLBI_NH_ASID", W0_VMID | W0_ASID, 0, S1, false },
	[CMD_TLBI_NH_VA] = { "CMD_TLBI_NH_VA", W0_VMID | W0_ASID, W1_VA, S1, false },
	[CMD_TLBI_NH_VAA] = { "CMD_TLBI_NH_VAA", W0_VMID, W1_VA, S1, false },
	[CMD_TLBI_EL2_ALL] = { "CMD_TLBI_EL2_ALL", 0, 0, S1 | HYP, false },
	[CMD_TLBI_EL2_ASID] = { "CMD_TLBI_EL2_ASID", W0_ASID, 0, S1 | HYP, false },
	[CMD_TLBI_EL2_VA] = { "CMD_TLBI_EL2_VA", W0_ASID, W1_VA, S1 | HYP, false },
	[CMD_TLBI_EL2_VAA] = { "CMD_TLBI_EL2_VAA", 0, W1_VA, S1 | HYP, false },
	[CMD_TLBI_S12_VMALL] = { "CMD_TLBI_S12_VMALL", W0_VMID, 0, S2, false },
	[CMD_TLBI_S2_IPA] = { "CMD_TLBI_S2_IPA", W0_VMID, W1_VA & GENMASK(51, 0), S2, false },
	[CMD_TLBI_NSNH_ALL] = { "CMD_TLBI_NSNH_ALL", 0, 0, NONE, false },
	[CMD_ATC_INV] = { "CMD_ATC_INV", BIT(9) | W0_SSV | W0_SSID | W0_SID,
			  W1_ADDR | GENMASK(5, 0), ATS, false },
	[CMD_PRI_RESP] = { "CMD_PRI_RESP", W0_SSV | W0_SSID | W0_SID,
			   GENMASK(8, 0) | GENMASK(13, 12), PRI, false },
	[CMD_RESUME] = { "CMD_RESUME", GENMASK(13, 12) | W0_SID, GENMASK(15, 0), STALL, true },
	[CMD_STALL_TERM] = { "CMD_STALL_TERM", W0_SID, 0, STALL, true },
	[CMD_SYNC] = { "CMD_SYNC", GENMASK(13, 12) | GENMASK(27, 22) | GENMASK(63, 32),
		       GENMASK(51, 2), NONE, false },
};

const char *cmd_name(unsigned int op)
{
	return op < ARRAY_SIZE(forms) && forms[op].name ? forms[op].name : "no command";
}

static bool has(const struct model *m, unsigned int needs)
{
	const struct model_features *f = &m->f;

	return !(needs & NEVER) && (f->s1p || !(needs & S1)) && (f->s2p || !(needs & S2)) &&
	       (f->hyp || !(needs & HYP)) && (f->ats || !(needs & ATS)) &&
	       (f->pri || !(needs & PRI)) && (f->stall_model != 1 || !(needs & STALL));
}

static bool is_va(enum opcode op)
{
	return op == CMD_TLBI_NH_VA || op == CMD_TLBI_NH_VAA || op == CMD_TLBI_EL2_VA ||
	       op == CMD_TLBI_EL2_VAA || op == CMD_TLBI_S2_IPA;
}

/* What SMMUv3.0 has not: Stride of a prefetch (4.2.2), physical address bits 51:48 (4.1.6). */
static u64 later_bits(const struct model *m, enum opcode op)
{
	if (m->f.aidr)
		return 0;
	if (op == CMD_PREFETCH_ADDR)
		return GENMASK(9, 5);
	return op == CMD_TLBI_S2_IPA || op == CMD_SYNC ? GENMASK(51, 48) : 0;
}

/* ---------------------------------------------------------------- range and level (4.4.1) */

/* The address bits that must be zero for these hints, as a mask. */
static u64 hint_alignment(const struct model *m, unsigned int tg, unsigned int ttl)
{
	static const u8 top[4][4] = {
		[1] = { 0, 29, 20, 0 }, [2] = { 13, 13, 24, 13 }, [3] = { 15, 41, 28, 15 },
	};
	unsigned int high = top[tg][ttl];

	if (tg == 2 && ttl == 1 && m->f.ds)
		high = 35;
	return high ? GENMASK(high, 12) : 0;
}

static enum cerror decode_range(struct model *m, const u64 w[2], struct command *c)
{
	u64 scale_bits = m->f.ds ? GENMASK(25, 20) : GENMASK(24, 20);
	unsigned int num = field(w[0], 16, 12), scale = (w[0] & scale_bits) >> 20;
	unsigned int tg = field(w[1], 11, 10), ttl = field(w[1], 9, 8);
	static const u8 granule_lg2[] = { 12, 12, 14, 16 };
	struct tlb_inv *t = &c->tlb;
	u64 misaligned;

	t->addr = w[1] & W1_ADDR;
	if (c->op == CMD_TLBI_S2_IPA)
		t->addr &= GENMASK(51, 12);
	t->size = 4096;
	t->leaf = w[1] & W1_LEAF;
	if (!m->f.ril || tg == 0) {
		if (num || scale || ttl)
			referee_report(m, RULE_CMD_RESERVED,
				       "%s: NUM %u SCALE %u TTL %u without %s", cmd_name(c->op),
				       num, scale, ttl, m->f.ril ? "TG" : "IDR3.RIL");
		return CERROR_NONE;
	}
	if (tg == 2 && ttl == 1 && !m->f.ds) {
		referee_report(m, RULE_CMD_FIELD, "%s: TTL 1 is reserved with 16 KiB",
			       cmd_name(c->op));
		ttl = 0;
	}
	if (!num && !scale && !ttl) {
		referee_report(m, RULE_CMD_FIELD, "%s: TG %u with NUM, SCALE and TTL 0",
			       cmd_name(c->op), tg);
		return CERROR_ILL;
	}
	misaligned = t->addr & hint_alignment(m, tg, ttl);
	if (misaligned)
		referee_report(m, RULE_CMD_FIELD,
			       "%s: address 0x%llx is not aligned for TG %u TTL %u",
			       cmd_name(c->op), (unsigned long long)t->addr, tg, ttl);
	if (scale > 39)
		scale = 39;
	t->size = (u64)(num + 1) << scale << granule_lg2[tg];
	if (scale + granule_lg2[tg] >= 58 || t->addr + t->size < t->addr)
		t->size = 0 - t->addr;
	t->tg = (u8)tg;
	t->ttl = (u8)ttl;
	return CERROR_NONE;
}

/* ---------------------------------------------------------------- TLBI (4.4.2, 4.4.3) */

static const struct {
	enum tlb_inv_by by;
	bool el2, vmid, asid;
} tlbis[CMD_TLBI_NSNH_ALL + 1] = {
	[CMD_TLBI_NH_ALL] = { TLB_REGIME, false, true, false },
	[CMD_TLBI_NH_ASID] = { TLB_ASID, false, true, true },
	[CMD_TLBI_NH_VA] = { TLB_VA, false, true, true },
	[CMD_TLBI_NH_VAA] = { TLB_VAA, false, true, false },
	[CMD_TLBI_EL2_ALL] = { TLB_REGIME, true, false, false },
	[CMD_TLBI_EL2_ASID] = { TLB_ASID, true, false, true },
	[CMD_TLBI_EL2_VA] = { TLB_VA, true, false, true },
	[CMD_TLBI_EL2_VAA] = { TLB_VAA, true, false, false },
	[CMD_TLBI_S12_VMALL] = { TLB_VMALL, false, true, false },
	[CMD_TLBI_S2_IPA] = { TLB_IPA, false, true, false },
	[CMD_TLBI_NSNH_ALL] = { TLB_ALL, false, false, false },
};

bool cmd_names_vmid(unsigned int op)
{
	return op < ARRAY_SIZE(tlbis) && tlbis[op].vmid;
}

static void check_tags(struct model *m, const struct command *c)
{
	const struct tlb_inv *t = &c->tlb;

	if (t->vmid && !m->f.s2p)
		referee_report(m, RULE_CMD_FIELD, "%s: VMID %u without stage 2", cmd_name(c->op),
			       t->vmid);
	else if (t->vmid > 255 && !m->f.vmid16)
		referee_report(m, RULE_CMD_FIELD, "%s: VMID %u needs 16 bits", cmd_name(c->op),
			       t->vmid);
	if (t->asid > 255 && !m->f.asid16)
		referee_report(m, RULE_CMD_FIELD, "%s: ASID %u needs 16 bits", cmd_name(c->op),
			       t->asid);
}

static enum cerror decode_tlbi(struct model *m, const u64 w[2], struct command *c)
{
	struct tlb_inv *t = &c->tlb;

	t->by = tlbis[c->op].by;
	if (tlbis[c->op].el2)
		t->regime = m->regs.cr2 & CR2_E2H ? REGIME_EL2_E2H : REGIME_EL2;
	t->use_vmid = tlbis[c->op].vmid && m->f.s2p;
	if (tlbis[c->op].vmid)
		t->vmid = (u16)field(w[0], 47, 32);
	if (tlbis[c->op].asid)
		t->asid = (u16)field(w[0], 63, 48);
	check_tags(m, c);
	m->count.tlbi++;
	return is_va(c->op) ? decode_range(m, w, c) : CERROR_NONE;
}

/* ---------------------------------------------------------------- the others */

static void check_stream(struct model *m, const struct command *c, bool substream)
{
	/* 4.3.2: the lowest Range + 1 bits are ignored. */
	u64 sid = c->op == CMD_CFGI_STE_RANGE ? c->sid & ~(BIT(c->range + 1) - 1) : c->sid;

	if (sid >> m->f.sidsize)
		referee_report(m, RULE_CMD_FIELD, "%s: StreamID 0x%x, IDR1.SIDSIZE is %u",
			       cmd_name(c->op), c->sid, m->f.sidsize);
	if (substream && (c->ssid >> m->f.ssidsize || (c->ssv && !m->f.ssidsize)))
		referee_report(m, RULE_CMD_FIELD, "%s: SubstreamID 0x%x, IDR1.SSIDSIZE is %u",
			       cmd_name(c->op), c->ssid, m->f.ssidsize);
}

static enum cerror decode_stream(struct model *m, const u64 w[2], struct command *c)
{
	c->sid = (u32)(w[0] >> 32);
	switch (c->op) {
	case CMD_CFGI_STE_RANGE:
		c->range = (u8)field(w[1], 4, 0);
		check_stream(m, c, false);
		return CERROR_NONE;
	case CMD_CFGI_CD:
	case CMD_CFGI_STE:
	case CMD_CFGI_CD_ALL:
		if (c->op == CMD_CFGI_CD)
			c->ssid = (u32)field(w[0], 31, 12);
		c->leaf = w[1] & W1_LEAF;
		check_stream(m, c, c->op == CMD_CFGI_CD);
		return CERROR_NONE;
	case CMD_RESUME:
	case CMD_STALL_TERM:
		c->resp = c->op == CMD_RESUME ? (u8)field(w[0], 13, 12) : 0;
		c->stag = c->op == CMD_RESUME ? (u16)w[1] : 0;
		check_stream(m, c, false);
		return CERROR_NONE;
	default:
		c->ssv = w[0] & W0_SSV;
		c->ssid = (u32)field(w[0], 31, 12);
		check_stream(m, c, c->ssv);
		return CERROR_NONE;
	}
}

static enum cerror decode_atc_inv(struct model *m, const u64 w[2], struct command *c)
{
	unsigned int size = field(w[1], 5, 0);

	decode_stream(m, w, c);
	c->global = (w[0] & BIT(9)) && c->ssv;
	if (size > 52) {
		referee_report(m, RULE_CMD_FIELD, "CMD_ATC_INV: Size %u", size);
		return CERROR_ILL;
	}
	c->span_lg2 = (u8)(size + 12);
	c->addr = size == 52 ? 0 : w[1] & GENMASK(63, 12) & ~(BIT(c->span_lg2) - 1);
	return CERROR_NONE;
}

static enum cerror decode_pri_resp(struct model *m, const u64 w[2], struct command *c)
{
	decode_stream(m, w, c);
	c->prgi = (u16)field(w[1], 8, 0);
	c->resp = (u8)field(w[1], 13, 12);
	if (c->resp != 3)
		return CERROR_NONE;
	referee_report(m, RULE_CMD_FIELD, "CMD_PRI_RESP: Resp 3");
	return CERROR_ILL;
}

static enum cerror decode_sync(struct model *m, const u64 w[2], struct command *c)
{
	u64 attr = field(w[0], 27, 24);

	c->signal = (u8)field(w[0], 13, 12);
	c->msi_data = (u32)(w[0] >> 32);
	c->msi_addr = w[1] & GENMASK(51, 2);
	/* The MSI's attributes count where one is sent, and MSH where MSIAttr leaves a choice. */
	if (c->signal == SYNC_IRQ && m->f.msi && c->msi_addr &&
	    (memattr_reserved(attr) || (field(w[0], 23, 22) == 1 && !memattr_fixes_sh(attr))))
		referee_report(m, RULE_CMD_FIELD, "CMD_SYNC: MSH %u, MSIAttr 0x%x is reserved",
			       (unsigned int)field(w[0], 23, 22), (unsigned int)attr);
	if (c->signal != 3)
		return CERROR_NONE;
	referee_report(m, RULE_CMD_FIELD, "CMD_SYNC: CS 3");
	return CERROR_ILL;
}

enum cerror cmd_decode(struct model *m, const u64 w[2], struct command *c)
{
	unsigned int op = field(w[0], 7, 0);
	const struct form *form = &forms[op];
	u64 w0 = form->w0 | W0_OP, w1 = form->w1 & ~later_bits(m, op);

	*c = (struct command){ .op = op };
	if (!form->name || !has(m, form->needs)) {
		referee_report(m, RULE_CMD_ILLEGAL,
			       "%s (0x%02x) is no command of this SMMU: %016llx %016llx",
			       cmd_name(op), op, (unsigned long long)w[0],
			       (unsigned long long)w[1]);
		return CERROR_ILL;
	}
	if (form->ssec && (w[0] & W0_SSEC)) {
		referee_report(m, RULE_CMD_FIELD, "%s: SSec in a non-secure queue", form->name);
		return CERROR_ILL;
	}
	if (is_va(op))
		w0 |= W0_NUM | (m->f.ds ? GENMASK(25, 20) : GENMASK(24, 20));
	if ((w[0] & ~w0) || (w[1] & ~w1))
		referee_report(m, RULE_CMD_RESERVED,
			       "%s: %016llx %016llx has reserved bits %016llx %016llx", form->name,
			       (unsigned long long)w[0], (unsigned long long)w[1],
			       (unsigned long long)(w[0] & ~w0),
			       (unsigned long long)(w[1] & ~w1));
	if (cmd_is_tlbi(op))
		return decode_tlbi(m, w, c);
	switch (op) {
	case CMD_ATC_INV: return decode_atc_inv(m, w, c);
	case CMD_PRI_RESP: return decode_pri_resp(m, w, c);
	case CMD_SYNC: return decode_sync(m, w, c);
	default: return decode_stream(m, w, c);
	}
}

/* ---------------------------------------------------------------- effects */

static void prefetch(struct model *m, const struct command *c)
{
	struct context context;
	struct event e;
	bool silent;

	/* 4.2: no event whatever is found, and nothing at all while the SMMU is off. */
	if (!cr0_on(m, CR0_SMMUEN) || !model_chance(m, m->f.prefetch))
		return;
	m->count.prefetches++;
	config_lookup(m, c->sid, c->ssid, c->ssv, &context, &e, &silent);
}

void cmd_perform(struct model *m, const struct command *c)
{
	if (cmd_is_tlbi(c->op)) {
		tlb_inv(m, &c->tlb);
		return;
	}
	if (cmd_is_cfgi(c->op))
		m->count.cfgi++;
	switch (c->op) {
	case CMD_CFGI_STE:
		config_inv_ste(m, c->sid, c->leaf);
		break;
	case CMD_CFGI_STE_RANGE:
		config_inv_ste_range(m, c->sid, c->range);
		break;
	case CMD_CFGI_CD:
		config_inv_cd(m, c->sid, c->ssid, c->leaf);
		break;
	case CMD_CFGI_CD_ALL:
		config_inv_cd_all(m, c->sid);
		break;
	case CMD_PRI_RESP:
		pri_resp(m, c);
		break;
	case CMD_RESUME:
		stall_resume(m, c);
		break;
	case CMD_STALL_TERM:
		stall_term(m, c->sid);
		break;
	default:
		prefetch(m, c);
		break;
	}
}
