# SPDX-License-Identifier: GPL-2.0-only
# test: test devices: what maps and unmaps cost, between markers; figures, which tests/lab/bench collects
# when: asked
insmod /lab/smmu3_dmabench.ko
rounds=50 warm=32 id=100

# counters_now: commands, CMD_SYNCs and written registers of the first SMMU, with names that $(()) knows.
counters_now()
{
	local answer name
	answer=$(ask counters 0)
	for name in commands syncs mmio_writes; do
		eval "$name=$(word $name "$answer")"
	done
}

# counted DEVICE KIND MEMORY: a line with the markers' id and what the SMMU saw of all pairs.
counted()
{
	local c s w
	counters_now
	c=$commands s=$syncs w=$mmio_writes
	want_run "$2, $3" sh -c "echo '$3 rounds=$rounds id=$id' >$pci/$1/dmabench/count"
	counters_now
	note "bench kind=$2 memory=$3 id=$id commands=$((commands - c)) syncs=$((syncs - s)) writes=$((mmio_writes - w)) of=$((warm + rounds))"
	id=$((id + 2))
}

# device DEVICE KIND: all sizes with one device, which gets its driver back.
device()
{
	local memory
	unbind_driver $1
	echo smmu3_dmabench >$pci/$1/driver_override
	echo $1 >/sys/bus/pci/drivers_probe
	for memory in bytes=4096 bytes=65536 bytes=2097152 pages=32 pages=256; do
		counted $1 $2 $memory
	done
	unbind_driver $1
	echo >$pci/$1/driver_override
}

device $(first $(edu_devices)) plain
[ -z "$lab_model" ] || device $(first $(labdev_devices)) ats
# Names for the addresses, of functions only.
grep -i ' [tw] ' /proc/kallsyms | gzip | base64 >/tmp/symbols
while read -r line; do
	tell "    # symbols $line"
done </tmp/symbols
