// SPDX-License-Identifier: GPL-2.0-only
/*
 * confirm: this boot is a good one.
 *
 * GRUB wrote down that it tries smmu3 and takes the kernel's own driver until that note is gone. So
 * the note goes only when every SMMU has smmu3 for its driver, devices have groups, and none is
 * deferred: a machine on which something is missing goes back by itself.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "boot.h"

/* What may still be on its way when everything else has started, in seconds. */
#define CONFIRM_PATIENCE	30

static char *deferred_obstacle(enum ctl_exit *code)
{
	static const char path[] = "/sys/kernel/debug/devices_deferred";
	char *text = ctl_read(path, NULL), *why = NULL, *end;

	if (!text) {
		*code = CTL_UNKNOWN;
		return ctl_format("%s cannot be read: %s", path, strerror(errno));
	}
	end = strpbrk(text, " \t\n");
	if (end)
		*end = 0;
	if (*text)
		why = ctl_format("device %s is deferred (see --ignore-deferred)",
				 text);
	free(text);
	return why;
}

/* Why this boot is not a good one, to be freed; NULL: it is. @code: what to exit with. */
static char *confirm_obstacle(bool ignore_deferred, enum ctl_exit *code)
{
	struct ctl_list groups = { 0 };
	struct machine m;
	char *why = NULL;
	size_t i;

	machine_read(&m);
	*code = machine_verdict(&m);
	if (!m.known)
		why = ctl_strdup("/sys/bus/platform/devices cannot be read");
	else if (!m.nr)
		why = ctl_strdup("this machine has no SMMUv3");
	for (i = 0; i < m.nr && !why; i++) {
		const char *driver = m.smmu[i].driver ?: "nothing";

		if (strcmp(driver, "smmu3"))
			why = ctl_format("%s is driven by %s", m.smmu[i].name, driver);
	}
	machine_free(&m);
	if (why)
		return why;
	*code = CTL_FAILED;
	if (ctl_names("/sys/kernel/iommu_groups", &groups) || !groups.nr)
		why = ctl_strdup("no device has an IOMMU group");
	ctl_list_free(&groups);
	if (!why && !ignore_deferred)
		why = deferred_obstacle(code);
	return why;
}

static char *confirm_wait(bool ignore_deferred, bool patient, enum ctl_exit *code)
{
	char *why;
	int i;

	for (i = 0; ; i += 2) {
		why = confirm_obstacle(ignore_deferred, code);
		if (!why || !patient || i >= CONFIRM_PATIENCE)
			return why;
		free(why);
		sleep(2);
	}
}

/* Is the module that runs the one of the overlay? It may have been made anew since this boot. */
static bool overlay_runs(const struct overlay *o)
{
	char *runs = ctl_read_line("/sys/module/smmu3/srcversion");
	bool same = o->img && runs && o->srcversion && !strcmp(runs, o->srcversion);

	free(runs);
	return same;
}

static int confirm_write(const char *kver)
{
	const char *change[] = { BOOT_PENDING, NULL };
	struct overlay o;
	int ret = CTL_OK;

	overlay_read(&o, kver);
	out_begin("confirm");
	out_str("kernel", "Kernel", kver);
	out_bool("recorded", "This overlay may be enabled", overlay_runs(&o));
	if (overlay_runs(&o))
		ret = boot_record(kver, o.sha256);
	else
		ctl_warn("the overlay of %s is not the one that runs; the next boot with it is a try",
			 kver);
	/*
	 * The record first: a cut here costs a try, never a boot. Other boot loaders have a note of
	 * their own.
	 */
	if (ret == CTL_OK && ctl_exists(BOOT_GRUBENV))
		ret = boot_set_env(change);
	out_finish();
	overlay_free(&o);
	return ret;
}

int cmd_confirm(int argc, char **argv)
{
	bool boot = false, ignore_deferred = false;
	const struct ctl_option options[] = {
		{ .name = "--boot", .flag = &boot },
		{ .name = "--ignore-deferred", .flag = &ignore_deferred },
		{ .name = NULL },
	};
	enum ctl_exit code = CTL_OK;
	char *why;
	int ret;

	ret = ctl_options(&argc, argv, options);
	if (ret)
		return ret;
	if (argc > 1)
		return ctl_usage("confirm takes no arguments");
	if (!ctl_has_word(kernel_cmdline(), CTL_RDINIT)) {
		ctl_warn("this boot did not try smmu3; there is nothing to confirm");
		return boot ? CTL_OK : CTL_INACTIVE;
	}
	why = confirm_wait(ignore_deferred, boot && !*ctl.root, &code);
	if (why) {
		ctl_warn("not confirmed: %s; the next boot takes the kernel's own driver", why);
		free(why);
		return code == CTL_OK ? CTL_FAILED : code;
	}
	return confirm_write(kernel_release());
}
