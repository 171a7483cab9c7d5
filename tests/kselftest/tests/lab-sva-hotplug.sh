# SPDX-License-Identifier: GPL-2.0-only
# test: test device: it is taken away from the process whose addresses it uses; another goes on
# when: model
labdev_load || return
if grep -q lab.sva=refused /proc/cmdline; then
	skip_test "this SMMU cannot read what the CPU reads (lab-sva says so)"
	return
fi
d=$(first $(labdev_devices))
ports_awake
want_eq "the machine adds a device" ok "$(hot_add labdev)"
want_within 10 "it has a driver" '[ -n "$(hot_labdev)" ] && [ -e /dev/labdev-$(hot_labdev) ]' || return
hot=$(hot_labdev)
# An older kernel enables no PASIDs below a root port.
if [ "$(word pasid "$(labjob $hot info)")" = 1 ]; then
	svajob --life hold --faults pri $hot >/tmp/hold 2>&1 &
	pid=$!
	want_within 10 "a job is under way" 'grep -q holding /tmp/hold'
else
	skip_part "taken away from its process" "this kernel enables no PASIDs there"
	want_eq "a bond of it is refused: $(labjob $hot sva 2>&1)" 77 "$(labjob $hot sva >/dev/null 2>&1; echo $?)"
	pid=
fi
want_eq "the machine takes it away" ok "$(ask hot_remove labdev)"
want_within 20 "it is gone" "[ ! -e $pci/$hot ]"
if [ -n "$pid" ]; then
	wait $pid
	want_eq "the program hears of it: $(tail -n 1 /tmp/hold)" 0 $?
fi
sva_job "$d: buffers of every kind afterwards" --seed 27 $d
lab_job "$d: jobs of every kind afterwards" $d ops
