# SPDX-License-Identifier: GPL-2.0-only
# test: two devices that share StreamIDs behind a bridge (shape bridge): one group, one goes, the other works on
# when: asked
set -- $(for d in $(edu_devices); do case $d in 0000:00:*) ;; *) echo $d ;; esac; done)
a=$1 b=$2
want_ne "two devices behind the bridge" "" "$b"
bus=${a#*:} bus=${bus%%:*}
alias=$(printf '0x%x' $((0x$bus << 8)))
want_eq "they share a group" "$(group_of $a)" "$(group_of $b)"
want_ne "which is not that of another" "$(group_of $(first $(itd_devices)))" "$(group_of $a)"
want_eq "the stream that they share is known" 1 "$(ls -d $dbg/*/streams/$alias 2>/dev/null | wc -l)"

# copies DEVICE: the device reads one buffer and writes the other; the SMMU sees the shared StreamID.
copies()
{
	td $1 map 0 4096 to >/dev/null
	td $1 map 1 4096 from >/dev/null
	td $1 fill 0 77 >/dev/null
	seen_mark
	want_eq "$1: what it read is what it wrote$2" "same=1" "$(td $1 copy 0 1 4096)"
	s=$(ask "seen $alias")
	want_gt "$1: translated by the shared stream" 0 "$(word translated "$s")"
	want_eq "$1: nothing went past it" "0 0" "$(word bypassed "$s") $(word disabled "$s")"
}
copies $a
copies $b
echo 1 >$pci/$a/remove
want_within 5 "$a is gone" "[ ! -e $pci/$a ]"
copies $b " after the other has gone"
echo 1 >/sys/bus/pci/rescan
want_within 10 "$a is back" "[ -e /sys/kernel/debug/smmu3_testdev/$a/do ]"
copies $a " when it is back"
copies $b " then"
n=0 bad=0
while [ $n -lt 20 ] && [ $bad = 0 ]; do
	[ $((n % 2)) = 0 ] && x=$a y=$b || x=$b y=$a
	echo 1 >$pci/$x/remove
	td_do $y copy 0 1 4096
	[ "$w" = same=1 ] || bad="round $n: $y: $w"
	echo 1 >/sys/bus/pci/rescan
	k=0
	while [ ! -e /sys/kernel/debug/smmu3_testdev/$x/do ] && [ $k -lt 200 ]; do k=$((k + 1)); usleep 20000; done
	td_do $x map 0 4096 to; td_do $x map 1 4096 from
	td_do $x copy 0 1 4096
	[ "$w" = same=1 ] || bad="round $n: $x: $w"
	n=$((n + 1))
done
want_eq "20 rounds of taking one away" "20 0" "$n $bad"
for x in $a $b; do echo 1 >$pci/$x/remove; done
want_eq "without devices the shared stream aborts (STE.Config 0)" 0 \
	$((($(sed -n 's/^word0: *//p' $dbg/*/streams/$alias/ste) >> 1) & 7))
