// SPDX-License-Identifier: GPL-2.0-only
/*
 * ab_test [FILE...]: the parts of "smmu3ctl ab" that are sums and grammar, by themselves. Each FILE
 * is a record that is cut and damaged in every way. Prints "ok" or "not ok" lines.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ab.h"

struct ctl ctl = { .root = "" };

static unsigned int nr;

static void check(bool good, const char *what, const char *detail)
{
	printf("%s %u - unit: %s\n", good ? "ok" : "not ok", ++nr, what);
	if (!good)
		printf("#   seen: %s\n", detail ? detail : "-");
}

/* ab_load() says its message by these. */
static char said[512];

int ctl_fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
	return CTL_FAILED;
}

/* What else main.c has; nothing that is tested here gets there. */
void ctl_warn(const char *fmt, ...)
{
	(void)fmt;
	abort();
}

int ctl_usage(const char *fmt, ...)
{
	(void)fmt;
	abort();
}

int ctl_options(int *argc, char **argv, const struct ctl_option *options)
{
	(void)argc;
	(void)argv;
	(void)options;
	abort();
}

/* ---------------------------------------------------------------- JSON */

static char *printed(const struct json *v)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	json_print(f, v);
	fclose(f);
	return text;
}

static void test_good_json(void)
{
	static const struct {
		const char *text, *print;
	} good[] = {
		{ "null", "null\n" }, { " true ", "true\n" }, { "-0.5e1", "-5\n" },
		{ "1.25", "1.25\n" }, { "9007199254740991", "9007199254740991\n" },
		{ "[]", "[]\n" }, { "{}", "{}\n" }, { "[1,2, 3]", "[1, 2, 3]\n" },
		{ "\"\\u00e4\\ud83d\\ude00\\n\"", "\"\xc3\xa4\xf0\x9f\x98\x80\\n\"\n" },
		{ "\"\\\"\\\\\\/\\b\"", "\"\\\"\\\\/\\u0008\"\n" },
		{ "{\"a\":{\"b\":[{}]}}", "{\n \"a\": {\n  \"b\": [\n   {}\n  ]\n }\n}\n" },
	};
	struct json *v;
	char *why, *text;
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(good); i++) {
		why = NULL;
		v = json_parse(good[i].text, strlen(good[i].text), &why);
		text = v ? printed(v) : NULL;
		check(text && !strcmp(text, good[i].print), good[i].text, text ? text : why);
		free(text);
		free(why);
		json_free(v);
	}
}

static void test_bad_json(void)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "", "line 1: the text ends too early" },
		{ "[1,\n2", "line 2: a comma or the closing bracket" },
		{ "[1 2]", "a comma" }, { "[1,]", "no JSON value" },
		{ "{\"a\":1,}", "a name in quotes" },
		{ "{\"a\" 1}", "a colon" }, { "{a:1}", "a name in quotes" },
		{ "{\"a\":1,\"a\":2}", "a name for the second time" },
		{ "01", "no JSON value" }, { "+1", "no JSON value" }, { ".5", "no JSON value" },
		{ "1.", "without digits behind" }, { "1e", "in its exponent" },
		{ "1e999", "too large" }, { "NaN", "no JSON value" }, { "nul", "neither a value" },
		{ "truE", "neither a value" }, { "\"abc", "a string without end" },
		{ "\"\\", "a string without end" }, { "\"\\x\"", "no such escape" },
		{ "\"\\u12g4\"", "four digits" }, { "\"\\u12", "four digits" },
		{ "\"\\ud800\"", "surrogate" }, { "\"\\ud800\\u0041\"", "surrogate" },
		{ "\"\\udc00\"", "surrogate" }, { "\"\\u0000\"", "NUL" },
		{ "\"\xc3\"", "no UTF-8" }, { "\"\xc0\x80\"", "no UTF-8" },
		{ "\"\xed\xa0\x80\"", "no UTF-8" }, { "\"\xf4\x90\x80\x80\"", "no UTF-8" },
		{ "\"\t\"", "control character" }, { "1 1", "more text behind" },
		{ "]", "no JSON value" },
	};
	struct json *v;
	char *why;
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(bad); i++) {
		why = NULL;
		v = json_parse(bad[i].text, strlen(bad[i].text), &why);
		check(!v && why && strstr(why, bad[i].why), bad[i].text, v ? "accepted" : why);
		free(why);
		json_free(v);
	}
}

static void test_deep_json(void)
{
	char *text = ctl_alloc(200001), *why = NULL;
	struct json *v;

	memset(text, '[', 200000);
	v = json_parse(text, 200000, &why);
	check(!v && why && strstr(why, "too deep"), "200000 opening brackets", why);
	json_free(v);
	free(why);
	why = NULL;
	memset(text + 64, ']', 64);
	v = json_parse(text, 128, &why);
	check(v, "64 in each other", why);
	json_free(v);
	free(why);
	why = NULL;
	v = json_parse("[1]", 2, &why);
	check(!v, "a text that goes on behind its length", "accepted");
	free(why);
	json_free(v);
	free(text);
}

/* ---------------------------------------------------------------- statistics */

static bool is(const struct ab_stat *s, double median, double min, double max, double mad)
{
	return fabs(s->median - median) < 0.000000001 && s->min == min && s->max == max &&
	       fabs(s->mad - mad) < 0.000000001;
}

static void test_stat(void)
{
	static const double odd[] = { 3, 1, 100, 2, 4 }, even[] = { 4, 1, 3, 2 }, one[] = { 7 };
	static const double same[] = { 5, 5, 5, 5 }, negative[] = { -3, -1, -2 };
	static const double large[] = { 1.7e308, 1.7e308 };
	struct ab_stat s;

	ab_stat_of(&s, odd, 5);
	check(is(&s, 3, 1, 100, 1) && s.nr == 5, "1 2 3 4 100: median 3, deviation 1", NULL);
	ab_stat_of(&s, even, 4);
	check(is(&s, 2.5, 1, 4, 1), "1 2 3 4: median 2.5, deviation 1", NULL);
	ab_stat_of(&s, one, 1);
	check(is(&s, 7, 7, 7, 0), "7 alone", NULL);
	ab_stat_of(&s, same, 4);
	check(is(&s, 5, 5, 5, 0), "5 5 5 5", NULL);
	ab_stat_of(&s, negative, 3);
	check(is(&s, -2, -3, -1, 1), "-3 -2 -1", NULL);
	ab_stat_of(&s, large, 2);
	check(isfinite(s.median), "the largest numbers have a median", NULL);
	ab_stat_of(&s, NULL, 0);
	check(is(&s, 0, 0, 0, 0), "nothing", NULL);
}

static enum ab_verdict judged(const double *a, const double *b, size_t n, bool lower)
{
	struct ab_stat sa, sb;

	ab_stat_of(&sa, a, n);
	ab_stat_of(&sb, b, n);
	return ab_judge(&sa, &sb, lower);
}

static void test_judge(void)
{
	static const double a[] = { 100, 101, 102, 103, 99 }, fast[] = { 50, 51, 49, 50, 52 };
	static const double near[] = { 103, 104, 102, 103, 105 }, wild[] = { 10, 500, 60, 90, 20 };
	static const double flat[] = { 100, 100, 100 }, flat2[] = { 101, 101, 101 };
	static const double wide[] = { 100, 100, 102 };

	check(judged(a, fast, 5, true) == AB_BETTER, "half the time is better", NULL);
	check(judged(a, fast, 5, false) == AB_WORSE, "half the rate is worse", NULL);
	check(judged(fast, a, 5, true) == AB_WORSE, "twice the time is worse", NULL);
	check(judged(a, near, 5, true) == AB_SAME, "within three deviations is the same", NULL);
	check(judged(a, wild, 5, true) == AB_SAME, "a wide spread hides it", NULL);
	check(judged(flat, flat2, 3, true) == AB_WORSE, "no spread hides nothing", NULL);
	check(judged(wide, flat2, 3, true) == AB_SAME, "a median in the other's range", NULL);
	check(judged(a, fast, 2, true) == AB_FEW, "two rounds are too few", NULL);
}

/* ---------------------------------------------------------------- programs' output */

static const char fio_text[] =
	"fio: words in front\n"
	"{\"jobs\":[{\"error\":0,\"read\":{\"total_ios\":0,\"iops\":0},\"write\":{\"total_ios\":9,"
	"\"iops\":77264.5,\"bw_bytes\":316476355,\"clat_ns\":{\"mean\":196952.5,"
	"\"percentile\":{\"50.000000\":1,\"99.000000\":248832}}}}]}";

static double value_of(const struct json *results, const char *metric)
{
	const struct json *r;

	json_each(r, results)
		if (!strcmp(json_text(r, "metric"), metric))
			return json_get(r, "values")->last->number;
	return -1;
}

typedef bool (*parse_fn)(const char *text, size_t len, const char *workload, struct json *results,
			 char **why);

static void refuse(parse_fn parse, const char *text, const char *want)
{
	struct json *results = json_new(JSON_ARRAY);
	char *why = NULL;
	bool good = parse(text, strlen(text), "fio-read-4k", results, &why);

	check(!good && why && strstr(why, want) && !results->nr, want, good ? "accepted" : why);
	free(why);
	json_free(results);
}

static void test_programs(void)
{
	static const char iperf[] = "{\"end\":{\"sum_sent\":{\"retransmits\":3},\"sum_received\":"
		"{\"bits_per_second\":9.4e9},\"cpu_utilization_percent\":{\"host_total\":12.5}}}";
	struct json *r = json_new(JSON_ARRAY);
	char *why = NULL;

	check(ab_fio_parse(fio_text, strlen(fio_text), "fio-randwrite-4k", r, &why) && r->nr == 3 &&
	      value_of(r, "operations") == 77264.5 && value_of(r, "latency") == 196.9525 &&
	      value_of(r, "latency-p99") == 248.832, "fio's figures of 4k", why);
	check(ab_fio_parse(fio_text, strlen(fio_text), "fio-randwrite-1m", r, &why) && r->nr == 6 &&
	      fabs(value_of(r, "rate") - 316.476355) < 0.000000001, "fio's figures of 1m", why);
	check(ab_iperf_parse(iperf, strlen(iperf), "net-send", r, &why) && r->nr == 9 &&
	      value_of(r, "retransmits") == 3 && value_of(r, "cpu") == 12.5,
	      "iperf3's figures", why);
	json_free(r);
	refuse(ab_fio_parse, "no such file", "no JSON");
	refuse(ab_fio_parse, "{\"jobs\":[", "ends too early");
	refuse(ab_fio_parse, "{\"jobs\":[]}", "no job");
	refuse(ab_fio_parse, "{\"jobs\":[{\"error\":28}]}", "No space left");
	refuse(ab_fio_parse, "{\"jobs\":[{\"error\":0,\"read\":{\"total_ios\":5}}]}",
	       "are not there");
	refuse(ab_iperf_parse, "{\"error\":\"unable to connect\"}", "unable to connect");
	refuse(ab_iperf_parse, "{\"end\":{}}", "are not there");
	refuse(ab_iperf_parse, "", "ends too early");
}

/* ---------------------------------------------------------------- damage */

static unsigned int chance(void)
{
	static unsigned int state = 12345;

	state = state * 1664525u + 1013904223u;
	return state >> 8;
}

/* What is accepted, printed and read again is printed the same. */
static bool stable(const char *text, size_t len)
{
	char *why = NULL, *first, *second = NULL;
	struct json *v = json_parse(text, len, &why), *again;
	bool good = v || why;

	free(why);
	if (!v)
		return good;
	why = NULL;
	first = printed(v);
	again = json_parse(first, strlen(first), &why);
	if (again)
		second = printed(again);
	good = second && !strcmp(first, second);
	json_free(v);
	json_free(again);
	free(first);
	free(second);
	free(why);
	return good;
}

/* As a file, by all that looks at records. */
static bool loaded(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");
	struct ab_differences d;
	struct ab_rows rows;
	struct ab_pair pair;
	struct json *v;

	fwrite(text, 1, len, f);
	fclose(f);
	*said = '\0';
	v = ab_load(path);
	if (!v)
		return *said;
	pair = (struct ab_pair){ .a = v, .b = v, .name_a = "a", .name_b = "b" };
	ab_rows_of(&rows, &pair);
	ab_differences_of(&d, &pair);
	f = fopen("/dev/null", "w");
	ab_html(f, &pair, &rows, &d);
	fclose(f);
	ab_differences_free(&d);
	ab_rows_free(&rows);
	json_free(v);
	return true;
}

static void test_damage(const char *path)
{
	char *text = ctl_read(path, NULL), *copy, *to = ctl_format("%s.damaged", path);
	size_t len = strlen(text), i, bad = 0, wrong = 0, n;

	for (i = 0; i <= len; i++)
		bad += !stable(text, i);
	check(!bad, "a record cut at every byte", path);
	copy = ctl_alloc(len + 1);
	for (i = 0; i < 20000; i++) {
		memcpy(copy, text, len);
		for (n = chance() % 4 + 1; n; n--)
			copy[chance() % len] = "\"{}[]:,\\0e-. \xc3\x01"[chance() % 16];
		bad += !stable(copy, len);
		if (i % 20 == 0)
			wrong += !loaded(to, copy, len);
	}
	check(!bad, "a record damaged 20000 times", path);
	check(!wrong, "which is refused with a reason, or can be used", path);
	unlink(to);
	free(copy);
	free(text);
	free(to);
}

int main(int argc, char **argv)
{
	int i;

	test_good_json();
	test_bad_json();
	test_deep_json();
	test_stat();
	test_judge();
	test_programs();
	for (i = 1; i < argc; i++)
		test_damage(argv[i]);
	return 0;
}
