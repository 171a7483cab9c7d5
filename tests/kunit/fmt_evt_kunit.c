// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event records (src/fmt/evt): every type, every field. Layer: tests.
 *
 * Records are written out as numbers, put together by hand from the figures of ARM IHI 0070, 7.3.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "fmt/evt.h"

struct sample {
	u64 raw[EVT_QWORDS];
	const char *text;
};

/* StreamID 0x1234 (or what the text says), SubstreamID 0x2a with SSV at bit 11. */
static const struct sample samples[] = {
	{ { 0x123400000001, 0x0000000800000007, 0xdead0000, 0 },
	  "F_UUT sid=0x1234 addr=0xdead0000 read user data reason=0x7" },
	{ { 0x12340002a802, 0, 0, 0 }, "C_BAD_STREAMID sid=0x1234 ssid=0x2a" },
	{ { 0x123400000003, 0x5, 0, 0xff00800123456788 },
	  "F_STE_FETCH sid=0x1234 fetchaddr=0x800123456788 reason=0x5" },
	{ { 0xffffffff00000004, 0, 0, 0 }, "C_BAD_STE sid=0xffffffff" },
	{ { 0x12340002a805, 0, 0xabcdefff, 0 },
	  "F_BAD_ATS_TREQ sid=0x1234 ssid=0x2a addr=0xabcde000" },
	{ { 0x123400000006, 0, 0, 0 }, "F_STREAM_DISABLED sid=0x1234" },
	{ { 0x123400000007, 0x800000000, 0xfeedf00d, 0 },
	  "F_TRANSL_FORBIDDEN sid=0x1234 addr=0xfeedf00d read" },
	/* no SSV in this one: the SubstreamID always counts */
	{ { 0x12340002a008, 0, 0, 0 }, "C_BAD_SUBSTREAMID sid=0x1234 ssid=0x2a" },
	{ { 0x12340002a809, 0x1, 0, 0x40 },
	  "F_CD_FETCH sid=0x1234 ssid=0x2a fetchaddr=0x40 reason=0x1" },
	{ { 0x12340002a80a, 0, 0, 0 }, "C_BAD_CD sid=0x1234 ssid=0x2a" },
	/* RnW 99, InD 98, PnU 97; S2 103; CLASS 105:104 */
	{ { 0x12340000000b, 0x0000010e00000000, 0x1000, 0x2000 },
	  "F_WALK_EABT sid=0x1234 addr=0x1000 read priv insn stage=1 class=TT fetchaddr=0x2000 reason=0x0"
	},
	/* Stall 95, STAG 79:64 */
	{ { 0x12340002a810, 0x000002008000beef, 0xffff000012345678, ~0ULL },
	  "F_TRANSLATION sid=0x1234 ssid=0x2a addr=0xffff000012345678 write user data stage=1 class=IN stall stag=0xbeef"
	},
	{ { 0x123400000010, 0x0000028a0000beef, 0x12345678, 0xff00000087654321 },
	  "F_TRANSLATION sid=0x1234 addr=0x12345678 read priv data stage=2 class=IN ipa=0x87654000"
	},
	{ { 0x123400000011, 0x0000020000000000, 0x1000, 0 },
	  "F_ADDR_SIZE sid=0x1234 addr=0x1000 write user data stage=1 class=IN" },
	{ { 0x123400000012, 0x0000020800000000, 0x1000, 0 },
	  "F_ACCESS sid=0x1234 addr=0x1000 read user data stage=1 class=IN" },
	{ { 0x123400000013, 0x0000118000000000, 0x1000, 0x3000 },
	  "F_PERMISSION sid=0x1234 addr=0x1000 write user data stage=2 class=TT ipa=0x3000" },
	{ { 0x123400000020, 0x0000008000000003, 0x1000, 0x3000 },
	  "F_TLB_CONFLICT sid=0x1234 addr=0x1000 write user data stage=2 ipa=0x3000 reason=0x3" },
	{ { 0x123400000021, 0x9, 0, 0 }, "F_CFG_CONFLICT sid=0x1234 reason=0x9" },
	{ { 0x12340002a824, 0, 0x7fff1234, 0 },
	  "E_PAGE_REQUEST sid=0x1234 ssid=0x2a addr=0x7fff1000" },
	{ { 0x123400000025, 0x2, 0, 0x1000 },
	  "F_VMS_FETCH sid=0x1234 fetchaddr=0x1000 reason=0x2" },
	{ { 0x1234000000e7, 1, 2, 3 },
	  "IMPDEF type=0xe7 raw=00001234000000e7 0000000000000001 0000000000000002 0000000000000003"
	},
	{ { 0, 0, 0, 0 },
	  "UNKNOWN type=0x0 raw=0000000000000000 0000000000000000 0000000000000000 0000000000000000"
	},
};

static void decode(struct smmu3_evt *evt, const u64 *raw)
{
	__le64 record[EVT_QWORDS];
	unsigned int i;

	for (i = 0; i < EVT_QWORDS; i++)
		record[i] = cpu_to_le64(raw[i]);
	memset(evt, 0xa5, sizeof(*evt));
	smmu3_evt_decode(evt, record);
}

static void every_type(struct kunit *test)
{
	struct smmu3_evt evt;
	char buf[256];
	unsigned int i;
	int len;

	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		decode(&evt, samples[i].raw);
		len = smmu3_evt_to_text(buf, sizeof(buf), &evt);
		KUNIT_EXPECT_STREQ_MSG(test, buf, samples[i].text, "event type %#x", evt.type);
		KUNIT_EXPECT_EQ_MSG(test, len, (int)strlen(samples[i].text),
				    "event type %#x: length", evt.type);
		KUNIT_EXPECT_MEMEQ_MSG(test, evt.raw, samples[i].raw, sizeof(evt.raw),
				       "event type %#x: raw words", evt.type);
	}
}

static void decoded_fields(struct kunit *test)
{
	static const u64 stalled[] = { 0x12340002a810, 0x000002068000beef, 0xffff000012345678, 0 };
	static const u64 not_stalled[] = { 0x123400000013, 0x0000020a0000beef, 0, 0 };
	static const u64 walk[] = { 0x12340000000b, 0x0000018000008000, 0, 0 };
	struct smmu3_evt evt;

	decode(&evt, stalled);
	KUNIT_EXPECT_EQ_MSG(test, evt.type, EVT_F_TRANSLATION, "type");
	KUNIT_EXPECT_EQ_MSG(test, evt.sid, 0x1234, "StreamID");
	KUNIT_EXPECT_EQ_MSG(test, evt.ssid, 0x2a, "SubstreamID");
	KUNIT_EXPECT_TRUE_MSG(test, evt.ssv && evt.has_sid && evt.has_addr && evt.has_access,
			      "valid fields");
	KUNIT_EXPECT_TRUE_MSG(test, evt.priv && evt.insn && !evt.read,
			      "privileged instruction fetch, RnW 0");
	KUNIT_EXPECT_TRUE_MSG(test, evt.stall, "Stall is bit 95");
	KUNIT_EXPECT_EQ_MSG(test, evt.stag, 0xbeef, "STAG");
	KUNIT_EXPECT_FALSE_MSG(test, evt.s2, "stage 1");
	KUNIT_EXPECT_FALSE_MSG(test, evt.has_ipa, "no IPA of a stage 1 fault");
	KUNIT_EXPECT_EQ_MSG(test, evt.class, EVT_CLASS_IN, "class");
	KUNIT_EXPECT_FALSE_MSG(test, evt.config, "not the driver's fault");
	KUNIT_EXPECT_TRUE_MSG(test, evt.known, "known");

	decode(&evt, not_stalled);
	KUNIT_EXPECT_FALSE_MSG(test, evt.stall, "not stalled");
	KUNIT_EXPECT_EQ_MSG(test, evt.stag, 0, "no tag to resume where nothing is stalled");

	/* Bit 95 is no Stall in this type. */
	decode(&evt, walk);
	KUNIT_EXPECT_FALSE_MSG(test, evt.stall, "F_WALK_EABT never stalls");
	KUNIT_EXPECT_TRUE_MSG(test, evt.s2 && evt.has_ipa && evt.config,
			      "stage 2 walk, address fetched");
	KUNIT_EXPECT_EQ_MSG(test, evt.reason, 0x8000, "reason is 16 bits");
}

/* Every value of every byte is legal to the decoder, and its text fits. */
static void all_ones(struct kunit *test)
{
	struct smmu3_evt evt;
	u64 raw[EVT_QWORDS];
	char buf[512];
	unsigned int type, known = 0;

	for (type = 0; type < 256; type++) {
		memset(raw, 0xff, sizeof(raw));
		raw[0] = (~0ULL & ~0xffULL) | type;
		decode(&evt, raw);
		KUNIT_EXPECT_EQ_MSG(test, evt.type, type, "type");
		KUNIT_EXPECT_LT_MSG(test, smmu3_evt_to_text(buf, sizeof(buf), &evt), 256,
				    "text of type %#x: %s", type, buf);
		known += evt.known;
		KUNIT_EXPECT_TRUE_MSG(test, evt.has_sid == evt.known,
				      "an event of an unknown type names no stream");
		KUNIT_EXPECT_TRUE_MSG(test, !evt.stall || (type >= 0x10 && type <= 0x13),
				      "type %#x cannot stall", type);
	}
	KUNIT_EXPECT_EQ_MSG(test, known, 19, "types of the specification");
}

static void names(struct kunit *test)
{
	KUNIT_EXPECT_STREQ_MSG(test, smmu3_evt_name(0x10), "F_TRANSLATION", "name");
	KUNIT_EXPECT_STREQ_MSG(test, smmu3_evt_name(0xe0), "IMPDEF", "name");
	KUNIT_EXPECT_STREQ_MSG(test, smmu3_evt_name(0xef), "IMPDEF", "name");
	KUNIT_EXPECT_STREQ_MSG(test, smmu3_evt_name(0xf0), "UNKNOWN", "name");
	KUNIT_EXPECT_STREQ_MSG(test, smmu3_evt_name(0x0c), "UNKNOWN", "name");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_type),
	KUNIT_CASE(decoded_fields),
	KUNIT_CASE(all_ones),
	KUNIT_CASE(names),
	{}
};

static struct kunit_suite fmt_evt_suite = {
	.name = "smmu3_fmt_evt",
	.test_cases = cases,
};

kunit_test_suite(fmt_evt_suite);
