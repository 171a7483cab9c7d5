# SPDX-License-Identifier: GPL-2.0-only
# test: test device: a function level reset with jobs under way
# when: model
labdev_load || return
for d in $(labdev_devices); do
	for round in 1 2 3; do
		lab_job "$d: round $round" $d flr
	done
	lab_job "$d: with the device's translation cache" --ats $d flr
	want_run "$d: by sysfs" sh -c "echo 1 >$pci/$d/reset"
	lab_job "$d: jobs of every kind afterwards" $d ops
done
set -- $(labdev_devices)
[ -n "$2" ] || return
lab_job "$1: in every state of RID and PASIDs" --note --other $2 $1 reset-attached
lab_job "$1: and with PASIDs through its translation cache" --note --ats --other $2 $1 reset-attached
