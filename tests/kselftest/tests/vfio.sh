# SPDX-License-Identifier: GPL-2.0-only
# test: VFIO as its users have it: the kernel's own selftests, in each mode that the kernel offers, on disks and test devices
# when: asked
vfio=/lab/vfio

# selftest WHAT PROGRAM ARGUMENTS...: none of its tests fails, and some pass. What it skips is told.
selftest()
{
	local what=$1 totals
	shift
	out=$("$@" 2>&1)
	set -- $? "$*"
	totals=$(echo "$out" | sed -n 's/^# Totals: //p')
	if [ $1 = 0 ] && [ "$(echo "$totals" | sed 's/^pass:\([0-9]*\).*/\1/')" -gt 0 ] 2>/dev/null; then
		pass "$what: $totals"
		echo "$out" | grep '# SKIP' | while read -r line; do note "${line#ok }"; done
		return
	fi
	fail "$what" "exit 0 and tests that pass, of: $2" "exit $1: $(echo "$out" | grep -v '^ok\|RUN\|OK' | tail -n 12 | tr '\n' ' ')"
	return 1
}

# to_vfio DEVICE, from_vfio DEVICE: give it to vfio-pci, and back to its own driver.
to_vfio()
{
	echo vfio-pci >$pci/$1/driver_override
	[ ! -e $pci/$1/driver ] || unbind_driver $1
	echo $1 >/sys/bus/pci/drivers_probe
	want_eq "$1: vfio-pci has it" vfio-pci "$(basename "$(readlink $pci/$1/driver)")"
}

from_vfio()
{
	unbind_driver $1
	echo >$pci/$1/driver_override
	echo $1 >/sys/bus/pci/drivers_probe
}

for m in $(cat $vfio/modules.list); do
	[ -e /sys/module/$(echo $m | tr - _) ] || insmod $vfio/$m.ko || { fail "$m" "it loads" "exit $?"; return; }
done
# An ITS keeps devices from each other's interrupts. Without one VFIO wants to be told that nobody minds.
if [ -n "$lab_model" ]; then
	note "no ITS in this machine: allow_unsafe_interrupts"
	for m in vfio_iommu_type1 iommufd; do
		[ ! -e /sys/module/$m/parameters/allow_unsafe_interrupts ] || echo 1 >/sys/module/$m/parameters/allow_unsafe_interrupts
	done
fi
modes=
if [ -e /sys/module/vfio_iommu_type1 ]; then
	modes="vfio_type1_iommu vfio_type1v2_iommu"
else
	skip_part "containers" "this kernel has none (CONFIG_VFIO_IOMMU_TYPE1)"
fi
if [ -e /dev/iommu ]; then
	modes="$modes iommufd_compat_type1 iommufd_compat_type1v2 iommufd"
else
	skip_part "iommufd" "this kernel has none (CONFIG_IOMMUFD)"
fi
# What the tests map that ask for huge pages; and the gibibyte of others, in pages that an emulated machine
# has ready within the tests' half minute.
echo always >/sys/kernel/mm/transparent_hugepage/enabled
for m in 2048kB=4 1048576kB=1; do
	[ ! -e /sys/kernel/mm/hugepages/hugepages-${m%=*} ] || echo ${m#*=} >/sys/kernel/mm/hugepages/hugepages-${m%=*}/nr_hugepages
done

# Jobs in a gibibyte that is cleared and mapped each time, or, where the kernel is slow, in less of it.
small=
[ ${lab_slow:-1} = 1 ] || { small=small_; note "jobs in 32 MiB instead of 1 GiB: the kernel is a slow one"; }

# The tests are those of 7.2; kernels of series 6 give another errno for a range that ends beyond 2^64.
old=
case $(uname -r) in
6.*) old="-T overflow"; skip_part "overflow" "this kernel answers EINVAL, where the tests want the EOVERFLOW of a newer one" ;;
esac

vfio_device()
{
	local d=$1 mode type
	type=$(group_type $d)
	to_vfio $d || return
	for mode in $modes; do
		case $mode in
		# A device has its file in /dev/vfio/devices only where the kernel has both.
		iommufd) ls $pci/$d/vfio-dev/vfio*/dev >/dev/null 2>&1 || { skip_part "$d: $mode" "no file for a device (CONFIG_VFIO_DEVICE_CDEV)"; continue; } ;;
		esac
		selftest "$d: $mode: mappings" $vfio/vfio_dma_mapping_test $old -v ${mode}_anonymous -v ${mode}_anonymous_hugetlb_2mb \
			-v ${mode}_anonymous_hugetlb_1gb -v $mode $d
		selftest "$d: $mode: the device's own memory" $vfio/vfio_dma_mapping_mmio_test -v $mode $d
		export VFIO_SELFTESTS_IOMMU_MODE=$mode
		selftest "$d: $mode: the device" $vfio/vfio_pci_device_test $d
		selftest "$d: $mode: time to begin" $vfio/vfio_pci_device_init_perf_test -v $mode $d
		if [ -n "$2" ]; then
			seen_mark
			selftest "$d: $mode: jobs and interrupts" $vfio/vfio_pci_driver_${small}test -v $mode $d
			want_through $d
		fi
		[ $mode != iommufd ] || selftest "$d: $mode: binding" $vfio/vfio_iommufd_setup_test $d
	done
	from_vfio $d
	want_eq "$d: its group's type is as before" "$type" "$(group_type $d)"
}

for d in $(nvme_devices); do
	vfio_device $d
	want_within 20 "$d: its driver has it again" '[ -n "$(nvme_disk $d)" ] && [ -b "$(nvme_disk $d)" ]'
	want_run "$d: data afterwards" blkwork $(nvme_disk $d) 0 8 65536 2 91
	want_through $d
done
[ -n "$lab_model" ] || return
labdev_load || return
set -- $(labdev_devices)
vfio_device $1 jobs
want_within 20 "$1: its driver has it again" "[ -e /dev/labdev-$1 ]"
lab_job "$1: jobs of every kind afterwards" $1 ops
