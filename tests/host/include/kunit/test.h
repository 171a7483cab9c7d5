/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of KUnit as the tests use, in a process. Layer: tests.
 *
 * The text of a test is the same here and in a kernel; its output is KTAP in both.
 */
#ifndef SMMU3_HOST_KUNIT_TEST_H
#define SMMU3_HOST_KUNIT_TEST_H

#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

struct kunit {
	const char *name;
	void *priv;
	const void *param_value;
	int param_index;
	bool failed;
	bool skipped;
	char skip_why[128];
	void *resources;	/* memory of kunit_kzalloc(), freed at the end of the case */
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char name[256];
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
};

#define KUNIT_PARAM_DESC_SIZE		128
#define KUNIT_CASE(fn)			{ .run_case = fn, .name = #fn }
#define KUNIT_CASE_SLOW(fn)		KUNIT_CASE(fn)
#define KUNIT_CASE_PARAM(fn, gen)	{ .run_case = fn, .name = #fn, .generate_params = gen }

#define KUNIT_ARRAY_PARAM(nm, array, get_desc)							\
	static const void *nm##_gen_params(const void *prev, char *desc)			\
	{											\
		typeof((array)[0]) *next = prev ? ((typeof(next))prev) + 1 : (array);		\
		void (*describe)(typeof(next), char *) = get_desc;				\
												\
		if (next - (array) >= (long)ARRAY_SIZE(array))					\
			return NULL;								\
		if (describe)									\
			describe(next, desc);							\
		return next;									\
	}

void kunit_host_register(struct kunit_suite *suite);
#define __suite_name(c)		smmu3_host_suite_##c
#define ___suite_name(c)	__suite_name(c)
#define kunit_test_suite(s)									\
	__attribute__((constructor)) static void ___suite_name(__COUNTER__)(void)		\
	{											\
		kunit_host_register(&(s));							\
	}
#define kunit_test_suites(s, ...)								\
	__attribute__((constructor)) static void ___suite_name(__COUNTER__)(void)		\
	{											\
		struct kunit_suite *all[] = { s, ##__VA_ARGS__ };				\
												\
		for (size_t i = 0; i < ARRAY_SIZE(all); i++)					\
			kunit_host_register(all[i]);						\
	}

#ifndef MODULE_LICENSE
#define MODULE_LICENSE(x)
#define MODULE_DESCRIPTION(x)
#endif

void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp);
#define kunit_kcalloc(test, n, size, gfp)	kunit_kzalloc(test, (n) * (size), gfp)
void kunit_info(struct kunit *test, const char *fmt, ...) __printf(2, 3);
#define kunit_err	kunit_info
void __attribute__((noreturn)) kunit_host_abort(struct kunit *test);
void kunit_host_skip(struct kunit *test, const char *fmt, ...) __printf(2, 3);
#define kunit_skip(test, ...)                                                                      \
	do {                                                                                       \
		kunit_host_skip(test, __VA_ARGS__);                                                \
		kunit_host_abort(test);                                                            \
	} while (0)

/* Where, what was compared, wanted and seen; then what was meant. */
void kunit_host_fail(struct kunit *test, const char *file, int line, const char *what,
		     const char *values, const char *fmt, ...) __printf(6, 7);

#define __KUNIT_CMP(test, l, op, r, fatal, ...) do {						\
	typeof(l) __l = (l);									\
	typeof(r) __r = (r);									\
												\
	if (!(__l op __r)) {									\
		char __v[128];									\
												\
		scnprintf(__v, sizeof(__v), "seen %lld (%#llx), wanted %s %lld (%#llx)",	\
			  (long long)__l, (unsigned long long)__l, #op,				\
			  (long long)__r, (unsigned long long)__r);				\
		kunit_host_fail(test, __FILE__, __LINE__, #l " " #op " " #r, __v, __VA_ARGS__);	\
		if (fatal)									\
			kunit_host_abort(test);							\
	}											\
} while (0)

#define __KUNIT_STR(test, l, r, fatal, ...)                                                        \
	do {                                                                                       \
		const char *__l = (l), *__r = (r);                                                 \
\
		if (!__l || !__r || strcmp(__l, __r)) {                                            \
			char __v[1024];                                                            \
\
			scnprintf(__v, sizeof(__v), "seen \"%s\", wanted \"%s\"", __l ?: "NULL",   \
				  __r ?: "NULL");                                                  \
			kunit_host_fail(test, __FILE__, __LINE__, #l " == " #r, __v, __VA_ARGS__); \
			if (fatal)                                                                 \
				kunit_host_abort(test);                                            \
		}                                                                                  \
	} while (0)

#define KUNIT_EXPECT_EQ_MSG(t, l, r, ...)	__KUNIT_CMP(t, l, ==, r, 0, __VA_ARGS__)
#define KUNIT_EXPECT_NE_MSG(t, l, r, ...)	__KUNIT_CMP(t, l, !=, r, 0, __VA_ARGS__)
#define KUNIT_EXPECT_LE_MSG(t, l, r, ...)	__KUNIT_CMP(t, l, <=, r, 0, __VA_ARGS__)
#define KUNIT_EXPECT_LT_MSG(t, l, r, ...)	__KUNIT_CMP(t, l, <, r, 0, __VA_ARGS__)
#define KUNIT_EXPECT_GE_MSG(t, l, r, ...)	__KUNIT_CMP(t, l, >=, r, 0, __VA_ARGS__)
#define KUNIT_EXPECT_GT_MSG(t, l, r, ...)	__KUNIT_CMP(t, l, >, r, 0, __VA_ARGS__)
#define KUNIT_EXPECT_TRUE_MSG(t, c, ...)	__KUNIT_CMP(t, !!(c), ==, 1, 0, __VA_ARGS__)
#define KUNIT_EXPECT_FALSE_MSG(t, c, ...)	__KUNIT_CMP(t, !!(c), ==, 0, 0, __VA_ARGS__)
#define KUNIT_EXPECT_STREQ_MSG(t, l, r, ...)	__KUNIT_STR(t, l, r, 0, __VA_ARGS__)
#define KUNIT_EXPECT_NULL_MSG(t, p, ...)	\
	__KUNIT_CMP(t, (uintptr_t)(p), ==, 0, 0, __VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL_MSG(t, p, ...)	\
	__KUNIT_CMP(t, (uintptr_t)(p), !=, 0, 0, __VA_ARGS__)
#define KUNIT_EXPECT_MEMEQ_MSG(t, l, r, n, ...)                                                    \
	__KUNIT_CMP(t, memcmp(l, r, n), ==, 0, 0, __VA_ARGS__)
#define KUNIT_FAIL(t, ...)                                                                         \
	kunit_host_fail(t, __FILE__, __LINE__, "must not happen", "", __VA_ARGS__)
#define KUNIT_ASSERT_EQ_MSG(t, l, r, ...)	__KUNIT_CMP(t, l, ==, r, 1, __VA_ARGS__)
#define KUNIT_ASSERT_NE_MSG(t, l, r, ...)	__KUNIT_CMP(t, l, !=, r, 1, __VA_ARGS__)
#define KUNIT_ASSERT_LE_MSG(t, l, r, ...)	__KUNIT_CMP(t, l, <=, r, 1, __VA_ARGS__)
#define KUNIT_ASSERT_LT_MSG(t, l, r, ...)	__KUNIT_CMP(t, l, <, r, 1, __VA_ARGS__)
#define KUNIT_ASSERT_GE_MSG(t, l, r, ...)	__KUNIT_CMP(t, l, >=, r, 1, __VA_ARGS__)
#define KUNIT_ASSERT_GT_MSG(t, l, r, ...)	__KUNIT_CMP(t, l, >, r, 1, __VA_ARGS__)
#define KUNIT_ASSERT_TRUE_MSG(t, c, ...)	__KUNIT_CMP(t, !!(c), ==, 1, 1, __VA_ARGS__)
#define KUNIT_ASSERT_FALSE_MSG(t, c, ...)	__KUNIT_CMP(t, !!(c), ==, 0, 1, __VA_ARGS__)
#define KUNIT_ASSERT_NOT_NULL_MSG(t, p, ...)	\
	__KUNIT_CMP(t, (uintptr_t)(p), !=, 0, 1, __VA_ARGS__)
#define KUNIT_ASSERT_NULL_MSG(t, p, ...)	\
	__KUNIT_CMP(t, (uintptr_t)(p), ==, 0, 1, __VA_ARGS__)

#define KUNIT_EXPECT_EQ(t, l, r)	KUNIT_EXPECT_EQ_MSG(t, l, r, " ")
#define KUNIT_EXPECT_NE(t, l, r)	KUNIT_EXPECT_NE_MSG(t, l, r, " ")
#define KUNIT_EXPECT_LE(t, l, r)	KUNIT_EXPECT_LE_MSG(t, l, r, " ")
#define KUNIT_EXPECT_LT(t, l, r)	KUNIT_EXPECT_LT_MSG(t, l, r, " ")
#define KUNIT_EXPECT_GE(t, l, r)	KUNIT_EXPECT_GE_MSG(t, l, r, " ")
#define KUNIT_EXPECT_GT(t, l, r)	KUNIT_EXPECT_GT_MSG(t, l, r, " ")
#define KUNIT_EXPECT_TRUE(t, c)		KUNIT_EXPECT_TRUE_MSG(t, c, "%s", #c)
#define KUNIT_EXPECT_FALSE(t, c)	KUNIT_EXPECT_FALSE_MSG(t, c, "%s", #c)
#define KUNIT_EXPECT_STREQ(t, l, r)	KUNIT_EXPECT_STREQ_MSG(t, l, r, " ")
#define KUNIT_EXPECT_NULL(t, p)		KUNIT_EXPECT_NULL_MSG(t, p, " ")
#define KUNIT_EXPECT_NOT_NULL(t, p)	KUNIT_EXPECT_NOT_NULL_MSG(t, p, " ")
#define KUNIT_EXPECT_MEMEQ(t, l, r, n)	KUNIT_EXPECT_MEMEQ_MSG(t, l, r, n, " ")
#define KUNIT_ASSERT_EQ(t, l, r)	KUNIT_ASSERT_EQ_MSG(t, l, r, " ")
#define KUNIT_ASSERT_NE(t, l, r)	KUNIT_ASSERT_NE_MSG(t, l, r, " ")
#define KUNIT_ASSERT_TRUE(t, c)		KUNIT_ASSERT_TRUE_MSG(t, c, "%s", #c)
#define KUNIT_ASSERT_FALSE(t, c)	KUNIT_ASSERT_FALSE_MSG(t, c, "%s", #c)
#define KUNIT_ASSERT_NOT_NULL(t, p)	KUNIT_ASSERT_NOT_NULL_MSG(t, p, " ")
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(t, p)							\
	KUNIT_ASSERT_TRUE_MSG(t, (p) && (unsigned long)(p) < (unsigned long)-4095, "%s", #p)

#endif
