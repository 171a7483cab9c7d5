// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a command says, as a tree of named values; and the tree as JSON.
 *
 * JSON is RFC 8259: what is no UTF-8 in a file of the kernel's becomes U+FFFD, so that every output
 * can be parsed.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "out.h"

static struct out_node *out_root, *out_at, *out_added;

static struct out_node *out_add(enum out_kind kind, const char *key, const char *title)
{
	struct out_node *n = ctl_alloc(sizeof(*n));

	n->kind = kind;
	n->key = key ? ctl_strdup(key) : NULL;
	n->title = title ? ctl_strdup(title) : NULL;
	n->parent = out_at;
	if (out_at) {
		if (out_at->last)
			out_at->last->next = n;
		else
			out_at->child = n;
		out_at->last = n;
	}
	out_added = n;
	return n;
}

static void out_free(struct out_node *n)
{
	while (n) {
		struct out_node *next = n->next;

		out_free(n->child);
		free(n->key);
		free(n->title);
		free(n->text);
		free(n);
		n = next;
	}
}

void out_begin(const char *command)
{
	out_free(out_root);
	out_at = NULL;
	out_root = out_add(OUT_OBJECT, NULL, NULL);
	out_at = out_root;
	out_num("schema", NULL, 1);
	out_str("command", NULL, command);
}

void out_object(const char *key, const char *title)
{
	out_at = out_add(OUT_OBJECT, key, title);
}

void out_array(const char *key, const char *title)
{
	out_at = out_add(OUT_ARRAY, key, title);
}

void out_table(const char *key, const char *title)
{
	out_at = out_add(OUT_TABLE, key, title);
}

void out_row(void)
{
	out_object(NULL, NULL);
}

void out_end(void)
{
	if (out_at && out_at->parent) {
		out_added = out_at;
		out_at = out_at->parent;
	}
}

void out_str(const char *key, const char *title, const char *value)
{
	if (!value)
		out_null(key, title);
	else
		out_add(OUT_STRING, key, title)->text = ctl_strdup(value);
}

void out_fmt(const char *key, const char *title, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = ctl_vformat(fmt, ap);
	va_end(ap);
	out_str(key, title, s);
	free(s);
}

void out_num(const char *key, const char *title, long long value)
{
	out_add(OUT_NUMBER, key, title)->text = ctl_format("%lld", value);
}

void out_unum(const char *key, const char *title, unsigned long long value)
{
	out_add(OUT_NUMBER, key, title)->text = ctl_format("%llu", value);
}

/* JSON has neither infinity nor NaN. */
void out_real(const char *key, const char *title, double value, unsigned int digits)
{
	if (isfinite(value))
		out_add(OUT_NUMBER, key, title)->text = ctl_format("%.*f", (int)digits, value);
	else
		out_null(key, title);
}

void out_bool(const char *key, const char *title, bool value)
{
	out_add(OUT_BOOL, key, title)->text = ctl_strdup(value ? "yes" : "no");
}

void out_null(const char *key, const char *title)
{
	out_add(OUT_NULL, key, title)->text = ctl_strdup("-");
}

void out_color(enum out_color color)
{
	if (out_added)
		out_added->color = color;
}

void out_text(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	out_add(OUT_TEXT, NULL, NULL)->text = ctl_vformat(fmt, ap);
	va_end(ap);
}

/* ---------------------------------------------------------------- JSON */

/*
 * The bytes of the UTF-8 sequence at @s, or 0 where it is none: too short, too long for its value,
 * a surrogate or beyond Unicode.
 */
static size_t json_sequence(const unsigned char *s)
{
	size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2, i;

	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

static void json_string(FILE *f, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	fputc('"', f);
	while (*s) {
		size_t n = *s < 0x80 ? 1 : json_sequence(s);

		if (!n)
			fputs("\\ufffd", f);
		else if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else if (*s == '\n')
			fputs("\\n", f);
		else if (*s == '\t')
			fputs("\\t", f);
		else if (*s < 0x20 || *s == 0x7f)
			fprintf(f, "\\u%04x", *s);
		else
			fwrite(s, 1, n, f);
		s += n ? n : 1;
	}
	fputc('"', f);
}

static void json_value(FILE *f, const struct out_node *n)
{
	const struct out_node *c;
	bool object = n->kind == OUT_OBJECT, first = true;

	switch (n->kind) {
	case OUT_STRING:
		json_string(f, n->text);
		return;
	case OUT_NUMBER:
		fputs(n->text, f);
		return;
	case OUT_BOOL:
		fputs(n->text[0] == 'y' ? "true" : "false", f);
		return;
	case OUT_NULL:
	case OUT_TEXT:
		fputs("null", f);
		return;
	default:
		break;
	}
	fputc(object ? '{' : '[', f);
	for (c = n->child; c; c = c->next) {
		if (c->kind == OUT_TEXT || (object && !c->key))
			continue;
		if (!first)
			fputc(',', f);
		first = false;
		if (object) {
			json_string(f, c->key ? c->key : "");
			fputc(':', f);
		}
		json_value(f, c);
	}
	fputc(object ? '}' : ']', f);
}

void out_finish(void)
{
	if (!out_root)
		return;
	if (ctl.json) {
		json_value(stdout, out_root);
		fputc('\n', stdout);
	} else {
		out_print_text(out_root);
	}
	fflush(stdout);
	out_free(out_root);
	out_root = NULL;
	out_at = NULL;
	out_added = NULL;
}
