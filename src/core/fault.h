/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults that wait for an answer: stalled transactions and PCI page requests.
 *
 * ARM IHI 0070, 3.12 "Fault models, recording and reporting", 3.12.2 "Stall model", 4.5
 * "ATS and PRI", 4.6 "CMD_RESUME", chapter 8 "Page request queue". Layer 2.
 *
 * A space with a resolver has its faults served: queued, resolved by a worker, answered. Both kinds
 * go the same way; they differ in where they come from and in the command that answers them.
 * Invariant: what waits is answered once: by its worker, or by whoever detaches the SubstreamID
 * meanwhile, or by nobody if the SMMU was started anew and has forgotten it.
 */
#ifndef SMMU3_CORE_FAULT_H
#define SMMU3_CORE_FAULT_H

#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/types.h>

struct smmu3_device;
struct smmu3_evt;
struct smmu3_master;
struct smmu3_pri;
struct smmu3_resolver;
struct smmu3_stream;

/**
 * struct smmu3_fault - an access that found no translation
 * @addr: input address
 * @read: to read
 * @write: to write
 * @exec: to fetch instructions
 * @priv: privileged
 * @denied: a translation may have been there, without this right
 */
struct smmu3_fault {
	u64	addr;
	bool	read, write, exec, priv, denied;
};

/**
 * struct smmu3_resolver_ops - how faults of a space are served
 * @resolve: make the access possible. Context: a worker, may sleep for long. Return: the access is
 *	worth another try
 * @release: the last reference has gone; frees after a grace period. Context: may sleep
 */
struct smmu3_resolver_ops {
	bool (*resolve)(struct smmu3_resolver *resolver, const struct smmu3_fault *fault);
	void (*release)(struct smmu3_resolver *resolver);
};

/**
 * struct smmu3_resolver - what serves the faults of a space
 * @ops: how
 * @users: the space, and each group of faults on its way
 * @pid: who the space belongs to, for debugfs
 * @comm: its name
 * @stalls: stalled transactions
 * @requests: page requests
 * @resolved: groups answered with "try again"
 * @refused: groups answered with an error
 * @dropped: groups that were answered by a detach, or by nobody
 */
struct smmu3_resolver {
	const struct smmu3_resolver_ops	*ops;
	refcount_t			users;
	pid_t				pid;
	char				comm[TASK_COMM_LEN];
	atomic64_t			stalls;
	atomic64_t			requests;
	atomic64_t			resolved;
	atomic64_t			refused;
	atomic64_t			dropped;
};

void smmu3_resolver_init(struct smmu3_resolver *resolver, const struct smmu3_resolver_ops *ops);
void smmu3_resolver_put(struct smmu3_resolver *resolver);

/* The workers, for all SMMUs. 0 or -ENOMEM. */
int smmu3_fault_init(void);
/* No SMMU is left; waits for the last workers. */
void smmu3_fault_exit(void);

/**
 * smmu3_fault_stall() - a transaction stalled
 * @stream: its stream, or NULL
 * @smmu: the SMMU
 * @evt: the event
 *
 * It is answered by this or later.
 * Context: the thread that drains the event queue.
 * Return: it has been taken for a space that has its faults served.
 */
bool smmu3_fault_stall(struct smmu3_device *smmu, struct smmu3_stream *stream,
		       const struct smmu3_evt *evt);

/**
 * smmu3_fault_request() - a page request came
 * @smmu: the SMMU
 * @stream: its stream, or NULL
 * @pri: the request
 *
 * Its group is answered when the last of it has come, by this or later.
 * Context: the thread that drains the PRI queue.
 */
void smmu3_fault_request(struct smmu3_device *smmu, struct smmu3_stream *stream,
			 const struct smmu3_pri *pri);

/**
 * smmu3_fault_lost() - requests were lost: the PRI queue had overflowed
 * @smmu: the SMMU
 *
 * The SMMU answers the last request of a group that it cannot queue (8.1). The rest of such a group
 * waits for a last one that does not come, and would become part of another group.
 * Context: as above.
 */
void smmu3_fault_lost(struct smmu3_device *smmu);

/**
 * smmu3_fault_drain() - a SubstreamID does not lead to a space any more: answer what waits on it
 * @master: the device, which sends nothing for that space any more
 * @ssid: SubstreamID; its CD has gone, or is another space's
 * @resolver: of the space; only compared
 *
 * Takes what is in the queues, too. A worker that is serving such a fault goes on, and its answer
 * is dropped.
 * Context: may sleep; without the attach lock.
 */
void smmu3_fault_drain(struct smmu3_master *master, u32 ssid,
		       const struct smmu3_resolver *resolver);

/* A page of a process that a device could not reach is the program's affair. Any context. */
bool smmu3_fault_is_users(struct smmu3_stream *stream, const struct smmu3_evt *evt);

/* Stalls and groups of requests that have no answer yet. May sleep. */
size_t smmu3_fault_waiting(struct smmu3_stream *stream);

/* The SMMU is off and has forgotten what waited. Context: reset lock held, may sleep. */
void smmu3_fault_forget(struct smmu3_device *smmu);

/* Layer 2 only: nothing waits on a new stream. */
void smmu3_fault_init_stream(struct smmu3_stream *stream);
/* Layer 2 only: the streams of an SMMU go. Waits for workers, which wait for what they serve. */
void smmu3_fault_fini(struct smmu3_device *smmu);

#endif
