/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration caches' inside: config.c keeps, config_lookup.c finds and judges.
 */
#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H

#include "xlate.h"

#define CONFIG_BUCKETS	256

struct cached {
	struct cached *next;
	enum config_kind kind;
	u32 sid;		/* of a level 1 stream table descriptor: its index */
	u32 ssid;		/* of a level 1 CD descriptor: its index */
	u64 pa;
	u64 words[8];
	u8 got, all;		/* which words have been read, and which there are */
	u8 shift;		/* of a level 1 CD descriptor: SubstreamID bits below it */
	u8 cont;		/* of a legal STE: CONT, log2 of the StreamIDs that it may serve */
	bool fresh;		/* just fetched: to be judged */
	bool illegal;
	bool span_judged;
};

struct known { u32 sid, ssid; bool ssv; };

struct config_cache {
	struct cached *bucket[CONFIG_BUCKETS];
	u32 nr;
	u32 nr_spans;		/* of them with CONT */
	u32 nr_known;
	/* streams that were used or invalidated: prefetches begin there */
	struct known known[64];
};

struct cached *config_fetch(struct model *m, enum config_kind kind, u32 sid, u32 ssid, u64 pa,
			    const struct want *w, struct cached *look);
/* The STE of @sid itself, if all of it is cached. */
struct cached *config_find_ste(struct model *m, u32 sid);
/* A cached STE of another stream that may serve @sid by its CONT. */
struct cached *config_find_span(struct model *m, u32 sid);
void config_drop_where(struct model *m,
		       bool (*gone)(const struct cached *n, const struct cached *like),
		       const struct cached *like);
void config_known_add(struct model *m, u32 sid, u32 ssid, bool ssv);
/* @n has been fetched, for the stream whose STE is in @c: sets n->illegal. */
void config_judge(struct model *m, struct cached *n, const struct context *c);
/* @n, a cached STE, is used for @sid, whose own STE is at @pa. */
void config_judge_span(struct model *m, struct cached *n, u32 sid, u64 pa);
/* 5.2 CONT: the same but for CONT. */
bool config_ste_same(const struct model *m, const u64 a[STE_WORDS], const u64 b[STE_WORDS]);
unsigned int strtab_split(const struct model *m);
bool strtab_two_level(const struct model *m);
bool stream_in_range(const struct model *m, u32 sid);

#endif
