// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices and spaces for the tests of layer 2, and their whole state as a text. Layer: tests.
 */
#include <stdarg.h>
#include "core/tag.h"
#include "world.h"

static void space_make(struct smmu3_space *space, unsigned int i)
{
	smmu3_space_init(space);
	space->stage = i < 4 ? SMMU3_STAGE1 : SMMU3_STAGE2;
	space->granule_lg2 = 12;
	space->va_bits = i < 4 ? 48 : 40;
	space->oas = 48;
	space->owner_name = "test";
	space->cd = (struct smmu3_cd_s1) { .ttb = WORLD_TTB(i), .mair = 0xff, .t0sz = 16, .ir0 = 1,
					   .or0 = 1, .sh0 = 3, .ips = 5 };
	space->s2 = (struct smmu3_ste_s2) { .ttb = WORLD_TTB(i), .t0sz = 24, .sl0 = 1, .ir0 = 1,
					    .or0 = 1, .sh0 = 3, .ps = 5 };
}

static void master_make(struct kunit *test, struct world *w, unsigned int i, struct stub *s,
			const u32 *sids, unsigned int nr, bool ats)
{
	static const char * const names[] = { "pci0", "pci1", "pci2" };
	const struct smmu3_master_fw fw = { .rc_ats = ats };
	struct pci_dev *pdev = &w->pdev[i];

	pdev->dev.name = names[i];
	pdev->dev.is_pci = true;
	pdev->max_pasids = 256;
	pdev->ats_cap = ats;
	w->master[i] = smmu3_master_alloc(&s->smmu, &pdev->dev, sids, nr, &fw);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, w->master[i]);
}

struct world *world_make(struct kunit *test, const struct stub_cfg *cfg, bool two_smmus, bool ats)
{
	struct world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct stub_cfg with = *cfg;

	if (ats)
		with.idr0 |= STUB_IDR0_ATS;
	w->s[0] = stub_start(test, &with);
	if (two_smmus)
		w->s[1] = stub_start(test, &with);
	for (w->nr_spaces = 0; w->nr_spaces < WORLD_SPACES; w->nr_spaces++)
		space_make(&w->space[w->nr_spaces], w->nr_spaces);
	master_make(test, w, 0, w->s[0], (u32 []) { 8, 9, 8 }, 3, ats);
	master_make(test, w, 1, w->s[0], (u32 []) { 16 }, 1, ats);
	if (two_smmus)
		master_make(test, w, 2, w->s[1], (u32 []) { 32 }, 1, ats);
	return w;
}

void world_free(struct kunit *test, struct world *w)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(w->master); i++) {
		if (w->master[i])
			smmu3_master_free(w->master[i]);
		KUNIT_EXPECT_FALSE_MSG(test, w->pdev[i].ats_on,
				       "ATS of device %u is off when its master has gone", i);
		KUNIT_EXPECT_FALSE_MSG(test, w->pdev[i].pasid_on, "and PASID of device %u", i);
	}
	for (i = 0; i < w->nr_spaces; i++)
		smmu3_space_fini(&w->space[i]);
	for (i = 0; i < 2; i++) {
		if (!w->s[i])
			continue;
		KUNIT_EXPECT_TRUE_MSG(test, xa_empty(&w->s[i]->smmu.asids),
				      "all ASIDs are given back");
		KUNIT_EXPECT_TRUE_MSG(test, xa_empty(&w->s[i]->smmu.vmids),
				      "all VMIDs are given back");
		KUNIT_EXPECT_EQ_MSG(test, w->s[i]->nr_illegal, 0,
				    "no command that the SMMU does not accept");
		smmu3_stream_free_all(&w->s[i]->smmu);
	}
}

/* ---------------------------------------------------------------- state as text */

struct text {
	char *buf;
	size_t sz, len;
};

__printf(2, 3) static void add(struct text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	t->len += vscnprintf(t->buf + t->len, t->sz - t->len, fmt, args);
	va_end(args);
}

static void add_words(struct text *t, const char *what, unsigned int i, unsigned int sid,
		      const __le64 *q)
{
	add(t, "%s %u.%#x: %llx %llx %llx %llx\n", what, i, sid, le64_to_cpu(q[0]),
	    le64_to_cpu(q[1]), le64_to_cpu(q[2]), le64_to_cpu(q[3]));
}

static void add_master(struct text *t, const struct world *w, unsigned int i)
{
	const struct smmu3_master *m = w->master[i];
	const struct smmu3_cd *cd;
	struct smmu3_use *use;
	unsigned long ssid;
	unsigned int j;

	add(t, "master %u: rid %d space %d pasids %u ats %d/%d failed %d device ats %d live %d\n",
	    i, m->rid.kind, m->rid.kind == SMMU3_TRANSLATE ? (int)(m->rid.space - w->space) : -1,
	    m->nr_pasids, m->ats_enabled, m->ats_supported, m->ats_failed, w->pdev[i].ats_on,
	    m->cdtab->live);
	xa_for_each(&m->pasids, ssid, use)
		add(t, "  pasid %lu space %d tag %u ats %d\n", ssid, (int)(use->space - w->space),
		    use->tag->id, use->ats);
	for (j = 0; j < m->nr_streams; j++)
		add_words(t, "STE", i, m->streams[j].stream->sid,
			  smmu3_strtab_ste(m->smmu, m->streams[j].stream->sid)->q);
	/* A leaf that was added and holds nothing is no change. */
	for (j = 0; j < 1u << m->cdtab->geom.cdmax_lg2; j++) {
		cd = smmu3_cdtab_cd(m->cdtab, j);
		if (cd && cd->q[0])
			add_words(t, "CD", i, j, cd->q);
	}
}

static void add_space(struct text *t, const struct world *w, unsigned int i)
{
	const struct smmu3_space *space = &w->space[i];
	const struct smmu3_inv_set *set = space->inv;
	struct smmu3_tag *tag;
	struct smmu3_use *use;
	unsigned int j;

	add(t, "space %u:\n", i);
	list_for_each_entry(tag, &space->tags, link)
		add(t, "  tag %u on %s users %u\n", tag->id, tag->smmu->dev->name, tag->users);
	list_for_each_entry(use, &space->uses, link)
		add(t, "  use %s ssid %u tag %u ats %d\n", use->master->dev->name, use->ssid,
		    use->tag->id, use->ats);
	for (j = 0; j < set->nr; j++) {
		if (set->entry[j].users)
			add(t, "  inv %s kind %d tag %u sid %#x ssid %u users %u\n",
			    set->entry[j].smmu->dev->name, set->entry[j].kind, set->entry[j].tag,
			    set->entry[j].sid, set->entry[j].ssid, set->entry[j].users);
	}
}

void world_text(const struct world *w, char *buf, size_t sz)
{
	struct text t = { buf, sz, 0 };
	unsigned long id;
	unsigned int i;
	void *entry;

	buf[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(w->master); i++) {
		if (w->master[i])
			add_master(&t, w, i);
	}
	for (i = 0; i < w->nr_spaces; i++)
		add_space(&t, w, i);
	for (i = 0; i < 2 && w->s[i]; i++) {
		xa_for_each(&w->s[i]->smmu.asids, id, entry)
			add(&t, "ASID %u.%lu\n", i, id);
		xa_for_each(&w->s[i]->smmu.vmids, id, entry)
			add(&t, "VMID %u.%lu\n", i, id);
	}
}

void world_expect_same(struct kunit *test, const char *before, const char *after, const char *what)
{
	size_t i = 0, start = 0;

	if (!strcmp(before, after))
		return;
	for (; before[i] == after[i]; i++) {
		if (before[i] == '\n')
			start = i + 1;
	}
	KUNIT_FAIL(test, "%s: state has changed: was \"%.*s\", is \"%.*s\"", what,
		   (int)strcspn(before + start, "\n"), before + start,
		   (int)strcspn(after + start, "\n"), after + start);
}

int world_attach(struct world *w, unsigned int master, enum smmu3_target_kind kind,
		 unsigned int space)
{
	const struct smmu3_target target = {
		.kind = kind, .space = kind == SMMU3_TRANSLATE ? &w->space[space] : NULL,
	};

	return smmu3_attach_rid(w->master[master], &target);
}
