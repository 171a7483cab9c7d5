// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON is read: records, and what fio and iperf3 print. Invariant: no text, however broken, makes
 * it read beyond its end, recurse without bound, or return half a tree.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ab.h"

#define MAX_DEPTH	64
/* Each name is held against all before it. */
#define MAX_MEMBERS	4096

struct reader {
	const char	*p, *end;
	unsigned int	line, depth;
	char		*why;
};

/* The first complaint stays. */
static bool complain(struct reader *r, const char *what)
{
	if (!r->why)
		r->why = ctl_format("line %u: %s", r->line, what);
	return false;
}

static void skip_blanks(struct reader *r)
{
	for (; r->p < r->end && memchr(" \t\r\n", *r->p, 4); r->p++)
		r->line += *r->p == '\n';
}

static bool read_word(struct reader *r, const char *w)
{
	size_t len = strlen(w);

	if ((size_t)(r->end - r->p) < len || memcmp(r->p, w, len))
		return complain(r, "neither a value nor null, true or false");
	r->p += len;
	return true;
}

/* ---------------------------------------------------------------- strings */

/* Four hexadecimal digits. */
static bool read_unit(struct reader *r, unsigned int *code)
{
	int i;

	*code = 0;
	if (r->end - r->p < 4)
		return complain(r, "\\u wants four digits");
	for (i = 0; i < 4; i++, r->p++) {
		if (!isxdigit((unsigned char)*r->p))
			return complain(r, "\\u wants four digits");
		*code = *code * 16 + (isdigit((unsigned char)*r->p) ? *r->p - '0' :
				      tolower((unsigned char)*r->p) - 'a' + 10);
	}
	return true;
}

static char *put_utf8(char *to, unsigned int c)
{
	if (c < 0x80) {
		*to++ = c;
	} else if (c < 0x800) {
		*to++ = 0xc0 | c >> 6;
		*to++ = 0x80 | (c & 0x3f);
	} else if (c < 0x10000) {
		*to++ = 0xe0 | c >> 12;
		*to++ = 0x80 | (c >> 6 & 0x3f);
		*to++ = 0x80 | (c & 0x3f);
	} else {
		*to++ = 0xf0 | c >> 18;
		*to++ = 0x80 | (c >> 12 & 0x3f);
		*to++ = 0x80 | (c >> 6 & 0x3f);
		*to++ = 0x80 | (c & 0x3f);
	}
	return to;
}

/* What follows \u; never longer in UTF-8 than it was. */
static bool read_unicode(struct reader *r, char **to)
{
	unsigned int c, low;

	if (!read_unit(r, &c))
		return false;
	if (c >= 0xd800 && c < 0xdc00) {
		if (r->end - r->p < 2 || r->p[0] != '\\' || r->p[1] != 'u')
			return complain(r, "half of a surrogate pair");
		r->p += 2;
		if (!read_unit(r, &low))
			return false;
		if (low < 0xdc00 || low > 0xdfff)
			return complain(r, "half of a surrogate pair");
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	} else if (c >= 0xdc00 && c < 0xe000) {
		return complain(r, "half of a surrogate pair");
	}
	if (!c)
		return complain(r, "NUL in a string");
	*to = put_utf8(*to, c);
	return true;
}

static bool read_escape(struct reader *r, char **to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (r->p >= r->end)
		return complain(r, "a string without end");
	if (*r->p == 'u') {
		r->p++;
		return read_unicode(r, to);
	}
	at = *r->p ? strchr(from, *r->p) : NULL;
	if (!at)
		return complain(r, "no such escape");
	*(*to)++ = into[at - from];
	r->p++;
	return true;
}

static char *read_string(struct reader *r)
{
	const char *q = ++r->p;
	char *text, *to;
	int n;

	while (q < r->end && *q != '"')
		q += *q == '\\' && r->end - q > 1 ? 2 : 1;
	text = ctl_alloc(q - r->p + 5);
	to = text;
	while (r->p < r->end && *r->p != '"') {
		if ((unsigned char)*r->p < 0x20) {
			complain(r, "a control character in a string");
			break;
		}
		if (*r->p == '\\') {
			r->p++;
			if (!read_escape(r, &to))
				break;
			continue;
		}
		n = (unsigned char)*r->p < 0x80 ? 1 : json_utf8(r->p, r->end - r->p);
		if (!n) {
			complain(r, "a string that is no UTF-8");
			break;
		}
		memcpy(to, r->p, n);
		to += n;
		r->p += n;
	}
	if (r->p >= r->end)
		complain(r, "a string without end");
	r->p++;
	if (!r->why)
		return text;
	free(text);
	return NULL;
}

/* ---------------------------------------------------------------- values */

static size_t read_digits(const char **p, const char *end)
{
	const char *begin = *p;

	while (*p < end && isdigit((unsigned char)**p))
		(*p)++;
	return *p - begin;
}

static bool read_number(struct reader *r, struct json *v)
{
	const char *p = r->p;
	char *copy;
	size_t n;

	p += p < r->end && *p == '-';
	n = read_digits(&p, r->end);
	if (!n || (n > 1 && p[-(ptrdiff_t)n] == '0'))
		return complain(r, "no JSON value");
	if (p < r->end && *p == '.') {
		p++;
		if (!read_digits(&p, r->end))
			return complain(r, "a number without digits behind its point");
	}
	if (p < r->end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < r->end && (*p == '-' || *p == '+');
		if (!read_digits(&p, r->end))
			return complain(r, "a number without digits in its exponent");
	}
	copy = ctl_format("%.*s", (int)(p - r->p), r->p);
	v->number = strtod(copy, NULL);
	free(copy);
	r->p = p;
	v->kind = JSON_NUMBER;
	return isfinite(v->number) || complain(r, "a number that is too large");
}

static bool read_value(struct reader *r, struct json *v);

/* The next member or element, @key being taken over. */
static bool read_element(struct reader *r, struct json *parent, char *key)
{
	struct json *v = json_add(parent, NULL, JSON_NULL);

	v->key = key;
	return read_value(r, v);
}

static bool read_member(struct reader *r, struct json *object)
{
	char *key;

	if (object->nr >= MAX_MEMBERS)
		return complain(r, "an object with too many members");
	skip_blanks(r);
	if (r->p >= r->end || *r->p != '"')
		return complain(r, "a name in quotes should be here");
	key = read_string(r);
	if (!key)
		return false;
	if (json_get(object, key)) {
		free(key);
		return complain(r, "a name for the second time");
	}
	skip_blanks(r);
	if (r->p >= r->end || *r->p != ':') {
		free(key);
		return complain(r, "a colon should be here");
	}
	r->p++;
	return read_element(r, object, key);
}

/* From behind the opening bracket on. */
static bool read_children(struct reader *r, struct json *v, char close)
{
	if (++r->depth > MAX_DEPTH)
		return complain(r, "too deep");
	skip_blanks(r);
	if (r->p < r->end && *r->p == close) {
		r->p++;
		r->depth--;
		return true;
	}
	for (;;) {
		if (!(v->kind == JSON_OBJECT ? read_member(r, v) : read_element(r, v, NULL)))
			return false;
		skip_blanks(r);
		if (r->p >= r->end || (*r->p != ',' && *r->p != close))
			return complain(r, "a comma or the closing bracket should be here");
		if (*r->p++ == close)
			break;
	}
	r->depth--;
	return true;
}

static bool read_value(struct reader *r, struct json *v)
{
	skip_blanks(r);
	if (r->p >= r->end)
		return complain(r, "the text ends too early");
	switch (*r->p) {
	case '{':
	case '[':
		v->kind = *r->p++ == '{' ? JSON_OBJECT : JSON_ARRAY;
		return read_children(r, v, v->kind == JSON_OBJECT ? '}' : ']');
	case '"':
		v->kind = JSON_STRING;
		v->text = read_string(r);
		return v->text;
	case 't':
		v->kind = JSON_BOOL;
		v->number = 1;
		return read_word(r, "true");
	case 'f':
		v->kind = JSON_BOOL;
		return read_word(r, "false");
	case 'n':
		return read_word(r, "null");
	default:
		return read_number(r, v);
	}
}

struct json *json_parse(const char *text, size_t len, char **why)
{
	struct reader r = { .p = text, .end = text + len, .line = 1 };
	struct json *v = json_new(JSON_NULL);
	bool good = read_value(&r, v);

	if (good) {
		skip_blanks(&r);
		good = r.p == r.end || complain(&r, "more text behind the end");
	}
	if (good)
		return v;
	json_free(v);
	*why = r.why;
	return NULL;
}
