# SPDX-License-Identifier: GPL-2.0-only
# test: test device: its own translation cache is used, and holds nothing after an unmap
# when: model
labdev_load || return
d=$(first $(labdev_devices))
lab_job "$d: hits, and none after the unmap" --note --rounds 20 $d ats
if [ "$(word ats "$(labjob $d info)")" = 1 ]; then
	hits=$(lab_figure $d atc_hits)
	seen_mark
	lab_job "$d: jobs of every kind" --ats $d ops
	[ "$(group_type $d)" = identity ] || want_gt "$d: they hit" "$hits" "$(lab_figure $d atc_hits)"
	lab_job "$d: what must not succeed is refused" --note --ats $d refused
	lab_job "$d: a storm" --note --ats --rounds 40 $d storm
	lab_job "$d: unmaps under a job that never ends" --note --ats --rounds 10 $d hammer
	lab_job "$d: ATS off and on under a job" --note --ats --rounds 20 $d ats-switch
	lab_job "$d: PASIDs" --note --ats $d pasid
	lab_job "$d: a storm on PASIDs" --note --ats --rounds 10 $d pasid-storm
fi
lab_job "$d: page requests that nobody serves" $d pri
want_eq "$d: no entry outlived its unmap" 0 "$(lab_figure $d breaches)"
