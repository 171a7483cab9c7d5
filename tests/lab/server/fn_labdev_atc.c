// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test device's Address Translation Cache. PCIe ATS; Arm IHI 0070, "ATC invalidation" and
 * "CMD_ATC_INV".
 *
 * An adversary: an entry is used until its invalidation is answered, and the answer comes as late
 * as chance says, but never while an access with a translation from before is still on its way.
 */
#include "fn_labdev.h"

static bool entry_overlaps(const struct labdev_atc_entry *e, u64 first, u64 last)
{
	return e->addr <= last && first <= e->addr + e->size - 1;
}

/*
 * Does @inv cover an access or entry with these tags? Without a PASID it covers the addresses
 * whatever their PASID (PCIe, "PASID usage"); a global one does so by name.
 */
static bool inv_covers_tags(const struct model_atc_inv *inv, u32 sid, u32 ssid, bool ssv)
{
	if (inv->sid != sid)
		return false;
	return !inv->ssv || inv->global || (ssv && inv->ssid == ssid);
}

static bool inv_covers(const struct model_atc_inv *inv, const struct labdev_atc_entry *e)
{
	if (!inv_covers_tags(inv, e->sid, e->ssid, e->ssv))
		return false;
	return !inv->size || entry_overlaps(e, inv->addr, inv->addr + inv->size - 1);
}

static void inv_apply(struct labdev *ld, struct labdev_inv *p)
{
	unsigned int i;

	for (i = 0; i < LABDEV_ATC_MAX; i++)
		if (ld->atc[i].valid && inv_covers(&p->inv, &ld->atc[i]))
			ld->atc[i].valid = false;
	/*
	 * Translations that left the cache before; the address is not kept with them, so any may be
	 * meant.
	 */
	p->waits = 0;
	for (i = 0; i < LABDEV_NR_JOBS; i++)
		if (ld->jobs[i].flying)
			p->waits |= BIT(i);
	p->gone = true;
}

static void inv_answer(struct labdev *ld, unsigned int i)
{
	struct model_atc_inv inv = ld->invs[i].inv;

	ld->invs[i] = ld->invs[--ld->nr_invs];
	model_atc_inv_done(ld->fn->smmu, inv.sid, inv.itag);
}

void atc_invalidate(struct labdev *ld, const struct model_atc_inv *inv)
{
	struct labdev_inv *p;

	labdev_count(ld, atc_invs);
	if (labdev_error_due(ld, LABDEV_ERR_ATC_SILENT))
		return;
	if (labdev_error_due(ld, LABDEV_ERR_ATC_KEEP)) {
		model_atc_inv_done(ld->fn->smmu, inv->sid, inv->itag);
		return;
	}
	if (ld->nr_invs == LABDEV_MAX_INVS) {
		function_log(ld->fn, "more than %u invalidations at once; itag %u is dropped",
			     LABDEV_MAX_INVS, inv->itag);
		return;
	}
	p = &ld->invs[ld->nr_invs++];
	*p = (struct labdev_inv) { .inv = *inv };
	if (*labdev_setting(ld, LABDEV_ERR_ATC_HOLD))
		return;
	if (labdev_chance(ld, *labdev_setting(ld, LABDEV_ATC_LATE))) {
		labdev_count(ld, atc_invs_late);
		p->delay = 1 + lab_random(ld->fn->lab) % 64;
		return;
	}
	inv_apply(ld, p);
	if (!p->waits)
		inv_answer(ld, ld->nr_invs - 1);
}

/* Called for each access that was on its way, when it was made or given up. */
void atc_access_done(struct labdev *ld, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < ld->nr_invs; i++)
		ld->invs[i].waits &= ~BIT(nr);
}

bool atc_step(struct labdev *ld)
{
	unsigned int i = 0;

	while (i < ld->nr_invs) {
		struct labdev_inv *p = &ld->invs[i];

		if (p->delay)
			p->delay--;
		else if (!p->gone && !*labdev_setting(ld, LABDEV_ERR_ATC_HOLD))
			inv_apply(ld, p);
		/* The last one takes the place of the one answered. */
		if (p->gone && !p->waits)
			inv_answer(ld, i);
		else
			i++;
	}
	return atc_busy(ld);
}

bool atc_busy(const struct labdev *ld)
{
	return ld->nr_invs && !ld->reg[LABDEV_ERR_ATC_HOLD / 4];
}

static bool entry_serves(const struct labdev_atc_entry *e, const struct labdev_access *a)
{
	return e->valid && e->sid == a->sid && e->ssv == a->ssv &&
	       (!a->ssv || e->ssid == a->ssid) && e->priv == a->priv && a->addr >= e->addr &&
	       a->addr - e->addr < e->size;
}

static bool entry_permits(const struct labdev_atc_entry *e, const struct labdev_access *a)
{
	if (a->inst)
		return e->r && e->x;
	return (a->kind == MODEL_WRITE || e->r) && (a->kind == MODEL_READ || e->w);
}

/* A free place below the size in force, or a victim's. */
static struct labdev_atc_entry *entry_place(struct labdev *ld)
{
	u32 size = *labdev_setting(ld, LABDEV_ATC_SIZE);
	u32 i;

	for (i = 0; i < size; i++)
		if (!ld->atc[i].valid)
			return &ld->atc[i];
	labdev_count(ld, atc_evictions);
	return &ld->atc[lab_random(ld->fn->lab) % size];
}

static enum labdev_result atc_ask(struct labdev *ld, const struct labdev_access *a,
				  struct labdev_atc_entry *e)
{
	struct model_access ask = {
		.sid = a->sid,
		.ssid = a->ssid,
		.ssv = a->ssv,
		.addr = a->addr & ~4095ull,
		.len = 8,
		.kind = a->kind == MODEL_READ ? MODEL_READ : MODEL_WRITE,
		.priv = a->priv,
		.inst = a->inst,
		.no_stall = true,
	};
	struct model_ats_answer answer = { 0 };

	labdev_count(ld, ats_requests);
	if (ld->fn->smmu)
		model_ats_request(ld->fn->smmu, &ask, &answer);
	if (!answer.ok) {
		labdev_count(ld, ats_refused);
		return answer.ca ? LABDEV_RES_ATS_CA : LABDEV_RES_ATS_UR;
	}
	if (!answer.r && !answer.w)
		return LABDEV_RES_ATS_NONE;
	if (answer.size < 4096 || (answer.size & (answer.size - 1))) {
		function_violation(ld->fn, "ATS_OFF", "translation of %#llx with size %#llx",
				   (unsigned long long)a->addr, (unsigned long long)answer.size);
		return LABDEV_RES_ATS_CA;
	}
	*e = (struct labdev_atc_entry){
		.valid = true,
		.sid = a->sid,
		.ssid = a->ssid,
		.ssv = a->ssv,
		.priv = a->priv,
		.r = answer.r,
		.w = answer.w,
		.x = answer.x,
		.addr = a->addr & ~(answer.size - 1),
		.pa = answer.pa & ~(answer.size - 1),
		.size = answer.size,
	};
	return LABDEV_RES_OK;
}

/*
 * The translation of @a's page, from the cache or by a request. A cached one that permits too
 * little is asked for anew and replaced, as after a page request.
 */
enum labdev_result atc_translate(struct labdev *ld, struct labdev_job *job,
				 const struct labdev_access *a, u64 *pa)
{
	struct labdev_atc_entry fresh;
	enum labdev_result res;
	unsigned int i;

	for (i = 0; i < LABDEV_ATC_MAX; i++) {
		struct labdev_atc_entry *e = &ld->atc[i];

		if (!entry_serves(e, a))
			continue;
		if (entry_permits(e, a)) {
			labdev_count(ld, atc_hits);
			job->atc_hits++;
			*pa = e->pa + (a->addr - e->addr);
			return LABDEV_RES_OK;
		}
		e->valid = false;
	}
	labdev_count(ld, atc_misses);
	res = atc_ask(ld, a, &fresh);
	if (res != LABDEV_RES_OK)
		return res;
	if (!entry_permits(&fresh, a))
		return LABDEV_RES_ATS_NONE;
	*entry_place(ld) = fresh;
	*pa = fresh.pa + (a->addr - fresh.addr);
	return LABDEV_RES_OK;
}

const struct labdev_atc_entry *atc_find(const struct labdev *ld, u32 sid, u32 ssid, bool ssv,
					u64 addr, u64 len)
{
	u64 last = addr + len - 1;
	unsigned int i;

	if (last < addr)
		last = ~0ull;
	for (i = 0; i < LABDEV_ATC_MAX; i++) {
		const struct labdev_atc_entry *e = &ld->atc[i];

		if (e->valid && e->sid == sid && e->ssv == ssv && (!ssv || e->ssid == ssid) &&
		    entry_overlaps(e, addr, last))
			return e;
	}
	return NULL;
}

u32 atc_entries(const struct labdev *ld)
{
	unsigned int i;
	u32 n = 0;

	for (i = 0; i < LABDEV_ATC_MAX; i++)
		n += ld->atc[i].valid;
	return n;
}

void atc_forget(struct labdev *ld)
{
	unsigned int i;

	for (i = 0; i < LABDEV_ATC_MAX; i++)
		ld->atc[i].valid = false;
}

/* A reset ends what is on its way, so what was asked of the cache is not answered either. */
void atc_reset(struct labdev *ld)
{
	atc_forget(ld);
	ld->nr_invs = 0;
	*labdev_setting(ld, LABDEV_ATC_SIZE) = 256;
	*labdev_setting(ld, LABDEV_ATC_LATE) = 50;
}
