/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files of debugfs, and what they have in common. Private to this folder.
 *
 * Beside the layers. Invariant: a view only reads, and prints what the SMMU reads; what the driver
 * believes stands beside it.
 */
#ifndef SMMU3_DEBUG_VIEWS_H
#define SMMU3_DEBUG_VIEWS_H

#include <linux/fs.h>
#include <linux/types.h>

struct seq_file;
struct smmu3_cd;
struct smmu3_cdtab;
struct smmu3_device;
struct smmu3_master;
struct smmu3_space;
struct smmu3_stream;
struct smmu3_tag;

/* Of an SMMU; m->private is the struct smmu3_device. */
int smmu3_debug_features_show(struct seq_file *m, void *unused);
int smmu3_debug_registers_show(struct seq_file *m, void *unused);
int smmu3_debug_queues_show(struct seq_file *m, void *unused);
int smmu3_debug_events_show(struct seq_file *m, void *unused);
int smmu3_debug_counters_show(struct seq_file *m, void *unused);
int smmu3_debug_asids_show(struct seq_file *m, void *unused);
int smmu3_debug_vmids_show(struct seq_file *m, void *unused);
int smmu3_debug_invalidation_show(struct seq_file *m, void *unused);
extern const struct file_operations smmu3_debug_table_fops;

/* Of a stream; the inode's private data is the struct smmu3_stream. */
int smmu3_debug_ste_show(struct seq_file *m, void *unused);
int smmu3_debug_domain_show(struct seq_file *m, void *unused);
extern const struct file_operations smmu3_debug_cd_fops;
extern const struct file_operations smmu3_debug_walk_fops;

/**
 * struct smmu3_counter - a figure of an SMMU by name
 * @name: as it is printed
 * @get: reads it; any context that may sleep
 */
struct smmu3_counter {
	const char	*name;
	u64		(*get)(struct smmu3_device *smmu);
};

/* Ends with a NULL name. */
extern const struct smmu3_counter smmu3_counters[];

/* Module parameter walk_iova: the address that the file walk follows. */
extern unsigned long smmu3_walk_iova;

/* The first master of a stream, or NULL. Attach lock held. */
struct smmu3_master *smmu3_peek_master(struct smmu3_stream *stream);

/* The physical address of memory that the driver allocated for a table. */
phys_addr_t smmu3_peek_pa(const void *addr);

/**
 * smmu3_peek64() - read a word of a translation table
 * @pa: its physical address, aligned to 8
 * @val: filled, CPU byte order
 *
 * Safe with any address: what is no RAM of the kernel's, or is not mapped, is not read.
 * Return: false where there is nothing to read.
 */
bool smmu3_peek64(phys_addr_t pa, u64 *val);

/**
 * smmu3_peek_next_cd() - the next CD that is not all zero
 * @tab: the table; attach lock held
 * @ssid: in: where to begin; out: its SubstreamID
 *
 * Return: a copy is the caller's to make; NULL: there is none.
 */
const struct smmu3_cd *smmu3_peek_next_cd(const struct smmu3_cdtab *tab, u32 *ssid);

/* "ASID 0x1" or "VMID 0x1" of a space on an SMMU; "no tag". */
void smmu3_print_tag(struct seq_file *m, const struct smmu3_space *space,
		     const struct smmu3_tag *tag);
/* One line's worth: "stage 1 owner dma granule 4K ..." */
void smmu3_print_space(struct seq_file *m, const struct smmu3_space *space);

#endif
