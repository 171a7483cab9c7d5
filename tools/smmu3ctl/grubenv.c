// SPDX-License-Identifier: GPL-2.0-only
/*
 * GRUB's environment block: 1024 bytes, a fixed first line, NAME=VALUE lines, "#" up to the end.
 *
 * A newline or a backslash in a value has a backslash before it. GRUB itself refuses a block that
 * is cut or has another first line; so do we, for then no entry can set or clear anything.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl.h"

#define GRUBENV_PATH	"/boot/grub/grubenv"
#define GRUBENV_SIZE	1024

static const char grubenv_head[] = "# GRUB Environment Block\n";

/* One line without its backslashes; where the next one begins. */
static const char *grubenv_line(struct ctl_list *list, const char *s, const char *end)
{
	char line[GRUBENV_SIZE + 1];
	size_t n = 0;

	while (s < end && *s != '\n') {
		if (*s == '\\' && s + 1 < end)
			s++;
		line[n++] = *s++;
	}
	line[n] = '\0';
	if (line[0] != '#' && strchr(line, '='))
		ctl_list_add(list, line);
	return s < end ? s + 1 : end;
}

void grubenv_read(struct grubenv *env)
{
	const char *s, *end;
	size_t len;
	char *buf;

	*env = (struct grubenv){ .error = 0 };
	buf = ctl_read(GRUBENV_PATH, &len);
	if (!buf) {
		env->error = errno;
		env->why = errno == ENOENT ? "there is no " GRUBENV_PATH :
					     GRUBENV_PATH " cannot be read";
		return;
	}
	if (len != GRUBENV_SIZE) {
		env->why = GRUBENV_PATH " is damaged: it has not 1024 bytes";
	} else if (!ctl_starts(buf, grubenv_head)) {
		env->why = GRUBENV_PATH " is damaged: its first line is not GRUB's";
	} else {
		s = buf + strlen(grubenv_head);
		for (end = buf + len; s < end; )
			s = grubenv_line(&env->line, s, end);
	}
	free(buf);
}

void grubenv_free(struct grubenv *env)
{
	ctl_list_free(&env->line);
}

const char *grubenv_get(const struct grubenv *env, const char *name)
{
	size_t n = strlen(name), i;

	for (i = 0; i < env->line.nr; i++) {
		const char *line = env->line.item[i];

		/* GRUB takes an empty value for none. */
		if (!strncmp(line, name, n) && line[n] == '=' && line[n + 1])
			return line + n + 1;
	}
	return NULL;
}

bool grubenv_enabled(const struct grubenv *env, const char *kver)
{
	const char *kernels = grubenv_get(env, "smmu3_kernels");

	return kernels && (ctl_has_word(kernels, "*") || ctl_has_word(kernels, kver));
}
