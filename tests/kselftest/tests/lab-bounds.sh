# SPDX-License-Identifier: GPL-2.0-only
# test: test device: PASIDs that cannot be attached, each with its error, and nobody's access notices
# when: model
labdev_load || return
smmu3_here || { skip_test "the errors are smmu3's"; return; }
set -- $(labdev_devices)
[ -n "$2" ] || { skip_test "there is only one test device"; return; }
for d; do
	other=$1
	[ $d != $1 ] || other=$2
	lab_job "$d: PASIDs beyond all bounds" --note --other $other $d bounds
done
[ -n "$3" ] || return
# Shape model-plain: one without the capability, one whose PASIDs cannot be enabled.
want_eq "$2: no PASIDs" 0 "$(word pasid "$(labjob $2 info)")"
want_eq "$3: nor here" 0 "$(word pasid "$(labjob $3 info)")"
want_eq "$3: one line says so" 1 "$(dmesg | grep -c "$3: smmu3: PASIDs cannot be enabled")"
