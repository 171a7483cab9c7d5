// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardware update of descriptors: access flag and dirty state.
 *
 * Arm IHI 0070, 3.13 "Translation tables and Access flag/Dirty state".
 * Invariant: a descriptor is changed only by a compare and swap against the value the decision was
 * made from.
 */
#include "xlate.h"

static u64 in_memory(u64 desc, bool big_endian)
{
	return big_endian ? __builtin_bswap64(desc) : desc;
}

/* An environment without compare and swap has one thread only. */
static int cas64(struct model *m, u64 pa, u64 want, u64 set, u64 *seen)
{
	if (m->env.cas64)
		return m->env.cas64(m->env.ctx, pa, want, set, seen);
	if (mem_read64(m, pa, seen))
		return -1;
	return *seen == want ? mem_write(m, pa, &set, sizeof(set)) : 0;
}

enum httu_result httu_update(struct model *m, u64 pa, bool big_endian, u64 *desc, u64 set,
			     u64 clear)
{
	u64 next = (*desc | set) & ~clear, seen;

	if (cas64(m, pa, in_memory(*desc, big_endian), in_memory(next, big_endian), &seen))
		return HTTU_ABORT;
	if (seen != in_memory(*desc, big_endian)) {
		*desc = in_memory(seen, big_endian);
		return HTTU_RACED;
	}
	*desc = next;
	return HTTU_DONE;
}
