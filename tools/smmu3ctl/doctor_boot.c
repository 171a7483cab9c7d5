// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor: overlay, boot loader, command line.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "doctor.h"
#include "grubcfg.h"

#define MAKE_OVERLAY	"/usr/lib/smmu3/overlay make with this kernel's version and its smmu3.ko"

/* ---------------------------------------------------------------- overlay */

static void doctor_overlay_of(const char *kver, bool enabled)
{
	struct overlay o;

	overlay_read(&o, kver);
	if (!o.why)
		doctor_add("overlay", DOCTOR_OK, NULL,
			   "%s: present and fresh, version %s, signed: %s", kver,
			   o.version ? o.version : "unknown",
			   o.is_signed ? o.is_signed : "unknown");
	else if (!o.img && !enabled)
		doctor_add("overlay", DOCTOR_WARN, MAKE_OVERLAY ", before this kernel can be tried",
			   "%s: %s", kver, o.why);
	else
		doctor_add("overlay", DOCTOR_FAIL,
			   o.blocks ? MAKE_OVERLAY "; until then this kernel boots its own driver"
				    : MAKE_OVERLAY "; GRUB would take it as it is",
			   "%s: %s", kver, o.why);
	overlay_free(&o);
}

/* The running kernel, those that are enabled, and those that have one. */
static void doctor_overlay_kernels(struct ctl_list *kernels, const struct grubenv *env)
{
	const char *enabled = grubenv_get(env, "smmu3_kernels");
	char *copy = ctl_strdup(enabled ? enabled : ""), *word, *save;
	struct ctl_list names = { 0 };
	size_t i;

	if (*kernel_release())
		ctl_list_add(kernels, kernel_release());
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (strcmp(word, "*") && !ctl_list_has(kernels, word))
			ctl_list_add(kernels, word);
	}
	free(copy);
	ctl_names("/boot/smmu3", &names);
	for (i = 0; i < names.nr; i++) {
		char *name = names.item[i];

		if (!ctl_ends(name, ".img"))
			continue;
		name[strlen(name) - strlen(".img")] = '\0';
		if (!ctl_list_has(kernels, name))
			ctl_list_add(kernels, name);
	}
	ctl_list_free(&names);
}

void doctor_overlay(void)
{
	struct ctl_list kernels = { 0 };
	struct grubenv env;
	size_t i;

	grubenv_read(&env);
	doctor_overlay_kernels(&kernels, &env);
	for (i = 0; i < kernels.nr; i++)
		doctor_overlay_of(kernels.item[i], grubenv_enabled(&env, kernels.item[i]));
	ctl_list_free(&kernels);
	grubenv_free(&env);
}

void doctor_files(void)
{
	static const char * const file[] = {
		"/usr/lib/smmu3/smmu3-init", "/usr/lib/smmu3/overlay", "/etc/grub.d/42_smmu3",
	};
	bool good = true;
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(file); i++) {
		if (ctl_exists(file[i]))
			continue;
		good = false;
		doctor_add("files", DOCTOR_FAIL, "reinstall smmu3-tools", "%s is missing", file[i]);
	}
	if (!ctl_exists("/usr/lib/systemd/system/smmu3-confirm.service") &&
	    !ctl_exists("/lib/systemd/system/smmu3-confirm.service")) {
		good = false;
		doctor_add("files", DOCTOR_WARN,
			   "reinstall smmu3-tools, or run smmu3ctl confirm after each try",
			   "smmu3-confirm.service is missing: no boot is confirmed by itself");
	}
	if (good)
		doctor_add("files", DOCTOR_OK, NULL,
			   "loader, overlay maker, GRUB's script and service are installed");
}

/* ---------------------------------------------------------------- GRUB */

/* The filesystem that a path is on, by /proc/mounts: its device and type. */
static bool doctor_mount(const char *path, char *device, char *type)
{
	FILE *f = ctl_open("/proc/mounts");
	char line[1024], dev[256], dir[256], fs[64];
	size_t best = 0;

	while (f && fgets(line, sizeof(line), f)) {
		size_t n;

		if (sscanf(line, "%255s %255s %63s", dev, dir, fs) != 3)
			continue;
		n = strcmp(dir, "/") ? strlen(dir) : 0;
		/* Later mounts cover earlier ones. */
		if (strncmp(path, dir, n) || (path[n] != '/' && path[n]) || n + 1 < best)
			continue;
		best = n + 1;
		strcpy(device, dev);
		strcpy(type, fs);
	}
	if (f)
		fclose(f);
	return best;
}

static void doctor_save_env(void)
{
	char device[256], type[64];

	if (!doctor_mount("/boot/grub/grubenv", device, type))
		doctor_add("save_env", DOCTOR_UNKNOWN, NULL, "/proc/mounts cannot be read");
	else if (!strcmp(type, "btrfs") || !strcmp(type, "zfs") ||
		 ctl_starts(device, "/dev/mapper/") || ctl_starts(device, "/dev/dm-") ||
		 ctl_starts(device, "/dev/md"))
		doctor_add("save_env", DOCTOR_WARN,
			   "put /boot on a partition of its own (ext4)",
			   "/boot is on %s (%s): GRUB cannot write there, so no try can be recorded",
			   device, type);
	else
		doctor_add("save_env", DOCTOR_OK, NULL,
			   "/boot is on %s (%s), where GRUB can record a try", device, type);
}

void doctor_grubenv(void)
{
	struct grubenv env;
	const char *pending;

	grubenv_read(&env);
	pending = grubenv_get(&env, "smmu3_pending");
	if (env.error == ENOENT && !ctl_exists("/boot/grub/grub.cfg"))
		doctor_add("grubenv", DOCTOR_WARN, "see docs/install.md for other boot loaders",
			   "there is no GRUB here");
	else if (env.why)
		doctor_add("grubenv", DOCTOR_FAIL, "grub-editenv /boot/grub/grubenv create", "%s",
			   env.why);
	else if (pending && ctl_has_word(kernel_cmdline(), CTL_RDINIT))
		doctor_add("grubenv", DOCTOR_WARN, "smmu3ctl confirm, or the next boot goes back",
			   "this boot is a try of %s that is not confirmed yet", pending);
	else if (pending)
		doctor_add("grubenv", DOCTOR_WARN, "look for the cause, then smmu3ctl try again",
			   "the try of %s did not come up, or was never confirmed", pending);
	else
		doctor_add("grubenv", DOCTOR_OK, NULL, "no try is pending; enabled: %s",
			   grubenv_get(&env, "smmu3_kernels") ? grubenv_get(&env, "smmu3_kernels") :
			   "none");
	if (!env.error)
		doctor_save_env();
	grubenv_free(&env);
}

/* Each overlay needs its entry, or nothing takes it. */
static void doctor_entries(const struct grubcfg *cfg)
{
	struct ctl_list names = { 0 };
	size_t missing = 0, have = 0, i;

	ctl_names("/boot/smmu3", &names);
	for (i = 0; i < names.nr; i++) {
		char *id, *name = names.item[i];

		if (!ctl_ends(name, ".img"))
			continue;
		name[strlen(name) - strlen(".img")] = '\0';
		id = ctl_format("smmu3-%s", name);
		if (grubcfg_has_id(cfg, id))
			have++;
		else if (!missing++)
			doctor_add("grub", DOCTOR_FAIL, "update-grub", "grub.cfg has no entry %s",
				   id);
		free(id);
	}
	if (!missing)
		doctor_add("grub", DOCTOR_OK, NULL,
			   "grub.cfg has an entry for each of %zu overlays", have);
	ctl_list_free(&names);
}

void doctor_grub(void)
{
	struct grubcfg cfg;

	grubcfg_read(&cfg);
	if (cfg.error == ENOENT)
		doctor_add("grub", DOCTOR_WARN, "see docs/install.md for other boot loaders", "%s",
			   cfg.why);
	else if (cfg.why)
		doctor_add("grub", cfg.error == EACCES ? DOCTOR_UNKNOWN : DOCTOR_FAIL,
			   cfg.error == EACCES ? "as root it can be seen" : "update-grub", "%s",
			   cfg.why);
	else
		doctor_entries(&cfg);
	grubcfg_free(&cfg);
}

/* The word for every boot would leave each kernel without a driver that has no module. */
void doctor_defaults(void)
{
	char *text = ctl_read("/etc/default/grub", NULL), *line, *next;
	bool found = false;

	for (line = text; line && *line; line = next) {
		size_t n = strcspn(line, "\n");

		next = line + n + (line[n] == '\n');
		line[n] = '\0';
		line = ctl_trim(line);
		found = found || (ctl_starts(line, "GRUB_CMDLINE_LINUX") &&
				  strstr(line, CTL_BLACKLIST));
	}
	if (found)
		doctor_add("defaults", DOCTOR_FAIL,
			   "take it out of /etc/default/grub and run update-grub; smmu3ctl enable is the way",
			   "/etc/default/grub keeps the built-in driver away from every boot, with or without smmu3");
	free(text);
}

/* ---------------------------------------------------------------- the command line of this boot */

static void doctor_cmdline_driver(const struct machine *m, bool blacklist, bool loader)
{
	bool loaded = m->ours || ctl_exists("/sys/module/smmu3");

	if (blacklist && !loaded)
		doctor_add("command line", DOCTOR_FAIL,
			   "boot without it, or with the module; DMA may be untranslated now",
			   "the built-in driver is kept away and smmu3 is not loaded");
	else if (blacklist && !loader)
		doctor_add("command line", DOCTOR_WARN,
			   "take " CTL_BLACKLIST " out again and use smmu3ctl try",
			   "the built-in driver is kept away by hand: without the module nothing drives an SMMU");
	else if (loader && !blacklist)
		doctor_add("command line", DOCTOR_FAIL, "update-grub",
			   "the loader is there, but the built-in driver is not kept away");
	else
		doctor_add("command line", DOCTOR_OK, NULL, "%s",
			   blacklist ? "this boot is one with smmu3"
				     : "this boot is one with the kernel's own driver");
}

void doctor_cmdline(const struct machine *m)
{
	const char *cmdline = kernel_cmdline();

	if (!*cmdline) {
		doctor_add("command line", DOCTOR_UNKNOWN, NULL, "/proc/cmdline cannot be read");
		return;
	}
	doctor_cmdline_driver(m, ctl_has_word(cmdline, CTL_BLACKLIST),
			      ctl_has_word(cmdline, CTL_RDINIT));
	if (ctl_has_word(cmdline, "deferred_probe_timeout=1"))
		doctor_add("command line", DOCTOR_WARN, "take it out",
			   "deferred_probe_timeout=1 lets devices start before their SMMU has a driver");
	if (ctl_has_word(cmdline, "iommu.passthrough=1") || ctl_has_word(cmdline, "iommu=pt"))
		doctor_add("command line", DOCTOR_WARN, "take it out if devices are to be confined",
			   "devices pass untranslated by default (identity domains)");
}

/*
 * The crash kernel's initrd has no smmu3. kdump-tools writes down how it has loaded it; the kernel
 * itself does not tell.
 */
static void doctor_kdump_ours(void)
{
	char *command = ctl_read("/var/crash/kexec_cmd", NULL);

	if (!command)
		doctor_add("kdump", DOCTOR_UNKNOWN, "see docs/install.md, kdump",
			   "a crash kernel is loaded; whether it has its own driver cannot be seen");
	else if (strstr(command, CTL_BLACKLIST) || strstr(command, CTL_RDINIT))
		doctor_add("kdump", DOCTOR_FAIL,
			   "KDUMP_CMDLINE=$(/usr/lib/smmu3/kdump-cmdline) in /etc/default/kdump-tools, then kdump-config reload",
			   "the crash kernel is kept from its own driver, and there is no other for it");
	else
		doctor_add("kdump", DOCTOR_OK, NULL, "the crash kernel has its own driver");
	free(command);
}

void doctor_kdump(void)
{
	char *loaded = ctl_value("/sys/kernel/kexec_crash_loaded");

	if (loaded && !strcmp(loaded, "1")) {
		if (ctl_has_word(kernel_cmdline(), CTL_RDINIT))
			doctor_kdump_ours();
		else
			doctor_add("kdump", DOCTOR_OK, NULL,
				   "a crash kernel is loaded, in a boot with the kernel's own driver");
	}
	free(loaded);
}
