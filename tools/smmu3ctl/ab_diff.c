// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two records: are they of one machine, and where does it behave differently? Invariant: what only
 * one of the two could see is "unknown" in the other, and no difference.
 */
#include <stdlib.h>
#include <string.h>

#include "ab.h"

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void differ(struct ab_differences *d, const char *what, const char *where, const char *a,
		   const char *b)
{
	d->item = ctl_realloc(d->item, (d->nr + 1) * sizeof(*d->item));
	d->item[d->nr++] = (struct ab_difference){
		.what = ctl_strdup(what), .where = ctl_strdup(where),
		.a = ctl_strdup(or_dash(a)), .b = ctl_strdup(or_dash(b)),
	};
}

static void differ_text(struct ab_differences *d, const char *what, const char *where,
			const char *a, const char *b)
{
	if (strcmp(or_dash(a), or_dash(b)))
		differ(d, what, where, a, b);
}

void ab_differences_free(struct ab_differences *d)
{
	size_t i;

	for (i = 0; i < d->nr; i++) {
		free(d->item[i].what);
		free(d->item[i].where);
		free(d->item[i].a);
		free(d->item[i].b);
	}
	free(d->item);
	*d = (struct ab_differences){ .nr = 0 };
}

/* ---------------------------------------------------------------- identity */

/* The texts of a list as one, those that @but has left out; to be freed. */
static char *joined(const struct json *list, const struct json *but)
{
	char *all = ctl_strdup(""), *longer;
	const struct json *v;

	if (list)
		json_each(v, list) {
			if (v->kind != JSON_STRING || (but && json_has_text(but, v->text)))
				continue;
			longer = ctl_format("%s%s%s", all, *all ? ", " : "", v->text);
			free(all);
			all = longer;
		}
	return all;
}

/* Where the SMMUs are: it does not depend on who drives them. */
static char *smmu_names(const struct json *record)
{
	struct ctl_list names = { 0 };
	const struct json *s;
	char *all = ctl_strdup(""), *longer;
	size_t i;

	json_each(s, json_get(record, "smmus"))
		ctl_list_add(&names, json_text(s, "name"));
	for (i = 0; i < names.nr; i++) {
		longer = ctl_format("%s%s%s", all, *all ? ", " : "", names.item[i]);
		free(all);
		all = longer;
	}
	ctl_list_free(&names);
	return all;
}

/* Registers that both could read. */
static char *other_registers(const struct json *a, const struct json *b)
{
	const struct json *x, *y, *r;

	json_each(x, json_get(a, "smmus")) {
		json_each(y, json_get(b, "smmus")) {
			const struct json *in_b = json_get(y, "registers");
			const struct json *in_a = json_get(x, "registers");

			if (!in_a || !in_b || strcmp(json_text(x, "name"), json_text(y, "name")))
				continue;
			json_each(r, in_a) {
				const char *other = json_text(in_b, r->key);

				if (r->kind == JSON_STRING && other && strcmp(r->text, other))
					return ctl_format("%s of %s: %s and %s", r->key,
							  json_text(x, "name"), r->text, other);
			}
		}
	}
	return NULL;
}

/* Takes over both texts. */
static char *unlike(const char *what, char *a, char *b)
{
	char *why = strcmp(a, b) ? ctl_format("%s: %s and %s", what, or_dash(a), or_dash(b)) : NULL;

	free(a);
	free(b);
	return why;
}

char *ab_other_machine(const struct json *a, const struct json *b)
{
	const struct json *ma = json_get(a, "machine"), *mb = json_get(b, "machine");
	static const char * const texts[] = { "id", "model" };
	double x, y;
	char *why;
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(texts); i++) {
		const char *t = json_text(ma, texts[i]), *u = json_text(mb, texts[i]);

		if (t && u && strcmp(t, u))
			return ctl_format("%s: %s and %s", texts[i], t, u);
	}
	if (json_real(ma, "cpus", &x) && json_real(mb, "cpus", &y) && x != y)
		return ctl_format("CPUs: %.0f and %.0f", x, y);
	why = unlike("CPU", joined(json_get(ma, "cpu"), NULL), joined(json_get(mb, "cpu"), NULL));
	if (!why)
		why = unlike("SMMUs", smmu_names(a), smmu_names(b));
	return why ? why : other_registers(a, b);
}

/* ---------------------------------------------------------------- groups */

/* The group of a device, and the device in it. */
static const struct json *find_device(const struct json *record, const char *name,
				      const struct json **device)
{
	const struct json *g, *d;

	json_each(g, json_get(record, "groups")) {
		json_each(d, json_get(g, "devices")) {
			if (!strcmp(json_text(d, "name"), name)) {
				*device = d;
				return g;
			}
		}
	}
	return NULL;
}

static char *members(const struct json *group)
{
	char *all = ctl_strdup(""), *longer;
	const struct json *d;

	json_each(d, json_get(group, "devices")) {
		longer = ctl_format("%s%s%s", all, *all ? ", " : "", json_text(d, "name"));
		free(all);
		all = longer;
	}
	return all;
}

static void differ_reserved(struct ab_differences *d, const char *name, const struct json *a,
			    const struct json *b)
{
	const struct json *ra = json_get(a, "reserved"), *rb = json_get(b, "reserved");
	char *only_a = joined(ra, rb), *only_b = joined(rb, ra);

	if (*only_a || *only_b)
		differ(d, "reserved, only there", name, only_a, only_b);
	free(only_a);
	free(only_b);
}

/* What is enabled in a device; without root it is not known. */
static void differ_pci(struct ab_differences *d, const char *name, const struct json *a,
		       const struct json *b)
{
	static const char * const what[] = { "ats", "pri", "pasid" };
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(what); i++) {
		const char *x = json_text(a, what[i]), *y = json_text(b, what[i]);

		if (x && y)
			differ_text(d, what[i], name, x, y);
	}
}

static void differ_device(struct ab_differences *d, const char *name, const struct ab_pair *pair)
{
	const struct json *da = NULL, *db = NULL;
	const struct json *a = find_device(pair->a, name, &da);
	const struct json *b = find_device(pair->b, name, &db);
	char *ma, *mb;

	if (!a || !b) {
		differ(d, "has a group", name, a ? "yes" : "no", b ? "yes" : "no");
		return;
	}
	ma = members(a);
	mb = members(b);
	differ_text(d, "group", name, ma, mb);
	differ_text(d, "domain", name, json_text(a, "type"), json_text(b, "type"));
	differ_text(d, "device's driver", name, json_text(da, "driver"), json_text(db, "driver"));
	differ_pci(d, name, da, db);
	differ_reserved(d, name, a, b);
	free(ma);
	free(mb);
}

static void differ_groups(struct ab_differences *d, const struct ab_pair *pair)
{
	const struct json *g, *dev, *unused;

	json_each(g, json_get(pair->a, "groups"))
		json_each(dev, json_get(g, "devices"))
			differ_device(d, json_text(dev, "name"), pair);
	json_each(g, json_get(pair->b, "groups"))
		json_each(dev, json_get(g, "devices"))
			if (!find_device(pair->a, json_text(dev, "name"), &unused))
				differ_device(d, json_text(dev, "name"), pair);
}

/* ---------------------------------------------------------------- SMMUs, events */

/* Words of @text that @but lacks; to be freed. */
static char *words_without(const char *text, const char *but)
{
	char *all = ctl_strdup(""), *copy = ctl_strdup(text), *rest = copy, *word, *longer;

	while ((word = strsep(&rest, " \t"))) {
		if (!*word || ctl_has_word(but, word))
			continue;
		longer = ctl_format("%s%s%s", all, *all ? " " : "", word);
		free(all);
		all = longer;
	}
	free(copy);
	return all;
}

/* The same words in another order are told as they are: the last of two may count. */
static void differ_words(struct ab_differences *d, const char *what, const char *where,
			 const char *a, const char *b)
{
	char *only_a = words_without(a, b), *only_b = words_without(b, a);

	if (*only_a || *only_b)
		differ(d, what, where, only_a, only_b);
	else
		differ_text(d, "command line, in another order", where, a, b);
	free(only_a);
	free(only_b);
}

static void differ_smmus(struct ab_differences *d, const struct ab_pair *pair)
{
	const struct json *x, *y;

	json_each(x, json_get(pair->a, "smmus")) {
		json_each(y, json_get(pair->b, "smmus")) {
			const struct json *fa = json_get(x, "features");
			const struct json *fb = json_get(y, "features");
			const char *name = json_text(x, "name");
			char *only_a, *only_b;

			if (strcmp(name, json_text(y, "name")))
				continue;
			differ_text(d, "SMMU's driver", name, json_text(x, "driver"),
				    json_text(y, "driver"));
			if (fa->kind != JSON_ARRAY || fb->kind != JSON_ARRAY)
				continue;
			only_a = joined(fa, fb);
			only_b = joined(fb, fa);
			if (*only_a || *only_b)
				differ(d, "features, only there", name, only_a, only_b);
			free(only_a);
			free(only_b);
		}
	}
}

static void differ_number(struct ab_differences *d, const char *what, const char *path,
			  const struct ab_pair *pair)
{
	char a[32], b[32];
	double x, y;

	if (!json_real(pair->a, path, &x) || !json_real(pair->b, path, &y) || x == y)
		return;
	snprintf(a, sizeof(a), "%.0f", x);
	snprintf(b, sizeof(b), "%.0f", y);
	differ(d, what, "during the work", a, b);
}

/* Of a counter that is an error, and which only smmu3 has: anything but 0 is told. */
static void differ_counter(struct ab_differences *d, const char *name, const struct ab_pair *pair)
{
	char *path = ctl_format("events/counters/%s", name), a[32] = "unknown", b[32] = "unknown";
	double x = 0, y = 0;
	bool in_a = json_real(pair->a, path, &x), in_b = json_real(pair->b, path, &y);

	if (in_a)
		snprintf(a, sizeof(a), "%.0f", x);
	if (in_b)
		snprintf(b, sizeof(b), "%.0f", y);
	if ((x || y) && x != y)
		differ(d, name, "during the work", a, b);
	free(path);
}

void ab_differences_of(struct ab_differences *d, const struct ab_pair *pair)
{
	static const char * const errors[] = { "events_total", "events_lost", "sync_timeouts",
					       "gerrors", "recoveries", "pri_requests" };
	const struct json *ka = json_get(pair->a, "kernel"), *kb = json_get(pair->b, "kernel");
	size_t i;

	*d = (struct ab_differences){ .nr = 0 };
	differ_text(d, "kernel", "release", json_text(ka, "release"), json_text(kb, "release"));
	differ_words(d, "command line, only there", "kernel", json_text(ka, "command_line"),
		     json_text(kb, "command_line"));
	differ_text(d, "machine", "firmware", json_text(json_get(pair->a, "machine"), "firmware"),
		    json_text(json_get(pair->b, "machine"), "firmware"));
	differ_number(d, "options", "options/seconds", pair);
	differ_smmus(d, pair);
	differ_groups(d, pair);
	differ_number(d, "log lines", "events/log_lines", pair);
	differ_number(d, "log errors", "events/log_errors", pair);
	differ_number(d, "log warnings", "events/log_warnings", pair);
	for (i = 0; i < CTL_ARRAY_SIZE(errors); i++)
		differ_counter(d, errors[i], pair);
}
