// SPDX-License-Identifier: GPL-2.0-only
/*
 * IOMMU groups: who is in them, which domain they have, what is reserved, and what is enabled in
 * their devices. All of it comes from the kernel's core or from the device, so it means the same
 * with every driver.
 */
#include <stdlib.h>
#include <string.h>

#include "ab.h"

#define GROUPS		"/sys/kernel/iommu_groups"

/* PCI Express: extended capabilities are where configuration space is longer than PCI's. */
#define EXT_BEGIN	0x100u
#define EXT_ATS		0x0f
#define EXT_PRI		0x13
#define EXT_PASID	0x1b

static unsigned int le16(const unsigned char *p)
{
	return p[0] | p[1] << 8;
}

static unsigned int le32(const unsigned char *p)
{
	return le16(p) | le16(p + 2) << 16;
}

/* Offset of a capability, 0: none. Each has 4 bytes at least: that ends a circle. */
static unsigned int capability(const unsigned char *config, size_t len, unsigned int id)
{
	unsigned int at = EXT_BEGIN, steps;

	for (steps = 0; steps < 1024 && at >= EXT_BEGIN && at + 8 <= len; steps++) {
		unsigned int head = le32(config + at);

		if (head && (head & 0xffff) == id)
			return at;
		at = head >> 20;
	}
	return 0;
}

static const char *state_of(const unsigned char *config, size_t len, unsigned int id,
			    unsigned int control, unsigned int enable)
{
	unsigned int at = capability(config, len, id);

	if (!at || at + control + 2 > len)
		return "absent";
	return le16(config + at + control) & enable ? "on" : "off";
}

/* Without root only the first 64 bytes can be read: then nothing is said. */
static void add_pci(struct json *device, const char *name)
{
	char *path = ctl_format("/sys/bus/pci/devices/%s/config", name);
	size_t len = 0;
	unsigned char *config = (unsigned char *)ctl_read(path, &len);

	free(path);
	if (config && len > EXT_BEGIN) {
		json_add_text(device, "ats", state_of(config, len, EXT_ATS, 6, 1u << 15));
		json_add_text(device, "pri", state_of(config, len, EXT_PRI, 4, 1u << 0));
		json_add_text(device, "pasid", state_of(config, len, EXT_PASID, 6, 1u << 0));
	}
	free(config);
}

static void add_devices(struct json *group, const char *number)
{
	struct json *list = json_add(group, "devices", JSON_ARRAY), *device;
	char *dir = ctl_format(GROUPS "/%s/devices", number);
	struct ctl_list names = { 0 };
	size_t i;

	ctl_names(dir, &names);
	for (i = 0; i < names.nr; i++) {
		char *driver = device_driver(names.item[i]);
		const char *bus = device_bus(names.item[i]);

		device = json_add(list, NULL, JSON_OBJECT);
		json_add_text(device, "name", names.item[i]);
		json_add_text(device, "driver", driver);
		if (bus && !strcmp(bus, "pci"))
			add_pci(device, names.item[i]);
		free(driver);
	}
	ctl_list_free(&names);
	free(dir);
}

static void add_reserved(struct json *group, const char *number)
{
	struct json *list = json_add(group, "reserved", JSON_ARRAY);
	char *path = ctl_format(GROUPS "/%s/reserved_regions", number), *line;
	char *text = ctl_read(path, NULL), *rest = text;

	while (rest && (line = strsep(&rest, "\n")))
		if (*line)
			json_add_text(list, NULL, ctl_trim(line));
	free(text);
	free(path);
}

void ab_groups(struct json *record)
{
	struct json *list = json_add(record, "groups", JSON_ARRAY), *group;
	struct ctl_list names = { 0 };
	size_t i;

	ctl_names(GROUPS, &names);
	for (i = 0; i < names.nr; i++) {
		char *type = group_type(names.item[i]);

		group = json_add(list, NULL, JSON_OBJECT);
		json_add_text(group, "number", names.item[i]);
		json_add_text(group, "type", type ? type : "unknown");
		add_devices(group, names.item[i]);
		add_reserved(group, names.item[i]);
		free(type);
	}
	ctl_list_free(&names);
}
