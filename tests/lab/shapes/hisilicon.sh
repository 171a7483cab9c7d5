# SPDX-License-Identifier: GPL-2.0-only
# An SMMU whose firmware says that CMD_PREFETCH_CONFIG hangs it.
shape_dt() { dt_set "$(dt_smmu)" hisilicon,broken-prefetch-cmd; }
