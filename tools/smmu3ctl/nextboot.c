// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the next boot would take: with GRUB by the rules that install/42_smmu3 writes into grub.cfg.
 *
 * A one-shot entry goes before the default. The default leads to smmu3 only if its kernel is
 * enabled, the overlay is there and newer than the kernel, and no earlier try is pending; an entry
 * of ours boots the kernel's own driver where one of these fails.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "grubcfg.h"

/* Why an entry of ours would not load the module; NULL: it would. */
static char *nextboot_obstacle(const struct grubenv *env, const char *kernel)
{
	const char *pending = grubenv_get(env, "smmu3_pending");
	struct overlay o;
	char *why = NULL;

	if (env->why)
		return ctl_format("%s, so a try could not be recorded", env->why);
	if (pending)
		return ctl_format("the try of %s was never confirmed (confirm it, or try again)",
				  pending);
	overlay_read(&o, kernel);
	if (o.blocks)
		why = ctl_strdup(o.why);
	overlay_free(&o);
	return why;
}

static void nextboot_smmu3(struct nextboot *n, const struct grubenv *env, const char *because)
{
	char *why = nextboot_obstacle(env, n->kernel);

	n->driver = why ? "in-tree" : "smmu3";
	n->why = why ? ctl_format("%s, but %s", because, why) : ctl_strdup(because);
	free(why);
}

static void nextboot_judge(struct nextboot *n, const struct grubcfg *cfg,
			   const struct grubenv *env, const struct grub_entry *e)
{
	char *id = ctl_format("smmu3-%s", n->kernel);

	if (e->smmu3) {
		nextboot_smmu3(n, env, n->try ? "tried once" : "the saved entry is that of smmu3");
	} else if (n->try) {
		n->driver = "in-tree";
		n->why = ctl_strdup("GRUB was told to boot another entry once (next_entry)");
	} else if (env->why) {
		n->driver = "in-tree";
		n->why = ctl_format("%s, so nothing is enabled", env->why);
	} else if (!grubenv_enabled(env, n->kernel)) {
		n->driver = "in-tree";
		n->why = ctl_strdup("smmu3 is not enabled for this kernel");
	} else if (!grubcfg_has_id(cfg, id)) {
		n->driver = "in-tree";
		n->why = ctl_format("enabled, but grub.cfg has no entry %s (update-grub)", id);
	} else {
		nextboot_smmu3(n, env, "enabled for this kernel");
	}
	free(id);
}

/* The value of "default" that GRUB would use. */
static const char *nextboot_name(struct nextboot *n, const struct grubcfg *cfg,
				 const struct grubenv *env)
{
	const char *next = grubenv_get(env, "next_entry"), *name = cfg->fallback;

	n->try = next;
	if (next)
		return next;
	if (name && strstr(name, "saved_entry"))
		name = grubenv_get(env, "saved_entry");
	return name && *name ? name : "0";
}

static void nextboot_from_grub(struct nextboot *n, const struct grubcfg *cfg,
			       const struct grubenv *env)
{
	const char *name = nextboot_name(n, cfg, env);
	const struct grub_entry *e = grubcfg_resolve(cfg, name);

	/* As GRUB does with a name that it does not find. */
	if (!e)
		e = grubcfg_resolve(cfg, "0");
	if (!e || e->submenu || !e->kernel) {
		n->why = ctl_format("GRUB's entry \"%s\" boots no kernel of Linux's", name);
		return;
	}
	n->kernel = ctl_strdup(e->kernel);
	nextboot_judge(n, cfg, env, e);
}

/*
 * systemd-boot leaves its variables in EFI: four bytes of attributes, then UTF-16. What it takes by
 * default hangs on its menu, which only it can read; a one-shot entry is said in full.
 */
#define NEXTBOOT_LOADER	"/sys/firmware/efi/efivars/%s-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"

static char *nextboot_efi(const char *name)
{
	char *path = ctl_format(NEXTBOOT_LOADER, name), *buf, *text;
	size_t len, i, n = 0;

	buf = ctl_read(path, &len);
	free(path);
	if (!buf)
		return NULL;
	text = ctl_alloc(len + 1);
	for (i = 4; i + 1 < len && (buf[i] || buf[i + 1]); i += 2)
		text[n++] = buf[i + 1] ? '?' : buf[i];
	free(buf);
	return text;
}

static void nextboot_from_sdboot(struct nextboot *n)
{
	char *info = nextboot_efi("LoaderInfo"), *once = nextboot_efi("LoaderEntryOneShot");

	n->try = once && *once;
	if (n->try) {
		bool ours = ctl_starts(once, "smmu3-") && ctl_ends(once, ".conf");

		if (ours)
			n->kernel = ctl_format("%.*s", (int)(strlen(once) - 11), once + 6);
		n->driver = ours ? "smmu3" : "in-tree";
		n->why = ctl_format("%s was told to boot %s once", info ? info : "the boot loader",
				    once);
	} else if (info) {
		n->why = ctl_format("the boot loader is %s; bootctl list says what it takes", info);
	} else {
		n->why = ctl_strdup("no /boot/grub/grub.cfg: another boot loader than GRUB");
	}
	free(info);
	free(once);
}

void nextboot_read(struct nextboot *n)
{
	struct grubcfg cfg;
	struct grubenv env;

	*n = (struct nextboot){ .kernel = NULL };
	grubcfg_read(&cfg);
	grubenv_read(&env);
	if (cfg.error == ENOENT)
		nextboot_from_sdboot(n);
	else if (cfg.why)
		n->why = ctl_format("%s%s", cfg.why, cfg.error == EACCES ? "; as root it can" : "");
	else if (env.error == EACCES)
		n->why = ctl_format("%s; as root it can", env.why);
	else
		nextboot_from_grub(n, &cfg, &env);
	grubenv_free(&env);
	grubcfg_free(&cfg);
}

void nextboot_free(struct nextboot *n)
{
	free(n->kernel);
	free(n->why);
	*n = (struct nextboot){ .kernel = NULL };
}
