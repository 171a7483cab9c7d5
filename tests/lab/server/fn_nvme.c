// SPDX-License-Identifier: GPL-2.0-only
/*
 * An NVMe controller with one namespace in memory, for a stock driver to hammer on behind the
 * model. Here: registers, reset, shutdown and the order of work. NVM Express 1.4, chapters 3
 * and 7.6.
 *
 * Invariant: without CSTS.RDY, after a fatal error and without bus mastering there is no DMA and no
 * interrupt.
 */
#include <stdio.h>

#include "nvme.h"

#define NVME_BAR_SZ   0x4000u
#define NVME_MSIX_BAR 4u

/* ---------------------------------------------------------------- states */

static void drop_everything(struct nvme *nvme)
{
	memset(nvme->sqs, 0, sizeof(nvme->sqs));
	memset(nvme->cqs, 0, sizeof(nvme->cqs));
	for (u32 i = 0; i < NVME_NR_SLOTS; i++)
		nvme->slots[i].state = SLOT_FREE;
	nvme->nr_aers = 0;
	nvme->event_pending = false;
	nvme->event_masked = false;
	nvme->io_queue_seen = false;
	nvme_features_reset(nvme);
}

void nvme_fatal(struct function *fn, const char *why)
{
	struct nvme *nvme = nvme_of(fn);

	function_log(fn, "fatal: %s", why);
	nvme->csts |= CSTS_CFS;
	for (u32 i = 0; i < NVME_NR_SLOTS; i++)
		nvme->slots[i].state = SLOT_FREE;
}

static const char *enable_refused(const struct nvme *nvme)
{
	u64 mask;

	if (CC_CSS(nvme->cc))
		return "CC.CSS is not the NVM command set";
	if (CC_MPS(nvme->cc) > NVME_MPSMAX)
		return "CC.MPS is beyond CAP.MPSMAX";
	mask = nvme_page_sz(nvme) - 1;
	if ((nvme->asq & mask) || (nvme->acq & mask))
		return "an admin queue is not aligned to the page size";
	if (!AQA_ASQS(nvme->aqa) || !AQA_ACQS(nvme->aqa))
		return "an admin queue has fewer than two entries";
	return NULL;
}

static void controller_enable(struct function *fn)
{
	struct nvme *nvme = nvme_of(fn);
	const char *why = enable_refused(nvme);

	if (why) {
		nvme_fatal(fn, why);
		return;
	}
	nvme->cqs[0] = (struct nvme_cq){
		.live = true,
		.irq = true,
		.phase = true,
		.base = nvme->acq,
		.entries = AQA_ACQS(nvme->aqa) + 1,
	};
	nvme->sqs[0] = (struct nvme_sq){
		.live = true, .base = nvme->asq, .entries = AQA_ASQS(nvme->aqa) + 1};
	nvme->csts |= CSTS_RDY;
}

static bool idle(const struct nvme *nvme)
{
	for (u32 i = 0; i < NVME_NR_SLOTS; i++)
		if (nvme->slots[i].state != SLOT_FREE)
			return false;
	return true;
}

static void cc_write(struct function *fn, u32 value)
{
	struct nvme *nvme = nvme_of(fn);
	u32 old = nvme->cc;

	nvme->cc = value & CC_WRITABLE;
	if ((old & CC_EN) && !(value & CC_EN)) {
		drop_everything(nvme);
		nvme->csts = 0;
	} else if (!(old & CC_EN) && (value & CC_EN)) {
		controller_enable(fn);
	}
	if (CC_SHN(value) && !CC_SHN(old))
		nvme->csts =
			(nvme->csts & ~CSTS_SHST) | (idle(nvme) ? CSTS_SHST_DONE : CSTS_SHST_BUSY);
}

/* ---------------------------------------------------------------- work */

static bool slot_step(struct function *fn, struct nvme_slot *slot)
{
	switch (slot->state) {
	case SLOT_TRANSFER:
		if (!nvme_transfer_step(fn, slot))
			return true;
		if (slot->status || !slot->sqid)
			nvme_end(slot, slot->status);
		else
			nvme_io_data(fn, slot);
		return true;
	case SLOT_WORK:
		nvme_io_work(fn, slot);
		return true;
	case SLOT_DRAIN: return nvme_admin_drained(fn, slot);
	case SLOT_COMPLETE: return nvme_complete(fn, slot);
	case SLOT_FREE:
	case SLOT_TAKEN:
		break;
	}
	return false;
}

/* One slot's next piece; which slot's is left to chance, so commands overtake each other. */
static bool slots_step(struct function *fn)
{
	struct nvme *nvme = nvme_of(fn);
	u32 first = lab_random(fn->lab) % NVME_NR_SLOTS;

	for (u32 i = 0; i < NVME_NR_SLOTS; i++)
		if (slot_step(fn, &nvme->slots[(first + i) % NVME_NR_SLOTS]))
			return true;
	return false;
}

static bool nvme_step(struct function *fn)
{
	struct nvme *nvme = nvme_of(fn);
	bool worked;

	if (!(nvme->csts & CSTS_RDY) || (nvme->csts & CSTS_CFS) || !function_bus_master(fn))
		return false;
	nvme_complete_aer(fn);
	if (lab_random(fn->lab) & 1)
		worked = nvme_queue_step(fn) || slots_step(fn);
	else
		worked = slots_step(fn) || nvme_queue_step(fn);
	if ((nvme->csts & CSTS_SHST) == CSTS_SHST_BUSY && idle(nvme))
		nvme->csts = (nvme->csts & ~CSTS_SHST) | CSTS_SHST_DONE;
	return worked;
}

/* ---------------------------------------------------------------- registers */

static u64 cap_value(void)
{
	return CAP_MQES(NVME_MAX_ENTRIES - 1) | CAP_CQR | CAP_TO(60) | CAP_CSS_NVM |
	       CAP_MPSMAX(NVME_MPSMAX);
}

static u32 word_read(const struct nvme *nvme, u64 offset)
{
	switch (offset) {
	case NVME_CAP: return cap_value();
	case NVME_CAP + 4: return cap_value() >> 32;
	case NVME_VS: return NVME_VERSION;
	case NVME_CC: return nvme->cc;
	case NVME_CSTS: return nvme->csts;
	case NVME_AQA: return nvme->aqa;
	case NVME_ASQ: return nvme->asq;
	case NVME_ASQ + 4: return nvme->asq >> 32;
	case NVME_ACQ: return nvme->acq;
	case NVME_ACQ + 4: return nvme->acq >> 32;
	default: return 0;
	}
}

static void word_write(struct function *fn, u64 offset, u32 value)
{
	struct nvme *nvme = nvme_of(fn);
	u64 low = value & 0xfffff000u, high = (u64)value << 32;

	switch (offset) {
	case NVME_CC:
		cc_write(fn, value);
		break;
	case NVME_AQA:
		nvme->aqa = value & 0x0fff0fffu;
		break;
	case NVME_ASQ:
		nvme->asq = (nvme->asq & GENMASK(63, 32)) | low;
		break;
	case NVME_ASQ + 4:
		nvme->asq = (nvme->asq & GENMASK(31, 0)) | high;
		break;
	case NVME_ACQ:
		nvme->acq = (nvme->acq & GENMASK(63, 32)) | low;
		break;
	case NVME_ACQ + 4:
		nvme->acq = (nvme->acq & GENMASK(31, 0)) | high;
		break;
	}
}

static u64 nvme_bar_read(struct function *fn, unsigned int bar, u64 offset, unsigned int n)
{
	struct nvme *nvme = nvme_of(fn);
	u64 value;

	if (bar || offset >= NVME_REGS_END)
		return 0;
	value = word_read(nvme, offset & ~3ull) >> (offset % 4 * 8);
	if (n == 8)
		return value | (u64)word_read(nvme, offset + 4) << 32;
	return value & GENMASK(n * 8 - 1, 0);
}

static void nvme_bar_write(struct function *fn, unsigned int bar, u64 offset, unsigned int n,
			   u64 value)
{
	struct nvme *nvme = nvme_of(fn);

	if (bar || n < 4) {
		function_log(fn, "a write of %u bytes at %#llx is lost", n,
			     (unsigned long long)offset);
		return;
	}
	if (offset >= NVME_DOORBELLS) {
		if ((nvme->csts & CSTS_RDY) && !(nvme->csts & CSTS_CFS))
			nvme_doorbell(fn, offset, value);
		return;
	}
	word_write(fn, offset, value);
	if (n == 8)
		word_write(fn, offset + 4, value >> 32);
}

static void nvme_reset(struct function *fn)
{
	struct nvme *nvme = nvme_of(fn);

	drop_everything(nvme);
	nvme->cc = 0;
	nvme->csts = 0;
	nvme->aqa = 0;
	nvme->asq = 0;
	nvme->acq = 0;
}

/* ---------------------------------------------------------------- start and end */

static const char *option_take(struct nvme *nvme, const char *word)
{
	const char *text;
	u64 value;

	text = endpoint_option(word, "size");
	if (text) {
		if (!endpoint_number(text, 1, 65536, &value))
			return "nvme: size= is MiB, 1 to 65536";
		nvme->ns_sz = value << 20;
		return NULL;
	}
	text = endpoint_option(word, "queues");
	if (text) {
		if (!endpoint_number(text, 1, NVME_MAX_QUEUES, &value))
			return "nvme: queues= is 1 to 16";
		nvme->nr_queues = value;
		return NULL;
	}
	text = endpoint_option(word, "serial");
	if (text) {
		if (!*text || strlen(text) >= sizeof(nvme->serial))
			return "nvme: serial= is 1 to 20 characters";
		strcpy(nvme->serial, text);
		return NULL;
	}
	return "nvme takes size=MIB, queues=NUMBER and serial=TEXT";
}

static const char *nvme_prepare(struct function *fn, char **options)
{
	struct nvme *nvme = nvme_of(fn);
	const char *why = NULL;

	nvme->ns_sz = 64ull << 20;
	nvme->nr_queues = 8;
	snprintf(nvme->serial, sizeof(nvme->serial), "%s", fn->name ?: "nvme");
	for (; !why && options && *options; options++)
		why = option_take(nvme, *options);
	if (why)
		return why;
	nvme->ns = calloc(1, nvme->ns_sz);
	return nvme->ns ? NULL : "no memory for the namespace";
}

static void nvme_fini(struct function *fn)
{
	if (!fn->priv)
		return;
	free(nvme_of(fn)->ns);
	free(fn->priv);
	fn->priv = NULL;
}

static bool nvme_init(struct function *fn, char **options, const char **why)
{
	fn->priv = calloc(1, sizeof(struct nvme));
	*why = fn->priv ? nvme_prepare(fn, options) : "no memory";
	if (*why) {
		nvme_fini(fn);
		return false;
	}
	function_identity(fn, 0x1234, 0x0a53, 0x010802, 1);
	function_add_pcie(fn, true);
	fn->bar_sz[0] = NVME_BAR_SZ;
	fn->bar_64[0] = true;
	function_add_msix(fn, NVME_MSIX_BAR, nvme_of(fn)->nr_queues + 1);
	nvme_reset(fn);
	return true;
}

const struct function_ops fn_nvme_ops = {
	.name = "nvme",
	.init = nvme_init,
	.fini = nvme_fini,
	.bar_read = nvme_bar_read,
	.bar_write = nvme_bar_write,
	.reset = nvme_reset,
	.step = nvme_step,
};
