// SPDX-License-Identifier: GPL-2.0-only
/*
 * streams/<sid>/domain: what the devices of a stream are attached to.
 *
 * ARM IHI 0070, 3.3.2. Beside the layers. This is the driver's belief; ste and cd show memory.
 */
#include <linux/seq_file.h>
#include "../core/fault.h"
#include "../core/master.h"
#include "../core/pri.h"
#include "../core/space.h"
#include "../hw/device.h"
#include "views.h"

void smmu3_print_tag(struct seq_file *m, const struct smmu3_space *space,
		     const struct smmu3_tag *tag)
{
	if (tag)
		seq_printf(m, "%s %#x", space->stage == SMMU3_STAGE1 ? "ASID" : "VMID", tag->id);
	else
		seq_puts(m, "no tag");
}

void smmu3_print_space(struct seq_file *m, const struct smmu3_space *space)
{
	seq_printf(m, "stage %u, owner %s, granule %uK, input %u bits, output %u bits, %s",
		   space->stage == SMMU3_STAGE1 ? 1 : 2, space->owner_name ?: "(unnamed)",
		   1U << (space->granule_lg2 - 10), space->va_bits, space->oas,
		   space->coherent ? "coherent" : "cleaned to memory");
}

static void domain_print_resolver(struct seq_file *m, const struct smmu3_resolver *resolver)
{
	seq_printf(m, ", process %d (%s), stalls %lld, page requests %lld, resolved %lld, refused %lld, dropped %lld",
		   resolver->pid, resolver->comm, atomic64_read(&resolver->stalls),
		   atomic64_read(&resolver->requests), atomic64_read(&resolver->resolved),
		   atomic64_read(&resolver->refused), atomic64_read(&resolver->dropped));
}

static void domain_print_use(struct seq_file *m, const struct smmu3_use *use)
{
	smmu3_print_tag(m, use->space, use->tag);
	seq_puts(m, ", ");
	smmu3_print_space(m, use->space);
	seq_printf(m, "%s", use->ats ? ", ATC" : "");
	if (use->space->resolver)
		domain_print_resolver(m, use->space->resolver);
	seq_puts(m, "\n");
}

static const char *domain_ats(const struct smmu3_master *master)
{
	if (master->ats_enabled)
		return "on";
	if (master->ats_failed)
		return "off, the device failed";
	return master->ats_supported ? "off" : "not supported";
}

static const char *domain_pri(const struct smmu3_master *master)
{
	if (master->pri_enabled)
		return "on";
	return smmu3_pri_supported(master) ? "off" : "not supported";
}

static void domain_print_master(struct seq_file *m, struct smmu3_master *master)
{
	static const char * const kind[] = {
		[SMMU3_BLOCKED] = "blocked",
		[SMMU3_IDENTITY] = "identity",
		[SMMU3_TRANSLATE] = "translate",
	};
	struct smmu3_use *use;
	unsigned long ssid;

	seq_printf(m, "device: %s\n", dev_name(master->dev));
	seq_printf(m, "rid: %s\n", kind[master->rid.kind]);
	if (master->rid.kind == SMMU3_TRANSLATE) {
		seq_puts(m, "space: ");
		domain_print_use(m, &master->rid_use);
	}
	seq_printf(m, "ats: %s\n", domain_ats(master));
	seq_printf(m, "stalls: %s\n", master->stalls ? "yes" : "no");
	seq_printf(m, "page_requests: %s\n", domain_pri(master));
	seq_printf(m, "substream_id_bits: %u\n", master->ssid_bits);
	seq_printf(m, "pasids: %u\n", master->nr_pasids);
	xa_for_each(&master->pasids, ssid, use) {
		seq_printf(m, "pasid %#lx: ", ssid);
		domain_print_use(m, use);
	}
}

int smmu3_debug_domain_show(struct seq_file *m, void *unused)
{
	struct smmu3_stream *stream = m->private;
	struct smmu3_master_stream *ms;

	seq_printf(m, "# what StreamID %#x of %s is attached to, as the driver believes\n",
		   stream->sid, dev_name(stream->smmu->dev));
	mutex_lock(&smmu3_attach_lock);
	if (list_empty(&stream->masters)) {
		seq_puts(m, "device: (no device)\n");
		seq_printf(m, "rid: %s\n", stream->held_bypass ? "identity" : "blocked");
	}
	if (stream->held_bypass)
		seq_printf(m, "held_bypass: %s\n", stream->note ?: "yes");
	list_for_each_entry(ms, &stream->masters, link)
		domain_print_master(m, ms->master);
	mutex_unlock(&smmu3_attach_lock);
	seq_printf(m, "faults_waiting: %zu\n", smmu3_fault_waiting(stream));
	return 0;
}
