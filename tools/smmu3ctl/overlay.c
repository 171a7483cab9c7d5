// SPDX-License-Identifier: GPL-2.0-only
/*
 * The overlay initrd of a kernel: is it there, is it of the module that is installed, would GRUB
 * take it?
 *
 * GRUB itself looks at two things only: the file is there, and it is newer than the kernel's image.
 * The rest is for people, and is found here before a boot finds it.
 */
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include "ctl.h"

char *kernel_image(const char *kver)
{
	static const char * const names[] = { "vmlinuz", "vmlinux" };
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(names); i++) {
		char *path = ctl_format("/boot/%s-%s", names[i], kver);

		if (ctl_exists(path))
			return path;
		free(path);
	}
	return NULL;
}

static void overlay_field(struct overlay *o, const char *key, const char *value)
{
	const struct {
		const char	*key;
		char		**to;
	} field[] = {
		{ "version", &o->version }, { "kernel", &o->kernel },
		{ "srcversion", &o->srcversion }, { "sha256", &o->sha256 },
		{ "module", &o->module }, { "signed", &o->is_signed }, { "time", &o->time },
	};
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(field); i++) {
		if (!strcmp(field[i].key, key) && !*field[i].to)
			*field[i].to = ctl_strdup(value);
	}
}

static void overlay_read_info(struct overlay *o, const char *path)
{
	char *text = ctl_read(path, NULL), *line, *next;

	o->info = text;
	for (line = text; line && *line; line = next) {
		size_t n = strcspn(line, "\n");
		char *colon;

		next = line + n + (line[n] == '\n');
		line[n] = '\0';
		colon = strchr(line, ':');
		if (!colon)
			continue;
		*colon = '\0';
		overlay_field(o, ctl_trim(line), ctl_trim(colon + 1));
	}
	free(text);
}

/* GRUB's two conditions. */
static char *overlay_refusal(struct overlay *o, const char *kver, const char *img)
{
	int64_t mine, kernels;
	char *image;

	o->img = ctl_mtime(img, &mine);
	if (!o->img)
		return ctl_strdup("there is no overlay for this kernel");
	image = kernel_image(kver);
	if (!image || !ctl_mtime(image, &kernels)) {
		free(image);
		return ctl_format("there is no kernel /boot/vmlinuz-%s", kver);
	}
	free(image);
	/* GRUB compares whole seconds. */
	o->newer = mine / 1000000000 > kernels / 1000000000;
	return o->newer ? NULL : ctl_strdup("the overlay is not newer than the kernel's image");
}

static char *overlay_against_module(const struct overlay *o, const char *kver)
{
	struct module mod;
	char *why = NULL;

	if (!module_find(&mod, kver))
		why = ctl_strdup("no smmu3.ko is installed for this kernel any more");
	else if (!mod.why && mod.srcversion && o->srcversion &&
		 strcmp(mod.srcversion, o->srcversion))
		why = ctl_format("the overlay holds another module (%s) than is installed (%s)",
				 o->srcversion, mod.srcversion);
	else if (!mod.why && mod.version && o->version && strcmp(mod.version, o->version))
		why = ctl_format("the overlay holds version %s, installed is %s", o->version,
				 mod.version);
	module_free(&mod);
	return why;
}

static char *overlay_doubt(const struct overlay *o, const char *kver, const char *img)
{
	char hex[65];
	int err;

	if (!o->info)
		return ctl_strdup("the overlay's .info file is missing or cannot be read");
	if (!o->kernel || strcmp(o->kernel, kver))
		return ctl_format("the overlay's .info is that of kernel %s",
				  o->kernel ? o->kernel : "(none)");
	if (!o->sha256)
		return ctl_strdup("the overlay's .info has no sha256");
	err = sha256_file(img, hex);
	/* Without permission the rest can still be compared. */
	if (err && err != -EACCES)
		return ctl_format("the overlay cannot be read: %s", strerror(-err));
	if (!err && strcmp(hex, o->sha256))
		return ctl_strdup("the overlay is damaged: its sha256 is not the one in .info");
	return overlay_against_module(o, kver);
}

void overlay_read(struct overlay *o, const char *kver)
{
	char *img = ctl_format("/boot/smmu3/%s.img", kver);
	char *info = ctl_format("/boot/smmu3/%s.info", kver);

	*o = (struct overlay){ .why = NULL };
	overlay_read_info(o, info);
	o->why = overlay_refusal(o, kver, img);
	o->blocks = o->why;
	if (!o->why)
		o->why = overlay_doubt(o, kver, img);
	free(img);
	free(info);
}

void overlay_free(struct overlay *o)
{
	free(o->version);
	free(o->kernel);
	free(o->srcversion);
	free(o->sha256);
	free(o->module);
	free(o->is_signed);
	free(o->time);
	free(o->why);
	*o = (struct overlay){ .why = NULL };
}
