/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The referee's inside: what referee.c, watch.c, judge.c, notes.c and audit.c ask of each other.
 */
#ifndef MODEL_JUDGE_H
#define MODEL_JUDGE_H

#include "history.h"
#include "internal.h"

/**
 * struct entry - a configuration structure that the SMMU has read for a stream
 * @kind: L1STD, STE, L1CD or CD
 * @pa: where
 * @sid: StreamID for which; for an L1STD the first of its span
 * @ssid: SubstreamID of a CD; 0 for others
 * @ste: of a CD or L1CD, the STE by which it was last reached
 * @h: its past since the last completed CFGI
 * @changed: env->now of its last change
 * @syncs: SYNCs until then
 * @told: BIT(rule) that was reported since the last CFGI, by judge.c's and audit.c's own numbers
 * @next: in its page's chain
 */
struct entry {
	enum config_kind kind;
	u64 pa;
	u32 sid, ssid;
	u64 ste[STE_WORDS];
	struct history h;
	u64 changed, syncs;
	u32 told;
	struct entry *next;
};

#define TOLD_THIRD_STATE BIT(0)
#define TOLD_BYPASS	 BIT(1)
#define TOLD_HIT	 BIT(2)
#define TOLD_FREED	 BIT(3)
#define TOLD_AGE	 BIT(4)

#define WATCH_BUCKETS 1024
#define WATCH_MAX     16384 /* entries; what is learnt beyond is not watched */

/**
 * struct watch - all entries that are watched
 * @page: chains by page
 * @all: the same, in one row
 * @nr: how many
 * @max: room in @all
 * @active: SMMUEN, as last seen: pages are watched only then
 * @stores: model_store() was ever called: no sampling
 * @full: the limit was told
 * @turn: whose turn it is in referee_step()
 * @steps: calls of referee_step()
 */
struct watch {
	struct entry *page[WATCH_BUCKETS];
	struct entry **all;
	unsigned int nr, max;
	bool active, stores, full;
	unsigned int turn;
	u64 steps;
};

struct notes;

struct referee {
	u64 count[NR_MODEL_RULES];
	struct watch watch;
	struct notes *notes;
};

/* watch.c */
bool watch_active(struct model *m);
void watch_reset(struct model *m);
/* Re-read @e from memory and judge what changed. */
void watch_sample(struct model *m, struct entry *e);
/* A note began: judge what is there. */
void watch_judge_stream(struct model *m, u32 sid);

/*
 * judge.c: @e has changed, by a store of one aligned word or less (or @torn); judge what a fetch
 * may show. judge_stale(): what was held means something else than what is.
 */
void judge_change(struct model *m, struct entry *e, const u64 *was, bool torn);
void judge_shown(struct model *m, struct entry *e);
void judge_freed(struct model *m, struct entry *e, const char *why);
bool judge_stale(struct model *m, const struct entry *e);
const char *entry_text(const struct entry *e, char *text, size_t sz);

/* audit.c */
#define SECOND 1000000000ull
u64 audit_now(const struct model *m); /* 0 without a clock */

/* notes.c */
bool notes_init(struct model *m);
void notes_fini(struct model *m);
void notes_reset(struct model *m);
bool notes_no_bypass(const struct model *m, u32 sid);
bool notes_hitless(const struct model *m, u32 sid, u32 ssid, bool ssv);
bool notes_hitless_any(const struct model *m, u32 sid);
void notes_final(struct model *m);

#endif
