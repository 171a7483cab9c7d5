# SPDX-License-Identifier: GPL-2.0-only
# The model's second test device has the StreamID of the first, by firmware and on the bus: one group. A third is
# by itself.
shape_machine() { model_second=labdev,sids=0x48 model_more+=(--fn b.0:labdev); }
