# SPDX-License-Identifier: GPL-2.0-only
# test: test device: ASIDs that change under jobs, maps and unmaps: no job notices, and no unmap misses
# when: model
labdev_load || return
smmu3_here || { skip_test "smmu3 alone moves ASIDs"; return; }
set -- $(labdev_devices)
[ -n "$2" ] || { skip_test "there is only one test device"; return; }
param=/sys/module/smmu3/parameters/move_asids
before=$(counter asid_moves)
lab_job "$1: jobs on the RID and on PASIDs" --note --rounds 100 --other $2 $1 asids
lab_job "$1: the same through its translation cache" --note --ats --rounds 50 --other $2 $1 asids

# Unmaps and moves race.
: >/tmp/moving
while [ -e /tmp/moving ]; do echo 1 >$param || echo failed >>/tmp/moved; done &
mover=$!
labjob --note --threads 4 --rounds 20 --seed 7 $2 storm >/tmp/storm 2>&1 &
pid=$!
lab_job "$1: a storm on PASIDs meanwhile" --note --threads 4 --rounds 8 --seed 8 $1 pasid-storm
wait $pid
rc=$?
[ $rc = 77 ] && skip_part "$2: a storm of the DMA API" "$(cat /tmp/storm)" || want_eq "$2: a storm of the DMA API: $(cat /tmp/storm)" 0 $rc
rm /tmp/moving
wait $mover
want_eq "moves that failed" "" "$(cat /tmp/moved 2>/dev/null)"
want_gt "ASIDs that have changed" 20 $(($(counter asid_moves) - before))
for d; do lab_job "$d: jobs of every kind afterwards" $d ops; done
