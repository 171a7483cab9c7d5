// SPDX-License-Identifier: GPL-2.0-only
/*
 * Secure Boot, kernel lockdown, enforced signatures: would an unsigned module be refused?
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl.h"

#define EFIVARS		"/sys/firmware/efi/efivars"
#define SECURE_BOOT	EFIVARS "/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

/* An EFI variable's file is four bytes of attributes, then the value. */
static int secure_boot_read(bool efi)
{
	size_t len;
	char *buf = ctl_read(SECURE_BOOT, &len);
	int value = -1;

	if (buf && len >= 5)
		value = buf[4] == 1;
	else if (!buf && (!efi || (errno == ENOENT && ctl_exists(EFIVARS))))
		value = 0;
	free(buf);
	return value;
}

/* "none [integrity] confidentiality": the one in brackets. */
static char *secure_lockdown_read(void)
{
	char *line = ctl_read_line("/sys/kernel/security/lockdown"), *from, *to, *mode = NULL;

	from = line ? strchr(line, '[') : NULL;
	to = from ? strchr(from, ']') : NULL;
	if (to)
		mode = ctl_format("%.*s", (int)(to - from - 1), from + 1);
	free(line);
	return mode;
}

void secure_read(struct secure *s)
{
	char *enforce = ctl_read_line("/sys/module/module/parameters/sig_enforce");

	s->efi = ctl_exists("/sys/firmware/efi");
	s->secure_boot = secure_boot_read(s->efi);
	s->lockdown = secure_lockdown_read();
	s->sig_enforce = enforce ? enforce[0] == 'Y' : -1;
	free(enforce);
}

void secure_free(struct secure *s)
{
	free(s->lockdown);
	s->lockdown = NULL;
}

int secure_refuses(const struct secure *s)
{
	if (s->sig_enforce == 1 || (s->lockdown && strcmp(s->lockdown, "none")))
		return 1;
	if (s->lockdown && s->sig_enforce == 0)
		return 0;
	/* Debian's kernels lock down where Secure Boot is on. */
	return s->secure_boot;
}
