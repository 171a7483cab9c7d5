/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sizes of tables and queues, chosen from what the SMMU offers.
 *
 * ARM IHI 0070, 3.3 "Data structures and translation procedure", 5.1. Layer 0.
 * The smallest that serves: memory is measured against the in-tree driver.
 */
#ifndef SMMU3_FMT_GEOMETRY_H
#define SMMU3_FMT_GEOMETRY_H

#include <linux/types.h>

/**
 * struct smmu3_strtab_geom - a stream table
 * @two_level: two levels; else linear
 * @split: log2 of the entries of a level 2 table (6, 8 or 10); 0 when linear
 * @sid_bits: StreamIDs below 1 << sid_bits are covered; may be less than IDR1.SIDSIZE
 *	where it would be too large
 * @l1_sz: bytes of the level 1 or the linear table
 * @l2_sz: bytes of a level 2 table; 0 when linear
 */
struct smmu3_strtab_geom {
	bool	two_level;
	u8	split;
	u8	sid_bits;
	size_t	l1_sz;
	size_t	l2_sz;
};

/*
 * @sid_bits: IDR1.SIDSIZE; @two_level: IDR0.ST_LEVEL; @max_lg2: log2 of the largest
 *	contiguous table in bytes. Two-level wherever it saves memory; split 6 up to 16 bits, 8
 *	up to 24, else 10. Level 1 stays within 1 MiB, so at most 27 bits are covered
 *	(STRTAB-L1-1M).
 */
void smmu3_strtab_geom(struct smmu3_strtab_geom *geom, u8 sid_bits, bool two_level, u8 max_lg2);

/**
 * struct smmu3_cdtab_geom - a CD table
 * @two_level: two levels, leaves of 1024 CDs (64 KiB, S1FMT_64K_L2) or 64 CDs (4 KiB, S1FMT_4K_L2)
 * @s1fmt: S1FMT_*
 * @cdmax_lg2: log2 CDs
 * @leaf_lg2: log2 CDs of a leaf: 6 or 10; 0 when linear
 * @l1_sz: bytes of the level 1 or linear table
 * @leaf_sz: bytes of a leaf
 */
struct smmu3_cdtab_geom {
	bool	two_level;
	u8	s1fmt;
	u8	cdmax_lg2;
	u8	leaf_lg2;
	size_t	l1_sz;
	size_t	leaf_sz;
};

/*
 * Linear up to 64 CDs (4 KiB); beyond that two-level with 4 KiB leaves up to 16 bits, 64 KiB
 * leaves above; linear only: at most 1024 CDs (64 KiB), so cdmax_lg2 may come out smaller than
 * asked.
 */
void smmu3_cdtab_geom(struct smmu3_cdtab_geom *geom, u8 ssid_bits, bool two_level);

/*
 * 4096 commands: runs of 64, the longest, of 64 CPUs at once, or the two of a page's unmap of 2048
 * CPUs. Who finds no room waits for the SMMU, as it would behind a longer queue.
 */
#define SMMU3_CMDQ_LG2		12

/*
 * log2 of queue entries. @lg2_max: what the SMMU offers; @want: commands, log2; events: 1024, and
 * not below stall_max rounded up; requests: 512. @kdump: 256 each.
 */
u8 smmu3_cmdq_lg2(u8 lg2_max, u8 want, bool kdump);
u8 smmu3_evtq_lg2(u8 lg2_max, u16 stall_max, bool kdump);
u8 smmu3_priq_lg2(u8 lg2_max, bool kdump);

#endif
