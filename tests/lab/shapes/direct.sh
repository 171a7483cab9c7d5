# SPDX-License-Identifier: GPL-2.0-only
# Memory that firmware reserved for iommu-testdev at its physical address: a direct mapping
# (reserved-memory with iommu-addresses), which the device may use at any time.
shape_dt()
{
	local pcie mem region=7e000000
	pcie=$(dt_pcie)
	[ -n "$(dt_get /reserved-memory '#address-cells' 2>/dev/null)" ] || dt_node /reserved-memory
	dt_set /reserved-memory '#address-cells' 2
	dt_set /reserved-memory '#size-cells' 2
	dt_set /reserved-memory ranges
	mem=/reserved-memory/direct@$region
	dt_node "$mem"
	dt_set "$mem" reg 0 $region 0 100000
	dt_node "$pcie/dma@3,0"
	dt_set "$pcie/dma@3,0" reg 1800 0 0 0 0
	dt_set "$pcie/dma@3,0" memory-region "$(dt_phandle "$mem")"
	# The address as this PCI bus writes it: 32-bit memory space.
	dt_set "$mem" iommu-addresses "$(dt_phandle "$pcie/dma@3,0")" 2000000 0 $region 0 100000
}
