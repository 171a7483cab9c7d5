# SPDX-License-Identifier: GPL-2.0-only
# test: two test devices with one StreamID: one group, whose domains and PASIDs are both devices'; one leaves, the other works on
# when: asked
labdev_load || return
a=0000:00:09.0 b=0000:00:0a.0 other=0000:00:0b.0
want_eq "they share a group" "$(group_of $a)" "$(group_of $b)"
want_ne "which is not that of a third" "$(group_of $other)" "$(group_of $a)"
# An ATC invalidation could not tell one from the other.
want_eq "neither has ATS" "0 0" "$(word ats "$(labjob $a info)") $(word ats "$(labjob $b info)")"
want_eq "one line says so" 1 "$(dmesg | grep -c 'smmu3: no ATS: StreamID 0x48 is shared')"
lab_job "$a and $b" --note --rounds 3 --other $b $a group
lab_job "$b and $a" --note --rounds 3 --other $a $b group
lab_job "$a: every state, a reset in each" --note --other $other $a reset-attached

# In the domain of the DMA API: while another is attached the kernel gives the group no second driver. Not noted: the
# two have one StreamID and one domain, and a note of one would be wrong for what the other maps.
labjob --threads 4 --rounds 100 --seed 5 $a storm >/tmp/stays 2>&1 &
pid=$!
for round in 1 2 3; do
	want_run "round $round: $b is taken away" sh -c "echo 1 >$pci/$b/remove"
	usleep 300000
	echo 1 >/sys/bus/pci/rescan
	want_within 10 "round $round: it is back" "[ -e /dev/labdev-$b ]"
	want_eq "round $round: in its group" "$(group_of $a)" "$(group_of $b)"
done
wait $pid
want_eq "$a has not noticed: $(cat /tmp/stays)" 0 $?
lab_job "$b: jobs of every kind" $b ops
lab_job "$a and $b afterwards" --note --rounds 2 --other $b $a group
want_eq "no entry outlived its unmap" "0 0" "$(lab_figure $a breaches) $(lab_figure $b breaches)"
