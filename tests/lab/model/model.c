// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model's life: its parts, its steps, chance, memory, counters.
 * Arm IHI 0070, chapter 3.11 "Reset, enable and initialization".
 * Invariant: all chance comes from model_random(), so that a seed repeats a run.
 */
#include "control.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- chance */

u64 model_random(struct model *m)
{
	u64 x = m->random += 0x9e3779b97f4a7c15ull;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

bool model_chance(struct model *m, unsigned int percent)
{
	if (percent == 0)
		return false;
	return percent >= 100 || model_random(m) % 100 < percent;
}

bool model_dawdles(struct model *m)
{
	return model_chance(m, m->f.delay < 90 ? m->f.delay : 90);
}

/* ---------------------------------------------------------------- memory */

int mem_read(struct model *m, u64 pa, void *buf, size_t n)
{
	return m->env.read(m->env.ctx, pa, buf, n);
}

int mem_write(struct model *m, u64 pa, const void *buf, size_t n)
{
	return m->env.write(m->env.ctx, pa, buf, n);
}

int mem_read64(struct model *m, u64 pa, u64 *value)
{
	u8 b[8];

	if (m->env.read(m->env.ctx, pa, b, sizeof(b)))
		return -1;
	*value = 0;
	for (int i = 7; i >= 0; i--)
		*value = *value << 8 | b[i];
	return 0;
}

bool model_grow(void *array, size_t *cap, size_t nr, size_t sz)
{
	void **p = array, *bigger;
	size_t more = *cap ? 2 * *cap : 16;

	if (nr < *cap)
		return true;
	bigger = realloc(*p, more * sz);
	if (!bigger)
		return false;
	*p = bigger;
	*cap = more;
	return true;
}

/* ---------------------------------------------------------------- counters */

struct streams {
	struct stream *slots;		/* open addressing, a power of two */
	size_t nr, cap;
	struct stream spare;		/* serves where memory is short */
};

static struct stream *stream_find(const struct streams *s, u32 sid)
{
	size_t i = (sid * 0x9e3779b1u) & (s->cap - 1);

	while (s->slots[i].used && s->slots[i].sid != sid)
		i = (i + 1) & (s->cap - 1);
	return &s->slots[i];
}

static bool streams_grow(struct streams *s)
{
	struct streams bigger = { .cap = s->cap ? 2 * s->cap : 64, .nr = s->nr };

	bigger.slots = calloc(bigger.cap, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < s->cap; i++) {
		if (s->slots[i].used)
			*stream_find(&bigger, s->slots[i].sid) = s->slots[i];
	}
	free(s->slots);
	s->slots = bigger.slots;
	s->cap = bigger.cap;
	return true;
}

struct stream *stream_get(struct model *m, u32 sid)
{
	struct streams *s = m->streams;
	struct stream *stream;

	if (2 * s->nr >= s->cap && !streams_grow(s))
		return &s->spare;
	stream = stream_find(s, sid);
	if (!stream->used) {
		stream->used = true;
		stream->sid = sid;
		s->nr++;
	}
	return stream;
}

struct model_stream_counters *stream_counters(struct model *m, u32 sid)
{
	return &stream_get(m, sid)->count;
}

struct model_stream_counters model_stream_counters(const struct model *m, u32 sid)
{
	static const struct model_stream_counters none;

	if (!m->streams->cap)
		return none;
	return stream_find(m->streams, sid)->count;
}

const struct model_counters *model_counters(const struct model *m)
{
	return &m->count;
}

/* ---------------------------------------------------------------- life */

static const struct {
	size_t offset;
	bool (*init)(struct model *m);
	void (*fini)(struct model *m);
	void (*reset)(struct model *m);
} parts[] = {
#define P(name) { offsetof(struct model, name), name##_init, name##_fini, name##_reset },
	MODEL_PARTS(P)
#undef P
};

struct model *model_new(const struct model_features *f, const struct model_env *env, u64 seed)
{
	struct model *m = calloc(1, sizeof(*m));
	bool ok;

	if (!m)
		return NULL;
	m->f = *f;
	m->env = *env;
	m->seed = seed;
	m->random = seed;
	m->streams = calloc(1, sizeof(*m->streams));
	ok = m->streams;
	for (size_t i = 0; i < ARRAY_SIZE(parts) && ok; i++)
		ok = parts[i].init(m);
	if (!ok) {
		model_free(m);
		return NULL;
	}
	regs_reset(m);
	regs_unknown(m);
	return m;
}

void model_free(struct model *m)
{
	if (!m)
		return;
	if (m->referee)
		referee_final(m);
	for (size_t i = ARRAY_SIZE(parts); i-- > 0;) {
		if (*(void **)((char *)m + parts[i].offset))
			parts[i].fini(m);
	}
	if (m->streams)
		free(m->streams->slots);
	free(m->streams);
	free(m);
}

void model_reset(struct model *m)
{
	/* Off first: what the parts tell the world may come back as transactions. */
	regs_reset(m);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		parts[i].reset(m);
	regs_unknown(m);
}

bool model_step(struct model *m)
{
	bool more = regs_step(m);

	ats_step(m);
	more |= cmdq_step(m);
	more |= ecmdq_step(m);
	more |= eventq_step(m);
	more |= irq_step(m);
	if (cr0_on(m, CR0_SMMUEN)) {
		config_whim(m);
		tlb_whim(m);
	}
	referee_step(m);
	return more;
}
