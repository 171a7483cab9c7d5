// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is written for the next boot: GRUB's environment block, and the record of confirmed tries.
 *
 * grub-editenv does the first: it knows the block's format, and GRUB writes to the same sectors.
 * Invariant: nothing is written with --dry-run, and a record is whole or is the old one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "boot.h"
#include "grubcfg.h"

static bool env_edit(const char *tool, const char *file, const char *const *change, bool set)
{
	const char *argv[16] = { tool, file, set ? "set" : "unset" };
	size_t n = 3;
	char *said;

	for (; *change && n < CTL_ARRAY_SIZE(argv) - 1; change++) {
		if (!!strchr(*change, '=') == set)
			argv[n++] = *change;
	}
	if (n == 3)
		return true;
	if (ctl.dry_run) {
		out_row();
		out_str("command", "would run", tool);
		out_str("file", "file", file);
		out_str("verb", "verb", argv[2]);
		for (said = ctl_strdup(""), n = 3; argv[n]; n++) {
			char *longer = ctl_format("%s%s%s", said, n > 3 ? " " : "", argv[n]);

			free(said);
			said = longer;
		}
		out_str("arguments", "arguments", said);
		out_end();
		free(said);
		return true;
	}
	said = ctl_run(argv, NULL, NULL);
	free(said);
	return said;
}

int boot_set_env(const char *const *change)
{
	char *file = ctl_path(BOOT_GRUBENV);
	bool done;

	if (ctl.dry_run)
		out_table("would_run", "Not run");
	/* What is unset first: a cut between the two leaves less, not more, of a choice. */
	done = (env_edit("grub-editenv", file, change, false) &&
		env_edit("grub-editenv", file, change, true));
	if (ctl.dry_run)
		out_end();
	if (!done && access(file, W_OK))
		ctl_fail("%s cannot be written: %s", file, strerror(errno));
	else if (!done)
		ctl_fail("grub-editenv failed on %s (is grub-common installed?)", file);
	free(file);
	return done ? CTL_OK : CTL_FAILED;
}

/* The line's second word, if its first is @kver; the line is cut to pieces. */
static char *confirmed_of(char *line, const char *kver)
{
	size_t len = strlen(kver);

	if (strncmp(line, kver, len) || line[len] != ' ')
		return NULL;
	return ctl_trim(line + len + 1);
}

bool boot_confirmed(const char *kver, const char *sha256)
{
	char *text = ctl_read(BOOT_CONFIRMED, NULL), *save = NULL, *line, *is;
	bool found = false;

	if (!text)
		return false;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		is = confirmed_of(line, kver);
		found |= is && sha256 && !strcmp(is, sha256);
	}
	free(text);
	return found;
}

static bool record_write(FILE *f, const char *kver, const char *sha256)
{
	char *text = ctl_read(BOOT_CONFIRMED, NULL), *save = NULL, *line;
	size_t len = strlen(kver);

	line = text ? strtok_r(text, "\n", &save) : NULL;
	for (; line; line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, kver, len) || line[len] != ' ')
			fprintf(f, "%s\n", line);
	}
	free(text);
	fprintf(f, "%s %s\n", kver, sha256);
	return !fflush(f) && !fsync(fileno(f));
}

int boot_record(const char *kver, const char *sha256)
{
	char *to = ctl_path(BOOT_CONFIRMED), *new = ctl_path(BOOT_CONFIRMED ".new");
	char *slash = strrchr(to, '/');
	bool done = false;
	FILE *f;

	if (ctl.dry_run) {
		out_str("would_record", "Not recorded", sha256);
		goto out;
	}
	*slash = 0;
	if (mkdir(to, 0755) && errno != EEXIST) {
		ctl_fail("cannot make %s: %s", to, strerror(errno));
		goto out;
	}
	*slash = '/';
	f = fopen(new, "we");
	if (f) {
		done = record_write(f, kver, sha256);
		done &= !fclose(f);
		done = done && !rename(new, to);
	}
	if (!done)
		ctl_fail("cannot write %s: %s", to, strerror(errno));
out:
	done |= ctl.dry_run;
	free(to);
	free(new);
	return done ? CTL_OK : CTL_FAILED;
}

/* The mark that 42_smmu3 leaves in grub.cfg, up to the line's end; NULL: it is not there. */
static char *cfg_mark(const char *text)
{
	static const char mark[] = "\n# smmu3: grubenv: ";
	const char *p = strstr(text, mark);

	if (!p)
		return NULL;
	p += strlen(mark);
	return ctl_format("%.*s", (int)strcspn(p, "\n"), p);
}

static char *cfg_obstacle(const char *kver, const char *text)
{
	static const char no[] = "not writable: ";
	char *id = ctl_format("'smmu3-%s'", kver), *mark = cfg_mark(text), *why = NULL;

	if (!mark)
		why = ctl_strdup("grub.cfg has no entries with smmu3: run update-grub");
	else if (ctl_starts(mark, no))
		why = ctl_format("a try could not be written down: %s", mark + strlen(no));
	else if (!strstr(text, id))
		why = ctl_format("grub.cfg has no entry %s: run update-grub", id);
	free(mark);
	free(id);
	return why;
}

static char *signature_obstacle(const char *kver)
{
	static const char only[] = "the kernel accepts signed modules only (Secure Boot)";
	struct module m = { 0 };
	struct secure s;
	char *why = NULL;

	secure_read(&s);
	if (secure_refuses(&s) == 1 && module_find(&m, kver)) {
		if (!m.signer)
			why = ctl_format("%s, and this one is not signed", only);
		else if (!m.enrolled)
			why = ctl_format("%s; enrol the key of \"%s\": mokutil --import",
					 only, m.signer);
		module_free(&m);
	}
	secure_free(&s);
	return why;
}

char *boot_obstacle(const char *kver)
{
	char *text = ctl_read(BOOT_GRUB_CFG, NULL), *why;
	struct overlay o;

	if (!text && errno != ENOENT)
		return ctl_format(BOOT_GRUB_CFG ": %s", strerror(errno));
	if (!text)
		return ctl_strdup("no " BOOT_GRUB_CFG "; other boot loaders: docs/install.md");
	why = cfg_obstacle(kver, text);
	free(text);
	if (why)
		return why;
	overlay_read(&o, kver);
	why = o.why ? ctl_strdup(o.why) : signature_obstacle(kver);
	overlay_free(&o);
	return why;
}
