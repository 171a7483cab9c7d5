// SPDX-License-Identifier: GPL-2.0-only
/*
 * PRI queue records: decoder and text.
 *
 * ARM IHI 0070, chapter 8 "Page request queue". Layer 0.
 */
#include <linux/bitfield.h>
#include <linux/string.h>
#include "pri.h"
#include "text.h"

/* word 0 */
#define PRI_0_SID	GENMASK_ULL(31, 0)
#define PRI_0_SSID	GENMASK_ULL(51, 32)
#define PRI_0_PRIV	BIT_ULL(58)
#define PRI_0_X		BIT_ULL(59)
#define PRI_0_R		BIT_ULL(60)
#define PRI_0_W		BIT_ULL(61)
#define PRI_0_LAST	BIT_ULL(62)
#define PRI_0_SSV	BIT_ULL(63)
/* word 1 */
#define PRI_1_PRGINDEX	GENMASK_ULL(8, 0)
#define PRI_1_ADDR	GENMASK_ULL(63, 12)

void smmu3_pri_decode(struct smmu3_pri *pri, const __le64 *record)
{
	u64 w0 = le64_to_cpu(record[0]), w1 = le64_to_cpu(record[1]);

	memset(pri, 0, sizeof(*pri));
	pri->sid = FIELD_GET(PRI_0_SID, w0);
	pri->ssv = w0 & PRI_0_SSV;
	pri->last = w0 & PRI_0_LAST;
	pri->read = w0 & PRI_0_R;
	pri->write = w0 & PRI_0_W;
	if (pri->ssv) {
		pri->ssid = FIELD_GET(PRI_0_SSID, w0);
		pri->exec = w0 & PRI_0_X;
		pri->priv = w0 & PRI_0_PRIV;
	}
	pri->grpid = FIELD_GET(PRI_1_PRGINDEX, w1);
	pri->addr = w1 & PRI_1_ADDR;
	/* Without a PASID the same pattern is a request like any other. */
	pri->stop = pri->ssv && pri->last && !pri->read && !pri->write;
}

int smmu3_pri_to_text(char *buf, size_t sz, const struct smmu3_pri *pri)
{
	struct smmu3_text t = smmu3_text_begin(buf, sz);

	smmu3_text_add(&t, "%s sid=0x%x", pri->stop ? "STOP_MARKER" : "PAGE_REQUEST", pri->sid);
	if (pri->ssv)
		smmu3_text_add(&t, " ssid=0x%x", pri->ssid);
	smmu3_text_add(&t, " grpid=0x%x addr=0x%llx%s%s%s%s%s", pri->grpid, pri->addr,
		       pri->read ? " read" : "", pri->write ? " write" : "",
		       pri->exec ? " exec" : "", pri->priv ? " priv" : "",
		       pri->last ? " last" : "");
	return t.len;
}
