// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the groups of unit tests of functions: main [GROUP [TEST]]. Output is TAP.
 */
#include <stdio.h>

#include "groups.h"

static const struct {
	const char *name;
	const struct CMUnitTest *tests;
	const size_t *nr;
} groups[] = {
	{"fn_itd", fn_itd_tests, &nr_fn_itd_tests},
	{"fn_edu", fn_edu_tests, &nr_fn_edu_tests},
	{"fn_nvme", fn_nvme_tests, &nr_fn_nvme_tests},
	{"fn_nvme_queue", fn_nvme_queue_tests, &nr_fn_nvme_queue_tests},
	{"fn_nvme_io", fn_nvme_io_tests, &nr_fn_nvme_io_tests},
};

int main(int argc, char **argv)
{
	int failed = 0, found = 0;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (argc > 2)
		cmocka_set_test_filter(argv[2]);
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		if (argc > 1 && strcmp(argv[1], groups[i].name))
			continue;
		found++;
		failed += _cmocka_run_group_tests(groups[i].name, groups[i].tests, *groups[i].nr,
						  NULL, NULL);
	}
	if (!found) {
		fprintf(stderr, "no group of tests named %s\n", argv[1]);
		return 2;
	}
	return failed ? 1 : 0;
}
