// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON values: made, found, printed. Invariant: what is printed can be read back, whatever bytes
 * the kernel or a program gave: text that is no UTF-8 loses the bytes that are not.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ab.h"

struct json *json_new(enum json_kind kind)
{
	struct json *v = ctl_alloc(sizeof(*v));

	v->kind = kind;
	return v;
}

/* As deep as json_parse() lets a tree be. */
void json_free(struct json *v)
{
	struct json *child, *next;

	if (!v)
		return;
	for (child = v->child; child; child = next) {
		next = child->next;
		json_free(child);
	}
	free(v->key);
	free(v->text);
	free(v);
}

struct json *json_add(struct json *parent, const char *key, enum json_kind kind)
{
	struct json *v = json_new(kind);

	v->key = key ? ctl_strdup(key) : NULL;
	if (parent->last)
		parent->last->next = v;
	else
		parent->child = v;
	parent->last = v;
	parent->nr++;
	return v;
}

void json_add_text(struct json *parent, const char *key, const char *text)
{
	struct json *v = json_add(parent, key, text ? JSON_STRING : JSON_NULL);

	v->text = text ? ctl_strdup(text) : NULL;
}

void json_add_fmt(struct json *parent, const char *key, const char *fmt, ...)
{
	struct json *v = json_add(parent, key, JSON_STRING);
	char buf[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	v->text = ctl_strdup(buf);
}

void json_add_number(struct json *parent, const char *key, double number)
{
	struct json *v = json_add(parent, key, isfinite(number) ? JSON_NUMBER : JSON_NULL);

	v->number = number;
}

void json_add_bool(struct json *parent, const char *key, bool value)
{
	json_add(parent, key, JSON_BOOL)->number = value;
}

/* ---------------------------------------------------------------- finding */

const struct json *json_get(const struct json *v, const char *key)
{
	const struct json *m;

	if (!v || v->kind != JSON_OBJECT)
		return NULL;
	json_each(m, v)
		if (!strcmp(m->key, key))
			return m;
	return NULL;
}

const struct json *json_at(const struct json *v, const char *path)
{
	char *words = ctl_strdup(path), *word, *rest = words;

	while (v && (word = strsep(&rest, "/")))
		v = json_get(v, word);
	free(words);
	return v;
}

const char *json_text(const struct json *v, const char *key)
{
	const struct json *m = json_get(v, key);

	return m && m->kind == JSON_STRING ? m->text : NULL;
}

bool json_real(const struct json *v, const char *path, double *value)
{
	const struct json *m = json_at(v, path);

	if (!m || m->kind != JSON_NUMBER)
		return false;
	*value = m->number;
	return true;
}

bool json_has_text(const struct json *array, const char *text)
{
	const struct json *v;

	if (!array)
		return false;
	json_each(v, array)
		if (v->kind == JSON_STRING && !strcmp(v->text, text))
			return true;
	return false;
}

/* ---------------------------------------------------------------- printing */

int json_utf8(const char *s, size_t max)
{
	unsigned char c = s[0], d;
	int n = c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0, i;

	if (!n || (size_t)n > max)
		return 0;
	d = s[1];
	for (i = 1; i < n; i++)
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
	if ((c == 0xe0 && d < 0xa0) || (c == 0xed && d > 0x9f) || (c == 0xf0 && d < 0x90) ||
	    (c == 0xf4 && d > 0x8f))
		return 0;
	return n;
}

static void print_string(FILE *f, const char *s)
{
	int n;

	putc('"', f);
	for (; *s; s++) {
		unsigned char c = *s;

		if (c == '"' || c == '\\') {
			fprintf(f, "\\%c", c);
		} else if (c == '\n') {
			fputs("\\n", f);
		} else if (c == '\t') {
			fputs("\\t", f);
		} else if (c < 0x20 || c == 0x7f) {
			fprintf(f, "\\u%04x", c);
		} else if (c < 0x7f) {
			putc(c, f);
		} else {
			n = json_utf8(s, 4);
			fwrite(n ? s : "?", 1, n ? n : 1, f);
			s += n ? n - 1 : 0;
		}
	}
	putc('"', f);
}

static bool is_leaf(const struct json *v)
{
	return v->kind != JSON_ARRAY && v->kind != JSON_OBJECT;
}

/* An integer up to 2^53, which is more than any counter of a record. */
static bool is_exact(double number)
{
	return number == floor(number) && fabs(number) < 9007199254740992.0;
}

static void print_leaf(FILE *f, const struct json *v)
{
	switch (v->kind) {
	case JSON_STRING:
		print_string(f, v->text);
		break;
	case JSON_NUMBER:
		fprintf(f, is_exact(v->number) ? "%.0f" : "%.15g", v->number);
		break;
	case JSON_BOOL:
		fputs(v->number ? "true" : "false", f);
		break;
	default:
		fputs("null", f);
	}
}

/* An array of numbers is one line. */
static bool on_one_line(const struct json *v)
{
	const struct json *c;

	json_each(c, v)
		if (c->kind != JSON_NUMBER)
			return false;
	return true;
}

static void print_value(FILE *f, const struct json *v, int depth)
{
	bool flat = v->kind == JSON_ARRAY && on_one_line(v);
	const struct json *c;

	if (is_leaf(v)) {
		print_leaf(f, v);
		return;
	}
	putc(v->kind == JSON_ARRAY ? '[' : '{', f);
	json_each(c, v) {
		if (!flat)
			fprintf(f, "\n%*s", depth + 1, "");
		if (c->key) {
			print_string(f, c->key);
			fputs(": ", f);
		}
		print_value(f, c, depth + 1);
		if (c->next)
			fputs(flat ? ", " : ",", f);
	}
	if (!flat && v->child)
		fprintf(f, "\n%*s", depth, "");
	putc(v->kind == JSON_ARRAY ? ']' : '}', f);
}

void json_print(FILE *f, const struct json *v)
{
	print_value(f, v, 0);
	putc('\n', f);
}
