/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bounded reader of the ACPI I/O Remapping Table.
 *
 * Arm DEN 0049 "I/O Remapping Table". Layer 0.
 * The kernel's own IORT code serves devices when they are probed; this reader answers the one
 * question that it does not export: which StreamIDs of which SMMU belong to a PCI requester, before
 * any driver asked (late load). Firmware is input: every offset and count is checked.
 */
#ifndef SMMU3_FMT_IORT_H
#define SMMU3_FMT_IORT_H

#include <linux/types.h>

/**
 * smmu3_iort_check() - is this a well-formed IORT
 * @table: the table with its header
 * @sz: bytes that may be read
 *
 * Of nodes that no StreamID passes through (ITS groups, counters, reserved memory) only the frame
 * is looked at. The questions below are answered also in a table with faults, where those do not
 * concern them.
 *
 * Return: NULL, or a constant text that says what is wrong.
 */
const char *smmu3_iort_check(const void *table, size_t sz);

/**
 * smmu3_iort_pci_sid() - StreamID of a PCI requester
 * @table: the table
 * @sz: its size
 * @segment: PCI segment
 * @rid: requester ID
 * @smmu_base: out: base address of the SMMUv3 node that translates it
 * @sid: out: StreamID
 *
 * Return: 1 found, 0 this requester goes to no SMMUv3, -1 the table is broken there.
 */
int smmu3_iort_pci_sid(const void *table, size_t sz, u32 segment, u16 rid, u64 *smmu_base,
		       u32 *sid);

/**
 * smmu3_iort_nc_sids() - StreamIDs of a named component
 * @table: the table
 * @sz: its size
 * @path: ACPI path of the device, such as "\\_SB_.PCI0"
 * @smmu_base: out
 * @sids: out, filled up to @max
 * @max: room in @sids
 *
 * Return: number of StreamIDs, 0 none, -1 broken.
 */
int smmu3_iort_nc_sids(const void *table, size_t sz, const char *path, u64 *smmu_base, u32 *sids,
		       int max);

#endif
