// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data of an NVMe command: physical region pages (NVM Express 1.4, 4.3). The first may begin
 * anywhere at a double word; a second is a page, or, if two are not enough, a list of pages, whose
 * last entry leads to the next list.
 *
 * Invariant: one call is at most one access of at most NVME_PIECE bytes, of data or of a list.
 */
#include "nvme.h"

void nvme_transfer(struct nvme_slot *slot, enum model_access_kind kind, void *data, u64 len)
{
	slot->kind = kind;
	slot->data = data;
	slot->len = len;
	slot->pos = 0;
	slot->page_left = 0;
	slot->list_begun = false;
	slot->prp1_used = false;
	slot->nr_entries = 0;
	slot->next_entry = 0;
	slot->state = SLOT_TRANSFER;
}

static bool prp_failed(struct nvme_slot *slot, u32 status)
{
	slot->status = status;
	return true;
}

static u64 pages_left(const struct nvme *nvme, const struct nvme_slot *slot)
{
	return (slot->len - slot->pos + nvme_page_sz(nvme) - 1) / nvme_page_sz(nvme);
}

/*
 * Read entries up to the end of the list's page, and of what fits slot->entries, no more than
 * needed.
 */
static bool list_read(struct function *fn, struct nvme_slot *slot)
{
	struct nvme *nvme = nvme_of(fn);
	u64 room = nvme_page_sz(nvme) - slot->list % nvme_page_sz(nvme);
	u64 n = pages_left(nvme, slot) * 8;

	if (n > room)
		n = room;
	if (n > NVME_PIECE - slot->list % NVME_PIECE)
		n = NVME_PIECE - slot->list % NVME_PIECE;
	if (!endpoint_dma(fn, MODEL_READ, slot->list, slot->entries, n))
		return prp_failed(slot, NVME_DATA_TRANSFER);
	slot->list += n;
	slot->nr_entries = n / 8;
	slot->next_entry = 0;
	return false;
}

/*
 * The next page from the list: it is at @slot->page then. An entry that ends its list's page is a
 * pointer to the next list, unless it is the very last that is needed.
 */
static bool list_next(struct function *fn, struct nvme_slot *slot)
{
	struct nvme *nvme = nvme_of(fn);
	bool ends_page;
	u64 entry;

	if (slot->next_entry == slot->nr_entries)
		return list_read(fn, slot);
	entry = slot->entries[slot->next_entry++];
	if (entry & (nvme_page_sz(nvme) - 1))
		return prp_failed(slot, NVME_PRP_OFFSET);
	ends_page =
		slot->next_entry == slot->nr_entries && !(slot->list & (nvme_page_sz(nvme) - 1));
	if (ends_page && pages_left(nvme, slot) > 1) {
		slot->list = entry;
		return false;
	}
	slot->page = entry;
	slot->page_left = nvme_page_sz(nvme);
	return false;
}

/* Where the transfer goes on, when a page is used up. True: it failed. */
static bool page_next(struct function *fn, struct nvme_slot *slot)
{
	u64 mask = nvme_page_sz(nvme_of(fn)) - 1;

	if (!slot->prp1_used) {
		if (slot->cmd.prp1 & 3)
			return prp_failed(slot, NVME_PRP_OFFSET);
		slot->prp1_used = true;
		slot->page = slot->cmd.prp1;
		slot->page_left = mask + 1 - (slot->page & mask);
		return false;
	}
	if (slot->list_begun)
		return list_next(fn, slot);
	if (pages_left(nvme_of(fn), slot) > 1) {
		if (slot->cmd.prp2 & 7)
			return prp_failed(slot, NVME_PRP_OFFSET);
		slot->list_begun = true;
		slot->list = slot->cmd.prp2;
		return list_next(fn, slot);
	}
	if (slot->cmd.prp2 & mask)
		return prp_failed(slot, NVME_PRP_OFFSET);
	slot->page = slot->cmd.prp2;
	slot->page_left = mask + 1;
	return false;
}

bool nvme_transfer_step(struct function *fn, struct nvme_slot *slot)
{
	u64 n = slot->len - slot->pos;

	if (!n)
		return true;
	if (!slot->page_left)
		return page_next(fn, slot);

	if (n > slot->page_left)
		n = slot->page_left;
	if (n > NVME_PIECE - slot->page % NVME_PIECE)
		n = NVME_PIECE - slot->page % NVME_PIECE;
	if (!endpoint_dma(fn, slot->kind, slot->page, slot->data + slot->pos, n))
		return prp_failed(slot, NVME_DATA_TRANSFER);
	slot->pos += n;
	slot->page += n;
	slot->page_left -= n;
	return slot->pos == slot->len;
}
