/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the functions have in common that are plain PCI endpoints (fn_nvme.c, fn_itd.c, fn_edu.c):
 * one StreamID, no PASID, no ATS, untranslated accesses that a PCIe device cannot have stalled; and
 * their options.
 */
#ifndef SERVER_ENDPOINT_H
#define SERVER_ENDPOINT_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "function.h"

/*
 * Access @n bytes at @addr through the SMMU. Silent termination is the same as success to such a
 * device: it reads zeroes. False: the access, or a part of it, was aborted.
 */
static inline bool endpoint_dma(struct function *fn, enum model_access_kind kind, u64 addr,
				void *buf, u32 n)
{
	struct model_access a = {
		.sid = fn->sids[0],
		.addr = addr,
		.len = n,
		.kind = kind,
		.no_stall = true,
	};
	enum model_outcome outcome;
	u64 done = 0;

	outcome = function_dma(fn, &a, buf, &done);
	if (outcome == MODEL_RAZ_WI && kind == MODEL_READ)
		memset((u8 *)buf + done, 0, n - done);
	return outcome == MODEL_DONE || outcome == MODEL_RAZ_WI;
}

/* The value of the word "@name=value", or NULL if @word is another option. */
static inline const char *endpoint_option(const char *word, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(word, name, n) && word[n] == '=' ? word + n + 1 : NULL;
}

/* A number from @min to @max in C's notation, and nothing behind it. */
static inline bool endpoint_number(const char *text, u64 min, u64 max, u64 *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return !errno && end != text && !*end && text[0] != '-' && *value >= min && *value <= max;
}

#endif
