# SPDX-License-Identifier: GPL-2.0-only
# test: test device: bad addresses and PASIDs are reported and disturb nobody else; so do bad calls and killed programs
# when: model
labdev_load || return
set -- $(labdev_devices)
d=$1
# Both drivers tell of so many events in five seconds, and an earlier test may have used them up.
sleep 6
seen_mark
dmesg_mark lab-fault
lab_job "$d: bad jobs beside good ones" --rounds 10 $d fault
if [ "$(group_type $d)" != identity ]; then
	s=$(seen $d)
	want_gt "$d: the SMMU reports events" 0 "$(word events "$s")"
	want_gt "$d: the driver tells of them" 0 "$(dmesg_since lab-fault | grep -c -i -E 'event|F_TRANSLATION')"
fi
[ -z "$lab_stall" ] || want_gt "$d: accesses that stalled and were ended" 0 "$(word stall_ends "$(labjob $d counts)")"
lab_job "$d: programs killed with jobs under way" --rounds 5 $d death
lab_job "$d: calls with wrong arguments" --rounds 40 $d bad
lab_job "$d: jobs of every kind afterwards" $d ops
[ -z "$2" ] || lab_job "$2: nor was it disturbed" $2 ops
