// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor: firmware, kernel, module.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <smmu3/version.h>
#include "doctor.h"
#include "firmware.h"

#define DOCTOR_OLDEST	"6.12"

/* ---------------------------------------------------------------- firmware */

void doctor_firmware(const struct machine *m)
{
	struct firmware f;
	int described;

	firmware_read(&f);
	described = f.dt + (f.acpi > 0 ? f.acpi : 0);
	if (!m->known)
		doctor_add("firmware", DOCTOR_UNKNOWN, NULL, "/sys cannot be read");
	else if (f.broken)
		doctor_add("firmware", DOCTOR_FAIL, "ask the maker of the firmware",
			   "the IORT is no valid table; %zu SMMUv3 were made of it", m->nr);
	else if (!m->nr && described)
		doctor_add("firmware", DOCTOR_FAIL, "the kernel's log says why",
			   "firmware describes %d SMMUv3, the kernel has made devices of none",
			   described);
	else if (!m->nr)
		doctor_add("firmware", f.dt_off ? DOCTOR_WARN : DOCTOR_OK,
			   "an SMMUv3 can often be switched on in the firmware's setup",
			   "no SMMUv3%s%s", f.dt_off ? ", but one that is switched off" : "",
			   f.acpi < 0 ? " (the IORT can be read by root only)" : "");
	else
		doctor_add("firmware", DOCTOR_OK, NULL, "%zu SMMUv3, described by %s", m->nr,
			   m->smmu[0].acpi ? "ACPI" : "a device tree");
}

/* ---------------------------------------------------------------- kernel */

void doctor_kernel(void)
{
	const char *release = kernel_release();

	if (!*release)
		doctor_add("kernel", DOCTOR_UNKNOWN, NULL,
			   "/proc/sys/kernel/osrelease cannot be read");
	else if (ctl_version_cmp(release, DOCTOR_OLDEST) < 0)
		doctor_add("kernel", DOCTOR_FAIL,
			   "install a newer kernel, on Debian from backports",
			   "%s is older than " DOCTOR_OLDEST ", the oldest that smmu3 builds for",
			   release);
	else
		doctor_add("kernel", DOCTOR_OK, NULL, "%s", release);
}

/* The kernel's configuration, to be freed; NULL: nowhere. */
static char *doctor_read_config(void)
{
	static const char * const gzip[] = { "gzip", "-dc", NULL };
	size_t i;

	for (i = 0; i < 2; i++) {
		char *path = ctl_format(i ? "/lib/modules/%s/config" : "/boot/config-%s",
					kernel_release());
		char *text = ctl_read(path, NULL);

		free(path);
		if (text)
			return text;
	}
	return ctl_exists("/proc/config.gz") ? ctl_run(gzip, "/proc/config.gz", NULL) : NULL;
}

/* 'y', 'm', or 'n'. */
static char doctor_option(const char *config, const char *name)
{
	char *want = ctl_format("\n%s=", name);
	const char *at = strstr(config, want);
	char value = at ? at[strlen(want)] : 'n';

	if (ctl_starts(config, want + 1))
		value = config[strlen(want) - 1];
	free(want);
	return value;
}

void doctor_config(void)
{
	static const char * const needed[] = {
		"CONFIG_MODULES", "CONFIG_IOMMU_API", "CONFIG_IOMMU_IO_PGTABLE_LPAE",
	};
	char *config = doctor_read_config(), builtin;
	bool good = true;
	size_t i;

	if (!config) {
		doctor_add("config", DOCTOR_UNKNOWN, NULL,
			   "there is no configuration of kernel %s to read", kernel_release());
		return;
	}
	for (i = 0; i < CTL_ARRAY_SIZE(needed); i++) {
		if (doctor_option(config, needed[i]) == 'y')
			continue;
		good = false;
		doctor_add("config", DOCTOR_FAIL,
			   "use a kernel that has it; Debian's arm64 kernels have",
			   "the kernel has no %s", needed[i]);
	}
	builtin = doctor_option(config, "CONFIG_ARM_SMMU_V3");
	if (good && builtin == 'm')
		doctor_add("config", DOCTOR_WARN,
			   "keep arm_smmu_v3 out of the initramfs; our boot entries cannot keep a module away",
			   "the kernel's own driver is a module");
	else if (good)
		doctor_add("config", DOCTOR_OK, NULL, "the kernel has what smmu3 needs%s",
			   doctor_option(config, "CONFIG_DEBUG_FS") == 'y' ? "" :
			   ", but no debugfs to show tables");
	free(config);
}

/* ---------------------------------------------------------------- module */

static bool doctor_vermagic_fits(const char *vermagic)
{
	const char *release = kernel_release();
	size_t n = strlen(release);

	return !strncmp(vermagic, release, n) && vermagic[n] == ' ';
}

void doctor_module(void)
{
	static const char build[] = "dkms autoinstall, with the headers of this kernel installed";
	struct module mod;

	if (!module_find(&mod, kernel_release()))
		doctor_add("module", DOCTOR_FAIL, build, "no smmu3.ko is installed for kernel %s",
			   kernel_release());
	else if (mod.why)
		doctor_add("module", ctl_readable(mod.path) ? DOCTOR_FAIL : DOCTOR_UNKNOWN, build,
			   "%s", mod.why);
	else if (!mod.vermagic || !doctor_vermagic_fits(mod.vermagic))
		doctor_add("module", DOCTOR_FAIL, build, "%s was built for another kernel: %s",
			   mod.path, mod.vermagic ? mod.vermagic : "no vermagic");
	else if (!mod.version || strcmp(mod.version, SMMU3_VERSION))
		doctor_add("module", DOCTOR_WARN,
			   "install smmu3-dkms and smmu3-tools of one version",
			   "%s is version %s, smmu3ctl is " SMMU3_VERSION, mod.path,
			   mod.version ? mod.version : "(none)");
	else
		doctor_add("module", DOCTOR_OK, NULL, "%s, version %s", mod.path, mod.version);
	module_free(&mod);
}

static void doctor_unsigned(const struct module *mod, int refuses)
{
	if (refuses == 1)
		doctor_add("signature", DOCTOR_FAIL,
			   "let dkms sign it with a key that is enrolled (mokutil --import), then build it anew",
			   "%s is not signed, and this boot refuses such modules", mod->path);
	else
		doctor_add("signature", refuses ? DOCTOR_UNKNOWN : DOCTOR_OK,
			   "as root it can be seen whether Secure Boot is on",
			   "the module is not signed%s",
			   refuses ? "; cannot tell whether it has to be" : ", and need not be");
}

void doctor_signature(void)
{
	static const char enrol[] =
		"mokutil --import /var/lib/dkms/mok.pub, reboot, confirm in MokManager";
	struct module mod;
	struct secure s;
	int refuses;

	secure_read(&s);
	refuses = secure_refuses(&s);
	doctor_add("secure boot", DOCTOR_OK, NULL, "Secure Boot %s, lockdown %s, signatures %s",
		   s.secure_boot < 0 ? "unknown" : s.secure_boot ? "on" : "off",
		   s.lockdown ? s.lockdown : "unknown",
		   s.sig_enforce < 0 ? "unknown" : s.sig_enforce ? "enforced" : "not enforced");
	if (!module_find(&mod, kernel_release()) || mod.why)
		doctor_add("signature", DOCTOR_UNKNOWN, NULL,
			   "there is no module that could be read");
	else if (!mod.signer)
		doctor_unsigned(&mod, refuses);
	else if (mod.enrolled == 1 || refuses == 0)
		doctor_add("signature", DOCTOR_OK, NULL, "signed by %s%s", mod.signer,
			   mod.enrolled == 1 ? ", whose key is enrolled"
					     : "; no signature is needed");
	else
		doctor_add("signature",
			   mod.enrolled	  ? DOCTOR_UNKNOWN
			   : refuses == 1 ? DOCTOR_FAIL
					  : DOCTOR_WARN,
			   mod.enrolled ? "as root it can be seen" : enrol, "signed by %s, %s",
			   mod.signer,
			   mod.enrolled ? "cannot tell whether that key is enrolled"
					: "whose key is not enrolled");
	module_free(&mod);
	secure_free(&s);
}

void doctor_loaded(void)
{
	char *loaded = ctl_value("/sys/module/smmu3/srcversion");
	char *state = ctl_value("/sys/module/smmu3/initstate");
	struct module mod;

	module_find(&mod, kernel_release());
	if (!ctl_exists("/sys/module/smmu3"))
		doctor_add("loaded", DOCTOR_OK, NULL, "smmu3 is not loaded");
	else if (state && strcmp(state, "live"))
		doctor_add("loaded", DOCTOR_FAIL, "the kernel's log says why",
			   "smmu3 is loaded, its state is %s", state);
	else if (loaded && mod.srcversion && strcmp(loaded, mod.srcversion))
		doctor_add("loaded", DOCTOR_WARN, "reboot to have the one that is installed",
			   "smmu3 is loaded, srcversion %s; installed is %s", loaded,
			   mod.srcversion);
	else
		doctor_add("loaded", DOCTOR_OK, NULL, "smmu3 is loaded");
	module_free(&mod);
	free(loaded);
	free(state);
}
