// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command queue: its memory, and posting commands.
 *
 * ARM IHI 0070, 3.5, 4.1, 4.7 "CMD_SYNC". Layer 1.
 *
 * Producers fill entries under a lock that is held for the copy only. Positions never wrap, so a
 * ticket stays meaningful across restarts: a restart continues at the same position with everything
 * before it done. Waiting is in cmdq_wait.c.
 *
 * CPUs share CMD_SYNCs: while one is on its way, or somebody has the lock, who comes leaves its
 * commands in a list (struct smmu3_cmdq_share), with one atomic operation. When the CMD_SYNC is
 * done, the first of the list posts all of them with the next, and tells each its ticket. So n CPUs
 * that are always at it send n + 2 commands for n unmaps, with two doorbells, and none waits for
 * more than the CMD_SYNC that was on its way and the next. The first may be kept from its turn;
 * then another takes it. Nobody queues for the lock but who posts for all.
 */
#include <linux/array_size.h>
#include <linux/dma-mapping.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include "../debug/trace.h"
#include "cmdq_wait.h"
#include "device.h"
#include "gerror.h"
#include "mmio.h"

/* The longest run of commands posted at once; leaves room for other producers. */
#define POST_MAX		64
/* Erratum 2812531: no run without CMD_SYNC may reach 64 commands. */
#define POST_MAX_FORCE_SYNC	62
/*
 * Consumed entries that are not filled again yet: who failed a CMD_SYNC is read from what stands
 * before it. A run with an ATC_INV is no longer and ends in its own CMD_SYNC.
 */
#define KEEP_MAX		64

/* The longest run, and where each is to end in a CMD_SYNC. */
static unsigned int cmdq_run_max(const struct smmu3_cmdq *cmdq, bool force)
{
	force |= cmdq->smmu->quirks & BIT(SMMU3_QUIRK_FORCE_SYNC);
	return min_t(unsigned int, force ? POST_MAX_FORCE_SYNC : POST_MAX,
		     smmu3_queue_nr(&cmdq->q) / 2);
}

int smmu3_cmdq_init(struct smmu3_cmdq *cmdq, struct smmu3_device *smmu, void __iomem *regs, u8 lg2)
{
	int ret;

	raw_spin_lock_init(&cmdq->lock);
	cmdq->smmu = smmu;
	cmdq->regs = regs;
	ret = smmu3_queue_alloc(smmu, &cmdq->q, "command", lg2, 2, REG_CMDQ_BASE,
				smmu->feat.cmdq_lg2_max);
	if (ret)
		return ret;
	if (smmu3_device_has(smmu, SMMU3_FEAT_SYNC_MSI)) {
		/* Without this memory the waiters poll CMDQ_CONS: slower, not wrong. */
		cmdq->sync_mem = dma_alloc_coherent(smmu->dev,
						    sizeof(*cmdq->sync_mem) << cmdq->q.lg2,
						    &cmdq->sync_dma, GFP_KERNEL | __GFP_NOWARN);
	}
	cmdq->keep = min_t(unsigned int, KEEP_MAX, smmu3_queue_nr(&cmdq->q) / 4);
	cmdq->room = smmu3_queue_nr(&cmdq->q) - cmdq->keep;
	cmdq->step = max_t(unsigned int, 1, smmu3_queue_nr(&cmdq->q) / 8);
	cmdq->run_max = cmdq_run_max(cmdq, false);
	/* Position 0 is SMMU3_TICKET_DONE, so no CMD_SYNC may end there. */
	cmdq->prod = 2ULL << cmdq->q.lg2;
	cmdq->done = cmdq->prod;
	cmdq->start = cmdq->prod;
	cmdq->synced = cmdq->prod;
	cmdq->seen = cmdq->prod;
	return 0;
}

void smmu3_cmdq_fini(struct smmu3_cmdq *cmdq)
{
	if (cmdq->sync_mem)
		dma_free_coherent(cmdq->smmu->dev, sizeof(*cmdq->sync_mem) << cmdq->q.lg2,
				  cmdq->sync_mem, cmdq->sync_dma);
	cmdq->sync_mem = NULL;
	smmu3_queue_free(cmdq->smmu, &cmdq->q);
}

/* Tickets of any kind that were given so far are done. */
static void cmdq_answer_all(struct smmu3_cmdq *cmdq)
	__must_hold(&cmdq->lock)
{
	WRITE_ONCE(cmdq->seen, cmdq->prod);
	WRITE_ONCE(cmdq->synced, cmdq->prod);
	WRITE_ONCE(cmdq->start, cmdq->prod);
}

void smmu3_cmdq_program(struct smmu3_cmdq *cmdq, u32 prod_bits)
{
	unsigned long flags;
	u32 reg;

	raw_spin_lock_irqsave(&cmdq->lock, flags);
	cmdq->prod_bits = prod_bits;
	reg = smmu3_queue_reg(&cmdq->q, cmdq->prod);
	smmu3_queue_program(&cmdq->q, cmdq->regs);
	smmu3_mmio_write32(cmdq->regs + CMDQ_REG_CONS, reg);
	/* The last one: an ECMDQ begins with it. */
	smmu3_mmio_write32_release(cmdq->regs + CMDQ_REG_PROD, reg | prod_bits);
	WRITE_ONCE(cmdq->done, cmdq->prod);
	cmdq_answer_all(cmdq);
	/* An error that was served between the stop and now was of the commands before. */
	WRITE_ONCE(cmdq->broken, false);
	cmdq->fetch_aborts = 0;
	raw_spin_unlock_irqrestore(&cmdq->lock, flags);
}

void smmu3_cmdq_start(struct smmu3_cmdq *cmdq)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&cmdq->lock, flags);
	cmdq->running = true;
	raw_spin_unlock_irqrestore(&cmdq->lock, flags);
}

void smmu3_cmdq_stop(struct smmu3_cmdq *cmdq)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&cmdq->lock, flags);
	cmdq->running = false;
	/*
	 * Whoever still waits is answered by the invalidation of everything before the next
	 * enable.
	 */
	WRITE_ONCE(cmdq->done, cmdq->prod);
	cmdq_answer_all(cmdq);
	WRITE_ONCE(cmdq->broken, false);
	raw_spin_unlock_irqrestore(&cmdq->lock, flags);
}

/* By value: what is not in memory need not go there first. */
static __always_inline void cmdq_put(struct smmu3_cmdq *cmdq, u64 pos, struct smmu3_cmd cmd)
{
	__le64 *ent = smmu3_queue_ent(&cmdq->q, pos);

	ent[0] = cpu_to_le64(cmd.q[0]);
	ent[1] = cpu_to_le64(cmd.q[1]);
	cmdq->posted[smmu3_cmd_opcode(&cmd)]++;
	smmu3_trace_cmd(cmdq->smmu, cmd.q[0], cmd.q[1]);
}

static __always_inline void cmdq_put_sync(struct smmu3_cmdq *cmdq, u64 pos)
{
	u64 slot = pos & cmdq->q.mask;

	if (!cmdq->sync_mem) {
		cmdq_put(cmdq, pos, smmu3_cmd_sync());
		return;
	}
	/* Not done yet; a waiter of an older ticket in this slot rightly takes it as done. */
	WRITE_ONCE(cmdq->sync_mem[slot].word, cpu_to_le32((u32)pos));
	cmdq_put(cmdq, pos, smmu3_cmd_sync_msi(cmdq->sync_dma + slot * sizeof(*cmdq->sync_mem),
					       (u32)(pos + 1)));
}

/* The SMMU shall see everything that was posted. */
static __always_inline void cmdq_ring(struct smmu3_cmdq *cmdq)
{
	cmdq->doorbells++;
	smmu3_mmio_write32_release(cmdq->regs + CMDQ_REG_PROD,
				   smmu3_queue_reg(&cmdq->q, cmdq->prod) | cmdq->prod_bits);
}

static bool cmdq_has_room(const struct smmu3_cmdq *cmdq, unsigned int nr)
{
	return cmdq->prod + nr - READ_ONCE(cmdq->done) <= cmdq->room;
}

/*
 * Wait for room with the lock dropped between looks, so that interrupts are off no longer than a
 * look takes.
 * Return: false where no room was found in time (smmu3_cmdq_patient()).
 */
static noinline bool cmdq_reserve(struct smmu3_cmdq *cmdq, unsigned int nr, unsigned long *flags)
	__must_hold(&cmdq->lock)
{
	struct smmu3_cmdq_patience patience;
	unsigned int polls = 0;

	while (cmdq->running && !cmdq_has_room(cmdq, nr) &&
	       cmdq->prod + nr - smmu3_cmdq_read_cons(cmdq) > cmdq->room) {
		if (!polls++) {
			cmdq->full++;
			smmu3_cmdq_patience_init(&patience, ktime_get());
		}
		raw_spin_unlock_irqrestore(&cmdq->lock, *flags);
		if (!(polls % SMMU3_POLLS_PER_GERROR)) {
			smmu3_gerror_serve(cmdq->smmu);
			if (!smmu3_cmdq_patient(cmdq, &patience)) {
				raw_spin_lock_irqsave(&cmdq->lock, *flags);
				return false;
			}
		}
		cpu_relax();
		raw_spin_lock_irqsave(&cmdq->lock, *flags);
	}
	return true;
}

/* The CMD_SYNC at @pos, and the doorbell. Return: its ticket. */
static __always_inline u64 cmdq_close(struct smmu3_cmdq *cmdq, u64 pos)
	__must_hold(&cmdq->lock)
{
	cmdq_put_sync(cmdq, pos++);
	/* Pairs with cmdq_accuse(). */
	smp_store_release(&cmdq->prod, pos);
	/* Its word has been set; pairs with cmdq_turn(). */
	smp_store_release(&cmdq->synced, pos);
	cmdq_ring(cmdq);
	return pos;
}

/*
 * Room for @nr commands in a queue that takes them? Else @ticket is the answer.
 */
static __always_inline bool cmdq_ready(struct smmu3_cmdq *cmdq, unsigned int nr,
				       unsigned long *flags, u64 *ticket)
	__must_hold(&cmdq->lock)
{
	*ticket = SMMU3_TICKET_DONE;
	if (unlikely(!cmdq->running))
		return false;
	*ticket = SMMU3_TICKET_LOST;
	/* Given up and yet not stopped: there is no point in waiting, and no success to report. */
	if (unlikely(READ_ONCE(cmdq->smmu->dead)) ||
	    (unlikely(!cmdq_has_room(cmdq, nr)) && !cmdq_reserve(cmdq, nr, flags)))
		return false;
	/* The lock may have been given up meanwhile. */
	*ticket = SMMU3_TICKET_DONE;
	return likely(cmdq->running);
}

/* One run of at most POST_MAX commands; @sync: with a CMD_SYNC. The lock is given up. */
static __always_inline u64 cmdq_fill_and_unlock(struct smmu3_cmdq *cmdq,
						const struct smmu3_cmd *cmds, unsigned int nr,
						bool sync, unsigned long flags)
	__releases(&cmdq->lock)
{
	u64 ticket, pos;

	if (likely(cmdq_ready(cmdq, nr + sync, &flags, &ticket))) {
		pos = cmdq->prod;
		while (nr--)
			cmdq_put(cmdq, pos++, *cmds++);
		if (sync) {
			ticket = cmdq_close(cmdq, pos);
		} else {
			/* Pairs with cmdq_accuse(). */
			smp_store_release(&cmdq->prod, pos);
			cmdq_ring(cmdq);
			ticket = pos;
		}
	}
	raw_spin_unlock_irqrestore(&cmdq->lock, flags);
	return ticket;
}

static u64 cmdq_post_run(struct smmu3_cmdq *cmdq, const struct smmu3_cmd *cmds, unsigned int nr,
			 bool sync)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&cmdq->lock, flags);
	return cmdq_fill_and_unlock(cmdq, cmds, nr, sync, flags);
}

/*
 * Leave the commands in the list. Interrupts are off between the exchange and the link, so that who
 * walks the list waits for no more than that.
 */
static noinline u64 cmdq_leave(struct smmu3_cmdq *cmdq, const struct smmu3_cmd *cmds,
			       unsigned int nr, struct smmu3_cmdq_share *share)
{
	struct smmu3_cmdq_share *before;
	unsigned long flags;
	unsigned int i;

	/* No CMD_SYNC will be done: the answer is at hand. */
	if (READ_ONCE(cmdq->smmu->dead))
		return cmdq_post_run(cmdq, cmds, nr, true);
	for (i = 0; i < nr; i++)
		share->cmds[i] = cmds[i];
	share->nr = nr;
	share->ticket = 0;
	share->next = SMMU3_SHARE_LINKING;
	local_irq_save(flags);
	/* What the caller has changed, and the commands, before; pairs with smmu3_cmdq_lead(). */
	before = xchg(&cmdq->head, share);
	if (!before)
		WRITE_ONCE(cmdq->first_cpu, raw_smp_processor_id());
	share->first = READ_ONCE(cmdq->first_cpu) == raw_smp_processor_id();
	WRITE_ONCE(share->next, before);
	local_irq_restore(flags);
	return SMMU3_TICKET_SHARED;
}

/* As many of @list as may stand before one CMD_SYNC. Return: the rest. */
static struct smmu3_cmdq_share *cmdq_fill_shared(struct smmu3_cmdq *cmdq,
						 struct smmu3_cmdq_share *list, u64 *ticket)
{
	struct smmu3_cmdq_share *share = list;
	unsigned int nr = 0, i;
	unsigned long flags;
	u64 pos;

	raw_spin_lock_irqsave(&cmdq->lock, flags);
	if (!cmdq_ready(cmdq, cmdq->run_max + 1, &flags, ticket)) {
		raw_spin_unlock_irqrestore(&cmdq->lock, flags);
		return NULL;
	}
	pos = cmdq->prod;
	do {
		nr += share->nr;
		for (i = 0; i < share->nr; i++)
			cmdq_put(cmdq, pos++, share->cmds[i]);
		cmdq->syncs_merged++;
		share = smp_cond_load_relaxed(&share->next, VAL != SMMU3_SHARE_LINKING);
	} while (share && nr + share->nr <= cmdq->run_max);
	cmdq->syncs_merged--;
	*ticket = cmdq_close(cmdq, pos);
	raw_spin_unlock_irqrestore(&cmdq->lock, flags);
	return share;
}

/* Tell those from @list to before @rest; each may be gone when it has been told. */
static void cmdq_tell(struct smmu3_cmdq_share *list, const struct smmu3_cmdq_share *rest,
		      u64 ticket)
{
	while (list != rest) {
		struct smmu3_cmdq_share *next =
			smp_cond_load_relaxed(&list->next, VAL != SMMU3_SHARE_LINKING);

		/* Pairs with cmdq_turn(): we have done with it. */
		smp_store_release(&list->ticket, ticket);
		list = next;
	}
}

void smmu3_cmdq_lead(struct smmu3_cmdq *cmdq, bool lost)
{
	struct smmu3_cmdq_share *list, *rest = NULL;
	u64 ticket = SMMU3_TICKET_LOST;

	if (!READ_ONCE(cmdq->head))
		return;
	/* All of the list wait for us. */
	preempt_disable();
	/* Pairs with cmdq_leave(). */
	for (list = xchg(&cmdq->head, NULL); list; list = rest) {
		if (!lost)
			rest = cmdq_fill_shared(cmdq, list, &ticket);
		/* A ticket of 0 would be none. */
		cmdq_tell(list, rest, ticket ?: READ_ONCE(cmdq->start));
	}
	preempt_enable();
}

static bool cmdq_has_atc(const struct smmu3_cmd *cmds, unsigned int nr)
{
	for (; nr; nr--, cmds++) {
		if (smmu3_cmd_opcode(cmds) == CMD_ATC_INV)
			return true;
	}
	return false;
}

/*
 * The commands in runs; @sync: a CMD_SYNC ends the last run. Each run has one where an erratum asks
 * for it, and with ATC_INVs (KEEP_MAX).
 */
static u64 cmdq_post_all(struct smmu3_cmdq *cmdq, const struct smmu3_cmd *cmds, unsigned int nr,
			 bool sync)
{
	bool atc = cmdq_has_atc(cmds, nr);
	bool force = cmdq->smmu->quirks & BIT(SMMU3_QUIRK_FORCE_SYNC) || atc;
	unsigned int max = cmdq_run_max(cmdq, force);
	u64 ticket;

	if (atc)
		max = min(max, cmdq->keep ?: max);
	while (nr > max) {
		ticket = cmdq_post_run(cmdq, cmds, max, force);
		if (ticket == SMMU3_TICKET_LOST)
			return ticket;
		cmds += max;
		nr -= max;
	}
	return cmdq_post_run(cmdq, cmds, nr, sync || force);
}

/* May @nr commands be left to who posts next? */
static __always_inline bool cmdq_may_share(const struct smmu3_cmdq *cmdq, unsigned int nr,
					   const struct smmu3_cmdq_share *share)
{
	return share && nr && nr <= SMMU3_SHARE_CMDS && nr < cmdq->run_max;
}

/*
 * What an unmap posts: a run, alone as far as is known here. Who is wrong about that has one
 * CMD_SYNC more, or waits a little longer.
 */
static __always_inline u64 cmdq_post_short(struct smmu3_cmdq *cmdq, const struct smmu3_cmd *cmds,
					   unsigned int nr, struct smmu3_cmdq_share *share)
{
	unsigned long flags;

	if (unlikely(!cmdq_may_share(cmdq, nr, share)))
		return cmdq_post_run(cmdq, cmds, nr, true);
	if (READ_ONCE(cmdq->seen) != READ_ONCE(cmdq->synced) ||
	    !raw_spin_trylock_irqsave(&cmdq->lock, flags))
		return cmdq_leave(cmdq, cmds, nr, share);
	return cmdq_fill_and_unlock(cmdq, cmds, nr, true, flags);
}

u64 smmu3_cmdq_post(struct smmu3_cmdq *cmdq, const struct smmu3_cmd *cmds, unsigned int nr,
		    struct smmu3_cmdq_share *share)
{
	u64 ticket;

	if (likely(nr <= cmdq->run_max && !cmdq_has_atc(cmds, nr)))
		ticket = cmdq_post_short(cmdq, cmds, nr, share);
	else
		ticket = cmdq_post_all(cmdq, cmds, nr, true);
	if (ticket == SMMU3_TICKET_LOST)
		smmu3_device_recover_later(cmdq->smmu);
	return ticket;
}

int smmu3_cmdq_post_nosync(struct smmu3_cmdq *cmdq, const struct smmu3_cmd *cmds, unsigned int nr)
{
	if (!nr || cmdq_post_all(cmdq, cmds, nr, false) != SMMU3_TICKET_LOST)
		return 0;
	smmu3_device_recover_later(cmdq->smmu);
	return -ETIMEDOUT;
}

void smmu3_cmdq_acknowledge(struct smmu3_cmdq *cmdq, u32 bit)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&cmdq->lock, flags);
	if (cmdq->running) {
		WRITE_ONCE(cmdq->prod_bits, cmdq->prod_bits ^ bit);
		cmdq_ring(cmdq);
	}
	raw_spin_unlock_irqrestore(&cmdq->lock, flags);
}

u64 smmu3_cmdq_total(const struct smmu3_cmdq *cmdq)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cmdq->posted); i++)
		sum += READ_ONCE(cmdq->posted[i]);
	return sum;
}
