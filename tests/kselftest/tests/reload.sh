# SPDX-License-Identifier: GPL-2.0-only
# test: several times: remove all PCI devices, rmmod smmu3, insmod, rescan, disk data still right
# when: smmu3
# With our model of an SMMU its registers are a PCI function, which stays.
stays() { [ "$(basename "$(readlink $1/driver)" 2>/dev/null)" = labsmmu ]; }
i=0 bad=0 n=$((${lab_rounds:-1000} / 100))
[ $n -ge 2 ] || n=2
blkwork $(nvme_disk 0000:00:05.0) 0 8 65536 2 51 >/tmp/before || bad="before: $(cat /tmp/before)"
while [ $i -lt $n ] && [ "$bad" = 0 ]; do
	for d in $pci/*; do
		stays $d || [ "$(cat $d/class)" = 0x060000 ] || echo 1 >$d/remove 2>/dev/null
	done
	for d in $pci/*; do [ ! -e $d ] || stays $d || echo 1 >$d/remove; done
	rmmod smmu3 2>/tmp/err || { bad="rmmod: $(cat /tmp/err)"; break; }
	[ ! -e $dbg ] || { bad="debugfs is still there"; break; }
	load_smmu3 2>/tmp/err || { bad="insmod: $(cat /tmp/err)"; break; }
	echo 1 >/sys/bus/pci/rescan
	k=0
	while [ ! -b "$(nvme_disk 0000:00:05.0)" -o ! -e /sys/kernel/debug/smmu3_testdev/0000:00:03.0/do ] && [ $k -lt 250 ]; do
		usleep 20000; k=$((k + 1))
	done
	seen_mark
	td 0000:00:03.0 map 0 4096 both >/dev/null
	w=$(td 0000:00:03.0 write 0 0 4096)
	[ "$(word outcome "$w")" = ok ] || { bad="round $i: DMA $w"; break; }
	s=$(seen 0000:00:03.0)
	[ "$(word disabled "$s")" = 0 ] || { bad="round $i: SMMU off: $s"; break; }
	blkwork $(nvme_disk 0000:00:05.0) 0 4 65536 2 $i >/dev/null 2>/tmp/err || { bad="round $i: $(cat /tmp/err)"; break; }
	i=$((i + 1))
done
want_eq "$n rounds" "$n 0" "$i $bad"
for d in $(nvme_devices) $(itd_devices) $(blk_devices) $(net_devices); do
	want_eq "$d has its domain" "$([ $lab_domain = identity ] && echo identity || ([ $lab_strict = 1 ] && echo DMA || echo DMA-FQ))" "$(group_type $d)"
done
seen_mark
want_run "NVMe afterwards" blkwork $(nvme_disk 0000:00:05.0) 0 8 65536 2 52
want_through 0000:00:05.0
[ -n "$(net_devices)" ] || return 0
[ -d /sys/class/net ] || { skip_part "network afterwards" "the kernel has no network"; return 0; }
ip addr add 10.0.2.15/24 dev eth0 2>/dev/null; ip link set eth0 up
want_run "network afterwards" ping -q -c 2 10.0.2.2
