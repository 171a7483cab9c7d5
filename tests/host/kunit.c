// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the KUnit text in this process and prints KTAP. Layer: tests.
 *
 * Usage: kunit [SUITE[.CASE]]. Exit 0 only if every case passed or was skipped with a reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <host/kernel.h>
#include <kunit/test.h>

#define MAX_SUITES 128

struct resource {
	struct resource *next;
	max_align_t data[];
};

static struct kunit_suite *suites[MAX_SUITES];
static unsigned int nr_suites;
static unsigned int nr_passed, nr_failed, nr_skipped;
static jmp_buf abort_case;

void kunit_host_register(struct kunit_suite *suite)
{
	if (nr_suites == MAX_SUITES)
		abort();
	suites[nr_suites++] = suite;
}

void kunit_host_abort(struct kunit *test)
{
	(void)test;
	longjmp(abort_case, 1);
}

void kunit_host_skip(struct kunit *test, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(test->skip_why, sizeof(test->skip_why), fmt, args);
	va_end(args);
	test->skipped = true;
}

static const char *base_name(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? slash + 1 : file;
}

void kunit_host_fail(struct kunit *test, const char *file, int line, const char *what,
		     const char *values, const char *fmt, ...)
{
	va_list args;

	test->failed = true;
	printf("    # %s: %s:%d: %s: %s\n    #   ", test->name, base_name(file), line, what,
	       values);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
}

void kunit_info(struct kunit *test, const char *fmt, ...)
{
	va_list args;

	printf("    # %s: ", test->name);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
}

void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	struct resource *r = calloc(1, sizeof(*r) + size);

	(void)gfp;
	if (!r)
		abort();
	r->next = test->resources;
	test->resources = r;
	return r->data;
}

static void free_resources(struct kunit *test)
{
	struct resource *r = test->resources, *next;

	for (; r; r = next) {
		next = r->next;
		free(r);
	}
	test->resources = NULL;
}

/*
 * What the init function of a suite sets up is the case's, and is undone even if the case gave
 * up.
 */
static void run_one(struct kunit_suite *suite, struct kunit_case *c, struct kunit *test)
{
	volatile bool inited = false;

	if (!setjmp(abort_case)) {
		if (suite->init && suite->init(test))
			kunit_host_fail(test, suite->name, 0, "init", "an error",
					"the suite's init failed");
		else
			inited = true;
		if (inited)
			c->run_case(test);
	}
	if (!setjmp(abort_case) && suite->exit)
		suite->exit(test);
	host_fail_nth = 0;
	free_resources(test);
}

static void run_params(struct kunit_suite *suite, struct kunit_case *c, struct kunit *test)
{
	const void *param = NULL;
	int i = 0;

	for (;;) {
		char desc[KUNIT_PARAM_DESC_SIZE] = "";
		bool before = test->failed;

		param = c->generate_params(param, desc);
		if (!param)
			break;
		test->param_value = param;
		test->param_index = i++;
		run_one(suite, c, test);
		if (test->failed != before)
			printf("    # %s: failed for parameter %d: %s\n", c->name, i - 1, desc);
	}
}

static void run_case(struct kunit_suite *suite, struct kunit_case *c, unsigned int nr)
{
	struct kunit test = { .name = c->name };
	long live = host_live_allocs;
	unsigned int warns = host_warns;

	if (c->generate_params)
		run_params(suite, c, &test);
	else
		run_one(suite, c, &test);
	if (host_live_allocs != live)
		kunit_host_fail(&test, suite->name, 0, "memory", "",
				"allocations left behind: seen %ld, wanted 0",
				host_live_allocs - live);
	if (host_warns != warns)
		kunit_host_fail(&test, suite->name, 0, "WARN", "",
				"the code under test complained %u times", host_warns - warns);
	if (test.failed) {
		nr_failed++;
		printf("    not ok %u %s\n", nr, c->name);
	} else if (test.skipped) {
		nr_skipped++;
		printf("    ok %u %s # SKIP %s\n", nr, c->name, test.skip_why);
	} else {
		nr_passed++;
		printf("    ok %u %s\n", nr, c->name);
	}
	fflush(stdout);
}

static bool wanted(const char *filter, const char *suite, const char *name)
{
	size_t len = strlen(suite);

	if (!filter)
		return true;
	if (strncmp(filter, suite, len))
		return false;
	return !filter[len] || (filter[len] == '.' && !strcmp(filter + len + 1, name));
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct kunit_suite *const *)a)->name,
		      (*(struct kunit_suite *const *)b)->name);
}

int main(int argc, char **argv)
{
	const char *filter = argc > 1 ? argv[1] : NULL;
	unsigned int i, nr, nr_run = 0;

	qsort(suites, nr_suites, sizeof(suites[0]), by_name);
	printf("KTAP version 1\n1..%u\n", nr_suites);
	for (i = 0; i < nr_suites; i++) {
		struct kunit_case *c = suites[i]->test_cases;
		unsigned int failed = nr_failed;

		printf("    KTAP version 1\n    # Subtest: %s\n", suites[i]->name);
		for (nr = 0; c->run_case; c++) {
			if (!wanted(filter, suites[i]->name, c->name))
				continue;
			run_case(suites[i], c, ++nr);
			nr_run++;
		}
		printf("    1..%u\n%s %u %s\n", nr, nr_failed == failed ? "ok" : "not ok", i + 1,
		       suites[i]->name);
	}
	if (!nr_run)
		printf("# no case matches %s\n", filter ? filter : "");
	printf("%u passed, %u failed, %u skipped\n", nr_passed, nr_failed, nr_skipped);
	return nr_failed || !nr_run;
}
