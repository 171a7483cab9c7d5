// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same text as in a kernel: src/debug/pte knows nothing of one. Layer: tests.
 */
#include "../kunit/debug_pte_kunit.c"
