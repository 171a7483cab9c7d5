// SPDX-License-Identifier: GPL-2.0-only
/*
 * Few rounds on a machine that does other things too: what is robust is used. Median, and the
 * median of the distances from it; one round that was disturbed changes neither much.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ab.h"

/* From the distances' median to a standard deviation, if they are distributed normally. */
#define MAD_SCALE	1.4826

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_of_sorted(const double *v, size_t nr)
{
	return nr % 2 ? v[nr / 2] : v[nr / 2 - 1] / 2 + v[nr / 2] / 2;
}

void ab_stat_of(struct ab_stat *s, const double *values, size_t nr)
{
	double *v;
	size_t i;

	memset(s, 0, sizeof(*s));
	if (!nr)
		return;
	v = ctl_alloc(nr * sizeof(*v));
	memcpy(v, values, nr * sizeof(*v));
	qsort(v, nr, sizeof(*v), by_value);
	s->nr = nr;
	s->min = v[0];
	s->max = v[nr - 1];
	s->median = median_of_sorted(v, nr);
	for (i = 0; i < nr; i++)
		v[i] = fabs(v[i] - s->median);
	qsort(v, nr, sizeof(*v), by_value);
	s->mad = median_of_sorted(v, nr);
	free(v);
}

/*
 * Different is what lies further apart than three of the wider deviation, and does not share its
 * middle with the other's range: where most rounds give the same number the deviation is 0.
 */
enum ab_verdict ab_judge(const struct ab_stat *a, const struct ab_stat *b, bool lower)
{
	double spread = 3 * MAD_SCALE * fmax(a->mad, b->mad);

	if (a->nr < 3 || b->nr < 3)
		return AB_FEW;
	if (fabs(a->median - b->median) <= spread)
		return AB_SAME;
	if (b->median >= a->min && b->median <= a->max)
		return AB_SAME;
	if (a->median >= b->min && a->median <= b->max)
		return AB_SAME;
	return (b->median < a->median) == lower ? AB_BETTER : AB_WORSE;
}

const char *ab_verdict_name(enum ab_verdict v)
{
	static const char * const names[] = {
		[AB_SAME] = "same", [AB_BETTER] = "better", [AB_WORSE] = "worse",
		[AB_FEW] = "too few rounds",
	};

	return names[v];
}
