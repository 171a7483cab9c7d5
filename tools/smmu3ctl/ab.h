/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * smmu3ctl ab: what its files share. A record is a tree of JSON values, built by "ab record" and
 * read back by "ab compare"; docs/ab-testing.md describes it.
 *
 * Invariant: nothing in a record is trusted, for it comes from another machine: ab_load() lets no
 * record pass that lacks what the others take for granted.
 */
#ifndef SMMU3CTL_AB_H
#define SMMU3CTL_AB_H

#include "ctl.h"

#define AB_SCHEMA	1

/* ---------------------------------------------------------------- JSON (ab_json.c, ab_write.c) */

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/**
 * struct json - a value
 * @kind: what it is
 * @key: its name, where its parent is an object
 * @text: of a string
 * @number: or 0 and 1 of a boolean
 * @child: first child
 * @last: last child
 * @next: next child of the same parent
 * @nr: how many children
 */
struct json {
	enum json_kind	kind;
	char		*key, *text;
	double		number;
	struct json	*child, *last, *next;
	size_t		nr;
};

#define json_each(v, parent)	for ((v) = (parent)->child; (v); (v) = (v)->next)

/**
 * json_parse() - a text that is one JSON value
 * @text: need not end with NUL
 * @len: bytes
 * @why: to be freed by the caller if NULL is returned: "line N: ..."
 *
 * Refused are also: names that occur twice in an object, NUL in a string, text that is no UTF-8,
 * numbers that no double holds, and values inside of more than 64 others.
 */
struct json *json_parse(const char *text, size_t len, char **why);
void json_free(struct json *v);

/* The member of an object; NULL: none, or @v is no object. */
const struct json *json_get(const struct json *v, const char *key);
/* By way of several objects: "end/sum/bits_per_second". */
const struct json *json_at(const struct json *v, const char *path);
const char *json_text(const struct json *v, const char *key);	/* NULL: no such string */
bool json_real(const struct json *v, const char *path, double *value);
bool json_has_text(const struct json *array, const char *text);

/* New values; @key is NULL in arrays. */
struct json *json_new(enum json_kind kind);
struct json *json_add(struct json *parent, const char *key, enum json_kind kind);
void json_add_text(struct json *parent, const char *key, const char *text);	/* NULL: null */
void json_add_fmt(struct json *parent, const char *key, const char *fmt, ...) CTL_PRINTF(3, 4);
void json_add_number(struct json *parent, const char *key, double number);
void json_add_bool(struct json *parent, const char *key, bool value);

/* Bytes, at most @max, of the well-formed UTF-8 character at @s that is not ASCII, or 0. */
int json_utf8(const char *s, size_t max);
/* Indented; ends with a newline. */
void json_print(FILE *f, const struct json *v);

/* ---------------------------------------------------------------- statistics (ab_stat.c) */

/**
 * struct ab_stat - of the rounds of one figure
 * @nr: rounds
 * @median: of all
 * @min: smallest
 * @max: largest
 * @mad: median of the distances from the median
 */
struct ab_stat {
	size_t	nr;
	double	median, min, max, mad;
};

void ab_stat_of(struct ab_stat *s, const double *values, size_t nr);

enum ab_verdict {
	AB_SAME,	/* within the spread */
	AB_BETTER,	/* B is better than A */
	AB_WORSE,
	AB_FEW,		/* fewer than three rounds: there is no spread to tell by */
};

/* @lower: less is better. */
enum ab_verdict ab_judge(const struct ab_stat *a, const struct ab_stat *b, bool lower);
const char *ab_verdict_name(enum ab_verdict v);

/* ---------------------------------------------------------------- records (ab_load.c) */

/* NULL after one message on stderr. To be freed by json_free(). */
struct json *ab_load(const char *path);
/* All of @values are numbers, which ab_load() has seen to; to be freed. */
double *ab_values(const struct json *result, size_t *nr);
const struct json *ab_find_result(const struct json *record, const char *workload,
				  const char *metric);
/* "smmu3 0.1.0" of a record, to be freed. */
char *ab_driver_name(const struct json *record);

/* ---------------------------------------------------------------- ab record */

/**
 * struct ab_options - of "ab record"
 * @out: file of the record; NULL: standard output
 * @disk: scratch device or file, or NULL
 * @net: host with an iperf3 server, or NULL
 * @dma: device for the mapping benchmark; NULL: one that nobody uses
 * @overwrite: @disk may hold something
 * @seconds: of each workload in each round
 * @rounds: how often
 */
struct ab_options {
	const char	*out, *disk, *net, *dma;
	bool		overwrite;
	unsigned int	seconds, rounds;
};

/* Set by SIGINT and SIGTERM: whatever runs ends soon, and puts things back. */
extern volatile int ab_stopped;

/* ab_machine.c: members machine, kernel, smmus, driver. */
void ab_machine(struct json *record);
/* ab_groups.c: member groups. */
void ab_groups(struct json *record);

/* ab_events.c: what is said and counted between the two calls; the second adds member events. */
struct ab_events;
struct ab_events *ab_events_begin(void);
void ab_events_end(struct ab_events *e, struct json *record);

/**
 * struct ab_load - a kind of work
 * @name: "dma"
 * @ready: find out whether it can be run; otherwise *why says why not, to be freed
 * @plan: print what a round would do (--dry-run)
 * @round: do it once and add its figures by ab_figure()
 * @done: put things back; called if and only if @ready was true; may be NULL
 */
struct ab_load {
	const char	*name;
	bool		(*ready)(const struct ab_options *o, char **why);
	void		(*plan)(const struct ab_options *o, FILE *f);
	bool		(*round)(const struct ab_options *o, struct json *results, char **why);
	void		(*done)(void);
};

extern const struct ab_load ab_load_dma, ab_load_fio, ab_load_blkwork, ab_load_net, ab_load_sva;

/* One figure of this round joins those of earlier rounds. */
void ab_figure(struct json *results, const char *workload, const char *metric, const char *unit,
	       bool lower, double value);

/**
 * ab_program() - run a program and take what it prints
 * @argv: ends with NULL, found by PATH
 * @seconds: time after which it is killed
 * @len: out: bytes
 * @why: out, if NULL is returned: to be freed
 * @rc: out: its exit status; NULL: anything but 0 is a failure
 *
 * Its standard error is in @why, or at the end of the text if @rc is given.
 */
char *ab_program(const char *const *argv, unsigned int seconds, size_t *len, char **why, int *rc);
bool ab_program_there(const char *name);

/* ab_disk.c, ab_net.c: what the programs' output says; false and *why, to be freed. */
bool ab_fio_parse(const char *text, size_t len, const char *workload, struct json *results,
		  char **why);
bool ab_iperf_parse(const char *text, size_t len, const char *workload, struct json *results,
		    char **why);

/* ab_disk.c: may @o->disk be written to? */
bool ab_disk_free(const struct ab_options *o, char **why);

int ab_record(int argc, char **argv);

/* ---------------------------------------------------------------- ab compare */

/**
 * struct ab_pair - two records of one comparison
 * @a: the first
 * @b: the second
 * @name_a: what the output calls it: its driver, or its file where both have the same
 * @name_b: the same of the other
 */
struct ab_pair {
	const struct json	*a, *b;
	char			*name_a, *name_b;
};

/**
 * struct ab_row - a figure that both records have, or one
 * @workload: "dma-4k"
 * @metric: "map"
 * @unit: "ns"
 * @lower: less is better
 * @has_a: @a is there
 * @has_b: @b is there
 * @a: spread of the first
 * @b: spread of the second
 * @values_a: its rounds, owned by the row
 * @values_b: the same of the other
 */
struct ab_row {
	const char	*workload, *metric, *unit;
	bool		lower, has_a, has_b;
	struct ab_stat	a, b;
	double		*values_a, *values_b;
};

struct ab_rows {
	struct ab_row	*row;
	size_t		nr;
};

void ab_rows_of(struct ab_rows *rows, const struct ab_pair *pair);
void ab_rows_free(struct ab_rows *rows);

/**
 * struct ab_difference - in behaviour
 * @what: "group", "domain", "feature", ...
 * @where: of which device, SMMU or workload
 * @a: in the first record
 * @b: in the second
 */
struct ab_difference {
	char	*what, *where, *a, *b;
};

struct ab_differences {
	struct ab_difference	*item;
	size_t			nr;
};

/* ab_diff.c */
void ab_differences_of(struct ab_differences *d, const struct ab_pair *pair);
void ab_differences_free(struct ab_differences *d);
/* Why the two are not of one machine, to be freed; NULL: they are. */
char *ab_other_machine(const struct json *a, const struct json *b);

/* ab_html.c: false: it could not be written, errno. */
bool ab_html(FILE *f, const struct ab_pair *pair, const struct ab_rows *rows,
	     const struct ab_differences *d);
/* A number for people, at most five digits, in a buffer of 32. */
const char *ab_number(char *buf, double value);

int ab_compare(int argc, char **argv);

#endif
