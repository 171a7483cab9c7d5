/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Make the 1st, 2nd, ... allocation of a piece of code fail, in KUnit cases.
 * Layer: tests. Needs CONFIG_FAULT_INJECTION and the settings of tests/kunit/README.md.
 */
#ifndef SMMU3_KUNIT_FAIL_NTH_H
#define SMMU3_KUNIT_FAIL_NTH_H

#include <kunit/test.h>

/**
 * smmu3_kunit_fail_nth - run code once per allocation in it, that allocation failing
 * @test: the running case
 * @fn: the code under test; returns 0 or a negative error
 * @ctx: handed to @fn and @check
 * @check: called after every run but the last, with what @fn returned. 0 is a legal outcome
 *	(the code had a second way, or the allocation was the allocator's own, or the run made
 *	fewer of them): then @check undoes what @fn did. Otherwise it compares the state with
 *	the one before. May be called with faults off only, so it may allocate.
 *
 * @fn runs with the 1st allocation of this task failing, then with the 2nd, and so on (each twice),
 * until a run ends one allocation before its fault. One that ends earlier still sends the sweep
 * back to where it ended. The last run must return 0; what it did stands when the function
 * returns, and @check has not seen it. A case that has failed
 * stops the sweep. Allocations are those of the slab and of the page allocator; per-CPU
 * memory carved from an existing chunk asks neither and cannot be made to fail.
 *
 * Context: a KUnit case's own thread; allocations of other tasks do not count.
 * Return: the number of allocations that failed in turn; 0 after a failed case. The case is
 * marked failed if faults cannot be raised here, so a sweep that sweeps nothing never passes.
 */
unsigned int smmu3_kunit_fail_nth(struct kunit *test, int (*fn)(void *ctx), void *ctx,
				  void (*check)(struct kunit *test, void *ctx, int err));

#endif /* SMMU3_KUNIT_FAIL_NTH_H */
