// SPDX-License-Identifier: GPL-2.0-only
/*
 * ab compare: figures side by side with their spread, differences in behaviour, what was left out.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ab.h"

/* ---------------------------------------------------------------- rows */

static struct ab_row *row_add(struct ab_rows *rows, const struct json *result)
{
	struct ab_row *row;

	rows->row = ctl_realloc(rows->row, (rows->nr + 1) * sizeof(*rows->row));
	row = &rows->row[rows->nr++];
	*row = (struct ab_row){
		.workload = json_text(result, "workload"),
		.metric = json_text(result, "metric"),
		.unit = json_text(result, "unit"),
		.lower = !strcmp(json_text(result, "better"), "lower"),
	};
	return row;
}

static void row_a(struct ab_row *row, const struct json *result)
{
	size_t nr;

	row->has_a = true;
	row->values_a = ab_values(result, &nr);
	ab_stat_of(&row->a, row->values_a, nr);
}

static void row_b(struct ab_row *row, const struct json *result)
{
	size_t nr;

	row->has_b = true;
	row->values_b = ab_values(result, &nr);
	ab_stat_of(&row->b, row->values_b, nr);
}

void ab_rows_of(struct ab_rows *rows, const struct ab_pair *pair)
{
	const struct json *r, *other;
	struct ab_row *row;

	*rows = (struct ab_rows){ .nr = 0 };
	json_each(r, json_get(pair->a, "results")) {
		row = row_add(rows, r);
		row_a(row, r);
		other = ab_find_result(pair->b, row->workload, row->metric);
		if (other)
			row_b(row, other);
	}
	json_each(r, json_get(pair->b, "results")) {
		if (ab_find_result(pair->a, json_text(r, "workload"), json_text(r, "metric")))
			continue;
		row_b(row_add(rows, r), r);
	}
}

void ab_rows_free(struct ab_rows *rows)
{
	size_t i;

	for (i = 0; i < rows->nr; i++) {
		free(rows->row[i].values_a);
		free(rows->row[i].values_b);
	}
	free(rows->row);
	*rows = (struct ab_rows){ .nr = 0 };
}

/* ---------------------------------------------------------------- output */

const char *ab_number(char *buf, double value)
{
	double size = fabs(value);

	snprintf(buf, 32, size >= 1e9 ? "%.4g" : size >= 1000 ? "%.0f" : size >= 100 ? "%.1f" :
		 size >= 10 ? "%.2f" : "%.3g", value);
	return buf;
}

/* For people four digits are enough. */
static void out_value(const char *key, const char *title, double value)
{
	double size = fabs(value);

	out_real(key, title, value, ctl.json ? 6 : size >= 1000 ? 0 : size >= 100 ? 1 :
		 size >= 10 ? 2 : 3);
}

static void out_stat(const struct ab_stat *s, bool there, const char *const keys[5],
		     const char *const titles[5])
{
	const double values[] = { s->median, s->mad, s->min, s->max };
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(values); i++) {
		if (there)
			out_value(keys[i], titles[i], values[i]);
		else
			out_null(keys[i], titles[i]);
	}
	out_num(keys[4], titles[4], s->nr);
}

static void out_verdict(const struct ab_row *row)
{
	enum ab_verdict v;

	if (!row->has_a || !row->has_b) {
		out_null("ratio", "B/A");
		out_str("verdict", "B is", row->has_a ? "missing" : "alone");
		return;
	}
	if (row->a.median)
		out_real("ratio", "B/A", row->b.median / row->a.median, ctl.json ? 6 : 3);
	else
		out_null("ratio", "B/A");
	v = ab_judge(&row->a, &row->b, row->lower);
	out_str("verdict", "B is", ab_verdict_name(v));
	out_color(v == AB_BETTER ? OUT_GOOD : v == AB_WORSE ? OUT_BAD : OUT_PLAIN);
}

static void out_results(const struct ab_rows *rows)
{
	static const char * const keys_a[] = { "a_median", "a_mad", "a_min", "a_max", "a_rounds" };
	static const char * const keys_b[] = { "b_median", "b_mad", "b_min", "b_max", "b_rounds" };
	static const char * const titles_a[] = { "A", "mad", "min", "max", NULL };
	static const char * const titles_b[] = { "B", "mad", "min", "max", NULL };
	size_t i;

	out_table("results", "Figures: median, median deviation, smallest, largest");
	for (i = 0; i < rows->nr; i++) {
		const struct ab_row *row = &rows->row[i];

		out_row();
		out_str("workload", "work", row->workload);
		out_str("metric", "figure", row->metric);
		out_str("unit", "unit", row->unit);
		out_str("better", NULL, row->lower ? "lower" : "higher");
		out_stat(&row->a, row->has_a, keys_a, titles_a);
		out_stat(&row->b, row->has_b, keys_b, titles_b);
		out_verdict(row);
		out_end();
	}
	out_end();
}

static void out_differences(const struct ab_differences *d)
{
	size_t i;

	out_table("differences", "Differences in behaviour");
	for (i = 0; i < d->nr; i++) {
		out_row();
		out_str("what", "what", d->item[i].what);
		out_str("where", "where", d->item[i].where);
		out_str("a", "A", d->item[i].a);
		out_str("b", "B", d->item[i].b);
		out_end();
	}
	out_end();
}

static void out_skipped(const struct json *record, const char *which)
{
	const struct json *s;

	json_each(s, json_get(record, "skipped")) {
		out_row();
		out_str("record", "record", which);
		out_str("workload", "work", json_text(s, "workload"));
		out_str("why", "why", json_text(s, "why"));
		out_end();
	}
}

static void out_record(const struct json *record, const char *key, const char *title,
		       const char *file)
{
	const struct json *log = json_at(record, "events/log"), *line;
	char *driver = ab_driver_name(record);

	out_object(key, title);
	out_str("file", "file", file);
	out_str("driver", "driver", driver);
	out_str("kernel", "kernel", json_text(json_get(record, "kernel"), "release"));
	out_str("time", "time", json_text(record, "time"));
	/* In JSON and on the page; on a terminal their number is among the differences. */
	out_array("log", NULL);
	json_each(line, log)
		out_str(NULL, NULL, line->text);
	out_end();
	out_end();
	free(driver);
}

static void output(const struct ab_pair *pair, char **files, const char *other,
		   const struct ab_rows *rows, const struct ab_differences *d)
{
	out_begin("ab compare");
	out_record(pair->a, "a", "A", files[0]);
	out_record(pair->b, "b", "B", files[1]);
	out_bool("same_machine", NULL, !other);
	out_str("machine_difference", other ? "NOT THE SAME MACHINE" : NULL, other);
	out_results(rows);
	out_differences(d);
	out_table("skipped", "Left out");
	out_skipped(pair->a, "A");
	out_skipped(pair->b, "B");
	out_end();
	out_finish();
}

/* ---------------------------------------------------------------- the command */

static int write_page(const char *path, const struct ab_pair *pair, const struct ab_rows *rows,
		      const struct ab_differences *d)
{
	char *new = ctl_format("%s.new", path);
	FILE *f = fopen(new, "we");
	bool good = f && ab_html(f, pair, rows, d);
	int rc = CTL_OK;

	if (f && fclose(f))
		good = false;
	if (!good || rename(new, path)) {
		rc = ctl_fail("%s: %s", path, strerror(errno));
		unlink(new);
	}
	free(new);
	return rc;
}

static int compare(const struct ab_pair *pair, char **files, const char *other, const char *html)
{
	struct ab_differences d;
	struct ab_rows rows;
	int rc = CTL_OK;

	ab_rows_of(&rows, pair);
	ab_differences_of(&d, pair);
	if (html)
		rc = write_page(html, pair, &rows, &d);
	if (!rc)
		output(pair, files, other, &rows, &d);
	ab_differences_free(&d);
	ab_rows_free(&rows);
	return rc;
}

/* Drivers' names; where they are the same, the files tell the two apart. */
static void name_pair(struct ab_pair *pair, char **files)
{
	pair->name_a = ab_driver_name(pair->a);
	pair->name_b = ab_driver_name(pair->b);
	if (strcmp(pair->name_a, pair->name_b))
		return;
	free(pair->name_a);
	free(pair->name_b);
	pair->name_a = ctl_strdup(files[0]);
	pair->name_b = ctl_strdup(files[1]);
}

static int compare_files(char **files, const char *html, bool force)
{
	struct json *a = ab_load(files[0]), *b = a ? ab_load(files[1]) : NULL;
	struct ab_pair pair = { .a = a, .b = b };
	char *other = NULL;
	int rc = CTL_FAILED;

	if (b) {
		other = ab_other_machine(a, b);
		if (other && !force) {
			ctl_fail("these are two machines: %s; --force compares them all the same",
				 other);
		} else {
			name_pair(&pair, files);
			rc = compare(&pair, files, other, html);
		}
	}
	free(other);
	free(pair.name_a);
	free(pair.name_b);
	json_free(a);
	json_free(b);
	return rc;
}

int ab_compare(int argc, char **argv)
{
	const char *html = NULL;
	bool force = false;
	const struct ctl_option list[] = {
		{ "--html", &html, NULL },
		{ "--force", NULL, &force },
		{ NULL, NULL, NULL }
	};
	int err = ctl_options(&argc, argv, list);

	if (err)
		return err;
	if (argc != 3)
		return ctl_usage("ab compare: two records are compared, not %d", argc - 1);
	return compare_files(argv + 1, html, force);
}
