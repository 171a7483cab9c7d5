/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A lab without QEMU and without SMMU for the unit tests of plain functions: memory is an array at
 * FAKE_BASE, an access outside of it or within the fault range is aborted, interrupts are counted.
 */
#ifndef TESTS_FAKE_H
#define TESTS_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../function.h"

#define FAKE_BASE 0x40000000ull
#define FAKE_SZ	  (8u << 20)

struct fake {
	u8 memory[FAKE_SZ];
	u64 fault_first, fault_end; /* accesses that touch [first, end) are aborted */
	u64 raz_first, raz_end;	    /* these are terminated silently */
	u64 nr_dma, longest;
	u32 last_sid;
	unsigned int irqs[32];
	bool master;
	struct function fn;
};

extern struct fake fake;

/* A new lab with one function of kind @ops; the init must succeed. */
void fake_start(const struct function_ops *ops, char **options);
void fake_stop(void);
/*
 * Let the function work until it has nothing more to do, at most @limit steps: -1 if that is not
 * enough.
 */
int fake_run(unsigned int limit);

u64 fake_read(u64 offset, unsigned int n);
void fake_write(u64 offset, unsigned int n, u64 value);
/* The function's memory at @addr. */
void *fake_at(u64 addr);

#endif
