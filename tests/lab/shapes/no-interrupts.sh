# SPDX-License-Identifier: GPL-2.0-only
# The machine's only SMMU has no interrupts.
shape_dt() { dt_drop "$(dt_smmu)" interrupts interrupt-names; }
