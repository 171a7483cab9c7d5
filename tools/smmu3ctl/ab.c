// SPDX-License-Identifier: GPL-2.0-only
/*
 * smmu3ctl ab: the same work under two drivers. "record" does it under the one that runs, "compare"
 * puts two records side by side.
 */
#include <string.h>

#include "ab.h"

static const char usage_text[] =
	"ab: record [-o FILE] [--dma DEVICE] [--disk DEVICE [--overwrite]] [--net HOST] "
	"[--seconds N] [--rounds N], or compare A.json B.json [--html FILE] [--force]";

int cmd_ab(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "record"))
		return ab_record(argc - 1, argv + 1);
	if (argc > 1 && !strcmp(argv[1], "compare"))
		return ab_compare(argc - 1, argv + 1);
	return ctl_usage("%s", usage_text);
}
