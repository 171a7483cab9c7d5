/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registers of labdev, the lab's DMA test device: one text for the device (tests/lab/server)
 * and for its driver in the guest. Invariant: little endian, naturally aligned, of 4 or 8 bytes;
 * an 8-byte register may be written as two halves, and a command takes effect with its own write.
 */
#ifndef LABDEV_REGS_H
#define LABDEV_REGS_H

#include <linux/types.h>

#define LABDEV_VENDOR		0xfffe
#define LABDEV_DEVICE		0x5301
/*
 * The identity of a DMA engine of which Linux knows that it uses three more requester IDs of its
 * bus: 10.0, 11.0 and 12.3. A device tree's iommu-map alone cannot give a function several
 * StreamIDs.
 */
#define LABDEV_ALIASED_VENDOR	0x8086
#define LABDEV_ALIASED_DEVICE	0x2260

#define LABDEV_BAR		0
#define LABDEV_BAR_SZ		0x4000
#define LABDEV_MSIX_BAR		2

#define LABDEV_NR_JOBS		64
#define LABDEV_PIECE_MAX	4096u
#define LABDEV_LEN_MAX		0x40000000ull
#define LABDEV_GROUP_MAX	32

/* ------------------------------------------------------------ the device */

#define LABDEV_ID		0x000	/* LABDEV_ID_VALUE */
#define  LABDEV_ID_VALUE	0x5645444cu
#define LABDEV_VERSION		0x004
#define  LABDEV_VERSION_VALUE	1u
#define LABDEV_NR_SIDS		0x008
#define LABDEV_STATUS		0x00c	/* what the configuration space has enabled */
#define  LABDEV_STATUS_MASTER	(1u << 0)
#define  LABDEV_STATUS_ATS	(1u << 1)
#define  LABDEV_STATUS_PRI	(1u << 2)
#define  LABDEV_STATUS_PASID	(1u << 3)
#define LABDEV_RESETS		0x010	/* counts FLRs and resets of the machine */
#define LABDEV_SCRATCH		0x014	/* keeps what is written; 0 after a reset */
#define LABDEV_IRQ_PENDING	0x020	/* 64 bits, one a job; write 1 to clear */
#define LABDEV_IRQ_ENABLE	0x028	/* bit 0: vector 0 at every job's end */
#define LABDEV_RUNNING		0x030	/* 64 bits: jobs not at their end */
#define LABDEV_STOP_ALL		0x038	/* 64 bits: stop these jobs */

/* ------------------------------------------------------------ notes to the referee */

#define LABDEV_NOTE_IOVA	0x040	/* 64 bits */
#define LABDEV_NOTE_LEN		0x048	/* 64 bits */
#define LABDEV_NOTE_PASID	0x050	/* PASID, with LABDEV_PASID_VALID */
#define LABDEV_NOTE_CMD		0x054	/* bits 7:0 enum labdev_note, 15:8 index of the StreamID */
#define LABDEV_NOTE_COUNT	0x058	/* notes taken */

#define LABDEV_PASID_VALID	(1u << 31)
#define LABDEV_PASID_MASK	0xfffffu

/**
 * enum labdev_note - what the driver knows and the referee cannot see
 * @LABDEV_NOTE_MAPPED: accesses to the range may succeed again
 * @LABDEV_NOTE_UNMAPPED: the unmap of the range has returned: no access may succeed
 * @LABDEV_NOTE_NO_BYPASS_BEGIN: from here on the stream must not be seen in bypass
 * @LABDEV_NOTE_NO_BYPASS_END: it may again
 * @LABDEV_NOTE_HITLESS_BEGIN: from here on no access of the stream may fault, and nothing may be
 *	invalid that accesses with the note's PASID, or without one, need
 * @LABDEV_NOTE_HITLESS_END: it may again
 */
enum labdev_note {
	LABDEV_NOTE_MAPPED = 1,
	LABDEV_NOTE_UNMAPPED,
	LABDEV_NOTE_NO_BYPASS_BEGIN,
	LABDEV_NOTE_NO_BYPASS_END,
	LABDEV_NOTE_HITLESS_BEGIN,
	LABDEV_NOTE_HITLESS_END,
};

/* ------------------------------------------------------------ settings and errors on order */

#define LABDEV_ATC_SIZE		0x080	/* entries in use, 1 to LABDEV_ATC_MAX */
#define  LABDEV_ATC_MAX		1024
#define LABDEV_ATC_LATE		0x084	/* percent of invalidations answered late */
#define LABDEV_ATC_FLUSH	0x088	/* write: forget all entries, as a device may at any time */

/* Each counts down; 0 is off. */
#define LABDEV_ERR_ATC_SILENT	0x0a0	/* invalidations that are never answered */
#define LABDEV_ERR_ATC_KEEP	0x0a4	/* invalidations answered without forgetting anything */
#define LABDEV_ERR_PRI_NO_LAST	0x0a8	/* groups of page requests whose last is not marked */
#define LABDEV_ERR_PRI_PRGI	0x0ac	/* groups that take an index that is in use */
/* Does not count down: while it is not 0, invalidations are kept; then they are done, too late. */
#define LABDEV_ERR_ATC_HOLD	0x0b0

/* ------------------------------------------------------------ counters, 64 bits each */

#define LABDEV_COUNTERS		0x100
#define LABDEV_COUNTER_NAMES(C)						\
	C(accesses) C(bytes) C(faults) C(jobs)				\
	C(atc_hits) C(atc_misses) C(atc_entries) C(atc_invs)		\
	C(atc_invs_late) C(atc_evictions) C(ats_requests) C(ats_refused) \
	C(page_requests) C(page_groups) C(page_responses) C(page_strays) \
	C(stalls) C(stall_ends) C(notes) C(breaches) C(irqs)

/* Their places: LABDEV_COUNTERS + 8 * place. */
enum labdev_counter {
#define C(name) LABDEV_COUNT_##name,
	LABDEV_COUNTER_NAMES(C)
#undef C
	LABDEV_NR_COUNTERS
};

/* ------------------------------------------------------------ jobs */

#define LABDEV_JOBS		0x2000
#define LABDEV_JOB_SZ		0x80
#define LABDEV_JOB(n)		(LABDEV_JOBS + (n) * LABDEV_JOB_SZ)

#define LABDEV_JOB_OP		0x00	/* bits 7:0 enum labdev_op, 15:8 index of the StreamID */
#define LABDEV_JOB_FLAGS	0x04
#define LABDEV_JOB_PASID	0x08	/* PASID, with LABDEV_PASID_VALID */
#define LABDEV_JOB_PIECE	0x0c	/* bytes an access, to LABDEV_PIECE_MAX; 0: what fits */
#define LABDEV_JOB_SRC		0x10	/* 64 bits */
#define LABDEV_JOB_DST		0x18	/* 64 bits */
#define LABDEV_JOB_LEN		0x20	/* 64 bits, up to LABDEV_LEN_MAX */
#define LABDEV_JOB_SEED		0x28	/* 64 bits */
#define LABDEV_JOB_ROUNDS	0x30	/* times that it is done; 0: until stopped */
#define LABDEV_JOB_FAIL_AT	0x34	/* the n-th access fails in the device; 0: none */
#define LABDEV_JOB_GROUP	0x38	/* page requests a group, 1 to LABDEV_GROUP_MAX; 0: 1 */
#define LABDEV_JOB_CMD		0x3c
#define  LABDEV_CMD_START	1u
#define  LABDEV_CMD_STOP	2u

#define LABDEV_JOB_STATE	0x40	/* enum labdev_state */
#define LABDEV_JOB_RESULT	0x44	/* enum labdev_result of the first thing that went wrong */
#define LABDEV_JOB_DONE		0x48	/* 64 bits: bytes moved, of all rounds */
#define LABDEV_JOB_SUM		0x50	/* 64 bits: labdev_sum() of what the last round read */
#define LABDEV_JOB_FAULT_ADDR	0x58	/* 64 bits: of the first fault */
#define LABDEV_JOB_FAULTS	0x60	/* accesses that did not succeed */
#define LABDEV_JOB_DONE_ROUNDS	0x64
#define LABDEV_JOB_STALLS	0x68
#define LABDEV_JOB_PAGE_REQS	0x6c
#define LABDEV_JOB_WRONG	0x70	/* bytes that COMPARE found different */
#define LABDEV_JOB_ATC_HITS	0x74
#define LABDEV_JOB_WRONG_ADDR	0x78	/* 64 bits: of the first such */

/**
 * enum labdev_op - what a job does with [SRC or DST, + LEN)
 * @LABDEV_OP_READ: read SRC and sum it
 * @LABDEV_OP_WRITE: write labdev_pattern(SEED) to DST
 * @LABDEV_OP_FILL: write SEED, 8 bytes again and again, to DST
 * @LABDEV_OP_COPY: from SRC to DST
 * @LABDEV_OP_COMPARE: read SRC and count what is not labdev_pattern(SEED)
 * @LABDEV_OP_SWAP: exchange each 8 bytes at DST with the pattern in one atomic access; sum the old
 * @LABDEV_OP_TRANSLATE: ask for the translations of SRC only; F_WRITE says for writing
 * @LABDEV_OP_PAGE_REQUEST: ask for the pages of SRC in groups only; F_WRITE says for writing
 * @LABDEV_OP_STOP_MARKER: tell that no page request of this PASID is under way
 * @LABDEV_NR_OPS: the first that is none
 */
enum labdev_op {
	LABDEV_OP_READ = 1,
	LABDEV_OP_WRITE,
	LABDEV_OP_FILL,
	LABDEV_OP_COPY,
	LABDEV_OP_COMPARE,
	LABDEV_OP_SWAP,
	LABDEV_OP_TRANSLATE,
	LABDEV_OP_PAGE_REQUEST,
	LABDEV_OP_STOP_MARKER,
	LABDEV_NR_OPS
};

#define LABDEV_F_PRIV		(1u << 0)	/* privileged */
#define LABDEV_F_INST		(1u << 1)	/* instruction fetch */
#define LABDEV_F_ATS		(1u << 2)	/* through the device's ATC */
#define LABDEV_F_PRI		(1u << 3)	/* ask for pages that are not there; with F_ATS */
#define LABDEV_F_STALL		(1u << 4)	/* a stall can be taken */
#define LABDEV_F_KEEP		(1u << 5)	/* go on after a fault */
#define LABDEV_F_FORCE		(1u << 6)	/* even if the capability is off: a broken device */
#define LABDEV_F_RAW		(1u << 7)	/* addresses go out as translated: hostile */
#define LABDEV_F_WRITE		(1u << 8)	/* for TRANSLATE and PAGE_REQUEST */
#define LABDEV_F_ALL		((1u << 9) - 1)

/**
 * enum labdev_state - of a job
 * @LABDEV_STATE_IDLE: none since the reset
 * @LABDEV_STATE_RUNNING: at work
 * @LABDEV_STATE_STALLED: waits for the end of a stall
 * @LABDEV_STATE_PAGING: waits for a page response
 * @LABDEV_STATE_DONE: the results hold
 */
enum labdev_state {
	LABDEV_STATE_IDLE,
	LABDEV_STATE_RUNNING,
	LABDEV_STATE_STALLED,
	LABDEV_STATE_PAGING,
	LABDEV_STATE_DONE,
};

/**
 * enum labdev_result - how a job ended
 * @LABDEV_RES_OK: everything done
 * @LABDEV_RES_ABORTED: an access was aborted
 * @LABDEV_RES_RAZ_WI: an access was ended silently: it read zeros or its write was lost
 * @LABDEV_RES_WRONG: COMPARE found other bytes
 * @LABDEV_RES_ATS_UR: a translation request was an Unsupported Request
 * @LABDEV_RES_ATS_CA: a translation request was a Completer Abort
 * @LABDEV_RES_ATS_NONE: a translation without the permission that is needed
 * @LABDEV_RES_PRI_DENIED: the page request was answered with Invalid Request
 * @LABDEV_RES_PRI_FAILURE: the page request was answered with Response Failure
 * @LABDEV_RES_PRI_RETRIES: answered with Success again and again, but nothing is mapped
 * @LABDEV_RES_STOPPED: by order
 * @LABDEV_RES_INJECTED: FAIL_AT
 * @LABDEV_RES_BAD_JOB: arguments that the device does not take
 * @LABDEV_RES_NO_CAP: needs ATS, PRI or PASID, and the capability is not enabled
 * @LABDEV_RES_RESET: the driver's: the device was reset, or left, before the end
 * @LABDEV_NR_RESULTS: how many
 */
enum labdev_result {
	LABDEV_RES_OK,
	LABDEV_RES_ABORTED,
	LABDEV_RES_RAZ_WI,
	LABDEV_RES_WRONG,
	LABDEV_RES_ATS_UR,
	LABDEV_RES_ATS_CA,
	LABDEV_RES_ATS_NONE,
	LABDEV_RES_PRI_DENIED,
	LABDEV_RES_PRI_FAILURE,
	LABDEV_RES_PRI_RETRIES,
	LABDEV_RES_STOPPED,
	LABDEV_RES_INJECTED,
	LABDEV_RES_BAD_JOB,
	LABDEV_RES_NO_CAP,
	LABDEV_RES_RESET,
	LABDEV_NR_RESULTS
};

/**
 * labdev_pattern() - the 8 bytes of a test pattern
 * @seed: of the job
 * @index: of the 8 bytes, counted from the range's begin
 */
static inline __u64 labdev_pattern(__u64 seed, __u64 index)
{
	__u64 x = seed + (index + 1) * 0x9e3779b97f4a7c15ull;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

/**
 * labdev_pattern_byte() - one byte of it, little endian
 * @seed: of the job
 * @offset: in bytes from the range's begin
 */
static inline __u8 labdev_pattern_byte(__u64 seed, __u64 offset)
{
	return labdev_pattern(seed, offset / 8) >> (offset % 8 * 8);
}

#define LABDEV_SUM_BEGIN	0xcbf29ce484222325ull

/**
 * labdev_sum() - FNV-1a of more bytes
 * @sum: of those before, LABDEV_SUM_BEGIN for none
 * @buf: bytes
 * @n: how many
 */
static inline __u64 labdev_sum(__u64 sum, const void *buf, unsigned long n)
{
	const __u8 *byte = buf;
	unsigned long i;

	for (i = 0; i < n; i++)
		sum = (sum ^ byte[i]) * 0x100000001b3ull;
	return sum;
}

#endif
