// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the NVMe controller tells of itself: identify and log pages (NVM Express 1.4, 5.14
 * and 5.15).
 *
 * Invariant: serial number, NQN and UUID follow from serial=, so that two controllers are never
 * taken for one.
 */
#include <stdio.h>

#include "nvme.h"

static void put16(u8 *p, u32 value)
{
	p[0] = value;
	p[1] = value >> 8;
}

static void put32(u8 *p, u32 value)
{
	put16(p, value);
	put16(p + 2, value >> 16);
}

static void put64(u8 *p, u64 value)
{
	put32(p, value);
	put32(p + 4, value >> 32);
}

/* Text fields are filled with blanks and have no terminator. */
static void put_text(u8 *p, const char *text, size_t n)
{
	size_t len = strlen(text);

	memset(p, ' ', n);
	memcpy(p, text, len < n ? len : n);
}

/* A UUID of version 8 (made as its maker likes) from the serial number. */
static void uuid_make(const struct nvme *nvme, u8 uuid[16])
{
	u64 hash = 0xcbf29ce484222325ull;

	for (u32 i = 0; i < 16; i++) {
		for (const char *c = nvme->serial; *c; c++)
			hash = (hash ^ (u8)*c) * 0x100000001b3ull;
		hash = (hash ^ i) * 0x100000001b3ull;
		uuid[i] = hash >> 32;
	}
	uuid[6] = (uuid[6] & 0x0f) | 0x80;
	uuid[8] = (uuid[8] & 0x3f) | 0x80;
}

static void put_nqn(const struct nvme *nvme, u8 *p)
{
	u8 u[16];

	uuid_make(nvme, u);
	snprintf((char *)p, 256,
		 "nqn.2014-08.org.nvmexpress:uuid:"
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12],
		 u[13], u[14], u[15]);
}

static void identify_controller(const struct function *fn, u8 *p)
{
	const struct nvme *nvme = nvme_of(fn);

	memcpy(p, fn->config, 2);	     /* VID */
	memcpy(p + 2, fn->config + 0x2c, 2); /* SSVID */
	put_text(p + 4, nvme->serial, 20);
	put_text(p + 24, "smmu3 lab NVMe controller", 40);
	put_text(p + 64, "1.0", 8);
	p[77] = NVME_MDTS;
	put16(p + 78, 1); /* CNTLID */
	put32(p + 80, NVME_VERSION);
	p[111] = 1; /* CNTRLTYPE: I/O */
	p[258] = 3; /* ACL, from zero */
	p[259] = NVME_NR_AERS - 1;
	p[260] = 3;	     /* FRMW: one slot, read-only */
	put16(p + 266, 343); /* WCTEMP, CCTEMP in kelvin */
	put16(p + 268, 373);
	put64(p + 280, nvme->ns_sz); /* TNVMCAP */
	p[512] = SQE_SZ_LG2 << 4 | SQE_SZ_LG2;
	p[513] = CQE_SZ_LG2 << 4 | CQE_SZ_LG2;
	put32(p + 516, 1);		 /* NN */
	put16(p + 520, BIT(2) | BIT(3)); /* ONCS: dataset management, write zeroes */
	p[525] = 1;			 /* VWC: flush matters */
	put_nqn(nvme, p + 768);
	put16(p + 2048, 2500); /* power state 0, in units of 10 mW */
}

static void identify_namespace(const struct nvme *nvme, u8 *p)
{
	u64 blocks = nvme->ns_sz >> NVME_LBA_LG2;

	put64(p, blocks); /* NSZE, NCAP, NUSE */
	put64(p + 8, blocks);
	put64(p + 16, blocks);
	p[33] = 1 | BIT(3); /* DLFEAT: deallocated blocks read as zeroes */
	put64(p + 48, nvme->ns_sz);
	put32(p + 128, NVME_LBA_LG2 << 16); /* the only format */
}

void nvme_identify_begin(struct function *fn, struct nvme_slot *slot)
{
	struct nvme *nvme = nvme_of(fn);
	u32 nsid = slot->cmd.nsid, status = NVME_OK;

	memset(slot->buffer, 0, sizeof(slot->buffer));
	switch (slot->cmd.cdw10 & 0xff) {
	case CNS_NS:
		if (nsid == 1)
			identify_namespace(nvme, slot->buffer);
		else
			status = NVME_INVALID_NS;
		break;
	case CNS_CTRL:
		identify_controller(fn, slot->buffer);
		break;
	case CNS_ACTIVE: /* those above nsid */
		if (nsid >= 0xfffffffe)
			status = NVME_INVALID_NS;
		put32(slot->buffer, nsid < 1);
		break;
	case CNS_DESCRIPTORS:
		if (nsid != 1)
			status = NVME_INVALID_NS;
		slot->buffer[0] = 3; /* a UUID */
		slot->buffer[1] = 16;
		uuid_make(nvme, slot->buffer + 4);
		break;
	default:
		status = NVME_INVALID_FIELD;
		break;
	}
	if (status)
		nvme_end(slot, status);
	else
		nvme_transfer(slot, MODEL_WRITE, slot->buffer, sizeof(slot->buffer));
}

/* ---------------------------------------------------------------- log pages */

#define LOG_RETAIN BIT(15)

static bool log_make(const struct nvme *nvme, u32 page, u8 *p)
{
	switch (page) {
	case LOG_ERROR:
		put64(p, nvme->errors);
		return true;
	case LOG_SMART:
		put16(p + 1, 300); /* kelvin */
		p[3] = 100;	   /* spare left and its limit, percent */
		p[4] = 10;
		put64(p + 32, (nvme->units_read + 999) / 1000);
		put64(p + 48, (nvme->units_written + 999) / 1000);
		put64(p + 64, nvme->commands);
		put64(p + 176, nvme->errors);
		return true;
	case LOG_FIRMWARE:
		p[0] = 1;
		put_text(p + 8, "1.0", 8);
		return true;
	default: return false;
	}
}

void nvme_log_begin(struct function *fn, struct nvme_slot *slot)
{
	struct nvme *nvme = nvme_of(fn);
	u64 len = ((slot->cmd.cdw10 >> 16 | (u64)(slot->cmd.cdw11 & 0xffff) << 16) + 1) * 4;

	memset(slot->buffer, 0, sizeof(slot->buffer));
	if (!log_make(nvme, slot->cmd.cdw10 & 0xff, slot->buffer)) {
		nvme_end(slot, NVME_LOG_PAGE);
	} else if (len > sizeof(slot->buffer) || slot->cmd.cdw12 || slot->cmd.cdw13) {
		nvme_end(slot, NVME_INVALID_FIELD);
	} else {
		if ((slot->cmd.cdw10 & 0xff) == LOG_ERROR && !(slot->cmd.cdw10 & LOG_RETAIN))
			nvme->event_masked = false;
		nvme_transfer(slot, MODEL_WRITE, slot->buffer, len);
	}
}
