/* SPDX-License-Identifier: GPL-2.0-only */
/* Error numbers: the C library asks for this file too. */
#include_next <linux/errno.h>
