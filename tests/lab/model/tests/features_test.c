// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of features.c: presets are legal SMMUs, words change one field, what no SMMU may be is
 * refused. Arm IHI 0070, chapter 6: SMMU_IDR0 to SMMU_IDR6, SMMU_IIDR, SMMU_AIDR.
 */
#include <unistd.h>

#include "world.h"

static struct model_features preset(const char *name)
{
	struct model_features f;

	assert_true(model_features_init(&f, name));
	return f;
}

static void test_presets_are_legal(void **state)
{
	static const char *const names[] = { "minimal", "mmu-600", "mmu-700", "maximal", "qemu" };
	char why[200] = "";

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++) {
		struct model_features f = preset(names[i]);

		if (!model_features_check(&f, why, sizeof(why)))
			fail_msg("%s: %s", names[i], why);
		assert_int_equal(f.prefetch + f.evict + f.delay + f.reorder + f.split, 0);
	}
}

static void test_no_such_preset(void **state)
{
	struct model_features f = preset("minimal");
	char why[200] = "";

	assert_false(model_features_init(&f, "mmu-401"));
	assert_false(model_features_set(&f, "preset=mmu-401", why, sizeof(why)));
	assert_non_null(strstr(why, "mmu-401"));
	assert_true(model_features_set(&f, "preset=maximal", why, sizeof(why)));
	assert_int_equal(f.aidr, 3);
}

/* SMMU_IDR0, IDR1, IDR3, IDR5, IDR6, IIDR, AIDR: bits where the specification has them. */
static void test_register_values(void **state)
{
	struct model_features f = preset("mmu-600");

	assert_int_equal(model_features_idr(&f, 0) & 0x3, 0x3);			/* S1P, S2P */
	assert_int_equal(model_features_idr(&f, 0) >> 2 & 3, 2);		/* TTF */
	assert_int_equal(model_features_idr(&f, 0) >> 27 & 3, 1);		/* ST_LEVEL */
	assert_int_equal(model_features_idr(&f, 1), 19u << 21 | 19 << 16 | 19 << 11 | 20 << 6 | 24 |
			 3u << 26);
	assert_int_equal(model_features_idr(&f, 2), 0);
	assert_int_equal(model_features_idr(&f, 4), 0);
	assert_int_equal(model_features_idr(&f, 5), 128u << 16 | 7 << 4 | 5);
	assert_int_equal(model_features_idr(&f, 7), 0x4832043b);
	assert_int_equal(model_features_idr(&f, 8), 1);
	f = preset("maximal");
	assert_int_equal(model_features_idr(&f, 6), 1 << 24 | 3 << 16);
	assert_int_equal(model_features_idr(&f, 1) >> 31, 1);
	assert_int_equal(model_features_idr(&f, 3) >> 10 & 7, 5);		/* RIL, BBML 2 */
	/* Nothing is preset: TABLES_PRESET, QUEUES_PRESET, REL. */
	assert_int_equal(model_features_idr(&f, 1) >> 28 & 7, 0);
}

static void test_words(void **state)
{
	struct model_features f = preset("minimal");
	char why[200] = "";

	assert_true(model_features_set(&f, "sidsize=0x18", why, sizeof(why)));
	assert_int_equal(f.sidsize, 24);
	assert_true(model_features_set(&f, "delay=40", why, sizeof(why)));
	assert_int_equal(f.delay, 40);
	assert_true(model_features_set(&f, "adversary=7", why, sizeof(why)));
	assert_int_equal(f.prefetch, 7);
	assert_int_equal(f.split, 7);
	assert_int_equal(f.delay, 7);
	/* Of the model, not of a register: presets have PCIe's minute. */
	assert_int_equal(f.atc_timeout, 60000);
	assert_true(model_features_set(&f, "atc_timeout=250", why, sizeof(why)));
	assert_int_equal(f.atc_timeout, 250);
	assert_true(model_features_set(&f, "sync_us=20", why, sizeof(why)));
	assert_int_equal(f.sync_us, 20);
	assert_true(model_features_set(&f, "preset=qemu", why, sizeof(why)));
	assert_int_equal(f.atc_timeout, 60000);
	assert_int_equal(f.sync_us, 0);
}

static void test_bad_words(void **state)
{
	static const struct { const char *word, *why; } bad[] = {
		{ "sidsize", "name=value" }, { "sidsize=", "not a number" },
		{ "sidsize=x", "not a number" },
		{ "sidsize=4 ", "not a number" }, { "sidsize=-1", "not a number" },
		{ "sidsize=99999999999999999999", "not a number" }, { "sidsize=64", "6 bits" },
		{ "ttf=4", "2 bits" }, { "delay=101", "0 to 100" }, { "adversary=101", "0 to 100" },
		{ "sidsiz=1", "no feature" }, { "=1", "no feature" },
		{ "atc_timeout=3600001", "0 to 3600000 ms" }, { "atc_timeou=1", "no feature" },
		{ "sync_us=900001", "0 to 900000 us" },
	};
	struct model_features f = preset("minimal"), before = f;
	char why[200];

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		why[0] = '\0';
		assert_false(model_features_set(&f, bad[i].word, why, sizeof(why)));
		if (!strstr(why, bad[i].why))
			fail_msg("'%s': '%s' has no '%s'", bad[i].word, why, bad[i].why);
		assert_memory_equal(&f, &before, sizeof(f));
	}
}

static void put(char *path, const char *text)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void test_file(void **state)
{
	char good[] = "/tmp/features.XXXXXX", bad[] = "/tmp/features.XXXXXX", why[300] = "";
	struct model_features f = preset("minimal"), before;

	put(good, "# a comment\npreset=mmu-700\n\n  stall_max=5 # five\nril=1 msi=0\n");
	assert_true(model_features_load(&f, good, why, sizeof(why)));
	assert_int_equal(f.stall_max, 5);
	assert_int_equal(f.msi, 0);
	before = f;
	put(bad, "msi=1\nsidsize=70\n");
	assert_false(model_features_load(&f, bad, why, sizeof(why)));
	assert_non_null(strstr(why, ":2: "));
	assert_memory_equal(&f, &before, sizeof(f));
	unlink(good);
	unlink(bad);
	assert_false(model_features_load(&f, bad, why, sizeof(why)));
	assert_non_null(strstr(why, "No such file"));
	assert_false(model_features_load(&f, "/", why, sizeof(why)));
	assert_non_null(strstr(why, "directory"));
}

static void test_what_no_smmu_may_be(void **state)
{
	static const struct {
		const char *words[6], *why;
	} bad[] = {
		{ { "s1p=0", "s2p=0" }, "S1P" },
		{ { "ttf=3" }, "TTF" },
		{ { "ttendian=3" }, "TTENDIAN" },
		{ { "httu=3" }, "HTTU" },
		{ { "s1p=0", "ssidsize=0" }, "Hyp" },
		{ { "s2p=0", "hyp=0" }, "VMID16" },
		{ { "oas=7" }, "OAS" },
		{ { "aidr=0" }, "SMMUv3.1" },
		{ { "vax=2" }, "VAX" },
		{ { "aidr=0", "oas=5" }, "VAX" },
		{ { "gran4k=0", "gran16k=0", "gran64k=0" }, "granule" },
		{ { "oas=5" }, "DS" },
		{ { "bbml=3" }, "BBML" },
		{ { "ril=0" }, "RIL" },
		{ { "fwb=0" }, "FWB" },
		{ { "bbml=0" }, "BBML" },
		{ { "e0pd=0" }, "E0PD" },
		{ { "ptwnnc=0" }, "PTWNNC" },
		{ { "s2p=0", "hyp=0", "vmid16=0", "vmw=0" }, "PTWNNC" },
		{ { "preset=minimal", "ptwnnc=1" }, "PTWNNC: needs" },
		{ { "had=0" }, "HAD" },
		{ { "s1p=0", "hyp=0", "ssidsize=0" }, "HAD" },
		{ { "preset=minimal", "had=1", "pbha=1" }, "PBHA" },
		{ { "s1p=0", "hyp=0", "had=0" }, "PBHA" },
		{ { "xnx=0" }, "XNX" },
		{ { "s2p=0", "hyp=0", "vmid16=0", "vmw=0", "ptwnnc=0" }, "XNX" },
		{ { "preset=minimal", "s2p=1", "xnx=1" }, "XNX" },
		{ { "s2p=0", "vmid16=0", "vmw=0" }, "Hyp" },
		{ { "gran64k=0", "ds=0" }, "OAS" },
		{ { "oas=5", "gran64k=0", "ds=0" }, "VAX" },
		{ { "vax=0" }, "DS: needs VAX" },
		{ { "stall_model=3" }, "STALL_MODEL" },
		{ { "stall_model=1" }, "STALL_MAX" },
		{ { "stall_max=0" }, "STALL_MAX" },
		{ { "st_level=2" }, "ST_LEVEL" },
		{ { "sidsize=33" }, "SIDSIZE" },
		{ { "st_level=0" }, "two levels" },
		{ { "ssidsize=21" }, "SSIDSIZE" },
		{ { "s1p=0", "hyp=0", "had=0", "pbha=0" }, "SSIDSIZE" },
		{ { "ssidsize=0" }, "CD2L" },
		{ { "ats=0" }, "PRI" },
		{ { "ats=0", "pri=0" }, "ATSRECERR" },
		{ { "ssidsize=0", "cd2l=0" }, "PPS" },
		{ { "aidr=4" }, "AIDR" },
		{ { "cmdqs=20" }, "CMDQS" },
		{ { "pri=0", "pps=0" }, "PRIQS" },
		{ { "aidr=2" }, "ECMDQ" },
		{ { "msi=0" }, "ECMDQ" },
		{ { "cohacc=0" }, "ECMDQ" },
		{ { "ecmdq=0" }, "IDR6" },
		{ { "ecmdq_page=9" }, "more than 8" },
		{ { "ecmdq_page=8" }, "256" },
	};
	char why[200];

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		struct model_features f = preset("maximal");

		for (unsigned int j = 0; bad[i].words[j]; j++)
			assert_true(model_features_set(&f, bad[i].words[j], why, sizeof(why)));
		why[0] = '\0';
		if (model_features_check(&f, why, sizeof(why)) || !strstr(why, bad[i].why))
			fail_msg("%s...: '%s' has no '%s'", bad[i].words[0], why, bad[i].why);
	}
}

const struct CMUnitTest features_tests[] = {
	cmocka_unit_test(test_presets_are_legal),
	cmocka_unit_test(test_no_such_preset),
	cmocka_unit_test(test_register_values),
	cmocka_unit_test(test_words),
	cmocka_unit_test(test_bad_words),
	cmocka_unit_test(test_file),
	cmocka_unit_test(test_what_no_smmu_may_be),
};

const size_t nr_features_tests = ARRAY_SIZE(features_tests);
