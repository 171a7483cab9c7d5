/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's driver of labdev, inside. Files: labdev_main.c (PCI, the device's file),
 * labdev_job.c, labdev_mem.c, labdev_dma.c (DMA API), labdev_dom.c (domains), labdev_attach.c (what
 * is attached where), labdev_note.c, labdev_sva.c.
 *
 * Invariant: labdev_world is held for reading by whoever touches the device, its IOMMU or a domain,
 * and for writing by whoever takes a device away; afterwards ->gone is set and nobody does.
 *
 * Order of locks: labdev_world, labdev_file.lock, labdev.attach_lock, labdev_domain.lock,
 * labdev.map_order, labdev.io, labdev.note_lock.
 */
#ifndef LABDEV_H
#define LABDEV_H

#include <linux/iommu.h>
#include <linux/kref.h>
#include <linux/maple_tree.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/xarray.h>

#include "labdev_uapi.h"

extern struct rw_semaphore labdev_world;

struct labdev_file;

/**
 * struct labdev_slot - a job's place
 * @file: whose job, NULL if free
 * @done: it has ended; its results wait in the registers
 * @reset: the device was reset meanwhile: there are none
 * @deaf: another domain stood in place of the device's own meanwhile, which maps no interrupt
 */
struct labdev_slot {
	struct labdev_file *file;
	bool done, reset, deaf;
};

/* Bytes of all addresses, in notes. */
#define LABDEV_NOTE_ALL	BIT_ULL(56)

/**
 * struct labdev - one device
 * @ref: of the driver and of each open file
 * @pdev: valid while not @gone
 * @bar: registers
 * @misc: the character device
 * @name: of that
 * @gone: protected by labdev_world
 * @files: of struct labdev_file, protected by @files_lock
 * @files_lock: protects @files
 * @io: held for writing during a reset, when registers do not answer
 * @slots: protected by @slot_lock
 * @slot_lock: protects @slots, and is taken by the interrupt
 * @wait: for a slot's end
 * @missed_irqs: ends that had to be looked for
 * @attaches: struct labdev_attach by PASID, protected by @attach_lock
 * @shared: how many files have bound the process of a PASID, protected by @attach_lock
 * @attach_lock: protects @attaches and @shared, and serialises attach and detach
 * @rid_attach: in place of the device's own domain, protected by @attach_lock
 * @map_order: dma_unmap is read-side, dma_map write-side (labdev_dma.c)
 * @noting: dma_map and dma_unmap are told to the referee from the first time on that a program
 *	wants it
 * @note_lock: protects the note registers
 * @pri: page requests were enabled here, not by an IOMMU driver
 * @mute: no interrupts, for none would get through
 * @anchor: a page that domains can have at its physical address, made when first asked for
 * @nr_sids: StreamIDs, all with the same domains
 * @nr_vectors: 0: no interrupts; ends are looked for
 */
struct labdev {
	struct kref ref;
	struct pci_dev *pdev;
	void __iomem *bar;
	struct miscdevice misc;
	char name[32];
	bool gone;
	struct list_head files;
	struct mutex files_lock;	/* protects files */
	struct rw_semaphore io;
	struct labdev_slot slots[LABDEV_NR_JOBS];
	spinlock_t slot_lock;		/* protects slots */
	wait_queue_head_t wait;
	atomic_t missed_irqs;
	struct xarray attaches;
	struct labdev_attach *rid_attach;
	struct xarray shared;
	struct mutex attach_lock;	/* protects attaches, rid_attach and shared */
	struct rw_semaphore map_order;
	bool noting;
	struct mutex note_lock;		/* protects the note registers */
	bool pri;
	bool mute;
	void *anchor;
	u32 nr_sids;
	int nr_vectors;
};

/**
 * struct labdev_mem - memory in chunks, each physically contiguous
 * @sz: bytes of all
 * @chunk: bytes of one
 * @nr: of chunks
 * @cpu: their addresses
 * @dev: of coherent memory
 * @iova: of coherent memory
 * @users: mappings, protected by the file's lock
 */
struct labdev_mem {
	size_t sz, chunk;
	unsigned int nr;
	void **cpu;
	struct device *dev;
	dma_addr_t iova;
	unsigned int users;
};

/**
 * struct labdev_file - an open device
 * @labdev: of it
 * @node: in labdev.files
 * @lock: protects @mems, @maps, @mem_bytes and @binds
 * @mems: struct labdev_mem by handle
 * @maps: struct labdev_map by handle
 * @binds: struct smmu3_sva by PASID
 * @mem_bytes: allocated so far
 */
struct labdev_file {
	struct labdev *labdev;
	struct list_head node;
	struct mutex lock;		/* protects mems, maps, binds, mem_bytes */
	struct xarray mems, maps, binds;
	size_t mem_bytes;
};

/**
 * struct labdev_domain - a paging domain
 * @ref: of its file and of each attachment
 * @domain: NULL once the device that it was made for has gone
 * @owner: that device; not followed, only compared
 * @node: in the list of all domains, for the owner's leave
 * @mem: what can be mapped
 * @tree: struct labdev_range by address
 * @lock: protects @tree's entries' state and @attaches, and orders notes
 * @attaches: to be told of maps and unmaps
 */
struct labdev_domain {
	struct kref ref;
	struct iommu_domain *domain;
	struct labdev *owner;
	struct list_head node;
	struct labdev_mem *mem;
	struct maple_tree tree;
	struct mutex lock;		/* protects tree and attaches */
	struct list_head attaches;
};

/**
 * struct labdev_attach - a domain on a PASID of a device
 * @labdev: the device
 * @file: who attached
 * @domain: with a reference; NULL: @fixed
 * @fixed: one of the IOMMU driver's own, IDENTITY or BLOCKED
 * @handle: the core's, where the attachment has replaced another
 * @replaced: the RID's, and not as a driver attaches, but as iommufd does
 * @pasid: or LABDEV_RID
 * @flags: LABDEV_ATTACH_*
 * @node: in labdev_domain.attaches
 */
struct labdev_attach {
	struct labdev *labdev;
	struct labdev_file *file;
	struct labdev_domain *domain;
	struct iommu_domain *fixed;
	struct iommu_attach_handle handle;
	bool replaced;
	u32 pasid, flags;
	struct list_head node;
};

static inline u32 labdev_readl(struct labdev *ld, u32 offset)
{
	return readl(ld->bar + offset);
}

static inline void labdev_writel(struct labdev *ld, u32 offset, u32 value)
{
	writel(value, ld->bar + offset);
}

/* PASID register of a job or note. */
static inline u32 labdev_pasid_reg(u32 pasid)
{
	return pasid == LABDEV_RID ? 0 : pasid | LABDEV_PASID_VALID;
}

/* labdev_main.c */
void labdev_get(struct labdev *ld);
void labdev_put(struct labdev *ld);
void labdev_mute(struct labdev *ld, bool on);

/* labdev_job.c */
irqreturn_t labdev_irq(int irq, void *data);
long labdev_job_start(struct labdev_file *lf, void __user *arg);
long labdev_job_wait(struct labdev_file *lf, void __user *arg);
long labdev_job_stop(struct labdev_file *lf, u32 nr);
bool labdev_job_any_done(struct labdev_file *lf);
bool labdev_jobs_quiesce(struct labdev *ld, struct labdev_file *lf);
void labdev_jobs_reset(struct labdev *ld);
void labdev_jobs_deafen(struct labdev *ld);
void labdev_jobs_forget(struct labdev_file *lf);

/* labdev_mem.c */
struct labdev_mem *labdev_mem_new(u64 sz, u32 chunk);
struct labdev_mem *labdev_mem_new_coherent(struct device *dev, u64 sz);
void labdev_mem_free(struct labdev_mem *mem);
void labdev_mem_uncoherent(struct labdev_mem *mem);
void *labdev_mem_at(const struct labdev_mem *mem, u64 offset, size_t *room);
long labdev_mem_io(struct labdev_mem *mem, struct labdev_mem_io *io);

/* labdev_dma.c */
long labdev_dma_mem_alloc(struct labdev_file *lf, void __user *arg);
long labdev_dma_mem_free(struct labdev_file *lf, u32 handle);
long labdev_dma_mem_io(struct labdev_file *lf, void __user *arg);
long labdev_dma_map_ioctl(struct labdev_file *lf, void __user *arg);
long labdev_dma_unmap_ioctl(struct labdev_file *lf, u32 handle);
long labdev_dma_sync_ioctl(struct labdev_file *lf, void __user *arg);
void labdev_dma_unmap_all(struct labdev_file *lf);
void labdev_dma_free_all(struct labdev_file *lf, bool leak);
u32 labdev_domain_kind(struct labdev *ld);

/* labdev_dom.c */
long labdev_dom_alloc(struct labdev_file *lf, void __user *arg);
struct labdev_domain *labdev_domain_of_fd(int fd);
void labdev_domain_put(struct labdev_domain *d);
void labdev_detach_device(struct labdev *ld);

/* labdev_attach.c */
long labdev_attach(struct labdev_file *lf, void __user *arg);
long labdev_detach(struct labdev_file *lf, void __user *arg);
long labdev_replace(struct labdev_file *lf, void __user *arg);
long labdev_replace_pasid(struct labdev_file *lf, void __user *arg);
long labdev_ask(struct labdev_file *lf, void __user *arg);
void labdev_detach_file(struct labdev_file *lf);
void labdev_detach_all(struct labdev *ld, const struct labdev_file *lf,
		       const struct labdev_domain *d);

/* Of the core, for iommufd; its header is not for modules outside the tree. */
int iommu_replace_group_handle(struct iommu_group *group, struct iommu_domain *new_domain,
			       struct iommu_attach_handle *handle);
void iommu_detach_group_handle(struct iommu_domain *domain, struct iommu_group *group);
int iommu_replace_device_pasid(struct iommu_domain *domain, struct device *dev, ioasid_t pasid,
			       struct iommu_attach_handle *handle);

/* labdev_note.c */
void labdev_note(struct labdev *ld, enum labdev_note kind, u32 pasid, u64 iova, u64 len);
long labdev_note_ioctl(struct labdev_file *lf, void __user *arg);

/* labdev_sva.c */
long labdev_sva_bind(struct labdev_file *lf, void __user *arg);
long labdev_sva_unbind(struct labdev_file *lf, u32 pasid);
long labdev_sva_faults(struct labdev_file *lf, void __user *arg);
void labdev_sva_unbind_all(struct labdev_file *lf);

#endif
