/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The in-tree driver's queue, as of Linux 5.9 to 6.12, and what its variant with an atomic add
 * (add.c) shares with it. See intree.c.
 */
#ifndef SIM_INTREE_H
#define SIM_INTREE_H

#include <stdbool.h>
#include <stdint.h>
#include "line.h"

/* An invalidation and a CMD_SYNC. */
#define INTREE_CMDS 2

/**
 * struct intree - the queue's shared state
 * @llq: line of the word with the producer index
 * @rest: line of @owner_prod, of @readers, and of the pointer to the bitmap
 * @cold: line of what hardly changes
 * @cons_line: where @cons is: in the word, or in @cold
 * @valid: lines of the bitmap of filled entries
 * @filled: for each entry, the position behind what fills it
 * @prod: next position
 * @cons: a position known to be consumed
 * @version: changes with every change of the word
 * @gathered: posts since the owner that gathers now became it, with its own
 * @owner_prod: up to here doorbells have been rung
 * @readers: CPUs that wait for a CMD_SYNC
 * @locked: one CPU moves @cons
 */
struct intree {
	struct line llq, rest, cold, *cons_line, *valid;
	uint64_t *filled;
	uint64_t prod, cons, version;
	unsigned int gathered;
	uint64_t owner_prod;
	int readers;
	bool locked;
};

extern struct intree intree;

void intree_init(void);

/* In the order in which an unmap takes them; @pos: of its first entry. */
bool intree_has_room(uint64_t pos);
void intree_await_room(void);
void intree_fill(uint64_t pos);
void intree_enter(unsigned int nr);
void intree_mark(uint64_t pos);
/* End the gathering: everything before the return value is ours to ring for. */
uint64_t intree_own(uint64_t pos, unsigned int *gathered);
void intree_ring(uint64_t end);
void intree_wait(uint64_t pos);

/* The word is ours for a moment: take entries. Return: we are the owner. */
bool intree_take(void);
/* All that comes after it in the in-tree driver. */
void intree_post(uint64_t pos, bool owner);

#endif
