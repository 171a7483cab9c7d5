// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access permissions of both stages, with what tables, the CD and the STE take away or override.
 *
 * Arm IHI 0070, 13.4 "Translation table permissions", 5.2 PRIVCFG and INSTCFG, 5.4 WXN, UWXN and
 * PAN; VMSAv8-64.
 * Invariant: rights follow from the bits that a TLB entry keeps and from the access's privilege,
 * from nothing else.
 */
#include "xlate.h"

void perm_table(struct table_limits *t, u64 desc)
{
	t->no_user |= !!(desc & BIT(61));	/* APTable[0] */
	t->ro |= !!(desc & BIT(62));		/* APTable[1] */
	t->uxn |= !!(desc & BIT(60));
	t->pxn |= !!(desc & BIT(59));
}

u16 perm_s1_bits(const struct context *c, const struct stage *s, enum regime el, u64 desc,
		 const struct table_limits *t)
{
	u16 bits = 0;

	if ((desc & BIT(6)) && !t->no_user)
		bits |= S1_USER;
	if ((desc & BIT(7)) || t->ro)
		bits |= S1_RO;
	/* Dirty state cannot give back what a table descriptor took. */
	if ((desc & BIT(51)) && s->hd && !t->ro)
		bits |= S1_DBM;
	if ((desc & BIT(54)) || t->uxn)
		bits |= S1_UXN;
	if ((desc & BIT(53)) || t->pxn)
		bits |= S1_PXN;
	if (get(c->cd, CD_WXN))
		bits |= S1_WXN;
	if (get(c->cd, CD_PAN) && el != REGIME_EL2)
		bits |= S1_PAN;
	if (el == REGIME_EL2)
		bits |= S1_EL2;
	return bits;
}

u16 perm_s2_bits(const struct model *m, const struct stage *s, u64 desc)
{
	u16 bits = 0;

	bits |= desc & BIT(6) ? S2_R : 0;
	bits |= desc & BIT(7) ? S2_W : 0;
	bits |= desc & BIT(53) ? S2_XN0 : 0;
	bits |= desc & BIT(54) ? S2_XN1 : 0;
	bits |= (desc & BIT(51)) && s->hd ? S2_DBM : 0;
	bits |= m->f.xnx ? S2_XNX : 0;
	return bits;
}

struct rights perm_s1(u16 bits, bool priv)
{
	bool writable = !(bits & S1_RO), user = bits & S1_USER;
	struct rights r = { 0 };

	if (bits & S1_EL2) {
		r = (struct rights){ .r = true, .w = writable, .x = !(bits & S1_UXN) };
	} else if (priv) {
		/* What user software can write, EL1 never executes. */
		r = (struct rights){ .r = true,
				     .w = writable,
				     .x = !(bits & S1_PXN) && !(user && writable) };
		if ((bits & S1_PAN) && user) {
			r.r = false;
			r.w = false;
		}
	} else {
		r = (struct rights){ .r = user, .w = user && writable, .x = !(bits & S1_UXN) };
	}
	if ((bits & S1_WXN) && r.w)
		r.x = false;
	r.clean = !r.w && r.r && (bits & S1_RO) && (bits & S1_DBM);
	return r;
}

struct rights perm_s2(u16 bits, bool priv)
{
	struct rights r = { .r = bits & S2_R, .w = bits & S2_W, .x = !(bits & S2_XN1) };

	if (bits & S2_XNX) {
		/* XN[1:0]: 0 both, 1 unprivileged only, 2 none, 3 privileged only. */
		bool xn0 = bits & S2_XN0, xn1 = bits & S2_XN1;

		r.x = priv ? xn0 == xn1 : !xn1;
	}
	r.clean = !r.w && (bits & S2_DBM);
	return r;
}

bool perm_grants(const struct rights *r, const struct want *w)
{
	return (!w->r || r->r) && (!w->w || r->w || r->clean) && (!w->x || r->x);
}

void perm_override(const struct model *m, const u64 *ste, struct want *w)
{
	u64 priv = get(ste, STE_PRIVCFG), inst = get(ste, STE_INSTCFG);

	if (!m->f.attr_perms_ovr)
		return;
	if (priv & 2)
		w->priv = priv & 1;
	/* Writes are data whatever INSTCFG says. */
	if ((inst & 2) && !w->w) {
		w->x = inst & 1;
		w->r = !w->x;
	}
}
