# SPDX-License-Identifier: GPL-2.0-only
# test: a tour for people: who drives the SMMU, streams, entries, tags, a walk, a refused DMA, throughput
# when: asked
show()  { tell "| $*"; }
file()  { while IFS= read -r l; do show "  $l"; done; }
title() { show; show "== $*"; }
itd=$(first $(itd_devices)) disk=$(first $(nvme_devices))

title "Who drives the SMMU: Linux $(uname -r), $(sed 's/\\x0.*//' /sys/firmware/devicetree/base/model 2>/dev/null || echo 'a machine with ACPI')"
for x in /sys/bus/platform/drivers/*smmu*/*smmu*; do
	[ -e $x/driver ] && show "  ${x##*/} is driven by $(basename $(readlink $x/driver))"
done
dmesg | grep -E 'smmu3 .*SMMUv3|arm-smmu-v3 .*oas' | sed 's/^\[[^]]*\] *//' | file

title "Streams"
show "$(printf '  %-14s %-10s %-16s %-6s %-9s %s' device StreamID driver group domain 'address space')"
for x in $pci/*; do
	x=${x##*/}
	[ -e $pci/$x/iommu_group ] || continue
	drv=$(basename $(readlink $pci/$x/driver) 2>/dev/null)
	sp=$(value space $dbg/by-device/$x/domain 2>/dev/null | cut -d, -f1-2)
	show "$(printf '  %-14s %-10s %-16s %-6s %-9s %s' $x $(sid_of $x) "${drv:--}" $(group_of $x) $(group_type $x) "$sp")"
done

if smmu3_here; then
	title "The NVMe disk's STE, as the SMMU reads it (debugfs: by-device/$disk/ste)"
	file <$dbg/by-device/$disk/ste
	title "Its CD"
	file <$dbg/by-device/$disk/cd
	title "ASIDs"
	cat $dbg/*/asids | file

	title "A DMA mapping of the test device, translated"
	td_do $itd map 0 8192 both
	show "  mapped: $w"
	echo $(word iova "$w") >/sys/module/smmu3/parameters/walk_iova
	sed '/^# mapped ranges/,$d' $dbg/by-device/$itd/walk | file
else
	td_do $itd map 0 8192 both
fi

title "The same device writes there, then at the same place just unmapped"
td_do $itd write 0 0 4096
show "  mapped:   $w"
want_eq "a mapped write arrives" ok "$(word outcome "$w")"
td_do $itd unmap 0
usleep $(($(stale_wait $itd) * 1000))
dmesg_mark demo
td_do $itd write 0 0 4
show "  unmapped: $w"
want_eq "an unmapped write is refused" refused "$(word outcome "$w")"
usleep 200000
dmesg_since demo | grep -i smmu | sed 's/^\[[^]]*\] *//' | head -n 2 | file

title "The disk, written, read back and compared, while the machine's own trace watches"
seen_mark
want_run "1 MiB blocks" blkwork $(nvme_disk $disk) 0 128 1048576 2 1
show "  1 MiB blocks:  $out"
want_run "64 KiB blocks" blkwork $(nvme_disk $disk) 128 32 65536 4 2
show "  64 KiB blocks: $out"
s=$(seen $disk)
show "  QEMU's SMMU saw: $s"
want_eq "none of the disk's DMA went past the SMMU" "0 0" "$(word bypassed "$s") $(word disabled "$s")"
if smmu3_here; then
	title "Counters"
	cat $dbg/*/counters | awk '$2 != 0 { printf "%s=%s  ", $1, $2 } END { print "" }' | fold -s -w 110 | file
fi
show
