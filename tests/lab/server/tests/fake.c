// SPDX-License-Identifier: GPL-2.0-only
/*
 * What function.h promises to a function, done without a server. See fake.h.
 */
#include <stdlib.h>

#include "fake.h"

struct fake fake;

static u64 chance = 1;

void function_identity(struct function *fn, u16 vendor, u16 device, u32 class_code, u8 revision)
{
	u32 class_word = class_code << 8 | revision;

	memcpy(fn->config, &vendor, 2);
	memcpy(fn->config + 2, &device, 2);
	memcpy(fn->config + 8, &class_word, 4);
}

unsigned int function_add_pcie(struct function *fn, bool flr)
{
	(void)fn;
	(void)flr;
	return 0x40;
}

unsigned int function_add_msix(struct function *fn, unsigned int bar, unsigned int nr)
{
	fn->msix_bar = bar;
	fn->nr_irqs = nr;
	return 0x80;
}

bool function_bus_master(const struct function *fn)
{
	(void)fn;
	return fake.master;
}

static bool touches(u64 addr, u64 n, u64 first, u64 end)
{
	return addr < end && addr + n > first;
}

static bool in_memory(u64 addr, u64 n)
{
	return addr >= FAKE_BASE && n <= FAKE_SZ && addr - FAKE_BASE <= FAKE_SZ - n;
}

enum model_outcome function_dma(struct function *fn, struct model_access *a, void *buf, u64 *done)
{
	(void)fn;
	*done = 0;
	fake.nr_dma++;
	fake.last_sid = a->sid;
	if (a->len > fake.longest)
		fake.longest = a->len;
	if (!fake.master || !in_memory(a->addr, a->len) ||
	    touches(a->addr, a->len, fake.fault_first, fake.fault_end))
		return MODEL_ABORTED;
	if (touches(a->addr, a->len, fake.raz_first, fake.raz_end))
		return MODEL_RAZ_WI;
	if (a->kind == MODEL_READ)
		memcpy(buf, fake_at(a->addr), a->len);
	else
		memcpy(fake_at(a->addr), buf, a->len);
	*done = a->len;
	return MODEL_DONE;
}

int lab_memory_read(struct lab *lab, u64 pa, void *buf, size_t n)
{
	(void)lab;
	if (!in_memory(pa, n))
		return -1;
	memcpy(buf, fake_at(pa), n);
	return 0;
}

void function_irq(struct function *fn, unsigned int vector)
{
	assert_true(vector < fn->nr_irqs);
	fake.irqs[vector]++;
}

u64 lab_random(struct lab *lab)
{
	(void)lab;
	chance = chance * 6364136223846793005ull + 1442695040888963407ull;
	return chance >> 16;
}

void function_log(struct function *fn, const char *format, ...)
{
	(void)fn;
	(void)format;
}

void *fake_at(u64 addr)
{
	assert_true(in_memory(addr, 1));
	return fake.memory + (addr - FAKE_BASE);
}

void fake_start(const struct function_ops *ops, char **options)
{
	const char *why = NULL;

	memset(&fake, 0, sizeof(fake));
	fake.master = true;
	fake.fn.ops = ops;
	fake.fn.name = ops->name;
	fake.fn.sids[0] = 0x28;
	fake.fn.nr_sids = 1;
	if (!ops->init(&fake.fn, options, &why))
		fail_msg("init: %s", why);
}

void fake_stop(void)
{
	fake.fn.ops->fini(&fake.fn);
	assert_null(fake.fn.priv);
}

int fake_run(unsigned int limit)
{
	while (limit--)
		if (!fake.fn.ops->step(&fake.fn))
			return 0;
	return -1;
}

u64 fake_read(u64 offset, unsigned int n)
{
	return fake.fn.ops->bar_read(&fake.fn, 0, offset, n);
}

void fake_write(u64 offset, unsigned int n, u64 value)
{
	fake.fn.ops->bar_write(&fake.fn, 0, offset, n, value);
}
