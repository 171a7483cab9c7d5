// SPDX-License-Identifier: GPL-2.0-only
/*
 * What makes smmu3_kunit.ko a module: the suites register themselves. Layer: tests.
 */
#include <linux/module.h>

MODULE_DESCRIPTION("KUnit suites of smmu3");
MODULE_LICENSE("GPL");
