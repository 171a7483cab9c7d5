# SPDX-License-Identifier: GPL-2.0-only
# Two devices behind a bridge from PCI Express to PCI: their DMA carries the bridge's StreamID.
# Behind the model it is bus 3, after the two root ports. The kernel gives each its own requester ID and the bridge's.
shape_machine()
{
	local words=edu,dma_mask=0xffffffffffffffff
	model_more+=(--fn "conv1:$words,rid=0x308,sids=0x300+0x308" --fn "conv2:$words,rid=0x310,sids=0x300+0x310")
}

shape_devices()
{
	local i
	if [ -z "$cfg_model" ]; then
		qemu+=(-device "pcie-pci-bridge,id=conv,bus=pcie.0,addr=8.0"
			-device "edu,bus=conv,addr=1.0,dma_mask=0xffffffffffffffff"
			-device "edu,bus=conv,addr=2.0,dma_mask=0xffffffffffffffff")
		return
	fi
	qemu+=(-device "pcie-pci-bridge,id=conv,bus=pcie.0,addr=e.0")
	for i in 1 2; do
		qemu+=(-device "$(model_device conv$i "\"bus\":\"conv\",\"addr\":\"$i.0\"")")
	done
}
