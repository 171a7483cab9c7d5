/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A variable that kernels built with CONFIG_INIT_STACK_ALL_ZERO need not clear. Layer 0.
 *
 * For arrays of which a call fills and reads a few words: nothing of them is read that was not
 * written before, and nothing of them leaves the function.
 */
#ifndef SMMU3_FMT_UNCLEARED_H
#define SMMU3_FMT_UNCLEARED_H

#if __has_attribute(uninitialized)
#define SMMU3_UNCLEARED		__attribute__((uninitialized))
#else
#define SMMU3_UNCLEARED
#endif

#endif
