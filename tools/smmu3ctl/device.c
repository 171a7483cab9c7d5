// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices by what people call them, their drivers and groups.
 */
#include <stdlib.h>
#include <string.h>
#include "ctl.h"

/* Buses whose devices an SMMU can stand before. */
static const char * const device_buses[] = { "pci", "platform", "amba", "fsl-mc", "cdx" };

/* A name that cannot leave its folder. */
static bool device_name_ok(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/');
}

const char *device_bus(const char *name)
{
	size_t i;

	if (!device_name_ok(name))
		return NULL;
	for (i = 0; i < CTL_ARRAY_SIZE(device_buses); i++) {
		char *path = ctl_format("/sys/bus/%s/devices/%s", device_buses[i], name);
		bool there = ctl_exists(path);

		free(path);
		if (there)
			return device_buses[i];
	}
	return NULL;
}

char *device_driver(const char *name)
{
	const char *bus = device_bus(name);

	return bus ? ctl_link("/sys/bus/%s/devices/%s/driver", bus, name) : NULL;
}

char *device_group(const char *name)
{
	const char *bus = device_bus(name);

	return bus ? ctl_link("/sys/bus/%s/devices/%s/iommu_group", bus, name) : NULL;
}

char *group_type(const char *group)
{
	return ctl_value("/sys/kernel/iommu_groups/%s/type", group);
}

/*
 * Of ".../pci0000:00/0000:00:05.0/nvme/nvme0/nvme0n1" the last component that is a device of one of
 * our buses: it is the one that does the DMA.
 */
static char *device_of_path(char *path)
{
	char *slash;

	while ((slash = strrchr(path, '/')) != NULL) {
		if (device_bus(slash + 1))
			return ctl_strdup(slash + 1);
		*slash = '\0';
	}
	return NULL;
}

static char *device_of_class(const char *class, const char *name)
{
	char *path = ctl_format("/sys/class/%s/%s", class, name);
	char *text = ctl_link_text(path), *found = NULL;

	if (text)
		found = device_of_path(text);
	free(text);
	free(path);
	return found;
}

/* With multipath the disk nvme0n1 hangs below no controller; its number is that of one. */
static char *device_of_nvme(const char *name)
{
	char *controller, *found;
	size_t n = strlen("nvme");

	if (!ctl_starts(name, "nvme"))
		return NULL;
	n += strspn(name + n, "0123456789");
	controller = ctl_format("%.*s", (int)n, name);
	found = device_of_class("nvme", controller);
	free(controller);
	return found;
}

char *device_resolve(const char *what)
{
	static const char * const classes[] = { "net", "block", "nvme" };
	char *name, *found = NULL;
	size_t i;

	if (ctl_starts(what, "/dev/"))
		what += strlen("/dev/");
	if (!device_name_ok(what))
		return NULL;
	if (device_bus(what))
		return ctl_strdup(what);
	name = ctl_format("0000:%s", what);
	if (device_bus(name))
		return name;
	free(name);
	for (i = 0; !found && i < CTL_ARRAY_SIZE(classes); i++)
		found = device_of_class(classes[i], what);
	return found ? found : device_of_nvme(what);
}
