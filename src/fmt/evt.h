/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event records.
 *
 * ARM IHI 0070, chapter 7 "Faults, errors and Event queue", 7.3. Layer 0.
 * A record is input from hardware: every value is legal to the decoder.
 */
#ifndef SMMU3_FMT_EVT_H
#define SMMU3_FMT_EVT_H

#include <linux/types.h>
#include <linux/bits.h>

#define EVT_QWORDS		4

#define EVT_F_UUT		0x01
#define EVT_C_BAD_STREAMID	0x02
#define EVT_F_STE_FETCH		0x03
#define EVT_C_BAD_STE		0x04
#define EVT_F_BAD_ATS_TREQ	0x05
#define EVT_F_STREAM_DISABLED	0x06
#define EVT_F_TRANSL_FORBIDDEN	0x07
#define EVT_C_BAD_SUBSTREAMID	0x08
#define EVT_F_CD_FETCH		0x09
#define EVT_C_BAD_CD		0x0a
#define EVT_F_WALK_EABT		0x0b
#define EVT_F_TRANSLATION	0x10
#define EVT_F_ADDR_SIZE		0x11
#define EVT_F_ACCESS		0x12
#define EVT_F_PERMISSION	0x13
#define EVT_F_TLB_CONFLICT	0x20
#define EVT_F_CFG_CONFLICT	0x21
#define EVT_E_PAGE_REQUEST	0x24
#define EVT_F_VMS_FETCH		0x25
#define EVT_IMPDEF_FIRST	0xe0
#define EVT_IMPDEF_LAST		0xef

enum smmu3_evt_class {
	EVT_CLASS_CD = 0,
	EVT_CLASS_TT = 1,
	EVT_CLASS_IN = 2,
	EVT_CLASS_RESERVED = 3
};

/**
 * struct smmu3_evt - one event, decoded
 * @raw: the record, CPU byte order
 * @type: EVT_*
 * @sid: StreamID
 * @ssid: SubstreamID; valid with @ssv
 * @ssv: the transaction had a SubstreamID
 * @has_sid: this type of event carries a StreamID
 * @has_addr: @addr is valid
 * @has_ipa: @ipa is valid
 * @has_access: @read, @priv, @insn are valid
 * @read: RnW; also valid for F_TRANSL_FORBIDDEN
 * @priv: PnU
 * @insn: InD
 * @s2: the fault is of stage 2
 * @class: what was being accessed; valid for the stage faults (0x10 to 0x13)
 * @stall: the transaction is stalled and waits for CMD_RESUME with @stag
 * @stag: stall tag
 * @reason: IMPLEMENTATION DEFINED reason where the type has one
 * @addr: InputAddr
 * @ipa: IPA of a stage 2 fault, or the address fetched (STE, CD, VMS, walk)
 * @config: tables, entries or registers are at fault (what software wrote), not what a
 *	device asked for: F_STE_FETCH, C_BAD_STE, F_CD_FETCH, F_WALK_EABT, F_TLB_CONFLICT,
 *	F_CFG_CONFLICT, F_VMS_FETCH. Not C_BAD_CD and C_BAD_SUBSTREAMID, which a device causes
 *	by a SubstreamID that nobody attached, nor C_BAD_STREAMID
 * @known: the type is one of the specification's
 */
struct smmu3_evt {
	u64	raw[EVT_QWORDS];
	u64	addr;
	u64	ipa;
	u32	sid;
	u32	ssid;
	u16	stag;
	u16	reason;
	u8	type;
	u8	class;
	bool	ssv, has_sid, has_addr, has_ipa, has_access;
	bool	read, priv, insn, s2, stall, config, known;
};

void smmu3_evt_decode(struct smmu3_evt *evt, const __le64 *record);
/* "F_TRANSLATION"; "IMPDEF" for 0xe0 to 0xef, "UNKNOWN" otherwise. */
const char *smmu3_evt_name(u8 type);
/* One line: name and every valid field. 256 bytes suffice. Returns characters written. */
int smmu3_evt_to_text(char *buf, size_t sz, const struct smmu3_evt *evt);

#endif
