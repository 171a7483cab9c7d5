/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of "show". Each adds its values to the output and returns an exit code.
 */
#ifndef SMMU3CTL_SHOW_H
#define SMMU3CTL_SHOW_H

#include "view.h"

/**
 * struct show - one part
 * @name: what it is called on the command line
 * @run: from debugfs
 * @run_plain: what sysfs gives without root; NULL: nothing
 */
struct show {
	const char	*name;
	int		(*run)(const struct select *sel);
	int		(*run_plain)(const struct select *sel);
};

extern bool show_everything;	/* --all: also what is idle */

/* show_tables.c */
int show_streams(const struct select *sel);
int show_ste(const struct select *sel);
int show_cd(const struct select *sel);
int show_asid(const struct select *sel);
int show_domains(const struct select *sel);
int show_devices_plain(const struct select *sel);

/* Each line with @key, as an array. */
void show_texts(const struct view *v, const char *key, const char *array, const char *title);

/* A file of a part cannot be read: a message, once, and the exit code. */
int show_unreadable(const char *smmu, const char *file, int err);

#endif
