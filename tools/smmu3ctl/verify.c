// SPDX-License-Identifier: GPL-2.0-only
/*
 * verify: is everything as it should be?
 *
 * The tables in memory against what the driver believes (which prints MISMATCH lines itself), each
 * device's group and default domain against what its stream leads to, the state of each SMMU, and
 * errors. A finding makes the exit code 5; a note does not.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "view.h"

/* Findings come while other tables are written, and are printed behind them. */
static struct ctl_list verify_wrong, verify_notes;
static bool verify_incomplete;

static void CTL_PRINTF(2, 3) verify_add(struct ctl_list *list, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = ctl_vformat(fmt, ap);
	va_end(ap);
	ctl_list_add(list, s);
	free(s);
}

/* ---------------------------------------------------------------- SMMUs */

/* Counters that are 0 on a healthy machine. */
static void verify_counters(const struct smmu *s)
{
	static const struct {
		const char	*name, *what;
	} bad[] = {
		{ "sync_timeouts", "commands that did not complete in time" },
		{ "recoveries", "recoveries from errors of the command queue" },
		{ "gerrors", "global errors" },
	};
	uint64_t value;
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(bad); i++) {
		char *text = smmu_attr(s, bad[i].name);

		if (!text || !ctl_number(text, &value)) {
			verify_incomplete = true;
			verify_add(&verify_notes, "%s: its counter %s cannot be read", s->name,
				   bad[i].name);
		} else if (value) {
			verify_add(&verify_wrong, "%s: %s: %llu", s->name, bad[i].what,
				   (unsigned long long)value);
		}
		free(text);
	}
}

static void verify_smmu(const struct smmu *s)
{
	char *state;

	if (!s->driver || strcmp(s->driver, "smmu3")) {
		verify_add(&verify_wrong, "%s: driven by %s, not by smmu3", s->name,
			   s->driver ? s->driver : "nobody");
		return;
	}
	state = smmu_attr(s, "state");
	if (!state) {
		verify_incomplete = true;
		verify_add(&verify_notes, "%s: its state cannot be read", s->name);
	} else if (strcmp(state, "enabled")) {
		verify_add(&verify_wrong, "%s: its state is %s", s->name, state);
	}
	verify_counters(s);
	free(state);
}

/* ---------------------------------------------------------------- streams */

static void verify_mismatches(const struct stream *s, const char *file)
{
	struct view v;
	size_t i;
	int err = view_read(&v, CTL_DEBUGFS "/%s/streams/%s/%s", s->smmu, s->name, file);

	if (err) {
		/* A stream may go at any time. */
		if (err != -ENOENT) {
			verify_incomplete = true;
			verify_add(&verify_notes, "%s: %s of StreamID %s cannot be read: %s",
				   s->smmu, file, s->name, strerror(-err));
		}
		return;
	}
	for (i = 0; i < v.nr; i++) {
		if (!strcmp(v.line[i].key, "MISMATCH"))
			verify_add(&verify_wrong, "%s: %s of StreamID %s: MISMATCH: %s", s->smmu,
				   file, s->name, v.line[i].value);
	}
	view_free(&v);
}

static bool verify_is(const char *s, const char *want)
{
	return s && !strcmp(s, want);
}

/* Does what the driver attached (@rid) fit the default domain of the group? */
static bool verify_domain_fits(const char *type, const char *rid, const char *driver)
{
	/* A device that a program drives has that program's domain. */
	if (!type || !rid || (driver && ctl_starts(driver, "vfio")))
		return true;
	if (ctl_starts(type, "DMA"))
		return verify_is(rid, "translate");
	if (!strcmp(type, "identity") || !strcmp(type, "blocked"))
		return verify_is(rid, type);
	return true;
}

/* Does the entry that the SMMU reads fit what is attached? */
static bool verify_entry_fits(const char *config, const char *rid)
{
	if (!config || !rid)
		return true;
	if (!strcmp(rid, "translate"))
		return strcmp(config, "abort") && strcmp(config, "bypass");
	/* With PASIDs beside them, identity and blocked live in a stage 1 entry. */
	return strcmp(config, strcmp(rid, "identity") ? "bypass" : "abort");
}

static void verify_device(const struct stream *s, const char *device, const char *rid,
			  const char *config)
{
	char *driver = device_driver(device), *group = device_group(device);
	char *type = group ? group_type(group) : NULL;

	if (!group)
		verify_add(&verify_wrong, "%s: it has a StreamID (%s) and no group", device,
			   s->name);
	if (!verify_domain_fits(type, rid, driver))
		verify_add(&verify_wrong, "%s: its group's domain is %s, it is attached to %s",
			   device, type, rid);
	if (!verify_entry_fits(config, rid))
		verify_add(&verify_wrong,
			   "%s: it is attached to %s, its stream table entry says %s", device, rid,
			   config);
	out_row();
	out_str("device", "device", device);
	out_str("smmu", "SMMU", s->smmu);
	out_str("sid", "StreamID", s->name);
	out_str("driver", "driver", driver);
	out_str("group", "group", group);
	out_str("type", "type", type);
	out_str("rid", "attached to", rid);
	out_str("config", "entry", config);
	out_end();
	free(driver);
	free(group);
	free(type);
}

/* The entry of a stream that no device has must refuse, or say why it does not. */
static void verify_no_device(const struct stream *s, const char *config, const char *held)
{
	if (held)
		verify_add(&verify_notes, "StreamID %s: passes untranslated: %s", s->name, held);
	else if (config && strcmp(config, "abort"))
		verify_add(&verify_wrong, "StreamID %s: no device has it, and its entry says %s",
			   s->name, config);
}

static void verify_held(const struct view *ste, const struct stream *s, const char *held)
{
	const char *device = view_get(ste, "held_for");

	if (held && device)
		verify_add(&verify_wrong,
			   "%s: its DMA passes untranslated: %s (bind its driver anew)", device,
			   held);
	else if (held)
		verify_add(&verify_notes, "StreamID %s: passes untranslated: %s", s->name, held);
}

static void verify_stream(const struct stream *s)
{
	struct view ste, domain;
	const char *rid, *held;
	char *config;
	size_t i;

	if (view_read(&ste, CTL_DEBUGFS "/%s/streams/%s/ste", s->smmu, s->name))
		return;
	if (view_read(&domain, CTL_DEBUGFS "/%s/streams/%s/domain", s->smmu, s->name)) {
		view_free(&ste);
		return;
	}
	config = view_word(view_get(&ste, "text"), "Config");
	held = view_get(&ste, "held_bypass");
	for (i = 0, rid = NULL; i < domain.nr; i++) {
		struct view rest = { .line = domain.line + i, .nr = domain.nr - i };

		if (strcmp(domain.line[i].key, "device"))
			continue;
		rid = view_get(&rest, "rid");
		if (!strcmp(domain.line[i].value, "(no device)"))
			verify_no_device(s, config, held);
		else
			verify_device(s, domain.line[i].value, held ? NULL : rid, config);
	}
	if (rid && strcmp(view_get(&domain, "device"), "(no device)"))
		verify_held(&ste, s, held);
	free(config);
	view_free(&ste);
	view_free(&domain);
}

/* ---------------------------------------------------------------- events, devices */

/* Faults of tables: the driver's or the memory's, never a device's. */
static bool verify_is_ours(const char *type)
{
	static const char *const ours[] = {
		"C_BAD_STE",   "C_BAD_CD",	 "F_STE_FETCH",	   "F_CD_FETCH",
		"F_WALK_EABT", "F_TLB_CONFLICT", "F_CFG_CONFLICT",
	};
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(ours); i++) {
		if (!strcmp(ours[i], type))
			return true;
	}
	return false;
}

static void verify_event_line(const char *smmu, const char *line)
{
	char *copy = ctl_strdup(line), *field[4];

	if (view_fields(copy, field, 4) == 4 && strcmp(field[2], "not_printed") &&
	    strcmp(field[2], "page_requests"))
		verify_add(verify_is_ours(field[2]) ? &verify_wrong : &verify_notes,
			   "%s: %s events %s of StreamID %s (%s)", smmu, field[3], field[2],
			   field[0], field[1]);
	free(copy);
}

static void verify_events(const char *smmu)
{
	struct view v;
	size_t i;

	if (view_read(&v, CTL_DEBUGFS "/%s/events", smmu)) {
		verify_incomplete = true;
		return;
	}
	for (i = 0; i < v.nr; i++) {
		if (!*v.line[i].key)
			verify_event_line(smmu, v.line[i].value);
	}
	view_free(&v);
}

/* "0000:00:05.0\tpci: wait for supplier 9050000.smmuv3" */
static void verify_deferred(const struct machine *m)
{
	struct view v;
	size_t i, k;

	if (view_read(&v, "/sys/kernel/debug/devices_deferred")) {
		verify_incomplete = true;
		return;
	}
	for (i = 0; i < v.nr; i++) {
		char *line = *v.line[i].key ? ctl_format("%s: %s", v.line[i].key, v.line[i].value) :
			     ctl_strdup(v.line[i].value);
		bool ours = strstr(line, "iommu");

		for (k = 0; k < m->nr; k++)
			ours = ours || strstr(line, m->smmu[k].name);
		verify_add(ours ? &verify_wrong : &verify_notes, "deferred: %s", line);
		free(line);
	}
	view_free(&v);
}

/* Without root: what sysfs knows of the devices behind an SMMU. */
static void verify_devices_plain(const struct smmu *s)
{
	struct ctl_list devices = { 0 };
	size_t i;

	smmu_devices(s, &devices);
	for (i = 0; i < devices.nr; i++) {
		struct stream stream = { .smmu = s->name, .name = "-" };

		verify_device(&stream, devices.item[i], NULL, NULL);
	}
	ctl_list_free(&devices);
}

static void verify_run(const struct machine *m)
{
	struct select sel;
	const char *obstacle;
	int code;
	size_t i;

	obstacle = view_obstacle(&code);
	for (i = 0; i < m->nr; i++)
		verify_smmu(&m->smmu[i]);
	out_table("devices", "devices");
	if (obstacle) {
		verify_incomplete = true;
		verify_add(&verify_notes, "the tables were not looked at: %s", obstacle);
		for (i = 0; i < m->nr; i++)
			verify_devices_plain(&m->smmu[i]);
	} else if (!select_find(&sel, NULL)) {
		for (i = 0; i < sel.nr; i++) {
			verify_stream(&sel.stream[i]);
			verify_mismatches(&sel.stream[i], "ste");
			verify_mismatches(&sel.stream[i], "cd");
		}
		select_free(&sel);
	}
	out_end();
	for (i = 0; !obstacle && i < m->nr; i++) {
		if (m->smmu[i].driver && !strcmp(m->smmu[i].driver, "smmu3"))
			verify_events(m->smmu[i].name);
	}
	if (!obstacle)
		verify_deferred(m);
}

static void verify_list(const char *key, const char *mark, struct ctl_list *list,
			enum out_color color)
{
	size_t i;

	out_array(key, NULL);
	for (i = 0; i < list->nr; i++)
		out_str(NULL, NULL, list->item[i]);
	out_end();
	for (i = 0; i < list->nr; i++) {
		out_text("%s: %s", mark, list->item[i]);
		out_color(color);
	}
	ctl_list_free(list);
}

static enum ctl_exit verify_finish(void)
{
	enum ctl_exit ret = verify_wrong.nr ? CTL_WRONG : verify_incomplete ? CTL_UNKNOWN : CTL_OK;

	out_str("verdict", "verdict", ret == CTL_WRONG ? "wrong" : ret ? "incomplete" : "good");
	out_color(ret == CTL_WRONG ? OUT_BAD : ret ? OUT_WARN : OUT_GOOD);
	verify_list("findings", "wrong", &verify_wrong, OUT_BAD);
	verify_list("notes", "note", &verify_notes, OUT_WARN);
	return ret;
}

int cmd_verify(int argc, char **argv)
{
	enum ctl_exit ret;
	struct machine m;
	int err = ctl_options(&argc, argv, NULL);

	if (err)
		return err;
	if (argc > 1)
		return ctl_usage("verify: it takes no arguments");
	machine_read(&m);
	ret = machine_verdict(&m);
	out_begin("verify");
	if (m.ours) {
		verify_run(&m);
		ret = verify_finish();
	} else {
		out_str("verdict", "verdict", ret == CTL_NO_SMMU ? "no SMMUv3 here" :
			ret == CTL_INACTIVE ? "not active: smmu3 drives no SMMU" : "cannot tell");
		out_color(OUT_WARN);
	}
	out_finish();
	machine_free(&m);
	return ret;
}
