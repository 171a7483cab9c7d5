# SPDX-License-Identifier: GPL-2.0-only
# test: test device: hot-add and hot-remove through a root port, with jobs on it and on another one
# when: model
labdev_load || return
ports_awake
steady=$(first $(labdev_devices))
labjob --rounds 400 $steady storm >/tmp/steady 2>&1 &
steady_pid=$!
for round in 1 2 3; do
	want_eq "round $round: the machine adds the device" ok "$(hot_add labdev)"
	want_within 10 "round $round: it has a driver" '[ -n "$(hot_labdev)" ] && [ -e /dev/labdev-$(hot_labdev) ]' || break
	d=$(hot_labdev)
	seen_mark
	lab_job "round $round: jobs of every kind" $d ops
	want_through $d
	lab_job "round $round: PASIDs" --note $d pasid
	labjob $d hold >/tmp/hold 2>&1 &
	pid=$!
	want_within 10 "round $round: a job is under way" 'grep -q holding /tmp/hold'
	want_eq "round $round: the machine takes it away" ok "$(ask hot_remove labdev)"
	want_within 20 "round $round: it is gone" "[ ! -e $pci/$d ]" || break
	wait $pid
	want_eq "round $round: the program hears of it: $(tail -n 1 /tmp/hold)" 0 $?
done
wait $steady_pid
want_eq "the other device was not disturbed: $(cat /tmp/steady)" 0 $?
