# SPDX-License-Identifier: GPL-2.0-only
# test: interrupts that firmware forgot or joined: one line says so, faults are seen all the same
# when: asked
smmu=$(basename $(dirname $(ls $dbg/*/features | head -n 1)))
event=$(cat /proc/interrupts | grep -c " $smmu")
said=$(dmesg | grep -c "smmu3 $smmu: firmware gives no interrupt")
tree=/sys/firmware/devicetree/base/$smmu
[ -d $tree ] || tree=/sys/firmware/devicetree/base/$(echo $smmu | sed 's/\([^.]*\)\.\(.*\)/\2@\1/')
[ -z "$lab_model" ] || tree=/sys/firmware/devicetree/base/lab-smmus/smmu@40
names=$(tr '\0' ' ' <$tree/interrupt-names 2>/dev/null)
case $names in
'')		lines=0 warned=1 delay=1500000 ;;
'combined ')	lines=1 warned=0 delay=300000 ;;
*gerror*)	lines=2 warned=0 delay=300000 ;;
*)		lines=1 warned=1 delay=300000 ;;
esac
note "firmware's interrupts: ${names:-none}"
want_eq "lines that the driver took" $lines $event
want_eq "lines in the log about missing ones" $warned $said
dmesg | grep "smmu3 $smmu: firmware gives no interrupt" | while read -r l; do note "$l"; done

d=$(first $(itd_devices))
before=$(counter events_total)
dmesg_mark fwirq
td_do $d write_at 0x5ead0000 0x5ead0000 4
want_eq "a stray write is refused" refused "$(word outcome "$w")"
usleep $delay
want_gt "its event is counted" $before "$(counter events_total)"
want_eq "and printed" 1 "$(dmesg_since fwirq | grep -c "F_TRANSLATION.*5ead0000")"
[ $lines = 0 ] || want_gt "by an interrupt" 0 "$(grep " $smmu" /proc/interrupts | awk '{ s += $2 + $3 } END { print s }')"
