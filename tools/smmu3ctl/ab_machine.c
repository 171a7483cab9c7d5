// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which machine a record is of, and what drives its SMMUs. Invariant: only what does not change
 * with the driver is identity; the rest is there to be compared.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ab.h"

/* A hash: a record must not give away the number itself (machine-id(5)). */
static void add_id(struct json *machine)
{
	char *id = ctl_value("/etc/machine-id"), *p;
	uint64_t hash = 0x736d6d7533616221ull;

	if (!id || strlen(id) < 16) {
		json_add_text(machine, "id", NULL);
	} else {
		for (p = id; *p; p++)
			hash = (hash ^ (unsigned char)*p) * 0x100000001b3ull;
		json_add_fmt(machine, "id", "%016llx", (unsigned long long)hash);
	}
	free(id);
}

/* Device tree or DMI. */
static void add_model(struct json *machine)
{
	char *model = ctl_value("/proc/device-tree/model"), *vendor, *product;

	if (model) {
		json_add_text(machine, "model", model);
		free(model);
		return;
	}
	vendor = ctl_value("/sys/class/dmi/id/sys_vendor");
	product = ctl_value("/sys/class/dmi/id/product_name");
	if (vendor && product)
		json_add_fmt(machine, "model", "%s %s", ctl_trim(vendor), ctl_trim(product));
	else
		json_add_text(machine, "model", NULL);
	free(vendor);
	free(product);
}

static void add_firmware(struct json *machine)
{
	char *bios = ctl_value("/sys/class/dmi/id/bios_version");

	json_add_fmt(machine, "firmware", "%s%s%s%s",
		     ctl_exists("/sys/firmware/acpi/tables") ? "ACPI" : "device tree",
		     ctl_exists("/sys/firmware/efi") ? ", EFI" : "", bios ? ", " : "",
		     bios ? ctl_trim(bios) : "");
	free(bios);
}

/* The value of "key : value", or NULL. */
static const char *cpu_field(char *line, const char *key)
{
	char *colon = strchr(line, ':');

	return ctl_starts(line, key) && colon ? ctl_trim(colon + 1) : NULL;
}

/* Each kind of CPU once: implementer, part, variant and revision; elsewhere the model's name. */
static void add_cpus(struct json *machine)
{
	char *text = ctl_read("/proc/cpuinfo", NULL), *rest = text, *line, *name = NULL, *longer;
	static const char * const keys[] = { "CPU implementer", "CPU part", "CPU variant",
					     "CPU revision", "model name" };
	struct ctl_list kinds = { 0 };
	struct json *list;
	size_t i, cpus = 0;

	while (rest && (line = strsep(&rest, "\n"))) {
		cpus += ctl_starts(line, "processor");
		for (i = 0; i < CTL_ARRAY_SIZE(keys); i++) {
			const char *value = cpu_field(line, keys[i]);

			if (!value)
				continue;
			longer = ctl_format("%s%s%s", name ? name : "", name ? " " : "", value);
			free(name);
			name = longer;
		}
		if (*line && rest && *rest)
			continue;
		if (name && !ctl_list_has(&kinds, name))
			ctl_list_add(&kinds, name);
		free(name);
		name = NULL;
	}
	free(text);
	json_add_number(machine, "cpus", cpus);
	list = json_add(machine, "cpu", JSON_ARRAY);
	for (i = 0; i < kinds.nr; i++)
		json_add_text(list, NULL, kinds.item[i]);
	ctl_list_free(&kinds);
}

/* In steps of 64 MiB: kernels keep more or less of it for themselves. */
static void add_memory(struct json *machine)
{
	char *line = ctl_value("/proc/meminfo");
	unsigned long kib;

	if (line && sscanf(line, "MemTotal: %lu", &kib) == 1)
		json_add_number(machine, "memory_mib", (kib / 1024 + 32) / 64 * 64);
	else
		json_add_text(machine, "memory_mib", NULL);
	free(line);
	if (*ctl.root)
		json_add_text(machine, "page_size", NULL);
	else
		json_add_number(machine, "page_size", sysconf(_SC_PAGESIZE));
}

/* ---------------------------------------------------------------- SMMUs */

/* Registers that say what it is; only smmu3 shows them, to root. */
static void add_registers(struct json *smmu, const char *name)
{
	char *path = ctl_format("/sys/kernel/debug/smmu3/%s/features", name), *line, *colon;
	char *text = ctl_read(path, NULL), *rest = text;
	struct json *idr = NULL;

	while (rest && (line = strsep(&rest, "\n"))) {
		colon = strstr(line, ": ");
		if (!colon || (!ctl_starts(line, "idr") && !ctl_starts(line, "iidr") &&
			       !ctl_starts(line, "architecture")))
			continue;
		if (!idr)
			idr = json_add(smmu, "registers", JSON_OBJECT);
		*colon = '\0';
		json_add_fmt(idr, line, "%.*s", (int)strcspn(colon + 2, " "), colon + 2);
	}
	if (!idr)
		json_add_text(smmu, "registers", NULL);
	free(text);
	free(path);
}

static void add_features(struct json *smmu, const struct smmu *s)
{
	char *path, *text = NULL, *rest, *line;
	struct json *list;

	if (s->class) {
		path = ctl_format("/sys/class/iommu/%s/smmu3/features", s->class);
		text = ctl_read(path, NULL);
		free(path);
	}
	if (!text) {
		json_add_text(smmu, "features", NULL);
		return;
	}
	list = json_add(smmu, "features", JSON_ARRAY);
	for (rest = text; (line = strsep(&rest, "\n"));)
		if (*line)
			json_add_text(list, NULL, line);
	free(text);
}

static void add_smmus(struct json *record, const struct machine *m)
{
	struct json *list = json_add(record, "smmus", JSON_ARRAY), *smmu;
	size_t i;

	for (i = 0; i < m->nr; i++) {
		char *state = smmu_attr(&m->smmu[i], "state");

		smmu = json_add(list, NULL, JSON_OBJECT);
		json_add_text(smmu, "name", m->smmu[i].name);
		json_add_text(smmu, "class", m->smmu[i].class);
		json_add_text(smmu, "driver", m->smmu[i].driver);
		json_add_text(smmu, "state", state);
		add_registers(smmu, m->smmu[i].name);
		add_features(smmu, &m->smmu[i]);
		free(state);
	}
}

/* ---------------------------------------------------------------- driver */

static void add_params(struct json *driver, const char *module)
{
	char *dir = ctl_format("/sys/module/%s/parameters", module);
	struct json *params = json_add(driver, "parameters", JSON_OBJECT);
	struct ctl_list names = { 0 };
	size_t i;

	ctl_names(dir, &names);
	for (i = 0; i < names.nr; i++) {
		char *value = ctl_value("%s/%s", dir, names.item[i]);

		json_add_text(params, names.item[i], value);
		free(value);
	}
	ctl_list_free(&names);
	free(dir);
}

/* One name for all SMMUs; "none": nobody drives them, "several": not all have the same. */
static const char *driver_of(const struct machine *m)
{
	const char *name = m->nr ? m->smmu[0].driver : NULL;
	size_t i;

	for (i = 1; i < m->nr; i++) {
		const char *other = m->smmu[i].driver;

		if (!name != !other || (name && strcmp(name, other)))
			return "several";
	}
	return name ? name : "none";
}

static void add_driver(struct json *record, const struct machine *m)
{
	struct json *driver = json_add(record, "driver", JSON_OBJECT);
	const char *name = driver_of(m);
	bool ours = !strcmp(name, "smmu3");
	char *version = ours ? ctl_value("/sys/module/smmu3/version") : NULL;
	char *source = ours ? ctl_value("/sys/module/smmu3/srcversion") : NULL;

	json_add_text(driver, "name", name);
	/* What is built in has the kernel's version. */
	if (!strcmp(name, "arm-smmu-v3"))
		version = ctl_strdup(kernel_release());
	json_add_text(driver, "version", version);
	json_add_text(driver, "srcversion", source);
	add_params(driver, ours ? "smmu3" : "arm_smmu_v3");
	free(version);
	free(source);
}

void ab_machine(struct json *record)
{
	struct json *machine = json_add(record, "machine", JSON_OBJECT), *kernel;
	char *version = ctl_value("/proc/sys/kernel/version");
	struct machine m;

	machine_read(&m);
	add_id(machine);
	add_model(machine);
	add_firmware(machine);
	add_cpus(machine);
	add_memory(machine);
	kernel = json_add(record, "kernel", JSON_OBJECT);
	json_add_text(kernel, "release", kernel_release());
	json_add_text(kernel, "version", version);
	json_add_text(kernel, "command_line", kernel_cmdline());
	add_driver(record, &m);
	add_smmus(record, &m);
	machine_free(&m);
	free(version);
}
