# SPDX-License-Identifier: GPL-2.0-only
# test: a fault makes a line in dmesg that names the event, the device and the address
d=$(first $(itd_devices))
if [ "$(group_type $d)" = identity ]; then
	skip_test "an identity domain never faults"
	return
fi
m=$(td $d map 0 4096 both)
usleep 6000000	# let the limits on messages recover
before=$(counter events_total)
dmesg_mark events
td $d write_at 0x5ead0000 0x$(printf %x $(($(word pa "$m")))) 64 >/dev/null
usleep 300000
text=$(dmesg_since events)
if smmu3_here; then
	line=$(echo "$text" | grep smmu3 | grep F_TRANSLATION | head -n 1)
	want_ne "a line with the event's name" "" "$line"
	want_eq "it names the device" 1 "$(echo "$line" | grep -c "$d")"
	want_eq "it names the address" 1 "$(echo "$line" | grep -c -i 5ead0000)"
	want_gt "counter events_total moved" "$before" "$(counter events_total)"
	a=$(counter events_muted)
	blkwork $(nvme_disk $(first $(nvme_devices))) 0 8 65536 2 41 2 >/tmp/beside 2>&1 &
	pid=$!
	dmesg_mark flood
	k=0
	while [ $k -lt 50 ]; do td_do $d write_at 0x5ead0000 0x5ead0000 4096; k=$((k + 1)); done
	wait $pid
	want_eq "51200 more faults disturb nobody: $(cat /tmp/beside)" 0 $?
	n=$(dmesg_since flood | grep -c smmu3)
	want_eq "they make fewer than 100 lines" 1 "$([ $n -lt 100 ] && echo 1 || echo $n)"
	want_gt "those not printed are counted in events_muted" "$a" "$(counter events_muted)"
	td_do $d write 0 0 4096
	want_eq "a mapped write still arrives" ok "$(word outcome "$w")"
else
	# 6.12 prints the record in hexadecimal, 7.2 decoded.
	want_gt "lines of the event" 0 "$(echo "$text" | grep arm-smmu-v3 | grep -c -i -E 'event')"
	want_gt "one holds the address" 0 "$(echo "$text" | grep arm-smmu-v3 | grep -c -i -E '5ead0000')"
fi
td $d unmap 0 >/dev/null
