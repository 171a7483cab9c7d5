// SPDX-License-Identifier: GPL-2.0-only
/*
 * asids, vmids: which number belongs to what; invalidation: what each space's invalidations must
 * reach.
 *
 * ARM IHI 0070, 3.17. Beside the layers.
 */
#include <linux/seq_file.h>
#include "../core/fault.h"
#include "../core/inv.h"
#include "../core/master.h"
#include "../core/space.h"
#include "../hw/device.h"
#include "views.h"

/* "0000:00:01.0" or "0000:00:01.0/0x5", each use on this SMMU. */
static void tag_print_uses(struct seq_file *m, const struct smmu3_tag *tag)
{
	const struct smmu3_use *use;
	char sep = ' ';

	list_for_each_entry(use, &tag->space->uses, link) {
		if (use->master->smmu != tag->smmu)
			continue;
		seq_printf(m, "%c%s", sep, dev_name(use->master->dev));
		if (use->ssid)
			seq_printf(m, "/%#x", use->ssid);
		sep = ',';
	}
	seq_puts(m, sep == ' ' ? " -\n" : "\n");
}

static void tags_show(struct seq_file *m, struct smmu3_device *smmu, struct xarray *tags,
		      const char *name, u8 bits)
{
	struct smmu3_tag *tag;
	unsigned long id;

	seq_printf(m, "# %ss of %s: 1 to %#x\n# number owner[:process] kind users devices[/SubstreamID]\n",
		   name, dev_name(smmu->dev), (1U << bits) - 1);
	mutex_lock(&smmu3_attach_lock);
	xa_for_each(tags, id, tag) {
		seq_printf(m, "%#lx %s", id, tag->space->owner_name ?: "(unnamed)");
		if (tag->space->resolver)
			seq_printf(m, ":%d", tag->space->resolver->pid);
		seq_printf(m, " %s %u", tag->shared ? "pinned" : "private", tag->users);
		tag_print_uses(m, tag);
	}
	mutex_unlock(&smmu3_attach_lock);
}

int smmu3_debug_asids_show(struct seq_file *m, void *unused)
{
	struct smmu3_device *smmu = m->private;

	seq_printf(m, "# %s: %s\n", smmu3_feat_name(SMMU3_FEAT_BTM),
		   smmu->feat.why_off[SMMU3_FEAT_BTM] ?: "on");
	seq_printf(m, "# moves so far %llu, processes with a private one although it is on %llu\n",
		   smmu->asid_moves, smmu->asids_unshared);
	tags_show(m, smmu, &smmu->asids, "ASID", smmu->feat.asid_bits);
	return 0;
}

int smmu3_debug_vmids_show(struct seq_file *m, void *unused)
{
	struct smmu3_device *smmu = m->private;

	tags_show(m, smmu, &smmu->vmids, "VMID", smmu->feat.vmid_bits);
	return 0;
}

static void inv_print_entry(struct seq_file *m, const struct smmu3_inv_entry *entry)
{
	char text[128];

	seq_printf(m, "cache: %s ", dev_name(entry->smmu->dev));
	if (entry->kind == SMMU3_INV_TLB)
		seq_printf(m, "TLB tag %#x%s", entry->tag,
			   entry->shared ? ", maintained by the CPUs" : "");
	else
		seq_printf(m, "ATC sid %#x ssid %#x", entry->sid, entry->ssid);
	seq_printf(m, ", users %u", READ_ONCE(entry->users));
	if (entry->kind == SMMU3_INV_TLB) {
		smmu3_cmd_to_text(text, sizeof(text), &entry->addr);
		seq_printf(m, ", by address: %s", text);
	}
	smmu3_cmd_to_text(text, sizeof(text), &entry->all);
	seq_printf(m, ", whole: %s\n", text);
}

static void inv_print_tags(struct seq_file *m, struct xarray *tags)
{
	const struct smmu3_inv_set *set;
	struct smmu3_tag *tag;
	unsigned long id;
	unsigned int i;

	xa_for_each(tags, id, tag) {
		seq_puts(m, "space: ");
		smmu3_print_tag(m, tag->space, tag);
		seq_puts(m, ", ");
		smmu3_print_space(m, tag->space);
		seq_puts(m, "\n");
		set = rcu_dereference_protected(tag->space->inv,
						lockdep_is_held(&smmu3_attach_lock));
		for (i = 0; i < set->nr; i++)
			inv_print_entry(m, &set->entry[i]);
	}
}

int smmu3_debug_invalidation_show(struct seq_file *m, void *unused)
{
	struct smmu3_device *smmu = m->private;

	seq_printf(m,
		   "# spaces used behind %s, and every cache that an unmap in them invalidates\n",
		   dev_name(smmu->dev));
	mutex_lock(&smmu3_attach_lock);
	inv_print_tags(m, &smmu->asids);
	inv_print_tags(m, &smmu->vmids);
	mutex_unlock(&smmu3_attach_lock);
	return 0;
}
