/* SPDX-License-Identifier: GPL-2.0-only */
/* Sizes by name. For the host build only. */
#ifndef SMMU3_HOST_LINUX_SIZES_H
#define SMMU3_HOST_LINUX_SIZES_H

#define SZ_1K	0x00000400
#define SZ_2K	0x00000800
#define SZ_4K	0x00001000
#define SZ_8K	0x00002000
#define SZ_16K	0x00004000
#define SZ_32K	0x00008000
#define SZ_64K	0x00010000
#define SZ_128K	0x00020000
#define SZ_1M	0x00100000
#define SZ_2M	0x00200000
#define SZ_4M	0x00400000
#define SZ_32M	0x02000000
#define SZ_512M	0x20000000
#define SZ_1G	0x40000000
#define SZ_4G	0x100000000ULL

#endif
