// SPDX-License-Identifier: GPL-2.0-only
/*
 * show: what debugfs has, for people and for programs; here the parts about a whole SMMU.
 *
 * Values that are text in debugfs stay text; counts are numbers.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "show.h"

bool show_everything;

int show_unreadable(const char *smmu, const char *file, int err)
{
	ctl_warn("%s of %s cannot be read: %s", file, smmu, strerror(-err));
	return CTL_UNKNOWN;
}

/* A count as a number, anything else as text. */
static void show_count(const char *key, const char *title, const char *text)
{
	uint64_t value;

	if (ctl_number(text, &value) && !ctl_starts(text, "0x"))
		out_unum(key, title, value);
	else
		out_str(key, title, text);
}

/* The part of an SMMU: a file of its, shown by @print. */
static int show_each(const struct select *sel, const char *file,
		     void (*print)(const struct select *, const char *smmu, const struct view *))
{
	struct ctl_list smmus = { 0 };
	int ret = CTL_OK;
	size_t i;

	view_smmus(&smmus);
	out_array("smmus", "");
	for (i = 0; i < smmus.nr; i++) {
		struct view v;
		int err;

		if (!select_smmu(sel, smmus.item[i]))
			continue;
		err = view_read(&v, CTL_DEBUGFS "/%s/%s", smmus.item[i], file);
		if (err) {
			ret = show_unreadable(smmus.item[i], file, err);
			continue;
		}
		out_object(NULL, NULL);
		out_str("smmu", "SMMU", smmus.item[i]);
		print(sel, smmus.item[i], &v);
		out_end();
		view_free(&v);
	}
	out_end();
	ctl_list_free(&smmus);
	return ret;
}

/* ---------------------------------------------------------------- features */

/* "on  range invalidation (RIL)", "off broadcast TLB maintenance (BTM): not implemented". */
static void show_feature(const char *text)
{
	bool on = ctl_starts(text, "on ");
	const char *name = text + strcspn(text, " "), *why;

	name += strspn(name, " ");
	why = on ? NULL : strstr(name, ": ");
	out_row();
	out_bool("on", "on", on);
	out_fmt("name", "feature", "%.*s", (int)(why ? (size_t)(why - name) : strlen(name)), name);
	out_str("why", "why not", why ? why + 2 : NULL);
	out_end();
}

void show_texts(const struct view *v, const char *key, const char *array, const char *title)
{
	size_t i;

	out_array(array, view_get(v, key) ? title : NULL);
	for (i = 0; i < v->nr; i++) {
		if (!strcmp(v->line[i].key, key))
			out_str(NULL, NULL, v->line[i].value);
	}
	out_end();
}

static void show_features_one(const struct select *sel, const char *smmu, const struct view *v)
{
	static const char * const apart[] = { "feature", "erratum", "quirk", "smmu", "#", "" };
	size_t i, k;

	(void)sel;
	(void)smmu;
	out_object("properties", "");
	for (i = 0; i < v->nr; i++) {
		for (k = 0; k < CTL_ARRAY_SIZE(apart); k++) {
			if (!strcmp(v->line[i].key, apart[k]))
				break;
		}
		if (k == CTL_ARRAY_SIZE(apart))
			out_str(v->line[i].key, v->line[i].key, v->line[i].value);
	}
	out_end();
	show_texts(v, "erratum", "errata", "errata");
	show_texts(v, "quirk", "quirks", "quirks");
	out_table("features", "");
	for (i = 0; i < v->nr; i++) {
		if (!strcmp(v->line[i].key, "feature"))
			show_feature(v->line[i].value);
	}
	out_end();
}

static int show_features(const struct select *sel)
{
	return show_each(sel, "features", show_features_one);
}

/* ---------------------------------------------------------------- queues, counters */

/* "4-7 19" and, of the last one, "524288- 1": microseconds and how often. */
static void show_wait(const char *text)
{
	unsigned long long from, to, count;

	out_row();
	if (sscanf(text, "%llu-%llu %llu", &from, &to, &count) == 3) {
		out_unum("from_us", "from us", from);
		out_unum("to_us", "to us", to);
		out_unum("count", "count", count);
	} else if (sscanf(text, "%llu- %llu", &from, &count) == 2) {
		out_unum("from_us", "from us", from);
		out_null("to_us", "to us");
		out_unum("count", "count", count);
	}
	out_end();
}

static void show_queues_one(const struct select *sel, const char *smmu, const struct view *v)
{
	size_t i;

	(void)sel;
	(void)smmu;
	out_object("queues", "");
	for (i = 0; i < v->nr; i++) {
		const struct view_line *l = &v->line[i];

		if (*l->key && *l->key != '#' && strcmp(l->key, "sync_wait"))
			show_count(l->key, l->key, l->value);
	}
	out_end();
	out_table("sync_waits", "waits for CMD_SYNC");
	for (i = 0; i < v->nr; i++) {
		if (!strcmp(v->line[i].key, "sync_wait"))
			show_wait(v->line[i].value);
	}
	out_end();
}

static int show_queues(const struct select *sel)
{
	return show_each(sel, "queues", show_queues_one);
}

static void show_counters_one(const struct select *sel, const char *smmu, const struct view *v)
{
	size_t i;

	(void)sel;
	(void)smmu;
	out_object("counters", "");
	for (i = 0; i < v->nr; i++) {
		char *copy = ctl_strdup(v->line[i].value), *field[2];
		uint64_t value;

		if (!*v->line[i].key && view_fields(copy, field, 2) == 2 &&
		    ctl_number(field[1], &value))
			out_unum(field[0], field[0], value);
		free(copy);
	}
	out_end();
}

static int show_counters(const struct select *sel)
{
	return show_each(sel, "counters", show_counters_one);
}

/* ---------------------------------------------------------------- events */

/* "0x18 0000:00:03.0 F_TRANSLATION 16" */
static void show_event(const struct select *sel, const char *smmu, const char *line)
{
	char *copy = ctl_strdup(line), *field[4];

	if (view_fields(copy, field, 4) == 4 && select_stream(sel, smmu, field[0])) {
		out_row();
		out_str("sid", "StreamID", strcmp(field[0], "-") ? field[0] : NULL);
		out_str("device", "device", strcmp(field[1], "-") ? field[1] : NULL);
		out_str("type", "event", field[2]);
		show_count("count", "count", field[3]);
		out_end();
	}
	free(copy);
}

static void show_events_one(const struct select *sel, const char *smmu, const struct view *v)
{
	size_t i;
	bool any = false;

	for (i = 0; i < v->nr; i++) {
		const struct view_line *l = &v->line[i];

		if (isalpha((unsigned char)*l->key) && !ctl_starts(l->key, "gerror "))
			show_count(l->key, l->key, l->value);
	}
	for (i = 0; i < v->nr; i++)
		any = any ||
		      (ctl_starts(v->line[i].key, "gerror ") && strcmp(v->line[i].value, "0"));
	out_object("gerrors", any || show_everything ? "global errors" : NULL);
	for (i = 0; i < v->nr; i++) {
		const struct view_line *l = &v->line[i];
		bool quiet = !strcmp(l->value, "0") && !show_everything;

		if (ctl_starts(l->key, "gerror "))
			show_count(l->key + 7, quiet ? NULL : l->key + 7, l->value);
	}
	out_end();
	out_table("streams", "by stream");
	for (i = 0; i < v->nr; i++) {
		if (!*v->line[i].key)
			show_event(sel, smmu, v->line[i].value);
	}
	out_end();
}

static int show_events(const struct select *sel)
{
	return show_each(sel, "events", show_events_one);
}

/* ---------------------------------------------------------------- without root */

/* Of each SMMU that smmu3 drives, by its folder in /sys/class/iommu. */
static int show_plain(void (*print)(const struct smmu *))
{
	struct machine m;
	size_t i;

	machine_read(&m);
	out_array("smmus", "");
	for (i = 0; i < m.nr; i++) {
		if (!m.smmu[i].driver || strcmp(m.smmu[i].driver, "smmu3"))
			continue;
		out_object(NULL, NULL);
		out_str("smmu", "SMMU", m.smmu[i].name);
		print(&m.smmu[i]);
		out_end();
	}
	out_end();
	machine_free(&m);
	return CTL_OK;
}

static void show_counters_sysfs(const struct smmu *smmu)
{
	char *dir = ctl_format("/sys/class/iommu/%s/smmu3", smmu->class ? smmu->class : "");
	struct ctl_list names = { 0 };
	size_t i;

	ctl_names(dir, &names);
	out_object("counters", "");
	for (i = 0; i < names.nr; i++) {
		char *text = smmu_attr(smmu, names.item[i]);
		uint64_t value;

		if (text && ctl_number(text, &value))
			out_unum(names.item[i], names.item[i], value);
		free(text);
	}
	out_end();
	ctl_list_free(&names);
	free(dir);
}

static int show_counters_plain(const struct select *sel)
{
	(void)sel;
	return show_plain(show_counters_sysfs);
}

static void show_features_sysfs(const struct smmu *smmu)
{
	char *version = smmu_attr(smmu, "driver_version"), *state = smmu_attr(smmu, "state");
	struct view v;
	size_t i;

	out_object("properties", "");
	out_str("driver_version", "driver_version", version);
	out_str("state", "state", state);
	out_end();
	free(version);
	free(state);
	if (view_read(&v, "/sys/class/iommu/%s/smmu3/features", smmu->class ? smmu->class : ""))
		return;
	out_table("features", "");
	for (i = 0; i < v.nr; i++) {
		out_row();
		out_bool("on", "on", true);
		out_str("name", "feature", v.line[i].value);
		out_null("why", NULL);
		out_end();
	}
	out_end();
	view_free(&v);
}

static int show_features_plain(const struct select *sel)
{
	(void)sel;
	return show_plain(show_features_sysfs);
}

/* ---------------------------------------------------------------- the command */

static const struct show shows[] = {
	{ "features", show_features, show_features_plain },
	{ "streams", show_streams, show_devices_plain },
	{ "ste", show_ste, NULL },
	{ "cd", show_cd, NULL },
	{ "asid", show_asid, NULL },
	{ "domains", show_domains, show_devices_plain },
	{ "queues", show_queues, NULL },
	{ "events", show_events, NULL },
	{ "counters", show_counters, show_counters_plain },
};

static const struct show *show_find(const char *name)
{
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(shows); i++) {
		if (!strcmp(shows[i].name, name))
			return &shows[i];
	}
	return NULL;
}

static int show_run(const struct show *show, const struct select *sel)
{
	const char *obstacle;
	int code, ret;

	obstacle = view_obstacle(&code);
	if (obstacle && (!show->run_plain || code == CTL_FAILED)) {
		ctl_warn("show %s: %s", show->name, obstacle);
		return code;
	}
	if (obstacle)
		ctl_warn("%s; what follows is what sysfs gives, without the SMMU's tables",
			 obstacle);
	out_begin("show");
	out_str("what", NULL, show->name);
	out_bool("complete", NULL, !obstacle);
	ret = obstacle ? show->run_plain(sel) : show->run(sel);
	out_finish();
	return ret;
}

int cmd_show(int argc, char **argv)
{
	const struct ctl_option options[] = {
		{ "--all", NULL, &show_everything }, { NULL, NULL, NULL }
	};
	const struct show *show;
	struct select sel;
	int err = ctl_options(&argc, argv, options);

	if (err)
		return err;
	if (argc < 2 || argc > 3)
		return ctl_usage("show: WHAT [DEVICE|STREAMID]; see smmu3ctl help show");
	show = show_find(argv[1]);
	if (!show)
		return ctl_usage("show: there is no %s; see smmu3ctl help show", argv[1]);
	err = select_find(&sel, argc > 2 ? argv[2] : NULL);
	if (err)
		return err;
	err = show_run(show, &sel);
	select_free(&sel);
	return err;
}
