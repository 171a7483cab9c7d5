/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Circular queues: base, indexes with their wrap bit, what is full and what is empty.
 * Arm IHI 0070, chapter 3 "Operation", "SMMU circular queues"; SMMU_CMDQ_BASE.
 * Invariant: an index is kept as written or advanced, and every use of it takes the bits that
 * LOG2SIZE leaves.
 */
#ifndef MODEL_QUEUE_H
#define MODEL_QUEUE_H

#include "types.h"

#define QUEUE_MAX_LG2		19
#define QUEUE_INDEX_MASK	GENMASK(19, 0)

struct queue {
	u64 base;		/* *_BASE as written */
	u32 prod, cons;		/* index and wrap bit only */
	u8 max_lg2;		/* from IDR1 */
	u8 entry_lg2;		/* bytes of an entry */
	bool ovflg, ovackflg;	/* of queues that the SMMU produces */
};

static inline unsigned int queue_lg2(const struct queue *q)
{
	unsigned int lg2 = field(q->base, 4, 0);

	return lg2 < q->max_lg2 ? lg2 : q->max_lg2;
}

static inline u32 queue_mask(const struct queue *q)
{
	return (2u << queue_lg2(q)) - 1;
}

/*
 * 6.3.27 and the like: the bits of an index that count; above the wrap bit they are reserved, once
 * the queue has its size.
 */
static inline u32 queue_index_bits(const struct queue *q, bool on)
{
	return on ? queue_mask(q) : QUEUE_INDEX_MASK;
}

/* Entries between @cons and @prod; more than the size says that the indexes are inconsistent. */
static inline u32 queue_between(const struct queue *q, u32 cons, u32 prod)
{
	return (prod - cons) & queue_mask(q);
}

static inline u32 queue_used(const struct queue *q)
{
	return queue_between(q, q->cons, q->prod);
}

static inline u32 queue_sz(const struct queue *q)
{
	return 1u << queue_lg2(q);
}

static inline bool queue_consistent(const struct queue *q)
{
	return queue_used(q) <= queue_sz(q);
}

static inline bool queue_empty(const struct queue *q)
{
	return queue_used(q) == 0;
}

/* An inconsistent queue counts as full for its producer. */
static inline bool queue_full(const struct queue *q)
{
	return queue_used(q) >= queue_sz(q);
}

/* The address is aligned to the size of the queue, at least to 32 bytes. */
static inline u64 queue_align(const struct queue *q)
{
	unsigned int lg2 = queue_lg2(q) + q->entry_lg2;

	return BIT(lg2 < 5 ? 5 : lg2);
}

static inline u64 queue_entry_pa(const struct queue *q, u32 index)
{
	u64 base = q->base & GENMASK(55, 5) & ~(queue_align(q) - 1);

	return base + ((u64)(index & (queue_sz(q) - 1)) << q->entry_lg2);
}

static inline u32 queue_next(const struct queue *q, u32 index)
{
	return (index + 1) & queue_mask(q);
}

#endif
