// SPDX-License-Identifier: GPL-2.0-only
/*
 * Address ranges as TLBI commands (src/fmt/tlbi), by brute force. Layer: tests.
 *
 * A second reading of ARM IHI 0070, 4.4.1 says what a command invalidates. The union of what
 * the commands of a range invalidate must hold every leaf of the range, and nothing far from it.
 */
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "fmt/tlbi.h"

/* What one command invalidates: leaves that overlap [first, last]. */
struct scope {
	u64 first, last;
	bool by_range;
	bool illegal;
};

/*
 * The interpreter. TG at bits 75:74 of the command, TTL at 73:72, SCALE at 24:20, NUM at 16:12,
 * address at 127:76. Without TG the command means the one leaf that holds its address, whatever
 * its size.
 */
static struct scope interpret(const struct smmu3_cmd *cmd)
{
	static const u8 granule_lg2[] = { 0, 12, 14, 16 };
	unsigned int tg = cmd->q[1] >> 10 & 3, ttl = cmd->q[1] >> 8 & 3;
	u64 num = cmd->q[0] >> 12 & 0x1f, scale = cmd->q[0] >> 20 & 0x1f;
	struct scope s = { .first = cmd->q[1] & ~0xfffULL };
	u64 pages, room;

	if (!tg) {
		s.illegal = num || scale || ttl;
		s.last = s.first + 0xfff;
		return s;
	}
	s.by_range = true;
	/* Reserved: a granule without a range or a level. And the address must be a granule's. */
	s.illegal = (!num && !scale && !ttl) || (s.first & ((1ULL << granule_lg2[tg]) - 1));
	pages = (num + 1) << scale;
	room = (U64_MAX - s.first) >> granule_lg2[tg];
	s.last = pages > room ? U64_MAX : s.first + (pages << granule_lg2[tg]) - 1;
	return s;
}

struct leaf_map {
	u64 base;		/* of leaf 0 */
	unsigned int lg2;	/* size of a leaf */
	unsigned int nr;
	bool hit[256];
};

static void apply(struct leaf_map *map, const struct scope *s)
{
	unsigned int i;

	for (i = 0; i < map->nr; i++) {
		u64 first = map->base + ((u64)i << map->lg2), last = first + (1ULL << map->lg2) - 1;

		if (s->first <= last && s->last >= first)
			map->hit[i] = true;
	}
}

/* One range over leaves of one size. @slack: leaves on each side that must stay untouched. */
static void cover(struct kunit *test, struct leaf_map *map, struct smmu3_tlbi_range range,
		  unsigned int first, unsigned int nr)
{
	const struct smmu3_tlbi_range asked = range;
	struct smmu3_cmd template = smmu3_cmd_tlbi_addr(CMD_TLBI_NH_VA, 3, 4), cmd;
	const bool one_page = asked.last - asked.iova < 1ULL << asked.tg_lg2;
	unsigned int i, cmds = 0, want = smmu3_tlbi_count(&range);

	memset(map->hit, 0, sizeof(map->hit));
	while (smmu3_tlbi_next(&range, &template, &cmd)) {
		struct scope s = interpret(&cmd);

		KUNIT_ASSERT_FALSE_MSG(test, s.illegal,
				       "tg %u ril %d %#llx-%#llx: command %u is legal: %#llx %#llx",
				       asked.tg_lg2, asked.ril, asked.iova, asked.last, cmds,
				       cmd.q[0], cmd.q[1]);
		KUNIT_ASSERT_EQ_MSG(test, s.by_range, asked.ril && !one_page,
				    "range commands exactly with RIL and more than a page");
		KUNIT_ASSERT_EQ_MSG(test, (int)(cmd.q[1] & 1), (int)asked.leaf,
				    "leaf only where asked");
		KUNIT_ASSERT_EQ_MSG(test, cmd.q[0] & ~0x1f1f000ULL, template.q[0],
				    "ASID, VMID and opcode are kept");
		apply(map, &s);
		KUNIT_ASSERT_LT_MSG(test, cmds++, 4096, "the range ends");
	}
	KUNIT_EXPECT_EQ_MSG(test, cmds, want, "tg %u ril %d %#llx-%#llx: smmu3_tlbi_count()",
			    asked.tg_lg2, asked.ril, asked.iova, asked.last);
	for (i = 0; i < map->nr; i++) {
		bool in = i >= first && i < first + nr;
		/* One granule more than asked is allowed, behind the range, unless it is one. */
		bool may = asked.ril && !one_page && i == first + nr;

		if (in)
			KUNIT_ASSERT_TRUE_MSG(test, map->hit[i],
					      "tg %u ril %d %#llx-%#llx: leaf %u of %u is invalidated",
					      asked.tg_lg2, asked.ril, asked.iova, asked.last,
					      i - first, nr);
		else if (!may)
			KUNIT_ASSERT_FALSE_MSG(test, map->hit[i],
					       "tg %u ril %d %#llx-%#llx: leaf %d outside is not",
					       asked.tg_lg2, asked.ril, asked.iova, asked.last,
					       (int)i - (int)first);
	}
}

static void pages_of(struct kunit *test, u8 tg_lg2, bool ril, u64 base)
{
	struct leaf_map *map = kunit_kzalloc(test, sizeof(*map), GFP_KERNEL);
	unsigned int nr;

	KUNIT_ASSERT_NOT_NULL_MSG(test, map, "memory for the map");
	map->base = base;
	map->lg2 = tg_lg2;
	map->nr = 256;
	for (nr = 1; nr <= 200; nr++) {
		struct smmu3_tlbi_range range = {
			.iova = base + (20ULL << tg_lg2),
			.last = base + ((20ULL + nr) << tg_lg2) - 1,
			.granule = 1ULL << tg_lg2,
			.tg_lg2 = tg_lg2,
			.leaf = nr & 1,
			.ril = ril,
		};

		cover(test, map, range, 20, nr);
	}
}

static void every_granule(struct kunit *test)
{
	static const u8 tg[] = { 12, 14, 16 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tg); i++) {
		pages_of(test, tg[i], false, 0);
		pages_of(test, tg[i], true, 0);
		pages_of(test, tg[i], false, 0x123456780000ULL & ~0xffffULL);
		pages_of(test, tg[i], true, 0x123456780000ULL & ~0xffffULL);
	}
}

/* Blocks without RIL: one command a block, also where the range begins or ends inside one. */
static void blocks(struct kunit *test)
{
	struct leaf_map *map = kunit_kzalloc(test, sizeof(*map), GFP_KERNEL);
	unsigned int start, nr;

	KUNIT_ASSERT_NOT_NULL_MSG(test, map, "memory for the map");
	map->lg2 = 21;
	map->nr = 16;
	for (start = 0; start < 8; start++) {
		for (nr = 1; nr < 24; nr++) {
			struct smmu3_tlbi_range range = {
				.iova = start * 0x80000ULL, .last = (start + nr) * 0x80000ULL - 1,
				.granule = 1 << 21, .tg_lg2 = 12,
			};
			unsigned int first = start / 4, last = (start + nr - 1) / 4;

			KUNIT_EXPECT_EQ_MSG(test, smmu3_tlbi_count(&range), last - first + 1,
					    "one command a block: %#llx-%#llx", range.iova,
					    range.last);
			cover(test, map, range, first, last - first + 1);
		}
	}
}

/* The last pages of the address space; nothing wraps to its beginning. */
static void top(struct kunit *test)
{
	struct leaf_map *map = kunit_kzalloc(test, sizeof(*map), GFP_KERNEL);
	unsigned int nr;
	int ril;

	KUNIT_ASSERT_NOT_NULL_MSG(test, map, "memory for the map");
	map->lg2 = 12;
	map->nr = 64;
	map->base = U64_MAX - 64 * 0x1000 + 1;
	for (ril = 0; ril < 2; ril++) {
		for (nr = 1; nr <= 64; nr++) {
			struct smmu3_tlbi_range range = {
				.iova = U64_MAX - nr * 0x1000ULL + 1,
				.last = U64_MAX,
				.granule = 0x1000,
				.tg_lg2 = 12,
				.ril = ril,
			};

			cover(test, map, range, 64 - nr, nr);
		}
	}
}

/* How many commands: the figures that a driver decides by. */
static void counts(struct kunit *test)
{
	static const struct {
		u64 pages;
		unsigned int cmds;
	} want[] = {
		{ 1, 1 },      { 2, 1 },	  { 31, 1 },	     { 32, 1 },	 { 33, 1 },
		{ 62, 1 },     { 63, 2 },	  { 512, 1 },	     { 513, 2 }, { 1023, 2 },
		{ 262144, 1 }, { 1ULL << 36, 1 }, { 1ULL << 37, 2 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		struct smmu3_tlbi_range range = {
			.last = want[i].pages * 0x1000 - 1,
			.granule = 0x1000,
			.tg_lg2 = 12,
			.ril = true,
		};

		KUNIT_EXPECT_EQ_MSG(test, smmu3_tlbi_count(&range), want[i].cmds,
				    "commands for %llu pages with RIL", want[i].pages);
		range.ril = false;
		KUNIT_EXPECT_EQ_MSG(test, smmu3_tlbi_count(&range),
				    (unsigned int)min(want[i].pages, (u64)UINT_MAX),
				    "commands for %llu pages without RIL", want[i].pages);
	}
}

/* A step that cannot be one is taken for a page: more commands, never fewer leaves. */
static void silly_steps(struct kunit *test)
{
	static const u64 steps[] = { 0, 1, 0x800, 0x3000, 0x201000 };
	struct leaf_map *map = kunit_kzalloc(test, sizeof(*map), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL_MSG(test, map, "memory for the map");
	map->lg2 = 12;
	map->nr = 32;
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		struct smmu3_tlbi_range range = {
			.iova = 0x4000, .last = 0xffff, .granule = steps[i], .tg_lg2 = 12,
		};

		cover(test, map, range, 4, 12);
	}
}

static void empty_range(struct kunit *test)
{
	struct smmu3_tlbi_range range = {
		.iova = 0x2000, .last = 0x1fff, .granule = 0x1000, .tg_lg2 = 12
	};
	struct smmu3_cmd template = {}, cmd;

	KUNIT_EXPECT_EQ_MSG(test, smmu3_tlbi_count(&range), 0, "an empty range needs nothing");
	KUNIT_EXPECT_FALSE_MSG(test, smmu3_tlbi_next(&range, &template, &cmd),
			       "an empty range gives nothing");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_granule),
	KUNIT_CASE(blocks),
	KUNIT_CASE(top),
	KUNIT_CASE(counts),
	KUNIT_CASE(silly_steps),
	KUNIT_CASE(empty_range),
	{}
};

static struct kunit_suite fmt_tlbi_suite = {
	.name = "smmu3_fmt_tlbi",
	.test_cases = cases,
};

kunit_test_suite(fmt_tlbi_suite);
