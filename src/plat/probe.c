// SPDX-License-Identifier: GPL-2.0-only
/*
 * The platform driver: from a device with registers to an IOMMU of Linux, and back.
 *
 * ARM IHI 0070, 3.11 "Reset, Enable and initialization". Layer 4.
 * Invariant: until smmu3_reset_disable() nothing is written to the SMMU. Streams that must pass
 * untranslated have their entries before it is enabled, and pass while it is off as well.
 */
#include <linux/acpi.h>
#include <linux/bitfield.h>
#include <linux/crash_dump.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <asm/cpufeature.h>
#include <asm/virt.h>
#include "../api/iommu.h"
#include "../core/event.h"
#include "../core/stream.h"
#include "../core/tag.h"
#include "../debug/debug.h"
#include "../fmt/geometry.h"
#include "../hw/ecmdq.h"
#include "../hw/irq.h"
#include "../hw/mmio.h"
#include "../hw/reset.h"
#include "acpi.h"
#include "dt.h"
#include "late.h"
#include "plat.h"
#include "poll.h"

/*
 * Registers of a page up to the IMPLEMENTATION DEFINED ones, which belong to the driver of the
 * counters.
 */
#define PROBE_REG_SZ	0xe00

struct smmu3_plat_params smmu3_plat_params = { .cmdq_lg2 = SMMU3_CMDQ_LG2 };

/**
 * struct probe - an SMMU that this driver is bound to
 * @si: the SMMU; first, because driver data of the device is its struct smmu3_device
 * @link: in probe_list, while the IOMMU core may ask for it
 * @poll: looks after it where interrupts are missing
 * @found_on: the SMMU was enabled when it was found
 * @found_abort: it aborted all traffic while off
 * @programmed: its registers may point to our tables
 */
struct probe {
	struct smmu3_iommu	si;
	struct list_head	link;
	struct smmu3_poll	poll;
	bool			found_on, found_abort, programmed;
};

/*
 * SMMUs that were tried in vain. One that waits for a clock or a power domain is not: the driver
 * core may even not have asked us about it yet.
 */
static atomic_t probe_failures = ATOMIC_INIT(0);

static LIST_HEAD(probe_list);
static DEFINE_MUTEX(probe_list_lock);	/* protects probe_list */

static struct smmu3_iommu *probe_find(struct fwnode_handle *fwnode)
{
	struct smmu3_iommu *found = NULL;
	struct probe *p;

	mutex_lock(&probe_list_lock);
	list_for_each_entry(p, &probe_list, link) {
		if (dev_fwnode(p->si.smmu.dev) == fwnode)
			found = &p->si;
	}
	mutex_unlock(&probe_list_lock);
	return found;
}

static void probe_list_add(struct probe *p)
{
	mutex_lock(&probe_list_lock);
	smmu3_iommu_find = probe_find;
	list_add_tail(&p->link, &probe_list);
	mutex_unlock(&probe_list_lock);
}

static void probe_list_del(struct probe *p)
{
	mutex_lock(&probe_list_lock);
	list_del(&p->link);
	mutex_unlock(&probe_list_lock);
}

int smmu3_probe_move_asids(void)
{
	struct probe *p;
	int ret = 0;

	mutex_lock(&probe_list_lock);
	list_for_each_entry(p, &probe_list, link)
		ret = smmu3_tag_move_all(&p->si.smmu) ?: ret;
	mutex_unlock(&probe_list_lock);
	return ret;
}

bool smmu3_probe_must_pass(struct smmu3_device *smmu)
{
	struct smmu3_stream *stream;
	unsigned long sid;

	if (smmu->kdump)
		return false;
	xa_for_each(&smmu->streams, sid, stream) {
		if (stream->held_bypass)
			return true;
	}
	return false;
}

/* ---------------------------------------------------------------- what there is */

static void __iomem *probe_map_page(struct device *dev, resource_size_t start)
{
	struct resource res = DEFINE_RES_MEM(start, PROBE_REG_SZ);

	return devm_ioremap_resource(dev, &res);
}

static int probe_map(struct smmu3_device *smmu, struct platform_device *pdev)
{
	struct resource *res = platform_get_resource(pdev, IORESOURCE_MEM, 0);
	bool one_page = smmu->quirks & BIT(SMMU3_QUIRK_PAGE0_ONLY);
	resource_size_t sz = one_page ? SMMU3_PAGE_SZ : 2 * SMMU3_PAGE_SZ;

	if (!res || resource_size(res) < sz) {
		dev_err(smmu->dev, "firmware gives no registers, or fewer than %pa bytes\n", &sz);
		return -EINVAL;
	}
	smmu->reg_pa = res->start;
	smmu->page0 = probe_map_page(smmu->dev, res->start);
	if (IS_ERR(smmu->page0))
		return PTR_ERR(smmu->page0);
	smmu->page1 = one_page ? smmu->page0 :
				 probe_map_page(smmu->dev, res->start + SMMU3_PAGE_SZ);
	return PTR_ERR_OR_ZERO(smmu->page1);
}

static int probe_irq(struct platform_device *pdev, const char *name, int *irq)
{
	int ret = platform_get_irq_byname_optional(pdev, name);

	*irq = max(ret, 0);
	return ret == -EPROBE_DEFER ? ret : 0;
}

static int probe_irqs(struct smmu3_device *smmu, struct platform_device *pdev)
{
	struct smmu3_irqs *irqs = &smmu->irqs;
	int ret = probe_irq(pdev, "combined", &irqs->combined);

	if (ret || irqs->combined)
		return ret;
	ret = probe_irq(pdev, "eventq", &irqs->event);
	if (!ret)
		ret = probe_irq(pdev, "priq", &irqs->pri);
	return ret ?: probe_irq(pdev, "gerror", &irqs->gerror);
}

static void probe_erratum(void *arg, const char *text)
{
	struct smmu3_device *smmu = arg;

	dev_info(smmu->dev, "%s\n", text);
}

/* As all CPUs have them; 8 in ID_AA64MMFR0_EL1.ASIDBITS is 0b0000. */
static u8 probe_cpu_asid_bits(void)
{
	u64 mmfr0 = read_sanitised_ftr_reg(SYS_ID_AA64MMFR0_EL1);

	return FIELD_GET(ID_AA64MMFR0_EL1_ASIDBITS_MASK, mmfr0) ? 16 : 8;
}

static int probe_features(struct smmu3_device *smmu, struct smmu3_idr_env *env)
{
	const char *refused;
	int ret;

	smmu3_device_read_idr(smmu);
	smmu->quirks |= smmu3_idr_errata(smmu->regs.iidr, probe_erratum, smmu);
	env->quirks = smmu->quirks;
	env->cpu_e2h = is_kernel_in_hyp_mode();
	env->big_endian = IS_ENABLED(CONFIG_CPU_BIG_ENDIAN);
	env->no_msi_poll = smmu3_plat_params.no_msi_poll;
	env->btm = smmu3_plat_params.btm;
	env->cpu_asid_bits = probe_cpu_asid_bits();
	refused = smmu3_idr_decode(&smmu->feat, &smmu->regs, env);
	if (refused) {
		dev_err(smmu->dev, "cannot be driven: %s (IDR0 %#x, IDR1 %#x, IDR5 %#x)\n", refused,
			smmu->regs.idr[0], smmu->regs.idr[1], smmu->regs.idr[5]);
		return -ENODEV;
	}
	ret = dma_set_mask_and_coherent(smmu->dev, DMA_BIT_MASK(smmu->feat.oas));
	if (ret)
		dev_err(smmu->dev, "no memory that %u address bits reach\n", smmu->feat.oas);
	return ret;
}

/*
 * Also where they are not used: an earlier kernel may have left some enabled. Of page 0 only the
 * first registers are mapped, these are further on.
 */
static int probe_map_ecmdqs(struct smmu3_device *smmu)
{
	phys_addr_t pa = smmu->reg_pa + REG_CMDQ_CONTROL_PAGE_BASE;
	void __iomem *reg;
	size_t sz;

	if (!smmu3_device_has(smmu, SMMU3_FEAT_ECMDQ))
		return 0;
	reg = ioremap(pa, sizeof(u64));
	if (!reg)
		return -ENOMEM;
	sz = smmu3_ecmdq_pages(smmu, smmu3_mmio_read64(reg), &pa);
	iounmap(reg);
	if (!sz)
		return 0;
	smmu->ecmdq_pages = devm_ioremap(smmu->dev, pa, sz);
	return smmu->ecmdq_pages ? 0 : -ENOMEM;
}

/* Firmware, registers and ID registers; only reads. */
static int probe_look(struct probe *p, struct platform_device *pdev)
{
	struct smmu3_device *smmu = &p->si.smmu;
	struct smmu3_idr_env env = {};
	int ret;

	smmu->kdump = is_kdump_kernel();
	if (smmu->dev->of_node)
		ret = smmu3_dt_read(smmu, &env);
	else
		ret = smmu3_acpi_read(smmu, &env);
	if (!ret)
		ret = probe_map(smmu, pdev);
	if (!ret)
		ret = probe_irqs(smmu, pdev);
	if (!ret)
		ret = probe_features(smmu, &env);
	if (!ret)
		ret = smmu3_late_check(smmu);
	if (ret)
		return ret;
	smmu->cmdq_lg2 = smmu3_plat_params.cmdq_lg2;
	smmu->one_cmdq = smmu3_plat_params.one_cmdq;
	ret = probe_map_ecmdqs(smmu);
	if (ret) {
		dev_err(smmu->dev, "the ECMDQ control pages cannot be mapped\n");
		return ret;
	}
	p->found_on = smmu3_read32(smmu, REG_CR0) & CR0_SMMUEN;
	p->found_abort = smmu3_read32(smmu, REG_GBPA) & GBPA_ABORT;
	return 0;
}

/* ---------------------------------------------------------------- start */

static int probe_hold_rmr(void *arg, u32 sid)
{
	struct smmu3_device *smmu = arg;
	int ret = smmu3_stream_hold_bypass(smmu, sid, "memory reserved by firmware (RMR)");

	if (ret)
		dev_err(smmu->dev, "StreamID %#x of a reserved memory range cannot be kept in bypass: %d\n",
			sid, ret);
	return 0;
}

/*
 * Streams that live while no driver of ours knows them. What firmware reserved in a crash kernel
 * was mapped by its predecessor, as was other DMA of that device that is still on its way: it
 * waits for the device's domain.
 */
static int probe_hold(struct smmu3_device *smmu)
{
	if (!smmu->kdump)
		smmu3_acpi_rmr_sids(smmu, probe_hold_rmr, smmu);
	return smmu3_late_hold(smmu);
}

static int probe_enable(struct smmu3_device *smmu)
{
	int ret;

	mutex_lock(&smmu->reset_lock);
	ret = smmu3_reset_enable(smmu);
	mutex_unlock(&smmu->reset_lock);
	return ret;
}

static int probe_disable(struct probe *p)
{
	struct smmu3_device *smmu = &p->si.smmu;
	int ret;

	if (p->found_on)
		dev_notice(smmu->dev, "found enabled by %s, disabling it first\n",
			   smmu->kdump ? "the kernel that crashed" :
					 "firmware or an earlier kernel");
	mutex_lock(&smmu->reset_lock);
	ret = smmu3_reset_disable(smmu);
	mutex_unlock(&smmu->reset_lock);
	return ret;
}

/*
 * After a failure: what passed before this driver came passes again, unless it came from a
 * crashed kernel. A stream that is held passes all the while: a disk may hang on it.
 */
static void probe_let_go(struct probe *p)
{
	struct smmu3_device *smmu = &p->si.smmu;
	bool must = smmu3_probe_must_pass(smmu);

	smmu->open_when_off = must;
	smmu3_reset_release(smmu, must || (!smmu->kdump && !p->found_abort));
	smmu3_irq_teardown(smmu);
}

/*
 * A preset table is the SMMU's own memory, which may be live until the SMMU is disabled; entries
 * of a table of our own are made before, so that the SMMU is off for as short as possible.
 */
static int probe_start(struct probe *p)
{
	struct smmu3_device *smmu = &p->si.smmu;
	bool preset = smmu->feat.tables_preset;
	int ret = preset ? 0 : probe_hold(smmu);

	if (ret)
		return ret;
	smmu->open_when_off = smmu3_probe_must_pass(smmu) ||
			      (preset && !smmu->kdump && !p->found_abort);
	ret = probe_disable(p);
	if (ret)
		return ret;
	p->programmed = true;
	smmu3_strtab_claim(smmu);
	if (preset)
		ret = probe_hold(smmu);
	if (!ret)
		ret = smmu3_irq_setup(smmu);
	if (!ret)
		ret = probe_enable(smmu);
	smmu->open_when_off = false;
	if (ret)
		probe_let_go(p);
	return ret;
}

/* ---------------------------------------------------------------- what a person reads */

static void probe_summary(const struct smmu3_device *smmu)
{
	const struct smmu3_features *f = &smmu->feat;
	bool s1 = smmu3_has(f, SMMU3_FEAT_S1), s2 = smmu3_has(f, SMMU3_FEAT_S2);

	dev_info(smmu->dev, "SMMUv3.%u, %s, %s walks, %u-bit StreamIDs, %u-bit SubstreamIDs, %u-bit addresses%s%s%s%s, %s, %s%s\n",
		 f->arch_minor, s1 && s2 ? "stages 1 and 2" : s1 ? "stage 1" : "stage 2",
		 smmu3_has(f, SMMU3_FEAT_COHERENT) ? "coherent" : "non-coherent",
		 f->sid_bits, f->ssid_bits, f->oas,
		 smmu3_has(f, SMMU3_FEAT_RIL) ? ", range invalidation" : "",
		 smmu3_has(f, SMMU3_FEAT_HD) ? ", dirty tracking" : "",
		 smmu3_has(f, SMMU3_FEAT_ATS) ? ", ATS" : "",
		 smmu3_has(f, SMMU3_FEAT_PRI) ? ", PRI" : "",
		 smmu->irqs.msi ? "MSIs" : smmu->irqs.combined ? "combined interrupt" :
		 smmu->irqs.event ? "wired interrupts" : "no event interrupt",
		 f->why_off[SMMU3_FEAT_BTM] ? "no BTM: " : "BTM", f->why_off[SMMU3_FEAT_BTM] ?: "");
}

/* ---------------------------------------------------------------- the driver */

/*
 * An SMMU that could not be stopped goes on reading its tables and writing its queues: that
 * memory must not become anybody else's.
 */
static void probe_fini(void *arg)
{
	struct smmu3_device *smmu = arg;
	struct probe *p = container_of(smmu, struct probe, si.smmu);

	smmu3_stream_free_all(smmu);
	if (p->programmed && smmu3_reset_translates(smmu)) {
		cancel_work_sync(&smmu->recover_work);
		dev_err(smmu->dev, "it still translates: its tables and queues are never freed\n");
		return;
	}
	smmu3_device_fini(smmu);
}

static int probe_register(struct probe *p)
{
	struct smmu3_device *smmu = &p->si.smmu;
	int ret;

	smmu3_debug_add_device(smmu);
	probe_list_add(p);
	ret = smmu3_iommu_register(&p->si);
	if (ret) {
		dev_err(smmu->dev, "the IOMMU core does not take it: %d\n", ret);
		probe_list_del(p);
		smmu3_debug_remove_device(smmu);
		probe_let_go(p);
		return ret;
	}
	/* Who was bound while all this went on has been passed over by the core, too. */
	smmu3_late_hold(smmu);
	smmu3_debug_add_streams(smmu);
	smmu3_poll_start(&p->poll, smmu);
	return 0;
}

static int probe_try(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct probe *p = devm_kzalloc(dev, sizeof(*p), GFP_KERNEL);
	struct smmu3_device *smmu;
	int ret;

	if (!p)
		return -ENOMEM;
	smmu = &p->si.smmu;
	smmu->dev = dev;
	smmu->sink = &smmu3_event_sink;
	platform_set_drvdata(pdev, smmu);
	ret = probe_look(p, pdev);
	if (ret)
		return ret;
	ret = smmu3_device_init(smmu);
	if (ret) {
		dev_err(dev, "no memory for queues and tables: %d\n", ret);
		return ret;
	}
	/* Runs after the interrupts, which are requested later, have been freed. */
	ret = devm_add_action_or_reset(dev, probe_fini, smmu);
	if (ret)
		return ret;
	ret = probe_start(p);
	if (ret)
		return ret;
	probe_summary(smmu);
	return probe_register(p);
}

/*
 * A failure has had its line, which says more than the driver core's would: that one is left
 * out for -ENODEV.
 */
static int probe_probe(struct platform_device *pdev)
{
	int ret = probe_try(pdev);

	if (!ret || ret == -EPROBE_DEFER)
		return ret;
	atomic_inc(&probe_failures);
	return ret == -ENOMEM ? ret : -ENODEV;
}

/*
 * Traffic aborts afterwards, for whoever owns a device later would otherwise meet its old DMA;
 * unless the administrator wants otherwise or some stream has to pass.
 */
static void probe_release(struct probe *p)
{
	struct smmu3_device *smmu = &p->si.smmu;
	bool must = smmu3_probe_must_pass(smmu);

	smmu3_poll_stop(&p->poll);
	smmu->open_when_off = must;
	smmu3_reset_release(smmu, must || smmu3_plat_params.remove == SMMU3_REMOVE_BYPASS);
}

static void probe_remove(struct platform_device *pdev)
{
	struct smmu3_device *smmu = platform_get_drvdata(pdev);
	struct probe *p = container_of(smmu, struct probe, si.smmu);

	smmu3_iommu_unregister(&p->si);
	probe_list_del(p);
	smmu3_debug_remove_device(smmu);
	if (smmu3_plat_params.remove == SMMU3_REMOVE_ABORT && smmu3_probe_must_pass(smmu))
		dev_warn(smmu->dev, "traffic passes untranslated from now on: a device depends on it\n");
	probe_release(p);
	smmu3_irq_teardown(smmu);
}

/* For a kexec'd kernel: off, quiet, and with no table in memory that is about to be overwritten. */
static void probe_shutdown(struct platform_device *pdev)
{
	struct smmu3_device *smmu = platform_get_drvdata(pdev);

	probe_release(container_of(smmu, struct probe, si.smmu));
	smmu3_irq_teardown(smmu);
}

static const struct of_device_id probe_of_match[] = {
	{ .compatible = "arm,smmu-v3" },
	{ }
};
MODULE_DEVICE_TABLE(of, probe_of_match);

/* The name that the kernel's IORT code gives to the device. */
static const struct platform_device_id probe_ids[] = {
	{ .name = "arm-smmu-v3" },
	{ }
};
MODULE_DEVICE_TABLE(platform, probe_ids);

struct platform_driver smmu3_platform_driver = {
	.probe		= probe_probe,
	.remove		= probe_remove,
	.shutdown	= probe_shutdown,
	.id_table	= probe_ids,
	.driver		= {
		/* Not arm-smmu-v3: that name is taken where the kernel's own driver is built in. */
		.name			= "smmu3",
		.of_match_table		= probe_of_match,
		.pm			= pm_sleep_ptr(&smmu3_pm_ops),
		.probe_type		= PROBE_FORCE_SYNCHRONOUS,
		.suppress_bind_attrs	= true,
	},
};

/* ---------------------------------------------------------------- census */

static int probe_count(struct device *dev, void *arg)
{
	struct smmu3_census *census = arg;

	if (!of_device_is_compatible(dev->of_node, probe_of_match[0].compatible) &&
	    strcmp(to_platform_device(dev)->name, probe_ids[0].name))
		return 0;
	census->present++;
	device_lock(dev);
	if (dev->driver == &smmu3_platform_driver.driver) {
		census->ours++;
	} else if (dev->driver) {
		census->foreign++;
		strscpy(census->owner, dev->driver->name, sizeof(census->owner));
	}
	device_unlock(dev);
	return 0;
}

void smmu3_probe_census(struct smmu3_census *census)
{
	memset(census, 0, sizeof(*census));
	census->failed = atomic_read(&probe_failures);
	bus_for_each_dev(&platform_bus_type, NULL, census, probe_count);
}
