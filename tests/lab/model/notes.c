// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a test's driver tells the referee: which addresses a stream must no longer reach, and while
 * which changes neither bypass nor a fault may be seen.
 *
 * Arm IHI 0070, sections "TLB invalidation" and "Configuration structure update procedure". The
 * invariant: intervals of one stream and SubstreamID are sorted, do not overlap and do not touch.
 */
#include <stdlib.h>
#include <string.h>

#include "judge.h"

#define MAX_RANGES 65536 /* of one stream and SubstreamID; more are not kept */

struct range {
	u64 first, last;
};

/*
 * Addresses that were unmapped and not mapped again; or (ats) that ATS has granted to the device
 * and no CMD_ATC_INV that it answered has taken back.
 */
struct space {
	u32 sid, ssid;
	bool ssv, ats;
	struct range *ranges;
	unsigned int nr, max;
	struct space *next;	/* of all */
	struct space *chain;	/* of those in the same bucket */
};

/* Promises about a stream, and its counters when the hitless one began. */
/* Of a SubstreamID of a stream or, without @ssv, of what comes without. */
struct promise {
	u32 sid, ssid;
	bool ssv;
	unsigned int no_bypass, hitless; /* how many began and did not end */
	struct model_stream_counters before;
	struct promise *next;
};

#define SPACE_BUCKETS	256	/* every access looks for its space */

struct notes {
	struct space *spaces;
	struct space *bucket[SPACE_BUCKETS];
	struct promise *promises;
};

bool notes_init(struct model *m)
{
	m->referee->notes = calloc(1, sizeof(struct notes));
	return m->referee->notes;
}

void notes_reset(struct model *m)
{
	struct notes *n = m->referee->notes;

	while (n->spaces) {
		struct space *s = n->spaces;

		n->spaces = s->next;
		free(s->ranges);
		free(s);
	}
	memset(n->bucket, 0, sizeof(n->bucket));
	while (n->promises) {
		struct promise *p = n->promises;

		n->promises = p->next;
		free(p);
	}
}

void notes_fini(struct model *m)
{
	notes_reset(m);
	free(m->referee->notes);
	m->referee->notes = NULL;
}

/* ---------------------------------------------------------------- intervals */

static struct space *space_of(struct model *m, u32 sid, u32 ssid, bool ssv, bool ats, bool make)
{
	struct notes *n = m->referee->notes;
	struct space **bucket, *s;

	if (!ssv)
		ssid = 0;
	bucket = &n->bucket[(sid * 31 + ssid * 2 + ats) % SPACE_BUCKETS];
	for (s = *bucket; s; s = s->chain)
		if (s->sid == sid && s->ssid == ssid && s->ssv == ssv && s->ats == ats)
			return s;
	s = make ? calloc(1, sizeof(*s)) : NULL;
	if (!s)
		return NULL;
	s->sid = sid;
	s->ssid = ssid;
	s->ssv = ssv;
	s->ats = ats;
	s->next = n->spaces;
	n->spaces = s;
	s->chain = *bucket;
	*bucket = s;
	return s;
}

/* The first range that ends at or behind @addr. */
static unsigned int space_find(const struct space *s, u64 addr)
{
	unsigned int low = 0, high = s->nr;

	while (low < high) {
		unsigned int mid = (low + high) / 2;

		if (s->ranges[mid].last < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Put @nr_new ranges in place of [@at, @at + @nr_old). */
static bool space_splice(struct space *s, unsigned int at, unsigned int nr_old,
			 const struct range *new, unsigned int nr_new)
{
	unsigned int nr = s->nr - nr_old + nr_new;

	if (nr > s->max) {
		unsigned int max = s->max ? s->max * 2 : 16;
		struct range *ranges =
			max <= MAX_RANGES ? realloc(s->ranges, max * sizeof(*ranges)) : NULL;

		if (!ranges)
			return false;
		s->ranges = ranges;
		s->max = max;
	}
	memmove(&s->ranges[at + nr_new], &s->ranges[at + nr_old],
		(s->nr - at - nr_old) * sizeof(*s->ranges));
	memcpy(&s->ranges[at], new, nr_new * sizeof(*new));
	s->nr = nr;
	return true;
}

static bool space_add(struct space *s, struct range r)
{
	unsigned int at = space_find(s, r.first ? r.first - 1 : 0), end = at;

	while (end < s->nr && s->ranges[end].first <= (r.last == ~0ull ? r.last : r.last + 1)) {
		if (s->ranges[end].first < r.first)
			r.first = s->ranges[end].first;
		if (s->ranges[end].last > r.last)
			r.last = s->ranges[end].last;
		end++;
	}
	return space_splice(s, at, end - at, &r, 1);
}

static bool space_remove(struct space *s, struct range r)
{
	unsigned int at = space_find(s, r.first), end = at, nr = 0;
	struct range rest[2];

	while (end < s->nr && s->ranges[end].first <= r.last)
		end++;
	if (end == at)
		return true;
	if (s->ranges[at].first < r.first)
		rest[nr++] = (struct range){ s->ranges[at].first, r.first - 1 };
	if (s->ranges[end - 1].last > r.last)
		rest[nr++] = (struct range){ r.last + 1, s->ranges[end - 1].last };
	return space_splice(s, at, end - at, rest, nr);
}

static struct range range_of(u64 addr, u64 len)
{
	u64 last = addr + (len - 1);

	return (struct range){ addr, last < addr ? ~0ull : last };
}

/* ---------------------------------------------------------------- devices' own caches */

void referee_ats_granted(struct model *m, const struct model_access *a, u64 addr, u64 size)
{
	struct space *s = space_of(m, a->sid, a->ssid, a->ssv, true, true);

	if (s && size)
		space_add(s, range_of(addr, size));
}

void referee_atc_inv(struct model *m, const struct model_atc_inv *inv)
{
	struct space *s;

	for (s = m->referee->notes->spaces; s; s = s->next) {
		if (!s->ats || s->sid != inv->sid)
			continue;
		/*
		 * Global: all PASIDs; what was granted without one is told by an invalidation
		 * without one.
		 */
		if (inv->global ? !s->ssv : s->ssv != inv->ssv || (s->ssv && s->ssid != inv->ssid))
			continue;
		if (!inv->size || !space_remove(s, range_of(inv->addr, inv->size)))
			s->nr = 0;
	}
}

void referee_atc_emptied(struct model *m, u32 sid)
{
	struct space *s;

	for (s = m->referee->notes->spaces; s; s = s->next)
		if (s->ats && s->sid == sid)
			s->nr = 0;
}

/*
 * Whether the device still holds some of @r and could use it. Where EATS is 0 it cannot, until that
 * changes.
 */
static bool atc_holds(struct model *m, u32 sid, u32 ssid, bool ssv, struct range r,
		      struct range *held)
{
	struct space *s = space_of(m, sid, ssid, ssv, true, false);
	unsigned int at = s ? space_find(s, r.first) : 0;

	if (!s || at == s->nr || s->ranges[at].first > r.last || !model_translated_passes(m, sid))
		return false;
	*held = s->ranges[at];
	return true;
}

/* ---------------------------------------------------------------- unmap and map */

void model_note_unmapped(struct model *m, u32 sid, u32 ssid, bool ssv, u64 iova, u64 len)
{
	struct space *s = space_of(m, sid, ssid, ssv, false, true);
	struct range held;
	char what[160] = "";

	if (!len)
		return;
	if (!s || !space_add(s, range_of(iova, len)))
		model_log(m, "referee: too many unmapped ranges, StreamID 0x%x 0x%llx is left out",
			  sid, (unsigned long long)iova);
	if (tlb_would_translate(m, sid, ssid, ssv, iova, len, what, sizeof(what)))
		referee_report(m, RULE_UNMAP_CACHED,
			       "StreamID 0x%x%s 0x%x: unmap of 0x%llx, 0x%llx bytes, has returned, "
			       "and still cached is: %s",
			       sid, ssv ? " SubstreamID" : ", no SubstreamID,", ssv ? ssid : 0,
			       (unsigned long long)iova, (unsigned long long)len, what);
	if (atc_holds(m, sid, ssid, ssv, range_of(iova, len), &held))
		referee_report(m, RULE_UNMAP_ATC,
			       "StreamID 0x%x%s 0x%x: unmap of 0x%llx, 0x%llx bytes, has returned, "
			       "and ATS has granted 0x%llx to 0x%llx, which no CMD_ATC_INV has ended",
			       sid, ssv ? " SubstreamID" : ", no SubstreamID,", ssv ? ssid : 0,
			       (unsigned long long)iova, (unsigned long long)len,
			       (unsigned long long)held.first, (unsigned long long)held.last);
}

void model_note_mapped(struct model *m, u32 sid, u32 ssid, bool ssv, u64 iova, u64 len)
{
	struct space *s = space_of(m, sid, ssid, ssv, false, false);

	if (s && len && !space_remove(s, range_of(iova, len))) {
		/* What cannot be split is dropped: rather miss a breach than accuse without cause.
		 */
		model_log(m,
			  "referee: too many unmapped ranges of StreamID 0x%x, they are not judged",
			  sid);
		s->nr = 0;
	}
}

/* ---------------------------------------------------------------- promises */

static struct promise *promise_of(const struct model *m, u32 sid, u32 ssid, bool ssv)
{
	struct promise *p;

	for (p = m->referee->notes->promises; p; p = p->next)
		if (p->sid == sid && p->ssv == ssv && (!ssv || p->ssid == ssid))
			return p;
	return NULL;
}

static struct promise *promise_make(struct model *m, u32 sid, u32 ssid, bool ssv)
{
	struct promise *p = promise_of(m, sid, ssid, ssv);

	if (p)
		return p;
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->sid = sid;
	p->ssid = ssid;
	p->ssv = ssv;
	p->next = m->referee->notes->promises;
	m->referee->notes->promises = p;
	return p;
}

bool notes_no_bypass(const struct model *m, u32 sid)
{
	const struct promise *p = promise_of(m, sid, 0, false);

	return p && p->no_bypass;
}

bool notes_hitless(const struct model *m, u32 sid, u32 ssid, bool ssv)
{
	const struct promise *p = promise_of(m, sid, ssid, ssv);

	return p && p->hitless;
}

bool notes_hitless_any(const struct model *m, u32 sid)
{
	const struct promise *p;

	for (p = m->referee->notes->promises; p; p = p->next)
		if (p->sid == sid && p->hitless)
			return true;
	return false;
}

void model_note_no_bypass(struct model *m, u32 sid, bool begin)
{
	struct promise *p = promise_make(m, sid, 0, false);

	if (!p)
		return;
	if (!begin) {
		p->no_bypass -= p->no_bypass > 0;
		return;
	}
	p->no_bypass++;
	watch_judge_stream(m, sid);
}

/* Whether the stream has seen a fault since the promise. */
static void judge_hits(struct model *m, const struct promise *p)
{
	struct model_stream_counters now = model_stream_counters(m, p->sid);
	u64 faults = now.events - p->before.events, aborts = now.aborted - p->before.aborted;

	if (faults || aborts)
		referee_report(m, RULE_ENTRY_HIT,
			       "StreamID 0x%x: %llu events and %llu aborts while a change was to "
			       "be hitless",
			       p->sid, (unsigned long long)faults, (unsigned long long)aborts);
}

void model_note_hitless(struct model *m, u32 sid, u32 ssid, bool ssv, bool begin)
{
	struct promise *p = promise_make(m, sid, ssid, ssv);

	if (!p)
		return;
	if (!begin) {
		if (p->hitless == 1)
			judge_hits(m, p);
		p->hitless -= p->hitless > 0;
		return;
	}
	if (!p->hitless++)
		p->before = model_stream_counters(m, sid);
	watch_judge_stream(m, sid);
}

void notes_final(struct model *m)
{
	const struct promise *p;

	for (p = m->referee->notes->promises; p; p = p->next)
		if (p->hitless)
			judge_hits(m, p);
}

/* ---------------------------------------------------------------- accesses */

void referee_access(struct model *m, const struct model_access *a, bool bypass)
{
	const struct space *s;
	unsigned int at;

	if (bypass && notes_no_bypass(m, a->sid))
		referee_report(m, RULE_BYPASS_SEEN,
			       "StreamID 0x%x: an access to 0x%llx went past translation", a->sid,
			       (unsigned long long)a->addr);
	/* Translated accesses carry what ATS answered; their device's cache is judged where it is.
	 */
	s = a->translated ? NULL : space_of(m, a->sid, a->ssid, a->ssv, false, false);
	if (!s || !a->len)
		return;
	at = space_find(s, a->addr);
	if (at < s->nr && s->ranges[at].first <= range_of(a->addr, a->len).last)
		referee_report(m, RULE_UNMAP_DMA,
			       "StreamID 0x%x%s 0x%x: %s of 0x%llx succeeded, unmapped are 0x%llx "
			       "to 0x%llx",
			       a->sid, a->ssv ? " SubstreamID" : ", no SubstreamID,",
			       a->ssv ? a->ssid : 0,
			       a->kind == MODEL_READ	? "a read"
			       : a->kind == MODEL_WRITE ? "a write"
							: "an atomic",
			       (unsigned long long)a->addr, (unsigned long long)s->ranges[at].first,
			       (unsigned long long)s->ranges[at].last);
}
