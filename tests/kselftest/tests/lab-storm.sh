# SPDX-License-Identifier: GPL-2.0-only
# test: test device: many jobs under way while others map and unmap, all of it told to the referee
# when: model
labdev_load || return
set -- $(labdev_devices)
lab_job "$1: 4 threads" --note --rounds 60 --seed 1 $1 storm
lab_job "$1: 8 threads, untold" --threads 8 --rounds 20 --seed 2 $1 storm
labjob --note --rounds 40 --seed 3 $1 storm >/tmp/storm1 2>&1 &
pid=$!
[ -z "$2" ] || lab_job "$2: beside $1" --note --rounds 40 --seed 4 $2 storm
wait $pid
want_eq "$1: beside ${2:-nobody}: $(cat /tmp/storm1)" 0 $?
[ -n "$2" ] || return
# Not on the same device: a hammer goes on at an address that is free for others.
labjob --note --rounds 30 $1 hammer >/tmp/hammer 2>&1 &
pid=$!
lab_job "$2: a storm beside a hammer on $1" --note --rounds 30 --seed 5 $2 storm
wait $pid
rc=$?
[ $rc = 77 ] && skip_part "$1: the hammer" "$(cat /tmp/hammer)" || want_eq "$1: the hammer: $(cat /tmp/hammer)" 0 $rc
