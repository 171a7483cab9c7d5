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
 * CPUs share CMD_SYNCs: while one is on its way, who comes leaves its commands without one and
 * without a doorbell (SMMU3_TICKET_SHARED). When the one is done, the first of those who wait, or
 * who comes then, posts the next, which serves them all. So n CPUs that are always at it send n + 1
 * commands for n unmaps, with one doorbell, and none waits for more than the CMD_SYNC that was on
 * its way and the next.
 */
#include <linux/array_size.h>
#include <linux/dma-mapping.h>
#include <linux/ktime.h>
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
	cmdq->rung = cmdq->prod;
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
	cmdq->rung = cmdq->prod;
	WRITE_ONCE(cmdq->seen, cmdq->prod);
	WRITE_ONCE(cmdq->synced, cmdq->prod);
	/* Pairs with cmdq_share(). */
	smp_store_release(&cmdq->start, cmdq->prod);
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
	cmdq->rung = cmdq->prod;
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
		/* Others may have left that to us. */
		if (cmdq->rung != cmdq->prod)
			cmdq_ring(cmdq);
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

/* How a run ends; and ALONE begins with a CMD_SYNC where shared ones wait for it (4.5.1). */
enum cmdq_end { CMDQ_END_SYNC, CMDQ_END_ALONE, CMDQ_END_SHARE, CMDQ_END_OPEN };

/*
 * May a run of @nr commands leave the CMD_SYNC to the next one? Only while one is on its way, as
 * far as is known here: who is wrong about that posts one when it waits. And not if too much would
 * stand before the next.
 */
static bool cmdq_may_share(const struct smmu3_cmdq *cmdq, unsigned int nr)
{
	return READ_ONCE(cmdq->seen) != cmdq->synced &&
	       cmdq->prod + nr - cmdq->synced < cmdq->run_max;
}

/* A run for which there is room. Return: its ticket. */
static __always_inline u64 cmdq_fill(struct smmu3_cmdq *cmdq, const struct smmu3_cmd *cmds,
				     unsigned int nr, enum cmdq_end end)
	__must_hold(&cmdq->lock)
{
	bool share = end == CMDQ_END_SHARE && cmdq_may_share(cmdq, nr);
	bool sync = end != CMDQ_END_OPEN && !share;
	u64 pos = cmdq->prod;

	/* The smallest queue has no room for that, and nobody shares there. */
	if (end == CMDQ_END_ALONE && cmdq->shared > cmdq->synced && cmdq->keep) {
		cmdq->syncs_merged--;
		cmdq_put_sync(cmdq, pos++);
	}
	while (nr--)
		cmdq_put(cmdq, pos++, *cmds++);
	if (sync)
		cmdq_put_sync(cmdq, pos++);
	/* Pairs with cmdq_accuse(). */
	smp_store_release(&cmdq->prod, pos);
	if (share) {
		cmdq->syncs_merged++;
		cmdq->shared = pos;
		return pos | SMMU3_TICKET_SHARED;
	}
	if (sync)
		/* Its word has been set; pairs with cmdq_share(). */
		smp_store_release(&cmdq->synced, pos);
	cmdq_ring(cmdq);
	return pos;
}

/* One run of at most POST_MAX commands. */
static u64 cmdq_post_run(struct smmu3_cmdq *cmdq, const struct smmu3_cmd *cmds, unsigned int nr,
			 enum cmdq_end end)
{
	unsigned int room = nr + (end != CMDQ_END_OPEN) + (end == CMDQ_END_ALONE && cmdq->keep);
	u64 ticket = SMMU3_TICKET_LOST;
	unsigned long flags;

	raw_spin_lock_irqsave(&cmdq->lock, flags);
	if (unlikely(!cmdq->running))
		ticket = SMMU3_TICKET_DONE;
	/* Given up and yet not stopped: there is no point in waiting, and no success to report. */
	else if (likely(!READ_ONCE(cmdq->smmu->dead)) &&
		 (cmdq_has_room(cmdq, room) || cmdq_reserve(cmdq, room, &flags)))
		ticket = likely(cmdq->running) ? cmdq_fill(cmdq, cmds, nr, end) :
						 SMMU3_TICKET_DONE;
	raw_spin_unlock_irqrestore(&cmdq->lock, flags);
	return ticket;
}

bool smmu3_cmdq_lead(struct smmu3_cmdq *cmdq, u64 pos, bool insist)
{
	unsigned long flags;
	bool ok = true;

	if (insist)
		raw_spin_lock_irqsave(&cmdq->lock, flags);
	else if (!raw_spin_trylock_irqsave(&cmdq->lock, flags))
		return true;
	if (cmdq->running && cmdq->synced < pos) {
		ok = !READ_ONCE(cmdq->smmu->dead) &&
		     (cmdq_has_room(cmdq, 1) || cmdq_reserve(cmdq, 1, &flags));
		/* The lock may have been given up meanwhile. */
		if (ok && cmdq->running && cmdq->synced < pos) {
			cmdq->syncs_merged--;
			cmdq_fill(cmdq, NULL, 0, CMDQ_END_SYNC);
		}
	}
	raw_spin_unlock_irqrestore(&cmdq->lock, flags);
	return ok;
}

static bool cmdq_has_atc(const struct smmu3_cmd *cmds, unsigned int nr)
{
	while (nr--) {
		if (smmu3_cmd_opcode(&cmds[nr]) == CMD_ATC_INV)
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
	enum cmdq_end end = atc ? CMDQ_END_ALONE : sync || force ? CMDQ_END_SYNC : CMDQ_END_OPEN;
	unsigned int max = cmdq_run_max(cmdq, force);
	u64 ticket;

	if (atc)
		max = min(max, cmdq->keep ?: max);
	while (nr > max) {
		ticket = cmdq_post_run(cmdq, cmds, max, force ? end : CMDQ_END_OPEN);
		if (ticket == SMMU3_TICKET_LOST)
			return ticket;
		cmds += max;
		nr -= max;
	}
	return cmdq_post_run(cmdq, cmds, nr, end);
}

u64 smmu3_cmdq_post(struct smmu3_cmdq *cmdq, const struct smmu3_cmd *cmds, unsigned int nr)
{
	u64 ticket;

	/* What an unmap posts is short. */
	if (likely(nr <= cmdq->run_max && !cmdq_has_atc(cmds, nr)))
		ticket = cmdq_post_run(cmdq, cmds, nr, CMDQ_END_SHARE);
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
