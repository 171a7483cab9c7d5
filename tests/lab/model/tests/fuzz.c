// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer of the whole model: features, registers, tables, queues, commands, accesses, ATS, PRI,
 * DVM, stores and notes, in a memory that aliases and whose calls fail. Nothing may crash, leak, or
 * keep model_step() busy for ever.
 *
 * Arm IHI 0070. The invariant: all follows from the input; what an input lacks is zero. With
 * -DFUZZ_PLAIN it brings its own main() and walks through seeds: -runs=N -seed=N.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../internal.h"

#define NR_PAGES   64 /* all addresses below MEM_END fall on these */
#define MEM_END	   (1ull << 52)
#define IDLE_STEPS 400000u /* a model that has work for longer is never done */

enum {
	STRTAB = 0x1000,
	CMDQ = 0x2000,
	EVENTQ = 0x3000,
	PRIQ = 0x4000,
	CDTAB = 0x5000,
	TTB = 0x6000,
	ECMDQ = 0x9000
};

struct input {
	const u8 *data;
	size_t left;
};

struct machine {
	struct model *m;
	struct input *in;
	u8 mem[NR_PAGES * 4096];
	u32 fail_every, calls; /* each so many calls of env one fails; 0: none */
	bool answers;	       /* ATC invalidations are answered at once */
	u64 now;
	u32 cmdq_prod, last_itag;
	u64 reports;
};

static u64 take(struct input *in, unsigned int n)
{
	u64 value = 0;

	while (n--) {
		value <<= 8;
		if (in->left) {
			value |= *in->data++;
			in->left--;
		}
	}
	return value;
}

/* Small or any: most of what matters is near zero, one bit, or all ones. */
static u64 take_odd(struct input *in)
{
	u8 how = take(in, 1);

	switch (how & 3) {
	case 0:
		return take(in, 1);
	case 1:
		return 1ull << (how >> 2);
	case 2:
		return ~0ull << (how >> 2);
	default:
		return take(in, 8);
	}
}

/* ---------------------------------------------------------------- env */

static bool fails(struct machine *x)
{
	return x->fail_every && ++x->calls % x->fail_every == 0;
}

static int env_read(void *ctx, u64 pa, void *buf, size_t n)
{
	struct machine *x = ctx;
	u8 *to = buf;

	if (pa >= MEM_END || fails(x))
		return -1;
	for (; n; n--, pa++)
		*to++ = x->mem[pa % sizeof(x->mem)];
	return 0;
}

static int env_write(void *ctx, u64 pa, const void *buf, size_t n)
{
	struct machine *x = ctx;
	const u8 *from = buf;

	if (pa >= MEM_END || fails(x))
		return -1;
	for (; n; n--, pa++)
		x->mem[pa % sizeof(x->mem)] = *from++;
	return 0;
}

static int env_cas64(void *ctx, u64 pa, u64 want, u64 set, u64 *seen)
{
	if (env_read(ctx, pa, seen, 8))
		return -1;
	return *seen == want ? env_write(ctx, pa, &set, 8) : 0;
}

static void env_irq(void *ctx, enum model_irq irq)
{
}

static int env_msi(void *ctx, u64 pa, u32 data)
{
	return fails(ctx) ? -1 : env_write(ctx, pa, &data, 4);
}

static bool env_atc_inv(void *ctx, const struct model_atc_inv *inv)
{
	struct machine *x = ctx;

	if (fails(x))
		return false;
	x->last_itag = inv->itag;
	if (x->answers)
		model_atc_inv_done(x->m, inv->sid, inv->itag);
	return true;
}

static void env_page_response(void *ctx, u32 sid, u32 ssid, bool ssv, u16 prgi,
			      enum model_page_response code)
{
}

static void env_stall_end(void *ctx, u64 cookie, enum model_stall_end how)
{
}

static void env_watch(void *ctx, u64 page, bool on)
{
	if (page & 4095)
		abort();
}

static void env_report(void *ctx, enum model_verdict verdict, const char *rule, const char *section,
		       const char *text)
{
	struct machine *x = ctx;

	x->reports += strlen(rule) + strlen(section) + strlen(text);
}

static void env_log(void *ctx, const char *text)
{
	struct machine *x = ctx;

	x->reports += strlen(text);
}

static u64 env_now(void *ctx)
{
	return ((struct machine *)ctx)->now;
}

/* ---------------------------------------------------------------- set-up */

static void put(struct machine *x, u64 pa, u64 value)
{
	memcpy(&x->mem[pa % sizeof(x->mem)], &value, 8);
}

static bool take_features(struct input *in, struct model_features *f)
{
	static const char *const presets[] = { "minimal", "mmu-600", "mmu-700", "maximal", "qemu" };
	static const char *const names[] = {
#define F(name, reg, high, low, what) #name,
		MODEL_FEATURES(F)
#undef F
		"prefetch", "evict", "delay", "reorder", "split",
	};
	unsigned int nr;
	char word[64], why[256];

	if (!model_features_init(f, presets[take(in, 1) % ARRAY_SIZE(presets)]))
		abort();
	for (nr = take(in, 1) % 8; nr; nr--) {
		const char *name = names[take(in, 1) % ARRAY_SIZE(names)];

		snprintf(word, sizeof(word), "%s=%u", name, (unsigned int)take(in, 1));
		model_features_set(f, word, why, sizeof(why));
	}
	/* Short queues keep an input's time short. */
	if (f->cmdqs > 8)
		f->cmdqs = 8;
	return model_features_check(f, why, sizeof(why));
}

static void reg32(struct machine *x, u64 offset, u32 value)
{
	model_mmio_write(x->m, offset, 4, value);
}

static void reg64(struct machine *x, u64 offset, u64 value)
{
	model_mmio_write(x->m, offset, 8, value);
}

static void steps(struct machine *x, unsigned int n)
{
	while (n-- && model_step(x->m))
		;
}

/*
 * A linear stream table whose StreamIDs 0 to 15 share a CD table, whose CDs share a tree that maps
 * 2 MiB.
 */
static void fill_tables(struct machine *x)
{
	int i;

	for (i = 0; i < 16; i++) {
		put(x, STRTAB + i * 64, 1 | 5 << 1 | CDTAB | 2ull << 59);
		put(x, STRTAB + i * 64 + 8, 2 | 1 << 2 | 1 << 4 | 3 << 6 | (i & 1) << 28);
	}
	for (i = 0; i < 4; i++) {
		put(x, CDTAB + i * 64,
		    25 | 1 << 8 | 1 << 10 | 3 << 12 | 1ull << 30 | 1ull << 31 | 2ull << 32 |
			    1ull << 41 | (u64)(i & 1) << 44 | 1ull << 45 | 1ull << 46 |
			    (u64)(i + 1) << 48);
		put(x, CDTAB + i * 64 + 8, TTB);
		put(x, CDTAB + i * 64 + 24, 0xff);
	}
	put(x, TTB, (TTB + 0x1000) | 3);
	put(x, TTB + 0x1000, (TTB + 0x2000) | 3);
	for (i = 0; i < 512; i++)
		put(x, TTB + 0x2000 + i * 8,
		    ((u64)(32 + i % 32) << 12) | 3 | 1 << 6 | 3 << 8 | 1 << 10 | 1 << 11);
}

static void bring_up(struct machine *x)
{
	u32 cr0 = 8 | 4;

	fill_tables(x);
	reg32(x, 0x20, 0);
	steps(x, 100);
	reg32(x, 0x28, 0xd75);
	reg32(x, 0x2c, 2);
	reg64(x, 0x80, STRTAB);
	reg32(x, 0x88, 4);
	reg64(x, 0x90, CMDQ | 7);
	reg32(x, 0x98, 0);
	reg32(x, 0x9c, 0);
	x->cmdq_prod = 0;
	reg64(x, 0xa0, EVENTQ | 4);
	reg32(x, 0x100a8, 0);
	reg32(x, 0x100ac, 0);
	reg64(x, 0xc0, PRIQ | 4);
	reg32(x, 0x100c8, 0);
	reg32(x, 0x100cc, 0);
	if (model_mmio_read(x->m, 0, 4) & 1 << 16)
		cr0 |= 2;
	if (model_mmio_read(x->m, 0, 4) & 1 << 10)
		cr0 |= 0x10;
	reg32(x, 0x20, cr0);
	steps(x, 100);
	reg32(x, 0x20, cr0 | 1);
	steps(x, 100);
}

/* ---------------------------------------------------------------- what happens */

static void op_register(struct machine *x, bool write)
{
	static const u32 known[] = {
		0x0,	0x4,	 0x8,	  0xc,	   0x10,    0x14,    0x18,    0x1c,
		0x190,	0x20,	 0x24,	  0x28,	   0x2c,    0x40,    0x44,    0x48,
		0x50,	0x54,	 0x60,	  0x64,	   0x68,    0x70,    0x74,    0x80,
		0x88,	0x90,	 0x98,	  0x9c,	   0xa0,    0xb0,    0xb8,    0xbc,
		0xc0,	0xd0,	 0xd8,	  0xdc,	   0x100a8, 0x100ac, 0x100c8, 0x100cc,
		0x4000, 0x20000, 0x20008, 0x2000c, 0x20010, 0x20018, 0x2001c,
	};
	u8 which = take(x->in, 1);
	u64 offset = which < ARRAY_SIZE(known) ? known[which] : take(x->in, 3);
	unsigned int n = which & 1 ? 8 : 4;

	if (write)
		model_mmio_write(x->m, offset, n, take_odd(x->in));
	else
		model_mmio_read(x->m, offset, n);
}

static void op_memory(struct machine *x)
{
	static const u16 where[] = { STRTAB,	  CDTAB, TTB,	 TTB + 0x1000,
				    TTB + 0x2000, CMDQ,	 EVENTQ, ECMDQ};
	u8 at = take(x->in, 1);
	u64 pa = where[at & 7] + (at >> 3) * 8, old;

	memcpy(&old, &x->mem[pa], 8);
	put(x, pa, at & 1 ? take_odd(x->in) : old ^ 1ull << (take(x->in, 1) & 63));
	if (take(x->in, 1) & 1)
		model_store(x->m, pa, 8);
}

static void op_command(struct machine *x)
{
	static const u8 ops[] = {
		0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x11, 0x12, 0x13, 0x20, 0x21,
		0x22, 0x28, 0x2a, 0x30, 0x40, 0x41, 0x44, 0x46, 0x46, 0x46, 0x46,
	};
	u8 how = take(x->in, 1);
	u64 word0 = how < 200 ? ops[how % ARRAY_SIZE(ops)] : take(x->in, 1), word1;

	word0 |= (u64)(take(x->in, 1) & 31) << 32;
	if (how & 1)
		word0 ^= take_odd(x->in) & ~0xffull;
	word1 = how & 2 ? take_odd(x->in) : take(x->in, 2) << 8;
	put(x, CMDQ + (x->cmdq_prod & 127) * 16, word0);
	put(x, CMDQ + (x->cmdq_prod & 127) * 16 + 8, word1);
	x->cmdq_prod = (x->cmdq_prod + 1) & 255;
	reg32(x, 0x98, x->cmdq_prod);
}

static struct model_access take_access(struct input *in)
{
	struct model_access a = { 0 };
	u8 how = take(in, 1);

	a.sid = how & 0x80 ? take(in, 4) : take(in, 1) & 15;
	a.ssv = how & 1;
	a.ssid = how & 0x40 ? take(in, 3) : take(in, 1) & 3;
	a.addr = how & 0x20 ? take_odd(in) : take(in, 3);
	a.kind = how >> 1 & 3;
	if (a.kind > MODEL_ATOMIC)
		a.kind = MODEL_READ;
	a.len = 1u << (how >> 3 & 3);
	a.addr &= ~(u64)(a.len - 1);
	how = take(in, 1);
	a.priv = how & 1;
	a.inst = how & 2;
	a.translated = how & 4;
	a.no_stall = how & 8;
	a.cookie = how;
	return a;
}

static void op_access(struct machine *x)
{
	struct model_access a = take_access(x->in);
	struct model_ats_answer answer;
	u8 buf[8] = { 0 };

	if (a.cookie & 0x10)
		model_ats_request(x->m, &a, &answer);
	else
		model_dma(x->m, &a, buf);
}

static void op_device(struct machine *x)
{
	u8 how = take(x->in, 1);
	struct model_page_request r = {
		.sid = take(x->in, 1) & 31,
		.ssid = take(x->in, 1),
		.ssv = how & 1,
		.addr = take_odd(x->in) & ~0xfffull,
		.prgi = take(x->in, 2) & 511,
		.last = how & 2,
		.r = how & 4,
		.w = how & 8,
		.x = how & 16,
		.priv = how & 32,
	};

	switch (how >> 6) {
	case 0:
		model_atc_inv_done(x->m, r.sid, x->last_itag ^ (r.prgi & 1));
		break;
	case 1:
		model_device_gone(x->m, r.sid);
		break;
	default:
		model_page_request(x->m, &r);
		break;
	}
}

static void op_dvm(struct machine *x)
{
	struct model_dvm d = { 0 };
	u8 how = take(x->in, 1);

	d.by = (how & 7) % 7;
	d.el = (how >> 3) % 3;
	d.leaf = how & 0x40;
	d.asid = take(x->in, 1);
	d.vmid = take(x->in, 1) & 3;
	d.addr = take_odd(x->in) & ~0xfffull;
	d.size = how & 0x80 ? take_odd(x->in) : 4096;
	model_dvm(x->m, &d);
}

static void op_note(struct machine *x)
{
	u8 how = take(x->in, 1);
	u32 sid = take(x->in, 1) & 15, ssid = take(x->in, 1) & 3;
	u64 addr = how & 0x10 ? take_odd(x->in) : take(x->in, 3),
	    len = how & 0x20 ? take_odd(x->in) : 4096;

	switch (how & 7) {
	case 0:
		model_note_mapped(x->m, sid, ssid, how & 8, addr, len);
		break;
	case 1:
	case 2:
		model_note_unmapped(x->m, sid, ssid, how & 8, addr, len);
		break;
	case 3:
		model_note_no_bypass(x->m, sid, how & 8);
		break;
	case 4:
		model_note_hitless(x->m, sid, 0, false, how & 8);
		break;
	default:
		model_store(x->m, addr, how & 0x20 ? len : 8);
		break;
	}
}

static void op_world(struct machine *x)
{
	u8 how = take(x->in, 1);

	switch (how & 7) {
	case 0:
		x->fail_every = how >> 3;
		break;
	case 1:
		x->answers = how & 8;
		break;
	case 2:
		x->now += (u64)(how >> 3) * 1000000000ull;
		break;
	case 3:
		if (how & 8)
			model_reset(x->m);
		break;
	case 4:
		bring_up(x);
		break;
	case 5:
		fill_tables(x);
		break;
	default:
		steps(x, how);
		break;
	}
}

static void run(struct machine *x)
{
	while (x->in->left) {
		switch (take(x->in, 1) % 12) {
		case 0:
			op_register(x, true);
			break;
		case 1:
			op_register(x, false);
			break;
		case 2:
		case 3:
			op_memory(x);
			break;
		case 4:
		case 5:
			op_command(x);
			break;
		case 6:
		case 7:
			op_access(x);
			break;
		case 8:
			op_device(x);
			break;
		case 9:
			op_dvm(x);
			break;
		case 10:
			op_note(x);
			break;
		default:
			op_world(x);
			break;
		}
		steps(x, 4);
	}
}

static void end(struct machine *x)
{
	const struct model_counters *c = model_counters(x->m);
	unsigned int i;

	x->fail_every = 0;
	x->answers = true;
	for (i = 0; i < IDLE_STEPS && model_step(x->m); i++)
		;
	if (i == IDLE_STEPS) {
		fprintf(stderr,
			"model_step() is never done: %llu commands, %llu syncs, %llu events\n",
			(unsigned long long)c->commands, (unsigned long long)c->syncs,
			(unsigned long long)c->events);
		abort();
	}
	x->reports +=
		model_violations(x->m, MODEL_FAIL) + model_stream_counters(x->m, 1).translated;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct machine machine;
	struct input in = { data, size };
	struct model_env env = {
		.ctx = &machine,
		.read = env_read,
		.write = env_write,
		.cas64 = env_cas64,
		.irq = env_irq,
		.msi = env_msi,
		.atc_inv = env_atc_inv,
		.page_response = env_page_response,
		.stall_end = env_stall_end,
		.watch = env_watch,
		.report = env_report,
		.log = env_log,
		.now = env_now,
	};
	struct model_features f;
	u8 how;

	if (!take_features(&in, &f))
		return 0;
	memset(&machine, 0, sizeof(machine));
	machine.in = &in;
	machine.answers = true;
	how = take(&in, 1);
	if (how & 0x40)
		memset(&env.cas64, 0, sizeof(env) - offsetof(struct model_env, cas64));
	machine.m = model_new(&f, &env, how);
	if (!machine.m)
		abort();
	if (!(how & 0x80))
		bring_up(&machine);
	run(&machine);
	end(&machine);
	model_free(machine.m);
	return 0;
}

#ifdef FUZZ_PLAIN
int main(int argc, char **argv)
{
	unsigned long long runs = 10000, seed = 1, i;
	static u8 data[4096];
	int a;

	for (a = 1; a < argc; a++) {
		sscanf(argv[a], "-runs=%llu", &runs);
		sscanf(argv[a], "-seed=%llu", &seed);
	}
	for (i = 0; i < runs; i++) {
		u64 r = (seed + i) * 0x9e3779b97f4a7c15ull, n, j;

		n = r >> 52;
		for (j = 0; j < n; j++) {
			r ^= r << 13;
			r ^= r >> 7;
			r ^= r << 17;
			data[j] = r >> 24;
		}
		fprintf(stderr, "seed %llu\r", seed + i);
		LLVMFuzzerTestOneInput(data, n);
	}
	printf("%llu seeds\n", runs);
	return 0;
}
#endif
