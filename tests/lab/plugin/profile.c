// SPDX-License-Identifier: GPL-2.0-only
/*
 * What lies between two markers (count.c), instruction by instruction: how often each was executed,
 * which of its stores went to registers and which to the stack, and for how long interrupts were
 * masked. Written for the shortest round of each id only; what is made of it is up to who reads it:
 * the encodings are there, so atomics and barriers can be told.
 *
 * Interrupts that come in between are set aside as in count.c, with all that they do.
 *
 * Invariant: a vCPU's tally is touched by that vCPU's thread only; sites are only ever added, under
 * their lock.
 */
#include "insn.h"
#include "plugin.h"
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Instructions of the guest that were ever translated; a kernel boots with some 100,000. */
#define SITES_LG2 22
#define NR_SITES (1u << SITES_LG2)
#define STACK_LG2 14 /* a kernel's stacks are of 16 KiB, and aligned to that or more */
#define CPSR_I (1u << 7)

struct site {
	u64 pc;
	u32 word;
};

/* What one site did in one round. */
struct tally {
	u32 n, io, stack;
};

struct round {
	u64 active; /* first: QEMU's code tests it */
	u64 insns; /* of this round, so far */
	u64 stack;
	u64 masked_since, masked, masked_longest;
	bool is_masked;
	struct tally *tally; /* by site */
	u32 *seen; /* sites of this round */
	u32 nr_seen;
};

struct best {
	u64 id, insns;
	struct best *next;
};

static FILE *file;
/* With a file only. */
static struct qemu_plugin_scoreboard *rounds;
static pthread_mutex_t sites_lock = PTHREAD_MUTEX_INITIALIZER;
static struct site *sites;
static u32 *sites_hash; /* number of the site + 1 */
static u32 nr_sites;
static pthread_mutex_t file_lock = PTHREAD_MUTEX_INITIALIZER;
static struct best *bests;

static struct round *round_of(unsigned int vcpu)
{
	return qemu_plugin_scoreboard_find(rounds, vcpu);
}

static void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		plugin_die("out of memory");
	return p;
}

/* The same instruction at the same place is the same site, however often it is translated. */
static u32 site_number(u64 pc, u32 word)
{
	u32 slot = ((pc >> 2 ^ (u64)word << 32) * 0x9e3779b97f4a7c15ull) >> (63 - SITES_LG2);
	u32 i;

	pthread_mutex_lock(&sites_lock);
	for (; (i = sites_hash[slot]); slot = (slot + 1) & (2 * NR_SITES - 1))
		if (sites[i - 1].pc == pc && sites[i - 1].word == word)
			goto out;
	if (nr_sites == NR_SITES)
		plugin_die("profile=: the guest has more than %u instructions", NR_SITES);
	i = ++nr_sites;
	sites[i - 1] = (struct site){ pc, word };
	sites_hash[slot] = i;
out:
	pthread_mutex_unlock(&sites_lock);
	return i - 1;
}

static struct tally *round_tally(struct round *r, u32 site)
{
	if (!r->tally[site].n)
		r->seen[r->nr_seen++] = site;
	return &r->tally[site];
}

static void site_execute(unsigned int vcpu, void *userdata)
{
	struct round *r = round_of(vcpu);

	round_tally(r, (u32)(uintptr_t)userdata)->n++;
	r->insns++;
}

/* Behind its instruction, so the site has been seen. */
static void site_stored(unsigned int vcpu, qemu_plugin_meminfo_t info, u64 va, void *userdata)
{
	struct round *r = round_of(vcpu);
	const struct qemu_plugin_hwaddr *h;

	if (!r->active)
		return;
	if (va >> STACK_LG2 == r->stack) {
		r->tally[(u32)(uintptr_t)userdata].stack += 1u << qemu_plugin_mem_size_shift(info);
		return;
	}
	h = qemu_plugin_get_hwaddr(info, va);
	if (h && qemu_plugin_hwaddr_is_io(h))
		r->tally[(u32)(uintptr_t)userdata].io++;
}

static void mask(struct round *r, bool masked)
{
	u64 n = r->insns - r->masked_since;

	if (masked == r->is_masked)
		return;
	r->is_masked = masked;
	if (masked) {
		r->masked_since = r->insns;
		return;
	}
	r->masked += n;
	if (n > r->masked_longest)
		r->masked_longest = n;
}

static void daif_execute(unsigned int vcpu, void *userdata)
{
	u32 word = (u32)(uintptr_t)userdata;
	enum insn_daif way = insn_daif(word);

	mask(round_of(vcpu),
	     way == INSN_DAIF_WRITE ? regs_x(word & 31) & CPSR_I : way == INSN_DAIF_SET);
}

void profile_begin(unsigned int vcpu)
{
	struct round *r;

	if (!file)
		return;
	r = round_of(vcpu);
	if (!r->tally) {
		r->tally = zeroed(NR_SITES, sizeof(*r->tally));
		r->seen = zeroed(NR_SITES, sizeof(*r->seen));
	}
	while (r->nr_seen)
		memset(&r->tally[r->seen[--r->nr_seen]], 0, sizeof(*r->tally));
	r->insns = 0;
	r->stack = regs_system(REG_SP) >> STACK_LG2;
	r->masked = 0;
	r->masked_longest = 0;
	r->masked_since = 0;
	r->is_masked = regs_system(REG_CPSR) & CPSR_I;
	r->active = 1;
}

void profile_pause(unsigned int vcpu, bool pause)
{
	if (file)
		round_of(vcpu)->active = !pause;
}

/* Under the file's lock. */
static struct best *best_of(u64 id)
{
	struct best *b;

	for (b = bests; b && b->id != id; b = b->next)
		;
	if (!b) {
		b = zeroed(1, sizeof(*b));
		*b = (struct best){ .id = id, .insns = -1ull, .next = bests };
		bests = b;
	}
	return b;
}

static void round_write(const struct round *r, u64 id, u64 insns)
{
	u32 i;

	fprintf(file, "profile %llu insns=%llu masked=%llu longest=%llu\n", (unsigned long long)id,
		(unsigned long long)insns, (unsigned long long)r->masked,
		(unsigned long long)r->masked_longest);
	for (i = 0; i < r->nr_seen; i++) {
		const struct site *s = &sites[r->seen[i]];
		const struct tally *t = &r->tally[r->seen[i]];

		fprintf(file, "%016llx %08x %u %u %u\n", (unsigned long long)s->pc, s->word, t->n,
			t->io, t->stack);
	}
	fprintf(file, "end %llu\n", (unsigned long long)id);
	fflush(file);
}

void profile_end(unsigned int vcpu, u64 id, u64 insns)
{
	struct round *r;
	struct best *b;

	if (!file)
		return;
	r = round_of(vcpu);
	mask(r, false);
	r->active = 0;
	pthread_mutex_lock(&file_lock);
	b = best_of(id);
	if (insns < b->insns) {
		b->insns = insns;
		round_write(r, id, insns);
	}
	pthread_mutex_unlock(&file_lock);
}

void profile_init(const char *path)
{
	if (!path)
		return;
	file = fopen(path, "w");
	if (!file)
		plugin_die("%s: cannot be written", path);
	sites = zeroed(NR_SITES, sizeof(*sites));
	sites_hash = zeroed(2 * NR_SITES, sizeof(*sites_hash));
	rounds = qemu_plugin_scoreboard_new(sizeof(struct round));
}

void profile_translate(struct qemu_plugin_insn *insn, u32 word)
{
	const qemu_plugin_u64 active = { rounds, offsetof(struct round, active) };
	void *site;

	if (!file)
		return;
	site = (void *)(uintptr_t)site_number(qemu_plugin_insn_vaddr(insn), word);
	qemu_plugin_register_vcpu_insn_exec_cond_cb(insn, site_execute, QEMU_PLUGIN_CB_NO_REGS,
						    QEMU_PLUGIN_COND_NE, active, 0, site);
	if (insn_daif(word) != INSN_DAIF_NONE)
		qemu_plugin_register_vcpu_insn_exec_cond_cb(insn, daif_execute,
							    QEMU_PLUGIN_CB_R_REGS,
							    QEMU_PLUGIN_COND_NE, active, 0,
							    (void *)(uintptr_t)word);
	if (insn_may_store(word))
		qemu_plugin_register_vcpu_mem_cb(insn, site_stored, QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_W, site);
}
