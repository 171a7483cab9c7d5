# SPDX-License-Identifier: GPL-2.0-only
# test: panic under traffic; the crash kernel finds the SMMU enabled, takes it over, and its disk works (shape crash)
# when: asked
disk=$(nvme_disk 0000:00:05.0)
if ! grep -q elfcorehdr= /proc/cmdline; then
	set -- $(echo "$lab_crash" | tr , ' ')
	want_run "the crash kernel is loaded" crashload $1 $2 $3 || return
	blkwork $disk 0 64 65536 4 31 30 >/dev/null 2>&1 &
	td_do $(first $(itd_devices)) map 0 4096 both
	sleep 1
	tell "    # panic; all that follows is the crash kernel's"
	echo "a crash (expected by the lab)" >/dev/kmsg
	echo c >/proc/sysrq-trigger
	sleep 60
	fail "the kernel panics" "no word more" "it goes on"
	return
fi
smmu=$(basename $(dirname $(ls $dbg/*/features | head -n 1)))
want_eq "one line says that the SMMU was found enabled" 1 "$(dmesg | grep "smmu3 $smmu" | grep -c 'found enabled by the kernel that crashed')"
want_eq "the driver knows that this is a crash kernel" yes "$(sed -n 's/^crash_kernel: *//p' $dbg/*/features)"
want_eq "memory of the queues is at most 32 KiB" 1 "$([ $(counter mem_queues_bytes) -le 32768 ] && echo 1 || counter mem_queues_bytes)"
want_eq "no sync timed out" 0 "$(counter sync_timeouts)"
seen_mark
want_run "its disk" blkwork $disk 0 16 65536 2 32
want_through 0000:00:05.0
d=$(first $(itd_devices))
td_do $d map 0 4096 both
td_do $d write 0 0 4096
want_eq "DMA of a test device" ok "$(word outcome "$w")"
dmesg_mark stray
td_do $d write_at 0x5ead0000 0x5ead0000 64
want_eq "a stray write is refused" refused "$(word outcome "$w")"
usleep 1500000
want_eq "but nobody is told: a crash kernel expects faults" "0 0" \
	"$(counter events_total) $(dmesg_since stray | grep -c 'smmu3 .*event from')"
