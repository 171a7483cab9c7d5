// SPDX-License-Identifier: GPL-2.0-only
/*
 * ab record: every kind of work in turn, and that for each round, so that what drifts on a machine
 * (clock rates, heat, other people) falls on all of them. Invariant: a record is written whole or
 * not at all.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <smmu3/version.h>

#include "ab.h"

volatile int ab_stopped;

static const struct ab_load * const loads[] = {
	&ab_load_dma, &ab_load_fio, &ab_load_blkwork, &ab_load_net, &ab_load_sva,
};

/* Of each of them: it can be run, and has not failed yet. */
static bool runs[CTL_ARRAY_SIZE(loads)];

static void stop(int sig)
{
	(void)sig;
	ab_stopped = 1;
}

static void heed_signals(void)
{
	struct sigaction act = { .sa_handler = stop };

	/* Nor may somebody who stops to read leave a device bound. */
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
}

void ab_figure(struct json *results, const char *workload, const char *metric, const char *unit,
	       bool lower, double value)
{
	struct json *r, *values = NULL;

	json_each(r, results)
		if (!strcmp(json_text(r, "workload"), workload) &&
		    !strcmp(json_text(r, "metric"), metric))
			values = (struct json *)json_get(r, "values");
	if (!values) {
		r = json_add(results, NULL, JSON_OBJECT);
		json_add_text(r, "workload", workload);
		json_add_text(r, "metric", metric);
		json_add_text(r, "unit", unit);
		json_add_text(r, "better", lower ? "lower" : "higher");
		values = json_add(r, "values", JSON_ARRAY);
	}
	json_add_number(values, NULL, value);
}

/* ---------------------------------------------------------------- options */

/* Decimal, from 1 to @max. */
static bool small_number(const char *text, unsigned int max, unsigned int *value)
{
	uint64_t n;

	if (!text)
		return true;
	if (!ctl_number(text, &n) || !n || n > max)
		return false;
	*value = n;
	return true;
}

static int parse_options(int argc, char **argv, struct ab_options *o)
{
	const char *seconds = NULL, *rounds = NULL;
	const struct ctl_option list[] = {
		{ "-o", &o->out, NULL },
		{ "--dma", &o->dma, NULL },
		{ "--disk", &o->disk, NULL },
		{ "--overwrite", NULL, &o->overwrite },
		{ "--net", &o->net, NULL },
		{ "--seconds", &seconds, NULL },
		{ "--rounds", &rounds, NULL },
		{ NULL, NULL, NULL }
	};
	int err = ctl_options(&argc, argv, list);

	if (err)
		return err;
	if (argc > 1)
		return ctl_usage("ab record: %s: it takes options only", argv[1]);
	o->seconds = 2;
	o->rounds = 5;
	if (!small_number(seconds, 60, &o->seconds))
		return ctl_usage("ab record: --seconds %s: 1 to 60", seconds);
	if (!small_number(rounds, 1000, &o->rounds))
		return ctl_usage("ab record: --rounds %s: 1 to 1000", rounds);
	if (o->overwrite && !o->disk)
		return ctl_usage("ab record: --overwrite goes with --disk");
	if (o->net && *o->net == '-')
		return ctl_usage("ab record: --net %s: this is no host", o->net);
	return 0;
}

/* ---------------------------------------------------------------- work */

static void left_out(struct json *skipped, const char *name, char *why, const char *how)
{
	struct json *s = json_add(skipped, NULL, JSON_OBJECT);

	json_add_text(s, "workload", name);
	json_add_text(s, "why", why);
	ctl_warn("%s %s: %s", name, how, why);
	free(why);
}

static void loads_ready(const struct ab_options *o, struct json *skipped)
{
	char *why;
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(loads); i++) {
		why = NULL;
		runs[i] = !*ctl.root && loads[i]->ready(o, &why);
		if (*ctl.root)
			why = ctl_strdup("with --root nothing is run");
		if (why)
			left_out(skipped, loads[i]->name, why, "left out");
	}
}

static void loads_done(void)
{
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(loads); i++)
		if (runs[i] && loads[i]->done)
			loads[i]->done();
}

/* false: something failed that could be run. */
static bool loads_run(const struct ab_options *o, struct json *results, struct json *skipped)
{
	bool good = true;
	unsigned int round;
	size_t i;

	for (round = 0; round < o->rounds; round++) {
		for (i = 0; i < CTL_ARRAY_SIZE(loads) && !ab_stopped; i++) {
			char *why = NULL;

			if (!runs[i])
				continue;
			ctl_warn("round %u of %u: %s", round + 1, o->rounds, loads[i]->name);
			if (loads[i]->round(o, results, &why) || ab_stopped) {
				free(why);
				continue;
			}
			good = false;
			left_out(skipped, loads[i]->name, why, "failed");
			if (loads[i]->done)
				loads[i]->done();
			runs[i] = false;
		}
	}
	return good;
}

static int plan(const struct ab_options *o)
{
	struct json *skipped = json_new(JSON_ARRAY);
	size_t i;

	loads_ready(o, skipped);
	for (i = 0; i < CTL_ARRAY_SIZE(loads); i++)
		if (runs[i])
			loads[i]->plan(o, stdout);
	printf("%u rounds; nothing was done (--dry-run)\n", o->rounds);
	json_free(skipped);
	return CTL_OK;
}

/* ---------------------------------------------------------------- the record */

static void add_options(struct json *record, const struct ab_options *o)
{
	struct json *options = json_add(record, "options", JSON_OBJECT);
	char *path = o->disk ? realpath(o->disk, NULL) : NULL;
	char *name = path ? device_resolve(path) : NULL;

	json_add_number(options, "seconds", o->seconds);
	json_add_number(options, "rounds", o->rounds);
	json_add_text(options, "disk", o->disk);
	json_add_text(options, "disk_device", name);
	json_add_text(options, "net", o->net);
	free(name);
	free(path);
}

static struct json *record_begin(const struct ab_options *o)
{
	struct json *record = json_new(JSON_OBJECT);
	time_t now = time(NULL);
	char text[32];

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	json_add_number(record, "schema", AB_SCHEMA);
	json_add_text(record, "kind", "smmu3ctl-ab");
	json_add_text(record, "tool", SMMU3_VERSION);
	json_add_text(record, "time", text);
	ab_machine(record);
	/* Before a device is bound for the benchmark: what is compared is the machine as it is. */
	ab_groups(record);
	add_options(record, o);
	return record;
}

/* @record as a file, or on standard output. */
static int write_record(const struct json *record, const struct ab_options *o, FILE *f,
			const char *new)
{
	json_print(f, record);
	if (!o->out)
		return CTL_OK;
	if (fflush(f) || ferror(f) || fsync(fileno(f)) || fclose(f) || rename(new, o->out))
		return ctl_fail("%s: %s", o->out, strerror(errno));
	return CTL_OK;
}

static int run(const struct ab_options *o, FILE *f, const char *new)
{
	struct json *record = record_begin(o), *results, *skipped;
	struct ab_events *events;
	bool good;
	int rc;

	if (!json_get(record, "smmus")->nr)
		ctl_warn("there is no SMMUv3 here, or /sys does not show it");
	results = json_add(record, "results", JSON_ARRAY);
	skipped = json_add(record, "skipped", JSON_ARRAY);
	heed_signals();
	loads_ready(o, skipped);
	events = ab_events_begin();
	good = loads_run(o, results, skipped);
	ab_events_end(events, record);
	loads_done();
	if (ab_stopped)
		rc = ctl_fail("ab record: stopped; no record is written");
	else
		rc = write_record(record, o, f, new);
	json_free(record);
	return rc ? rc : good ? CTL_OK : CTL_FAILED;
}

int ab_record(int argc, char **argv)
{
	struct ab_options o = { .out = NULL };
	char *new = NULL;
	FILE *f = stdout;
	int rc = parse_options(argc, argv, &o);

	if (rc)
		return rc;
	if (ctl.dry_run)
		return plan(&o);
	if (o.out) {
		/* Now, and not after minutes of work. */
		new = ctl_format("%s.new", o.out);
		f = fopen(new, "we");
		if (!f) {
			rc = ctl_fail("%s: %s", new, strerror(errno));
			free(new);
			return rc;
		}
	}
	rc = run(&o, f, new);
	if (new)
		unlink(new);
	free(new);
	return rc;
}
