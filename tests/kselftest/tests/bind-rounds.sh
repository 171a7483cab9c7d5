# SPDX-License-Identifier: GPL-2.0-only
# test: 1000 bind/unbind rounds (or --rounds) with DMA in each, a tenth of removal and rescan, 10 of the disk's driver
d=$(first $(itd_devices))
took() { note "$1: at $(cut -d' ' -f1 /proc/uptime) s"; }
rounds=${lab_rounds:-1000}
seen_mark
bad=0 i=0
while [ $i -lt $rounds ]; do
	unbind_driver $d && bind_driver $d smmu3_testdev || { bad=bind; break; }
	td_do $d map 0 4096 both
	td_do $d write 0 0 4096
	[ "${w#outcome=ok found=4096}" != "$w" ] || { bad="round $i: $w"; break; }
	i=$((i + 1))
	[ $((i % 100)) -ne 0 ] || note "$i rounds"	# a word now and then: the runner waits for one
done
took "$rounds rounds of bind"
want_eq "$rounds rounds of bind, DMA, unbind" "$rounds 0" "$i $bad"
want_through $d

streams=$(counter streams) attaches=$(counter attaches)
bad=0 i=0 n=$(((rounds + 9) / 10))
while [ $i -lt $n ]; do
	echo 1 >$pci/$d/remove
	[ ! -e $pci/$d ] || { bad=remove; break; }
	echo 1 >/sys/bus/pci/rescan
	k=0
	while [ ! -e /sys/kernel/debug/smmu3_testdev/$d/do ] && [ $k -lt 100 ]; do usleep 20000; k=$((k + 1)); done
	td_do $d map 0 4096 both || { bad=map; break; }
	td_do $d write 0 0 4096
	[ "${w#outcome=ok found=4096}" != "$w" ] || { bad="round $i: $w"; break; }
	i=$((i + 1))
done
took "$n rounds of removal"
want_eq "$n rounds of remove, rescan, DMA" "$n 0" "$i $bad"
want_through $d
if smmu3_here; then
	want_eq "as many streams as before" "$streams" "$(counter streams)"
	want_gt "attaches counted" $((attaches + n - 1)) "$(counter attaches)"
fi

n=$(first $(nvme_devices)) bad=0 i=0
while [ $i -lt 10 ]; do
	unbind_driver $n && bind_driver $n nvme || { bad=bind; break; }
	k=0
	while [ ! -b "$(nvme_disk $n)" ] && [ $k -lt 200 ]; do usleep 20000; k=$((k + 1)); done
	blkwork $(nvme_disk $n) 0 1 65536 1 $i >/dev/null 2>/tmp/err || { bad=$(cat /tmp/err); break; }
	i=$((i + 1))
done
took "10 rounds of nvme"
want_eq "10 rounds of the NVMe driver with data" "10 0" "$i $bad"
