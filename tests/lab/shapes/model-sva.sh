# SPDX-License-Identifier: GPL-2.0-only
# Accesses of the model's test devices can wait for as long as a page fault takes: firmware says that they may stall.
shape_dt()
{
	local pcie slot
	pcie=$(dt_pcie)
	# Two behind the first SMMU, one behind each other.
	for slot in 9 a ${referee_device_slots[@]:1:cfg_smmus-1}; do
		dt_node "$pcie/dma@$slot,0"
		dt_set "$pcie/dma@$slot,0" reg "$(printf %x $((0x$slot << 11)))" 0 0 0 0
		dt_set "$pcie/dma@$slot,0" dma-can-stall
	done
}
