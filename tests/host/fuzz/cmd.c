// SPDX-License-Identifier: GPL-2.0-only
/* Fuzz target: text of commands, encoders with any value, ranges. Layer: tests. */
#include "fmt/cmd.h"
#include "fmt/tlbi.h"
#include "fuzz.h"

static void text(struct smmu3_cmd cmd)
{
	char buf[128];

	fuzz_check_text(buf, sizeof(buf), smmu3_cmd_to_text(buf, sizeof(buf), &cmd));
}

static void ranges(u64 a, u64 b, u8 how)
{
	struct smmu3_tlbi_range range = {
		.tg_lg2 = 12 + 2 * (how % 3),
		.leaf = how & 8,
		.ril = how & 16,
		.granule = 1ULL << (how >> 5) * 8,
	};
	struct smmu3_cmd template = smmu3_cmd_tlbi_addr(CMD_TLBI_NH_VA, 1, 2), cmd;
	u64 page = 1ULL << range.tg_lg2, next;
	unsigned int nr = 0, want;

	range.iova = a & ~(page - 1);
	range.last = range.iova + (b & 0xfffff);
	if (range.last < range.iova)
		range.last = ~0ULL;
	next = range.iova;
	want = smmu3_tlbi_count(&range);
	while (nr < 20000 && smmu3_tlbi_next(&range, &template, &cmd)) {
		FUZZ_ASSERT(nr == 0 || (cmd.q[1] & ~0xfffULL) > (next & ~0xfffULL),
			    "addresses ascend");
		next = cmd.q[1];
		FUZZ_ASSERT(!(cmd.q[0] & 0x3e000000ULL), "reserved bits");
		nr++;
	}
	FUZZ_ASSERT(nr == 20000 || nr == want, "%u commands, announced were %u", nr, want);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct { u64 a, b; u32 sid, ssid; u16 x, y; u8 op, how; } in;
	struct smmu3_cmd raw;

	fuzz_take(&data, &size, &in, sizeof(in));
	raw.q[0] = in.a;
	raw.q[1] = in.b;
	text(raw);
	text(smmu3_cmd_cfgi_ste(in.sid, in.how & 1));
	text(smmu3_cmd_cfgi_cd(in.sid, in.ssid, in.how & 1));
	text(smmu3_cmd_tlbi_asid(in.op, in.x, in.y));
	text(smmu3_cmd_atc_inv_range(in.sid, in.ssid, in.how & 1, in.a < in.b ? in.a : in.b,
				     in.a < in.b ? in.b : in.a));
	text(smmu3_cmd_pri_resp(in.sid, in.ssid, in.how & 1, in.x, in.op & 3));
	text(smmu3_cmd_resume(in.sid, in.x, in.op & 3));
	text(smmu3_cmd_sync_msi(in.a, in.sid));
	ranges(in.a, in.b, in.how);
	return 0;
}
