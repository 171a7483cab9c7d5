/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Command queue: post commands, wait for their effect.
 *
 * ARM IHI 0070, 3.5, 4.1 "Commands overview", 4.7 "CMD_SYNC", 7.1 "Command queue errors". Layer 1.
 *
 * Invariant: a ticket is a position behind a CMD_SYNC. It is done when CMDQ_CONS has passed it:
 * then every command posted before it has taken effect. Posting and waiting are separate, so that a
 * caller may post to many SMMUs and then wait once for the slowest.
 */
#ifndef SMMU3_HW_CMDQ_H
#define SMMU3_HW_CMDQ_H

#include <linux/cache.h>
#include <linux/spinlock.h>
#include "../fmt/cmd.h"
#include "../fmt/uncleared.h"
#include "queue.h"

struct smmu3_device;

/* A ticket that is done already: nothing to wait for. */
#define SMMU3_TICKET_DONE	0ULL
/* The commands wait in a struct smmu3_cmdq_share, which will hold the ticket. */
#define SMMU3_TICKET_SHARED	(~1ULL)
/* The queue took no command for a second: waiting for this ticket fails. */
#define SMMU3_TICKET_LOST	(~0ULL)

/*
 * How long the SMMU may take for anything, in microseconds. A stub needs no time, and its
 * cases wait in vain often.
 */
#ifdef SMMU3_MMIO_STUB
#define SMMU3_TIMEOUT_US	100000
#define SMMU3_ATC_TIMEOUT_US	1000000
#else
#define SMMU3_TIMEOUT_US	1000000
/*
 * A device may take a minute, and up to half as much again, for an ATC invalidation (PCI Express,
 * 10.3.1): until then a CMD_SYNC behind one is no sign of an SMMU that has failed.
 */
#define SMMU3_ATC_TIMEOUT_US	90000000
#endif

/* Failed CMD_SYNCs that are remembered until their waiters have looked. */
#define SMMU3_CMDQ_FAILED	8

/*
 * Buckets of the sync latency histogram: bucket i counts waits below 2^i microseconds. A CMD_SYNC
 * that had completed at the first look was no wait.
 */
#define SMMU3_SYNC_BUCKETS	16

/* Commands of a struct smmu3_cmdq_share; a page takes one or two. */
#define SMMU3_SHARE_CMDS	2

/**
 * struct smmu3_cmdq_share - a few commands that who posts next puts into the queue with its own
 * @next: who came before; SMMU3_SHARE_LINKING until that is known
 * @ticket: 0 until they are in the queue
 * @nr: how many
 * @first: it is our turn to post: nobody was there before, or we have interrupted the first
 * @cmds: the commands
 *
 * Lies on the stack of who posts, and may go when @ticket is there.
 */
struct smmu3_cmdq_share {
	struct smmu3_cmdq_share	*next;
	u64			ticket;
	unsigned int		nr;
	bool			first;
	struct smmu3_cmd	cmds[SMMU3_SHARE_CMDS];
};

#define SMMU3_SHARE_LINKING	((struct smmu3_cmdq_share *)1UL)

/**
 * struct smmu3_sync_word - what a CMD_SYNC writes when it completes
 * @word: the low half of its ticket
 * @spill: some parts write 64 bits (SMMU3_QUIRK_SYNC_MSI_64)
 */
struct smmu3_sync_word {
	__le32	word;
	__le32	spill;
};

/**
 * struct smmu3_cmdq - the command queue, or an enhanced one
 * @q: memory
 * @smmu: whose
 * @regs: BASE, PROD and CONS
 * @prod_bits: what PROD holds beside the index; written under @lock
 * @sync_mem: completion words for CMD_SYNC by memory write, one for each entry; NULL without
 *	SMMU3_FEAT_SYNC_MSI
 * @sync_dma: their address
 * @keep: consumed entries that are not filled again yet
 * @room: entries that may be filled
 * @step: see @done
 * @run_max: commands that may be posted at once
 * @start: position at which the queue was last started or stopped; what stands before is of no
 *	account, and its tickets are done
 * @running: commands reach the SMMU; else they are dropped as done: while the queue does not run
 *	the SMMU aborts all traffic, and before it translates again everything it may hold is
 *	invalidated
 * @waited: a wait has ended well since the last recovery
 * @broken: a command that mattered was illegal and has not taken effect: until the queue is
 *	stopped for recovery no wait succeeds
 * @nr_failed: how many CMD_SYNCs behind ATC invalidations were not answered
 * @failed: tickets of the latest ones; written under the GERROR lock
 * @fetch_aborts: CERROR_ABT in a row at @abort_pos
 * @abort_pos: position of the last CERROR_ABT
 * @full: times a producer met a full queue
 * @timeouts: waits that gave up
 * @latency: histogram of sync waits
 * @pad1: space
 * @lock: serialises producers; protects @start, @running, @full, @prod to @posted and the entries
 * @pad2: space
 * @head: commands that wait for who posts next, the latest first
 * @first_cpu: where the first of them came from; a hint
 * @pad3: space
 * @prod: next position to fill
 * @syncs_merged: posts that shared another's CMD_SYNC
 * @doorbells: writes of CMDQ_PROD
 * @posted: commands by opcode, whatever the eight bits say
 * @pad4: space
 * @synced: position behind the last CMD_SYNC; written under @lock
 * @seen: the CMD_SYNC that somebody last saw done when nobody shared the next; a hint, written by
 *	anybody
 * @pad5: space
 * @done: position known to be consumed; only grows, by @step or more at once: the SMMU may be
 *	further. Written under @lock or by waiters (cmpxchg)
 * @pad6: space
 */
struct smmu3_cmdq {
	/* Hardly ever written. */
	struct smmu3_queue	q;
	struct smmu3_device	*smmu;
	void __iomem		*regs;
	u32			prod_bits;
	struct smmu3_sync_word	*sync_mem;
	dma_addr_t		sync_dma;
	unsigned int		keep;
	unsigned int		room;
	unsigned int		step;
	unsigned int		run_max;
	u64			start;
	bool			running;
	bool			waited;
	bool			broken;
	unsigned int		nr_failed;
	u64			failed[SMMU3_CMDQ_FAILED];
	unsigned int		fetch_aborts;
	u64			abort_pos;
	u64			full;
	atomic64_t		timeouts;
	atomic64_t		latency[SMMU3_SYNC_BUCKETS];

	/*
	 * What CPUs contend for, each in a cache line of its own (tests/sim): who comes writes
	 * @head, who posts all the others.
	 */
	u8			pad1[SMP_CACHE_BYTES];
	raw_spinlock_t		lock;
	u8			pad2[SMP_CACHE_BYTES];
	struct smmu3_cmdq_share	*head;
	unsigned int		first_cpu;
	u8			pad3[SMP_CACHE_BYTES];
	u64			prod;
	u64			syncs_merged;
	u64			doorbells;
	u64			posted[256];
	u8			pad4[SMP_CACHE_BYTES];
	u64			synced;
	u64			seen;
	u8			pad5[SMP_CACHE_BYTES];
	u64			done;
	u8			pad6[SMP_CACHE_BYTES];
};

/* Behind BASE; the same for the Command queue (6.3.26 to 6.3.28) and an ECMDQ (6.2.5). */
#define CMDQ_REG_PROD	0x8
#define CMDQ_REG_CONS	0xc

/**
 * smmu3_cmdq_init() - memory of a queue
 * @cmdq: zeroed
 * @smmu: the SMMU
 * @regs: its registers, BASE first
 * @lg2: log2 entries wanted
 *
 * Context: may sleep.
 * Return: as smmu3_queue_alloc().
 */
int smmu3_cmdq_init(struct smmu3_cmdq *cmdq, struct smmu3_device *smmu, void __iomem *regs, u8 lg2);
/* Of one that was not initialised or has been freed already: nothing. */
void smmu3_cmdq_fini(struct smmu3_cmdq *cmdq);

/**
 * smmu3_cmdq_program() - write the registers of a queue that is disabled
 * @cmdq: the queue
 * @prod_bits: what PROD holds beside the index from now on
 *
 * Everything posted earlier counts as done.
 */
void smmu3_cmdq_program(struct smmu3_cmdq *cmdq, u32 prod_bits);

/* From now on commands reach the SMMU, which has acknowledged that the queue is enabled. */
void smmu3_cmdq_start(struct smmu3_cmdq *cmdq);

/**
 * smmu3_cmdq_stop() - from now on commands are dropped as done
 * @cmdq: the queue; the caller has made its SMMU abort all traffic (SMMUEN = 0, GBPA.ABORT = 1)
 *	or is about to before it lets any memory be reused
 */
void smmu3_cmdq_stop(struct smmu3_cmdq *cmdq);

/**
 * smmu3_cmdq_post() - post commands and a CMD_SYNC behind them
 * @cmdq: the queue
 * @cmds: the commands
 * @nr: how many; 0 posts a CMD_SYNC only
 * @share: where a few may wait for the next CMD_SYNC, need not be initialised; NULL: they must not
 *
 * Context: any, also with interrupts off. May poll while the queue is full, with interrupts as
 * the caller has them.
 * Return: a ticket for smmu3_cmdq_wait(). Whoever gets SMMU3_TICKET_SHARED has to wait.
 */
u64 smmu3_cmdq_post(struct smmu3_cmdq *cmdq, const struct smmu3_cmd *cmds, unsigned int nr,
		    struct smmu3_cmdq_share *share);

/**
 * smmu3_cmdq_post_nosync() - post commands that a later smmu3_cmdq_post() to this queue completes
 * @cmdq: the queue
 * @cmds: the commands
 * @nr: how many
 *
 * Context: as smmu3_cmdq_post().
 * Return: 0; -ETIMEDOUT: the queue took no command for a second, these are lost: a later ticket
 * says nothing about them.
 */
int smmu3_cmdq_post_nosync(struct smmu3_cmdq *cmdq, const struct smmu3_cmd *cmds, unsigned int nr);

/**
 * smmu3_cmdq_wait() - wait until a ticket is done
 * @cmdq: the queue
 * @ticket: from smmu3_cmdq_post() of this queue
 * @share: what that was given
 *
 * Context: any; polls. While it polls it also serves command queue errors, so it ends where the
 * interrupt of GERROR cannot be taken.
 * While the SMMU waits for the answer to an ATC invalidation, whoever asked for it, this waits,
 * too, up to SMMU3_ATC_TIMEOUT_US; the sink has been told of the device after a second.
 * Return: 0; -ETIMEDOUT: the SMMU did not complete in a second, or a command was lost: recovery
 * has been started, and what was to be invalidated may still be cached; -EIO: an ATC invalidation
 * before this ticket was not answered, all other commands took effect.
 */
int smmu3_cmdq_wait(struct smmu3_cmdq *cmdq, u64 ticket, struct smmu3_cmdq_share *share);

/* Post and wait. */
static inline int smmu3_cmdq_issue(struct smmu3_cmdq *cmdq, const struct smmu3_cmd *cmds,
				   unsigned int nr)
{
	struct smmu3_cmdq_share share SMMU3_UNCLEARED;

	return smmu3_cmdq_wait(cmdq, smmu3_cmdq_post(cmdq, cmds, nr, &share), &share);
}

/**
 * smmu3_cmdq_error() - serve an error of the queue: name it, take the bad command away
 * @cmdq: the queue; GERROR lock held; the caller acknowledges the error afterwards
 * @cons: what its CONS holds: the reason and the place
 */
void smmu3_cmdq_error(struct smmu3_cmdq *cmdq, u32 cons);

/* Toggle a bit of PROD that says that an error has been dealt with. */
void smmu3_cmdq_acknowledge(struct smmu3_cmdq *cmdq, u32 bit);

/* Commands posted in all. */
u64 smmu3_cmdq_total(const struct smmu3_cmdq *cmdq);

#endif
