# SPDX-License-Identifier: GPL-2.0-only
# test: test devices: what faults, bonds and munmap() of shared addresses cost; figures, which tests/lab/bench-sva collects
# when: asked
labdev_load || return
# One device behind each SMMU: the second of the first is left out.
set -- $(labdev_devices | grep -v :0a.0)
note "bench smmus=$#"

# figure WHAT ARGUMENTS...: one line of svajob's.
figure()
{
	local what=$1
	shift
	out=$(svajob "$@" 2>&1)
	want_eq "$what" 0 $? && note "bench what=$what $out" || note "$out"
}

# commands_of NAME: of all SMMUs.
commands_of()
{
	local i=0 n=0 answer
	while answer=$(ask counters $i) && [ "${answer#error}" = "$answer" ]; do
		n=$((n + $(word $1 "$answer")))
		i=$((i + 1))
	done
	echo $n
}

# munmap_cost BYTES MORE DEVICE...: what MORE of them add to ten: what begins and ends a program is in both.
munmap_cost()
{
	local size=$1 more=$2 rounds c s few_c few_s
	shift 2
	for rounds in 10 $((10 + more)); do
		few_c=$c few_s=$s
		c=$(commands_of commands) s=$(commands_of syncs)
		out=$(svajob --bench munmap --faults none --size $size --rounds $rounds "$@" 2>&1)
		want_eq "munmap of $size, $rounds times: $out" 0 $?
		c=$(($(commands_of commands) - c)) s=$(($(commands_of syncs) - s))
	done
	note "bench what=munmap bytes=$size commands=$((c - few_c)) syncs=$((s - few_s)) of=$more $(word us_per_munmap "$out")us"
}

# Rates are an emulated machine's: the best of three.
for i in 1 2 3; do
	figure faults-1-thread --bench faults --threads 1 --rounds 20 $1
	figure faults-4-threads --bench faults --threads 4 --rounds 10 $1
	figure bind --bench bind --rounds 100 "$@"
done
for size in 4096 65536 2097152 16777216; do
	munmap_cost $size 50 "$@"
done
