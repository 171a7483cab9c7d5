// SPDX-License-Identifier: GPL-2.0-only
/*
 * A transaction of a client device: the order of checks, what becomes of a fault, the access
 * itself.
 *
 * Arm IHI 0070, 3.12 "Fault models, recording and reporting", 3.9.1.3 "Handling of ATS Translated
 * transactions", 5.5 "Fault configuration", 6.3 SMMU_GBPA, chapter 15.
 * Invariant: every transaction has one outcome, and memory is touched only with MODEL_DONE.
 */
#include "xlate.h"

#define GBPA_ABORT	BIT(20)

static enum model_outcome refuse(struct model *m, const struct model_access *a)
{
	m->count.aborted++;
	stream_counters(m, a->sid)->aborted++;
	return MODEL_ABORTED;
}

static struct event event_of(const struct model_access *a, const struct want *w,
			     enum event_type type)
{
	return (struct event){ .type = type,
			       .sid = a->sid,
			       .ssid = a->ssid,
			       .ssv = a->ssv,
			       .input_addr = a->addr,
			       .rnw = a->kind == MODEL_READ,
			       .ind = w->x,
			       .pnu = w->priv,
			       .class = EVT_CLASS_IN };
}

/* The transaction reaches memory at @pa. */
static enum model_outcome access_memory(struct model *m, const struct model_access *a, u64 pa,
					void *buf, bool bypass)
{
	struct model_stream_counters *s = stream_counters(m, a->sid);
	u8 old[4096];
	int err;

	switch (a->kind) {
	case MODEL_READ:
		err = mem_read(m, pa, buf, a->len);
		break;
	case MODEL_WRITE:
		err = mem_write(m, pa, buf, a->len);
		break;
	default:
		err = mem_read(m, pa, old, a->len);
		if (!err)
			err = mem_write(m, pa, buf, a->len);
		if (!err)
			__builtin_memcpy(buf, old, a->len);
	}
	/* An abort from below is the device's, no event tells of it. */
	if (err)
		return refuse(m, a);
	if (bypass) {
		m->count.bypassed++;
		s->bypassed++;
	} else {
		m->count.translated++;
		s->translated++;
	}
	referee_access(m, a, bypass);
	return MODEL_DONE;
}

static bool addr_too_big(const struct model *m, const struct model_access *a)
{
	return a->addr & ~GENMASK(oas_bits(m) - 1, 0);
}

/* 6.3 GBPA and 3.11: the SMMU is disabled. */
static enum model_outcome disabled(struct model *m, const struct model_access *a, void *buf)
{
	struct want w = { .priv = a->priv, .x = a->inst };
	struct event e = event_of(a, &w, EVT_F_TRANSL_FORBIDDEN);

	m->count.disabled++;
	stream_counters(m, a->sid)->disabled++;
	if (a->translated) {
		event_record(m, &e);
		return refuse(m, a);
	}
	if ((m->regs.gbpa & GBPA_ABORT) || addr_too_big(m, a))
		return refuse(m, a);
	return access_memory(m, a, a->addr, buf, true);
}

static bool translation_related(enum event_type type)
{
	return type == EVT_F_TRANSLATION || type == EVT_F_ADDR_SIZE || type == EVT_F_ACCESS ||
	       type == EVT_F_PERMISSION;
}

/* 5.5: A, R and S of the stage that faulted. */
static enum model_outcome faulted(struct model *m, const struct model_access *a,
				  const struct context *c, const struct want *w,
				  const struct fault *f)
{
	struct event e = event_of(a, w, f->type);
	bool stall, record, abort = true;

	e.s2 = f->s2;
	e.class = f->class;
	e.ttrnw = f->ttrnw;
	e.ipa = f->ipa;
	e.fetch_addr = f->fetch_addr;
	e.mev = get(c->ste, STE_MEV);
	m->count.faults++;
	if (!translation_related(f->type) || (!f->s2 && !c->s1)) {
		event_record(m, &e);
		return refuse(m, a);
	}
	stall = f->s2 ? get(c->ste, STE_S2S) : get(c->cd, CD_S);
	record = stall || (f->s2 ? get(c->ste, STE_S2R) : get(c->cd, CD_R));
	if (!f->s2)
		abort = get(c->cd, CD_A);
	if (stall) {
		e.stall = true;
		if (stall_begin(m, a, &e))
			return MODEL_STALLED;
		e.stall = false;
	}
	if (record)
		event_record(m, &e);
	return abort ? refuse(m, a) : MODEL_RAZ_WI;
}

static enum model_outcome misconfigured(struct model *m, const struct model_access *a,
					const struct context *c, const struct want *w,
					const struct event *e, bool silent)
{
	struct fault f = { e->type, e->s2, e->class, e->ipa, e->fetch_addr, e->ttrnw };
	struct event full = event_of(a, w, e->type);

	/* Stage 2 has faulted on the way to a CD. */
	if (!silent && (translation_related(e->type) || e->type == EVT_F_WALK_EABT))
		return faulted(m, a, c, w, &f);
	if (!silent) {
		full.fetch_addr = e->fetch_addr;
		full.mev = e->mev;
		event_record(m, &full);
	}
	return refuse(m, a);
}

static void report_ats_off(struct model *m, const struct model_access *a)
{
	referee_report(m, RULE_ATS_OFF,
		       "StreamID 0x%x: a Translated transaction to 0x%llx, its STE has ATS off",
		       a->sid, (unsigned long long)a->addr);
}

static enum model_outcome forbidden(struct model *m, const struct model_access *a,
				    const struct want *w)
{
	struct event e = event_of(a, w, EVT_F_TRANSL_FORBIDDEN);

	if (!atc_failed(m, a->sid))
		report_ats_off(m, a);
	event_record(m, &e);
	return refuse(m, a);
}

/* 3.9.1.3: the address is from ATS. */
static enum model_outcome translated_transaction(struct model *m, const struct model_access *a,
						 struct want *w, void *buf)
{
	bool checked = m->regs.cr0ack & CR0_ATSCHK, silent;
	struct context c;
	struct event e;
	struct fault f;
	struct xl o;
	u64 eats;

	if (!m->f.ats)
		return forbidden(m, a, w);
	if (checked) {
		if (!config_ste(m, a->sid, &c, &e, &silent)) {
			/* CR2.RECINVSID has no say in this. */
			if (!c.abort)
				event_record_ats(m, &e);
			return refuse(m, a);
		}
		eats = get(c.ste, STE_CONFIG) == CONFIG_PASS ? 0 : get(c.ste, STE_EATS);
		if (eats == 0 || eats == 3)
			return forbidden(m, a, w);
		/* Without PASIDTT no SubstreamID comes with it, whatever the device means by it. */
		if (config_stream_disabled(m, c.ste)) {
			e.type = EVT_F_STREAM_DISABLED;
			event_record_ats(m, &e);
			return refuse(m, a);
		}
		if (eats == 2) {
			c.s1 = false;
			/* 3.9.1.3: without PASIDTT it arrives as unprivileged data. */
			w->priv = false;
			w->r |= w->x;
			w->x = false;
			if (!translate(m, &c, a->addr, w, &o, &f))
				return faulted(m, a, &c, w, &f);
			return access_memory(m, a, o.pa, buf, false);
		}
	} else if (!ats_allowed_in_memory(m, a->sid)) {
		report_ats_off(m, a);
	}
	if (addr_too_big(m, a))
		return refuse(m, a);
	m->count.ats_translated++;
	return access_memory(m, a, a->addr, buf, false);
}

enum model_outcome model_dma(struct model *m, const struct model_access *a, void *buf)
{
	struct want w = { .priv = a->priv, .w = a->kind != MODEL_READ };
	struct context c;
	struct event e;
	struct fault f;
	struct xl o;
	bool silent;

	/* 13.1.2: writes are data. */
	w.x = a->inst && a->kind == MODEL_READ;
	w.r = a->kind != MODEL_WRITE && !w.x;
	if (!a->len || (a->addr & 0xfff) + a->len > 0x1000)
		return refuse(m, a);
	if (!(m->regs.cr0ack & CR0_SMMUEN))
		return disabled(m, a, buf);
	if (a->translated)
		return translated_transaction(m, a, &w, buf);
	if (!config_lookup(m, a->sid, a->ssid, a->ssv, &c, &e, &silent))
		return misconfigured(m, a, &c, &w, &e, silent);
	perm_override(m, c.ste, &w);
	tlb_seen(m, a->sid, a->ssid, a->ssv, a->addr);
	if (!translate(m, &c, a->addr, &w, &o, &f))
		return faulted(m, a, &c, &w, &f);
	return access_memory(m, a, o.pa, buf, c.bypass);
}
