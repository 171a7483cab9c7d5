# SPDX-License-Identifier: GPL-2.0-only
# test: test device: it uses the addresses of processes; faults are served, what is gone is refused, nobody else notices
# when: model
labdev_load || return
set -- $(labdev_devices)
d=$1
# The matrix says where an SMMU cannot read what the CPU reads: one line says so, and nothing else happens.
if grep -q lab.sva=refused /proc/cmdline; then
	dmesg_mark lab-sva
	out=$(labjob $d sva 2>&1)
	want_eq "$d: a bond is refused: $out" 77 $?
	want_eq "$d: one line says why" 1 "$(dmesg_since lab-sva | grep -c 'smmu3: no SVA: the SMMU has')"
	lab_job "$d: jobs of every kind afterwards" $d ops
	return
fi
out=$(labjob $d sva 2>&1)
want_eq "$d: a bond: $out" 0 $?
sva_job "$d: buffers of every kind, stalling" --seed 1 $d
sva_job "$d: buffers of every kind, asking for pages" --faults pri --seed 2 $d
sva_job "$d: what is there, without faults" --faults none --seed 3 $d
sva_job "$d: what is there, by ATS" --faults none --ats --rounds 10 --seed 4 $d
sva_job "$d: bad addresses beside good ones" --bad --threads 4 --seed 5 $d
sva_job "$d: bad addresses, asking for pages" --bad --faults pri --threads 4 --seed 6 $d
sva_job "$d: memory after munmap" --after unmap --rounds 10 --seed 7 $d
sva_job "$d: memory after munmap, by ATS" --after unmap --faults pri --rounds 10 --seed 8 $d
sva_job "$d: a PASID after unbind" --after unbind --rounds 2 --seed 9 $d
for how in unmap protect discard move fork collapse migrate; do
	sva_job "$d: $how beside" --churn $how --rounds 20 --seed 10 $d
	sva_job "$d: $how beside, asking for pages" --churn $how --faults pri --rounds 20 --seed 11 $d
done
sva_job "$d: 8 processes" --processes 8 --rounds 5 --bad --seed 12 $d
sva_job "$d: processes that are killed" --processes 4 --rounds 40 --kill --seed 13 $d
sva_job "$d: killed, asking for pages" --processes 4 --rounds 40 --kill --faults pri --seed 14 $d
if [ -n "$2" ]; then
	sva_job "$d and $2: one process, two devices" --processes 3 --rounds 10 --bad --seed 15 $d $2
	sva_job "$d and $2: killed" --processes 3 --rounds 20 --kill --seed 16 $2 $d
fi
lab_job "$d: jobs of every kind afterwards" $d ops
want_eq "$d: every job's end was told by an interrupt" 0 "$(word missed_irqs "$(labjob $d info)")"

# Bonds come and go; who gets the device next has not asked for page requests.
requests() { value page_requests $dbg/by-device/$d/domain; }
if [ -e $dbg/by-device/$d/domain ] && [ "$(requests)" != "not supported" ]; then
	want_eq "$d: it may ask for pages between bonds" on "$(requests)"
	lab_job "$d: another domain of its own" $d rid
	want_eq "$d: and not after that" off "$(requests)"
fi
