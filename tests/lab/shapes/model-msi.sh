# SPDX-License-Identifier: GPL-2.0-only
# The model's SMMU has no wires: its interrupts are MSIs that it writes itself (3.18 "Interrupts and notifications").
shape_machine() { model_irqs=msi; }
