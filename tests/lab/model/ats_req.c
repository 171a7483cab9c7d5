// SPDX-License-Identifier: GPL-2.0-only
/*
 * ATS Translation Requests.
 *
 * Arm IHI 0070, 3.9.1.2 "Responses to ATS Translation Requests", 13.6 "PCIe and ATS
 * attribute/permissions handling", 13.7 "PCIe permission attribute interpretation".
 * Invariant: configuration errors are CA, ATS switched off is UR, whatever a translation could
 * fault with is success without permissions; F_BAD_ATS_TREQ is recorded always, configuration
 * errors with CR2.REC_CFG_ATS, and nothing else ever.
 */
#include "xlate.h"

/* STE.EATS as it counts: 0 off, 1 full, 2 split-stage. */
static u64 effective_eats(const struct model *m, const u64 *ste)
{
	u64 eats = get(ste, STE_EATS);

	if (get(ste, STE_CONFIG) == CONFIG_PASS || eats == 3 ||
	    (eats == 2 && !(m->regs.cr0ack & CR0_ATSCHK)))
		return 0;
	return eats;
}

bool ats_allowed_in_memory(struct model *m, u32 sid)
{
	u64 ste[STE_WORDS], pa;

	if (!ste_locate(m, sid, &pa) || mem_read(m, pa, ste, sizeof(ste)))
		return false;
	return get(ste, STE_V) && (get(ste, STE_CONFIG) & CONFIG_PASS) && effective_eats(m, ste);
}

bool model_translated_passes(struct model *m, u32 sid)
{
	struct want w = { .probe = true };
	struct context c = { 0 };
	struct event e;
	bool silent;

	if (!(m->regs.cr0ack & CR0_SMMUEN) || !m->f.ats)
		return false;
	if (!(m->regs.cr0ack & CR0_ATSCHK))
		return true;
	/* As the SMMU has it, from its cache or from memory; whether there is a CD is not asked. */
	config_resolve(m, sid, 0, false, &w, &c, &e, &silent);
	return get(c.ste, STE_V) && (get(c.ste, STE_CONFIG) & CONFIG_PASS) &&
	       effective_eats(m, c.ste) && !config_stream_disabled(m, c.ste);
}

static void unsupported(struct model *m, const struct model_access *a, const struct event *from)
{
	struct event e = { .type = EVT_F_BAD_ATS_TREQ,
			   .sid = a->sid,
			   .ssid = a->ssid,
			   .ssv = a->ssv,
			   .input_addr = a->addr,
			   .rnw = a->kind == MODEL_READ,
			   .pnu = a->priv,
			   .ind = a->inst };

	e.mev = from->mev;
	if (!atc_failed(m, a->sid))
		referee_report(m, RULE_ATS_OFF,
			       "StreamID 0x%x: a Translation Request for 0x%llx while its STE has "
			       "ATS off", a->sid, (unsigned long long)a->addr);
	event_record(m, &e);
}

/* 3.9.1.2: what leads to CA. @e has its type and what belongs to that. */
static void configuration_error(struct model *m, const struct model_access *a, struct event e)
{
	e.sid = a->sid;
	e.ssid = a->ssid;
	e.ssv = a->ssv;
	e.input_addr = a->addr;
	e.pnu = a->ssv && a->priv;
	e.ind = a->inst;
	/* UNKNOWN, says the text. */
	e.rnw = model_random(m) & 1;
	event_record_ats(m, &e);
}

/* 13.7: execute needs read, and what can only be executed is nothing. */
static void grant(const struct model_access *a, const struct xl *o, struct model_ats_answer *answer)
{
	answer->r = o->r.r;
	answer->w = o->r.w && a->kind != MODEL_READ;
	answer->x = a->inst && o->r.x && o->r.r;
	answer->priv = a->ssv && a->priv;
	/*
	 * The Global bit stays 0: a request with PASID must not have it, one without has no meaning
	 * for it.
	 */
}

static void place(const struct model_access *a, u64 out, unsigned int lg2,
		  struct model_ats_answer *answer)
{
	answer->size = BIT(lg2);
	answer->pa = (out & ~(BIT(lg2) - 1)) | (a->addr & (BIT(lg2) - 1) & ~0xfffull);
}

void model_ats_request(struct model *m, const struct model_access *a,
		       struct model_ats_answer *answer)
{
	struct want w = { .r = true,
			  .w = a->kind != MODEL_READ,
			  .x = a->inst,
			  .priv = a->ssv && a->priv,
			  .ats = true };
	unsigned int stu = m->f.gran4k ? 12 : m->f.gran16k ? 14 : 16;
	struct context c = { 0 };
	struct event e = { 0 };
	struct fault f;
	bool silent;
	struct xl o;
	u64 eats;

	*answer = (struct model_ats_answer){ 0 };
	m->count.ats_requests++;
	if (!(m->regs.cr0ack & CR0_SMMUEN) || !m->f.ats) {
		unsupported(m, a, &e);
		return;
	}
	if (!config_lookup(m, a->sid, a->ssid, a->ssv, &c, &e, &silent)) {
		/* A stage 2 fault on the way to a CD says only: no access. */
		answer->ok =
			!c.abort && (e.type >= EVT_F_TRANSLATION && e.type <= EVT_F_PERMISSION);
		answer->size = answer->ok ? BIT(stu) : 0;
		answer->ca = !answer->ok && !c.abort;
		if (!answer->ca)
			return;
		/* 5.2 EATS is judged before CDs are: with ATS off nothing of them is seen. */
		if (c.ste_pa && get(c.ste, STE_V) && e.type != EVT_C_BAD_STE &&
		    !effective_eats(m, c.ste)) {
			answer->ca = false;
			unsupported(m, a, &e);
		} else if (!silent) {
			configuration_error(m, a, e);
		}
		return;
	}
	eats = effective_eats(m, c.ste);
	if (!eats) {
		unsupported(m, a, &e);
		return;
	}
	perm_override(m, c.ste, &w);
	w.r = true;
	tlb_seen(m, a->sid, a->ssid, a->ssv, a->addr);
	if (!translate(m, &c, a->addr, &w, &o, &f)) {
		answer->ok = f.type != EVT_F_WALK_EABT && f.type != EVT_F_TLB_CONFLICT;
		answer->ca = !answer->ok;
		answer->size = answer->ok ? BIT(stu) : 0;
		if (answer->ca)
			configuration_error(m, a,
					    (struct event){ .type = f.type,
							    .s2 = f.s2,
							    .class = f.class,
							    .ipa = f.ipa,
							    .fetch_addr = f.fetch_addr,
							    .mev = get(c.ste, STE_MEV) });
		return;
	}
	answer->ok = true;
	grant(a, &o, answer);
	place(a, eats == 2 ? o.ipa : o.pa, o.lg2, answer);
	if (!answer->r && !answer->w)
		answer->size = BIT(stu);
	else
		referee_ats_granted(m, a, a->addr & ~(answer->size - 1), answer->size);
}
