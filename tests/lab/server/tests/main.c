// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the groups of unit tests of functions: main [GROUP [TEST]]. A group is a file <group>_test.c, which exports
 * <group>_tests[] and nr_<group>_tests. Output is TAP.
 */
#include <stdio.h>

#include "fake.h"

#define GROUPS(G) G(fn_itd) G(fn_edu) G(fn_nvme) G(fn_nvme_queue) G(fn_nvme_io)

#define G(name) extern const struct CMUnitTest name##_tests[]; extern const size_t nr_##name##_tests;
GROUPS(G)
#undef G

int main(int argc, char **argv)
{
	int failed = 0, found = 0;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (argc > 2)
		cmocka_set_test_filter(argv[2]);
#define G(name)										\
	if (argc < 2 || !strcmp(argv[1], #name)) {					\
		found++;								\
		failed += _cmocka_run_group_tests(#name, name##_tests, nr_##name##_tests, NULL, NULL);	\
	}
	GROUPS(G)
#undef G
	if (!found) {
		fprintf(stderr, "no group of tests named %s\n", argv[1]);
		return 2;
	}
	return failed ? 1 : 0;
}
