// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands: encoders and text.
 *
 * ARM IHI 0070, chapter 4 "Commands". Layer 0.
 */
#include <linux/bitfield.h>
#include "cmd.h"
#include "regs.h"
#include "text.h"
#include "tlbi.h"

/* word 1 */
#define CMD_LEAF		BIT_ULL(0)
#define CMD_CFGI_RANGE		GENMASK_ULL(4, 0)
#define  CFGI_RANGE_ALL		31
#define CMD_ATC_SIZE		GENMASK_ULL(5, 0)
#define  ATC_SIZE_ALL		52
#define CMD_ADDR		GENMASK_ULL(63, 12)
#define CMD_PRI_GRPID		GENMASK_ULL(8, 0)
#define CMD_PRI_RESP_CODE	GENMASK_ULL(13, 12)
#define CMD_RESUME_STAG		GENMASK_ULL(15, 0)
/* word 0: Ac, Ab */
#define CMD_RESUME_ACTION	GENMASK_ULL(13, 12)

#define PREP(field, val)	(((u64)(val) << __bf_shf(field)) & (field))

static struct smmu3_cmd cmd_sid(u8 opcode, u32 sid, u64 w1)
{
	return (struct smmu3_cmd) {{ opcode | PREP(CMD_SID, sid), w1 }};
}

static struct smmu3_cmd cmd_ssid(u8 opcode, u32 sid, u32 ssid, bool ssv, u64 w1)
{
	struct smmu3_cmd cmd = cmd_sid(opcode, sid, w1);

	if (ssv)
		cmd.q[0] |= CMD_SSV | PREP(CMD_SSID, ssid);
	return cmd;
}

struct smmu3_cmd smmu3_cmd_cfgi_ste(u32 sid, bool leaf)
{
	return cmd_sid(CMD_CFGI_STE, sid, leaf ? CMD_LEAF : 0);
}

struct smmu3_cmd smmu3_cmd_cfgi_all(void)
{
	return cmd_sid(CMD_CFGI_STE_RANGE, 0, PREP(CMD_CFGI_RANGE, CFGI_RANGE_ALL));
}

/* CFGI_CD names its CD by number, 0 included: it has no SSV. */
struct smmu3_cmd smmu3_cmd_cfgi_cd(u32 sid, u32 ssid, bool leaf)
{
	struct smmu3_cmd cmd = cmd_sid(CMD_CFGI_CD, sid, leaf ? CMD_LEAF : 0);

	cmd.q[0] |= PREP(CMD_SSID, ssid);
	return cmd;
}

struct smmu3_cmd smmu3_cmd_cfgi_cd_all(u32 sid)
{
	return cmd_sid(CMD_CFGI_CD_ALL, sid, 0);
}

struct smmu3_cmd smmu3_cmd_prefetch_config(u32 sid)
{
	return cmd_sid(CMD_PREFETCH_CONFIG, sid, 0);
}

/* The EL2 commands and NSNH_ALL have no VMID, the EL2_ALL and S2 commands no ASID. */
static bool tlbi_has_vmid(u8 opcode)
{
	return opcode == CMD_TLBI_NH_ALL || opcode == CMD_TLBI_NH_ASID ||
	       opcode == CMD_TLBI_NH_VA || opcode == CMD_TLBI_NH_VAA ||
	       opcode == CMD_TLBI_S12_VMALL || opcode == CMD_TLBI_S2_IPA;
}

static bool tlbi_has_asid(u8 opcode)
{
	return opcode == CMD_TLBI_NH_ASID || opcode == CMD_TLBI_NH_VA ||
	       opcode == CMD_TLBI_EL2_ASID || opcode == CMD_TLBI_EL2_VA;
}

static bool tlbi_has_addr(u8 opcode)
{
	return opcode == CMD_TLBI_NH_VA || opcode == CMD_TLBI_NH_VAA || opcode == CMD_TLBI_EL2_VA ||
	       opcode == CMD_TLBI_EL2_VAA || opcode == CMD_TLBI_S2_IPA;
}

static struct smmu3_cmd cmd_tlbi(u8 opcode, u16 asid, u16 vmid)
{
	struct smmu3_cmd cmd = {{ opcode }};

	if (tlbi_has_asid(opcode))
		cmd.q[0] |= PREP(CMD_TLBI_ASID, asid);
	if (tlbi_has_vmid(opcode))
		cmd.q[0] |= PREP(CMD_TLBI_VMID, vmid);
	return cmd;
}

struct smmu3_cmd smmu3_cmd_tlbi_all(u8 opcode, u16 vmid)
{
	return cmd_tlbi(opcode, 0, vmid);
}

struct smmu3_cmd smmu3_cmd_tlbi_asid(u8 opcode, u16 asid, u16 vmid)
{
	return cmd_tlbi(opcode, asid, vmid);
}

struct smmu3_cmd smmu3_cmd_tlbi_addr(u8 opcode, u16 asid, u16 vmid)
{
	return cmd_tlbi(opcode, asid, vmid);
}

struct smmu3_cmd smmu3_cmd_atc_inv_all(u32 sid, u32 ssid, bool has_ssid)
{
	return cmd_ssid(CMD_ATC_INV, sid, ssid, has_ssid, PREP(CMD_ATC_SIZE, ATC_SIZE_ALL));
}

struct smmu3_cmd smmu3_cmd_atc_inv_range(u32 sid, u32 ssid, bool has_ssid, u64 iova, u64 last)
{
	u64 first_page = iova >> 12, last_page = last >> 12, differ = first_page ^ last_page;
	unsigned int lg2 = differ ? 64 - __builtin_clzll(differ) : 0;

	if (lg2 >= ATC_SIZE_ALL)
		return smmu3_cmd_atc_inv_all(sid, ssid, has_ssid);
	return cmd_ssid(CMD_ATC_INV, sid, ssid, has_ssid,
			((first_page >> lg2) << (lg2 + 12)) | PREP(CMD_ATC_SIZE, lg2));
}

struct smmu3_cmd smmu3_cmd_pri_resp(u32 sid, u32 ssid, bool has_ssid, u16 grpid,
				    enum smmu3_pri_resp resp)
{
	return cmd_ssid(CMD_PRI_RESP, sid, ssid, has_ssid,
			PREP(CMD_PRI_GRPID, grpid) | PREP(CMD_PRI_RESP_CODE, resp));
}

struct smmu3_cmd smmu3_cmd_resume(u32 sid, u16 stag, enum smmu3_resume action)
{
	struct smmu3_cmd cmd = cmd_sid(CMD_RESUME, sid, PREP(CMD_RESUME_STAG, stag));

	cmd.q[0] |= PREP(CMD_RESUME_ACTION, action);
	return cmd;
}

struct smmu3_cmd smmu3_cmd_stall_term(u32 sid)
{
	return cmd_sid(CMD_STALL_TERM, sid, 0);
}

struct smmu3_cmd smmu3_cmd_sync(void)
{
	return (struct smmu3_cmd) {{ CMD_SYNC | PREP(CMD_SYNC_CS, SYNC_CS_NONE) }};
}

struct smmu3_cmd smmu3_cmd_sync_sev(void)
{
	return (struct smmu3_cmd) {{ CMD_SYNC | PREP(CMD_SYNC_CS, SYNC_CS_SEV) }};
}

struct smmu3_cmd smmu3_cmd_sync_msi(u64 addr, u32 data)
{
	return (struct smmu3_cmd) {{
		CMD_SYNC | PREP(CMD_SYNC_CS, SYNC_CS_IRQ) | PREP(CMD_SYNC_MSH, SH_ISH) |
		PREP(CMD_SYNC_MSIATTR, MEMATTR_OIWB) | PREP(CMD_SYNC_MSIDATA, data),
		addr & CMD_SYNC_MSIADDR
	}};
}

static const char * const cmd_names[SMMU3_NR_OPCODES] = {
	[CMD_PREFETCH_CONFIG]	= "PREFETCH_CONFIG",
	[CMD_PREFETCH_ADDR]	= "PREFETCH_ADDR",
	[CMD_CFGI_STE]		= "CFGI_STE",
	[CMD_CFGI_STE_RANGE]	= "CFGI_STE_RANGE",
	[CMD_CFGI_CD]		= "CFGI_CD",
	[CMD_CFGI_CD_ALL]	= "CFGI_CD_ALL",
	[CMD_TLBI_NH_ALL]	= "TLBI_NH_ALL",
	[CMD_TLBI_NH_ASID]	= "TLBI_NH_ASID",
	[CMD_TLBI_NH_VA]	= "TLBI_NH_VA",
	[CMD_TLBI_NH_VAA]	= "TLBI_NH_VAA",
	[CMD_TLBI_EL2_ALL]	= "TLBI_EL2_ALL",
	[CMD_TLBI_EL2_ASID]	= "TLBI_EL2_ASID",
	[CMD_TLBI_EL2_VA]	= "TLBI_EL2_VA",
	[CMD_TLBI_EL2_VAA]	= "TLBI_EL2_VAA",
	[CMD_TLBI_S12_VMALL]	= "TLBI_S12_VMALL",
	[CMD_TLBI_S2_IPA]	= "TLBI_S2_IPA",
	[CMD_TLBI_NSNH_ALL]	= "TLBI_NSNH_ALL",
	[CMD_ATC_INV]		= "ATC_INV",
	[CMD_PRI_RESP]		= "PRI_RESP",
	[CMD_RESUME]		= "RESUME",
	[CMD_STALL_TERM]	= "STALL_TERM",
	[CMD_SYNC]		= "SYNC",
};

const char *smmu3_cmd_name(u8 opcode)
{
	return opcode < SMMU3_NR_OPCODES ? cmd_names[opcode] : NULL;
}

static void cmd_tlbi_text(struct smmu3_text *t, const u64 *q)
{
	u8 opcode = q[0] & CMD_OPCODE;

	if (tlbi_has_vmid(opcode))
		smmu3_text_add(t, " vmid=0x%llx", FIELD_GET(CMD_TLBI_VMID, q[0]));
	if (tlbi_has_asid(opcode))
		smmu3_text_add(t, " asid=0x%llx", FIELD_GET(CMD_TLBI_ASID, q[0]));
	if (!tlbi_has_addr(opcode))
		return;
	smmu3_text_add(t, " addr=0x%llx%s", q[1] & CMD_ADDR, q[1] & CMD_LEAF ? " leaf" : "");
	if (q[1] & CMD_TLBI_TG)
		smmu3_text_add(t, " tg=%lluK num=%llu scale=%llu ttl=%llu",
			       1ULL << (2 * FIELD_GET(CMD_TLBI_TG, q[1])),
			       FIELD_GET(CMD_TLBI_NUM, q[0]), FIELD_GET(CMD_TLBI_SCALE, q[0]),
			       FIELD_GET(CMD_TLBI_TTL, q[1]));
}

static void cmd_sync_text(struct smmu3_text *t, const u64 *q)
{
	static const char * const cs[] = { "none", "irq", "sev", "reserved" };

	smmu3_text_add(t, " cs=%s", cs[FIELD_GET(CMD_SYNC_CS, q[0])]);
	if (FIELD_GET(CMD_SYNC_CS, q[0]) == SYNC_CS_IRQ)
		smmu3_text_add(t, " msiaddr=0x%llx msidata=0x%llx", q[1] & CMD_SYNC_MSIADDR,
			       FIELD_GET(CMD_SYNC_MSIDATA, q[0]));
}

static void cmd_ssid_text(struct smmu3_text *t, const u64 *q)
{
	if (q[0] & CMD_SSV)
		smmu3_text_add(t, " ssid=0x%llx", FIELD_GET(CMD_SSID, q[0]));
}

int smmu3_cmd_to_text(char *buf, size_t sz, const struct smmu3_cmd *cmd)
{
	static const char * const resp[] = { "failure", "invalid", "success", "reserved" };
	static const char * const action[] = { "terminate", "retry", "abort", "retry" };
	struct smmu3_text t = smmu3_text_begin(buf, sz);
	u8 opcode = smmu3_cmd_opcode(cmd);
	const u64 *q = cmd->q;

	if (!smmu3_cmd_name(opcode)) {
		smmu3_text_add(&t, "UNKNOWN 0x%llx 0x%llx", q[0], q[1]);
		return t.len;
	}
	smmu3_text_add(&t, "%s", smmu3_cmd_name(opcode));
	if (opcode == CMD_SYNC) {
		cmd_sync_text(&t, q);
		return t.len;
	}
	if (opcode >= CMD_TLBI_NH_ALL && opcode <= CMD_TLBI_NSNH_ALL) {
		cmd_tlbi_text(&t, q);
		return t.len;
	}
	if (opcode == CMD_CFGI_STE_RANGE && FIELD_GET(CMD_CFGI_RANGE, q[1]) == CFGI_RANGE_ALL) {
		smmu3_text_add(&t, " all");
		return t.len;
	}
	smmu3_text_add(&t, " sid=0x%llx", FIELD_GET(CMD_SID, q[0]));
	switch (opcode) {
	case CMD_CFGI_STE_RANGE:
		smmu3_text_add(&t, " range=%llu", FIELD_GET(CMD_CFGI_RANGE, q[1]));
		break;
	case CMD_CFGI_CD:
		smmu3_text_add(&t, " ssid=0x%llx", FIELD_GET(CMD_SSID, q[0]));
		fallthrough;
	case CMD_CFGI_STE:
		smmu3_text_add(&t, "%s", q[1] & CMD_LEAF ? " leaf" : "");
		break;
	case CMD_PREFETCH_ADDR:
	case CMD_ATC_INV:
		cmd_ssid_text(&t, q);
		smmu3_text_add(&t, " addr=0x%llx size=%llu", q[1] & CMD_ADDR,
			       FIELD_GET(CMD_ATC_SIZE, q[1]));
		break;
	case CMD_PRI_RESP:
		cmd_ssid_text(&t, q);
		smmu3_text_add(&t, " grpid=0x%llx resp=%s", FIELD_GET(CMD_PRI_GRPID, q[1]),
			       resp[FIELD_GET(CMD_PRI_RESP_CODE, q[1])]);
		break;
	case CMD_RESUME:
		smmu3_text_add(&t, " stag=0x%llx action=%s", FIELD_GET(CMD_RESUME_STAG, q[1]),
			       action[FIELD_GET(CMD_RESUME_ACTION, q[0])]);
		break;
	}
	return t.len;
}

const char *smmu3_cerror_name(u8 err)
{
	switch (err) {
	case CERROR_NONE:
		return "CERROR_NONE";
	case CERROR_ILL:
		return "CERROR_ILL (illegal command)";
	case CERROR_ABT:
		return "CERROR_ABT (abort on command fetch)";
	case CERROR_ATC_INV_SYNC:
		return "CERROR_ATC_INV_SYNC (a device did not answer an ATC invalidation)";
	default:
		return "unknown command error";
	}
}
