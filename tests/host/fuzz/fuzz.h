/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzz targets share: libFuzzer's entry, and numbers taken from its bytes. Layer: tests.
 */
#ifndef SMMU3_FUZZ_H
#define SMMU3_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <linux/string.h>
#include <linux/types.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* Says what rule was broken, then stops the fuzzer. */
#define FUZZ_ASSERT(cond, ...) do {					\
	if (!(cond)) {							\
		fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #cond); \
		fprintf(stderr, __VA_ARGS__);				\
		fprintf(stderr, "\n");					\
		abort();						\
	}								\
} while (0)

/* The next @size bytes of the input; zeroes where it ends. */
static inline void fuzz_take(const u8 **data, size_t *left, void *to, size_t size)
{
	size_t n = size < *left ? size : *left;

	memset(to, 0, size);
	memcpy(to, *data, n);
	*data += n;
	*left -= n;
}

/* A text is terminated, as long as it says, and printable. */
static inline void fuzz_check_text(const char *buf, size_t sz, int len)
{
	int i;

	FUZZ_ASSERT(len >= 0 && (size_t)len < sz, "length %d of %zu", len, sz);
	FUZZ_ASSERT(strnlen(buf, sz) == (size_t)len, "length %d, text of %zu", len,
		    strnlen(buf, sz));
	for (i = 0; i < len; i++)
		FUZZ_ASSERT(buf[i] >= ' ' && buf[i] <= '~', "character %#x in: %s", buf[i], buf);
}

#endif
