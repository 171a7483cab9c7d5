/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The referee's inside: what referee.c, watch.c, notes.c and audit.c ask of each other.
 */
#ifndef MODEL_JUDGE_H
#define MODEL_JUDGE_H

#include "internal.h"

struct watch;
struct notes;

struct referee {
	u64 count[NR_MODEL_RULES];
	struct watch *watch;
	struct notes *notes;
};

bool watch_init(struct model *m);
void watch_fini(struct model *m);
void watch_reset(struct model *m);

bool notes_init(struct model *m);
void notes_fini(struct model *m);
void notes_reset(struct model *m);

/* Whether what the stream's configuration shows is forbidden now by model_note_no_bypass() or _hitless(). */
bool notes_no_bypass(const struct model *m, u32 sid);
bool notes_hitless(const struct model *m, u32 sid);

#endif
