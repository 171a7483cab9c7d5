# SPDX-License-Identifier: GPL-2.0-only
# The model's SMMU has one wire for all of its interrupts.
shape_machine() { model_irqs=combined; }
