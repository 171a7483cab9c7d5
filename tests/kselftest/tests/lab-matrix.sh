# SPDX-License-Identifier: GPL-2.0-only
# test: test device: every transition of RID and PASIDs with jobs in flight on all of them; a line a cell
# when: model
labdev_load || return
smmu3_here || { skip_test "the table is smmu3's"; return; }
set -- $(labdev_devices)
[ -n "$2" ] || { skip_test "there is only one test device"; return; }
# cells WHAT ARGUMENTS...: its cells are those of tests/kselftest/cells, less what this machine has not.
cells()
{
	local what=$1 last
	shift
	labjob --note --rounds 1 "$@" matrix >/tmp/cells 2>&1
	case $? in
	0)  ;;
	77) skip_part "$what" "$(tail -n 1 /tmp/cells)"; return ;;
	*)  fail "$what" "exit 0 of: labjob $* matrix" "$(tail -n 1 /tmp/cells)"; return ;;
	esac
	last=$(tail -n 1 /tmp/cells)
	grep '^cell ' /tmp/cells >/tmp/seen
	grep '^cell ' /lab/tests/cells >/tmp/wanted
	[ "$(word stage2 "$last")" = 1 ] || sed -i -E "/ S2'? /d" /tmp/wanted
	# Before Linux 6.15 no domain could be put in another's place on a PASID.
	[ "$(word replaces "$last")" = 1 ] || sed -i "/^cell pasid several several' /d" /tmp/wanted
	[ "$(word pasids "$last")" = 1 ] || sed -i -E '/^cell pasid/d; / (one|several|shared) /d' /tmp/wanted
	want_eq "$what: $(grep -c . /tmp/seen) cells, $last" "" "$(diff /tmp/wanted /tmp/seen)"
}
cells "$1 beside $2" --other $2 $1
while read -r line; do note "$line"; done </tmp/seen
cells "$1 beside $2, PASIDs through its translation cache" --ats --other $2 $1
want_eq "$1: no entry outlived its unmap" 0 "$(lab_figure $1 breaches)"
