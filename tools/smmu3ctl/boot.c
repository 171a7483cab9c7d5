// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which driver the next boots take: try, enable, disable.
 *
 * A try is one boot, by GRUB's next_entry. A kernel can be enabled only after a boot with the very
 * overlay that is there now was confirmed (boot_confirm.c). GRUB itself refuses smmu3 while a try
 * is pending, so the worst that anything here can do is a boot with the kernel's own driver.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "boot.h"

static const char kver_letters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+_~-";

/* The kernel that a command is about: its argument, or the one that runs. NULL after a message. */
static const char *boot_kernel(int argc, char **argv)
{
	const char *kver = argc > 1 ? argv[1] : kernel_release();

	if (argc > 2) {
		ctl_usage("%s takes one kernel", argv[0]);
		return NULL;
	}
	if (!*kver || kver[strspn(kver, kver_letters)]) {
		ctl_usage("\"%s\" is no kernel's version", kver);
		return NULL;
	}
	return kver;
}

/* CTL_OK, or CTL_FAILED after a message. */
static int env_open(struct grubenv *env)
{
	grubenv_read(env);
	if (!env->why)
		return CTL_OK;
	ctl_fail("%s", env->why);
	grubenv_free(env);
	return CTL_FAILED;
}

int cmd_try(int argc, char **argv)
{
	const char *pending, *kver;
	const char *change[] = { BOOT_PENDING, NULL, NULL };
	struct grubenv env;
	char *why, *next;
	int ret;

	ret = ctl_options(&argc, argv, NULL);
	if (ret)
		return ret;
	kver = boot_kernel(argc, argv);
	if (!kver)
		return CTL_USAGE;
	why = boot_obstacle(kver);
	if (why) {
		ret = ctl_fail("kernel %s cannot take smmu3: %s", kver, why);
		free(why);
		return ret;
	}
	if (env_open(&env))
		return CTL_FAILED;
	pending = grubenv_get(&env, BOOT_PENDING);
	next = ctl_format(BOOT_NEXT "=smmu3>smmu3-%s", kver);
	change[1] = next;
	out_begin("try");
	out_str("kernel", "Kernel", kver);
	out_str("entry", "GRUB's entry", next + strlen(BOOT_NEXT "="));
	out_str("unconfirmed", pending && *pending ? "Earlier try, not confirmed" : NULL, pending);
	ret = boot_set_env(change);
	if (ret == CTL_OK) {
		out_text("The next boot, and only that, takes smmu3. If it is not confirmed, the");
		out_text("one after it takes the kernel's own driver.");
	}
	out_finish();
	free(next);
	grubenv_free(&env);
	return ret;
}

/* Why @kver may not be enabled, to be freed; NULL: it may. */
static char *enable_obstacle(const struct grubenv *env, const char *kver)
{
	const char *pending = grubenv_get(env, BOOT_PENDING);
	char *why = boot_obstacle(kver);
	struct overlay o;

	if (why)
		return why;
	if (pending && !strcmp(pending, kver))
		return ctl_strdup("a try of it has not been confirmed; try it again");
	overlay_read(&o, kver);
	if (!boot_confirmed(kver, o.sha256))
		why = ctl_format("no boot with this overlay was confirmed yet: smmu3ctl try %s",
				 kver);
	overlay_free(&o);
	return why;
}

/* Kernels with an overlay, fresh or not. */
static void overlay_kernels(struct ctl_list *kvers)
{
	struct ctl_list names = { 0 };
	size_t i;

	ctl_names("/boot/smmu3", &names);
	for (i = 0; i < names.nr; i++) {
		if (ctl_ends(names.item[i], ".img")) {
			names.item[i][strlen(names.item[i]) - strlen(".img")] = 0;
			ctl_list_add(kvers, names.item[i]);
		}
	}
	ctl_list_free(&names);
}

/* For all kernels, also those to come, one must have shown that the machine runs with smmu3. */
static char *enable_all_obstacle(const struct grubenv *env)
{
	struct ctl_list kvers = { 0 };
	char *why = NULL;
	size_t i;

	overlay_kernels(&kvers);
	if (!kvers.nr)
		why = ctl_strdup("no kernel has an overlay");
	for (i = 0; i < kvers.nr; i++) {
		free(why);
		why = enable_obstacle(env, kvers.item[i]);
		if (!why)
			break;
	}
	ctl_list_free(&kvers);
	return why;
}

/* One word more or less in @list; to be freed. */
static char *words_change(const char *list, const char *word, bool add)
{
	char *copy = ctl_strdup(list), *text = ctl_strdup(""), *save = NULL, *w, *longer;

	for (w = strtok_r(copy, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
		if (!strcmp(w, word) || !strcmp(w, "*"))
			continue;
		longer = ctl_format("%s%s%s", text, *text ? " " : "", w);
		free(text);
		text = longer;
	}
	if (add) {
		longer = ctl_format("%s%s%s", text, *text ? " " : "", word);
		free(text);
		text = longer;
	}
	free(copy);
	return text;
}

/* Write the list; an empty one is none. Frees @list. */
static int kernels_write(const char *command, char *list, const char *also)
{
	const char *change[] = { NULL, also, NULL };
	char *set = *list ? ctl_format(BOOT_KERNELS "=%s", list) : ctl_strdup(BOOT_KERNELS);
	int ret;

	change[0] = set;
	out_begin(command);
	out_str("enabled", "Kernels that take smmu3 by themselves", *list ? list : "none");
	ret = boot_set_env(change);
	out_finish();
	free(set);
	free(list);
	return ret;
}

static int choice_options(int *argc, char **argv, bool *all, const char **kver)
{
	const struct ctl_option options[] = {
		{ .name = "--all", .flag = all },
		{ .name = NULL },
	};
	int ret = ctl_options(argc, argv, options);

	if (ret)
		return ret;
	if (*all && *argc > 1)
		return ctl_usage("%s: a kernel or --all, not both", argv[0]);
	*kver = *all ? "*" : boot_kernel(*argc, argv);
	return *kver ? CTL_OK : CTL_USAGE;
}

int cmd_enable(int argc, char **argv)
{
	const char *kver, *now;
	struct grubenv env;
	bool all = false;
	char *why, *list;
	int ret;

	ret = choice_options(&argc, argv, &all, &kver);
	if (ret)
		return ret;
	if (env_open(&env))
		return CTL_FAILED;
	why = all ? enable_all_obstacle(&env) : enable_obstacle(&env, kver);
	now = grubenv_get(&env, BOOT_KERNELS);
	if (why) {
		ret = ctl_fail("not enabled%s%s: %s", all ? "" : " for ", all ? "" : kver, why);
	} else if (all || (now && ctl_has_word(now, "*"))) {
		ret = kernels_write("enable", ctl_strdup("*"), NULL);
	} else {
		list = words_change(now ? now : "", kver, true);
		ret = kernels_write("enable", list, NULL);
	}
	free(why);
	grubenv_free(&env);
	return ret;
}

/* "*" without one kernel is the list of the others that are there now. */
static char *disable_list(const char *now, const char *kver)
{
	struct ctl_list kvers = { 0 };
	char *list = ctl_strdup(""), *longer;
	size_t i;

	if (!ctl_has_word(now, "*")) {
		free(list);
		return words_change(now, kver, false);
	}
	overlay_kernels(&kvers);
	for (i = 0; i < kvers.nr; i++) {
		if (!strcmp(kvers.item[i], kver))
			continue;
		longer = words_change(list, kvers.item[i], true);
		free(list);
		list = longer;
	}
	ctl_list_free(&kvers);
	return list;
}

int cmd_disable(int argc, char **argv)
{
	const char *kver, *now, *next, *also = NULL;
	struct grubenv env;
	bool all = false;
	char *ours, *list;
	int ret;

	ret = choice_options(&argc, argv, &all, &kver);
	if (ret)
		return ret;
	if (env_open(&env))
		return CTL_FAILED;
	now = grubenv_get(&env, BOOT_KERNELS);
	next = grubenv_get(&env, BOOT_NEXT);
	/* A try that was ordered and has not begun is taken back as well. */
	ours = ctl_format("smmu3>smmu3-%s", kver);
	if (next && (all ? ctl_starts(next, "smmu3>") : !strcmp(next, ours)))
		also = BOOT_NEXT;
	list = all ? ctl_strdup("") : disable_list(now ? now : "", kver);
	ret = kernels_write("disable", list, also);
	free(ours);
	grubenv_free(&env);
	return ret;
}
