# SPDX-License-Identifier: GPL-2.0-only
# An iommu-map with two mistakes: the edu device's StreamID has 17 bits, which the SMMU does not
# have; and virtio-blk's requester ID is given to a second SMMU as well.
shape_machine() { cfg_smmus=2; }
shape_dt()
{
	local own second base p s
	own=$(dt_smmu)
	base=$((0x${own#*@} + 0x20000))
	second=/smmuv3@$(printf %x $base)
	p=$(dt_phandle "$own")
	# shellcheck disable=SC2046
	set -- $(dt_get "$own" interrupts)
	dt_node "$second"
	dt_text "$second" compatible arm,smmu-v3
	dt_set "$second" reg 0 "$(printf %x $base)" 0 20000
	dt_text "$second" interrupt-names eventq gerror
	dt_set "$second" interrupts 0 "$(printf %x $((0x$2 + 4)))" 1 0 "$(printf %x $((0x$2 + 7)))" 1
	dt_set "$second" '#iommu-cells' 1
	dt_set "$second" dma-coherent
	s=$(dt_phandle "$second")
	dt_set "$(dt_pcie)" iommu-map 0 "$p" 0 20  20 "$p" 10020 8  28 "$p" 28 ffd8  30 "$s" 30 8
}
