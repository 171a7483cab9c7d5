/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Non-secure programming interface: register offsets and fields.
 *
 * Arm SMMU architecture version 3 (ARM IHI 0070), chapter 6 "Memory map and registers".
 * Layer 0. A transcription: every name is the specification's, prefixed by its register.
 *
 * Offsets are from the start of the SMMU. Those at 0x10000 and above lie in register
 * page 1; parts whose firmware table says so have them in page 0 (smmu3_mmio_page1()).
 */
#ifndef SMMU3_FMT_REGS_H
#define SMMU3_FMT_REGS_H

#include <linux/bits.h>

#define SMMU3_PAGE_SZ			0x10000

/* 6.3.1 SMMU_IDR0 */
#define REG_IDR0			0x00
#define IDR0_S2P			BIT(0)
#define IDR0_S1P			BIT(1)
#define IDR0_TTF			GENMASK(3, 2)
#define  TTF_AARCH32			1
#define  TTF_AARCH64			2
#define  TTF_AARCH32_64			3
#define IDR0_COHACC			BIT(4)
#define IDR0_BTM			BIT(5)
#define IDR0_HTTU			GENMASK(7, 6)
#define  HTTU_NONE			0
#define  HTTU_ACCESS			1
#define  HTTU_ACCESS_DIRTY		2
#define  HTTU_ACCESS_DIRTY_HAFT		3
#define IDR0_DORMHINT			BIT(8)
#define IDR0_HYP			BIT(9)
#define IDR0_ATS			BIT(10)
#define IDR0_NS1ATS			BIT(11)
#define IDR0_ASID16			BIT(12)
#define IDR0_MSI			BIT(13)
#define IDR0_SEV			BIT(14)
#define IDR0_ATOS			BIT(15)
#define IDR0_PRI			BIT(16)
#define IDR0_VMW			BIT(17)
#define IDR0_VMID16			BIT(18)
#define IDR0_CD2L			BIT(19)
#define IDR0_VATOS			BIT(20)
#define IDR0_TTENDIAN			GENMASK(22, 21)
#define  TTENDIAN_MIXED			0
#define  TTENDIAN_LE			2
#define  TTENDIAN_BE			3
#define IDR0_ATSRECERR			BIT(23)
#define IDR0_STALL_MODEL		GENMASK(25, 24)
#define  STALL_MODEL_BOTH		0
#define  STALL_MODEL_TERMINATE		1
#define  STALL_MODEL_STALL		2
#define IDR0_TERM_MODEL			BIT(26)
#define IDR0_ST_LEVEL			GENMASK(28, 27)
#define  ST_LEVEL_LINEAR		0
#define  ST_LEVEL_2LVL			1

/* 6.3.2 SMMU_IDR1 */
#define REG_IDR1			0x04
#define IDR1_SIDSIZE			GENMASK(5, 0)
#define IDR1_SSIDSIZE			GENMASK(10, 6)
#define IDR1_PRIQS			GENMASK(15, 11)
#define IDR1_EVENTQS			GENMASK(20, 16)
#define IDR1_CMDQS			GENMASK(25, 21)
#define IDR1_ATTR_PERMS_OVR		BIT(26)
#define IDR1_ATTR_TYPES_OVR		BIT(27)
#define IDR1_REL			BIT(28)
#define IDR1_QUEUES_PRESET		BIT(29)
#define IDR1_TABLES_PRESET		BIT(30)
#define IDR1_ECMDQ			BIT(31)

/* 6.3.3 SMMU_IDR2 */
#define REG_IDR2			0x08
#define IDR2_BA_VATOS			GENMASK(9, 0)

/* 6.3.4 SMMU_IDR3 */
#define REG_IDR3			0x0c
#define IDR3_HAD			BIT(2)
#define IDR3_PBHA			BIT(3)
#define IDR3_XNX			BIT(4)
#define IDR3_PPS			BIT(5)
#define IDR3_MPAM			BIT(7)
#define IDR3_FWB			BIT(8)
#define IDR3_STT			BIT(9)
#define IDR3_RIL			BIT(10)
#define IDR3_BBML			GENMASK(12, 11)
#define IDR3_E0PD			BIT(13)
#define IDR3_PTWNNC			BIT(14)
#define IDR3_DPT			BIT(15)

/* 6.3.5 SMMU_IDR4: IMPLEMENTATION DEFINED */
#define REG_IDR4			0x10

/* 6.3.6 SMMU_IDR5 */
#define REG_IDR5			0x14
#define IDR5_OAS			GENMASK(2, 0)
#define IDR5_GRAN4K			BIT(4)
#define IDR5_GRAN16K			BIT(5)
#define IDR5_GRAN64K			BIT(6)
#define IDR5_DS				BIT(7)
#define IDR5_D128			BIT(8)
#define IDR5_VAX			GENMASK(11, 10)
#define  VAX_48				0
#define  VAX_52				1
#define IDR5_STALL_MAX			GENMASK(31, 16)

/* 6.3.7 SMMU_IIDR, 6.3.8 SMMU_AIDR */
#define REG_IIDR			0x18
#define IIDR_IMPLEMENTER		GENMASK(11, 0)
#define IIDR_REVISION			GENMASK(15, 12)
#define IIDR_VARIANT			GENMASK(19, 16)
#define IIDR_PRODUCTID			GENMASK(31, 20)
#define REG_AIDR			0x1c
#define AIDR_ARCHMINORREV		GENMASK(3, 0)
#define AIDR_ARCHMAJORREV		GENMASK(7, 4)

/* 6.3.9 SMMU_CR0, 6.3.10 SMMU_CR0ACK */
#define REG_CR0				0x20
#define REG_CR0ACK			0x24
#define CR0_SMMUEN			BIT(0)
#define CR0_PRIQEN			BIT(1)
#define CR0_EVENTQEN			BIT(2)
#define CR0_CMDQEN			BIT(3)
#define CR0_ATSCHK			BIT(4)
#define CR0_VMW				GENMASK(8, 6)
#define CR0_ACK_MASK			(CR0_SMMUEN | CR0_PRIQEN | CR0_EVENTQEN | \
					 CR0_CMDQEN | CR0_ATSCHK | CR0_VMW)

/* 6.3.11 SMMU_CR1 */
#define REG_CR1				0x28
#define CR1_QUEUE_IC			GENMASK(1, 0)
#define CR1_QUEUE_OC			GENMASK(3, 2)
#define CR1_QUEUE_SH			GENMASK(5, 4)
#define CR1_TABLE_IC			GENMASK(7, 6)
#define CR1_TABLE_OC			GENMASK(9, 8)
#define CR1_TABLE_SH			GENMASK(11, 10)
#define  CR1_CACHE_NC			0
#define  CR1_CACHE_WB			1
#define  CR1_CACHE_WT			2

/* 6.3.12 SMMU_CR2 */
#define REG_CR2				0x2c
#define CR2_E2H				BIT(0)
#define CR2_RECINVSID			BIT(1)
#define CR2_PTM				BIT(2)

/* 6.3.13 SMMU_STATUSR */
#define REG_STATUSR			0x40
#define STATUSR_DORMANT			BIT(0)

/* 6.3.14 SMMU_GBPA */
#define REG_GBPA			0x44
#define GBPA_ABORT			BIT(20)
#define GBPA_UPDATE			BIT(31)

/* 6.3.16 SMMU_IRQ_CTRL, 6.3.18 SMMU_IRQ_CTRLACK */
#define REG_IRQ_CTRL			0x50
#define REG_IRQ_CTRLACK			0x54
#define IRQ_CTRL_GERROR_IRQEN		BIT(0)
#define IRQ_CTRL_PRIQ_IRQEN		BIT(1)
#define IRQ_CTRL_EVENTQ_IRQEN		BIT(2)

/* 6.3.19 SMMU_GERROR, 6.3.20 SMMU_GERRORN: an error is active where the two differ */
#define REG_GERROR			0x60
#define REG_GERRORN			0x64
#define GERROR_CMDQ_ERR			BIT(0)
#define GERROR_EVENTQ_ABT_ERR		BIT(2)
#define GERROR_PRIQ_ABT_ERR		BIT(3)
#define GERROR_MSI_CMDQ_ABT_ERR		BIT(4)
#define GERROR_MSI_EVENTQ_ABT_ERR	BIT(5)
#define GERROR_MSI_PRIQ_ABT_ERR		BIT(6)
#define GERROR_MSI_GERROR_ABT_ERR	BIT(7)
#define GERROR_SFM_ERR			BIT(8)
#define GERROR_CMDQP_ERR		BIT(9)
#define GERROR_ERR_MASK			(GENMASK(9, 2) | GERROR_CMDQ_ERR)

/* MSI configuration, three registers each: 6.3.21 to 6.3.23 and the like */
#define REG_GERROR_IRQ_CFG0		0x68
#define REG_EVENTQ_IRQ_CFG0		0xb0
#define REG_PRIQ_IRQ_CFG0		0xd0
#define IRQ_CFG1_OFF			0x8	/* data */
#define IRQ_CFG2_OFF			0xc	/* attributes */
#define IRQ_CFG0_ADDR			GENMASK_ULL(55, 2)
#define IRQ_CFG2_MEMATTR		GENMASK(3, 0)
#define IRQ_CFG2_SH			GENMASK(5, 4)
#define  MEMATTR_DEVICE_nGnRE		0x1
#define  MEMATTR_OIWB			0xf
#define  SH_NSH				0
#define  SH_OSH				2
#define  SH_ISH				3

/* 6.3.24 SMMU_STRTAB_BASE, 6.3.25 SMMU_STRTAB_BASE_CFG */
#define REG_STRTAB_BASE			0x80
#define STRTAB_BASE_ADDR		GENMASK_ULL(55, 6)
#define STRTAB_BASE_RA			BIT_ULL(62)
#define REG_STRTAB_BASE_CFG		0x88
#define STRTAB_BASE_CFG_LOG2SIZE	GENMASK(5, 0)
#define STRTAB_BASE_CFG_SPLIT		GENMASK(10, 6)
#define STRTAB_BASE_CFG_FMT		GENMASK(17, 16)
#define  STRTAB_FMT_LINEAR		0
#define  STRTAB_FMT_2LVL		1

/* 6.3.26 to 6.3.29, 6.3.33, and of page 1 6.3.95 to 6.3.98: queue registers */
#define REG_CMDQ_BASE			0x90
#define REG_CMDQ_PROD			0x98
#define REG_CMDQ_CONS			0x9c
#define REG_EVENTQ_BASE			0xa0
#define REG_EVENTQ_PROD			0x100a8
#define REG_EVENTQ_CONS			0x100ac
#define REG_PRIQ_BASE			0xc0
#define REG_PRIQ_PROD			0x100c8
#define REG_PRIQ_CONS			0x100cc
#define Q_BASE_LOG2SIZE			GENMASK_ULL(4, 0)
#define Q_BASE_ADDR			GENMASK_ULL(55, 5)
#define Q_BASE_RWA			BIT_ULL(62)	/* read- or write-allocate hint */
#define Q_OVFLG				BIT(31)
#define CMDQ_CONS_ERR			GENMASK(30, 24)

/* 6.3.45 SMMU_IDR6 */
#define REG_IDR6			0x190
#define IDR6_CMDQ_CONTROL_PAGE_LOG2NUMQ	GENMASK(19, 16)
#define IDR6_CMDQ_CONTROL_PAGE_LOG2NUMP	GENMASK(27, 24)

/* 6.3.49 SMMU_CMDQ_CONTROL_PAGE_BASE0 */
#define REG_CMDQ_CONTROL_PAGE_BASE	0x4000
#define CONTROL_PAGE_ADDR		GENMASK_ULL(55, 16)	/* from page 0 */
#define CONTROL_PAGE_PRESET		BIT_ULL(0)		/* queue controls are registers */

/* 6.3.108 SMMU_ECMDQ_PROD, 6.3.109 SMMU_ECMDQ_CONS: beside what CMDQ_PROD and _CONS have */
#define ECMDQ_PROD_EN			BIT(31)
#define ECMDQ_PROD_ERRACK		BIT(23)
#define ECMDQ_CONS_ENACK		BIT(31)
#define ECMDQ_CONS_ERR			BIT(23)

#endif
