# SPDX-License-Identifier: GPL-2.0-only
# test: every file of smmu3's debugfs is readable under traffic and agrees with what is known
# when: smmu3
disk=$(nvme_disk 0000:00:05.0)
d=$(first $(itd_devices))
sid=$(sid_of $d)
blkwork $disk 0 16 65536 2 91 5 >/tmp/across 2>&1 &
pid=$!

n=0 empty= bad=
for f in $(find $dbg/ -type f); do
	n=$((n + 1))
	cat $f >/tmp/content 2>/tmp/err || bad="$bad $f"
	[ -s /tmp/content ] || empty="$empty $f"
done
want_gt "files" 20 $n
want_eq "all can be read" "" "$bad"
want_eq "none is empty" "" "$empty"
want_eq "all have mode 0400" "" "$(find $dbg/ -type f ! -perm 400)"
wait $pid
want_eq "the traffic was right: $(cat /tmp/across)" 0 $?

for x in $(nvme_devices) $(blk_devices) $(net_devices) $(itd_devices) $(edu_devices); do
	want_eq "by-device/$x points at its stream" "$(sid_of $x)" "$(basename "$(readlink $dbg/by-device/$x)")"
done

# Every file again while a device's stream comes and goes: until all comings are over and more files have been read, each
# once at least, however slow the reader is beside them.
rm -f /tmp/all-read
e=$(first $(edu_devices)) comings=$(((${lab_rounds:-1000} + 9) / 10))
(
	k=0
	while [ $k -lt $comings ] || [ ! -e /tmp/all-read ]; do
		echo 1 >$pci/$e/remove
		echo 1 >/sys/bus/pci/rescan
		k=$((k + 1))
	done
	echo $k >/tmp/came
) &
pid=$! n=0
while [ -d /proc/$pid ] && [ $n -lt 100000 ]; do
	for f in $dbg/*/* $dbg/*/streams/*/*; do
		[ -f $f ] && cat $f >/dev/null 2>&1
		n=$((n + 1))
	done
	[ $n -le $comings ] || : >/tmp/all-read
done
wait $pid
want_gt "files read while a stream came and went $(cat /tmp/came) times" $comings $n
want_within 5 "the stream is back" "[ -e $dbg/by-device/$e/ste ]"

s=$dbg/by-device/$d
m=$(td $d map 0 8192 both)
iova=$(word iova "$m") pa=$(word pa "$m")
want_eq "the STE is for the device" $d "$(value device $s/ste)"
want_eq "it is valid, decoded" V=1 "$(value text $s/ste | cut -d' ' -f1)"
want_eq "it is valid, raw" 1 $(($(value word0 $s/ste) & 1))
if [ "$(group_type $d)" = identity ]; then
	want_eq "its Config is bypass (3.4 bits 3:1 = 0b100)" 4 $(($(value word0 $s/ste) >> 1 & 7))
	td $d unmap 0 >/dev/null
else
	walk() { echo $1 >/sys/module/smmu3/parameters/walk_iova; cat $s/walk >/tmp/walk; }
	config=$(($(value word0 $s/ste) >> 1 & 7))
	case $config in
	5)	want_eq "the STE points at the CD" $(($(value word0 $s/ste) & 0xfffffffffffc0)) $(($(value address $s/cd)))
		ttb=$(word TTB0 "$(value text $s/cd)") ;;
	6)	ttb=$(printf '0x%x' $(($(value word3 $s/ste) & 0xffffffffffff0))) ;;
	*)	fail "Config is stage 1 or stage 2" "5 or 6" $config ;;
	esac
	walk $iova
	want_eq "the walk begins at the table that the entry names" $ttb "$(value tables /tmp/walk | sed 's/.* at //')"
	want_eq "the walk of a mapped address ends at its memory" "$iova -> $pa" "$(value result /tmp/walk | cut -d' ' -f1-3)"
	note "$(value result /tmp/walk)"
	td $d unmap 0 >/dev/null
	usleep 60000
	walk $iova
	want_eq "after unmap it is not mapped" "not mapped" "$(value result /tmp/walk)"
	want_eq "the device's address space is in the table of tags" 1 "$(cat $dbg/*/asids $dbg/*/vmids | grep -v '^#' | grep -c $d)"
fi

# The driver's count of commands is the machine's: the same figure from two sides, unless
# something else moved in between.
if [ "$(group_type $d)" = DMA ]; then
	k=0
	while [ $k -lt 10 ]; do
		seen_mark
		a=$(counter cmds_posted)
		td_do $d rounds 50 4096 0
		b=$(counter cmds_posted)
		t=$(word commands "$(seen $d)")
		[ $((b - a)) = "$t" ] && break
		k=$((k + 1))
	done
	want_eq "commands that the driver counts and that the machine saw" "$t" $((b - a))
	want_gt "for 50 unmaps" 49 $t
fi
gerrors=$(counter gerrors) timeouts=$(counter sync_timeouts) before=$(counter cmds_posted) syncs=$(counter cmd_syncs)
td $d rounds 50 4096 0 >/dev/null
if [ "$(group_type $d)" = DMA ]; then
	want_gt "50 unmaps post commands" $((before + 49)) "$(counter cmds_posted)"
	want_gt "and syncs" $((syncs + 49)) "$(counter cmd_syncs)"
fi
want_eq "no sync timed out" $timeouts "$(counter sync_timeouts)"
want_eq "no global error" $gerrors "$(counter gerrors)"
want_gt "streams" $([ -n "$lab_model" ] && echo 2 || echo 4) "$(counter streams)"
cat $dbg/*/counters | grep -E 'mem_|cmd' | tr '\n' ' ' >/tmp/c
note "$(cat /tmp/c)"
