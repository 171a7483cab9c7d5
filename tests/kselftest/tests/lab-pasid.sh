# SPDX-License-Identifier: GPL-2.0-only
# test: test device: paging domains on PASIDs, beside the DMA API of the RID; nothing is usable after a detach
# when: model
labdev_load || return
for d in $(labdev_devices); do
	type=$(group_type $d)
	lab_job "$d: PASIDs apart and shared" --note $d pasid
	lab_job "$d: a storm of attach, map, unmap, detach" --note --rounds 10 --seed 1 $d pasid-storm
	lab_job "$d: 12 threads, untold" --threads 12 --rounds 4 --seed 2 $d pasid-storm
	lab_job "$d: another domain in place of its own, with PASIDs in use" --note $d rid
	want_eq "$d: its own domain is back" $type "$(group_type $d)"
	lab_job "$d: the DMA API afterwards" $d ops
done
set -- $(labdev_devices)
[ -n "$2" ] || return
labjob --note --rounds 10 --seed 3 $1 pasid-storm >/tmp/pasid1 2>&1 &
pid=$!
lab_job "$2: a storm beside $1's" --note --rounds 10 --seed 4 $2 pasid-storm
wait $pid
rc=$?
[ $rc = 77 ] && skip_part "$1: its storm" "$(cat /tmp/pasid1)" || want_eq "$1: its storm: $(cat /tmp/pasid1)" 0 $rc
