// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module: parameters, init, exit.
 *
 * Layer 4.
 *
 * Decision: loading fails with -ENODEV when no SMMU was bound, so that whoever loads the module
 * knows at once whether DMA is translated (an initramfs reboots into the kernel's own driver
 * then), and so that a module without work does not stay. Probing is synchronous for that. wait=1
 * is for machines whose SMMU appears later: the module stays, and says that it waits. So it does
 * where an SMMU is deferred.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bits.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/string.h>
#include <smmu3/version.h>
#include "../api/iommu.h"
#include "../api/sva.h"
#include "../core/atc.h"
#include "../core/fault.h"
#include "../debug/debug.h"
#include "late.h"
#include "plat.h"

module_param_named(disable_ats, smmu3_disable_ats, bool, 0444);
MODULE_PARM_DESC(disable_ats, "Never let devices use ATS (default: off)");

module_param_named(force_stage2, smmu3_api_params.force_stage2, bool, 0444);
MODULE_PARM_DESC(force_stage2, "Translate by stage 2 also where stage 1 would do; for tests (default: off)");

module_param_named(no_msi_poll, smmu3_plat_params.no_msi_poll, bool, 0444);
MODULE_PARM_DESC(no_msi_poll, "Wait for commands by reading a register, never by a word in memory (default: off)");

module_param_named(one_cmdq, smmu3_plat_params.one_cmdq, bool, 0444);
MODULE_PARM_DESC(one_cmdq, "Use one command queue also where the SMMU has one for each CPU, ECMDQ (default: off)");

#define CMDQ_ENTRIES_MIN	64
#define CMDQ_ENTRIES_MAX	BIT(19)

static int module_cmdq_set(const char *val, const struct kernel_param *kp)
{
	unsigned int nr;

	if (!val || kstrtouint(val, 0, &nr) || !is_power_of_2(nr) || nr < CMDQ_ENTRIES_MIN ||
	    nr > CMDQ_ENTRIES_MAX) {
		pr_err("%s=%s: it is a power of two from %u to %lu\n", kp->name, val ?: "",
		       CMDQ_ENTRIES_MIN, CMDQ_ENTRIES_MAX);
		return -EINVAL;
	}
	smmu3_plat_params.cmdq_lg2 = ilog2(nr);
	return 0;
}

static int module_cmdq_get(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%u\n", 1U << smmu3_plat_params.cmdq_lg2);
}

static const struct kernel_param_ops module_cmdq_ops = {
	.set = module_cmdq_set,
	.get = module_cmdq_get,
};
module_param_cb(cmdq_entries, &module_cmdq_ops, NULL, 0444);
__MODULE_PARM_TYPE(cmdq_entries, "uint");
MODULE_PARM_DESC(cmdq_entries, "Commands that the Command queue holds, a power of two from 64; fewer where the SMMU has no more or memory is short (default: 4096)");

static bool module_wait;
module_param_named(wait, module_wait, bool, 0444);
MODULE_PARM_DESC(wait, "Stay loaded without an SMMU and wait for one to appear (default: off)");

module_param_named(walk_iova, smmu3_walk_iova, ulong, 0600);
MODULE_PARM_DESC(walk_iova, "IOVA whose walk the debugfs file streams/<sid>/walk shows first (default: 0)");

static int module_move_asids(const char *val, const struct kernel_param *kp)
{
	return smmu3_probe_move_asids();
}

static const struct kernel_param_ops module_move_asids_ops = {
	.set = module_move_asids,
};
module_param_cb(move_asids, &module_move_asids_ops, NULL, 0200);
__MODULE_PARM_TYPE(move_asids, "bool");
MODULE_PARM_DESC(move_asids, "Written: every domain gets another ASID, which no device notices; for tests");

/**
 * struct module_choice - a parameter with named values
 * @names: the two or three names in the order of the enum, NULL at the end
 * @value: where the index goes
 */
struct module_choice {
	const char * const	*names;
	unsigned int		*value;
};

static int module_choice_set(const char *val, const struct kernel_param *kp)
{
	const struct module_choice *choice = kp->arg;
	int i;

	for (i = 0; val && choice->names[i]; i++) {
		if (sysfs_streq(val, choice->names[i])) {
			*choice->value = i;
			return 0;
		}
	}
	if (choice->names[2])
		pr_err("%s=%s: it is %s, %s or %s\n", kp->name, val ?: "", choice->names[0],
		       choice->names[1], choice->names[2]);
	else
		pr_err("%s=%s: it is %s or %s\n", kp->name, val ?: "", choice->names[0],
		       choice->names[1]);
	return -EINVAL;
}

static int module_choice_get(char *buf, const struct kernel_param *kp)
{
	const struct module_choice *choice = kp->arg;

	return sysfs_emit(buf, "%s\n", choice->names[*choice->value]);
}

static const struct kernel_param_ops module_choice_ops = {
	.set = module_choice_set,
	.get = module_choice_get,
};

static const char * const module_btm_names[] = {
	[SMMU3_BTM_AUTO] = "auto", [SMMU3_BTM_ON] = "on", [SMMU3_BTM_OFF] = "off", NULL
};

static const struct module_choice module_btm = {
	.names = module_btm_names, .value = (unsigned int *)&smmu3_plat_params.btm,
};
module_param_cb(btm, &module_choice_ops, (void *)&module_btm, 0444);
__MODULE_PARM_TYPE(btm, "string");
MODULE_PARM_DESC(btm, "Let the CPUs' broadcast TLB maintenance reach the SMMU, for SVA: auto: where it is safe; on: also on parts with errata; off (default: auto)");

static const char * const module_late_names[] = {
	[SMMU3_LATE_BYPASS] = "bypass", [SMMU3_LATE_REFUSE] = "refuse", NULL
};

static const struct module_choice module_late = {
	.names = module_late_names, .value = (unsigned int *)&smmu3_plat_params.late,
};
module_param_cb(late, &module_choice_ops, (void *)&module_late, 0444);
__MODULE_PARM_TYPE(late, "string");
MODULE_PARM_DESC(late, "A device in use before its SMMU was found: bypass: it goes on untranslated; refuse: leave the SMMU off (default: bypass)");

static const char * const module_remove_names[] = {
	[SMMU3_REMOVE_ABORT] = "abort", [SMMU3_REMOVE_BYPASS] = "bypass", NULL
};

static const struct module_choice module_remove = {
	.names = module_remove_names, .value = (unsigned int *)&smmu3_plat_params.remove,
};
module_param_cb(remove, &module_choice_ops, (void *)&module_remove, 0444);
__MODULE_PARM_TYPE(remove, "string");
MODULE_PARM_DESC(remove, "What DMA meets after unload and before a kexec'd kernel takes over: abort or bypass (default: abort, unless a stream is held in bypass)");

/* 0: at least one SMMU is ours, or we wait for one. */
static int module_judge(const struct smmu3_census *census)
{
	if (census->ours) {
		if (census->foreign)
			pr_notice("%u of %u SMMUv3 stay with %s\n", census->foreign,
				  census->present, census->owner);
		return 0;
	}
	if (census->present && census->foreign == census->present) {
		pr_err("every SMMUv3 is driven by %s already; nothing was touched. It stays away when booted with initcall_blacklist=arm_smmu_driver_init\n",
		       census->owner);
		return -ENODEV;
	}
	if (census->present > census->foreign + census->failed) {
		pr_notice("no SMMUv3 yet: %u of %u need an interrupt controller, clock or power domain that is not there; waiting\n",
			  census->present - census->foreign - census->failed, census->present);
		return 0;
	}
	if (module_wait) {
		pr_notice("no SMMUv3 yet, waiting for one\n");
		return 0;
	}
	if (census->present)
		pr_err("none of %u SMMUv3 could be bound\n", census->present);
	else
		pr_err("this machine has no SMMUv3\n");
	return -ENODEV;
}

static int __init smmu3_module_init(void)
{
	struct smmu3_census census;
	int ret;

	ret = smmu3_fault_init();
	if (ret)
		return ret;
	smmu3_debug_init();
	ret = smmu3_late_init();
	if (ret)
		goto err_exit_debug;
	ret = platform_driver_register(&smmu3_platform_driver);
	if (ret) {
		pr_err("the platform driver cannot be registered: %d\n", ret);
		smmu3_late_exit();
		goto err_exit_debug;
	}
	smmu3_probe_census(&census);
	ret = module_judge(&census);
	if (ret)
		goto err_unregister;
	return 0;

err_unregister:
	/* The notifiers use SMMUs: they go first, and none of them is running after that. */
	smmu3_late_exit();
	platform_driver_unregister(&smmu3_platform_driver);
err_exit_debug:
	smmu3_debug_exit();
	smmu3_fault_exit();
	return ret;
}
module_init(smmu3_module_init);

static void __exit smmu3_module_exit(void)
{
	smmu3_late_exit();
	platform_driver_unregister(&smmu3_platform_driver);
	smmu3_debug_exit();
	smmu3_sva_exit();
	smmu3_fault_exit();
}
module_exit(smmu3_module_exit);

MODULE_DESCRIPTION("Arm SMMUv3");
MODULE_AUTHOR("The smmu3 authors");
MODULE_VERSION(SMMU3_VERSION);
MODULE_LICENSE("GPL");
