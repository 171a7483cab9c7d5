// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sizes of tables and queues.
 *
 * ARM IHI 0070, 3.3.1 "Stream table lookup", 5.1, 5.2 (S1Fmt). Layer 0.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include "geometry.h"
#include "ste.h"

#define STE_LG2			6	/* log2 of an STE's or a CD's bytes */
#define L1D_LG2			3	/* log2 of a level 1 descriptor's bytes */
/*
 * STRTAB-L1-1M: a level 1 stream table stays within 1 MiB: 27 bits of StreamID. Memory that
 * hardware never looks at is too dear for more.
 */
#define STRTAB_L1_MAX_LG2	20

#define CDTAB_LINEAR_MAX	6	/* beyond it two levels, if there are */
#define CDTAB_LINEAR_ONLY_MAX	10
#define CDTAB_4K_LEAF_LG2	6
#define CDTAB_64K_LEAF_LG2	10

#define QUEUE_KDUMP_LG2		8
#define EVTQ_LG2		10
#define PRIQ_LG2		9

static u8 strtab_split(u8 sid_bits)
{
	if (sid_bits <= 16)
		return 6;
	return sid_bits <= 24 ? 8 : 10;
}

void smmu3_strtab_geom(struct smmu3_strtab_geom *geom, u8 sid_bits, bool two_level, u8 max_lg2)
{
	u8 split = strtab_split(sid_bits), l1_max_lg2 = min_t(u8, max_lg2, STRTAB_L1_MAX_LG2);

	memset(geom, 0, sizeof(*geom));
	/* One level 2 table would hold everything: level 1 saves nothing. */
	if (!two_level || sid_bits <= split) {
		geom->sid_bits = min_t(u8, sid_bits, max_lg2 - STE_LG2);
		geom->l1_sz = (size_t)1 << (geom->sid_bits + STE_LG2);
		return;
	}
	geom->two_level = true;
	geom->split = split;
	geom->sid_bits = min_t(u8, sid_bits, split + l1_max_lg2 - L1D_LG2);
	geom->l1_sz = (size_t)1 << (geom->sid_bits - split + L1D_LG2);
	geom->l2_sz = (size_t)1 << (split + STE_LG2);
}

void smmu3_cdtab_geom(struct smmu3_cdtab_geom *geom, u8 ssid_bits, bool two_level)
{
	memset(geom, 0, sizeof(*geom));
	if (!two_level || ssid_bits <= CDTAB_LINEAR_MAX) {
		geom->s1fmt = S1FMT_LINEAR;
		geom->cdmax_lg2 = min_t(u8, ssid_bits, CDTAB_LINEAR_ONLY_MAX);
		geom->l1_sz = (size_t)1 << (geom->cdmax_lg2 + STE_LG2);
		return;
	}
	geom->two_level = true;
	geom->cdmax_lg2 = ssid_bits;
	geom->s1fmt = ssid_bits <= 16 ? S1FMT_4K_L2 : S1FMT_64K_L2;
	geom->leaf_lg2 = ssid_bits <= 16 ? CDTAB_4K_LEAF_LG2 : CDTAB_64K_LEAF_LG2;
	geom->l1_sz = (size_t)1 << (ssid_bits - geom->leaf_lg2 + L1D_LG2);
	geom->leaf_sz = (size_t)1 << (geom->leaf_lg2 + STE_LG2);
}

static u8 queue_lg2(u8 want, u8 lg2_max, bool kdump)
{
	return min_t(u8, kdump ? QUEUE_KDUMP_LG2 : want, lg2_max);
}

u8 smmu3_cmdq_lg2(u8 lg2_max, u8 want, bool kdump)
{
	return queue_lg2(want, lg2_max, kdump);
}

u8 smmu3_evtq_lg2(u8 lg2_max, u16 stall_max, bool kdump)
{
	u8 want = EVTQ_LG2;

	/* Each stalled transaction may have an event waiting; none of those may be lost. */
	while ((1U << want) < stall_max)
		want++;
	return queue_lg2(want, lg2_max, kdump);
}

u8 smmu3_priq_lg2(u8 lg2_max, bool kdump)
{
	return queue_lg2(PRIQ_LG2, lg2_max, kdump);
}
