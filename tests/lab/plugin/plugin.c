// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lab's QEMU plugin: what the guest's CPUs do, told to the server. Loaded with
 *   -plugin smmu3-plugin.so,server=DIR[,OPTION]...
 *
 *   server=DIR     folder with the server's socket "plugin" and its file "watch"
 *   dvm=           forward broadcast TLB maintenance (on), count and drop it (drop), or do
 *                  not look (off, default)
 *   watch=         report stores to watched pages (on, default with a server, or off)
 *   count=         count instructions between markers (on, or off, default)
 *   count-file=F   append these counts to F as well
 *   profile=F      write the shortest round of each marker, by instruction, to F
 *   timeout=S      seconds without an answer after which the server is given up (default 60)
 *   probe=on       print the plugin API's versions and end
 *
 * Invariant: whatever is wrong ends QEMU with one line that begins "plugin:".
 */
#include "plugin.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

PLUGIN_EXPORT int qemu_plugin_version = PLUGIN_API_VERSION;
PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
				      char **argv);

static struct options {
	const char *server, *count_file, *profile;
	enum dvm_mode dvm;
	bool watch, count, probe;
	unsigned int timeout;
} options = { .watch = true, .timeout = 60 };

static bool switched(const char *name, const char *value)
{
	if (strcmp(value, "on") && strcmp(value, "off"))
		plugin_die("%s=%s: wanted on or off", name, value);
	return !strcmp(value, "on");
}

static void option(const char *name, const char *value)
{
	char *end;

	if (!strcmp(name, "server")) {
		options.server = value;
	} else if (!strcmp(name, "dvm")) {
		if (!strcmp(value, "drop"))
			options.dvm = DVM_DROP;
		else
			options.dvm = switched(name, value) ? DVM_ON : DVM_OFF;
	} else if (!strcmp(name, "watch")) {
		options.watch = switched(name, value);
	} else if (!strcmp(name, "count")) {
		options.count = switched(name, value);
	} else if (!strcmp(name, "count-file")) {
		options.count_file = value;
		options.count = true;
	} else if (!strcmp(name, "profile")) {
		options.profile = value;
		options.count = true;
	} else if (!strcmp(name, "probe")) {
		options.probe = switched(name, value);
	} else if (!strcmp(name, "timeout")) {
		options.timeout = strtoul(value, &end, 10);
		if (end == value || *end || !options.timeout || options.timeout > 86400)
			plugin_die("timeout=%s: wanted 1 to 86400 seconds", value);
	} else {
		plugin_die("no option %s=: server, dvm, watch, count, count-file, profile, "
			   "timeout, probe",
			   name);
	}
}

static void parse(int argc, char **argv)
{
	char *value;
	int i;

	for (i = 0; i < argc; i++) {
		value = strchr(argv[i], '=');
		if (!value || !value[1])
			plugin_die("%s: wanted name=value", argv[i]);
		*value = '\0';
		option(argv[i], value + 1);
	}
	if (options.dvm == DVM_ON && !options.server)
		plugin_die("dvm=on wants server=DIR");
	if (!options.server && options.dvm == DVM_OFF && !options.count && !options.probe)
		plugin_die("nothing to do: give server=DIR, or count=on");
}

static void check_qemu(const struct qemu_info *info)
{
	if (info->version.min > PLUGIN_API_VERSION || info->version.cur < PLUGIN_API_VERSION)
		plugin_die("this QEMU has plugin API %d..%d, the plugin is written for %d",
			   info->version.min, info->version.cur, PLUGIN_API_VERSION);
	if (!info->system_emulation || strcmp(info->target_name, "aarch64"))
		plugin_die("it is for qemu-system-aarch64, this emulates %s", info->target_name);
	if (info->system.max_vcpus > PLUGIN_MAX_VCPUS)
		plugin_die("%d vCPUs, it takes up to %d", info->system.max_vcpus, PLUGIN_MAX_VCPUS);
}

static void vcpu_begin(unsigned int vcpu, void *userdata)
{
	(void)vcpu;
	(void)userdata;
	regs_init();
}

static void translate(struct qemu_plugin_tb *tb, void *userdata)
{
	size_t i, n = qemu_plugin_tb_n_insns(tb);
	struct qemu_plugin_insn *insn;
	u32 word;

	(void)userdata;
	for (i = 0; i < n; i++) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		/* 16-bit instructions are AArch32's. */
		if (qemu_plugin_insn_data(insn, &word, sizeof(word)) != sizeof(word))
			word = 0;
		dvm_translate(insn, word);
		store_translate(tb, i, insn, word);
		profile_translate(insn, word);
		count_translate(tb, i, insn, word);
	}
}

static void at_exit(void *userdata)
{
	(void)userdata;
	dvm_sum_up();
	store_sum_up();
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	check_qemu(info);
	parse(argc, argv);
	if (options.probe) {
		printf("plugin: this QEMU has plugin API %d..%d\n", info->version.min,
		       info->version.cur);
		fflush(NULL);
		_exit(0);
	}
	if (options.server)
		link_open(options.server, options.timeout, info->system.max_vcpus);
	if (!options.watch)
		link_watch = NULL;
	dvm_init(options.dvm);
	store_init();
	if (options.count)
		count_init(id, options.count_file);
	profile_init(options.profile);
	qemu_plugin_register_vcpu_init_cb(id, vcpu_begin, NULL);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate, NULL);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
