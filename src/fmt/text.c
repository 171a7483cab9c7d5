// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text of a record, put together piece by piece. Layer 0.
 */
#include <linux/sprintf.h>
#include <linux/stdarg.h>
#include "text.h"

void smmu3_text_add(struct smmu3_text *t, const char *fmt, ...)
{
	va_list args;

	if (!t->sz)
		return;
	va_start(args, fmt);
	t->len += vscnprintf(t->buf + t->len, t->sz - t->len, fmt, args);
	va_end(args);
}
