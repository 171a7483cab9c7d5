// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command queue: how far the SMMU is, waiting for it, and its errors.
 *
 * ARM IHI 0070, 3.5, 4.7 "CMD_SYNC", 7.1 "Command queue errors". Layer 1.
 *
 * Waiters hold nothing: they watch CMDQ_CONS, or the word that CMD_SYNC writes, with interrupts as
 * their callers have them.
 */
#include <linux/bitfield.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/nmi.h>
#include "cmdq_wait.h"
#include "device.h"
#include "gerror.h"
#include "mmio.h"
#include "reset.h"

#define FETCH_ABORTS_MAX	8
/*
 * After so many looks who waits for another to post does it itself. A look takes a tenth of a
 * millisecond: that other has been interrupted for long, or preempted.
 */
#define TURN_LOOKS		4

/*
 * Move @done forward; it never goes back, whoever is late. It need not be exact, for who finds it
 * behind asks the SMMU; so it moves now and then only, and not with every CMD_SYNC of every CPU.
 */
static noinline void cmdq_advance_to(struct smmu3_cmdq *cmdq, u64 old, u64 pos)
{
	while (old + cmdq->step <= pos) {
		u64 seen = cmpxchg(&cmdq->done, old, pos);

		if (seen == old)
			break;
		old = seen;
	}
}

static __always_inline void cmdq_advance(struct smmu3_cmdq *cmdq, u64 pos)
{
	u64 old = READ_ONCE(cmdq->done);

	if (unlikely(old + cmdq->step <= pos))
		cmdq_advance_to(cmdq, old, pos);
}

/*
 * Read CMDQ_CONS and turn it into a position.
 *
 * The register tells a position only modulo two queue lengths. @done moves at least once in a queue
 * length, because producers need room; so if it did not move while we read, the position is
 * unambiguous.
 */
u64 smmu3_cmdq_read_cons(struct smmu3_cmdq *cmdq)
{
	u64 from, pos;

	for (;;) {
		/* Before the register, or that might be a queue length ahead. */
		from = smp_load_acquire(&cmdq->done);
		pos = smmu3_queue_pos(&cmdq->q, from,
				      smmu3_mmio_read32_acquire(cmdq->regs + CMDQ_REG_CONS));
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

/* A command at @pos: an ATC_INV is reported. Return: it is no CMD_SYNC. */
static bool cmdq_accuse_at(const struct smmu3_cmdq *cmdq, u64 pos, unsigned int *nr)
{
	struct smmu3_cmd cmd = cmdq_read_back(cmdq, pos);
	struct smmu3_device *smmu = cmdq->smmu;

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
static unsigned int cmdq_accuse(struct smmu3_cmdq *cmdq, u64 pos)
{
	/* The smallest queues keep nothing: there what was filled again is read, too. */
	unsigned int back = cmdq->keep ?: smmu3_queue_nr(&cmdq->q) - 1;
	/* Pairs with the release of who filled the entries before it. */
	u64 prod = smp_load_acquire(&cmdq->prod);
	unsigned int i, nr = 0;

	back = min_t(u64, back, pos - READ_ONCE(cmdq->start));
	for (i = 1; i <= back && cmdq_accuse_at(cmdq, pos - i, &nr); i++)
		;
	for (; pos < prod && cmdq_accuse_at(cmdq, pos, &nr); pos++)
		;
	return nr;
}

void smmu3_cmdq_patience_init(struct smmu3_cmdq_patience *p, ktime_t start)
{
	p->end = ktime_add_us(start, SMMU3_TIMEOUT_US);
	p->pos = 0;
	p->atc = false;
}

bool smmu3_cmdq_patient(struct smmu3_cmdq *cmdq, struct smmu3_cmdq_patience *p)
{
	ktime_t now = ktime_get();
	u64 pos;

	if (p->atc)
		touch_softlockup_watchdog();
	if (!ktime_after(now, p->end))
		return true;
	pos = smmu3_cmdq_read_cons(cmdq);
	/* Twice at one place, or no device that could be to blame. */
	if (pos == p->pos)
		return false;
	if (cmdq_accuse(cmdq, pos))
		p->end = ktime_add_us(now, SMMU3_ATC_TIMEOUT_US);
	else if (p->atc)
		p->end = ktime_add_us(now, SMMU3_TIMEOUT_US);
	else
		return false;
	if (!p->atc)
		dev_warn_ratelimited(cmdq->smmu->dev,
				     "an ATC invalidation is not answered (CONS %#x), waiting for it\n",
				     smmu3_mmio_read32(cmdq->regs + CMDQ_REG_CONS));
	p->pos = pos;
	p->atc = true;
	return true;
}

static u64 cmdq_sync_slot(const struct smmu3_cmdq *cmdq, u64 ticket)
{
	return (ticket - 1) & cmdq->q.mask;
}

/* A later CMD_SYNC in the same slot proves this one, too. */
static bool cmdq_word_done(__le32 word, u64 ticket)
{
	return (s32)(le32_to_cpu(word) - (u32)ticket) >= 0;
}

static __always_inline bool cmdq_ticket_done(struct smmu3_cmdq *cmdq, u64 ticket)
{
	/*
	 * Whoever saw it consumed ordered that before @done; what the caller does now comes after.
	 * Pairs with cmdq_advance().
	 */
	if (smp_load_acquire(&cmdq->done) >= ticket)
		return true;
	if (!cmdq->sync_mem)
		return smmu3_cmdq_read_cons(cmdq) >= ticket;
	/* What the SMMU did before that write is done; pairs with its ordering of CMD_SYNC. */
	if (!cmdq_word_done(smp_load_acquire(&cmdq->sync_mem[cmdq_sync_slot(cmdq, ticket)].word),
			    ticket))
		return false;
	cmdq_advance(cmdq, ticket);
	return true;
}

/*
 * A hint for who posts next: no CMD_SYNC is on its way. That it may go back is why it is no more.
 * Not where somebody has come meanwhile, for it posts the next.
 */
static __always_inline void cmdq_has_seen(struct smmu3_cmdq *cmdq, u64 ticket)
{
	if (!READ_ONCE(cmdq->head) && READ_ONCE(cmdq->seen) < ticket)
		WRITE_ONCE(cmdq->seen, ticket);
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

static int cmdq_timeout(struct smmu3_cmdq *cmdq)
{
	atomic64_inc(&cmdq->timeouts);
	dev_err_ratelimited(cmdq->smmu->dev,
			    "CMD_SYNC not completed in %u ms (PROD %#x CONS %#x), recovering\n",
			    SMMU3_TIMEOUT_US / 1000, smmu3_mmio_read32(cmdq->regs + CMDQ_REG_PROD),
			    smmu3_mmio_read32(cmdq->regs + CMDQ_REG_CONS));
	smmu3_device_recover_later(cmdq->smmu);
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
static int cmdq_wait_on(struct smmu3_cmdq *cmdq, u64 ticket)
{
	struct smmu3_cmdq_patience patience;
	ktime_t start = ktime_get();
	unsigned int polls = 0;

	smmu3_cmdq_patience_init(&patience, start);
	do {
		if (!(++polls % SMMU3_POLLS_PER_GERROR)) {
			smmu3_gerror_serve(cmdq->smmu);
			/* Where a CMD_SYNC that would have written memory was taken away. */
			if (smmu3_cmdq_read_cons(cmdq) >= ticket)
				break;
			/* A last look, so that a long preemption is not taken for a dead SMMU. */
			if (!smmu3_cmdq_patient(cmdq, &patience) && !cmdq_ticket_done(cmdq, ticket))
				return cmdq_timeout(cmdq);
		}
		cmdq_relax(cmdq, ticket);
	} while (!cmdq_ticket_done(cmdq, ticket));
	cmdq_count_latency(cmdq, ktime_us_delta(ktime_get(), start));
	return 0;
}

/* Until the ticket is there, or a little later; as cmdq_relax(). */
static void cmdq_relax_turn(struct smmu3_cmdq_share *share)
{
	unsigned int looks = 2;

	smp_cond_load_relaxed(&share->ticket, VAL || !--looks);
}

/*
 * Until our commands are in the queue. The first of the list posts them all when the CMD_SYNC
 * before is done; where it does not come to that for long, another does, who knows no better.
 * Return: the ticket.
 */
static noinline u64 cmdq_turn(struct smmu3_cmdq *cmdq, struct smmu3_cmdq_share *share)
{
	unsigned int looks = 0;
	u64 ticket, sync;
	bool lost;

	/* Pairs with cmdq_tell(). */
	while (!(ticket = smp_load_acquire(&share->ticket))) {
		if (!share->first && looks++ < TURN_LOOKS) {
			cmdq_relax_turn(share);
			continue;
		}
		/* Pairs with cmdq_close(): the word of the CMD_SYNC has been set. */
		sync = smp_load_acquire(&cmdq->synced);
		lost = !cmdq_ticket_done(cmdq, sync) && cmdq_wait_on(cmdq, sync);
		/* Whoever has it now may know it already. */
		if (!READ_ONCE(share->ticket))
			smmu3_cmdq_lead(cmdq, lost);
		cpu_relax();
	}
	return ticket;
}

int smmu3_cmdq_wait(struct smmu3_cmdq *cmdq, u64 ticket, struct smmu3_cmdq_share *share)
{
	bool posted = true;
	int ret;

	if (unlikely(ticket >= SMMU3_TICKET_SHARED)) {
		if (ticket == SMMU3_TICKET_SHARED) {
			ticket = cmdq_turn(cmdq, share);
			posted = share->first;
		}
		if (ticket == SMMU3_TICKET_LOST)
			return cmdq_timeout(cmdq);
	}
	if (ticket == SMMU3_TICKET_DONE)
		return 0;
	if (!cmdq_ticket_done(cmdq, ticket)) {
		ret = cmdq_wait_on(cmdq, ticket);
		if (ret)
			return ret;
	}
	if (posted)
		cmdq_has_seen(cmdq, ticket);
	/* One from before a restart was answered by that, whenever its waiter comes to look. */
	if (unlikely(!READ_ONCE(cmdq->waited)) && ticket > READ_ONCE(cmdq->start))
		WRITE_ONCE(cmdq->waited, true);
	return cmdq_result(cmdq, ticket);
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

void smmu3_cmdq_error(struct smmu3_cmdq *cmdq, u32 cons)
{
	struct smmu3_device *smmu = cmdq->smmu;
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
		cmdq_accuse(cmdq, pos);
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
