# SPDX-License-Identifier: GPL-2.0-only
# What the guest's tests are written in: KTAP, questions to the runner, and names of the
# machine's parts. Sourced by /init and by each test. busybox ash.

lab_driver=smmu3 lab_load=first lab_tests= lab_shell= lab_domain=dma lab_strict=1 lab_params= lab_rounds= lab_devices=all lab_stage= lab_model= lab_stall= lab_slow= lab_seed=
lab_demo=
for word in $(cat /proc/cmdline); do
	case $word in
	lab.*=*) word=${word#lab.}; eval "lab_${word%%=*}=\${word#*=}" ;;
	esac
done
# Of the programs that run jobs.
export LABJOB_SLOW=${lab_slow:-1} LABJOB_SEED=$((${lab_seed:-1} - 1))
lab_params=$(echo "$lab_params" | tr , ' ')
dbg=/sys/kernel/debug/smmu3
pci=/sys/bus/pci/devices
exec 3<>/dev/ttyAMA1

# ---------------------------------------------------------------- the runner

# ask WORDS: put a question to the runner on the second serial line; print its answer.
ask()
{
	local answer
	echo "LAB: $*" >&3
	read -r answer <&3
	echo "$answer"
}

tell()  { echo "$*" >&3; }
note()  { tell "    # $*"; }
fatal() { tell "Bail out! $*"; ask done >/dev/null; poweroff -f; }

# value NAME FILE: of a line "NAME: value" of a file, the first.
value() { sed -n "s/^$1: *//p" $2 | head -n 1; }

# word NAME TEXT: the value of NAME=value in TEXT.
word()
{
	local w
	for w in $2; do
		case $w in "$1="*) echo "${w#*=}"; return ;; esac
	done
}

# ---------------------------------------------------------------- results of a test

result_init() { nr=0 failed=0 skipped=; }

pass()
{
	nr=$((nr + 1))
	tell "    ok $nr $*"
}

# fail WHAT WANTED SEEN
fail()
{
	nr=$((nr + 1)) failed=$((failed + 1))
	tell "    not ok $nr $1"
	tell "    # $test: $1"
	tell "    #   wanted: $2"
	tell "    #   seen:   $3"
}

# skip_test WHY: the whole test does not apply here.
skip_test() { skipped=$*; }

# skip_part WHAT WHY
skip_part()
{
	nr=$((nr + 1))
	tell "    ok $nr $1 # SKIP $2"
}

want_eq() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "$2" "$3"; fi; }
want_ne() { if [ "$2" != "$3" ]; then pass "$1"; else fail "$1" "anything but $2" "$3"; fi; }
want_gt() { if [ "${3:-0}" -gt "$2" ] 2>/dev/null; then pass "$1 ($3)"; else fail "$1" "more than $2" "${3:-nothing}"; fi; }

# want_run WHAT COMMAND...: COMMAND must succeed; its output is left in $out.
want_run()
{
	local what=$1
	shift
	if out=$("$@" 2>&1); then
		pass "$what${out:+: $(echo "$out" | tail -n 1)}"
	else
		fail "$what" "exit 0 of: $*" "exit $?: $(echo "$out" | tail -n 3 | tr '\n' ' ')"
		return 1
	fi
}

uptime_s() { local up; read -r up _ </proc/uptime; echo "${up%.*}"; }

# want_within SECONDS WHAT TEST...: the shell test becomes true in time. On a busy host a look may take a second, so
# there are twenty at least.
want_within()
{
	local tries=0 end=$(($(uptime_s) + $1)) what=$2
	shift 2
	while [ $tries -lt 20 ] || [ "$(uptime_s)" -le $end ]; do
		eval "$*" && { pass "$what"; return 0; }
		tries=$((tries + 1))
		usleep 50000
	done
	fail "$what" "$*" "not true in time"
	return 1
}

# ---------------------------------------------------------------- the machine

# devices_of VENDOR:DEVICE or CLASS: PCI names.
devices_of()
{
	local d vendor device
	for d in $pci/*; do
		vendor= device=
		read -r vendor <$d/vendor
		case $1 in
		*:*) read -r device <$d/device; [ "$vendor:$device" = "$1" ] && echo "${d##*/}" ;;
		*)   read -r device <$d/class; case $device in $1*) echo "${d##*/}" ;; esac ;;
		esac
	done 2>/dev/null
}

# ports_awake: an empty hot-plug port is not suspended. From 7.3 on kernels without ACPI do that too, and in
# D3hot QEMU's root port signals nothing, so a device that is plugged then is not seen, with any IOMMU driver.
ports_awake() { local d; for d in $(devices_of 0x0604); do echo on >$pci/$d/power/control; done; }

itd_devices()  { devices_of 0x1b36:0x0005; }
edu_devices()  { devices_of 0x1234:0x11e8; }
nvme_devices() { devices_of 0x010802; }
net_devices()  { devices_of 0x1af4:0x1041; }
blk_devices()  { devices_of 0x1af4:0x1042; }
first()        { echo "$1"; }

labdev_devices() { devices_of 0xfffe:0x5301; devices_of 0x8086:0x2260; }

# labdev_load: the test device's driver, and its files. Tests that use it begin with this.
labdev_load()
{
	[ -e /sys/module/smmu3_labdev ] || insmod /lab/smmu3_labdev.ko || return 1
	want_within 20 "each test device has its file" \
		'[ -n "$(labdev_devices)" ] && for d in $(labdev_devices); do [ -e /dev/labdev-$d ] || break; done && [ -e /dev/labdev-$d ]'
}

# hot_add [labdev]: print the machine's answer. The slot must have lost its power before, so that it is asked again.
hot_add()
{
	local k=0 answer
	while answer=$(ask hot_add $1) && [ "$answer" != ok ] && [ $k -lt 50 ]; do k=$((k + 1)); usleep 200000; done
	echo "$answer"
}

# hot_labdev: the test device below the second root port.
hot_labdev() { labdev_devices | grep '^0000:02:'; }

# program_job PROGRAM WHAT ARGUMENTS...: it must succeed; where it says that it does not apply, that is a skip. Its
# words are left in $out.
program_job()
{
	local program=$1 what=$2
	shift 2
	out=$($program "$@" 2>&1)
	case $? in
	0)  pass "$what: $out" ;;
	77) skip_part "$what" "$out" ;;
	*)  fail "$what" "exit 0 of: $program $*" "$(echo "$out" | tr '\n' ' ')"; return 1 ;;
	esac
}

lab_job() { program_job labjob "$@"; }
sva_job() { program_job svajob "$@"; }

# lab_figure DEVICE NAME: one of the device's counters.
lab_figure() { word "$2" "$(labjob "$1" counts)"; }

nvme_disk()
{
	local c
	for c in $pci/$1/nvme/nvme*; do
		[ -e $c ] && ls -d $c/nvme*n* 2>/dev/null | grep -v c[0-9]*n | head -n 1 | sed 's,.*/,/dev/,'
	done
}
blk_disk() { ls -d $pci/$1/virtio*/block/* 2>/dev/null | head -n 1 | sed 's,.*/,/dev/,'; }

# sid_of DEVICE: its StreamID: the requester ID, as both firmware tables map them.
sid_of()
{
	local bus=${1#*:} fn=${1##*.}
	local slot=${bus#*:}
	printf '0x%x' $((0x${bus%%:*} << 8 | 0x${slot%.*} << 3 | 0x$fn))
}

group_of()   { basename "$(readlink $pci/$1/iommu_group)" 2>/dev/null; }
group_type() { cat $pci/$1/iommu_group/type 2>/dev/null || echo none; }
page_size()  { getconf PAGESIZE 2>/dev/null || echo 4096; }

# td_do DEVICE COMMAND: one command to the DMA test driver; its answer is left in $w.
td_do()
{
	local f=/sys/kernel/debug/smmu3_testdev/$1/do
	shift
	w=
	echo "$*" >$f || return 1
	read -r w <$f
}

# td DEVICE COMMAND: the same, the answer printed.
td() { td_do "$@" && echo "$w"; }

bind_driver()   { echo "$1" >/sys/bus/pci/drivers/$2/bind; }
unbind_driver() { echo "$1" >$pci/$1/driver/unbind; }

# Pairs of smmu3_dmabench before it counts (WARM_UP_LOOPS).
dmabench_warm=32

# dmabench_take DEVICE, dmabench_leave DEVICE: bind it to smmu3_dmabench; let go of it.
dmabench_take()
{
	[ ! -e $pci/$1/driver ] || unbind_driver $1
	echo smmu3_dmabench >$pci/$1/driver_override
	echo $1 >/sys/bus/pci/drivers_probe
}
dmabench_leave()
{
	unbind_driver $1
	echo >$pci/$1/driver_override
}

# counters_now: what the first SMMU of the model has seen: sets commands, syncs, mmio_writes.
counters_now()
{
	local answer name
	answer=$(ask counters 0)
	for name in commands syncs mmio_writes; do
		eval "$name=$(word $name "$answer")"
	done
}

# ---------------------------------------------------------------- the SMMU

smmu3_here() { [ "$lab_driver" = smmu3 ]; }

load_smmu3() { insmod /lab/smmu3.ko $lab_params "$@"; }

# counter NAME: sum over all SMMUs, from smmu3's debugfs.
counter() { cat $dbg/*/counters 2>/dev/null | awk -v n="$1" '$1 == n { s += $2 } END { print s + 0 }'; }

# seen_mark: forget what the machine's trace has shown so far.
seen_mark() { ask mark >/dev/null; }

# seen DEVICE: what the SMMU did with this device's accesses since the last question or mark:
# translated= bypassed= refused= disabled=, and of the whole SMMU commands= events=.
seen() { ask "seen $(sid_of $1)"; }

# want_through DEVICE: its DMA since the last mark went through the SMMU as its domain says.
# The witness is the machine's own trace, the same for every driver.
want_through()
{
	local s type
	s=$(seen $1)
	type=$(group_type $1)
	case $type in
	DMA*)
		if [ "$(word translated "$s")" -gt 0 ] && [ "$(word bypassed "$s")" = 0 ] && [ "$(word disabled "$s")" = 0 ]; then
			pass "DMA of $1 is translated ($s)"
		else
			fail "DMA of $1 is translated" "translated>0 bypassed=0 disabled=0" "$s"
		fi ;;
	identity)
		if [ "$(word bypassed "$s")" -gt 0 ] && [ "$(word translated "$s")" = 0 ] && [ "$(word disabled "$s")" = 0 ]; then
			pass "DMA of $1 passes by its identity domain ($s)"
		else
			fail "DMA of $1 passes by its identity domain" "bypassed>0 translated=0 disabled=0" "$s"
		fi ;;
	*)
		fail "$1 has a domain" "DMA, DMA-FQ or identity" "$type" ;;
	esac
}

# stale_wait: milliseconds after which an unmapped address must be dead: none when
# strict, beyond the flush queue's 10 ms when lazy.
stale_wait() { case $(group_type $1) in DMA) echo 0 ;; *) echo 60 ;; esac; }

# dmesg_since MARK: kernel lines after the line that holds MARK.
dmesg_mark()  { echo "lab-mark-$1" >/dev/kmsg; }
dmesg_since() { dmesg | sed -n "/lab-mark-$1\$/,\$p" | tail -n +2; }

# ---------------------------------------------------------------- start

devices_are_there()
{
	[ -n "$(ls /sys/kernel/debug/smmu3_testdev 2>/dev/null)" ] || return 1
	case $lab_devices in
	all)   ;;
	model) [ -e /dev/nvme0n1 ]; return ;;
	*)     return 0 ;;
	esac
	[ -e /dev/nvme0n1 ] && [ -e /dev/vda ] && { [ ! -d /sys/class/net ] || [ -e /sys/class/net/eth0 ]; }
}

load_modules()
{
	local m
	for m in $(cat /lab/modules.list); do
		insmod /lab/modules/$m || fatal "$m does not load"
	done
	insmod /lab/smmu3_testdev.ko || fatal "smmu3_testdev.ko does not load"
	local n=200
	while [ $n -gt 0 ] && ! devices_are_there; do
		n=$((n - 1))
		usleep 100000
	done
	[ $n -gt 0 ] || fatal "devices do not appear: nvme $(ls /dev/nvme0n1 2>&1), vda $(ls /dev/vda 2>&1), $(ls /sys/class/net), testdev: $(ls /sys/kernel/debug/smmu3_testdev 2>&1)"
	[ -e /sys/class/net/eth0 ] || return 0
	ip link set lo up
	ip addr add 10.0.2.15/24 dev eth0
	ip link set eth0 up
}

run_tests()
{
	local name index=0 all count=0
	all=$(echo "$lab_tests" | tr , ' ')
	for name in $all; do count=$((count + 1)); done
	tell "KTAP version 1"
	tell "1..$count"
	tell "# kernel $(uname -r) driver $lab_driver booted in $(cut -d' ' -f1 /proc/uptime) s"
	ask mark >/dev/null
	for name in $all; do
		index=$((index + 1))
		echo "lab: test $name" >/dev/kmsg
		tell "# begin $name"
		(
			test=$name
			result_init
			. /lab/tests/$test.sh
			tell "    1..$nr"
			if [ -n "$skipped" ]; then
				tell "ok $index $test # SKIP $skipped"
			elif [ $failed -gt 0 ]; then
				tell "not ok $index $test"
			elif [ $nr -eq 0 ]; then
				tell "not ok $index $test # it checked nothing"
			else
				tell "ok $index $test"
			fi
		) 2>&1 >/dev/console
	done
	look_for_leaks
	look_for_races
}

# Where the kernel can watch for data races (KCSAN), it does from now on; what it finds goes to the console.
watch_races() { [ ! -e /sys/kernel/debug/kcsan ] || echo on >/sys/kernel/debug/kcsan; }

# A kernel that has watched nothing has shown nothing.
look_for_races()
{
	local watched
	[ -e /sys/kernel/debug/kcsan ] || return
	watched=$(sed -n 's/^setup_watchpoints: *//p' /sys/kernel/debug/kcsan)
	tell "# KCSAN has watched ${watched:-0} accesses"
	[ "${watched:-0}" -gt 1000 ] || echo "BUG: KCSAN has watched ${watched:-no} accesses" >/dev/console
}

# Where the kernel looks for leaked memory, what it finds goes to the console, which the runner reads.
look_for_leaks()
{
	local f=/sys/kernel/debug/kmemleak
	[ -e $f ] || return
	tell "# looking for leaked memory"
	echo scan >$f
	sleep 6		# younger objects than five seconds are not reported
	echo scan >$f
	cat $f >/dev/console
}

welcome()
{
	cat <<-EOF

	The guest's disks, network and test devices are behind an SMMUv3; driver: $lab_driver.
	  ls /lab/tests                 the tests; run one: t nvme
	  ls $dbg/*       what the driver shows (by-device/, counters, asids, ...)
	  dmesg | grep -i smmu
	  Ctrl-A X ends QEMU; poweroff -f ends the guest.

	EOF
}
