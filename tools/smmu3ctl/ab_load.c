// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records are read and held against their form. Invariant: what ab_load() returns has every member
 * that is named here, of the type that is named here; nobody who uses it asks again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ab.h"

#define MAX_BYTES	(16u << 20)

/* ---------------------------------------------------------------- form */

/**
 * struct form - members that must be there
 * @path: words with slashes; '[]' behind one: of each element
 * @kind: what it must be
 */
struct form {
	const char	*path;
	enum json_kind	kind;
};

static const struct form forms[] = {
	{ "time", JSON_STRING },
	{ "machine", JSON_OBJECT },
	{ "machine/firmware", JSON_STRING },
	{ "machine/cpus", JSON_NUMBER },
	{ "machine/cpu", JSON_ARRAY },
	{ "kernel", JSON_OBJECT },
	{ "kernel/release", JSON_STRING },
	{ "kernel/command_line", JSON_STRING },
	{ "driver", JSON_OBJECT },
	{ "driver/name", JSON_STRING },
	{ "smmus", JSON_ARRAY },
	{ "smmus[]/name", JSON_STRING },
	{ "groups", JSON_ARRAY },
	{ "groups[]/type", JSON_STRING },
	{ "groups[]/devices", JSON_ARRAY },
	{ "groups[]/devices[]/name", JSON_STRING },
	{ "groups[]/reserved", JSON_ARRAY },
	{ "options", JSON_OBJECT },
	{ "options/seconds", JSON_NUMBER },
	{ "options/rounds", JSON_NUMBER },
	{ "results", JSON_ARRAY },
	{ "results[]/workload", JSON_STRING },
	{ "results[]/metric", JSON_STRING },
	{ "results[]/unit", JSON_STRING },
	{ "results[]/better", JSON_STRING },
	{ "results[]/values", JSON_ARRAY },
	{ "skipped", JSON_ARRAY },
	{ "skipped[]/workload", JSON_STRING },
	{ "skipped[]/why", JSON_STRING },
	{ "events", JSON_OBJECT },
	{ "events/counters", JSON_OBJECT },
};

static const struct form forms_or_null[] = {
	{ "machine/model", JSON_STRING },
	{ "driver/version", JSON_STRING },
	{ "smmus[]/features", JSON_ARRAY },
	{ "events/log", JSON_ARRAY },
};

/* Lists of one kind only. */
static const struct form lists[] = {
	{ "machine/cpu", JSON_STRING },
	{ "smmus[]/features", JSON_STRING },
	{ "groups[]/reserved", JSON_STRING },
	{ "results[]/values", JSON_NUMBER },
	{ "events/counters", JSON_NUMBER },
	{ "events/log", JSON_STRING },
};

static const char * const kind_names[] = {
	"null", "true or false", "a number", "a string", "a list", "an object",
};

typedef char *(*judge_fn)(const struct json *v, const struct form *form);

/* Why not, or NULL. */
static char *judge_member(const struct json *v, const struct form *form)
{
	if (!v)
		return ctl_format("%s is missing", form->path);
	if (v->kind != form->kind)
		return ctl_format("%s is not %s", form->path, kind_names[form->kind]);
	return NULL;
}

static char *judge_or_null(const struct json *v, const struct form *form)
{
	return v && v->kind == JSON_NULL ? NULL : judge_member(v, form);
}

static char *judge_list(const struct json *v, const struct form *form)
{
	const struct json *c;

	json_each(c, v)
		if (c->kind != form->kind)
			return ctl_format("%s holds what is not %s", form->path,
					  kind_names[form->kind]);
	return NULL;
}

/* Follow @path, which is the rest of the form's, from @v on. */
static char *judge(const struct json *v, const char *path, const struct form *form, judge_fn fn)
{
	const char *slash = strchr(path, '/');
	int len = slash ? slash - path : (int)strlen(path);
	bool each = slash && len > 2 && path[len - 1] == ']';
	char *key = ctl_format("%.*s", each ? len - 2 : len, path), *why;
	const struct json *m = json_get(v, key), *c;

	free(key);
	if (!slash)
		return fn(m, form);
	if (!each)
		return judge(m, slash + 1, form, fn);
	if (!m)
		return ctl_format("%s is missing", form->path);
	json_each(c, m) {
		why = judge(c, slash + 1, form, fn);
		if (why)
			return why;
	}
	return NULL;
}

static char *judge_results(const struct json *record)
{
	const struct json *r;

	json_each(r, json_get(record, "results")) {
		const char *better = json_text(r, "better");

		if (strcmp(better, "lower") && strcmp(better, "higher"))
			return ctl_format("better is neither lower nor higher: %.40s", better);
		if (!json_get(r, "values")->nr)
			return ctl_format("%.40s has no values", json_text(r, "workload"));
	}
	return NULL;
}

static char *judge_record(const struct json *record)
{
	const char *kind = json_text(record, "kind");
	double schema;
	char *why = NULL;
	size_t i;

	if (!kind || strcmp(kind, "smmu3ctl-ab") || !json_real(record, "schema", &schema))
		return ctl_strdup("it is no record of \"smmu3ctl ab record\"");
	if (schema != AB_SCHEMA)
		return ctl_format("its schema is %g, and this smmu3ctl knows %d", schema,
				  AB_SCHEMA);
	for (i = 0; i < CTL_ARRAY_SIZE(forms) && !why; i++)
		why = judge(record, forms[i].path, &forms[i], judge_member);
	for (i = 0; i < CTL_ARRAY_SIZE(forms_or_null) && !why; i++)
		why = judge(record, forms_or_null[i].path, &forms_or_null[i], judge_or_null);
	for (i = 0; i < CTL_ARRAY_SIZE(lists) && !why; i++)
		why = judge(record, lists[i].path, &lists[i], judge_list);
	return why ? why : judge_results(record);
}

/* ---------------------------------------------------------------- files */

static char *read_all(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t n;

	*len = 0;
	if (!f)
		return NULL;
	do {
		text = ctl_realloc(text, *len + 65536);
		n = fread(text + *len, 1, 65536, f);
		*len += n;
	} while (n == 65536 && *len <= MAX_BYTES);
	if (ferror(f) || *len > MAX_BYTES) {
		errno = ferror(f) ? errno : EFBIG;
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}

struct json *ab_load(const char *path)
{
	struct json *record;
	char *text, *why = NULL;
	size_t len;

	text = read_all(path, &len);
	if (!text) {
		ctl_fail("%s: %s", path, strerror(errno));
		return NULL;
	}
	record = json_parse(text, len, &why);
	free(text);
	if (record)
		why = judge_record(record);
	if (!why)
		return record;
	ctl_fail("%s: %s", path, why);
	json_free(record);
	free(why);
	return NULL;
}

/* ---------------------------------------------------------------- questions */

double *ab_values(const struct json *result, size_t *nr)
{
	const struct json *values = json_get(result, "values"), *v;
	double *all = ctl_alloc((values->nr + 1) * sizeof(*all));

	*nr = 0;
	json_each(v, values)
		all[(*nr)++] = v->number;
	return all;
}

const struct json *ab_find_result(const struct json *record, const char *workload,
				  const char *metric)
{
	const struct json *r;

	json_each(r, json_get(record, "results"))
		if (!strcmp(json_text(r, "workload"), workload) &&
		    !strcmp(json_text(r, "metric"), metric))
			return r;
	return NULL;
}

char *ab_driver_name(const struct json *record)
{
	const struct json *driver = json_get(record, "driver");
	const char *version = json_text(driver, "version");

	return ctl_format("%s%s%s", json_text(driver, "name"), version ? " " : "",
			  version ? version : "");
}
