# SPDX-License-Identifier: GPL-2.0-only
# No device that does DMA on its own: a driver that lets DMA go astray does not kill this machine.
shape_machine() { cfg_devices=test; }
