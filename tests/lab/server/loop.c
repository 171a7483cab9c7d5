// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loop: descriptors by epoll, and between them steps of the models and functions in an order
 * that follows from the seed. It sleeps when nobody has anything to do; once a second it looks
 * again, for clocks.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "lab.h"

#define STEPS_BETWEEN	32	/* steps before the descriptors are looked at again */
#define ROUNDS_TO_IDLE	3	/* a step that says "nothing" may have given work to another one */
#define STEPS_TO_SETTLE	4096	/* for one store; a job that goes on for longer is not waited for */
#define HEARTBEAT_MS	1000

struct loop {
	int epoll;
	u32 runnable;
	unsigned int rounds;
	unsigned int sleep_ms;
	u64 timer;
};

bool loop_init(struct lab *lab)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return false;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0) {
		free(l);
		return false;
	}
	lab->loop = l;
	return true;
}

void loop_fini(struct lab *lab)
{
	if (!lab->loop)
		return;
	close(lab->loop->epoll);
	free(lab->loop);
	lab->loop = NULL;
}

bool loop_watch(struct lab *lab, struct loop_fd *fd, bool out)
{
	struct epoll_event ev = { .events = EPOLLIN | (out ? EPOLLOUT : 0), .data.ptr = fd };

	if (!epoll_ctl(lab->loop->epoll, EPOLL_CTL_MOD, fd->fd, &ev))
		return true;
	return errno == ENOENT && !epoll_ctl(lab->loop->epoll, EPOLL_CTL_ADD, fd->fd, &ev);
}

void loop_close(struct lab *lab, struct loop_fd *fd)
{
	if (fd->fd < 0)
		return;
	epoll_ctl(lab->loop->epoll, EPOLL_CTL_DEL, fd->fd, NULL);
	close(fd->fd);
	fd->fd = -1;
}

u64 loop_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000000000ull + (u64)ts.tv_nsec;
}

void loop_kick(struct lab *lab)
{
	struct loop *l = lab->loop;

	l->runnable = (u32)(BIT(lab_nr_steps(lab)) - 1);
	l->rounds = 0;
	l->sleep_ms = 0;
}

void loop_timer(struct lab *lab, unsigned int ms)
{
	u64 when = loop_now() + ms * 1000000ull;

	if (!lab->loop->timer || when < lab->loop->timer)
		lab->loop->timer = when;
}

/* One step of a source chosen by chance; false: all have said that they have nothing. */
static bool step(struct lab *lab)
{
	struct loop *l = lab->loop;
	unsigned int nr = lab_nr_steps(lab), i;

	if (!l->runnable) {
		if (!nr || ++l->rounds >= ROUNDS_TO_IDLE)
			return false;
		l->runnable = (u32)(BIT(nr) - 1);
	}
	i = lab_random(lab) % nr;
	while (!(l->runnable & BIT(i)))
		i = (i + 1) % nr;
	if (lab_step(lab, i))
		loop_kick(lab);
	else
		l->runnable &= ~(u32)BIT(i);
	return true;
}

void loop_settle(struct lab *lab)
{
	loop_kick(lab);
	for (unsigned int i = 0; i < STEPS_TO_SETTLE && step(lab); i++)
		;
}

/*
 * Milliseconds to sleep when all are idle: short at first, for what a step began without saying so.
 */
static int sleep_time(struct loop *l)
{
	u64 now = loop_now();
	unsigned int ms;

	l->sleep_ms = l->sleep_ms ? l->sleep_ms * 8 : 2;
	if (l->sleep_ms > HEARTBEAT_MS)
		l->sleep_ms = HEARTBEAT_MS;
	ms = l->sleep_ms;
	if (l->timer && l->timer < now + ms * 1000000ull)
		ms = l->timer > now ? (unsigned int)((l->timer - now) / 1000000) + 1 : 0;
	return (int)ms;
}

static void timers(struct lab *lab)
{
	struct loop *l = lab->loop;

	if (!l->timer || loop_now() < l->timer)
		return;
	l->timer = 0;
	for (unsigned int i = 0; i < lab->nr_slots; i++)
		vfu_timer(lab->slots[i].vfu);
}

void loop_run(struct lab *lab)
{
	struct loop *l = lab->loop;
	struct epoll_event ev[16];

	loop_kick(lab);
	while (!lab->quit) {
		bool busy = true;
		int n;

		for (unsigned int i = 0; busy && i < STEPS_BETWEEN; i++)
			busy = step(lab);
		lab_check_memory(lab);
		if (!busy)
			lab_idle(lab);
		n = epoll_wait(l->epoll, ev, ARRAY_SIZE(ev), busy ? 0 : sleep_time(l));
		if (!n && !busy) {
			l->runnable = 0;
			l->rounds = 0;
		}
		for (int i = 0; i < n; i++) {
			struct loop_fd *fd = ev[i].data.ptr;

			if (fd->fd >= 0)
				fd->ready(fd, ev[i].events);
		}
		timers(lab);
	}
}
