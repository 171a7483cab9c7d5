// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions between two markers that the guest executes: HINT #96 begins, HINT #97 ends, with a
 * number of the guest's choice in x0 (tools/dmabench/marker.h). Both are unallocated hints, so
 * they are NOPs on every CPU (DDI 0487, "HINT").
 *
 * Counted is what this vCPU executes between them, each instruction by itself: a block that an
 * exception leaves early is not counted to its end. What runs from an interrupt until the
 * interrupted instruction goes on is set aside.
 *
 * Invariant: a vCPU's counters are touched by that vCPU's thread only.
 */
#include "insn.h"
#include "plugin.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define HINT_BEGIN 96
#define HINT_END 97

struct counter {
	u64 insns; /* QEMU's code adds to it */
	u64 leaving; /* QEMU's code tests it: an exception return within an interrupt */
	bool running;
	u64 id, begin;
	bool interrupted;
	u64 resume_pc, since, excluded;
};

static struct qemu_plugin_scoreboard *counters;
static FILE *count_file;

static struct counter *counter_of(unsigned int vcpu)
{
	return qemu_plugin_scoreboard_find(counters, vcpu);
}

static void begin_execute(unsigned int vcpu, void *userdata)
{
	struct counter *c = counter_of(vcpu);

	(void)userdata;
	/* The marker itself is counted already or not, as the end marker will be. */
	c->id = regs_x(0);
	c->running = true;
	c->interrupted = false;
	c->leaving = 0;
	c->excluded = 0;
	c->begin = c->insns;
	profile_begin(vcpu);
}

static void end_execute(unsigned int vcpu, void *userdata)
{
	struct counter *c = counter_of(vcpu);
	struct wire_packet p = { .type = WIRE_COUNT };

	(void)userdata;
	p.count.id = regs_x(0);
	if (!c->running || p.count.id != c->id) {
		fprintf(stderr, "plugin: vCPU %u: end marker %llu without its begin marker\n", vcpu,
			(unsigned long long)p.count.id);
		return;
	}
	c->running = false;
	/* Less one of the two markers and the instruction that loads the end marker's x0. */
	p.count.excluded = c->excluded;
	p.count.insns = c->insns - c->begin - c->excluded - 2;
	if (count_file) {
		fprintf(count_file, "count %llu: %llu instructions, %llu in interrupts, vCPU %u\n",
			(unsigned long long)p.count.id, (unsigned long long)p.count.insns,
			(unsigned long long)p.count.excluded, vcpu);
		fflush(count_file);
	}
	profile_end(vcpu, p.count.id, p.count.insns);
	link_ask(vcpu, &p);
}

static void interrupted(unsigned int vcpu, enum qemu_plugin_discon_type type, u64 from, u64 to,
			void *userdata)
{
	struct counter *c = counter_of(vcpu);

	(void)type;
	(void)to;
	(void)userdata;
	if (!c->running || c->interrupted)
		return;
	c->interrupted = true;
	c->resume_pc = from;
	c->since = c->insns;
	profile_pause(vcpu, true);
}

static void eret_execute(unsigned int vcpu, void *userdata)
{
	struct counter *c = counter_of(vcpu);

	(void)userdata;
	c->leaving = c->interrupted;
}

/* At the first block behind an exception return. */
static void block_execute(unsigned int vcpu, void *userdata)
{
	struct counter *c = counter_of(vcpu);

	c->leaving = 0;
	if ((u64)(uintptr_t)userdata != c->resume_pc)
		return;
	c->interrupted = false;
	c->excluded += c->insns - c->since;
	profile_pause(vcpu, false);
}

void count_init(qemu_plugin_id_t id, const char *path)
{
	if (path) {
		count_file = fopen(path, "a");
		if (!count_file)
			plugin_die("%s: cannot be written", path);
	}
	counters = qemu_plugin_scoreboard_new(sizeof(struct counter));
	qemu_plugin_register_vcpu_discon_cb(id, QEMU_PLUGIN_DISCON_INTERRUPT, interrupted, NULL);
}

void count_translate(struct qemu_plugin_tb *tb, size_t index, struct qemu_plugin_insn *insn,
		     u32 word)
{
	const qemu_plugin_u64 insns = { counters, offsetof(struct counter, insns) };
	const qemu_plugin_u64 leaving = { counters, offsetof(struct counter, leaving) };
	void *pc = (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn);

	if (!counters)
		return;
	if (index == 0)
		qemu_plugin_register_vcpu_tb_exec_cond_cb(tb, block_execute, QEMU_PLUGIN_CB_NO_REGS,
							  QEMU_PLUGIN_COND_NE, leaving, 0, pc);
	qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, QEMU_PLUGIN_INLINE_ADD_U64, insns,
							    1);
	if (word == insn_hint(HINT_BEGIN))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, begin_execute, QEMU_PLUGIN_CB_R_REGS,
						       NULL);
	else if (word == insn_hint(HINT_END))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, end_execute, QEMU_PLUGIN_CB_R_REGS,
						       NULL);
	else if ((word & 0xfffff3ff) == 0xd69f03e0)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, eret_execute, QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
}
