# SPDX-License-Identifier: GPL-2.0-only
# test: test device: a process's addresses by the kernel's own SVA core and UACCE, which know nothing of this driver
# when: model
labdev_load || return
if [ ! -e /sys/class/uacce ] || [ ! -e /lab/smmu3_labuacce.ko ]; then
	skip_part "UACCE" "this kernel has none"
	return
fi
insmod /lab/smmu3_labuacce.ko
want_eq "a UACCE device beside each test device" 0 $?
set -- $(labdev_devices)
d=$1
want_within 20 "each has its file" '[ "$(ls /dev/labuacce-* | wc -l)" = '$#' ]'
# A bond that is refused must not look like a job that does not apply.
out=$(svajob --uacce --rounds 1 --seed 30 $d 2>&1)
want_eq "$d: a bond: $out" 0 $?
sva_job "$d: buffers of every kind, stalling" --uacce --seed 31 $d
sva_job "$d: buffers of every kind, asking for pages" --uacce --faults pri --seed 32 $d
sva_job "$d: bad addresses beside good ones" --uacce --bad --threads 4 --seed 33 $d
sva_job "$d: memory after munmap, by ATS" --uacce --after unmap --faults pri --rounds 10 --seed 34 $d
sva_job "$d: a PASID after its queue was closed" --uacce --after unbind --rounds 2 --seed 35 $d
sva_job "$d: processes that are killed" --uacce --processes 4 --rounds 40 --kill --seed 36 $d
if [ -n "$2" ]; then
	sva_job "$d and $2: one process, two queues" --uacce --processes 3 --rounds 10 --bad --seed 37 $d $2
fi
sva_job "$d: the driver's own interface beside" --seed 38 $d
svajob --uacce --life orphan --seed 39 $d >/tmp/orphan 2>&1 &
pid=$!
want_within 10 "a queue is open" 'grep -q holding /tmp/orphan'
rmmod smmu3_labuacce
want_eq "the UACCE devices go" 0 $?
wait $pid
want_eq "$d: the program hears of it, its PASID leads nowhere: $(tail -n 1 /tmp/orphan)" 0 $?
lab_job "$d: jobs of every kind afterwards" $d ops
