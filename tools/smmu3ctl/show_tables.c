// SPDX-License-Identifier: GPL-2.0-only
/*
 * show: the tables that an SMMU reads, and whose they are.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "show.h"

static void show_sid(const struct stream *s)
{
	out_str("smmu", "SMMU", s->smmu);
	out_str("sid", "StreamID", s->name);
}

/* Driver, group and type of a device, where there are such. */
static void show_device(const char *device)
{
	char *driver = device ? device_driver(device) : NULL;
	char *group = device ? device_group(device) : NULL;
	char *type = group ? group_type(group) : NULL;

	out_str("device", "device", device);
	out_str("driver", "driver", driver);
	out_str("group", "group", group);
	out_str("type", "type", type);
	free(driver);
	free(group);
	free(type);
}

/* A file of each stream. ENOENT: the stream has gone by now. */
static int show_streams_each(const struct select *sel, const char *file, const char *array,
			     void (*print)(const struct stream *, const struct view *))
{
	int ret = CTL_OK;
	size_t i;

	out_array(array, "");
	for (i = 0; i < sel->nr; i++) {
		const struct stream *s = &sel->stream[i];
		struct view v;
		int err = view_read(&v, CTL_DEBUGFS "/%s/streams/%s/%s", s->smmu, s->name, file);

		if (err && err != -ENOENT)
			ret = show_unreadable(s->smmu, file, err);
		if (err)
			continue;
		out_object(NULL, NULL);
		print(s, &v);
		out_end();
		view_free(&v);
	}
	out_end();
	return ret;
}

static void show_mismatches(const struct view *v)
{
	show_texts(v, "MISMATCH", "mismatches", "MISMATCH");
	out_color(OUT_BAD);
}

/* ---------------------------------------------------------------- streams */

/* "0x28 0000:00:05.0 w0 w1 w2 w3 V=1 Config=S1 ..." */
static void show_stream(const struct select *sel, const char *smmu, const char *line)
{
	char *copy = ctl_strdup(line), *field[7], *config;
	size_t i;

	if (view_fields(copy, field, 7) != 7 || !select_stream(sel, smmu, field[0])) {
		free(copy);
		return;
	}
	config = view_word(field[6], "Config");
	/* Entries that nobody has and that refuse everything are most of a table. */
	if (show_everything || strcmp(field[1], "-") || !config || strcmp(config, "abort")) {
		out_row();
		out_str("smmu", "SMMU", smmu);
		out_str("sid", "StreamID", field[0]);
		show_device(strcmp(field[1], "-") ? field[1] : NULL);
		out_str("config", "DMA", config);
		out_str("text", NULL, field[6]);
		out_array("words", NULL);
		for (i = 2; i < 6; i++)
			out_str(NULL, NULL, field[i]);
		out_end();
		out_end();
	}
	free(config);
	free(copy);
}

int show_streams(const struct select *sel)
{
	struct ctl_list smmus = { 0 };
	int ret = CTL_OK, err;
	size_t i, k;

	view_smmus(&smmus);
	out_table("streams", "");
	for (i = 0; i < smmus.nr; i++) {
		struct view v;

		if (!select_smmu(sel, smmus.item[i]))
			continue;
		err = view_read(&v, CTL_DEBUGFS "/%s/streams/table", smmus.item[i]);
		if (err) {
			ret = show_unreadable(smmus.item[i], "streams/table", err);
			continue;
		}
		for (k = 0; k < v.nr; k++) {
			if (!*v.line[k].key)
				show_stream(sel, smmus.item[i], v.line[k].value);
		}
		view_free(&v);
	}
	out_end();
	ctl_list_free(&smmus);
	return ret;
}

/* ---------------------------------------------------------------- ste, cd */

/* word0 to word7, from line *@i on; *@i is left at the line behind them. */
static void show_words(const struct view *v, size_t *i)
{
	out_array("words", NULL);
	while (*i < v->nr && ctl_starts(v->line[*i].key, "word"))
		out_str(NULL, NULL, v->line[(*i)++].value);
	out_end();
}

static void show_ste_one(const struct stream *s, const struct view *v)
{
	size_t i;

	show_sid(s);
	show_texts(v, "device", "devices", "devices");
	for (i = 0; i < v->nr && !ctl_starts(v->line[i].key, "word"); i++)
		;
	show_words(v, &i);
	out_str("l1", NULL, view_get(v, "l1"));
	out_str("address", "address", view_get(v, "address"));
	out_str("text", "entry", view_get(v, "text"));
	out_str("held_bypass", view_get(v, "held_bypass") ? "held in bypass" : NULL,
		view_get(v, "held_bypass"));
	show_texts(v, "held_for", "held_for", "held for");
	show_texts(v, "note", "notes", "note");
	show_mismatches(v);
}

int show_ste(const struct select *sel)
{
	return show_streams_each(sel, "ste", "entries", show_ste_one);
}

/* The block of a descriptor, which begins with line @i "ssid:"; the line behind it. */
static size_t show_descriptor(const struct view *v, size_t i)
{
	size_t end = i + 1, k;

	while (end < v->nr && strcmp(v->line[end].key, "ssid"))
		end++;
	out_row();
	out_str("ssid", "SubstreamID", v->line[i].value);
	for (k = i + 1; k < end; k++) {
		if (!strcmp(v->line[k].key, "address"))
			out_str("address", "address", v->line[k].value);
		else if (!strcmp(v->line[k].key, "text"))
			out_str("text", "descriptor", v->line[k].value);
	}
	for (k = i + 1; k < end && !ctl_starts(v->line[k].key, "word"); k++)
		;
	show_words(v, &k);
	out_end();
	return end;
}

static void show_cd_one(const struct stream *s, const struct view *v)
{
	size_t i;

	show_sid(s);
	out_str("table", "table", view_get(v, "table"));
	out_str("in_use", "in use", view_get(v, "in_use"));
	out_str("stream_ids", NULL, view_get(v, "stream_ids"));
	show_texts(v, "l1", "l1", NULL);
	show_mismatches(v);
	out_table("descriptors", "");
	for (i = 0; i < v->nr; ) {
		if (!strcmp(v->line[i].key, "ssid"))
			i = show_descriptor(v, i);
		else
			i++;
	}
	out_end();
}

int show_cd(const struct select *sel)
{
	return show_streams_each(sel, "cd", "tables", show_cd_one);
}

/* ---------------------------------------------------------------- asid */

/* "0000:00:05.0,0000:00:09.0/0x1": is one of them the device? */
static bool show_tag_of(const char *uses, const char *device)
{
	size_t n = strlen(device);

	for (; *uses; uses += strcspn(uses, ","), uses += *uses == ',') {
		if (!strncmp(uses, device, n) && (!uses[n] || uses[n] == ',' || uses[n] == '/'))
			return true;
	}
	return false;
}

/* "0x153 sva:412 pinned 1 0000:00:09.0/0x1" */
static void show_tag(const struct select *sel, const char *smmu, const char *kind, const char *line)
{
	char *copy = ctl_strdup(line), *field[5], *process, *use, *save;
	uint64_t users = 0;

	if (view_fields(copy, field, 5) != 5 ||
	    (sel->device && !show_tag_of(field[4], sel->device))) {
		free(copy);
		return;
	}
	process = strchr(field[1], ':');
	if (process)
		*process++ = '\0';
	ctl_number(field[3], &users);
	out_row();
	out_str("smmu", "SMMU", smmu);
	out_str("kind", "kind", kind);
	out_str("number", "number", field[0]);
	out_str("owner", "owner", field[1]);
	out_str("process", "process", process);
	out_str("sharing", "sharing", field[2]);
	out_unum("users", "users", users);
	out_array("devices", "devices");
	for (use = strtok_r(field[4], ",", &save); use; use = strtok_r(NULL, ",", &save)) {
		if (strcmp(use, "-"))
			out_str(NULL, NULL, use);
	}
	out_end();
	out_end();
	free(copy);
}

int show_asid(const struct select *sel)
{
	static const char *const file[] = {"asids", "vmids"}, *const kind[] = {"ASID", "VMID"};
	struct ctl_list smmus = { 0 };
	int ret = CTL_OK, err;
	size_t i, f, k;

	view_smmus(&smmus);
	out_table("tags", "");
	for (i = 0; i < 2 * smmus.nr; i++) {
		const char *smmu = smmus.item[i / 2];
		struct view v;

		f = i % 2;
		if (!select_smmu(sel, smmu))
			continue;
		err = view_read(&v, CTL_DEBUGFS "/%s/%s", smmu, file[f]);
		if (err) {
			ret = show_unreadable(smmu, file[f], err);
			continue;
		}
		for (k = 0; k < v.nr; k++) {
			if (!*v.line[k].key)
				show_tag(sel, smmu, kind[f], v.line[k].value);
		}
		view_free(&v);
	}
	out_end();
	ctl_list_free(&smmus);
	return ret;
}

/* ---------------------------------------------------------------- domains */

/* "pasid 0x1: ASID 0x153, stage 1, owner sva, ..." lines of a device. */
static size_t show_pasids(const struct view *v, size_t i)
{
	out_array("pasids", "PASIDs");
	for (; i < v->nr && ctl_starts(v->line[i].key, "pasid "); i++)
		out_fmt(NULL, NULL, "%s: %s", v->line[i].key + 6, v->line[i].value);
	out_end();
	return i;
}

/* The block of a device, which begins with line @i "device:"; the line behind it. */
static size_t show_domain(const struct stream *s, const struct view *v, size_t i)
{
	static const struct {
		const char *key, *title;
	} shown[] = {
		{ "rid", "domain" }, { "space", "address space" }, { "ats", "ATS" },
		{ "stalls", "stalls" }, { "page_requests", "page requests" },
		{ "substream_id_bits", NULL },
	};
	struct view one = { .line = v->line + i, .nr = 1 };
	const char *device = v->line[i].value;
	size_t k;

	while (i + one.nr < v->nr && strcmp(v->line[i + one.nr].key, "device"))
		one.nr++;
	out_object(NULL, NULL);
	show_sid(s);
	show_device(strcmp(device, "(no device)") ? device : NULL);
	for (k = 0; k < CTL_ARRAY_SIZE(shown); k++)
		out_str(shown[k].key, view_get(&one, shown[k].key) ? shown[k].title : NULL,
			view_get(&one, shown[k].key));
	for (k = 0; k < one.nr && !ctl_starts(one.line[k].key, "pasid "); k++)
		;
	show_pasids(&one, k);
	out_end();
	return i + one.nr;
}

static void show_domain_file(const struct stream *s, const struct view *v)
{
	size_t i = 0;

	while (i < v->nr) {
		if (!strcmp(v->line[i].key, "device"))
			i = show_domain(s, v, i);
		else
			i++;
	}
}

int show_domains(const struct select *sel)
{
	int ret = CTL_OK;
	size_t i;

	out_array("domains", "");
	for (i = 0; i < sel->nr; i++) {
		const struct stream *s = &sel->stream[i];
		struct view v;
		int err = view_read(&v, CTL_DEBUGFS "/%s/streams/%s/domain", s->smmu, s->name);

		if (err && err != -ENOENT)
			ret = show_unreadable(s->smmu, "domain", err);
		if (err)
			continue;
		show_domain_file(s, &v);
		view_free(&v);
	}
	out_end();
	return ret;
}

/* ---------------------------------------------------------------- without root */

int show_devices_plain(const struct select *sel)
{
	struct machine m;
	size_t i, k;

	machine_read(&m);
	out_table("devices", "");
	for (i = 0; i < m.nr; i++) {
		struct ctl_list devices = { 0 };

		smmu_devices(&m.smmu[i], &devices);
		for (k = 0; k < devices.nr; k++) {
			if (sel->device && strcmp(sel->device, devices.item[k]))
				continue;
			out_row();
			out_str("smmu", "SMMU", m.smmu[i].name);
			show_device(devices.item[k]);
			out_end();
		}
		ctl_list_free(&devices);
	}
	out_end();
	machine_free(&m);
	return CTL_OK;
}
