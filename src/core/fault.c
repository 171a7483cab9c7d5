// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults that wait for an answer: stalled transactions and PCI page requests.
 *
 * ARM IHI 0070, 3.12, 4.5, 4.6, chapter 8. Layer 2.
 *
 * A stall is a group of one. A page request joins those of its group (PRG index) that have come
 * before; the last one makes the group complete. A complete group hangs on its stream until it is
 * answered, which is done under the stream's fault_lock: so whoever finds none there knows that
 * the SMMU has all answers, once a CMD_SYNC has completed. Invariant: smmu->answers_synced of
 * smmu->answers have one behind them that has completed.
 */
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include "../debug/trace.h"
#include "../fmt/evt.h"
#include "../fmt/pri.h"
#include "../hw/device.h"
#include "fault.h"
#include "inv.h"
#include "master.h"
#include "space.h"
#include "stream.h"

/* Page requests of one stream that wait for the last of their group. */
#define FAULT_PARTIALS_MAX	1024

/**
 * struct fault_request - a page request that waits for the last of its group
 * @link: in stream->fault_partials
 * @fault: what is wanted
 * @ssid: SubstreamID
 * @grpid: its group
 */
struct fault_request {
	struct list_head	link;
	struct smmu3_fault	fault;
	u32			ssid;
	u16			grpid;
};

/**
 * struct fault_group - faults that one command answers
 * @link: in stream->fault_groups while it is not answered; empty then
 * @work: resolves and answers
 * @stream: where it came from
 * @resolver: with a reference
 * @since: when it came
 * @ssid: SubstreamID
 * @tag: STAG or PRG index
 * @stall: a stalled transaction
 * @nr: of @fault
 * @fault: what is wanted
 */
struct fault_group {
	struct list_head	link;
	struct work_struct	work;
	struct smmu3_stream	*stream;
	struct smmu3_resolver	*resolver;
	ktime_t			since;
	u32			ssid;
	u16			tag;
	bool			stall;
	unsigned int		nr;
	struct smmu3_fault	fault[] __counted_by(nr);
};

static struct workqueue_struct *fault_wq;

void smmu3_resolver_init(struct smmu3_resolver *resolver, const struct smmu3_resolver_ops *ops)
{
	resolver->ops = ops;
	refcount_set(&resolver->users, 1);
}

void smmu3_resolver_put(struct smmu3_resolver *resolver)
{
	if (refcount_dec_and_test(&resolver->users))
		resolver->ops->release(resolver);
}

int smmu3_fault_init(void)
{
	fault_wq = alloc_workqueue("smmu3_fault", WQ_UNBOUND, 0);
	return fault_wq ? 0 : -ENOMEM;
}

void smmu3_fault_exit(void)
{
	destroy_workqueue(fault_wq);
}

void smmu3_fault_init_stream(struct smmu3_stream *stream)
{
	mutex_init(&stream->fault_lock);
	INIT_LIST_HEAD(&stream->fault_groups);
	INIT_LIST_HEAD(&stream->fault_partials);
}

/*
 * The space of a SubstreamID that has its faults served, or NULL. Under RCU: uses and spaces are
 * freed after a grace period, resolvers too.
 */
static struct smmu3_space *fault_space(struct smmu3_stream *stream, u32 ssid)
{
	struct smmu3_space *space = NULL;
	struct smmu3_master_stream *ms;
	struct smmu3_use *use;
	unsigned long flags;

	spin_lock_irqsave(&stream->lock, flags);
	list_for_each_entry(ms, &stream->masters, link) {
		use = xa_load(&ms->master->pasids, ssid);
		if (use && use->space->resolver)
			space = use->space;
		if (space)
			break;
	}
	spin_unlock_irqrestore(&stream->lock, flags);
	return space;
}

/* What serves the faults of a SubstreamID, with a reference; NULL: nothing does. */
static struct smmu3_resolver *fault_resolver(struct smmu3_stream *stream, u32 ssid)
{
	struct smmu3_resolver *resolver;
	struct smmu3_space *space;

	if (!stream)
		return NULL;
	rcu_read_lock();
	space = fault_space(stream, ssid);
	resolver = space ? space->resolver : NULL;
	if (resolver && !refcount_inc_not_zero(&resolver->users))
		resolver = NULL;
	rcu_read_unlock();
	return resolver;
}

static void fault_post(struct smmu3_device *smmu, struct smmu3_cmd cmd)
{
	smmu3_cmdq_post_nosync(&smmu->cmdq, &cmd, 1);
	/* Behind the command: a CMD_SYNC of whoever sees this number comes later in the queue. */
	atomic64_fetch_inc_release(&smmu->answers);
}

/* fault_lock held, or nothing is known of the group. */
static void fault_answer_request(struct smmu3_stream *stream, u32 ssid, bool ssv, u16 grpid,
				 bool ok)
{
	fault_post(stream->smmu,
		   smmu3_cmd_pri_resp(stream->sid, ssid, ssv && stream->prg_pasid, grpid,
				      ok ? PRI_RESP_SUCCESS : PRI_RESP_INVALID));
}

static void fault_answer(const struct fault_group *group, bool ok)
{
	struct smmu3_stream *stream = group->stream;

	lockdep_assert_held(&stream->fault_lock);
	smmu3_trace_fault_answer(stream, group->ssid, group->tag, group->stall, ok, group->since);
	if (group->stall)
		fault_post(stream->smmu,
			   smmu3_cmd_resume(stream->sid, group->tag,
					    ok ? RESUME_RETRY : RESUME_ABORT));
	else
		fault_answer_request(stream, group->ssid, true, group->tag, ok);
}

/* Returns when the SMMU has all answers given so far. Without new ones there is no CMD_SYNC. */
static void fault_settle(struct smmu3_device *smmu)
{
	s64 answers = atomic64_read_acquire(&smmu->answers);

	if (answers == atomic64_read(&smmu->answers_synced))
		return;
	/* A smaller number over a greater one costs a CMD_SYNC that was not needed. */
	if (!smmu3_cmdq_issue(&smmu->cmdq, NULL, 0))
		atomic64_set(&smmu->answers_synced, answers);
}

/*
 * What was denied is permitted now, perhaps by a CPU that told no other: the next try shall not
 * meet what the SMMU remembers. Where the space is another by now, it is told a little too much.
 */
static void fault_forget_denied(const struct fault_group *group)
{
	struct smmu3_space *space;
	unsigned int i;

	for (i = 0; i < group->nr; i++) {
		if (!group->fault[i].denied)
			continue;
		rcu_read_lock();
		space = fault_space(group->stream, group->ssid);
		if (space)
			smmu3_inv_retry(space, group->fault[i].addr);
		rcu_read_unlock();
	}
}

static void fault_work(struct work_struct *work)
{
	struct fault_group *group = container_of(work, struct fault_group, work);
	struct smmu3_resolver *resolver = group->resolver;
	struct smmu3_stream *stream = group->stream;
	bool ok = true, mine;
	unsigned int i;

	for (i = 0; ok && i < group->nr; i++)
		ok = resolver->ops->resolve(resolver, &group->fault[i]);
	if (ok)
		fault_forget_denied(group);
	mutex_lock(&stream->fault_lock);
	mine = !list_empty(&group->link);
	if (mine) {
		atomic64_inc(ok ? &resolver->resolved : &resolver->refused);
		list_del(&group->link);
		fault_answer(group, ok);
	}
	mutex_unlock(&stream->fault_lock);
	kfree(group);
	smmu3_resolver_put(resolver);
}

/* A group without its faults. Takes over the reference, or returns it with NULL. */
static struct fault_group *fault_group_alloc(struct smmu3_stream *stream,
					     struct smmu3_resolver *resolver, unsigned int nr)
{
	struct fault_group *group = kzalloc(struct_size(group, fault, nr), GFP_KERNEL);

	if (!group) {
		atomic64_inc(&resolver->refused);
		smmu3_resolver_put(resolver);
		return NULL;
	}
	INIT_WORK(&group->work, fault_work);
	group->stream = stream;
	group->resolver = resolver;
	group->since = ktime_get();
	group->nr = nr;
	return group;
}

static void fault_queue(struct fault_group *group)
{
	lockdep_assert_held(&group->stream->fault_lock);
	list_add_tail(&group->link, &group->stream->fault_groups);
	queue_work(fault_wq, &group->work);
}

/* Of the stage that the tables of a process are: others have a cause that no page can mend. */
static bool fault_is_page(const struct smmu3_evt *evt)
{
	return evt->ssv && !evt->s2 &&
	       (evt->type == EVT_F_TRANSLATION || evt->type == EVT_F_ACCESS ||
		evt->type == EVT_F_PERMISSION);
}

bool smmu3_fault_is_users(struct smmu3_stream *stream, const struct smmu3_evt *evt)
{
	struct smmu3_resolver *resolver = NULL;

	if (fault_is_page(evt))
		resolver = fault_resolver(stream, evt->ssid);
	if (resolver)
		smmu3_resolver_put(resolver);
	return resolver;
}

bool smmu3_fault_stall(struct smmu3_device *smmu, struct smmu3_stream *stream,
		       const struct smmu3_evt *evt)
{
	struct smmu3_resolver *resolver = NULL;
	struct fault_group *group = NULL;

	if (fault_is_page(evt))
		resolver = fault_resolver(stream, evt->ssid);
	if (resolver) {
		atomic64_inc(&resolver->stalls);
		group = fault_group_alloc(stream, resolver, 1);
	}
	if (!group) {
		fault_post(smmu, smmu3_cmd_resume(evt->sid, evt->stag, RESUME_ABORT));
		return resolver;
	}
	group->ssid = evt->ssid;
	group->tag = evt->stag;
	group->stall = true;
	group->fault[0] = (struct smmu3_fault){
		.addr = evt->addr, .read = evt->read && !evt->insn, .write = !evt->read,
		.exec = evt->insn, .priv = evt->priv,
		.denied = evt->type == EVT_F_PERMISSION,
	};
	mutex_lock(&stream->fault_lock);
	smmu3_trace_fault(stream, group->ssid, group->tag, true, &group->fault[0]);
	fault_queue(group);
	mutex_unlock(&stream->fault_lock);
	return true;
}

static struct smmu3_fault fault_of_request(const struct smmu3_pri *pri)
{
	return (struct smmu3_fault){
		.addr = pri->addr, .read = pri->read, .write = pri->write, .exec = pri->exec,
		.priv = pri->priv,
		/* A request does not say what was found; what may be read is never found denied. */
		.denied = pri->write || pri->exec,
	};
}

static void fault_drop_partials(struct smmu3_stream *stream, bool all, u32 ssid)
{
	struct fault_request *req, *next;

	lockdep_assert_held(&stream->fault_lock);
	list_for_each_entry_safe(req, next, &stream->fault_partials, link) {
		if (!all && req->ssid != ssid)
			continue;
		list_del(&req->link);
		kfree(req);
		stream->nr_fault_partials--;
	}
}

/* One that is not kept is not made present; the device asks for it again. */
static void fault_keep_partial(struct smmu3_stream *stream, const struct smmu3_pri *pri)
{
	struct fault_request *req;

	if (stream->nr_fault_partials >= FAULT_PARTIALS_MAX)
		return;
	req = kzalloc(sizeof(*req), GFP_KERNEL);
	if (!req)
		return;
	req->fault = fault_of_request(pri);
	req->ssid = pri->ssid;
	req->grpid = pri->grpid;
	list_add_tail(&req->link, &stream->fault_partials);
	stream->nr_fault_partials++;
}

static bool fault_same_group(const struct fault_request *req, const struct smmu3_pri *pri)
{
	return req->ssid == pri->ssid && req->grpid == pri->grpid;
}

static unsigned int fault_count_partials(struct smmu3_stream *stream, const struct smmu3_pri *pri)
{
	struct fault_request *req;
	unsigned int nr = 0;

	list_for_each_entry(req, &stream->fault_partials, link)
		nr += fault_same_group(req, pri);
	return nr;
}

/* Move the requests of a group into it, and the last one behind them. */
static void fault_collect(struct fault_group *group, const struct smmu3_pri *last)
{
	struct smmu3_stream *stream = group->stream;
	struct fault_request *req, *next;
	unsigned int i = 0;

	list_for_each_entry_safe(req, next, &stream->fault_partials, link) {
		if (!fault_same_group(req, last))
			continue;
		group->fault[i++] = req->fault;
		list_del(&req->link);
		kfree(req);
		stream->nr_fault_partials--;
	}
	group->fault[i] = fault_of_request(last);
	group->ssid = last->ssid;
	group->tag = last->grpid;
}

static void fault_request_locked(struct smmu3_stream *stream, const struct smmu3_pri *pri)
{
	struct smmu3_fault fault = fault_of_request(pri);
	struct smmu3_resolver *resolver;
	struct fault_group *group = NULL;

	/* All that a device has sent with this PASID has come (8.1); it waits for nothing. */
	if (pri->stop) {
		fault_drop_partials(stream, false, pri->ssid);
		return;
	}
	resolver = pri->ssv ? fault_resolver(stream, pri->ssid) : NULL;
	if (resolver) {
		atomic64_inc(&resolver->requests);
		smmu3_trace_fault(stream, pri->ssid, pri->grpid, false, &fault);
	}
	if (!pri->last) {
		if (resolver) {
			fault_keep_partial(stream, pri);
			smmu3_resolver_put(resolver);
		}
		return;
	}
	if (resolver)
		group = fault_group_alloc(stream, resolver, fault_count_partials(stream, pri) + 1);
	if (!group) {
		fault_drop_partials(stream, false, pri->ssid);
		fault_answer_request(stream, pri->ssid, pri->ssv, pri->grpid, false);
		return;
	}
	fault_collect(group, pri);
	fault_queue(group);
}

void smmu3_fault_request(struct smmu3_device *smmu, struct smmu3_stream *stream,
			 const struct smmu3_pri *pri)
{
	if (stream) {
		mutex_lock(&stream->fault_lock);
		fault_request_locked(stream, pri);
		mutex_unlock(&stream->fault_lock);
		return;
	}
	/* Only the last request of a group is answered, and a stop marker wants none (8.1). */
	if (!pri->last || pri->stop)
		return;
	fault_post(smmu, smmu3_cmd_pri_resp(pri->sid, pri->ssid, pri->ssv, pri->grpid,
					    PRI_RESP_INVALID));
}

void smmu3_fault_lost(struct smmu3_device *smmu)
{
	struct smmu3_stream *stream;
	unsigned long sid;

	xa_for_each(&smmu->streams, sid, stream) {
		mutex_lock(&stream->fault_lock);
		fault_drop_partials(stream, true, 0);
		mutex_unlock(&stream->fault_lock);
	}
}

/* Take the groups of a space on a SubstreamID from their workers and answer them. */
static void fault_cut(struct smmu3_stream *stream, u32 ssid, const struct smmu3_resolver *resolver)
{
	struct fault_group *group, *next;

	mutex_lock(&stream->fault_lock);
	fault_drop_partials(stream, false, ssid);
	list_for_each_entry_safe(group, next, &stream->fault_groups, link) {
		if (group->ssid != ssid || group->resolver != resolver)
			continue;
		list_del_init(&group->link);
		atomic64_inc(&group->resolver->dropped);
		fault_answer(group, false);
	}
	mutex_unlock(&stream->fault_lock);
}

/* Take all groups from their workers; nobody waits for an answer. */
static void fault_forget_stream(struct smmu3_stream *stream)
{
	struct fault_group *group, *next;

	mutex_lock(&stream->fault_lock);
	fault_drop_partials(stream, true, 0);
	list_for_each_entry_safe(group, next, &stream->fault_groups, link) {
		list_del_init(&group->link);
		atomic64_inc(&group->resolver->dropped);
	}
	mutex_unlock(&stream->fault_lock);
}

void smmu3_fault_drain(struct smmu3_master *master, u32 ssid, const struct smmu3_resolver *resolver)
{
	struct smmu3_device *smmu = master->smmu;
	unsigned int i;

	if (master->stalls || smmu3_device_has(smmu, SMMU3_FEAT_STALL_FORCE))
		smmu3_evtq_catch_up(smmu);
	if (smmu3_device_has(smmu, SMMU3_FEAT_PRI))
		smmu3_priq_catch_up(smmu);
	for (i = 0; i < master->nr_streams; i++)
		fault_cut(master->streams[i].stream, ssid, resolver);
	/* Those that workers have sent, too. */
	fault_settle(smmu);
}

void smmu3_fault_forget(struct smmu3_device *smmu)
{
	struct smmu3_stream *stream;
	unsigned long sid;

	xa_for_each(&smmu->streams, sid, stream)
		fault_forget_stream(stream);
}

size_t smmu3_fault_waiting(struct smmu3_stream *stream)
{
	size_t nr;

	mutex_lock(&stream->fault_lock);
	nr = list_count_nodes(&stream->fault_groups);
	mutex_unlock(&stream->fault_lock);
	return nr;
}

void smmu3_fault_fini(struct smmu3_device *smmu)
{
	smmu3_fault_forget(smmu);
	/* Workers that have lost their group still look at its stream. */
	if (fault_wq)
		flush_workqueue(fault_wq);
}
