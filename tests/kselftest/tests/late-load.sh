# SPDX-License-Identifier: GPL-2.0-only
# test: smmu3.ko loaded while the devices work: it says so, and their streams go on
# when: late
disk=$(nvme_disk 0000:00:05.0)
d=$(first $(itd_devices))
want_run "before" blkwork $disk 0 8 65536 2 71
blkwork $disk 16 16 65536 2 72 8 >/tmp/across 2>&1 &
pid=$!
usleep 500000
dmesg_mark late
want_run "insmod" load_smmu3
wait $pid
want_eq "traffic across it: $(cat /tmp/across)" 0 $?
want_gt "a line names the disk" 0 "$(dmesg_since late | grep smmu3 | grep -c 0000:00:05.0)"
want_run "after" blkwork $disk 0 8 65536 2 73
if [ -z "$lab_model" ]; then
	want_run "virtio-blk after" blkwork $(blk_disk 0000:00:06.0) 0 8 65536 2 74
	want_run "network after" ping -q -c 2 10.0.2.2
fi
m=$(td $d map 0 4096 both)
w=$(td $d write 0 0 4096)
want_eq "the test device's DMA arrives" ok "$(word outcome "$w")"
note "$(dmesg_since late | grep smmu3 | head -n 5 | tr '\n' '|')"
