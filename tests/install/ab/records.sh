# SPDX-License-Identifier: GPL-2.0-only
# Records and machines that the tests are made of. Sourced by run.

# record FILE DRIVER VERSION MAP_VALUES [MORE]: a record; MORE are further results, each with a comma in front.
record()
{
	cat >"$1" <<-EOF
	{"schema": 1, "kind": "smmu3ctl-ab", "tool": "0.1.0", "time": "2026-01-02T03:04:05Z",
	 "machine": {"id": "00112233", "model": "Some <Board> & \"Co\"", "firmware": "ACPI, EFI", "cpus": 4,
	  "cpu": ["0x41 0xd0c"], "memory_mib": 1024, "page_size": 4096},
	 "kernel": {"release": "6.12.1", "version": "#1", "command_line": "root=/dev/sda1 quiet"},
	 "driver": {"name": "$2", "version": "$3", "srcversion": null, "parameters": {}},
	 "smmus": [{"name": "arm-smmu-v3.0.auto", "class": "smmu3.0x9050000", "driver": "$2", "registers": null, "features": null}],
	 "groups": [{"number": "0", "type": "DMA", "devices": [{"name": "0000:00:05.0", "driver": "nvme", "ats": "off"}],
	  "reserved": ["0x8000000 0x80fffff msi"]}],
	 "options": {"seconds": 1, "rounds": 5, "disk": null, "net": null},
	 "results": [{"workload": "dma-4k", "metric": "map", "unit": "ns", "better": "lower", "values": [$4]}${5:-}],
	 "skipped": [{"workload": "net", "why": "no host"}],
	 "events": {"counters": {}, "log": [], "log_lines": 0, "log_errors": 0, "log_warnings": 0}}
	EOF
}

# extended ID CONTROL VALUE: 4096 bytes of configuration space with that capability at 0x100 and one that ends the list at 0x140.
extended()
{
	head -c 256 /dev/zero
	printf "\\x$1\\x00\\x01\\x14"
	head -c $(($2 - 4)) /dev/zero
	printf '%b' "$3"
	head -c $((64 - $2 - 2)) /dev/zero
	head -c $((4096 - 256 - 64)) /dev/zero
}

# machine DIR DRIVER: a copied machine with one SMMU of that driver, and two devices.
machine()
{
	local sys=$1/sys d
	mkdir -p "$1"/proc/sys/kernel "$1/etc" "$sys"/{class/iommu,kernel/iommu_groups/7/devices,bus/pci/devices,bus/platform/devices}
	echo 0123456789abcdef0123456789abcdef >"$1/etc/machine-id"
	echo 6.12.1-test >"$1/proc/sys/kernel/osrelease"
	echo 'quiet root=/dev/"x"' >"$1/proc/cmdline"
	printf 'processor\t: %d\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n\n' 0 1 >"$1/proc/cpuinfo"
	echo 'MemTotal:  1000000 kB' >"$1/proc/meminfo"
	d=$sys/devices/platform/9050000.smmuv3
	mkdir -p "$d/iommu/smmu3.0x9050000" "$sys/bus/platform/drivers/$2"
	echo 'of:Nsmmuv3T(null)Carm,smmu-v3' >"$d/modalias"
	ln -s "../../../devices/platform/9050000.smmuv3" "$sys/bus/platform/devices/9050000.smmuv3"
	ln -s "../../../bus/platform/drivers/$2" "$d/driver"
	ln -s "../../devices/platform/9050000.smmuv3/iommu/smmu3.0x9050000" "$sys/class/iommu/smmu3.0x9050000"
	ln -s ../../../9050000.smmuv3 "$d/iommu/smmu3.0x9050000/device"
	if [ "$2" = smmu3 ]; then
		mkdir -p "$d/iommu/smmu3.0x9050000/smmu3" "$sys/module/smmu3/parameters"
		printf 'range invalidation\nATS\n' >"$d/iommu/smmu3.0x9050000/smmu3/features"
		echo 12 >"$d/iommu/smmu3.0x9050000/smmu3/events_total"
		echo 0.1.0 >"$sys/module/smmu3/version"
		echo auto >"$sys/module/smmu3/parameters/btm"
	fi
	echo DMA-FQ >"$sys/kernel/iommu_groups/7/type"
	printf '0x8000000 0x80fffff msi\n' >"$sys/kernel/iommu_groups/7/reserved_regions"
	for d in 0000:00:05.0 0000:00:06.0; do
		mkdir -p "$sys/devices/pci0000:00/$d"
		ln -s "../../../devices/pci0000:00/$d" "$sys/bus/pci/devices/$d"
		ln -s "../../../../devices/pci0000:00/$d" "$sys/kernel/iommu_groups/7/devices/$d"
	done
	extended 0f 6 '\x00\x80' >"$sys/devices/pci0000:00/0000:00:05.0/config"
	extended 1b 6 '\x00\x00' >"$sys/devices/pci0000:00/0000:00:06.0/config"
}
