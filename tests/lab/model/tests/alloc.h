/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocations of the model that fail on order: ../run links calloc() and realloc() to these.
 */
#ifndef ALLOC_H
#define ALLOC_H

#include <stddef.h>

extern unsigned int alloc_fail_at;	/* 1: the next one fails, once; 0: none */

void *__real_calloc(size_t nr, size_t sz);
void *__real_realloc(void *p, size_t sz);

#endif
