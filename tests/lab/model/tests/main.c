// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the groups of unit tests: main [GROUP [TEST]]. A group is a file <group>_test.c, which
 * exports <group>_tests[] and nr_<group>_tests; ../run makes the list of them. Output is TAP.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct group {
	const char *name;
	const struct CMUnitTest *tests;
	const size_t *nr;
};

#define GROUP(name)					\
	extern const struct CMUnitTest name##_tests[];	\
	extern const size_t nr_##name##_tests;
#include "groups.inc"
#undef GROUP

static const struct group groups[] = {
#define GROUP(name) { #name, name##_tests, &nr_##name##_tests },
#include "groups.inc"
#undef GROUP
};

static const size_t nr_groups = sizeof(groups) / sizeof(groups[0]);

int main(int argc, char **argv)
{
	int failed = 0, found = 0;
	size_t i;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (argc > 2)
		cmocka_set_test_filter(argv[2]);
	for (i = 0; i < nr_groups; i++) {
		const struct group *g = &groups[i];

		if (argc > 1 && strcmp(argv[1], g->name))
			continue;
		found++;
		failed += _cmocka_run_group_tests(g->name, g->tests, *g->nr, NULL, NULL);
	}
	if (!found) {
		fprintf(stderr, "no group of tests named %s\n", argc > 1 ? argv[1] : "");
		return 2;
	}
	return failed ? 1 : 0;
}
