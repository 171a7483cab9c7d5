# SPDX-License-Identifier: GPL-2.0-only
# test: PCI hot-add and hot-remove of an NVMe disk through a root port, with traffic on both disks
hot_device() { for d in $(nvme_devices); do case $d in 0000:01:*) echo $d ;; esac; done; }
ports_awake
steady=$(nvme_disk 0000:00:05.0)
blkwork $steady 128 8 65536 2 31 15 >/tmp/steady 2>&1 &
steady_pid=$!
for round in 1 2; do
	want_eq "round $round: the machine adds the device" ok "$(hot_add)"
	want_within 10 "round $round: it has a driver" '[ -n "$(hot_device)" ] && [ -n "$(nvme_disk $(hot_device))" ]' || break
	d=$(hot_device)
	disk=$(nvme_disk $d)
	want_within 5 "round $round: its disk is there" "[ -b $disk ]"
	seen_mark
	want_run "round $round: its data" blkwork $disk 0 8 65536 2 3$round
	want_through $d
	if smmu3_here; then
		want_eq "round $round: debugfs knows it" 1 "$(ls -d $dbg/by-device/$d 2>/dev/null | wc -l)"
	fi
	blkwork $disk 8 8 65536 2 4$round 30 >/dev/null 2>&1 &
	usleep 300000
	want_eq "round $round: the machine takes it away under traffic" ok "$(ask hot_remove)"
	want_within 20 "round $round: it is gone" "[ ! -e $pci/$d ]" || break
	wait $!
	if smmu3_here; then
		want_eq "round $round: debugfs forgot it" 0 "$(ls -d $dbg/by-device/$d 2>/dev/null | wc -l)"
	fi
done
wait $steady_pid
want_eq "the other disk's data was right all the while: $(cat /tmp/steady)" 0 $?
