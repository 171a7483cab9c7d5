# SPDX-License-Identifier: GPL-2.0-only
# test: test device: what a process unmaps reaches the SMMU by the CPUs' own TLB maintenance (BTM), and by no command
# when: model
labdev_load || return
smmu3_here || { skip_test "smmu3 alone listens to the CPUs"; return; }
set -- $(labdev_devices)
d=$1
tracing=/sys/kernel/tracing
asids() { grep -h "^0x" $dbg/*/asids; }
listening() { grep -h '^feature: .*broadcast TLB maintenance' $dbg/*/features; }

# TLBI commands so far, of all SMMUs or the named counters.
tlbis() { cat ${1:-$dbg/*/counters} | awk '/^cmd_tlbi_/ { s += $2 } END { print s + 0 }'; }

# The matrix says whether this machine's SMMUs listen: on, mixed, or why they do not. One line in the log says it, and debugfs.
want=$(sed -n 's/.*lab\.btm=\([^ ]*\).*/\1/p' /proc/cmdline | tr _ ' ')
if [ -z "$want" ] && listening | grep -q ' off '; then
	skip_test "an SMMU does not listen, and nobody said that it should: $(listening | grep -m1 ' off ')"
	return
fi
case $want in
''|on|mixed) ;;
*)
	want_eq "it does not listen, and says why" "feature: off broadcast TLB maintenance (BTM): $want" "$(listening | head -n 1)"
	want_eq "so does the log" 1 "$(dmesg | grep -c "smmu.*, no BTM: $want")"
	want_eq "registers without CR2.PTM" 0 "$(grep -h '^CR2 ' $dbg/*/registers | grep -vc PTM=1)"
	before=$(tlbis)
	sva_job "$d: unmap beside, by commands" --churn unmap --rounds 10 --seed 31 $d
	want_gt "TLBI commands for it" 9 $(($(tlbis) - before))
	want_eq "processes with an ASID of the CPUs" 0 "$(counter asids_pinned)"
	return ;;
esac
if [ "$want" = mixed ]; then
	# One listens and one does not, behind them one process.
	set -- $(labdev_devices | grep -v :0a.0)
	on=$(grep -l 'on  broadcast TLB' $dbg/*/features) off=$(grep -l 'off broadcast TLB' $dbg/*/features)
	want_eq "an SMMU that listens, and one that does not" "1 1" "$(echo "$on" | wc -w) $(echo "$off" | wc -w)"
	on=${on%features}counters off=${off%features}counters
	for rounds in 1 61; do
		few=$c_on few_off=$c_off
		c_on=$(tlbis $on) c_off=$(tlbis $off)
		out=$(LABJOB_SLOW=1 svajob --bench munmap --faults none --size 4096 --rounds $rounds "$@" 2>&1)
		want_eq "munmap, $rounds times: $out" 0 $?
		c_on=$(($(tlbis $on) - c_on)) c_off=$(($(tlbis $off) - c_off))
	done
	want_eq "TLBI commands of 60 munmap() to the one" 0 $((c_on - few))
	want_gt "and to the other" $((60 - 2)) $((c_off - few_off))
	sva_job "a process behind both" --processes 3 --rounds 10 --bad --seed 41 "$@"
	sva_job "unmap beside" --churn unmap --rounds 10 --seed 42 "$@"
	sva_job "memory after munmap" --after unmap --rounds 10 --seed 43 "$@"
	return
fi
want_eq "every SMMU listens" "feature: on  broadcast TLB maintenance (BTM)" "$(listening | sort -u)"
want_eq "registers with CR2.PTM" 0 "$(grep -h '^CR2 ' $dbg/*/registers | grep -vc PTM=0)"

# tlbis_of WORDS...: what sixty more munmap()s add: all TLBI commands, ATC_INVs. What begins and ends a program is in both;
# the one munmap() may have been two ranges, where it was the last in its page table.
tlbis_of()
{
	local rounds t a few_t few_a
	for rounds in 1 61; do
		few_t=$t few_a=$a
		t=$(tlbis) a=$(counter cmd_atc_inv)
		out=$(LABJOB_SLOW=1 svajob --bench munmap --faults none --size 65536 --rounds $rounds "$@" 2>&1)
		want_eq "munmap, $rounds times: $out" 0 $?
		t=$(($(tlbis) - t)) a=$(($(counter cmd_atc_inv) - a))
	done
	echo "$((t - few_t)) $((a - few_a))" >/tmp/tlbis
}
tlbis_of $d
want_eq "TLBI commands of 60 munmap()" 0 "$(cut -d' ' -f1 /tmp/tlbis)"
if [ "$(word ats "$(labjob $d info)")" = 1 ]; then
	want_gt "with a translation cache in the device: ATC_INVs of 60 munmap()" $((60 - 2)) "$(cut -d' ' -f2 /tmp/tlbis)"
fi

# A process in the table, by the ASID of the CPUs.
svajob --life hold $d >/tmp/hold 2>&1 &
pid=$!
want_within 20 "a process is bound" 'grep -q holding /tmp/hold'
want_eq "its ASID in the table" "sva:$pid pinned" "$(asids | awk '$2 ~ /^sva:/ { print $2, $3 }' | sort -u)"
asid=$(($(asids | awk '$2 ~ /^sva:/ { print $1; exit }')))
want_gt "pinned ASIDs" 0 "$(counter asids_pinned)"
kill -9 $pid
wait $pid 2>/dev/null
want_within 20 "none is pinned when it has gone" '[ "$(counter asids_pinned)" = 0 ]'

# Domains take the ASIDs that the next processes have; each moves, while jobs go on and unmaps race.
most=$(word max_pasids "$(labjob $d info)")
crowd=$((asid + 400))
if [ -z "$2" ] || [ $crowd -ge $most ]; then
	skip_part "private ASIDs in the way" "a second device and $crowd PASIDs are wanted, there are ${2:-none} and $most"
else
	mountpoint -q $tracing || mount -t tracefs tracefs $tracing 2>/dev/null
	echo 1 >$tracing/events/smmu3/smmu3_asid_move/enable 2>/dev/null
	moves=$(counter asid_moves)
	# Each look by a program of its own would take an ASID.
	mkfifo /tmp/crowd
	labjob --note --threads 4 --domains $crowd --rounds 200 --seed 32 $d crowd >/tmp/crowd 2>&1 &
	pid=$!
	exec 8</tmp/crowd
	read -r said <&8
	want_eq "$crowd domains on PASIDs of $d" attached "$said"
	n=0
	while kill -0 $pid 2>/dev/null && [ $n -lt 150 ]; do
		out=$(svajob --processes 2 --threads 1 --rounds 2 --seed $((33 + n)) $2 2>&1) || break
		n=$((n + 1)) out=
	done
	want_eq "processes on $2 that failed meanwhile" "" "$out"
	said=$(cat <&8)
	exec 8<&-
	wait $pid
	want_eq "a storm in them meanwhile: $said" 0 $?
	rm /tmp/crowd
	want_gt "processes meanwhile" 4 $n
	want_gt "domains that made way" 4 $(($(counter asid_moves) - moves))
	want_eq "processes that got a private ASID" 0 "$(counter asids_unshared)"
	if [ -e $tracing/events/smmu3/smmu3_asid_move/enable ]; then
		want_gt "moves in the trace" 4 "$(grep -c 'smmu3_asid_move: .* from=0x' $tracing/trace)"
		echo 0 >$tracing/events/smmu3/smmu3_asid_move/enable
	else
		skip_part "moves in the trace" "this kernel has no tracing"
	fi
fi

# Rights that are added, which a CPU tells nobody else of: a child has gone, and the page is its parent's again.
sva_job "$d: a page that may be written again" --life rights --rounds 20 $d
sva_job "$d: the same by ATS" --life rights --rounds 20 --faults pri $d
sva_job "$d: memory after munmap" --after unmap --rounds 10 --seed 36 $d
sva_job "$d: memory after munmap, by ATS" --after unmap --faults pri --rounds 10 --seed 37 $d
lab_job "$d: jobs of every kind afterwards" $d ops
want_eq "processes with an ASID of the CPUs, at last" 0 "$(counter asids_pinned)"
