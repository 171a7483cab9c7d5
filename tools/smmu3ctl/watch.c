// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch: counters as rates, events as they come.
 *
 * By looking again, not by tracing: it costs the driver nothing in between, and kernel lockdown
 * does not take it away. Without root the counters of sysfs are what there is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "view.h"

#define WATCH_HEAD_EVERY	20

/**
 * struct watch_smmu - an SMMU at one instant
 * @name: its platform device
 * @counter: "name value" lines
 * @events: its file events; empty without root
 */
struct watch_smmu {
	char		*name;
	struct ctl_list	counter;
	struct view	events;
};

struct watch_state {
	struct watch_smmu	*smmu;
	size_t			nr;
	double			when;
};

static double watch_now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void watch_sysfs(struct watch_smmu *w, const struct smmu *s)
{
	char *dir = ctl_format("/sys/class/iommu/%s/smmu3", s->class ? s->class : "");
	struct ctl_list names = { 0 };
	size_t i;

	ctl_names(dir, &names);
	for (i = 0; i < names.nr; i++) {
		char *value = smmu_attr(s, names.item[i]), *line;
		uint64_t n;

		if (value && ctl_number(value, &n)) {
			line = ctl_format("%s %s", names.item[i], value);
			ctl_list_add(&w->counter, line);
			free(line);
		}
		free(value);
	}
	ctl_list_free(&names);
	free(dir);
}

static void watch_read_one(struct watch_smmu *w, const struct smmu *s)
{
	struct view v;
	size_t i;

	*w = (struct watch_smmu){ .name = ctl_strdup(s->name) };
	if (view_read(&v, CTL_DEBUGFS "/%s/counters", s->name)) {
		watch_sysfs(w, s);
		return;
	}
	for (i = 0; i < v.nr; i++) {
		if (!*v.line[i].key)
			ctl_list_add(&w->counter, v.line[i].value);
	}
	view_free(&v);
	view_read(&w->events, CTL_DEBUGFS "/%s/events", s->name);
}

/* False: smmu3 drives nothing (any more). */
static bool watch_read(struct watch_state *st)
{
	struct machine m;
	size_t i;

	machine_read(&m);
	*st = (struct watch_state){ .when = watch_now(CLOCK_MONOTONIC) };
	st->smmu = ctl_alloc(m.nr * sizeof(*st->smmu));
	for (i = 0; i < m.nr; i++) {
		if (m.smmu[i].driver && !strcmp(m.smmu[i].driver, "smmu3"))
			watch_read_one(&st->smmu[st->nr++], &m.smmu[i]);
	}
	machine_free(&m);
	return st->nr;
}

static void watch_free(struct watch_state *st)
{
	size_t i;

	for (i = 0; i < st->nr; i++) {
		free(st->smmu[i].name);
		ctl_list_free(&st->smmu[i].counter);
		view_free(&st->smmu[i].events);
	}
	free(st->smmu);
	*st = (struct watch_state){ .nr = 0 };
}

static const struct watch_smmu *watch_same(const struct watch_state *st, const char *name)
{
	size_t i;

	for (i = 0; i < st->nr; i++) {
		if (!strcmp(st->smmu[i].name, name))
			return &st->smmu[i];
	}
	return NULL;
}

static bool watch_value(const struct watch_smmu *w, const char *name, uint64_t *value)
{
	size_t n = strlen(name), i;

	for (i = 0; w && i < w->counter.nr; i++) {
		const char *line = w->counter.item[i];

		if (!strncmp(line, name, n) && line[n] == ' ')
			return ctl_number(line + n + 1, value);
	}
	return false;
}

/* How much more it is than before; 0 if it is less, for the module was loaded anew. */
static uint64_t watch_more(const struct watch_smmu *was, const struct watch_smmu *is,
			   const char *name)
{
	uint64_t a = 0, b = 0;

	if (!watch_value(is, name, &b))
		return 0;
	watch_value(was, name, &a);
	return b > a ? b - a : 0;
}

/* What is there now, and has no rate. */
static bool watch_is_level(const char *name)
{
	static const char * const level[] = { "streams", "asids", "vmids", "asids_pinned" };
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(level); i++) {
		if (!strcmp(level[i], name))
			return true;
	}
	return ctl_starts(name, "mem_");
}

/* ---------------------------------------------------------------- events */

/* The count at the end of the line that begins with @head. */
static uint64_t watch_event_count(const struct watch_smmu *w, const char *head, size_t n)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; w && i < w->events.nr; i++) {
		const struct view_line *l = &w->events.line[i];

		if (!*l->key && !strncmp(l->value, head, n) && ctl_number(l->value + n, &count))
			return count;
	}
	return 0;
}

static void watch_event(const struct watch_smmu *is, const char *line, uint64_t more)
{
	char *copy = ctl_strdup(line), *field[4];

	if (view_fields(copy, field, 4) == 4) {
		if (!ctl.json)
			printf("    %s: StreamID %s %s %s +%llu\n", is->name, field[0], field[1],
			       field[2], (unsigned long long)more);
		out_row();
		out_str("smmu", NULL, is->name);
		out_str("sid", NULL, strcmp(field[0], "-") ? field[0] : NULL);
		out_str("device", NULL, strcmp(field[1], "-") ? field[1] : NULL);
		out_str("type", NULL, field[2]);
		out_unum("count", NULL, more);
		out_end();
	}
	free(copy);
}

static void watch_events(const struct watch_smmu *was, const struct watch_smmu *is)
{
	size_t i;

	for (i = 0; i < is->events.nr; i++) {
		const struct view_line *l = &is->events.line[i];
		const char *count = strrchr(l->value, ' ');
		uint64_t now, before;

		if (*l->key || !count || !ctl_number(count + 1, &now) ||
		    strstr(l->value, " not_printed "))
			continue;
		before = watch_event_count(was, l->value, count + 1 - l->value);
		if (now > before)
			watch_event(is, l->value, now - before);
	}
}

/* ---------------------------------------------------------------- one look */

static void watch_rates(const struct watch_smmu *was, const struct watch_smmu *is, double seconds)
{
	size_t i;

	out_row();
	out_str("smmu", NULL, is->name);
	out_object("rates", NULL);
	for (i = 0; i < is->counter.nr; i++) {
		char *copy = ctl_strdup(is->counter.item[i]), *field[2];

		if (view_fields(copy, field, 2) == 2 && !watch_is_level(field[0]))
			out_real(field[0], NULL,
				 (double)watch_more(was, is, field[0]) / seconds, 1);
		free(copy);
	}
	out_end();
	out_object("counters", NULL);
	for (i = 0; i < is->counter.nr; i++) {
		char *copy = ctl_strdup(is->counter.item[i]), *field[2];
		uint64_t value;

		if (view_fields(copy, field, 2) == 2 && ctl_number(field[1], &value))
			out_unum(field[0], NULL, value);
		free(copy);
	}
	out_end();
	out_end();
}

static void watch_line(const struct watch_smmu *was, const struct watch_smmu *is, double seconds)
{
	static const char * const rate[] = {
		"cmds_posted", "cmd_syncs", "mmio_doorbells", "attaches", "events_total",
		"pri_requests",
	};
	static const char * const alarm[] = { "events_lost", "sync_timeouts", "gerrors",
					      "recoveries" };
	static unsigned int lines;
	uint64_t alarms = 0;
	size_t i;

	if (!(lines++ % WATCH_HEAD_EVERY))
		printf("%-20s %10s %10s %10s %10s %10s %10s %10s\n", "SMMU", "cmds/s", "syncs/s",
		       "doorbell/s", "attach/s", "events/s", "pri/s", "alarms");
	for (i = 0; i < CTL_ARRAY_SIZE(alarm); i++)
		alarms += watch_more(was, is, alarm[i]);
	printf("%-20s", is->name);
	for (i = 0; i < CTL_ARRAY_SIZE(rate); i++)
		printf(" %10.1f", (double)watch_more(was, is, rate[i]) / seconds);
	printf(" %10llu\n", (unsigned long long)alarms);
}

static void watch_show(const struct watch_state *was, const struct watch_state *is)
{
	double seconds = is->when - was->when;
	size_t i;

	if (seconds <= 0)
		seconds = 0.001;
	out_begin("watch");
	out_real("time", NULL, watch_now(CLOCK_REALTIME), 3);
	out_real("seconds", NULL, seconds, 3);
	out_array("smmus", NULL);
	for (i = 0; i < is->nr; i++) {
		const struct watch_smmu *before = watch_same(was, is->smmu[i].name);

		watch_rates(before, &is->smmu[i], seconds);
		if (!ctl.json)
			watch_line(before, &is->smmu[i], seconds);
	}
	out_end();
	out_array("events", NULL);
	for (i = 0; i < is->nr; i++)
		watch_events(watch_same(was, is->smmu[i].name), &is->smmu[i]);
	out_end();
	out_finish();
}

static int watch_loop(double interval, uint64_t count)
{
	struct timespec ts = { .tv_sec = (time_t)interval };
	struct watch_state was, is;
	uint64_t i;

	ts.tv_nsec = (long)((interval - (double)ts.tv_sec) * 1e9);
	if (!watch_read(&was)) {
		watch_free(&was);
		return ctl_fail("watch: smmu3 drives no SMMU here");
	}
	for (i = 0; !count || i < count; i++) {
		nanosleep(&ts, NULL);
		if (!watch_read(&is)) {
			watch_free(&was);
			watch_free(&is);
			return ctl_fail("watch: smmu3 drives no SMMU any more");
		}
		watch_show(&was, &is);
		watch_free(&was);
		was = is;
		if (ferror(stdout))
			break;
	}
	watch_free(&was);
	return CTL_OK;
}

int cmd_watch(int argc, char **argv)
{
	const char *interval = NULL, *count = NULL, *obstacle;
	const struct ctl_option options[] = {
		{ "--interval", &interval, NULL }, { "--count", &count, NULL }, { NULL, NULL, NULL }
	};
	int err = ctl_options(&argc, argv, options), code;
	double seconds = 1;
	uint64_t n = 0;
	char *end = "";

	if (err)
		return err;
	if (argc > 1)
		return ctl_usage("watch: [--interval SECONDS] [--count N]");
	if (interval)
		seconds = strtod(interval, &end);
	if (*end || (interval && !*interval) || !(seconds >= 0.1 && seconds <= 86400))
		return ctl_usage("watch: --interval: 0.1 to 86400 seconds");
	if (count && (!ctl_number(count, &n) || !n))
		return ctl_usage("watch: --count: a number from 1 on");
	obstacle = view_obstacle(&code);
	if (obstacle && code == CTL_UNKNOWN)
		ctl_warn("%s; events are not shown, counters are those of sysfs", obstacle);
	return watch_loop(seconds, n);
}
