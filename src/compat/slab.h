/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocation by type, on kernels whose slab.h has no kzalloc_obj() yet.
 *
 * Layer: compat. They are macros wherever they exist, so no probe is needed.
 */
#ifndef SMMU3_COMPAT_SLAB_H
#define SMMU3_COMPAT_SLAB_H

#include <linux/overflow.h>
#include <linux/slab.h>

#ifndef default_gfp
#define SMMU3_GFP(none, gfp, ...) gfp
#define default_gfp(...) SMMU3_GFP(0, ##__VA_ARGS__, GFP_KERNEL)
#endif

#ifndef kzalloc_obj
#define kzalloc_obj(type_or_expr, ...)						\
	kzalloc(sizeof(typeof(type_or_expr)), default_gfp(__VA_ARGS__))
#endif

#ifndef kzalloc_objs
#define kzalloc_objs(type_or_expr, count, ...)					\
	kcalloc(count, sizeof(typeof(type_or_expr)), default_gfp(__VA_ARGS__))
#endif

#ifndef kzalloc_flex
#define kzalloc_flex(type_or_expr, member, count, ...)				\
	kzalloc(struct_size_t(typeof(type_or_expr), member, count), default_gfp(__VA_ARGS__))
#endif

#endif /* SMMU3_COMPAT_SLAB_H */
