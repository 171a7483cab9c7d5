// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine and the driver's hand around a model under test: world.h.
 *
 * Arm IHI 0070, chapters 3 to 6. The invariant: numbers of bits, opcodes and offsets stand here a
 * second time, on their own.
 */
#include "world.h"

#include "alloc.h"

/* ---------------------------------------------------------------- memory */

static u8 *page_bytes(struct world *w, u64 pa, bool **watched)
{
	u64 page = pa >> 12;
	unsigned int i = (page * 0x9e3779b97f4a7c15ull) >> 52, tries;

	for (tries = 0; tries < WORLD_PAGES; tries++, i = (i + 1) % WORLD_PAGES) {
		if (w->slots[i].bytes && w->slots[i].page != page)
			continue;
		if (!w->slots[i].bytes) {
			w->slots[i].page = page;
			w->slots[i].bytes = __real_calloc(1, 4096);
			assert_non_null(w->slots[i].bytes);
		}
		if (watched)
			*watched = &w->slots[i].watched;
		return w->slots[i].bytes;
	}
	fail_msg("the world's memory is full");
	return NULL;
}

static int env_read(void *ctx, u64 pa, void *buf, size_t n)
{
	struct world *w = ctx;
	u8 *to = buf;

	if (pa >= WORLD_RAM || pa + n > WORLD_RAM)
		return -1;
	if (w->fail_reads) {
		w->fail_reads--;
		return -1;
	}
	for (; n; n--, pa++)
		*to++ = page_bytes(w, pa, NULL)[pa & 4095];
	return 0;
}

static int env_write(void *ctx, u64 pa, const void *buf, size_t n)
{
	const u8 *from = buf;

	if (pa >= WORLD_RAM || pa + n > WORLD_RAM)
		return -1;
	for (; n; n--, pa++)
		page_bytes(ctx, pa, NULL)[pa & 4095] = *from++;
	return 0;
}

static int env_cas64(void *ctx, u64 pa, u64 want, u64 set, u64 *seen)
{
	if (env_read(ctx, pa, seen, 8))
		return -1;
	return *seen == want ? env_write(ctx, pa, &set, 8) : 0;
}

static void env_watch(void *ctx, u64 page, bool on)
{
	struct world *w = ctx;
	bool *watched;

	assert_int_equal(page & 4095, 0);
	page_bytes(w, page, &watched);
	assert_int_not_equal(*watched, on);
	*watched = on;
	w->page_watches += on ? 1 : -1;
}

/* ---------------------------------------------------------------- what the model does outside */

static void env_irq(void *ctx, enum model_irq irq)
{
	((struct world *)ctx)->irqs[irq]++;
}

static bool env_atc_inv(void *ctx, const struct model_atc_inv *inv)
{
	struct world *w = ctx;

	w->nr_atc_inv++;
	w->atc_inv = *inv;
	if (w->atc_answers)
		model_atc_inv_done(w->m, inv->sid, inv->itag);
	return true;
}

static void env_page_response(void *ctx, u32 sid, u32 ssid, bool ssv, u16 prgi,
			      enum model_page_response code)
{
	struct world *w = ctx;

	w->nr_page_response++;
	w->page_response = code;
}

static void env_stall_end(void *ctx, u64 cookie, enum model_stall_end how)
{
	struct world *w = ctx;

	w->nr_stall_end++;
	w->stall_end = how;
}

static void env_report(void *ctx, enum model_verdict verdict, const char *rule, const char *section,
		       const char *text)
{
	struct world *w = ctx;
	int i;

	for (i = 0; i < NR_MODEL_RULES; i++)
		if (!strcmp(rule, model_rules[i].name))
			break;
	assert_int_not_equal(i, NR_MODEL_RULES);
	w->nr_reports[i]++;
	w->nr_all++;
	snprintf(w->last, sizeof(w->last), "%s (%s): %s", rule, section, text);
	if (getenv("WORLD_LOG"))
		fprintf(stderr, "# report %s\n", w->last);
}

static void env_log(void *ctx, const char *text)
{
	struct world *w = ctx;

	snprintf(w->log, sizeof(w->log), "%s", text);
	if (getenv("WORLD_LOG"))
		fprintf(stderr, "# log %s\n", text);
}

static u64 env_now(void *ctx)
{
	return ((struct world *)ctx)->now;
}

static struct world *make(const char *preset, const char *const *words, unsigned int fail_at)
{
	struct world *w = __real_calloc(1, sizeof(*w));
	struct model_env env = {
		.ctx = w,
		.read = env_read,
		.write = env_write,
		.cas64 = env_cas64,
		.irq = env_irq,
		.atc_inv = env_atc_inv,
		.page_response = env_page_response,
		.stall_end = env_stall_end,
		.watch = env_watch,
		.report = env_report,
		.log = env_log,
		.now = env_now,
	};
	char why[200];

	assert_non_null(w);
	assert_true(model_features_init(&w->f, preset));
	/* No adversary unless a test asks for one. */
	assert_true(model_features_set(&w->f, "adversary=0", why, sizeof(why)));
	for (; words && *words; words++)
		if (!model_features_set(&w->f, *words, why, sizeof(why)))
			fail_msg("%s: %s", *words, why);
	if (!model_features_check(&w->f, why, sizeof(why)))
		fail_msg("%s", why);
	w->now = 1000000000ull;
	w->watches = true;
	w->atc_answers = true;
	w->next_free = WORLD_FREE;
	alloc_fail_at = fail_at;
	w->m = model_new(&w->f, &env, 1);
	return w;
}

struct world *world_new(const char *preset, const char *const *words)
{
	struct world *w = make(preset, words, 0);

	assert_non_null(w->m);
	return w;
}

struct world *world_new_short(const char *preset, unsigned int fail_at)
{
	return make(preset, NULL, fail_at);
}

void world_free(struct world *w)
{
	unsigned int i;

	model_free(w->m);
	assert_int_equal(w->page_watches, 0);
	for (i = 0; i < WORLD_PAGES; i++)
		free(w->slots[i].bytes);
	free(w);
}

/* ---------------------------------------------------------------- the CPU */

u64 world_load(struct world *w, u64 pa)
{
	u64 value;

	memcpy(&value, page_bytes(w, pa, NULL) + (pa & 4095), 8);
	return value;
}

void world_store_bytes(struct world *w, u64 pa, const void *bytes, unsigned int n)
{
	bool *watched;

	memcpy(page_bytes(w, pa, &watched) + (pa & 4095), bytes, n);
	if (*watched && w->watches)
		model_store(w->m, pa, n);
}

void world_store(struct world *w, u64 pa, u64 value)
{
	world_store_bytes(w, pa, &value, 8);
}

u64 world_alloc(struct world *w, u64 sz)
{
	u64 pa;

	sz = sz < 4096 ? 4096 : sz;
	pa = (w->next_free + sz - 1) / sz * sz;
	w->next_free = pa + sz;
	return pa;
}

u32 world_read32(struct world *w, u64 offset)
{
	return model_mmio_read(w->m, offset, 4);
}

void world_write32(struct world *w, u64 offset, u32 value)
{
	model_mmio_write(w->m, offset, 4, value);
}

void world_write64(struct world *w, u64 offset, u64 value)
{
	model_mmio_write(w->m, offset, 8, value);
}

void world_run(struct world *w)
{
	unsigned int i;

	for (i = 0; i < 100000; i++)
		if (!model_step(w->m))
			return;
	fail_msg("the model is never done");
}

/* ---------------------------------------------------------------- the driver: bringing up */

enum {
	CR0 = 0x20,
	CR0ACK = 0x24,
	CR1 = 0x28,
	CR2 = 0x2c,
	STRTAB_BASE = 0x80,
	STRTAB_BASE_CFG = 0x88,
	CMDQ_BASE = 0x90,
	CMDQ_PROD = 0x98,
	CMDQ_CONS = 0x9c,
	EVENTQ_BASE = 0xa0,
	PRIQ_BASE = 0xc0,
	EVENTQ_PROD = 0x100a8,
	EVENTQ_CONS = 0x100ac,
	PRIQ_PROD = 0x100c8,
	PRIQ_CONS = 0x100cc,
};

static void write_cr0(struct world *w, u32 cr0)
{
	world_write32(w, CR0, cr0);
	world_run(w);
	assert_int_equal(world_read32(w, CR0ACK), cr0);
}

void world_up_queues(struct world *w)
{
	u32 cr0 = 0x8;

	write_cr0(w, 0);
	/* Queues and tables: inner shareable, write-back. */
	world_write32(w, CR1, 0xd75);
	world_write32(w, CR2, w->f.btm ? 2 : 6);
	world_write64(w, CMDQ_BASE, 1ull << 62 | WORLD_CMDQ | WORLD_QUEUE_LG2);
	world_write32(w, CMDQ_PROD, 0);
	world_write32(w, CMDQ_CONS, 0);
	w->cmdq_prod = 0;
	write_cr0(w, cr0);
	world_cfgi_all(w);
	world_tlbi_all(w);
	world_write64(w, EVENTQ_BASE, 1ull << 62 | WORLD_EVENTQ | WORLD_QUEUE_LG2);
	world_write32(w, EVENTQ_PROD, 0);
	world_write32(w, EVENTQ_CONS, 0);
	cr0 |= 0x4;
	write_cr0(w, cr0);
	if (w->f.pri) {
		world_write64(w, PRIQ_BASE, 1ull << 62 | WORLD_PRIQ | WORLD_QUEUE_LG2);
		world_write32(w, PRIQ_PROD, 0);
		world_write32(w, PRIQ_CONS, 0);
		cr0 |= 0x2;
		write_cr0(w, cr0);
	}
}

void world_up(struct world *w, bool two_levels)
{
	unsigned int lg2 = w->f.sidsize < 16 ? w->f.sidsize : 16;

	/*
	 * Before the queues: what is enabled later may be read then. A linear table keeps to 2^8
	 * StreamIDs.
	 */
	write_cr0(w, 0);
	world_write64(w, STRTAB_BASE, 1ull << 62 | WORLD_STRTAB);
	world_write32(w, STRTAB_BASE_CFG, two_levels ? 1 << 16 | 8 << 6 | lg2 : 8);
	world_up_queues(w);
	if (w->f.ats)
		write_cr0(w, world_read32(w, CR0) | 0x10);
	write_cr0(w, world_read32(w, CR0) | 1);
}

/* ---------------------------------------------------------------- the driver: commands */

void world_cmd(struct world *w, u64 word0, u64 word1)
{
	u32 at = w->cmdq_prod & ((1 << WORLD_QUEUE_LG2) - 1);

	world_store(w, WORLD_CMDQ + at * 16, word0);
	world_store(w, WORLD_CMDQ + at * 16 + 8, word1);
	w->cmdq_prod = (w->cmdq_prod + 1) & ((2 << WORLD_QUEUE_LG2) - 1);
	world_write32(w, CMDQ_PROD, w->cmdq_prod);
}

void world_sync(struct world *w)
{
	world_cmd(w, 0x46, 0);
	world_run(w);
	assert_int_equal(world_read32(w, CMDQ_CONS) & 0xfffff, w->cmdq_prod);
}

void world_cfgi_ste(struct world *w, u32 sid, bool leaf)
{
	world_cmd(w, 0x03 | (u64)sid << 32, leaf);
	world_sync(w);
}

void world_cfgi_cd(struct world *w, u32 sid, u32 ssid, bool leaf)
{
	world_cmd(w, 0x05 | (u64)ssid << 12 | (u64)sid << 32, leaf);
	world_sync(w);
}

void world_cfgi_all(struct world *w)
{
	world_cmd(w, 0x04, 31);
	world_sync(w);
}

void world_tlbi_all(struct world *w)
{
	world_cmd(w, 0x30, 0);
	world_sync(w);
}

/* ---------------------------------------------------------------- the driver: tables */

u64 world_ste_pa(struct world *w, u32 sid)
{
	u64 l1std, l2;

	if (!(world_read32(w, STRTAB_BASE_CFG) & (1 << 16)))
		return WORLD_STRTAB + sid * 64;
	l1std = WORLD_STRTAB + (sid >> 8) * 8;
	l2 = world_load(w, l1std) & 0x000fffffffffffc0ull;
	if (!l2) {
		l2 = world_alloc(w, 256 * 64);
		world_store(w, l1std, l2 | 9);
	}
	return l2 + (sid & 255) * 64;
}

/* Both kinds of entry: V is in word 0. */
static void update(struct world *w, u64 pa, const u64 words[8],
		   void (*cfgi)(struct world *w, u32 sid, u32 ssid), u32 sid, u32 ssid)
{
	int i;

	world_store(w, pa, 0);
	cfgi(w, sid, ssid);
	for (i = 1; i < 8; i++)
		world_store(w, pa + i * 8, words[i]);
	cfgi(w, sid, ssid);
	world_store(w, pa, words[0]);
	cfgi(w, sid, ssid);
}

static void cfgi_ste(struct world *w, u32 sid, u32 ssid)
{
	world_cfgi_ste(w, sid, true);
}

static void cfgi_cd(struct world *w, u32 sid, u32 ssid)
{
	world_cfgi_cd(w, sid, ssid, true);
}

void world_ste(struct world *w, u32 sid, const u64 ste[8])
{
	update(w, world_ste_pa(w, sid), ste, cfgi_ste, sid, 0);
}

void world_cd(struct world *w, u32 sid, u32 ssid, u64 pa, const u64 cd[8])
{
	update(w, pa, cd, cfgi_cd, sid, ssid);
}

void world_make_ste_s1(u64 ste[8], u64 cdtab, unsigned int s1cdmax)
{
	memset(ste, 0, 64);
	ste[0] = 1 | 5 << 1 | cdtab | (u64)s1cdmax << 59;
	/* S1DSS: CD 0 serves what has no SubstreamID. CDs: write-back, inner shareable. */
	ste[1] = (s1cdmax ? 2 : 0) | 1 << 2 | 1 << 4 | 3 << 6;
}

void world_make_ste_bypass(u64 ste[8])
{
	memset(ste, 0, 64);
	ste[0] = 1 | 4 << 1;
	ste[1] = 1ull << 44;
}

void world_make_ste_abort(u64 ste[8])
{
	memset(ste, 0, 64);
	ste[0] = 1;
}

void world_make_cd(u64 cd[8], u64 ttb, u16 asid)
{
	memset(cd, 0, 64);
	/* T0SZ 25, write-back inner shareable walks, EPD1, V, IPS 40 bits, AA64, R, A, ASET. */
	cd[0] = 25 | 1 << 8 | 1 << 10 | 3 << 12 | 1ull << 30 | 1ull << 31 | 2ull << 32 |
		1ull << 41 | 1ull << 45 | 1ull << 46 | 1ull << 47 | (u64)asid << 48;
	cd[1] = ttb;
	cd[3] = 0xff;
}

u64 world_tree(struct world *w)
{
	return world_alloc(w, 4096);
}

u64 world_pte(struct world *w, u64 ttb, u64 va)
{
	u64 table = ttb, pa;
	int shift;

	for (shift = 30; shift > 12; shift -= 9) {
		pa = table + (va >> shift & 511) * 8;
		table = world_load(w, pa) & 0x0000fffffffff000ull;
		if (!table) {
			table = world_alloc(w, 4096);
			world_store(w, pa, table | 3);
		}
	}
	return table + (va >> 12 & 511) * 8;
}

void world_map(struct world *w, u64 ttb, u64 va, u64 pa)
{
	/* A page, nG, AF, inner shareable, read-write for all, MAIR 0. */
	world_store(w, world_pte(w, ttb, va), pa | 3 | 1 << 6 | 3 << 8 | 1 << 10 | 1 << 11);
}

struct world_stream world_stream(struct world *w, u32 sid, u16 asid, unsigned int s1cdmax)
{
	struct world_stream s = { .sid = sid, .asid = asid };

	s.cdtab = world_alloc(w, 64ull << s1cdmax);
	s.ttb = world_tree(w);
	world_make_cd(s.cd, s.ttb, asid);
	world_make_ste_s1(s.ste, s.cdtab, s1cdmax);
	world_cd(w, sid, 0, s.cdtab, s.cd);
	world_ste(w, sid, s.ste);
	return s;
}

enum model_outcome world_dma(struct world *w, u32 sid, u64 addr, enum model_access_kind kind)
{
	struct model_access a = {
		.sid = sid, .addr = addr, .len = 8, .kind = kind, .no_stall = true};
	u64 buf = 0;

	return model_dma(w->m, &a, &buf);
}

/* ---------------------------------------------------------------- what was said */

void world_expect(struct world *w, enum model_rule rule, unsigned int n)
{
	int i;

	if (w->nr_reports[rule] != n)
		fail_msg("wanted: %u reports of %s; seen: %u; the last report: %s", n,
			 model_rules[rule].name, w->nr_reports[rule], w->last);
	for (i = 0; i < NR_MODEL_RULES; i++)
		if (i != (int)rule && w->nr_reports[i])
			fail_msg("wanted: %s alone; seen: %u reports of %s; the last report: %s",
				 model_rules[rule].name, w->nr_reports[i], model_rules[i].name,
				 w->last);
}

void world_expect_silence(struct world *w)
{
	if (w->nr_all)
		fail_msg("wanted: no report; seen: %u; the last: %s", w->nr_all, w->last);
}
