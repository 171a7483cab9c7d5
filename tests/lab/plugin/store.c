// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stores of the guest to watched pages are told to the server, each after it was done.
 *
 * QEMU calls back behind every load and store that its translator emits, exclusives and atomics
 * included. What its helpers write through a host pointer it does not show: DC ZVA and the memory
 * set and copy instructions are therefore recognised here, resolved before they are executed and
 * reported before the vCPU's next instruction.
 *
 * Not seen: what memory tagging writes (STZGM; tags are not memory's content), hardware updates of
 * access flags, and QEMU's own devices and loaders. Nor does another vCPU stand still while a store
 * is reported.
 *
 * Invariant: no answer is remembered from one store to the next: the physical address comes from
 * QEMU's TLB entry by which the store went, so that any mapping, of whatever exception level, is
 * seen.
 */
#include "insn.h"
#include "plugin.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE_SZ 4096ull
#define STORE_MAX 16u /* bytes of one store */

/* Of each vCPU: what an unseen instruction is about to write. */
struct pending {
	u64 nr; /* first: QEMU's code tests it */
	u64 room;
	struct span {
		u64 pa;
		u32 n;
	} *span;
};

static struct qemu_plugin_scoreboard *pending_score;
static u64 nr_reported, nr_unknown;

void store_init(void) { pending_score = qemu_plugin_scoreboard_new(sizeof(struct pending)); }

static void report(unsigned int vcpu, u64 pa, u32 n)
{
	struct wire_packet p = { .type = WIRE_STORE, .store = { .pa = pa, .n = n } };

	__atomic_fetch_add(&nr_reported, 1, __ATOMIC_RELAXED);
	link_ask(vcpu, &p);
}

/*
 * Where a store to @va went, by the TLB entry that it used; false if that is no memory of the
 * guest.
 */
static inline bool store_pa(qemu_plugin_meminfo_t info, u64 va, u64 *pa)
{
	const struct qemu_plugin_hwaddr *h = qemu_plugin_get_hwaddr(info, va);

	if (h) {
		*pa = qemu_plugin_hwaddr_phys_addr(h);
		return true;
	}
	if (qemu_plugin_translate_vaddr(va, pa))
		return true;
	__atomic_fetch_add(&nr_unknown, 1, __ATOMIC_RELAXED);
	return false;
}

static void store_across(unsigned int vcpu, qemu_plugin_meminfo_t info, u64 va, u32 n)
{
	u32 first = PAGE_SZ - va % PAGE_SZ;
	u64 pa;

	if (store_pa(info, va, &pa) && watch_test(link_watch, pa))
		report(vcpu, pa, n < first ? n : first);
	if (n > first && store_pa(info, va + first, &pa) && watch_test(link_watch, pa))
		report(vcpu, pa, n - first);
}

/*
 * What every store of the guest runs through: size and page ends are looked at only where they
 * matter.
 */
static void store_done(unsigned int vcpu, qemu_plugin_meminfo_t info, u64 va, void *userdata)
{
	u64 pa;

	(void)userdata;
	if (!__atomic_load_n(&link_watch->nr, __ATOMIC_ACQUIRE))
		return;
	if (va % PAGE_SZ > PAGE_SZ - STORE_MAX)
		store_across(vcpu, info, va, 1u << qemu_plugin_mem_size_shift(info));
	else if (store_pa(info, va, &pa) && watch_test(link_watch, pa))
		report(vcpu, pa, 1u << qemu_plugin_mem_size_shift(info));
}

static void pending_add(struct pending *p, u64 pa, u32 n)
{
	if (p->nr == p->room) {
		p->room = p->room ? 2 * p->room : 16;
		p->span = realloc(p->span, p->room * sizeof(*p->span));
		if (!p->span)
			plugin_die("out of memory");
	}
	p->span[p->nr].pa = pa;
	p->span[p->nr].n = n;
	p->nr++;
}

/*
 * A page that is not mapped now makes the instruction fault, and comes back here when it is
 * executed again.
 */
static void unseen_execute(unsigned int vcpu, void *userdata)
{
	struct pending *p = qemu_plugin_scoreboard_find(pending_score, vcpu);
	u64 va, pa, n, size, args[2];
	struct insn_span span;
	u32 word = (u32)(uintptr_t)userdata;

	if (!__atomic_load_n(&link_watch->nr, __ATOMIC_ACQUIRE))
		return;
	args[0] = regs_x(insn_span_address(word));
	args[1] = regs_x(insn_span_size(word));
	if (!insn_span(word, args[0], args[1], &span))
		return;
	for (va = span.addr, size = span.size; size; va += n, size -= n) {
		n = PAGE_SZ - va % PAGE_SZ;
		if (n > size)
			n = size;
		if (qemu_plugin_translate_vaddr(va, &pa) && watch_test(link_watch, pa))
			pending_add(p, pa, n);
	}
}

static void pending_report(unsigned int vcpu, void *userdata)
{
	struct pending *p = qemu_plugin_scoreboard_find(pending_score, vcpu);
	u64 i;

	(void)userdata;
	for (i = 0; i < p->nr; i++)
		report(vcpu, p->span[i].pa, p->span[i].n);
	p->nr = 0;
}

/* Behind an instruction there is the next of its block, or the start of whichever block follows. */
static void report_behind(struct qemu_plugin_tb *tb, size_t index)
{
	const qemu_plugin_u64 nr = { pending_score, offsetof(struct pending, nr) };

	if (index + 1 < qemu_plugin_tb_n_insns(tb))
		qemu_plugin_register_vcpu_insn_exec_cond_cb(qemu_plugin_tb_get_insn(tb, index + 1),
							    pending_report, QEMU_PLUGIN_CB_NO_REGS,
							    QEMU_PLUGIN_COND_NE, nr, 0, NULL);
}

void store_translate(struct qemu_plugin_tb *tb, size_t index, struct qemu_plugin_insn *insn,
		     u32 word)
{
	const qemu_plugin_u64 nr = { pending_score, offsetof(struct pending, nr) };

	if (!link_watch)
		return;
	if (index == 0)
		qemu_plugin_register_vcpu_tb_exec_cond_cb(tb, pending_report,
							  QEMU_PLUGIN_CB_NO_REGS,
							  QEMU_PLUGIN_COND_NE, nr, 0, NULL);
	if (insn_is_span(word)) {
		qemu_plugin_register_vcpu_insn_exec_cb(insn, unseen_execute, QEMU_PLUGIN_CB_R_REGS,
						       (void *)(uintptr_t)word);
		report_behind(tb, index);
	}
	/*
	 * Below 4 GiB it may be AArch32's, of which nothing is known here; a callback costs only
	 * where there is a store.
	 */
	if (insn_may_store(word) || qemu_plugin_insn_vaddr(insn) <= ~0u)
		qemu_plugin_register_vcpu_mem_cb(insn, store_done, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_W, NULL);
}

void store_sum_up(void)
{
	if (link_watch)
		fprintf(stderr,
			"plugin: %llu stores to watched pages, %llu without a physical address\n",
			(unsigned long long)nr_reported, (unsigned long long)nr_unknown);
}
