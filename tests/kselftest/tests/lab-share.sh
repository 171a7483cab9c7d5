# SPDX-License-Identifier: GPL-2.0-only
# test: test devices: CPUs that unmap at the same time share CMD_SYNCs; each unmap has its TLB invalidation
# when: asked
insmod /lab/smmu3_dmabench.ko
device=$(first $(edu_devices))
cpus=$(grep -c ^processor /proc/cpuinfo)

# share THREADS: sets unmaps, and to what the SMMU saw of them sent (invalidations) and synced.
share()
{
	local c s w before
	before=$(value cmdq_syncs_merged $dbg/*/queues)
	counters_now
	c=$commands s=$syncs w=$mmio_writes
	want_run "$1 threads" sh -c "echo 'bytes=4096 threads=$1 ms=2000' >$pci/$device/dmabench/run"
	counters_now
	unmaps=$(($(word loops "$(cat $pci/$device/dmabench/run)") + $1 * dmabench_warm))
	sent=$((commands - c - (syncs - s))) synced=$((syncs - s))
	merged=$(($(value cmdq_syncs_merged $dbg/*/queues) - before))
	note "share threads=$1 unmaps=$unmaps invalidations=$sent syncs=$synced writes=$((mmio_writes - w)) per_1000=$((1000 * (sent + synced) / unmaps))"
	want_eq "$1 threads: an invalidation for each unmap" $unmaps $sent
	want_eq "$1 threads: as many CMD_SYNCs as were not shared" $((unmaps - merged)) $synced
}

dmabench_take $device
share 1
want_eq "one thread: a CMD_SYNC for each unmap" $unmaps $synced
threads=2
while [ $threads -le $cpus ]; do
	share $threads
	# Half of them wait for the one on its way, and half for the next: two CMD_SYNCs for n unmaps, where all are always at it.
	[ $threads -lt 4 ] || want_gt "$threads threads: of 1000 unmaps so many without a CMD_SYNC of their own" 250 $((1000 * (unmaps - synced) / unmaps))
	threads=$((2 * threads))
done
dmabench_leave $device
