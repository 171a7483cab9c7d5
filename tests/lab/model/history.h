/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What memory has held at an entry since the SMMU last had to forget it: history.c.
 */
#ifndef MODEL_HISTORY_H
#define MODEL_HISTORY_H

#include "types.h"

#define HISTORY_WORDS  8
#define HISTORY_VALUES 4 /* kept of one word: the first and the latest */
#define HISTORY_HELD   8 /* kept of the whole entry: the first and the latest */
#define HISTORY_PRODUCT                                                                            \
	4096 /* combinations tried; above, of each word only its first and its latest value */

/**
 * struct history - one entry's past
 * @nr_words: 64-bit words of the entry
 * @seen: values of each word, the first one first, the present one last
 * @nr_seen: how many
 * @held: the entry as it was at some instant, the first one first, the present one last
 * @nr_held: how many
 */
struct history {
	unsigned int nr_words;
	u64 seen[HISTORY_WORDS][HISTORY_VALUES];
	unsigned int nr_seen[HISTORY_WORDS];
	u64 held[HISTORY_HELD][HISTORY_WORDS];
	unsigned int nr_held;
};

/* The entry as it is now. */
static inline const u64 *history_now(const struct history *h)
{
	return h->held[h->nr_held - 1];
}

/* Whether nothing was stored since the history began. */
static inline bool history_clean(const struct history *h)
{
	return h->nr_held == 1;
}

void history_begin(struct history *h, const u64 *words, unsigned int nr_words);
void history_forget(struct history *h);			 /* all but the present */
bool history_store(struct history *h, const u64 *words); /* false: nothing changed */

/* Call @fn with each entry that reads of single words may have put together; it stops by false. */
void history_product(const struct history *h, bool (*fn)(void *arg, const u64 *words), void *arg);

#endif
