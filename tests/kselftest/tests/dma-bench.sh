# SPDX-License-Identifier: GPL-2.0-only
# test: test devices: what maps and unmaps cost, between markers; figures, which tests/lab/bench collects
# when: asked
insmod /lab/smmu3_dmabench.ko
rounds=50 id=100

# pair_begin, pair_end KIND WHAT CALLS TIMES: a line of two calls in turn, so often each, with the markers' id and what the SMMU saw of all.
pair_begin() { counters_now; c=$commands s=$syncs w=$mmio_writes; }
pair_end()
{
	counters_now
	note "bench kind=$1 memory=$2 calls=$3 id=$id commands=$((commands - c)) syncs=$((syncs - s)) writes=$((mmio_writes - w)) of=$4"
	id=$((id + 2))
}

# counted DEVICE KIND MEMORY: a line with the markers' id and what the SMMU saw of all pairs.
counted()
{
	pair_begin
	want_run "$2, $3" sh -c "echo '$3 rounds=$rounds id=$id' >$pci/$1/dmabench/count"
	pair_end $2 $3 map/unmap $((dmabench_warm + rounds))
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

# group_types DEVICE: a group without a driver goes to identity and back.
group_types()
{
	local i was
	was=$(group_type $1)
	# The first time makes the domain.
	for i in identity DMA; do echo $i >$pci/$1/iommu_group/type; done
	pair_begin
	for i in 1 2 3 4 5 6 7 8 9 10; do
		marked $id $pci/$1/iommu_group/type identity 2>/tmp/err || fail "DMA to identity" "taken" "$(cat /tmp/err)"
		marked $((id + 1)) $pci/$1/iommu_group/type DMA 2>/tmp/err || fail "identity to DMA" "taken" "$(cat /tmp/err)"
	done
	pair_end plain group to-identity/to-DMA 10
	echo $was >$pci/$1/iommu_group/type
}

# attaches DEVICE: by the lab's driver, of the device's own domain and of a PASID.
attaches()
{
	local what
	for what in rid pasid; do
		pair_begin
		if labjob --rounds $rounds --id $id $1 cost-$what >/tmp/out 2>&1; then
			pair_end ats $what attach/detach $((rounds + 1))
		else
			note "no figures of cost-$what: $(cat /tmp/out)"
		fi
	done
}

device $(first $(edu_devices)) plain
group_types $(first $(edu_devices))
if [ -n "$lab_model" ]; then
	device $(first $(labdev_devices)) ats
	labdev_load && attaches $(first $(labdev_devices))
fi
# Names for the addresses, of functions only.
grep ' [tTwW] ' /proc/kallsyms | gzip | base64 >/tmp/symbols
while read -r line; do
	tell "    # symbols $line"
done </tmp/symbols
