// SPDX-License-Identifier: GPL-2.0-only
/*
 * PRI queue records (src/fmt/pri). Layer: tests.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "fmt/pri.h"

static void expect(struct kunit *test, u64 w0, u64 w1, struct smmu3_pri *pri, const char *text)
{
	const __le64 record[PRI_QWORDS] = { cpu_to_le64(w0), cpu_to_le64(w1) };
	char buf[160];

	memset(pri, 0xa5, sizeof(*pri));
	smmu3_pri_decode(pri, record);
	smmu3_pri_to_text(buf, sizeof(buf), pri);
	KUNIT_EXPECT_STREQ_MSG(test, buf, text, "record %#llx %#llx", w0, w1);
}

static void requests(struct kunit *test)
{
	struct smmu3_pri pri;

	/*
	 * SSV 63, Last 62, W 61, R 60, X 59, Priv 58, SubstreamID 51:32, StreamID 31:0; PRGIndex
	 * 8:0
	 */
	expect(test, 0x1000000000001234, 0x7fff12345001, &pri,
	       "PAGE_REQUEST sid=0x1234 grpid=0x1 addr=0x7fff12345000 read");
	KUNIT_EXPECT_TRUE_MSG(test, pri.read && !pri.write && !pri.last && !pri.ssv && !pri.stop,
			      "a plain read");
	expect(test, 0xfc0abcdeffffffff, ~0ULL, &pri,
	       "PAGE_REQUEST sid=0xffffffff ssid=0xabcde grpid=0x1ff addr=0xfffffffffffff000 read write exec priv last");
	/* X, Priv and SubstreamID mean nothing without SSV. */
	expect(test, 0x7c0abcde00000008, 0x2000, &pri,
	       "PAGE_REQUEST sid=0x8 grpid=0x0 addr=0x2000 read write last");
	KUNIT_EXPECT_TRUE_MSG(test, !pri.exec && !pri.priv && !pri.ssid, "valid with SSV only");
}

static void stop_marker(struct kunit *test)
{
	struct smmu3_pri pri;

	expect(test, 0xc00000050000000a, 0, &pri,
	       "STOP_MARKER sid=0xa ssid=0x5 grpid=0x0 addr=0x0 last");
	KUNIT_EXPECT_TRUE_MSG(test, pri.stop, "SSV, Last, neither R nor W");
	/* The same without a PASID is a request. */
	expect(test, 0x400000050000000a, 0, &pri, "PAGE_REQUEST sid=0xa grpid=0x0 addr=0x0 last");
	KUNIT_EXPECT_FALSE_MSG(test, pri.stop, "no PASID, no stop marker");
	expect(test, 0xd00000050000000a, 0, &pri,
	       "PAGE_REQUEST sid=0xa ssid=0x5 grpid=0x0 addr=0x0 read last");
	KUNIT_EXPECT_FALSE_MSG(test, pri.stop, "it wants to read");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(requests),
	KUNIT_CASE(stop_marker),
	{}
};

static struct kunit_suite fmt_pri_suite = {
	.name = "smmu3_fmt_pri",
	.test_cases = cases,
};

kunit_test_suite(fmt_pri_suite);
