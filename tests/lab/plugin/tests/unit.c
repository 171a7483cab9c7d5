// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests on the host: the TLBI decoder against the table of the Arm ARM (DDI 0487, "A64 System
 * instructions for TLB maintenance"), the recognition of storing instructions, and the link's
 * server end with well- and ill-behaved peers.
 *
 * Invariant: the table of encodings is written down instruction by instruction, not computed as in
 * the decoder.
 */
#define _GNU_SOURCE
#include "../../server/plugin_link.h"
#include "../insn.h"
#include "../tlbi.h"
#include "../wire.h"
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static unsigned int nr_passed, nr_failed;

#define CHECK(condition, ...)                                                         \
	do {                                                                          \
		if (condition) {                                                      \
			nr_passed++;                                                  \
		} else {                                                              \
			nr_failed++;                                                  \
			printf("not ok %s:%d: %s: ", __func__, __LINE__, #condition); \
			printf(__VA_ARGS__);                                          \
			printf("\n");                                                 \
		}                                                                     \
	} while (0)

static u32 sys(unsigned int op1, unsigned int crn, unsigned int crm, unsigned int op2,
	       unsigned int rt)
{
	return 0xd5080000 | op1 << 16 | crn << 12 | crm << 8 | op2 << 5 | rt;
}

enum want { NONE, ADDR, ASID, RANGE, IPA, IPARANGE };

/*
 * DDI 0487, C5.5 "A64 system instructions for TLB maintenance", all that are broadcast, and where.
 */
static const struct {
	const char *name;
	u8 op1, crm, op2;
	enum model_dvm_by by;
	enum model_dvm_el el; /* at EL2 without E2H */
	enum want operand;
	bool leaf;
} broadcast[] = {
	{ "VMALLE1OS", 0, 1, 0, MODEL_DVM_VMALL, MODEL_DVM_EL1, NONE, 0 },
	{ "VAE1OS", 0, 1, 1, MODEL_DVM_VA, MODEL_DVM_EL1, ADDR, 0 },
	{ "ASIDE1OS", 0, 1, 2, MODEL_DVM_ASID, MODEL_DVM_EL1, ASID, 0 },
	{ "VAAE1OS", 0, 1, 3, MODEL_DVM_VAA, MODEL_DVM_EL1, ADDR, 0 },
	{ "VALE1OS", 0, 1, 5, MODEL_DVM_VA, MODEL_DVM_EL1, ADDR, 1 },
	{ "VAALE1OS", 0, 1, 7, MODEL_DVM_VAA, MODEL_DVM_EL1, ADDR, 1 },
	{ "RVAE1IS", 0, 2, 1, MODEL_DVM_VA, MODEL_DVM_EL1, RANGE, 0 },
	{ "RVAAE1IS", 0, 2, 3, MODEL_DVM_VAA, MODEL_DVM_EL1, RANGE, 0 },
	{ "RVALE1IS", 0, 2, 5, MODEL_DVM_VA, MODEL_DVM_EL1, RANGE, 1 },
	{ "RVAALE1IS", 0, 2, 7, MODEL_DVM_VAA, MODEL_DVM_EL1, RANGE, 1 },
	{ "VMALLE1IS", 0, 3, 0, MODEL_DVM_VMALL, MODEL_DVM_EL1, NONE, 0 },
	{ "VAE1IS", 0, 3, 1, MODEL_DVM_VA, MODEL_DVM_EL1, ADDR, 0 },
	{ "ASIDE1IS", 0, 3, 2, MODEL_DVM_ASID, MODEL_DVM_EL1, ASID, 0 },
	{ "VAAE1IS", 0, 3, 3, MODEL_DVM_VAA, MODEL_DVM_EL1, ADDR, 0 },
	{ "VALE1IS", 0, 3, 5, MODEL_DVM_VA, MODEL_DVM_EL1, ADDR, 1 },
	{ "VAALE1IS", 0, 3, 7, MODEL_DVM_VAA, MODEL_DVM_EL1, ADDR, 1 },
	{ "RVAE1OS", 0, 5, 1, MODEL_DVM_VA, MODEL_DVM_EL1, RANGE, 0 },
	{ "RVAAE1OS", 0, 5, 3, MODEL_DVM_VAA, MODEL_DVM_EL1, RANGE, 0 },
	{ "RVALE1OS", 0, 5, 5, MODEL_DVM_VA, MODEL_DVM_EL1, RANGE, 1 },
	{ "RVAALE1OS", 0, 5, 7, MODEL_DVM_VAA, MODEL_DVM_EL1, RANGE, 1 },
	{ "IPAS2E1IS", 4, 0, 1, MODEL_DVM_IPA, MODEL_DVM_EL1, IPA, 0 },
	{ "RIPAS2E1IS", 4, 0, 2, MODEL_DVM_IPA, MODEL_DVM_EL1, IPARANGE, 0 },
	{ "IPAS2LE1IS", 4, 0, 5, MODEL_DVM_IPA, MODEL_DVM_EL1, IPA, 1 },
	{ "RIPAS2LE1IS", 4, 0, 6, MODEL_DVM_IPA, MODEL_DVM_EL1, IPARANGE, 1 },
	{ "ALLE2OS", 4, 1, 0, MODEL_DVM_ALL, MODEL_DVM_EL2, NONE, 0 },
	{ "VAE2OS", 4, 1, 1, MODEL_DVM_VA, MODEL_DVM_EL2, ADDR, 0 },
	{ "ALLE1OS", 4, 1, 4, MODEL_DVM_ALL, MODEL_DVM_EL1, NONE, 0 },
	{ "VALE2OS", 4, 1, 5, MODEL_DVM_VA, MODEL_DVM_EL2, ADDR, 1 },
	{ "VMALLS12E1OS", 4, 1, 6, MODEL_DVM_VMALLS12, MODEL_DVM_EL1, NONE, 0 },
	{ "RVAE2IS", 4, 2, 1, MODEL_DVM_VA, MODEL_DVM_EL2, RANGE, 0 },
	{ "VMALLWS2E1IS", 4, 2, 2, MODEL_DVM_VMALLS12, MODEL_DVM_EL1, NONE, 0 },
	{ "RVALE2IS", 4, 2, 5, MODEL_DVM_VA, MODEL_DVM_EL2, RANGE, 1 },
	{ "ALLE2IS", 4, 3, 0, MODEL_DVM_ALL, MODEL_DVM_EL2, NONE, 0 },
	{ "VAE2IS", 4, 3, 1, MODEL_DVM_VA, MODEL_DVM_EL2, ADDR, 0 },
	{ "ALLE1IS", 4, 3, 4, MODEL_DVM_ALL, MODEL_DVM_EL1, NONE, 0 },
	{ "VALE2IS", 4, 3, 5, MODEL_DVM_VA, MODEL_DVM_EL2, ADDR, 1 },
	{ "VMALLS12E1IS", 4, 3, 6, MODEL_DVM_VMALLS12, MODEL_DVM_EL1, NONE, 0 },
	{ "IPAS2E1OS", 4, 4, 0, MODEL_DVM_IPA, MODEL_DVM_EL1, IPA, 0 },
	{ "RIPAS2E1OS", 4, 4, 3, MODEL_DVM_IPA, MODEL_DVM_EL1, IPARANGE, 0 },
	{ "IPAS2LE1OS", 4, 4, 4, MODEL_DVM_IPA, MODEL_DVM_EL1, IPA, 1 },
	{ "RIPAS2LE1OS", 4, 4, 7, MODEL_DVM_IPA, MODEL_DVM_EL1, IPARANGE, 1 },
	{ "RVAE2OS", 4, 5, 1, MODEL_DVM_VA, MODEL_DVM_EL2, RANGE, 0 },
	{ "VMALLWS2E1OS", 4, 5, 2, MODEL_DVM_VMALLS12, MODEL_DVM_EL1, NONE, 0 },
	{ "RVALE2OS", 4, 5, 5, MODEL_DVM_VA, MODEL_DVM_EL2, RANGE, 1 },
};

/* ASID 0x1234, page 0x7654321, which is below bit 36 as well; as a range 4 KiB, SCALE 1, NUM 2. */
#define OPERAND (0x1234ull << 48 | 0x7654321ull)
#define RANGE_BITS (1ull << 46 | 1ull << 44 | 2ull << 39)

static bool operand_right(enum want operand, const struct model_dvm *d)
{
	switch (operand) {
	case ADDR:
	case IPA: return d->addr == 0x7654321000 && d->size == 4096;
	case RANGE:
	case IPARANGE: return d->addr == 0x7654321000 && d->size == 3 * 64 * 4096;
	default: return !d->addr && !d->size;
	}
}

static void test_broadcast(void)
{
	struct tlbi_cpu cpu = { .el = 2, .vttbr = 0x56ull << 48 };
	struct model_dvm d;
	unsigned int crn;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(broadcast); i++) {
		for (crn = 8; crn <= 9; crn++) {
			bool range =
				broadcast[i].operand == RANGE || broadcast[i].operand == IPARANGE;
			u32 insn =
				sys(broadcast[i].op1, crn, broadcast[i].crm, broadcast[i].op2, 5);
			bool got = tlbi_decode(insn, OPERAND | (range ? RANGE_BITS : 0), &cpu, &d);
			bool tagged = broadcast[i].by == MODEL_DVM_ASID ||
				      (broadcast[i].by == MODEL_DVM_VA &&
				       broadcast[i].el == MODEL_DVM_EL1);
			bool of_vm = broadcast[i].el == MODEL_DVM_EL1 &&
				     broadcast[i].by != MODEL_DVM_ALL;

			CHECK(got, "%s not decoded", broadcast[i].name);
			CHECK(d.by == broadcast[i].by && d.el == broadcast[i].el &&
			      d.leaf == broadcast[i].leaf,
			      "%s: by %d el %d leaf %d", broadcast[i].name, d.by, d.el, d.leaf);
			CHECK(operand_right(broadcast[i].operand, &d),
			      "%s: %#" PRIx64 " + %#" PRIx64, broadcast[i].name, d.addr, d.size);
			CHECK(d.asid == (tagged ? 0x1234 : 0), "%s: ASID %#x", broadcast[i].name,
			      d.asid);
			CHECK(d.vmid == (of_vm ? 0x56 : 0), "%s: VMID %#x", broadcast[i].name,
			      d.vmid);
		}
	}
}

/* Every encoding of the space that is not in the table is not broadcast. */
static void test_others(void)
{
	struct tlbi_cpu cpu = { .el = 2 };
	unsigned int op1, crn, crm, op2, nr = 0;
	struct model_dvm d;
	size_t i;

	for (op1 = 0; op1 < 8; op1++)
		for (crn = 0; crn < 16; crn++)
			for (crm = 0; crm < 16; crm++)
				for (op2 = 0; op2 < 8; op2++)
					nr += tlbi_decode(sys(op1, crn, crm, op2, 1), RANGE_BITS,
							  &cpu, &d);
	CHECK(nr == 2 * ARRAY_SIZE(broadcast), "%u encodings are broadcast", nr);
	for (i = 0; i < ARRAY_SIZE(broadcast); i++) {
		u32 insn = sys(broadcast[i].op1, 8, broadcast[i].crm, broadcast[i].op2, 1);

		/* SYSL, MSR and MRS have the same fields with other bits 21:19. */
		CHECK(!tlbi_decode(insn ^ 1u << 21, RANGE_BITS, &cpu, &d), "SYSL taken for %s",
		      broadcast[i].name);
		CHECK(!tlbi_decode(insn ^ 1u << 20, RANGE_BITS, &cpu, &d), "MSR taken for %s",
		      broadcast[i].name);
	}
}

/* DDI 0487: what a TLBI means depends on the EL, HCR_EL2 and the TCRs. */
static void test_context(void)
{
	const u64 e2h = 1ull << 34, hcr_tge = 1ull << 27, fb = 1ull << 9;
	struct tlbi_cpu cpu = { .el = 0 };
	struct model_dvm d;

	CHECK(!tlbi_decode(sys(0, 8, 3, 0, 31), 0, &cpu, &d), "UNDEFINED at EL0");
	cpu.el = 1;
	CHECK(tlbi_decode(sys(0, 8, 3, 0, 31), 0, &cpu, &d), "VMALLE1IS at EL1");
	CHECK(!tlbi_decode(sys(4, 8, 3, 0, 31), 0, &cpu, &d), "ALLE2IS is UNDEFINED at EL1");
	CHECK(!tlbi_decode(sys(0, 8, 7, 0, 31), 0, &cpu, &d), "VMALLE1 is local");
	cpu.hcr = fb;
	CHECK(tlbi_decode(sys(0, 8, 7, 0, 31), 0, &cpu, &d) && d.by == MODEL_DVM_VMALL,
	      "HCR_EL2.FB");
	CHECK(tlbi_decode(sys(0, 8, 6, 1, 1), RANGE_BITS, &cpu, &d), "HCR_EL2.FB, RVAE1");
	cpu.el = 2;
	CHECK(!tlbi_decode(sys(0, 8, 7, 0, 31), 0, &cpu, &d), "HCR_EL2.FB is for EL1");
	cpu.hcr = e2h | hcr_tge;
	CHECK(tlbi_decode(sys(0, 8, 3, 1, 1), OPERAND, &cpu, &d) && d.el == MODEL_DVM_EL2_E2H &&
	      d.asid == 0x1234,
	      "VAE1IS of a VHE host");
	CHECK(tlbi_decode(sys(0, 8, 3, 0, 31), 0, &cpu, &d) && d.el == MODEL_DVM_EL2_E2H &&
	      d.by == MODEL_DVM_ALL,
	      "VMALLE1IS of a VHE host");
	CHECK(tlbi_decode(sys(4, 8, 3, 6, 31), 0, &cpu, &d) && d.el == MODEL_DVM_EL1,
	      "VMALLS12E1IS of a VHE host");
	cpu.hcr = e2h;
	cpu.vttbr = 0x9876ull << 48;
	CHECK(tlbi_decode(sys(0, 8, 3, 1, 1), OPERAND, &cpu, &d) && d.el == MODEL_DVM_EL1 &&
	      d.vmid == 0x76,
	      "VAE1IS for a guest: VMID %#x", d.vmid);
	cpu.vtcr = 1ull << 19;
	CHECK(tlbi_decode(sys(0, 8, 3, 1, 1), OPERAND, &cpu, &d) && d.vmid == 0x9876,
	      "VTCR_EL2.VS: %#x", d.vmid);
	CHECK(tlbi_decode(sys(4, 8, 3, 1, 1), OPERAND, &cpu, &d) && d.el == MODEL_DVM_EL2_E2H &&
	      d.asid == 0x1234,
	      "VAE2IS with E2H");
}

/* DDI 0487, "TLBI RVAE1IS": BaseADDR, TG, SCALE, NUM. */
static void test_ranges(void)
{
	static const struct {
		u64 xt, tcr_el1, addr, size;
	} ranges[] = {
		{ 1ull << 46, 0, 0, 2ull << 12 },
		{ 2ull << 46 | 5, 0, 5ull << 14, 2ull << 14 },
		{ 3ull << 46 | 5, 0, 5ull << 16, 2ull << 16 },
		{ 1ull << 46 | 31ull << 39 | 3ull << 44, 0, 0, 32ull << 16 << 12 },
		{ 1ull << 46 | 0x1fffffffffull, 0, ~0ull << 12, 2ull << 12 },
		{ 1ull << 46 | 0x1000000000ull, 0, 0xffff000000000000, 2ull << 12 },
		{ 1ull << 46 | 7, 1ull << 59, 7ull << 16, 2ull << 12 },
		{ 1ull << 46 | 0x1000000000ull, 1ull << 59, 0xfff0000000000000, 2ull << 12 },
	};
	struct tlbi_cpu cpu = { .el = 1 };
	struct model_dvm d;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		cpu.tcr_el1 = ranges[i].tcr_el1;
		CHECK(tlbi_decode(sys(0, 8, 2, 1, 0), ranges[i].xt, &cpu, &d), "range %zu", i);
		CHECK(d.addr == ranges[i].addr && d.size == ranges[i].size,
		      "range %zu: %#" PRIx64 " + %#" PRIx64, i, d.addr, d.size);
	}
	CHECK(!tlbi_decode(sys(0, 8, 2, 1, 0), 5, &cpu, &d), "reserved granule");
	cpu.el = 2;
	CHECK(tlbi_decode(sys(4, 8, 0, 2, 0), 1ull << 46 | 0x1000000000ull, &cpu, &d) &&
	      d.addr == 1ull << 48,
	      "an IPA has no sign: %#" PRIx64, d.addr);
	CHECK(tlbi_decode(sys(0, 8, 3, 1, 0), 0xfffffffffffull, &cpu, &d) && d.addr == ~0ull << 12,
	      "the highest page: %#" PRIx64, d.addr);
	/* TTL, bits 47:44, is a hint and no part of the address. */
	CHECK(tlbi_decode(sys(0, 8, 3, 1, 0), 0xfull << 44 | 1, &cpu, &d) && d.addr == 4096,
	      "TTL: %#" PRIx64, d.addr);
}

static void test_insns(void)
{
	static const u32 storing[] = {
		0xf9000000, 0x39000000, 0xa9000000, 0xc89ffc00, 0xc8007c00, 0xf8200000,
		0xc8a07c00, 0x48207c00, 0x3d800000, 0xad000000, 0x4c000000, 0x0d000000,
		0xe4004000, 0xd9200800, 0xf83f8000, 0x6d000000, 0xe0200000, 0xe1200000,
	};
	static const u32 others[] = { 0xd503201f, 0x91000000, 0x8b000000, 0x14000000, 0x1e602800,
				      0x4e208400, 0xd65f03c0, 0xd4000001, 0xaa0003e0, 0x9b007c00 };
	struct insn_span s = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(storing); i++)
		CHECK(insn_may_store(storing[i]), "%#x", storing[i]);
	for (i = 0; i < ARRAY_SIZE(others); i++)
		CHECK(!insn_may_store(others[i]) && !insn_is_span(others[i]), "%#x", others[i]);
	CHECK(insn_is_span(0xd50b7421) && insn_span_address(0xd50b7421) == 1, "DC ZVA, x1");
	CHECK(insn_span(0xd50b7421, 0x12345678, 0, &s) && s.addr <= 0x12345678 &&
	      s.addr + s.size > 0x12345678 && s.addr >> 12 == (s.addr + s.size - 1) >> 12,
	      "%#" PRIx64 " + %#" PRIx64, s.addr, s.size);
	CHECK(insn_is_span(0x19df0528) && insn_span_address(0x19df0528) == 8 &&
	      insn_span_size(0x19df0528) == 9,
	      "SETP [x8]!, x9!, xzr");
	CHECK(insn_span(0x19df0528, 0x1000, 100, &s) && s.addr == 0x1000 && s.size == 100, "SETP");
	CHECK(insn_span(0x19df4528, 0x1064, -40ull, &s) && s.addr == 0x1064 - 40 && s.size == 40,
	      "SETM, option A");
	CHECK(insn_span(0x19df8528, 0x1000, 40, &s) && s.addr <= 0x1000 &&
	      s.addr + s.size >= 0x1028,
	      "SETE, option B");
	CHECK(!insn_span(0x19df8528, 0x1000, 0, &s), "SETE with nothing left");
	CHECK(insn_span(0x190a0528, 0x1000, 100, &s) && s.addr == 0x1000 && s.size == 100, "CPYFP");
	CHECK(insn_is_span(0x1d4a0528) && insn_span(0x1d4a0528, 0x2000, 64, &s) &&
	      s.addr <= 0x2000 - 64 && s.addr + s.size >= 0x2000 + 64,
	      "CPYM downwards");
	CHECK(insn_span(0x19df0528, 0, ~0ull >> 1, &s) && s.size <= 1ull << 36, "a wild size ends");
	CHECK(insn_daif(0xd50342df) == INSN_DAIF_SET && insn_daif(0xd50343df) == INSN_DAIF_SET,
	      "DAIFSet");
	CHECK(insn_daif(0xd50342ff) == INSN_DAIF_CLEAR, "DAIFClr, #2");
	CHECK(insn_daif(0xd50341df) == INSN_DAIF_NONE && insn_daif(0xd50348ff) == INSN_DAIF_NONE,
	      "DAIFSet, #1 and DAIFClr, #8 leave I");
	CHECK(insn_daif(0xd51b4233) == INSN_DAIF_WRITE && insn_daif(0xd53b4233) == INSN_DAIF_NONE,
	      "MSR and MRS DAIF");
	CHECK(insn_hint(96) == 0xd5032c1f, "%#x", insn_hint(96));
}

/* ---------------------------------------------------------------- the link */

static struct {
	unsigned int dvm, stores, counts;
	struct model_dvm last;
	u64 pa;
	char text[256];
} heard;

static void on_dvm(void *ctx, const struct model_dvm *d)
{
	(void)ctx;
	heard.dvm++;
	heard.last = *d;
}

static void on_store(void *ctx, u64 pa, unsigned int n)
{
	(void)ctx;
	(void)n;
	heard.stores++;
	heard.pa = pa;
}

static void on_count(void *ctx, unsigned int vcpu, u64 id, u64 insns, u64 excluded)
{
	(void)ctx;
	(void)vcpu;
	(void)excluded;
	heard.counts += id == 3 && insns == 4;
}

static void on_log(void *ctx, const char *text)
{
	(void)ctx;
	snprintf(heard.text, sizeof(heard.text), "%s", text);
}

static const struct plugin_link_ops ops = { on_dvm, on_store, on_count, on_log };

static int dial(const char *dir)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	snprintf(to.sun_path, sizeof(to.sun_path), "%s/" WIRE_SOCKET, dir);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Whether the server answers this packet, as it should a good one. */
static bool answered(struct plugin_link *l, int fd, struct wire_packet *p, size_t n)
{
	struct pollfd ready = { .fd = plugin_link_fd(l), .events = POLLIN };
	struct wire_packet answer = { 0 };

	p->magic = p->magic ? p->magic : WIRE_MAGIC;
	p->version = p->version ? p->version : WIRE_VERSION;
	p->seq = 77;
	if (n && send(fd, p, n, MSG_NOSIGNAL) != (ssize_t)n)
		return false;
	CHECK(poll(&ready, 1, 1000) == 1,
	      "the link's descriptor does not say that something is there");
	plugin_link_serve(l);
	return recv(fd, &answer, sizeof(answer), MSG_DONTWAIT) == sizeof(answer) &&
	       answer.type == WIRE_ACK && answer.seq == 77 && answer.magic == WIRE_MAGIC;
}

static int greeted(struct plugin_link *l, const char *dir)
{
	struct wire_packet p = { .type = WIRE_HELLO, .hello.nr_vcpus = 2 };
	int fd = dial(dir);

	CHECK(fd >= 0 && answered(l, fd, &p, sizeof(p)) && plugin_link_connected(l), "greeting");
	return fd;
}

static void test_link_good(struct plugin_link *l, const char *dir)
{
	struct wire_packet dvm = { .type = WIRE_DVM,
				   .dvm = { .by = MODEL_DVM_VA,
					    .el = MODEL_DVM_EL2,
					    .leaf = 1,
					    .asid = 2,
					    .vmid = 3,
					    .addr = 4096,
					    .size = 8192 } };
	struct wire_packet store = { .type = WIRE_STORE, .store = { .pa = 0x40001ff8, .n = 8 } };
	struct wire_packet count = { .type = WIRE_COUNT, .count = { .id = 3, .insns = 4 } };
	int fd = greeted(l, dir), second;

	CHECK(answered(l, fd, &dvm, sizeof(dvm)) && heard.dvm == 1 && heard.last.addr == 4096 &&
	      heard.last.leaf && heard.last.asid == 2 && heard.last.vmid == 3 &&
	      heard.last.el == MODEL_DVM_EL2,
	      "maintenance");
	CHECK(answered(l, fd, &store, sizeof(store)) && heard.stores == 1 && heard.pa == 0x40001ff8,
	      "store");
	CHECK(answered(l, fd, &count, sizeof(count)) && heard.counts == 1, "count");
	second = dial(dir);
	plugin_link_serve(l);
	CHECK(strstr(heard.text, "sent away"), "a second plugin: %s", heard.text);
	CHECK(plugin_link_connected(l), "the first one stays");
	close(second);
	close(fd);
	plugin_link_serve(l);
	CHECK(!plugin_link_connected(l) && strstr(heard.text, "gone"), "its end: %s", heard.text);
}

static void test_link_bad(struct plugin_link *l, const char *dir)
{
	static const struct {
		const char *what;
		struct wire_packet p;
		size_t n;
	} bad[] = {
		{ "short", { .type = WIRE_DVM }, 63 },
		{ "one byte", { .type = WIRE_DVM }, 1 },
		{ "magic", { .magic = 1, .type = WIRE_DVM }, 64 },
		{ "version", { .version = 99, .type = WIRE_DVM }, 64 },
		{ "type", { .type = 9 }, 64 },
		{ "answer", { .type = WIRE_ACK }, 64 },
		{ "twice greeted", { .type = WIRE_HELLO }, 64 },
		{ "by", { .type = WIRE_DVM, .dvm.by = 99 }, 64 },
		{ "el", { .type = WIRE_DVM, .dvm.el = 99 }, 64 },
		{ "empty store", { .type = WIRE_STORE }, 64 },
		{ "store across pages",
		  { .type = WIRE_STORE, .store = { .pa = 4095, .n = 2 } },
		  64 },
		{ "huge store", { .type = WIRE_STORE, .store = { .pa = 0, .n = ~0u } }, 64 },
		{ "store beyond",
		  { .type = WIRE_STORE, .store = { .pa = 1ull << 40, .n = 1 } },
		  64 },
	};
	unsigned int dvm = heard.dvm, stores = heard.stores;
	struct wire_packet p;
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		fd = greeted(l, dir);
		p = bad[i].p;
		CHECK(!answered(l, fd, &p, bad[i].n), "%s is answered", bad[i].what);
		CHECK(!plugin_link_connected(l) && strstr(heard.text, "closed"), "%s: %s",
		      bad[i].what, heard.text);
		close(fd);
	}
	fd = dial(dir);
	p = (struct wire_packet){ .type = WIRE_DVM };
	CHECK(!answered(l, fd, &p, sizeof(p)), "maintenance before the greeting");
	close(fd);
	CHECK(heard.dvm == dvm && heard.stores == stores, "a malformed packet had an effect");
	CHECK(plugin_link_counts(l).malformed == ARRAY_SIZE(bad) + 1, "counted %" PRIu64,
	      plugin_link_counts(l).malformed);
}

static void test_watch(struct plugin_link *l, const char *dir)
{
	char path[256];
	const struct watch_map *w;
	int fd;

	snprintf(path, sizeof(path), "%s/" WIRE_WATCH, dir);
	fd = open(path, O_RDONLY);
	w = mmap(NULL, sizeof(*w), PROT_READ, MAP_SHARED, fd, 0);
	CHECK(fd >= 0 && w != MAP_FAILED && w->magic == WIRE_MAGIC, "%s", path);
	plugin_link_watch(l, 0x40003000, true);
	CHECK(watch_test(w, 0x40003000) && watch_test(w, 0x40003fff), "the page");
	CHECK(!watch_test(w, 0x40002fff) && !watch_test(w, 0x40004000) && w->nr == 1,
	      "its neighbours");
	plugin_link_watch(l, 0x40003008, true);
	CHECK(w->nr == 1, "twice the same page: %" PRIu64, w->nr);
	plugin_link_watch(l, 0x40003000, false);
	CHECK(watch_test(w, 0x40003000), "one SMMU still watches");
	plugin_link_watch(l, 0x40003000, false);
	CHECK(!watch_test(w, 0x40003000) && w->nr == 0, "nobody watches");
	plugin_link_watch(l, 0x40003000, false);
	CHECK(w->nr == 0 && strstr(heard.text, "no more"), "once too often: %s", heard.text);
	plugin_link_watch(l, (1ull << 40) - 1, true);
	CHECK(watch_test(w, (1ull << 40) - 4096), "the last page");
	plugin_link_watch(l, 1ull << 40, true);
	CHECK(w->nr == 1 && strstr(heard.text, "beyond"), "one page more: %s", heard.text);
	CHECK(!watch_test(w, 1ull << 40) && !watch_test(w, ~0ull), "beyond the map");
	plugin_link_watch(NULL, 0, true);
	munmap((void *)w, sizeof(*w));
	close(fd);
}

static void test_link(void)
{
	char dir[] = "/tmp/plugin-unit.XXXXXX", why[256], path[128];
	struct plugin_link *l, *other;

	CHECK(mkdtemp(dir), "%s", dir);
	l = plugin_link_new(dir, &ops, NULL, why, sizeof(why));
	CHECK(l, "%s", why);
	other = plugin_link_new(dir, &ops, NULL, why, sizeof(why));
	CHECK(!other && strstr(why, "another server"), "%s", why);
	plugin_link_serve(l);
	plugin_link_serve(l);
	test_link_good(l, dir);
	test_link_bad(l, dir);
	test_watch(l, dir);
	plugin_link_free(l);
	snprintf(path, sizeof(path), "%s/" WIRE_SOCKET, dir);
	CHECK(access(path, F_OK), "%s is left behind", path);
	CHECK(!rmdir(dir), "%s is not empty", dir);
	CHECK(!plugin_link_new("/nonexistent", &ops, NULL, why, sizeof(why)), "%s", why);
}

int main(void)
{
	test_broadcast();
	test_others();
	test_context();
	test_ranges();
	test_insns();
	test_link();
	printf("%u checks passed, %u failed\n", nr_passed, nr_failed);
	return nr_failed != 0;
}
