// SPDX-License-Identifier: GPL-2.0-only
/* What stands at the head of cpu.h. */
#include "cpu.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "event.h"

#define STACK_SIZE 32768

struct cpu *this_cpu;

static struct cpu all[MAX_CPUS];
static int nr_cpus;
static ucontext_t outside;

int cpus(void)
{
	return nr_cpus;
}

void cpu_stop(void)
{
	struct cpu *self = this_cpu;

	this_cpu = NULL;
	swapcontext(&self->context, &outside);
}

void cpu_go(void *arg)
{
	this_cpu = arg;
	swapcontext(&outside, &this_cpu->context);
}

void cpu_posted(void *arg)
{
	struct cpu *cpu = arg;

	if (!--cpu->posted && cpu->fencing) {
		cpu->fencing = false;
		cpu_go(cpu);
	}
}

void cpu_sleep(uint64_t ns)
{
	if (!ns)
		return;
	after(ns, cpu_go, this_cpu);
	cpu_stop();
}

/* xorshift64* */
static uint64_t cpu_random(struct cpu *cpu)
{
	cpu->random ^= cpu->random >> 12;
	cpu->random ^= cpu->random << 25;
	cpu->random ^= cpu->random >> 27;
	return cpu->random * 0x2545f4914f6cdd1dull;
}

void cpu_work(uint64_t ns)
{
	uint64_t spread = 2 * ns * machine.jitter / 100;

	if (spread)
		ns = ns - spread / 2 + (cpu_random(this_cpu) >> 32) % (spread + 1);
	cpu_sleep(ns);
}

bool cpu_chance(int nr, int percent)
{
	return (int)((cpu_random(&all[nr]) >> 32) % 100) < percent;
}

void cpu_fence(void)
{
	if (!this_cpu->posted)
		return;
	this_cpu->fencing = true;
	cpu_stop();
}

static void cpu_body(void)
{
	this_cpu->body();
	cpu_stop();
}

static void cpu_start(struct cpu *cpu, int nr, void (*body)(void))
{
	char *stack = cpu->stack ? cpu->stack : malloc(STACK_SIZE);

	if (!stack) {
		fputs("sim: out of memory\n", stderr);
		exit(2);
	}
	memset(cpu, 0, sizeof(*cpu));
	cpu->nr = nr;
	cpu->random = 0x9e3779b97f4a7c15ull * (nr + 1);
	cpu->body = body;
	cpu->stack = stack;
	getcontext(&cpu->context);
	cpu->context.uc_stack.ss_sp = stack;
	cpu->context.uc_stack.ss_size = STACK_SIZE;
	makecontext(&cpu->context, cpu_body, 0);
	after(cpu_random(cpu) % 2000, cpu_go, cpu);
}

void cpus_start(int nr, void (*body)(void))
{
	int i;

	nr_cpus = nr;
	for (i = 0; i < nr; i++)
		cpu_start(&all[i], i, body);
}
