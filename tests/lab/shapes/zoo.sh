# SPDX-License-Identifier: GPL-2.0-only
# A machine with one good SMMU and a zoo of bad ones beside it:
#
#	real second SMMU	without interrupts
#	small			registers of one page of 4 KiB
#	cells			without #iommu-cells
#	(QEMU's own node)	a second node over the good one's registers
#	7f000000		RAM that reads as zero: nothing is there
#	7f020000		RAM with good ID registers: a dead SMMU that acknowledges nothing
#	7f040000		RAM with StreamIDs of 63 bits
#	7f060000		RAM without any translation granule
#
# fdtput puts new nodes in front, so the good one is a new node, and finds its registers free.

zoo_ram=7f000000

shape_machine() { cfg_smmus=2; }

# zoo_words ADDRESS OFFSET VALUE...: what the fake's registers hold at reset.
zoo_words()
{
	local base=$((0x$1))
	shift
	while [ $# -gt 0 ]; do
		qemu+=(-device "loader,addr=$(printf 0x%x $((base + $1))),data=$2,data-len=4")
		shift 2
	done
}

# IDR0 0x944101b: both stages, AArch64 tables, coherent, 16-bit tags, no stall, two-level table.
# IDR1 0x14a0010: 16-bit StreamIDs, queues of 1024. IDR5 0x15: 48 bits, 4 KiB.
shape_devices()
{
	zoo_words 7f020000 0x0 0x944101b 0x4 0x14a0010 0x14 0x15 0x1c 1
	zoo_words 7f040000 0x0 0x944101b 0x4 0x14a003f 0x14 0x15 0x1c 1
	zoo_words 7f060000 0x0 0x944101b 0x4 0x14a0010 0x14 0x5 0x1c 1
}

# zoo_node NAME ADDRESS SIZE FIRST_SPI: an SMMU's node.
zoo_node()
{
	local node=/$1 spi=$((0x$4))
	dt_node "$node"
	dt_text "$node" compatible arm,smmu-v3
	dt_set "$node" reg 0 "$2" 0 "$3"
	dt_text "$node" interrupt-names eventq priq cmdq-sync gerror
	dt_set "$node" interrupts 0 "$4" 1 0 "$(printf %x $((spi + 1)))" 1 0 "$(printf %x $((spi + 2)))" 1 \
		0 "$(printf %x $((spi + 3)))" 1
	dt_set "$node" '#iommu-cells' 1
	dt_set "$node" dma-coherent
}

shape_dt()
{
	local own base spi a
	own=$(dt_smmu)
	base=${own#*@}
	# shellcheck disable=SC2046
	set -- $(dt_get "$own" interrupts)
	spi=$2
	dt_node /reserved-memory
	dt_set /reserved-memory '#address-cells' 2
	dt_set /reserved-memory '#size-cells' 2
	dt_set /reserved-memory ranges
	dt_node "/reserved-memory/zoo@$zoo_ram"
	dt_set "/reserved-memory/zoo@$zoo_ram" reg 0 $zoo_ram 0 100000
	dt_set "/reserved-memory/zoo@$zoo_ram" no-map

	# The real second one's registers and interrupts follow the first one's.
	zoo_node "second@$(printf %x $((0x$base + 0x20000)))" "$(printf %x $((0x$base + 0x20000)))" 20000 "$spi"
	dt_drop "/second@$(printf %x $((0x$base + 0x20000)))" interrupts interrupt-names
	for a in 7f000000 7f020000 7f040000 7f060000; do
		zoo_node "fake@$a" $a 20000 e0
	done
	zoo_node small@7f080000 7f080000 1000 e0
	zoo_node cells@7f0a0000 7f0a0000 20000 e0
	dt_drop /cells@7f0a0000 '#iommu-cells'
	zoo_node "good@$base" "$base" 20000 "$spi"
	# The devices' SMMU is the good one.
	dt_set "$(dt_pcie)" iommu-map 0 "$(dt_phandle "/good@$base")" 0 10000
}
