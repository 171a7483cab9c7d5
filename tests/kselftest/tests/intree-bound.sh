# SPDX-License-Identifier: GPL-2.0-only
# test: smmu3.ko beside the in-tree driver: one line says so, nothing is touched, traffic goes on
# when: in-tree
if [ ! -e /lab/smmu3.ko ]; then
	skip_test "smmu3.ko did not build"
	return
fi
disk=$(nvme_disk 0000:00:05.0)
bound=$(ls /sys/bus/platform/drivers/arm-smmu-v3)
types=$(cat /sys/kernel/iommu_groups/*/type)
blkwork $disk 0 16 65536 2 81 4 >/tmp/across 2>&1 &
pid=$!
dmesg_mark beside
insmod /lab/smmu3.ko 2>/tmp/err
note "insmod: $? $(cat /tmp/err)"
usleep 500000
# Not those of the kernel's module loader; busybox's insmod tries a refused module twice.
lines=$(dmesg_since beside | grep smmu3 | grep -v taint | sed 's/^\[[^]]*\] //' | sort -u)
want_eq "lines about it" 1 "$(echo "$lines" | grep -c smmu3)"
note "$lines"
want_eq "the in-tree driver keeps its devices" "$bound" "$(ls /sys/bus/platform/drivers/arm-smmu-v3)"
want_eq "smmu3 took none" 0 "$(ls -d /sys/bus/platform/drivers/smmu3/*smmu* /sys/bus/platform/drivers/smmu3/arm-smmu-v3.* 2>/dev/null | wc -l)"
want_eq "the groups are as they were" "$types" "$(cat /sys/kernel/iommu_groups/*/type)"
wait $pid
want_eq "traffic across it: $(cat /tmp/across)" 0 $?
rmmod smmu3 2>/dev/null
want_run "after" blkwork $disk 0 8 65536 2 82
