// SPDX-License-Identifier: GPL-2.0-only
/*
 * grub.cfg read line by line: entries, submenus, the default.
 *
 * The file is a script, and this is no interpreter of it. What grub-mkconfig writes has an entry's
 * head on one line and closes it with a line that begins with "}"; other braces (functions) are
 * counted. Conditions are not judged: what our own entries depend on, nextboot.c knows.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "grubcfg.h"

#define GRUBCFG_PATH	"/boot/grub/grub.cfg"

/* The next word of a line without its quotes; NULL at the end. To be freed. */
static char *grubcfg_word(const char **line)
{
	const char *s = *line + strspn(*line, " \t");
	char *word, quote = '\0';
	size_t n = 0;

	if (!*s)
		return NULL;
	word = ctl_alloc(strlen(s) + 1);
	for (; *s && (quote || !isspace((unsigned char)*s)); s++) {
		if (quote && *s == quote)
			quote = '\0';
		else if (!quote && (*s == '\'' || *s == '"'))
			quote = *s;
		else if (*s == '\\' && s[1] && quote != '\'')
			word[n++] = *++s;
		else
			word[n++] = *s;
	}
	*line = s;
	return word;
}

/* "menuentry 'TITLE' --class x $menuentry_id_option 'ID' {": what stands behind the keyword. */
static void grubcfg_add(struct grubcfg *cfg, const char *rest, bool submenu, int parent)
{
	struct grub_entry *e;
	char *word;

	cfg->entry = ctl_realloc(cfg->entry, (cfg->nr + 1) * sizeof(*cfg->entry));
	e = &cfg->entry[cfg->nr++];
	*e = (struct grub_entry){ .submenu = submenu, .parent = parent };
	e->title = grubcfg_word(&rest);
	while ((word = grubcfg_word(&rest))) {
		bool id = !strcmp(word, "--id") || !strcmp(word, "$menuentry_id_option") ||
			  !strcmp(word, "${menuentry_id_option}");

		free(word);
		if (id && !e->id)
			e->id = grubcfg_word(&rest);
	}
	e->smmu3 = e->id && ctl_starts(e->id, "smmu3-");
}

/* "linux /boot/vmlinuz-6.12-arm64 root=...": the version. */
static void grubcfg_kernel(struct grub_entry *e, const char *rest)
{
	char *image = grubcfg_word(&rest), *name, *version;

	name = image ? strrchr(image, '/') : NULL;
	version = name ? strchr(name, '-') : NULL;
	if (version && !e->kernel)
		e->kernel = ctl_strdup(version + 1);
	free(image);
}

static const char *grubcfg_keyword(const char *line, const char *word)
{
	size_t n = strlen(word);

	return !strncmp(line, word, n) && isspace((unsigned char)line[n]) ? line + n : NULL;
}

/* The first default that is not the one for one boot; those of ours stand behind it. */
static void grubcfg_default(struct grubcfg *cfg, const char *line)
{
	const char *value = grubcfg_keyword(line, "set");
	char *word;

	if (!value || cfg->fallback)
		return;
	word = grubcfg_word(&value);
	if (word && ctl_starts(word, "default=") && !strstr(word, "next_entry"))
		cfg->fallback = ctl_strdup(word + strlen("default="));
	free(word);
}

struct grubcfg_state {
	int	at[32];		/* entries that are open: number, or -1 for another brace */
	int	depth;
};

static int grubcfg_open(const struct grubcfg_state *st)
{
	int i;

	for (i = st->depth - 1; i >= 0; i--) {
		if (st->at[i] >= 0)
			return st->at[i];
	}
	return -1;
}

static void grubcfg_line(struct grubcfg *cfg, struct grubcfg_state *st, char *line)
{
	const char *menuentry = grubcfg_keyword(line, "menuentry"), *rest;
	const char *submenu = grubcfg_keyword(line, "submenu");
	int entry = grubcfg_open(st);
	size_t n = strlen(line);

	if (menuentry || submenu)
		grubcfg_add(cfg, menuentry ? menuentry : submenu, submenu, entry);
	if (n && line[n - 1] == '{') {
		if (st->depth == CTL_ARRAY_SIZE(st->at))
			cfg->why = GRUBCFG_PATH " is nested too deeply";
		else
			st->at[st->depth++] = menuentry || submenu ? (int)cfg->nr - 1 : -1;
		return;
	}
	if (line[0] == '}' && st->depth) {
		st->depth--;
		return;
	}
	if (entry < 0) {
		grubcfg_default(cfg, line);
		return;
	}
	rest = grubcfg_keyword(line, "linux");
	if (rest)
		grubcfg_kernel(&cfg->entry[entry], rest);
}

void grubcfg_read(struct grubcfg *cfg)
{
	struct grubcfg_state st = { .depth = 0 };
	char *text, *line, *next;

	*cfg = (struct grubcfg){ .error = 0 };
	text = ctl_read(GRUBCFG_PATH, NULL);
	if (!text) {
		cfg->error = errno;
		cfg->why = errno == ENOENT ? "there is no " GRUBCFG_PATH :
					     GRUBCFG_PATH " cannot be read";
		return;
	}
	for (line = text; *line && !cfg->why; line = next) {
		size_t n = strcspn(line, "\n");

		next = line + n + (line[n] == '\n');
		line[n] = '\0';
		grubcfg_line(cfg, &st, ctl_trim(line));
	}
	free(text);
	if (!cfg->why && !cfg->nr)
		cfg->why = GRUBCFG_PATH " has no entries";
}

void grubcfg_free(struct grubcfg *cfg)
{
	size_t i;

	for (i = 0; i < cfg->nr; i++) {
		free(cfg->entry[i].title);
		free(cfg->entry[i].id);
		free(cfg->entry[i].kernel);
	}
	free(cfg->entry);
	free(cfg->fallback);
}

/* One component of a path: a number counts from 0 among the entries of that menu. */
static int grubcfg_child(const struct grubcfg *cfg, int parent, const char *name)
{
	uint64_t want, k = 0;
	bool number = ctl_number(name, &want);
	size_t i;

	for (i = 0; i < cfg->nr; i++) {
		const struct grub_entry *e = &cfg->entry[i];

		if (e->parent != parent)
			continue;
		if ((number && k++ == want) || (e->id && !strcmp(e->id, name)) ||
		    (e->title && !strcmp(e->title, name)))
			return i;
	}
	return -1;
}

/* The next component of a path; ">>" stands for a ">" in a title. NULL: it was the last. */
static char *grubcfg_component(char *part)
{
	char *to = part;

	for (; *part; part++) {
		if (*part == '>' && part[1] != '>') {
			*to = '\0';
			return part + 1;
		}
		part += *part == '>';
		*to++ = *part;
	}
	*to = '\0';
	return NULL;
}

const struct grub_entry *grubcfg_resolve(const struct grubcfg *cfg, const char *name)
{
	char *path = ctl_strdup(name), *part, *next;
	int at = -1;

	for (part = path; part; part = next) {
		next = grubcfg_component(part);
		at = grubcfg_child(cfg, at, part);
		if (at < 0)
			break;
	}
	free(path);
	return at < 0 ? NULL : &cfg->entry[at];
}

bool grubcfg_has_id(const struct grubcfg *cfg, const char *id)
{
	size_t i;

	for (i = 0; i < cfg->nr; i++) {
		if (cfg->entry[i].id && !strcmp(cfg->entry[i].id, id))
			return true;
	}
	return false;
}
