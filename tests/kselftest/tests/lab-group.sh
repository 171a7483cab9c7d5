# SPDX-License-Identifier: GPL-2.0-only
# test: two test devices with one StreamID: one group, whose domains and PASIDs are both devices'; one leaves, the other works on
# when: asked
labdev_load || return
set -- $(labdev_devices)
a=0000:00:09.0 b=0000:00:0a.0 other=0000:00:0b.0
want_eq "they share a group" "$(group_of $a)" "$(group_of $b)"
want_ne "which is not that of a third" "$(group_of $other)" "$(group_of $a)"
# An ATC invalidation could not tell one from the other.
want_eq "neither has ATS" "0 0" "$(word ats "$(labjob $a info)") $(word ats "$(labjob $b info)")"
want_eq "one line says so" 1 "$(dmesg | grep -c 'smmu3: no ATS: StreamID 0x48 is shared')"
lab_job "$a and $b" --note --rounds 3 --other $b $a group
lab_job "$b and $a" --note --rounds 3 --other $a $b group
lab_job "$a: every state, a reset in each" --note --other $other $a reset-attached
cat >/tmp/away <<END
#!/bin/sh
echo 1 >$pci/$b/remove || exit
[ ! -e $pci/$b ] || exit
usleep 20000
echo 1 >/sys/bus/pci/rescan
for i in 1 2 3 4 5 6 7 8 9 10; do
	[ -e /dev/labdev-$b ] && exit 0
	usleep 500000
done
exit 1
END
chmod +x /tmp/away
for round in 1 2 3; do
	lab_job "$b leaves and comes back, $a works on" --note --by /tmp/away $a group-stays
	want_eq "$b: back in its group" "$(group_of $a)" "$(group_of $b)"
done
lab_job "$b: jobs of every kind" $b ops
lab_job "$a and $b afterwards" --note --rounds 2 --other $b $a group
want_eq "no entry outlived its unmap" "0 0" "$(lab_figure $a breaches) $(lab_figure $b breaches)"
