// SPDX-License-Identifier: GPL-2.0-only
/* Fuzz target: ID registers. Layer: tests. */
#include "fmt/idr.h"
#include "fuzz.h"

static void listen(void *arg, const char *text)
{
	FUZZ_ASSERT(text && text[0], "an erratum has a text");
	(*(u32 *)arg)++;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct smmu3_idr_env env = {};
	struct smmu3_idr_regs regs;
	struct smmu3_features feat;
	const char *bad;
	u32 nr = 0, f;
	u8 bits;

	fuzz_take(&data, &size, &regs, sizeof(regs));
	fuzz_take(&data, &size, &env.quirks, 1);
	fuzz_take(&data, &size, &bits, 1);
	env.has_fw_coherent = bits & 1;
	env.fw_coherent = bits & 2;
	env.has_fw_httu = bits & 4;
	env.fw_httu = bits >> 3 & 3;
	env.cpu_e2h = bits & 32;
	env.no_msi_poll = bits & 64;
	env.quirks |= smmu3_idr_errata(regs.iidr, listen, &nr);

	bad = smmu3_idr_decode(&feat, &regs, &env);
	for (f = 0; f < SMMU3_FEAT_NR; f++)
		FUZZ_ASSERT(smmu3_has(&feat, f) == !feat.why_off[f], "%s: on or off with a reason",
			    smmu3_feat_name(f));
	if (bad) {
		FUZZ_ASSERT(!feat.have, "nothing is offered of what is refused");
		return 0;
	}
	FUZZ_ASSERT(feat.oas >= 32 && feat.oas <= 52 && feat.ias >= feat.oas, "address sizes");
	FUZZ_ASSERT(feat.sid_bits <= 32 && feat.ssid_bits <= 20, "StreamID and SubstreamID bits");
	FUZZ_ASSERT(feat.cmdq_lg2_max && feat.cmdq_lg2_max <= 19, "command queue");
	FUZZ_ASSERT(feat.evtq_lg2_max <= 19 && feat.priq_lg2_max <= 19, "event and PRI queues");
	FUZZ_ASSERT(feat.pgsize_bitmap, "page sizes");
	FUZZ_ASSERT(!smmu3_has(&feat, SMMU3_FEAT_HD) || smmu3_has(&feat, SMMU3_FEAT_HA),
		    "dirty state needs the access flag");
	return 0;
}
