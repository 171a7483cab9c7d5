// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of referee.c: every rule has its words, every breach counts, few are told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../judge.h"

struct heard {
	unsigned int reports, logs;
	enum model_verdict verdict;
	char rule[64], text[700];
};

static void hear_report(void *ctx, enum model_verdict verdict, const char *rule,
			const char *section, const char *text)
{
	struct heard *h = ctx;

	h->reports++;
	h->verdict = verdict;
	snprintf(h->rule, sizeof(h->rule), "%s", rule);
	snprintf(h->text, sizeof(h->text), "%s", text);
	assert_true(strlen(section) > 0);
}

static void hear_log(void *ctx, const char *text)
{
	struct heard *h = ctx;

	h->logs++;
	snprintf(h->text, sizeof(h->text), "%s", text);
}

static struct model *bare(struct heard *h, bool with_report)
{
	struct model *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	m->env.ctx = h;
	m->env.report = with_report ? hear_report : NULL;
	m->env.log = hear_log;
	assert_true(referee_init(m));
	return m;
}

static void bare_free(struct model *m)
{
	referee_fini(m);
	free(m);
}

static void test_every_rule_has_words(void **state)
{
	int i, j;

	for (i = 0; i < NR_MODEL_RULES; i++) {
		assert_non_null(model_rules[i].name);
		assert_true(strlen(model_rules[i].section) > 1);
		assert_true(strlen(model_rules[i].what) > 10);
		assert_null(strchr(model_rules[i].what, '\n'));
		for (j = 0; j < i; j++)
			assert_string_not_equal(model_rules[i].name, model_rules[j].name);
	}
}

static void test_all_count_few_are_told(void **state)
{
	struct heard h = { 0 };
	struct model *m = bare(&h, true);
	int i;

	for (i = 0; i < 1000; i++)
		referee_report(m, RULE_STALL_TWICE, "tag %d", i);
	assert_int_equal(referee_count(m, RULE_STALL_TWICE), 1000);
	/* 8, then 16, 32, ... 512 */
	assert_int_equal(h.reports, 14);
	assert_int_equal(h.verdict, MODEL_FAIL);
	assert_string_equal(h.rule, "STALL_TWICE");
	assert_string_equal(h.text, "tag 511 (breach 512 of this rule)");
	assert_int_equal(h.logs, 1);

	referee_report(m, RULE_CMD_ATC_NO_ATS, "warned");
	assert_int_equal(h.verdict, MODEL_WARN);
	assert_int_equal(model_violations(m, MODEL_FAIL), 1000);
	assert_int_equal(model_violations(m, MODEL_WARN), 1);
	bare_free(m);
}

static void test_without_report_the_log_hears(void **state)
{
	struct heard h = { 0 };
	struct model *m = bare(&h, false);

	referee_report(m, RULE_UNMAP_DMA, "sid 0x%x", 8);
	assert_non_null(strstr(h.text, "violation UNMAP_DMA (3.21.1 TLB"));
	assert_non_null(strstr(h.text, "completion): sid 0x8"));
	referee_report(m, RULE_CMD_ATC_NO_ATS, "x");
	assert_non_null(strstr(h.text, "warning CMD_ATC_NO_ATS"));
	m->env.log = NULL;
	referee_report(m, RULE_UNMAP_DMA, "into the void");
	assert_int_equal(referee_count(m, RULE_UNMAP_DMA), 2);
	bare_free(m);
}

/* model_reset() keeps findings; before init and after fini nothing crashes. */
static void test_findings_outlive_reset(void **state)
{
	struct heard h = { 0 };
	struct model *m = bare(&h, true);

	referee_report(m, RULE_ATS_OFF, "x");
	referee_reset(m);
	assert_int_equal(referee_count(m, RULE_ATS_OFF), 1);
	referee_fini(m);
	referee_report(m, RULE_ATS_OFF, "x");
	assert_int_equal(referee_count(m, RULE_ATS_OFF), 0);
	assert_int_equal(model_violations(m, MODEL_FAIL), 0);
	referee_fini(m);
	free(m);
}

const struct CMUnitTest referee_tests[] = {
	cmocka_unit_test(test_every_rule_has_words),
	cmocka_unit_test(test_all_count_few_are_told),
	cmocka_unit_test(test_without_report_the_log_hears),
	cmocka_unit_test(test_findings_outlive_reset),
};

const size_t nr_referee_tests = ARRAY_SIZE(referee_tests);
