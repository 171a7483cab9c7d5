// SPDX-License-Identifier: GPL-2.0-only
/* What stands at the head of profile.h. */
#include "profile.h"
#include <stdlib.h>
#include <string.h>

/* Room for one more; ends the program without memory. */
static void *grown(void *at, size_t nr, size_t *room, size_t size)
{
	if (nr < *room)
		return at;
	*room = *room ? 2 * *room : 64;
	at = realloc(at, *room * size);
	if (!at) {
		fputs("profile: out of memory\n", stderr);
		exit(2);
	}
	return at;
}

/* ---------------------------------------------------------------- symbols */

/* smmu3, or the in-tree driver as a module or in the kernel, where its queues have short names. */
static bool symbol_own(const char *name, const char *module)
{
	static const char *const short_names[] = {
		"queue_inc_prod_n", "queue_poll", "queue_poll_init", "queue_has_space",
		"queue_write", "queue_sync_cons_in", "queue_read",
	};
	size_t i;

	for (i = 0; i < sizeof(short_names) / sizeof(short_names[0]); i++)
		if (!strcmp(name, short_names[i]))
			return true;
	name += strspn(name, "_");
	return !strcmp(module, "[smmu3]") || !strcmp(module, "[arm_smmu_v3]") ||
	       !strncmp(name, "arm_smmu_", 9);
}

static int symbol_order(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

bool symbols_read(struct symbols *s, FILE *in)
{
	char line[512], name[256], module[128], type;
	unsigned long long addr;
	int n;

	while (fgets(line, sizeof(line), in)) {
		module[0] = '\0';
		n = sscanf(line, "%llx %c %255s %127s", &addr, &type, name, module);
		/* $x and $d mark code and data, and are no functions. */
		if (n < 3 || !strchr("tTwW", type) || !addr || name[0] == '$')
			continue;
		s->at = grown(s->at, s->nr, &s->room, sizeof(*s->at));
		s->at[s->nr].addr = addr;
		s->at[s->nr].own = symbol_own(name, module);
		snprintf(s->at[s->nr].name, sizeof(s->at->name), "%.60s%s%.30s", name,
			 module[0] ? " " : "", module);
		s->nr++;
	}
	if (s->nr)
		qsort(s->at, s->nr, sizeof(*s->at), symbol_order);
	return s->nr;
}

const struct symbol *symbols_find(const struct symbols *s, uint64_t pc)
{
	size_t low = 0, high = s->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->at[mid].addr <= pc)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? &s->at[low - 1] : NULL;
}

/* ---------------------------------------------------------------- instructions */

static bool insn_is_atomic(uint32_t word)
{
	/* LDADD to SWP, without LDAPR, which has their shape. */
	if ((word & 0x3b200c00) == 0x38200000)
		return (word & 0x3ffffc00) != 0x38bfc000;
	return (word & 0x3fa07c00) == 0x08a07c00 || /* CAS */
	       (word & 0xbfa07c00) == 0x08207c00 || /* CASP */
	       (word & 0x3fff7c00) == 0x085f7c00 || /* LDXR, LDAXR */
	       (word & 0xbfff0000) == 0x887f0000;   /* LDXP, LDAXP */
}

static bool insn_is_barrier(uint32_t word)
{
	switch (word & 0xfffff0ff) {
	case 0xd50330bf: /* DMB */
	case 0xd503309f: /* DSB */
	case 0xd50330df: /* ISB */
		return true;
	}
	return false;
}

static bool insn_stores_zero(uint32_t word)
{
	/* STP of general registers, both the zero register. */
	if ((word & 0x7e400000) == 0x28000000)
		return (word & 31) == 31 && (word >> 10 & 31) == 31;
	/* STR and STUR of a general register. */
	return ((word & 0x3fc00000) == 0x39000000 || (word & 0x3fe00000) == 0x38000000) &&
	       (word & 31) == 31;
}

enum insn_kind insn_kind(uint32_t word)
{
	if (insn_is_atomic(word))
		return INSN_ATOMIC;
	if (insn_is_barrier(word))
		return INSN_BARRIER;
	if (insn_stores_zero(word))
		return INSN_ZERO_STORE;
	return (word & 0xffffffe0) == 0xd50b7420 ? INSN_ZVA : INSN_OTHER;
}

/* ---------------------------------------------------------------- rounds */

struct site {
	uint64_t pc;
	uint32_t word;
	unsigned int n, io, stack;
};

/* @fills: the instruction is of a function that fills memory, whatever register it stores. */
static void sums_add(struct sums *to, const struct site *site, bool fills)
{
	enum insn_kind kind = insn_kind(site->word);

	to->insns += site->n;
	to->io += site->io;
	if (kind == INSN_ATOMIC)
		to->atomics += site->n;
	else if (kind == INSN_BARRIER)
		to->barriers += site->n;
	if (fills || kind == INSN_ZERO_STORE)
		to->cleared += site->stack;
}

static struct share *profile_share(struct profile *p, const struct symbol *of)
{
	size_t i;

	for (i = 0; i < p->nr_shares; i++)
		if (p->shares[i].of == of)
			return &p->shares[i];
	p->shares = grown(p->shares, p->nr_shares, &p->room, sizeof(*p->shares));
	p->shares[p->nr_shares] = (struct share){ .of = of };
	return &p->shares[p->nr_shares++];
}

static void profile_add(struct profile *p, const struct symbols *s, const struct site *site)
{
	const struct symbol *of = symbols_find(s, site->pc);
	bool fills = of && strstr(of->name, "memset");

	sums_add(&p->all, site, fills);
	sums_add(&profile_share(p, of)->sums, site, fills);
	if (of && of->own)
		sums_add(&p->own, site, fills);
}

static int share_order(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	return (x->sums.insns < y->sums.insns) - (x->sums.insns > y->sums.insns);
}

/* The id's, emptied where it has been there before. */
static struct profile *profiles_start(struct profiles *p, uint64_t id)
{
	struct profile *at;
	size_t i;

	for (i = 0; i < p->nr && p->at[i].id != id; i++)
		;
	if (i == p->nr) {
		p->at = grown(p->at, p->nr, &p->room, sizeof(*p->at));
		p->at[p->nr++] = (struct profile){ 0 };
	}
	at = &p->at[i];
	free(at->shares);
	*at = (struct profile){ .id = id };
	return at;
}

/* The round whose first line has been read. Return: it has its end. */
static bool profile_read(struct profile *p, const struct symbols *s, FILE *in)
{
	unsigned long long pc;
	struct site site;
	char line[256];

	while (fgets(line, sizeof(line), in)) {
		if (!strncmp(line, "end ", 4)) {
			qsort(p->shares, p->nr_shares, sizeof(*p->shares), share_order);
			return true;
		}
		if (sscanf(line, "%llx %x %u %u %u", &pc, &site.word, &site.n, &site.io,
			   &site.stack) != 5)
			return false;
		site.pc = pc;
		profile_add(p, s, &site);
	}
	return false;
}

bool profiles_read(struct profiles *p, const struct symbols *s, FILE *in)
{
	unsigned long long id, insns, masked, longest;
	struct profile *at;
	char line[256];

	while (fgets(line, sizeof(line), in)) {
		if (sscanf(line, "profile %llu insns=%llu masked=%llu longest=%llu", &id, &insns,
			   &masked, &longest) != 4)
			return false;
		at = profiles_start(p, id);
		at->insns = insns;
		at->masked = masked;
		at->longest = longest;
		if (!profile_read(at, s, in))
			return false;
	}
	return p->nr;
}

void profiles_free(struct profiles *p)
{
	size_t i;

	for (i = 0; i < p->nr; i++)
		free(p->at[i].shares);
	free(p->at);
}
