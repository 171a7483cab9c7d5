# SPDX-License-Identifier: GPL-2.0-only
# test: test devices: what faults, bonds and munmap() of shared addresses cost; figures, which tests/lab/bench-sva collects
# when: asked
labdev_load || return
# One device behind each SMMU: the second of the first is left out.
set -- $(labdev_devices | grep -v :0a.0)
note "bench smmus=$#"

# counts: commands, CMD_SYNCs and register accesses of all SMMUs, with names that $(()) knows.
counts()
{
	local i=0 name answer
	commands=0 syncs=0 mmio_reads=0 mmio_writes=0
	while answer=$(ask counters $i) && [ "${answer#error}" = "$answer" ]; do
		for name in commands syncs mmio_reads mmio_writes; do
			eval "$name=\$(($name + $(word $name "$answer")))"
		done
		i=$((i + 1))
	done
}

# cost WHAT ROUNDS EACH ARGUMENTS...: a line with what ROUNDS, of EACH things, add to ten rounds: what begins and ends a
# program is in both.
cost()
{
	local what=$1 more=$2 of=$(($2 * $3)) rounds
	shift 3
	for rounds in 10 $((10 + more)); do
		counts
		c=$commands s=$syncs r=$mmio_reads w=$mmio_writes
		out=$(svajob --rounds $rounds "$@" 2>&1)
		want_eq "$what, $rounds times: $out" 0 $?
		counts
		c=$((commands - c)) s=$((syncs - s)) r=$((mmio_reads - r)) w=$((mmio_writes - w))
		[ $rounds -gt 10 ] || { few_c=$c few_s=$s few_r=$r few_w=$w; }
	done
	note "bench what=$what commands=$((c - few_c)) syncs=$((s - few_s)) reads=$((r - few_r)) writes=$((w - few_w)) of=$of $out"
}

for threads in 1 4; do
	cost fault-$threads $((100 / threads)) $((64 * threads)) --bench faults --threads $threads $1
done
cost bond 300 1 --bench bind "$@"
for size in 4096 65536 2097152 16777216; do
	cost munmap 50 1 --bench munmap --faults none --size $size "$@"
done
