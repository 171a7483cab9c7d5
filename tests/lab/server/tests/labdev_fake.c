// SPDX-License-Identifier: GPL-2.0-only
/*
 * What function.h and model.h promise to labdev, done without either. See labdev_fake.h.
 */
#include <stdlib.h>

#include "labdev_fake.h"

struct fake fake;

extern const struct function_ops fn_labdev_ops;

/* ---------------------------------------------------------------- configuration */

void function_identity(struct function *fn, u16 vendor, u16 device, u32 class_code, u8 revision)
{
	(void)fn;
	(void)class_code;
	(void)revision;
	assert_int_equal(vendor, LABDEV_VENDOR);
	assert_int_equal(device, LABDEV_DEVICE);
}

unsigned int function_add_pcie(struct function *fn, bool flr)
{
	(void)fn;
	assert_true(flr);
	return FAKE_PCIE;
}

void function_no_prefixes(struct function *fn, unsigned int pcie)
{
	(void)fn;
	fake.without_prefixes = pcie;
}

unsigned int function_add_msix(struct function *fn, unsigned int bar, unsigned int nr)
{
	fn->msix_bar = bar;
	fn->nr_irqs = nr;
	return 0x80;
}

unsigned int function_add_ats(struct function *fn, unsigned int queue_depth)
{
	(void)fn;
	(void)queue_depth;
	return 0x100;
}

unsigned int function_add_pri(struct function *fn, u32 capacity)
{
	(void)fn;
	(void)capacity;
	return FAKE_PRI;
}

unsigned int function_add_pasid(struct function *fn, unsigned int bits, bool exec, bool priv)
{
	(void)fn;
	(void)bits;
	(void)exec;
	(void)priv;
	return 0x180;
}

bool function_bus_master(const struct function *fn)
{
	(void)fn;
	return fake.master;
}

bool function_ats_enabled(const struct function *fn)
{
	(void)fn;
	return fake.ats;
}

bool function_pri_enabled(const struct function *fn)
{
	(void)fn;
	return fake.pri;
}

bool function_pasid_enabled(const struct function *fn)
{
	(void)fn;
	return fake.pasid;
}

/* ---------------------------------------------------------------- the SMMU */

static struct fake_page *page_find(u32 ssid, bool ssv, u64 addr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fake.pages); i++) {
		struct fake_page *p = &fake.pages[i];

		if (p->valid && p->ssv == ssv && (!ssv || p->ssid == ssid) &&
		    p->iova == (addr & ~4095ull))
			return p;
	}
	return NULL;
}

void fake_map(u32 pasid, u64 iova, unsigned int page, bool r, bool w)
{
	struct fake_page *p = fake.pages;

	while (p->valid)
		p++;
	assert_true(p < fake.pages + ARRAY_SIZE(fake.pages));
	*p = (struct fake_page){
		.valid = true,
		.ssv = pasid,
		.ssid = pasid,
		.r = r,
		.w = w,
		.iova = iova,
		.pa = FAKE_PA + page * 4096ull,
	};
}

void fake_unmap(u32 pasid, u64 iova)
{
	struct fake_page *p = page_find(pasid, pasid, iova);

	assert_non_null(p);
	p->valid = false;
}

u8 *fake_memory(unsigned int page)
{
	return fake.memory + page * 4096;
}

static enum model_outcome access_at(u64 pa, struct model_access *a, u8 *buf)
{
	u8 old[4096];

	if (pa < FAKE_PA || pa - FAKE_PA > sizeof(fake.memory) - a->len)
		return MODEL_ABORTED;
	memcpy(old, fake.memory + (pa - FAKE_PA), a->len);
	if (a->kind != MODEL_READ)
		memcpy(fake.memory + (pa - FAKE_PA), buf, a->len);
	if (a->kind != MODEL_WRITE)
		memcpy(buf, old, a->len);
	return MODEL_DONE;
}

enum model_outcome function_dma(struct function *fn, struct model_access *a, void *buf, u64 *done)
{
	struct fake_page *p = page_find(a->ssid, a->ssv, a->addr);

	assert_ptr_equal(fn, &fake.fn);
	assert_in_range(a->len, 1, 4096 - (a->addr & 4095));
	fake.last = *a;
	fake.nr_dma++;
	fake.nr_translated += a->translated;
	*done = 0;
	if (!fake.master)
		return MODEL_ABORTED;
	if (fake.stall_next) {
		fake.stall_next = false;
		return MODEL_STALLED;
	}
	if (fake.raz_next) {
		fake.raz_next = false;
		return MODEL_RAZ_WI;
	}
	if (a->translated)
		return access_at(a->addr, a, buf);
	if (!p || (a->kind != MODEL_WRITE && !p->r) || (a->kind != MODEL_READ && !p->w))
		return MODEL_ABORTED;
	return access_at(p->pa + (a->addr & 4095), a, buf);
}

void model_ats_request(struct model *m, const struct model_access *a,
		       struct model_ats_answer *answer)
{
	struct fake_page *p = page_find(a->ssid, a->ssv, a->addr);

	assert_ptr_equal(m, fake.fn.smmu);
	fake.nr_asked++;
	*answer = (struct model_ats_answer) { .ok = fake.ats && !fake.ats_ca, .ca = fake.ats_ca };
	if (!p || !answer->ok)
		return;
	answer->r = p->r;
	answer->w = p->w;
	answer->x = p->x;
	answer->pa = p->pa;
	answer->size = 4096;
}

void model_page_request(struct model *m, const struct model_page_request *r)
{
	assert_ptr_equal(m, fake.fn.smmu);
	assert_in_range(fake.nr_requests, 0, ARRAY_SIZE(fake.requests) - 1);
	fake.requests[fake.nr_requests++] = *r;
}

void model_atc_emptied(struct model *m, u32 sid)
{
	assert_ptr_equal(m, fake.fn.smmu);
	assert_int_equal(sid, FAKE_SID);
	fake.nr_emptied++;
}

bool model_translated_passes(struct model *m, u32 sid)
{
	assert_ptr_equal(m, fake.fn.smmu);
	assert_int_equal(sid, FAKE_SID);
	return !fake.shut_out;
}

void model_atc_inv_done(struct model *m, u32 sid, u32 itag)
{
	assert_ptr_equal(m, fake.fn.smmu);
	assert_int_equal(sid, FAKE_SID);
	assert_in_range(fake.nr_done, 0, ARRAY_SIZE(fake.done_itags) - 1);
	fake.done_itags[fake.nr_done++] = itag;
}

static void noted(unsigned int kind, u32 ssid, bool ssv, u64 iova, u64 len)
{
	fake.notes[kind]++;
	fake.note_ssid = ssid;
	fake.note_ssv = ssv;
	fake.note_iova = iova;
	fake.note_len = len;
}

void model_note_mapped(struct model *m, u32 sid, u32 ssid, bool ssv, u64 iova, u64 len)
{
	(void)m;
	assert_int_equal(sid, FAKE_SID);
	noted(LABDEV_NOTE_MAPPED, ssid, ssv, iova, len);
}

void model_note_unmapped(struct model *m, u32 sid, u32 ssid, bool ssv, u64 iova, u64 len)
{
	(void)m;
	assert_int_equal(sid, FAKE_SID);
	noted(LABDEV_NOTE_UNMAPPED, ssid, ssv, iova, len);
}

void model_note_no_bypass(struct model *m, u32 sid, bool begin)
{
	(void)m;
	assert_int_equal(sid, FAKE_SID);
	noted(begin ? LABDEV_NOTE_NO_BYPASS_BEGIN : LABDEV_NOTE_NO_BYPASS_END, 0, false, 0, 0);
}

void model_note_hitless(struct model *m, u32 sid, u32 ssid, bool ssv, bool begin)
{
	(void)m;
	assert_int_equal(sid, FAKE_SID);
	noted(begin ? LABDEV_NOTE_HITLESS_BEGIN : LABDEV_NOTE_HITLESS_END, ssid, ssv, 0, 0);
}

/* ---------------------------------------------------------------- the lab */

void function_irq(struct function *fn, unsigned int vector)
{
	(void)fn;
	assert_int_equal(vector, 0);
	fake.irqs++;
}

u64 lab_random(struct lab *lab)
{
	(void)lab;
	if (!fake.chance)
		return 0;
	fake.chance = labdev_pattern(fake.chance, 0);
	return fake.chance;
}

void function_log(struct function *fn, const char *format, ...)
{
	(void)fn;
	(void)format;
}

void function_violation(struct function *fn, const char *rule, const char *format, ...)
{
	(void)fn;
	(void)format;
	assert_string_equal(rule, "UNMAP_ATC");
	fake.violations++;
}

int fake_setup(void **state)
{
	const char *why = NULL;

	(void)state;
	memset(&fake, 0, sizeof(fake));
	fake.master = true;
	fake.ats = true;
	fake.pri = true;
	fake.pasid = true;
	fake.fn.ops = &fn_labdev_ops;
	fake.fn.smmu = (struct model *)&fake;
	fake.fn.sids[0] = FAKE_SID;
	fake.fn.nr_sids = 1;
	fake.fn.config[FAKE_PRI + 4] = 1;
	fake.fn.config[FAKE_PRI + 12] = 16;
	return fn_labdev_ops.init(&fake.fn, NULL, &why) ? 0 : -1;
}

int fake_teardown(void **state)
{
	(void)state;
	fn_labdev_ops.fini(&fake.fn);
	return fake.fn.priv ? -1 : 0;
}

struct labdev *fake_labdev(void)
{
	return fake.fn.priv;
}

void fake_steps(unsigned int n)
{
	while (n--)
		fn_labdev_ops.step(&fake.fn);
}

void fake_run(void)
{
	unsigned int limit = 100000;

	while (fn_labdev_ops.step(&fake.fn))
		if (!limit--)
			fail_msg("the device does not come to rest");
}

u32 reg32(u32 offset)
{
	return fn_labdev_ops.bar_read(&fake.fn, 0, offset, 4);
}

u64 reg64(u32 offset)
{
	return fn_labdev_ops.bar_read(&fake.fn, 0, offset, 8);
}

void set32(u32 offset, u32 value)
{
	fn_labdev_ops.bar_write(&fake.fn, 0, offset, 4, value);
}

void set64(u32 offset, u64 value)
{
	fn_labdev_ops.bar_write(&fake.fn, 0, offset, 8, value);
}
