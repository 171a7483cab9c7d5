// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SMMU itself as a PCI function: BAR 0 is its register map, MSI-X in BAR 2 stands for its four
 * wired interrupts, in the order of enum model_irq. tests/modules/labsmmu.c makes a platform device
 * of it.
 *
 * Arm IHI 0070, chapter 6 "Memory map and registers". What a driver does wrong here is the model's
 * to judge.
 */
#include <stdlib.h>
#include <string.h>

#include "trace.h"

#define SMMU_VENDOR	0x1234
#define SMMU_DEVICE	0x5a33
#define SMMU_CLASS	0x088000
#define SMMU_IRQS	4
#define SMMU_CR0	0x20

static struct lab_smmu *smmu_of(struct function *fn)
{
	return &fn->lab->smmus[slot_of(fn)->smmu];
}

static bool smmu_init(struct function *fn, char **options, const char **why)
{
	struct lab_smmu *s = smmu_of(fn);
	u64 sz = 4096;

	(void)options;
	if (s->fn) {
		*why = "this SMMU has a function already";
		return false;
	}
	s->fn = fn;
	slot_of(fn)->msi_direct = true;
	while (sz < model_mmio_size(s->model))
		sz *= 2;
	function_identity(fn, SMMU_VENDOR, SMMU_DEVICE, SMMU_CLASS, 1);
	fn->config[0x2e] = (u8)s->index;	/* subsystem: which one it is, for people */
	function_add_pcie(fn, false);
	fn->bar_sz[0] = sz;
	function_add_msix(fn, 2, SMMU_IRQS);
	return true;
}

static void smmu_fini(struct function *fn)
{
	smmu_of(fn)->fn = NULL;
}

/* A register map is not memory: bytes and halfwords are no access that the SMMU has. */
static bool size_ok(struct function *fn, u64 offset, unsigned int n, const char *what)
{
	char text[96];

	if (n >= 4)
		return true;
	snprintf(text, sizeof(text), "%s: %u bytes %s at %#llx", fn->name, n, what,
		 (unsigned long long)offset);
	lab_violation(fn->lab, MODEL_FAIL, "REG_ACCESS", "6.2 Register overview", text);
	return false;
}

static u64 smmu_read(struct function *fn, unsigned int bar, u64 offset, unsigned int n)
{
	if (bar || offset + n > model_mmio_size(fn->smmu) || !size_ok(fn, offset, n, "read"))
		return 0;
	return model_mmio_read(fn->smmu, offset, n);
}

static void smmu_write(struct function *fn, unsigned int bar, u64 offset, unsigned int n, u64 value)
{
	if (bar || offset + n > model_mmio_size(fn->smmu) || !size_ok(fn, offset, n, "written"))
		return;
	trace_register(smmu_of(fn), offset, n, value);
	if (offset == SMMU_CR0 && (value & 1))
		smmu_of(fn)->enabled++;
	model_mmio_write(fn->smmu, offset, n, value);
}

static void smmu_reset(struct function *fn)
{
	model_reset(fn->smmu);
}

const struct function_ops fn_smmu_ops = {
	.name = "smmu",
	.init = smmu_init,
	.fini = smmu_fini,
	.bar_read = smmu_read,
	.bar_write = smmu_write,
	.reset = smmu_reset,
};
