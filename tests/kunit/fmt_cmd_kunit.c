// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command encoders and text (src/fmt/cmd). Layer: tests.
 *
 * Wanted words are written out as numbers, put together by hand from the figures of ARM IHI 0070,
 * chapter 4.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "fmt/cmd.h"
#include "fmt/tlbi.h"

static void expect(struct kunit *test, struct smmu3_cmd cmd, u64 q0, u64 q1, const char *text)
{
	char buf[128];
	int len = smmu3_cmd_to_text(buf, sizeof(buf), &cmd);

	KUNIT_EXPECT_EQ_MSG(test, cmd.q[0], q0, "%s: word 0", text);
	KUNIT_EXPECT_EQ_MSG(test, cmd.q[1], q1, "%s: word 1", text);
	KUNIT_EXPECT_STREQ_MSG(test, buf, text, "text of the command");
	KUNIT_EXPECT_EQ_MSG(test, len, (int)strlen(text), "%s: length of its text", text);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmd_opcode(&cmd), q0 & 0xff, "%s: opcode", text);
}

static void configuration(struct kunit *test)
{
	expect(test, smmu3_cmd_cfgi_ste(0x12345678, true), 0x1234567800000003, 1,
	       "CFGI_STE sid=0x12345678 leaf");
	expect(test, smmu3_cmd_cfgi_ste(0x12345678, false), 0x1234567800000003, 0,
	       "CFGI_STE sid=0x12345678");
	expect(test, smmu3_cmd_cfgi_all(), 4, 31, "CFGI_STE_RANGE all");
	expect(test, smmu3_cmd_cfgi_cd(8, 0xabcde, true), 0x8abcde005, 1,
	       "CFGI_CD sid=0x8 ssid=0xabcde leaf");
	expect(test, smmu3_cmd_cfgi_cd(8, 0, false), 0x800000005, 0, "CFGI_CD sid=0x8 ssid=0x0");
	expect(test, smmu3_cmd_cfgi_cd_all(0xffffffff), 0xffffffff00000006, 0,
	       "CFGI_CD_ALL sid=0xffffffff");
	expect(test, smmu3_cmd_prefetch_config(0x10), 0x1000000001, 0, "PREFETCH_CONFIG sid=0x10");
}

static void tlb(struct kunit *test)
{
	expect(test, smmu3_cmd_tlbi_all(CMD_TLBI_NH_ALL, 0xbeef), 0xbeef00000010, 0,
	       "TLBI_NH_ALL vmid=0xbeef");
	expect(test, smmu3_cmd_tlbi_all(CMD_TLBI_S12_VMALL, 0xbeef), 0xbeef00000028, 0,
	       "TLBI_S12_VMALL vmid=0xbeef");
	/* no VMID in these, whatever is passed */
	expect(test, smmu3_cmd_tlbi_all(CMD_TLBI_EL2_ALL, 0xbeef), 0x20, 0, "TLBI_EL2_ALL");
	expect(test, smmu3_cmd_tlbi_all(CMD_TLBI_NSNH_ALL, 0xbeef), 0x30, 0, "TLBI_NSNH_ALL");
	expect(test, smmu3_cmd_tlbi_asid(CMD_TLBI_NH_ASID, 0xcafe, 0xbeef), 0xcafebeef00000011, 0,
	       "TLBI_NH_ASID vmid=0xbeef asid=0xcafe");
	expect(test, smmu3_cmd_tlbi_asid(CMD_TLBI_EL2_ASID, 0xcafe, 0xbeef), 0xcafe000000000021, 0,
	       "TLBI_EL2_ASID asid=0xcafe");
	expect(test, smmu3_cmd_tlbi_addr(CMD_TLBI_NH_VA, 0xcafe, 0xbeef), 0xcafebeef00000012, 0,
	       "TLBI_NH_VA vmid=0xbeef asid=0xcafe addr=0x0");
	expect(test, smmu3_cmd_tlbi_addr(CMD_TLBI_EL2_VA, 0xcafe, 0xbeef), 0xcafe000000000022, 0,
	       "TLBI_EL2_VA asid=0xcafe addr=0x0");
	expect(test, smmu3_cmd_tlbi_addr(CMD_TLBI_S2_IPA, 0xcafe, 0xbeef), 0xbeef0000002a, 0,
	       "TLBI_S2_IPA vmid=0xbeef addr=0x0");
	/* NUM 12, SCALE 20; Leaf 0, TTL 8, TG 10 */
	expect(test, (struct smmu3_cmd){ { 0x1f0001f012 | 5ULL << 48, 0x12345600f000 | 0xf01 } },
	       0x0005001f0001f012, 0x12345600ff01,
	       "TLBI_NH_VA vmid=0x1f asid=0x5 addr=0x12345600f000 leaf tg=64K num=31 scale=0 ttl=3");
}

static void atc(struct kunit *test)
{
	expect(test, smmu3_cmd_atc_inv_all(8, 0, false), 0x800000040, 52,
	       "ATC_INV sid=0x8 addr=0x0 size=52");
	expect(test, smmu3_cmd_atc_inv_all(8, 0xabcde, true), 0x8abcde840, 52,
	       "ATC_INV sid=0x8 ssid=0xabcde addr=0x0 size=52");
	/* ssid without has_ssid is no ssid */
	expect(test, smmu3_cmd_atc_inv_all(8, 0xabcde, false), 0x800000040, 52,
	       "ATC_INV sid=0x8 addr=0x0 size=52");
	expect(test, smmu3_cmd_atc_inv_range(8, 0, false, 0x5000, 0x5fff), 0x800000040, 0x5000,
	       "ATC_INV sid=0x8 addr=0x5000 size=0");
	expect(test, smmu3_cmd_atc_inv_range(8, 0, false, 0x5000, 0x6fff), 0x800000040, 0x4002,
	       "ATC_INV sid=0x8 addr=0x4000 size=2");
	expect(test, smmu3_cmd_atc_inv_range(8, 1, true, 0x7fffffffffffffff, 0x8000000000000000),
	       0x800001840, 52, "ATC_INV sid=0x8 ssid=0x1 addr=0x0 size=52");
	expect(test, smmu3_cmd_atc_inv_range(8, 0, false, 0, 0x7fffffffffffffff), 0x800000040, 51,
	       "ATC_INV sid=0x8 addr=0x0 size=51");
	expect(test, smmu3_cmd_atc_inv_range(8, 0, false, 0, ~0ULL), 0x800000040, 52,
	       "ATC_INV sid=0x8 addr=0x0 size=52");
}

/* The span is the smallest aligned power of two that holds the range. */
static void atc_span(struct kunit *test)
{
	u64 first, last;

	for (first = 0; first < 40; first++) {
		for (last = first; last < 40; last++) {
			struct smmu3_cmd cmd = smmu3_cmd_atc_inv_range(0, 0, false, first << 12,
								       (last << 12) + 0xfff);
			u64 addr = cmd.q[1] >> 12, lg2 = cmd.q[1] & 0x3f;

			KUNIT_EXPECT_TRUE_MSG(test, addr <= first && addr + (1ULL << lg2) > last,
					      "pages %llu to %llu lie in %llu + 2^%llu", first,
					      last, addr, lg2);
			KUNIT_EXPECT_EQ_MSG(test, addr & ((1ULL << lg2) - 1), 0,
					    "pages %llu to %llu: aligned", first, last);
			if (lg2)
				KUNIT_EXPECT_NE_MSG(test, first >> (lg2 - 1), last >> (lg2 - 1),
						    "pages %llu to %llu: half the span is too small",
						    first, last);
		}
	}
}

static void faults(struct kunit *test)
{
	expect(test, smmu3_cmd_pri_resp(8, 0xabcde, true, 0x1ff, PRI_RESP_SUCCESS), 0x8abcde841,
	       0x21ff, "PRI_RESP sid=0x8 ssid=0xabcde grpid=0x1ff resp=success");
	expect(test, smmu3_cmd_pri_resp(8, 0, false, 0xffff, PRI_RESP_INVALID), 0x800000041, 0x11ff,
	       "PRI_RESP sid=0x8 grpid=0x1ff resp=invalid");
	expect(test, smmu3_cmd_pri_resp(8, 0, false, 1, PRI_RESP_FAILURE), 0x800000041, 1,
	       "PRI_RESP sid=0x8 grpid=0x1 resp=failure");
	expect(test, smmu3_cmd_resume(8, 0xbeef, RESUME_TERMINATE), 0x800000044, 0xbeef,
	       "RESUME sid=0x8 stag=0xbeef action=terminate");
	expect(test, smmu3_cmd_resume(8, 0xbeef, RESUME_RETRY), 0x800001044, 0xbeef,
	       "RESUME sid=0x8 stag=0xbeef action=retry");
	expect(test, smmu3_cmd_resume(8, 0xbeef, RESUME_ABORT), 0x800002044, 0xbeef,
	       "RESUME sid=0x8 stag=0xbeef action=abort");
	expect(test, smmu3_cmd_stall_term(8), 0x800000045, 0, "STALL_TERM sid=0x8");
}

static void sync(struct kunit *test)
{
	expect(test, smmu3_cmd_sync(), 0x46, 0, "SYNC cs=none");
	expect(test, smmu3_cmd_sync_sev(), 0x2046, 0, "SYNC cs=sev");
	/* MSH inner shareable 22, MSIAttr write-back 24 */
	expect(test, smmu3_cmd_sync_msi(0x123456789abc, 0xdeadbeef), 0xdeadbeef0fc01046,
	       0x123456789abc, "SYNC cs=irq msiaddr=0x123456789abc msidata=0xdeadbeef");
	expect(test, smmu3_cmd_sync_msi(~0ULL, 0), 0x0fc01046, 0x00fffffffffffffc,
	       "SYNC cs=irq msiaddr=0xfffffffffffffc msidata=0x0");
}

static void names(struct kunit *test)
{
	unsigned int op, nr = 0;
	char buf[128];

	for (op = 0; op < 256; op++) {
		struct smmu3_cmd cmd = {{ ~0xffULL | op, ~0ULL }};
		const char *name = smmu3_cmd_name(op);
		int len = smmu3_cmd_to_text(buf, sizeof(buf), &cmd);

		KUNIT_EXPECT_LT_MSG(test, len, 127, "opcode %#x with all bits set fits: %s", op,
				    buf);
		if (!name)
			continue;
		nr++;
		KUNIT_EXPECT_LT_MSG(test, op, SMMU3_NR_OPCODES,
				    "counters by opcode have room for %s", name);
		KUNIT_EXPECT_EQ_MSG(test, strncmp(buf, name, strlen(name)), 0,
				    "text of %s begins with its name: %s", name, buf);
	}
	KUNIT_EXPECT_EQ_MSG(test, nr, 22, "commands with a name");
	KUNIT_EXPECT_NULL_MSG(test, smmu3_cmd_name(0), "0 is no opcode");
	KUNIT_EXPECT_NULL_MSG(test, smmu3_cmd_name(0xff), "0xff is no opcode");
	for (op = 0; op < 256; op++)
		KUNIT_EXPECT_NOT_NULL_MSG(test, smmu3_cerror_name(op),
					  "command error %#x has a text", op);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(configuration),
	KUNIT_CASE(tlb),
	KUNIT_CASE(atc),
	KUNIT_CASE(atc_span),
	KUNIT_CASE(faults),
	KUNIT_CASE(sync),
	KUNIT_CASE(names),
	{}
};

static struct kunit_suite fmt_cmd_suite = {
	.name = "smmu3_fmt_cmd",
	.test_cases = cases,
};

kunit_test_suite(fmt_cmd_suite);
