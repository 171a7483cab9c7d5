# SPDX-License-Identifier: GPL-2.0-only
# test: suspend-to-idle, to RAM where offered and as for hibernation, and resume, disk traffic before, across and after
disk=$(nvme_disk $(first $(nvme_devices)))
rtc=/sys/class/rtc/rtc0
d=$(first $(itd_devices))

# The firmware's clock (rtc-efi) has an alarm file too, and no alarm.
has_alarm() { [ -e $rtc/wakealarm ] && grep -q -i pl031 $rtc/name; }

# sleep_in STATE: suspend for two seconds or more; leaves what the kernel said in $out.
sleep_in()
{
	local after
	dmesg_mark suspend$1
	if [ $1 != disk ] && has_alarm; then
		# On a slow machine the alarm comes before the kernel sleeps. The count of wake-up events, written back
		# before the alarm is set, lets such a suspend fail instead of last for ever: then with more time.
		for after in 2 8 30; do
			echo 0 >$rtc/wakealarm
			cat /sys/power/wakeup_count >/tmp/wakeups
			cat /tmp/wakeups >/sys/power/wakeup_count || return 1
			echo +$after >$rtc/wakealarm || return 1
			echo $1 >/sys/power/state 2>/tmp/sleep && return
			grep -q -i busy /tmp/sleep || break
			note "$1: the alarm came before the kernel slept, after $after s"
		done
		cat /tmp/sleep
		return 1
	fi
	# No alarm can wake the machine, or no image shall be written: suspend all devices, wait, resume them.
	echo 2 >/sys/module/suspend/parameters/pm_test_delay
	echo platform >/sys/power/pm_test || return 1
	echo $1 >/sys/power/state
	rc=$?
	echo none >/sys/power/pm_test
	return $rc
}
has_alarm || note "no clock with an alarm: pm_test=platform, all devices suspended and resumed"

# Should it not come back, its last words are of use.
[ ! -e /sys/module/printk/parameters/console_suspend ] || echo N >/sys/module/printk/parameters/console_suspend

want_run "before" blkwork $disk 0 8 65536 2 61
# "disk" stops the SMMU and programs it anew on every machine; suspend-to-idle leaves it on, for
# wake-up interrupts go through it.
for state in freeze mem disk; do
	if ! grep -q -w $state /sys/power/state; then
		skip_part "$state" "the machine does not offer it (/sys/power/state: $(cat /sys/power/state))"
		continue
	fi
	if [ $state = mem ] && ! grep -q deep /sys/power/mem_sleep; then
		skip_part "$state" "it is suspend-to-idle again here (/sys/power/mem_sleep: $(cat /sys/power/mem_sleep))"
		continue
	fi
	m=$(td $d map 0 4096 both)
	blkwork $disk 16 16 65536 2 62 6 >/tmp/across 2>&1 &
	pid=$!
	usleep 300000
	seen_mark
	sleep_in $state
	want_eq "$state succeeds" 0 $?
	if smmu3_here; then
		if [ $state = freeze ]; then
			want_eq "$state: the SMMU was left on" 0 "$(word enabled "$(seen $d)")"
		else
			want_gt "$state: the SMMU was programmed and enabled again" 0 "$(word enabled "$(seen $d)")"
		fi
	fi
	want_gt "$state: the kernel says that it slept" 0 "$(dmesg_since suspend$state | grep -c -E 'PM: (suspend|hibernation: hibernation) exit')"
	wait $pid
	want_eq "$state: traffic across it: $(cat /tmp/across)" 0 $?
	w=$(td $d write 0 0 4096)
	want_eq "$state: a mapping made before it still works" ok "$(word outcome "$w")"
	seen_mark
	want_run "$state: after" blkwork $disk 0 8 65536 2 63
	want_through $(first $(nvme_devices))
	if [ "$(group_type $d)" != identity ]; then
		w=$(td $d rounds 20 4096 $(stale_wait $d))
		want_eq "$state: unmapped addresses are dead" "20 0" "$(word arrived "$w") $(word leaked "$w")"
	fi
done
