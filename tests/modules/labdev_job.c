// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs: a slot is taken at the start, its registers are read when the end is waited for, then it is
 * free. Invariant: a slot is not free before the device has done its last access for it, or was
 * reset.
 */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/uaccess.h>

#include "labdev.h"

#define QUIESCE_MS	3000
#define LOOK_MS		100	/* how often a waiter looks for itself */
#define IRQ_MS		5000	/* how long an interrupt may be on its way */

static void slots_mark(struct labdev *ld, u64 ended)
{
	int i;

	lockdep_assert_held(&ld->slot_lock);
	for (i = 0; i < LABDEV_NR_JOBS; i++)
		if ((ended & BIT_ULL(i)) && ld->slots[i].file)
			WRITE_ONCE(ld->slots[i].done, true);
}

static void slots_done(struct labdev *ld, u64 ended)
{
	spin_lock_irq(&ld->slot_lock);
	slots_mark(ld, ended);
	spin_unlock_irq(&ld->slot_lock);
	wake_up_all(&ld->wait);
}

/*
 * The device answers with all ones when it was taken away. Under the lock, so that what ended is
 * not marked when the slot is another job's already: see slot_begin().
 */
irqreturn_t labdev_irq(int irq, void *data)
{
	struct labdev *ld = data;
	u64 ended;

	spin_lock(&ld->slot_lock);
	ended = readq(ld->bar + LABDEV_IRQ_PENDING);
	if (ended != ~0ull || labdev_readl(ld, LABDEV_ID) == LABDEV_ID_VALUE) {
		writeq(ended, ld->bar + LABDEV_IRQ_PENDING);
		slots_mark(ld, ended);
	}
	spin_unlock(&ld->slot_lock);
	wake_up_all(&ld->wait);
	return IRQ_HANDLED;
}

/* ---------------------------------------------------------------- start */

static int slot_take(struct labdev_file *lf)
{
	struct labdev *ld = lf->labdev;
	int i, nr = -EBUSY;

	spin_lock_irq(&ld->slot_lock);
	for (i = 0; i < LABDEV_NR_JOBS; i++) {
		if (ld->slots[i].file)
			continue;
		ld->slots[i] = (struct labdev_slot) {
			.file = lf, .deaf = ld->rid_attach || ld->mute };
		nr = i;
		break;
	}
	spin_unlock_irq(&ld->slot_lock);
	return nr;
}

static void slot_free(struct labdev *ld, unsigned int nr)
{
	spin_lock_irq(&ld->slot_lock);
	ld->slots[nr] = (struct labdev_slot) {};
	spin_unlock_irq(&ld->slot_lock);
}

/* The end of a job before, which was looked for or stopped, may still be pending. */
static void slot_begin(struct labdev *ld, unsigned int nr)
{
	spin_lock_irq(&ld->slot_lock);
	writeq(BIT_ULL(nr), ld->bar + LABDEV_IRQ_PENDING);
	WRITE_ONCE(ld->slots[nr].done, false);
	spin_unlock_irq(&ld->slot_lock);
}

static void job_write(struct labdev *ld, const struct labdev_job_args *a)
{
	void __iomem *job = ld->bar + LABDEV_JOB(a->slot);

	writeq((a->op | a->sid << 8) | (u64)a->flags << 32, job + LABDEV_JOB_OP);
	writeq(labdev_pasid_reg(a->pasid) | (u64)a->piece << 32, job + LABDEV_JOB_PASID);
	writeq(a->src, job + LABDEV_JOB_SRC);
	writeq(a->dst, job + LABDEV_JOB_DST);
	writeq(a->len, job + LABDEV_JOB_LEN);
	writeq(a->seed, job + LABDEV_JOB_SEED);
	writeq(a->rounds | (u64)a->fail_at << 32, job + LABDEV_JOB_ROUNDS);
	/* The second half is the command: after all the rest. */
	writeq(a->group | (u64)LABDEV_CMD_START << 32, job + LABDEV_JOB_GROUP);
}

long labdev_job_start(struct labdev_file *lf, void __user *arg)
{
	struct labdev *ld = lf->labdev;
	struct labdev_job_args a;
	int nr;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if (a.op > 0xff || a.sid > 0xff || a.pad ||
	    (a.pasid != LABDEV_RID && a.pasid > LABDEV_PASID_MASK))
		return -EINVAL;
	nr = slot_take(lf);
	if (nr < 0)
		return nr;
	a.slot = nr;
	if (copy_to_user(arg, &a, sizeof(a))) {
		slot_free(ld, nr);
		return -EFAULT;
	}
	down_read(&ld->io);
	slot_begin(ld, nr);
	job_write(ld, &a);
	up_read(&ld->io);
	return 0;
}

long labdev_job_stop(struct labdev_file *lf, u32 nr)
{
	struct labdev *ld = lf->labdev;

	if (nr >= LABDEV_NR_JOBS || READ_ONCE(ld->slots[nr].file) != lf)
		return -ENOENT;
	down_read(&ld->io);
	labdev_writel(ld, LABDEV_JOB(nr) + LABDEV_JOB_CMD, LABDEV_CMD_STOP);
	up_read(&ld->io);
	return 0;
}

/* ---------------------------------------------------------------- end */

static bool slot_ended(struct labdev_file *lf, unsigned int nr)
{
	return READ_ONCE(lf->labdev->slots[nr].done) || READ_ONCE(lf->labdev->gone);
}

/* Look whether the job has ended without an interrupt that says so. */
static bool slot_look(struct labdev_file *lf, unsigned int nr)
{
	struct labdev *ld = lf->labdev;
	bool ended = false;

	down_read(&labdev_world);
	if (!ld->gone) {
		down_read(&ld->io);
		ended = labdev_readl(ld, LABDEV_JOB(nr) + LABDEV_JOB_STATE) == LABDEV_STATE_DONE;
		up_read(&ld->io);
	}
	/* The interrupt may be on its way, on a processor that is busy printing. */
	if (ended && ld->nr_vectors && !READ_ONCE(ld->slots[nr].deaf))
		wait_event_timeout(ld->wait, slot_ended(lf, nr), msecs_to_jiffies(IRQ_MS));
	if (ended && !slot_ended(lf, nr)) {
		if (ld->nr_vectors && !READ_ONCE(ld->slots[nr].deaf))
			atomic_inc(&ld->missed_irqs);
		slots_done(ld, BIT_ULL(nr));
	}
	up_read(&labdev_world);
	return slot_ended(lf, nr);
}

static long slot_wait(struct labdev_file *lf, unsigned int nr, u32 timeout_ms)
{
	struct labdev *ld = lf->labdev;

	for (;;) {
		bool told = ld->nr_vectors && !READ_ONCE(ld->slots[nr].deaf);
		u32 ms = min_t(u32, timeout_ms, told ? LOOK_MS : 1);
		long left;

		left = wait_event_interruptible_timeout(ld->wait, slot_ended(lf, nr),
							msecs_to_jiffies(ms));
		if (left < 0)
			return left;
		if (left > 0 || slot_look(lf, nr))
			return 0;
		timeout_ms -= ms;
		if (!timeout_ms)
			return -ETIME;
	}
}

static void job_read(struct labdev *ld, struct labdev_job_wait *w)
{
	void __iomem *job = ld->bar + LABDEV_JOB(w->slot);

	w->result = readl(job + LABDEV_JOB_RESULT);
	w->done = readq(job + LABDEV_JOB_DONE);
	w->sum = readq(job + LABDEV_JOB_SUM);
	w->fault_addr = readq(job + LABDEV_JOB_FAULT_ADDR);
	w->wrong_addr = readq(job + LABDEV_JOB_WRONG_ADDR);
	w->faults = readl(job + LABDEV_JOB_FAULTS);
	w->rounds = readl(job + LABDEV_JOB_DONE_ROUNDS);
	w->stalls = readl(job + LABDEV_JOB_STALLS);
	w->page_reqs = readl(job + LABDEV_JOB_PAGE_REQS);
	w->wrong = readl(job + LABDEV_JOB_WRONG);
	w->atc_hits = readl(job + LABDEV_JOB_ATC_HITS);
}

/* Take the results, once, even if two programs wait for the same slot. */
static long slot_reap(struct labdev_file *lf, struct labdev_job_wait *w)
{
	struct labdev *ld = lf->labdev;
	struct labdev_slot slot;

	spin_lock_irq(&ld->slot_lock);
	slot = ld->slots[w->slot];
	if (slot.file == lf && slot.done)
		ld->slots[w->slot].done = false;
	spin_unlock_irq(&ld->slot_lock);
	if (slot.file != lf || !slot.done)
		return -ENOENT;

	down_read(&ld->io);
	if (slot.reset || ld->gone)
		w->result = LABDEV_RES_RESET;
	else
		job_read(ld, w);
	up_read(&ld->io);
	slot_free(ld, w->slot);
	return 0;
}

/* labdev_world is not held while it sleeps, so that the device can be taken away meanwhile. */
long labdev_job_wait(struct labdev_file *lf, void __user *arg)
{
	struct labdev *ld = lf->labdev;
	struct labdev_job_wait w;
	u32 slot, timeout_ms;
	long ret;

	if (copy_from_user(&w, arg, sizeof(w)))
		return -EFAULT;
	slot = w.slot;
	timeout_ms = w.timeout_ms;
	if (slot >= LABDEV_NR_JOBS || READ_ONCE(ld->slots[slot].file) != lf)
		return -ENOENT;
	ret = slot_wait(lf, slot, timeout_ms);
	if (ret)
		return ret;
	w = (struct labdev_job_wait) { .slot = slot, .timeout_ms = timeout_ms };
	down_read(&labdev_world);
	ret = slot_reap(lf, &w);
	up_read(&labdev_world);
	if (!ret && copy_to_user(arg, &w, sizeof(w)))
		return -EFAULT;
	return ret;
}

bool labdev_job_any_done(struct labdev_file *lf)
{
	struct labdev *ld = lf->labdev;
	int i;

	for (i = 0; i < LABDEV_NR_JOBS; i++)
		if (READ_ONCE(ld->slots[i].file) == lf && READ_ONCE(ld->slots[i].done))
			return true;
	return false;
}

/* ---------------------------------------------------------------- leave */

static u64 slots_busy(struct labdev *ld, struct labdev_file *lf)
{
	u64 busy = 0;
	int i;

	spin_lock_irq(&ld->slot_lock);
	for (i = 0; i < LABDEV_NR_JOBS; i++)
		if (ld->slots[i].file && (!lf || ld->slots[i].file == lf) && !ld->slots[i].done)
			busy |= BIT_ULL(i);
	spin_unlock_irq(&ld->slot_lock);
	return busy;
}

/**
 * labdev_jobs_quiesce() - stop jobs and wait for their end
 * @ld: a device that is not gone
 * @lf: whose jobs; NULL: everybody's
 *
 * Context: sleeps; labdev_world is held.
 * Return: whether none is left.
 */
bool labdev_jobs_quiesce(struct labdev *ld, struct labdev_file *lf)
{
	u64 busy = slots_busy(ld, lf), running = 0;
	int i;

	if (!busy)
		return true;
	down_read(&ld->io);
	writeq(busy, ld->bar + LABDEV_STOP_ALL);
	for (i = 0; i < QUIESCE_MS; i++) {
		if (labdev_readl(ld, LABDEV_ID) != LABDEV_ID_VALUE) {
			running = 0;
			break;
		}
		running = readq(ld->bar + LABDEV_RUNNING) & busy;
		if (!running)
			break;
		fsleep(1000);
	}
	up_read(&ld->io);
	slots_done(ld, busy & ~running);
	return !running;
}

/* The device was reset: no job of before will end by itself, and results not taken yet are lost. */
void labdev_jobs_reset(struct labdev *ld)
{
	int i;

	spin_lock_irq(&ld->slot_lock);
	for (i = 0; i < LABDEV_NR_JOBS; i++)
		if (ld->slots[i].file)
			ld->slots[i].reset = true;
	spin_unlock_irq(&ld->slot_lock);
	slots_done(ld, ~0ull);
}

/* Another domain comes in place of the device's own: interrupts are not mapped in it. */
void labdev_jobs_deafen(struct labdev *ld)
{
	int i;

	spin_lock_irq(&ld->slot_lock);
	for (i = 0; i < LABDEV_NR_JOBS; i++)
		WRITE_ONCE(ld->slots[i].deaf, true);
	spin_unlock_irq(&ld->slot_lock);
}

void labdev_jobs_forget(struct labdev_file *lf)
{
	struct labdev *ld = lf->labdev;
	int i;

	for (i = 0; i < LABDEV_NR_JOBS; i++)
		if (READ_ONCE(ld->slots[i].file) == lf)
			slot_free(ld, i);
}
