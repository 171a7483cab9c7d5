// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mapping and unmapping by the DMA API, measured by the module smmu3_dmabench (tools/dmabench) on a
 * device that has no driver. Invariant: no driver is taken from a device, and when the work ends,
 * however it ends, the device is as it was found.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ab.h"

#define MODULE		"smmu3_dmabench"
#define MAX_CPUS	8

static const struct {
	const char	*name, *what;
} jobs[] = {
	{ "4k", "bytes=4096" },
	{ "64k", "bytes=65536" },
	{ "2m", "bytes=2097152" },
	{ "sg32", "pages=32" },
	{ "sg256", "pages=256" },
};

static const char *bus;		/* of the device in use */
static char *device;

/* ---------------------------------------------------------------- the device */

static bool module_there(char **why)
{
	const char * const modprobe[] = { "modprobe", "-q", ctl.dry_run ? "-n" : "--", MODULE,
					  NULL };
	char *text, *reason = NULL;
	bool found;
	size_t len;

	if (ctl_exists("/sys/bus/pci/drivers/" MODULE))
		return true;
	text = ab_program(modprobe, 60, &len, &reason, NULL);
	found = text;
	free(text);
	free(reason);
	if (found && (ctl.dry_run || ctl_exists("/sys/bus/pci/drivers/" MODULE)))
		return true;
	*why = ctl_strdup("the module " MODULE " is not loaded, and modprobe does not find it");
	return false;
}

/* Nobody uses it, and no bridge: that one has no DMA of its own. */
static bool is_free(const char *name)
{
	const char *on = device_bus(name);
	char *driver = device_driver(name), *class = NULL;
	bool free_one = on && !driver && (!strcmp(on, "pci") || !strcmp(on, "platform"));

	if (free_one && !strcmp(on, "pci")) {
		class = ctl_value("/sys/bus/pci/devices/%s/class", name);
		free_one = class && !ctl_starts(class, "0x06");
	}
	free(class);
	free(driver);
	return free_one;
}

/* The first PCI function in a group that is free. */
static char *find_free(void)
{
	struct ctl_list names = { 0 };
	char *found = NULL;
	size_t i;

	ctl_names("/sys/bus/pci/devices", &names);
	for (i = 0; i < names.nr && !found; i++) {
		char *group = device_group(names.item[i]);

		if (group && is_free(names.item[i]))
			found = ctl_strdup(names.item[i]);
		free(group);
	}
	ctl_list_free(&names);
	return found;
}

static char *choose(const struct ab_options *o, char **why)
{
	char *name, *driver;

	if (!o->dma) {
		name = find_free();
		if (!name)
			*why = ctl_strdup("each PCI device behind an IOMMU has a driver; "
					  "unbind one that is not needed and name it by --dma");
		return name;
	}
	name = device_resolve(o->dma);
	if (!name) {
		*why = ctl_format("there is no device %s", o->dma);
		return NULL;
	}
	if (is_free(name))
		return name;
	driver = device_driver(name);
	*why = driver ? ctl_format("%s is in use by %s; unbind it first", name, driver) :
			ctl_format("%s is neither a PCI nor a platform device with DMA", name);
	free(driver);
	free(name);
	return NULL;
}

static int write_file(const char *fmt, const char *on, const char *name, const char *text)
{
	char *path = ctl_format(fmt, on, name);
	int err = ctl_write(path, text);

	free(path);
	return err;
}

static void dma_done(void)
{
	char *driver = device_driver(device);

	if (driver && !strcmp(driver, MODULE))
		write_file("/sys/bus/%s/drivers/%s/unbind", bus, MODULE, device);
	write_file("/sys/bus/%s/devices/%s/driver_override", bus, device, "\n");
	free(driver);
	free(device);
	device = NULL;
}

static bool bind(char **why)
{
	char *driver, *group;
	int err = write_file("/sys/bus/%s/devices/%s/driver_override", bus, device, MODULE);

	if (!err)
		err = write_file("/sys/bus/%s/drivers_probe%s", bus, "", device);
	driver = device_driver(device);
	group = device_group(device);
	if (!driver || strcmp(driver, MODULE))
		*why = ctl_format("%s cannot be bound to " MODULE ": %s", device,
				  err ? strerror(-err) : "the kernel's log may say why");
	else if (!group)
		*why = ctl_format("%s is not behind an IOMMU", device);
	free(driver);
	free(group);
	return !*why;
}

static bool dma_ready(const struct ab_options *o, char **why)
{
	device = NULL;
	if (geteuid()) {
		*why = ctl_strdup("only root may bind a device to " MODULE);
		return false;
	}
	if (!module_there(why))
		return false;
	device = choose(o, why);
	if (!device)
		return false;
	bus = device_bus(device);
	if (ctl.dry_run || bind(why))
		return true;
	dma_done();
	return false;
}

/* ---------------------------------------------------------------- the work */

/* One, and as many as there are CPUs; the same on a machine, whoever drives its SMMU. */
static unsigned int thread_counts(unsigned int counts[2])
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	counts[0] = 1;
	counts[1] = cpus > MAX_CPUS ? MAX_CPUS : cpus;
	return cpus > 1 ? 2 : 1;
}

static void dma_plan(const struct ab_options *o, FILE *f)
{
	fprintf(f, "dma: %s: map and unmap 4 KiB, 64 KiB, 2 MiB, lists of 32 and 256 pages, "
		"by one CPU and by several, %u s each\n", device, o->seconds);
}

static bool figure(const char *answer, const char *key, double *value)
{
	const char *at = strstr(answer, key);

	return at && sscanf(at + strlen(key), "=%lf", value) == 1;
}

static bool job_run(struct json *results, unsigned int job, unsigned int threads, unsigned int ms,
		    char **why)
{
	char *line = ctl_format("%s threads=%u ms=%u", jobs[job].what, threads, ms);
	char *name = threads > 1 ? ctl_format("dma-%s-%ucpus", jobs[job].name, threads) :
				   ctl_format("dma-%s", jobs[job].name);
	char *answer = NULL;
	double map, unmap, pairs;
	int err = write_file("/sys/bus/%s/devices/%s/dmabench/run", bus, device, line);

	if (!err)
		answer = ctl_value("/sys/bus/%s/devices/%s/dmabench/run", bus, device);
	if (err) {
		*why = ctl_format("%s: %s", name, strerror(-err));
	} else if (!answer || !figure(answer, " map_ns", &map) ||
		   !figure(answer, "unmap_ns", &unmap) || !figure(answer, "pairs_per_s", &pairs)) {
		*why = ctl_format("%s: not understood: %s", name, answer ? answer : "no answer");
	} else {
		ab_figure(results, name, "map", "ns", true, map);
		ab_figure(results, name, "unmap", "ns", true, unmap);
		ab_figure(results, name, "pairs", "1/s", false, pairs);
	}
	free(answer);
	free(name);
	free(line);
	return !*why;
}

static bool dma_round(const struct ab_options *o, struct json *results, char **why)
{
	unsigned int counts[2], nr = thread_counts(counts), job, i;

	for (job = 0; job < CTL_ARRAY_SIZE(jobs); job++)
		for (i = 0; i < nr; i++)
			if (ab_stopped || !job_run(results, job, counts[i], o->seconds * 1000, why))
				return false;
	return true;
}

const struct ab_load ab_load_dma = {
	.name = "dma", .ready = dma_ready, .plan = dma_plan, .round = dma_round, .done = dma_done,
};
