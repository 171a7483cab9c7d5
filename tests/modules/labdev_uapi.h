/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What programs say to the guest's driver of labdev, by /dev/labdev-<PCI name>. Invariant: nothing
 * that a program passes can harm the kernel; at worst its DMA is refused and a job says so.
 *
 * A device's file owns memory, mappings, jobs and attachments, and takes them along when it is
 * closed. A domain is a file of its own and lives until that is closed and nothing is attached.
 */
#ifndef LABDEV_UAPI_H
#define LABDEV_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#include "labdev_regs.h"

#define LABDEV_MEM_MAX		0x4000000u	/* bytes of one memory */
#define LABDEV_CHUNK_MAX	0x400000u
#define LABDEV_RID		0xffffffffu	/* "PASID" of accesses without one */

/* The default domain of the device's group. */
#define LABDEV_DOMAIN_NONE	0
#define LABDEV_DOMAIN_IDENTITY	1
#define LABDEV_DOMAIN_DMA	2
#define LABDEV_DOMAIN_DMA_FQ	3
#define LABDEV_DOMAIN_OTHER	4

/**
 * struct labdev_info - of the device
 * @domain: LABDEV_DOMAIN_*: the one that is attached now
 * @max_pasids: PASIDs that the IOMMU offers this device; 0: none
 * @nr_sids: StreamIDs
 * @status: LABDEV_STATUS
 * @resets: LABDEV_RESETS
 * @page_sz: the kernel's
 * @missed_irqs: jobs whose end was found without an interrupt
 * @pad: 0
 */
struct labdev_info {
	__u32 domain, max_pasids, nr_sids, status, resets, page_sz, missed_irqs, pad;
};

/**
 * struct labdev_counts - LABDEV_COUNTERS
 * @count: by enum labdev_counter
 */
struct labdev_counts {
	__u64 count[LABDEV_NR_COUNTERS];
};

#define LABDEV_MEM_COHERENT	(1u << 0)	/* of dma_alloc_coherent(): has an address */

/**
 * struct labdev_mem_alloc - memory for the DMA API
 * @sz: bytes; rounded up to pages
 * @chunk: bytes that are physically contiguous, a power of two; 0: a page
 * @flags: LABDEV_MEM_*
 * @handle: out
 * @pad: 0
 * @iova: out, of coherent memory
 */
struct labdev_mem_alloc {
	__u64 sz;
	__u32 chunk, flags, handle, pad;
	__u64 iova;
};

#define LABDEV_IO_READ		0	/* to the program's buffer */
#define LABDEV_IO_WRITE		1	/* from it */
#define LABDEV_IO_PATTERN	2	/* write labdev_pattern(seed) */
#define LABDEV_IO_FILL		3	/* write seed, 8 bytes again and again */
#define LABDEV_IO_CHECK		4	/* compare with the pattern, and sum */
#define LABDEV_IO_CHECK_FILL	5	/* compare with seed as by FILL, and sum */

/**
 * struct labdev_mem_io - the CPU's access to memory, of a device's file or of a domain
 * @handle: memory; ignored for a domain
 * @op: LABDEV_IO_*
 * @offset: in it
 * @len: bytes
 * @buf: of the program
 * @seed: of the pattern, whose begin is at @offset
 * @wrong: out: bytes that differ
 * @first_wrong: out: offset of the first
 * @sum: out: labdev_sum()
 */
struct labdev_mem_io {
	__u32 handle, op;
	__u64 offset, len, buf, seed, wrong, first_wrong, sum;
};

#define LABDEV_TO_DEVICE	1
#define LABDEV_FROM_DEVICE	2
#define LABDEV_BOTH		3

#define LABDEV_MAP_NOTE		(1u << 0)	/* tell the referee, here and at the unmap */

/**
 * struct labdev_dma_map - dma_map of a part of memory; several chunks become a scatterlist
 * @mem: handle of memory that is not coherent
 * @dir: LABDEV_TO_DEVICE, ...
 * @offset: in it
 * @len: bytes
 * @flags: LABDEV_MAP_*
 * @handle: out
 * @iova: out
 */
struct labdev_dma_map {
	__u32 mem, dir;
	__u64 offset, len;
	__u32 flags, handle;
	__u64 iova;
};

#define LABDEV_SYNC_CPU		0
#define LABDEV_SYNC_DEVICE	1

struct labdev_dma_sync {
	__u32 handle, whom;
};

/**
 * struct labdev_job_args - start a job
 * @op: enum labdev_op
 * @flags: LABDEV_F_*
 * @pasid: LABDEV_RID for none
 * @sid: index of the StreamID
 * @piece: LABDEV_JOB_PIECE
 * @rounds: LABDEV_JOB_ROUNDS
 * @fail_at: LABDEV_JOB_FAIL_AT
 * @group: LABDEV_JOB_GROUP
 * @src: address to read from
 * @dst: address to write to
 * @len: bytes
 * @seed: of the pattern
 * @slot: out
 * @pad: 0
 */
struct labdev_job_args {
	__u32 op, flags, pasid, sid, piece, rounds, fail_at, group;
	__u64 src, dst, len, seed;
	__u32 slot, pad;
};

/**
 * struct labdev_job_wait - wait for a job's end and take its results; the slot is free afterwards
 * @slot: of the job
 * @timeout_ms: 0: do not wait. -ETIME: it is still under way, and remains
 * @result: out: enum labdev_result; the others are LABDEV_JOB_* of the same names
 * @faults: out
 * @rounds: out: LABDEV_JOB_DONE_ROUNDS
 * @stalls: out
 * @page_reqs: out
 * @wrong: out
 * @atc_hits: out
 * @pad: 0
 * @done: out
 * @sum: out
 * @fault_addr: out
 * @wrong_addr: out
 */
struct labdev_job_wait {
	__u32 slot, timeout_ms;
	__u32 result, faults, rounds, stalls, page_reqs, wrong, atc_hits, pad;
	__u64 done, sum, fault_addr, wrong_addr;
};

#define LABDEV_DOM_STAGE2	(1u << 0)

/**
 * struct labdev_dom_alloc - a paging domain with memory of its own that can be mapped into it
 * @sz: bytes of memory
 * @chunk: as in struct labdev_mem_alloc
 * @fd: out
 * @flags: LABDEV_DOM_*
 * @pad: 0
 */
struct labdev_dom_alloc {
	__u64 sz;
	__u32 chunk;
	__s32 fd;
	__u32 flags, pad;
};

/**
 * struct labdev_dom_info - what a domain can do
 * @pgsizes: bit n: pages of 2^n bytes
 * @first: address that can be mapped
 * @last: the last one
 */
struct labdev_dom_info {
	__u64 pgsizes, first, last;
};

#define LABDEV_PROT_READ	(1u << 0)
#define LABDEV_PROT_WRITE	(1u << 1)
#define LABDEV_PROT_NOEXEC	(1u << 2)
#define LABDEV_PROT_PRIV	(1u << 3)

/**
 * struct labdev_dom_map - map a part of a domain's memory, or unmap what one such call has mapped
 * @iova: address
 * @len: bytes
 * @offset: in the memory
 * @prot: LABDEV_PROT_*
 * @flags: LABDEV_MAP_NOTE
 */
struct labdev_dom_map {
	__u64 iova, len, offset;
	__u32 prot, flags;
};

#define LABDEV_ATTACH_NOTE	(1u << 0)

/**
 * struct labdev_attach_args - attach a domain to a PASID of the device, or in place of its own
 * domain; or detach
 * @fd: of the domain; ignored at detach
 * @pasid: or LABDEV_RID
 * @flags: LABDEV_ATTACH_NOTE
 * @pad: 0
 */
struct labdev_attach_args {
	__s32 fd;
	__u32 pasid, flags, pad;
};

/**
 * struct labdev_anchor - map a page of the device that the domain was made for at its physical
 * address, where it stays until the domain ends: it can be reached in bypass and in every such
 * domain
 * @addr: out
 */
struct labdev_anchor {
	__u64 addr;
};

#define LABDEV_RID_IDENTITY	1
#define LABDEV_RID_BLOCKED	2
#define LABDEV_RID_DOMAIN	3

/**
 * struct labdev_rid_args - put another domain in place of what the device has, without its own in
 * between; LABDEV_IOC_DETACH with LABDEV_RID ends it
 * @kind: LABDEV_RID_*
 * @fd: of the domain
 * @flags: LABDEV_ATTACH_NOTE: behind BLOCKED no access may succeed
 * @pad: 0
 */
struct labdev_rid_args {
	__u32 kind;
	__s32 fd;
	__u32 flags, pad;
};

/* The IOMMU driver itself, past the kernel's own checks. */
#define LABDEV_ASK_DRIVER	(1u << 0)

/**
 * struct labdev_ask - what is the answer to an attach to a PASID? What succeeds is undone at once
 * @fd: of the domain
 * @pasid: any number
 * @flags: LABDEV_ASK_*
 * @pad: 0
 */
struct labdev_ask {
	__s32 fd;
	__u32 pasid, flags, pad;
};

struct labdev_note_args {
	__u32 kind;		/* enum labdev_note */
	__u32 pasid;		/* or LABDEV_RID */
	__u64 iova, len;
	__u32 sid, pad;
};

/* One of the registers LABDEV_ATC_SIZE to LABDEV_ERR_PRI_PRGI. */
struct labdev_set {
	__u32 offset, value;
};

/**
 * struct labdev_sva_faults - faults of the process, from all devices that are bound to it
 * @pasid: of a bond of this file
 * @pad: 0
 * @stalls: out, like the others: struct smmu3_sva_faults
 * @requests: out
 * @resolved: out
 * @refused: out
 * @dropped: out
 */
struct labdev_sva_faults {
	__u32 pasid, pad;
	__u64 stalls, requests, resolved, refused, dropped;
};

#define LABDEV_IOC_INFO		_IOR('L', 1, struct labdev_info)
#define LABDEV_IOC_COUNTS	_IOR('L', 2, struct labdev_counts)
#define LABDEV_IOC_MEM_ALLOC	_IOWR('L', 3, struct labdev_mem_alloc)
#define LABDEV_IOC_MEM_FREE	_IOW('L', 4, __u32)
#define LABDEV_IOC_MEM_IO	_IOWR('L', 5, struct labdev_mem_io)	/* also of a domain */
#define LABDEV_IOC_DMA_MAP	_IOWR('L', 6, struct labdev_dma_map)
#define LABDEV_IOC_DMA_UNMAP	_IOW('L', 7, __u32)
#define LABDEV_IOC_DMA_SYNC	_IOW('L', 8, struct labdev_dma_sync)
#define LABDEV_IOC_JOB_START	_IOWR('L', 9, struct labdev_job_args)
#define LABDEV_IOC_JOB_WAIT	_IOWR('L', 10, struct labdev_job_wait)
#define LABDEV_IOC_JOB_STOP	_IOW('L', 11, __u32)
#define LABDEV_IOC_DOM_ALLOC	_IOWR('L', 12, struct labdev_dom_alloc)
#define LABDEV_IOC_DOM_INFO	_IOR('L', 13, struct labdev_dom_info)	/* of a domain */
#define LABDEV_IOC_DOM_MAP	_IOW('L', 14, struct labdev_dom_map)	/* of a domain */
#define LABDEV_IOC_DOM_UNMAP	_IOW('L', 15, struct labdev_dom_map)	/* of a domain */
#define LABDEV_IOC_ATTACH	_IOW('L', 16, struct labdev_attach_args)
#define LABDEV_IOC_DETACH	_IOW('L', 17, struct labdev_attach_args)
#define LABDEV_IOC_NOTE		_IOW('L', 18, struct labdev_note_args)
#define LABDEV_IOC_SET		_IOW('L', 19, struct labdev_set)
#define LABDEV_IOC_PRI		_IOW('L', 20, __u32)	/* requests to allocate; 0 disables */
#define LABDEV_IOC_RESET	_IO('L', 21)
#define LABDEV_IOC_SVA_BIND	_IOR('L', 22, __u32)	/* the PASID */
#define LABDEV_IOC_SVA_UNBIND	_IOW('L', 23, __u32)
#define LABDEV_IOC_DOM_ANCHOR	_IOR('L', 24, struct labdev_anchor)	/* of a domain */
#define LABDEV_IOC_REPLACE	_IOW('L', 25, struct labdev_rid_args)
/* Another domain on a PASID that has one, as iommufd does it; not before Linux 6.15. */
#define LABDEV_IOC_REPLACE_PASID	_IOW('L', 26, struct labdev_attach_args)
#define LABDEV_IOC_ASK		_IOW('L', 27, struct labdev_ask)
#define LABDEV_IOC_SVA_FAULTS	_IOWR('L', 28, struct labdev_sva_faults)
/* Of a UACCE queue that was started: the PASID. */
#define LABDEV_IOC_QUEUE	_IOR('L', 29, __u32)

#endif
