// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tree of values for people: names and values in one column each, tables with aligned columns.
 *
 * Invariant: what comes from a file of the kernel's cannot move a terminal's cursor: control
 * characters are printed as "?".
 */
#include <stdlib.h>
#include <string.h>
#include "out.h"

#define TEXT_INDENT	2
#define TEXT_COLUMNS	32

static void text_children(const struct out_node *n, int indent);

/* Columns on a terminal: bytes that do not go on with a UTF-8 sequence. */
static int text_width(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void text_put(const char *s, enum out_color color)
{
	static const char * const code[] = {
		[OUT_GOOD] = "\033[32m", [OUT_WARN] = "\033[33m", [OUT_BAD] = "\033[31m",
	};
	bool paint = ctl.color && color != OUT_PLAIN;

	if (paint)
		fputs(code[color], stdout);
	for (; *s; s++)
		putchar((unsigned char)*s < 0x20 || *s == 0x7f ? '?' : *s);
	if (paint)
		fputs("\033[0m", stdout);
}

static void text_heading(const char *title, int indent)
{
	if (!title || !*title)
		return;
	printf("%*s", indent, "");
	if (ctl.color)
		printf("\033[1m%s\033[0m\n", title);
	else
		printf("%s\n", title);
}

/* The text of a leaf, or of an array of leaves; to be freed. */
static char *text_of(const struct out_node *n)
{
	const struct out_node *c;
	char *s = NULL, *longer;

	if (out_is_leaf(n))
		return ctl_strdup(n->text);
	for (c = n->child; c; c = c->next) {
		if (!out_is_leaf(c))
			continue;
		longer = s ? ctl_format("%s, %s", s, c->text) : ctl_strdup(c->text);
		free(s);
		s = longer;
	}
	return s ? s : ctl_strdup("-");
}

static bool text_is_list(const struct out_node *n)
{
	return n->kind == OUT_ARRAY && (!n->child || out_is_leaf(n->child));
}

/* Shown behind its title in a column with its neighbours. */
static bool text_is_line(const struct out_node *n)
{
	return n->title && n->kind != OUT_TEXT && (out_is_leaf(n) || text_is_list(n));
}

/* Neighbouring lines, whose values begin in one column; the last of them. */
static const struct out_node *text_lines(const struct out_node *n, int indent)
{
	const struct out_node *c, *last = n;
	int width = 0;

	for (c = n; c && (!c->title || text_is_line(c)) && c->kind != OUT_TEXT; c = c->next) {
		if (!c->title)
			continue;
		if (text_width(c->title) > width)
			width = text_width(c->title);
		last = c;
	}
	for (c = n; c; c = c == last ? NULL : c->next) {
		char *value;

		if (!c->title)
			continue;
		value = text_of(c);
		printf("%*s%s:%*s ", indent, "", c->title, width - text_width(c->title), "");
		text_put(value, c->color);
		putchar('\n');
		free(value);
	}
	return last;
}

/* ---------------------------------------------------------------- tables */

struct text_table {
	const char	*key[TEXT_COLUMNS], *title[TEXT_COLUMNS];
	int		width[TEXT_COLUMNS];
	bool		number[TEXT_COLUMNS];
	int		nr;
};

static const struct out_node *text_cell(const struct out_node *row, const char *key)
{
	const struct out_node *c;

	for (c = row->child; c; c = c->next) {
		if (c->key && !strcmp(c->key, key))
			return c;
	}
	return NULL;
}

static int text_column(struct text_table *t, const struct out_node *cell)
{
	int i;

	for (i = 0; i < t->nr; i++) {
		if (!strcmp(t->key[i], cell->key))
			return i;
	}
	if (t->nr == TEXT_COLUMNS)
		return -1;
	t->key[i] = cell->key;
	t->title[i] = cell->title;
	t->width[i] = text_width(cell->title);
	t->number[i] = true;
	t->nr++;
	return i;
}

static void text_measure(struct text_table *t, const struct out_node *table)
{
	const struct out_node *row, *cell;

	for (row = table->child; row; row = row->next) {
		for (cell = row->child; cell; cell = cell->next) {
			char *value;
			int i;

			if (!cell->title || !cell->key || cell->kind == OUT_TEXT)
				continue;
			i = text_column(t, cell);
			if (i < 0)
				continue;
			value = text_of(cell);
			if (text_width(value) > t->width[i])
				t->width[i] = text_width(value);
			if (cell->kind != OUT_NUMBER && cell->kind != OUT_NULL)
				t->number[i] = false;
			free(value);
		}
	}
}

static void text_print_cell(const struct text_table *t, int i, const char *value,
			    enum out_color color)
{
	int pad = t->width[i] - text_width(value);
	bool last = i == t->nr - 1;

	if (i)
		fputs("  ", stdout);
	if (t->number[i])
		printf("%*s", pad, "");
	text_put(value, color);
	if (!t->number[i] && !last)
		printf("%*s", pad, "");
}

static void text_table(const struct out_node *table, int indent)
{
	struct text_table t = { .nr = 0 };
	const struct out_node *row, *cell;
	int i;

	text_measure(&t, table);
	if (!table->child) {
		printf("%*snone\n", indent, "");
		return;
	}
	printf("%*s", indent, "");
	for (i = 0; i < t.nr; i++)
		text_print_cell(&t, i, t.title[i], OUT_PLAIN);
	putchar('\n');
	for (row = table->child; row; row = row->next) {
		printf("%*s", indent, "");
		for (i = 0; i < t.nr; i++) {
			char *value;

			cell = text_cell(row, t.key[i]);
			value = cell ? text_of(cell) : ctl_strdup("");
			text_print_cell(&t, i, value, cell ? cell->color : OUT_PLAIN);
			free(value);
		}
		putchar('\n');
	}
}

/* ---------------------------------------------------------------- blocks */

static void text_block(const struct out_node *n, int indent)
{
	const struct out_node *c;
	int inner = n->title && *n->title ? indent + TEXT_INDENT : indent;

	text_heading(n->title, indent);
	switch (n->kind) {
	case OUT_TABLE:
		text_table(n, inner);
		break;
	case OUT_ARRAY:
		for (c = n->child; c; c = c->next) {
			if (c != n->child)
				putchar('\n');
			text_children(c, inner);
		}
		break;
	default:
		text_children(n, inner);
		break;
	}
}

static void text_children(const struct out_node *n, int indent)
{
	const struct out_node *c;
	bool first = true, block = false;

	for (c = n->child; c; c = c->next) {
		if (block && (c->kind == OUT_TEXT || text_is_line(c))) {
			putchar('\n');
			block = false;
		}
		if (c->kind == OUT_TEXT) {
			printf("%*s", indent, "");
			text_put(c->text, c->color);
			putchar('\n');
		} else if (!c->title) {
			continue;
		} else if (text_is_line(c)) {
			c = text_lines(c, indent);
		} else {
			if (!first)
				putchar('\n');
			text_block(c, indent);
			block = true;
		}
		first = false;
	}
}

void out_print_text(const struct out_node *root)
{
	text_children(root, 0);
}
