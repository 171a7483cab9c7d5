// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocations that fail on order: alloc.h.
 */
#include "alloc.h"

#include <stdbool.h>

unsigned int alloc_fail_at;

void *__wrap_calloc(size_t nr, size_t sz);
void *__wrap_realloc(void *p, size_t sz);

static bool fails(void)
{
	return alloc_fail_at && !--alloc_fail_at;
}

void *__wrap_calloc(size_t nr, size_t sz)
{
	return fails() ? NULL : __real_calloc(nr, sz);
}

void *__wrap_realloc(void *p, size_t sz)
{
	return fails() ? NULL : __real_realloc(p, sz);
}
