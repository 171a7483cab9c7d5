// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the cases of src/core share: spaces, masters, and a photograph of everything that an attach
 * may change. Layer: tests.
 *
 * Entries are stated by hand from ARM IHI 0070, 5.2 and 5.4, bits by number.
 */
#include <kunit/test.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "core_bench.h"

static struct smmu3_space spaces[BENCH_SPACES];
static unsigned int nr_spaces;

/* ---------------------------------------------------------------- things */

struct smmu3_space *bench_space(struct kunit *test, enum smmu3_stage stage)
{
	u64 ttb = 0x100000000ULL + 0x10000000ULL * (nr_spaces + 1);
	struct smmu3_space *space;

	KUNIT_ASSERT_LT_MSG(test, nr_spaces, BENCH_SPACES, "spaces");
	space = &spaces[nr_spaces];
	memset(space, 0, sizeof(*space));
	smmu3_space_init(space);
	nr_spaces++;
	space->stage = stage;
	space->granule_lg2 = 12;
	space->va_bits = 39;
	space->oas = 40;
	space->coherent = true;
	space->owner_name = "kunit";
	if (stage == SMMU3_STAGE1)
		space->cd = (struct smmu3_cd_s1){.ttb = ttb,
						 .mair = 0xff44,
						 .t0sz = 25,
						 .ir0 = 1,
						 .or0 = 1,
						 .sh0 = 3,
						 .ips = 2};
	else
		space->s2 = (struct smmu3_ste_s2){
			.ttb = ttb, .t0sz = 25, .sl0 = 1, .ir0 = 1, .or0 = 1, .sh0 = 3, .ps = 2};
	return space;
}

u64 bench_ttb(const struct smmu3_space *space)
{
	return space->stage == SMMU3_STAGE1 ? space->cd.ttb : space->s2.ttb;
}

/* Called at every instant with whatever the TLB may hold. */
static bool bench_covers(struct smmu3_stub *stub, const struct smmu3_stub_tlb *tlb)
{
	const struct smmu3_inv_set *set;
	unsigned int i, j;

	for (i = 0; i < nr_spaces; i++) {
		if (bench_ttb(&spaces[i]) != tlb->ttb)
			continue;
		set = rcu_dereference_raw(spaces[i].inv);
		for (j = 0; j < set->nr; j++) {
			if (set->entry[j].kind == SMMU3_INV_TLB &&
			    set->entry[j].smmu == &stub->smmu && set->entry[j].tag == tlb->tag &&
			    set->entry[j].users)
				return true;
		}
	}
	return false;
}

struct smmu3_stub *bench_stub(struct kunit *test, const struct smmu3_stub_cfg *cfg)
{
	struct smmu3_stub *stub = smmu3_stub_start(test, cfg);

	KUNIT_ASSERT_NOT_NULL(test, stub);
	stub->covers = bench_covers;
	return stub;
}

struct smmu3_master *bench_master(struct kunit *test, struct smmu3_stub *stub, const u32 *sids,
				  unsigned int nr, u8 ssid_bits)
{
	const struct smmu3_master_fw fw = { .ssid_bits = ssid_bits };
	struct device *dev = smmu3_stub_dev(test, "master");
	struct smmu3_master *master;

	KUNIT_ASSERT_NOT_NULL(test, dev);
	master = smmu3_master_alloc(&stub->smmu, dev, sids, nr, &fw);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(master), "a master: %ld", PTR_ERR(master));
	return master;
}

void bench_exit(struct kunit *test)
{
	unsigned int i;

	smmu3_stub_exit(test);
	for (i = 0; i < nr_spaces; i++)
		smmu3_space_fini(&spaces[i]);
	nr_spaces = 0;
}

int bench_attach(struct smmu3_master *master, enum smmu3_target_kind kind,
		 struct smmu3_space *space)
{
	const struct smmu3_target target = { .kind = kind, .space = space };

	return smmu3_attach_rid(master, &target);
}

u16 bench_tag(const struct smmu3_space *space, struct smmu3_stub *stub)
{
	struct smmu3_tag *tag;
	u16 id;

	mutex_lock(&smmu3_attach_lock);
	tag = smmu3_space_tag(space, &stub->smmu);
	id = tag ? tag->id : 0;
	mutex_unlock(&smmu3_attach_lock);
	return id;
}

/* ---------------------------------------------------------------- entries */

static void expect_words(struct kunit *test, const __le64 *seen, const u64 *want, const char *kind,
			 u32 id, const char *what)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(seen[i]), want[i],
				    "%s: word %u of the %s of %#x", what, i, kind, id);
}

void bench_expect_ste(struct kunit *test, struct smmu3_stub *stub, u32 sid, u64 w0, u64 w1, u64 w2,
		      u64 w3, const char *what)
{
	const u64 want[8] = { w0, w1, w2, w3 };
	const struct smmu3_ste *ste = smmu3_strtab_ste(&stub->smmu, sid);

	KUNIT_EXPECT_NOT_NULL_MSG(test, ste, "%s: SID %#x has no STE", what, sid);
	if (ste)
		expect_words(test, ste->q, want, "STE", sid, what);
}

void bench_expect_ste_s1(struct kunit *test, const struct smmu3_master *master, u32 sid, u64 s1dss,
			 const char *what)
{
	struct smmu3_stub *stub = container_of(master->smmu, struct smmu3_stub, smmu);
	const struct smmu3_cdtab *tab = master->cdtab;
	u64 max = tab->geom.cdmax_lg2;
	/* Config 0b101; S1Fmt 5:4: 64 CDs a leaf; S1CDMax 63:59 */
	u64 w0 = 0xb | tab->dma | (tab->geom.two_level ? 1ULL << 4 : 0) | max << 59;
	/* S1CIR, S1COR write-back, S1CSH inner; S1STALLD 27 */
	u64 w1 = 0xd4 | 1ULL << 27 | (max ? s1dss : 0);

	bench_expect_ste(test, stub, sid, w0, w1, 0, 0, what);
}

void bench_expect_ste_s2(struct kunit *test, const struct smmu3_master *master, u32 sid,
			 const struct smmu3_space *space, const char *what)
{
	struct smmu3_stub *stub = container_of(master->smmu, struct smmu3_stub, smmu);
	/* S2T0SZ 32, S2SL0 38, S2IR0 40, S2OR0 42, S2SH0 44, S2PS 48, S2AA64 51, S2R 58 */
	u64 w2 = bench_tag(space, stub) | 25ULL << 32 | 1ULL << 38 | 1ULL << 40 | 1ULL << 42 |
		 3ULL << 44 | 2ULL << 48 | 1ULL << 51 | 1ULL << 58;

	bench_expect_ste(test, stub, sid, 0xd, 0, w2, bench_ttb(space), what);
}

void bench_expect_cd(struct kunit *test, const struct smmu3_master *master, u32 ssid,
		     const struct smmu3_space *space, const char *what)
{
	struct smmu3_stub *stub = container_of(master->smmu, struct smmu3_stub, smmu);
	const struct smmu3_cd *cd = smmu3_cdtab_cd(master->cdtab, ssid);
	u64 want[8] = {};

	if (space) {
		/*
		 * T0SZ 0, IR0 8, OR0 10, SH0 12, EPD1 30, V 31, IPS 32, AA64 41, R 45, A 46, ASET
		 * 47, ASID 48
		 */
		want[0] = 25 | 1ULL << 8 | 1ULL << 10 | 3ULL << 12 | 1ULL << 30 | 1ULL << 31 |
			  2ULL << 32 | 1ULL << 41 | 1ULL << 45 | 1ULL << 46 | 1ULL << 47 |
			  (u64)bench_tag(space, stub) << 48;
		want[1] = bench_ttb(space);
		want[3] = 0xff44;
		KUNIT_EXPECT_NOT_NULL_MSG(test, cd, "%s: there is no CD %#x", what, ssid);
	}
	if (cd)
		expect_words(test, cd->q, want, "CD", ssid, what);
}

/* ---------------------------------------------------------------- fates */

void bench_expect_now(struct kunit *test, struct smmu3_stub *stub, unsigned int watch, u64 fate,
		      const struct smmu3_space *space, const char *what)
{
	struct smmu3_stub_txn txn;
	unsigned int nr = smmu3_stub_now(stub, watch, &txn);
	const struct smmu3_stub_watch *w = &stub->watch[watch];

	KUNIT_EXPECT_EQ_MSG(test, nr, 1,
			    "%s: SID %#x SSID %#x: the SMMU may still use something older", what,
			    w->sid, w->ssid);
	KUNIT_EXPECT_EQ_MSG(test, txn.fate, fate, "%s: SID %#x SSID %#x meets %s, wanted %s", what,
			    w->sid, w->ssid, smmu3_stub_fate_name(txn.fate),
			    smmu3_stub_fate_name(fate));
	if (!space)
		return;
	KUNIT_EXPECT_EQ_MSG(test, txn.ttb, bench_ttb(space),
			    "%s: SID %#x SSID %#x: the table walked", what, w->sid, w->ssid);
	KUNIT_EXPECT_EQ_MSG(test, txn.tag, bench_tag(space, stub),
			    "%s: SID %#x SSID %#x: under the tag", what, w->sid, w->ssid);
}

void bench_expect_seen(struct kunit *test, struct smmu3_stub *stub, unsigned int watch,
		       const struct smmu3_stub_txn *old, u32 also, const char *what)
{
	const struct smmu3_stub_watch *w = &stub->watch[watch];
	struct smmu3_stub_txn now;
	unsigned int i;

	smmu3_stub_now(stub, watch, &now);
	for (i = 0; i < w->nr_seen; i++) {
		const struct smmu3_stub_txn *txn = &w->seen[i];

		if (smmu3_stub_txn_same(txn, old) || smmu3_stub_txn_same(txn, &now) ||
		    (also & BIT(txn->fate)))
			continue;
		KUNIT_FAIL(test,
			   "%s: SID %#x SSID %#x: between %s (table %#llx) and %s (table %#llx) it met %s (table %#llx, tag %#llx)",
			   what, w->sid, w->ssid, smmu3_stub_fate_name(old->fate), old->ttb,
			   smmu3_stub_fate_name(now.fate), now.ttb, smmu3_stub_fate_name(txn->fate),
			   txn->ttb, txn->tag);
	}
}

/* ---------------------------------------------------------------- photographs */

#define PHOTO_SIDS	256
#define PHOTO_SSIDS	256
#define PHOTO_MASTERS	3
#define PHOTO_TAGS	16
#define PHOTO_ENTRIES	16

struct photo_master {
	struct smmu3_target	rid;
	struct smmu3_cdtab	*cdtab;
	unsigned int		nr_sids, nr_pasids, ats;
	bool			live;
	struct smmu3_space	*pasid[PHOTO_SSIDS];
	u64			cd[PHOTO_SSIDS][8];
};

struct photo_space {
	unsigned int		uses, nr_tags, nr_entries;
	struct {
		u32 id, users;
		void *smmu;
	}			tag[PHOTO_TAGS];
	struct smmu3_inv_entry	entry[PHOTO_ENTRIES];
};

struct bench_photo {
	struct smmu3_stub	*stub;
	struct smmu3_master	*who[PHOTO_MASTERS];
	unsigned int		nr_masters;
	u64			ste[PHOTO_SIDS][8];
	u32			reg[2][STUB_PAGE_WORDS];
	unsigned long		asids[PHOTO_TAGS], vmids[PHOTO_TAGS];
	struct photo_master	master[PHOTO_MASTERS];
	struct photo_space	space[BENCH_SPACES];
};

static void photo_master(struct photo_master *p, const struct smmu3_master *master)
{
	const struct smmu3_use *use;
	const struct smmu3_cd *cd;
	unsigned int i;

	p->rid = master->rid;
	p->cdtab = master->cdtab;
	p->nr_sids = master->cdtab->nr_sids;
	p->live = master->cdtab->live;
	p->nr_pasids = master->nr_pasids;
	p->ats = master->ats_supported | master->ats_enabled << 1 | master->ats_failed << 2;
	for (i = 0; i < PHOTO_SSIDS; i++) {
		/* The space, not the use: that is another one after an attach that was undone. */
		use = xa_load((struct xarray *)&master->pasids, i);
		p->pasid[i] = use ? use->space : NULL;
		cd = smmu3_cdtab_cd(master->cdtab, i);
		if (cd)
			memcpy(p->cd[i], cd->q, 64);
	}
}

static void photo_space(struct photo_space *p, const struct smmu3_space *space)
{
	const struct smmu3_inv_set *set = rcu_dereference_raw(space->inv);
	const struct smmu3_tag *tag;
	struct list_head *at;
	unsigned int i;

	list_for_each(at, &space->uses)
		p->uses++;
	list_for_each_entry(tag, &space->tags, link) {
		if (p->nr_tags < PHOTO_TAGS) {
			p->tag[p->nr_tags].id = tag->id;
			p->tag[p->nr_tags].users = tag->users;
			p->tag[p->nr_tags].smmu = tag->smmu;
		}
		p->nr_tags++;
	}
	/* Entries without users mean nothing and may come and go. */
	for (i = 0; i < set->nr; i++) {
		if (set->entry[i].users && p->nr_entries < PHOTO_ENTRIES)
			p->entry[p->nr_entries++] = set->entry[i];
	}
}

static void photo_numbers(unsigned long *to, struct xarray *xa)
{
	unsigned long id;
	unsigned int i = 0;
	void *entry;

	xa_for_each(xa, id, entry) {
		if (i < PHOTO_TAGS)
			to[i++] = id;
	}
}

static void photo_take(struct bench_photo *p)
{
	unsigned int i;

	mutex_lock(&smmu3_attach_lock);
	for (i = 0; i < PHOTO_SIDS; i++) {
		const struct smmu3_ste *ste = smmu3_strtab_ste(&p->stub->smmu, i);

		if (ste)
			memcpy(p->ste[i], ste->q, 64);
		else
			p->ste[i][0] = 1;	/* what the table will say when it comes */
	}
	memcpy(p->reg, p->stub->reg, sizeof(p->reg));
	p->reg[0][STUB_CMDQ_PROD / 4] = 0;
	p->reg[0][STUB_CMDQ_CONS / 4] = 0;
	photo_numbers(p->asids, &p->stub->smmu.asids);
	photo_numbers(p->vmids, &p->stub->smmu.vmids);
	for (i = 0; i < p->nr_masters; i++)
		photo_master(&p->master[i], p->who[i]);
	for (i = 0; i < nr_spaces; i++)
		photo_space(&p->space[i], &spaces[i]);
	mutex_unlock(&smmu3_attach_lock);
}

struct bench_photo *bench_photo(struct kunit *test, struct smmu3_stub *stub,
				struct smmu3_master *const *masters, unsigned int nr_masters)
{
	struct bench_photo *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_LE(test, nr_masters, PHOTO_MASTERS);
	p->stub = stub;
	p->nr_masters = nr_masters;
	memcpy(p->who, masters, nr_masters * sizeof(*masters));
	photo_take(p);
	return p;
}

void bench_photo_again(struct bench_photo *photo, struct smmu3_master *first)
{
	struct smmu3_master *who[PHOTO_MASTERS];
	unsigned int nr_masters = photo->nr_masters;
	struct smmu3_stub *stub = photo->stub;

	memcpy(who, photo->who, sizeof(who));
	memset(photo, 0, sizeof(*photo));
	who[0] = first;
	memcpy(photo->who, who, sizeof(who));
	photo->nr_masters = nr_masters;
	photo->stub = stub;
	photo_take(photo);
}

static void same_master(struct kunit *test, const struct photo_master *a,
			const struct photo_master *b, unsigned int i, const char *what)
{
	KUNIT_EXPECT_TRUE_MSG(test, a->rid.kind == b->rid.kind && a->rid.space == b->rid.space,
			      "%s: master %u: what its RID is attached to", what, i);
	KUNIT_EXPECT_EQ_MSG(test, a->nr_pasids, b->nr_pasids, "%s: master %u: SubstreamIDs in use",
			    what, i);
	KUNIT_EXPECT_EQ_MSG(test, a->ats, b->ats, "%s: master %u: ATS state", what, i);
	KUNIT_EXPECT_EQ_MSG(test, a->nr_sids, b->nr_sids,
			    "%s: master %u: StreamIDs of its CD table", what, i);
	KUNIT_EXPECT_EQ_MSG(test, a->live, b->live, "%s: master %u: its CD table is live", what, i);
	KUNIT_EXPECT_TRUE_MSG(test, a->cdtab == b->cdtab, "%s: master %u: another CD table", what,
			      i);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(a->pasid, b->pasid, sizeof(a->pasid)), 0,
			    "%s: master %u: uses of its SubstreamIDs", what, i);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(a->cd, b->cd, sizeof(a->cd)), 0, "%s: master %u: its CDs",
			    what, i);
}

static void same_space(struct kunit *test, const struct photo_space *a, const struct photo_space *b,
		       unsigned int i, const char *what)
{
	KUNIT_EXPECT_EQ_MSG(test, a->uses, b->uses, "%s: space %u: uses", what, i);
	KUNIT_EXPECT_EQ_MSG(test, a->nr_tags, b->nr_tags, "%s: space %u: tags", what, i);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(a->tag, b->tag, sizeof(a->tag)), 0,
			    "%s: space %u: tags and their users", what, i);
	KUNIT_EXPECT_EQ_MSG(test, a->nr_entries, b->nr_entries,
			    "%s: space %u: entries of its invalidation set", what, i);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(a->entry, b->entry, sizeof(a->entry)), 0,
			    "%s: space %u: its invalidation set", what, i);
}

void bench_expect_unchanged(struct kunit *test, const struct bench_photo *before, const char *what)
{
	struct bench_photo *now = kvzalloc(sizeof(*now), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, now);
	now->stub = before->stub;
	now->nr_masters = before->nr_masters;
	memcpy(now->who, before->who, sizeof(now->who));
	photo_take(now);
	for (i = 0; i < PHOTO_SIDS; i++)
		KUNIT_EXPECT_EQ_MSG(test, memcmp(now->ste[i], before->ste[i], 64), 0,
				    "%s: the STE of SID %#x", what, i);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(now->reg, before->reg, sizeof(now->reg)), 0,
			    "%s: registers", what);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(now->asids, before->asids, sizeof(now->asids)), 0,
			    "%s: ASIDs in use", what);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(now->vmids, before->vmids, sizeof(now->vmids)), 0,
			    "%s: VMIDs in use", what);
	for (i = 0; i < now->nr_masters; i++)
		same_master(test, &before->master[i], &now->master[i], i, what);
	for (i = 0; i < nr_spaces; i++)
		same_space(test, &before->space[i], &now->space[i], i, what);
	kvfree(now);
}
