// SPDX-License-Identifier: GPL-2.0-only
/* Fuzz target: event records. Layer: tests. */
#include "fmt/evt.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	__le64 record[EVT_QWORDS];
	struct smmu3_evt evt;
	char buf[256], small[16];

	fuzz_take(&data, &size, record, sizeof(record));
	smmu3_evt_decode(&evt, record);
	fuzz_check_text(buf, sizeof(buf), smmu3_evt_to_text(buf, sizeof(buf), &evt));
	fuzz_check_text(small, sizeof(small), smmu3_evt_to_text(small, sizeof(small), &evt));
	FUZZ_ASSERT(evt.known || (!evt.has_sid && !evt.stall),
		    "an unknown event says nothing of a stream");
	FUZZ_ASSERT(!evt.stag || evt.stall, "no stall tag without a stall");
	FUZZ_ASSERT(evt.class <= EVT_CLASS_RESERVED, "class");
	return 0;
}
