# SPDX-License-Identifier: GPL-2.0-only
# Accesses of the model's first and second test device can wait for as long as a page fault takes: firmware says that
# they may stall.
shape_dt()
{
	local pcie slot
	pcie=$(dt_pcie)
	for slot in 9 a; do
		dt_node "$pcie/dma@$slot,0"
		dt_set "$pcie/dma@$slot,0" reg "$(printf %x $((0x$slot << 11)))" 0 0 0 0
		dt_set "$pcie/dma@$slot,0" dma-can-stall
	done
}
