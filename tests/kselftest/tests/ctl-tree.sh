# SPDX-License-Identifier: GPL-2.0-only
# test: prints what smmu3ctl reads of this machine, as a tree that tests/install/ctl/run unpacks
# when: asked
# The form is that of tests/install/ctl/trees; tests/install/ctl/capture makes those from it.

say_file()
{
	[ -r "$1" ] && cat "$1" >/tmp/one 2>/dev/null || return 0
	if [ "$(tr -d '\000' </tmp/one | wc -c)" != "$(wc -c </tmp/one)" ]; then
		tell "| x $1 $(hexdump -v -e '1/1 "%02x"' /tmp/one)"
		return
	fi
	tell "| f $1"
	sed 's/^/| |/' /tmp/one >&3
}

say_link() { if [ -h "$1" ]; then tell "| l $1 $(readlink "$1")"; fi; }

# say_directory DIR: an empty one, which would otherwise not be there.
say_directory() { if [ -d "$1" ]; then tell "| d $1"; fi; }

d=$(first $(itd_devices))
if [ -e $dbg/by-device/$d/walk ]; then
	m=$(td $d map 0 8192 both)
	echo $(word iova "$m") >/sys/module/smmu3/parameters/walk_iova
	# One fault each of a device that has a mapping and of an address that has none.
	[ "$(group_type $d)" = identity ] || td $d write_at 0x5ead0000 0x5ead0000 64 >/dev/null
	usleep 300000
fi
for f in /proc/cmdline /proc/sys/kernel/osrelease /proc/sys/kernel/tainted /sys/kernel/security/lockdown \
	/sys/module/module/parameters/sig_enforce /sys/kernel/debug/devices_deferred; do
	say_file $f
done
for x in /sys/bus/platform/devices/*smmu* /sys/bus/pci/devices/*; do
	for f in modalias vendor device class waiting_for_supplier; do say_file $x/$f; done
	for f in driver iommu_group; do say_link $x/$f; done
done
for x in /sys/class/iommu/*; do
	[ -e $x ] || continue
	for f in $x/smmu3/*; do say_file $f; done
	for f in $x/device $x/devices/*; do say_link $f; done
done
for x in /sys/kernel/iommu_groups/*; do
	for f in type reserved_regions; do say_file $x/$f; done
	for f in $x/devices/*; do say_link $f; done
done
for x in /sys/class/net/* /sys/class/block/* /sys/class/nvme/*; do
	say_link $x
done
for f in version srcversion initstate parameters/walk_iova; do say_file /sys/module/smmu3/$f; done
say_directory /sys/bus/platform/drivers/smmu3
say_directory /sys/bus/platform/drivers/arm-smmu-v3
for f in /sys/firmware/devicetree/base/*smmu*/compatible /sys/firmware/acpi/tables/IORT; do say_file $f; done
say_directory $dbg
find $dbg -type f 2>/dev/null | sort >/tmp/files
while read -r f; do say_file $f; done </tmp/files
for f in $dbg/by-device/*; do say_link $f; done
[ -n "$m" ] && td $d unmap 0 >/dev/null
pass "printed"
