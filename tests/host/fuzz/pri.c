// SPDX-License-Identifier: GPL-2.0-only
/* Fuzz target: PRI queue records. Layer: tests. */
#include "fmt/pri.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	__le64 record[PRI_QWORDS];
	struct smmu3_pri pri;
	char buf[160];

	fuzz_take(&data, &size, record, sizeof(record));
	smmu3_pri_decode(&pri, record);
	fuzz_check_text(buf, sizeof(buf), smmu3_pri_to_text(buf, sizeof(buf), &pri));
	FUZZ_ASSERT(pri.ssv || (!pri.ssid && !pri.exec && !pri.priv && !pri.stop),
		    "what needs a PASID has one");
	FUZZ_ASSERT(!(pri.addr & 0xfff) && pri.grpid < 512 && pri.ssid < (1U << 20), "fields");
	return 0;
}
