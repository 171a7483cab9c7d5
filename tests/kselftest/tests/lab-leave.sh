# SPDX-License-Identifier: GPL-2.0-only
# test: test device: its driver is taken away from a device with jobs and PASIDs in use, and comes back
# when: model
labdev_load || return
d=$(first $(labdev_devices))
for round in 1 2 3; do
	labjob $d hold >/tmp/hold 2>&1 &
	pid=$!
	want_within 10 "round $round: a job is under way" 'grep -q holding /tmp/hold'
	usleep 50000
	want_run "round $round: unbind" unbind_driver $d
	wait $pid
	want_eq "round $round: the program hears of it: $(tail -n 1 /tmp/hold)" 0 $?
	want_eq "round $round: its file is gone" 0 "$(ls /dev/labdev-$d 2>/dev/null | wc -l)"
	want_run "round $round: bind" bind_driver $d smmu3_labdev
	want_within 10 "round $round: its file is back" "[ -e /dev/labdev-$d ]"
	lab_job "round $round: jobs of every kind" $d ops
done
want_run "the driver is unloaded" rmmod smmu3_labdev
labdev_load
lab_job "and works again" $d ops
