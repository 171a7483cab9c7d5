// SPDX-License-Identifier: GPL-2.0-only
/*
 * streams/table: the stream table, one line for each StreamID, device or no device.
 *
 * ARM IHI 0070, 3.3.1, 5.2. Beside the layers. Of a linear table, which may have 65536 entries,
 * those that abort and never had a device are left out.
 *
 * Position 0 is the header, position n + 1 StreamID n.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include "../core/master.h"
#include "../core/stream.h"
#include "../hw/device.h"
#include "views.h"

static bool table_is_idle(const struct smmu3_ste *entry)
{
	struct smmu3_ste abort;

	smmu3_ste_make_abort(&abort);
	return !memcmp(entry, &abort, sizeof(abort));
}

static bool table_wants(struct smmu3_device *smmu, u32 sid, const struct smmu3_ste *entry)
{
	return smmu->strtab.geom.two_level || !table_is_idle(entry) || smmu3_stream_find(smmu, sid);
}

/* The first entry at or after StreamID @sid; u64, because StreamIDs may have 32 bits. */
static void *table_find(struct smmu3_device *smmu, u64 sid, loff_t *pos)
{
	u64 step = 1ULL << smmu->strtab.geom.split;
	struct smmu3_ste *entry = NULL;

	while (!(sid >> smmu->strtab.geom.sid_bits)) {
		entry = smmu3_strtab_ste(smmu, sid);
		if (entry && table_wants(smmu, sid, entry))
			break;
		sid = entry ? sid + 1 : (sid | (step - 1)) + 1;
		entry = NULL;
		if (!(sid & 0xffff))
			cond_resched();
	}
	*pos = sid + 1;
	return entry;
}

static void *table_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&smmu3_attach_lock);
	return *pos ? table_find(m->private, *pos - 1, pos) : SEQ_START_TOKEN;
}

static void *table_next(struct seq_file *m, void *v, loff_t *pos)
{
	return table_find(m->private, *pos, pos);
}

static void table_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&smmu3_attach_lock);
}

static int table_show(struct seq_file *m, void *v)
{
	struct smmu3_device *smmu = m->private;
	const struct smmu3_strtab *tab = &smmu->strtab;
	const struct smmu3_master *master = NULL;
	struct smmu3_stream *stream;
	struct smmu3_ste seen;
	char text[256];

	if (v == SEQ_START_TOKEN) {
		seq_printf(m, "# stream table of %s: %s, %u StreamID bits, %zu bytes, at %#llx\n",
			   dev_name(smmu->dev), tab->geom.two_level ? "two levels" : "linear",
			   tab->geom.sid_bits, smmu3_strtab_mem(smmu), (u64)tab->dma);
		seq_puts(m, "# sid device word0 word1 word2 word3 text\n");
		return 0;
	}
	seen = *(const struct smmu3_ste *)v;
	stream = smmu3_stream_find(smmu, m->index - 1);
	if (stream)
		master = smmu3_peek_master(stream);
	smmu3_ste_to_text(text, sizeof(text), &seen);
	seq_printf(m, "%#llx %s 0x%016llx 0x%016llx 0x%016llx 0x%016llx %s\n", (u64)m->index - 1,
		   master ? dev_name(master->dev) : "-", le64_to_cpu(seen.q[0]),
		   le64_to_cpu(seen.q[1]), le64_to_cpu(seen.q[2]), le64_to_cpu(seen.q[3]), text);
	return 0;
}

static const struct seq_operations smmu3_debug_table_sops = {
	.start = table_start, .next = table_next, .stop = table_stop, .show = table_show,
};

static int table_open(struct inode *inode, struct file *file)
{
	int ret = seq_open(file, &smmu3_debug_table_sops);

	if (!ret)
		((struct seq_file *)file->private_data)->private = inode->i_private;
	return ret;
}

const struct file_operations smmu3_debug_table_fops = {
	.owner = THIS_MODULE,
	.open = table_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release,
};
