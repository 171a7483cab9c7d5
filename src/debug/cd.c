// SPDX-License-Identifier: GPL-2.0-only
/*
 * streams/<sid>/cd: the CD table that the SMMU reads, beside what the driver believes in.
 *
 * ARM IHI 0070, 5.3, 5.4. Beside the layers.
 *
 * Position 0 is the table's shape, position n + 1 SubstreamID n: the file may be long, and the
 * attach lock is let go between two buffers of it.
 */
#include <linux/bitfield.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include "../core/attach.h"
#include "../core/master.h"
#include "../core/space.h"
#include "../hw/device.h"
#include "views.h"

/* What the state of a master asks for at a SubstreamID; false: no CD. */
static bool cd_asked_by(struct smmu3_master *master, u32 ssid, struct smmu3_cd *cd)
{
	const struct smmu3_use *use = NULL;

	if (ssid)
		use = xa_load(&master->pasids, ssid);
	else if (master->rid.kind == SMMU3_TRANSLATE && master->rid.space->stage == SMMU3_STAGE1)
		use = &master->rid_use;
	if (!use)
		return false;
	smmu3_attach_make_cd(cd, use);
	return true;
}

/*
 * Memory is right if it is what any of the masters asks for; absent, if nobody asks for anything.
 */
static bool cd_believe(struct smmu3_stream *stream, u32 ssid, const struct smmu3_cd *seen,
		       struct smmu3_cd *want)
{
	struct smmu3_master_stream *ms;
	struct smmu3_cd cd;

	smmu3_cd_make_absent(want);
	list_for_each_entry(ms, &stream->masters, link) {
		if (!cd_asked_by(ms->master, ssid, &cd))
			continue;
		*want = cd;
		if (!memcmp(&cd, seen, sizeof(cd)))
			return true;
	}
	return !memcmp(want, seen, sizeof(*want));
}

static void cd_print(struct seq_file *m, struct smmu3_stream *stream, u32 ssid,
		     const struct smmu3_cd *entry)
{
	const struct smmu3_cd seen = *entry;
	struct smmu3_cd want;
	unsigned int i;
	char text[256];

	seq_printf(m, "ssid: %#x\naddress: %#llx\n", ssid, (u64)smmu3_peek_pa(entry));
	for (i = 0; i < SMMU3_ENTRY_QWORDS; i++)
		seq_printf(m, "word%u: 0x%016llx\n", i, le64_to_cpu(seen.q[i]));
	smmu3_cd_to_text(text, sizeof(text), &seen);
	seq_printf(m, "text: %s\n", text);
	if (cd_believe(stream, ssid, &seen, &want))
		return;
	for (i = 0; i < SMMU3_ENTRY_QWORDS; i++) {
		if (seen.q[i] != want.q[i])
			seq_printf(m, "MISMATCH: word%u memory 0x%016llx driver 0x%016llx\n", i,
				   le64_to_cpu(seen.q[i]), le64_to_cpu(want.q[i]));
	}
	smmu3_cd_to_text(text, sizeof(text), &want);
	seq_printf(m, "MISMATCH: driver %s\n", text);
}

/*
 * A SubstreamID that should have a CD and whose CD is all zero would not be met by going through
 * the table.
 */
static void cd_print_missing(struct seq_file *m, struct smmu3_master *master)
{
	const struct smmu3_cdtab *tab = master->cdtab;
	const struct smmu3_cd *cd;
	struct smmu3_use *use;
	struct smmu3_cd want;
	unsigned long ssid;

	cd = smmu3_cdtab_cd(tab, 0);
	if (cd_asked_by(master, 0, &want) && (!cd || !memchr_inv(cd, 0, sizeof(*cd))))
		seq_puts(m, "MISMATCH: ssid 0x0 has no CD, the driver believes in one\n");
	xa_for_each(&master->pasids, ssid, use) {
		cd = smmu3_cdtab_cd(tab, ssid);
		if (!cd || !memchr_inv(cd, 0, sizeof(*cd)))
			seq_printf(m, "MISMATCH: ssid %#lx has no CD, the driver believes in one\n",
				   ssid);
	}
}

static void cd_print_leaves(struct seq_file *m, const struct smmu3_cdtab *tab)
{
	unsigned int i, nr = 1U << (tab->geom.cdmax_lg2 - tab->geom.leaf_lg2);

	for (i = 0; tab->l1 && i < nr; i++) {
		u64 raw = le64_to_cpu(READ_ONCE(tab->l1[i]));
		u64 want = tab->leaf[i] ? smmu3_cd_l1_make(tab->leaf_dma[i]) : 0;

		if (!raw && !want)
			continue;
		seq_printf(m, "l1: index %#x raw 0x%016llx L2Ptr=%#llx V=%u\n", i, raw,
			   raw & CD_L1_L2PTR, !!(raw & CD_L1_V));
		if (raw != want)
			seq_printf(m, "MISMATCH: l1 memory 0x%016llx driver 0x%016llx\n", raw,
				   want);
	}
}

static void cd_print_shape(struct seq_file *m, struct smmu3_stream *stream)
{
	struct smmu3_master *master = smmu3_peek_master(stream);
	const struct smmu3_cdtab *tab;
	unsigned int i;

	seq_printf(m, "# CD table of StreamID %#x as %s reads it\n", stream->sid,
		   dev_name(stream->smmu->dev));
	if (!master) {
		seq_puts(m, "table: none, the stream has no device\n");
		return;
	}
	tab = master->cdtab;
	if (!tab->l1 && !tab->linear) {
		seq_puts(m, "table: none, never needed so far\n");
		return;
	}
	seq_printf(m, "table: %s at %#llx, %u CDs, %zu bytes\n",
		   tab->geom.two_level ? "two levels" : "linear", (u64)tab->dma,
		   1U << tab->geom.cdmax_lg2, smmu3_cdtab_mem(tab));
	seq_printf(m, "in_use: %s\n", tab->live ? "yes, an STE points here" : "no");
	seq_puts(m, "stream_ids:");
	for (i = 0; i < tab->nr_sids; i++)
		seq_printf(m, " %#x", tab->sids[i]);
	seq_puts(m, "\n");
	if (tab->geom.two_level)
		cd_print_leaves(m, tab);
	cd_print_missing(m, master);
}

/* The position of the first CD at or after SubstreamID @ssid. */
static void *cd_find(struct smmu3_stream *stream, u32 ssid, loff_t *pos)
{
	const struct smmu3_master *master = smmu3_peek_master(stream);
	const struct smmu3_cd *cd = master ? smmu3_peek_next_cd(master->cdtab, &ssid) : NULL;

	*pos = (loff_t)ssid + 1;
	return (void *)cd;
}

static void *cd_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&smmu3_attach_lock);
	return *pos ? cd_find(m->private, *pos - 1, pos) : SEQ_START_TOKEN;
}

static void *cd_next(struct seq_file *m, void *v, loff_t *pos)
{
	/* Position p shows SubstreamID p - 1, so what follows is p itself. */
	return cd_find(m->private, *pos, pos);
}

static void cd_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&smmu3_attach_lock);
}

static int cd_show(struct seq_file *m, void *v)
{
	if (v == SEQ_START_TOKEN)
		cd_print_shape(m, m->private);
	else
		cd_print(m, m->private, m->index - 1, v);
	return 0;
}

static const struct seq_operations smmu3_debug_cd_sops = {
	.start = cd_start, .next = cd_next, .stop = cd_stop, .show = cd_show,
};

static int cd_open(struct inode *inode, struct file *file)
{
	int ret = seq_open(file, &smmu3_debug_cd_sops);

	if (!ret)
		((struct seq_file *)file->private_data)->private = inode->i_private;
	return ret;
}

const struct file_operations smmu3_debug_cd_fops = {
	.owner = THIS_MODULE,
	.open = cd_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release,
};
