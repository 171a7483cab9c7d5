/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this kernel's headers answered to the probes in src/compat/probe.
 *
 * Layer: compat. The generated file defines HAVE_<PROBE> as 1 (the new form
 * compiles) or 0 (the old form does). Invariant: no file outside src/compat
 * tests one of these names; it includes an adapter instead.
 */
#ifndef SMMU3_COMPAT_VERDICTS_H
#define SMMU3_COMPAT_VERDICTS_H

/* By -I, so that a copy that an older build left in the source folder is not taken. */
#include <verdicts_gen.h>

#endif /* SMMU3_COMPAT_VERDICTS_H */
