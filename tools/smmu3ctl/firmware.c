// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device tree in /sys/firmware, and ACPI's IORT (Arm DEN 0049).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "firmware.h"

#define DT_BASE		"/sys/firmware/devicetree/base"
#define DT_DEPTH	8

#define IORT_PATH		"/sys/firmware/acpi/tables/IORT"
#define IORT_NODE_SMMUV3	4

/* A property is strings, each with its NUL. */
static bool firmware_has_string(const char *text, size_t len, const char *want)
{
	size_t n = strlen(want) + 1, at;

	for (at = 0; at < len; at += strnlen(text + at, len - at) + 1) {
		if (len - at >= n && !memcmp(text + at, want, n))
			return true;
	}
	return false;
}

static void firmware_node(struct firmware *f, const char *dir)
{
	char *path = ctl_format("%s/compatible", dir), *text, *status;
	size_t len;

	text = ctl_read(path, &len);
	free(path);
	if (text && firmware_has_string(text, len, "arm,smmu-v3")) {
		status = ctl_value("%s/status", dir);
		if (status && strcmp(status, "okay") && strcmp(status, "ok"))
			f->dt_off++;
		else
			f->dt++;
		free(status);
	}
	free(text);
}

static void firmware_tree(struct firmware *f, const char *dir, int depth)
{
	struct ctl_list names = { 0 };
	size_t i;

	/* A file has no names in it. */
	if (ctl_names(dir, &names) || depth > DT_DEPTH)
		return;
	firmware_node(f, dir);
	for (i = 0; i < names.nr; i++) {
		char *path = ctl_format("%s/%s", dir, names.item[i]);

		firmware_tree(f, path, depth + 1);
		free(path);
	}
	ctl_list_free(&names);
}

static uint32_t firmware_le(const unsigned char *p, int bytes)
{
	uint32_t v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

/* Header of 36 bytes, number of nodes, offset of the first; a node: type (1), length (2) ... */
static void firmware_iort(struct firmware *f, const unsigned char *p, size_t len)
{
	uint32_t nodes, at;

	f->broken = len < 48 || memcmp(p, "IORT", 4);
	if (f->broken)
		return;
	nodes = firmware_le(p + 36, 4);
	at = firmware_le(p + 40, 4);
	while (nodes--) {
		uint32_t size;

		if (at > len || len - at < 16) {
			f->broken = true;
			return;
		}
		size = firmware_le(p + at + 1, 2);
		if (size < 16 || size > len - at) {
			f->broken = true;
			return;
		}
		f->acpi += p[at] == IORT_NODE_SMMUV3;
		at += size;
	}
}

void firmware_read(struct firmware *f)
{
	size_t len;
	char *iort;

	*f = (struct firmware){ .dt = 0 };
	firmware_tree(f, DT_BASE, 0);
	iort = ctl_read(IORT_PATH, &len);
	if (iort)
		firmware_iort(f, (unsigned char *)iort, len);
	else if (errno != ENOENT)
		f->acpi = -1;
	free(iort);
}
