# SPDX-License-Identifier: GPL-2.0-only
# test: two devices with one StreamID by firmware: one group, one domain; one goes, the other works on
# when: asked
a=0000:00:03.0 b=0000:00:04.0
want_eq "the bus would keep them apart: other devices have groups of their own" 1 \
	"$(ls /sys/kernel/iommu_groups/$(group_of 0000:00:05.0)/devices | wc -l)"
want_eq "$b is in the group of $a" "$(group_of $a)" "$(group_of $b)"
want_eq "devices of that group" "$a $b" "$(ls /sys/kernel/iommu_groups/$(group_of $a)/devices | xargs)"
td $a map 0 65536 both >/dev/null
w=$(td $a write 0 0 65536)
want_eq "a mapped write arrives" "ok 65536" "$(word outcome "$w") $(word found "$w")"
if [ -n "$lab_model" ]; then
	# Its DMA carries that StreamID indeed.
	td_do $b map 0 4096 to; td_do $b map 1 4096 from; td_do $b fill 0 77
	seen_mark
	want_eq "the other one's DMA is right" same=1 "$(td $b copy 0 1 4096)"
	want_gt "and is translated by the StreamID of the first" 0 "$(word translated "$(ask "seen 0x18")")"
	td_do $b unmap 0; td_do $b unmap 1
fi
echo 1 >$pci/$b/remove
w=$(td $a write 0 0 65536)
want_eq "and when the other is gone" "ok 65536" "$(word outcome "$w") $(word found "$w")"
w=$(td $a write_at 0x7fff0000 0x40000000 64)
want_eq "an address never mapped is refused" refused "$(word outcome "$w")"
echo 1 >/sys/bus/pci/rescan
usleep 500000
want_eq "it comes back into that group" "$a $b" "$(ls /sys/kernel/iommu_groups/$(group_of $a)/devices | xargs)"
w=$(td $a write 0 0 65536)
want_eq "a mapped write arrives" "ok 65536" "$(word outcome "$w") $(word found "$w")"
td $a unmap 0 >/dev/null
