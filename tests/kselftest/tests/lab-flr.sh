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
what="$1: and with PASIDs through its translation cache"
if smmu3_here; then
	lab_job "$what" --note --ats --other $2 $1 reset-attached
	return
fi
# The in-tree driver's BLOCKED cuts off the PASIDs that use ATS: docs/lab-findings.md. Only that is excused.
out=$(labjob --note --ats --other $2 $1 reset-attached 2>&1)
case $?,$out in
0,*) pass "$what: $out" ;;
*"RID BLOCKED, PASIDs one: wanted ok, seen: aborted after 0 bytes"*) pass "$what: the known finding: $out" ;;
*)   fail "$what" "no fault, or the known finding" "$(echo "$out" | tr '\n' ' ')" ;;
esac
