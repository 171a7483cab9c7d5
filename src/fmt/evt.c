// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event records: decoder and text.
 *
 * ARM IHI 0070, 7.3 "Event records". Layer 0.
 */
#include <linux/array_size.h>
#include <linux/bitfield.h>
#include <linux/string.h>
#include "evt.h"
#include "text.h"

/* word 0 */
#define EVT_0_TYPE	GENMASK_ULL(7, 0)
#define EVT_0_SSV	BIT_ULL(11)
#define EVT_0_SSID	GENMASK_ULL(31, 12)
#define EVT_0_SID	GENMASK_ULL(63, 32)
/* word 1 */
#define EVT_1_STAG	GENMASK_ULL(15, 0)
#define EVT_1_REASON	GENMASK_ULL(15, 0)
#define EVT_1_STALL	BIT_ULL(31)
#define EVT_1_PNU	BIT_ULL(33)
#define EVT_1_IND	BIT_ULL(34)
#define EVT_1_RNW	BIT_ULL(35)
#define EVT_1_S2	BIT_ULL(39)
#define EVT_1_CLASS	GENMASK_ULL(41, 40)
/* word 2: InputAddr; some types have only its page */
#define EVT_2_PAGE	GENMASK_ULL(63, 12)
/* word 3 */
#define EVT_3_IPA	GENMASK_ULL(55, 12)
#define EVT_3_FETCHADDR	GENMASK_ULL(55, 3)

/* What a type of event carries beside StreamID, SSV and SubstreamID. */
#define HAS_ADDR	BIT(0)	/* InputAddr */
#define HAS_PAGE	BIT(1)	/* InputAddr[63:12] */
#define HAS_RNW		BIT(2)
#define HAS_ACCESS	BIT(3)	/* RnW, PnU, InD */
#define HAS_STAGE	BIT(4)	/* S2, CLASS */
#define HAS_IPA		BIT(5)	/* valid for a stage 2 fault */
#define HAS_FETCH	BIT(6)	/* FetchAddr */
#define HAS_STALL	BIT(7)	/* Stall, STAG */
#define HAS_REASON	BIT(8)
#define HAS_SSID	BIT(9)	/* SubstreamID always valid, no SSV */
#define IS_CONFIG	BIT(10)	/* what software wrote is at fault, not what a device asked for */
#define HAS_S2		BIT(11)	/* S2 without CLASS */

#define STAGE_FAULT	(HAS_ADDR | HAS_ACCESS | HAS_STAGE | HAS_IPA | HAS_STALL)

static const struct {
	const char *name;
	u16 has;
} evt_types[] = {
	[EVT_F_UUT]		= { "F_UUT", HAS_ADDR | HAS_ACCESS | HAS_REASON },
	[EVT_C_BAD_STREAMID]	= { "C_BAD_STREAMID" },
	[EVT_F_STE_FETCH]	= { "F_STE_FETCH", HAS_FETCH | HAS_REASON | IS_CONFIG },
	[EVT_C_BAD_STE]		= { "C_BAD_STE", IS_CONFIG },
	[EVT_F_BAD_ATS_TREQ]	= { "F_BAD_ATS_TREQ", HAS_PAGE },
	[EVT_F_STREAM_DISABLED]	= { "F_STREAM_DISABLED" },
	[EVT_F_TRANSL_FORBIDDEN] = { "F_TRANSL_FORBIDDEN", HAS_ADDR | HAS_RNW },
	[EVT_C_BAD_SUBSTREAMID]	= { "C_BAD_SUBSTREAMID", HAS_SSID },
	[EVT_F_CD_FETCH]	= { "F_CD_FETCH", HAS_FETCH | HAS_REASON | IS_CONFIG },
	[EVT_C_BAD_CD]		= { "C_BAD_CD" },
	[EVT_F_WALK_EABT]	= { "F_WALK_EABT", HAS_ADDR | HAS_ACCESS | HAS_STAGE | HAS_FETCH |
				    HAS_REASON | IS_CONFIG },
	[EVT_F_TRANSLATION]	= { "F_TRANSLATION", STAGE_FAULT },
	[EVT_F_ADDR_SIZE]	= { "F_ADDR_SIZE", STAGE_FAULT },
	[EVT_F_ACCESS]		= { "F_ACCESS", STAGE_FAULT },
	[EVT_F_PERMISSION]	= { "F_PERMISSION", STAGE_FAULT },
	[EVT_F_TLB_CONFLICT]	= { "F_TLB_CONFLICT", HAS_ADDR | HAS_ACCESS | HAS_S2 | HAS_IPA |
				    HAS_REASON | IS_CONFIG },
	[EVT_F_CFG_CONFLICT]	= { "F_CFG_CONFLICT", HAS_REASON | IS_CONFIG },
	[EVT_E_PAGE_REQUEST]	= { "E_PAGE_REQUEST", HAS_PAGE },
	[EVT_F_VMS_FETCH]	= { "F_VMS_FETCH", HAS_FETCH | HAS_REASON | IS_CONFIG },
};

static bool evt_known(u8 type)
{
	return type < ARRAY_SIZE(evt_types) && evt_types[type].name;
}

static void evt_decode_known(struct smmu3_evt *evt, unsigned int has)
{
	u64 w1 = evt->raw[1];

	evt->has_sid = true;
	evt->sid = FIELD_GET(EVT_0_SID, evt->raw[0]);
	evt->ssid = FIELD_GET(EVT_0_SSID, evt->raw[0]);
	evt->ssv = (evt->raw[0] & EVT_0_SSV) || (has & HAS_SSID);
	evt->config = has & IS_CONFIG;

	evt->has_addr = has & (HAS_ADDR | HAS_PAGE);
	if (evt->has_addr)
		evt->addr = has & HAS_PAGE ? evt->raw[2] & EVT_2_PAGE : evt->raw[2];
	evt->has_access = has & HAS_ACCESS;
	if (has & (HAS_ACCESS | HAS_RNW))
		evt->read = w1 & EVT_1_RNW;
	if (has & HAS_ACCESS) {
		evt->priv = w1 & EVT_1_PNU;
		evt->insn = w1 & EVT_1_IND;
	}
	if (has & (HAS_STAGE | HAS_S2))
		evt->s2 = w1 & EVT_1_S2;
	if (has & HAS_STAGE)
		evt->class = FIELD_GET(EVT_1_CLASS, w1);
	if (has & HAS_STALL) {
		evt->stall = w1 & EVT_1_STALL;
		if (evt->stall)
			evt->stag = FIELD_GET(EVT_1_STAG, w1);
	}
	if (has & HAS_REASON)
		evt->reason = FIELD_GET(EVT_1_REASON, w1);
	if (has & HAS_FETCH) {
		evt->has_ipa = true;
		evt->ipa = evt->raw[3] & EVT_3_FETCHADDR;
	} else if ((has & HAS_IPA) && evt->s2) {
		evt->has_ipa = true;
		evt->ipa = evt->raw[3] & EVT_3_IPA;
	}
}

void smmu3_evt_decode(struct smmu3_evt *evt, const __le64 *record)
{
	unsigned int i;

	memset(evt, 0, sizeof(*evt));
	for (i = 0; i < EVT_QWORDS; i++)
		evt->raw[i] = le64_to_cpu(record[i]);
	evt->type = FIELD_GET(EVT_0_TYPE, evt->raw[0]);
	evt->known = evt_known(evt->type);
	if (evt->known)
		evt_decode_known(evt, evt_types[evt->type].has);
}

const char *smmu3_evt_name(u8 type)
{
	if (evt_known(type))
		return evt_types[type].name;
	if (type >= EVT_IMPDEF_FIRST && type <= EVT_IMPDEF_LAST)
		return "IMPDEF";
	return "UNKNOWN";
}

int smmu3_evt_to_text(char *buf, size_t sz, const struct smmu3_evt *evt)
{
	static const char * const class[] = { "CD", "TT", "IN", "reserved" };
	struct smmu3_text t = smmu3_text_begin(buf, sz);
	unsigned int has = evt_known(evt->type) ? evt_types[evt->type].has : 0;

	smmu3_text_add(&t, "%s", smmu3_evt_name(evt->type));
	if (!evt->known) {
		smmu3_text_add(&t, " type=0x%x raw=%016llx %016llx %016llx %016llx", evt->type,
			       evt->raw[0], evt->raw[1], evt->raw[2], evt->raw[3]);
		return t.len;
	}
	smmu3_text_add(&t, " sid=0x%x", evt->sid);
	if (evt->ssv)
		smmu3_text_add(&t, " ssid=0x%x", evt->ssid);
	if (evt->has_addr)
		smmu3_text_add(&t, " addr=0x%llx", evt->addr);
	if (evt->has_access)
		smmu3_text_add(&t, " %s %s %s", evt->read ? "read" : "write",
			       evt->priv ? "priv" : "user", evt->insn ? "insn" : "data");
	else if (has & HAS_RNW)
		smmu3_text_add(&t, " %s", evt->read ? "read" : "write");
	if (has & (HAS_STAGE | HAS_S2))
		smmu3_text_add(&t, " stage=%d", evt->s2 ? 2 : 1);
	if (has & HAS_STAGE)
		smmu3_text_add(&t, " class=%s", class[evt->class & 3]);
	if (evt->has_ipa)
		smmu3_text_add(&t, " %s=0x%llx", has & HAS_FETCH ? "fetchaddr" : "ipa", evt->ipa);
	if (evt->stall)
		smmu3_text_add(&t, " stall stag=0x%x", evt->stag);
	if (has & HAS_REASON)
		smmu3_text_add(&t, " reason=0x%x", evt->reason);
	return t.len;
}
