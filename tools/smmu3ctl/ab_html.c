// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison as one page: no scripts, nothing fetched, light or dark as the reader has it, and
 * well-formed XML. Invariant: text of a record gets into the page by put() only, which escapes it.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "ab.h"

#define PLOT_WIDTH	560.0
#define PLOT_LEFT	8.0
#define LANE		16.0

static const char style[] =
	":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--pale:#d5dae0;--a:#b4541a;"
	"--b:#1a66b4;--good:#17733b;--bad:#b3261e}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#e4e7eb;--paper:#15181c;--pale:#3a414a;"
	"--a:#f0975a;--b:#6cb0f5;--good:#5fc98a;--bad:#ff8a80}}\n"
	"body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);"
	"max-width:75rem;margin:2rem auto;padding:0 1rem}\n"
	"table{border-collapse:collapse;margin:.6rem 0}\n"
	"td,th{padding:.2rem .7rem;border-bottom:1px solid var(--pale);text-align:left;"
	"vertical-align:top;overflow-wrap:anywhere}\n"
	"td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
	".a{color:var(--a)}.b{color:var(--b)}.better{color:var(--good);font-weight:600}"
	".worse{color:var(--bad);font-weight:600}\n"
	"svg{max-width:100%;height:auto}svg text{fill:var(--ink);font-size:11px}\n"
	".axis{stroke:var(--pale)}.la{stroke:var(--a)}.lb{stroke:var(--b)}"
	".da{fill:var(--a)}.db{fill:var(--b)}circle{fill-opacity:.45}.m{stroke-width:3}\n"
	"pre{overflow-x:auto;border:1px solid var(--pale);padding:.5rem}\n";

static void put_character(FILE *f, const char *s, int n)
{
	unsigned char c = *s;

	/* U+FFFE and U+FFFF are none in XML, as most control characters. */
	if (!n || (c < 0x20 && c != '\n' && c != '\t') ||
	    (c == 0xef && !memcmp(s + 1, "\xbf\xbe", 2)) ||
	    (c == 0xef && !memcmp(s + 1, "\xbf\xbf", 2)))
		fputs("?", f);
	else if (c == '<')
		fputs("&lt;", f);
	else if (c == '>')
		fputs("&gt;", f);
	else if (c == '&')
		fputs("&amp;", f);
	else if (c == '"')
		fputs("&quot;", f);
	else
		fwrite(s, 1, n, f);
}

static void put(FILE *f, const char *s)
{
	int n;

	for (; *s; s += n ? n : 1) {
		n = (unsigned char)*s < 0x80 ? 1 : json_utf8(s, 4);
		put_character(f, s, n);
	}
}

static void cell(FILE *f, const char *class, const char *text)
{
	fprintf(f, "<td class=\"%s\">", class);
	put(f, text);
	fputs("</td>", f);
}

static void number_cell(FILE *f, bool there, double value)
{
	char buf[32];

	cell(f, "n", there ? ab_number(buf, value) : "-");
}

/* ---------------------------------------------------------------- figures */

static void verdict_cells(FILE *f, const struct ab_row *row)
{
	bool both = row->has_a && row->has_b;
	enum ab_verdict v;

	if (both && row->a.median)
		fprintf(f, "<td class=\"n\">%.3f</td>", row->b.median / row->a.median);
	else
		fputs("<td class=\"n\">-</td>", f);
	if (!both) {
		cell(f, "alone", row->has_a ? "missing" : "alone");
		return;
	}
	v = ab_judge(&row->a, &row->b, row->lower);
	cell(f, v == AB_BETTER ? "better" : v == AB_WORSE ? "worse" : "same", ab_verdict_name(v));
}

static void stat_cells(FILE *f, const struct ab_stat *s, bool there)
{
	number_cell(f, there, s->median);
	number_cell(f, there, s->mad);
	number_cell(f, there, s->min);
	number_cell(f, there, s->max);
}

static void figures(FILE *f, const struct ab_rows *rows)
{
	size_t i;

	fputs("<h2>Figures</h2>\n<table>\n<tr><th>work</th><th>figure</th>"
	      "<th class=\"a\">A</th><th>mad</th><th>min</th><th>max</th>"
	      "<th class=\"b\">B</th><th>mad</th><th>min</th><th>max</th>"
	      "<th>B/A</th><th>B is</th></tr>\n", f);
	for (i = 0; i < rows->nr; i++) {
		const struct ab_row *row = &rows->row[i];

		fputs("<tr>", f);
		cell(f, "work", row->workload);
		fputs("<td>", f);
		put(f, row->metric);
		fputs(", ", f);
		put(f, row->unit);
		fputs("</td>", f);
		stat_cells(f, &row->a, row->has_a);
		stat_cells(f, &row->b, row->has_b);
		verdict_cells(f, row);
		fputs("</tr>\n", f);
	}
	fputs("</table>\n<p>Median of the rounds, median of the distances from it (mad), smallest "
	      "and largest. B is better or worse where the medians lie further apart than three of "
	      "the wider deviation (1.4826 mad) and neither lies in the other's range.</p>\n", f);
}

/* ---------------------------------------------------------------- plots */

/* From 0, so that lengths can be compared; from below only where a figure is negative. */
struct scale {
	double	low, high;
};

static double at(const struct scale *s, double value)
{
	return PLOT_LEFT + (value - s->low) / (s->high - s->low) * (PLOT_WIDTH - 2 * PLOT_LEFT);
}

static void widen(struct scale *s, const struct ab_stat *stat, bool there)
{
	if (!there)
		return;
	s->low = fmin(s->low, stat->min);
	s->high = fmax(s->high, stat->max);
}

/* A line from the smallest to the largest round, a dot for each, a bar at the median. */
static void lane(FILE *f, const struct scale *s, const struct ab_stat *stat, const double *values,
		 char which, double y)
{
	size_t i;

	fprintf(f, "<line class=\"l%c\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", which,
		at(s, stat->min), at(s, stat->max), y, y);
	for (i = 0; i < stat->nr; i++)
		fprintf(f, "<circle class=\"d%c\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>",
			which, at(s, values[i]), y);
	fprintf(f, "<line class=\"m l%c\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
		which, at(s, stat->median), at(s, stat->median), y - 6, y + 6);
}

static void plot(FILE *f, const struct ab_row *row)
{
	struct scale s = { 0, 0 };
	char buf[32];

	widen(&s, &row->a, row->has_a);
	widen(&s, &row->b, row->has_b);
	if (s.high <= s.low)
		s.high = s.low + 1;
	fputs("<h3>", f);
	put(f, row->workload);
	fputs(": ", f);
	put(f, row->metric);
	fputs(", ", f);
	put(f, row->unit);
	fprintf(f, " (%s is better)</h3>\n", row->lower ? "less" : "more");
	fprintf(f, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
		"viewBox=\"0 0 %.0f %.0f\" role=\"img\">\n",
		PLOT_WIDTH, 3 * LANE + 8, PLOT_WIDTH, 3 * LANE + 8);
	fprintf(f, "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
		PLOT_LEFT, PLOT_WIDTH - PLOT_LEFT, 2 * LANE + 6, 2 * LANE + 6);
	if (row->has_a)
		lane(f, &s, &row->a, row->values_a, 'a', LANE / 2);
	if (row->has_b)
		lane(f, &s, &row->b, row->values_b, 'b', LANE * 3 / 2);
	fprintf(f, "<text x=\"%.1f\" y=\"%.1f\">%s</text>", PLOT_LEFT, 3 * LANE + 3,
		ab_number(buf, s.low));
	fprintf(f, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n</svg>\n",
		PLOT_WIDTH - PLOT_LEFT, 3 * LANE + 3, ab_number(buf, s.high));
}

static void plots(FILE *f, const struct ab_pair *pair, const struct ab_rows *rows)
{
	size_t i;

	fputs("<h2>Rounds</h2>\n<p><span class=\"a\">", f);
	put(f, pair->name_a);
	fputs("</span> above, <span class=\"b\">", f);
	put(f, pair->name_b);
	fputs("</span> below. A dot is a round, the bar is the median.</p>\n", f);
	for (i = 0; i < rows->nr; i++)
		plot(f, &rows->row[i]);
}

/* ---------------------------------------------------------------- the rest */

static void row_of_texts(FILE *f, const char *head, const char *a, const char *b)
{
	fputs("<tr><th>", f);
	put(f, head);
	fputs("</th>", f);
	cell(f, "text", a ? a : "-");
	cell(f, "text", b ? b : "-");
	fputs("</tr>\n", f);
}

static void identities(FILE *f, const struct ab_pair *pair)
{
	static const struct {
		const char *head, *object, *key;
	} rows[] = {
		{ "machine", "machine", "model" },
		{ "firmware", "machine", "firmware" },
		{ "kernel", "kernel", "release" },
		{ "command line", "kernel", "command_line" },
		{ "driver", "driver", "name" },
		{ "its version", "driver", "version" },
		{ "its source", "driver", "srcversion" },
	};
	size_t i;

	fputs("<table>\n<tr><th></th><th class=\"a\">A</th><th class=\"b\">B</th></tr>\n", f);
	row_of_texts(f, "time", json_text(pair->a, "time"), json_text(pair->b, "time"));
	for (i = 0; i < CTL_ARRAY_SIZE(rows); i++)
		row_of_texts(f, rows[i].head,
			     json_text(json_get(pair->a, rows[i].object), rows[i].key),
			     json_text(json_get(pair->b, rows[i].object), rows[i].key));
	fputs("</table>\n", f);
}

static void differences(FILE *f, const struct ab_differences *d)
{
	size_t i;

	fputs("<h2>Differences in behaviour</h2>\n", f);
	if (!d->nr) {
		fputs("<p>None.</p>\n", f);
		return;
	}
	fputs("<table>\n<tr><th>what</th><th>where</th><th class=\"a\">A</th>"
	      "<th class=\"b\">B</th></tr>\n", f);
	for (i = 0; i < d->nr; i++) {
		fputs("<tr>", f);
		cell(f, "text", d->item[i].what);
		cell(f, "text", d->item[i].where);
		cell(f, "text", d->item[i].a);
		cell(f, "text", d->item[i].b);
		fputs("</tr>\n", f);
	}
	fputs("</table>\n", f);
}

static void skipped(FILE *f, const struct json *record, const char *name)
{
	const struct json *s;

	json_each(s, json_get(record, "skipped")) {
		fputs("<li>", f);
		put(f, name);
		fputs(": ", f);
		put(f, json_text(s, "workload"));
		fputs(": ", f);
		put(f, json_text(s, "why"));
		fputs("</li>\n", f);
	}
}

static void left_out(FILE *f, const struct ab_pair *pair)
{
	if (!json_get(pair->a, "skipped")->nr && !json_get(pair->b, "skipped")->nr)
		return;
	fputs("<h2>Left out</h2>\n<ul>\n", f);
	skipped(f, pair->a, pair->name_a);
	skipped(f, pair->b, pair->name_b);
	fputs("</ul>\n", f);
}

static void log_of(FILE *f, const struct json *record, const char *name)
{
	const struct json *log = json_at(record, "events/log"), *line;

	fputs("<h3>", f);
	put(f, name);
	fputs("</h3>\n<pre>", f);
	if (log->kind != JSON_ARRAY)
		fputs("not recorded", f);
	else if (!log->nr)
		fputs("nothing was said", f);
	json_each(line, log) {
		put(f, line->text);
		putc('\n', f);
	}
	fputs("</pre>\n", f);
}

bool ab_html(FILE *f, const struct ab_pair *pair, const struct ab_rows *rows,
	     const struct ab_differences *d)
{
	fputs("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>", f);
	put(f, pair->name_a);
	fputs(" and ", f);
	put(f, pair->name_b);
	fprintf(f, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style);
	fputs("<h1><span class=\"a\">A: ", f);
	put(f, pair->name_a);
	fputs("</span>, <span class=\"b\">B: ", f);
	put(f, pair->name_b);
	fputs("</span></h1>\n", f);
	identities(f, pair);
	figures(f, rows);
	differences(f, d);
	left_out(f, pair);
	plots(f, pair, rows);
	fputs("<h2>Kernel log during the work</h2>\n", f);
	log_of(f, pair->a, pair->name_a);
	log_of(f, pair->b, pair->name_b);
	fputs("</body>\n</html>\n", f);
	return !fflush(f) && !ferror(f);
}
