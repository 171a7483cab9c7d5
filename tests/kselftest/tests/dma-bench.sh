# SPDX-License-Identifier: GPL-2.0-only
# test: test devices: what maps and unmaps cost, between markers; figures, which tests/lab/bench collects
# when: asked
insmod /lab/smmu3_dmabench.ko
rounds=50 id=100

# counted DEVICE KIND MEMORY: a line with the markers' id and what the SMMU saw of all pairs.
counted()
{
	local c s w
	counters_now
	c=$commands s=$syncs w=$mmio_writes
	want_run "$2, $3" sh -c "echo '$3 rounds=$rounds id=$id' >$pci/$1/dmabench/count"
	counters_now
	note "bench kind=$2 memory=$3 id=$id commands=$((commands - c)) syncs=$((syncs - s)) writes=$((mmio_writes - w)) of=$((dmabench_warm + rounds))"
	id=$((id + 2))
}

# device DEVICE KIND: all sizes with one device, which gets its driver back.
device()
{
	local memory
	dmabench_take $1
	for memory in bytes=4096 bytes=65536 bytes=2097152 pages=32 pages=256; do
		counted $1 $2 $memory
	done
	dmabench_leave $1
}

device $(first $(edu_devices)) plain
[ -z "$lab_model" ] || device $(first $(labdev_devices)) ats
# Names for the addresses, of functions only.
grep -i ' [tw] ' /proc/kallsyms | gzip | base64 >/tmp/symbols
while read -r line; do
	tell "    # symbols $line"
done </tmp/symbols
