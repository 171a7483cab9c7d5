# SPDX-License-Identifier: GPL-2.0-only
# test: test device: processes whose addresses it uses end in the middle of it; memory that is merged, swapped, too little
# when: model
labdev_load || return
if grep -q lab.sva=refused /proc/cmdline; then
	skip_part "lives" "this SMMU cannot read what the CPU reads (lab-sva says so)"
	return
fi
set -- $(labdev_devices)
d=$1
vm() { sed -n "s/^$1 //p" /proc/vmstat; }

sva_job "$d: exec" --life exec $d
sva_job "$d: a fault that nobody serves" --life hang --rounds 3 $d
sva_job "$d: page requests that nobody serves" --life hang --rounds 3 --faults pri $d
sva_job "$d: a large munmap()" --life vast $d
sva_job "$d: a large munmap(), by ATS" --life vast --faults pri $d
[ -z "$2" ] || sva_job "$2: too many processes" --life exhaust $2

# The access flag and the dirty state are the SMMU's to set, where it can: nothing faults then.
if grep -q '^feature: on  hardware dirty state' $dbg/*/features; then
	sva_job "$d: memory that is read only so far, without faults" --buffer clean --faults none --seed 21 $d
	sva_job "$d: memory that ages, without faults" --churn age --faults none --seed 22 $d
else
	skip_part "$d: flags" "the SMMU sets none (HTTU)"
fi

# Memory at an end, with a disk behind the same SMMU to swap to, and without.
in_group() { (echo 0 >/sys/fs/cgroup/small/cgroup.procs && exec "$@"); }
swap=$(nvme_disk $(first $(nvme_devices)))
if mount -t cgroup2 none /sys/fs/cgroup 2>/dev/null && echo +memory >/sys/fs/cgroup/cgroup.subtree_control; then
	dmesg_mark oom
	sva_job "$d: more memory than there may be" --life oom $d
	[ "$(dmesg_since oom | grep -c 'Memory cgroup out of memory')" -gt 0 ] && pass "$d: it was the memory" ||
		fail "$d: it was the memory" "a line that says so" "none"
	if [ ${lab_slow:-1} != 1 ]; then
		skip_part "$d: swapping" "minutes of a slow kernel"
	elif grep -q '^CPU implementer.*: 0x00$' /proc/cpuinfo && grep -q '^CPU part.*: 0x051$' /proc/cpuinfo; then
		# It says that it is part 0x051 of nobody.
		skip_part "$d: swapping" "QEMU's -cpu max loses swapped memory, also of a program that uses no device"
	elif [ -e /proc/swaps ] && [ -b "$swap" ]; then
		before=$(vm pswpin)
		mkdir /sys/fs/cgroup/small
		echo 4M >/sys/fs/cgroup/small/memory.max
		mkswap $swap >/dev/null && swapon $swap
		want_eq "swap on $swap" 0 $?
		# Another machine's CPU may be no better.
		lost=$(in_group awk 'BEGIN { for (i = 0; i < 60000; i++) a[i] = i * 7
			for (i = 0; i < 60000; i++) if (a[i] != i * 7) lost++; print lost + 0 }')
		note "of what a program without a device had swapped it lost ${lost:-all}"
		if [ "$lost" = 0 ]; then
			# The same on every run: of 7 MB, and two of 2.6 MB.
			for how in stall pri; do
				for x in 28 32; do
					program_job "in_group env -u LABJOB_SEED svajob" "$d: more than there may be, to the disk, $how, seed $x" \
						--faults $how --buffer mmap --size 8388608 --threads 1 --rounds 1 --seed $x $d
				done
			done
			[ "$(vm pswpin)" -gt "$before" ] && pass "pages came back from it ($(($(vm pswpin) - before)))" ||
				fail "pages came back from it" "more than $before" "$(vm pswpin)"
		else
			skip_part "$d: swapping" "this machine loses swapped memory of a program that uses no device (${lost:-killed})"
		fi
		swapoff $swap
		rmdir /sys/fs/cgroup/small
	else
		skip_part "swapping" "this kernel has no swap, or the machine no disk"
	fi
	umount /sys/fs/cgroup
else
	skip_part "$d: memory at an end" "this kernel has no cgroups for it"
fi

if [ -e /sys/kernel/mm/ksm/run ]; then
	before=$(vm cow_ksm)
	echo 2000 >/sys/kernel/mm/ksm/pages_to_scan
	echo 10 >/sys/kernel/mm/ksm/sleep_millisecs
	echo 1 >/sys/kernel/mm/ksm/run
	sva_job "$d: pages that are merged, and apart again" --churn merge --rounds 60 --seed 23 $d
	sva_job "$d: merged, asking for pages" --churn merge --rounds 60 --faults pri --seed 24 $d
	echo 2 >/sys/kernel/mm/ksm/run
	[ "$(vm cow_ksm)" -gt "$before" ] && pass "merged pages were written to ($((($(vm cow_ksm) - before))))" ||
		fail "merged pages were written to" "more than $before" "$(vm cow_ksm)"
else
	skip_part "merging" "this kernel has no KSM"
fi

sva_job "$d: buffers of every kind afterwards" --seed 27 $d
lab_job "$d: jobs of every kind afterwards" $d ops
