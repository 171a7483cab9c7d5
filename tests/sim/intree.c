// SPDX-License-Identifier: GPL-2.0-only
/*
 * The producer index moves by compare-and-exchange of a word that holds the consumer index, too.
 * Who finds the word without the mark of an owner becomes the owner: it waits until the one before
 * has rung, ends the gathering, waits until all that was gathered is filled, and rings for all of
 * it. Everybody waits for a CMD_SYNC of its own; the last who waits moves the consumer index.
 *
 * Where things are: the word has a line to itself; the index up to which was rung, the count of who
 * waits, and the pointer to the bitmap are in one line together.
 */
#include "intree.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "algo.h"
#include "cpu.h"
#include "smmu.h"

/* Entries whose bits are in one line of the bitmap. */
#define BITS_PER_LINE 512
/* Looks at a register before the first pause, and the pause, which doubles. */
#define POLLS 10
#define PAUSE 1000

struct intree intree;

static struct line *const lines[] = { &intree.llq, &intree.rest, NULL };

void intree_init(void)
{
	uint64_t i, nr = queue_size() / BITS_PER_LINE + 1;

	free(intree.valid);
	free(intree.filled);
	memset(&intree, 0, sizeof(intree));
	smmu_init(1);
	intree.valid = calloc(nr, sizeof(*intree.valid));
	intree.filled = calloc(queue_size(), sizeof(*intree.filled));
	if (!intree.valid || !intree.filled) {
		fputs("sim: out of memory\n", stderr);
		exit(2);
	}
	for (i = 0; i < nr; i++)
		line_init(&intree.valid[i], "bitmap");
	line_init(&intree.llq, "producer word");
	line_init(&intree.rest, "owner and readers");
	line_init(&intree.cold, "cold");
	intree.cons_line = &intree.llq;
}

static struct line *valid_line(uint64_t pos)
{
	return &intree.valid[pos % queue_size() / BITS_PER_LINE];
}

bool intree_has_room(uint64_t pos)
{
	return pos + INTREE_CMDS - intree.cons <= queue_size();
}

void intree_await_room(void)
{
	uint64_t cons;

	line_atomic(&intree.rest);
	if (intree.readers || intree.locked) {
		cpu_sleep(machine.poll);
		line_read(intree.cons_line);
		return;
	}
	intree.locked = true;
	cons = smmu_read_cons(smmu_queue(0));
	line_write(intree.cons_line);
	intree.cons = cons;
	intree.version++;
	line_atomic(&intree.rest);
	intree.locked = false;
	line_read(intree.cons_line);
}

void intree_fill(uint64_t pos)
{
	queue_put_pair(smmu_queue(0), pos);
}

void intree_enter(unsigned int nr)
{
	line_atomic(&intree.rest);
	intree.readers += nr;
	while (intree.locked) {
		line_watch(&intree.rest);
		line_read(&intree.rest);
	}
}

void intree_mark(uint64_t pos)
{
	cpu_fence();
	line_atomic(valid_line(pos));
	intree.filled[pos % queue_size()] = pos + 1;
	intree.filled[(pos + 1) % queue_size()] = pos + 2;
}

uint64_t intree_own(uint64_t pos, unsigned int *gathered)
{
	uint64_t end, at;

	for (line_read(&intree.rest); intree.owner_prod != pos; line_read(&intree.rest))
		line_watch(&intree.rest);
	line_atomic(&intree.llq);
	*gathered = intree.gathered;
	intree.gathered = 0;
	intree.version++;
	end = intree.prod;
	for (at = pos; at < end; at++) {
		struct line *l = valid_line(at);

		line_read(l);
		while (intree.filled[at % queue_size()] <= at) {
			line_watch(l);
			line_read(l);
		}
	}
	return end;
}

void intree_ring(uint64_t end)
{
	smmu_ring(smmu_queue(0), end);
	cpu_fence();
	line_write(&intree.rest);
	intree.owner_prod = end;
}

static void wait_for_word(uint64_t pos)
{
	struct queue *q = smmu_queue(0);
	struct line *l = queue_line(q, pos);

	for (line_read(l); !queue_synced(q, pos); line_read(l))
		line_watch(l);
}

/* Return: how far the SMMU is. */
static uint64_t wait_for_cons(uint64_t pos)
{
	uint64_t cons, pause = PAUSE;
	int polls = 0;

	line_read(intree.cons_line);
	while ((cons = smmu_read_cons(smmu_queue(0))) <= pos) {
		if (++polls < POLLS) {
			cpu_sleep(machine.poll);
			continue;
		}
		cpu_sleep(pause);
		pause *= 2;
		polls = 0;
	}
	return cons;
}

void intree_wait(uint64_t pos)
{
	uint64_t cons = pos + INTREE_CMDS;

	if (machine.msi)
		wait_for_word(pos + 1);
	else
		cons = wait_for_cons(pos + 1);
	line_read(&intree.rest);
	if (intree.readers == 1) {
		line_write(intree.cons_line);
		intree.cons = cons;
		intree.version++;
	}
	line_atomic(&intree.rest);
	intree.readers--;
}

bool intree_take(void)
{
	intree.prod += INTREE_CMDS;
	intree.version++;
	return !intree.gathered++;
}

void intree_post(uint64_t pos, bool owner)
{
	unsigned int gathered;

	intree_fill(pos);
	intree_enter(1);
	intree_mark(pos);
	if (owner)
		intree_ring(intree_own(pos, &gathered));
	intree_wait(pos);
}

/* Return: the position of our entries. */
static uint64_t take_entries(bool *owner)
{
	uint64_t pos, version;

	line_read(&intree.llq);
	for (;;) {
		pos = intree.prod;
		version = intree.version;
		if (!intree_has_room(pos)) {
			intree_await_room();
			continue;
		}
		line_atomic(&intree.llq);
		algo_counts.tries++;
		if (version == intree.version)
			break;
	}
	*owner = intree_take();
	return pos;
}

static void intree_unmap(void)
{
	bool owner;
	uint64_t pos = take_entries(&owner);

	intree_post(pos, owner);
}

const struct algo algo_intree = { "in-tree", intree_init, intree_unmap, lines };
