// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sizes of tables and queues (src/fmt/geometry). Layer: tests.
 */
#include <kunit/test.h>

#include "fmt/geometry.h"
#include "fmt/ste.h"

/* The largest contiguous table: 4 MiB, as with 4K pages. */
#define MAX_LG2 22

static void stream_tables(struct kunit *test)
{
	static const struct {
		u8 sid_bits;
		bool asked;
		struct smmu3_strtab_geom want;
	} t[] = {
		{ 0, false, { false, 0, 0, 64, 0 } },
		{ 6, true, { false, 0, 6, 4096, 0 } },		/* one leaf would hold everything */
		{ 7, true, { true, 6, 7, 16, 4096 } },
		{ 8, false, { false, 0, 8, 16384, 0 } },
		{ 16, true, { true, 6, 16, 8192, 4096 } },
		{ 16, false, { false, 0, 16, 4 << 20, 0 } },
		{ 17, false, { false, 0, 16, 4 << 20, 0 } },	/* no room: fewer StreamIDs */
		{ 17, true, { true, 8, 17, 4096, 16384 } },
		{ 24, true, { true, 8, 24, 512 << 10, 16384 } },
		{ 25, true, { true, 10, 25, 256 << 10, 65536 } },
		{ 32, true, { true, 10, 27, 1 << 20, 65536 } },	/* level 1 stays within 1 MiB */
		{ 32, false, { false, 0, 16, 4 << 20, 0 } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct smmu3_strtab_geom g;

		smmu3_strtab_geom(&g, t[i].sid_bits, t[i].asked, MAX_LG2);
		KUNIT_EXPECT_EQ_MSG(test, g.two_level, t[i].want.two_level,
				    "%u bits, two levels offered: %d: levels", t[i].sid_bits,
				    t[i].asked);
		KUNIT_EXPECT_EQ_MSG(test, g.split, t[i].want.split, "%u bits: split",
				    t[i].sid_bits);
		KUNIT_EXPECT_EQ_MSG(test, g.sid_bits, t[i].want.sid_bits, "%u bits: covered",
				    t[i].sid_bits);
		KUNIT_EXPECT_EQ_MSG(test, g.l1_sz, t[i].want.l1_sz, "%u bits: level 1",
				    t[i].sid_bits);
		KUNIT_EXPECT_EQ_MSG(test, g.l2_sz, t[i].want.l2_sz, "%u bits: level 2",
				    t[i].sid_bits);
	}
}

/* For every size: tables fit, cover what they say, and one whole linear table is never smaller. */
static void stream_tables_all(struct kunit *test)
{
	unsigned int bits, two;

	for (bits = 0; bits <= 32; bits++) {
		for (two = 0; two < 2; two++) {
			struct smmu3_strtab_geom g;

			smmu3_strtab_geom(&g, bits, two, MAX_LG2);
			KUNIT_EXPECT_LE_MSG(test, g.l1_sz, (size_t)1 << MAX_LG2,
					    "%u bits: can be allocated", bits);
			KUNIT_EXPECT_LE_MSG(test, g.sid_bits, bits, "%u bits: no more than offered",
					    bits);
			if (!g.two_level) {
				KUNIT_EXPECT_EQ_MSG(test, g.l1_sz, (size_t)64 << g.sid_bits,
						    "%u bits: linear", bits);
				continue;
			}
			KUNIT_EXPECT_TRUE_MSG(test, g.split == 6 || g.split == 8 || g.split == 10,
					      "%u bits: split %u is a legal one", bits, g.split);
			KUNIT_EXPECT_EQ_MSG(test, g.l2_sz, (size_t)64 << g.split,
					    "%u bits: level 2", bits);
			KUNIT_EXPECT_EQ_MSG(test, g.l1_sz, (size_t)8 << (g.sid_bits - g.split),
					    "%u bits: level 1", bits);
			KUNIT_EXPECT_LT_MSG(test, g.l1_sz + g.l2_sz, (size_t)64 << g.sid_bits,
					    "%u bits: saves memory", bits);
		}
	}
}

static void cd_tables(struct kunit *test)
{
	static const struct {
		u8 ssid_bits;
		bool asked;
		struct smmu3_cdtab_geom want;
	} t[] = {
		{ 0, true, { false, S1FMT_LINEAR, 0, 0, 64, 0 } },
		{ 6, true, { false, S1FMT_LINEAR, 6, 0, 4096, 0 } },
		{ 7, true, { true, S1FMT_4K_L2, 7, 6, 16, 4096 } },
		{ 10, false, { false, S1FMT_LINEAR, 10, 0, 65536, 0 } },
		{ 16, true, { true, S1FMT_4K_L2, 16, 6, 8192, 4096 } },
		{ 17, true, { true, S1FMT_64K_L2, 17, 10, 1024, 65536 } },
		{ 20, true, { true, S1FMT_64K_L2, 20, 10, 8192, 65536 } },
		{ 20, false, { false, S1FMT_LINEAR, 10, 0, 65536, 0 } }, /* fewer than asked */
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct smmu3_cdtab_geom g;

		smmu3_cdtab_geom(&g, t[i].ssid_bits, t[i].asked);
		KUNIT_EXPECT_EQ_MSG(test, g.two_level, t[i].want.two_level, "%u bits: levels",
				    t[i].ssid_bits);
		KUNIT_EXPECT_EQ_MSG(test, g.s1fmt, t[i].want.s1fmt, "%u bits: S1Fmt",
				    t[i].ssid_bits);
		KUNIT_EXPECT_EQ_MSG(test, g.cdmax_lg2, t[i].want.cdmax_lg2, "%u bits: S1CDMax",
				    t[i].ssid_bits);
		KUNIT_EXPECT_EQ_MSG(test, g.leaf_lg2, t[i].want.leaf_lg2, "%u bits: CDs of a leaf",
				    t[i].ssid_bits);
		KUNIT_EXPECT_EQ_MSG(test, g.l1_sz, t[i].want.l1_sz, "%u bits: level 1",
				    t[i].ssid_bits);
		KUNIT_EXPECT_EQ_MSG(test, g.leaf_sz, t[i].want.leaf_sz, "%u bits: leaf",
				    t[i].ssid_bits);
	}
}

static void queues(struct kunit *test)
{
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_lg2(19, SMMU3_CMDQ_LG2, false), 12, "4096 commands");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_lg2(7, SMMU3_CMDQ_LG2, false), 7,
			    "no more than the SMMU offers");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_cmdq_lg2(19, SMMU3_CMDQ_LG2, true), 8,
			    "256 in a crash kernel");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_evtq_lg2(19, 0, false), 10, "1024 events");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_evtq_lg2(19, 1024, false), 10,
			    "an event for each stalled transaction");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_evtq_lg2(19, 1025, false), 11,
			    "an event for each stalled transaction");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_evtq_lg2(19, 65535, false), 16,
			    "an event for each stalled transaction");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_evtq_lg2(12, 65535, false), 12,
			    "no more than the SMMU offers");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_evtq_lg2(0, 0, false), 0,
			    "a queue of one event is a queue");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_evtq_lg2(19, 65535, true), 8, "256 in a crash kernel");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_priq_lg2(19, false), 9, "512 page requests");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_priq_lg2(3, false), 3, "no more than the SMMU offers");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_priq_lg2(19, true), 8, "256 in a crash kernel");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(stream_tables),
	KUNIT_CASE(stream_tables_all),
	KUNIT_CASE(cd_tables),
	KUNIT_CASE(queues),
	{}
};

static struct kunit_suite fmt_geometry_suite = {
	.name = "smmu3_fmt_geometry",
	.test_cases = cases,
};

kunit_test_suite(fmt_geometry_suite);
