# SPDX-License-Identifier: GPL-2.0-only
# test: NVMe: controller and function resets under traffic, discard, blocks of 4 MiB
for d in $(nvme_devices); do
	disk=$(nvme_disk $d)
	controller=$(first $pci/$d/nvme/nvme*)
	seen_mark
	blkwork $disk 0 16 65536 4 71 6 >/tmp/hammer 2>&1 &
	pid=$! k=0
	while [ $k -lt 5 ]; do
		usleep 500000
		echo 1 >$controller/reset_controller
		k=$((k + 1))
	done
	wait $pid
	want_eq "$d: data are right across 5 resets of the controller: $(cat /tmp/hammer)" 0 $?
	want_eq "$d: a reset of the function succeeds" 0 "$(echo 1 >$pci/$d/reset; echo $?)"
	want_run "$d: data after it" blkwork $disk 0 4 65536 2 72
	want_run "$d: discard" blkdiscard -o 0 -l 1048576 $disk
	want_run "$d: 4 MiB blocks" blkwork $disk 0 32 4194304 2 73
	want_through $d
done
