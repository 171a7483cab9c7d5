/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text of a record, put together piece by piece in a caller's buffer.
 *
 * Layer 0. Serves the to_text functions: the buffer is always terminated, and what does not
 * fit is left out.
 */
#ifndef SMMU3_FMT_TEXT_H
#define SMMU3_FMT_TEXT_H

#include <linux/types.h>

/**
 * struct smmu3_text - a buffer and how far it is filled
 * @buf: the buffer
 * @sz: its size in bytes
 * @len: characters written, without the terminating NUL
 */
struct smmu3_text {
	char	*buf;
	size_t	sz;
	int	len;
};

static inline struct smmu3_text smmu3_text_begin(char *buf, size_t sz)
{
	struct smmu3_text t = { .buf = buf, .sz = sz };

	if (sz)
		buf[0] = '\0';
	return t;
}

__printf(2, 3)
void smmu3_text_add(struct smmu3_text *t, const char *fmt, ...);

#endif
