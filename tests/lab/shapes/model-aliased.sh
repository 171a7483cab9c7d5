# SPDX-License-Identifier: GPL-2.0-only
# The model's second test device uses four StreamIDs: its own and those of 10.0, 11.0 and 12.3, which the kernel
# knows of a device with this identity.
shape_machine() { model_second=labdev,aliased=1,sids=0x50+0x80+0x88+0x93; }
