// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader of the I/O remapping table (src/fmt/iort). Layer: tests.
 *
 * Tables are put together byte by byte by a small writer that follows Arm DEN 0049.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "fmt/iort.h"

#define BASE_A 0x0000000009050000ULL
#define BASE_B 0x0000000109060000ULL

struct writer {
	u8 buf[2048];
	u32 len;
	u32 nodes;
	u32 maps;	/* where the mappings of the node under construction go */
};

static void put(struct writer *w, u32 off, u64 val, unsigned int bytes)
{
	while (bytes--) {
		w->buf[off++] = val;
		val >>= 8;
	}
}

static void begin(struct writer *w)
{
	memset(w, 0, sizeof(*w));
	memcpy(w->buf, "IORT", 4);
	w->len = 48;
	put(w, 40, 48, 4);
}

static void end(struct writer *w)
{
	put(w, 4, w->len, 4);
	put(w, 36, w->nodes, 4);
}

/*
 * @data: bytes behind the 16 of every node; @nr_maps: room for mappings. Return: the node's
 * offset.
 */
static u32 node(struct writer *w, u8 type, u32 data, u32 nr_maps)
{
	u32 off = w->len, sz = 16 + data + nr_maps * 20;

	put(w, off, type, 1);
	put(w, off + 1, sz, 2);
	put(w, off + 8, nr_maps, 4);
	put(w, off + 12, nr_maps ? 16 + data : 0, 4);
	w->maps = off + 16 + data;
	w->len += sz;
	w->nodes++;
	return off;
}

static void map(struct writer *w, u32 input, u32 count, u32 output, u32 ref, u32 flags)
{
	const u32 fields[] = { input, count, output, ref, flags };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		put(w, w->maps + 4 * i, fields[i], 4);
	w->maps += 20;
}

static u32 smmu3(struct writer *w, u64 base)
{
	u32 off = node(w, 4, 52, 0);

	put(w, off + 16, base, 8);
	return off;
}

static u32 root_complex(struct writer *w, u32 segment, u32 nr_maps)
{
	u32 off = node(w, 2, 24, nr_maps);

	put(w, off + 28, segment, 4);
	return off;
}

static u32 named_component(struct writer *w, const char *path, u32 nr_maps)
{
	u32 off = node(w, 1, 40, nr_maps);

	memcpy(w->buf + off + 29, path, strlen(path) + 1);
	return off;
}

/* Two SMMUs, a root complex on each and one that is in front of none, two named components. */
static void usual(struct writer *w)
{
	u32 its, a, b;

	begin(w);
	its = node(w, 0, 8, 0);
	a = smmu3(w, BASE_A);
	b = smmu3(w, BASE_B);
	root_complex(w, 0, 2);
	map(w, 0, 0xff, 0x1000, a, 0);
	map(w, 0x100, 0xfeff, 0x20100, b, 0);
	root_complex(w, 1, 1);
	map(w, 0, 0xffff, 0, its, 0);
	named_component(w, "\\_SB_.DMA0", 2);
	map(w, 0, 0, 0x77, a, 1);
	map(w, 0, 0, 0x78, a, 1);
	named_component(w, "\\_SB_.DMA1", 1);
	map(w, 5, 2, 0x30, b, 0);
	end(w);
}

static struct writer *writer_alloc(struct kunit *test)
{
	struct writer *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL_MSG(test, w, "memory for the table");
	return w;
}

static void expect_pci(struct kunit *test, struct writer *w, u32 segment, u16 rid, int ret,
		       u64 base, u32 sid)
{
	u64 seen_base = 0;
	u32 seen_sid = 0;

	KUNIT_EXPECT_EQ_MSG(test,
			    smmu3_iort_pci_sid(w->buf, w->len, segment, rid, &seen_base, &seen_sid),
			    ret, "segment %u requester %#x: found", segment, rid);
	if (ret <= 0)
		return;
	KUNIT_EXPECT_EQ_MSG(test, seen_base, base, "segment %u requester %#x: SMMU", segment, rid);
	KUNIT_EXPECT_EQ_MSG(test, seen_sid, sid, "segment %u requester %#x: StreamID", segment,
			    rid);
}

static void pci(struct kunit *test)
{
	struct writer *w = writer_alloc(test);

	usual(w);
	KUNIT_EXPECT_NULL_MSG(test, smmu3_iort_check(w->buf, w->len),
			      "a usual table is well-formed");
	expect_pci(test, w, 0, 0x08, 1, BASE_A, 0x1008);
	expect_pci(test, w, 0, 0xff, 1, BASE_A, 0x10ff);
	expect_pci(test, w, 0, 0x100, 1, BASE_B, 0x20100);
	expect_pci(test, w, 0, 0xffff, 1, BASE_B, 0x2ffff);
	expect_pci(test, w, 1, 0x08, 0, 0, 0);		/* straight to the ITS */
	expect_pci(test, w, 2, 0x08, 0, 0, 0);		/* no such segment */
}

/* Firmware that gives the number of IDs instead of one less: the ranges overlap by one ID. */
static void last_id(struct kunit *test)
{
	struct writer *w = writer_alloc(test);
	u32 a, b;

	begin(w);
	a = smmu3(w, BASE_A);
	b = smmu3(w, BASE_B);
	root_complex(w, 0, 2);
	map(w, 0, 0x100, 0, a, 0);
	map(w, 0x100, 0x100, 0x100, b, 0);
	end(w);
	expect_pci(test, w, 0, 0xff, 1, BASE_A, 0xff);
	expect_pci(test, w, 0, 0x100, 1, BASE_B, 0x100);
	expect_pci(test, w, 0, 0x200, 1, BASE_B, 0x200);
	expect_pci(test, w, 0, 0x201, 0, 0, 0);
}

/* Root complex behind a node that remaps once more. */
static void two_hops(struct kunit *test)
{
	struct writer *w = writer_alloc(test);
	u32 a, inner;

	begin(w);
	a = smmu3(w, BASE_A);
	inner = root_complex(w, 9, 1);
	map(w, 0x1000, 0xff, 0x5000, a, 0);
	root_complex(w, 0, 1);
	map(w, 0, 0xff, 0x1000, inner, 0);
	end(w);
	expect_pci(test, w, 0, 0x12, 1, BASE_A, 0x5012);
}

static void loop(struct kunit *test)
{
	struct writer *w = writer_alloc(test);
	u32 off;

	begin(w);
	off = root_complex(w, 0, 1);
	map(w, 0, 0xffff, 0, off, 0);
	end(w);
	expect_pci(test, w, 0, 0x12, -1, 0, 0);
}

static void named_components(struct kunit *test)
{
	struct writer *w = writer_alloc(test);
	u32 sids[4] = {};
	u64 base = 0;

	usual(w);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_iort_nc_sids(w->buf, w->len, "\\_SB_.DMA0", &base, sids, 4),
			    2, "two single mappings");
	KUNIT_EXPECT_EQ_MSG(test, base, BASE_A, "SMMU");
	KUNIT_EXPECT_TRUE_MSG(test, sids[0] == 0x77 && sids[1] == 0x78, "StreamIDs %#x %#x",
			      sids[0], sids[1]);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_iort_nc_sids(w->buf, w->len, "\\_SB_.DMA1", &base, sids, 4),
			    3, "a range of three");
	KUNIT_EXPECT_EQ_MSG(test, base, BASE_B, "SMMU");
	KUNIT_EXPECT_TRUE_MSG(test, sids[0] == 0x30 && sids[1] == 0x31 && sids[2] == 0x32,
			      "StreamIDs of the range");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_iort_nc_sids(w->buf, w->len, "\\_SB_.DMA1", &base, sids, 1),
			    1, "no more than there is room");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_iort_nc_sids(w->buf, w->len, "\\_SB_.DMA", &base, sids, 4),
			    0, "not by a prefix");
	KUNIT_EXPECT_EQ_MSG(test,
			    smmu3_iort_nc_sids(w->buf, w->len, "\\_SB_.DMA01", &base, sids, 4), 0,
			    "not by more");
}

static void broken(struct kunit *test)
{
	struct writer *w = writer_alloc(test);
	static const struct {
		u32 off, val;
		const char *why;
	} t[] = {
		{ 0, 0x54524f49 + 1, "the IORT has a wrong signature" },
		{ 4, 47, "the IORT has an impossible length" },
		{ 4, 0xffffffff, "the IORT has an impossible length" },
		{ 40, 47, "an IORT node lies outside the table" },
		{ 40, 0xfffffff0, "an IORT node lies outside the table" },
		{ 36, 0xffffffff, "an IORT node lies outside the table" },
		{ 48, 0xffff00, "an IORT node reaches beyond the table" },
		{ 48, 0x000f00, "an IORT node is shorter than its header" },
		{ 72, 0x003b04, "an IORT node is shorter than its type needs" },
		/*
		 * the first root complex at 208: count and offset of its mappings, then the node
		 * they lead to
		 */
		{ 208 + 8, 3, "the ID mappings of an IORT node reach beyond it" },
		{ 208 + 8, 0x10000000, "the ID mappings of an IORT node reach beyond it" },
		{ 208 + 12, 15, "the ID mappings of an IORT node reach beyond it" },
		{ 208 + 12, 0xffffffff, "the ID mappings of an IORT node reach beyond it" },
		{ 208 + 40 + 12, 0xfffffffc, "an IORT ID mapping refers to no node" },
		{ 208 + 40 + 12, 0, "an IORT ID mapping refers to no node" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		usual(w);
		put(w, t[i].off, t[i].val, 4);
		KUNIT_EXPECT_STREQ_MSG(test, smmu3_iort_check(w->buf, w->len) ?: "well-formed",
				       t[i].why, "offset %u = %#x", t[i].off, t[i].val);
	}
	usual(w);
	KUNIT_EXPECT_STREQ_MSG(test, smmu3_iort_check(w->buf, 47) ?: "well-formed",
			       "the IORT is shorter than its header", "47 bytes");
	/* mappings that lead to no node are met on the way too */
	put(w, 208 + 40 + 12, 0xfffffffc, 4);
	expect_pci(test, w, 0, 0x08, -1, 0, 0);
	/* a name that does not end */
	usual(w);
	memset(w->buf + w->len - 20 - 27, 'x', 27);
	KUNIT_EXPECT_STREQ_MSG(test, smmu3_iort_check(w->buf, w->len) ?: "well-formed",
			       "the name of an IORT named component does not end",
			       "name without end");
}

/* The fault of a node that a question does not need leaves its answer as it is. */
static void fault_elsewhere(struct kunit *test)
{
	struct writer *w = writer_alloc(test);
	u32 sids[4] = {};
	u64 base = 0;

	/* an ITS group that claims mappings: none are looked for there */
	usual(w);
	put(w, 48 + 8, 0x10000000, 4);
	put(w, 48 + 12, 16, 4);
	KUNIT_EXPECT_NULL_MSG(test, smmu3_iort_check(w->buf, w->len),
			      "no StreamID passes through an ITS group");
	expect_pci(test, w, 1, 0x08, 0, 0, 0);
	expect_pci(test, w, 0, 0x08, 1, BASE_A, 0x1008);

	/* the first root complex has impossible mappings: its devices, and no others */
	usual(w);
	put(w, 208 + 8, 0x10000000, 4);
	expect_pci(test, w, 0, 0x08, -1, 0, 0);
	expect_pci(test, w, 1, 0x08, 0, 0, 0);
	KUNIT_EXPECT_EQ_MSG(test, smmu3_iort_nc_sids(w->buf, w->len, "\\_SB_.DMA0", &base, sids, 4),
			    2, "a named component beside it");
}

/*
 * However short the table is cut, nothing behind the cut is looked at (the address sanitizer
 * watches).
 */
static void cut_short(struct kunit *test)
{
	struct writer *w = writer_alloc(test);
	u32 sids[4], sid, len;
	u64 base;

	usual(w);
	for (len = 0; len < w->len; len++) {
		u8 *copy = kunit_kzalloc(test, len ?: 1, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL_MSG(test, copy, "memory for a copy");
		memcpy(copy, w->buf, len);
		/* The header believes in the cut. */
		if (len >= 8)
			memcpy(copy + 4, (u8 []) { len, len >> 8, 0, 0 }, 4);
		KUNIT_EXPECT_NOT_NULL_MSG(test, smmu3_iort_check(copy, len), "cut after %u bytes",
					  len);
		smmu3_iort_pci_sid(copy, len, 0, 8, &base, &sid);
		smmu3_iort_pci_sid(copy, len, 7, 8, &base, &sid);
		smmu3_iort_nc_sids(copy, len, "\\_SB_.DMA1", &base, sids, 4);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(pci),
	KUNIT_CASE(last_id),
	KUNIT_CASE(two_hops),
	KUNIT_CASE(loop),
	KUNIT_CASE(named_components),
	KUNIT_CASE(broken),
	KUNIT_CASE(fault_elsewhere),
	KUNIT_CASE(cut_short),
	{}
};

static struct kunit_suite fmt_iort_suite = {
	.name = "smmu3_fmt_iort",
	.test_cases = cases,
};

kunit_test_suite(fmt_iort_suite);
