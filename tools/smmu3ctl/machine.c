// SPDX-License-Identifier: GPL-2.0-only
/*
 * SMMUv3 of this machine, by sysfs: whoever drives them, and also where nobody does.
 *
 * The kernel makes a platform device of every SMMUv3 that firmware describes, by device tree or by
 * ACPI's IORT, before any driver looks at it. So the platform bus is what there is, and
 * /sys/class/iommu what drivers made of it.
 */
#include <stdlib.h>
#include <string.h>
#include "ctl.h"

#define PLATFORM	"/sys/bus/platform/devices"

/* "of:NiommuT(null)Carm,smmu-v3", perhaps with more compatible strings, each behind a "C". */
static bool machine_is_of(const char *modalias)
{
	static const char name[] = "Carm,smmu-v3";
	const char *p = strstr(modalias, name);

	if (!ctl_starts(modalias, "of:") || !p)
		return false;
	p += strlen(name);
	return !*p || *p == 'C';
}

static void machine_add(struct machine *m, const char *name, bool acpi)
{
	char *waiting = ctl_value(PLATFORM "/%s/waiting_for_supplier", name);
	struct smmu *s;

	m->smmu = ctl_realloc(m->smmu, (m->nr + 1) * sizeof(*m->smmu));
	s = &m->smmu[m->nr++];
	*s = (struct smmu){ .name = ctl_strdup(name), .acpi = acpi };
	s->driver = ctl_link(PLATFORM "/%s/driver", name);
	s->waiting = waiting && !strcmp(waiting, "1");
	if (s->driver && !strcmp(s->driver, "smmu3"))
		m->ours++;
	free(waiting);
}

/* The class device of each SMMU has it as its parent. */
static void machine_classes(struct machine *m)
{
	struct ctl_list names = { 0 };
	size_t i, k;

	ctl_names("/sys/class/iommu", &names);
	for (i = 0; i < names.nr; i++) {
		char *parent = ctl_link("/sys/class/iommu/%s/device", names.item[i]);

		for (k = 0; parent && k < m->nr; k++) {
			if (!m->smmu[k].class && !strcmp(m->smmu[k].name, parent))
				m->smmu[k].class = ctl_strdup(names.item[i]);
		}
		free(parent);
	}
	ctl_list_free(&names);
}

void machine_read(struct machine *m)
{
	struct ctl_list names = { 0 };
	size_t i;

	*m = (struct machine){ 0 };
	m->known = !ctl_names(PLATFORM, &names);
	for (i = 0; i < names.nr; i++) {
		char *modalias = ctl_value(PLATFORM "/%s/modalias", names.item[i]);

		if (modalias && !strcmp(modalias, "platform:arm-smmu-v3"))
			machine_add(m, names.item[i], true);
		else if (modalias && machine_is_of(modalias))
			machine_add(m, names.item[i], false);
		free(modalias);
	}
	ctl_list_free(&names);
	machine_classes(m);
}

void machine_free(struct machine *m)
{
	size_t i;

	for (i = 0; i < m->nr; i++) {
		free(m->smmu[i].name);
		free(m->smmu[i].driver);
		free(m->smmu[i].class);
	}
	free(m->smmu);
	*m = (struct machine){ 0 };
}

enum ctl_exit machine_verdict(const struct machine *m)
{
	if (!m->known)
		return CTL_UNKNOWN;
	if (!m->nr)
		return CTL_NO_SMMU;
	return m->ours == m->nr ? CTL_OK : CTL_INACTIVE;
}

char *smmu_attr(const struct smmu *smmu, const char *name)
{
	return smmu->class ? ctl_value("/sys/class/iommu/%s/smmu3/%s", smmu->class, name) : NULL;
}

void smmu_devices(const struct smmu *smmu, struct ctl_list *names)
{
	char *dir;

	if (!smmu->class)
		return;
	dir = ctl_format("/sys/class/iommu/%s/devices", smmu->class);
	ctl_names(dir, names);
	free(dir);
}

static char *machine_line(const char *path)
{
	char *line = ctl_read_line(path);

	return line ? line : ctl_strdup("");
}

const char *kernel_release(void)
{
	static char *release;

	if (!release)
		release = machine_line("/proc/sys/kernel/osrelease");
	return release;
}

const char *kernel_cmdline(void)
{
	static char *cmdline;

	if (!cmdline)
		cmdline = machine_line("/proc/cmdline");
	return cmdline;
}
