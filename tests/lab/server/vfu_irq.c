// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts, and what is asked of the peer for them. A function behind no SMMU signals QEMU's
 * eventfd, and QEMU sends the MSI to the address in the MSI-X table. For a device behind an SMMU
 * that address is an IOVA, which QEMU knows nothing of: the table's entry is read from QEMU, the
 * write goes through the SMMU, and what comes out is posted to the doorbell.
 *
 * Nothing waits here: QEMU answers when its big lock is free, which a CPU may hold that waits for
 * us.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vfu.h"

#define SET_DATA_NONE	BIT(0)
#define SET_DATA_BOOL	BIT(1)
#define SET_DATA_EVENTFD BIT(2)
#define SET_TRIGGER	BIT(5)
#define RETRY_MAX_MS	32u

/* ---------------------------------------------------------------- eventfds */

static void irq_close(struct vfu *v, unsigned int i)
{
	if (v->irq[i] >= 0)
		close(v->irq[i]);
	v->irq[i] = -1;
}

/*
 * Whether the driver took the first vector only: all interrupts share it, as PCI has it. Of several
 * vectors one that was not taken is not heard.
 */
static bool irq_shared(const struct vfu *v)
{
	for (unsigned int i = 1; i < v->fn->nr_irqs; i++) {
		if (v->irq[i] >= 0)
			return false;
	}
	return true;
}

void vfu_signal(struct vfu *v, unsigned int vector)
{
	const u64 one = 1;

	if (irq_shared(v))
		vector = 0;
	/* Non-blocking: a counter that is full has long been signalled. */
	if (v->irq[vector] >= 0 && write(v->irq[vector], &one, sizeof(one)) < 0 && errno != EAGAIN)
		irq_close(v, vector);
}

static int irq_trigger(struct vfu *v, const struct vfu_set_irqs *s, size_t extra, const u8 *data)
{
	if ((s->flags & SET_DATA_BOOL) && extra < s->count)
		return EINVAL;
	for (u32 i = 0; i < s->count; i++) {
		if (!(s->flags & SET_DATA_BOOL) || data[i])
			vfu_signal(v, s->start + i);
	}
	return 0;
}

u32 vfu_nr_irqs(const struct vfu *v, u32 index)
{
	return index == (slot_of(v->fn)->plain_msi ? VFU_IRQ_MSI : VFU_IRQ_MSIX) ? v->fn->nr_irqs
										 : 0;
}

int vfu_set_irqs(struct vfu *v, const struct vfu_set_irqs *s, size_t extra, const u8 *data)
{
	u32 nr = vfu_nr_irqs(v, s->index);

	if (s->start > nr || s->count > nr - s->start || !(s->flags & SET_TRIGGER))
		return EINVAL;
	if ((s->flags & SET_DATA_NONE) && !s->count) {
		for (u32 i = 0; i < nr; i++)
			irq_close(v, i);
		return 0;
	}
	if (!(s->flags & SET_DATA_EVENTFD))
		return irq_trigger(v, s, extra, data);
	if (v->nr_fds && v->nr_fds != s->count)
		return EINVAL;
	for (u32 i = 0; i < s->count; i++) {
		irq_close(v, s->start + i);
		if (!v->nr_fds)
			continue;
		/* Whatever it is, it may not make us wait. */
		fcntl(v->fds[i], F_SETFL, fcntl(v->fds[i], F_GETFL) | O_NONBLOCK);
		v->irq[s->start + i] = v->fds[i];
		v->fds[i] = -1;
	}
	return 0;
}

/* ---------------------------------------------------------------- requests to the peer */

static bool ask(struct vfu *v, struct vfu_request what, u16 command, const struct vfu_dma *dma,
		const void *data, size_t n)
{
	struct vfu_header h = { .command = command };

	for (unsigned int i = 0; i < VFU_MAX_REQUESTS; i++) {
		u16 id = (u16)((v->next_id + i) % VFU_MAX_REQUESTS);

		if (v->request[id].what)
			continue;
		v->request[id] = what;
		v->next_id = (u16)(id + 1);
		h.id = id;
		vfu_send(v, &h, dma, sizeof(*dma), data, n);
		return vfu_connected(v);
	}
	return false;
}

static bool page_is_bad(const struct vfu *v, u64 gpa)
{
	for (unsigned int i = 0; i < v->nr_bad_pages && i < VFU_BAD_PAGES; i++) {
		if (v->bad_page[i] == gpa >> 12)
			return true;
	}
	return false;
}

int vfu_post(struct vfu *v, u64 gpa, u32 data)
{
	const struct vfu_dma dma = { gpa, sizeof(data) };
	const struct vfu_request what = { .what = VFU_ASKED_POST, .gpa = gpa };

	if (!vfu_connected(v) || page_is_bad(v, gpa))
		return -1;
	return ask(v, what, VFU_DMA_WRITE, &dma, &data, sizeof(data)) ? 0 : -1;
}

/* ---------------------------------------------------------------- MSI-X through the SMMU */

/* The device's write, through its SMMU to the doorbell. */
static void deliver(struct vfu *v, unsigned int vector, u64 address, u32 data)
{
	struct model_access a = {.sid = v->fn->sids[0],
				 .addr = address,
				 .len = 4,
				 .kind = MODEL_WRITE,
				 .no_stall = true};
	enum model_outcome how;
	u64 done;

	v->retry_ms = 0;
	v->lab->doorbell = v;
	how = function_dma(v->fn, &a, &data, &done);
	v->lab->doorbell = NULL;
	if (how != MODEL_DONE)
		function_log(v->fn, "interrupt %u is lost: the SMMU ends its write to %#llx",
			     vector, (unsigned long long)address);
}

/* Masked or off, and nobody tells when that changes: it is looked at again, less and less often. */
static void later(struct vfu *v, unsigned int vector)
{
	v->retry_ms = v->retry_ms ? v->retry_ms * 2 : 1;
	if (v->retry_ms > RETRY_MAX_MS)
		v->retry_ms = RETRY_MAX_MS;
	v->masked |= BIT(vector);
	loop_timer(v->lab, v->retry_ms);
}

static void ask_table(struct vfu *v, unsigned int vector)
{
	struct function *fn = v->fn;
	const struct vfu_dma dma = {cfg_bar(fn, fn->msix_bar) + cfg_msix_table(fn) + 16ull * vector,
				    16};
	const struct vfu_request what = { .what = VFU_ASKED_TABLE, .vector = vector };

	if (!cfg_msix_enabled(fn) || !function_bus_master(fn) ||
	    !ask(v, what, VFU_DMA_READ, &dma, NULL, 0)) {
		later(v, vector);
		return;
	}
	v->wanted &= ~BIT(vector);
	v->asking |= BIT(vector);
}

static void raise_msi(struct vfu *v, unsigned int vector)
{
	u64 address;
	u32 data;

	if (!slot_of(v->fn)->plain_msi)
		ask_table(v, vector);
	else if (cfg_msi_vector(v->fn, vector, &address, &data))
		deliver(v, vector, address, data);
	else
		later(v, vector);
}

void vfu_msix(struct vfu *v, unsigned int vector)
{
	v->wanted |= BIT(vector);
	/*
	 * Raised again while its entry is on the way: asked anew after that, for it may have
	 * changed.
	 */
	if (!(v->asking & BIT(vector)))
		raise_msi(v, vector);
}

void vfu_timer(struct vfu *v)
{
	u64 again = v->masked;

	v->masked = 0;
	for (unsigned int i = 0; again && i < v->fn->nr_irqs; i++) {
		if ((again & BIT(i)) && vfu_connected(v) && !(v->asking & BIT(i)))
			raise_msi(v, i);
	}
}

static void table_entry(struct vfu *v, unsigned int vector, const u8 *data)
{
	u32 entry[4];

	memcpy(entry, data, sizeof(entry));
	if (entry[3] & 1)
		later(v, vector);
	else
		deliver(v, vector, (u64)entry[1] << 32 | entry[0], entry[2]);
}

bool vfu_answer(struct vfu *v, const struct vfu_header *h, const u8 *body, size_t n,
		const char **why)
{
	struct vfu_request asked = { .what = VFU_ASKED_NOTHING };
	bool failed = h->flags & VFU_ERROR;

	if (h->id < VFU_MAX_REQUESTS)
		asked = v->request[h->id];
	if (!asked.what) {
		*why = "an answer to something that was never asked";
		return false;
	}
	v->request[h->id].what = VFU_ASKED_NOTHING;
	if (asked.what == VFU_ASKED_POST) {
		if (!failed || page_is_bad(v, asked.gpa))
			return true;
		function_log(v->fn, "nothing takes a write at %#llx",
			     (unsigned long long)asked.gpa);
		v->bad_page[v->nr_bad_pages++ % VFU_BAD_PAGES] = asked.gpa >> 12;
		return true;
	}
	v->asking &= ~BIT(asked.vector);
	if (!failed && n != sizeof(struct vfu_dma) + 16) {
		*why = "an answer with less data than was asked for";
		return false;
	}
	if (failed)
		function_log(v->fn,
			     "interrupt %u is lost: its MSI-X entry cannot be read (error %u)",
			     asked.vector, h->error);
	else
		table_entry(v, asked.vector, body + sizeof(struct vfu_dma));
	if ((v->wanted & BIT(asked.vector)) && vfu_connected(v))
		ask_table(v, asked.vector);
	return true;
}

void vfu_trust_pages(struct vfu *v)
{
	v->nr_bad_pages = 0;
}

void vfu_forget_irqs(struct vfu *v)
{
	v->wanted = 0;
	v->masked = 0;
}

void vfu_forget(struct vfu *v)
{
	vfu_forget_irqs(v);
	for (unsigned int i = 0; i < LAB_MAX_IRQS; i++)
		irq_close(v, i);
	memset(v->request, 0, sizeof(v->request));
	v->asking = 0;
	vfu_trust_pages(v);
}
