// SPDX-License-Identifier: GPL-2.0-only
/*
 * streams/<sid>/ste: the entry that the SMMU reads, beside the one that the driver believes in.
 *
 * ARM IHI 0070, 5.1, 5.2. Beside the layers.
 */
#include <linux/bitfield.h>
#include <linux/seq_file.h>
#include "../core/attach.h"
#include "../core/master.h"
#include "../hw/device.h"
#include "views.h"

static void ste_make_parked(const struct smmu3_stream *stream, struct smmu3_ste *ste)
{
	if (stream->held_bypass)
		smmu3_ste_make_bypass(ste,
				      smmu3_device_has(stream->smmu, SMMU3_FEAT_ATTR_TYPES_OVR));
	else
		smmu3_ste_make_abort(ste);
}

static bool ste_equal(const struct smmu3_ste *a, const struct smmu3_ste *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/*
 * Masters that share a stream are attached one after the other, and the last one wrote the entry:
 * so it is right if it is what any of them asks for.
 */
static bool ste_believe(const struct smmu3_stream *stream, const struct smmu3_ste *seen,
			struct smmu3_ste *want)
{
	struct smmu3_master_stream *ms;

	lockdep_assert_held(&smmu3_attach_lock);
	ste_make_parked(stream, want);
	list_for_each_entry(ms, &stream->masters, link) {
		const struct smmu3_master *master = ms->master;

		smmu3_attach_make_ste(master, want, &master->rid, master->nr_pasids,
				      master->ats_enabled);
		if (ste_equal(want, seen))
			break;
	}
	return ste_equal(want, seen);
}

/* A new master leaves the entry as it was, abort or bypass, until something is attached. */
static bool ste_untouched(const struct smmu3_stream *stream, const struct smmu3_ste *seen)
{
	u64 config = FIELD_GET(STE_CONFIG, le64_to_cpu(seen->q[0]));
	struct smmu3_master_stream *ms;

	list_for_each_entry(ms, &stream->masters, link) {
		if (ms->master->attached)
			return false;
	}
	return !list_empty(&stream->masters) &&
	       (config == STE_CONFIG_ABORT || config == STE_CONFIG_BYPASS);
}

static void ste_print_l1(struct seq_file *m, const struct smmu3_device *smmu, u32 sid,
			 const struct smmu3_ste *entry)
{
	const struct smmu3_strtab *tab = &smmu->strtab;
	const struct smmu3_ste *l2 = entry - (sid & ((1U << tab->geom.split) - 1));
	u32 i = sid >> tab->geom.split;
	u64 raw, want;

	if (!tab->geom.two_level)
		return;
	raw = le64_to_cpu(READ_ONCE(tab->l1[i]));
	want = smmu3_ste_l1_make(smmu3_peek_pa(l2), tab->geom.split);
	seq_printf(m, "l1: index %#x raw 0x%016llx L2Ptr=%#llx Span=%llu\n", i, raw,
		   raw & STE_L1_L2PTR, FIELD_GET(STE_L1_SPAN, raw));
	if (raw != want)
		seq_printf(m, "MISMATCH: l1 memory 0x%016llx driver 0x%016llx\n", raw, want);
}

static void ste_print(struct seq_file *m, const struct smmu3_ste *seen)
{
	char text[256];
	unsigned int i;

	for (i = 0; i < SMMU3_ENTRY_QWORDS; i++)
		seq_printf(m, "word%u: 0x%016llx\n", i, le64_to_cpu(seen->q[i]));
	smmu3_ste_to_text(text, sizeof(text), seen);
	seq_printf(m, "text: %s\n", text);
}

static void ste_print_mismatch(struct seq_file *m, const struct smmu3_ste *seen,
			       const struct smmu3_ste *want)
{
	char text[256];
	unsigned int i;

	for (i = 0; i < SMMU3_ENTRY_QWORDS; i++) {
		if (seen->q[i] != want->q[i])
			seq_printf(m, "MISMATCH: word%u memory 0x%016llx driver 0x%016llx\n", i,
				   le64_to_cpu(seen->q[i]), le64_to_cpu(want->q[i]));
	}
	smmu3_ste_to_text(text, sizeof(text), want);
	seq_printf(m, "MISMATCH: driver %s\n", text);
}

static void ste_print_devices(struct seq_file *m, const struct smmu3_stream *stream)
{
	struct smmu3_master_stream *ms;
	struct smmu3_stream_hold *hold;

	if (list_empty(&stream->masters))
		seq_puts(m, "device: (no device)\n");
	list_for_each_entry(ms, &stream->masters, link)
		seq_printf(m, "device: %s\n", dev_name(ms->master->dev));
	if (stream->held_bypass)
		seq_printf(m, "held_bypass: %s\n", stream->note ?: "yes");
	list_for_each_entry(hold, &stream->held_for, link)
		seq_printf(m, "held_for: %s\n", dev_name(hold->dev));
}

static void ste_show_locked(struct seq_file *m, const struct smmu3_stream *stream)
{
	const struct smmu3_ste *entry = smmu3_strtab_ste(stream->smmu, stream->sid);
	struct smmu3_ste seen, want;

	ste_print_devices(m, stream);
	if (!entry) {
		seq_puts(m, "text: none, the stream table has no entry for this StreamID\n");
		return;
	}
	seen = *entry;
	ste_print_l1(m, stream->smmu, stream->sid, entry);
	seq_printf(m, "address: %#llx\n", (u64)smmu3_peek_pa(entry));
	ste_print(m, &seen);
	if (ste_believe(stream, &seen, &want))
		return;
	if (ste_untouched(stream, &seen))
		seq_puts(m, "note: nothing has been attached yet\n");
	else
		ste_print_mismatch(m, &seen, &want);
}

int smmu3_debug_ste_show(struct seq_file *m, void *unused)
{
	const struct smmu3_stream *stream = m->private;

	seq_printf(m, "# STE of StreamID %#x as %s reads it\n", stream->sid,
		   dev_name(stream->smmu->dev));
	mutex_lock(&smmu3_attach_lock);
	ste_show_locked(m, stream);
	mutex_unlock(&smmu3_attach_lock);
	return 0;
}
