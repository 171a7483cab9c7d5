// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands between two CMD_SYNCs: performed late and in any order, all complete when the SYNC is.
 * Arm IHI 0070, chapter 4.1.4 "Consumption of commands", 4.7.3 "CMD_SYNC", 4.8.
 * Invariant: nothing outlives the SYNC behind it, and only the SYNC tells the referee that a CFGI
 * is complete.
 */
#include "control.h"

#include <stdlib.h>
#include <string.h>

#define WAITING_MAX	256
#define TLBIS_MAX	512

void window_fini(struct window *w)
{
	free(w->waiting);
	free(w->cfgis);
	free(w->tlbis);
	*w = (struct window){ 0 };
}

void window_reset(struct window *w)
{
	w->nr_waiting = 0;
	w->nr_cfgis = 0;
	w->nr_tlbis = 0;
	w->nr_vmid_tlbis = 0;
	w->atc_pending = 0;
	w->atc_timeout = false;
}

/* ---------------------------------------------------------------- TLBI, then ATC_INV, no SYNC */

/* Tags under which the TLB holds what this stream uses. False: none, or nobody knows. */
static bool tags_of(struct model *m, const struct command *c, u16 *vmid, u16 *asid, bool *s1)
{
	u64 ste[STE_WORDS], cd, pa;
	unsigned int config;

	if (!ste_locate(m, c->sid, &pa))
		return false;
	for (unsigned int i = 0; i < STE_WORDS; i++) {
		if (mem_read64(m, pa + 8 * i, &ste[i]))
			return false;
	}
	config = (unsigned int)field(ste[0], 3, 1);
	if (!(ste[0] & 1) || config < 5)
		return false;
	*vmid = (u16)ste[2];
	*s1 = config & 1;
	if (!*s1)
		return true;
	if (!cd_locate(m, ste, c->ssv ? c->ssid : 0, &pa) || mem_read64(m, pa, &cd))
		return false;
	*asid = (u16)(cd >> 48);
	return true;
}

static bool overlaps(const struct tlb_inv *t, const struct command *c)
{
	if (t->by != TLB_VA && t->by != TLB_VAA)
		return true;
	if (c->span_lg2 >= 64)
		return true;
	return t->addr <= c->addr + (BIT(c->span_lg2) - 1) && c->addr <= t->addr + (t->size - 1);
}

static void check_atc_order(struct model *m, const struct window *w, const struct command *c)
{
	u16 vmid = 0, asid = 0;
	bool s1 = false, known = false;

	for (size_t i = 0; i < w->nr_tlbis; i++) {
		const struct tlb_inv *t = &w->tlbis[i];

		if (!overlaps(t, c))
			continue;
		if (!known && !tags_of(m, c, &vmid, &asid, &s1))
			return;
		known = true;
		if (t->use_vmid && ((t->vmid ^ vmid) & ~tlb_vmid_ignored(m)))
			continue;
		if ((t->by == TLB_ASID || t->by == TLB_VA) && (!s1 || t->asid != asid))
			continue;
		if (t->by == TLB_IPA && s1)
			continue;
		referee_report(m, RULE_CMD_SYNC_ATC_ORDER,
			       "CMD_ATC_INV sid 0x%x 0x%llx+2^%u: TLBI of 0x%llx without CMD_SYNC",
			       c->sid, (unsigned long long)c->addr, c->span_lg2,
			       (unsigned long long)t->addr);
		return;
	}
}

/* ---------------------------------------------------------------- taking up and performing */

static bool perform(struct model *m, struct window *w, const struct command *c)
{
	if (c->op == CMD_ATC_INV)
		return atc_inv_issue(m, w, c);
	cmd_perform(m, c);
	return true;
}

static void note(struct model *m, struct window *w, const struct command *c)
{
	w->nr_vmid_tlbis += cmd_names_vmid(c->op);
	if (cmd_is_cfgi(c->op)) {
		if (model_grow(&w->cfgis, &w->cap_cfgis, w->nr_cfgis, sizeof(*w->cfgis)))
			w->cfgis[w->nr_cfgis++] = *c;
	} else if (cmd_is_tlbi(c->op) && m->f.ats && w->nr_tlbis < TLBIS_MAX) {
		if (model_grow(&w->tlbis, &w->cap_tlbis, w->nr_tlbis, sizeof(*w->tlbis)))
			w->tlbis[w->nr_tlbis++] = c->tlb;
	}
}

static void take_out(struct window *w, size_t i)
{
	memmove(&w->waiting[i], &w->waiting[i + 1], (w->nr_waiting - i - 1) * sizeof(*w->waiting));
	w->nr_waiting--;
}

void window_add(struct model *m, struct window *w, const struct command *c)
{
	/* 4.7.1, 4.7.2: these are complete when they are consumed. */
	if (c->op == CMD_RESUME || c->op == CMD_STALL_TERM || c->op == CMD_PRI_RESP) {
		cmd_perform(m, c);
		return;
	}
	note(m, w, c);
	if (c->op == CMD_ATC_INV && w->nr_tlbis)
		check_atc_order(m, w, c);
	if (!w->nr_waiting && !model_dawdles(m) && perform(m, w, c))
		return;
	while (w->nr_waiting >= WAITING_MAX && perform(m, w, &w->waiting[0]))
		take_out(w, 0);
	if (model_grow(&w->waiting, &w->cap_waiting, w->nr_waiting, sizeof(*w->waiting)))
		w->waiting[w->nr_waiting++] = *c;
}

bool window_step(struct model *m, struct window *w)
{
	size_t i = 0;

	if (!w->nr_waiting)
		return false;
	if (model_dawdles(m))
		return true;
	if (model_chance(m, m->f.reorder))
		i = model_random(m) % w->nr_waiting;
	if (!perform(m, w, &w->waiting[i]))
		return false;
	take_out(w, i);
	return w->nr_waiting;
}

bool window_drain(struct model *m, struct window *w)
{
	while (w->nr_waiting) {
		size_t i = model_chance(m, m->f.reorder) ? model_random(m) % w->nr_waiting : 0;

		if (!perform(m, w, &w->waiting[i]))
			return false;
		take_out(w, i);
	}
	return true;
}

void window_close(struct model *m, struct window *w)
{
	for (size_t i = 0; i < w->nr_cfgis; i++) {
		const struct command *c = &w->cfgis[i];

		switch (c->op) {
		case CMD_CFGI_STE:
			referee_cfgi(m, c->leaf ? CONFIG_STE : CONFIG_L1STD, c->sid, 0);
			break;
		case CMD_CFGI_STE_RANGE:
			referee_cfgi_range(m, c->sid, c->range, false, false, 0);
			break;
		case CMD_CFGI_CD:
			referee_cfgi(m, c->leaf ? CONFIG_CD : CONFIG_L1CD, c->sid, c->ssid);
			break;
		default:
			referee_cfgi_range(m, c->sid, ~0u, true, false, 0);	/* one StreamID */
			break;
		}
	}
	w->nr_cfgis = 0;
	w->nr_tlbis = 0;
	w->nr_vmid_tlbis = 0;
}

/* ---------------------------------------------------------------- TLBI under way */

static bool port_vmid_tlbis(struct model *m, const struct cmd_port *port)
{
	const struct queue *q = &port->q;
	u32 left = queue_consistent(q) ? queue_used(q) : 0, at = q->cons;
	u64 word;

	if (port->win.nr_vmid_tlbis)
		return true;
	for (; port->enabled && left; left--, at = queue_next(q, at))
		if (!mem_read64(m, queue_entry_pa(q, at), &word) &&
		    cmd_names_vmid((unsigned int)field(word, 7, 0)))
			return true;
	return false;
}

bool window_vmid_tlbis(struct model *m)
{
	bool any = port_vmid_tlbis(m, &m->cmdq->port);

	for (unsigned int i = 0; i < m->cmdq->nr_ecmdqs && !any; i++)
		any = port_vmid_tlbis(m, &m->cmdq->ecmdqs[i].port);
	return any;
}
