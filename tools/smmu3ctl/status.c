// SPDX-License-Identifier: GPL-2.0-only
/*
 * status: which driver has which SMMU, the module, and what the next boot would do and why.
 *
 * Everything here is readable without root on Debian, or is said to be missing.
 */
#include <stdlib.h>
#include <string.h>
#include "ctl.h"

static const char *status_word(enum ctl_exit verdict)
{
	switch (verdict) {
	case CTL_OK:		return "active";
	case CTL_INACTIVE:	return "not active";
	case CTL_NO_SMMU:	return "no SMMUv3 here";
	default:		return "cannot tell: /sys cannot be read";
	}
}

static void status_smmus(const struct machine *m)
{
	size_t i;

	out_table("smmus", "SMMUv3");
	for (i = 0; i < m->nr; i++) {
		const struct smmu *s = &m->smmu[i];
		char *state = smmu_attr(s, "state"), *version = smmu_attr(s, "driver_version");
		struct ctl_list devices = { 0 };
		bool ours = s->driver && !strcmp(s->driver, "smmu3");

		smmu_devices(s, &devices);
		out_row();
		out_str("name", "name", s->name);
		out_str("firmware", "firmware", s->acpi ? "acpi" : "devicetree");
		out_str("driver", "driver", s->driver);
		out_color(ours ? OUT_GOOD : OUT_WARN);
		out_str("version", "version", version);
		out_str("state", "state", state ? state : s->driver ? NULL :
			s->waiting ? "waiting for a supplier" : "no driver");
		if (state && strcmp(state, "enabled"))
			out_color(OUT_BAD);
		out_unum("devices", "devices", devices.nr);
		out_str("iommu", NULL, s->class);
		out_bool("waiting", NULL, s->waiting);
		out_end();
		ctl_list_free(&devices);
		free(state);
		free(version);
	}
	out_end();
}

static void status_module(void)
{
	char *version = ctl_value("/sys/module/smmu3/version");
	char *state = ctl_value("/sys/module/smmu3/initstate");
	struct module mod;
	bool there = module_find(&mod, kernel_release());

	out_object("module", "module");
	out_str("loaded", "loaded", version);
	out_str("state", "state", state);
	out_str("installed", "installed", there ? mod.version : NULL);
	out_str("path", "path", mod.path);
	out_str("signer", "signed by", mod.signer);
	if (mod.why)
		out_str("problem", "problem", mod.why);
	out_end();
	module_free(&mod);
	free(version);
	free(state);
}

static const char *status_tristate(int value)
{
	return value < 0 ? NULL : value ? "on" : "off";
}

static void status_security(void)
{
	struct secure s;

	secure_read(&s);
	out_object("security", "security");
	out_str("secure_boot", "Secure Boot", status_tristate(s.secure_boot));
	out_str("lockdown", "lockdown", s.lockdown);
	out_str("sig_enforce", "signatures enforced", status_tristate(s.sig_enforce));
	out_end();
	secure_free(&s);
}

static void status_kernel(void)
{
	bool blacklist = ctl_has_word(kernel_cmdline(), CTL_BLACKLIST);
	bool loader = ctl_has_word(kernel_cmdline(), CTL_RDINIT);

	out_object("kernel", "this boot");
	out_str("release", "kernel", *kernel_release() ? kernel_release() : NULL);
	out_bool("blacklist", "built-in driver kept away", blacklist);
	out_bool("loader", "by an entry of ours", loader);
	out_end();
}

/* The words of a list, each an element. */
static void status_words(const char *key, const char *title, const char *text)
{
	char *copy = ctl_strdup(text ? text : ""), *save, *word;

	out_array(key, title);
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		out_str(NULL, NULL, word);
	out_end();
	free(copy);
}

static void status_overlay(const char *kver)
{
	struct overlay o;

	overlay_read(&o, kver);
	out_object("overlay", NULL);
	out_str("kernel", NULL, kver);
	out_bool("present", NULL, o.img);
	out_bool("newer", NULL, o.newer);
	out_bool("fresh", NULL, !o.why);
	out_str("version", NULL, o.version);
	out_str("why", NULL, o.why);
	out_end();
	out_fmt(NULL, "overlay", "%s", o.why ? o.why : "present and fresh");
	out_color(o.why ? OUT_WARN : OUT_GOOD);
	overlay_free(&o);
}

static void status_next(void)
{
	struct nextboot n;
	struct grubenv env;

	nextboot_read(&n);
	grubenv_read(&env);
	out_object("next_boot", "next boot");
	out_str("kernel", "kernel", n.kernel);
	out_str("driver", "driver", n.driver);
	out_bool("once", "for this boot only", n.try);
	out_str("why", "why", n.why);
	status_words("enabled", "enabled kernels", grubenv_get(&env, "smmu3_kernels"));
	out_str("pending", "unconfirmed try of", grubenv_get(&env, "smmu3_pending"));
	out_str("next_entry", "next_entry", grubenv_get(&env, "next_entry"));
	out_str("grubenv_problem", env.why ? "grubenv" : NULL, env.why);
	if (n.kernel || *kernel_release())
		status_overlay(n.kernel ? n.kernel : kernel_release());
	out_end();
	grubenv_free(&env);
	nextboot_free(&n);
}

int cmd_status(int argc, char **argv)
{
	enum ctl_exit verdict;
	struct machine m;
	int err = ctl_options(&argc, argv, NULL);

	if (err)
		return err;
	if (argc > 1)
		return ctl_usage("status: it takes no arguments");
	machine_read(&m);
	verdict = machine_verdict(&m);
	out_begin("status");
	if (verdict == CTL_UNKNOWN)
		out_null("active", NULL);
	else
		out_bool("active", NULL, verdict == CTL_OK);
	out_str("verdict", "smmu3", status_word(verdict));
	out_color(verdict == CTL_OK ? OUT_GOOD : OUT_WARN);
	status_smmus(&m);
	status_kernel();
	status_module();
	status_security();
	status_next();
	out_finish();
	machine_free(&m);
	return verdict;
}
