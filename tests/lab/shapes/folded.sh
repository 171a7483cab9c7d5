# SPDX-License-Identifier: GPL-2.0-only
# Firmware that gives two requesters, on a bus that keeps them apart, one StreamID: the edu device
# that of iommu-testdev. (QEMU's SMMU goes by requester, so edu's own DMA is not to be looked at there; the
# model's edu has that StreamID.)
shape_machine() { model_edu+=,sids=0x18; }
shape_dt()
{
	local p
	[ -z "$cfg_model" ] || return 0
	p=$(dt_phandle "$(dt_smmu)")
	dt_set "$(dt_pcie)" iommu-map 0 "$p" 0 20  20 "$p" 18 1  21 "$p" 21 ffdf
}
