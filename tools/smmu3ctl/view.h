/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files of debugfs as lines, and which streams a command is about.
 */
#ifndef SMMU3CTL_VIEW_H
#define SMMU3CTL_VIEW_H

#include "ctl.h"

/**
 * struct view_line - a line of a file
 * @key: of "key: value"; "" of lines without a key, which are columns; "#" of comments
 * @value: the rest
 */
struct view_line {
	const char	*key, *value;
};

struct view {
	char			*text;
	struct view_line	*line;
	size_t			nr;
};

/* 0 or -errno; the file's path by a format. */
int view_read(struct view *v, const char *fmt, ...) CTL_PRINTF(2, 3);
void view_free(struct view *v);
/* The first value of a key; NULL. */
const char *view_get(const struct view *v, const char *key);
/* "NAME=VALUE" among words: the value, to be freed; NULL. */
char *view_word(const char *text, const char *name);
/* Splits @line at blanks in place; the last of @max fields keeps the rest of the line. */
size_t view_fields(char *line, char **field, size_t max);

/**
 * struct stream - a StreamID that smmu3 shows
 * @smmu: name of the SMMU, as in debugfs
 * @sid: the StreamID
 * @name: the name of its folder
 */
struct stream {
	char		*smmu, *name;
	uint64_t	sid;
};

/**
 * struct select - what a command is about
 * @device: a device's name on its bus, if one was named
 * @stream: its streams, or all
 * @nr: how many
 * @all: nothing was named
 */
struct select {
	char		*device;
	struct stream	*stream;
	size_t		nr;
	bool		all;
};

/* Why debugfs shows nothing, one sentence; NULL: it does. The exit code that goes with it. */
const char *view_obstacle(int *code);
/* SMMUs in debugfs. */
void view_smmus(struct ctl_list *names);
/*
 * @what: a device, a StreamID, or NULL for all. 0, or an exit code after a message. Without debugfs
 * only @device is filled.
 */
int select_find(struct select *s, const char *what);
void select_free(struct select *s);
/* Is the SMMU, the StreamID of it, one of those? */
bool select_smmu(const struct select *s, const char *smmu);
bool select_stream(const struct select *s, const char *smmu, const char *sid);

#endif
