/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Translation tables of any shape for tests, and contexts that use them: beside world.h, whose
 * trees are 4 KiB, 39 bits.
 */
#ifndef TREES_H
#define TREES_H

#include "world.h"
#include "../xlate.h"

struct tree {
	struct world *w;
	u64 root;
	unsigned int granule, in_bits;
	int start;		/* level of the first table */
	bool ds;		/* descriptors hold 52 bits in the DS form */
	bool big_endian;
	u64 table_attrs;	/* into every table descriptor that is made */
};

/* Leaf bits that most tests want: AF, nG, inner shareable, user, read-write, MAIR 0. */
#define LEAF_S1		(1ull << 10 | 1ull << 11 | 3ull << 8 | 1ull << 6)
#define LEAF_S1_DS	(1ull << 10 | 1ull << 11 | 1ull << 6)
/* Stage 2: AF, write-back, read and write. */
#define LEAF_S2		(1ull << 10 | 3ull << 8 | 3ull << 6 | 15ull << 2)

struct tree tree_new(struct world *w, unsigned int granule, unsigned int in_bits);
/* Stage 2 may start lower, with up to 16 tables side by side. */
struct tree tree_new_at(struct world *w, unsigned int granule, unsigned int in_bits, int start);
/* The descriptor for @va at @level; tables are made on the way. */
u64 tree_slot(struct tree *t, u64 va, int level);
/* Map @va at @level (3: page). Returns the slot. */
u64 tree_map(struct tree *t, u64 va, int level, u64 out, u64 attrs);
u64 tree_load(const struct tree *t, u64 slot);

/* A context without STE and CD in memory: stage 1 of @t1, stage 2 of @t2, either may be NULL. */
struct context tree_context(const struct tree *t1, const struct tree *t2);
void context_set(u64 *entry, unsigned int high, unsigned int low, u64 value);
#define set(e, f, v)		set_field(e, f, v)
#define set_field(e, w, h, l, v) context_set(&(e)[w], h, l, v)

/* Ask for a read or what @how says: 'r', 'w', 'x', capital: privileged. */
bool ask(struct world *w, const struct context *c, u64 va, char how, struct xl *o, struct fault *f);
/* It must succeed with @pa, or fail with @type at the stage. */
void must_reach(struct world *w, const struct context *c, u64 va, char how, u64 pa);
void must_fault(struct world *w, const struct context *c, u64 va, char how, enum event_type type,
		bool s2);

#endif
