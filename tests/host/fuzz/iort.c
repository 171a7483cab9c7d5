// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: the I/O remapping table. Layer: tests.
 *
 * The first bytes ask, the rest is the table behind a header that is right, so that
 * the fuzzer does not spend its runs on the signature.
 */
#include "fmt/iort.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct { u16 rid; u8 segment, flags, nodes; } ask;
	u32 sids[8], sid, len;
	const char *bad;
	u64 base;
	u8 *t;
	int ret;

	fuzz_take(&data, &size, &ask, sizeof(ask));
	if (size > 4096)
		size = 4096;
	len = 48 + size;
	t = calloc(1, len);
	memcpy(t + 48, data, size);
	memcpy(t, "IORT", 4);
	memcpy(t + 4, &len, 4);
	t[36] = ask.nodes & 31;
	t[40] = 48;
	if (ask.flags & 1)	/* the header too is the fuzzer's */
		memcpy(t, data, size < 48 ? size : 48);

	bad = smmu3_iort_check(t, len);
	FUZZ_ASSERT(!bad || bad[0], "what is broken is named");
	ret = smmu3_iort_pci_sid(t, len, ask.segment & 3, ask.rid, &base, &sid);
	FUZZ_ASSERT(ret >= -1 && ret <= 1, "%d", ret);
	ret = smmu3_iort_nc_sids(t, len, "\\A", &base, sids, 8);
	FUZZ_ASSERT(ret >= -1 && ret <= 8, "%d", ret);
	free(t);
	return 0;
}
