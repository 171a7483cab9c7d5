// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices over a register model (src/core/master, stream): what they need to be taken, what they
 * share, and what they leave behind. Layer: tests.
 */
#include "core/inv.h"
#include "world.h"

/* ---------------------------------------------------------------- masters and their streams */

static void streams_out_of_range(struct kunit *test)
{
	struct stub *s = stub_start(test, &(struct stub_cfg) {});
	const struct smmu3_master_fw fw = {};
	struct device dev = { .name = "dev" };
	struct smmu3_master *m;

	m = smmu3_master_alloc(&s->smmu, &dev, (u32 []) { 3, 256 }, 2, &fw);
	KUNIT_EXPECT_EQ_MSG(test, IS_ERR(m) ? PTR_ERR(m) : 0, -ERANGE, "a StreamID beyond SIDSIZE");
	m = smmu3_master_alloc(&s->smmu, &dev, (u32 []) { 0xffffffff }, 1, &fw);
	KUNIT_EXPECT_EQ_MSG(test, IS_ERR(m) ? PTR_ERR(m) : 0, -ERANGE,
			    "a StreamID far beyond SIDSIZE");
	m = smmu3_master_alloc(&s->smmu, &dev, NULL, 0, &fw);
	KUNIT_EXPECT_EQ_MSG(test, IS_ERR(m) ? PTR_ERR(m) : 0, -EINVAL, "no StreamID");
	smmu3_stream_free_all(&s->smmu);
}

/* Two devices with one StreamID (behind a bridge): one goes, the entry stays the other's. */
static void shared_stream(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);
	struct pci_dev other = { .dev = { .name = "other", .is_pci = true }, .max_pasids = 256 };
	const struct smmu3_master_fw fw = {};
	struct smmu3_master *m =
		smmu3_master_alloc(&w->s[0]->smmu, &other.dev, (u32[]){ 16 }, 1, &fw);
	const struct smmu3_target target = { .kind = SMMU3_TRANSLATE, .space = &w->space[0] };
	u64 w0;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, m);
	KUNIT_EXPECT_TRUE_MSG(test, m->cdtab == w->master[1]->cdtab, "they share the CD table");
	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 1, SMMU3_TRANSLATE, 0), 0, "one");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_rid(m, &target), 0,
			    "and the other, to the same space");
	w0 = le64_to_cpu(smmu3_strtab_ste(&w->s[0]->smmu, 16)->q[0]);
	KUNIT_EXPECT_EQ_MSG(test, w0 >> 1 & 7, 5, "stage 1");
	smmu3_master_free(m);
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(smmu3_strtab_ste(&w->s[0]->smmu, 16)->q[0]), w0,
			    "the entry stays");
	KUNIT_EXPECT_NE_MSG(test, smmu3_cdtab_cd(w->master[1]->cdtab, 0)->q[0] & 1ULL << 31, 0,
			    "and the CD");
	smmu3_master_free(w->master[1]);
	w->master[1] = NULL;
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(smmu3_strtab_ste(&w->s[0]->smmu, 16)->q[0]), 1,
			    "with the last the stream aborts");
	world_free(test, w);
}

static void held_in_bypass(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);
	struct smmu3_ste *ste;

	KUNIT_ASSERT_EQ_MSG(test,
			    smmu3_stream_hold_bypass(&w->s[0]->smmu, 77, "a disk was there first"),
			    0, "held");
	ste = smmu3_strtab_ste(&w->s[0]->smmu, 77);
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(ste->q[0]), 9, "bypass");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stream_hold_bypass(&w->s[0]->smmu, 256, "x"), -ERANGE,
			    "not beyond SIDSIZE");
	world_free(test, w);
}

/* A disk in use behind a bridge whose StreamID a second device shares. */
static void held_for_devices(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);
	struct device disk = { .name = "disk", .driver = "nvme" },
		      other = { .name = "other", .driver = "net" };
	struct smmu3_device *smmu = &w->s[0]->smmu;
	const struct smmu3_master_fw fw = {};
	struct smmu3_master *m;
	struct smmu3_ste *ste;
	u32 sid = 77;

	KUNIT_ASSERT_EQ_MSG(test, smmu3_stream_hold_for(smmu, sid, &disk, "in use"), 1, "held");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stream_hold_for(smmu, sid, &disk, "in use"), 0,
			    "once is enough");
	ste = smmu3_strtab_ste(smmu, sid);
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(ste->q[0]), 9, "bypass");
	KUNIT_EXPECT_EQ_MSG(test, disk.refs, 1, "the device stays in memory");

	m = smmu3_master_alloc(smmu, &other, &sid, 1, &fw);
	KUNIT_EXPECT_TRUE_MSG(test, m == ERR_PTR(-EBUSY),
			      "nobody else may have the stream translated");
	m = smmu3_master_alloc(smmu, &disk, &sid, 1, &fw);
	KUNIT_EXPECT_TRUE_MSG(test, m == ERR_PTR(-EBUSY),
			      "not even the disk now that the other is in use, too");
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(ste->q[0]), 9, "still bypass");

	other.driver = NULL;
	m = smmu3_master_alloc(smmu, &disk, &sid, 1, &fw);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(m), "bound anew");
	KUNIT_EXPECT_EQ_MSG(test, disk.refs + other.refs, 0, "nobody holds a device");
	KUNIT_EXPECT_FALSE_MSG(test, smmu3_stream_find(smmu, sid)->held_bypass,
			       "the hold has ended");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_stream_hold_for(smmu, sid, &other, "in use"), -EBUSY,
			    "it has a master");
	smmu3_master_free(m);
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(ste->q[0]), 1, "without the disk it aborts");

	KUNIT_EXPECT_EQ_MSG(test, smmu3_stream_hold_for(smmu, sid, &other, "in use"), 1,
			    "held until the SMMU goes");
	world_free(test, w);
	stub_exit(test);
	KUNIT_EXPECT_EQ_MSG(test, other.refs, 0, "nobody holds a device");
}

/* The capability is there, and the kernel refuses to enable it. */
static void pasids_cannot_be_enabled(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, false);
	struct pci_dev pdev = { .dev = { .name = "plain", .is_pci = true },
				.max_pasids = 256,
				.pasid_refuses = true };
	const struct smmu3_target target = { .kind = SMMU3_TRANSLATE, .space = &w->space[0] };
	const struct smmu3_master_fw fw = {};
	struct smmu3_master *m =
		smmu3_master_alloc(&w->s[0]->smmu, &pdev.dev, (u32[]){ 40 }, 1, &fw);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, m);
	KUNIT_EXPECT_EQ_MSG(test, m->ssid_bits, 0, "no SubstreamIDs");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_attach_pasid(m, 1, &w->space[1]), -ERANGE, "PASID 1");
	KUNIT_EXPECT_EQ_MSG(test, smmu3_attach_rid(m, &target), 0, "all else works");
	pdev.pasid_on = true;
	smmu3_master_free(m);
	KUNIT_EXPECT_TRUE_MSG(test, pdev.pasid_on, "what was not enabled here is left alone");
	world_free(test, w);
}

/* A driver has left without a word about its PASIDs: with the device they go, tags and all. */
static void pasids_forgotten(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);
	struct smmu3_master *m = w->master[1];
	struct smmu3_cdtab *cdtab = m->cdtab;
	unsigned int i;

	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 1, SMMU3_TRANSLATE, 0), 0, "the RID");
	for (i = 1; i < 4; i++)
		KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(m, i, &w->space[i]), 0, "PASID %u", i);
	/* Another of the same table's spaces is still in use by the other device. */
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_pasid(w->master[0], 1, &w->space[1]), 0,
			    "one domain, two devices");
	mutex_lock(&smmu3_attach_lock);
	smmu3_attach_release(m);
	mutex_unlock(&smmu3_attach_lock);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ_MSG(test, smmu3_cdtab_cd(cdtab, i)->q[0] & 1ULL << 31, 0,
				    "CD %u is not valid", i);
	KUNIT_EXPECT_TRUE_MSG(test, xa_empty(&m->pasids), "none is left");
	for (i = 2; i < 4; i++)
		KUNIT_EXPECT_TRUE_MSG(test, list_empty(&w->space[i].tags), "the tag of space %u",
				      i);
	KUNIT_EXPECT_FALSE_MSG(test, list_empty(&w->space[1].tags), "the other device's stays");
	world_free(test, w);
}

/* A second device comes with the StreamID of one that uses ATS: neither uses it from then on. */
static void shared_stream_has_no_ats(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);
	struct pci_dev other = { .dev = { .name = "other", .is_pci = true }, .ats_cap = true };
	const struct smmu3_target target = { .kind = SMMU3_TRANSLATE, .space = &w->space[0] };
	const struct smmu3_master_fw fw = { .rc_ats = true };
	struct smmu3_ste *ste = smmu3_strtab_ste(&w->s[0]->smmu, 16);
	struct smmu3_master *m;
	unsigned int i;

	KUNIT_ASSERT_EQ_MSG(test, world_attach(w, 1, SMMU3_TRANSLATE, 0), 0, "one");
	KUNIT_ASSERT_TRUE_MSG(test, w->pdev[1].ats_on, "it uses ATS");
	KUNIT_ASSERT_EQ_MSG(test, le64_to_cpu(ste->q[1]) >> 28 & 3, 1, "and may");
	stub_log_clear(w->s[0]);
	stub_watch(w->s[0], ste, sizeof(*ste));
	m = smmu3_master_alloc(&w->s[0]->smmu, &other.dev, (u32[]){ 16 }, 1, &fw);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, m);
	KUNIT_EXPECT_FALSE_MSG(test, w->pdev[1].ats_on, "it does not any more");
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(ste->q[1]) >> 28 & 3, 0, "nor may it");
	KUNIT_EXPECT_LT_MSG(test, stub_find(w->s[0], STUB_ATS_OFF, 0),
			    stub_find(w->s[0], STUB_STORE, 0), "the device was told first");
	KUNIT_ASSERT_EQ_MSG(test, smmu3_attach_rid(m, &target), 0, "the other");
	KUNIT_EXPECT_FALSE_MSG(test, other.ats_on, "nor does that one");
	for (i = 0; i < w->space[0].inv->nr; i++)
		KUNIT_EXPECT_TRUE_MSG(test,
				      w->space[0].inv->entry[i].kind == SMMU3_INV_TLB ||
					      !w->space[0].inv->entry[i].users,
				      "no unmap asks an ATC");
	smmu3_master_free(m);
	world_free(test, w);
}

/* What the first of two says of page requests is in the entry that either makes. */
static void shared_stream_has_one_entry(struct kunit *test)
{
	struct world *w = world_make(test, &(struct stub_cfg) {}, false, true);
	struct pci_dev other = { .dev = { .name = "other", .is_pci = true }, .ats_cap = true };
	const struct smmu3_target bypass = { .kind = SMMU3_IDENTITY };
	const struct smmu3_master_fw fw = { .rc_ats = true };
	struct smmu3_ste of_first, of_second;
	struct smmu3_master *m;

	w->master[1]->streams[0].stream->prg_pasid = true;
	m = smmu3_master_alloc(&w->s[0]->smmu, &other.dev, (u32[]){ 16 }, 1, &fw);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, m);
	mutex_lock(&smmu3_attach_lock);
	smmu3_attach_make_ste(w->master[1], &of_first, &bypass, false, false);
	smmu3_attach_make_ste(m, &of_second, &bypass, false, false);
	mutex_unlock(&smmu3_attach_lock);
	KUNIT_EXPECT_EQ_MSG(test, le64_to_cpu(of_first.q[1]) >> 18 & 1, 1, "PPAR");
	KUNIT_EXPECT_MEMEQ_MSG(test, &of_first, &of_second, sizeof(of_first),
			       "one replaces the other and changes nothing");
	smmu3_master_free(m);
	world_free(test, w);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(streams_out_of_range),
	KUNIT_CASE(shared_stream),
	KUNIT_CASE(held_in_bypass),
	KUNIT_CASE(held_for_devices),
	KUNIT_CASE(pasids_cannot_be_enabled),
	KUNIT_CASE(pasids_forgotten),
	KUNIT_CASE(shared_stream_has_no_ats),
	KUNIT_CASE(shared_stream_has_one_entry),
	{}
};

static struct kunit_suite core_master_suite = {
	.name = "smmu3_host_master",
	.exit = stub_exit,
	.test_cases = cases,
};

kunit_test_suite(core_master_suite);
