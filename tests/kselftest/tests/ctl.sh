# SPDX-License-Identifier: GPL-2.0-only
# test: smmu3ctl says what sysfs and debugfs say, by every name of a device, and finds a fault as it happens
# when: asked
ctl="smmu3ctl --no-color"

# run WANTED-EXIT WORDS...: its output is left in /tmp/ctl.out, what it complains of in /tmp/ctl.err.
run()
{
	local code=$1 rc
	shift
	$ctl "$@" >/tmp/ctl.out 2>/tmp/ctl.err
	rc=$?
	want_eq "smmu3ctl $* exits with $code $(head -n 1 /tmp/ctl.err)" "$code" $rc
}

# column N: of the table in /tmp/ctl.out, without its head, on one line.
column() { tail -n +2 /tmp/ctl.out | awk -v n="$1" '{ print $n }' | tr '\n' ' '; }

smmus=$(for x in /sys/bus/platform/devices/*smmu*v3*; do [ -e $x/driver ] && echo ${x##*/}; done)
if ! smmu3_here; then
	run 3 status
	for x in $smmus; do
		want_eq "status: $x has the kernel's own driver" arm-smmu-v3 "$(awk -v x=$x '$1 == x { print $3 }' /tmp/ctl.out)"
	done
	run 3 verify
	run 1 show features
	return
fi

run 0 status
for x in $smmus; do
	want_eq "status: $x, its driver and state" "smmu3 enabled" "$(awk -v x=$x '$1 == x { print $3, $5 }' /tmp/ctl.out)"
done
run 0 verify
want_eq "verify: good" 1 "$(grep -c '^verdict: good' /tmp/ctl.out)"
want_eq "verify: each device is there" "$(ls $dbg/by-device | grep -v + | wc -l)" "$(grep -c '^  [0-9a-f]*:[0-9a-f]*:' /tmp/ctl.out)"

run 0 show streams
want_eq "show streams: those of by-device" "$(for x in $dbg/by-device/*; do basename "$(readlink $x)"; done | sort | tr '\n' ' ')" \
	"$(column 2 | tr ' ' '\n' | grep . | sort | tr '\n' ' ')"
run 0 show asid
want_eq "show asid: the numbers" "$(cat $dbg/*/asids $dbg/*/vmids | grep -v '^#' | awk '{ print $1 }' | sort | tr '\n' ' ')" \
	"$(column 3 | tr ' ' '\n' | grep . | sort | tr '\n' ' ')"
run 0 show counters
for name in mem_queues_bytes mem_strtab_bytes sync_timeouts gerrors; do
	want_eq "show counters: $name" "$(counter $name)" "$(awk -v n=$name: '$1 == n { s += $2 } END { print s }' /tmp/ctl.out)"
done
for what in features queues events domains cd; do
	run 0 show $what
	want_gt "show $what: lines" 3 "$(wc -l </tmp/ctl.out)"
	run 0 --json show $what
	want_eq "show $what: JSON is one line" "1 1" "$(wc -l </tmp/ctl.out) $(grep -c '^{"schema":1,"command":"show","what":"'$what'",.*}$' /tmp/ctl.out)"
done

# names_of NAME DEVICE: the tool finds the device by that name.
names_of()
{
	run 0 show ste $1
	want_eq "$1 is StreamID $(sid_of $2)" "$(sid_of $2)" "$(sed -n 's/^StreamID: *//p' /tmp/ctl.out)"
}

d=$(first $(itd_devices)) disk=$(first $(nvme_devices))
names_of $d $d
names_of ${d#0000:} $d
names_of $(sid_of $d) $d
names_of $(nvme_disk $disk) $disk
[ ! -e /sys/class/net/eth0 ] || names_of eth0 $(first $(net_devices))
[ ! -e /dev/vda ] || names_of vda $(first $(blk_devices))
run 0 show ste $d
want_eq "show ste: the entry" "$(sed -n 's/^text: //p' $dbg/by-device/$d/ste)" "$(sed -n 's/^entry: *//p' /tmp/ctl.out)"

m=$(td $d map 0 8192 both)
iova=$(word iova "$m") pa=$(word pa "$m")
if [ "$(group_type $d)" = identity ]; then
	run 0 walk $d $iova
	want_eq "walk: nothing to walk" 1 "$(grep -c 'nothing to walk' /tmp/ctl.out)"
	td $d unmap 0 >/dev/null
	return
fi
run 0 walk $d $iova
want_eq "walk: to the memory that is mapped" "$iova -> $pa" "$(sed -n 's/^result: *//p' /tmp/ctl.out | cut -d' ' -f1-3)"
td $d unmap 0 >/dev/null
usleep 60000
run 0 walk $d $iova
want_eq "walk: not mapped any more" "not mapped" "$(sed -n 's/^result: *//p' /tmp/ctl.out)"
run 1 walk $d $iova --pasid 0x7

$ctl watch --interval 1 --count 8 >/tmp/watch.out 2>&1 &
pid=$!
want_within 60 "watch has looked once" "[ -s /tmp/watch.out ]"
td_do $d write_at 0x5ead0000 0x5ead0000 64
wait $pid
want_eq "watch ends by itself" 0 $?
want_gt "watch: the fault, with its device" 0 "$(grep -c "StreamID $(sid_of $d) $d F_TRANSLATION +" /tmp/watch.out)"
run 0 verify
want_gt "verify: a device's fault is a note" 0 "$(grep -c "^note: .*F_TRANSLATION of StreamID $(sid_of $d)" /tmp/ctl.out)"

# Nothing is installed here, and doctor says so; the rest of the chain is as it should be.
run 5 doctor
want_eq "doctor: firmware, command line, driver" "ok ok" \
	"$(awk '$2 == "firmware" || $2 == "deferred" { print $1 }' /tmp/ctl.out | tr '\n' ' ' | sed 's/ $//')"
note "$(tail -n 1 /tmp/ctl.out)"
