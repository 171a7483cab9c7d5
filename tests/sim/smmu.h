/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The SMMU's side of a command queue: it fetches what the doorbell told it of, executes it in order,
 * and completes CMD_SYNCs. With more than one queue (ECMDQ), commands of all of them go through one
 * pipe, in turns; a CMD_SYNC holds up its own queue only.
 */
#ifndef SIM_SMMU_H
#define SIM_SMMU_H

#include <stdbool.h>
#include <stdint.h>
#include "line.h"

/**
 * struct entry - of a queue
 * @sync: a CMD_SYNC
 * @word: line that it writes; NULL: none, or a TLB invalidation
 */
struct entry {
	bool sync;
	struct line *word;
};

/**
 * struct queue - a command queue
 * @lines: where its entries are, ENTRIES_PER_LINE to a line
 * @entries: what is in them
 * @synced: for each entry, the position behind the last CMD_SYNC there that is known to be done
 * @word: position behind the last CMD_SYNC that has written its word
 * @prod: position that the doorbell told of
 * @fetched: position up to which entries have been read
 * @cons: position up to which they have been executed
 * @fetching: an access is on its way; @waits: so many lines of it
 * @running: an entry is being executed
 */
struct queue {
	struct line *lines;
	struct entry *entries;
	uint64_t *synced;
	uint64_t prod, fetched, cons, word;
	unsigned int fetching, waits;
	bool running;
};

#define ENTRIES_PER_LINE 4

/* Counted since the last reset. */
extern uint64_t smmu_cmds, smmu_syncs, smmu_doorbells;

/* @nr empty queues; forgets those from before. */
void smmu_init(int nr);
struct queue *smmu_queue(int nr);
uint64_t queue_size(void);

/* What stands at @pos; the line is the caller's business. */
void queue_put(struct queue *q, uint64_t pos, bool sync, struct line *word);
struct line *queue_line(struct queue *q, uint64_t pos);
/*
 * An invalidation at @pos and its own CMD_SYNC, which writes its word over itself, and the stores to
 * their lines. Return: the line of the CMD_SYNC.
 */
struct line *queue_put_pair(struct queue *q, uint64_t pos);
/* Has the CMD_SYNC at @pos written its word? */
bool queue_synced(const struct queue *q, uint64_t pos);

/* Store CMDQ_PROD; cpu_fence() waits until it is on its way for good. */
void smmu_ring(struct queue *q, uint64_t prod);
/* Read CMDQ_CONS. */
uint64_t smmu_read_cons(struct queue *q);

#endif
