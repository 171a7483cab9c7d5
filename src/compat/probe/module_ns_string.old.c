// SPDX-License-Identifier: GPL-2.0-only
/* What does MODULE_IMPORT_NS() take? Old: a bare word. */
#include <linux/module.h>

#undef MODULE_INFO
#define MODULE_INFO(tag, text) \
	_Static_assert(sizeof(text) == sizeof("SPACE"), "not made a string")

MODULE_IMPORT_NS(SPACE);
