/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * labjob's scenario "matrix": every transition of the RID beside every use of PASIDs, and every
 * change of PASIDs beside every state of the RID, jobs in flight on all of them. Each cell is
 * judged by the jobs and, where it must be hitless or must never show bypass, by the referee at
 * every store; it is then printed as one line, of which tests/lab/cells makes docs/domains.md.
 */
#ifndef LABJOB_MATRIX_H
#define LABJOB_MATRIX_H

#include <fcntl.h>

#include "labjob.h"
#include "labjob_pasid.h"

enum rid {
	RID_IDENTITY,
	RID_BLOCKED,
	RID_S1,
	RID_S2,
	/* Only as what S1 and S2 are replaced by. */
	RID_S1_OTHER,
	RID_S2_OTHER,
	NR_RIDS
};

static const char *const rid_names[] = { "IDENTITY", "BLOCKED", "S1", "S2", "S1'", "S2'" };

/**
 * struct place - where a domain is attached
 * @dev: 0: the device, 1: the other one
 * @pasid: there
 * @dom: which of the domains for PASIDs
 */
struct place {
	u32 dev, pasid, dom;
};

#define NR_PLACES	3

static const struct use {
	const char *name;
	u32 nr;
	struct place at[NR_PLACES];
} uses[] = {
	{ .name = "none" },
	{ "one", 1, { { 0, 1, 0 } } },
	{ "several", 3, { { 0, 1, 0 }, { 0, 2, 1 }, { 0, 3, 2 } } },
	{ "shared", 3, { { 0, 1, 0 }, { 0, 2, 0 }, { 1, 1, 0 } } },
};

#define NR_USES	ARRAY_SIZE(uses)

/* "several" with its second domain in place of the first's, where the kernel can do that. */
static const struct use several_replaced = {
	"several'", 3, { { 0, 1, 1 }, { 0, 2, 1 }, { 0, 3, 2 } },
};

static struct {
	int dev[2];
	int dom[NR_RIDS], sub[NR_PLACES];
	u64 anchor;
	bool stage2, pasids, replaces;
	u64 moved;
} mx;

/* ---------------------------------------------------------------- steps */

static int dom_anchored(u32 flags, u64 *anchor)
{
	struct labdev_dom_alloc a = { .sz = 65536, .chunk = 65536, .flags = flags };
	struct labdev_anchor page;
	int ret = try_ioctl(run.fd, LABDEV_IOC_DOM_ALLOC, &a);

	if (ret)
		return ret;
	must(try_ioctl(a.fd, LABDEV_IOC_DOM_ANCHOR, &page), "the anchor page");
	*anchor = page.addr;
	return a.fd;
}

static bool is_s1(enum rid r) { return r == RID_S1 || r == RID_S1_OTHER; }
static bool is_s2(enum rid r) { return r == RID_S2 || r == RID_S2_OTHER; }

static int rid_try(enum rid r)
{
	struct labdev_rid_args a = {
		.kind = r == RID_IDENTITY ? LABDEV_RID_IDENTITY
			: r == RID_BLOCKED ? LABDEV_RID_BLOCKED : LABDEV_RID_DOMAIN,
		.fd = mx.dom[r],
		.flags = run.note ? LABDEV_ATTACH_NOTE : 0,
	};

	return try_ioctl(lab_fd(), LABDEV_IOC_REPLACE, &a);
}

static void rid_go(enum rid r, const char *what)
{
	int ret = rid_try(r);

	if (ret)
		die("%s: to %s: wanted success, seen: %s", what, rid_names[r], strerror(-ret));
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->dev == b->dev && a->pasid == b->pasid && a->dom == b->dom;
}

static bool has_place(const struct use *u, const struct place *p)
{
	for (u32 i = 0; i < u->nr; i++)
		if (same_place(&u->at[i], p))
			return true;
	return false;
}

static int place_attach(const struct place *p)
{
	int ret;

	lab_on = mx.dev[p->dev];
	ret = try_attach(mx.sub[p->dom], p->pasid);
	lab_on = 0;
	return ret;
}

static void place_detach(const struct place *p)
{
	lab_on = mx.dev[p->dev];
	detach(p->pasid);
	lab_on = 0;
}

static void use_go(const struct use *from, const struct use *to, const char *what)
{
	for (u32 i = 0; i < from->nr; i++)
		if (!has_place(to, &from->at[i]))
			place_detach(&from->at[i]);
	for (u32 i = 0; i < to->nr; i++) {
		int ret = has_place(from, &to->at[i]) ? 0 : place_attach(&to->at[i]);

		if (ret)
			die("%s: PASID %u: wanted success, seen: %s", what, to->at[i].pasid,
			    strerror(-ret));
	}
}

/* ---------------------------------------------------------------- jobs in flight */

struct flight {
	u32 rid, sub[NR_PLACES];
	bool flies[NR_PLACES];
};

static u32 busy_start(const struct place *p)
{
	struct labdev_job_args a = job(LABDEV_OP_FILL, 0, p ? POOL_IOVA : mx.anchor, 256, 7);

	a.flags = LABDEV_F_KEEP | (p && run.ats ? LABDEV_F_ATS : 0);
	a.rounds = 0;
	if (p) {
		a.pasid = p->pasid;
		lab_on = mx.dev[p->dev];
	}
	job_start(&a);
	lab_on = 0;
	return a.slot;
}

static struct labdev_job_wait busy_end(u32 slot, u32 dev)
{
	struct labdev_job_wait w;

	lab_on = mx.dev[dev];
	job_stop(slot);
	w = job_wait(slot);
	lab_on = 0;
	mx.moved += w.done;
	return w;
}

/* On the RID, and on every PASID that has the same domain before and after. */
static struct flight flight_begin(const struct use *from, const struct use *to)
{
	struct flight f = { .rid = busy_start(NULL) };

	for (u32 i = 0; i < from->nr; i++) {
		f.flies[i] = has_place(to, &from->at[i]);
		if (f.flies[i])
			f.sub[i] = busy_start(&from->at[i]);
	}
	usleep(300);
	return f;
}

/* Returns the faults of the RID's job. */
static u32 flight_end(const struct flight *f, const struct use *from, const char *what)
{
	struct labdev_job_wait w;

	usleep(300);
	for (u32 i = 0; i < from->nr; i++) {
		if (!f->flies[i])
			continue;
		w = busy_end(f->sub[i], from->at[i].dev);
		if (w.faults)
			die("%s: the job on PASID %u of device %u, which keeps its domain: wanted "
			    "no fault, seen: %u, the first %s", what, from->at[i].pasid,
			    from->at[i].dev, w.faults, result_name(w.result));
	}
	return busy_end(f->rid, 0).faults;
}

static void promise(u32 kind)
{
	struct labdev_note_args a = { .kind = kind, .pasid = LABDEV_RID };

	if (!run.note)
		return;
	for (a.sid = 0; a.sid < run.info.nr_sids; a.sid++)
		must(try_ioctl(run.fd, LABDEV_IOC_NOTE, &a), "a note");
}

/* What the device meets now, on the RID and on PASIDs; @gone: those that it had before. */
static void arrived(enum rid r, const struct use *u, const struct use *gone, const char *what)
{
	struct labdev_job_args a = job(LABDEV_OP_WRITE, 0, mx.anchor, 64, 5);
	struct labdev_job_wait w;

	a.flags = 0;
	w = job_run(a);
	if (r == RID_BLOCKED)
		job_want_refused(&w, what);
	else
		job_want(&w, LABDEV_RES_OK, what);
	for (u32 i = 0; i < u->nr; i++) {
		lab_on = mx.dev[u->at[i].dev];
		w = job_run(pasid_job(LABDEV_OP_WRITE, u->at[i].pasid, POOL_IOVA, 4096, 9 + i));
		job_want(&w, LABDEV_RES_OK, what);
		lab_on = 0;
		mem_want(mx.sub[u->at[i].dom], 0, 0, 4096, 9 + i, what);
	}
	for (u32 i = 0; i < gone->nr; i++) {
		bool there = false;

		for (u32 k = 0; k < u->nr; k++)
			there |= u->at[k].dev == gone->at[i].dev &&
				 u->at[k].pasid == gone->at[i].pasid;
		if (there)
			continue;
		lab_on = mx.dev[gone->at[i].dev];
		w = job_run(pasid_job(LABDEV_OP_WRITE, gone->at[i].pasid, POOL_IOVA, 4096, 0xbad));
		/* With the last PASID the device may have lost ATS. */
		if (w.result != LABDEV_RES_NO_CAP)
			job_want_refused(&w, what);
		lab_on = 0;
	}
}

/* ---------------------------------------------------------------- cells of the RID */

/* Why the RID cannot be without interruption between two states; NULL: it can. */
static const char *interrupted(enum rid from, enum rid to)
{
	if (from == RID_BLOCKED || to == RID_BLOCKED)
		return NULL;
	if (is_s1(from) && is_s1(to))
		return "TTB0 and ASID are two words of the CD";
	if (is_s2(from) && is_s2(to))
		return "S2VMID and S2TTB are two words of the STE";
	if ((is_s1(from) || is_s2(from)) && (is_s1(to) || is_s2(to)))
		return "Config and S2VMID are two words of the STE";
	return NULL;
}

/*
 * The promise that holds from before a transition until after it. What an IDENTITY is left for may
 * be seen in bypass until the end.
 */
static u32 promised(enum rid from, enum rid to)
{
	if (from == RID_IDENTITY || to == RID_IDENTITY)
		return from == RID_BLOCKED || to == RID_BLOCKED ? 0 : LABDEV_NOTE_HITLESS_BEGIN;
	if (from == RID_BLOCKED || to == RID_BLOCKED || interrupted(from, to))
		return LABDEV_NOTE_NO_BYPASS_BEGIN;
	return LABDEV_NOTE_HITLESS_BEGIN;
}

static void rid_round(enum rid from, enum rid to, const struct use *u, int want, const char *what)
{
	u32 kind = want ? from == RID_BLOCKED ? 0 : LABDEV_NOTE_HITLESS_BEGIN : promised(from, to);
	struct flight f = flight_begin(u, u);
	u32 faults;
	int ret;

	if (kind)
		promise(kind);
	ret = rid_try(to);
	if (ret != want)
		die("%s: wanted %s, seen: %s", what, strerror(-want), strerror(-ret));
	usleep(300);
	if (kind)
		promise(kind + 1);
	faults = flight_end(&f, u, what);
	if (faults && kind == LABDEV_NOTE_HITLESS_BEGIN)
		die("%s: the RID's job: wanted no fault, seen: %u", what, faults);
	arrived(want ? from : to, u, &uses[0], what);
}

static void rid_cell(enum rid from, enum rid to, const struct use *u)
{
	int want = u->nr && is_s2(to) ? -EBUSY : 0;
	const char *why = interrupted(from, to);
	char what[96];

	snprintf(what, sizeof(what), "RID %s to %s, PASIDs %s", rid_names[from], rid_names[to],
		 u->name);
	rid_go(from, what);
	use_go(&uses[0], u, what);
	for (unsigned int i = 0; i < run.rounds; i++) {
		rid_round(from, to, u, want, what);
		if (!want)
			rid_go(from, what);
	}
	use_go(u, &uses[0], what);
	printf("cell rid %s %s %s ", rid_names[from], rid_names[to], u->name);
	if (want)
		puts("refused: EBUSY, stage 2 has no SubstreamIDs; nothing changed");
	else if (to == RID_BLOCKED)
		puts("safe: nothing passes any more, and never untranslated");
	else if (from == RID_BLOCKED)
		puts("safe: nothing passes before the new domain is there");
	else if (why)
		printf("interrupted: %s\n", why);
	else
		puts("hitless");
}

static void rid_cells(void)
{
	for (u32 n = 0; n < (mx.pasids ? NR_USES : 1); n++) {
		for (u32 from = 0; from <= RID_S2; from++) {
			for (u32 to = 0; to < NR_RIDS; to++) {
				bool other = to == RID_S1_OTHER || to == RID_S2_OTHER;

				if (from == to || (other && to != from + 2))
					continue;
				/* Behind stage 2 there are no PASIDs to begin with. */
				if (is_s2(from) && n)
					continue;
				if (!mx.stage2 && (is_s2(from) || is_s2(to)))
					continue;
				rid_cell(from, to, &uses[n]);
			}
		}
	}
}

/* ---------------------------------------------------------------- cells of PASIDs */

static void use_round(enum rid r, const struct use *from, const struct use *to, const char *what)
{
	u32 kind = r == RID_BLOCKED ? LABDEV_NOTE_NO_BYPASS_BEGIN : LABDEV_NOTE_HITLESS_BEGIN;
	struct flight f = flight_begin(from, to);
	u32 faults;
	int ret;

	promise(kind);
	if (is_s2(r)) {
		ret = place_attach(&to->at[0]);
		if (ret != -EBUSY)
			die("%s: wanted %s, seen: %s", what, strerror(EBUSY), strerror(-ret));
	} else {
		use_go(from, to, what);
	}
	usleep(300);
	promise(kind + 1);
	faults = flight_end(&f, from, what);
	if (faults && r != RID_BLOCKED)
		die("%s: the RID's job: wanted no fault, seen: %u", what, faults);
	arrived(r, is_s2(r) ? from : to, from, what);
}

static void use_cell(enum rid r, const struct use *from, const struct use *to)
{
	char what[96];

	snprintf(what, sizeof(what), "PASIDs %s to %s, RID %s", from->name, to->name, rid_names[r]);
	rid_go(r, what);
	use_go(&uses[0], from, what);
	for (unsigned int i = 0; i < run.rounds; i++) {
		use_round(r, from, to, what);
		if (!is_s2(r))
			use_go(to, from, what);
	}
	use_go(from, &uses[0], what);
	printf("cell pasid %s %s %s %s\n", from->name, to->name, rid_names[r],
	       is_s2(r) ? "refused: EBUSY, stage 2 has no SubstreamIDs; nothing changed"
			: "hitless");
}

/*
 * PASID 1 gets the domain of PASID 2 in place of its own, under a job that goes on: what only its
 * old domain maps is out of its reach as soon as the call has returned.
 */
static bool replace_round(enum rid r, const struct use *from, const char *what)
{
	/* Not hitless: events are counted by StreamID, and the job on the PASID may see some. */
	bool translates = r != RID_IDENTITY;
	struct labdev_attach_args a = {
		.fd = mx.sub[1], .pasid = 1, .flags = run.note ? LABDEV_ATTACH_NOTE : 0,
	};
	struct flight f = flight_begin(from, &several_replaced);
	u32 slot = busy_start(&from->at[0]), faults;
	struct labdev_job_wait w;
	int ret;

	usleep(300);
	if (translates)
		promise(LABDEV_NOTE_NO_BYPASS_BEGIN);
	ret = try_ioctl(run.fd, LABDEV_IOC_REPLACE_PASID, &a);
	if (translates)
		promise(LABDEV_NOTE_NO_BYPASS_END);
	if (!ret) {
		mem_pattern(mx.sub[0], 0, 0, 4096, 77);
		usleep(300);
	}
	w = busy_end(slot, 0);
	faults = flight_end(&f, from, what);
	if (ret == -EOPNOTSUPP)
		return false;
	must(ret, what);
	if (!w.done)
		die("%s: the job on it: wanted some bytes, seen: none", what);
	mem_want(mx.sub[0], 0, 0, 4096, 77, "memory of the domain that was replaced");
	if (faults && r != RID_BLOCKED)
		die("%s: the RID's job: wanted no fault, seen: %u", what, faults);
	arrived(r, &several_replaced, &uses[0], what);
	return true;
}

static void replace_cell(enum rid r)
{
	const struct use *from = &uses[2];
	char what[96];

	snprintf(what, sizeof(what), "another domain on a PASID, RID %s", rid_names[r]);
	rid_go(r, what);
	mx.replaces = true;
	for (unsigned int i = 0; mx.replaces && i < run.rounds; i++) {
		use_go(&uses[0], from, what);
		mx.replaces = replace_round(r, from, what);
		use_go(mx.replaces ? &several_replaced : from, &uses[0], what);
	}
	if (mx.replaces)
		printf("cell pasid %s %s %s interrupted: TTB0 and ASID are two words of the CD\n",
		       from->name, several_replaced.name, rid_names[r]);
}

static void use_cells(void)
{
	for (u32 r = 0; r <= RID_S2; r++) {
		if (is_s2(r) && !mx.stage2)
			continue;
		for (u32 from = 0; from < NR_USES; from++)
			for (u32 to = 0; to < NR_USES; to++)
				if (from != to && !(is_s2(r) && from))
					use_cell(r, &uses[from], &uses[to]);
		if (!is_s2(r))
			replace_cell(r);
	}
}

/* ---------------------------------------------------------------- all */

/* Domains for the RID with the anchor page, and for PASIDs. */
static void matrix_init(void)
{
	u64 anchor;
	int s2;

	mx.dev[0] = run.fd;
	mx.dev[1] = run.other;
	mx.pasids = run.other && run.info.max_pasids > 3 &&
		    (run.info.status & LABDEV_STATUS_PASID);
	mx.dom[RID_S1] = dom_anchored(0, &mx.anchor);
	mx.dom[RID_S1_OTHER] = dom_anchored(0, &anchor);
	must(mx.dom[RID_S1] < 0 ? mx.dom[RID_S1] : 0, "a paging domain");
	must(mx.dom[RID_S1_OTHER] < 0 ? mx.dom[RID_S1_OTHER] : 0, "another");
	s2 = dom_anchored(LABDEV_DOM_STAGE2, &anchor);
	if (s2 < 0 && s2 != -EOPNOTSUPP)
		must(s2, "a stage 2 domain");
	mx.stage2 = s2 >= 0;
	if (mx.stage2) {
		mx.dom[RID_S2] = s2;
		mx.dom[RID_S2_OTHER] = dom_anchored(LABDEV_DOM_STAGE2, &anchor);
	}
	for (u32 i = 0; mx.pasids && i < NR_PLACES; i++) {
		mx.sub[i] = dom_new(65536, 65536);
		dom_map(mx.sub[i], POOL_IOVA, 65536, 0, RW);
	}
}

static void go_matrix(void)
{
	if (!run.other)
		die("matrix wants --other DEVICE");
	matrix_init();
	rid_cells();
	if (mx.pasids)
		use_cells();
	detach(LABDEV_RID);
	if (!mx.moved)
		die("the jobs in flight: wanted some bytes moved, seen: none");
	printf("moved=%llu stage2=%d pasids=%d replaces=%d\n", (unsigned long long)mx.moved,
	       mx.stage2, mx.pasids, mx.replaces);
}

#endif
