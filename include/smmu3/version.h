/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one version number. dkms.conf repeats it, and the style check compares the two.
 */
#ifndef SMMU3_VERSION_H
#define SMMU3_VERSION_H

#define SMMU3_VERSION "0.1.0"

#endif /* SMMU3_VERSION_H */
