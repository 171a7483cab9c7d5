// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does MODULE_IMPORT_NS() take? New: a string. Given a string, the old form compiles
 * too and imports a name with quotation marks in it, so the probe measures the result.
 */
#include <linux/module.h>

#undef MODULE_INFO
#define MODULE_INFO(tag, text) \
	_Static_assert(sizeof(text) == sizeof("SPACE"), "quoted twice")

MODULE_IMPORT_NS("SPACE");
