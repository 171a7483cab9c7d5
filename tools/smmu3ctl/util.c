// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that is there or ends the program, lists of strings, and small things with text.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "ctl.h"

static void *util_check(void *p)
{
	if (p)
		return p;
	fputs("smmu3ctl: out of memory\n", stderr);
	exit(CTL_FAILED);
}

void *ctl_alloc(size_t size)
{
	return util_check(calloc(1, size ? size : 1));
}

void *ctl_realloc(void *p, size_t size)
{
	return util_check(realloc(p, size ? size : 1));
}

char *ctl_strdup(const char *s)
{
	return util_check(strdup(s));
}

char *ctl_vformat(const char *fmt, va_list ap)
{
	char *s;

	return util_check(vasprintf(&s, fmt, ap) < 0 ? NULL : s);
}

char *ctl_format(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = ctl_vformat(fmt, ap);
	va_end(ap);
	return s;
}

void ctl_list_add(struct ctl_list *list, const char *s)
{
	list->item = ctl_realloc(list->item, (list->nr + 1) * sizeof(*list->item));
	list->item[list->nr++] = ctl_strdup(s);
}

void ctl_list_free(struct ctl_list *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++)
		free(list->item[i]);
	free(list->item);
	*list = (struct ctl_list){ 0 };
}

bool ctl_list_has(const struct ctl_list *list, const char *s)
{
	size_t i;

	for (i = 0; i < list->nr; i++) {
		if (!strcmp(list->item[i], s))
			return true;
	}
	return false;
}

bool ctl_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool ctl_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n >= k && !strcmp(s + n - k, suffix);
}

bool ctl_has_word(const char *text, const char *word)
{
	static const char blanks[] = " \t\n";
	size_t n = strlen(word);

	while (*text) {
		size_t len = strcspn(text, blanks);

		if (len == n && !memcmp(text, word, n))
			return true;
		text += len;
		text += strspn(text, blanks);
	}
	return false;
}

bool ctl_number(const char *s, uint64_t *value)
{
	bool hex = ctl_starts(s, "0x") || ctl_starts(s, "0X");
	char *end;

	/* strtoull() takes blanks and signs as well, and a leading 0 for octal. */
	if (!isxdigit((unsigned char)s[hex ? 2 : 0]))
		return false;
	errno = 0;
	*value = strtoull(s, &end, hex ? 16 : 10);
	return !*end && !errno;
}

static int util_rank(int c)
{
	if (c == '~')
		return -1;
	if (!c || isdigit(c))
		return 0;
	return isalpha(c) ? c : c + 256;
}

int ctl_version_cmp(const char *a, const char *b)
{
	while (*a || *b) {
		size_t na, nb;

		while ((*a && !isdigit((unsigned char)*a)) || (*b && !isdigit((unsigned char)*b))) {
			int d = util_rank((unsigned char)*a) - util_rank((unsigned char)*b);

			if (d)
				return d;
			a++;
			b++;
		}
		a += strspn(a, "0");
		b += strspn(b, "0");
		na = strspn(a, "0123456789");
		nb = strspn(b, "0123456789");
		if (na != nb)
			return na < nb ? -1 : 1;
		if (memcmp(a, b, na))
			return memcmp(a, b, na);
		a += na;
		b += nb;
	}
	return 0;
}

char *ctl_trim(char *s)
{
	size_t n;

	s += strspn(s, " \t\r\n");
	n = strlen(s);
	while (n && strchr(" \t\r\n", s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}

void ctl_hex(char *out, const unsigned char *bytes, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		sprintf(out + 2 * i, "%02x", bytes[i]);
	out[2 * nr] = '\0';
}
