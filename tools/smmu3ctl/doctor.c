// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor: the whole chain, from firmware to the boot loader.
 *
 * Checks are in the order in which a boot passes them, so the first that fails is mostly the cause
 * of the others.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "doctor.h"
#include "view.h"

struct doctor_check {
	char			*check, *text;
	const char		*todo;
	enum doctor_result	result;
};

static struct doctor_check *doctor_checks;
static size_t doctor_nr;

static const char * const doctor_word[] = {
	[DOCTOR_OK] = "ok", [DOCTOR_WARN] = "warn", [DOCTOR_FAIL] = "fail",
	[DOCTOR_UNKNOWN] = "unknown",
};

void doctor_add(const char *check, enum doctor_result result, const char *todo, const char *fmt,
		...)
{
	struct doctor_check *c;
	va_list ap;

	doctor_checks = ctl_realloc(doctor_checks, (doctor_nr + 1) * sizeof(*doctor_checks));
	c = &doctor_checks[doctor_nr++];
	*c = (struct doctor_check){ .check = ctl_strdup(check), .result = result, .todo = todo };
	va_start(ap, fmt);
	c->text = ctl_vformat(fmt, ap);
	va_end(ap);
}

void doctor_drivers(const struct machine *m)
{
	size_t i;

	for (i = 0; i < m->nr; i++) {
		const struct smmu *s = &m->smmu[i];
		char *state = smmu_attr(s, "state");

		if (!s->driver)
			doctor_add("driver", DOCTOR_FAIL,
				   "boot without " CTL_BLACKLIST
				   ", or load smmu3; devices may run untranslated now",
				   "%s has no driver%s", s->name,
				   s->waiting ? " and waits for a supplier" : "");
		else if (state && strcmp(state, "enabled"))
			doctor_add("driver", DOCTOR_FAIL,
				   "reboot; report what the kernel's log says of smmu3",
				   "%s is driven by %s, its state is %s", s->name, s->driver,
				   state);
		else
			doctor_add("driver", DOCTOR_OK, NULL, "%s is driven by %s", s->name,
				   s->driver);
		free(state);
	}
}

/* Devices that wait for a supplier, for everybody to read, where debugfs is not. */
static size_t doctor_waiting(struct ctl_list *waiting)
{
	static const char * const bus[] = { "platform", "pci", "amba" };
	size_t b, i;

	for (b = 0; b < CTL_ARRAY_SIZE(bus); b++) {
		char *dir = ctl_format("/sys/bus/%s/devices", bus[b]);
		struct ctl_list names = { 0 };

		ctl_names(dir, &names);
		for (i = 0; i < names.nr; i++) {
			char *value = ctl_value("%s/%s/waiting_for_supplier", dir, names.item[i]);

			if (value && !strcmp(value, "1"))
				ctl_list_add(waiting, names.item[i]);
			free(value);
		}
		ctl_list_free(&names);
		free(dir);
	}
	return waiting->nr;
}

void doctor_deferred(void)
{
	static const char todo[] =
		"the kernel's log says what they wait for; often it is an SMMU without a driver";
	struct ctl_list waiting = { 0 };
	struct view v;
	int err = view_read(&v, "/sys/kernel/debug/devices_deferred");

	if (!err && v.nr)
		doctor_add("deferred", DOCTOR_WARN, todo,
			   "%zu devices are deferred, the first: %s%s%s", v.nr, v.line[0].key,
			   *v.line[0].key ? ": " : "", v.line[0].value);
	else if (!err)
		doctor_add("deferred", DOCTOR_OK, NULL, "no device is deferred");
	else if (doctor_waiting(&waiting))
		doctor_add("deferred", DOCTOR_WARN, todo,
			   "%zu devices wait for a supplier, the first: %s", waiting.nr,
			   waiting.item[0]);
	else
		doctor_add("deferred", DOCTOR_UNKNOWN, "as root it can be seen",
			   "debugfs cannot be read; by sysfs no device waits for a supplier");
	if (!err)
		view_free(&v);
	ctl_list_free(&waiting);
}

/* ---------------------------------------------------------------- the report */

static void doctor_text(const struct doctor_check *c)
{
	static const enum out_color color[] = {
		[DOCTOR_OK] = OUT_GOOD, [DOCTOR_WARN] = OUT_WARN, [DOCTOR_FAIL] = OUT_BAD,
		[DOCTOR_UNKNOWN] = OUT_WARN,
	};

	out_text("%-8s %-12s %s", doctor_word[c->result], c->check, c->text);
	out_color(color[c->result]);
	if (c->todo && c->result != DOCTOR_OK)
		out_text("%-8s %-12s -> %s", "", "", c->todo);
}

static size_t doctor_report(void)
{
	size_t nr[CTL_ARRAY_SIZE(doctor_word)] = { 0 }, i;

	out_array("checks", NULL);
	for (i = 0; i < doctor_nr; i++) {
		const struct doctor_check *c = &doctor_checks[i];

		nr[c->result]++;
		out_row();
		out_str("check", NULL, c->check);
		out_str("result", NULL, doctor_word[c->result]);
		out_str("text", NULL, c->text);
		out_str("todo", NULL, c->result == DOCTOR_OK ? NULL : c->todo);
		out_end();
	}
	out_end();
	for (i = 0; i < doctor_nr; i++) {
		doctor_text(&doctor_checks[i]);
		free(doctor_checks[i].check);
		free(doctor_checks[i].text);
	}
	free(doctor_checks);
	out_object("sum", NULL);
	for (i = 0; i < CTL_ARRAY_SIZE(nr); i++)
		out_unum(doctor_word[i], NULL, nr[i]);
	out_end();
	out_text("%zu ok, %zu warn, %zu fail, %zu unknown", nr[DOCTOR_OK], nr[DOCTOR_WARN],
		 nr[DOCTOR_FAIL], nr[DOCTOR_UNKNOWN]);
	return nr[DOCTOR_FAIL];
}

int cmd_doctor(int argc, char **argv)
{
	enum ctl_exit verdict;
	struct machine m;
	size_t failed;
	int err = ctl_options(&argc, argv, NULL);

	if (err)
		return err;
	if (argc > 1)
		return ctl_usage("doctor: it takes no arguments");
	machine_read(&m);
	verdict = machine_verdict(&m);
	out_begin("doctor");
	doctor_firmware(&m);
	doctor_kernel();
	doctor_config();
	doctor_module();
	doctor_signature();
	doctor_overlay();
	doctor_files();
	doctor_grubenv();
	doctor_grub();
	doctor_defaults();
	doctor_cmdline(&m);
	doctor_kdump();
	doctor_loaded();
	doctor_drivers(&m);
	doctor_deferred();
	failed = doctor_report();
	out_finish();
	machine_free(&m);
	return verdict == CTL_NO_SMMU ? verdict : failed ? CTL_WRONG : verdict;
}
