# SPDX-License-Identifier: GPL-2.0-only
# test: test device: IDENTITY and BLOCKED are attached without memory; an attach that fails changes nothing
# when: model
labdev_load || return
smmu3_here || { skip_test "the allocations of smmu3 are meant"; return; }
fs=/sys/kernel/debug/failslab
fp=/sys/kernel/debug/fail_page_alloc
[ -e $fs/require-start ] && [ -e /proc/self/fail-nth ] || { skip_test "this kernel has no fault injection"; return; }
set -- $(labdev_devices)

# Those that smmu3 makes and no others: somewhere in the call chain is its text.
start=$(cat /sys/module/smmu3/sections/.text)
size=$(sed -n 's/^smmu3 \([0-9]*\) .*/\1/p' /proc/modules)
end=$(printf '0x%x' $((start + size)))
for f in $fs $fp; do
	echo $start >$f/require-start
	echo $end >$f/require-end
	echo 32 >$f/stacktrace-depth
	echo N >$f/ignore-gfp-wait 2>/dev/null
	echo 0 >$f/verbose
done
echo 0 >$fp/min-order
lab_job "$1: each allocation of an attach fails in turn" --note ${2:+--other $2} $1 fail-nth
for f in $fs $fp; do
	echo Y >$f/task-filter
	echo 100 >$f/probability
	echo -1 >$f/times
done
# Two of one group are attached as one.
[ -z "$2" ] || [ "$(readlink $pci/$1/iommu_group)" != "$(readlink $pci/$2/iommu_group)" ] || set -- $1
lab_job "$1: all allocations fail" ${2:+--other $2} $1 never-fail
for f in $fs $fp; do
	echo 0 >$f/probability
	echo N >$f/task-filter
done
