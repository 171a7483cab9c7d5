/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Context descriptor (CD) and level 1 context descriptor.
 *
 * ARM IHI 0070, chapter 5 "Data structure formats", 5.3 and 5.4. Layer 0.
 * A stage 1 CD describes TTB0 only (EPD1 = 1), AArch64 tables, little-endian.
 */
#ifndef SMMU3_FMT_CD_H
#define SMMU3_FMT_CD_H

#include <linux/types.h>
#include <linux/bits.h>
#include "entry.h"

/* word 0 */
#define CD_T0SZ			GENMASK_ULL(5, 0)
#define CD_TG0			GENMASK_ULL(7, 6)
#define  CD_TG_4K		0
#define  CD_TG_64K		1
#define  CD_TG_16K		2
#define CD_IR0			GENMASK_ULL(9, 8)
#define CD_OR0			GENMASK_ULL(11, 10)
#define CD_SH0			GENMASK_ULL(13, 12)
#define CD_EPD0			BIT_ULL(14)
#define CD_ENDI			BIT_ULL(15)
#define CD_T1SZ			GENMASK_ULL(21, 16)
#define CD_TG1			GENMASK_ULL(23, 22)
#define CD_EPD1			BIT_ULL(30)
#define CD_V			BIT_ULL(31)
#define CD_IPS			GENMASK_ULL(34, 32)
#define CD_AFFD			BIT_ULL(35)
#define CD_WXN			BIT_ULL(36)
#define CD_UWXN			BIT_ULL(37)
#define CD_TBI			GENMASK_ULL(39, 38)
#define CD_PAN			BIT_ULL(40)
#define CD_AA64			BIT_ULL(41)
#define CD_HD			BIT_ULL(42)
#define CD_HA			BIT_ULL(43)
#define CD_S			BIT_ULL(44)
#define CD_R			BIT_ULL(45)
#define CD_A			BIT_ULL(46)
#define CD_ASET			BIT_ULL(47)
#define CD_ASID			GENMASK_ULL(63, 48)
/* word 1 */
#define CD_NSCFG0		BIT_ULL(0)
#define CD_HAD0			BIT_ULL(1)
#define CD_E0PD0		BIT_ULL(2)
#define CD_HAFT			BIT_ULL(3)
#define CD_TTB0			GENMASK_ULL(55, 4)
/* word 2: TTB1 alike; word 3: MAIR1:MAIR0 */
#define CD_2_DS			BIT_ULL(58)

#define CD_L1_V			BIT_ULL(0)
#define CD_L1_L2PTR		GENMASK_ULL(55, 12)

/**
 * struct smmu3_cd - one descriptor as the SMMU reads it
 * @q: words, little-endian
 */
struct smmu3_cd {
	__le64 q[SMMU3_ENTRY_QWORDS];
} __aligned(64);

/**
 * struct smmu3_cd_s1 - what a CD is made from
 * @ttb: physical address of the table (TTB0)
 * @mair: memory attributes
 * @asid: ASID
 * @t0sz: T0SZ
 * @tg: CD_TG_*
 * @ir0: IR0
 * @or0: OR0
 * @sh0: SH0
 * @ips: IPS, the architecture's encoding (0: 32 bits ... 5: 48, 6: 52)
 * @ds: 52-bit addresses in tables of 4K and 16K (DS, IDR5.DS)
 * @shared_asid: ASET = 0, takes part in broadcast maintenance (BTM); else ASET = 1
 * @ha: hardware access flag (IDR0.HTTU >= 1)
 * @hd: hardware dirty state (IDR0.HTTU >= 2); implies @ha
 * @stall: a fault stalls (S)
 * @epd0: all walks fault, TTB0 is not read: an address space that has been released
 *
 * R (record events) and A (abort) are always 1. With @epd0 what describes the table is ignored
 * and left 0: @ttb,
 * @mair, @t0sz, @tg, @ir0, @or0, @sh0.
 */
struct smmu3_cd_s1 {
	u64	ttb;
	u64	mair;
	u16	asid;
	u8	t0sz, tg, ir0, or0, sh0, ips;
	bool	ds;
	bool	shared_asid;
	bool	ha;
	bool	hd;
	bool	stall;
	bool	epd0;
};

void smmu3_cd_make_absent(struct smmu3_cd *cd);
void smmu3_cd_make_s1(struct smmu3_cd *cd, const struct smmu3_cd_s1 *cfg);

/**
 * smmu3_cd_used() - &typedef smmu3_entry_used_fn for CDs
 * @q: the descriptor's words
 * @used: masks, filled
 */
void smmu3_cd_used(const __le64 *q, __le64 *used);
void smmu3_cd_plan(struct smmu3_entry_plan *plan, const struct smmu3_cd *cur,
		   const struct smmu3_cd *target);

/**
 * smmu3_cd_to_text() - one line that names every field in use
 * @buf: filled, always terminated; 256 bytes suffice
 * @sz: its size in bytes
 * @cd: the descriptor
 *
 * Return: characters written without the terminating NUL.
 */
int smmu3_cd_to_text(char *buf, size_t sz, const struct smmu3_cd *cd);

u64 smmu3_cd_l1_make(u64 l2_pa);

#endif
