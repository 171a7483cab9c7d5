// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens beside the work: the kernel's log, which every driver writes, and smmu3's counters.
 * Invariant: only what is newer than ab_events_begin() is counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ab.h"

#define MAX_LINES	64
#define CLASS		"/sys/class/iommu"

struct ab_events {
	int		kmsg;		/* -errno: cannot be read */
	struct json	*before;	/* counters */
};

/* ---------------------------------------------------------------- counters */

/* Sums over all SMMUs; what does not only grow is left to "show counters". */
static void counters_of_smmu(struct json *sums, const char *class)
{
	char *dir = ctl_format(CLASS "/%s/smmu3", class);
	struct ctl_list names = { 0 };
	uint64_t value;
	size_t i;

	ctl_names(dir, &names);
	for (i = 0; i < names.nr; i++) {
		char *text = ctl_value("%s/%s", dir, names.item[i]);
		struct json *sum = (struct json *)json_get(sums, names.item[i]);

		if (text && ctl_number(text, &value) && !ctl_starts(names.item[i], "mem_") &&
		    strcmp(names.item[i], "streams")) {
			if (!sum)
				sum = json_add(sums, names.item[i], JSON_NUMBER);
			sum->number += value;
		}
		free(text);
	}
	ctl_list_free(&names);
	free(dir);
}

static struct json *counters(void)
{
	struct json *sums = json_new(JSON_OBJECT);
	struct ctl_list names = { 0 };
	size_t i;

	ctl_names(CLASS, &names);
	for (i = 0; i < names.nr; i++)
		counters_of_smmu(sums, names.item[i]);
	ctl_list_free(&names);
	return sums;
}

/* ---------------------------------------------------------------- the log */

static int log_open(void)
{
	int fd;

	if (*ctl.root)
		return -ENOENT;
	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (lseek(fd, 0, SEEK_END) < 0) {
		close(fd);
		return -EIO;
	}
	return fd;
}

struct said {
	struct json	*lines;
	unsigned int	nr, errors, warnings, lost;
};

/* "priority,number,time,flags;message\n key=value\n": one record a read. */
static void log_record(struct said *said, char *text)
{
	char *message = strchr(text, ';');
	unsigned int level = strtoul(text, NULL, 10) & 7;

	if (!message)
		return;
	message++;
	message[strcspn(message, "\n")] = '\0';
	if (!strcasestr(message, "smmu") && !strcasestr(message, "iommu"))
		return;
	said->nr++;
	said->errors += level <= 3;
	said->warnings += level == 4;
	if (said->nr <= MAX_LINES)
		json_add_text(said->lines, NULL, message);
}

static void log_read(int fd, struct said *said)
{
	char text[8193];
	ssize_t n;

	for (;;) {
		n = read(fd, text, sizeof(text) - 1);
		if (n < 0 && (errno == EPIPE || errno == EINTR)) {
			said->lost += errno == EPIPE;
			continue;
		}
		if (n <= 0)
			break;
		text[n] = '\0';
		log_record(said, text);
	}
	close(fd);
}

/* ---------------------------------------------------------------- both */

struct ab_events *ab_events_begin(void)
{
	struct ab_events *e = ctl_alloc(sizeof(*e));

	e->kmsg = log_open();
	e->before = counters();
	return e;
}

static void add_counters(struct json *events, const struct json *before)
{
	struct json *list = json_add(events, "counters", JSON_OBJECT), *after = counters();
	const struct json *c;
	double old;

	json_each(c, after) {
		if (!json_real(before, c->key, &old))
			old = 0;
		json_add_number(list, c->key, c->number - old);
	}
	json_free(after);
}

void ab_events_end(struct ab_events *e, struct json *record)
{
	struct json *events = json_add(record, "events", JSON_OBJECT);
	struct said said = { .nr = 0 };

	add_counters(events, e->before);
	if (e->kmsg < 0) {
		json_add_text(events, "log", NULL);
		json_add_fmt(events, "log_missing", "/dev/kmsg: %s",
			     *ctl.root ? "of another machine" : strerror(-e->kmsg));
	} else {
		said.lines = json_add(events, "log", JSON_ARRAY);
		log_read(e->kmsg, &said);
		json_add_number(events, "log_lines", said.nr);
		json_add_number(events, "log_errors", said.errors);
		json_add_number(events, "log_warnings", said.warnings);
		/* Times that the log was overwritten before it was read. */
		json_add_number(events, "log_overrun", said.lost);
	}
	json_free(e->before);
	free(e);
}
