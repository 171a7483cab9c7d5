// SPDX-License-Identifier: GPL-2.0-only
/*
 * The law of entry updates (src/fmt/entry): all ordered pairs of makers, at every store. Layer:
 * tests.
 *
 * An adversary reads the entry as ARM IHI 0070, 3.21.3 allows: each 64-bit word at any instant
 * since the last sync, so between two syncs in every combination of the values that the words
 * have had. What it sees must mean the same as the old or the new entry. What an entry means is
 * written down here a second time, from the specification and not from src/fmt, with bit numbers
 * instead of names.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "fmt/cd.h"
#include "fmt/entry.h"
#include "fmt/ste.h"

#define QW SMMU3_ENTRY_QWORDS

/* ---------------------------------------------------------------- what entries mean */

#define MEANINGS 32

/* Values in a fixed order; 0 where a value does not matter. */
struct meaning {
	u64 v[MEANINGS];
};

static u64 bits(const __le64 *q, unsigned int word, unsigned int hi, unsigned int lo)
{
	return (le64_to_cpu(q[word]) >> lo) & (~0ULL >> (63 - (hi - lo)));
}

static void ste_means(const __le64 *q, struct meaning *m)
{
	u64 config = bits(q, 0, 3, 1);
	bool s1 = config == 5 || config == 7, s2 = config == 6 || config == 7;
	bool ssids;
	u64 *v = m->v;

	memset(m, 0, sizeof(*m));
	if (!bits(q, 0, 0, 0))
		return;
	v[0] = 1;
	if (config < 4)
		return;
	v[0] = 2 + config;
	ssids = s1 && bits(q, 0, 63, 59);
	if (s1) {
		v[1] = bits(q, 0, 55, 6);
		v[2] = bits(q, 0, 63, 59);
		v[3] = ssids ? bits(q, 0, 5, 4) : 0;
		v[4] = ssids ? bits(q, 1, 1, 0) : 0;
		v[5] = bits(q, 1, 7, 2);	/* S1CIR, S1COR, S1CSH */
		v[6] = bits(q, 1, 27, 26);	/* S1MPAM, S1STALLD */
	}
	if (s1 && !s2)
		v[7] = bits(q, 1, 31, 30);
	if (s1 || s2)
		v[8] = bits(q, 1, 29, 28);
	if (s2 || (s1 && !bits(q, 1, 31, 30)))
		v[9] = bits(q, 2, 15, 0);
	if (s2) {
		v[10] = bits(q, 1, 25, 25);
		v[11] = bits(q, 2, 53, 32);
		v[12] = bits(q, 2, 63, 55);
		v[13] = bits(q, 3, 55, 0);
	}
	if (s1 && s2)
		v[14] = bits(q, 2, 54, 54);
	if (!s1 || (ssids && v[4] == 1))
		v[15] = bits(q, 1, 45, 44);
	v[16] = bits(q, 1, 43, 32);		/* MemAttr, MTCFG, ALLOCCFG */
	v[17] = bits(q, 1, 51, 48);		/* PRIVCFG, INSTCFG */
	v[18] = bits(q, 1, 19, 8);
	v[19] = bits(q, 4, 63, 0);
	v[20] = bits(q, 5, 63, 0);
	v[21] = bits(q, 6, 63, 0);
	v[22] = bits(q, 7, 63, 0);
}

static void cd_means(const __le64 *q, struct meaning *m)
{
	bool epd0 = bits(q, 0, 14, 14), epd1 = bits(q, 0, 30, 30);
	u64 *v = m->v;

	memset(m, 0, sizeof(*m));
	if (!bits(q, 0, 31, 31))
		return;
	v[0] = 1 + epd0 + 2 * epd1;
	v[1] = bits(q, 0, 63, 32);
	v[2] = bits(q, 1, 3, 0);
	v[3] = bits(q, 1, 63, 56);
	v[4] = bits(q, 2, 3, 0);
	v[5] = bits(q, 2, 63, 56);
	if (!epd0) {
		v[6] = bits(q, 0, 13, 0);
		v[7] = bits(q, 1, 55, 4);
	}
	if (!epd1) {
		v[8] = bits(q, 0, 29, 16);
		v[9] = bits(q, 2, 55, 4);
	}
	if (!epd0 || !epd1) {
		v[10] = bits(q, 0, 15, 15);
		v[11] = bits(q, 3, 63, 0);
		v[12] = bits(q, 4, 63, 0);
	}
	v[13] = bits(q, 5, 63, 0);
	v[14] = bits(q, 6, 63, 0);
	v[15] = bits(q, 7, 63, 0);
}

/* ---------------------------------------------------------------- the adversary */

struct kind {
	const char *what;
	void (*means)(const __le64 *q, struct meaning *m);
	void (*used)(const __le64 *q, __le64 *used);
	int (*to_text)(char *buf, size_t sz, const void *entry);
	__le64 v_mask;
};

static int ste_text(char *buf, size_t sz, const void *entry)
{
	return smmu3_ste_to_text(buf, sz, entry);
}

static int cd_text(char *buf, size_t sz, const void *entry)
{
	return smmu3_cd_to_text(buf, sz, entry);
}

static const struct kind ste_kind = {
	"STE", ste_means, smmu3_ste_used, ste_text, cpu_to_le64(1ULL << 0)
};

static const struct kind cd_kind = {
	"CD", cd_means, smmu3_cd_used, cd_text, cpu_to_le64(1ULL << 31)
};

/* What the adversary may see: for each word the values since the last sync. */
struct sight {
	__le64 value[QW][SMMU3_ENTRY_MAX_STORES + 1];
	unsigned int nr[QW];
};

struct law {
	const struct kind *kind;
	const char *from, *to;
	__le64 cur[QW], target[QW];
	struct meaning cur_means, target_means;
	struct smmu3_entry_plan plan;
	struct sight sight;
	__le64 mem[QW];
	bool saw_invalid;
	char text[2][320];
};

static bool same(const struct meaning *a, const struct meaning *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/*
 * Return: true if every mixture is the old entry, the new one or, where that is announced, an
 * invalid one.
 */
static bool look(struct kunit *test, struct law *l, unsigned int step)
{
	unsigned int pick[QW] = {}, i;
	struct smmu3_ste view;	/* or a CD: 64 bytes, aligned */
	struct meaning m;
	bool invalid;

	for (;;) {
		for (i = 0; i < QW; i++)
			view.q[i] = l->sight.value[i][pick[i]];
		l->kind->means(view.q, &m);
		invalid = !m.v[0];
		if (!same(&m, &l->cur_means) && !same(&m, &l->target_means)) {
			l->saw_invalid |= invalid;
			if (!invalid || l->plan.hitless) {
				l->kind->to_text(l->text[0], sizeof(l->text[0]), &view);
				KUNIT_FAIL(test,
					   "%s %s -> %s: stores in the wrong order: after store %u of %u (word %u) the SMMU may see neither the old nor the new %s but: %s",
					   l->kind->what, l->from, l->to, step + 1,
					   l->plan.nr_stores, l->plan.store[step].qword,
					   l->kind->what, l->text[0]);
				return false;
			}
		}
		for (i = 0; i < QW && ++pick[i] == l->sight.nr[i]; i++)
			pick[i] = 0;
		if (i == QW)
			return true;
	}
}

static void forget(struct law *l)
{
	unsigned int i;

	for (i = 0; i < QW; i++) {
		l->sight.value[i][0] = l->mem[i];
		l->sight.nr[i] = 1;
	}
}

/* Carries the plan out under the adversary's eyes. */
static bool law_holds(struct kunit *test, struct law *l)
{
	const struct smmu3_entry_plan *plan = &l->plan;
	unsigned int i, syncs = 0;

	l->kind->means(l->cur, &l->cur_means);
	l->kind->means(l->target, &l->target_means);
	memcpy(l->mem, l->cur, sizeof(l->mem));
	l->saw_invalid = false;
	forget(l);

	for (i = 0; i < plan->nr_stores; i++) {
		const struct smmu3_entry_store *s = &plan->store[i];

		l->mem[s->qword] = s->value;
		l->sight.value[s->qword][l->sight.nr[s->qword]++] = s->value;
		if (!look(test, l, i))
			return false;
		if (s->sync) {
			forget(l);
			syncs++;
			if (!look(test, l, i))
				return false;
		}
	}
	KUNIT_EXPECT_EQ_MSG(test, syncs, plan->nr_syncs,
			    "%s %s -> %s: nr_syncs is the number of syncs", l->kind->what, l->from,
			    l->to);
	KUNIT_EXPECT_MEMEQ_MSG(test, l->mem, l->target, sizeof(l->mem),
			       "%s %s -> %s: the stores lead to the new entry", l->kind->what,
			       l->from, l->to);
	KUNIT_EXPECT_TRUE_MSG(test, !plan->nr_stores || plan->store[plan->nr_stores - 1].sync,
			      "%s %s -> %s: nothing older stays cached", l->kind->what, l->from,
			      l->to);
	if (!plan->hitless)
		KUNIT_EXPECT_TRUE_MSG(test, l->saw_invalid,
				      "%s %s -> %s: V = 0 is announced and passed through",
				      l->kind->what, l->from, l->to);
	return true;
}

/* ---------------------------------------------------------------- STEs */

#define TAB_A	0x0000001234567000ULL
#define TAB_B	0x000000abcdef0000ULL
#define TTB_S2	0x0000000fedcba000ULL

enum ste_maker {
	ABSENT, ABORT, BYPASS, BYPASS_SH, S1, S1_ATS, S1_TERM, S1_BYP, S1_BYP_SH, S1_SSID0,
	S1_SSID0_ATS, S1_EL2, S2, S2_ATS, NESTED, NESTED_BYP_ATS, NR_STE_MAKERS
};

static const char *const ste_maker_names[NR_STE_MAKERS] = { "absent",
							    "abort",
							    "bypass",
							    "bypass(SHCFG)",
							    "S1",
							    "S1(ATS)",
							    "S1(S1DSS=terminate)",
							    "S1(S1DSS=bypass)",
							    "S1(S1DSS=bypass,SHCFG)",
							    "S1(S1DSS=ssid0)",
							    "S1(S1DSS=ssid0,ATS)",
							    "S1(EL2)",
							    "S2",
							    "S2(ATS)",
							    "nested",
							    "nested(S1DSS=bypass,ATS)" };

static void ste_make(struct smmu3_ste *ste, enum ste_maker maker)
{
	struct smmu3_ste_s1 s1 = { .cdtab_pa = TAB_A, .coherent = true, .stalld = true };
	struct smmu3_ste_s2 s2 = {
		.ttb = TTB_S2,
		.vmid = 5,
		.t0sz = 24,
		.sl0 = 1,
		.ir0 = 1,
		.or0 = 1,
		.sh0 = 3,
		.ps = 4,
		.s2fwb = true,
		.ptw = true,
		.shcfg_incoming = true,
	};

	if (maker >= S1_TERM && maker <= S1_SSID0_ATS) {
		s1.cdtab_pa = TAB_B;
		s1.s1fmt = S1FMT_4K_L2;
		s1.s1cdmax_lg2 = 10;
	}
	switch (maker) {
	case ABSENT:
		memset(ste, 0, sizeof(*ste));
		return;
	case ABORT:
		smmu3_ste_make_abort(ste);
		return;
	case BYPASS:
	case BYPASS_SH:
		smmu3_ste_make_bypass(ste, maker == BYPASS_SH);
		return;
	case S1_ATS:
	case S1_SSID0_ATS:
		s1.eats = EATS_TRANS;
		break;
	case S1_EL2:
		s1.strw = STRW_EL2;
		break;
	case NESTED_BYP_ATS:
		s1.s1cdmax_lg2 = 8;
		s1.s1fmt = S1FMT_4K_L2;
		fallthrough;
	case S2_ATS:
		s2.eats = EATS_TRANS;
		break;
	default:
		break;
	}
	if (maker == S1_BYP || maker == S1_BYP_SH || maker == NESTED_BYP_ATS)
		s1.s1dss = S1DSS_BYPASS;
	if (maker == S1_SSID0 || maker == S1_SSID0_ATS)
		s1.s1dss = S1DSS_SSID0;
	s1.shcfg_incoming = maker == S1_BYP_SH || maker == NESTED_BYP_ATS;

	if (maker >= NESTED)
		smmu3_ste_make_nested(ste, &s1, &s2);
	else if (maker >= S2)
		smmu3_ste_make_s2(ste, &s2);
	else
		smmu3_ste_make_s1(ste, &s1);
}

/*
 * Syncs of every change, one row a "from", one column a "to", in the order of the enum. '!' in
 * front of the number: there is no order of stores, the entry passes through V = 0.
 */
static const char * const ste_syncs[NR_STE_MAKERS] = {
	/*
	 * Columns: absent abort bypass bypass+SHCFG S1 S1+ATS terminate bypass bypass+SHCFG ssid0
	 * ssid0+ATS EL2 S2 S2+ATS nested nested+bypass+ATS
	 */
	/* absent */		"  0   1   1   2   2   2   2   2   2   2   2   2   2   2   2   2",
	/* abort */		"  1   0   1   2   2   2   2   2   2   2   2   2   2   2   2   2",
	/* bypass */		"  1   1   0   1   2   2   2   2  !3   2   2   2  !3  !3   2  !3",
	/* bypass SHCFG */	"  2   2   1   0   3   3   3  !3   2   3   3   3   2   2   3   2",
	/* S1 */		"  2   2   2   3   0   1   1   2   2   2  !3   1  !3  !3  !3  !3",
	/* S1 ATS */		"  2   2   2   3   1   0  !3  !3  !3  !3   2   1  !3  !3  !3  !3",
	/* S1 terminate */	"  2   2   2   3   1  !3   0   1   1   1   1  !3  !3  !3  !3  !3",
	/* S1 bypass */		"  2   2   2  !3   2  !3   1   0   1   1   1  !3  !3  !3  !3  !3",
	/* S1 bypass SHCFG */	"  2   2  !3   2   2  !3   1   1   0   1   1  !3  !3  !3  !3  !3",
	/* S1 ssid0 */		"  2   2   2   3   2  !3   1   1   1   0   1  !3  !3  !3  !3  !3",
	/* S1 ssid0 ATS */	"  2   2   2   3  !3   2   1   1   1   1   0  !3  !3  !3  !3  !3",
	/* S1 EL2 */		"  2   2   2   3   1   1  !3  !3  !3  !3  !3   0   3  !3   3  !3",
	/* S2 */		"  2   2  !3   2  !3  !3  !3  !3  !3  !3  !3   3   0   1   3  !3",
	/* S2 ATS */		"  2   2  !3   2  !3  !3  !3  !3  !3  !3  !3  !3   1   0  !3   2",
	/* nested */		"  2   2   2   3  !3  !3  !3  !3  !3  !3  !3   3   3  !3   0  !3",
	/* nested bypass ATS */	"  2   2  !3   2  !3  !3  !3  !3  !3  !3  !3  !3  !3   2  !3   0",
};

/* Read one cell: Return the number of syncs, @hitless. */
static unsigned int cell(const char *row, unsigned int column, bool *hitless)
{
	for (;; row++) {
		while (*row == ' ')
			row++;
		*hitless = *row != '!';
		if (!*hitless)
			row++;
		if (!column--)
			return *row - '0';
	}
}

static void ste_pair(struct kunit *test, struct law *l, enum ste_maker from, enum ste_maker to)
{
	struct smmu3_ste cur, target;
	unsigned int syncs;
	bool hitless;

	ste_make(&cur, from);
	ste_make(&target, to);
	l->kind = &ste_kind;
	l->from = ste_maker_names[from];
	l->to = ste_maker_names[to];
	memcpy(l->cur, cur.q, sizeof(l->cur));
	memcpy(l->target, target.q, sizeof(l->target));
	smmu3_ste_plan(&l->plan, &cur, &target);
	if (!law_holds(test, l))
		return;
	syncs = cell(ste_syncs[from], to, &hitless);
	KUNIT_EXPECT_EQ_MSG(test, l->plan.hitless, hitless, "STE %s -> %s: hitless or not", l->from,
			    l->to);
	KUNIT_EXPECT_EQ_MSG(test, l->plan.nr_syncs, syncs, "STE %s -> %s: number of syncs", l->from,
			    l->to);
	if (hitless)
		KUNIT_EXPECT_EQ_MSG(test, l->plan.forbids, 0, "STE %s -> %s: nothing forbids",
				    l->from, l->to);
	else
		KUNIT_EXPECT_TRUE_MSG(test, l->plan.forbids & (l->plan.forbids - 1),
				      "STE %s -> %s: two words or more forbid it, mask %#x",
				      l->from, l->to, l->plan.forbids);
}

static struct law *law_alloc(struct kunit *test)
{
	struct law *l = kunit_kzalloc(test, sizeof(*l), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL_MSG(test, l, "memory for the law");
	return l;
}

static void ste_all_pairs(struct kunit *test)
{
	struct law *l = law_alloc(test);
	unsigned int from, to;

	for (from = 0; from < NR_STE_MAKERS; from++) {
		for (to = 0; to < NR_STE_MAKERS; to++)
			ste_pair(test, l, from, to);
	}
}

/*
 * The changes that streams live through, named one by one so that the table above cannot hide a
 * lost one.
 */
static void ste_must_be_hitless(struct kunit *test)
{
	static const struct {
		enum ste_maker from, to;
		unsigned int syncs;
	} must[] = {
		{ BYPASS_SH, S1_BYP_SH, 2 },	/* the RID stays identity while PASIDs come */
		{ S1_BYP_SH, BYPASS_SH, 2 },	/* and go */
		{ BYPASS, S1_BYP, 2 },
		{ S1_BYP, BYPASS, 2 },
		{ ABORT, S1, 2 },
		{ S1, ABORT, 2 },
		{ ABORT, BYPASS, 1 },
		{ BYPASS, ABORT, 1 },
		{ BYPASS, S1, 2 },		/* IDENTITY <-> DMA */
		{ S1, BYPASS, 2 },
		{ BYPASS_SH, S1, 3 },
		{ S1, BYPASS_SH, 3 },
		{ S1_TERM, S1_BYP_SH, 1 },
		{ S1_BYP_SH, S1_SSID0, 1 },
		{ S1_SSID0, S1_TERM, 1 },
		{ S1_SSID0, S1_SSID0_ATS, 1 },
		{ S1_SSID0_ATS, S1_SSID0, 1 },
		{ S1, S1_ATS, 1 },
		{ S1, S1_TERM, 1 },		/* another table, SubstreamIDs: word 0 alone */
		{ S1, S1_SSID0, 2 },
		{ S2, ABORT, 2 },
		{ ABORT, S2, 2 },
		{ S2, S2_ATS, 1 },
		{ ABORT, NESTED, 2 },
		{ NESTED, ABORT, 2 },
		{ S2, NESTED, 3 },
	};
	struct smmu3_ste cur, target;
	struct smmu3_entry_plan *plan = &law_alloc(test)->plan;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(must); i++) {
		const char *from = ste_maker_names[must[i].from], *to = ste_maker_names[must[i].to];

		ste_make(&cur, must[i].from);
		ste_make(&target, must[i].to);
		smmu3_ste_plan(plan, &cur, &target);
		KUNIT_EXPECT_TRUE_MSG(test, plan->hitless, "STE %s -> %s is hitless, forbids %#x",
				      from, to, plan->forbids);
		KUNIT_EXPECT_EQ_MSG(test, plan->nr_syncs, must[i].syncs,
				    "STE %s -> %s: number of syncs", from, to);
	}
}

/* ---------------------------------------------------------------- CDs */

enum cd_maker {
	CD_ABSENT,
	CD_PAGING,
	CD_ASID2,
	CD_TTB2,
	CD_BOTH,
	CD_SVA,
	CD_RELEASED,
	NR_CD_MAKERS
};

static const char *const cd_maker_names[NR_CD_MAKERS] = {
	"absent", "paging",	 "paging(ASID 2)", "paging(TTB 2)", "paging(ASID 2,TTB 2)",
	"SVA",	  "SVA released"
};

static void cd_make(struct smmu3_cd *cd, enum cd_maker maker)
{
	struct smmu3_cd_s1 cfg = {
		.ttb = 0x12345000,
		.mair = 0xf404ff44,
		.asid = 1,
		.t0sz = 16,
		.ir0 = 1,
		.or0 = 1,
		.sh0 = 3,
		.ips = 4,
	};

	switch (maker) {
	case CD_ABSENT:
		smmu3_cd_make_absent(cd);
		return;
	case CD_ASID2:
		cfg.asid = 2;
		break;
	case CD_BOTH:
		cfg.asid = 2;
		fallthrough;
	case CD_TTB2:
		cfg.ttb = 0x6789a000;
		break;
	case CD_SVA:
	case CD_RELEASED:
		cfg.asid = 7;
		cfg.ttb = 0xbcdef000;
		cfg.shared_asid = true;
		cfg.stall = true;
		cfg.ha = true;
		cfg.hd = true;
		cfg.epd0 = maker == CD_RELEASED;
		break;
	default:
		break;
	}
	smmu3_cd_make_s1(cd, &cfg);
}

static const char * const cd_syncs[NR_CD_MAKERS] = {
	/*		   absent paging ASID2 TTB2 both SVA released */
	/* absent */	  "0      2      2     2    2    2   1",
	/* paging */	  "2      0      1     1    !3   !3  2",
	/* ASID 2 */	  "2      1      0     !3   1    !3  2",
	/* TTB 2 */	  "2      1      !3    0    1    !3  2",
	/* both */	  "2      !3     1     1    0    !3  2",
	/* SVA */	  "2      !3     !3    !3   !3   0   2",
	/* released */	  "1      2      2     2    2    2   0",
};

static void cd_all_pairs(struct kunit *test)
{
	struct law *l = law_alloc(test);
	struct smmu3_cd cur, target;
	unsigned int from, to, syncs;
	bool hitless;

	for (from = 0; from < NR_CD_MAKERS; from++) {
		for (to = 0; to < NR_CD_MAKERS; to++) {
			cd_make(&cur, from);
			cd_make(&target, to);
			l->kind = &cd_kind;
			l->from = cd_maker_names[from];
			l->to = cd_maker_names[to];
			memcpy(l->cur, cur.q, sizeof(l->cur));
			memcpy(l->target, target.q, sizeof(l->target));
			smmu3_cd_plan(&l->plan, &cur, &target);
			if (!law_holds(test, l))
				return;
			syncs = cell(cd_syncs[from], to, &hitless);
			KUNIT_EXPECT_EQ_MSG(test, l->plan.hitless, hitless,
					    "CD %s -> %s: hitless or not", l->from, l->to);
			KUNIT_EXPECT_EQ_MSG(test, l->plan.nr_syncs, syncs,
					    "CD %s -> %s: number of syncs", l->from, l->to);
		}
	}
}

static void cd_forbids_names_the_words(struct kunit *test)
{
	struct smmu3_entry_plan *plan = &law_alloc(test)->plan;
	struct smmu3_cd cur, target;

	cd_make(&cur, CD_PAGING);
	cd_make(&target, CD_BOTH);
	smmu3_cd_plan(plan, &cur, &target);
	KUNIT_EXPECT_FALSE_MSG(test, plan->hitless,
			       "ASID (word 0) and TTB0 (word 1) cannot change together");
	KUNIT_EXPECT_EQ_MSG(test, plan->forbids, 3, "ASID is in word 0, TTB0 in word 1");
	KUNIT_EXPECT_EQ_MSG(test, plan->store[0].qword, 0, "V = 0 is stored first");
	KUNIT_EXPECT_EQ_MSG(test, plan->store[0].value & cd_kind.v_mask, 0,
			    "V = 0 is stored first");
	KUNIT_EXPECT_TRUE_MSG(test, plan->store[0].sync,
			      "nothing else changes before V = 0 has arrived");
}

/* ---------------------------------------------------------------- entries nobody made */

static u64 next_random(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/*
 * A live entry with bits that no maker sets, such as firmware leaves behind; V and the kind come
 * up often.
 */
static void random_entry(const struct kind *kind, __le64 *q, u64 *state)
{
	unsigned int i;
	u64 r;

	for (i = 0; i < QW; i++)
		q[i] = next_random(state) & 3
			       ? 0
			       : cpu_to_le64(next_random(state) & next_random(state));
	r = next_random(state);
	if (r & 7)
		q[0] |= kind->v_mask;
	if (kind == &ste_kind)
		q[0] |= cpu_to_le64((4 | (r >> 8 & 3)) << 1);
	else if (r & 8)
		q[0] |= cpu_to_le64(1ULL << 30);
}

static void random_pairs(struct kunit *test, const struct kind *kind)
{
	struct law *l = law_alloc(test);
	u64 state = 0x9e3779b97f4a7c15ULL;
	unsigned int round, i;

	l->kind = kind;
	l->from = "random";
	l->to = "random";
	for (round = 0; round < 4000; round++) {
		random_entry(kind, l->cur, &state);
		random_entry(kind, l->target, &state);
		/* Often the target differs in one word only. */
		if (round & 1) {
			for (i = 0; i < QW; i++) {
				if (i != (round >> 1) % QW)
					l->target[i] = l->cur[i];
			}
		}
		smmu3_entry_plan(&l->plan, l->cur, l->target, kind->used, kind->v_mask);
		KUNIT_ASSERT_LE_MSG(test, l->plan.nr_stores, SMMU3_ENTRY_MAX_STORES,
				    "round %u: the plan fits", round);
		if (!law_holds(test, l)) {
			kunit_info(test, "in round %u", round);
			return;
		}
	}
}

static void ste_random_pairs(struct kunit *test)
{
	random_pairs(test, &ste_kind);
}

static void cd_random_pairs(struct kunit *test)
{
	random_pairs(test, &cd_kind);
}

/* Equal entries need nothing. */
static void nothing_to_do(struct kunit *test)
{
	struct smmu3_entry_plan *plan = &law_alloc(test)->plan;
	struct smmu3_ste ste;
	unsigned int i;

	for (i = 0; i < NR_STE_MAKERS; i++) {
		ste_make(&ste, i);
		smmu3_ste_plan(plan, &ste, &ste);
		KUNIT_EXPECT_EQ_MSG(test, plan->nr_stores, 0, "STE %s -> itself: stores",
				    ste_maker_names[i]);
		KUNIT_EXPECT_EQ_MSG(test, plan->nr_syncs, 0, "STE %s -> itself: syncs",
				    ste_maker_names[i]);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(ste_all_pairs),
	KUNIT_CASE(ste_must_be_hitless),
	KUNIT_CASE(cd_all_pairs),
	KUNIT_CASE(cd_forbids_names_the_words),
	KUNIT_CASE(ste_random_pairs),
	KUNIT_CASE(cd_random_pairs),
	KUNIT_CASE(nothing_to_do),
	{}
};

static struct kunit_suite fmt_entry_suite = {
	.name = "smmu3_fmt_entry",
	.test_cases = cases,
};

kunit_test_suite(fmt_entry_suite);
