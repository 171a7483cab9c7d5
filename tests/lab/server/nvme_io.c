// SPDX-License-Identifier: GPL-2.0-only
/*
 * I/O commands of the NVMe controller: flush, read, write, write zeroes, dataset management
 * (NVM Express 1.4, chapter 6) on one namespace in this process's memory.
 *
 * Invariant: nothing is accessed that was not checked to lie within the namespace.
 */
#include "nvme.h"

#define WORK_PIECE     65536u
#define DSM_DEALLOCATE BIT(2)

struct dsm_range {
	u32 attributes, blocks;
	u64 lba;
};

static bool range_ok(const struct nvme *nvme, u64 lba, u64 blocks)
{
	u64 all = nvme->ns_sz >> NVME_LBA_LG2;

	return lba <= all && blocks <= all - lba;
}

static void rw_begin(struct nvme *nvme, struct nvme_slot *slot)
{
	u64 lba = slot->cmd.cdw10 | (u64)slot->cmd.cdw11 << 32,
	    blocks = (slot->cmd.cdw12 & 0xffff) + 1ull;
	u64 at = lba << NVME_LBA_LG2, n = blocks << NVME_LBA_LG2;

	if (!range_ok(nvme, lba, blocks)) {
		nvme_end(slot, NVME_LBA_RANGE);
	} else if (slot->cmd.opcode == IO_WRITE_ZEROES) {
		slot->work_pos = at;
		slot->work_end = at + n;
		slot->state = SLOT_WORK;
	} else if (n > 1ull << (NVME_MDTS + NVME_PAGE_LG2)) {
		nvme_end(slot, NVME_INVALID_FIELD);
	} else if (slot->cmd.opcode == IO_READ) {
		nvme->units_read += blocks;
		nvme_transfer(slot, MODEL_WRITE, nvme->ns + at, n);
	} else {
		nvme->units_written += blocks;
		nvme_transfer(slot, MODEL_READ, nvme->ns + at, n);
	}
}

void nvme_io_begin(struct function *fn, struct nvme_slot *slot)
{
	struct nvme *nvme = nvme_of(fn);

	if (slot->cmd.nsid != 1 &&
	    !(slot->cmd.opcode == IO_FLUSH && slot->cmd.nsid == 0xffffffff)) {
		nvme_end(slot, NVME_INVALID_NS);
		return;
	}
	switch (slot->cmd.opcode) {
	case IO_FLUSH:
		nvme_end(slot, NVME_OK);
		break;
	case IO_READ:
	case IO_WRITE:
	case IO_WRITE_ZEROES:
		rw_begin(nvme, slot);
		break;
	case IO_DSM:
		if (slot->cmd.cdw11 & DSM_DEALLOCATE)
			nvme_transfer(slot, MODEL_READ, slot->buffer,
				      ((slot->cmd.cdw10 & 0xff) + 1) * sizeof(struct dsm_range));
		else
			nvme_end(slot, NVME_OK); /* hints of access patterns */
		break;
	default:
		nvme_end(slot, NVME_INVALID_OPCODE);
		break;
	}
}

static struct dsm_range range_get(const struct nvme_slot *slot, u32 index)
{
	struct dsm_range range;

	memcpy(&range, slot->buffer + index * sizeof(range), sizeof(range));
	return range;
}

/* All data of a command have come: reads and writes are done, dataset management begins. */
void nvme_io_data(struct function *fn, struct nvme_slot *slot)
{
	struct dsm_range range;

	if (slot->cmd.opcode != IO_DSM) {
		nvme_end(slot, NVME_OK);
		return;
	}
	slot->nr_ranges = (slot->cmd.cdw10 & 0xff) + 1;
	for (u32 i = 0; i < slot->nr_ranges; i++) {
		range = range_get(slot, i);
		if (!range_ok(nvme_of(fn), range.lba, range.blocks)) {
			nvme_end(slot, NVME_LBA_RANGE);
			return;
		}
	}
	slot->next_range = 0;
	slot->work_pos = 0;
	slot->work_end = 0;
	slot->state = SLOT_WORK;
}

/* Clear a piece of the namespace: what was deallocated or zeroed reads as zeroes. */
void nvme_io_work(struct function *fn, struct nvme_slot *slot)
{
	u64 n = slot->work_end - slot->work_pos;
	struct dsm_range range;

	if (!n && slot->next_range < slot->nr_ranges) {
		range = range_get(slot, slot->next_range++);
		slot->work_pos = range.lba << NVME_LBA_LG2;
		slot->work_end = slot->work_pos + ((u64)range.blocks << NVME_LBA_LG2);
		return;
	}
	if (!n) {
		nvme_end(slot, NVME_OK);
		return;
	}
	if (n > WORK_PIECE)
		n = WORK_PIECE;
	memset(nvme_of(fn)->ns + slot->work_pos, 0, n);
	slot->work_pos += n;
}
