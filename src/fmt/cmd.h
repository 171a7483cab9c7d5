/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands.
 *
 * ARM IHI 0070, chapter 4 "Commands". Layer 0.
 * A command is built once, in CPU order; the queue stores it little-endian. Encoders take
 * values that fit their fields; what does not fit is masked off, never spilled.
 */
#ifndef SMMU3_FMT_CMD_H
#define SMMU3_FMT_CMD_H

#include <linux/types.h>
#include <linux/bits.h>

#define CMD_PREFETCH_CONFIG	0x01
#define CMD_PREFETCH_ADDR	0x02
#define CMD_CFGI_STE		0x03
#define CMD_CFGI_STE_RANGE	0x04	/* with range 31: CMD_CFGI_ALL */
#define CMD_CFGI_CD		0x05
#define CMD_CFGI_CD_ALL		0x06
#define CMD_TLBI_NH_ALL		0x10
#define CMD_TLBI_NH_ASID	0x11
#define CMD_TLBI_NH_VA		0x12
#define CMD_TLBI_NH_VAA		0x13
#define CMD_TLBI_EL2_ALL	0x20
#define CMD_TLBI_EL2_ASID	0x21
#define CMD_TLBI_EL2_VA		0x22
#define CMD_TLBI_EL2_VAA	0x23
#define CMD_TLBI_S12_VMALL	0x28
#define CMD_TLBI_S2_IPA		0x2a
#define CMD_TLBI_NSNH_ALL	0x30
#define CMD_ATC_INV		0x40
#define CMD_PRI_RESP		0x41
#define CMD_RESUME		0x44
#define CMD_STALL_TERM		0x45
#define CMD_SYNC		0x46
#define SMMU3_NR_OPCODES	0x48

#define CMD_OPCODE		GENMASK_ULL(7, 0)
#define CMD_SSV			BIT_ULL(11)
#define CMD_SSID		GENMASK_ULL(31, 12)
#define CMD_SID			GENMASK_ULL(63, 32)

/* CMD_SYNC */
#define CMD_SYNC_CS		GENMASK_ULL(13, 12)
#define  SYNC_CS_NONE		0
#define  SYNC_CS_IRQ		1	/* MSI write to the given address */
#define  SYNC_CS_SEV		2
#define CMD_SYNC_MSH		GENMASK_ULL(23, 22)
#define CMD_SYNC_MSIATTR	GENMASK_ULL(27, 24)
#define CMD_SYNC_MSIDATA	GENMASK_ULL(63, 32)
#define CMD_SYNC_MSIADDR	GENMASK_ULL(55, 2)

/* CMDQ_CONS.ERR */
#define CERROR_NONE		0
#define CERROR_ILL		1
#define CERROR_ABT		2
#define CERROR_ATC_INV_SYNC	3

/* CMD_PRI_RESP response, CMD_RESUME action */
enum smmu3_pri_resp { PRI_RESP_FAILURE = 0, PRI_RESP_INVALID = 1, PRI_RESP_SUCCESS = 2 };
enum smmu3_resume { RESUME_TERMINATE = 0, RESUME_RETRY = 1, RESUME_ABORT = 2 };

/**
 * struct smmu3_cmd - one command
 * @q: two words, CPU byte order
 */
struct smmu3_cmd {
	u64 q[2];
};

/* The opcode of a command. */
static inline u8 smmu3_cmd_opcode(const struct smmu3_cmd *cmd)
{
	return cmd->q[0] & 0xff;
}

struct smmu3_cmd smmu3_cmd_cfgi_ste(u32 sid, bool leaf);
struct smmu3_cmd smmu3_cmd_cfgi_all(void);
struct smmu3_cmd smmu3_cmd_cfgi_cd(u32 sid, u32 ssid, bool leaf);
struct smmu3_cmd smmu3_cmd_cfgi_cd_all(u32 sid);
struct smmu3_cmd smmu3_cmd_prefetch_config(u32 sid);
/*
 * opcode: CMD_TLBI_{NH,EL2}_ALL, CMD_TLBI_S12_VMALL, CMD_TLBI_NSNH_ALL; vmid where the opcode has
 * one
 */
struct smmu3_cmd smmu3_cmd_tlbi_all(u8 opcode, u16 vmid);
/* opcode: CMD_TLBI_{NH,EL2}_ASID; vmid only for NH */
struct smmu3_cmd smmu3_cmd_tlbi_asid(u8 opcode, u16 asid, u16 vmid);
/*
 * opcode: CMD_TLBI_{NH,EL2}_VA, CMD_TLBI_S2_IPA, with address and range 0:
 * the template that smmu3_tlbi_next() completes.
 */
struct smmu3_cmd smmu3_cmd_tlbi_addr(u8 opcode, u16 asid, u16 vmid);
/* ATC_INV of everything of (sid, ssid); ssid 0 and has_ssid false: the requests without PASID */
struct smmu3_cmd smmu3_cmd_atc_inv_all(u32 sid, u32 ssid, bool has_ssid);
/* ATC_INV of the smallest naturally aligned power-of-two span over [iova, last] */
struct smmu3_cmd smmu3_cmd_atc_inv_range(u32 sid, u32 ssid, bool has_ssid, u64 iova, u64 last);
struct smmu3_cmd smmu3_cmd_pri_resp(u32 sid, u32 ssid, bool has_ssid, u16 grpid,
				    enum smmu3_pri_resp resp);
struct smmu3_cmd smmu3_cmd_resume(u32 sid, u16 stag, enum smmu3_resume action);
struct smmu3_cmd smmu3_cmd_stall_term(u32 sid);
struct smmu3_cmd smmu3_cmd_sync(void);				/* CS = SIG_NONE */
struct smmu3_cmd smmu3_cmd_sync_sev(void);
struct smmu3_cmd smmu3_cmd_sync_msi(u64 addr, u32 data);	/* inner shareable write-back */

/* "CFGI_STE", lower case with @lower; NULL for what is no opcode. */
const char *smmu3_cmd_name(u8 opcode);
/* One line: name and every field; returns characters written. 128 bytes suffice. */
int smmu3_cmd_to_text(char *buf, size_t sz, const struct smmu3_cmd *cmd);
/* Text of CMDQ_CONS.ERR, never NULL. */
const char *smmu3_cerror_name(u8 err);

#endif
