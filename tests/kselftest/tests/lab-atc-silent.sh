# SPDX-License-Identifier: GPL-2.0-only
# test: test device: an ATC that does not answer: unmaps return, nothing stale is used, others go on, ATS comes back
# when: asked
# The model must have a short atc_timeout. Who waits for this device waits as long as that.
labdev_load || return
set -- $(labdev_devices)
d=$1 other=$2
if [ "$(word ats "$(labjob $d info)")" != 1 ]; then
	skip_test "ATS is not enabled in the device"
	return
fi

# Everything of the device's stream anew, also what smmu3 remembers of it.
again()
{
	echo 1 >$pci/$d/remove
	echo 1 >/sys/bus/pci/rescan
	want_within 10 "$d: it is back" "[ -e /dev/labdev-$d ]"
	want_eq "$d: with ATS" 1 "$(word ats "$(labjob $d info)")"
	lab_job "$d: hits, and none after the unmap" --note --rounds 5 $d ats
}

for how in silent late; do
	dmesg_mark atc-$how
	labjob --note --ats --rounds 20 --seed 7 $other storm >/tmp/other 2>&1 &
	pid=$!
	lab_job "$d: an unmap while its ATC is $how" --note $d $how
	wait $pid
	want_eq "$other: a storm beside it: $(cat /tmp/other)" 0 $?
	want_eq "$other: its ATS is on" 1 "$(word ats "$(labjob $other info)")"
	if smmu3_here; then
		want_eq "$d: the driver says so, once" 1 "$(dmesg_since atc-$how | grep -c "$d: smmu3: ATC invalidations are not answered, ATS stays off")"
		want_gt "$d: it tells why" 0 "$(dmesg_since atc-$how | grep -c -E 'CERROR_ATC_INV_SYNC|an ATC invalidation is not answered')"
		want_eq "$d: what it believes" "off, the device failed" "$(value ats $dbg/by-device/$d/domain)"
		want_eq "$d: EATS of its STE (5.2, bits 93:92)" 0 $(($(value word1 $dbg/by-device/$d/ste) >> 28 & 3))
		want_eq "$other: what it believes of that" on "$(value ats $dbg/by-device/$other/domain)"
		want_eq "memory is what the driver wrote" "" "$(grep -r MISMATCH: $dbg/ | head -n 1)"
		want_eq "nothing was recovered" 0 "$(counter recoveries)"
	fi
	lab_job "$d: what must not succeed is refused" --note $d refused
	lab_job "$d: a reset" $d flr
	want_eq "$d: a reset does not bring ATS back" 0 "$(word ats "$(labjob $d info)")"
	lab_job "$d: a storm" --note --rounds 20 $d storm
	again
done
want_eq "$d: no entry was of use after its unmap" 0 "$(lab_figure $d breaches)"
want_eq "$other: no entry outlived its unmap" 0 "$(lab_figure $other breaches)"
