// SPDX-License-Identifier: GPL-2.0-only
/*
 * features: what this SMMU is, what the driver uses of it, and why it does not use the rest.
 *
 * ARM IHI 0070, 6.3.1 to 6.3.8, 6.3.45. Beside the layers.
 */
#include <linux/bitfield.h>
#include <linux/seq_file.h>
#include <smmu3/version.h>
#include "../hw/device.h"
#include "views.h"

static const char *features_part(u32 iidr)
{
	static const struct {
		u16		product;
		const char	*name;
	} arm[] = {
		{ 0x483, "Arm MMU-600" }, { 0x487, "Arm MMU-700" },
		{ 0x48a, "Arm MMU-L1" }, { 0x498, "Arm MMU-S3" },
	};
	unsigned int i;

	if (FIELD_GET(IIDR_IMPLEMENTER, iidr) != 0x43b)
		return iidr ? "not known by name" : "not identified";
	for (i = 0; i < ARRAY_SIZE(arm); i++) {
		if (FIELD_GET(IIDR_PRODUCTID, iidr) == arm[i].product)
			return arm[i].name;
	}
	return "Arm, not known by name";
}

static void features_print_erratum(void *arg, const char *text)
{
	seq_printf(arg, "erratum: %s\n", text);
}

static void features_print_identity(struct seq_file *m, const struct smmu3_device *smmu)
{
	u32 iidr = smmu->regs.iidr, aidr = smmu->regs.aidr;
	unsigned int i;

	seq_printf(m, "smmu: %s\n", dev_name(smmu->dev));
	seq_printf(m, "driver_version: %s\n", SMMU3_VERSION);
	seq_printf(m, "registers_at: %pa\n", &smmu->reg_pa);
	seq_printf(m, "state: %s\n", smmu->dead ? "failed, all traffic aborts" :
		   READ_ONCE(smmu->enabled) ? "enabled" : "disabled");
	seq_printf(m, "part: %s\n", features_part(iidr));
	seq_printf(m, "iidr: 0x%08x implementer=%#lx product=%#lx variant=%lu revision=%lu\n", iidr,
		   FIELD_GET(IIDR_IMPLEMENTER, iidr), FIELD_GET(IIDR_PRODUCTID, iidr),
		   FIELD_GET(IIDR_VARIANT, iidr), FIELD_GET(IIDR_REVISION, iidr));
	seq_printf(m, "architecture: SMMUv3.%u (AIDR %#x)\n", smmu->feat.arch_minor, aidr);
	for (i = 0; i < ARRAY_SIZE(smmu->regs.idr); i++)
		seq_printf(m, "idr%u: 0x%08x\n", i, smmu->regs.idr[i]);
	smmu3_idr_errata(iidr, features_print_erratum, m);
}

static void features_print_quirks(struct seq_file *m, u32 quirks)
{
	static const char * const name[SMMU3_QUIRK_NR] = {
		[SMMU3_QUIRK_NO_PREFETCH]	= "CMD_PREFETCH_CONFIG is not sent",
		[SMMU3_QUIRK_PAGE0_ONLY]	= "page 1 registers lie in page 0",
		[SMMU3_QUIRK_NO_SEV]		= "CMD_SYNC sends no events",
		[SMMU3_QUIRK_NO_NESTING]	= "no stage 1 on stage 2",
		[SMMU3_QUIRK_NO_BTM]		= "no broadcast TLB maintenance",
		[SMMU3_QUIRK_FORCE_SYNC]	= "a CMD_SYNC ends every batch of commands",
		[SMMU3_QUIRK_SYNC_MSI_64]	= "a CMD_SYNC writes 64 bits",
	};
	unsigned int i;

	for (i = 0; i < SMMU3_QUIRK_NR; i++) {
		if (quirks & BIT(i))
			seq_printf(m, "quirk: %s\n", name[i] ?: "(unnamed)");
	}
}

static void features_print_page_sizes(struct seq_file *m, unsigned long bitmap)
{
	static const char unit[] = "KMGT";
	unsigned int bit;

	seq_puts(m, "page_sizes:");
	for_each_set_bit(bit, &bitmap, 50) {
		if (bit >= 10)
			seq_printf(m, " %u%c", 1U << (bit % 10), unit[bit / 10 - 1]);
	}
	seq_puts(m, "\n");
}

static void features_print_sizes(struct seq_file *m, const struct smmu3_device *smmu)
{
	const struct smmu3_features *feat = &smmu->feat;

	seq_printf(m, "stream_id_bits: %u (table covers %u)\n", feat->sid_bits,
		   smmu->strtab.geom.sid_bits);
	seq_printf(m, "substream_id_bits: %u\n", feat->ssid_bits);
	seq_printf(m, "stage1_input_bits: %u\n", feat->va_bits);
	seq_printf(m, "stage2_input_bits: %u\n", feat->ias);
	seq_printf(m, "output_bits: %u\n", feat->oas);
	seq_printf(m, "asid_bits: %u\n", feat->asid_bits);
	seq_printf(m, "vmid_bits: %u\n", feat->vmid_bits);
	features_print_page_sizes(m, feat->pgsize_bitmap);
	seq_printf(m, "queue_max_entries: command %u event %u pri %u\n", 1U << feat->cmdq_lg2_max,
		   1U << feat->evtq_lg2_max,
		   smmu3_has(feat, SMMU3_FEAT_PRI) ? 1U << feat->priq_lg2_max : 0);
	seq_printf(m, "stalls_max: %u\n", feat->stall_max);
	seq_printf(m, "preset: tables %s queues %s\n", feat->tables_preset ? "yes" : "no",
		   feat->queues_preset ? "yes" : "no");
	seq_printf(m, "interrupts: %s event %d pri %d gerror %d combined %d\n",
		   smmu->irqs.msi ? "MSI" : "wired", smmu->irqs.event, smmu->irqs.pri,
		   smmu->irqs.gerror, smmu->irqs.combined);
	seq_printf(m, "crash_kernel: %s\n", smmu->kdump ? "yes" : "no");
}

int smmu3_debug_features_show(struct seq_file *m, void *unused)
{
	const struct smmu3_device *smmu = m->private;
	unsigned int f;

	seq_puts(m, "# what this SMMU is, and what the driver uses of it\n");
	features_print_identity(m, smmu);
	features_print_quirks(m, smmu->quirks);
	features_print_sizes(m, smmu);
	for (f = 0; f < SMMU3_FEAT_NR; f++) {
		if (smmu3_device_has(smmu, f))
			seq_printf(m, "feature: on  %s\n", smmu3_feat_name(f));
		else
			seq_printf(m, "feature: off %s: %s\n", smmu3_feat_name(f),
				   smmu->feat.why_off[f] ?: "no reason recorded");
	}
	return 0;
}
