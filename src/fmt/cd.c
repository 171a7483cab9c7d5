// SPDX-License-Identifier: GPL-2.0-only
/*
 * Context descriptors: makers, bits in use, plan, text.
 *
 * ARM IHI 0070, 5.3 "Level 1 Context Descriptor", 5.4 "CD". Layer 0.
 * Invariant: a bit that a maker sets is in use by that descriptor (tested for every maker).
 */
#include <linux/bitfield.h>
#include <linux/string.h>
#include "cd.h"
#include "text.h"

/* What EPD0 = 1, EPD1 = 1 and both make the SMMU ignore. */
#define CD_0_EPD0_IGNORES	(CD_T0SZ | CD_TG0 | CD_IR0 | CD_OR0 | CD_SH0)
#define CD_0_EPD1_IGNORES	GENMASK_ULL(29, 16)

void smmu3_cd_make_absent(struct smmu3_cd *cd)
{
	memset(cd, 0, sizeof(*cd));
}

void smmu3_cd_make_s1(struct smmu3_cd *cd, const struct smmu3_cd_s1 *cfg)
{
	u64 w0 = CD_V | CD_AA64 | CD_EPD1 | CD_R | CD_A |
		 FIELD_PREP(CD_IPS, cfg->ips) | FIELD_PREP(CD_ASID, cfg->asid);

	if (!cfg->shared_asid)
		w0 |= CD_ASET;
	if (cfg->ha || cfg->hd)
		w0 |= CD_HA;
	if (cfg->hd)
		w0 |= CD_HD;
	if (cfg->stall)
		w0 |= CD_S;

	memset(cd, 0, sizeof(*cd));
	/* Also where nothing is walked, so that to release a space changes one word only. */
	if (cfg->ds)
		cd->q[2] = cpu_to_le64(CD_2_DS);
	if (cfg->epd0) {
		cd->q[0] = cpu_to_le64(w0 | CD_EPD0);
		return;
	}
	w0 |= FIELD_PREP(CD_T0SZ, cfg->t0sz) | FIELD_PREP(CD_TG0, cfg->tg) |
	      FIELD_PREP(CD_IR0, cfg->ir0) | FIELD_PREP(CD_OR0, cfg->or0) |
	      FIELD_PREP(CD_SH0, cfg->sh0);
	cd->q[0] = cpu_to_le64(w0);
	cd->q[1] = cpu_to_le64(cfg->ttb & CD_TTB0);
	cd->q[3] = cpu_to_le64(cfg->mair);
}

/*
 * EPD0 and EPD1 are read in the regimes with ASIDs only: EL1&0 and EL2&0. The driver uses no other.
 * UNKNOWN-IS-USED: a bit that this file does not know counts as used.
 */
void smmu3_cd_used(const __le64 *q, __le64 *used)
{
	u64 w0 = le64_to_cpu(q[0]), used0 = ~0ULL;

	memset(used, 0, SMMU3_ENTRY_QWORDS * sizeof(*used));
	if (!(w0 & CD_V)) {
		used[0] = cpu_to_le64(CD_V);
		return;
	}
	memset(used, 0xff, SMMU3_ENTRY_QWORDS * sizeof(*used));
	if (w0 & CD_EPD0) {
		used0 &= ~CD_0_EPD0_IGNORES;
		used[1] = cpu_to_le64(~CD_TTB0);
	}
	if (w0 & CD_EPD1) {
		used0 &= ~CD_0_EPD1_IGNORES;
		used[2] = cpu_to_le64(~CD_TTB0);
	}
	if ((w0 & CD_EPD0) && (w0 & CD_EPD1)) {
		/*
		 * EPD-MAIR: nothing is walked: no endianness, no descriptor to look MAIR and
		 * AMAIR up for.
		 */
		used0 &= ~CD_ENDI;
		used[3] = 0;
		used[4] = 0;
	}
	used[0] = cpu_to_le64(used0);
}

void smmu3_cd_plan(struct smmu3_entry_plan *plan, const struct smmu3_cd *cur,
		   const struct smmu3_cd *target)
{
	smmu3_entry_plan(plan, cur->q, target->q, smmu3_cd_used, cpu_to_le64(CD_V));
}

static void cd_ttb0_text(struct smmu3_text *t, u64 w0, u64 w1)
{
	static const char * const tg[] = { "4K", "64K", "16K", "reserved" };

	smmu3_text_add(t, " TTB0=0x%llx T0SZ=%llu TG0=%s IR0=%llu OR0=%llu SH0=%llu", w1 & CD_TTB0,
		       FIELD_GET(CD_T0SZ, w0), tg[FIELD_GET(CD_TG0, w0)], FIELD_GET(CD_IR0, w0),
		       FIELD_GET(CD_OR0, w0), FIELD_GET(CD_SH0, w0));
}

int smmu3_cd_to_text(char *buf, size_t sz, const struct smmu3_cd *cd)
{
	struct smmu3_text t = smmu3_text_begin(buf, sz);
	u64 w0 = le64_to_cpu(cd->q[0]), w1 = le64_to_cpu(cd->q[1]);

	if (!(w0 & CD_V)) {
		smmu3_text_add(&t, "V=0");
		return t.len;
	}
	smmu3_text_add(&t, "V=1 ASID=0x%llx ASET=%u", FIELD_GET(CD_ASID, w0), !!(w0 & CD_ASET));
	if (w0 & CD_EPD0)
		smmu3_text_add(&t, " EPD0");
	else
		cd_ttb0_text(&t, w0, w1);
	if (w0 & CD_EPD1)
		smmu3_text_add(&t, " EPD1");
	else
		smmu3_text_add(&t, " TTB1=0x%llx", le64_to_cpu(cd->q[2]) & CD_TTB0);
	smmu3_text_add(&t, " IPS=%llu%s%s%s%s%s%s%s%s", FIELD_GET(CD_IPS, w0),
		       w0 & CD_AA64 ? " AA64" : "", w0 & CD_ENDI ? " ENDI" : "",
		       w0 & CD_AFFD ? " AFFD" : "", w0 & CD_HA ? " HA" : "",
		       w0 & CD_HD ? " HD" : "", w0 & CD_A ? " A" : "", w0 & CD_R ? " R" : "",
		       w0 & CD_S ? " S" : "");
	if (le64_to_cpu(cd->q[2]) & CD_2_DS)
		smmu3_text_add(&t, " DS");
	if (!(w0 & CD_EPD0) || !(w0 & CD_EPD1))
		smmu3_text_add(&t, " MAIR=0x%llx", le64_to_cpu(cd->q[3]));
	return t.len;
}

u64 smmu3_cd_l1_make(u64 l2_pa)
{
	return (l2_pa & CD_L1_L2PTR) | CD_L1_V;
}
