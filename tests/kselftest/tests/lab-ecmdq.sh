# SPDX-License-Identifier: GPL-2.0-only
# test: test devices: each CPU invalidates by an enhanced command queue of its own, and every unmap has its invalidation
# when: asked
insmod /lab/smmu3_dmabench.ko
device=$(first $(edu_devices))
cpus=$(grep -c ^processor /proc/cpuinfo)
queues=$(echo $dbg/*/queues)

# posted N: commands that the queue of CPU N has had.
posted() { sed -n "s/^ecmdq: $1 .* posted \([0-9]*\) .*/\1/p" $queues; }

want_eq "a queue for each CPU" $cpus $(value ecmdq_used $queues)
dmabench_take $device
threads=1
while [ $threads -le $cpus ]; do
	i=0
	while [ $i -lt $cpus ]; do
		eval "before_$i=$(posted $i)"
		i=$((i + 1))
	done
	counters_now
	c=$commands s=$syncs
	want_run "$threads threads" sh -c "echo 'bytes=4096 threads=$threads ms=1000' >$pci/$device/dmabench/run"
	counters_now
	unmaps=$(($(word loops "$(cat $pci/$device/dmabench/run)") + threads * dmabench_warm))
	sent=$((commands - c - (syncs - s)))
	note "ecmdq threads=$threads unmaps=$unmaps invalidations=$sent syncs=$((syncs - s))"
	want_eq "$threads threads: an invalidation for each unmap" $unmaps $sent
	want_eq "$threads threads: each with its CMD_SYNC" $unmaps $((syncs - s))
	# The threads are bound to the first CPUs; others unmap a little for other devices.
	i=0
	while [ $i -lt $threads ]; do
		want_gt "$threads threads: commands by the queue of CPU $i" $((2 * dmabench_warm)) $(($(posted $i) - before_$i))
		i=$((i + 1))
	done
	threads=$((2 * threads))
done
want_eq "nobody waited in vain" 0 $(value cmdq_sync_timeouts $queues)
dmabench_leave $device
