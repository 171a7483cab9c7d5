/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fields of the configuration structures: word, high bit, low bit. get(entry, FIELD) reads one.
 *
 * Arm IHI 0070, chapter 5 "Data structure formats". Bits are counted within their 64-bit word.
 */
#ifndef MODEL_ENTRY_H
#define MODEL_ENTRY_H

#include "types.h"

#define ENTRY_GET(e, w, high, low)	field((e)[w], high, low)
#define get(...)			ENTRY_GET(__VA_ARGS__)
#define ENTRY_MASK(w, high, low)	GENMASK(high, low)
#define mask(...)			ENTRY_MASK(__VA_ARGS__)

/* 5.1 L1STD, Level 1 Stream Table Descriptor */
#define L1STD_SPAN		0, 4, 0
#define L1STD_L2PTR		GENMASK(55, 6)
#define L1STD_RES0		(BIT(5) | GENMASK(63, 56))

/* 5.3 L1CD, Level 1 Context Descriptor */
#define L1CD_V			BIT(0)
#define L1CD_L2PTR		GENMASK(55, 12)
#define L1CD_RES0		(GENMASK(11, 1) | GENMASK(63, 56))

/* 5.2 STE, Stream Table Entry */
#define STE_V			0, 0, 0
#define STE_CONFIG		0, 3, 1
#define STE_S1FMT		0, 5, 4
#define STE_S1CONTEXTPTR	0, 55, 6
#define STE_S1CDMAX		0, 63, 59
#define STE_S1DSS		1, 1, 0
#define STE_S1CIR		1, 3, 2
#define STE_S1COR		1, 5, 4
#define STE_S1CSH		1, 7, 6
#define STE_S2HWU		1, 11, 8
#define STE_DRE			1, 12, 12
#define STE_CONT		1, 16, 13
#define STE_DCP			1, 17, 17
#define STE_PPAR		1, 18, 18
#define STE_MEV			1, 19, 19
#define STE_SW_RESERVED		1, 23, 20
#define STE_S2FWB		1, 25, 25
#define STE_S1STALLD		1, 27, 27
#define STE_EATS		1, 29, 28
#define STE_STRW		1, 31, 30
#define STE_MEMATTR		1, 35, 32
#define STE_MTCFG		1, 36, 36
#define STE_ALLOCCFG		1, 40, 37
#define STE_SHCFG		1, 45, 44
#define STE_NSCFG		1, 47, 46
#define STE_PRIVCFG		1, 49, 48
#define STE_INSTCFG		1, 51, 50
#define STE_S2VMID		2, 15, 0
#define STE_S2T0SZ		2, 37, 32
#define STE_S2SL0		2, 39, 38
#define STE_S2IR0		2, 41, 40
#define STE_S2OR0		2, 43, 42
#define STE_S2SH0		2, 45, 44
#define STE_S2TG		2, 47, 46
#define STE_S2PS		2, 50, 48
#define STE_S2AA64		2, 51, 51
#define STE_S2ENDI		2, 52, 52
#define STE_S2AFFD		2, 53, 53
#define STE_S2PTW		2, 54, 54
#define STE_S2HD		2, 55, 55
#define STE_S2HA		2, 56, 56
#define STE_S2S			2, 57, 57
#define STE_S2R			2, 58, 58
#define STE_S2SL0_2		3, 2, 2
#define STE_S2DS		3, 3, 3
#define STE_S2TTB		3, 51, 4

#define CONFIG_S1		1	/* STE.Config[0]: stage 1 translates */
#define CONFIG_S2		2	/* STE.Config[1]: stage 2 translates */
#define CONFIG_PASS		4	/* STE.Config[2]: traffic can pass */

/* 5.4 CD, Context Descriptor */
#define CD_T0SZ			0, 5, 0
#define CD_TG0			0, 7, 6
#define CD_IR0			0, 9, 8
#define CD_OR0			0, 11, 10
#define CD_SH0			0, 13, 12
#define CD_EPD0			0, 14, 14
#define CD_ENDI			0, 15, 15
#define CD_T1SZ			0, 21, 16
#define CD_TG1			0, 23, 22
#define CD_IR1			0, 25, 24
#define CD_OR1			0, 27, 26
#define CD_SH1			0, 29, 28
#define CD_EPD1			0, 30, 30
#define CD_V			0, 31, 31
#define CD_IPS			0, 34, 32
#define CD_AFFD			0, 35, 35
#define CD_WXN			0, 36, 36
#define CD_UWXN			0, 37, 37
#define CD_TBI0			0, 38, 38
#define CD_TBI1			0, 39, 39
#define CD_PAN			0, 40, 40
#define CD_AA64			0, 41, 41
#define CD_HD			0, 42, 42
#define CD_HA			0, 43, 43
#define CD_S			0, 44, 44
#define CD_R			0, 45, 45
#define CD_A			0, 46, 46
#define CD_ASET			0, 47, 47
#define CD_ASID			0, 63, 48
#define CD_HAD0			1, 1, 1
#define CD_E0PD0		1, 2, 2
#define CD_TTB0			1, 51, 4
#define CD_HWU0			1, 63, 60
#define CD_HAD1			2, 1, 1
#define CD_E0PD1		2, 2, 2
#define CD_TTB1			2, 51, 4
#define CD_DS			2, 58, 58
#define CD_HWU1			2, 63, 60

#endif
