/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small machine around a model, for tests: sparse memory that may fail, a clock, what the model
 * did outside, and a driver's part of the work: queues, tables, commands. Written from the
 * specification, not with the model's own names for bits, so that a slip in the model's
 * transcription fails a test.
 */
#ifndef WORLD_H
#define WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../internal.h"

#define WORLD_PAGES 4096	 /* slots of the memory's hash */
#define WORLD_RAM   (1ull << 40) /* addresses above do not answer */

struct world {
	struct model *m;
	struct model_features f;
	struct {
		u64 page;
		u8 *bytes;
		bool watched;
	} slots[WORLD_PAGES];
	u64 now;		   /* ns */
	bool watches;		   /* stores are told, as by the plugin */
	unsigned int fail_reads;   /* so many reads fail from now on */
	unsigned int page_watches; /* pages watched now */
	unsigned int nr_reports[NR_MODEL_RULES];
	unsigned int nr_all;
	char last[700], log[800];
	unsigned int irqs[4];
	unsigned int nr_atc_inv, nr_page_response, nr_stall_end;
	struct model_atc_inv atc_inv;
	bool atc_answers; /* an invalidation is done at once */
	enum model_page_response page_response;
	enum model_stall_end stall_end;
	u32 cmdq_prod;
	u64 next_free;
};

/* Where things are. Tables that tests make take memory from WORLD_FREE on. */
#define WORLD_CMDQ	0x10000000ull /* 2^8 entries of 16 bytes */
#define WORLD_EVENTQ	0x10100000ull /* 2^8 entries of 32 bytes */
#define WORLD_PRIQ	0x10200000ull /* 2^8 entries of 16 bytes */
#define WORLD_STRTAB	0x10400000ull
#define WORLD_FREE	0x11000000ull
#define WORLD_QUEUE_LG2 8

struct world *world_new(const char *preset, const char *const *words);
/* Allocation @fail_at of model_new() fails; w->m is NULL if that was needed. */
struct world *world_new_short(const char *preset, unsigned int fail_at);
void world_free(struct world *w); /* frees the model too; leaks nothing */

/* Memory. world_store() is the CPU's: told to the model if its page is watched. */
u64 world_load(struct world *w, u64 pa);
void world_store(struct world *w, u64 pa, u64 value);
/* One store of @n bytes. */
void world_store_bytes(struct world *w, u64 pa, const void *bytes, unsigned int n);
u64 world_alloc(struct world *w, u64 sz); /* zeroed, aligned to its size, at least a page */

/* Registers, and steps until nothing is pending. */
u32 world_read32(struct world *w, u64 offset);
void world_write32(struct world *w, u64 offset, u32 value);
void world_write64(struct world *w, u64 offset, u64 value);
void world_run(struct world *w);

/*
 * Queues on, everything invalidated, the SMMU on with a linear or two-level (split 8) table of 2^16
 * StreamIDs.
 */
void world_up(struct world *w, bool two_levels);
void world_up_queues(struct world *w);

/* Commands: pushed; world_sync() adds a CMD_SYNC and runs until the queue is empty. */
void world_cmd(struct world *w, u64 word0, u64 word1);
void world_sync(struct world *w);
void world_cfgi_ste(struct world *w, u32 sid, bool leaf); /* with SYNC */
void world_cfgi_cd(struct world *w, u32 sid, u32 ssid, bool leaf);
void world_cfgi_all(struct world *w);
void world_tlbi_all(struct world *w); /* NSNH_ALL, with SYNC */

/* Tables. */
u64 world_ste_pa(struct world *w, u32 sid); /* the L2 table is made where there is none */
/* By the procedure: V=0 first, words, V, with CFGI and SYNC between. */
void world_ste(struct world *w, u32 sid, const u64 ste[8]);
void world_cd(struct world *w, u32 sid, u32 ssid, u64 pa, const u64 cd[8]);

/*
 * Entries: stage 1 with a CD table of 2^s1cdmax entries at @cdtab, linear; a CD for tables at @ttb
 * (4K, 39 bits, TTB0).
 */
void world_make_ste_s1(u64 ste[8], u64 cdtab, unsigned int s1cdmax);
void world_make_ste_bypass(u64 ste[8]);
void world_make_ste_abort(u64 ste[8]);
void world_make_cd(u64 cd[8], u64 ttb, u16 asid);

/*
 * A stage 1 tree of three levels; world_map() maps one 4 KiB page read-write. world_pte(): where
 * its leaf is.
 */
u64 world_tree(struct world *w);
void world_map(struct world *w, u64 ttb, u64 va, u64 pa);
u64 world_pte(struct world *w, u64 ttb, u64 va);

/* A stream in use: STE, CD table of 2^s1cdmax, CD 0 with ASID, a tree. */
struct world_stream {
	u32 sid;
	u16 asid;
	u64 cdtab, ttb;
	u64 ste[8], cd[8];
};

struct world_stream world_stream(struct world *w, u32 sid, u16 asid, unsigned int s1cdmax);

/* One access of 8 bytes. */
enum model_outcome world_dma(struct world *w, u32 sid, u64 addr, enum model_access_kind kind);

/* What was reported: exactly @n breaches of @rule, and none of any other. */
void world_expect(struct world *w, enum model_rule rule, unsigned int n);
void world_expect_silence(struct world *w);

#endif
