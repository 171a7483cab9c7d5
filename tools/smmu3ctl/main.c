// SPDX-License-Identifier: GPL-2.0-only
/*
 * smmu3ctl: options that every command has, the table of commands, help.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <smmu3/version.h>
#include "ctl.h"

struct ctl ctl = { .root = "" };

const struct command commands[] = {
	{ "status", "which driver has which SMMU; what the next boot does, and why", cmd_status },
#ifdef HAVE_BOOT
	{ "try", "[KERNEL]: boot a kernel with smmu3 once", cmd_try },
	{ "enable", "[KERNEL|--all]: boot a kernel with smmu3 from now on", cmd_enable },
	{ "disable", "[KERNEL|--all]: boot a kernel with its own driver from now on", cmd_disable },
	{ "confirm", "[--boot]: this boot with smmu3 is good", cmd_confirm },
#endif
	{ "verify", "tables, groups, domains, errors: is all as it should be?", cmd_verify },
	{ "show", "WHAT [DEVICE|STREAMID] [--all]: WHAT is features, streams, ste, cd, asid,\n"
	  "            domains, queues, events or counters", cmd_show },
	{ "walk", "DEVICE IOVA [--pasid N] [--ranges]: from an address to memory", cmd_walk },
	{ "watch", "[--interval SECONDS] [--count N]: rates of counters, and events", cmd_watch },
#ifdef HAVE_AB
	{ "ab", "{record|compare} ...: measure under one driver, compare two records", cmd_ab },
#endif
	{ "doctor", "check all from firmware to boot loader, and say what to do", cmd_doctor },
	{ "version", "versions of this program, of the module, of the kernel", cmd_version },
	{ "help", "[COMMAND]: this, or one command", cmd_help },
	{ NULL, NULL, NULL }
};

static void main_message(const char *fmt, va_list ap)
{
	fflush(stdout);
	fputs("smmu3ctl: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void ctl_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	main_message(fmt, ap);
	va_end(ap);
}

int ctl_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	main_message(fmt, ap);
	va_end(ap);
	return CTL_FAILED;
}

int ctl_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	main_message(fmt, ap);
	va_end(ap);
	return CTL_USAGE;
}

/* ---------------------------------------------------------------- options */

/*
 * The option at argv[0], with "=value" or a value behind it. How many arguments it takes; 0: it is
 * none of these; -1: it is used wrongly.
 */
static int main_option(char **argv, int left, const struct ctl_option *options)
{
	const struct ctl_option *o;
	size_t n = strcspn(argv[0], "=");

	for (o = options; o && o->name; o++) {
		if (strlen(o->name) != n || strncmp(o->name, argv[0], n))
			continue;
		if (!o->value) {
			if (argv[0][n])
				return -1;
			*o->flag = true;
			return 1;
		}
		if (argv[0][n]) {
			*o->value = argv[0] + n + 1;
			return 1;
		}
		if (left < 2)
			return -1;
		*o->value = argv[1];
		return 2;
	}
	return 0;
}

static int main_bad_option(const char *command, const char *arg, int used)
{
	if (used < 0)
		return ctl_usage("%s: %s: %s", command, arg,
				 strchr(arg, '=') ? "it takes no value" : "a value is missing");
	return ctl_usage("%s: there is no option %s; see smmu3ctl help %s", command, arg, command);
}

int ctl_options(int *argc, char **argv, const struct ctl_option *options)
{
	int from = 1, to = 1, used;
	bool only_args = false;

	while (from < *argc) {
		if (only_args || argv[from][0] != '-' || !argv[from][1]) {
			argv[to++] = argv[from++];
			continue;
		}
		if (!strcmp(argv[from], "--")) {
			only_args = true;
			from++;
			continue;
		}
		used = main_option(argv + from, *argc - from, options);
		if (used <= 0)
			return main_bad_option(argv[0], argv[from], used);
		from += used;
	}
	argv[to] = NULL;
	*argc = to;
	return 0;
}

/* Options of every command, before it or behind it. What is left stays in argv. */
static int main_globals(int *argc, char **argv, bool *help)
{
	const char *root = NULL;
	bool no_color = false, version = false;
	const struct ctl_option options[] = {
		{ "--json", NULL, &ctl.json }, { "--root", &root, NULL },
		{ "--dry-run", NULL, &ctl.dry_run }, { "--no-color", NULL, &no_color },
		{ "--help", NULL, help }, { "-h", NULL, help }, { "--version", NULL, &version },
		{ NULL, NULL, NULL }
	};
	const char *env = getenv("NO_COLOR"), *term = getenv("TERM");
	int from = 1, to = 1, used;
	struct stat st;

	while (from < *argc) {
		if (!strcmp(argv[from], "--")) {
			while (from < *argc)
				argv[to++] = argv[from++];
			break;
		}
		used = main_option(argv + from, *argc - from, options);
		if (used < 0)
			return main_bad_option("smmu3ctl", argv[from], used);
		if (used)
			from += used;
		else
			argv[to++] = argv[from++];
	}
	argv[to] = NULL;
	*argc = to;
	if (version)
		argv[1] = "version", *argc = 2;
	if (root && (stat(root, &st) || !S_ISDIR(st.st_mode)))
		return ctl_usage("--root %s: it is no folder", root);
	ctl.root = root ? root : "";
	ctl.color = !no_color && !(env && *env) && isatty(1) && term && strcmp(term, "dumb");
	return 0;
}

/* ---------------------------------------------------------------- help, version */

static int main_help(FILE *f)
{
	const struct command *c;

	fputs("usage: smmu3ctl [OPTIONS] COMMAND [ARGUMENTS]\n\n", f);
	for (c = commands; c->name; c++)
		fprintf(f, "  %-9s %s\n", c->name, c->help);
	fputs("\n  --json       one line of JSON (tools/smmu3ctl/schema.md) instead of text\n"
	      "  --root DIR   read /sys, /proc, /boot, /lib, /usr and /etc below DIR\n"
	      "  --dry-run    say what would be written below /boot, and write nothing\n"
	      "  --no-color   no colours; also by NO_COLOR in the environment\n", f);
	return CTL_OK;
}

static const struct command *main_find(const char *name)
{
	const struct command *c;

	for (c = commands; c->name; c++) {
		if (!strcmp(c->name, name))
			return c;
	}
	return NULL;
}

int cmd_help(int argc, char **argv)
{
	const struct command *c;
	int err = ctl_options(&argc, argv, NULL);

	if (err)
		return err;
	if (argc > 2)
		return ctl_usage("help: one command at a time");
	if (argc < 2)
		return main_help(stdout);
	c = main_find(argv[1]);
	if (!c)
		return ctl_usage("there is no command %s; see smmu3ctl help", argv[1]);
	printf("smmu3ctl %s%s%s\n", c->name,
	       strchr("[{", *c->help) || (*c->help >= 'A' && *c->help <= 'Z') ? " " : ": ",
	       c->help);
	return CTL_OK;
}

int cmd_version(int argc, char **argv)
{
	struct module mod;
	char *loaded;
	int err = ctl_options(&argc, argv, NULL);

	if (err)
		return err;
	if (argc > 1)
		return ctl_usage("version: it takes no arguments");
	loaded = ctl_value("/sys/module/smmu3/version");
	out_begin("version");
	out_str("version", "smmu3ctl", SMMU3_VERSION);
	out_str("loaded", "module, loaded", loaded);
	out_str("installed", "module, installed",
		module_find(&mod, kernel_release()) ? mod.version : NULL);
	out_str("kernel", "kernel", *kernel_release() ? kernel_release() : NULL);
	out_finish();
	module_free(&mod);
	free(loaded);
	return CTL_OK;
}

int main(int argc, char **argv)
{
	const struct command *c;
	bool help = false;
	int err = main_globals(&argc, argv, &help);

	if (err)
		return err;
	if (argc < 2) {
		main_help(help ? stdout : stderr);
		return help ? CTL_OK : CTL_USAGE;
	}
	c = main_find(argv[1]);
	if (!c)
		return ctl_usage("there is no command %s; see smmu3ctl help", argv[1]);
	if (help) {
		argv[0] = "help";
		return cmd_help(2, argv);
	}
	err = c->run(argc - 1, argv + 1);
	/* A full disk or a closed pipe must not pass for success. */
	if (fflush(stdout) || ferror(stdout))
		return ctl_fail("the output cannot be written: %s", strerror(errno));
	return err;
}
