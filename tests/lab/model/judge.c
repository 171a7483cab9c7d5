// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judges a configuration structure by its history: what may a fetch of it, word by word, at any
 * time since its last invalidation have shown?
 *
 * Arm IHI 0070, section "Configuration structure update procedure". The invariant: of valid states
 * a fetch may show the one that the entry had when its last CFGI completed, and one other that
 * memory has held as a whole; V = 0 always.
 */
#include <stdio.h>
#include <string.h>

#include "judge.h"

static const char *const kind_text[] = { "L1STD", "STE", "L1CD", "CD" };

const char *entry_text(const struct entry *e, char *text, size_t sz)
{
	if (e->kind == CONFIG_CD)
		snprintf(text, sz, "CD of StreamID 0x%x SubstreamID 0x%x at 0x%llx", e->sid,
			 e->ssid, (unsigned long long)e->pa);
	else
		snprintf(text, sz, "%s of StreamID 0x%x at 0x%llx", kind_text[e->kind], e->sid,
			 (unsigned long long)e->pa);
	return text;
}

static const char *words_text(const u64 *words, unsigned int nr, char *text, size_t sz)
{
	size_t at = 0;
	unsigned int i;

	text[0] = 0;
	for (i = 0; i < nr && at < sz; i++)
		at += snprintf(text + at, sz - at, "%s%llx", i ? " " : "",
			       (unsigned long long)words[i]);
	return text;
}

/* What @words mean: all zero if nothing. */
static void effective(struct model *m, const struct entry *e, const u64 *words,
		      u64 out[HISTORY_WORDS])
{
	memset(out, 0, HISTORY_WORDS * sizeof(*out));
	switch (e->kind) {
	case CONFIG_STE:
		ste_effective(m, words, out);
		break;
	case CONFIG_CD:
		cd_effective(m, e->ste, words, out);
		break;
	case CONFIG_L1STD:
		/* Span 0: no table. */
		out[0] = field(words[0], 4, 0) ? words[0] : 0;
		break;
	case CONFIG_L1CD:
		out[0] = words[0] & 1 ? words[0] : 0;
		break;
	}
}

static bool is_zero(const u64 words[HISTORY_WORDS])
{
	static const u64 zero[HISTORY_WORDS];

	return !memcmp(words, zero, sizeof(zero));
}

static bool is_live(struct model *m, const struct entry *e, const u64 *words)
{
	u64 means[HISTORY_WORDS];

	effective(m, e, words, means);
	return !is_zero(means);
}

/* ---------------------------------------------------------------- the product */

struct shown {
	struct model *m;
	const struct entry *e;
	u64 held[HISTORY_HELD][HISTORY_WORDS]; /* meanings */
	bool invalid, bypass, third;
	bool has_other;
	u64 other[HISTORY_WORDS], third_words[HISTORY_WORDS];
};

static bool show(void *arg, const u64 *words)
{
	struct shown *s = arg;
	u64 means[HISTORY_WORDS];
	unsigned int i;

	effective(s->m, s->e, words, means);
	if (is_zero(means)) {
		s->invalid = true;
		return true;
	}
	if (s->e->kind == CONFIG_STE && ste_action(means) == STE_BYPASS)
		s->bypass = true;
	if (s->third || !memcmp(means, s->held[0], sizeof(means)))
		return true;
	for (i = 1; i < s->e->h.nr_held; i++)
		if (!memcmp(means, s->held[i], sizeof(means)))
			break;
	if (i < s->e->h.nr_held && (!s->has_other || !memcmp(means, s->other, sizeof(means)))) {
		memcpy(s->other, means, sizeof(means));
		s->has_other = true;
		return true;
	}
	s->third = true;
	memcpy(s->third_words, words, sizeof(s->third_words));
	return true;
}

static bool tell_once(struct entry *e, u32 what)
{
	if (e->told & what)
		return false;
	e->told |= what;
	return true;
}

/* Whether CD 0 may be what accesses without SubstreamID meet (5.2 S1CDMax, S1DSS). */
static bool needs_cd_0(const struct model *m, u32 sid)
{
	const struct watch *w = &m->referee->watch;
	unsigned int i, k;

	for (i = 0; i < w->nr; i++) {
		const struct entry *e = w->all[i];

		for (k = 0; e->kind == CONFIG_STE && e->sid == sid && k < e->h.nr_held; k++)
			if (ste_action(e->h.held[k]) == STE_TRANSLATES)
				return true;
	}
	return false;
}

/*
 * What is to see neither V = 0 nor a fault: does the STE, or the CD that it needs and that was
 * valid, show V = 0?
 */
static bool hits(struct model *m, struct shown *s)
{
	const struct entry *e = s->e;

	if (!s->invalid)
		return false;
	if (e->kind == CONFIG_STE)
		return notes_hitless_any(m, e->sid);
	if (is_zero(s->held[0]))
		return false;
	return notes_hitless(m, e->sid, e->ssid, true) ||
	       (!e->ssid && notes_hitless(m, e->sid, 0, false) && needs_cd_0(m, e->sid));
}

void judge_shown(struct model *m, struct entry *e)
{
	struct shown s = { .m = m, .e = e };
	char who[96], what[192], then[96], now[192];
	unsigned int i;

	if (e->told & TOLD_FREED)
		return;
	for (i = 0; i < e->h.nr_held; i++)
		effective(m, e, e->h.held[i], s.held[i]);
	history_product(&e->h, show, &s);

	entry_text(e, who, sizeof(who));
	words_text(history_now(&e->h), e->h.nr_words, now, sizeof(now));
	if (s.third && tell_once(e, TOLD_THIRD_STATE))
		referee_report(m, RULE_ENTRY_THIRD_STATE,
			       "%s: a read since its last CFGI may show %s; then it was %s ..., now %s",
			       who, words_text(s.third_words, e->h.nr_words, what, sizeof(what)),
			       words_text(e->h.held[0], 2, then, sizeof(then)), now);
	if (s.bypass && notes_no_bypass(m, e->sid) && tell_once(e, TOLD_BYPASS))
		referee_report(m, RULE_BYPASS_SEEN, "%s may be read as bypass: %s", who, now);
	if (hits(m, &s) && tell_once(e, TOLD_HIT))
		referee_report(m, RULE_ENTRY_HIT, "%s may be read with V=0: %s", who, now);
}

/* ---------------------------------------------------------------- one change */

/*
 * Freed pages (PAGE_POISON), freed and never written slab objects. No entry that means something
 * has such a word.
 */
static bool is_poison(u64 word)
{
	return word == 0xaaaaaaaaaaaaaaaaull || word == 0x6b6b6b6b6b6b6b6bull ||
	       word == 0x5a5a5a5a5a5a5a5aull || word == 0xa56b6b6b6b6b6b6bull;
}

void judge_freed(struct model *m, struct entry *e, const char *why)
{
	char who[96], now[192];

	if (tell_once(e, TOLD_FREED))
		referee_report(m, RULE_TABLE_FREED, "%s, which the SMMU can reach, %s: %s",
			       entry_text(e, who, sizeof(who)), why,
			       words_text(history_now(&e->h), e->h.nr_words, now, sizeof(now)));
}

static void judge_legal(struct model *m, struct entry *e, const u64 *words)
{
	char who[96], why[160] = "";
	int rule = -1;

	if (!is_live(m, e, words))
		return;
	if (e->kind == CONFIG_STE)
		rule = ste_check(m, words, why, sizeof(why));
	else if (e->kind == CONFIG_CD)
		rule = cd_check(m, e->ste, words, why, sizeof(why));
	if (rule >= 0)
		referee_report(m, rule, "%s: %s", entry_text(e, who, sizeof(who)), why);
}

void judge_change(struct model *m, struct entry *e, const u64 *was, bool torn)
{
	const u64 *now = history_now(&e->h);
	char who[96];
	unsigned int i;

	if (e->told & TOLD_FREED)
		return;
	for (i = 0; i < e->h.nr_words; i++) {
		if (now[i] != was[i] && is_poison(now[i])) {
			judge_freed(m, e, "holds the poison of freed memory");
			return;
		}
	}
	if (torn && (is_live(m, e, was) || is_live(m, e, now)))
		referee_report(m, RULE_ENTRY_TORN,
			       "%s was changed by a store that is not one aligned 64-bit word",
			       entry_text(e, who, sizeof(who)));
	judge_shown(m, e);
	if (!(e->told & TOLD_THIRD_STATE))
		judge_legal(m, e, now);
}

bool judge_stale(struct model *m, const struct entry *e)
{
	u64 now[HISTORY_WORDS], before[HISTORY_WORDS];
	unsigned int i;

	effective(m, e, history_now(&e->h), now);
	for (i = 0; i + 1 < e->h.nr_held; i++) {
		effective(m, e, e->h.held[i], before);
		/*
		 * Whether an L1 descriptor without a table may be cached is left open: only what
		 * pointed somewhere counts.
		 */
		if (e->h.nr_words == 1 && is_zero(before))
			continue;
		if (memcmp(before, now, sizeof(now)))
			return true;
	}
	return false;
}
