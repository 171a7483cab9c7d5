/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * smmu3ctl: what its files share.
 *
 * Invariants: every path that is read or written goes through ctl_path(), so --root covers all of
 * it; what a command finds goes to the output module, so text and JSON say the same; nothing that
 * is read is trusted: a file of debugfs may be cut, garbage, or gone by now.
 */
#ifndef SMMU3CTL_H
#define SMMU3CTL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CTL_ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define CTL_PRINTF(f, a)	__attribute__((format(printf, f, a)))

/* Exit codes; the manual page says which command uses which. */
enum ctl_exit {
	CTL_OK		= 0,	/* done; status, verify, doctor: smmu3 drives every SMMUv3 */
	CTL_FAILED	= 1,
	CTL_USAGE	= 2,
	CTL_INACTIVE	= 3,	/* an SMMUv3 is there that smmu3 does not drive */
	CTL_UNKNOWN	= 4,	/* cannot tell, mostly for want of permission */
	CTL_WRONG	= 5,	/* verification failed */
	CTL_NO_SMMU	= 77,
};

struct ctl {
	const char	*root;		/* put in front of every path; "" is the running system */
	bool		json, dry_run, color;
};

extern struct ctl ctl;

struct command {
	const char	*name, *help;
	int		(*run)(int argc, char **argv);	/* argv[0] is the command's name */
};

/* Ends with a NULL name. */
extern const struct command commands[];

int cmd_status(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_walk(int argc, char **argv);
int cmd_watch(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_version(int argc, char **argv);
int cmd_help(int argc, char **argv);
/* boot.c and ab.c; in the table where the file exists (Makefile). */
int cmd_try(int argc, char **argv);
int cmd_enable(int argc, char **argv);
int cmd_disable(int argc, char **argv);
int cmd_confirm(int argc, char **argv);
int cmd_ab(int argc, char **argv);

/* ---------------------------------------------------------------- messages (main.c) */

/* One line "smmu3ctl: ..." on stderr. */
void ctl_warn(const char *fmt, ...) CTL_PRINTF(1, 2);
/* The same; returns CTL_FAILED or CTL_USAGE. */
int ctl_fail(const char *fmt, ...) CTL_PRINTF(1, 2);
int ctl_usage(const char *fmt, ...) CTL_PRINTF(1, 2);

/**
 * struct ctl_option - an option of one command
 * @name: "--count"
 * @value: set to the argument that follows; NULL: an option without one
 * @flag: set to true for an option without one
 */
struct ctl_option {
	const char	*name;
	const char	**value;
	bool		*flag;
};

/**
 * ctl_options() - take a command's options out of its arguments
 * @argc: in and out; argv[0] stays
 * @argv: what is left behind are the other arguments, in order
 * @options: ends with a NULL name; NULL: the command has none
 *
 * Return: 0, or CTL_USAGE after a message. "--" ends the options.
 */
int ctl_options(int *argc, char **argv, const struct ctl_option *options);

/* ---------------------------------------------------------------- memory and text (util.c) */

/* These never fail: without memory the program ends with a message. */
void *ctl_alloc(size_t size);			/* zeroed */
void *ctl_realloc(void *p, size_t size);
char *ctl_strdup(const char *s);
char *ctl_format(const char *fmt, ...) CTL_PRINTF(1, 2);
char *ctl_vformat(const char *fmt, va_list ap) CTL_PRINTF(1, 0);

/* A growing list of strings that it owns. All zero is empty. */
struct ctl_list {
	char	**item;
	size_t	nr;
};

void ctl_list_add(struct ctl_list *list, const char *s);
void ctl_list_free(struct ctl_list *list);
bool ctl_list_has(const struct ctl_list *list, const char *s);

bool ctl_starts(const char *s, const char *prefix);
bool ctl_ends(const char *s, const char *suffix);
/* Is @word one of the words of @text, which blanks separate? */
bool ctl_has_word(const char *text, const char *word);
/* The whole of @s is a number, decimal or with 0x. */
bool ctl_number(const char *s, uint64_t *value);
/* The order of version numbers: digits as numbers, "~" before everything. */
int ctl_version_cmp(const char *a, const char *b);
/* Blanks and newlines at both ends go; in place. */
char *ctl_trim(char *s);
void ctl_hex(char *out, const unsigned char *bytes, size_t nr);	/* 2 * nr + 1 characters */

/* ---------------------------------------------------------------- files (file.c) */

/* --root and the path as one string that is the caller's to free. */
char *ctl_path(const char *fmt, ...) CTL_PRINTF(1, 2);
/* fopen(..., "re") below --root; NULL and errno. */
FILE *ctl_open(const char *path);
bool ctl_exists(const char *path);
bool ctl_readable(const char *path);
/* Modification time in ns; false: there is no such file. */
bool ctl_mtime(const char *path, int64_t *ns);
/*
 * The whole file, NUL-terminated, to be freed; NULL and errno. Files above 64 MiB are refused
 * (EFBIG).
 */
char *ctl_read(const char *path, size_t *len);
/* The first line without its end, to be freed; NULL and errno. */
char *ctl_read_line(const char *path);
/* The first line of a file named by a format; NULL: cannot be read. */
char *ctl_value(const char *fmt, ...) CTL_PRINTF(1, 2);
/* The last component of where a link points to, to be freed; NULL: no link. */
char *ctl_link(const char *fmt, ...) CTL_PRINTF(1, 2);
/* The whole text of a link. */
char *ctl_link_text(const char *path);
/* Names in a folder, sorted, without those that begin with a dot. 0 or -errno. */
int ctl_names(const char *dir, struct ctl_list *names);
/* Overwrite a file (a module parameter) with a text. 0 or -errno. */
int ctl_write(const char *path, const char *text);
/*
 * Run a program (argv ends with NULL, found by PATH) and take its standard output, to be freed.
 * @input: what it reads, or NULL. NULL: it cannot be run or did not exit with 0.
 */
char *ctl_run(const char *const *argv, const char *input_path, size_t *len);

/* ---------------------------------------------------------------- output (out.c, text.c) */

/*
 * A command builds one tree of named values; out_finish() prints it, as JSON or as text. @key is
 * the name in JSON; @title is the one in text: a heading, a name in front of the value, or a
 * column's head. Without a title (NULL) a value is in JSON only; without a key, if it is no element
 * of an array, in text only.
 */
enum out_color { OUT_PLAIN, OUT_GOOD, OUT_WARN, OUT_BAD };

/* {"schema":1,"command":COMMAND,... */
void out_begin(const char *command);
/* One line of JSON, or text, and the tree is empty again. */
void out_finish(void);

/* Values of values; out_end() ends the innermost. In arrays @key and @title are NULL. */
void out_object(const char *key, const char *title);
void out_array(const char *key, const char *title);
/* An array of objects, in text a table; its columns are what rows have, in the order first met. */
void out_table(const char *key, const char *title);
void out_row(void);
void out_end(void);

void out_str(const char *key, const char *title, const char *value);	/* NULL: null, "-" */
void out_fmt(const char *key, const char *title, const char *fmt, ...) CTL_PRINTF(3, 4);
void out_num(const char *key, const char *title, long long value);
void out_unum(const char *key, const char *title, unsigned long long value);
void out_real(const char *key, const char *title, double value, unsigned int digits);
void out_bool(const char *key, const char *title, bool value);	/* text: yes, no */
void out_null(const char *key, const char *title);
/* Of the value that was added last; seen on a terminal only. */
void out_color(enum out_color color);
/* A line of text that JSON does not have. */
void out_text(const char *fmt, ...) CTL_PRINTF(1, 2);

/* ---------------------------------------------------------------- the machine (machine.c) */

#define CTL_DEBUGFS	"/sys/kernel/debug/smmu3"
#define CTL_BLACKLIST	"initcall_blacklist=arm_smmu_driver_init"
#define CTL_RDINIT	"rdinit=/smmu3-init"

/**
 * struct smmu - an SMMUv3 of this machine, driven or not
 * @name: its platform device
 * @driver: name of the driver, or NULL
 * @class: its name in /sys/class/iommu, or NULL
 * @acpi: described by ACPI, else by a device tree
 * @waiting: it waits for a supplier (clock, power domain, interrupt controller)
 */
struct smmu {
	char	*name, *driver, *class;
	bool	acpi, waiting;
};

struct machine {
	struct smmu	*smmu;
	size_t		nr;
	bool		known;		/* false: /sys cannot be read, nothing is known */
	size_t		ours;		/* how many smmu3 drives */
};

void machine_read(struct machine *m);
void machine_free(struct machine *m);
/* CTL_OK, CTL_INACTIVE, CTL_UNKNOWN or CTL_NO_SMMU. */
enum ctl_exit machine_verdict(const struct machine *m);
/* "smmu3/STATE"-like files of an SMMU that smmu3 drives: smmu_attr(smmu, "state"); NULL */
char *smmu_attr(const struct smmu *smmu, const char *name);
/* Devices behind an SMMU: by sysfs, without root. */
void smmu_devices(const struct smmu *smmu, struct ctl_list *names);

/* The running kernel, of /proc/sys/kernel/osrelease; never NULL, "" where it cannot be read. */
const char *kernel_release(void);
/* /proc/cmdline; never NULL. */
const char *kernel_cmdline(void);

/* "pci" or "platform": the bus on which a device of that name is; NULL. */
const char *device_bus(const char *name);
/* To be freed; NULL: none. */
char *device_driver(const char *name);
char *device_group(const char *name);
char *group_type(const char *group);
/*
 * The bus name of what a person calls a device: 0000:00:05.0, 00:05.0, eth0, nvme0n1, /dev/sda1,
 * a platform device. NULL: there is none. To be freed.
 */
char *device_resolve(const char *what);

/* ---------------------------------------------------------------- the next boot */

/* grubenv.c: GRUB's environment block, /boot/grub/grubenv. */
struct grubenv {
	struct ctl_list	line;		/* NAME=VALUE, unescaped */
	const char	*why;		/* it cannot be used: why; NULL: it can */
	int		error;		/* errno of reading it */
};

void grubenv_read(struct grubenv *env);
void grubenv_free(struct grubenv *env);
/* NULL: not set. */
const char *grubenv_get(const struct grubenv *env, const char *name);
/* Is the kernel one of smmu3_kernels (or is that "*")? */
bool grubenv_enabled(const struct grubenv *env, const char *kver);

/* overlay.c: /boot/smmu3/<kver>.img and .info. */
struct overlay {
	bool	img, info;		/* the files are there */
	bool	newer;			/* than the kernel's image: GRUB's condition */
	char	*version, *kernel, *srcversion, *sha256, *module, *is_signed, *time;
	char	*why;			/* what is wrong with it, one sentence; NULL: fresh */
	bool	blocks;			/* GRUB refuses it for that */
};

/* Always fills; nothing to be freed before a call of it. */
void overlay_read(struct overlay *o, const char *kver);
void overlay_free(struct overlay *o);
/* /boot/vmlinuz-<kver> (or vmlinux-), to be freed; NULL: not there. */
char *kernel_image(const char *kver);

/* sha256.c: hex digest of a file, 64 characters and NUL. 0 or -errno. */
int sha256_file(const char *path, char *hex);

/* module.c: an installed smmu3.ko. */
struct module {
	char	*path, *version, *srcversion, *vermagic;
	char	*signer;		/* NULL: not signed */
	int	enrolled;		/* is that key the owner's: 1, 0; -1: unknown */
	char	*why;			/* it cannot be read: why; NULL: it can */
};

/* false: none installed for that kernel. */
bool module_find(struct module *m, const char *kver);
void module_free(struct module *m);

/* secure.c */
struct secure {
	int	efi;			/* booted by EFI: 1, 0 */
	int	secure_boot;		/* 1, 0; -1: cannot tell */
	char	*lockdown;		/* none, integrity, confidentiality; NULL: cannot tell */
	int	sig_enforce;		/* 1, 0; -1: cannot tell */
};

void secure_read(struct secure *s);
void secure_free(struct secure *s);
/* Would the kernel refuse a module that no key of its own signed? 1, 0; -1: cannot tell. */
int secure_refuses(const struct secure *s);

/* nextboot.c: which kernel and driver the next boot takes, and why. */
struct nextboot {
	char		*kernel;	/* NULL: cannot tell */
	const char	*driver;	/* "smmu3", "in-tree"; NULL: cannot tell */
	bool		try;		/* for one boot */
	char		*why;
};

void nextboot_read(struct nextboot *n);
void nextboot_free(struct nextboot *n);

#endif
