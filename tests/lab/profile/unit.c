// SPDX-License-Identifier: GPL-2.0-only
/* Tests of profile.c: symbols, encodings, sums, and what is none. Run by tests/lab/plugin/run. */
#include "profile.h"
#include <stdlib.h>
#include <string.h>

static unsigned int passed, failed;

#define CHECK(ok, ...)                                                                             \
	do {                                                                                       \
		if (ok) {                                                                          \
			passed++;                                                                  \
			break;                                                                     \
		}                                                                                  \
		failed++;                                                                          \
		printf("unit.c:%d: %s: ", __LINE__, #ok);                                          \
		printf(__VA_ARGS__);                                                               \
		putchar('\n');                                                                     \
	} while (0)

static FILE *text(const char *s) { return fmemopen((void *)s, strlen(s), "r"); }

static const char kallsyms[] =
	"ffff800080002000 T __memset\n"
	"ffff800080001000 t arm_smmu_cmdq_issue_cmdlist\n"
	"ffff800080001500 d some_data\n"
	"ffff800080003000 T other\n"
	"ffff800081000000 t $x\t[smmu3]\n"
	"ffff800081000000 t inv_page\t[smmu3]\n"
	"ffff800081000100 t worker_map\t[smmu3_dmabench]\n";

static void test_symbols(void)
{
	struct symbols s = { 0 };
	FILE *in = text(kallsyms);

	CHECK(symbols_read(&s, in) && s.nr == 5, "%zu functions", s.nr);
	fclose(in);
	CHECK(!symbols_find(&s, 0xffff800080000fffull), "before the first");
	CHECK(!strcmp(symbols_find(&s, 0xffff800080001fffull)->name, "arm_smmu_cmdq_issue_cmdlist"),
	      "up to the next");
	CHECK(symbols_find(&s, 0xffff800080001000ull)->own, "in-tree, in the kernel");
	CHECK(symbols_find(&s, 0xffff800081000010ull)->own, "smmu3");
	CHECK(!strcmp(symbols_find(&s, 0xffff800081000010ull)->name, "inv_page [smmu3]"), "named");
	CHECK(!symbols_find(&s, 0xffff800081000100ull)->own, "not the bench's");
	CHECK(!symbols_find(&s, 0xffff800080003000ull)->own, "not the kernel's");
	free(s.at);
	memset(&s, 0, sizeof(s));
	in = text("0000000000000000 T hidden\n");
	CHECK(!symbols_read(&s, in), "addresses that are hidden are none");
	fclose(in);
	free(s.at);
}

static void test_encodings(void)
{
	static const struct {
		uint32_t word;
		enum insn_kind kind;
		const char *name;
	} want[] = {
		{ 0xf83f006a, INSN_ATOMIC, "ldadd xzr, x10, [x3]" },
		{ 0xb8e18041, INSN_ATOMIC, "swpal w1, w1, [x2]" },
		{ 0xc8e0fc41, INSN_ATOMIC, "casal x0, x1, [x2]" },
		{ 0x4860fc82, INSN_ATOMIC, "caspal x0, x1, x2, x3, [x4]" },
		{ 0xc85ffc41, INSN_ATOMIC, "ldaxr x1, [x2]" },
		{ 0xc87f8c41, INSN_ATOMIC, "ldaxp x1, x3, [x2]" },
		{ 0xc800fc41, INSN_OTHER, "stlxr w0, x1, [x2]" },
		{ 0xf8bfc041, INSN_OTHER, "ldapr x1, [x2]" },
		{ 0xc8dffc41, INSN_OTHER, "ldar x1, [x2]" },
		{ 0xd5033bbf, INSN_BARRIER, "dmb ish" },
		{ 0xd50332bf, INSN_BARRIER, "dmb oshst" },
		{ 0xd5033f9f, INSN_BARRIER, "dsb sy" },
		{ 0xd5033fdf, INSN_BARRIER, "isb" },
		{ 0xd503201f, INSN_OTHER, "nop" },
		{ 0xa9017fff, INSN_ZERO_STORE, "stp xzr, xzr, [sp, #16]" },
		{ 0xa90107e0, INSN_OTHER, "stp x0, x1, [sp, #16]" },
		{ 0xf9000fff, INSN_ZERO_STORE, "str xzr, [sp, #24]" },
		{ 0xb81fc3bf, INSN_ZERO_STORE, "stur wzr, [x29, #-4]" },
		{ 0xf9400fff, INSN_OTHER, "ldr xzr, [sp, #24]" },
		{ 0xd50b7420, INSN_ZVA, "dc zva, x0" },
	};
	size_t i;

	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		CHECK(insn_kind(want[i].word) == want[i].kind, "%s", want[i].name);
}

static const char file[] =
	"profile 7 insns=999 masked=0 longest=0\n"
	"ffff800081000000 d503201f 999 0 0\n"
	"end 7\n"
	"profile 7 insns=25 masked=9 longest=4\n"
	"ffff800081000000 d5033bbf 2 0 0\n"
	"ffff800081000004 f9000fff 1 0 8\n"
	"ffff800081000008 f9000841 1 1 0\n"
	"ffff800080002000 a9000001 4 0 64\n"
	"ffff800080003000 f83f006a 3 0 0\n"
	"ffff800080003004 d503201f 14 0 0\n"
	"end 7\n";

static void test_sums(void)
{
	struct symbols s = { 0 };
	struct profiles p = { 0 };
	FILE *in = text(kallsyms);

	symbols_read(&s, in);
	fclose(in);
	in = text(file);
	CHECK(profiles_read(&p, &s, in) && p.nr == 1, "%zu ids", p.nr);
	fclose(in);
	CHECK(p.at[0].insns == 25 && p.at[0].masked == 9 && p.at[0].longest == 4, "the last round");
	CHECK(p.at[0].all.insns == 25 && p.at[0].own.insns == 4, "all, and the driver's");
	CHECK(p.at[0].all.atomics == 3 && !p.at[0].own.atomics, "read-modify-writes");
	CHECK(p.at[0].own.barriers == 2 && p.at[0].own.io == 1, "barriers, registers");
	CHECK(p.at[0].all.cleared == 72 && p.at[0].own.cleared == 8, "stack, also by memset");
	CHECK(p.at[0].nr_shares == 3 && !strcmp(p.at[0].shares[0].of->name, "other"),
	      "the longest function first");
	profiles_free(&p);
	free(s.at);
}

static void test_broken_files(void)
{
	static const char *const broken[] = {
		"", "nonsense\n", "profile 7 insns=1 masked=0 longest=0\n",
		"profile 7 insns=1 masked=0 longest=0\nffff800081000000 d5033bbf 2\nend 7\n",
	};
	struct symbols s = { 0 };
	size_t i;

	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct profiles p = { 0 };
		FILE *in = broken[i][0] ? text(broken[i]) : fopen("/dev/null", "r");

		CHECK(!profiles_read(&p, &s, in), "%zu", i);
		fclose(in);
		profiles_free(&p);
	}
}

int main(void)
{
	test_symbols();
	test_encodings();
	test_sums();
	test_broken_files();
	printf("%u checks passed, %u failed\n", passed, failed);
	return failed != 0;
}
