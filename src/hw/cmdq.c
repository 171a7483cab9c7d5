// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command queue: post commands, wait for their effect.
 *
 * ARM IHI 0070, 3.5, 4.1, 4.7 "CMD_SYNC", 7.1 "Command queue errors". Layer 1.
 *
 * Producers fill entries under a lock that is held for the copy only. Waiters hold nothing: they
 * watch CMDQ_CONS (or the word that CMD_SYNC writes). Positions never wrap, so a ticket stays
 * meaningful across restarts: a restart continues at the same position with everything before it
 * done.
 */
#include <linux/array_size.h>
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/nmi.h>
#include "../debug/trace.h"
#include "device.h"
#include "gerror.h"
#include "mmio.h"
#include "reset.h"

/* The longest run of commands posted at once; leaves room for other producers. */
#define POST_MAX		64
/* Erratum 2812531: no run without CMD_SYNC may reach 64 commands. */
#define POST_MAX_FORCE_SYNC	62
/*
 * Consumed entries that are not filled again yet: who failed a CMD_SYNC is read from what stands
 * before it. A run with an ATC_INV is no longer and ends in its own CMD_SYNC.
 */
#define KEEP_MAX		64
/* A producer or waiter that gets nowhere looks at GERROR after so many polls. */
#define POLLS_PER_GERROR	256
#define FETCH_ABORTS_MAX	8

int smmu3_cmdq_init(struct smmu3_device *smmu)
{
	struct smmu3_cmdq *cmdq = &smmu->cmdq;
	int ret;

	raw_spin_lock_init(&cmdq->lock);
	ret = smmu3_queue_alloc(smmu, &cmdq->q, "command",
				smmu3_cmdq_lg2(smmu->feat.cmdq_lg2_max, smmu->kdump), 2,
				REG_CMDQ_BASE, smmu->feat.cmdq_lg2_max);
	if (ret)
		return ret;
	if (smmu3_device_has(smmu, SMMU3_FEAT_SYNC_MSI)) {
		/* Without this memory the waiters poll CMDQ_CONS: slower, not wrong. */
		cmdq->sync_mem = dma_alloc_coherent(smmu->dev,
						    sizeof(*cmdq->sync_mem) << cmdq->q.lg2,
						    &cmdq->sync_dma, GFP_KERNEL | __GFP_NOWARN);
	}
	/* Position 0 is SMMU3_TICKET_DONE, so no CMD_SYNC may end there. */
	cmdq->prod = 2ULL << cmdq->q.lg2;
	cmdq->done = cmdq->prod;
	return 0;
}

void smmu3_cmdq_fini(struct smmu3_device *smmu)
{
	struct smmu3_cmdq *cmdq = &smmu->cmdq;

	if (cmdq->sync_mem)
		dma_free_coherent(smmu->dev, sizeof(*cmdq->sync_mem) << cmdq->q.lg2, cmdq->sync_mem,
				  cmdq->sync_dma);
	cmdq->sync_mem = NULL;
	smmu3_queue_free(smmu, &cmdq->q);
}

void smmu3_cmdq_start(struct smmu3_device *smmu)
{
	struct smmu3_cmdq *cmdq = &smmu->cmdq;
	unsigned long flags;

	raw_spin_lock_irqsave(&cmdq->lock, flags);
	smmu3_queue_program(smmu, &cmdq->q, REG_CMDQ_BASE);
	smmu3_write32(smmu, REG_CMDQ_PROD, smmu3_queue_reg(&cmdq->q, cmdq->prod));
	smmu3_write32(smmu, REG_CMDQ_CONS, smmu3_queue_reg(&cmdq->q, cmdq->prod));
	WRITE_ONCE(cmdq->done, cmdq->prod);
	WRITE_ONCE(cmdq->start, cmdq->prod);
	cmdq->fetch_aborts = 0;
	cmdq->running = true;
	raw_spin_unlock_irqrestore(&cmdq->lock, flags);
}

void smmu3_cmdq_stop(struct smmu3_device *smmu)
{
	struct smmu3_cmdq *cmdq = &smmu->cmdq;
	unsigned long flags;

	raw_spin_lock_irqsave(&cmdq->lock, flags);
	cmdq->running = false;
	/*
	 * Whoever still waits is answered by the invalidation of everything before the next
	 * enable.
	 */
	WRITE_ONCE(cmdq->done, cmdq->prod);
	WRITE_ONCE(cmdq->broken, false);
	raw_spin_unlock_irqrestore(&cmdq->lock, flags);
}

/* Move @done forward; it never goes back, whoever is late. */
static void cmdq_advance(struct smmu3_cmdq *cmdq, u64 pos)
{
	u64 old = READ_ONCE(cmdq->done);

	while (old < pos) {
		u64 seen = cmpxchg(&cmdq->done, old, pos);

		if (seen == old)
			break;
		old = seen;
	}
}

/*
 * Read CMDQ_CONS and turn it into a position.
 *
 * The register tells a position only modulo two queue lengths. @done moves at least once in a queue
 * length, because producers need room; so if it did not move while we read, the position is
 * unambiguous.
 */
static u64 cmdq_read_cons(struct smmu3_device *smmu)
{
	struct smmu3_cmdq *cmdq = &smmu->cmdq;
	u64 from, pos;

	for (;;) {
		from = READ_ONCE(cmdq->done);
		pos = smmu3_queue_pos(&cmdq->q, from, smmu3_read32_acquire(smmu, REG_CMDQ_CONS));
		if (pos <= READ_ONCE(cmdq->prod) && from == READ_ONCE(cmdq->done))
			break;
		/*
		 * Either @done moved, or the register holds nonsense: a stop or a restart
		 * resolves both.
		 */
		if (from == READ_ONCE(cmdq->done))
			return from;
	}
	cmdq_advance(cmdq, pos);
	return pos;
}

static struct smmu3_cmd cmdq_read_back(const struct smmu3_cmdq *cmdq, u64 pos)
{
	const __le64 *ent = smmu3_queue_ent(&cmdq->q, pos);

	return (struct smmu3_cmd){ .q = { le64_to_cpu(ent[0]), le64_to_cpu(ent[1]) } };
}

static unsigned int cmdq_keep(const struct smmu3_cmdq *cmdq)
{
	return min_t(unsigned int, KEEP_MAX, smmu3_queue_nr(&cmdq->q) / 4);
}

/* A command at @pos: an ATC_INV is reported. Return: it is no CMD_SYNC. */
static bool cmdq_accuse_at(struct smmu3_device *smmu, u64 pos, unsigned int *nr)
{
	struct smmu3_cmd cmd = cmdq_read_back(&smmu->cmdq, pos);

	if (smmu3_cmd_opcode(&cmd) == CMD_ATC_INV) {
		++*nr;
		if (smmu->sink->atc_timeout)
			smmu->sink->atc_timeout(smmu, FIELD_GET(CMD_SID, cmd.q[0]));
	}
	return smmu3_cmd_opcode(&cmd) != CMD_SYNC;
}

/*
 * The ATC_INVs that the SMMU, which is at @pos, may be waiting for: those between the CMD_SYNC
 * before and the CMD_SYNC at or behind @pos. Their devices are reported.
 * Return: how many.
 */
static unsigned int cmdq_accuse(struct smmu3_device *smmu, u64 pos)
{
	struct smmu3_cmdq *cmdq = &smmu->cmdq;
	/* The smallest queues keep nothing: there what was filled again is read, too. */
	unsigned int back = cmdq_keep(cmdq) ?: smmu3_queue_nr(&cmdq->q) - 1;
	/* Pairs with the release in cmdq_post_run(): the entries before it are filled. */
	u64 prod = smp_load_acquire(&cmdq->prod);
	unsigned int i, nr = 0;

	back = min_t(u64, back, pos - READ_ONCE(cmdq->start));
	for (i = 1; i <= back && cmdq_accuse_at(smmu, pos - i, &nr); i++)
		;
	for (; pos < prod && cmdq_accuse_at(smmu, pos, &nr); pos++)
		;
	return nr;
}

/**
 * struct cmdq_patience - how long to wait
 * @end: until then
 * @pos: where the SMMU was when @end was last moved
 * @atc: it was moved because of ATC invalidations
 */
struct cmdq_patience {
	ktime_t	end;
	u64	pos;
	bool	atc;
};

static void cmdq_patience_init(struct cmdq_patience *p, ktime_t start)
{
	p->end = ktime_add_us(start, SMMU3_TIMEOUT_US);
	p->pos = 0;
	p->atc = false;
}

/*
 * Go on waiting? A second for the SMMU itself; where it waits for a device, as long as a device may
 * take, and then a second for what stands behind.
 */
static bool cmdq_patient(struct smmu3_device *smmu, struct cmdq_patience *p)
{
	ktime_t now = ktime_get();
	u64 pos;

	if (p->atc)
		touch_softlockup_watchdog();
	if (!ktime_after(now, p->end))
		return true;
	pos = cmdq_read_cons(smmu);
	/* Twice at one place, or no device that could be to blame. */
	if (pos == p->pos)
		return false;
	if (cmdq_accuse(smmu, pos))
		p->end = ktime_add_us(now, SMMU3_ATC_TIMEOUT_US);
	else if (p->atc)
		p->end = ktime_add_us(now, SMMU3_TIMEOUT_US);
	else
		return false;
	if (!p->atc)
		dev_warn_ratelimited(smmu->dev,
				     "an ATC invalidation is not answered (CONS %#x), waiting for it\n",
				     smmu3_read32(smmu, REG_CMDQ_CONS));
	p->pos = pos;
	p->atc = true;
	return true;
}

static void cmdq_put(struct smmu3_cmdq *cmdq, u64 pos, const struct smmu3_cmd *cmd)
{
	__le64 *ent = smmu3_queue_ent(&cmdq->q, pos);

	ent[0] = cpu_to_le64(cmd->q[0]);
	ent[1] = cpu_to_le64(cmd->q[1]);
	cmdq->posted[smmu3_cmd_opcode(cmd)]++;
	smmu3_trace_cmd(container_of(cmdq, struct smmu3_device, cmdq), cmd);
}

static void cmdq_put_sync(struct smmu3_cmdq *cmdq, u64 pos)
{
	struct smmu3_cmd sync;

	if (cmdq->sync_mem) {
		u64 slot = pos & (smmu3_queue_nr(&cmdq->q) - 1);

		/*
		 * Not done yet; a waiter of an older ticket in this slot rightly takes it as
		 * done.
		 */
		WRITE_ONCE(cmdq->sync_mem[slot].word, cpu_to_le32((u32)pos));
		sync = smmu3_cmd_sync_msi(cmdq->sync_dma + slot * sizeof(*cmdq->sync_mem),
					  (u32)(pos + 1));
	} else {
		sync = smmu3_cmd_sync();
	}
	cmdq_put(cmdq, pos, &sync);
}

/*
 * Wait for room with the lock dropped between looks, so that interrupts are off no longer than a
 * look takes.
 * Return: false where no room was found in time (cmdq_patient()).
 */
static bool cmdq_reserve(struct smmu3_device *smmu, unsigned int nr, unsigned long *flags)
	__must_hold(&smmu->cmdq.lock)
{
	struct smmu3_cmdq *cmdq = &smmu->cmdq;
	unsigned int room = smmu3_queue_nr(&cmdq->q) - cmdq_keep(cmdq);
	struct cmdq_patience patience;
	unsigned int polls = 0;

	while (cmdq->running && cmdq->prod + nr - READ_ONCE(cmdq->done) > room &&
	       cmdq->prod + nr - cmdq_read_cons(smmu) > room) {
		if (!polls++) {
			cmdq->full++;
			cmdq_patience_init(&patience, ktime_get());
		}
		raw_spin_unlock_irqrestore(&cmdq->lock, *flags);
		if (!(polls % POLLS_PER_GERROR)) {
			smmu3_gerror_serve(smmu);
			if (!cmdq_patient(smmu, &patience)) {
				raw_spin_lock_irqsave(&cmdq->lock, *flags);
				return false;
			}
		}
		cpu_relax();
		raw_spin_lock_irqsave(&cmdq->lock, *flags);
	}
	return true;
}

/* One run of at most POST_MAX commands. */
static u64 cmdq_post_run(struct smmu3_device *smmu, const struct smmu3_cmd *cmds, unsigned int nr,
			 bool sync)
{
	struct smmu3_cmdq *cmdq = &smmu->cmdq;
	unsigned long flags;
	unsigned int i;
	u64 ticket = SMMU3_TICKET_DONE;

	raw_spin_lock_irqsave(&cmdq->lock, flags);
	/* Given up and yet not stopped: there is no point in waiting, and no success to report. */
	if ((READ_ONCE(smmu->dead) && cmdq->running) || !cmdq_reserve(smmu, nr + sync, &flags)) {
		raw_spin_unlock_irqrestore(&cmdq->lock, flags);
		return SMMU3_TICKET_LOST;
	}
	if (cmdq->running) {
		for (i = 0; i < nr; i++)
			cmdq_put(cmdq, cmdq->prod + i, &cmds[i]);
		if (sync)
			cmdq_put_sync(cmdq, cmdq->prod + nr);
		/* Pairs with cmdq_accuse(). */
		smp_store_release(&cmdq->prod, cmdq->prod + nr + sync);
		ticket = cmdq->prod;
		cmdq->doorbells++;
		smmu3_write32_release(smmu, REG_CMDQ_PROD, smmu3_queue_reg(&cmdq->q, ticket));
	}
	raw_spin_unlock_irqrestore(&cmdq->lock, flags);
	return ticket;
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
static u64 cmdq_post_all(struct smmu3_device *smmu, const struct smmu3_cmd *cmds, unsigned int nr,
			 bool sync)
{
	bool atc = cmdq_has_atc(cmds, nr);
	bool force = smmu->quirks & BIT(SMMU3_QUIRK_FORCE_SYNC) || atc;
	unsigned int max = min_t(unsigned int, force ? POST_MAX_FORCE_SYNC : POST_MAX,
				 smmu3_queue_nr(&smmu->cmdq.q) / 2);
	u64 ticket;

	if (atc)
		max = min(max, cmdq_keep(&smmu->cmdq) ?: max);
	while (nr > max) {
		ticket = cmdq_post_run(smmu, cmds, max, force);
		if (ticket == SMMU3_TICKET_LOST)
			return ticket;
		cmds += max;
		nr -= max;
	}
	return cmdq_post_run(smmu, cmds, nr, sync || force);
}

u64 smmu3_cmdq_post(struct smmu3_device *smmu, const struct smmu3_cmd *cmds, unsigned int nr)
{
	u64 ticket = cmdq_post_all(smmu, cmds, nr, true);

	if (ticket == SMMU3_TICKET_LOST)
		smmu3_device_recover_later(smmu);
	return ticket;
}

int smmu3_cmdq_post_nosync(struct smmu3_device *smmu, const struct smmu3_cmd *cmds, unsigned int nr)
{
	if (!nr || cmdq_post_all(smmu, cmds, nr, false) != SMMU3_TICKET_LOST)
		return 0;
	smmu3_device_recover_later(smmu);
	return -ETIMEDOUT;
}

static u64 cmdq_sync_slot(const struct smmu3_cmdq *cmdq, u64 ticket)
{
	return (ticket - 1) & (smmu3_queue_nr(&cmdq->q) - 1);
}

/* A later CMD_SYNC in the same slot proves this one, too. */
static bool cmdq_word_done(__le32 word, u64 ticket)
{
	return (s32)(le32_to_cpu(word) - (u32)ticket) >= 0;
}

static bool cmdq_ticket_done(struct smmu3_device *smmu, u64 ticket)
{
	struct smmu3_cmdq *cmdq = &smmu->cmdq;

	/*
	 * Whoever saw it consumed ordered that before @done; what the caller does now comes after.
	 * Pairs with cmdq_advance().
	 */
	if (smp_load_acquire(&cmdq->done) >= ticket)
		return true;
	if (cmdq->sync_mem) {
		u64 slot = cmdq_sync_slot(cmdq, ticket);

		if (!cmdq_word_done(READ_ONCE(cmdq->sync_mem[slot].word), ticket))
			return false;
		/*
		 * What the SMMU did before that write is done; pairs with its ordering of
		 * CMD_SYNC.
		 */
		dma_rmb();
		cmdq_advance(cmdq, ticket);
		return true;
	}
	return cmdq_read_cons(smmu) >= ticket;
}

static void cmdq_count_latency(struct smmu3_cmdq *cmdq, u64 us)
{
	atomic64_inc(&cmdq->latency[us ? min(ilog2(us) + 1, SMMU3_SYNC_BUCKETS - 1) : 0]);
}

/* What became of a ticket that is done. */
static int cmdq_result(const struct smmu3_cmdq *cmdq, u64 ticket)
{
	unsigned int i;

	if (READ_ONCE(cmdq->broken))
		return -ETIMEDOUT;
	/* Pairs with cmdq_fail_ticket(), which comes before the SMMU may complete the ticket. */
	if (!smp_load_acquire(&cmdq->nr_failed))
		return 0;
	for (i = 0; i < SMMU3_CMDQ_FAILED; i++) {
		if (READ_ONCE(cmdq->failed[i]) == ticket)
			return -EIO;
	}
	return 0;
}

static int cmdq_timeout(struct smmu3_device *smmu)
{
	atomic64_inc(&smmu->cmdq.timeouts);
	dev_err_ratelimited(smmu->dev,
			    "CMD_SYNC not completed in %u ms (PROD %#x CONS %#x), recovering\n",
			    SMMU3_TIMEOUT_US / 1000, smmu3_read32(smmu, REG_CMDQ_PROD),
			    smmu3_read32(smmu, REG_CMDQ_CONS));
	smmu3_device_recover_later(smmu);
	return -ETIMEDOUT;
}

/*
 * Until there is something new to look at, or a little later. A CPU that waits for a word of memory
 * sleeps meanwhile; the event stream wakes it where nothing is written, as when a CMD_SYNC was
 * taken away, so one look in between is enough.
 */
static void cmdq_relax(struct smmu3_cmdq *cmdq, u64 ticket)
{
	unsigned int looks = 2;
	u32 *word;

	if (!cmdq->sync_mem) {
		cpu_relax();
		return;
	}
	/* The macro casts what it has read. */
	word = (__force u32 *)&cmdq->sync_mem[cmdq_sync_slot(cmdq, ticket)].word;
	smp_cond_load_relaxed(word, cmdq_word_done((__force __le32)VAL, ticket) || !--looks);
}

/* Until @ticket is done. Return: 0 or -ETIMEDOUT. */
static int cmdq_wait_on(struct smmu3_device *smmu, u64 ticket)
{
	struct smmu3_cmdq *cmdq = &smmu->cmdq;
	struct cmdq_patience patience;
	ktime_t start = ktime_get();
	unsigned int polls = 0;

	cmdq_patience_init(&patience, start);
	do {
		if (!(++polls % POLLS_PER_GERROR)) {
			smmu3_gerror_serve(smmu);
			/* Also where a CMD_SYNC that would have written memory was taken away. */
			cmdq_read_cons(smmu);
			/* A last look, so that a long preemption is not taken for a dead SMMU. */
			if (!cmdq_patient(smmu, &patience) && !cmdq_ticket_done(smmu, ticket))
				return cmdq_timeout(smmu);
		}
		cmdq_relax(cmdq, ticket);
	} while (!cmdq_ticket_done(smmu, ticket));
	cmdq_count_latency(cmdq, ktime_us_delta(ktime_get(), start));
	return 0;
}

int smmu3_cmdq_wait(struct smmu3_device *smmu, u64 ticket)
{
	int ret;

	if (ticket == SMMU3_TICKET_DONE)
		return 0;
	if (ticket == SMMU3_TICKET_LOST)
		return cmdq_timeout(smmu);
	if (cmdq_ticket_done(smmu, ticket)) {
		cmdq_count_latency(&smmu->cmdq, 0);
	} else {
		ret = cmdq_wait_on(smmu, ticket);
		if (ret)
			return ret;
	}
	return cmdq_result(&smmu->cmdq, ticket);
}

int smmu3_cmdq_issue(struct smmu3_device *smmu, const struct smmu3_cmd *cmds, unsigned int nr)
{
	return smmu3_cmdq_wait(smmu, smmu3_cmdq_post(smmu, cmds, nr));
}

/* The CMD_SYNC at @pos: its waiter shall hear that an ATC did not answer. */
static void cmdq_fail_ticket(struct smmu3_cmdq *cmdq, u64 pos)
{
	WRITE_ONCE(cmdq->failed[cmdq->nr_failed % SMMU3_CMDQ_FAILED], pos + 1);
	/* Pairs with cmdq_result(). */
	smp_store_release(&cmdq->nr_failed, cmdq->nr_failed + 1);
}

/* Commands that invalidate nothing: where one is missing nobody has been told a lie. */
static bool cmdq_may_miss(const struct smmu3_cmd *cmd)
{
	switch (smmu3_cmd_opcode(cmd)) {
	case CMD_PREFETCH_CONFIG:
	case CMD_PREFETCH_ADDR:
	case CMD_RESUME:
	case CMD_STALL_TERM:
	case CMD_PRI_RESP:
	case CMD_SYNC:
		return true;
	}
	return false;
}

void smmu3_cmdq_error(struct smmu3_device *smmu)
{
	struct smmu3_cmdq *cmdq = &smmu->cmdq;
	u32 cons = smmu3_read32(smmu, REG_CMDQ_CONS);
	u8 err = FIELD_GET(CMDQ_CONS_ERR, cons);
	u64 pos = smmu3_queue_pos(&cmdq->q, READ_ONCE(cmdq->done), cons);
	struct smmu3_cmd cmd = cmdq_read_back(cmdq, pos);
	char text[160];

	smmu3_cmd_to_text(text, sizeof(text), &cmd);
	dev_err_ratelimited(smmu->dev, "command queue error %s at %#x: %s\n",
			    smmu3_cerror_name(err), cons, text);
	switch (err) {
	case CERROR_NONE:
		break;
	case CERROR_ABT:
		/* The fetch of the entry failed; acknowledging makes the SMMU fetch again. */
		if (cmdq->abort_pos != pos)
			cmdq->fetch_aborts = 0;
		cmdq->abort_pos = pos;
		if (++cmdq->fetch_aborts >= FETCH_ABORTS_MAX)
			smmu3_device_recover_later(smmu);
		break;
	case CERROR_ATC_INV_SYNC:
		/*
		 * CONS stays at the CMD_SYNC, which the SMMU repeats. What the device holds it may
		 * go on using (3.9.1.4).
		 */
		cmdq_fail_ticket(cmdq, pos);
		cmdq_accuse(smmu, pos);
		/* Known before the acknowledgement that lets the CMD_SYNC complete. */
		wmb();
		break;
	case CERROR_ILL:
	default:
		if (!cmdq_may_miss(&cmd)) {
			WRITE_ONCE(cmdq->broken, true);
			smmu3_device_recover_later(smmu);
		}
		/*
		 * A command that does nothing takes its place; a CMD_SYNC keeps its
		 * completion by CONS.
		 */
		cmd = smmu3_cmd_sync();
		smmu3_queue_ent(&cmdq->q, pos)[0] = cpu_to_le64(cmd.q[0]);
		smmu3_queue_ent(&cmdq->q, pos)[1] = cpu_to_le64(cmd.q[1]);
		/* Before the acknowledgement that restarts the fetch. */
		dma_wmb();
		break;
	}
}

u64 smmu3_cmdq_waits(const struct smmu3_device *smmu)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < SMMU3_SYNC_BUCKETS; i++)
		sum += atomic64_read(&smmu->cmdq.latency[i]);
	return sum;
}

u64 smmu3_cmdq_total(const struct smmu3_device *smmu)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(smmu->cmdq.posted); i++)
		sum += READ_ONCE(smmu->cmdq.posted[i]);
	return sum;
}
