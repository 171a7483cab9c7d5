# SPDX-License-Identifier: GPL-2.0-only
# test: a StreamID of more bits than the SMMU has, a requester given to two SMMUs (shape sids): one line each
# when: asked
e=$(first $(edu_devices))
text=$(dmesg | grep -E 'smmu3:|smmu3 .*smmu' | grep -v 'event from' | grep "$e")
want_eq "$e: one line about its StreamID" 1 "$(echo "$text" | grep -c 0x10020)"
want_eq "$e: and no other" 1 "$(echo "$text" | grep -c .)"
note "$text"
want_eq "$e: it has no group" none "$(group_type $e)"
for d in $(nvme_devices) $(blk_devices) $(net_devices) $(itd_devices); do
	want_eq "$d has its domain" DMA "$(group_type $d)"
done
text=$(dmesg | grep 'smmu3 .*iommu-map')
want_eq "one line about two SMMUs for one requester" 1 "$(echo "$text" | grep -c '0x30')"
note "$text"
seen_mark
td_do $e map 0 4096 both
pa=$(word pa "$w")
td_do $e write 0 0 64
s=$(seen $e)
want_eq "$e: its DMA goes nowhere" "0 0" "$(word translated "$s") $(word bypassed "$s")"
note "$e: $s"
