// SPDX-License-Identifier: GPL-2.0-only
/*
 * walk: from an address of a device to memory.
 *
 * The address goes into the module parameter walk_iova, and the stream's file "walk" shows the walk
 * of it. The parameter is one for all readers: the file names the address that it followed, so
 * another one's address is noticed, and the walk is asked for again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "view.h"

#define WALK_PARAMETER	"/sys/module/smmu3/parameters/walk_iova"
#define WALK_TRIES	5

/* "StreamID 0x28 SubstreamID 0x0: walk of 0xfffc0123 (parameter walk_iova)" */
static bool walk_head(const struct view_line *l, uint64_t *ssid, uint64_t *iova)
{
	unsigned long long sid, a, b;

	if (strcmp(l->key, "#") ||
	    sscanf(l->value, "StreamID %llx SubstreamID %llx: walk of %llx", &sid, &a, &b) != 3)
		return false;
	*ssid = a;
	*iova = b;
	return true;
}

/* The lines of a SubstreamID, without their head; false: it has none. */
static bool walk_part(const struct view *v, uint64_t want, uint64_t *iova, struct view *part)
{
	uint64_t ssid, other;
	size_t i, k;

	for (i = 0; i < v->nr; i++) {
		if (!walk_head(&v->line[i], &ssid, iova) || ssid != want)
			continue;
		for (k = i + 1; k < v->nr && !walk_head(&v->line[k], &ssid, &other); k++)
			;
		*part = (struct view){ .line = v->line + i + 1, .nr = k - i - 1 };
		return true;
	}
	return false;
}

/* "index 0x1ff at 0x447dfff8 raw 0x00000000441bc003 table at 0x441bc000" */
static void walk_level(const struct view_line *l)
{
	char index[24], at[24], raw[24], text[200];

	if (sscanf(l->value, "index %23s at %23s raw %23s %199[^\n]", index, at, raw, text) != 4)
		return;
	out_row();
	out_str("level", "level", l->key + strlen("level"));
	out_str("index", "index", index);
	out_str("at", "at", at);
	out_str("raw", "entry", raw);
	out_str("text", "meaning", text);
	out_end();
}

/* "0x0000fffc0000-0x0000fffc0fff 0x000043d67000 rw AttrIndx=1 SH=ISH nG 1x4K" */
static void walk_range(const char *line)
{
	char *copy = ctl_strdup(line), *field[3], *dash;

	dash = view_fields(copy, field, 3) == 3 ? strchr(field[0], '-') : NULL;
	if (dash) {
		*dash = '\0';
		out_row();
		out_str("first", "first", field[0]);
		out_str("last", "last", dash + 1);
		out_str("output", "output", field[1]);
		out_str("text", "attributes, pages", field[2]);
		out_end();
	}
	free(copy);
}

/* "0xfffc0123 -> 0x43d67123 rw AttrIndx=1 SH=ISH nG" */
static void walk_result(const char *result)
{
	char pa[24], text[160];
	bool mapped = result && sscanf(result, "%*s -> %23s %159[^\n]", pa, text) == 2;

	out_bool("mapped", NULL, mapped);
	out_str("output", NULL, mapped ? pa : NULL);
	out_str("attributes", NULL, mapped ? text : NULL);
	out_str("result", "result", result);
	out_color(mapped ? OUT_GOOD : OUT_WARN);
}

static void walk_print(const struct stream *s, const struct view *part, bool ranges)
{
	size_t i;

	out_object(NULL, NULL);
	out_str("smmu", "SMMU", s->smmu);
	out_str("sid", "StreamID", s->name);
	out_str("tables", "tables", view_get(part, "tables"));
	walk_result(view_get(part, "result"));
	out_table("levels", view_get(part, "tables") ? "levels" : NULL);
	for (i = 0; i < part->nr; i++) {
		if (ctl_starts(part->line[i].key, "level"))
			walk_level(&part->line[i]);
	}
	out_end();
	if (ranges) {
		out_table("ranges", "mapped ranges");
		for (i = 0; i < part->nr; i++) {
			if (!*part->line[i].key)
				walk_range(part->line[i].value);
		}
		out_end();
	}
	out_end();
}

struct walk_args {
	uint64_t	iova, pasid;
	bool		ranges;
};

static int walk_set(uint64_t iova)
{
	char text[32];
	int err;

	snprintf(text, sizeof(text), "0x%llx\n", (unsigned long long)iova);
	err = ctl_write(WALK_PARAMETER, text);
	if (err == -EACCES || err == -EPERM) {
		ctl_warn("walk: %s can be written by root only", WALK_PARAMETER);
		return CTL_UNKNOWN;
	}
	return err ? ctl_fail("walk: %s: %s", WALK_PARAMETER, strerror(-err)) : CTL_OK;
}

/* One stream, as often as somebody else walks at the same time. */
static int walk_stream(const struct stream *s, const struct walk_args *args)
{
	struct view v, part;
	uint64_t iova;
	int try, err;

	for (try = 0; try < WALK_TRIES; try++) {
		err = walk_set(args->iova);
		if (err)
			return err;
		err = view_read(&v, CTL_DEBUGFS "/%s/streams/%s/walk", s->smmu, s->name);
		if (err) {
			ctl_warn("walk: StreamID %s: %s", s->name, strerror(-err));
			return CTL_UNKNOWN;
		}
		if (!walk_part(&v, args->pasid, &iova, &part)) {
			view_free(&v);
			return ctl_fail("walk: StreamID %s has no PASID 0x%llx", s->name,
					(unsigned long long)args->pasid);
		}
		if (iova == args->iova) {
			walk_print(s, &part, args->ranges);
			view_free(&v);
			return CTL_OK;
		}
		view_free(&v);
	}
	return ctl_fail("walk: somebody else walks as well (%s changes)", WALK_PARAMETER);
}

static int walk_streams(const struct select *sel, const struct walk_args *args)
{
	int ret = CTL_OK;
	size_t i;

	out_begin("walk");
	out_str("device", "device", sel->device);
	out_fmt("iova", "address", "0x%llx", (unsigned long long)args->iova);
	out_fmt("pasid", args->pasid ? "PASID" : NULL, "0x%llx", (unsigned long long)args->pasid);
	out_array("walks", "");
	for (i = 0; i < sel->nr && !ret; i++)
		ret = walk_stream(&sel->stream[i], args);
	out_end();
	if (!ret)
		out_finish();
	return ret;
}

int cmd_walk(int argc, char **argv)
{
	struct walk_args args = { .pasid = 0 };
	const char *pasid = NULL, *obstacle;
	const struct ctl_option options[] = {
		{"--pasid", &pasid, NULL}, {"--ranges", NULL, &args.ranges}, {NULL, NULL, NULL}};
	struct select sel;
	int err = ctl_options(&argc, argv, options), code;

	if (err)
		return err;
	if (argc != 3)
		return ctl_usage("walk: DEVICE IOVA [--pasid N] [--ranges]");
	if (!ctl_number(argv[2], &args.iova))
		return ctl_usage("walk: %s is no address", argv[2]);
	if (pasid && (!ctl_number(pasid, &args.pasid) || args.pasid > 0xfffff))
		return ctl_usage("walk: %s is no PASID (0 to 0xfffff)", pasid);
	err = select_find(&sel, argv[1]);
	if (err)
		return err;
	obstacle = view_obstacle(&code);
	if (obstacle) {
		ctl_warn("walk: %s", obstacle);
		select_free(&sel);
		return code;
	}
	err = walk_streams(&sel, &args);
	select_free(&sel);
	return err;
}
