# SPDX-License-Identifier: GPL-2.0-only
# The machine's only SMMU has no interrupts.
shape_machine() { model_irqs=none; }
shape_dt() { [ -n "$cfg_model" ] || dt_drop "$(dt_smmu)" interrupts interrupt-names; }
