// SPDX-License-Identifier: GPL-2.0-only
/* What stands at the head of spin.h. */
#include "spin.h"
#include <string.h>
#include "cpu.h"

void spin_init(struct spinlock *s, struct line *line)
{
	int i;

	memset(s, 0, sizeof(*s));
	s->line = line;
	for (i = 0; i < MAX_CPUS; i++)
		line_init(&s->node[i], "lock queue");
}

static bool spin_free(const struct spinlock *s)
{
	return !s->locked && !s->pending && !s->tail;
}

/* One compare-and-exchange of the free word. */
static bool spin_take(struct spinlock *s)
{
	line_atomic(s->line);
	if (!spin_free(s))
		return false;
	s->locked = true;
	return true;
}

/* Second: @pending is ours. */
static void spin_second(struct spinlock *s)
{
	for (line_read(s->line); s->locked; line_read(s->line))
		line_watch(s->line);
	line_write(s->line);
	s->pending = false;
	s->locked = true;
}

/* Behind others: wait until the one before has become the owner. */
static void spin_queue(struct spinlock *s, int before)
{
	int me = this_cpu->nr;

	line_post(&s->node[before]);
	s->next[before] = me + 1;
	for (line_read(&s->node[me]); !s->turn[me]; line_read(&s->node[me]))
		line_watch(&s->node[me]);
	s->turn[me] = false;
}

/* At the head of the queue: wait for the word, and tell the next. */
static void spin_head(struct spinlock *s)
{
	int me = this_cpu->nr, next;

	for (line_read(s->line); s->locked || s->pending; line_read(s->line))
		line_watch(s->line);
	line_write(s->line);
	s->locked = true;
	if (s->tail == me + 1) {
		s->tail = 0;
		return;
	}
	for (line_read(&s->node[me]); !s->next[me]; line_read(&s->node[me]))
		line_watch(&s->node[me]);
	next = s->next[me] - 1;
	s->next[me] = 0;
	line_post(&s->node[next]);
	s->turn[next] = true;
}

void spin_lock(struct spinlock *s)
{
	int before;

	if (spin_take(s))
		return;
	if (!s->pending && !s->tail) {
		line_atomic(s->line);
		if (!s->pending && !s->tail) {
			s->pending = true;
			spin_second(s);
			return;
		}
	}
	/* A last look before queueing. */
	line_read(s->line);
	if (spin_free(s) && spin_take(s))
		return;
	line_atomic(s->line);
	before = s->tail;
	s->tail = this_cpu->nr + 1;
	if (before)
		spin_queue(s, before - 1);
	spin_head(s);
}

bool spin_trylock(struct spinlock *s)
{
	line_read(s->line);
	return spin_free(s) && spin_take(s);
}

void spin_unlock(struct spinlock *s)
{
	cpu_fence();
	line_write(s->line);
	s->locked = false;
}
