/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PRI queue records.
 *
 * ARM IHI 0070, chapter 8 "Page request queue", 8.2. Layer 0.
 */
#ifndef SMMU3_FMT_PRI_H
#define SMMU3_FMT_PRI_H

#include <linux/types.h>
#include <linux/bits.h>

#define PRI_QWORDS		2

/**
 * struct smmu3_pri - one page request, decoded
 * @addr: page address, the low 12 bits 0
 * @sid: StreamID
 * @ssid: SubstreamID; valid with @ssv
 * @grpid: page request group index
 * @ssv: the request had a PASID
 * @last: last request of its group
 * @read: read wanted
 * @write: write wanted
 * @exec: execute wanted; valid with @ssv
 * @priv: privileged mode; valid with @ssv
 * @stop: a stop marker (PASID, last, neither read nor write): wants no response
 */
struct smmu3_pri {
	u64	addr;
	u32	sid;
	u32	ssid;
	u16	grpid;
	bool	ssv, last, read, write, exec, priv, stop;
};

void smmu3_pri_decode(struct smmu3_pri *pri, const __le64 *record);
/* One line; 160 bytes suffice. */
int smmu3_pri_to_text(char *buf, size_t sz, const struct smmu3_pri *pri);

#endif
