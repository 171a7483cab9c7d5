/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers of the NVM Express base specification 1.4 (registers: chapter 3; commands and status:
 * chapters 4 to 6), as far as fn_nvme.c and its companions use them.
 */
#ifndef SERVER_NVME_REGS_H
#define SERVER_NVME_REGS_H

#include "../model/types.h"

/* ---------------------------------------------------------------- controller registers, 3.1 */

enum nvme_reg {
	NVME_CAP = 0x00,
	NVME_VS = 0x08,
	NVME_INTMS = 0x0c,
	NVME_INTMC = 0x10,
	NVME_CC = 0x14,
	NVME_CSTS = 0x1c,
	NVME_NSSR = 0x20,
	NVME_AQA = 0x24,
	NVME_ASQ = 0x28,
	NVME_ACQ = 0x30,
	NVME_REGS_END = 0x40,
	NVME_DOORBELLS = 0x1000,
};

#define NVME_VERSION 0x00010400u

#define CAP_MQES(x)   ((u64)(x))
#define CAP_CQR	      BIT(16)
#define CAP_TO(x)     ((u64)(x) << 24)
#define CAP_CSS_NVM   BIT(37)
#define CAP_MPSMAX(x) ((u64)(x) << 52)

#define CC_EN	      BIT(0)
#define CC_WRITABLE   0x00fffff1u
#define CC_CSS(cc)    field(cc, 6, 4)
#define CC_MPS(cc)    field(cc, 10, 7)
#define CC_SHN(cc)    field(cc, 15, 14)
#define CC_IOSQES(cc) field(cc, 19, 16)
#define CC_IOCQES(cc) field(cc, 23, 20)

#define CSTS_RDY       BIT(0)
#define CSTS_CFS       BIT(1)
#define CSTS_SHST      GENMASK(3, 2)
#define CSTS_SHST_BUSY (1u << 2)
#define CSTS_SHST_DONE (2u << 2)

#define AQA_ASQS(aqa) field(aqa, 11, 0)
#define AQA_ACQS(aqa) field(aqa, 27, 16)

/* ---------------------------------------------------------------- queue entries, 4.2 and 4.6 */

#define SQE_SZ	   64u
#define CQE_SZ	   16u
#define SQE_SZ_LG2 6
#define CQE_SZ_LG2 4

/* A submission queue entry by its double words. */
struct nvme_sqe {
	u8 opcode;
	u8 flags; /* FUSE 1:0, PSDT 7:6 */
	u16 cid;
	u32 nsid;
	u32 cdw2, cdw3;
	u64 mptr;
	u64 prp1, prp2;
	u32 cdw10, cdw11, cdw12, cdw13, cdw14, cdw15;
};

struct nvme_cqe {
	u32 dw0, dw1;
	u16 sq_head, sqid;
	u16 cid;
	u16 status; /* P bit 0, SC 8:1, SCT 11:9, DNR 15 */
};

#define SQE_FUSE(flags) ((flags) & 3)
#define SQE_PSDT(flags) ((flags) >> 6)

/* Status code type << 8 | status code: 4.6.1. With DNR the host must not try again. */
enum nvme_status {
	NVME_OK = 0x000,
	NVME_INVALID_OPCODE = 0x001,
	NVME_INVALID_FIELD = 0x002,
	NVME_CID_CONFLICT = 0x003,
	NVME_DATA_TRANSFER = 0x004,
	NVME_ABORTED = 0x007,
	NVME_ABORTED_SQ = 0x008,
	NVME_INVALID_NS = 0x00b,
	NVME_SEQUENCE = 0x00c,
	NVME_PRP_OFFSET = 0x013,
	NVME_LBA_RANGE = 0x080,
	NVME_CQ_INVALID = 0x100,
	NVME_QID_INVALID = 0x101,
	NVME_QUEUE_SIZE = 0x102,
	NVME_AER_LIMIT = 0x105,
	NVME_VECTOR_INVALID = 0x108,
	NVME_LOG_PAGE = 0x109,
	NVME_QUEUE_DELETION = 0x10c,
	NVME_NOT_SAVEABLE = 0x10d,
	NVME_NOT_CHANGEABLE = 0x10e,
	NVME_DNR = 0x4000,
};

/* ---------------------------------------------------------------- commands, chapters 5 and 6 */

enum nvme_admin {
	ADMIN_DELETE_SQ = 0x00,
	ADMIN_CREATE_SQ = 0x01,
	ADMIN_GET_LOG = 0x02,
	ADMIN_DELETE_CQ = 0x04,
	ADMIN_CREATE_CQ = 0x05,
	ADMIN_IDENTIFY = 0x06,
	ADMIN_ABORT = 0x08,
	ADMIN_SET_FEATURES = 0x09,
	ADMIN_GET_FEATURES = 0x0a,
	ADMIN_AER = 0x0c,
};

enum nvme_io {
	IO_FLUSH = 0x00,
	IO_WRITE = 0x01,
	IO_READ = 0x02,
	IO_WRITE_ZEROES = 0x08,
	IO_DSM = 0x09
};

enum nvme_cns { CNS_NS = 0, CNS_CTRL = 1, CNS_ACTIVE = 2, CNS_DESCRIPTORS = 3 };

enum nvme_log { LOG_ERROR = 1, LOG_SMART = 2, LOG_FIRMWARE = 3 };

enum nvme_feature {
	FEAT_ARBITRATION = 0x01,
	FEAT_POWER = 0x02,
	FEAT_TEMPERATURE = 0x04,
	FEAT_ERROR_RECOVERY = 0x05,
	FEAT_WRITE_CACHE = 0x06,
	FEAT_QUEUES = 0x07,
	FEAT_COALESCING = 0x08,
	FEAT_VECTOR = 0x09,
	FEAT_ATOMICITY = 0x0a,
	FEAT_EVENTS = 0x0b,
	NR_FEATURES = 0x0c,
};

/* Asynchronous events of type "error", 5.2 */
enum nvme_event { EVENT_DOORBELL_REGISTER = 0, EVENT_DOORBELL_VALUE = 1 };

#endif
