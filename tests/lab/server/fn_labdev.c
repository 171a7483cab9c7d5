// SPDX-License-Identifier: GPL-2.0-only
/*
 * labdev, the lab's DMA test device, as a PCI function: identity, registers, notes to the referee.
 * PCIe endpoint with ATS, PRI, PASID and FLR; tests/modules/labdev_regs.h has the registers.
 *
 * Invariant: what a guest writes to a register can make a job fail, never this process.
 */
#include <stdlib.h>
#include <string.h>

#include "fn_labdev.h"

bool labdev_error_due(struct labdev *ld, u32 offset)
{
	u32 *left = labdev_setting(ld, offset);

	if (!*left)
		return false;
	--*left;
	return true;
}

bool labdev_chance(struct labdev *ld, u32 percent)
{
	return lab_random(ld->fn->lab) % 100 < percent;
}

/* ---------------------------------------------------------------- notes */

/*
 * What the device itself can see of an unmap: its ATC must have lost the range, or be of no use any
 * more.
 */
static void note_unmapped(struct labdev *ld, u32 sid, u32 ssid, bool ssv, u64 iova, u64 len)
{
	const struct labdev_atc_entry *e = atc_find(ld, sid, ssid, ssv, iova, len);

	if (e && model_translated_passes(ld->fn->smmu, sid)) {
		labdev_count(ld, breaches);
		function_violation(ld->fn, "UNMAP_ATC",
				   "the unmap of [%#llx, +%#llx) of StreamID %#x%s has returned, "
				   "and the ATC holds %#llx +%#llx",
				   (unsigned long long)iova, (unsigned long long)len, sid,
				   ssv ? " with a PASID" : "", (unsigned long long)e->addr,
				   (unsigned long long)e->size);
	}
	model_note_unmapped(ld->fn->smmu, sid, ssid, ssv, iova, len);
}

static void note_taken(struct labdev *ld, u32 cmd)
{
	u64 iova = *labdev_setting(ld, LABDEV_NOTE_IOVA) |
		   (u64)*labdev_setting(ld, LABDEV_NOTE_IOVA + 4) << 32;
	u64 len = *labdev_setting(ld, LABDEV_NOTE_LEN) |
		  (u64)*labdev_setting(ld, LABDEV_NOTE_LEN + 4) << 32;
	u32 pasid = *labdev_setting(ld, LABDEV_NOTE_PASID);
	bool ssv = pasid & LABDEV_PASID_VALID;
	u32 kind = cmd & 0xff, index = cmd >> 8, sid, ssid = pasid & LABDEV_PASID_MASK;

	if (index >= ld->fn->nr_sids || kind < LABDEV_NOTE_MAPPED ||
	    kind > LABDEV_NOTE_HITLESS_END ||
	    (kind <= LABDEV_NOTE_UNMAPPED && (!len || iova + (len - 1) < iova))) {
		function_log(ld->fn, "note %#x of [%#llx, +%#llx) is none", cmd,
			     (unsigned long long)iova, (unsigned long long)len);
		return;
	}
	labdev_count(ld, notes);
	++*labdev_setting(ld, LABDEV_NOTE_COUNT);
	if (!ld->fn->smmu)
		return;
	sid = ld->fn->sids[index];
	switch (kind) {
	case LABDEV_NOTE_MAPPED:
		model_note_mapped(ld->fn->smmu, sid, ssid, ssv, iova, len);
		break;
	case LABDEV_NOTE_UNMAPPED:
		note_unmapped(ld, sid, ssid, ssv, iova, len);
		break;
	case LABDEV_NOTE_NO_BYPASS_BEGIN:
		model_note_no_bypass(ld->fn->smmu, sid, true);
		break;
	case LABDEV_NOTE_NO_BYPASS_END:
		model_note_no_bypass(ld->fn->smmu, sid, false);
		break;
	case LABDEV_NOTE_HITLESS_BEGIN:
		model_note_hitless(ld->fn->smmu, sid, ssid, ssv, true);
		break;
	case LABDEV_NOTE_HITLESS_END:
		model_note_hitless(ld->fn->smmu, sid, ssid, ssv, false);
		break;
	}
}

/* ---------------------------------------------------------------- registers */

static u32 status_read(struct function *fn)
{
	return (function_bus_master(fn) ? LABDEV_STATUS_MASTER : 0) |
	       (function_ats_enabled(fn) ? LABDEV_STATUS_ATS : 0) |
	       (function_pri_enabled(fn) ? LABDEV_STATUS_PRI : 0) |
	       (function_pasid_enabled(fn) ? LABDEV_STATUS_PASID : 0);
}

static u32 counter_read(struct labdev *ld, u32 offset)
{
	u32 nr = (offset - LABDEV_COUNTERS) / 8;

	ld->counts[LABDEV_COUNT_atc_entries] = atc_entries(ld);
	return nr < LABDEV_NR_COUNTERS ? (u32)(ld->counts[nr] >> (offset & 4) * 8) : 0;
}

/* One aligned 32-bit half or register. */
static u32 reg_read(struct labdev *ld, u32 offset)
{
	if (offset >= LABDEV_JOBS)
		return job_read(ld, offset - LABDEV_JOBS);
	if (offset >= LABDEV_COUNTERS)
		return counter_read(ld, offset);
	switch (offset) {
	case LABDEV_ID: return LABDEV_ID_VALUE;
	case LABDEV_VERSION: return LABDEV_VERSION_VALUE;
	case LABDEV_NR_SIDS: return ld->fn->nr_sids;
	case LABDEV_STATUS: return status_read(ld->fn);
	case LABDEV_IRQ_PENDING: return ld->pending;
	case LABDEV_IRQ_PENDING + 4: return ld->pending >> 32;
	case LABDEV_RUNNING: return jobs_running(ld);
	case LABDEV_RUNNING + 4: return jobs_running(ld) >> 32;
	default: return *labdev_setting(ld, offset);
	}
}

static void stop_many(struct labdev *ld, u32 mask, unsigned int first)
{
	unsigned int i;

	for (i = 0; i < 32; i++)
		if (mask & BIT(i))
			job_stop(ld, first + i);
}

static void setting_write(struct labdev *ld, u32 offset, u32 value)
{
	if (offset == LABDEV_ATC_SIZE) {
		/* Entries beyond the new size would be out of reach of an eviction. */
		atc_forget(ld);
		value = value < 1 ? 1 : value > LABDEV_ATC_MAX ? LABDEV_ATC_MAX : value;
	}
	*labdev_setting(ld, offset) = value;
}

static void reg_write(struct labdev *ld, u32 offset, u32 value)
{
	if (offset >= LABDEV_JOBS) {
		job_write(ld, offset - LABDEV_JOBS, value);
		return;
	}
	switch (offset) {
	case LABDEV_IRQ_PENDING:
		ld->pending &= ~(u64)value;
		break;
	case LABDEV_IRQ_PENDING + 4:
		ld->pending &= ~((u64)value << 32);
		break;
	case LABDEV_STOP_ALL:
		stop_many(ld, value, 0);
		break;
	case LABDEV_STOP_ALL + 4:
		stop_many(ld, value, 32);
		break;
	case LABDEV_NOTE_CMD:
		note_taken(ld, value);
		break;
	case LABDEV_ATC_FLUSH:
		atc_forget(ld);
		break;
	case LABDEV_SCRATCH:
	case LABDEV_IRQ_ENABLE:
	case LABDEV_NOTE_IOVA:
	case LABDEV_NOTE_IOVA + 4:
	case LABDEV_NOTE_LEN:
	case LABDEV_NOTE_LEN + 4:
	case LABDEV_NOTE_PASID:
	case LABDEV_ATC_SIZE:
	case LABDEV_ATC_LATE:
	case LABDEV_ERR_ATC_SILENT:
	case LABDEV_ERR_ATC_KEEP:
	case LABDEV_ERR_PRI_NO_LAST:
	case LABDEV_ERR_PRI_PRGI:
	case LABDEV_ERR_ATC_HOLD:
		setting_write(ld, offset, value);
		break;
	default:
		function_log(ld->fn, "write of %#x to register %#x ignored", value, offset);
	}
}

static bool access_good(unsigned int bar, u64 offset, unsigned int n)
{
	return bar == LABDEV_BAR && (n == 4 || n == 8) && !(offset % n) &&
	       offset <= LABDEV_BAR_SZ - n;
}

static u64 labdev_bar_read(struct function *fn, unsigned int bar, u64 offset, unsigned int n)
{
	struct labdev *ld = fn->priv;

	if (!access_good(bar, offset, n)) {
		function_log(fn, "read of %u bytes at %#llx of BAR %u: there is no such register",
			     n, (unsigned long long)offset, bar);
		return 0;
	}
	return n == 4 ? reg_read(ld, offset)
		      : reg_read(ld, offset) | (u64)reg_read(ld, offset + 4) << 32;
}

static void labdev_bar_write(struct function *fn, unsigned int bar, u64 offset, unsigned int n,
			     u64 value)
{
	struct labdev *ld = fn->priv;

	if (!access_good(bar, offset, n)) {
		function_log(fn, "write of %u bytes at %#llx of BAR %u: there is no such register",
			     n, (unsigned long long)offset, bar);
		return;
	}
	reg_write(ld, offset, value);
	if (n == 8)
		reg_write(ld, offset + 4, value >> 32);
}

/* ---------------------------------------------------------------- the function */

static void labdev_config_written(struct function *fn, unsigned int offset, unsigned int n)
{
	struct labdev *ld = fn->priv;

	pri_config_written(ld, offset, n);
	/* PCIe ATS: switching it off empties the cache. */
	if (!function_ats_enabled(fn)) {
		atc_forget(ld);
		jobs_ats_off(ld);
		for (unsigned int i = 0; fn->smmu && i < fn->nr_sids; i++)
			model_atc_emptied(fn->smmu, fn->sids[i]);
	}
}

static void labdev_reset(struct function *fn)
{
	struct labdev *ld = fn->priv;
	u32 resets = ld->reg[LABDEV_RESETS / 4] + 1;

	memset(ld->reg, 0, sizeof(ld->reg));
	ld->reg[LABDEV_RESETS / 4] = resets;
	jobs_reset(ld);
	atc_reset(ld);
	pri_reset(ld);
}

static bool labdev_step(struct function *fn)
{
	struct labdev *ld = fn->priv;
	bool more = atc_step(ld);

	return jobs_step(ld) || more || atc_busy(ld);
}

static void labdev_atc_inv(struct function *fn, const struct model_atc_inv *inv)
{
	atc_invalidate(fn->priv, inv);
}

static void labdev_page_response(struct function *fn, u32 sid, u32 ssid, bool ssv, u16 prgi,
				 enum model_page_response code)
{
	(void)sid;
	(void)ssid;
	(void)ssv;
	pri_response(fn->priv, prgi, code);
}

static void labdev_stall_end(struct function *fn, u64 cookie, enum model_stall_end how)
{
	job_stall_end(fn->priv, cookie, how);
}

struct labdev_options {
	unsigned int ats, pri, pasid;
	bool aliased, prefixes;
};

/*
 * Words "ats=0|1", "pri=<requests>" and "pasid=<bits>"; 0 leaves the capability out. "aliased=1":
 * with the identity of a device whose further requester IDs the kernel knows. "prefixes=0": its
 * link carries no TLP prefixes, so that the PASID capability is there and cannot be enabled.
 */
static bool options_parse(char **options, struct labdev_options *o, const char **why)
{
	for (; options && *options; options++) {
		char *value = strchr(*options, '='), *end;
		unsigned long n;

		*why = "labdev takes ats=0|1, pri=<requests, up to 512>, pasid=<bits, up to 20>, "
		       "aliased=0|1 and prefixes=0|1";
		if (!value || !value[1])
			return false;
		n = strtoul(value + 1, &end, 0);
		if (*end)
			return false;
		if (!strncmp(*options, "ats=", 4) && n <= 1)
			o->ats = n;
		else if (!strncmp(*options, "pri=", 4) && n <= LABDEV_NR_PRGIS)
			o->pri = n;
		else if (!strncmp(*options, "pasid=", 6) && n <= 20)
			o->pasid = n;
		else if (!strncmp(*options, "aliased=", 8) && n <= 1)
			o->aliased = n;
		else if (!strncmp(*options, "prefixes=", 9) && n <= 1)
			o->prefixes = n;
		else
			return false;
	}
	return true;
}

static bool labdev_init(struct function *fn, char **options, const char **why)
{
	struct labdev_options o = { .ats = 1, .pri = 64, .pasid = 16, .prefixes = true };
	unsigned int pcie;
	struct labdev *ld;

	if (!options_parse(options, &o, why))
		return false;
	ld = calloc(1, sizeof(*ld));
	*why = "out of memory";
	if (!ld)
		return false;
	ld->fn = fn;
	fn->priv = ld;
	fn->bar_sz[LABDEV_BAR] = LABDEV_BAR_SZ;
	if (o.aliased)
		function_identity(fn, LABDEV_ALIASED_VENDOR, LABDEV_ALIASED_DEVICE, 0x088000, 1);
	else
		function_identity(fn, LABDEV_VENDOR, LABDEV_DEVICE, 0x088000, 1);
	pcie = function_add_pcie(fn, true);
	if (!o.prefixes)
		function_no_prefixes(fn, pcie);
	function_add_msix(fn, LABDEV_MSIX_BAR, 1);
	if (o.ats)
		function_add_ats(fn, 32);
	if (o.ats && o.pri)
		ld->pri_cap = function_add_pri(fn, o.pri);
	if (o.pasid)
		function_add_pasid(fn, o.pasid, true, true);
	atc_reset(ld);
	pri_reset(ld);
	return true;
}

static void labdev_fini(struct function *fn)
{
	free(fn->priv);
	fn->priv = NULL;
}

extern const struct function_ops fn_labdev_ops;

const struct function_ops fn_labdev_ops = {
	.name = "labdev",
	.init = labdev_init,
	.fini = labdev_fini,
	.bar_read = labdev_bar_read,
	.bar_write = labdev_bar_write,
	.config_written = labdev_config_written,
	.reset = labdev_reset,
	.step = labdev_step,
	.atc_inv = labdev_atc_inv,
	.page_response = labdev_page_response,
	.stall_end = labdev_stall_end,
};
