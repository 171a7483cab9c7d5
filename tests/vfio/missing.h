/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the selftests of some 7.2.y releases use and do not define. tests/lab/lib/vfio.sh includes
 * this before each file of them where that is so.
 */
#ifndef VFIO_MISSING_H
#define VFIO_MISSING_H

#include <stdio.h>
#include <stdlib.h>

static inline void *calloc_assert(size_t nr, size_t size)
{
	void *p = calloc(nr, size);

	if (!p) {
		perror("calloc");
		exit(1);
	}
	return p;
}

#endif
