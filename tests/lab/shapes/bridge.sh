# SPDX-License-Identifier: GPL-2.0-only
# Two devices behind a bridge from PCI Express to PCI: their DMA carries the bridge's StreamID.
shape_devices()
{
	qemu+=(-device "pcie-pci-bridge,id=conv,bus=pcie.0,addr=8.0"
		-device "edu,bus=conv,addr=1.0,dma_mask=0xffffffffffffffff"
		-device "edu,bus=conv,addr=2.0,dma_mask=0xffffffffffffffff")
}
