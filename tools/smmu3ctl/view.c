// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of smmu3's debugfs (docs/debugging.md) and the streams in it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "view.h"

static void view_split(struct view_line *l, char *line)
{
	char *colon;

	*l = (struct view_line){ .key = "", .value = line };
	if (line[0] == '#') {
		l->key = "#";
		l->value = ctl_trim(line + 1);
		return;
	}
	colon = strstr(line, ": ");
	if (!colon && ctl_ends(line, ":"))
		colon = line + strlen(line) - 1;
	if (!colon)
		return;
	*colon = '\0';
	l->key = line;
	l->value = ctl_trim(colon + 1);
}

int view_read(struct view *v, const char *fmt, ...)
{
	char *path, *line, *next;
	va_list ap;
	int err;

	*v = (struct view){ .nr = 0 };
	va_start(ap, fmt);
	path = ctl_vformat(fmt, ap);
	va_end(ap);
	v->text = ctl_read(path, NULL);
	err = errno;
	free(path);
	if (!v->text)
		return -err;
	for (line = v->text; *line; line = next) {
		size_t n = strcspn(line, "\n");

		next = line + n + (line[n] == '\n');
		line[n] = '\0';
		if (!*line)
			continue;
		/* Room for a power of two, so that a long file costs no square. */
		if (!(v->nr & (v->nr - 1)))
			v->line = ctl_realloc(v->line, (v->nr ? 2 * v->nr : 1) * sizeof(*v->line));
		view_split(&v->line[v->nr++], line);
	}
	return 0;
}

void view_free(struct view *v)
{
	free(v->text);
	free(v->line);
	*v = (struct view){ .nr = 0 };
}

const char *view_get(const struct view *v, const char *key)
{
	size_t i;

	for (i = 0; i < v->nr; i++) {
		if (!strcmp(v->line[i].key, key))
			return v->line[i].value;
	}
	return NULL;
}

char *view_word(const char *text, const char *name)
{
	size_t n = strlen(name);

	while (text && *text) {
		size_t len = strcspn(text, " ");

		if (len > n && text[n] == '=' && !strncmp(text, name, n))
			return ctl_format("%.*s", (int)(len - n - 1), text + n + 1);
		text += len + strspn(text + len, " ");
	}
	return NULL;
}

size_t view_fields(char *line, char **field, size_t max)
{
	size_t n = 0;

	line += strspn(line, " ");
	while (*line && n < max) {
		field[n++] = line;
		if (n == max)
			break;
		line += strcspn(line, " ");
		if (*line)
			*line++ = '\0';
		line += strspn(line, " ");
	}
	return n;
}

/* ---------------------------------------------------------------- streams */

const char *view_obstacle(int *code)
{
	struct ctl_list names = { 0 };
	int err = ctl_names(CTL_DEBUGFS, &names);

	ctl_list_free(&names);
	*code = CTL_UNKNOWN;
	if (!err)
		return NULL;
	if (err == -EACCES || err == -EPERM)
		return "debugfs can be read by root only";
	if (ctl_exists("/sys/module/smmu3"))
		return CTL_DEBUGFS " is not there: is debugfs mounted?";
	*code = CTL_FAILED;
	return "smmu3 is not loaded";
}

void view_smmus(struct ctl_list *names)
{
	struct ctl_list all = { 0 };
	size_t i;

	ctl_names(CTL_DEBUGFS, &all);
	for (i = 0; i < all.nr; i++) {
		if (strcmp(all.item[i], "by-device"))
			ctl_list_add(names, all.item[i]);
	}
	ctl_list_free(&all);
}

static void select_add(struct select *s, const char *smmu, const char *name, uint64_t sid)
{
	s->stream = ctl_realloc(s->stream, (s->nr + 1) * sizeof(*s->stream));
	s->stream[s->nr++] = (struct stream){
		.smmu = ctl_strdup(smmu), .name = ctl_strdup(name), .sid = sid,
	};
}

static int select_compare(const void *a, const void *b)
{
	const struct stream *x = a, *y = b;
	int d = strcmp(x->smmu, y->smmu);

	return d ? d : x->sid < y->sid ? -1 : x->sid > y->sid;
}

/* All streams, or those with one number. */
static void select_by_sid(struct select *s, const uint64_t *want)
{
	struct ctl_list smmus = { 0 };
	size_t i, k;

	view_smmus(&smmus);
	for (i = 0; i < smmus.nr; i++) {
		char *dir = ctl_format(CTL_DEBUGFS "/%s/streams", smmus.item[i]);
		struct ctl_list names = { 0 };
		uint64_t sid;

		ctl_names(dir, &names);
		for (k = 0; k < names.nr; k++) {
			if (ctl_number(names.item[k], &sid) && (!want || *want == sid))
				select_add(s, smmus.item[i], names.item[k], sid);
		}
		ctl_list_free(&names);
		free(dir);
	}
	ctl_list_free(&smmus);
	if (s->nr)
		qsort(s->stream, s->nr, sizeof(*s->stream), select_compare);
}

/* A link of by-device: "../9050000.smmuv3/streams/0x28". */
static void select_by_link(struct select *s, const char *link)
{
	char *path = ctl_format(CTL_DEBUGFS "/by-device/%s", link);
	char *text = ctl_link_text(path), smmu[128], name[32];
	uint64_t sid;

	if (text && sscanf(text, "../%127[^/]/streams/%31s", smmu, name) == 2 &&
	    ctl_number(name, &sid))
		select_add(s, smmu, name, sid);
	free(text);
	free(path);
}

/* A device with several StreamIDs has links NAME, NAME+1 ... */
static void select_by_device(struct select *s)
{
	struct ctl_list links = { 0 };
	size_t n = strlen(s->device), i;

	ctl_names(CTL_DEBUGFS "/by-device", &links);
	for (i = 0; i < links.nr; i++) {
		const char *link = links.item[i];

		if (ctl_starts(link, s->device) && (!link[n] || link[n] == '+'))
			select_by_link(s, link);
	}
	ctl_list_free(&links);
}

int select_find(struct select *s, const char *what)
{
	uint64_t sid;
	int code;

	*s = (struct select){ .all = !what };
	if (!what || ctl_number(what, &sid)) {
		select_by_sid(s, what ? &sid : NULL);
		if (what && !s->nr && !view_obstacle(&code))
			return ctl_fail("no SMMU that smmu3 drives has a stream %s", what);
		return 0;
	}
	s->device = device_resolve(what);
	if (!s->device)
		return ctl_fail("there is no device %s", what);
	select_by_device(s);
	if (!s->nr && !view_obstacle(&code)) {
		code = ctl_fail("%s is behind no SMMU that smmu3 drives", s->device);
		select_free(s);
		return code;
	}
	return 0;
}

void select_free(struct select *s)
{
	size_t i;

	for (i = 0; i < s->nr; i++) {
		free(s->stream[i].smmu);
		free(s->stream[i].name);
	}
	free(s->stream);
	free(s->device);
	*s = (struct select){ .nr = 0 };
}

bool select_smmu(const struct select *s, const char *smmu)
{
	size_t i;

	for (i = 0; i < s->nr; i++) {
		if (!strcmp(s->stream[i].smmu, smmu))
			return true;
	}
	return s->all;
}

bool select_stream(const struct select *s, const char *smmu, const char *sid)
{
	uint64_t number;
	size_t i;

	for (i = 0; i < s->nr && ctl_number(sid, &number); i++) {
		if (s->stream[i].sid == number && !strcmp(s->stream[i].smmu, smmu))
			return true;
	}
	return s->all;
}
