// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's registers, by the names under which QEMU shows them to debuggers.
 *
 * Invariant: read in callbacks that were registered with QEMU_PLUGIN_CB_R_REGS only; elsewhere
 * QEMU's copy may be old.
 */
#include "plugin.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const system_names[NR_SYSTEM_REGS] = {
	[REG_CPSR] = "cpsr",	       [REG_SP] = "sp",		  [REG_HCR_EL2] = "HCR_EL2",
	[REG_VTTBR_EL2] = "VTTBR_EL2", [REG_VTCR_EL2] = "VTCR_EL2", [REG_TCR_EL1] = "TCR_EL1",
	[REG_TCR_EL2] = "TCR_EL2",
};

/* The same on each vCPU; written at the first one's init, before any of them runs. */
static struct qemu_plugin_register *x_handles[31], *system_handles[NR_SYSTEM_REGS];
static __thread struct glib_array *scratch;

void regs_init(void)
{
	struct glib_array *list;
	unsigned int i, nr, r;
	char end;

	if (system_handles[REG_CPSR])
		return;
	list = qemu_plugin_get_registers();
	for (i = 0; i < list->len; i++) {
		const struct qemu_plugin_reg_descriptor *d =
			&((struct qemu_plugin_reg_descriptor *)list->data)[i];

		if (sscanf(d->name, "x%u%c", &nr, &end) == 1 && nr < ARRAY_SIZE(x_handles) &&
		    !x_handles[nr])
			x_handles[nr] = d->handle;
		for (r = 0; r < NR_SYSTEM_REGS; r++)
			if (!strcasecmp(d->name, system_names[r]))
				system_handles[r] = d->handle;
	}
	g_array_free(list, true);
	for (i = 0; i < ARRAY_SIZE(x_handles); i++)
		if (!x_handles[i])
			plugin_die("this QEMU does not show register x%u", i);
	if (!system_handles[REG_CPSR] || !system_handles[REG_SP] || !system_handles[REG_TCR_EL1])
		plugin_die("this QEMU does not show the registers cpsr, sp and TCR_EL1");
}

static u64 read_handle(struct qemu_plugin_register *handle)
{
	u64 value = 0;

	if (!scratch)
		scratch = g_byte_array_new();
	g_byte_array_set_size(scratch, 0);
	if (!qemu_plugin_read_register(handle, scratch) || scratch->len > sizeof(value))
		plugin_die("a register cannot be read");
	memcpy(&value, scratch->data, scratch->len);
	return value;
}

u64 regs_x(unsigned int nr) { return nr < ARRAY_SIZE(x_handles) ? read_handle(x_handles[nr]) : 0; }

u64 regs_system(enum system_reg reg)
{
	return system_handles[reg] ? read_handle(system_handles[reg]) : 0;
}
