# SPDX-License-Identifier: GPL-2.0-only
# test: test device: hot-add and hot-remove through a root port, with jobs on it and on another one
# when: model
labdev_load || return
ports_awake
hot_device() { for d in $(labdev_devices); do case $d in 0000:02:*) echo $d ;; esac; done; }
steady=$(first $(labdev_devices))
labjob --rounds 400 $steady storm >/tmp/steady 2>&1 &
steady_pid=$!
for round in 1 2 3; do
	k=0	# the slot must have lost its power before
	while answer=$(ask hot_add labdev) && [ "$answer" != ok ] && [ $k -lt 50 ]; do k=$((k + 1)); usleep 200000; done
	want_eq "round $round: the machine adds the device" ok "$answer"
	want_within 10 "round $round: it has a driver" '[ -n "$(hot_device)" ] && [ -e /dev/labdev-$(hot_device) ]' || break
	d=$(hot_device)
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
