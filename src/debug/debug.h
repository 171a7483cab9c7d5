/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the other layers tell the debug folder; stubs where the kernel has no debugfs.
 *
 * Beside the layers. All calls may sleep and never fail: without debugfs nothing is shown.
 * Invariant: readers of the files take smmu3_attach_lock, and removing a file waits for its
 * readers; so none of these functions is called with that lock held.
 */
#ifndef SMMU3_DEBUG_DEBUG_H
#define SMMU3_DEBUG_DEBUG_H

struct attribute_group;
struct smmu3_device;
struct smmu3_master;
struct smmu3_stream;

/*
 * A summary in sysfs, for iommu_device_sysfs_add(): readable under kernel lockdown and without
 * debugfs. The device's driver data is the struct iommu_device of a struct smmu3_iommu, as the
 * core sets it.
 */
extern const struct attribute_group *smmu3_debug_sysfs_groups[];

#ifdef CONFIG_DEBUG_FS
void smmu3_debug_init(void);			/* module init */
void smmu3_debug_exit(void);
void smmu3_debug_add_device(struct smmu3_device *smmu);	/* after smmu3_device_init() */
void smmu3_debug_remove_device(struct smmu3_device *smmu); /* before its memory goes */
void smmu3_debug_add_master(struct smmu3_master *master);	/* streams/<sid>, by-device link */
/* The links go, the streams stay. */
void smmu3_debug_remove_master(struct smmu3_master *master);
/* After streams were made without a master. */
void smmu3_debug_add_streams(struct smmu3_device *smmu);
#else
static inline void smmu3_debug_init(void) { }
static inline void smmu3_debug_exit(void) { }
static inline void smmu3_debug_add_device(struct smmu3_device *smmu) { }
static inline void smmu3_debug_remove_device(struct smmu3_device *smmu) { }
static inline void smmu3_debug_add_master(struct smmu3_master *master) { }
static inline void smmu3_debug_remove_master(struct smmu3_master *master) { }
static inline void smmu3_debug_add_streams(struct smmu3_device *smmu) { }
#endif

#endif
