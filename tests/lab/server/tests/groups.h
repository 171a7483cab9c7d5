/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The groups of unit tests: each file fn_*_test.c exports one.
 */
#ifndef TESTS_GROUPS_H
#define TESTS_GROUPS_H

#include "fake.h"

extern const struct CMUnitTest fn_itd_tests[];
extern const size_t nr_fn_itd_tests;
extern const struct CMUnitTest fn_edu_tests[];
extern const size_t nr_fn_edu_tests;
extern const struct CMUnitTest fn_nvme_tests[];
extern const size_t nr_fn_nvme_tests;
extern const struct CMUnitTest fn_nvme_queue_tests[];
extern const size_t nr_fn_nvme_queue_tests;
extern const struct CMUnitTest fn_nvme_io_tests[];
extern const size_t nr_fn_nvme_io_tests;

extern const struct function_ops fn_itd_ops;
extern const struct function_ops fn_edu_ops;
extern const struct function_ops fn_nvme_ops;

#endif
