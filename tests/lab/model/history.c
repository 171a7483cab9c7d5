// SPDX-License-Identifier: GPL-2.0-only
/*
 * What memory has held at an entry, word by word, since the SMMU last had to forget it, and all
 * that a fetch may have put together from it.
 *
 * Arm IHI 0070, section "Configuration structure update procedure": a structure is read in aligned
 * 64-bit words, each on its own, in any order and at any time. So a fetch may show the cartesian
 * product of each word's values. The invariant: the first and the present value of every word are
 * always kept; between them the oldest is dropped.
 */
#include <string.h>

#include "history.h"

static void copy(u64 *to, const u64 *from, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < HISTORY_WORDS; i++)
		to[i] = i < nr ? from[i] : 0;
}

void history_begin(struct history *h, const u64 *words, unsigned int nr_words)
{
	unsigned int i;

	memset(h, 0, sizeof(*h));
	h->nr_words = nr_words;
	for (i = 0; i < nr_words; i++) {
		h->seen[i][0] = words[i];
		h->nr_seen[i] = 1;
	}
	copy(h->held[0], words, nr_words);
	h->nr_held = 1;
}

void history_forget(struct history *h)
{
	u64 now[HISTORY_WORDS];

	copy(now, history_now(h), h->nr_words);
	history_begin(h, now, h->nr_words);
}

/* Make @value the last of a word's values. */
static void see(struct history *h, unsigned int word, u64 value)
{
	u64 *seen = h->seen[word];
	unsigned int i, nr = h->nr_seen[word];

	for (i = 1; i < nr; i++)
		if (seen[i] == value)
			break;
	if (i < nr || nr == HISTORY_VALUES) {
		/* Known: move it to the end. Full: the oldest but the first goes. */
		i = i < nr ? i : 1;
		memmove(&seen[i], &seen[i + 1], (nr - i - 1) * sizeof(*seen));
		nr--;
	}
	seen[nr] = value;
	h->nr_seen[word] = nr + 1;
}

bool history_store(struct history *h, const u64 *words)
{
	const u64 *now = history_now(h);
	bool changed = false;
	unsigned int i;

	for (i = 0; i < h->nr_words; i++) {
		if (words[i] != now[i]) {
			see(h, i, words[i]);
			changed = true;
		}
	}
	if (!changed)
		return false;
	if (h->nr_held == HISTORY_HELD) {
		memmove(h->held[1], h->held[2], (HISTORY_HELD - 2) * sizeof(h->held[0]));
		h->nr_held--;
	}
	copy(h->held[h->nr_held++], words, h->nr_words);
	return true;
}

void history_product(const struct history *h, bool (*fn)(void *arg, const u64 *words), void *arg)
{
	unsigned int i, at[HISTORY_WORDS] = { 0 }, step[HISTORY_WORDS], product = 1;
	u64 words[HISTORY_WORDS] = { 0 };

	for (i = 0; i < h->nr_words; i++)
		product *= h->nr_seen[i];
	for (i = 0; i < h->nr_words; i++)
		step[i] = product > HISTORY_PRODUCT && h->nr_seen[i] > 2 ? h->nr_seen[i] - 1 : 1;

	do {
		for (i = 0; i < h->nr_words; i++)
			words[i] = h->seen[i][at[i]];
		if (!fn(arg, words))
			return;
		/* Count up, word by word. */
		for (i = 0; i < h->nr_words; i++) {
			at[i] += step[i];
			if (at[i] < h->nr_seen[i])
				break;
			at[i] = 0;
		}
	} while (i < h->nr_words);
}
